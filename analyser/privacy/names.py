"""Person names: word lists, capital letters and what stands around them; placeholders are no names.

No trained model is needed. A name that is an English word (May, Will, Grace) counts only where it acts like a person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from presidio_analyzer import EntityRecognizer, RecognizerResult

from analyser.text.lexicon import ambiguous_first_names, english_words, first_names, surnames

if TYPE_CHECKING:
    from collections.abc import Iterator

# Capitalised words that start no name: calendar, faiths, languages, bodies, laws, brands, places no smaller than a county.
NO_NAMES: Final = frozenset(
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December", "Mon", "Tue", "Tues", "Wed", "Thu", "Thurs", "Fri", "Sat", "Sun", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "Spring", "Summer", "Autumn", "Winter", "English", "British", "Welsh", "Scottish", "Irish", "Polish", "Romanian", "Albanian", "Somali", "Kurdish", "Arabic", "Urdu", "Punjabi", "Bengali", "Sylheti", "Pashto", "Dari", "Farsi", "Turkish", "French", "German", "Spanish", "Portuguese", "Lithuanian", "Latvian", "Slovak", "Czech", "Hungarian", "Bulgarian", "Vietnamese", "Chinese", "Mandarin", "Cantonese", "Tigrinya", "Amharic", "Yoruba", "Igbo", "Twi", "Hindi", "Gujarati", "Tamil", "Roma", "Romani", "Traveller", "Gypsy", "Muslim", "Christian", "Catholic", "Hindu", "Sikh", "Jewish", "Buddhist", "Eid", "Ramadan", "Diwali", "Christmas", "Easter", "Halloween", "Bonfire", "England", "Britain", "Wales", "Scotland", "Ireland", "London", "Europe", "Africa", "Asia", "Islam", "Quran", "Koran", "Bible", "Makaton", "Facebook", "Instagram", "Snapchat", "TikTok", "WhatsApp", "YouTube", "Xbox", "PlayStation", "Nintendo", "Fortnite", "Roblox", "Minecraft", "Lego", "Netflix", "Google", "Teams", "Zoom", "Calpol", "Ritalin", "Universal", "Credit", "Cafcass", "Ofsted", "Barnardo", "Barnardos", "Childline", "Relate", "Refuge", "Samaritans", "Tesco", "Asda", "Aldi", "Lidl", "Argos", "Ikea", "Costa", "Greggs", "McDonald", "McDonalds", "Nandos", "Amazon", "Uber", "Excel", "Word", "Outlook", "Mosaic", "Liquidlogic", "Eclipse", "Android", "iPhone", "Apple", "Samsung", "Cornwall", "Devon", "Dorset", "Somerset", "Kent", "Essex", "Surrey", "Sussex", "Norfolk", "Suffolk", "Durham", "Cumbria", "Cheshire", "Derbyshire", "Lancashire", "Yorkshire", "Hampshire", "Berkshire", "Shropshire", "Hertfordshire", "Bedfordshire", "Oxfordshire", "Warwickshire", "Worcestershire", "Northumberland", "Lincolnshire", "Leicestershire", "Rutland", "Staffordshire", "Wiltshire", "Gloucestershire", "Buckinghamshire", "Cambridgeshire", "Nottinghamshire", "Northamptonshire", "Herefordshire", "Albania", "Romania", "Poland", "Somalia", "Eritrea", "Ethiopia", "Sudan", "Syria", "Iraq", "Iran", "Afghanistan", "Pakistan", "India", "Bangladesh", "Nigeria", "Ghana", "Vietnam", "China", "Turkey", "Jordan", "Kurdistan", "Ukraine", "Russia", "Lithuania", "Latvia", "Portugal", "Spain", "France", "Germany", "Italy", "Belgium", "Greece", "Calais", "Nan", "Nana", "Nanna", "Gran", "Granny", "Grandma", "Grandad", "Granddad", "Mum", "Mummy", "Dad", "Daddy", "Mam", "Auntie", "Aunty", "Uncle", "God", "Jesus", "Allah", "Santa", "Lancaster", "Bristol", "Stress", "Heathrow", "Gatwick", "Manchester", "Birmingham", "Liverpool", "Leeds", "Sheffield", "Bradford", "Cardiff", "Glasgow", "Edinburgh", "Dublin", "Mental", "Capacity", "Baker", "Gibb", "Munro", "Laming", "Climbié", "Gillick", "Fraser", "Bowlby", "Piaget", "Likert", "Strengths", "Goodman", "Makaton", "Elsa", "Frozen", "Peppa", "Pig", "Bluey", "Paw", "Patrol", "Spiderman", "Batman", "Barbie", "Pokemon", "Pokémon", "Harry", "Potter", "Marvel", "Thomas", "Tank", "Mickey", "Minnie", "Disney", "Re", "Ms", "Mr", "Mrs", "Dr", "Miss", "Sir", "Madam", "Dear", "Hi", "Hello", "Thanks", "Regards", "Kind", "Cc", "Bcc", "Fw", "Fwd", "Sent", "From", "Subject", "Whatsapp", "Youtube", "Tiktok", "Kinship", "Norway", "Oslo", "Stratford", "Victoria", "Prevent", "Channel", "Working", "Together", "Wood", "Ward", "Bay", "Unit", "Band", "Oak", "Ash", "Elm", "Beech", "Maths", "Geography", "Science", "History", "Art", "Drama", "Music", "Food", "Tech", "Sats", "Kooth", "Kindle", "Alexa", "Siri", "Bluetooth", "Skype", "Messenger", "Capri", "Sun", "Coco", "Pops", "Haribo", "Nike", "Adidas", "Vans", "Primark", "Boots", "Pampers", "Sudocrem", "Ventolin", "Sertraline", "Fluoxetine", "Melatonin", "Methadone", "Subutex", "Spice", "Zopiclone", "Diazepam", "Family", "Rights", "Group", "Action", "Home", "Start", "Women", "Aid", "Sky", "Orange"]
) | {"Sure"}  # fmt: skip
_WORD: Final = r"[A-Z][a-z\u00e0-\u017f]+(?:['\u2019-][A-Z]?[a-z\u00e0-\u017f]+)*"
_TITLED: Final = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Mx|Prof|PC|DC|DS|DI|Sgt|Cllr|Judge|HHJ|Imam|Rev|Sister|Nurse|Father)\.? (?P<name>{_WORD}(?: {_WORD})?|[A-Z]\.? ?{_WORD})"
)
_RUN: Final = re.compile(rf"{_WORD}(?: (?:(?:van|de|al|el|bin|bint|ul|ibn)[ -])?{_WORD}){{0,3}}")
_RELATION: Final = re.compile(
    r"\b(?:mum|mother|dad|father|brother|sister|sibling|cousin|aunt|auntie|uncle|nan|gran|grandmother|grandfather|partner|boyfriend|girlfriend|"
    r"friend|son|daughter|baby|called|named|name is|known as|aka|worker|carer|carers|teacher|manager|officer|advocate|nurse|midwife|visitor|"
    r"paediatrician|solicitor|guardian|neighbour|husband|wife|ex|stepdad|stepfather|twin|half-brother|half-sister)[,:]? (?:is |was )?$",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    r"\b(?:with|to|from|for|by|and|that|when|told|asked|saw|met|seen|rang|called|phoned|visited|about|of|between|if|collected|hugged|Dear|Hi|Hello|Thanks|Regards),? $"
)
_AFTER: Final = re.compile(
    r"(?:['\u2019]s\b|,? (?:said|says|told|asked|was|is|has|had|wants?|wanted|felt|feels|went|came|likes?|loves?|does|did|will|would|seemed|appeared|"
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
            found.append((match.start(), end, _FULL))
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
    if first in NO_NAMES and first not in surnames():
        return 0
    return match.end() if len(words) == 1 or _may_be_surname(last) else match.start("name") + len(words[0])


def _in_run(text: str, start: int, run: str) -> Iterator[tuple[int, int, float]]:
    """Names in a run of capitalised words ("Yesterday Amina Warsame" is a word and a name)."""
    words = [(m.start() + start, m.group()) for m in re.finditer(r"\S+", run)]
    k = 0
    while k < len(words):
        at, word = words[k]
        if _is_first_name(text, at, word, follows=words[k + 1][1] if k + 1 < len(words) else ""):
            last = k
            while last + 1 < len(words) and last - k < 2 and _may_be_surname(words[last + 1][1]):  # noqa: PLR2004
                last += 1
            end = words[last][0] + len(words[last][1])
            end -= len(_possessive(text[at:end]))
            yield at, end, _FULL if last > k else _FIRST
            k = last
        elif _is_unknown_name(text, at, word):
            yield at, at + len(word) - len(_possessive(word)), _FIRST
        k += 1


def _possessive(word: str) -> str:
    match = re.search(r"['\u2019]s$", word)
    return match.group() if match else ""


def _bare(word: str) -> str:
    return re.split(r"['\u2019-]", word)[0]


def _is_first_name(text: str, at: int, word: str, *, follows: str) -> bool:
    bare = _bare(word)
    if bare in NO_NAMES or _EPONYM.match(text, at):
        return False
    if bare in first_names():
        return True
    if bare not in ambiguous_first_names():
        return False
    if follows and _bare(follows) in surnames() and _bare(follows) not in NO_NAMES:
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
    return bare not in NO_NAMES and (
        bare in surnames()
        or bare in first_names()
        or bare.lower() not in english_words()
        or bare in ambiguous_first_names()
    )


def _is_unknown_name(text: str, at: int, word: str) -> bool:
    """A capitalised word that is no English word, in the place of a person."""
    bare = _bare(word)
    if bare in NO_NAMES or bare.lower() in english_words() or bare.lower().rstrip("s") in english_words():
        return False
    after, before = text[at + len(bare) : at + len(bare) + 16], text[max(0, at - 24) : at]
    if _opens_sentence(text, at):
        return bool(re.match(r",? (?:said|says|told|wants|felt|feels|was seen|is aged)\b", after))
    if _RELATION.search(before) and not _EPONYM.match(text, at):
        return True
    return (
        not _EPONYM.match(text, at)
        and bool(_BEFORE.search(before))
        and (bare in surnames() or bool(_AFTER.match(after)))
    )


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
