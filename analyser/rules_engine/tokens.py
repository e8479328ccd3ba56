"""Units as strings of codes, one character a token, so that a word list is a character class.

A list of three hundred verbs as an alternation costs a regular expression hundreds of comparisons at every place;
as a class of codes it costs one. Every token that some rule names has a code of its own; all others share one.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

BREAK: Final = ";"  # the end of a sentence or a semicolon: no pattern reaches across
OTHER: Final = "x"  # a token that no rule names
_FIRST_CODE: Final = 0x4E00  # codes lie in one block of the basic plane, where character classes are bitmaps
_MOST_CODES: Final = 20_000
_CACHE: Final = 200_000

# Groups by number, the commonest first: word, break, clitic, slash, date, year, ordinal, number.
_TOKEN: Final = re.compile(
    r"([^\W\d]\w*(?:n't\b)?)|(;|[.!?]+(?=[\s\"')]|$))|('(?:s|d|ll|re|ve|m)\b)|((?<=\w)/(?=\w))|"
    r"(\d{1,2}(?:st|nd|rd|th)?[./-]\d{1,2}(?:[./-]\d{2,4})?\b(?![./-]?\d))|((?:19|20)\d\d\b)|(\d{1,2}(?:st|nd|rd|th)\b)|(\d+\b)|(\w+)"
)
_BREAK_GROUP: Final = 2
_KINDS: Final = {5: "#date", 6: "#year", 7: "#ordinal", 8: "#number"}
_LIST_MARK: Final = re.compile(r"\W*\(?(?:\d{1,2}|[a-h])[.)]\s+")


class Tokens(NamedTuple):
    """A unit's tokens.

    Attributes:
        codes: One character a token.
        matches: Where each token stands in the unit.
        content: First token behind heading and list mark.
        has: The set of codes.
    """

    codes: str
    matches: list[re.Match[str]]
    content: int
    has: frozenset[str]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Span in the unit of the tokens from ``first`` up to, not including, ``last``."""
        return self.matches[first].start(), self.matches[last - 1].end()

    def start(self, token: int) -> int:
        """Where a token starts in the unit."""
        return self.matches[token].start()


def pieces(text: str) -> list[str]:
    """The tokens of a literal, as units are cut; a ``*`` at the end of a word stays with it."""
    out = []
    for part in text.lower().split():
        star = part.endswith("*")
        found = [m.group() for m in _TOKEN.finditer(part.rstrip("*")) if m.lastindex != _BREAK_GROUP]
        if star and found:
            found[-1] += "*"
        out.extend(found)
    return out


@cache
def frequencies() -> dict[str, int]:
    """Units in 10,000 that hold a word, for the commonest words; used only to choose what to look for first."""
    lines = (Path(__file__).parent / "frequent_words.txt").read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count in (line.split() for line in lines if line and not line.startswith("#"))}


def _kind_of(token: str) -> int | None:
    match = _TOKEN.fullmatch(token)
    return match.lastindex if match else None


class Vocabulary:
    """Codes of the tokens that rules and cues name.

    Args:
        literals: Tokens, some ending in ``*``.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        names = sorted(set(literals))
        if len(names) > _MOST_CODES:
            raise ValueError(f"rules name {len(names)} different words; {_MOST_CODES} is the most")
        self._code = {
            name: chr(_FIRST_CODE + k) for k, name in enumerate(("#date", "#year", "#ordinal", "#number", *names))
        }
        self._prefixes = {name[:-1] for name in names if name.endswith("*")}
        self._lengths = sorted({len(p) for p in self._prefixes}, reverse=True)
        self._named = {n: code for n, code in self._code.items() if not n.endswith("*") and _kind_of(n) not in _KINDS}
        self._known: dict[str, str] = dict(self._named)
        self._kinds: dict[int | None, str] = {group: self._code[name] for group, name in _KINDS.items()}
        self._costs: dict[str, int] = {self._code["#number"]: 900, self._code["#date"]: 400}
        for word, count in frequencies().items():
            code = self.code_of(word)
            self._costs[code] = self._costs.get(code, 0) + count

    def cost(self, codes: Iterable[str]) -> int:
        """Roughly, units in 10,000 that hold one of ``codes``."""
        return sum(self._costs.get(code, 1) for code in codes)

    def codes(self, literal: str) -> str:
        """All codes that stand for a token of a literal: one, or many for ``cuddl*``."""
        if not literal.endswith("*"):
            return self._code[literal]
        stem = literal[:-1]
        return "".join(sorted({code for name, code in self._code.items() if name.startswith(stem)}))

    def code_of(self, token: str) -> str:
        """The code of a token of a note."""
        code = self._known.get(token)
        if code is None:
            code = OTHER
            for length in self._lengths:
                if token[:length] in self._prefixes and len(token) >= length:
                    code = self._code[token[:length] + "*"]
                    break
            if len(self._known) > _CACHE:
                self._known = dict(self._named)
            self._known[token] = code
        return code

    def _code_of_match(self, match: re.Match[str]) -> str:
        """The code of a token that is not known yet; what a token is follows from its letters and digits alone."""
        token = match[0]
        code = BREAK if match.lastindex == _BREAK_GROUP else self._kinds.get(match.lastindex)
        if code is None:
            return self.code_of(token)
        if len(self._known) <= _CACHE:
            self._known[token] = code
        return code

    def read(self, low: str, body: int = 0) -> Tokens:
        """Cut a unit into tokens.

        Args:
            low: The unit in lower case.
            body: Offset at which content starts, behind a heading.
        """
        known, unknown = self._known, self._code_of_match
        matches = list(_TOKEN.finditer(low))
        codes = [known.get(match[0]) or unknown(match) for match in matches]
        content = 0
        mark = _LIST_MARK.match(low, body)
        if mark or body:
            first = mark.end() if mark else body
            content = sum(match.start() < first for match in matches)
        return Tokens("".join(codes), matches, content, frozenset(codes))
