"""Agreement and the table of rules as Markdown, for a terminal, and as plain data, for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import dimension_text
from analyser.verdicts.agreement import ALL
from analyser.verdicts.records import JUDGEMENTS, REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyser.verdicts.agreement import Agreement, Row, SpanRow
    from analyser.verdicts.arms import ArmFigures
    from analyser.verdicts.coefficients import Coefficient
    from analyser.verdicts.proportions import Share
    from analyser.verdicts.rule_table import RuleTable

_NONE: Final = "-"
_DIGITS: Final = 4
_HEADS: Final = "| standard | which | cases | raw agreement (95 %) | prevalence | kappa | AC1 |"
_HOW_TO_READ: Final = (
    "Kappa falls towards 0 where nearly all records are judged alike, however well people agree: read it beside "
    "prevalence and AC1."
)


def agreement_as_markdown(found: Agreement) -> str:
    """People among themselves, then the machine against people."""
    lines = [f"{found.auditors} auditors, {found.cases} judged cases.", *found.remarks, _HOW_TO_READ, ""]
    lines += _section("Human against human: standards", found.human, "No case was judged by two auditors.")
    lines += _section("Human against human: evidence", found.human_spans, "No evidence was judged by two auditors.")
    lines += _section(
        "Machine against human: standards", found.machine, "Nothing to hold against the machine's scores."
    )
    if found.independent:
        title = "Machine against human: standards, judged before its findings were shown"
        lines += _section(title, found.independent, "")
    lines += _spans("Machine against human: evidence", found.spans)
    lines += _arms(found.arms)
    return "\n".join(lines)


def agreement_as_data(found: Agreement) -> dict[str, Any]:
    """The same for machines; numbers to four digits, ``null`` where a figure is not defined."""
    return {
        "auditors": found.auditors,
        "cases": found.cases,
        "human_human": {"standards": _rows(found.human), "evidence": _rows(found.human_spans)},
        "machine_human": {
            "standards": _rows(found.machine),
            "standards_judged_before_findings_were_shown": _rows(found.independent),
            "evidence": [rounded(asdict(row)) for row in found.spans],
            "arms": rounded(asdict(found.arms)),
        },
        "remarks": found.remarks,
    }


def rules_as_markdown(table: RuleTable) -> str:
    """The table of rules, and what a person is asked to confirm."""
    lines = [
        "| source | state | fired | coverage | overlap | conflict | judged | precision (95 %) | claimed | why not |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for line in table.lines:
        reasons = ", ".join(f"{REASONS[reason]} {count}" for reason, count in line.reasons)
        judged = f"{line.judged}" + (f" ({line.disputed} disputed)" if line.disputed else "")
        lines.append(
            f"| {line.source} | {line.state or _NONE} | {line.fired} | {line.coverage:.1%} | {line.overlap:.0%} "
            f"| {line.conflict:.0%} | {judged} | {_share(line.precision)} "
            f"| {_NONE if line.claimed is None else format(line.claimed, '.0%')} | {reasons} |"
        )
    lines += ["", f"{table.silent} rules found nothing in this scan and were not judged."]
    if table.elsewhere:
        lines.append(f"{table.elsewhere} verdicts are on evidence of other versions and are not counted.")
    lines.append("")
    if not table.proposals:
        return "\n".join([*lines, "Nothing is proposed."])
    lines.append("Proposed, for a person to confirm; nothing was changed:")
    for line in table.proposals:
        state = "active" if line.proposal == "promote" else "paused"
        where = table.files[line.source]
        lines.append(f"- {line.proposal} {line.source}: {line.why}. To confirm, set `state: {state}` in {where}")
    return "\n".join(lines)


def rules_as_data(table: RuleTable) -> dict[str, Any]:
    """The same for machines."""
    return {
        "sources": [
            rounded({**asdict(line), "reasons": [{"reason": r, "count": n} for r, n in line.reasons]})
            for line in table.lines
        ],
        "silent_rules": table.silent,
        "verdicts_on_other_versions": table.elsewhere,
        "proposals": [
            {"source": line.source, "action": line.proposal, "why": line.why, "file": str(table.files[line.source])}
            for line in table.proposals
        ],
    }


def rounded(data: Any) -> Any:
    """Numbers to four digits, all the way down."""
    if isinstance(data, float):
        return round(data, _DIGITS)
    if isinstance(data, dict):
        return {key: rounded(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [rounded(value) for value in data]
    return data


def _rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    out = []
    for row in rows:
        data: dict[str, Any] = {
            "standard": row.standard,
            "team_type": row.team_type,
            "writing_style": row.writing_style,
            **asdict(row.figures),
        }
        if row.sensitivity is not None and row.specificity is not None:
            data |= {"sensitivity": asdict(row.sensitivity), "specificity": asdict(row.specificity)}
        out.append(rounded(data))
    return out


def _section(title: str, rows: Sequence[Row], nothing: str) -> list[str]:
    if not rows:
        return [f"### {title}", "", nothing, ""]
    more, extra = " weighted kappa | AC2 | alpha |", ""
    if rows[0].sensitivity is not None:
        extra = " sensitivity (95 %) | specificity (95 %) |"
    heads = _HEADS + more + extra
    lines = [f"### {title}", "", heads, "|" + " --- |" * (heads.count("|") - 1)]
    for row in rows:
        f = row.figures
        prevalence = ", ".join(f"{_category(c)} {share:.0%}" for c, share in f.prevalence.items() if share)
        told = (
            f"| {_standard(row.standard)} | {_which(row)} | {f.cases} | {_share(f.raw)} | {prevalence} "
            f"| {_coefficient(f.kappa)} | {_coefficient(f.ac1)} | {_coefficient(f.weighted_kappa)} "
            f"| {_coefficient(f.ac2)} | {_coefficient(f.alpha)} |"
        )
        if row.sensitivity is not None and row.specificity is not None:
            told += f" {_share(row.sensitivity)} | {_share(row.specificity)} |"
        lines.append(told)
    if any(row.figures.kappa_of == "fleiss" for row in rows):
        lines += ["", "Kappa is Fleiss' where more than two auditors judged, else Cohen's."]
    return [*lines, ""]


def _spans(title: str, rows: Sequence[SpanRow]) -> list[str]:
    if not rows:
        return [f"### {title}", "", "No evidence was judged.", ""]
    lines = [
        f"### {title}", "",
        "| standard | which | judged | precision (95 %) | marked as missed | found, at best (95 %) |",
        "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    lines += [
        f"| {_standard(row.standard)} | {_which(row)} | {row.judged} | {_share(row.precision)} "
        f"| {row.missed} | {_share(row.found)} |"
        for row in rows
    ]
    return [*lines, ""]


def _arms(found: ArmFigures) -> list[str]:
    if not found.rows:
        return []
    counts = f"{found.blind_notes} readings of notes without marks, {found.sentences} sentences judged one by one."
    heads = (
        "standard", "notes: found of what people saw (95 %)", "notes: precision", "sentences: found of what people saw",
        "sentences: precision", "sentences: evidence where the machine had none",
    )  # fmt: skip
    lines = [
        "### Machine against human: what people saw without its help", "",
        counts + " A dash means that there was nothing to count.", "",
        "| " + " | ".join(heads) + " |",
        "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for row in found.rows:
        shares = (row.blind_found, row.blind_precision, row.sentence_found, row.sentence_precision, row.missed)
        lines.append(f"| {_standard(row.standard)} | " + " | ".join(_share(s) for s in shares) + " |")
    return [*lines, ""]


def _which(row: Row | SpanRow) -> str:
    if row.writing_style:
        return f"style {row.writing_style}"
    return f"teams {row.team_type}" if row.team_type else "all"


def _standard(name: str) -> str:
    return "**all**" if name == ALL else dimension_text(name).label


def _category(name: str) -> str:
    for key, label in JUDGEMENTS.items():
        if key == name:
            return label.lower()
    return name


def _share(share: Share) -> str:
    if share.value is None:
        return _NONE
    return f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%}; {share.units})"


def _coefficient(found: Coefficient) -> str:
    if found.value is None:
        return _NONE
    return f"{found.value:.2f}" + ("" if found.low is None else f" ({found.low:.2f} to {found.high:.2f})")
