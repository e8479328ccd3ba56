"""Patterns ready to run: over codes, over text, over spaCy tokens, or any unit of so many words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from analyser.rules_engine.phrases import PhraseError, Row, emit, parse, rarest_codes, required, rows_of
from analyser.rules_engine.tokens import BREAK
from analyser.text.speech import quotations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analyser.rules_engine.schema import Pattern
    from analyser.rules_engine.tokens import Tokens, Vocabulary
    from analyser.text.reading import Unit

_NESTED: Final = re.compile(r"\((?:[^()\\]|\\.)*[+*](?:[^()\\]|\\.)*\)[+*]")


class Found(NamedTuple):
    """A match in a unit: its span, its act, where its person stands."""

    span: tuple[int, int]
    act: tuple[int, int]
    who: int | None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A pattern of which the words are known, but not yet their codes."""

    rows: tuple[Row, ...] = ()
    text: re.Pattern[str] | None = None
    spacy: tuple[dict[str, object], ...] = ()
    words: int = 0
    anchors: tuple[tuple[str, ...], ...] = ()
    quotation: bool = False

    def literals(self) -> Iterator[str]:
        """Every token that it names."""
        for row in self.rows:
            yield from row.literals()
        for anchor in self.anchors:
            yield from anchor


@dataclass(frozen=True, slots=True)
class CompiledPattern:
    """A pattern ready to run.

    Attributes:
        codes: Regular expressions over codes.
        text: A regular expression over the unit's lower-case text.
        spacy: A token pattern for spaCy's Matcher.
        words: The least number of words, for a pattern that takes any unit.
        required: Sets of codes; a unit that holds none of one of them cannot match.
        quotation: It matches what stands in quotation marks.
    """

    codes: tuple[re.Pattern[str], ...]
    text: re.Pattern[str] | None
    spacy: tuple[dict[str, object], ...]
    words: int
    required: tuple[frozenset[str], ...]
    quotation: bool

    def find(self, unit: Unit, tokens: Tokens, *, whole: bool) -> Sequence[Found]:
        """Matches in a unit, in order.

        Args:
            unit: The unit.
            tokens: Its tokens.
            whole: Look at heading and list mark as well, not only at the content.
        """
        first = 0 if whole else tokens.content
        if self.codes:
            codes = tokens.codes[first:] if first else tokens.codes
            return [_found(m, tokens, first) for pattern in self.codes for m in pattern.finditer(codes)]
        if self.text is not None:
            return [Found(m.span(), m.span(), None) for m in self.text.finditer(unit.low, 0 if whole else unit.body)]
        if self.quotation:
            return [Found(span, span, None) for span in quotations(unit.low)]
        if self.spacy:
            return list(_spacy_matches(self.spacy, unit))
        if len(tokens.codes) - first - tokens.codes.count(BREAK, first) >= self.words:
            span = tokens.span(first, len(tokens.codes))
            return (Found(span, span, None),)
        return ()


def _found(match: re.Match[str], tokens: Tokens, first: int) -> Found:
    span = tokens.span(match.start() + first, match.end() + first)
    groups = match.re.groupindex
    act, who = span, None
    if "act" in groups and match["act"] is not None:
        act = tokens.span(match.start("act") + first, match.end("act") + first) if match["act"] else span
    if "who" in groups and match["who"] is not None:
        who = tokens.start(match.start("who") + first)
    return Found(span, act, who)


def parse_pattern(pattern: Pattern, lists: dict[str, list[str]]) -> Parsed:
    """Read a pattern of a rule file.

    Raises:
        PhraseError: It cannot be read.
    """
    if pattern.words is not None:
        return Parsed(words=pattern.words)
    if pattern.quotation:
        return Parsed(quotation=True)
    if pattern.phrase is not None:
        return Parsed(rows=(parse(pattern.phrase, lists),))
    if pattern.near is not None:
        near = pattern.near
        orders = permutations(near.words) if near.order == "any" else [tuple(near.words)]
        return Parsed(rows=tuple(parse(f" ..{near.within} ".join(words), lists) for words in orders))
    anchors = rows_of([w for anchor in pattern.anchors for w in _anchor_words(anchor, lists)])
    if pattern.tokens is not None:
        return Parsed(spacy=tuple(pattern.tokens), anchors=anchors)
    return Parsed(text=_text_regex(str(pattern.regex), lists), anchors=anchors)


def compile_pattern(parsed: Parsed, vocabulary: Vocabulary) -> CompiledPattern:
    """Give the words of a pattern their codes."""
    needed: tuple[frozenset[str], ...] = ()
    if parsed.rows:
        needed = required(parsed.rows[0], vocabulary)
    elif parsed.anchors:
        needed = (frozenset(code for row in parsed.anchors for code in rarest_codes(row, vocabulary)),)
    codes = tuple(re.compile(emit(row, vocabulary)) for row in parsed.rows)
    return CompiledPattern(codes, parsed.text, parsed.spacy, parsed.words, needed, parsed.quotation)


def _anchor_words(anchor: str, lists: dict[str, list[str]]) -> list[str]:
    if not anchor.startswith("$"):
        return [anchor.lower()]
    if anchor[1:] not in lists:
        raise PhraseError(f"there is no word list {anchor}")
    return lists[anchor[1:]]


def _text_regex(source: str, lists: dict[str, list[str]]) -> re.Pattern[str]:
    """A regular expression over text; ``$name`` in it stands for a word list.

    Raises:
        PhraseError: It is not valid, or repeats a repeated group, which can take for ever.
    """
    if _NESTED.search(source):
        raise PhraseError(f"{source!r} repeats a repeated group; such patterns can take for ever")

    def put(match: re.Match[str]) -> str:
        if match[1] not in lists:
            raise PhraseError(f"there is no word list ${match[1]}")
        words = sorted(lists[match[1]], key=lambda w: (-len(w), w))
        return "(?:" + "|".join(re.escape(w.rstrip("*")) + (r"\w*" if w.endswith("*") else "") for w in words) + ")"

    try:
        return re.compile(re.sub(r"\$([a-z_]{2,})", put, source))
    except re.error as error:
        raise PhraseError(f"{source!r}: {error}") from None


def _spacy_matches(pattern: tuple[dict[str, object], ...], unit: Unit) -> Iterator[Found]:
    nlp, matcher = _matcher(repr(pattern))
    doc = nlp(unit.text)
    for _, first, last in matcher(doc):
        span = doc[first:last]
        where = (span.start_char, span.end_char)
        yield Found(where, where, None)


@cache
def _matcher(pattern: str) -> tuple[Any, Any]:
    """A spaCy tokenizer and a Matcher for one token pattern; made only when such a rule runs."""
    import ast  # noqa: PLC0415

    from spacy.matcher import Matcher  # noqa: PLC0415 - heavy

    nlp = _blank()
    matcher = Matcher(nlp.vocab)
    matcher.add("rule", [list(ast.literal_eval(pattern))], greedy="LONGEST")
    return nlp, matcher


@cache
def _blank() -> Any:
    import spacy  # noqa: PLC0415 - heavy

    return spacy.blank("en")
