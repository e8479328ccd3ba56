"""Evidence against labels, unit by unit: precision, recall and F1 by dimension, indicator and status."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyser.codebook import with_dimensions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyser.contracts import Evidence
    from analyser.evaluate.labelled import LabelledCase, LabelledNote


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit: what readers gave, what the machine gave, what is not scored; names with their status.

    Attributes:
        kind: Kind of note that it stands in.
        chances: By name, the machine's calibrated probability; empty for rules alone.
    """

    case_id: str
    given: frozenset[str]
    found: frozenset[str]
    disputed: frozenset[str]
    kind: str = "other"
    chances: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one name over units.

    Attributes:
        hits: Given and found.
        false: Found and not given.
        missed: Given and not found.
    """

    hits: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of found that was given, 0 to 1; 0 when nothing was found."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else 0.0

    @property
    def recall(self) -> float:
        """Share of given that was found, 0 to 1; 0 when nothing was given."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both, 0 to 1."""
        return 2 * self.hits / (2 * self.hits + self.false + self.missed) if self.hits else 0.0


def unit_rows(
    cases: Iterable[LabelledCase],
    evidence: dict[tuple[str, str], Sequence[Evidence]],
    chances: dict[tuple[str, str], list[tuple[int, int, dict[str, float]]]] | None = None,
) -> list[UnitRow]:
    """Lay evidence on units: a span counts for the unit that holds most of it.

    Args:
        cases: Labelled cases.
        evidence: By case and note id.
        chances: By case and note id, spans with the machine's probabilities by name.

    Returns:
        A row a unit, in order.
    """
    rows: list[UnitRow] = []
    for case in cases:
        for labelled in case.notes:
            key = (case.case_id, labelled.note.note_id)
            found = _by_unit(labelled, evidence.get(key, ()))
            likely = {unit_of(labelled.units, a, b): p for a, b, p in (chances or {}).get(key, ())}
            for k in range(len(labelled.units)):
                given = with_dimensions(labelled.labels.get(k, ()))
                disputed = labelled.disputed.get(k, frozenset())
                unsure = disputed | (with_dimensions(disputed) - given)
                marked = frozenset(found.get(k, ()))
                rows.append(UnitRow(case.case_id, given, marked, unsure, labelled.note.kind, likely.get(k, {})))
    return rows


def figures(rows: Iterable[UnitRow], name: str) -> Figures:
    """Counts for one name, such as ``analysis:present`` or ``child_voice.seen:gap``."""
    hits = false = missed = 0
    for row in rows:
        if name in row.disputed:
            continue
        given, found = name in row.given, name in row.found
        hits += given and found
        false += found and not given
        missed += given and not found
    return Figures(hits, false, missed)


def _by_unit(labelled: LabelledNote, evidence: Sequence[Evidence]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for e in evidence:
        unit = unit_of(labelled.units, e.start, e.end)
        if unit is not None:
            found[unit] |= {f"{e.dimension}:{e.status}", f"{e.label}:{e.status}"}
    return found


def unit_of(units: Sequence[tuple[int, int]], start: int, end: int) -> int | None:
    """The unit that holds most of a span, or none."""
    overlaps = [(min(end, b) - max(start, a), -k) for k, (a, b) in enumerate(units)]
    best = max(overlaps, default=(0, 0))
    return -best[1] if best[0] > 0 else None
