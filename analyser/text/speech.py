"""Who speaks: whose words a stretch of a unit is. Nearest governing verb of saying; ``unknown`` where none tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from analyser.text.persons import Person, carried_subject, mentions

if TYPE_CHECKING:
    from analyser.text.persons import Mention
    from analyser.text.reading import Reading, Unit

_SAY: Final = (
    r"said|says|say|told|tells|tell|stated|states|reported|reports|explained|explains|described|describes|shared|shares|disclosed|"
    r"discloses|mentioned|mentions|added|adds|replied|replies|answered|whispered|shouted|muttered|mumbled|admitted|admits|"
    r"denied|denies|confirmed|confirms|insisted|insists|maintained|maintains|claimed|claims|recalled|expressed|expresses|"
    r"advised|advises|asked|asks|wrote|writes|texted|texts|messaged|typed|signed|responded|informed|informs|thinks|thought|think|"
    r"believes|believed|feels|felt|considers|reckons|reckoned|worries|hopes|hoped|agreed|agrees|says that|siad|sed|commented|"
    r"complained|repeated|recounted|spelt|spelled|noted|notes|raised|voiced|describing|saying|stating|reporting"
)
_SAY_WORDS: Final = frozenset(word for verb in _SAY.split("|") for word in verb.split())
_LETTERS: Final = re.compile(r"[a-z]+")
_REPORTS: Final = frozenset(
    {"according", "per", "acc", "reported", "from", "told", "informed", "advised", "words", "quoting"}
)
_AUX: Final = (
    r"(?:\s+(?:also|then|had|has|have|just|later|again|only|did|does|is|was|been|now|still|once|quietly|proudly|sadly|actually|"
    r"really|always|since|who|herself|himself|themselves|\w+ly|and))*?"
)
_SAYS: Final = re.compile(rf"{_AUX}\s+(?P<verb>{_SAY})\b")
_BARE_SAY: Final = re.compile(rf"\W*(?:(?:then|also|later|just|only|again|and|\w+ly)\s+)*(?P<verb>{_SAY})\b(?!\s*:)")
_ACCORDING: Final = re.compile(
    r"(?:according to|as per|acc to|per|reported by|from|told by|informed by|advised by|in the words of|quoting)\s+(?:the |his |her |their |my )?$"
)
_QUOTE: Final = re.compile(r"\"[^\"]{2,400}\"?|(?<![\w])'(?=[A-Za-z])(?:[^']|(?<=\w)'(?=\w)){2,400}'(?!\w)")
_SINGLE: Final = re.compile(r"(?<!\w)'[a-z]")
_INCHES: Final = re.compile(r"\d\"")
_THEN_SAID: Final = re.compile(
    rf"[,.]?\s*(?:(?P<who>[\w_]+(?:\s[\w_]+)?)\s+(?:{_SAY})|(?:{_SAY}|was (?:his|her|the) (?:answer|reply))\s+(?P<inverted>[\w_]+))\b"
)


class Frame(NamedTuple):
    """A stretch of a unit that gives somebody's words or thoughts.

    Attributes:
        start: Where what is said begins, in the unit.
        end: Where it ends.
        verb: Offset of the verb of saying (or of the quotation).
        speaker: Whose words they are.
        quoted: In quotation marks.
    """

    start: int
    end: int
    verb: int
    speaker: Person
    quoted: bool


def frames(reading: Reading, unit: Unit) -> tuple[Frame, ...]:
    """Whose words the stretches of a unit are, outer ones first."""
    key = ("frames", unit.index)
    found = reading.cache.get(key)
    if found is None:
        found = tuple(_frames(reading, unit))
        reading.cache[key] = found
    return found  # type: ignore[return-value]


def _frames(reading: Reading, unit: Unit) -> list[Frame]:
    low = unit.low
    words = set(_LETTERS.findall(low))
    says = not _SAY_WORDS.isdisjoint(words)
    quotes = '"' in reading.low or "'" in low
    if not says and not quotes and _REPORTS.isdisjoint(words):
        return []
    people = mentions(reading, unit)
    out = _spoken(reading, unit, people, says=says)
    inside = _open_quote(reading, unit) if '"' in reading.low else None
    if inside is not None:  # a quotation that began in an earlier sentence
        stop = low.find('"')
        out.append(Frame(0, stop if stop >= 0 else len(low), 0, inside, quoted=True))
    for start, end in quotations(low, low.find('"') + 1 if inside is not None and '"' in low else 0):
        speaker = _speaker_of_quote(reading, unit, start, end, out, people)
        out.append(Frame(start, end, start, speaker, quoted=True))
    return out


def _spoken(reading: Reading, unit: Unit, people: tuple[Mention, ...], *, says: bool) -> list[Frame]:
    """Frames of verbs of saying and of "according to"."""
    out: list[Frame] = []
    low = unit.low
    bare = _BARE_SAY.match(low) if says else None
    if bare:  # "Said he was fine": the writer left the subject out
        speaker = carried_subject(reading, unit)
        out.append(Frame(bare.end(), _content_end(low, bare.end()), bare.start("verb"), speaker, quoted=False))
    for mention in people:
        if mention.owner:
            continue
        verb = _SAYS.match(low, mention.end) if says else None
        if verb:
            out.append(
                Frame(verb.end(), _content_end(low, verb.end()), verb.start("verb"), mention.person, quoted=False)
            )
        elif _ACCORDING.search(low, 0, mention.start):
            out.append(Frame(0, len(low), mention.start, mention.person, quoted=False))
    return out


def _open_quote(reading: Reading, unit: Unit) -> Person | None:
    """Whose quotation is still open at the start of a unit; ``None`` when none is. A paragraph break closes it."""
    if unit.index == 0:
        return None
    before = reading.units[unit.index - 1]
    if "\n\n" in reading.text[before.end : unit.start]:
        return None
    marks = before.low.count('"') - len(_INCHES.findall(before.low))
    quoted = [frame for frame in frames(reading, before) if frame.quoted]
    started_open = bool(quoted) and quoted[0].start == 0 and not before.low.startswith('"')
    if (marks + started_open) % 2 == 0:
        return None
    return quoted[-1].speaker if quoted else None


def quotations(low: str, position: int = 0) -> list[tuple[int, int]]:
    """Spans of a unit in quotation marks, double or single, from ``position`` on."""
    if '"' not in low and not _SINGLE.search(low):
        return []
    return [match.span() for match in _QUOTE.finditer(low, position)]


def quotation_goes_on(reading: Reading, unit: Unit) -> bool:
    """Whether a unit goes on with a quotation that an earlier one began."""
    return '"' in reading.low and _open_quote(reading, unit) is not None


def _content_end(low: str, start: int) -> int:
    stop = low.find(";", start)
    return stop if stop >= 0 else len(low)


def _speaker_of_quote(
    reading: Reading, unit: Unit, start: int, end: int, said: list[Frame], people: tuple[Mention, ...]
) -> Person:
    """Verb of saying before it or behind it, then the nearest person before it, then the unit before."""
    governing = [frame for frame in said if not frame.quoted and frame.verb < start]
    if governing:
        return governing[-1].speaker
    after = _THEN_SAID.match(unit.low, end)
    if after:
        name = after["who"] or after["inverted"] or ""
        for mention in people:
            if mention.start >= end and unit.low[mention.start : mention.end].startswith(name.split()[-1]):
                return mention.person
    before = [mention for mention in people if mention.end <= start]
    if before:
        return before[0].person if before[0].person != "worker" else before[-1].person
    for index in (unit.index - 1, unit.index - 2):
        if index >= 0:
            earlier = reading.units[index]
            previous = list(frames(reading, earlier))
            if previous:
                return previous[-1].speaker
            subjects = [m.person for m in mentions(reading, earlier) if m.person != "worker" and not m.owner]
            if subjects:
                return subjects[0]
    return "child" if unit.section == "child_views" else "unknown"


def speaker_at(reading: Reading, unit: Unit, position: int) -> Person | Literal["writer"]:
    """Whose words stand at ``position`` of a unit: a person of :data:`Person`, or ``writer``."""
    inside = [frame for frame in frames(reading, unit) if frame.start <= position < frame.end]
    quoted = [frame for frame in inside if frame.quoted]
    if not inside:
        return "writer"
    speaker = (quoted or inside)[-1].speaker
    return "writer" if speaker in {"worker", "manager"} else speaker
