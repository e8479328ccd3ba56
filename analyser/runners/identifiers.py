"""Look for identifiers in a whole export."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analyser.contracts import Note
from analyser.privacy import Columns, Gate, GateReport, NameCheck
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
        spans: Where to write the spans, as JSON Lines of ``note_id, start, end, type, score``; no text, and the row
            where the note's id is an identifier itself.
        progress: Told of every row.
    """
    gate, report, columns = Gate(name_check, sample), GateReport(), Columns(block=False)
    lines: list[str] = []
    for item in export.rows():
        if isinstance(item, Note):
            findings, names = gate.findings(item)
            _, hits = columns.look(item)
            report.add(item, findings, names=names, hits=hits)
            shown = f"row {item.row}" if any(h.column == "note_id" for h in hits) else item.note_id
            if spans is not None:
                lines.extend(
                    json.dumps(
                        {
                            "note_id": shown,
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
    columns.settle(report)
    if spans is not None:
        write_text(spans, "".join(line + "\n" for line in lines))
    return report
