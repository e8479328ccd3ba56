"""An export as a stream of notes and rejections; together they always add up to the rows read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from analyser.contracts import Note, Rejected
from analyser.ingest.cells import as_flag, as_text, called, check_id, check_kind, shown_id
from analyser.ingest.dates import read_date
from analyser.ingest.readers import open_table
from analyser.text.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyser.ingest.profiles import Profile
    from analyser.ingest.table import RawRow, Table

LONDON: Final = ZoneInfo("Europe/London")


@dataclass(slots=True)
class Export:
    """One export, opened with its profile.

    Attributes:
        path: The file.
        profile: How its columns are read.
        table: Its header and rows.
        columns: Field of a note to column name.
        rows_read: Rows so far; after :meth:`rows` has ended, all of them.
        today: Day of the scan; nothing that a note tells of can have been later.
        future_dates: Dates of notes so far that lie after that day, slips of the hand that would pass for years without
            a note.
    """

    path: Path
    profile: Profile
    table: Table
    columns: dict[str, str]
    rows_read: int = 0
    today: date = field(default_factory=lambda: datetime.now(LONDON).date())
    future_dates: int = 0
    _seen: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)

    def rows(self) -> Iterator[Note | Rejected]:
        """Every row, in the file's order, as a note or as a rejection.

        Raises:
            InputError: The file is damaged further down.
        """
        self.rows_read = self.future_dates = 0
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
        shown = shown_id(cells.get("case_id")), shown_id(cells.get("note_id"))
        if raw.fault:
            return Rejected(raw.number, raw.fault, *shown)
        try:
            return self._note(raw.number, cells)
        except ValueError as error:
            return Rejected(raw.number, str(error), *shown)

    def _note(self, row: int, cells: dict[str, Any]) -> Note:
        for name, value in cells.items():
            check_kind(name, value)
        case_id, note_id = as_text(cells.get("case_id")).strip(), as_text(cells.get("note_id")).strip()
        check_id("case_id", case_id)
        check_id("note_id", note_id)
        text = as_text(cells["text"])
        if not text.strip():
            raise ValueError("no text")
        if not normalise(text)[0].strip():
            raise ValueError("the text is only markup or invisible characters")
        occurred, later = self._date(cells, "occurred_at")
        recorded, later_recorded = self._date(cells, "recorded_at")
        if occurred is None and recorded is None:
            raise ValueError("no date but one in the future" if later or later_recorded else "no date")
        self._check_unique(row, case_id, note_id, text)
        self.future_dates += later + later_recorded
        note_type = as_text(cells.get("note_type")).strip()
        role = as_text(cells.get("author_role")).strip()
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
            team=as_text(cells.get("team")).strip(),
            plan_type=as_text(cells.get("plan_type")).strip(),
            age=as_text(cells.get("age")).strip(),
            seen=as_flag(cells.get("seen")),
            seen_alone=as_flag(cells.get("seen_alone")),
            row=row,
        )

    def _date(self, cells: dict[str, Any], name: str) -> tuple[datetime | None, bool]:
        """The date, and whether there is one that lies after the day of the scan and so counts as none."""
        try:
            when = read_date(cells.get(name), day_first=self.profile.day_first)
        except (ValueError, OverflowError) as error:
            why = str(error) if isinstance(error, ValueError) else "is not a date that can be read"
            raise ValueError(f"the {called(name)} {why}") from None
        later = when is not None and when.date() > self.today
        return (None if later else when), later

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
