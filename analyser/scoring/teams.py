"""Teams and months: how many cases, and how their scores lie. Workers are never counted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from analyser.codebook import DIMENSIONS, Dimension

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyser.contracts import CaseScore, NoteFacts, NoteScore

SMALLEST_CELL: Final = 5  # fewer cases than this could point at somebody


@dataclass(frozen=True, slots=True)
class TeamPeriod:
    """A team, or a team in a month.

    Attributes:
        team: The team.
        month: ``2026-03``, or the empty string for the whole time.
        cases: Cases with notes.
        notes: Notes that were read.
        shares: By dimension, the share (0 to 1) of notes that could have shown it and did; ``None`` where fewer than
            five cases stand behind it.
        medians: By dimension, the median case score; only for the whole time, under the same condition.
    """

    team: str
    month: str
    cases: int
    notes: int
    shares: dict[Dimension, float | None]
    medians: dict[Dimension, float | None]


def team_periods(notes: Iterable[tuple[NoteFacts, NoteScore]], cases: Iterable[CaseScore]) -> list[TeamPeriod]:
    """Aggregate by team and by team and month.

    These describe the notes supplied, all of them; they are no estimate from a sample and no measure of a person.
    """
    groups: dict[tuple[str, str], list[tuple[NoteFacts, NoteScore]]] = defaultdict(list)
    for facts, score in notes:
        groups[facts.team, ""].append((facts, score))
        if facts.when:
            groups[facts.team, f"{facts.when:%Y-%m}"].append((facts, score))
    by_team: dict[str, list[CaseScore]] = defaultdict(list)
    for case in cases:
        by_team[case.team].append(case)
    return [
        _one(team, month, group, by_team[team] if not month else []) for (team, month), group in sorted(groups.items())
    ]


def _one(team: str, month: str, group: list[tuple[NoteFacts, NoteScore]], cases: list[CaseScore]) -> TeamPeriod:
    n_cases = len({facts.case_id for facts, _ in group})
    small = n_cases < SMALLEST_CELL
    shares: dict[Dimension, float | None] = {}
    medians: dict[Dimension, float | None] = {}
    for d in DIMENSIONS:
        scored = [s.dimensions[d] for _, s in group if s.dimensions[d].state == "scored"]
        values = [v for c in cases if (v := c.dimensions[d].value) is not None]
        shares[d] = None if small or not scored else round(sum(s.notes_that_did for s in scored) / len(scored), 3)
        medians[d] = None if small or not values else round(float(median(values)), 1)
    return TeamPeriod(team, month, n_cases, len(group), shares, medians)
