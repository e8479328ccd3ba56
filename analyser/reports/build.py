"""Build the sampling report: one HTML file that asks nothing of anybody, and shows why each case is on the list."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections import defaultdict
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import CODEBOOK, DIMENSIONS
from analyser.plural import count
from analyser.reports.absent import absent_kinds
from analyser.reports.highlight import ListedEvidence, Segment, listed, segments, shifts
from analyser.reports.timeline import Timeline, timeline
from analyser.scoring.priority import find_gaps
from analyser.verdicts.records import JUDGEMENTS, KIND, REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from analyser.contracts import CaseScore, Evidence, Note, NoteFacts

_HERE: Final = Path(__file__).resolve().parent
LONGEST_NOTE: Final = 20_000  # characters of a note that a page shows
MOST_ROWS: Final = 5_000


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note on a case page."""

    anchor: str
    note_id: str
    when: str
    recorded: str
    note_type: str
    author_role: str
    segments: tuple[Segment, ...]
    evidence: tuple[ListedEvidence, ...]
    cut: bool
    shifts: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case page."""

    anchor: str
    rank: int
    case: CaseScore
    notes: tuple[NoteView, ...]
    timeline: Timeline | None
    not_found: tuple[tuple[str, str], ...]


def build_report(
    run: Mapping[str, Any],
    cases: Sequence[CaseScore],
    facts: Mapping[str, Sequence[NoteFacts]],
    evidence: Mapping[str, Sequence[Evidence]],
    texts: Mapping[tuple[str, str], Note] | None,
    *,
    pages: int = 200,
) -> str:
    """The report as one HTML document.

    Args:
        run: The content of ``run.json``.
        cases: All cases in order of priority.
        facts: Facts of the notes of each case that gets a page, by case id.
        evidence: Their evidence, by case id.
        texts: Their notes, by case and note id; ``None`` leaves all text out (``--no-text``).
        pages: How many cases get a page, from the top of the list.
    """
    rules: dict[str, int] = {}
    views = [
        case_view(rank, case, facts[case.case_id], evidence.get(case.case_id, ()), texts, rules)
        for rank, case in enumerate(cases[:pages], start=1)
    ]
    data = {
        "report": "case-record-analyser",
        "kind": KIND,
        "versions": run["versions"],
        "input_sha256": run["input_sha256"],
        "cases": [v.case.case_id for v in views],
        "dimensions": list(DIMENSIONS),
        "codes": {i.code: [d.key, i.key] for d in CODEBOOK for i in d.indicators},
        "sources": list(rules),
    }
    return render(
        "report.html.j2", ("report.js",), run=run, cases=cases, views=views, with_text=texts is not None,
        sources=list(rules), data=json_for_html(data), anchors={v.case.case_id: v.anchor for v in views},
        absent=absent_kinds(run),
    )  # fmt: skip


def render(template: str, scripts: Sequence[str], **values: object) -> str:
    """A report from a template, with style and script inside and their hashes in its content security policy.

    Args:
        template: Its name.
        scripts: Names of the files that its one script is put together from.
        values: What the template shows.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - heavy
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    css = (_HERE / "static" / "report.css").read_text(encoding="utf-8")
    js = "".join((_HERE / "static" / name).read_text(encoding="utf-8") for name in scripts)
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        count=count, dimensions=CODEBOOK, most_rows=MOST_ROWS, judgements=JUDGEMENTS, reasons=REASONS
    )
    environment.filters.update(day=day, sealed=sealed)
    # Between tags quotation marks are harmless; notes are full of them, and each would take five characters.
    environment.filters["words"] = lambda text: Markup(escape(text, quote=False))  # noqa: S704 - escaped right here
    return environment.get_template(template).render(
        css=css, js=js, css_hash=_sha256(css), js_hash=_sha256(js), **values
    )


def case_view(
    rank: int,
    case: CaseScore,
    facts: Sequence[NoteFacts],
    evidence: Sequence[Evidence],
    texts: Mapping[tuple[str, str], Note] | None,
    rules: dict[str, int],
) -> CaseView:
    """A case page with all that was found.

    Args:
        rank: Its number on the page, from 1.
        case: Its scores.
        facts: Of its notes.
        evidence: Its evidence.
        texts: Notes by case and note id; ``None`` leaves all text out.
        rules: Numbers of rules by source; added to.
    """
    anchor = f"case-{rank}"
    by_note: dict[str, list[Evidence]] = defaultdict(list)
    for e in evidence:
        by_note[e.note_id].append(e)
    ordered = sorted(facts, key=lambda f: (f.when is None, f.when, f.row))
    notes = tuple(
        _note_view(
            f"{anchor}-note-{k}",
            f,
            by_note[f.note_id],
            texts.get((f.case_id, f.note_id)) if texts is not None else None,
            rules,
        )
        for k, f in enumerate(ordered, start=1)
    )
    events = [(f.when, _lane(f, by_note[f.note_id]), f"{day(f.when)}: {f.note_type or f.kind}", f"#{v.anchor}")
              for f, v in zip(ordered, notes, strict=True) if f.when]  # fmt: skip
    gaps = find_gaps([f for f in ordered if f.kind != "admin"], by_note)
    not_found = tuple(
        (
            d.label,
            ", ".join(i.label.lower() for i in d.indicators if i.key not in case.dimensions[d.key].carried_by),
        )
        for d in CODEBOOK
    )
    return CaseView(anchor, rank, case, notes, timeline(events, gaps.stretches), tuple(n for n in not_found if n[1]))


def _note_view(
    anchor: str, facts: NoteFacts, evidence: Sequence[Evidence], note: Note | None, rules: dict[str, int]
) -> NoteView:
    found = listed(evidence, rules, note.text if note else None)
    text = note.text[:LONGEST_NOTE] if note else ""
    cut = segments(text, [e for e in found if e.start < len(text)]) if note else []
    return NoteView(
        anchor, facts.note_id, day(facts.when), day(facts.recorded_at), facts.note_type or facts.kind,
        facts.author_role, tuple(cut), tuple(found), bool(note and len(note.text) > LONGEST_NOTE),
        shifts(cut, len(text)),
    )  # fmt: skip


def _lane(facts: NoteFacts, evidence: Sequence[Evidence]) -> str:
    present = {(e.dimension, e.indicator) for e in evidence if e.status == "present"}
    if facts.kind == "supervision":
        return "supervision"
    if facts.kind in {"management", "panel"}:
        return "management"
    if present & {("child_voice", "seen"), ("child_voice", "seen_alone"), ("child_voice", "observed")}:
        return "seen"
    return "note"


def day(when: datetime | None) -> str:
    """A day as reports write it, ``2 Mar 2026``; the empty string for none."""
    return f"{when.day} {when:%b %Y}" if when else ""


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def sealed(text: str) -> str:
    """Text that nobody reads by accident in a page's source: raw deflate (RFC 1951) in base64. It is no lock."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return base64.b64encode(packer.compress(text.encode()) + packer.flush()).decode("ascii")


def json_for_html(data: object) -> str:
    """JSON that is safe inside a script element: no ``<``, no line separators."""
    return (
        json.dumps(data, ensure_ascii=True, separators=(",", ":"))
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
    )
