"""Quotes that a CSV never closes: the cell that such a quote opens swallows the rows below it.

A reader of CSV cannot see that by itself, for a cell may hold line breaks. Two signs give it away: the file ends inside
a quote, or lines of a cell look like rows of this very table.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

NEVER_CLOSED: Final = "a quote opens in this row and is never closed; close it and export again"
SWALLOWS: Final = "a cell of this row holds whole rows of this export; a quote is missing at its end"
SWALLOWED: Final = "the row stands inside a cell of the row above, whose quote is not closed"
_HAS_DIGIT: Final = re.compile(r"\w*\d\w*")
_DATE: Final = re.compile(r"0[-/. ][0a][-/. ]0.*")


class Lines:
    """Lines of a file as a CSV reader pulls them, with those of the row that is being read.

    Attributes:
        row: Lines of the row, as they stand in the file.
        ended: Whether the reader has asked for a line and there was none. A reader that gives a row nonetheless was
            inside a quote.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.row: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            clean = line.replace("\x00", "") if "\x00" in line else line
            self.row.append(clean)
            yield clean
        self.ended = True


class RowShape:
    """What rows of a table look like, to tell one that stands inside a cell.

    Args:
        columns: Number of columns.
        delimiter: What separates them.
    """

    def __init__(self, columns: int, delimiter: str) -> None:
        self._columns, self._delimiter = columns, delimiter
        self._last: dict[int, str] = {}

    def learn(self, cells: list[str]) -> None:
        """Take a row that is sound for a model of the others."""
        self._last = _shapes(cells)

    def rows_in(self, lines: list[str]) -> int:
        """How many of the lines below the first look like rows of the table.

        Args:
            lines: Of one row, as they stand in the file.
        """
        least = self._columns - 1
        candidates = [line for line in lines[1:] if line.count(self._delimiter) >= least]
        if not candidates or not least:
            return 0
        models = [self._last, _shapes(self._cells(lines[0]))]
        return sum(any(_alike(_shapes(self._cells(line)), model) for model in models) for line in candidates)

    def _cells(self, line: str) -> list[str]:
        try:
            return next(csv.reader([line], delimiter=self._delimiter), [])
        except csv.Error:
            return []


def _shapes(cells: list[str]) -> dict[int, str]:
    """Cells with digits (ids, dates) as a pattern: ``2024-03-02`` and ``2026-11-30`` are both ``0-0-0``."""
    short = ((k, cell.strip()) for k, cell in enumerate(cells) if len(cell) <= 80)  # noqa: PLR2004 - ids and dates
    return {
        k: re.sub(r"[^\W\d_]+", "a", _HAS_DIGIT.sub("0", cell)) for k, cell in short if any(c.isdigit() for c in cell)
    }


def _alike(row: dict[int, str], model: dict[int, str]) -> bool:
    """Whether two columns or more agree, a date among them, or all do.

    Prose with as many commas as the heading is common; prose with an id and a date in the same places is not.
    """
    same = [k for k, shape in model.items() if row.get(k) == shape]
    return len(same) > 1 and (len(same) == len(model) or any(_DATE.fullmatch(model[k]) for k in same))
