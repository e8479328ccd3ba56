"""Hits to evidence: agreement makes surer, one family counts once, of two statuses the surer one stays."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import Status, split_label
from analyser.contracts import Evidence
from analyser.rules_engine.context import clause_of

if TYPE_CHECKING:
    from analyser.rules_engine.hits import Hit
    from analyser.text.reading import Reading

EVIDENCE_AT: Final = 0.5  # the least confidence that is called evidence
_SUREST: Final = 0.99
_QUIET: Final = frozenset({"affirmed", "current", "actual", "certain", "writer"})


@dataclass(frozen=True, slots=True)
class _Group:
    """Hits on one unit that give one label with one status."""

    unit: int
    label: str
    status: Status
    hits: tuple[Hit, ...]

    @property
    def best(self) -> Hit:
        return max(self.hits, key=lambda h: (h.confidence, h.rule.rule.id))

    @property
    def confidence(self) -> float:
        """Noisy-or over families of rules."""
        families: dict[str, float] = {}
        for hit in self.hits:
            family = hit.rule.rule.family or hit.rule.rule.id
            families[family] = max(families.get(family, 0.0), hit.confidence)
        return min(1.0 - prod(1.0 - c for c in families.values()), _SUREST)


def join_hits(reading: Reading, hits: list[Hit], at_least: float = EVIDENCE_AT) -> list[Evidence]:
    """Join hits to evidence, in order of place; see :func:`join_by_unit`."""
    return [evidence for _, evidence in join_by_unit(reading, hits, at_least)]


def join_by_unit(reading: Reading, hits: list[Hit], at_least: float = EVIDENCE_AT) -> list[tuple[int, Evidence]]:
    """Join hits to evidence, each with the place of its unit, in order of place.

    Hits of different families that agree on a unit, label and status make each other surer (noisy-or); hits of one
    family count once. Where two statuses of one label stand on the same clause, the surer one stays.

    Args:
        reading: The note.
        hits: Hits that context did not silence.
        at_least: The least confidence that is kept.
    """
    by_key: dict[tuple[int, str, Status], list[Hit]] = {}
    for hit in hits:
        if hit.status is not None:
            for label in hit.rule.rule.gives:
                by_key.setdefault((hit.unit.index, label, hit.status), []).append(hit)
    groups = [_Group(unit, label, status, tuple(found)) for (unit, label, status), found in by_key.items()]
    kept = [g for g in groups if g.confidence >= at_least and not any(_beats(o, g) for o in groups)]
    kept.sort(key=lambda g: (g.unit, g.best.span, g.label, g.status))
    return [(g.unit, _evidence(reading, g)) for g in kept]


def _beats(other: _Group, one: _Group) -> bool:
    if other is one or (other.unit, other.label) != (one.unit, one.label):
        return False
    low = one.best.unit.low
    if clause_of(low, *one.best.act) != clause_of(low, *other.best.act):
        return False
    return (other.confidence, other.status) > (one.confidence, one.status)


def _evidence(reading: Reading, group: _Group) -> Evidence:
    dimension, indicator = split_label(group.label)
    best = group.best
    base = best.unit.start
    start, end = reading.original(base + best.span[0], base + best.span[1])
    agree = sorted({h.rule.source for h in group.hits} - {best.rule.source})
    trace: dict[str, Any] = {
        "act": list(reading.original(base + best.act[0], base + best.act[1])),
        "axes": {axis: value for axis, value in best.axes.values.items() if value not in _QUIET},
        "cues": [[c.cue.axis, c.cue.value, *reading.original(base + c.start, base + c.end)] for c in best.axes.cues],
    }
    if agree:
        trace["agree"] = agree
    return Evidence(
        case_id=reading.case_id,
        note_id=reading.note_id,
        start=start,
        end=end,
        dimension=dimension,
        indicator=indicator,
        status=group.status,
        confidence=round(group.confidence, 3),
        source=best.rule.source,
        trace=trace,
    )
