"""Sentences, list items and headings of a note: a fast splitter made for how case notes are really typed.

Boundaries are found with one scan for candidates; each candidate is then accepted or refused by what stands around
it. Line ends are boundaries unless a line was plainly wrapped by an e-mail program.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ABBREVIATIONS: Final = frozenset(
    (
        "mr mrs ms miss dr prof rev st rd ave no nos approx appt appts tel ext dept govt inc ltd fig vs viz eg ie etc "
        "e.g i.e a.m p.m am pm c.f cf al ref refs para paras p pp min mins hr hrs wk wks yr yrs mth mths max est temp "
        "incl esp poss prob resp wt ht kg lb lbs oz cm mm ml mg jan feb mar apr jun jul aug sep sept oct nov dec mon "
        "tue tues wed thu thur thurs fri sat sun w.r.t n.b nb a.k.a d.o.b o.o.h n.f.a s.w t.m h.v g.p"
    ).split()
)
# After these a full stop may end the sentence as well; a capital decides.
_MAY_END: Final = frozenset(
    ("etc am pm a.m p.m min mins hr hrs wk wks yr yrs mth mths kg cm ml mg appt appts inc ltd n.f.a st rd").split()
)

# After a measure or a month any capital starts a sentence.
_MEASURES: Final = frozenset(
    "min mins hr hrs wk wks yr yrs mth mths kg cm ml mg jan feb mar apr jun jul aug sep sept oct nov dec".split()
)

_CANDIDATE: Final = re.compile(
    r"\n+|(?P<stop>[.!?]+(?:[\"')\]]{1,2}(?=\s|$))?)(?P<space>[^\S\n]*)"
    r"|(?P<bullet>(?<=\s)\u2022\s?)"
)
_LIST_START: Final = re.compile(
    r"\s*(?:[-*\u2022+>o]\s+|[-*\u2022]{1,2}(?=[A-Za-z])|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s)"
)
_NUMBER_ITEM: Final = re.compile(r"(?:(?<=\s)|(?<=[A-Za-z][:;])|^)\(?(\d{1,2})[.)]\s(?=\S)", re.MULTILINE)
_LETTER_ITEM: Final = re.compile(r"(?:(?<=\s)|(?<=[A-Za-z][:;])|^)\(?([a-h])\)\s(?=\S)", re.MULTILINE)
_HEADER_LINE: Final = re.compile(
    r"\s*(?:from|to|cc|bcc|sent|date|subject|attachments?|importance|received)\s*:", re.IGNORECASE
)
_OPENS: Final = re.compile(r"[\"'(\[\s]*(?:[A-Z\u00c0-\u00de0-9\u00a3&#@<]|[-\u2022*]\s)")
_LAST_WORD: Final = re.compile(r"[\w./'&-]+$")
_SENTENCE_STARTERS: Final = re.compile(
    r"(?:She|He|They|I|We|It|The|This|That|Mum|Dad|There|His|Her|When|No|On|In|At|SW|TM|[A-Z]\w+_|My|Our|You|Then|After|If|But|"
    r"And|So|As|All|Both|School|Police|Also|Next|Not|Once|Will|Visit|Plan|Child)\b"
)
_WORDS: Final = re.compile(r"\w+")


def split(text: str) -> list[tuple[int, int]]:
    """Spans of the units of ``text``, in order, trimmed, none empty.

    Args:
        text: Normalised text, people marked or not.

    Returns:
        ``(start, end)`` offsets into ``text``. Every character that is not white space lies in exactly one unit.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in sorted({*_cuts(text), *_inline_items(text)}):
        _append(text, start, cut, spans)
        start = cut
    _append(text, start, len(text), spans)
    return _joined(text, spans)


def _append(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append((start, end))


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put back what is no unit of its own: a lone bullet, number, bracket or stop."""
    out: list[tuple[int, int]] = []
    pending: int | None = None
    for start, end in spans:
        if not _WORDS.search(text, start, end) and out and pending is None and text[start] not in "-*\u2022+>":
            out[-1] = (out[-1][0], end)
        elif re.fullmatch(r"[-*\u2022+>o]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\W+", text[start:end]):
            pending = start if pending is None else pending
        else:
            out.append((start if pending is None else pending, end))
            pending = None
    if pending is not None:
        out.append((pending, spans[-1][1]))
    return out


def _writes_without_capitals(text: str) -> bool:
    """Whether this writer starts sentences with small letters (at least half of those after a full stop)."""
    small = len(re.findall(r"[a-z]{2}[.!?] [a-z]", text))
    capital = len(re.findall(r"[a-z]{2}[.!?] [A-Z]", text))
    return small > capital


def _cuts(text: str) -> Iterator[int]:
    lower_writer = _writes_without_capitals(text)
    for match in _CANDIDATE.finditer(text):
        start, end = match.span()
        if text[start] == "\n":
            if not _wrapped(text, start, end):
                yield end
        elif match["bullet"] is not None:
            yield start
        elif _ends_sentence(text, match, lower_writer=lower_writer):
            yield end


def _wrapped(text: str, start: int, end: int) -> bool:
    """Whether a single line end only wraps a sentence: a long line without a stop, then a small letter."""
    if end - start > 1:
        return False
    line_start = text.rfind("\n", 0, start) + 1
    line = text[line_start:start].rstrip()
    following = text[end : end + 60]
    if len(line) < 55 or line[-1:] in ".!?:;" or _LIST_START.match(following) or _HEADER_LINE.match(line):
        return False
    return bool(re.match(r"\s*[a-z(]", following)) or line[-1:] in ",(-&"


def _inline_items(text: str) -> frozenset[int]:
    """Starts of numbered items that run on in one line: 1. … 2. … or a) … b) …, at least two in order."""
    starts: set[int] = set()
    for pattern, first in ((_NUMBER_ITEM, 1), (_LETTER_ITEM, ord("a"))):
        run: list[tuple[int, int]] = []
        for match in pattern.finditer(text):
            value = int(match[1]) if first == 1 else ord(match[1])
            if not run or value != run[-1][1] + 1:
                starts.update(start for start, _ in run if len(run) > 1)
                run = []
            if run or value == first:
                run.append((match.start(), value))
        starts.update(start for start, _ in run if len(run) > 1)
    return frozenset(starts)


def _ends_sentence(text: str, match: re.Match[str], *, lower_writer: bool) -> bool:
    stop, space = match["stop"], match["space"]
    start, end = match.span()
    if end >= len(text) or text[end] == "\n":
        return False  # the line end decides, or the text does
    following = text[end : end + 40]
    before = _LAST_WORD.search(text[max(0, start - 24) : start])
    word = before.group() if before else ""
    if stop[0] != ".":
        return _after_mark(text, start, stop, space, following)
    if not space:
        return _glued(word, stop, following)
    if following[0].islower():
        return _before_small_letter(word, stop, lower_writer=lower_writer)
    if not _OPENS.match(following):
        return True
    return _after_word(text, start, word, following)


def _after_mark(text: str, start: int, stop: str, space: str, following: str) -> bool:
    """After ! or ?: an end, unless the sentence goes on behind it ("Why?" she asked)."""
    if not space:
        return bool(re.match(r"[A-Z][a-z]|[\"'][A-Z]", following)) and text[start - 1 : start].isalpha()
    if stop[-1] in "\"')" or text[start - 1 : start] in "\"')":
        return not re.match(r"[a-z]|and |or ", following)
    if re.match(r"(?:she|he|they|i|mum|dad|we) (?:asked|said|shouted|replied|answered|wrote)\b", following):
        return False
    return not (following[0].islower() and stop.startswith("?") and re.match(r"[a-z]+ ", following) is None)


def _glued(word: str, stop: str, following: str) -> bool:
    """A full stop with no space after it: "home.She said" ends, "3.30", "e.g.", "gov.uk" and "J.S." do not."""
    if len(stop.rstrip("\"')")) > 1:
        return bool(re.match(r"[A-Z][a-z]", following))
    tail = re.split(r"[./]", word)[-1]
    if not re.match(r"[A-Z](?:[a-z_]|\s)|[\"'\[(][A-Z]", following):
        return False
    if tail.isdigit():
        return bool(re.match(r"[A-Z][a-z]", following))
    return len(tail) > 1 and not ("." in word and len(tail) < 3)


def _before_small_letter(word: str, stop: str, *, lower_writer: bool) -> bool:
    tail = word.lower().strip(".'")
    if len(stop) > 1 and stop.startswith(".."):
        return False
    if tail in _ABBREVIATIONS or (len(tail) < 2 and not tail.isdigit()) or "/" in tail:
        return False
    if re.fullmatch(r"\d{1,2}", tail):
        return lower_writer
    return lower_writer or len(tail) > 2


def _after_word(text: str, start: int, word: str, following: str) -> bool:
    """A full stop, a space, then something that may open a sentence."""
    tail = word.lower().strip("'")
    bare = tail.rstrip(".")
    if bare in _MEASURES:
        return following.lstrip("\"'([")[:1].isupper()
    if bare in _ABBREVIATIONS:
        return bare in _MAY_END and bool(_SENTENCE_STARTERS.match(following.lstrip("\"'([")))
    if re.fullmatch(r"[a-z]", bare):  # an initial, "Child A.", or "v. 2"
        if word[:1].islower():
            return False
        labelled = re.search(r"(?:child|school|sibling|sib|mr|mrs|ms|miss|person|baby|worker|parent|carer|class|plan|group|band|team|flat|room)\s$",
                             text[max(0, start - 14) : start - 1].lower())  # fmt: skip
        return bool(labelled or _SENTENCE_STARTERS.match(following))
    if re.fullmatch(r"\d{1,2}", bare):  # the number of a list item, a time, or the end of a sentence
        line_start = text.rfind("\n", 0, start) + 1
        alone = re.fullmatch(r"[\s(>-]*\d{1,2}", text[line_start:start])
        if alone:
            return False
        if re.search(r"(?:^|[;\n]\s?|:\s)\d{1,2}$", text[max(0, start - 4) : start]):
            return False
        return not following[0].isdigit()
    return True
