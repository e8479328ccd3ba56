"""YAML as practitioners expect it: ``no``, ``on`` and ``yes`` are words, not truth values; nothing but plain data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path


class _PlainLoader(yaml.SafeLoader):
    """The safe loader with the truth values of YAML 1.2 (true and false only) and no dates."""


_PlainLoader.yaml_implicit_resolvers = {
    letter: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
    ]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_yaml(path: Path) -> Any:
    """The data of a YAML file.

    Raises:
        yaml.YAMLError: It is not YAML.
        OSError: It cannot be read.
        UnicodeDecodeError: It is not UTF-8.
    """
    return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_PlainLoader)  # noqa: S506 - a safe loader
