"""Look for identifiers in a whole export."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analyser.contracts import Note
from analyser.privacy import Gate, GateReport, NameCheck
from analyser.runners.files import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.ingest import Export
    from analyser.runners.local import Progress


def check_export(
    export: Export, name_check: NameCheck, sample: int, spans: Path | None, progress: Progress | None = None
) -> GateReport:
    """Run the gate over an export.

    Args:
        export: The export, opened.
        name_check: In which notes to look for names.
        sample: Size of that sample.
        spans: Where to write the spans, as JSON Lines of ``note_id, start, end, type, score``; no text.
        progress: Told of every row.
    """
    gate, report = Gate(name_check, sample), GateReport()
    lines: list[str] = []
    for item in export.rows():
        if isinstance(item, Note):
            findings, names = gate.findings(item)
            report.add(item, findings, names=names)
            if spans is not None:
                lines.extend(
                    json.dumps(
                        {
                            "note_id": item.note_id,
                            "start": f.start,
                            "end": f.end,
                            "type": f.type,
                            "score": f.score,
                        }
                    )
                    for f in findings
                )
        if progress:
            progress.rows(export.rows_read)
    if spans is not None:
        write_text(spans, "".join(line + "\n" for line in lines))
    return report
