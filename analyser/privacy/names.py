"""Person names: word lists, capital letters and what stands around them; placeholders are no names.

No trained model is needed. A name that is an English word (May, Will, Grace) counts only where it acts like a person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from presidio_analyzer import EntityRecognizer, RecognizerResult

from analyser.text.lexicon import ambiguous_first_names, capitalised_words, english_words, first_names, surnames

if TYPE_CHECKING:
    from collections.abc import Iterator

# Tongues, peoples and countries end like this; a name that does is rare and is caught with its surname.
_PEOPLES: Final = re.compile(r"[A-Z]\w+(?:ian|ians|ish|ese|stan|istani)$")
_PLACE_AFTER: Final = re.compile(
    r" (?:Ward|ward|Wing|wing|Unit|unit|Suite|suite|Clinic|clinic|Centre|centre|Hospital|hospital|House|Building|Court|Towers?|Park|"
    r"Road|Team|team|Room|room|Lodge|Hall|Theatre|Scale|scale|score|Score|Scores|Test|test|Inventory|Profile|schedules?|Schedules?|Report|report|"
    r"Law|Rule|Protocol|Review|review|competen\w+|compliant|guidelines?|Guidelines?|Act|Fund|Trust|Society|Foundation|Institute|Programme|"
    r"programme|model|Model|Tool|tool|Project|project|Appeal|Framework|principles?)\b"
)
_CAPITAL: Final = r"[A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u017d]"
_SMALL_LETTER: Final = r"[a-z\u00e0-\u024f\u1e00-\u1eff]"
_WORD: Final = rf"(?:Mc|Mac|O['\u2019])?{_CAPITAL}{_SMALL_LETTER}+(?:['\u2019-]{_CAPITAL}?{_SMALL_LETTER}+)*"
_TITLES: Final = frozenset({"Mr", "Mrs", "Ms", "Miss", "Dr", "Mx", "Prof", "Sgt", "Cllr", "Father", "Sister", "Nurse"})
_TITLED: Final = re.compile(
    rf"\b(?:(?:Mr|Mrs|Ms|Miss|Dr|Mx|Prof|Sgt|Cllr|Judge|HHJ|Imam|Rev)\.?|Nurse|PC|DC|DS|DI) (?P<name>{_WORD}(?: {_WORD})?|[A-Z]\.? ?{_WORD})"
)
_RUN: Final = re.compile(rf"{_WORD}(?: (?:(?:van|de|al|el|bin|bint|ul|ibn)[ -])?{_WORD}){{0,3}}")
_RELATION: Final = re.compile(
    r"\b(?:mum|mother|dad|father|brother|sister|sibling|cousin|aunt|auntie|uncle|nan|gran|grandmother|grandfather|partner|boyfriend|girlfriend|"
    r"friend|son|daughter|baby|called|named|name is|known as|aka|worker|carer|carers|teacher|manager|officer|advocate|nurse|midwife|visitor|"
    r"paediatrician|solicitor|guardian|neighbour|husband|wife|ex|stepdad|stepfather|twin|half-brother|half-sister)[,:]? (?:is |was )?$",
    re.IGNORECASE,
)
_BEFORE_PERSON: Final = re.compile(
    r"\b(?:with|told|asked|saw|met|seen|rang|called|phoned|visited|collected|hugged|emailed|supervised|observed|child is|Child is|(?:mum|dad|mother|father|carer|nan|gran) and|Dear|Hi|Hello|Thanks|Regards),? $"
)
_BEFORE: Final = re.compile(
    r"\b(?:with|to|from|for|by|and|that|when|told|asked|saw|met|seen|rang|called|phoned|visited|about|of|between|if|collected|hugged|Dear|Hi|Hello|Thanks|Regards),? $"
)
_AFTER: Final = re.compile(
    r"(?: \(\d|['\u2019]s\b|,? (?:said|says|told|asked|was|is|has|had|wants?|wanted|felt|feels|went|came|likes?|loves?|does|did|will|would|seemed|appeared|"
    r"looked|sat|played|plays|reported|stated|who|also|didn|doesn|wasn|isn|agreed|explained|added|replied|lives?|attends?|moved|remains?|and (?:his|her|I)\b))"
)
_ACTS: Final = re.compile(
    r"(?:['\u2019]s\b (?!Day|Court)|,? (?:said|says|told|asked|wants|wanted|felt|feels|went|came|likes|loves|has|had|was|is|seemed|sat|who)\b)"
)
_SMALL: Final = re.compile(
    r"(?<=\b)(?:mum|dad|mother|father|with|to|told|asked|saw|sw|brother|sister|nan|called|from) (?P<name>[a-z]{3,12})(?= (?:said|says|told|was|is|has|and|about|that|at|on|who|re|today|for)\b|['\u2019]s\b|[,.])"
)
_EPONYM: Final = re.compile(
    r"(?:Moses basket|Crohn|Asperger|Tourette|Down['\u2019]s|Hodgkin|Heimlich|Apgar|Glasgow|Guthrie|Perthes|Raynaud|Turner['\u2019]s syndrome|"
    r"Rett|Edwards['\u2019]|Marfan|Noonan|Prader|Angelman|Bell['\u2019]s palsy|Wilson['\u2019]s|Graves|Addison['\u2019]s|Cushing|Parkinson|Alzheimer|"
    r"Harry Potter|Thomas the Tank|Claire['\u2019]s Law|Sarah['\u2019]s Law|Martha['\u2019]s Rule|Gillick|Fraser|Lucy Faithfull)"
)
_OPENING: Final = re.compile(
    r"['\u2019]s\b|,? (?:said|says|told|wants|felt|feels|was|is|has|had|who|and (?:his|her|I)|gave|went|came|fell|sat|took|asked|"
    r"will|would|did|does|made|left|ran|put|got|[a-z]{2,}ed|\(\d)|, who\b"
)
_IN_A_PLACE: Final = re.compile(r"\b(?:in|at|near|via|towards|called the|the|a|an) $")
_ARTICLE: Final = re.compile(r"\b(?:the|a|an|The|A|An) $")
_SPEAKS: Final = re.compile(r" (?:said|says|told|tells|asked|wants|wanted|thinks)\b")
_SHORTEST: Final = 3  # letters
_LONG_ENOUGH_TO_MISSPELL: Final = 6  # letters; shorter names lie too near to some word
_FULL: Final = 0.9
_FIRST: Final = 0.65


class NameRecogniser(EntityRecognizer):
    """PERSON spans; a lone first name scores lower than a name with a title or surname."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["PERSON"], name="name_recogniser", supported_language="en")

    def load(self) -> None:
        """Word lists are loaded when first used."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[Any]:
        """Presidio's hook."""
        del entities, nlp_artifacts
        return [RecognizerResult("PERSON", start, end, score) for start, end, score in find_names(text)]


def find_names(text: str) -> list[tuple[int, int, float]]:
    """Spans of person names with a score: 0.9 with title or surname, 0.65 for a lone first name."""
    found: list[tuple[int, int, float]] = []
    for match in _TITLED.finditer(text):
        end = _end_of_titled(match)
        if end:
            # "Ms Denise" is how an anonymised record is polite: a first name that is no surname tells no more than alone.
            lone = match["name"] in first_names() and match["name"] not in surnames()
            found.append((match.start(), end, _FIRST if lone else _FULL))
    for match in _RUN.finditer(text):
        found.extend(_in_run(text, match.start(), match.group()))
    for match in _SMALL.finditer(text):
        name = match["name"]
        if name.capitalize() in first_names() and name not in english_words():
            found.append((*match.span("name"), _FIRST))
    return _without_overlaps(found)


def _end_of_titled(match: re.Match[str]) -> int:
    """Where a name with a title ends; 0 when it is a placeholder ("Mrs B. You") or no name."""
    words = match["name"].split()
    first, last = words[0].rstrip("."), _bare(words[-1])
    if len(first) == 1:  # an initial, then a surname or the next sentence
        return match.end() if len(words) > 1 and _may_be_surname(last) and last.lower() not in english_words() else 0
    if first in capitalised_words() and first not in surnames():
        return 0
    return match.end() if len(words) == 1 or _may_be_surname(last) else match.start("name") + len(words[0])


def _in_run(text: str, start: int, run: str) -> Iterator[tuple[int, int, float]]:
    """Names in a run of capitalised words ("Yesterday Amina Warsame" is a word and a name)."""
    words = [(m.start() + start, m.group()) for m in re.finditer(r"\S+", run)]
    k = 0
    while k < len(words):
        at, word = words[k]
        if _is_first_name(text, at, word, follows=words[k + 1][1] if k + 1 < len(words) else ""):
            first = last = k
            while last + 1 < len(words) and last - k < 2 and _may_be_surname(words[last + 1][1]):  # noqa: PLR2004
                last += 1
            end = words[last][0] + len(words[last][1])
            k = last
            if not _PLACE_AFTER.match(text, end):
                end -= len(_possessive(text[at:end]))
                yield at, end, _FULL if last > first else _FIRST
        elif k + 1 < len(words) and _is_unknown_pair(word, words[k + 1][1]):
            end = words[k + 1][0] + len(words[k + 1][1])
            k += 1
            if not _PLACE_AFTER.match(text, end):
                yield at, end - len(_possessive(text[at:end])), _FULL
        elif _is_unknown_name(text, at, word):
            yield at, at + len(word) - len(_possessive(word)), _FIRST
        k += 1


def _possessive(word: str) -> str:
    match = re.search(r"['\u2019]s$", word)
    return match.group() if match else ""


def _bare(word: str) -> str:
    """First part of a name ("Paddy-Joe", "Amina's"); whole when that is a prefix ("O'Hara")."""
    first = re.split(r"['\u2019-]", word)[0]
    return word if first in {"O", "D"} else first


def _is_first_name(text: str, at: int, word: str, *, follows: str) -> bool:
    bare = _bare(word)
    if bare in capitalised_words() or _EPONYM.match(text, at) or _PLACE_AFTER.match(text, at + len(word)):
        return False
    known, after = bare in first_names(), text[at + len(word) : at + len(word) + 16]
    if known:
        return bool(follows) or not _IN_A_PLACE.search(text[max(0, at - 12) : at]) or bool(_AFTER.match(after))
    if bare not in ambiguous_first_names():
        return False
    if _SPEAKS.match(after):
        return True
    if follows and _bare(follows) in surnames() and _bare(follows) not in capitalised_words():
        return True
    opening = _opens_sentence(text, at)
    after, before = text[at + len(bare) : at + len(bare) + 16], text[max(0, at - 24) : at]
    if _RELATION.search(before) and not opening:
        return True
    return (
        not opening and bool(_ACTS.match(after)) and bool(_BEFORE.search(before) or after.startswith(("'s", "\u2019s")))
    )


def _may_be_surname(word: str) -> bool:
    bare = _bare(word)
    if "-" in word and any(part in surnames() for part in word.split("-")):
        return True
    return bare not in capitalised_words() and (
        bare in surnames()
        or bare in first_names()
        or bare.lower() not in english_words()
        or bare in ambiguous_first_names()
    )


def _is_unknown(word: str) -> bool:
    """A capitalised word that no English word list and none of our own knows."""
    bare = _bare(word)
    return not (
        {bare, bare.removesuffix("s")} & capitalised_words()
        or bare.lower() in english_words()
        or bare.lower().rstrip("s") in english_words()
        or _PEOPLES.match(bare)
    )


def _is_misspelt(word: str) -> bool:
    """Whether one slip of the hand (a letter left out, doubled or swapped) makes an English word into this one."""
    if len(word) < _LONG_ENOUGH_TO_MISSPELL:
        return False
    swapped = (word[:k] + word[k + 1] + word[k] + word[k + 2 :] for k in range(len(word) - 1))
    dropped = (word[:k] + word[k + 1 :] for k in range(len(word)))
    added = (word[:k] + c + word[k:] for k in range(len(word) + 1) for c in "abcdefghijklmnopqrstuvwxyz")
    return any(w in english_words() for group in (swapped, dropped, added) for w in group)


def _is_unknown_pair(word: str, follows: str) -> bool:
    """Two capitalised words that can only be a person's: one of them unknown, the other a name or unknown too."""
    if word in _TITLES or _possessive(word) or len(_bare(word)) < _SHORTEST or len(_bare(follows)) < _SHORTEST:
        return False
    if _is_unknown(word):
        return _may_be_surname(follows)
    return _bare(word) in ambiguous_first_names() and _is_unknown(follows)


def _is_unknown_name(text: str, at: int, word: str) -> bool:
    """A capitalised word that is no English word, in the place of a person."""
    bare = _bare(word)
    if (
        not _is_unknown(word)
        or len(bare) < _SHORTEST
        or _EPONYM.match(text, at)
        or _PLACE_AFTER.match(text, at + len(word))
    ):
        return False
    after, before = text[at + len(bare) : at + len(bare) + 16], text[max(0, at - 24) : at]
    if _opens_sentence(text, at):
        return bool(_OPENING.match(after)) and not _is_misspelt(bare.lower())
    if _ARTICLE.search(before):
        return False
    if _RELATION.search(before) or _BEFORE_PERSON.search(before) or _AFTER.match(after):
        return True
    return bare in surnames() and bool(_BEFORE.search(before))


def _opens_sentence(text: str, at: int) -> bool:
    return bool(re.search(r"(?:^|[.!?:\n\u2022\"(\[])\s*[-*]?\s*$", text[max(0, at - 4) : at]))


def _without_overlaps(found: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    out: list[tuple[int, int, float]] = []
    for span in sorted(found, key=lambda s: (s[0], -s[1])):
        if out and span[0] < out[-1][1]:
            if span[1] > out[-1][1]:
                out[-1] = (out[-1][0], span[1], max(out[-1][2], span[2]))
            continue
        out.append(span)
    return out
