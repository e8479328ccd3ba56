"""What commands print: a progress bar on a terminal, plain lines in a pipe, JSON for machines."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from analyser.plural import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analyser.errors import AnalyserError


def say(text: str) -> None:
    """A line for a person, on standard output."""
    sys.stdout.write(text + "\n")


def say_json(data: object) -> None:
    """An object for a machine, on standard output."""
    sys.stdout.write(json.dumps(data, indent=1, ensure_ascii=False, default=str) + "\n")


def fail(error: AnalyserError) -> None:
    """An error on standard error: one sentence with its code."""
    sys.stderr.write(f"{error}\n")


def column_lines(columns: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What the gate saw in the columns beside the text, a line a column.

    Args:
        columns: Notes by column and by type of identifier.
    """
    return [
        f"Column {column}: " + ", ".join(f"{kind} in {count(n, 'note')}" for kind, n in kinds.items()) + "; look at it."
        for column, kinds in columns.items()
    ]


class _Bar:
    """Rows read, on a terminal."""

    def __init__(self, progress: Any, task: Any) -> None:
        self._progress, self._task = progress, task

    def rows(self, count: int) -> None:
        """Show ``count`` rows."""
        self._progress.update(self._task, completed=count)


class _Silent:
    def rows(self, count: int) -> None:
        """Show nothing."""


@contextmanager
def row_progress(*, quiet: bool) -> Iterator[Any]:
    """A progress bar that counts rows; silent in a pipe or when ``quiet``."""
    if quiet or not sys.stderr.isatty():
        yield _Silent()
        return
    from rich.console import Console  # noqa: PLC0415 - heavy
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        SpinnerColumn(),
        TextColumn("Reading notes"),
        MofNCompleteColumn(),
        TextColumn("rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bar(progress, progress.add_task("read", total=None))
