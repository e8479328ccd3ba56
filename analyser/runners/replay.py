"""Read a finished scan again: its run, its evidence, its scores. Nothing is analysed anew."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analyser.contracts import Evidence, Note
from analyser.errors import InputError, OutputError
from analyser.ingest import load_profile, open_export
from analyser.ingest.export import LONDON
from analyser.pipeline import result_of
from analyser.privacy import Columns, Gate, redact
from analyser.runners.local import ScanResult
from analyser.scoring import score_case
from analyser.scoring.copies import first_occurrences
from analyser.text.reading import read_note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from analyser.ingest import Export

_NEEDED: Final = ("run.json", "evidence.jsonl")


def load_run(folder: Path) -> dict[str, Any]:
    """The content of a scan's ``run.json``.

    Raises:
        OutputError: The folder is not the output of a scan.
    """
    for name in _NEEDED:
        if not (folder / name).is_file():
            raise OutputError("CRA-5002", path=folder, missing=name)
    try:
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except json.JSONDecodeError:
        raise OutputError("CRA-5002", path=folder, missing="a readable run.json") from None
    if not isinstance(run, dict) or "versions" not in run:
        raise OutputError("CRA-5002", path=folder, missing="a readable run.json")
    return run


def reopen_export(run: dict[str, Any], export: Path | None = None, profile: str | None = None) -> Export:
    """Open the export that a scan read.

    Args:
        run: The content of ``run.json``.
        export: Where it is now, if it has moved.
        profile: The profile's name or file, if it is not a shipped one.

    Raises:
        InputError: It is not there, or it is not the same file.
    """
    path = export or Path(run["input"]["path"])
    opened = open_export(path, load_profile(profile or run.get("profile_source") or run["profile"]))
    if opened.sha256() != run["input_sha256"]:
        raise InputError("CRA-1010", path=path)
    with suppress(KeyError, TypeError, ValueError):  # an older run, or one that was edited
        # A date that lay in the future then counts as none now either.
        opened.today = datetime.fromisoformat(run["started_at"]).astimezone(LONDON).date()
    return opened


def read_evidence(path: Path, cases: Collection[str] | None = None) -> dict[str, list[Evidence]]:
    """Evidence of a scan by case id, all of it or that of some cases; not what only needs a reader."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            one = Evidence(**row)
            if one.sure and (cases is None or one.case_id in cases):
                found[one.case_id].append(one)
    return found


def replay(folder: Path, export: Export, wanted: Collection[str] | None = None) -> ScanResult:
    """Scores of a finished scan, made again from its evidence.

    Args:
        folder: The output of the scan.
        export: The export.
        wanted: Only these cases; all without it.
    """
    run = load_run(folder)
    evidence = read_evidence(folder / "evidence.jsonl", wanted)
    by_note: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for found in evidence.values():
        for e in found:
            by_note[e.case_id, e.note_id].append(e)
    kept: dict[str, list[Any]] = defaultdict(list)
    for item in _notes(export, redacted=run["privacy"]["on_identifiers"] == "redact"):
        if wanted is None or item.case_id in wanted:
            kept[item.case_id].append(result_of(item, read_note(item), by_note[item.case_id, item.note_id]))
    cases = [score_case(*first_occurrences(notes)) for notes in kept.values()]
    cases.sort(key=lambda c: (-c.priority, c.case_id))
    return ScanResult(run, cases, {case_id: [n[0] for n in notes] for case_id, notes in kept.items()})


def notes_of_cases(export: Export, cases: Collection[str], *, redacted: bool) -> dict[tuple[str, str], Note]:
    """The notes of some cases, read from the export for the moment of rendering.

    Args:
        export: The export.
        cases: Case ids.
        redacted: Block identifiers out again, as the scan did.
    """
    return {(n.case_id, n.note_id): n for n in _wanted(export, cases, redacted=redacted)}


def _wanted(export: Export, cases: Collection[str], *, redacted: bool) -> Iterator[Note]:
    gate = Gate("full")
    for note in _notes(export, redacted=redacted):
        if note.case_id in cases:
            if redacted:
                findings, _ = gate.findings(note)
                yield note.model_copy(update={"text": redact(note.text, findings)})
            else:
                yield note


def _notes(export: Export, *, redacted: bool) -> Iterator[Note]:
    """Every note, with the columns beside the text blocked as the scan did: ids are those of its tables."""
    columns = Columns(block=redacted)
    for item in export.rows():
        if isinstance(item, Note):
            yield columns.look(item)[0] if redacted else item
