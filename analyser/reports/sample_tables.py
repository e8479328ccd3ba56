"""The tables of a drawn sample: how it was drawn, what the machine sees, what verdicts tell. None holds note text."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from analyser.codebook import CODEBOOK, DIMENSIONS, dimension_text
from analyser.errors import SamplingError
from analyser.plural import count
from analyser.reports.build import day
from analyser.reports.tables import Column, Table
from analyser.sampling.estimate import estimate_rates
from analyser.sampling.tables import number_of
from analyser.verdicts.records import JUDGEMENTS

if TYPE_CHECKING:
    from analyser.reports.sample import Drawing, Reading
    from analyser.reports.tables import Cell
    from analyser.sampling.estimate import Estimate, Outcome, Rate
    from analyser.sampling.verdicts import Given

_SCOPES: Final = {
    "frame": "the frame",
    "frame_without_list_a": "the frame without list A",
    "strata_read": "the strata read",
}
_OUTCOMES: Final = {"not_met": "Not met", "partly_or_not_met": "Partly or not met"}
_NOTHING_TO_TELL: Final = frozenset({"CRA-7022", "CRA-7023"})


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
    if reading.judged:
        told.notes += reading.judged.remarks(checked=True)
    tables = [
        _design(drawing, reading), _exclusions(drawing), _strata(drawing), _replacements(drawing), _machine(drawing),
        *(_verdicts(drawing, reading.judged, which) for which in ("B", "A") if reading.judged is not None),
        told.table, _list_a(drawing), _list_b(drawing, reading), _frame(drawing),
    ]  # fmt: skip
    return {t.key: t for t in tables if t is not None}, told.notes


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
        ("List A, must read", f"{count(counts['A'], 'case')} of highest priority, taken for sure"),
        ("List B, probability sample", f"{count(counts['B'], 'case')}, drawn by keyed tickets"),
        ("Notes without marks (list B)", f"{reading.arms.blind:.1%} of notes, chosen by keyed hash"),
        ("Sentences to judge (list B)", f"{reading.arms.recall:.1%} of sentences, chosen by keyed hash"),
        *_readers(drawing, reading),
        ("Export", f"{run['input']['name']}, SHA-256 {run['input_sha256']}"),
        *((f"Version: {name.replace('_', ' ')}", str(value)) for name, value in run["versions"].items()),
    ]
    return Table("design", "How the sample was drawn and is read", _columns(item="What", value="Value"), tuple(facts))


def _readers(drawing: Drawing, reading: Reading) -> list[tuple[str, str]]:
    """Who reads, or once there are verdicts, who has judged; by number, for no figure is of a person."""
    if reading.judged is None:
        twice = count(len(reading.dealt.twice), "case")
        return [("Auditors", str(len(reading.dealt.readers))), ("Read by two auditors", f"{twice} of list B")]
    who = {r.case_id: reading.judged.auditors.get(r.case_id, set()) for r in drawing.rows}
    names = set().union(*who.values())
    if not names:
        return [("Auditors who have judged", "the verdicts do not say")]
    twice = count(sum(len(who[r.case_id]) > 1 for r in drawing.rows if r.list == "B"), "case")
    return [("Auditors who have judged", str(len(names))), ("Judged by two auditors or more", f"{twice} of list B")]


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


def _verdicts(drawing: Drawing, given: Given | None, which: str) -> Table | None:
    cases = [r.case_id for r in drawing.rows if r.list == which]
    if given is None or not cases:
        return None
    columns = (
        Column("standard", "Standard"),
        *(Column(key, label, "count") for key, label in JUDGEMENTS.items()),
        Column("no_verdict", "No verdict yet", "count"),
    )
    rows: list[tuple[Cell, ...]] = []
    for d in DIMENSIONS:
        words = [given.judged.get(d, {}).get(c) for c in cases]
        rows.append((dimension_text(d).label, *(words.count(v) for v in JUDGEMENTS), words.count(None)))
    names = {
        "A": "Verdicts on list A, in cases; they were picked and tell no rate",
        "B": "Verdicts on list B, in cases; the estimates below weight them",
    }
    return Table(f"verdicts_{which.lower()}", names[which], columns, tuple(rows))


def _estimates(drawing: Drawing, reading: Reading) -> _Told:
    if reading.judged is None:
        return _Told(notes=["No verdicts were given yet (--verdicts), so there is no rate."])
    try:
        found = estimate_rates(
            drawing.rows, reading.judged.judged, drawing.record, reading.confidence, reading.interval
        )
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
            notes.append(
                f"{label}: cannot tell in {count(estimates.cannot_tell, 'case')} of list B; no rate counts it."
            )
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
    several = len(reading.dealt.readers) > 1
    columns = (
        Column("case_id", "Case", "case"), Column("team", "Team"), Column("plan_type", "Plan"), Column("age", "Age"),
        Column("notes", "Notes", "count"), Column("first_note", "First note"), Column("last_note", "Last note"),
        *([Column("auditors", "Auditor")] if several else []),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            c.case_id,
            c.team,
            c.plan_type,
            c.age,
            c.notes,
            day(c.first),
            day(c.last),
            *([" and ".join(of[c.case_id])] if several else []),
        )
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


def _frame_ids(drawing: Drawing) -> list[str]:
    """Ids of the frame; of an older record that does not hold them, those of the sample."""
    return [str(c) for c in drawing.record.content.get("frame_case_ids") or sorted(r.case_id for r in drawing.rows)]


def _columns(**labels: str) -> tuple[Column, ...]:
    return tuple(Column(key, label) for key, label in labels.items())
