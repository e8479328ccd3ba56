"""Files to rows: CSV, XLSX, Parquet, JSON Lines; read as a stream, whatever their size."""

from __future__ import annotations

import codecs
import csv
import json
import sys
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analyser.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_KINDS: Final = {
    ".csv": "CSV", ".tsv": "CSV", ".txt": "CSV", ".xlsx": "XLSX", ".xlsm": "XLSX", ".parquet": "Parquet",
    ".jsonl": "JSON Lines", ".ndjson": "JSON Lines", ".json": "JSON Lines",
}  # fmt: skip
_BLOCK: Final = 1 << 20
_LONGEST_CELL: Final = 64 << 20
_LARGEST_SHEET: Final = 4 << 30


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of an export: its cells by column name, or what is wrong with it as a whole."""

    number: int
    cells: dict[str, Any]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was found in a file: its column names, and a way to read its rows from the start."""

    kind: str
    header: list[str]
    rows: Callable[[], Iterator[RawRow]]


def open_table(path: Path) -> Table:
    """Look at a file and make ready to read it.

    Raises:
        InputError: The file is missing, empty, of an unknown kind, or not what its name says.
    """
    if not path.is_file():
        raise InputError("CRA-1001", path=path)
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise InputError("CRA-1003", path=path)
    if path.stat().st_size == 0:
        raise InputError("CRA-1002", path=path)
    readers = {"CSV": _csv_table, "XLSX": _xlsx_table, "Parquet": _parquet_table, "JSON Lines": _jsonl_table}
    return readers[kind](path)


@contextmanager
def _readable(path: Path, kind: str) -> Iterator[None]:
    """Turn a library's complaint into ours, without the values that such complaints like to quote."""
    try:
        yield
    except (InputError, GeneratorExit, KeyboardInterrupt):
        raise
    except zipfile.BadZipFile:
        raise InputError("CRA-1004", path=path, kind=kind, why="it is not a workbook, or it is damaged") from None
    except PermissionError:
        raise InputError("CRA-1004", path=path, kind=kind, why="reading it is not allowed") from None
    except UnicodeError:
        raise InputError("CRA-1004", path=path, kind=kind, why="its letters are in no known encoding") from None
    except Exception:  # noqa: BLE001 - third-party readers raise anything on a damaged file
        raise InputError("CRA-1004", path=path, kind=kind, why="it is damaged or of another kind") from None


def encoding_of(path: Path) -> str:
    """How a text file is encoded.

    UTF-16 or UTF-8 by byte-order mark; UTF-8 if the whole file is, or if more of its letters are valid UTF-8 than not
    (a few damaged bytes do not turn it into something else); otherwise cp1252, what Excel saves here.
    """
    with path.open("rb") as file:
        if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        damaged = letters = 0
        for block in iter(lambda: file.read(_BLOCK), b""):
            text = decoder.decode(block)
            if not text.isascii():
                damaged += text.count("\ufffd")
                letters += sum(1 for c in text if c > "\x7f")
    return "cp1252" if damaged * 2 > letters else "utf-8-sig"


def _csv_table(path: Path) -> Table:
    with _readable(path, "CSV"):
        encoding = encoding_of(path)
        csv.field_size_limit(min(sys.maxsize, _LONGEST_CELL))
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            first = file.readline(_BLOCK)
            if first.startswith("PK\x03\x04") or "\x00" in first:
                raise InputError("CRA-1004", path=path, kind="CSV", why="it is not text")
            delimiter = max(",;\t|", key=first.count)
            file.seek(0)
            header = [name.strip() for name in next(csv.reader(_without_nul(file), delimiter=delimiter), [])]
    if not any(header):
        raise InputError("CRA-1002", path=path)

    def rows() -> Iterator[RawRow]:
        with _readable(path, "CSV"), path.open(encoding=encoding, errors="replace", newline="") as file:
            reader = csv.reader(_without_nul(file), delimiter=delimiter)
            next(reader)
            number = 1
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    yield RawRow(number, {}, "the row is not valid CSV, or a cell is longer than 64 MB")
                    continue
                if not any(cells):
                    number -= 0 if cells else 1  # a blank line is no row
                    if not cells:
                        continue
                fault = (
                    "the row has more cells than the heading"
                    if len(cells) > len(header) and any(cells[len(header) :])
                    else ""
                )
                yield RawRow(number, dict(zip(header, cells, strict=False)), fault)

    return Table("CSV", header, rows)


def _without_nul(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\x00", "") if "\x00" in line else line


def _xlsx_table(path: Path) -> Table:
    with _readable(path, "XLSX"):
        with zipfile.ZipFile(path) as archive:
            if "[Content_Types].xml" not in archive.namelist():
                raise InputError("CRA-1004", path=path, kind="XLSX", why="it is a zip file but no workbook")
            if sum(item.file_size for item in archive.infolist()) > _LARGEST_SHEET:
                raise InputError("CRA-1004", path=path, kind="XLSX", why="it unpacks to more than 4 GB; save it as CSV")
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

        with _readable(path, "XLSX"):
            book = load_workbook(path, read_only=True, data_only=True)
            for number, cells in enumerate(book[title].iter_rows(values_only=True), start=1):
                if number > 1 and any(cell is not None and cell != "" for cell in cells):
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


def _parquet_table(path: Path) -> Table:
    with _readable(path, "Parquet"):
        from pyarrow import parquet  # noqa: PLC0415 - heavy

        header = [str(name) for name in parquet.ParquetFile(path).schema_arrow.names]

    def rows() -> Iterator[RawRow]:
        with _readable(path, "Parquet"):
            number = 1
            for batch in parquet.ParquetFile(path).iter_batches(batch_size=500):
                for cells in batch.to_pylist():
                    number += 1
                    yield RawRow(number, cells)

    return Table("Parquet", header, rows)


def _jsonl_table(path: Path) -> Table:
    with _readable(path, "JSON Lines"):
        encoding = encoding_of(path)
        header: dict[str, None] = {}
        with path.open(encoding=encoding, errors="replace") as file:
            if file.read(64).lstrip().startswith("["):
                why = "it is one JSON list; save one object a line"
                raise InputError("CRA-1004", path=path, kind="JSON Lines", why=why)
            file.seek(0)
            for row in _jsonl_rows(file):
                header.update(dict.fromkeys(row.cells))
    if not header:
        raise InputError("CRA-1004", path=path, kind="JSON Lines", why="no line of it is a JSON object")

    def rows() -> Iterator[RawRow]:
        with _readable(path, "JSON Lines"), path.open(encoding=encoding, errors="replace") as file:
            yield from _jsonl_rows(file)

    return Table("JSON Lines", list(header), rows)


def _jsonl_rows(file: Iterator[str]) -> Iterator[RawRow]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            yield RawRow(number, {}, "the line is not valid JSON")
            continue
        if isinstance(cells, dict):
            yield RawRow(number, cells)
        else:
            yield RawRow(number, {}, "the line is not a JSON object")
