"""The figures of an evaluation as one HTML page that asks nothing of anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyser.codebook import CODEBOOK
from analyser.evaluate.tables import NOTICE
from analyser.reports.build import render

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    return render(
        "evaluation.html.j2",
        (),
        figures=figures,
        behaviour=behaviour,
        versions=", ".join(f"{name} {value}" for name, value in versions.items()),
        title=title,
        notice=NOTICE,
        labels={d.key: d.label for d in CODEBOOK},
        indicators={f"{d.key}.{i.key}": f"{d.label}: {i.label.lower()}" for d in CODEBOOK for i in d.indicators},
    )
