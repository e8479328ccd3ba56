"""Scores of one note."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analyser.codebook import DIMENSIONS, INDICATORS, Dimension
from analyser.contracts import DimensionScore, NoteScore
from analyser.scoring import weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyser.contracts import Evidence, NoteFacts


def score_note(facts: NoteFacts, evidence: Sequence[Evidence]) -> NoteScore:
    """Score one note, dimension by dimension.

    An indicator counts once, however often the note shows it, so that neither length nor repetition earns anything.

    Args:
        facts: What the note is.
        evidence: Its evidence, in any order.
    """
    return NoteScore(facts.case_id, facts.note_id, {d: _dimension(d, facts, evidence) for d in DIMENSIONS})


def could_show(dimension: Dimension, facts: NoteFacts, shown: bool) -> bool:  # noqa: FBT001 - a plain fact
    """Whether a reader would look for ``dimension`` in the note: by its kind, or because it is there."""
    return shown or (facts.kind in weights.COULD_SHOW[dimension] and facts.words >= weights.ADMIN_WORDS)


def _dimension(dimension: Dimension, facts: NoteFacts, evidence: Sequence[Evidence]) -> DimensionScore:
    mine = [e for e in evidence if e.dimension == dimension]
    strengths: dict[str, float] = {}
    for e in mine:
        if e.status == "present":
            strengths[e.indicator] = max(strengths.get(e.indicator, 0.0), e.confidence)
    gaps = sum(e.status == "gap" for e in mine)
    if not could_show(dimension, facts, bool(mine)):
        return DimensionScore(None, "not_applicable", reason="A note of this kind need not show it.")
    weight = sum(weights.INDICATOR_WEIGHTS[dimension][i] * c for i, c in strengths.items())
    value = 100.0 * (1.0 - math.exp(-weight / weights.NOTE_SATURATION))
    carried = tuple(sorted(strengths, key=lambda i: -strengths[i] * weights.INDICATOR_WEIGHTS[dimension][i]))
    return DimensionScore(
        round(value, 1), "scored", carried, 1, int(bool(strengths)), gaps, _reason(dimension, carried, gaps)
    )


def _reason(dimension: Dimension, carried: tuple[str, ...], gaps: int) -> str:
    shown = " and ".join(INDICATORS[dimension][i].shows for i in carried[:3])
    text = f"The note shows {shown}." if shown else "No evidence found in this note."
    return f"{text} It says itself that something is missing." if gaps else text
