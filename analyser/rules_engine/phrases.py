"""The pattern language of rules, compiled to regular expressions and to the literals that a match must hold.

seen alone           words, next to each other
cuddl*               any word that begins so
(seen|saw|met)       one of them; each may be several words
that?  (a|the)?      may be missing
$say  $child?        a word list
..  ...  ..4         a gap of up to 3, 8 or 4 words
<$say>               the act: what context is judged on (default: the whole match)
^                    the start of the unit's content
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<open><)|(?P<close>>)|(?P<start>\^)|(?P<gap>\.{2,3}\d*)|(?P<list>\$[a-z_]+)|(?P<group>\()|(?P<shut>\))|(?P<bar>\|)|"
    r"(?P<optional>\?)|(?P<word>[^\s<>()^?|]+)|(?P<space>\s+)"
)
_GAP: Final = r"(?:[^\w;]+[\w']+(?:[-/][\w']+)*){0,%d}?"
_BORDER: Final = r"(?<![\w'-])"
_BETWEEN: Final = r"[^\w;.!?]{1,4}"
_START: Final = r"^\W*(?:\d{1,2}[.)]\s*)?"
_SHORT_GAP, _LONG_GAP = 3, 8

_DAYS: Final = r"(?:mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTHS: Final = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_COUNT: Final = r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|twenty)"
# Lists that are built in: they have no literals, so something else in the pattern must be there.
BUILT_IN: Final = {
    # A calendar date, a weekday, or a time limit that can be checked.
    "date": rf"(?:\d{{1,2}}(?:st|nd|rd|th)?[./-]\d{{1,2}}(?:[./-]\d{{2,4}})?|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS}(?: \d{{2,4}})?|"
    rf"{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?|the \d{{1,2}}(?:st|nd|rd|th)\b|{_DAYS}\b|today|tomorrow|tonight|this week|this afternoon|close of play|cop\b|end of (?:the |this )?(?:day|week|month|{_MONTHS})|"
    rf"(?:within|in|inside) (?:the next )?{_COUNT} (?:working )?(?:hours?|days?|weeks?|months?)|{_COUNT} (?:working )?(?:hours?|days?|weeks?)\b|\d{{1,2}}(?:st|nd|rd|th)\b|{_MONTHS}\b|half[- ]term)",
    "year": r"(?:19|20)\d\d",
    "number": r"\d{1,3}",
}

Literals = frozenset[str]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A pattern ready to run.

    Attributes:
        regex: Over the lower-case text of a unit; groups ``act`` and ``who`` where the pattern names them.
        required: Sets of literals; every match holds at least one literal of every set. Never empty.
    """

    regex: re.Pattern[str]
    required: tuple[Literals, ...]


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says where."""


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


def word_regex(word: str) -> str:
    """Regular expression of a literal of one or more words, with ``*`` for any ending."""
    parts = []
    for piece in word.split():
        star = piece.endswith("*")
        parts.append(re.escape(piece.rstrip("*")) + (r"[\w']*" if star else ""))
    return _BETWEEN.join(parts)


def alternatives(words: list[str]) -> str:
    """One of several literals, the longest first."""
    return "(?:" + "|".join(word_regex(w) for w in sorted(dict.fromkeys(words), key=lambda w: (-len(w), w))) + ")"


def literal(word: str) -> str:
    """What the prefilter looks for: the literal's words without punctuation; a trailing ``*`` stays."""
    star = word.endswith("*")
    folded = " ".join(re.sub(r"[^\w]", " ", word.rstrip("*")).split())
    # Between the words of a literal more than one sign may stand, so only its longest word is looked for.
    if " " in folded:
        longest = max(folded.split(), key=len)
        star = star and folded.endswith(longest)
        folded = longest
    return folded + ("*" if star else "")


def compile_phrase(phrase: str, lists: dict[str, list[str]]) -> Compiled:
    """Compile one phrase.

    Raises:
        PhraseError: It cannot be read, names an unknown list, or has nothing that must be there.
    """
    parser = _Parser(phrase.lower(), lists)
    regex, required = parser.sequence(outermost=True)
    if not required:
        raise PhraseError(f"{phrase!r} has no word that must be there")
    try:
        return Compiled(re.compile(regex), tuple(required))
    except re.error as error:
        raise PhraseError(f"{phrase!r}: {error}") from None


@dataclass(slots=True)
class _Element:
    """One element of a row: its regular expression, and the literals of which a match holds at least one."""

    regex: str
    required: Literals
    optional: bool = False


class _Parser:
    """Recursive descent over the tokens of a phrase."""

    def __init__(self, phrase: str, lists: dict[str, list[str]]) -> None:
        self._phrase, self._lists = phrase, lists
        self._tokens = self._scan()
        self._at = 0
        self._who_given = False

    def _scan(self) -> list[tuple[str, str]]:
        tokens, position = [], 0
        while position < len(self._phrase):
            match = _TOKEN.match(self._phrase, position)
            if not match:
                raise PhraseError(f"{self._phrase!r} cannot be read at {self._phrase[position : position + 12]!r}")
            position = match.end()
            if match.lastgroup != "space":
                tokens.append((match.lastgroup or "", match.group()))
        return tokens

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def sequence(self, *, outermost: bool = False) -> tuple[str, list[Literals]]:
        """A row of elements up to a bar, a closing bracket or the end."""
        regex = _BORDER if outermost else ""
        required: list[Literals] = []
        first, gap = True, ""
        while True:
            kind, text = self._peek()
            if kind == "end" and not outermost:
                raise PhraseError(f"a bracket of {self._phrase!r} is not closed")
            if kind == "end" or (not outermost and kind in {"bar", "shut", "close"}):
                break
            if kind in {"bar", "shut", "close", "optional"}:
                raise PhraseError(f"{text!r} stands in the wrong place in {self._phrase!r}")
            self._next()
            if kind == "start":
                regex = _START if outermost else regex + _START
                continue
            if kind == "gap":
                gap = _gap(text)
                continue
            element = self._element(kind, text)
            lead = "" if first else gap + _BETWEEN
            if element.optional:
                regex += f"(?:{element.regex}{_BETWEEN})?" if first else f"(?:{lead}{element.regex})?"
            else:
                regex += lead + element.regex
                if element.required:
                    required.append(element.required)
                first = False
            gap = ""
        return (regex + r"(?!\w)" if outermost else regex), required

    def _element(self, kind: str, text: str) -> _Element:
        if kind == "open":
            regex, required = self.sequence()
            if self._next()[0] != "close":
                raise PhraseError(f"a < of {self._phrase!r} is not closed")
            return _Element(f"(?P<act>{regex})", min(required, key=len, default=frozenset()))
        if kind == "group":
            element = self._group()
        elif kind == "list" and text[1:] in BUILT_IN:
            element = _Element(BUILT_IN[text[1:]], frozenset())
        elif kind in {"list", "word"}:
            words = self._words(text) if kind == "list" else [text]
            regex = alternatives(words)
            if text == "$who" and not self._who_given:
                regex, self._who_given = f"(?P<who>{regex})", True
            element = _Element(regex, frozenset(literal(w) for w in words))
        else:
            raise PhraseError(f"{text!r} stands in the wrong place in {self._phrase!r}")
        if self._peek()[0] == "optional":
            self._next()
            element.optional = True
        return element

    def _group(self) -> _Element:
        """Alternatives in brackets; what is required of each is required, one of them, of the whole."""
        alternatives_, needed = [], frozenset[str]()
        complete = True
        while True:
            regex, required = self.sequence()
            alternatives_.append(regex)
            if required:
                needed |= min(required, key=len)
            else:
                complete = False
            after = self._next()[0]
            if after == "shut":
                break
            if after != "bar":
                raise PhraseError(f"> stands in the wrong place in {self._phrase!r}")
        alternatives_.sort(key=len, reverse=True)
        return _Element("(?:" + "|".join(alternatives_) + ")", needed if complete else frozenset())

    def _words(self, text: str) -> list[str]:
        if text[1:] not in self._lists:
            raise PhraseError(f"there is no word list {text}")
        return self._lists[text[1:]]


def _gap(text: str) -> str:
    digits = text.lstrip(".")
    size = int(digits) if digits else (_SHORT_GAP if text == ".." else _LONG_GAP)
    return _GAP % size


def compile_near(words: list[str], within: int, order: str, lists: dict[str, list[str]]) -> Compiled:
    """Compile a group of phrases that stand near each other, in any order or only forward."""
    joined = [f" ..{within} ".join(words)]
    if order == "any":
        from itertools import permutations  # noqa: PLC0415 - only rules with near need it

        joined = [f" ..{within} ".join(p) for p in permutations(words)]
    parts = [compile_phrase(phrase, lists) for phrase in joined]
    sources = [p.regex.pattern for p in parts]
    if len(sources) > 1:  # a group name may stand only once
        sources = [re.sub(r"\(\?P<(?:act|who)>", "(?:", s) for s in sources]
    return Compiled(re.compile("|".join(f"(?:{s})" for s in sources)), parts[0].required)


_NESTED: Final = re.compile(r"\((?:[^()\\]|\\.)*[+*](?:[^()\\]|\\.)*\)[+*]")


def compile_regex(source: str, anchors: list[str], lists: dict[str, list[str]]) -> Compiled:
    """Compile a regular expression; ``$name`` in it stands for a word list.

    Raises:
        PhraseError: It is not valid, or repeats a repeated group, which can take for ever.
    """
    if _NESTED.search(source):
        raise PhraseError(f"{source!r} repeats a repeated group; such patterns can take for ever")

    def put(match: re.Match[str]) -> str:
        if match[1] in BUILT_IN:
            return BUILT_IN[match[1]]
        if match[1] not in lists:
            raise PhraseError(f"there is no word list ${match[1]}")
        return alternatives(lists[match[1]])

    try:
        regex = re.compile(re.sub(r"\$([a-z_]{2,})", put, source))
    except re.error as error:
        raise PhraseError(f"{source!r}: {error}") from None
    return Compiled(regex, (anchor_set(anchors, lists),))


def anchor_set(anchors: list[str], lists: dict[str, list[str]]) -> Literals:
    """Literals of explicit anchors; ``$name`` stands for a word list."""
    words: list[str] = []
    for anchor in anchors:
        if anchor.startswith("$"):
            if anchor[1:] not in lists:
                raise PhraseError(f"there is no word list {anchor}")
            words.extend(lists[anchor[1:]])
        else:
            words.append(anchor.lower())
    return frozenset(w if w == '"' else literal(w) for w in words)
