"""Who speaks: people in a unit, whom a pronoun means, and whose words a stretch of text is.

This is deliberately shallow: nearest fitting person, nearest governing verb of saying, and ``unknown`` where the note
does not tell. Coreference models of the kind that would do better need trained pipelines that councils cannot install.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

if TYPE_CHECKING:
    from analyser.text.reading import Reading, Unit

Person = Literal["child", "sibling", "family", "professional", "worker", "manager", "unknown"]

# Words for people: group name, gender (m, f or either), words. Order matters where one word begins another.
_PEOPLE: Final[tuple[tuple[str, str, str], ...]] = (
    ("child", "", r"child_|(?:the |this )?child(?!ren'?s? (?:services|social|centre)|'?s? services|care)|children|the yp|yp|(?:the )?young (?:person|people)|(?:the )?baby|infant|toddler|newborn"),
    ("child_m", "m", r"(?:the |a |this )?boy|lad"),
    ("child_f", "f", r"(?:the |a |this )?girl"),
    ("sibling_m", "m", r"(?:half-|step-?)?brothers?"),
    ("sibling_f", "f", r"(?:half-|step-?)?sisters?"),
    ("sibling", "", r"sibling_|siblings?|twin|cousins?"),
    ("family_f", "f", r"mother_|mum(?:my)?|mam|mom|(?:birth )?mother|moc|nann?a?|gran(?:ny|dma|dmother)?|great-(?:aunt|nan|gran)|aunt(?:ie|y)?|step-?mum|stepmother|[mp]gm|girlfriend|(?:his|her|their) wife"),
    ("family_m", "m", r"father_|dad(?:dy)?|(?:birth )?father|foc|grand?dad|grandfather|uncle|step-?dad|stepfather|[mp]gf|boyfriend|husband|(?:mum's|mother's|her) (?:partner|ex)"),
    ("family", "", r"parent_|parents?|carer_|(?:foster )?carers?|relative_|grandparents?|[mp]gps|partner|adult_|neighbour|family|adopters?|special guardians?"),
    ("manager", "", r"manager_|chair_|(?:team |service |practice |group |duty |senior |deputy |line )?manager|a?tm|iro|head of service|the chair|(?:the )?panel"),
    ("worker", "", r"worker_|i|we|(?:the |this )?(?:social )?worker|sw|(?:the )?writer|fsw|personal adviser|practitioner|ssw|ehw|pa"),
    ("professional", "", r"professional_|school_|(?:the )?school|nursery|college|(?:class |head)?teacher|head of year|senco|dsl|health visitor|hv|midwife|gp|school nurse|nurse|paediatrician|doctor|dr|police|officer|camhs|therapist|psychologist|advocate|guardian|cafcass|solicitor|staff|key ?worker|interpreter|contact (?:supervisor|worker)|mentor|tutor|housing|hospital|ot|salt|physio|probation|ta|tutor"),
    ("unknown", "", r"person_"),
)  # fmt: skip
_PERSON: Final = re.compile(
    r"(?<![\w-])(?:" + "|".join(f"(?P<{name}>{words})" for name, _, words in _PEOPLE)
    + r"|(?P<he>he|him)|(?P<she>she)|(?P<they>they|them)|(?P<you>you))(?P<own>'s)?(?![\w'-])"
)  # fmt: skip
_GENDER: Final = {name: gender for name, gender, _ in _PEOPLE}

_SAY: Final = (
    r"said|says|say|told|tells|tell|stated|states|reported|reports|explained|explains|described|describes|shared|shares|disclosed|"
    r"discloses|mentioned|mentions|added|adds|replied|replies|answered|whispered|shouted|muttered|mumbled|admitted|admits|"
    r"denied|denies|confirmed|confirms|insisted|insists|maintained|maintains|claimed|claims|recalled|expressed|expresses|"
    r"advised|advises|asked|asks|wrote|writes|texted|texts|messaged|typed|signed|responded|informed|informs|thinks|thought|think|"
    r"believes|believed|feels|felt|considers|reckons|reckoned|worries|hopes|hoped|agreed|agrees|says that|siad|sed|commented|"
    r"complained|repeated|recounted|spelt|spelled|noted|notes|raised|voiced|describing|saying|stating|reporting"
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


@dataclass(frozen=True, slots=True)
class Mention:
    """A person in a unit; offsets count in the unit."""

    start: int
    end: int
    person: Person
    gender: str
    owner: bool  # "mum's": named only as the owner of something


@dataclass(frozen=True, slots=True)
class Frame:
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


def mentions(reading: Reading, unit: Unit) -> tuple[Mention, ...]:
    """People named in a unit, in order, pronouns resolved."""
    key = ("mentions", unit.index)
    found = reading.cache.get(key)
    if found is None:
        reading.cache[key] = ()  # a pronoun never looks at its own unit's answer
        found = tuple(_mentions(reading, unit))
        reading.cache[key] = found
    return found  # type: ignore[return-value]


def _mentions(reading: Reading, unit: Unit) -> list[Mention]:
    out: list[Mention] = []
    for match in _PERSON.finditer(unit.low):
        name = (
            match.lastgroup
            if match.lastgroup != "own"
            else next(k for k, v in match.groupdict().items() if v and k != "own")
        )
        name = str(name)
        owner = match["own"] is not None
        if name in {"he", "she", "they"}:
            gender = {"he": "m", "she": "f", "they": ""}[name]
            person = _resolve(reading, unit, out, gender)
            out.append(Mention(match.start(), match.end(), person, gender, owner))
        elif name == "you":
            if reading.letter:
                out.append(Mention(match.start(), match.end(), "child", "", owner))
        else:
            group = cast("Person", name.split("_")[0])
            out.append(Mention(match.start(), match.end(), group, _GENDER[name], owner))
    return out


def _fits(mention: Mention, gender: str, child_gender: str) -> bool:
    if mention.owner or mention.person in {"worker", "manager"}:
        return False
    theirs = mention.gender or (child_gender if mention.person == "child" else "")
    return not gender or not theirs or theirs == gender


def _resolve(reading: Reading, unit: Unit, before: list[Mention], gender: str) -> Person:
    child_gender = gender_of_child(reading)
    for mention in reversed(before):
        if _fits(mention, gender, child_gender):
            return mention.person
    for index in range(unit.index - 1, max(-1, unit.index - 4), -1):
        for mention in mentions(reading, reading.units[index]):
            if _fits(mention, gender, child_gender):
                return mention.person
    if gender and child_gender == gender:
        return "child"
    if reading.kind in {"visit", "direct_work", "contact_session", "missing", "school"} and not child_gender:
        return "child"
    return "unknown"


def gender_of_child(reading: Reading) -> str:
    """``m`` or ``f`` when the note's way of speaking of the child tells, otherwise the empty string."""
    known = reading.cache.get("gender")
    if known is None:
        low = reading.low
        he = len(
            re.findall(r"(?:child_|the child|the baby|yp|young person|\bboy)\b[^.;!?]{0,60}?\b(?:he|his|him)\b", low)
        )
        she = len(
            re.findall(r"(?:child_|the child|the baby|yp|young person|\bgirl)\b[^.;!?]{0,60}?\b(?:she|her)\b", low)
        )
        known = ""
        if he != she and (he + she) > 0:
            known = "m" if he > she else "f"
        reading.cache["gender"] = known
    return str(known)


def frames(reading: Reading, unit: Unit) -> tuple[Frame, ...]:
    """Whose words the stretches of a unit are, outer ones first."""
    key = ("frames", unit.index)
    found = reading.cache.get(key)
    if found is None:
        found = tuple(_frames(reading, unit))
        reading.cache[key] = found
    return found  # type: ignore[return-value]


def _frames(reading: Reading, unit: Unit) -> list[Frame]:
    out: list[Frame] = []
    low = unit.low
    people = mentions(reading, unit)
    bare = _BARE_SAY.match(low)
    if bare:  # "Said he was fine": the writer left the subject out
        out.append(
            Frame(bare.end(), _content_end(low, bare.end()), bare.start("verb"), carried_subject(reading, unit), quoted=False)
        )
    for mention in people:
        if mention.owner:
            continue
        verb = _SAYS.match(low, mention.end)
        if verb:
            out.append(
                Frame(
                    verb.end(),
                    _content_end(low, verb.end()),
                    verb.start("verb"),
                    mention.person,
                    quoted=False,
                )
            )
        elif _ACCORDING.search(low, 0, mention.start):
            out.append(Frame(0, len(low), mention.start, mention.person, quoted=False))
    inside = _open_quote(reading, unit) if '"' in reading.low else None
    if inside is not None:  # a quotation that began in an earlier sentence
        stop = low.find('"')
        out.append(Frame(0, stop if stop >= 0 else len(low), 0, inside, quoted=True))
    for start, end in quotations(low, low.find('"') + 1 if inside is not None and '"' in low else 0):
        speaker = _speaker_of_quote(reading, unit, start, end, out, people)
        out.append(Frame(start, end, start, speaker, quoted=True))
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


def carried_subject(reading: Reading, unit: Unit) -> Person:
    """Who a unit without a subject of its own is about: the first person of the nearest unit before it."""
    for index in range(unit.index - 1, max(-1, unit.index - 4), -1):
        people = [m.person for m in mentions(reading, reading.units[index]) if not m.owner and m.person != "worker"]
        if people:
            return people[0]
    return "unknown"


def speaker_at(reading: Reading, unit: Unit, position: int) -> Person | Literal["writer"]:
    """Whose words stand at ``position`` of a unit: a person of :data:`Person`, or ``writer``."""
    inside = [frame for frame in frames(reading, unit) if frame.start <= position < frame.end]
    quoted = [frame for frame in inside if frame.quoted]
    if not inside:
        return "writer"
    speaker = (quoted or inside)[-1].speaker
    return "writer" if speaker in {"worker", "manager"} else speaker


def person_at(reading: Reading, unit: Unit, position: int) -> Person:
    """Who the word at ``position`` of a unit stands for; ``unknown`` when it is no person."""
    for mention in mentions(reading, unit):
        if mention.start <= position < mention.end:
            return mention.person
    return "unknown"
