"""The store of verdicts: a folder of JSON Lines files, one an import, written once and never changed."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from analyser.errors import VerdictError
from analyser.verdicts.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FILES: Final = "verdicts-*.jsonl"


@dataclass(frozen=True, slots=True)
class Added:
    """What an import did.

    Attributes:
        new: Records that were added.
        known: Records that were there already.
    """

    new: tuple[Record, ...] = field(default=())
    known: int = 0


def read_store(folder: Path) -> list[Record]:
    """All records of a store, each once, in order of the time of judging.

    Args:
        folder: The store.

    Raises:
        VerdictError: There are none (CRA-7505), or a line is not what was written (CRA-7506).
    """
    records = _read(folder)
    if not records:
        raise VerdictError("CRA-7505", path=folder)
    return sorted(records.values(), key=lambda r: (r.judged_at, r.digest))


def add(folder: Path, records: Iterable[Record]) -> Added:
    """Add records that the store does not have; all of them appear, or none.

    Args:
        folder: The store; it is made where there is none.
        records: What to add; a record that is there already, or comes twice, is added once.

    Raises:
        VerdictError: The store is damaged (CRA-7506) or cannot be written (CRA-7507).
    """
    known = _read(folder)
    fresh: dict[str, Record] = {}
    seen = 0
    for record in records:
        if record.digest in known or record.digest in fresh:
            seen += 1
        else:
            fresh[record.digest] = record
    if fresh:
        _write(folder, "".join(_line(record) for record in fresh.values()))
    return Added(tuple(fresh.values()), seen)


def _line(record: Record) -> str:
    return json.dumps({"id": record.digest, **record.content()}, ensure_ascii=True) + "\n"


def _write(folder: Path, content: str) -> None:
    # A file of its own for each import: two people can import at once, and no reader ever sees half a line.
    data = content.encode("ascii")
    name = f"verdicts-{sha256(data).hexdigest()[:16]}.jsonl"
    partial = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=".partial-", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).chmod(0o644)  # the folder says who may read; the temporary file's own mode would shut others out
        os.replace(partial, folder / name)
    except OSError as error:
        if partial:
            Path(partial).unlink(missing_ok=True)
        raise VerdictError("CRA-7507", path=folder, why=error.strerror or "the system refuses") from None


def _read(folder: Path) -> dict[str, Record]:
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise VerdictError("CRA-7507", path=folder, why="it is a file")
    found: dict[str, Record] = {}
    for path in sorted(folder.glob(_FILES)):
        for number, line in enumerate(_lines(path), start=1):
            record = _record(line, f"line {number} of {path.name}", folder)
            found.setdefault(record.digest, record)
    return found


def _lines(path: Path) -> Sequence[bytes]:
    try:
        return path.read_bytes().splitlines()
    except OSError as error:
        why = f"{path.name} cannot be read ({error.strerror or 'the system refuses'})"
        raise VerdictError("CRA-7506", path=path.parent, why=why) from None


def _record(line: bytes, place: str, folder: Path) -> Record:
    try:
        record, told = Record.model_validate_json(line), json.loads(line).get("id")
    except (ValidationError, ValueError):
        raise VerdictError("CRA-7506", path=folder, why=f"{place} is no verdict") from None
    if record.digest != told:
        raise VerdictError("CRA-7506", path=folder, why=f"{place} was changed after it was written")
    return record
