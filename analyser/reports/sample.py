"""The report of a drawn sample: two lists that are never mixed, what was drawn and how, and what verdicts tell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from analyser.codebook import CODEBOOK, DIMENSIONS
from analyser.errors import OutputError
from analyser.reports.absent import absent_kinds
from analyser.reports.build import case_view, json_for_html, render, sealed
from analyser.reports.hidden import hidden_case
from analyser.reports.sample_tables import sample_tables
from analyser.reports.tables import shown
from analyser.sampling.arms import Arms, Dealt, Lot
from analyser.sampling.belonging import draw_sha256
from analyser.sampling.tables import read_table
from analyser.verdicts.records import KIND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analyser.contracts import Evidence, Note
    from analyser.reports.build import CaseView
    from analyser.reports.hidden import HiddenCase
    from analyser.reports.tables import Cell, Table
    from analyser.runners.local import ScanResult
    from analyser.sampling.draw import Drawn
    from analyser.sampling.rates import Kind
    from analyser.sampling.record import Record
    from analyser.sampling.verdicts import Given


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn sample with all that its report needs.

    Attributes:
        rows: Its cases.
        record: How it was drawn.
        table: Rows of the scan's ``cases.csv`` by case id; the frame is described from them.
        result: Run, scores and facts of the sampled cases.
        evidence: Of the sampled cases, by case id.
        texts: Their notes, by case and note id; ``None`` leaves all text out.
    """

    rows: Sequence[Drawn]
    record: Record
    table: Mapping[str, Mapping[str, str]]
    result: ScanResult
    evidence: Mapping[str, Sequence[Evidence]]
    texts: Mapping[tuple[str, str], Note] | None


@dataclass(frozen=True, slots=True)
class Reading:
    """How the sample is read.

    Attributes:
        arms: Shares of notes without marks and of sentences to judge.
        dealt: Who reads what.
        overlap: Share of list B that two auditors read.
        judged: Verdicts so far; ``None`` without any.
        confidence: Of intervals, between 0 and 1.
        interval: How they are made.
    """

    arms: Arms
    dealt: Dealt
    overlap: float = 0.0
    judged: Given | None = None
    confidence: float = 0.95
    interval: Kind = "wilson"


def sample_report(drawing: Drawing, reading: Reading, auditor: int = 0) -> str:
    """The report of one auditor as one HTML document.

    Args:
        drawing: The sample.
        reading: How it is read.
        auditor: Whose file it is, from 0; cases that others read have no page in it.

    Raises:
        SamplingError: The verdicts cannot be used with this sample.
    """
    tables, notes = sample_tables(drawing, reading)
    record, run = drawing.record.content, drawing.result.run
    mine = reading.dealt.readers[auditor]
    lot = Lot(str(record["seed"]), reading.arms)
    scores = {c.case_id: c for c in drawing.result.cases}
    rules: dict[str, int] = {}
    cues = {"": 0}
    pages_a: list[CaseView] = []
    pages_b: list[HiddenCase] = []
    for page, r in enumerate([r for r in drawing.rows if r.case_id in mine], start=1):
        case, facts = scores[r.case_id], drawing.result.facts[r.case_id]
        evidence = drawing.evidence.get(r.case_id, ())
        if r.list == "A":
            pages_a.append(case_view(page, case, facts, evidence, drawing.texts, rules))
            continue
        number = 1 + [x.case_id for x in drawing.rows if x.list == "B"].index(r.case_id)
        twice = r.case_id in reading.dealt.twice
        pages_b.append(
            hidden_case(page, number, r, case, facts, evidence, drawing.texts, (rules, cues), lot, twice=twice)
        )
    anchors = {v.case.case_id: v.anchor for v in pages_a} | {v.case.case_id: v.anchor for v in pages_b}
    data = {
        "report": "case-record-analyser sample",
        "kind": KIND,
        "versions": run["versions"],
        "input_sha256": run["input_sha256"],
        "sample": _sample_of(record, reading, auditor),
        "dimensions": list(DIMENSIONS),
        "labels": {d.key: d.label for d in CODEBOOK},
        "codes": {i.code: [d.key, i.key, i.label] for d in CODEBOOK for i in d.indicators},
        "sources": list(rules),
        "cues": list(cues),
        "with_text": drawing.texts is not None,
    }
    return render(
        "sample.html.j2", ("report.js", "sample.js"), run=run, tables=tables, notes=notes,
        frame=_by_team(tables["frame"]),
        pages_a=pages_a, pages_b=pages_b, anchors=anchors, shown=shown, sources=list(rules),
        with_text=drawing.texts is not None, record=record,
        data=json_for_html(data), findings={v.anchor: sealed(json.dumps(v.findings)) for v in pages_b},
        auditor=auditor + 1, auditors=len(reading.dealt.readers), overlap=reading.overlap, arms=reading.arms,
        sizes={which: sum(r.list == which for r in drawing.rows) for which in ("A", "B")},
        absent=absent_kinds(run), judged=reading.judged is not None,
        offered=_offered(pages_b), confidence=reading.confidence,
    )  # fmt: skip


def frame_table(folder: Path) -> dict[str, dict[str, str]]:
    """Rows of the scan's ``cases.csv`` by case id.

    Raises:
        OutputError: It is not there (CRA-5002).
        SamplingError: It cannot be read.
    """
    if not (folder / "cases.csv").is_file():
        raise OutputError("CRA-5002", path=folder, missing="cases.csv")
    return {row["case_id"]: row for row in read_table(folder / "cases.csv", ("case_id",))}


def _sample_of(record: Mapping[str, Any], reading: Reading, auditor: int) -> dict[str, Any]:
    """What the saved file says of the sample."""
    return {
        "seed": record["seed"], "design": record["design"]["name"], "frame_ids_sha256": record["frame"]["ids_sha256"],
        "draw_sha256": draw_sha256(record),
        "auditor": auditor + 1, "auditors": len(reading.dealt.readers), "overlap": reading.overlap,
        "blind_share": reading.arms.blind, "recall_share": reading.arms.recall,
    }  # fmt: skip


def _offered(pages: Sequence[HiddenCase]) -> dict[str, int]:
    notes = [n for v in pages for n in v.notes]
    return {
        "notes": len(notes),
        "blind": sum(n.blind for n in notes),
        "sentences": sum(len(v.sentences) for v in pages),
    }


def _by_team(frame: Table) -> list[tuple[tuple[Cell, Cell], list[tuple[Cell, ...]]]]:
    """Rows of the frame under team and plan: id, latest note, list."""
    rows = sorted(frame.rows, key=lambda row: (str(row[1]), str(row[2]), str(row[0])))
    return [
        (of, [(row[0], *row[3:]) for row in group]) for of, group in groupby(rows, key=lambda row: (row[1], row[2]))
    ]
