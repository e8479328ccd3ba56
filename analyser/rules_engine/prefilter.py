"""Which patterns are worth trying on a unit: those of which some rare word is there, and every other word as well.

Each pattern is filed under the codes of its rarest required set. A unit's own codes fetch the patterns filed under
them; a pattern is tried when the unit has a code of each of its other sets too. Rules that do not read notes of the
unit's kind, writer and section are left out beforehand. Nothing that could match is lost; a test compares with trying
everything (tests/property/test_prefilter.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from analyser.rules_engine.where import reads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from analyser.contracts import AuthorKind, NoteKind
    from analyser.rules_engine.loader import CompiledRule, RuleSet
    from analyser.rules_engine.patterns import CompiledPattern
    from analyser.rules_engine.tokens import Tokens, Vocabulary
    from analyser.text.reading import Unit


class Candidate(NamedTuple):
    """A pattern of a rule that is worth trying; sorts by rule and pattern.

    Attributes:
        rule: Place of the rule among those that run.
        pattern: Place of the pattern in the rule.
        search: A search over the codes of a unit that succeeds where the pattern matches; ``None`` for patterns that
            are not over codes.
        whole: They look at heading and list mark as well.
    """

    rule: int
    pattern: int
    search: Callable[[str], object] | None = None
    whole: bool = False


_PLACE: Final = itemgetter(0, 1)
_QUOTES: Final = "\"'"


class _Filed(NamedTuple):
    """A pattern with the codes it is filed under, and the sets that a unit must meet besides."""

    candidate: Candidate
    rarest: frozenset[str]
    others: tuple[frozenset[str], ...]
    quote: bool


def _filed(candidate: Candidate, pattern: CompiledPattern, vocabulary: Vocabulary) -> _Filed:
    if not pattern.required:
        return _Filed(candidate, frozenset(), (), pattern.quotation)
    rarest, *others = sorted(pattern.required, key=lambda codes: (vocabulary.cost(codes), sorted(codes)))
    return _Filed(candidate, rarest, tuple(others), pattern.quotation)


class _Index:
    """Patterns of the rules that read units of one kind of note, writer and section."""

    def __init__(self, patterns: Iterable[_Filed]) -> None:
        self.by_code: dict[str, list[tuple[Candidate, tuple[frozenset[str], ...]]]] = defaultdict(list)
        self.with_quote: list[Candidate] = []
        self.always: list[Candidate] = []
        for filed in patterns:
            if filed.quote:
                self.with_quote.append(filed.candidate)
            elif not filed.rarest:
                self.always.append(filed.candidate)
            for code in filed.rarest:
                self.by_code[code].append((filed.candidate, filed.others))
        self.codes = frozenset(self.by_code)

    def candidates(self, unit: Unit, tokens: Tokens) -> set[Candidate]:
        found = set(self.always)
        if self.with_quote and any(q in unit.low for q in _QUOTES):
            found.update(self.with_quote)
        has = tokens.has
        for code in has & self.codes:
            for candidate, others in self.by_code[code]:
                for needed in others:
                    if has.isdisjoint(needed):
                        break
                else:
                    found.add(candidate)
        return found


class Prefilter:
    """Files the patterns of a rule set; one index a kind of note, writer and section, made when first met."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = tuple(enumerate(rules.running))
        self._filed = [
            [_filed(_candidate(r, p, c), c.any[p], rules.vocabulary) for p in range(len(c.any))] for r, c in self._rules
        ]
        self._indexes: dict[tuple[NoteKind, AuthorKind, str, bool], _Index] = {}

    def candidates(self, kind: NoteKind, unit: Unit, tokens: Tokens) -> list[Candidate]:
        """Patterns worth trying on a unit, in the order of rules, each once."""
        key = (kind, unit.writer, unit.section, unit.bare_heading)
        index = self._indexes.get(key)
        if index is None:
            readers = (f for r, c in self._rules if reads(c.rule.where, *key) for f in self._filed[r])
            index = self._indexes[key] = _Index(readers)
        content = tokens.codes[tokens.content :] if tokens.content else tokens.codes
        found = [
            c
            for c in index.candidates(unit, tokens)
            if c.search is None or c.search(tokens.codes if c.whole else content) is not None
        ]
        return sorted(found, key=_PLACE) if len(found) > 1 else found

    def everything(self) -> list[Candidate]:
        """Every pattern of every rule; to prove the prefilter sound."""
        return [Candidate(r, p) for r, c in self._rules for p in range(len(c.any))]


def _candidate(r: int, p: int, compiled: CompiledRule) -> Candidate:
    codes = compiled.any[p].codes
    if len(codes) > 1:  # one search for all orders of a near pattern; a group name may stand only once
        joined = "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for pattern in codes)
        codes = (re.compile(joined),)
    return Candidate(r, p, codes[0].search if codes else None, compiled.rule.where.body == "any")
