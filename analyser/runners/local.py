"""Scan an export in this process: gate, analysis, scores, files. Note text is held one note at a time."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from analyser.codebook import DIMENSIONS
from analyser.contracts import CaseScore, Evidence, NoteFacts, NoteScore, Rejected
from analyser.errors import InputError, PrivacyStop
from analyser.privacy import Columns, Gate, GateReport, OnIdentifiers
from analyser.runners.files import CsvFile, EvidenceFiles, all_or_nothing, write_json
from analyser.runners.pool import Job, Workers
from analyser.scoring import score_case, score_note, team_periods
from analyser.scoring.copies import first_occurrences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from analyser.ingest import Export
    from analyser.pipeline import Bundle

_NO_TRACE: Final[dict[str, Any]] = {}
_SCORE_COLUMNS: Final = tuple(f"{d}_score" for d in DIMENSIONS)
NOTE_COLUMNS: Final = (
    "case_id", "note_id", "row", "occurred_at", "recorded_at", "note_type", "kind", "author_role", "team", "words", "sentences",
    *_SCORE_COLUMNS, *(f"{d}_indicators" for d in DIMENSIONS), "gaps", "reasons",
    "characters_not_read",
)  # fmt: skip
CASE_COLUMNS: Final = (
    "case_id", *_SCORE_COLUMNS, "priority", "priority_rank", "reasons", "team", "plan_type", "age", "notes", "notes_applicable",
    "first_note", "last_note", *(f"{d}_state" for d in DIMENSIONS), *(f"{d}_low" for d in DIMENSIONS),
    *(f"{d}_high" for d in DIMENSIONS), *(f"{d}_indicators" for d in DIMENSIONS),
    *(f"{d}_notes_that_could" for d in DIMENSIONS), *(f"{d}_notes_that_did" for d in DIMENSIONS), *(f"{d}_gaps" for d in DIMENSIONS),
    "longest_not_seen_days", "longest_without_note_days",
)  # fmt: skip
TEAM_COLUMNS: Final = (
    "team", "month", "cases", "notes", *(f"{d}_share_of_notes" for d in DIMENSIONS), *(f"{d}_median_score" for d in DIMENSIONS),
)  # fmt: skip


class Progress(Protocol):
    """Something that shows how far a scan is."""

    def rows(self, count: int) -> None:
        """Called as rows are read, with their number so far."""


@dataclass(slots=True)
class _Kept:
    """What stays in memory of a note: facts, slim evidence, unit hashes. No text."""

    facts: NoteFacts
    evidence: tuple[Evidence, ...]
    units: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class ScanResult:
    """What a scan gave.

    Attributes:
        run: The content of ``run.json``.
        cases: Scores, in order of priority.
        facts: Facts of the notes of each case, by case id.
    """

    run: dict[str, Any]
    cases: list[CaseScore] = field(default_factory=list)
    facts: dict[str, list[NoteFacts]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How to scan.

    Attributes:
        on_identifiers: What to do when more notes than ``stop_rate`` hold identifiers.
        stop_rate: Share of notes, 0 to 1.
        workers: Processes that read notes.
        make: Makes a bundle in another process; without it all is read in this one.
    """

    on_identifiers: OnIdentifiers = "stop"
    stop_rate: float = 0.01
    workers: int = 1
    make: Callable[[], Bundle] | None = None


def scan(
    export: Export,
    bundle: Bundle,
    gate: Gate,
    out: Path,
    options: ScanOptions | None = None,
    progress: Progress | None = None,
    finish: Callable[[ScanResult, Path], None] | None = None,
) -> ScanResult:
    """Scan an export into a folder.

    Args:
        export: The export, opened.
        bundle: Rules and settings.
        gate: The privacy gate.
        out: Folder for the results; its files appear only when all of them are complete.
        options: What to do about identifiers.
        progress: Told of every row.
        finish: Adds files of its own (the report) to the temporary folder before all of them appear.

    Raises:
        InputError: No row could be used, or the file is damaged.
        PrivacyStop: Too many notes hold identifiers; nothing is written.
        OutputError: The folder cannot be written.
    """
    options = options or ScanOptions()
    began = time.perf_counter()
    started = datetime.now(UTC)
    with all_or_nothing(out) as folder:
        report, kept, counts = _read(export, bundle, gate, folder, options, progress)
        read = time.perf_counter()
        if report.notes == 0:
            raise InputError("CRA-1008", path=export.path.name, reason=_first_reason(export))
        _stop_if_told(report, options)
        cases = _score(kept, folder)
        run = {
            "rows_read": export.rows_read,
            "rows_rejected": counts["rejected"],
            "notes_analysed": report.notes,
            "notes_not_applicable": counts["not_applicable"],
            "notes_cut": counts["cut"],
            "characters_not_read": counts["not_read"],
            "max_note_chars": bundle.max_note_chars,
            "future_dates": export.future_dates,
            "note_kinds": _tally(n.facts.kind for notes in kept.values() for n in notes),
            "author_kinds": _tally(n.facts.author for notes in kept.values() for n in notes),
            "cases": len(cases),
            "evidence": counts["evidence"],
            "sentences": counts["sentences"],
            "versions": bundle.versions,
            "input": {
                "name": export.path.name,
                "path": str(export.path.resolve()),
                "kind": export.table.kind,
            },
            "input_sha256": export.sha256(),
            "profile": export.profile.name,
            "privacy": privacy_section(report, gate, options),
            "started_at": started.isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - began, 3),
            "timings": {
                "read_and_analyse": round(read - began, 3),
                "score": round(time.perf_counter() - read, 3),
            },
        }
        result = ScanResult(run, cases, {case_id: [n.facts for n in notes] for case_id, notes in kept.items()})
        if finish:
            finish(result, folder)
        run["seconds"] = round(time.perf_counter() - began, 3)
        write_json(folder / "run.json", run)
    return result


def _tally(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _first_reason(export: Export) -> str:
    for item in export.rows():
        if isinstance(item, Rejected):
            return f"row {item.row}: {item.reason}"
    return "it has no rows"


def privacy_section(report: GateReport, gate: Gate, options: ScanOptions) -> dict[str, Any]:
    """What ``run.json`` says of the gate: counts and ids, never what was found."""
    return {
        "on_identifiers": options.on_identifiers,
        "name_check": gate.name_check,
        "notes_checked": report.notes,
        "notes_checked_for_names": report.names_checked,
        "notes_with_identifiers": report.affected,
        "notes_with_first_names_only": report.first_name_notes,
        "counts": dict(sorted(report.counts.items())),
        "columns": {column: dict(sorted(kinds.items())) for column, kinds in sorted(report.columns.items())},
        "note_ids": report.note_ids,
        "stop_rate": options.stop_rate,
    }


def _stop_if_told(report: GateReport, options: ScanOptions) -> None:
    if options.on_identifiers == "stop" and report.rate > options.stop_rate:
        raise PrivacyStop(
            "CRA-2001", affected=report.affected, notes=report.notes, rate=f"{report.rate:.1%}",
            types=report.types_in_words(), limit=f"{options.stop_rate:.1%}",
        )  # fmt: skip


def _read(
    export: Export, bundle: Bundle, gate: Gate, folder: Path, options: ScanOptions, progress: Progress | None
) -> tuple[GateReport, dict[str, list[_Kept]], dict[str, int]]:
    report = GateReport()
    kept: dict[str, list[_Kept]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    rejected = CsvFile(folder / "rejected.csv", ("row", "reason", "case_id", "note_id"))
    notes_csv = CsvFile(folder / "notes.csv", NOTE_COLUMNS)
    files = EvidenceFiles(folder)
    columns = Columns(block=options.on_identifiers == "redact")
    jobs = _jobs(export, gate, columns, redacts=options.on_identifiers == "redact")
    read = Workers(bundle, options.workers, options.make).each(jobs)
    try:
        for item in read:
            if isinstance(item, Rejected):
                rejected.write((item.row, item.reason, *columns.ids_of(item)))
                counts["rejected"] += 1
            else:
                result = item.result
                report.add(item.note, item.findings, names=item.names, hits=item.hits)
                sure = tuple(e for e in result.evidence if e.sure)
                score = score_note(result.facts, sure)
                files.write(result.evidence)
                notes_csv.write(_note_row(result.facts, score))
                counts["cut"] += result.facts.characters_not_read > 0
                counts["not_read"] += result.facts.characters_not_read
                counts["sentences"] += result.facts.sentences
                counts["not_applicable"] += all(s.state == "not_applicable" for s in score.dimensions.values())
                slim = tuple(replace(e, trace=_NO_TRACE) for e in sure)
                kept[item.note.case_id].append(_Kept(result.facts, slim, result.units))
            if progress:
                progress.rows(export.rows_read)
    finally:
        read.close()  # stops the other processes, whatever ended this
        rejected.close()
        notes_csv.close()
        files.close()
    columns.settle(report)
    counts["evidence"] = files.count
    return report, kept, counts


def _jobs(export: Export, gate: Gate, columns: Columns, *, redacts: bool) -> Iterator[Job | Rejected]:
    for item in export.rows():
        if isinstance(item, Rejected):
            yield item
        else:
            names = gate.wants_names(item)  # asked with the id as it stands, so that a sample is the same one
            note, hits = columns.look(item)
            yield Job(note, names, redacts, hits)


def _score(kept: dict[str, list[_Kept]], folder: Path) -> list[CaseScore]:
    cases: list[CaseScore] = []
    scored: list[tuple[NoteFacts, NoteScore]] = []
    for notes in kept.values():
        facts, evidence = first_occurrences((n.facts, n.evidence, n.units) for n in notes)
        cases.append(score_case(facts, evidence))
        scored.extend((n.facts, score_note(n.facts, n.evidence)) for n in notes)
    cases.sort(key=lambda c: (-c.priority, c.case_id))
    table = CsvFile(folder / "cases.csv", CASE_COLUMNS)
    for rank, case in enumerate(cases, start=1):
        table.write(_case_row(case, rank))
    table.close()
    teams = CsvFile(folder / "teams.csv", TEAM_COLUMNS)
    for t in team_periods(scored, cases):
        teams.write(
            (
                t.team,
                t.month,
                t.cases,
                t.notes,
                *(t.shares[d] for d in DIMENSIONS),
                *(t.medians[d] for d in DIMENSIONS),
            )
        )
    teams.close()
    return cases


def _note_row(facts: NoteFacts, score: NoteScore) -> list[object]:
    dims = score.dimensions
    return [
        facts.case_id, facts.note_id, facts.row, _time(facts.when), _time(facts.recorded_at), facts.note_type, facts.kind,
        facts.author_role, facts.team, facts.words, facts.sentences, *(dims[d].value for d in DIMENSIONS),
        *(" ".join(dims[d].carried_by) for d in DIMENSIONS), sum(dims[d].gaps for d in DIMENSIONS),
        " ".join(dims[d].reason for d in DIMENSIONS if dims[d].state == "scored"),
        facts.characters_not_read,
    ]  # fmt: skip


def _case_row(case: CaseScore, rank: int) -> list[object]:
    dims = case.dimensions
    return [
        case.case_id, *(dims[d].value for d in DIMENSIONS), case.priority, rank, " ".join(case.reasons), case.team, case.plan_type,
        case.age, case.notes, case.notes_applicable, _time(case.first), _time(case.last), *(dims[d].state for d in DIMENSIONS),
        *(dims[d].low for d in DIMENSIONS), *(dims[d].high for d in DIMENSIONS),
        *(" ".join(dims[d].carried_by) for d in DIMENSIONS), *(dims[d].notes_that_could for d in DIMENSIONS),
        *(dims[d].notes_that_did for d in DIMENSIONS), *(dims[d].gaps for d in DIMENSIONS), case.longest_gap_days, case.quiet_days,
    ]  # fmt: skip


def _time(when: datetime | None) -> str:
    return when.isoformat(timespec="minutes") if when else ""
