"""An export as a stream of notes and rejections; together they always add up to the rows read."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analyser.contracts import Note, Rejected
from analyser.ingest.dates import read_date
from analyser.ingest.readers import RawRow, Table, open_table
from analyser.text.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from analyser.ingest.profiles import Profile

_YES: Final = re.compile(r"(?:[a-z]\) ?)?(?:y|yes|true|1|child seen(?: alone)?|seen(?: alone)?)", re.IGNORECASE)
_NO: Final = re.compile(r"(?:[a-z]\) ?)?(?:n|no|false|0|(?:child )?not seen.*|child seen with others?)", re.IGNORECASE)
_SHOWN: Final = 64


@dataclass(slots=True)
class Export:
    """One export, opened with its profile.

    Attributes:
        path: The file.
        profile: How its columns are read.
        table: Its header and rows.
        columns: Field of a note to column name.
        rows_read: Rows so far; after :meth:`rows` has ended, all of them.
    """

    path: Path
    profile: Profile
    table: Table
    columns: dict[str, str]
    rows_read: int = 0
    _seen: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)

    def rows(self) -> Iterator[Note | Rejected]:
        """Every row, in the file's order, as a note or as a rejection.

        Raises:
            InputError: The file is damaged further down.
        """
        self.rows_read = 0
        self._seen.clear()
        for raw in self.table.rows():
            self.rows_read += 1
            yield self._row(raw)

    def sha256(self) -> str:
        """Hash of the file's bytes, in hexadecimal."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _row(self, raw: RawRow) -> Note | Rejected:
        cells = {name: raw.cells.get(column) for name, column in self.columns.items()}
        case_id, note_id = _text(cells.get("case_id")).strip(), _text(cells.get("note_id")).strip()
        if raw.fault:
            return Rejected(raw.number, raw.fault, case_id[:_SHOWN], note_id[:_SHOWN])
        try:
            return self._note(raw.number, case_id, note_id, cells)
        except ValueError as error:
            return Rejected(raw.number, str(error), case_id[:_SHOWN], note_id[:_SHOWN])

    def _note(self, row: int, case_id: str, note_id: str, cells: dict[str, Any]) -> Note:
        text = _text(cells["text"])
        if not case_id:
            raise ValueError("no case or person id")
        if not note_id:
            raise ValueError("no note id")
        if not text.strip():
            raise ValueError("no text")
        if not normalise(text)[0].strip():
            raise ValueError("the text is only markup or invisible characters")
        occurred = self._date(cells, "occurred_at", "event date")
        recorded = self._date(cells, "recorded_at", "recording date")
        if occurred is None and recorded is None:
            raise ValueError("no date")
        self._check_unique(row, case_id, note_id, text)
        note_type = _text(cells.get("note_type")).strip()
        role = _text(cells.get("author_role")).strip()
        note_type = self.profile.note_types.get(note_type, note_type)
        role = self.profile.author_roles.get(role, role)
        return Note(
            case_id=case_id,
            note_id=note_id,
            text=text,
            occurred_at=occurred,
            recorded_at=recorded,
            note_type=note_type,
            author_role=role,
            kind=self.profile.kind_of_note(note_type),
            author=self.profile.kind_of_author(role),
            team=_text(cells.get("team")).strip(),
            plan_type=_text(cells.get("plan_type")).strip(),
            age=_text(cells.get("age")).strip(),
            seen=_flag(cells.get("seen")),
            seen_alone=_flag(cells.get("seen_alone")),
            row=row,
        )

    def _date(self, cells: dict[str, Any], name: str, called: str) -> datetime | None:
        try:
            return read_date(cells.get(name), day_first=self.profile.day_first)
        except (ValueError, OverflowError) as error:
            why = str(error) if isinstance(error, ValueError) else "is not a date that can be read"
            raise ValueError(f"the {called} {why}") from None

    def _check_unique(self, row: int, case_id: str, note_id: str, text: str) -> None:
        key = hashlib.blake2b(f"{case_id}\x00{note_id}".encode("utf-8", "replace"), digest_size=16).digest()
        content = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        first = self._seen.setdefault(key, (content, row))
        if first[1] == row:
            return
        if first[0] == content:
            raise ValueError(f"the same note stands in row {first[1]} already")
        raise ValueError(f"the note id is used twice with different text (first in row {first[1]})")


def open_export(path: str | Path, profile: Profile) -> Export:
    """Open an export and find its columns.

    Raises:
        InputError: The file or its columns cannot be used; the sentence says what to do.
    """
    file = Path(path)
    table = open_table(file)
    return Export(file, profile, table, profile.locate(table.header, file.name))


def _text(value: object) -> str:
    """A cell as text; whole numbers that a spreadsheet turned into 123.0 lose their nought."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _flag(value: object) -> bool | None:
    text = _text(value).strip()
    if _NO.fullmatch(text):
        return False
    return True if _YES.fullmatch(text) else None
