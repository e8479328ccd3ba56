"""Output files: written under a temporary name, given their own only when everything is done."""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from analyser.errors import OutputError
from analyser.pipeline import evidence_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analyser.contracts import Evidence

OUTPUTS: Final = (
    "evidence.jsonl", "evidence.parquet", "notes.csv", "cases.csv", "teams.csv", "rejected.csv", "run.json", "report.html",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def all_or_nothing(out: Path) -> Iterator[Path]:
    """A temporary folder beside the final files; on success its files move to ``out``, otherwise nothing stays.

    Raises:
        OutputError: ``out`` cannot be written, or holds files that no scan made.
    """
    ours = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        others = [p.name for p in out.iterdir() if p.name not in OUTPUTS and not p.name.startswith(".partial-")]
        if others and not (out / "run.json").is_file():
            raise OutputError("CRA-5004", path=out)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=out))
    except FileExistsError:
        raise OutputError("CRA-5001", path=out, why="it is a file") from None
    except OSError as error:
        raise OutputError("CRA-5001", path=out, why=error.strerror or "the system refuses") from None
    try:
        yield partial
        for path in sorted(partial.iterdir(), key=lambda p: p.name == "run.json"):  # run.json last: it says "complete"
            os.replace(path, out / path.name)
    except OSError as error:
        raise OutputError("CRA-5001", path=out, why=error.strerror or "the system refuses") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        if ours and not any(out.iterdir()):
            out.rmdir()


def safe_cell(value: object) -> object:
    """A cell that a spreadsheet will not take for a formula (OWASP, CSV injection)."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def plain_cell(text: str) -> str:
    """A cell as it was before :func:`safe_cell` disarmed it; for reading our own tables again."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


class CsvFile:
    """A CSV file, RFC 4180, UTF-8; text that looks like a formula is disarmed."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)

    def write(self, row: Iterable[object]) -> None:
        """Append a row."""
        self._writer.writerow([safe_cell(cell) for cell in row])

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class EvidenceFiles:
    """``evidence.jsonl`` and ``evidence.parquet``, written as evidence comes."""

    _BATCH: Final = 20_000

    def __init__(self, folder: Path) -> None:
        import pyarrow as pa  # noqa: PLC0415 - heavy
        from pyarrow import parquet  # noqa: PLC0415

        text, whole, real = pa.string(), pa.int64(), pa.float64()
        self._schema = pa.schema(
            [("case_id", text), ("note_id", text), ("start", whole), ("end", whole), ("dimension", text), ("indicator", text),
             ("status", text), ("confidence", real), ("source", text), ("trace", text)]
        )  # fmt: skip
        self._lines: IO[str] = (folder / "evidence.jsonl").open("w", encoding="utf-8")
        self._parquet = parquet.ParquetWriter(folder / "evidence.parquet", self._schema)
        self._rows: list[dict[str, Any]] = []
        self.count = 0

    def write(self, evidence: Iterable[Evidence]) -> None:
        """Append evidence."""
        for e in evidence:
            row = evidence_row(e)
            self._lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            self._rows.append({**row, "trace": json.dumps(e.trace)})
            self.count += 1
        if len(self._rows) >= self._BATCH:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa  # noqa: PLC0415

        if self._rows:
            self._parquet.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []

    def close(self) -> None:
        """Finish both files."""
        self._flush()
        self._lines.close()
        self._parquet.close()


def write_json(path: Path, data: object) -> None:
    """A JSON file, indented, in UTF-8."""
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def write_text(path: Path, text: str) -> None:
    """A text file that appears under its name only when it is complete.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".partial-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except OSError as error:
        raise OutputError("CRA-5001", path=path, why=error.strerror or "the system refuses") from None
