"""Identifiers in the columns beside the text: ids, team, role, type. Each distinct value is looked at once."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from analyser.privacy.gate import Finding, Hit, find_identifiers
from analyser.privacy.redact import redact

if TYPE_CHECKING:
    from analyser.contracts import Note, Rejected
    from analyser.privacy.gate import GateReport

IDS: Final = ("case_id", "note_id")
WORDS: Final = ("note_type", "author_role", "team", "plan_type", "age")
# A team is called after a street or a school, and an id is a reference: such types tell of nobody here.
_TYPES: Final = frozenset(
    {"NHS_NUMBER", "NINO", "PHONE", "EMAIL", "POSTCODE", "DATE_OF_BIRTH", "UPN", "PASSPORT", "URL"}
)
# What an id must hold to be worth looking at; there is one a note, and nearly all hold none of this.
_WORTH: Final = re.compile(
    r"@|\d{3}[ -]?\d{3}[ -]?\d{4}|0\d[\d ()-]{8,}|\+\d{5}|[A-Za-z]{2} ?\d\d ?\d\d ?\d\d ?[A-Da-d]\b|[A-Za-z]\d{11}|"
    r"[A-Za-z]\d[A-Za-z\d]? \d[A-Za-z]{2}\b"
)
_BARE: Final = re.compile(r"[4-9]\d{9}")
_CALLED_UP: Final = re.compile(r"\+|\(?0[1-37][\d ()-]{9}")  # an id with leading noughts is no telephone number


class Columns:
    """Looks at the columns of notes, in the order of the export.

    Args:
        block: Replace what is found. Ids become ``blocked-1``, ``blocked-2`` and so on in order of appearance, so that
            notes and cases stay apart, and a second reading of the export gives the same.
    """

    def __init__(self, *, block: bool) -> None:
        self._block = block
        self._seen: dict[tuple[str, str], tuple[tuple[Hit, ...], str]] = {}
        self._blocked: dict[str, str] = {}
        self._bare: Counter[str] = Counter()
        self._passed: Counter[str] = Counter()

    def look(self, note: Note) -> tuple[Note, tuple[Hit, ...]]:
        """The note, blocked where that is wanted, and what its columns hold."""
        hits: list[Hit] = []
        changed: dict[str, str] = {}
        for column in (*IDS, *WORDS):
            value = getattr(note, column)
            if not value:
                continue
            found, instead = self._value(column, value)
            hits += found
            if instead != value:
                changed[column] = instead
        return (note.model_copy(update=changed) if changed else note), tuple(hits)

    def ids_of(self, row: Rejected) -> tuple[str, str]:
        """Case and note id of a rejected row; empty where one is an identifier."""
        case_id, note_id = ("" if _in_id(value) else value for value in (row.case_id, row.note_id))
        return case_id, note_id

    def settle(self, report: GateReport) -> None:
        """Count doubtful ids where most bare ones of their column pass the check; by chance one in eleven does."""
        report.settle({column for column, seen in self._bare.items() if self._passed[column] * 2 > seen})

    def _value(self, column: str, value: str) -> tuple[tuple[Hit, ...], str]:
        # A note id is seldom seen twice: remembering every one would cost memory and save nothing.
        if column == "note_id":
            return self._look_at(column, value)
        known = self._seen.get((column, value))
        if known is None:
            known = self._seen[column, value] = self._look_at(column, value)
        return known

    def _look_at(self, column: str, value: str) -> tuple[tuple[Hit, ...], str]:
        if column not in IDS:
            found = [f for f in find_identifiers(value) if f.type in _TYPES or f.type == "PERSON"]
            kinds = tuple(Hit(column, kind) for kind in dict.fromkeys(f.type for f in found))
            return kinds, redact(value, found) if self._block else value
        found = _in_id(value)
        bare = _BARE.fullmatch(value) is not None
        self._bare[column] += bare
        self._passed[column] += bare and bool(found)
        kinds = tuple(Hit(column, kind, bare) for kind in dict.fromkeys(f.type for f in found))
        if not found or not self._block:
            return kinds, value
        return kinds, self._blocked.setdefault(value, f"blocked-{len(self._blocked) + 1}")


def _in_id(value: str) -> list[Finding]:
    if not _WORTH.search(value):
        return []
    found = [f for f in find_identifiers(value, names=False) if f.type in _TYPES]
    return [f for f in found if f.type != "PHONE" or _CALLED_UP.match(value, f.start)]
