"""Reading the tables that sampling needs: our own CSV files and those of people, never with note text."""

from __future__ import annotations

import csv
from datetime import date, datetime
from typing import TYPE_CHECKING

from analyser.errors import SamplingError
from analyser.runners.files import plain_cell

if TYPE_CHECKING:
    from pathlib import Path


def read_table(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a CSV file in UTF-8, cells stripped, disarmed cells as they were before.

    Args:
        path: The file.
        needed: Columns that must be there, with something in the first of them in every row.

    Raises:
        SamplingError: It is missing, no table, or lacks a column or an id.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            names = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = names
            missing = [name for name in needed if name not in names]
            if missing:
                raise SamplingError("CRA-7020", path=path, why=f"it has no column {missing[0]}")
            rows = [
                {name: plain_cell((value or "").strip()) for name, value in row.items() if isinstance(name, str)}
                for row in reader
            ]
    except FileNotFoundError:
        raise SamplingError("CRA-7020", path=path, why="there is no such file") from None
    except OSError as error:
        raise SamplingError("CRA-7020", path=path, why=error.strerror or "the system refuses") from None
    except (csv.Error, UnicodeDecodeError):
        raise SamplingError("CRA-7020", path=path, why="it is not a CSV file in UTF-8") from None
    if any(not row[needed[0]] for row in rows):
        raise SamplingError("CRA-7020", path=path, why=f"a row has no {needed[0]}")
    return rows


def date_of(text: str) -> date | None:
    """The day of an ISO date or date and time; ``None`` for anything else."""
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return None


def number_of(text: str | None) -> float | None:
    """A number, or ``None`` for an empty or other cell."""
    try:
        return float(text) if text else None
    except ValueError:
        return None
