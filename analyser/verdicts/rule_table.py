"""What verdicts say of each rule and model: how often it fires, how often it is right, what to do about it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from analyser.rules_engine.schema import CONFIDENCE
from analyser.verdicts.proportions import Share, proportion
from analyser.verdicts.records import SpanKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from analyser.contracts import Evidence
    from analyser.rules_engine.loader import CompiledRule
    from analyser.verdicts.records import Reason, SpanVerdict
    from analyser.verdicts.standing import Standing

# Fewer judged spans, or spans of fewer cases (which hang together), say too little to change a rule for.
LEAST_JUDGED: Final = 20
LEAST_CASES: Final = 5
PROMOTE_FROM: Final = 0.70  # lower end of the interval; a rule of medium strength claims 0.72
PAUSE_BELOW: Final = 0.50  # upper end: it is more often wrong than right
REASONS_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One rule or model.

    Attributes:
        source: As evidence names it.
        state: Of the rule file; empty for models and for versions that are not in the folder of rules.
        claimed: How often such a match is right by the rule's own ``strength``, 0 to 1.
        fired: Spans of evidence that it found, alone or with others.
        coverage: Share of the notes analysed in which it found something, 0 to 1.
        overlap: Share of its spans that another source found too, 0 to 1.
        conflict: Share of its spans on which another span says the same indicator with another status, 0 to 1.
        judged: Its spans that an auditor judged;
        cases: in so many cases;
        disputed: on so many of them auditors differ.
        precision: Share of judged spans with which everybody who judged them agrees; Wilson interval.
        reasons: The commonest reasons of disagreement, with their number.
        proposal: What a person is asked to confirm: ``promote`` (trial to active), ``pause``, or nothing.
        why: The proposal in a sentence.
    """

    source: str
    state: str
    claimed: float | None
    fired: int
    coverage: float
    overlap: float
    conflict: float
    judged: int
    cases: int
    disputed: int
    precision: Share
    reasons: tuple[tuple[Reason, int], ...]
    proposal: Literal["promote", "pause", ""] = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class RuleTable:
    """All sources that fired or were judged, the most often judged first.

    Attributes:
        silent: Rules of the folder that found nothing in this scan and that nobody judged.
        elsewhere: Verdicts on evidence of versions that neither the scan nor the folder of rules has.
        files: Where the rule of a source stands.
    """

    lines: list[SourceLine]
    silent: int
    elsewhere: int
    files: dict[str, Path]

    @property
    def proposals(self) -> list[SourceLine]:
        """Lines with a proposal."""
        return [line for line in self.lines if line.proposal]


@dataclass(slots=True)
class _Tally:
    fired: int = 0
    overlap: int = 0
    conflict: int = 0
    notes: set[tuple[str, str]] = field(default_factory=set)
    judged: list[tuple[tuple[str, str], dict[str, SpanVerdict]]] = field(default_factory=list)


def rule_table(
    stands: Standing,
    input_sha256: str,
    evidence: Mapping[str, Sequence[Evidence]],
    notes: int,
    rules: Sequence[CompiledRule],
) -> RuleTable:
    """The table.

    A verdict on evidence of this scan counts for every rule that found the span; one on evidence of another scan for
    the source that its report named, if that is the same version.

    Args:
        stands: What stands of the verdicts.
        input_sha256: Hash of the scan's export.
        evidence: The scan's evidence by case.
        notes: Notes analysed, for coverage.
        rules: The rules as they are now.
    """
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    found = [e for of_case in evidence.values() for e in of_case]
    _count_fired(found, tallies)
    sources = {key_of(e): sources_of(e) for e in found}
    known = {rule.source: rule for rule in rules}
    elsewhere = 0
    for span, words in stands.spans.items():
        here = sources.get(span.key) if span.input_sha256 == input_sha256 else None
        named = here or {v.source for v in words.values() if v.source in tallies or v.source in known}
        elsewhere += 0 if named else len(words)
        for source in named:
            tallies[source].judged.append(((span.input_sha256, span.key.case_id), words))
    lines = [_line(source, tally, notes, known.get(source)) for source, tally in tallies.items()]
    lines.sort(key=lambda line: (-line.judged, -line.fired, line.source))
    silent = sum(1 for source in known if source not in tallies)
    return RuleTable(lines, silent, elsewhere, {source: rule.path for source, rule in known.items()})


def key_of(e: Evidence) -> SpanKey:
    """What a verdict on this evidence is stored under."""
    return SpanKey(e.case_id, e.note_id, e.start, e.end, e.dimension, e.indicator, e.status)


def sources_of(e: Evidence) -> set[str]:
    """Everything that found this evidence: its source, and the rules that agree with it."""
    return {e.source, *e.trace.get("agree", ()), *e.trace.get("rules", ())}


def _count_fired(found: Iterable[Evidence], tallies: dict[str, _Tally]) -> None:
    by_label: dict[tuple[str, str, str], list[Evidence]] = defaultdict(list)
    for e in found:
        by_label[e.case_id, e.note_id, e.label].append(e)
    for (case_id, note_id, _), group in by_label.items():
        for e in group:
            touching = [o for o in group if o is not e and o.start < e.end and e.start < o.end]
            mine = sources_of(e)
            others = {s for o in touching if o.status == e.status for s in sources_of(o)}
            for source in mine:
                tally = tallies[source]
                tally.fired += 1
                tally.overlap += bool((mine | others) - {source})
                tally.conflict += any(o.status != e.status for o in touching)
                tally.notes.add((case_id, note_id))


def _line(source: str, tally: _Tally, notes: int, rule: CompiledRule | None) -> SourceLine:
    words = [list(given.values()) for _, given in tally.judged]
    right = sum(all(v.verdict == "agree" for v in given) for given in words)
    disputed = sum(len({v.verdict for v in given}) > 1 for given in words)
    reasons = Counter(v.reason for given in words for v in given if v.reason)
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:REASONS_SHOWN]
    cases, precision = len({case for case, _ in tally.judged}), proportion(right, len(words))
    proposal, why = _proposal(rule.rule.state if rule else "", precision, cases)
    return SourceLine(
        source=source, state=rule.rule.state if rule else "", claimed=CONFIDENCE[rule.rule.strength] if rule else None,
        fired=tally.fired, coverage=len(tally.notes) / notes if notes else 0.0,
        overlap=tally.overlap / tally.fired if tally.fired else 0.0,
        conflict=tally.conflict / tally.fired if tally.fired else 0.0,
        judged=len(words), cases=cases, disputed=disputed, precision=precision, reasons=tuple(ranked),
        proposal=proposal, why=why,
    )  # fmt: skip


def _proposal(state: str, precision: Share, cases: int) -> tuple[Literal["promote", "pause", ""], str]:
    if precision.low is None or precision.high is None or precision.units < LEAST_JUDGED or cases < LEAST_CASES:
        return "", ""
    told = f"right in {precision.low:.0%} to {precision.high:.0%} of {precision.units} judged spans in {cases} cases"
    if state == "trial" and precision.low >= PROMOTE_FROM:
        return "promote", f"{told}; at least {PROMOTE_FROM:.0%} is asked of an active rule"
    if state in {"trial", "active"} and precision.high < PAUSE_BELOW:
        return "pause", f"{told}; it is more often wrong than right"
    return "", ""
