"""Priority: which case a person should read first, and why."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyser.codebook import DIMENSIONS, Dimension, dimension_text
from analyser.scoring import weights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from analyser.contracts import DimensionScore, Evidence, NoteFacts


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time without something that a reader would look for.

    Attributes:
        what: ``seen``, ``supervision`` or ``manager``.
        days: Its length.
        start: When it began.
        named: The record itself says so within it.
    """

    what: str
    days: int
    start: datetime
    named: bool


@dataclass(frozen=True, slots=True)
class Gaps:
    """Gaps in time of one case, and those that the record states.

    Attributes:
        stretches: Longer than expected, in order of time.
        longest_not_seen: Days of the longest stretch with no note that shows that the child was seen.
        longest_quiet: Days of the longest stretch with no note at all.
        stated: Gaps that the record states, by dimension.
    """

    stretches: tuple[Stretch, ...]
    longest_not_seen: int
    longest_quiet: int
    stated: dict[Dimension, int]


_LOOKED_FOR: tuple[tuple[str, Dimension, frozenset[str], int], ...] = (
    ("seen", "child_voice", frozenset({"seen", "seen_alone", "observed", "words"}), weights.NOT_SEEN_DAYS),
    (
        "supervision",
        "supervision",
        frozenset({"session", "reflection", "actions"}),
        weights.NO_SUPERVISION_DAYS,
    ),
    (
        "manager",
        "management_oversight",
        frozenset({"decision", "direction", "follow_up", "rationale"}),
        weights.NO_MANAGER_DAYS,
    ),
)
_WORDS = {
    "seen": "no note shows that the child was seen",
    "supervision": "no case supervision was found",
    "manager": "no decision, direction or follow-up by a manager was found",
}


def find_gaps(notes: Sequence[NoteFacts], by_note: dict[str, list[Evidence]]) -> Gaps:
    """Look for stretches of time without evidence.

    Args:
        notes: Applicable notes of one case in order of time.
        by_note: Evidence by note id.
    """
    dated = [n for n in notes if n.when]
    stretches: list[Stretch] = []
    longest_not_seen = longest_quiet = 0
    times = [n.when for n in dated if n.when]
    for earlier, later in itertools.pairwise(times):
        longest_quiet = max(longest_quiet, (later - earlier).days)
    for what, dimension, indicators, limit in _LOOKED_FOR:
        marks = [n.when for n in dated if n.when and _shows(by_note[n.note_id], dimension, indicators)]
        if not times:
            continue
        borders = [times[0], *marks, times[-1]]
        for start, end in itertools.pairwise(borders):
            days = (end - start).days
            if what == "seen":
                longest_not_seen = max(longest_not_seen, days)
            if days > limit:
                named = any(
                    e.dimension == dimension and e.status == "gap"
                    for n in dated if n.when and start <= n.when <= end for e in by_note[n.note_id]
                )  # fmt: skip
                stretches.append(Stretch(what, days, start, named))
    stated = {
        d: sum(e.status == "gap" and e.dimension == d for found in by_note.values() for e in found) for d in DIMENSIONS
    }
    return Gaps(tuple(sorted(stretches, key=lambda s: s.start)), longest_not_seen, longest_quiet, stated)


def _shows(evidence: Sequence[Evidence], dimension: Dimension, indicators: frozenset[str]) -> bool:
    return any(e.dimension == dimension and e.status == "present" and e.indicator in indicators for e in evidence)


def priority_of(
    dimensions: dict[Dimension, DimensionScore], gaps: Gaps, *, enough: bool, notes: int, words: int
) -> tuple[float, tuple[str, ...]]:
    """Priority of a case, 0 to 100, and the reasons for it in plain sentences, weightiest first.

    Lack of evidence raises it, weighted by dimension; so do stretches of time without evidence, those that nobody
    names three times as much as those that the record explains.
    """
    if not enough:
        usable = "1 usable note" if notes == 1 else f"{notes} usable notes"
        reason = f"Too little to say: {usable} with {words} words. A person may want to know why."
        return weights.UNDECIDED_PRIORITY, (reason,)
    weighted: list[tuple[float, str]] = []
    base = 0.0
    shares = weights.fitted().priority
    for d in DIMENSIONS:
        lack = shares[d] * (100.0 - (dimensions[d].value or 0.0))
        base += lack
        if lack > shares[d] * 45.0:
            weighted.append((lack, f"{dimension_text(d).label}: {dimensions[d].reason}"))
    from_gaps = sum(weights.NAMED_GAP if s.named else weights.UNNAMED_GAP for s in gaps.stretches)
    alike: dict[tuple[str, bool], list[Stretch]] = {}
    for stretch in gaps.stretches:
        alike.setdefault((stretch.what, stretch.named), []).append(stretch)
    for (_, named), group in alike.items():
        weight = (weights.NAMED_GAP if named else weights.UNNAMED_GAP) * len(group)
        weighted.append((2.0 * weight + 9.0, _sentence(group)))
    value = min(100.0, base * (100.0 - weights.MOST_FROM_GAPS) / 100.0 + min(from_gaps, weights.MOST_FROM_GAPS))
    reasons = tuple(text for _, text in sorted(weighted, key=lambda w: -w[0]))
    return round(value, 1), reasons or ("Evidence was found in every dimension; nothing asks for an early reading.",)


def _sentence(group: list[Stretch]) -> str:
    """One sentence for stretches of one sort: the longest, and how many there are."""
    longest = max(group, key=lambda s: s.days)
    named = "the record says so itself" if longest.named else "and nothing in these notes says why"
    more = f" (the longest of {len(group)} such stretches)" if len(group) > 1 else ""
    start = f"{longest.start.day} {longest.start:%B %Y}"
    return f"For {longest.days} days from {start}{more} {_WORDS[longest.what]}; {named}."
