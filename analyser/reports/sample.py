"""The report of a drawn sample: two lists that are never mixed, what was drawn and how, and what verdicts tell."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import CODEBOOK, DIMENSIONS, dimension_text
from analyser.errors import OutputError, SamplingError
from analyser.reports.build import case_view, day, json_for_html, render
from analyser.reports.hidden import hidden_case
from analyser.reports.tables import Column, Table, shown
from analyser.sampling.arms import Arms, Dealt, Lot
from analyser.sampling.estimate import estimate_rates
from analyser.sampling.tables import number_of, read_table
from analyser.verdicts.records import JUDGEMENTS, KIND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analyser.contracts import Evidence, Note
    from analyser.reports.build import CaseView
    from analyser.reports.hidden import HiddenCase
    from analyser.reports.tables import Cell
    from analyser.runners.local import ScanResult
    from analyser.sampling.draw import Drawn
    from analyser.sampling.estimate import Estimate, Outcome, Rate
    from analyser.sampling.rates import Kind
    from analyser.sampling.record import Record
    from analyser.sampling.verdicts import Judged

_SCOPES: Final = {
    "frame": "the frame",
    "frame_without_list_a": "the frame without list A",
    "strata_read": "the strata read",
}
_OUTCOMES: Final = {"not_met": "Not met", "partly_or_not_met": "Partly or not met"}
_NOTHING_TO_TELL: Final = frozenset({"CRA-7022", "CRA-7023"})


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
    judged: Judged | None = None
    confidence: float = 0.95
    interval: Kind = "wilson"


@dataclass(slots=True)
class _Told:
    """What verdicts tell, and what is said where they tell nothing."""

    table: Table | None = None
    notes: list[str] = field(default_factory=list)


def sample_tables(drawing: Drawing, reading: Reading) -> tuple[dict[str, Table], list[str]]:
    """All tables of the sample by name, and sentences that go with the estimates. No table holds note text.

    Raises:
        SamplingError: The verdicts cannot be used with this sample.
    """
    told = _estimates(drawing, reading)
    tables = [
        _design(drawing, reading), _exclusions(drawing), _strata(drawing), _replacements(drawing), _machine(drawing),
        *(_verdicts(drawing, reading.judged, which) for which in ("B", "A") if reading.judged is not None),
        told.table, _list_a(drawing), _list_b(drawing, reading), _frame(drawing),
    ]  # fmt: skip
    return {t.key: t for t in tables if t is not None}, told.notes


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
        data=json_for_html(data), findings={v.anchor: json_for_html(v.findings) for v in pages_b},
        auditor=auditor + 1, auditors=len(reading.dealt.readers), overlap=reading.overlap, arms=reading.arms,
        sizes={which: sum(r.list == which for r in drawing.rows) for which in ("A", "B")},
        judged=reading.judged is not None, offered=_offered(pages_b), confidence=reading.confidence,
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


def _design(drawing: Drawing, reading: Reading) -> Table:
    content, run = drawing.record.content, drawing.result.run
    frame, design = content["frame"], content["design"]
    asked = [f"size {design['size']}"] if design["size"] is not None else []
    if design["name"] in {"proportional", "neyman"}:
        asked += [f"{design['bands']} score bands", *([f"by {design['by']}"] if design["by"] != "none" else [])]
    asked += [f"by the score of {dimension_text(design['dimension']).label}"] if design["dimension"] else []
    if design.get("uncertain"):
        asked.append(f"{design['uncertain']:.0%} of list B where the machine is least certain")
    counts = {which: sum(r.list == which for r in drawing.rows) for which in ("A", "B")}
    facts = [
        ("Cases in the scan", str(frame["listed"])),
        ("Cases in the frame", str(frame["cases"])),
        ("SHA-256 of the ids of the frame", frame["ids_sha256"]),
        ("Design", ", ".join([design["name"], *asked])),
        ("Seed", str(content["seed"])),
        ("List A, must read", f"{counts['A']} cases of highest priority, taken for sure"),
        ("List B, probability sample", f"{counts['B']} cases, drawn by keyed tickets"),
        ("Notes without marks (list B)", f"{reading.arms.blind:.1%} of notes, chosen by keyed hash"),
        ("Sentences to judge (list B)", f"{reading.arms.recall:.1%} of sentences, chosen by keyed hash"),
        ("Auditors", str(len(reading.dealt.readers))),
        ("Read by two auditors", f"{len(reading.dealt.twice)} cases of list B"),
        ("Export", f"{run['input']['name']}, SHA-256 {run['input_sha256']}"),
        *((f"Version: {name.replace('_', ' ')}", str(value)) for name, value in run["versions"].items()),
    ]
    return Table("design", "How the sample was drawn and is read", _columns(item="What", value="Value"), tuple(facts))


def _exclusions(drawing: Drawing) -> Table | None:
    found = drawing.record.content["frame"]["exclusions"]
    columns = (Column("rule", "Left out of the frame"), Column("cases", "Cases", "count"))
    rows = tuple((e["rule"], e["cases"]) for e in found)
    return Table("exclusions", "Declared exclusions", columns, rows) if rows else None


def _strata(drawing: Drawing) -> Table:
    columns = (Column("stratum", "Stratum"), Column("cases", "Cases in it", "count"), Column("drawn", "Drawn", "count"))
    rows = tuple((s["name"], s["cases"], s["drawn"]) for s in drawing.record.content["strata"])
    return Table("strata", "Strata of list B", columns, rows)


def _replacements(drawing: Drawing) -> Table | None:
    columns = _columns(case_id="Could not be read", stratum="Stratum", reason="Reason", replaced_by="Read in its place")
    rows = tuple(
        (r["case_id"], r["stratum"], r["reason"], r["replaced_by"]) for r in drawing.record.content["replacements"]
    )
    return Table("replacements", "Cases that were replaced", columns, rows) if rows else None


def _machine(drawing: Drawing) -> Table:
    """What the machine says of the whole frame: no case can be told from it."""
    columns = (
        Column("standard", "Standard"), Column("scored", "Cases with a score", "count"),
        Column("not_enough", "Too little text to say", "count"), Column("median_score", "Median score", "score"),
        Column("machine_only_not_met", "Mean chance of falling short, by the machine alone", "share"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    frame = _frame_ids(drawing)
    for d in DIMENSIONS:
        values = [v for c in frame if (v := number_of(drawing.table[c].get(f"{d}_score"))) is not None]
        rows.append(
            (dimension_text(d).label, len(values), len(frame) - len(values),
             float(statistics.median(values)) if values else None, drawing.record.machine[d].frame)
        )  # fmt: skip
    return Table("summary", "The frame by standard, as the machine sees it", columns, tuple(rows))


def _verdicts(drawing: Drawing, judged: Judged | None, which: str) -> Table | None:
    cases = [r.case_id for r in drawing.rows if r.list == which]
    if judged is None or not cases:
        return None
    columns = (
        Column("standard", "Standard"),
        *(Column(key, label, "count") for key, label in JUDGEMENTS.items()),
        Column("no_verdict", "No verdict yet", "count"),
    )
    rows: list[tuple[Cell, ...]] = []
    for d in DIMENSIONS:
        given = [judged.get(d, {}).get(c) for c in cases]
        rows.append((dimension_text(d).label, *(given.count(v) for v in JUDGEMENTS), given.count(None)))
    names = {
        "A": "Verdicts on list A, in cases; they were picked and tell no rate",
        "B": "Verdicts on list B, in cases; the estimates below weight them",
    }
    return Table(f"verdicts_{which.lower()}", names[which], columns, tuple(rows))


def _estimates(drawing: Drawing, reading: Reading) -> _Told:
    if reading.judged is None:
        return _Told(notes=["No verdicts were given yet (--verdicts), so there is no rate."])
    try:
        found = estimate_rates(drawing.rows, reading.judged, drawing.record, reading.confidence, reading.interval)
    except SamplingError as error:
        if error.code not in _NOTHING_TO_TELL:
            raise
        return _Told(notes=["No rate can be told yet: no case of list B has a verdict."])
    columns = (
        Column("standard", "Standard"), Column("outcome", "Outcome"), Column("scope", "Share of"),
        Column("judged", "Judged, list B", "count"), Column("with_outcome", "Of these", "count"),
        Column("rate", "Estimate", "share"), Column("low", "Interval from", "share"), Column("high", "to", "share"),
        Column("upper", "One-sided bound: below", "share"),
        Column("with_machine", "With the machine's scores", "share"),
        Column("with_machine_low", "Interval from", "share"), Column("with_machine_high", "to", "share"),
        Column("machine_only", "Machine only, no estimate", "share"),
        Column("difference", "Machine only less estimate", "share"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    for d, estimates in found.items():
        label = dimension_text(d).label
        rows += [(label, _OUTCOMES[outcome], *_estimate(e, outcome)) for outcome, e in estimates.outcomes.items()]
        notes += [f"{label}: {note}" for note in estimates.notes]
        if estimates.cannot_tell:
            notes.append(f"{label}: cannot tell in {estimates.cannot_tell} cases of list B, which belong to no rate.")
    caption = f"Rates from list B, with {reading.confidence:.0%} intervals"
    return _Told(Table("estimates", caption, columns, tuple(rows)) if rows else None, notes)


def _estimate(e: Estimate, outcome: Outcome) -> tuple[Cell, ...]:
    beside: Rate | None = e.difference
    # The machine's chance is that of a grade in the lower half: partly or not met. Beside "not met" it would mislead.
    alone = e.machine_only if outcome == "partly_or_not_met" else None
    return (
        _SCOPES[e.scope], e.n, e.errors, e.estimate.rate, e.estimate.low, e.estimate.high, e.upper,
        *((beside.rate, beside.low, beside.high) if beside else (None, None, None)), alone,
        None if alone is None else alone - e.estimate.rate,
    )  # fmt: skip


def _list_a(drawing: Drawing) -> Table | None:
    scores = {c.case_id: c for c in drawing.result.cases}
    columns = (
        Column("case_id", "Case", "case"), Column("team", "Team"), Column("priority", "Priority", "score"),
        *(Column(d.key, d.label, "score") for d in CODEBOOK), Column("reasons", "Why", "list"),
    )  # fmt: skip
    rows = tuple(
        (c.case_id, c.team, c.priority, *(c.dimensions[d].value for d in DIMENSIONS), c.reasons)
        for c in (scores[r.case_id] for r in drawing.rows if r.list == "A")
    )
    return Table("list_a", "List A: must read, in order of priority", columns, rows) if rows else None


def _list_b(drawing: Drawing, reading: Reading) -> Table:
    """List B without strata and weights: the band of a case would tell what the machine made of it."""
    scores = {c.case_id: c for c in drawing.result.cases}
    of = {c: [str(k) for k, hand in enumerate(reading.dealt.readers, start=1) if c in hand] for c in scores}
    columns = (
        Column("case_id", "Case", "case"), Column("team", "Team"), Column("plan_type", "Plan"), Column("age", "Age"),
        Column("notes", "Notes", "count"), Column("first_note", "First note"), Column("last_note", "Last note"),
        Column("auditors", "Auditor"),
    )  # fmt: skip
    rows = tuple(
        (c.case_id, c.team, c.plan_type, c.age, c.notes, day(c.first), day(c.last), " and ".join(of[c.case_id]))
        for c in (scores[r.case_id] for r in drawing.rows if r.list == "B")
    )
    return Table("list_b", "List B: probability sample, in order of tickets", columns, rows)


def _frame(drawing: Drawing) -> Table:
    which = {r.case_id: r.list for r in drawing.rows}
    columns = _columns(case_id="Case", team="Team", plan_type="Plan", last_note="Latest note", list="List")
    rows = tuple(
        (c, row.get("team", ""), row.get("plan_type", ""), row.get("last_note", "")[:10], which.get(c, ""))
        for c in _frame_ids(drawing)
        for row in (drawing.table[c],)
    )
    return Table("frame", "The frame: every case that could have been drawn", columns, rows)


def _by_team(frame: Table) -> list[tuple[tuple[Cell, Cell], list[tuple[Cell, ...]]]]:
    """Rows of the frame under team and plan: id, latest note, list."""
    rows = sorted(frame.rows, key=lambda row: (str(row[1]), str(row[2]), str(row[0])))
    return [
        (of, [(row[0], *row[3:]) for row in group]) for of, group in groupby(rows, key=lambda row: (row[1], row[2]))
    ]


def _frame_ids(drawing: Drawing) -> list[str]:
    """Ids of the frame; of an older record that does not hold them, those of the sample."""
    return [str(c) for c in drawing.record.content.get("frame_case_ids") or sorted(r.case_id for r in drawing.rows)]


def _columns(**labels: str) -> tuple[Column, ...]:
    return tuple(Column(key, label) for key, label in labels.items())
