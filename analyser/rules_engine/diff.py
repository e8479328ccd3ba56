"""What a change of rules does on a corpus: evidence gained, lost and changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyser.text.reading import read_note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyser.contracts import Note
    from analyser.rules_engine.engine import Engine


@dataclass(frozen=True, slots=True)
class Change:
    """One span that one rule set gives and the other does not; offsets only.

    Attributes:
        kind: ``gained`` or ``lost``.
        source: The rule that gives it.
    """

    kind: str
    case_id: str
    note_id: str
    start: int
    end: int
    label: str
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class RuleDiff:
    """The difference between two rule sets on a corpus.

    Attributes:
        notes: Notes compared.
        same: Spans that both give.
        changes: Spans that only one gives, in order of note and place.
    """

    notes: int
    same: int
    changes: tuple[Change, ...]

    def by_label(self) -> list[tuple[str, int, int]]:
        """``(label:status, gained, lost)``, largest change first."""
        gained = Counter(f"{c.label}:{c.status}" for c in self.changes if c.kind == "gained")
        lost = Counter(f"{c.label}:{c.status}" for c in self.changes if c.kind == "lost")
        return [(k, gained[k], lost[k]) for k in sorted(gained | lost, key=lambda k: -(gained[k] + lost[k]))]


def diff(before: Engine, after: Engine, notes: Iterable[Note]) -> RuleDiff:
    """Compare two engines note by note; a span counts as the same when place, label and status agree."""
    count = same = 0
    changes: list[Change] = []
    for note in notes:
        count += 1
        reading = read_note(note)
        old = {(e.start, e.end, e.label, e.status): e.source for e in before.evidence(reading)}
        new = {(e.start, e.end, e.label, e.status): e.source for e in after.evidence(reading)}
        same += len(old.keys() & new.keys())
        for kind, mine, other in (("lost", old, new), ("gained", new, old)):
            changes += [
                Change(kind, note.case_id, note.note_id, *key, mine[key]) for key in sorted(mine.keys() - other.keys())
            ]
    return RuleDiff(count, same, tuple(changes))
