"""Run rules on a reading: candidates from the prefilter, matches, context, evidence."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from analyser.rules_engine.context import Axes, axes_of, clause_of
from analyser.rules_engine.cues import CueFinder, CueHit
from analyser.rules_engine.hits import Hit
from analyser.rules_engine.joining import EVIDENCE_AT, join_hits
from analyser.rules_engine.prefilter import Candidate, Prefilter
from analyser.rules_engine.schema import CONFIDENCE
from analyser.rules_engine.where import outside, outside_in_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analyser.codebook import Status
    from analyser.contracts import Evidence
    from analyser.rules_engine.loader import CompiledRule, RuleSet
    from analyser.rules_engine.patterns import CompiledPattern, Found
    from analyser.rules_engine.tokens import Tokens
    from analyser.text.reading import Reading, Unit

_WEAKENED: Final = 0.6
_NO_AXES: Final = Axes({}, ())
_OPENERS: Final = "\"'[(<"


class _Sentence:
    """A unit with its tokens, and its cues once somebody asks."""

    __slots__ = ("_cues", "_finder", "reading", "tokens", "unit")

    def __init__(self, reading: Reading, unit: Unit, tokens: Tokens, finder: CueFinder) -> None:
        self.reading, self.unit, self.tokens, self._finder = reading, unit, tokens, finder
        self._cues: dict[str, list[CueHit]] | None = None

    @property
    def cues(self) -> dict[str, list[CueHit]]:
        if self._cues is None:
            self._cues = self._finder.find(self.tokens)
        return self._cues


class Engine:
    """Compiled rules, ready to read notes. It keeps no text and may be shared between threads.

    Args:
        rules: The rule set, or what reads it when it is first asked for: some models never ask.
    """

    def __init__(self, rules: RuleSet | Callable[[], RuleSet]) -> None:
        self._given = rules

    @cached_property
    def rules(self) -> RuleSet:
        """The rule set."""
        return self._given() if callable(self._given) else self._given

    @cached_property
    def _running(self) -> tuple[CompiledRule, ...]:
        return self.rules.running

    @cached_property
    def _prefilter(self) -> Prefilter:
        return Prefilter(self.rules)

    @cached_property
    def _finder(self) -> CueFinder:
        return CueFinder(self.rules.cues, self.rules.vocabulary)

    def hits(self, reading: Reading, *, prefilter: bool = True, silenced: bool = False) -> list[Hit]:
        """All matches, in the order of units; of each rule the first in a unit that context does not silence.

        Args:
            reading: The note.
            prefilter: Switch the prefilter off to prove it sound; the result is the same, and slow.
            silenced: Give also the matches that context silenced.
        """
        out: list[Hit] = []
        for unit in reading.units:
            if unit.mail_header or unit.only_terms:
                continue
            sentence = self._sentence(reading, unit)
            if prefilter:
                candidates = self._prefilter.candidates(reading.kind, unit, sentence.tokens)
            else:
                candidates = self._prefilter.everything()
            if candidates:
                out.extend(self._in_unit(sentence, candidates, prefiltered=prefilter, silenced=silenced))
        return out

    def hits_of_each_pattern(self, reading: Reading, compiled: CompiledRule) -> list[Hit]:
        """Every match of one rule, pattern by pattern, silenced or not; for tests and explanations."""
        return [
            hit
            for unit in reading.units
            if not unit.mail_header and not outside(compiled.rule.where, reading, unit)
            for p in range(len(compiled.any))
            for hit in _matches(self._sentence(reading, unit), compiled, p)
        ]

    def would_match(self, reading: Reading, unit: Unit, compiled: CompiledRule) -> bool:
        """Whether any pattern of a rule is in a unit, whatever ``where`` and context say."""
        tokens = self._sentence(reading, unit).tokens
        return any(pattern.find(unit, tokens, whole=whole) for pattern in compiled.any for whole in (False, True))

    def evidence(self, reading: Reading, *, at_least: float = EVIDENCE_AT) -> list[Evidence]:
        """Evidence of one note: hits on one unit for one label and status are joined.

        Args:
            reading: The note.
            at_least: The least confidence that is kept.
        """
        return join_hits(reading, self.hits(reading), at_least)

    def _sentence(self, reading: Reading, unit: Unit) -> _Sentence:
        tokens = self.rules.vocabulary.read(unit.low, 0 if unit.bare_heading else unit.body)
        return _Sentence(reading, unit, tokens, self._finder)

    def _in_unit(
        self, sentence: _Sentence, candidates: list[Candidate], *, prefiltered: bool, silenced: bool
    ) -> list[Hit]:
        out: list[Hit] = []
        finished = -1  # the rule that has fired here, or does not read this unit
        for r, p, *_ in candidates:
            if r == finished:
                continue
            compiled = self._running[r]
            if compiled.looks_around or not prefiltered:
                keeps_out = outside_in_note if prefiltered else outside
                if keeps_out(compiled.rule.where, sentence.reading, sentence.unit):
                    finished = r
                    continue
            for hit in _matches(sentence, compiled, p):
                if hit.status is not None:
                    finished = r
                    out.append(hit)
                    break
                if silenced:
                    out.append(hit)
        return out


def _matches(sentence: _Sentence, compiled: CompiledRule, p: int) -> Iterator[Hit]:
    unit, tokens = sentence.unit, sentence.tokens
    found = compiled.any[p].find(unit, tokens, whole=compiled.rule.where.body == "any")
    if not found:
        return
    blocked = _blocked(compiled, unit, tokens)
    if blocked:
        yield Hit(compiled, p, unit, found[0].span, found[0].act, _NO_AXES, None, 0.0, blocked)
        return
    for one in found:
        axes = axes_of(sentence.reading, unit, one.act, one.who, sentence.cues, people=compiled.needs_people)
        yield _judged(compiled, p, unit, tokens, one, axes)


def _blocked(compiled: CompiledRule, unit: Unit, tokens: Tokens) -> str:
    """``also`` when something that must be there is missing, ``unless`` when something is there that must not."""
    for pattern in compiled.also:
        if not _is_there(pattern, unit, tokens):
            return "also"
    for pattern in compiled.unless:
        if _is_there(pattern, unit, tokens):
            return "unless"
    return ""


def _is_there(pattern: CompiledPattern, unit: Unit, tokens: Tokens) -> bool:
    has = tokens.has
    for needed in pattern.required:
        if has.isdisjoint(needed):
            return False
    return bool(pattern.find(unit, tokens, whole=False) or pattern.find(unit, tokens, whole=True))


def _judged(compiled: CompiledRule, p: int, unit: Unit, tokens: Tokens, found: Found, axes: Axes) -> Hit:
    rule = compiled.rule
    status: Status = rule.status
    confidence = CONFIDENCE[rule.strength]
    outcomes = compiled.outcomes
    for value in axes.values.items():
        outcome = outcomes.get(value)
        if outcome is None or outcome == "keep":
            continue
        if outcome == "drop":
            return Hit(compiled, p, unit, found.span, found.act, axes, None, 0.0, ".".join(value))
        if outcome == "weaken":
            confidence *= _WEAKENED
        elif status == rule.status:
            status = outcome
    span = _marked(rule.match.mark, unit, tokens, found.span)
    return Hit(compiled, p, unit, span, found.act, axes, status, confidence)


def _marked(mark: str, unit: Unit, tokens: Tokens, span: tuple[int, int]) -> tuple[int, int]:
    """What the evidence spans: the match, its clause, or the unit behind heading and list mark."""
    if mark == "match":
        return span
    if mark == "clause":
        return clause_of(unit.low, *span)
    start = tokens.start(tokens.content) if tokens.content < len(tokens.matches) else span[0]
    start = min(start, span[0])
    while start > 0 and unit.text[start - 1] in _OPENERS:
        start -= 1
    return start, len(unit.text)
