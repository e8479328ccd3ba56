"""What every reader gives: a heading, rows, and complaints without the values that libraries like to quote."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analyser.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LONGEST_CELL: Final = 64 << 20  # bytes


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


@contextmanager
def readable(path: Path, kind: str) -> Iterator[None]:
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
