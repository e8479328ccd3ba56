"""Scores of a case: what its notes show, how regularly, how recently, and how early it should be read."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from analyser.codebook import DIMENSIONS, INDICATORS, Dimension, dimension_text
from analyser.contracts import CaseScore, DimensionScore
from analyser.scoring import weights
from analyser.scoring.note import could_show
from analyser.scoring.priority import find_gaps, priority_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from analyser.contracts import Evidence, NoteFacts

GRADES: Final = 3.0  # points from the lowest grade (1) to the highest (4)


def score_case(notes: Sequence[NoteFacts], evidence: Sequence[Evidence]) -> CaseScore:
    """Score one case.

    A score is the grade (1 to 4) that readers would likely give, laid on 0 to 100. It rises with every further
    indicator and with every further note that shows one, and levels off; no part of it counts below nought, so more
    evidence never lowers it. Text that shows nothing adds nothing.

    Args:
        notes: Facts of all notes of the case, in any order.
        evidence: All their evidence. Evidence in passages that were copied forward is counted in the first note only;
            the caller leaves the copies out.
    """
    ordered = sorted(notes, key=lambda n: (n.when is None, n.when, n.row))
    applicable, by_note = _applicable(ordered, evidence)
    new_words = sum(n.new_words for n in applicable)
    enough = len(applicable) >= weights.ENOUGH_NOTES and new_words >= weights.ENOUGH_WORDS
    gaps = find_gaps(applicable, by_note)
    dimensions = {d: _dimension(d, applicable, by_note, enough=enough) for d in DIMENSIONS}
    priority, reasons = priority_of(dimensions, gaps, enough=enough, notes=len(applicable), words=new_words)
    times = [n.when for n in ordered if n.when]
    latest = ordered[-1]
    return CaseScore(
        case_id=latest.case_id,
        team=latest.team,
        plan_type=latest.plan_type,
        age=latest.age,
        notes=len(ordered),
        notes_applicable=len(applicable),
        first=min(times, default=None),
        last=max(times, default=None),
        dimensions=dimensions,
        priority=priority,
        reasons=reasons,
        quiet_days=gaps.longest_quiet,
        longest_gap_days=gaps.longest_not_seen,
    )


def parts_of(dimension: Dimension, notes: Sequence[NoteFacts], evidence: Sequence[Evidence]) -> dict[str, float]:
    """What a case's score of a dimension is made of, each 0 to 1; for fitting.

    Args:
        dimension: The dimension.
        notes: As for :func:`score_case`.
        evidence: As for :func:`score_case`.
    """
    ordered = sorted(notes, key=lambda n: (n.when is None, n.when, n.row))
    return _shown(dimension, *_applicable(ordered, evidence)).parts


def _applicable(
    ordered: Sequence[NoteFacts], evidence: Sequence[Evidence]
) -> tuple[list[NoteFacts], dict[str, list[Evidence]]]:
    """Notes in which a reader would look for anything, in order of time, and the evidence of each by its id."""
    by_note: dict[str, list[Evidence]] = defaultdict(list)
    for e in evidence:
        by_note[e.note_id].append(e)
    kept = [n for n in ordered if by_note[n.note_id] or (n.kind != "admin" and n.words >= weights.ADMIN_WORDS)]
    return kept, by_note


class _Shown(NamedTuple):
    """What a case shows of a dimension: notes that could and that did, gaps stated, and the parts of its score.

    Attributes:
        strengths: Of :attr:`parts` those of indicators.
    """

    could: list[NoteFacts]
    did: list[NoteFacts]
    stated: int
    strengths: dict[str, float]
    parts: dict[str, float]


def _shown(dimension: Dimension, notes: Sequence[NoteFacts], by_note: dict[str, list[Evidence]]) -> _Shown:
    mine = {n.note_id: [e for e in by_note[n.note_id] if e.dimension == dimension] for n in notes}
    present = {k: [e for e in v if e.status == "present"] for k, v in mine.items()}
    could = [n for n in notes if could_show(dimension, n, bool(mine[n.note_id]))]
    did = [n for n in notes if present[n.note_id]]
    strengths = _strengths(present)
    stated = sum(e.status == "gap" for v in mine.values() for e in v)
    return _Shown(could, did, stated, strengths, {**strengths, **_of_time(dimension, could, did, notes)})


def _dimension(
    dimension: Dimension, notes: Sequence[NoteFacts], by_note: dict[str, list[Evidence]], *, enough: bool
) -> DimensionScore:
    could, did, stated, strengths, parts = _shown(dimension, notes, by_note)
    carried = tuple(sorted(strengths, key=lambda i: -strengths[i] * weights.INDICATOR_WEIGHTS[dimension][i]))
    if not enough:
        why = "There is too little text in these notes to say."
        return DimensionScore(None, "not_enough", carried, len(could), len(did), stated, why)
    points = weights.fitted().parts[dimension]
    value = min(100.0, 100.0 * sum(points[name] * part for name, part in parts.items()) / GRADES)
    low, high = (min(100.0, max(0.0, value + s)) for s in weights.fitted().spread[dimension])
    return DimensionScore(
        round(value, 1), "scored", carried, len(could), len(did), stated,
        _reason(dimension, carried, len(could), len(did), stated), round(low, 1), round(high, 1),
    )  # fmt: skip


def _strengths(present: dict[str, list[Evidence]]) -> dict[str, float]:
    """For each indicator, 0 to 1: the confidence of its evidence, note by note, levelling off."""
    sums: dict[str, float] = defaultdict(float)
    for found in present.values():
        best: dict[str, float] = {}
        for e in found:
            best[e.indicator] = max(best.get(e.indicator, 0.0), e.confidence)
        for indicator, confidence in best.items():
            sums[indicator] += confidence
    return {i: 1.0 - math.exp(-total / weights.NOTES_TO_DEPTH) for i, total in sums.items()}


def _of_time(
    dimension: Dimension, could: Sequence[NoteFacts], did: Sequence[NoteFacts], notes: Sequence[NoteFacts]
) -> dict[str, float]:
    either = {n.note_id for n in could} | {n.note_id for n in did}
    return {
        "regularity": _regularity(dimension, could, did, notes),
        "recency": _recency(did, notes),
        "share": len(did) / len(either) if either else 0.0,
    }


def _regularity(
    dimension: Dimension, could: Sequence[NoteFacts], did: Sequence[NoteFacts], notes: Sequence[NoteFacts]
) -> float:
    """Share of months that have evidence.

    Supervision and oversight are looked for in every month with notes, the child's voice and analysis in those with
    notes that could show them.
    """
    months = {_month(n.when) for n in notes if n.when}
    looked_for = (
        months if dimension in {"supervision", "management_oversight"} else {_month(n.when) for n in could if n.when}
    )
    with_evidence = {_month(n.when) for n in did if n.when}
    return len(with_evidence) / len(looked_for | with_evidence) if looked_for | with_evidence else float(bool(did))


def _recency(did: Sequence[NoteFacts], notes: Sequence[NoteFacts]) -> float:
    """1 when the latest evidence is within three months of the latest note, falling to 0 at twice that."""
    last_note = max((n.when for n in notes if n.when), default=None)
    last_evidence = max((n.when for n in did if n.when), default=None)
    if not did:
        return 0.0
    if last_note is None or last_evidence is None:
        return 1.0
    days = (last_note - last_evidence).days
    return max(0.0, min(1.0, 2.0 - days / weights.RECENT_DAYS))


def _month(when: datetime | None) -> tuple[int, int]:
    return (when.year, when.month) if when else (0, 0)


def _reason(dimension: Dimension, carried: tuple[str, ...], could: int, did: int, stated: int) -> str:
    text = dimension_text(dimension)
    if not did:
        base = f"No evidence of {text.label.lower()} found in these notes ({could} could have shown it)."
    else:
        shown = "; ".join(INDICATORS[dimension][i].label.lower() for i in carried[:4])
        base = f"Found in {did} of {max(could, did)} notes that could show it: {shown}."
        missing = [i.label.lower() for i in text.indicators if i.key not in carried]
        if missing:
            base += f" Searched and not found: {', '.join(missing[:5])}."
    if stated:
        base += f" The notes say {stated} time{'s' if stated > 1 else ''} that something did not happen or is missing."
    return base
