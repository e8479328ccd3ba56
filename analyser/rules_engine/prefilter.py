"""One automaton over every literal that rules and cues need; only the patterns it triggers are run."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import ahocorasick_rs

if TYPE_CHECKING:
    from analyser.rules_engine.cues import Cue
    from analyser.rules_engine.loader import RuleSet
    from analyser.text.reading import Reading

QUOTE: Final = '"'
_NOT_WORD: Final = re.compile(r"[^\w]")


class CueHit(NamedTuple):
    """A cue in a unit; offsets count in the unit."""

    cue: Cue
    start: int
    end: int


class Triggered(NamedTuple):
    """What the automaton found in one unit."""

    patterns: frozenset[tuple[int, int]]  # (rule, pattern) positions
    cues: tuple[CueHit, ...]


NOTHING: Final = Triggered(frozenset(), ())


@cache
def _frequencies() -> dict[str, int]:
    """Units in 10,000 that hold a word, for the commonest words; used only to choose what to look for."""
    lines = (Path(__file__).parent / "frequent_words.txt").read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count in (line.split() for line in lines if line and not line.startswith("#"))}


def cost(literals: frozenset[str]) -> int:
    """How often a set of literals is met, roughly; the set with the least cost guards a pattern."""
    known = _frequencies()
    return sum(
        sum(n for word, n in known.items() if word.startswith(item[:-1])) if item.endswith("*") else known.get(item, 1)
        for item in literals
    )


class Prefilter:
    """Literals of a rule set in one Aho-Corasick automaton."""

    def __init__(self, rules: RuleSet) -> None:
        self._patterns: list[list[tuple[int, int]]] = []
        self._cues: list[Cue | None] = []
        self._with_quote: list[tuple[int, int]] = []
        self._always: list[tuple[int, int]] = []
        by_literal: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for r, compiled in enumerate(rules.running):
            for p, pattern in enumerate(compiled.any):
                if not pattern.required:
                    self._always.append((r, p))
                    continue
                for item in min(pattern.required, key=lambda literals: (cost(literals), sorted(literals))):
                    if item == QUOTE:
                        self._with_quote.append((r, p))
                    else:
                        by_literal[item].append((r, p))
        needles: list[str] = []
        for item, patterns in sorted(by_literal.items()):
            needles.append(f" {item[:-1]}" if item.endswith("*") else f" {item} ")
            self._patterns.append(patterns)
            self._cues.append(None)
        for cue in rules.cues:
            words = " ".join(_NOT_WORD.sub(" ", cue.phrase.rstrip("*")).split())
            needles.append(f" {words}" if cue.phrase.endswith("*") else f" {words} ")
            self._patterns.append([])
            self._cues.append(cue)
        self._automaton = ahocorasick_rs.AhoCorasick(needles)

    def run(self, reading: Reading) -> list[Triggered]:
        """What is triggered, unit by unit."""
        units = reading.units
        patterns: list[set[tuple[int, int]]] = [set(self._always) for _ in units]
        cues: list[list[CueHit]] = [[] for _ in units]
        folded = f" {fold(reading.low)} "
        k, last = 0, len(units) - 1
        for needle, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            # A needle starts with a space; the space before the text makes up for it.
            while k < last and start >= units[k].end:
                k += 1
            j = k
            while j > 0 and start < units[j].start:
                j -= 1
            unit = units[j] if units else None
            if unit is None or not unit.start <= start < unit.end:
                continue
            cue = self._cues[needle]
            if cue is None:
                patterns[j].update(self._patterns[needle])
            else:
                stop = end - 2 if folded[end - 1] == " " else end - 1
                cues[j].append(CueHit(cue, start - unit.start, stop - unit.start))
        if self._with_quote:
            for j, unit in enumerate(units):
                if QUOTE in unit.low or "'" in unit.low:
                    patterns[j].update(self._with_quote)
        return [Triggered(frozenset(p), tuple(c)) for p, c in zip(patterns, cues, strict=True)]

    def run_unfiltered(self, reading: Reading, rules: RuleSet) -> list[Triggered]:
        """The same with every pattern triggered everywhere; to prove the prefilter sound."""
        everything = frozenset((r, p) for r, rule in enumerate(rules.running) for p in range(len(rule.any)))
        return [Triggered(everything, t.cues) for t in self.run(reading)]


def fold(low: str) -> str:
    """Lower-case text with every character that is not of a word turned into a space; same length."""
    return _NOT_WORD.sub(" ", low)
