"""The sampling report of a scan: which cases get pages, and where their text comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyser.reports.build import build_report
from analyser.runners.replay import notes_of_cases, read_evidence

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.ingest import Export
    from analyser.runners.local import ScanResult


def sampling_report(result: ScanResult, evidence: Path, export: Export, *, with_text: bool, pages: int) -> str:
    """The report as one HTML document.

    Args:
        result: Scores and facts.
        evidence: The scan's ``evidence.jsonl``.
        export: The export; note text is read from it now, and is kept nowhere else.
        with_text: Show the notes; otherwise ids and offsets only.
        pages: Cases that get a page, from the top of the list.
    """
    wanted = {case.case_id for case in result.cases[:pages]}
    redacted = result.run["privacy"]["on_identifiers"] == "redact"
    texts = notes_of_cases(export, wanted, redacted=redacted) if with_text else None
    return build_report(result.run, result.cases, result.facts, read_evidence(evidence, wanted), texts, pages=pages)
