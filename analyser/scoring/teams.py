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
        cases: Cases with notes; ``None`` where there are fewer than five, or where the number would tell another's.
        notes: Notes that were read; ``None`` likewise.
        shares: By dimension, the share (0 to 1) of notes that could have shown it and did; ``None`` where fewer than
            five cases stand behind it, or where it would tell another's.
        medians: By dimension, the median case score; only for the whole time, under the same condition.
    """

    team: str
    month: str
    cases: int | None
    notes: int | None
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
    sizes = {cell: len({facts.case_id for facts, _ in group}) for cell, group in groups.items()}
    hidden = _hidden(sizes)
    return [
        _one(team, month, group, by_team[team] if not month else [], hidden=(team, month) in hidden)
        for (team, month), group in sorted(groups.items())
    ]


def _hidden(sizes: dict[tuple[str, str], int]) -> set[tuple[str, str]]:
    """Cells that are not shown.

    The months of a team add up to its whole time, and the teams of a month to that month. So where one cell alone of a
    team is hidden, its smallest other month goes as well; what is missing can then not be told by subtraction
    (complementary suppression, as the Government Statistical Service advises for tables of small numbers).
    """
    hidden = {cell for cell, size in sizes.items() if size < SMALLEST_CELL}
    for team in {team for team, _ in sizes}:
        months = [cell for cell in sizes if cell[0] == team and cell[1]]
        if len([cell for cell in months if cell in hidden]) == 1 and (team, "") not in hidden:
            shown = [cell for cell in months if cell not in hidden]
            hidden.add(min(shown, key=lambda cell: (sizes[cell], cell)) if shown else (team, ""))
    return hidden


def _one(
    team: str, month: str, group: list[tuple[NoteFacts, NoteScore]], cases: list[CaseScore], *, hidden: bool
) -> TeamPeriod:
    n_cases = len({facts.case_id for facts, _ in group})
    shares: dict[Dimension, float | None] = {}
    medians: dict[Dimension, float | None] = {}
    for d in DIMENSIONS:
        scored = [s.dimensions[d] for _, s in group if s.dimensions[d].state == "scored"]
        values = [v for c in cases if (v := c.dimensions[d].value) is not None]
        shares[d] = None if hidden or not scored else round(sum(s.notes_that_did for s in scored) / len(scored), 3)
        medians[d] = None if hidden or not values else round(float(median(values)), 1)
    return TeamPeriod(team, month, None if hidden else n_cases, None if hidden else len(group), shares, medians)
