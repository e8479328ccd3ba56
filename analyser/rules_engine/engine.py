"""Run rules on a reading: candidates from the prefilter, matches, context, evidence."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from analyser.rules_engine.context import Axes, axes_of, clause_of
from analyser.rules_engine.hits import Hit
from analyser.rules_engine.joining import EVIDENCE_AT, join_hits
from analyser.rules_engine.prefilter import Prefilter, Triggered
from analyser.rules_engine.schema import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyser.codebook import Status
    from analyser.contracts import Evidence
    from analyser.rules_engine.loader import CompiledPattern, CompiledRule, RuleSet
    from analyser.rules_engine.schema import Where
    from analyser.text.reading import Reading, Unit

_WEAKENED: Final = 0.6


class Engine:
    """Compiled rules, ready to read notes.

    Args:
        rules: The rule set.
    """

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._running = rules.running
        self._prefilter = Prefilter(rules)

    def hits(self, reading: Reading, *, prefilter: bool = True, silenced: bool = False) -> list[Hit]:
        """All matches, in the order of units.

        Args:
            reading: The note.
            prefilter: Switch the prefilter off to prove it sound; the result is the same and slow.
            silenced: Give also the matches that context silenced.
        """
        found = self._prefilter.run(reading) if prefilter else self._prefilter.run_unfiltered(reading, self.rules)
        out: list[Hit] = []
        for unit, triggered in zip(reading.units, found, strict=True):
            if triggered.patterns and not unit.mail_header:
                out.extend(self._in_unit(reading, unit, triggered, silenced=silenced))
        return out

    def hits_of_each_pattern(self, reading: Reading, compiled: CompiledRule) -> list[Hit]:
        """Every match of one rule, pattern by pattern, silenced or not; for tests and explanations."""
        found = self._prefilter.run(reading)
        out: list[Hit] = []
        for unit, triggered in zip(reading.units, found, strict=True):
            if not unit.mail_header and not _outside(compiled.rule.where, reading, unit):
                for p in range(len(compiled.any)):
                    out.extend(_match(reading, unit, compiled, p, triggered))
        return out

    def evidence(self, reading: Reading, *, at_least: float = EVIDENCE_AT) -> list[Evidence]:
        """Evidence of one note: hits on one unit for one label and status are joined.

        Args:
            reading: The note.
            at_least: The least confidence that is kept.
        """
        return join_hits(reading, self.hits(reading), at_least)

    def _in_unit(self, reading: Reading, unit: Unit, triggered: Triggered, *, silenced: bool) -> Iterable[Hit]:
        done: set[int] = set()
        for r, p in sorted(triggered.patterns):
            compiled = self._running[r]
            if r in done or _outside(compiled.rule.where, reading, unit):
                continue
            for hit in _match(reading, unit, compiled, p, triggered):
                if hit.status is not None:
                    done.add(r)
                    yield hit
                    break
                if silenced:
                    yield hit


def _outside(where: Where, reading: Reading, unit: Unit) -> str:
    """Which condition of ``where`` keeps the rule from this unit; the empty string when none does."""
    if where.kinds and reading.kind not in where.kinds:
        return "kinds"
    if reading.kind in where.not_kinds:
        return "not_kinds"
    if where.authors and unit.writer not in where.authors:
        return "authors"
    if unit.writer in where.not_authors:
        return "not_authors"
    if where.sections and unit.section not in where.sections:
        return "sections"
    if unit.section and unit.section in where.not_sections:
        return "not_sections"
    if where.max_age is not None and (reading.age_years is None or reading.age_years > where.max_age):
        return "max_age"
    if where.position == "first" and any(not u.bare_heading and not u.mail_header for u in reading.units[: unit.index]):
        return "position"
    if where.body == "content" and unit.bare_heading:
        return "body"
    if where.body == "heading_only" and not unit.bare_heading:
        return "body"
    return ""


def outside(rule: CompiledRule, reading: Reading, unit: Unit) -> str:
    """The name of the condition that keeps a rule from a unit, for explanations."""
    return _outside(rule.rule.where, reading, unit)


def _match(reading: Reading, unit: Unit, compiled: CompiledRule, p: int, triggered: Triggered) -> Iterable[Hit]:
    for span, act, who in _spans(compiled.any[p], unit):
        if any(not _found(pattern, unit) for pattern in compiled.also):
            yield _silent(compiled, p, unit, span, act, "also")
            return
        if any(_found(pattern, unit) for pattern in compiled.unless):
            yield _silent(compiled, p, unit, span, act, "unless")
            return
        axes = axes_of(reading, unit, act, who, triggered.cues)
        yield _judged(compiled, p, unit, span, act, axes)


def _judged(compiled: CompiledRule, p: int, unit: Unit, span: tuple[int, int], act: tuple[int, int], axes: Axes) -> Hit:
    rule = compiled.rule
    status: Status = rule.status
    confidence = CONFIDENCE[rule.strength]
    for axis, value in axes.values.items():
        outcome = rule.outcome(axis, value)
        if outcome == "drop":
            return Hit(compiled, p, unit, span, act, axes, None, 0.0, f"{axis}.{value}")
        if outcome == "weaken":
            confidence *= _WEAKENED
        elif outcome != "keep" and status == rule.status:
            status = outcome
    return Hit(compiled, p, unit, _marked(rule.match.mark, unit, span), act, axes, status, confidence)


def _silent(compiled: CompiledRule, p: int, unit: Unit, span: tuple[int, int], act: tuple[int, int], why: str) -> Hit:
    return Hit(compiled, p, unit, span, act, Axes({}, ()), None, 0.0, why)


def _marked(mark: str, unit: Unit, span: tuple[int, int]) -> tuple[int, int]:
    if mark == "match":
        return span
    if mark == "clause":
        return clause_of(unit.low, *span)
    start = unit.body if unit.body < span[0] else 0
    while start < len(unit.text) and not (unit.text[start].isalnum() or unit.text[start] in "\"'[(<"):
        start += 1
    return min(start, span[0]), len(unit.text)


def _spans(pattern: CompiledPattern, unit: Unit) -> Iterable[tuple[tuple[int, int], tuple[int, int], int | None]]:
    """Matches of a pattern in a unit: its span, its act, where its person stands."""
    if pattern.regex is None:
        yield from _token_spans(pattern, unit)
        return
    groups = pattern.regex.groupindex
    for match in pattern.regex.finditer(unit.low, unit.body if unit.body < len(unit.low) else 0):
        act = match.span("act") if "act" in groups and match["act"] is not None else match.span()
        who = match.start("who") if "who" in groups and match["who"] is not None else None
        yield match.span(), act, who


def _found(pattern: CompiledPattern, unit: Unit) -> bool:
    if pattern.regex is None:
        return next(iter(_token_spans(pattern, unit)), None) is not None
    return pattern.regex.search(unit.low) is not None


def _token_spans(pattern: CompiledPattern, unit: Unit) -> Iterable[tuple[tuple[int, int], tuple[int, int], int | None]]:
    nlp, matcher = _matcher(repr(pattern.tokens))
    doc = nlp(unit.text)
    for _, first, last in matcher(doc):
        span = doc[first:last]
        where = (span.start_char, span.end_char)
        yield where, where, None


@cache
def _matcher(tokens: str) -> tuple[Any, Any]:
    """A spaCy tokenizer and a Matcher for one token pattern; made once, only when such a rule runs."""
    import ast  # noqa: PLC0415

    import spacy  # noqa: PLC0415 - heavy
    from spacy.matcher import Matcher  # noqa: PLC0415

    nlp = _blank()
    matcher = Matcher(nlp.vocab)
    matcher.add("rule", [list(ast.literal_eval(tokens))], greedy="LONGEST")
    del spacy
    return nlp, matcher


@cache
def _blank() -> Any:
    import spacy  # noqa: PLC0415 - heavy

    return spacy.blank("en")
