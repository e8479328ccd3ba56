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
    r"(?P<open><)|(?P<close>>)|(?P<start>\^)|(?P<gap>\.{2,3}\d*)|(?P<list>\$[a-z_]+)|(?P<group>\((?:[^()]|\([^()]*\))*\))|"
    r"(?P<word>[^\s<>()^?]+)|(?P<optional>\?)|(?P<space>\s+)"
)
_GAP: Final = r"(?:[^\w;]+[\w']+(?:[-/][\w']+)*){0,%d}?"
_BORDER: Final = r"(?<![\w'-])"
_BETWEEN: Final = r"[^\w;.!?]{1,4}"
_SHORT_GAP, _LONG_GAP = 3, 8

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
    elements = _elements(phrase, lists)
    regex, required = _join(elements)
    if not required:
        raise PhraseError(f"{phrase!r} has no word that must be there")
    try:
        return Compiled(re.compile(regex), tuple(required))
    except re.error as error:
        raise PhraseError(f"{phrase!r}: {error}") from None


@dataclass(slots=True)
class _Element:
    regex: str
    required: Literals
    optional: bool = False
    gap: bool = False
    at_start: bool = False
    before: str = ""
    after: str = ""


def _elements(phrase: str, lists: dict[str, list[str]]) -> list[_Element]:
    out: list[_Element] = []
    opening, position, who_given = "", 0, False
    while position < len(phrase):
        match = _TOKEN.match(phrase, position)
        if not match:
            raise PhraseError(f"{phrase!r} cannot be read at {phrase[position : position + 12]!r}")
        position = match.end()
        kind, text = match.lastgroup, match.group()
        if kind == "space":
            continue
        if kind == "open":
            opening = "(?P<act>"
        elif kind == "close":
            out[-1].after = ")"
        elif kind == "optional":
            out[-1].optional = True
        elif kind == "start":
            out.append(_Element("", frozenset(), at_start=True))
        elif kind == "gap":
            digits = text.lstrip(".")
            size = int(digits) if digits else (_SHORT_GAP if len(text) == 2 else _LONG_GAP)  # noqa: PLR2004
            out.append(_Element(_GAP % size, frozenset(), gap=True))
        else:
            words = _words(kind or "", text, lists)
            regex = alternatives(words)
            if text == "$who" and not who_given:
                regex, who_given = f"(?P<who>{regex})", True
            out.append(_Element(regex, frozenset(literal(w) for w in words), before=opening))
            opening = ""
    return out


def _words(kind: str, text: str, lists: dict[str, list[str]]) -> list[str]:
    if kind == "list":
        if text[1:] not in lists:
            raise PhraseError(f"there is no word list {text}")
        return lists[text[1:]]
    if kind == "group":
        words: list[str] = []
        for item in (part.strip().lower() for part in text[1:-1].split("|")):
            words.extend(_words("list", item, lists) if item.startswith("$") else [item])
        return words
    return [text.lower()]


def _join(elements: list[_Element]) -> tuple[str, list[Literals]]:
    """Regular expression of a row of elements, and the literal sets of those that must be there."""
    regex, required = _BORDER, []
    first, gap = True, ""
    for element in elements:
        if element.at_start:
            regex = r"^\W*(?:\d{1,2}[.)]\s*)?"
        elif element.gap:
            gap = element.regex
        else:
            body = element.before + element.regex + element.after
            lead = "" if first else gap + _BETWEEN
            if element.optional:
                regex += f"(?:{body}{_BETWEEN})?" if first else f"(?:{lead}{body})?"
            else:
                regex += lead + body
                required.append(element.required)
                first = False
            gap = ""
    return regex + r"(?!\w)", required


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
        words.extend(_words("list", anchor, lists) if anchor.startswith("$") else [anchor.lower()])
    return frozenset(literal(w) if w != '"' else w for w in words)
