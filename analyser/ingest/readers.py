"""Files to rows: CSV, XLSX, Parquet, JSON Lines; read as a stream, whatever their size."""

from __future__ import annotations

import codecs
import csv
import json
import sys
from typing import TYPE_CHECKING, Final

from analyser.errors import InputError
from analyser.ingest.table import LONGEST_CELL, RawRow, Table, readable
from analyser.ingest.unclosed import NEVER_CLOSED, SWALLOWED, SWALLOWS, Lines, RowShape
from analyser.ingest.xlsx import xlsx_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KINDS: Final = {
    ".csv": "CSV", ".tsv": "CSV", ".txt": "CSV", ".xlsx": "XLSX", ".xlsm": "XLSX", ".parquet": "Parquet",
    ".jsonl": "JSON Lines", ".ndjson": "JSON Lines", ".json": "JSON Lines",
}  # fmt: skip
_BLOCK: Final = 1 << 20


def open_table(path: Path) -> Table:
    """Look at a file and make ready to read it.

    Raises:
        InputError: The file is missing, empty, of an unknown kind, or not what its name says.
    """
    try:
        there = path.is_file()
    except (OSError, ValueError):  # a name that is too long, or holds what no name may
        there = False
    if not there:
        raise InputError("CRA-1001", path=path)
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise InputError("CRA-1003", path=path)
    if path.stat().st_size == 0:
        raise InputError("CRA-1002", path=path)
    readers = {"CSV": _csv_table, "XLSX": xlsx_table, "Parquet": _parquet_table, "JSON Lines": _jsonl_table}
    return readers[kind](path)


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
    with readable(path, "CSV"):
        encoding = encoding_of(path)
        csv.field_size_limit(min(sys.maxsize, LONGEST_CELL))
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            first = file.readline(_BLOCK)
            if first.startswith("PK\x03\x04") or "\x00" in first:
                raise InputError("CRA-1004", path=path, kind="CSV", why="it is not text")
            delimiter = max(",;\t|", key=first.count)
            file.seek(0)
            header = [name.strip() for name in next(csv.reader(Lines(file), delimiter=delimiter), [])]
    if not any(header):
        raise InputError("CRA-1002", path=path)

    def rows() -> Iterator[RawRow]:
        with readable(path, "CSV"), path.open(encoding=encoding, errors="replace", newline="") as file:
            yield from _csv_rows(Lines(file), header, delimiter)

    return Table("CSV", header, rows)


def _csv_rows(lines: Lines, header: list[str], delimiter: str) -> Iterator[RawRow]:
    reader = csv.reader(lines, delimiter=delimiter)
    next(reader)
    shape = RowShape(len(header), delimiter)
    number = 1
    while True:
        number += 1
        lines.row.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells, fault = [], "the row is not valid CSV, or a cell is longer than 64 MB"
        else:
            if not cells:
                number -= 1  # a blank line is no row
                continue
            fault = _csv_fault(cells, header)
        inside = shape.rows_in(lines.row) if len(lines.row) > 1 else 0
        if lines.ended:
            fault = NEVER_CLOSED
        elif inside:
            fault = SWALLOWS
        if not fault:
            shape.learn(cells)
        yield RawRow(number, dict(zip(header, cells, strict=False)), fault)
        yield from (RawRow(number, {}, SWALLOWED) for _ in range(inside))


def _csv_fault(cells: list[str], header: list[str]) -> str:
    more = len(cells) > len(header) and any(cells[len(header) :])
    return "the row has more cells than the heading" if more else ""


def _parquet_table(path: Path) -> Table:
    with readable(path, "Parquet"):
        from pyarrow import parquet  # noqa: PLC0415 - heavy

        header = [str(name) for name in parquet.ParquetFile(path).schema_arrow.names]

    def rows() -> Iterator[RawRow]:
        with readable(path, "Parquet"):
            number = 1
            for batch in parquet.ParquetFile(path).iter_batches(batch_size=500):
                for cells in batch.to_pylist():
                    number += 1
                    yield RawRow(number, cells)

    return Table("Parquet", header, rows)


def _jsonl_table(path: Path) -> Table:
    with readable(path, "JSON Lines"):
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
        with readable(path, "JSON Lines"), path.open(encoding=encoding, errors="replace") as file:
            yield from _jsonl_rows(file)

    return Table("JSON Lines", list(header), rows)


def _jsonl_rows(file: Iterator[str]) -> Iterator[RawRow]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line)
        except (ValueError, RecursionError):  # ValueError: also a number of more digits than are read
            yield RawRow(number, {}, "the line is not valid JSON")
            continue
        if isinstance(cells, dict):
            yield RawRow(number, cells)
        else:
            yield RawRow(number, {}, "the line is not a JSON object")
