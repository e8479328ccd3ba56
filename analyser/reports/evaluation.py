"""The figures of an evaluation as one HTML page that asks nothing of anybody."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import CODEBOOK
from analyser.evaluate.tables import NOTICE

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE: Final = Path(__file__).resolve().parent


def evaluation_report(
    figures: Mapping[str, Any], behaviour: Mapping[str, Any] | None, versions: Mapping[str, str], title: str
) -> str:
    """Render figures.

    Args:
        figures: Of :func:`analyser.evaluate.measure.summary`.
        behaviour: Of :func:`analyser.evaluate.behaviour.by_capability`, if behavioural tests were run.
        versions: What was measured.
        title: The page's heading.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - heavy

    css = (_HERE / "static" / "report.css").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("evaluation.html.j2").render(
        figures=figures,
        behaviour=behaviour,
        versions=", ".join(f"{name} {value}" for name, value in versions.items()),
        title=title,
        notice=NOTICE,
        labels={d.key: d.label for d in CODEBOOK},
        indicators={f"{d.key}.{i.key}": f"{d.label}: {i.label.lower()}" for d in CODEBOOK for i in d.indicators},
        css=css,
        css_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
    )
