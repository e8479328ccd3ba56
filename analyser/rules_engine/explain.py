"""Why a sentence is evidence, or is not: what matched, which cue blocked it, what else was near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyser.rules_engine.engine import Engine
    from analyser.text.reading import Reading


@dataclass(frozen=True, slots=True)
class Line:
    """One match of one rule.

    Attributes:
        unit: The unit as the rule read it, people marked.
        rule: ``rule:<id>@<version>``.
        title: What the rule looks for.
        labels: Labels that it gives.
        outcome: ``present``, ``gap``, ``planned``, or ``silenced by <reason>``.
        act: The words that context was judged on.
        cues: Cues that reached it, as "not → polarity negated".
        axes: Values that are not the default.
    """

    unit: str
    rule: str
    title: str
    labels: tuple[str, ...]
    outcome: str
    confidence: float
    act: str
    cues: tuple[str, ...]
    axes: dict[str, str]


def explain(engine: Engine, reading: Reading) -> list[Line]:
    """Every match in a reading, silenced ones included, in order of place."""
    lines = []
    for hit in engine.hits(reading, silenced=True):
        low = hit.unit.low
        quiet = {"affirmed", "current", "actual", "certain"}
        lines.append(
            Line(
                unit=hit.unit.text,
                rule=hit.rule.source,
                title=hit.rule.rule.title,
                labels=tuple(hit.rule.rule.gives),
                outcome=hit.status or f"silenced by {hit.silent_because}",
                confidence=round(hit.confidence, 2),
                act=low[hit.act[0] : hit.act[1]],
                cues=tuple(f"{low[c.start : c.end].strip()} → {c.cue.axis} {c.cue.value}" for c in hit.axes.cues),
                axes={k: v for k, v in hit.axes.values.items() if v not in quiet},
            )
        )
    return lines
