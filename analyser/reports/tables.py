"""A table of a report with its twins: the same rows as HTML, as CSV and JSON in ``data:`` links, and for a workbook."""

from __future__ import annotations

import base64
import csv
import io
import json
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from analyser.runners.files import safe_cell

Kind: TypeAlias = Literal["text", "count", "share", "score", "case", "list"]
Cell: TypeAlias = str | int | float | tuple[str, ...] | None
NUMBERS: Final = frozenset({"count", "share", "score"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        key: Its name for machines.
        label: Its heading.
        kind: ``text``, ``count``, ``share`` (0 to 1, shown in per cent), ``score`` (0 to 100), ``case`` (an id that
            links to its page), or ``list`` (several sentences).
    """

    key: str
    label: str
    kind: Kind = "text"

    @property
    def number(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in NUMBERS


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        key: Its name for machines, and of its files.
        caption: Its name for people.
        columns: The columns; the first one heads its row.
        rows: As many cells each as there are columns.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def csv(self) -> str:
        """RFC 4180; text that looks like a formula is disarmed; lists are joined by spaces."""
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow([c.key for c in self.columns])
        writer.writerows([safe_cell(plain(cell)) for cell in row] for row in self.rows)
        return buffer.getvalue()

    @property
    def json(self) -> str:
        """An object with the caption, the names of the columns, and the rows as lists in their order."""
        keys = [c.key for c in self.columns]
        content = {"table": self.key, "caption": self.caption, "columns": keys, "rows": self.rows}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    @property
    def csv_link(self) -> str:
        """The CSV as a ``data:`` link."""
        return _link("text/csv;charset=utf-8", self.csv)

    @property
    def json_link(self) -> str:
        """The JSON as a ``data:`` link."""
        return _link("application/json", self.json)


def shown(cell: Cell, kind: Kind) -> str:
    """A cell as people read it; an en dash where there is nothing."""
    if cell is None or cell == "":
        return "\u2013"
    if isinstance(cell, float):
        return f"{cell:.1%}" if kind == "share" else f"{cell:.0f}" if kind == "score" else f"{cell:g}"
    return str(plain(cell))


def plain(cell: Cell) -> str | int | float | None:
    """A cell for a table without lists."""
    return " ".join(cell) if isinstance(cell, tuple) else cell


def _link(kind: str, text: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(text.encode()).decode('ascii')}"
