"""Output files: written under a temporary name, given their own only when everything is done."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
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
_PARTIAL: Final = ".partial-"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def all_or_nothing(out: Path) -> Iterator[Path]:
    """A temporary folder beside the final files; on success its files move to ``out``, otherwise nothing stays.

    Raises:
        OutputError: ``out`` cannot be written, or holds files that no scan made.
    """
    try:
        ours = not out.exists()
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = [p.name for p in out.iterdir() if p.name not in OUTPUTS and not p.name.startswith(_PARTIAL)]
        if others and not (out / "run.json").is_file():
            raise OutputError("CRA-5004", path=out)
        _remove_stale(out)
        partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=out))
        lock = _lock(partial)
    except FileExistsError:
        raise OutputError("CRA-5001", path=out, why="it is a file") from None
    except (OSError, ValueError) as error:
        raise OutputError("CRA-5001", path=out, why=_why(error)) from None
    try:
        yield partial
        for path in sorted(partial.iterdir(), key=lambda p: p.name == "run.json"):  # run.json last: it says "complete"
            os.replace(path, out / path.name)
    except OSError as error:
        raise OutputError("CRA-5001", path=out, why=_why(error)) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        os.close(lock)
        if ours and not any(out.iterdir()):
            out.rmdir()


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or "the system refuses"


def _lock(folder: Path) -> int:
    """A lock on a folder that the system lifts when this process ends, however it ends."""
    handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # a file system without locks; then nobody removes the folder but ourselves
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def _remove_stale(out: Path) -> None:
    """Remove what a scan left behind that was killed; folders of a scan that still runs are locked."""
    for folder in out.glob(f"{_PARTIAL}*"):
        if folder.is_dir() and not folder.is_symlink():
            with suppress(OSError):
                handle = os.open(folder, os.O_RDONLY)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(handle)


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


def write_private(path: Path, text: str) -> None:
    """A text file that only its owner may read, for what holds note text."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)  # it may have been there before
        file.write(text)


def write_text(path: Path, text: str, *, private: bool = True) -> None:
    """A text file that appears under its name only when it is complete.

    Args:
        path: Where.
        text: Its content.
        private: Only its owner may read it, as befits what may hold note text; otherwise everybody.

    Raises:
        OutputError: It cannot be written.
    """
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_PARTIAL, dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o600 if private else 0o644)
        os.replace(name, path)
    except (OSError, ValueError) as error:
        raise OutputError("CRA-5001", path=path, why=_why(error)) from None
    finally:
        if name:
            Path(name).unlink(missing_ok=True)
