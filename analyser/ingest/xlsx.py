"""Workbooks to rows, and the limits that keep a hostile or damaged one from running without end."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final

from analyser.errors import InputError
from analyser.ingest.table import LONGEST_CELL, RawRow, Table, readable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LARGEST_SHEET: Final = 4 << 30
_MOST_EMPTY_ROWS: Final = 1 << 20  # as many as a sheet has in Excel
_BLOCK: Final = 1 << 20


def xlsx_table(path: Path) -> Table:
    """Find the table of notes in a workbook: the widest sheet.

    Raises:
        InputError: It is no workbook, holds no table or more than one, or is made to wear a reader out.
    """
    with readable(path, "XLSX"):
        with zipfile.ZipFile(path) as archive:
            if "[Content_Types].xml" not in archive.namelist():
                raise InputError("CRA-1004", path=path, kind="XLSX", why="it is a zip file but no workbook")
            if sum(item.file_size for item in archive.infolist()) > _LARGEST_SHEET:
                raise InputError("CRA-1004", path=path, kind="XLSX", why="it unpacks to more than 4 GB; save it as CSV")
            _check_parts(path, archive)
        sheets = [(title, header) for title, header in _sheet_headers(path) if len([h for h in header if h]) > 1]
    if not sheets:
        raise InputError("CRA-1002", path=path)
    widest = max(sheets, key=lambda sheet: len(sheet[1]))
    twins = [title for title, header in sheets if header == widest[1]]
    if len(twins) > 1:
        raise InputError("CRA-1009", path=path, sheets=", ".join(twins))
    title, header = widest

    def rows() -> Iterator[RawRow]:
        from openpyxl import load_workbook  # noqa: PLC0415 - heavy

        with readable(path, "XLSX"):
            book = load_workbook(path, read_only=True, data_only=True)
            empty = 0
            for number, cells in enumerate(book[title].iter_rows(values_only=True), start=1):
                if not any(cell is not None and cell != "" for cell in cells):
                    empty += 1
                    if empty > _MOST_EMPTY_ROWS:
                        why = "more than a million of its rows are empty; delete them, or save it as CSV"
                        raise InputError("CRA-1004", path=path, kind="XLSX", why=why)
                elif number > 1:
                    yield RawRow(number, dict(zip(header, cells, strict=False)))
            book.close()

    return Table("XLSX", header, rows)


def _sheet_headers(path: Path) -> Iterator[tuple[str, list[str]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy

    book = load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        first = next(sheet.iter_rows(max_row=1, values_only=True), ())
        yield sheet.title, ["" if cell is None else str(cell).strip() for cell in first]
    book.close()


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse what a spreadsheet program never writes: entities of its own, and cells of more than 64 MB.

    Both are looked for in the bytes, before a parser that would expand or hold them sees any.
    """
    for item in archive.infolist():
        if item.filename.endswith((".xml", ".rels")):
            with archive.open(item) as part:
                long = 0
                before = b""
                for block in iter(lambda: part.read(_BLOCK), b""):
                    # NUL bytes stand between the letters of UTF-16.
                    if b"<!DOCTYPE" in (before + block).replace(b"\0", b"").upper():
                        raise InputError("CRA-1004", path=path, kind="XLSX", why="it declares XML entities of its own")
                    before = block[-32:]
                    first = block.find(b"<")
                    long = len(block) - block.rfind(b"<") if first >= 0 else long + len(block)
                    if long > LONGEST_CELL:
                        raise InputError("CRA-1004", path=path, kind="XLSX", why="it has a cell of more than 64 MB")
