"""The pattern language of rules.

    seen alone           words, next to each other (punctuation between them but . ; ! ? does not count)
    cuddl*               any word that begins so
    (seen|saw|met with)  one of them; each may be any phrase
    that?  (a|the)?      may be missing
    $say  $child?        a word list
    ..  ...  ..4         a gap of up to 3, 8 or 4 words
    <$say>               the act: what context is judged on (default: the whole match)
    ^  $                 the start of the unit's content; its end
    $date $year $number  built in: a date or time limit; a year; a number

A phrase is parsed to a tree (:func:`parse`), the words of all trees get codes (:mod:`analyser.rules_engine.tokens`),
and the tree becomes a regular expression over codes (:func:`emit`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from analyser.rules_engine.tokens import BREAK, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyser.rules_engine.tokens import Vocabulary

_TOKEN: Final = re.compile(
    r"(?P<open><)|(?P<close>>)|(?P<start>\^)|(?P<gap>\.{2,3}\d*)|(?P<list>\$[a-z_]+)|(?P<finish>\$)|(?P<group>\()|(?P<shut>\))|(?P<bar>\|)|"
    r"(?P<optional>\?)|(?P<word>[^\s<>()^?|]+)|(?P<space>\s+)"
)
_SHORT_GAP, _LONG_GAP = 3, 8
_PERSON_LISTS: Final = frozenset({"$who", "$you"})  # their words are looked at to see who acts

# Built-in lists, as phrases over kinds of tokens.
_DAYS: Final = (
    "mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday sun sunday".split()
)
_MONTHS: Final = (
    "jan january feb february mar march apr april may june july aug august sep sept september oct october nov november dec december"
).split()
_COUNTS: Final = "a an one two three four five six seven eight nine ten twelve fourteen twenty #number".split()
BUILT_IN: Final[dict[str, list[str]]] = {
    "date": [
        "#date", "#ordinal", "the #ordinal", *(f"#number {m}" for m in _MONTHS), *(f"#ordinal {m}" for m in _MONTHS),
        *(f"#ordinal of {m}" for m in _MONTHS), *(f"{m} #number" for m in _MONTHS), *_DAYS, *(m for m in _MONTHS if m not in {"may", "mar", "march"}),
        "today", "tomorrow", "tonight", "this week", "this afternoon", "close of play", "end of week", "end of the week", "end of month",
        "end of the month", "end of the day", "half term", "half-term",
        *(f"{c} {w}{u}" for c in _COUNTS for w in ("", "working ") for u in ("hours", "days", "weeks", "hour", "day", "week", "months", "month")),
    ],
    "year": ["#year"],
    "number": ["#number", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
}  # fmt: skip


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Words:
    """One of several literals; each is a row of tokens."""

    rows: tuple[tuple[str, ...], ...]
    name: str = ""  # "who": a named group
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to ``size`` tokens of any kind but a break."""

    size: int


@dataclass(frozen=True, slots=True)
class Start:
    """The start of the content."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of the unit."""


@dataclass(frozen=True, slots=True)
class Group:
    """One of several rows; ``act`` makes it a named group."""

    rows: tuple[Row, ...]
    act: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Elements one after the other."""

    elements: tuple[Words | Gap | Start | End | Group, ...] = field(default_factory=tuple)

    def literals(self) -> Iterator[str]:
        """Every token that the row names."""
        for element in self.elements:
            if isinstance(element, Words):
                for row in element.rows:
                    yield from (token for token in row if not token.startswith("#"))
            elif isinstance(element, Group):
                for inner in element.rows:
                    yield from inner.literals()


def expand_lists(raw: dict[str, list[str]]) -> dict[str, list[str]]:
    """Resolve lists that include lists.

    Raises:
        PhraseError: A list includes one that does not exist, or itself.
    """
    done: dict[str, list[str]] = {}

    def expand(name: str, path: tuple[str, ...]) -> list[str]:
        if name in path:
            raise PhraseError(f"word list ${name} includes itself")
        if name not in raw:
            raise PhraseError(f"there is no word list ${name}")
        if name not in done:
            items: dict[str, None] = {}
            for item in raw[name]:
                words = expand(item[1:], (*path, name)) if item.startswith("$") else [item.lower()]
                items.update(dict.fromkeys(words))
            done[name] = list(items)
        return done[name]

    for name in raw:
        expand(name, ())
    return done


def parse(phrase: str, lists: dict[str, list[str]]) -> Row:
    """Parse one phrase.

    Raises:
        PhraseError: It cannot be read, names an unknown list, or has nothing that must be there.
    """
    row = _Parser(phrase.lower(), lists).row(outermost=True)
    if not any(isinstance(e, Words | Group) and not e.optional for e in row.elements):
        raise PhraseError(f"{phrase!r} has no word that must be there")
    return row


class _Parser:
    """Recursive descent over the tokens of a phrase."""

    def __init__(self, phrase: str, lists: dict[str, list[str]]) -> None:
        self._phrase, self._lists = phrase, lists
        self._tokens = list(self._scan())
        self._at = 0
        self._who_given = False

    def _scan(self) -> Iterator[tuple[str, str]]:
        position = 0
        while position < len(self._phrase):
            match = _TOKEN.match(self._phrase, position)
            if not match:
                raise PhraseError(f"{self._phrase!r} cannot be read at {self._phrase[position : position + 12]!r}")
            position = match.end()
            if match.lastgroup != "space":
                yield match.lastgroup or "", match.group()

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def row(self, *, outermost: bool = False) -> Row:
        """Elements up to a bar, a closing bracket or the end."""
        elements: list[Words | Gap | Start | End | Group] = []
        while True:
            kind, text = self._peek()
            if kind == "end" and not outermost:
                raise PhraseError(f"a bracket of {self._phrase!r} is not closed")
            if kind == "end" or (not outermost and kind in {"bar", "shut", "close"}):
                return Row(tuple(elements))
            self._next()
            elements.append(self._element(kind, text))

    def _element(self, kind: str, text: str) -> Words | Gap | Start | End | Group:
        if kind == "start":
            return Start()
        if kind == "finish":
            return End()
        if kind == "gap":
            digits = text.lstrip(".")
            return Gap(int(digits) if digits else (_SHORT_GAP if text == ".." else _LONG_GAP))
        if kind == "open":
            inner = self.row()
            if self._next()[0] != "close":
                raise PhraseError(f"a < of {self._phrase!r} is not closed")
            return Group((inner,), act=True)
        if kind == "group":
            rows = self._rows()
            return Group(rows, optional=self._optional())
        if kind in {"list", "word"}:
            return self._words(kind, text)
        raise PhraseError(f"{text!r} stands in the wrong place in {self._phrase!r}")

    def _optional(self) -> bool:
        if self._peek()[0] == "optional":
            self._next()
            return True
        return False

    def _rows(self) -> tuple[Row, ...]:
        rows = []
        while True:
            rows.append(self.row())
            after = self._next()[0]
            if after == "shut":
                return tuple(rows)
            if after != "bar":
                raise PhraseError(f"> stands in the wrong place in {self._phrase!r}")

    def _words(self, kind: str, text: str) -> Words:
        name = ""
        if kind == "word":
            words = [text]
        elif text[1:] in BUILT_IN:
            words = BUILT_IN[text[1:]]
        elif text[1:] in self._lists:
            words = self._lists[text[1:]]
            if text in _PERSON_LISTS and not self._who_given:
                name, self._who_given = "who", True
        else:
            raise PhraseError(f"there is no word list {text}")
        return Words(rows_of(words), name, self._optional())


def rows_of(words: list[str]) -> tuple[tuple[str, ...], ...]:
    """Literals as rows of tokens; ``#date`` and its like stand for kinds of tokens.

    Raises:
        PhraseError: A literal has no word in it.
    """
    rows = []
    for word in words:
        row = tuple(token for part in word.split() for token in ([part] if part.startswith("#") else pieces(part)))
        if not row:
            raise PhraseError(f"{word!r} has no word in it")
        rows.append(row)
    return tuple(dict.fromkeys(rows))


def emit(row: Row, vocabulary: Vocabulary) -> str:
    """A row as a regular expression over codes."""
    return "".join(_emit(element, vocabulary) for element in row.elements)


def _emit(element: Words | Gap | Start | End | Group, vocabulary: Vocabulary) -> str:
    if isinstance(element, Gap):
        return f"[^{BREAK}]{{0,{element.size}}}?"
    if isinstance(element, Start):
        return "^"
    if isinstance(element, End):
        return f"[{BREAK}]*$"
    if isinstance(element, Group):
        body = "|".join(emit(row, vocabulary) for row in element.rows)
        opening = "(?P<act>" if element.act else "(?:"
    else:
        body = _alternatives(element.rows, vocabulary)
        opening = f"(?P<{element.name}>" if element.name else "(?:"
    return f"{opening}{body})" + ("?" if element.optional else "")


def _alternatives(rows: tuple[tuple[str, ...], ...], vocabulary: Vocabulary) -> str:
    """Longer rows first, then all single tokens as one class."""
    longer = sorted((row for row in rows if len(row) > 1), key=lambda row: (-len(row), row))
    single = sorted({code for row in rows if len(row) == 1 for code in vocabulary.codes(row[0])})
    parts = ["".join(_one(token, vocabulary) for token in row) for row in longer]
    if single:
        parts.append(f"[{''.join(single)}]")
    return "|".join(parts)


def _one(token: str, vocabulary: Vocabulary) -> str:
    codes = vocabulary.codes(token)
    return codes if len(codes) == 1 else f"[{codes}]"


def required(row: Row, vocabulary: Vocabulary) -> tuple[frozenset[str], ...]:
    """Sets of codes; every match of the row has at least one code of each set."""
    sets = (_needed(element, vocabulary) for element in row.elements)
    return tuple(needed for needed in sets if needed)


def _needed(element: Words | Gap | Start | End | Group, vocabulary: Vocabulary) -> frozenset[str]:
    """Codes of which a match of one element has at least one; empty when nothing must be there."""
    if isinstance(element, Gap | Start | End) or element.optional:
        return frozenset()
    if isinstance(element, Words):
        return frozenset(code for literal in element.rows for code in rarest_codes(literal, vocabulary))
    union: frozenset[str] = frozenset()
    for row in element.rows:
        sets = required(row, vocabulary)
        if not sets:
            return frozenset()
        union |= min(sets, key=lambda codes: (vocabulary.cost(codes), sorted(codes)))
    return union


def rarest_codes(literal: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """Codes of the rarest token of a literal of one or more tokens."""
    return min((vocabulary.codes(token) for token in literal), key=lambda codes: (vocabulary.cost(codes), codes))
