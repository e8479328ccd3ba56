"""People in a unit: which words name somebody, and whom a pronoun means.

This is deliberately shallow: the nearest fitting person, and ``unknown`` where the note does not tell. Coreference
models of the kind that would do better need trained pipelines that councils cannot install.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from analyser.text.reading import Reading, Unit

Person = Literal["child", "sibling", "family", "professional", "worker", "manager", "unknown"]

# Person, gender (m, f or either), words and phrases.
_PEOPLE: Final[tuple[tuple[Person, str, str], ...]] = (
    ("child", "", "child_, child, children, yp, young person, young people, baby, infant, toddler, newborn"),
    ("child", "m", "boy, lad"),
    ("child", "f", "girl"),
    ("sibling", "m", "brother, brothers, half-brother, half-brothers, step-brother, stepbrother"),
    ("sibling", "f", "sister, sisters, half-sister, half-sisters, step-sister, stepsister"),
    ("sibling", "", "sibling_, sibling, siblings, twin, cousin, cousins"),
    ("family", "f", "mother_, mum, mummy, mam, mom, mother, birth mother, moc, nan, nana, nanna, gran, granny, grandma, grandmother, "
     "great-aunt, great-nan, great-gran, aunt, auntie, aunty, step-mum, stepmum, stepmother, mgm, pgm, girlfriend, his wife, wife"),
    ("family", "m", "father_, dad, daddy, father, birth father, foc, grandad, granddad, grandfather, uncle, step-dad, stepdad, "
     "stepfather, mgf, pgf, boyfriend, husband, mum's partner, mother's partner, her partner, her ex"),
    ("family", "", "parent_, parent, parents, carer_, carer, carers, foster carer, foster carers, relative_, grandparent, grandparents, "
     "mgps, pgps, partner, adult_, neighbour, family, adopters, adopter, special guardian, special guardians"),
    ("manager", "", "manager_, chair_, manager, team manager, service manager, practice manager, group manager, duty manager, line manager, "
     "senior manager, deputy manager, tm, atm, iro, head of service, chair, panel"),
    ("worker", "", "worker_, i, we, worker, social worker, sw, writer, fsw, personal adviser, practitioner, ssw, ehw, pa"),
    ("professional", "", "professional_, school_, school, nursery, college, teacher, class teacher, headteacher, head teacher, head of year, "
     "senco, dsl, health visitor, hv, midwife, gp, school nurse, nurse, paediatrician, doctor, dr, police, officer, camhs, therapist, "
     "psychologist, advocate, guardian, cafcass, solicitor, staff, keyworker, key worker, interpreter, contact supervisor, contact worker, "
     "mentor, tutor, housing, hospital, ot, salt, physio, probation, ta"),
    ("unknown", "", "person_"),
)  # fmt: skip
_PRONOUNS: Final = {"he": "m", "him": "m", "she": "f", "they": "", "them": ""}
_NO_PERSON: Final = re.compile(
    r" (?:services|care|protection|social|benefit|tax|arrangements|psychologist|development|in need|health|support|meeting|"
    r"holidays?|day|days|uniform|bus|run|trip|register|report|office|officer|association|fund|court|file)\b"
)
_WORD: Final = re.compile(r"[a-z]\w*(?:-\w+)*")
_CHILD_CENTRED: Final = frozenset({"visit", "direct_work", "contact_session", "missing", "school"})
_LOOK_BACK: Final = 3  # units that a pronoun may reach back over


def _by_first_word() -> dict[str, list[tuple[str, Person, str]]]:
    table: dict[str, list[tuple[str, Person, str]]] = defaultdict(list)
    for person, gender, phrases in _PEOPLE:
        for phrase in phrases.split(", "):
            first, _, more = phrase.partition(" ")
            table[first].append((f" {more}" if more else "", person, gender))
    for options in table.values():
        options.sort(key=lambda option: -len(option[0]))
    return dict(table)


_TABLE: Final = _by_first_word()


class Mention(NamedTuple):
    """A person in a unit; offsets count in the unit.

    Attributes:
        person: Who it is.
        gender: ``m``, ``f`` or the empty string.
        owner: Named only as the owner of something ("mum's").
    """

    start: int
    end: int
    person: Person
    gender: str
    owner: bool


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
    low = unit.low
    for match in _WORD.finditer(low):
        word, start, end = match[0], match.start(), match.end()
        if word in _PRONOUNS:
            gender = _PRONOUNS[word]
            out.append(Mention(start, end, _resolve(reading, unit, out, gender), gender, low.startswith("'s", end)))
        elif word in _TABLE:
            for more, person, gender in _TABLE[word]:
                if low.startswith(more, end):
                    stop = end + len(more)
                    if not _NO_PERSON.match(low, stop):
                        out.append(Mention(start, stop, person, gender, low.startswith("'s", stop)))
                    break
        elif word == "you" and reading.letter:
            out.append(Mention(start, end, "child", "", owner=False))
    return out


def _fits(mention: Mention, gender: str, child_gender: str) -> bool:
    if mention.owner or mention.person in {"worker", "manager"}:
        return False
    theirs = mention.gender or (child_gender if mention.person == "child" else "")
    return not gender or not theirs or theirs == gender


def _resolve(reading: Reading, unit: Unit, before: list[Mention], gender: str) -> Person:
    """Whom a pronoun means: the nearest fitting person before it, in the unit, then in those before."""
    child_gender = gender_of_child(reading)
    for mention in reversed(before):
        if _fits(mention, gender, child_gender):
            return mention.person
    for index in range(unit.index - 1, max(-1, unit.index - 1 - _LOOK_BACK), -1):
        for mention in mentions(reading, reading.units[index]):
            if _fits(mention, gender, child_gender):
                return mention.person
    if (gender and child_gender == gender) or (reading.kind in _CHILD_CENTRED and not child_gender):
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


def carried_subject(reading: Reading, unit: Unit) -> Person:
    """Who a unit without a subject of its own is about: the first person of the nearest unit before it."""
    for index in range(unit.index - 1, max(-1, unit.index - 4), -1):
        people = [m.person for m in mentions(reading, reading.units[index]) if not m.owner and m.person != "worker"]
        if people:
            return people[0]
    return "unknown"


def person_at(reading: Reading, unit: Unit, position: int) -> Person:
    """Who the word at ``position`` of a unit stands for; ``unknown`` when it is no person."""
    for mention in mentions(reading, unit):
        if mention.start <= position < mention.end:
            return mention.person
    return "unknown"
