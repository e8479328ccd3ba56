"""Tables of a report as a workbook for a committee, laid out as UK statistics publish theirs."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analyser.errors import OutputError
from analyser.reports.tables import plain
from analyser.runners.files import safe_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyser.reports.tables import Table

SHEETS: Final = (
    "design", "exclusions", "strata", "replacements", "summary", "verdicts_b", "estimates", "verdicts_a", "list_a",
    "list_b", "frame",
)  # fmt: skip
EMPTY: Final = "[x]"  # the shorthand of the Government Analysis Function for what is not available
# Cells are data: a spreadsheet must not run them, and ids that look like numbers stay as they are.
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbook(path: Path, title: str, about: Sequence[str], tables: Sequence[Table]) -> None:
    """Write a workbook with a cover, a list of contents and a sheet for each table.

    Args:
        path: The XLSX file; it appears under its name only when it is complete.
        title: For the cover.
        about: Sentences for the cover: what the figures are and are not.
        tables: The tables; shares are fractions of one, in cells shown in per cent.

    Raises:
        OutputError: It is not named ``.xlsx``, or cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise OutputError("CRA-5001", path=path, why="a workbook needs a name that ends in .xlsx")
    import gptables  # noqa: PLC0415 - heavy

    cover = gptables.Cover(title=title, intro=list(about), cover_label="Cover")
    partial = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=".partial-", suffix=".xlsx", dir=path.parent)
        os.close(handle)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it misses a sheet of notes; each table says what it must
            book = gptables.produce_workbook(
                partial, {t.key: _sheet(t) for t in tables}, cover=cover, workbook_options=_OPTIONS
            )
        book.close()
        Path(partial).chmod(0o600)  # reasons and teams are for those who may read the report
        os.replace(partial, path)
    except OSError as error:
        raise OutputError("CRA-5001", path=path, why=error.strerror or "the system refuses") from None
    finally:
        if partial:
            Path(partial).unlink(missing_ok=True)


def _sheet(table: Table) -> Any:
    import gptables  # noqa: PLC0415 - heavy
    import pandas as pd  # noqa: PLC0415 - heavy

    labels: list[str] = []
    for column in table.columns:
        # Headings must differ within a sheet; "to" and "Interval from" come twice beside two estimates.
        label = column.label
        while label in labels:
            label += " (machine)"
        labels.append(label)
    rows = [[EMPTY if cell in {None, ""} else safe_cell(plain(cell)) for cell in row] for row in table.rows]
    empty = any(EMPTY in row for row in rows)
    frame = pd.DataFrame(rows, columns=labels)
    shares = [k for k, c in enumerate(table.columns) if c.kind == "share"]
    formatting = [{"column": {"columns": shares, "format": {"num_format": "0.0%"}}}] if shares else []
    return gptables.GPTable(
        table=frame, table_name=table.key, title=table.caption, subtitles=[], index_columns={},
        instructions="This worksheet contains one table.", legend=[f"{EMPTY} not given"] if empty else [],
        additional_formatting=formatting,
    )  # fmt: skip
