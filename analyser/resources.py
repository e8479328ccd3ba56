"""Where the shipped data is: one function, for a checkout and for an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """Path of shipped data, such as ``data_path("rules")`` or ``data_path("corpora", "example")``.

    A wheel carries the top-level data folders under ``analyser/_data``; a checkout has them beside the package.

    Raises:
        FileNotFoundError: Neither place has it; the installation is incomplete.
    """
    for base in (_PACKAGE / "_data", _PACKAGE.parent):
        path = base.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"shipped data {'/'.join(parts)} is missing; install the package again")
