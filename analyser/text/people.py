"""Who is who: placeholders, codes, initials and first names become plain marks such as ``Child_`` or ``Mother_``.

Every council anonymises in its own way, and several ways meet in one export. Rules and models read one way of
writing instead: a mark ends in ``_`` and starts with a capital, as a name would.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from analyser.text.lexicon import ambiguous_first_names, english_words, first_names

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS: Final = (
    "Child_", "Mother_", "Father_", "Parent_", "Carer_", "Sibling_", "Relative_", "Worker_", "Manager_", "Chair_",
    "Professional_", "Adult_", "Person_", "School_", "Place_", "Blank_",
)  # fmt: skip

# What a bracketed placeholder or a numbered role says it stands for; the first that fits wins.
_ROLES: Final[tuple[tuple[str, str], ...]] = (
    ((r"grand\w*|nan|nana|nanna|gran|granny|[mp]g[mfp]s?|aunt\w*|uncle|cousin|relative|family member|step\w*|"
     r"mother'?s partner|mum'?s partner|partner"), "Relative_"),
    (r"sib\w*|brother|sister|twin|half[- ]\w+", "Sibling_"),
    (r"foster\w*|carers?\d*|f/?c\d*|kinship|guardian|adopt\w*|placement", "Carer_"),
    (r"child(?:ren)?|yp|young person|subject|baby|infant|unborn|boy|girl|kid|daughter|son|ch|c", "Child_"),
    (r"birth mother|mother|mum|mom|mo|m|bm|moc", "Mother_"),
    (r"birth father|father|dad|fa|f|bf|foc", "Father_"),
    (r"parents?", "Parent_"),
    (r"iro|cp chair|chair\w*|cpc", "Chair_"),
    (r"team manager|service manager|practice manager|manager|a?tm|sm|pm|hos|head of service", "Manager_"),
    (r"social worker|worker|sw|fsw|writer|practitioner|author|support worker|pa", "Worker_"),
    (r"school|nursery|college|academy|primary|secondary|pre-?school|sch", "School_"),
    ((r"place|town|city|street|address|road|area|village|county|country|location|hospital|park|house|estate|shop|"
     r"organisation|organization|agency|club|church|mosque|centre|home"), "Place_"),
    ((r"teacher|headteacher|head|hv|health visitor|midwife|gp|doctor|dr|nurse|police\w*|officer|dsl|senco|advocate|"
     r"solicitor|guardian|therapist|paediatrician|psychologist|professional|interpreter|key ?worker|tutor"), "Professional_"),
    (r"date|dob|time|phone|number|tel|email|e-mail|nhs|ref|postcode|url|id", "Blank_"),
    (r"name|person|adult|male|female|redacted|removed|anon\w*|friend|peer|boyfriend|girlfriend|neighbour|p", "Person_"),
)  # fmt: skip
_ROLE_RES: Final = tuple((re.compile(rf"(?:{pattern})\b", re.IGNORECASE), mark) for pattern, mark in _ROLES)

# Bare codes and the shorthand of workers; case matters, so that "so" or "moc" in a word is not taken.
_CODES: Final[tuple[tuple[str, str], ...]] = (
    (r"YP(?:-?\d{1,5})?|YP[A-C]|CH-?\d{1,4}|C\d{1,2}|UBB|UB", "Child_"),
    (r"MOC|BM|M\d", "Mother_"),
    (r"FOC|BF|F\d", "Father_"),
    (r"FC\d?|IFC|SGO?C\d?", "Carer_"),
    (r"[MP]G[MFP]s?\d?|MGPs|PGPs|MA\d|MU\d|PA\d(?=\s*\(paternal)|GM\d?|GF\d", "Relative_"),
    (r"[Ss]ib(?:ling)?s?\s?\d|S\d|SIB\d?", "Sibling_"),
    (r"P\d", "Parent_"),
    (r"SSW\d?|SW-?\d{1,4}|SW[A-C]|FSW\d?|PA\d|EHW\d?|EHP\d?|CFW\d?|NQSW\d?|ISW\d?|SSO\d?", "Worker_"),
    (r"ATM\d?|TM\d?|STM\d?|SM\d|GM\b|HOS|HoS|PM\d", "Manager_"),
    (r"IRO\d?|CPC\b", "Chair_"),
    (r"SCH\d?|School\s\d|Nursery\s\d", "School_"),
    (r"NAME-?\d{1,3}|PERSON-?\d{1,3}", "Person_"),
    (r"HV\d?|DSL\d?|GP\d|PC\d|T\d|N\d|DR\d|MW\d?|FNP\d?", "Professional_"),
)
_ACRONYMS: Final = frozenset(
    (
        "AA AC AD AM AP BBC BP BT CAF CAFCASS CAITS CAMHS CE CGM CIC CIN CLA CME CP CPC CPP CPS CSC CSE CV DA DBS DfE "
        "DIY DNA DOB DOLS DPA DT DV DVD DWP EAL EBSA ED EDT EEG EH EHA EHCP ELSA EP ESA EU EWO FAO FAQ FASD FDAC FE "
        "FGC FGM FIT FM FN FNP FT FYI GCSE GDPR GP HB HCP HIV HMP HO HR HRT HV IAG ICO ICPC ICS ID IDVA IEP IFA IHA "
        "IMCA IQ ISO IT ITU JCP JSA KS LA LAC LADO LD LEA LGBT LSCB MACE MAPPA MARAC MASH MH MISPER MOT MP NB NEET "
        "NFA NG NHS NI NICU NRM NSPCC NVQ OCD OK OOH OT PC PE PEP PICU PIP PLO PM POS PPO PRU PS PTSD QA RAG RHA RHI "
        "RI RSL SALT SCBU SDQ SEMH SEN SENCO SEND SGO SMART SMS SOS SP SPOC SS SSD SSE TA TAC TAF TAXI TBC TFC TV "
        "TWOC UASC UC UK US UTC UTI VCB VPN VR WM WP YJS YOS YOT AAC ABE ADHD ADM AFC APP ASB ASD ASYE ATM CAFM CBT "
        "CCTV CPR CT DCFS DSL DST EHC EMDR FII FPH HBV ICB IPV IRH ISW KPI LPM MDT MRI NAI NVR OFSTED PACE PBS PN "
        "POVA QR RCPC RE RSO SARC SHO SIM SW TAG TM VAWG WT AN AS AT BE BY DO GO HE IF IN IS IT ME MY NO OF ON OR SO "
        "TO UP WE AND THE FOR NOT YES"
    ).split()
)
# Capital letters that start nobody's name.
_CAPITALISED: Final = frozenset(
    (
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
        "September October November December Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Jan Feb Mar Apr Jun Jul Aug "
        "Sep Sept Oct Nov Dec English British Welsh Scottish Irish Polish Romanian Albanian Somali Kurdish Arabic "
        "Urdu Punjabi Bengali Sylheti Pashto Dari Farsi Turkish French German Spanish Portuguese Lithuanian Latvian "
        "Slovak Czech Hungarian Bulgarian Vietnamese Chinese Mandarin Cantonese Tigrinya Amharic Yoruba Igbo Twi "
        "Hindi Gujarati Tamil Roma Romani Traveller Gypsy Muslim Christian Catholic Hindu Sikh Jewish Buddhist Eid "
        "Ramadan Diwali Christmas Easter Halloween Bonfire England Britain Wales Scotland Ireland London Europe "
        "Africa Asia Islam Quran Koran Bible Makaton Facebook Instagram Snapchat TikTok WhatsApp YouTube Xbox "
        "PlayStation Nintendo Fortnite Roblox Minecraft Lego Netflix Google Teams Zoom Calpol Ritalin Universal "
        "Credit Children Services Social Care Worker Family Early Help Court Police Health Housing School Nursery "
        "College Ofsted Cafcass Guardian Home Office Local Authority Council Team Manager Service Director Panel "
        "Chair Conference Review Section Care Order Act Plan Signs Safety Barnardo Barnardos NSPCC Childline Relate "
        "Refuge Nan Nana Nanna Gran Granny Grandma Grandad Granddad Mum Mummy Dad Daddy Mam Auntie Aunty Uncle God "
        "Jesus Allah Santa Miss Sir Mr Mrs Ms Dr Tesco Asda Aldi Lidl Argos Ikea Costa Greggs McDonald McDonalds "
        "Nandos KFC Amazon Uber Excel Word Outlook Mosaic Liquidlogic Eclipse Bluetooth Android iPhone Apple Samsung "
        "Subject From Sent Cc Bcc Re Fw Fwd Attachments Dear Hi Hello Kind Regards Thanks Regards Yours Sincerely "
        "Faithfully Re"
    ).split()
)

_TITLE: Final = r"(?:Mr|Mrs|Ms|Miss|Dr|Mx)\.?"
_FIND: Final = re.compile(
    r"(?P<bracket>[\[{<]\s?(?P<inner>[A-Za-z][A-Za-z0-9 _'/\-]{0,39}?)\s?[\]}>]|"
    r"\((?P<removed>(?:[a-z]+(?:'s)? ){0,3}(?:name|names|details|address|school|removed|redacted)(?: (?:removed|redacted|withheld))?)\))"
    r"|(?P<block>(?:\b[xX]{3,}\b|_{2,}|[\u2588\u25a0]{2,}|\*{3,})(?:\s?(?:[xX]{3,}\b|_{2,}|[\u2588\u25a0]{2,}))*)"
    r"|(?P<numbered>\b(?P<role>[Cc]hild|[Yy]oung [Pp]erson|[Bb]aby|[Ss]ib(?:ling)?|[Mm]other|[Mm]um|[Ff]ather|[Dd]ad|[Pp]arent|[Cc]arer|[Ff]oster [Cc]arer|"
    r"[Gg]randmother|[Gg]randfather|[Gg]randparent|[Aa]unt|[Uu]ncle|[Ss]chool|[Nn]ursery|[Cc]ollege|[Ww]orker|[Ss]ocial [Ww]orker|[Tt]eacher|[Aa]dult|[Pp]erson|[Mm]ale|[Ff]emale|[Ff]riend|[Pp]eer|[Pp]rofessional|[Tt]own|[Pp]lace|[Hh]ospital)"
    r"\s(?:[A-Z]\d?|\d{1,2}(?![.)]\s))\b(?!\w|[./:]\d|\s?(?:hours?|days?|weeks?|months?|years?|pm|am|times?|of|January|February|March|April|May|June|July|August|September|October|November|December)\b))"
    rf"|(?P<titled>\b{_TITLE}\s[A-Z](?:[a-z'\-]+|\b\.?)(?:[A-Z][a-z]+)?)"
    r"|(?P<code>\b(?:" + "|".join(f"(?P<code{i}>{pattern})" for i, (pattern, _) in enumerate(_CODES)) + r")\b)"
    r"|(?P<initials>(?<![&/\w-])(?:[A-Z]\. ?[A-Z]\.(?=\s[a-z])|[A-Z]{1,2}\b(?!\.[A-Za-z]|[-/&]\w|:\s)(?:\.(?=\s[a-z]))?))"
    r"|(?P<name>\b[A-Z][a-z\u00e0-\u017f]+(?:[-'][A-Z][a-z]+)?\b)"
)  # fmt: skip

_PERSON_AFTER: Final = re.compile(
    r"(?:'s\b|\s?\(\d{1,2}\)|,? (?:said|says|told|asked|was|is|has|had|wants?|felt|feels|went|came|likes?|does|did|will|"
    r"and (?:mum|dad|his|her|[A-Z]\b)|seemed|appeared|looked|sat|played|reported|stated|seen|who|then|also|didn|doesn|wasn|isn)\b)"
)
_PERSON_BEFORE: Final = re.compile(
    r"(?:\b(?:seen?|saw|met|told|asked|with|for|by|to|that|and|when|visited?|mum|mother|dad|father|from|about|of|between|if|"
    r"called|sister|brother|collected|aunt|uncle|nan|child|baby|Dear|Hi)|[,(&/])\s?$"
)
_CHILD_AFTER: Final = re.compile(
    r"'s? (?:mum|mother|mam|dad|father|parents?|school|teacher|nursery|bedroom|room|foster|carers?|placement|social worker|"
    r"plan|views?|wishes|iro|nan|gran|grandmother|siblings?|brother|sister|behaviour|pep|ehcp|head of year|key ?worker|"
    r"class|attendance|bed|cot|toys|clothes|voice|day|development|weight)\b|\s?\(\d{1,2}(?:yrs?|y)?\)|,? aged? \d|\s?\(child\)",
    re.IGNORECASE,
)
_CHILD_BEFORE: Final = re.compile(r"\b(?:child|baby|young person|yp|boy|girl|daughter|son) $", re.IGNORECASE)
_ADULT_BEFORE: Final = re.compile(
    r"\b(?P<role>mum|mother|dad|father|sw|social worker|tm|team manager|manager|hv|health visitor|teacher|head|ms|mrs|mr|iro|chair|"
    r"aunt|auntie|uncle|nan|gran|grandmother|partner|foster carers?|carers?|sister|brother|sibling|fsw|pa|advocate|pc|dsl|gp|dr)"
    r"[, (]{1,2}$",
    re.IGNORECASE,
)
_ADULT_AFTER: Final = re.compile(
    r"^,? ?\((?P<role>mum|mother|dad|father|sw|social worker|tm|atm|team manager|manager|sm|hv|health visitor|teacher|head\w*|"
    r"iro|chair|aunt|uncle|nan|gran\w*|mgm|pgm|partner|foster carer|carer|fc|sister|brother|sib\w*|fsw|pa|advocate|dsl|"
    r"school nurse|police|pc|solicitor|guardian|midwife|family support worker|personal adviser)\b",
    re.IGNORECASE,
)


def marks(text: str) -> list[tuple[int, int, str]]:
    """Find people, schools and places behind placeholders.

    Args:
        text: Normalised text of one note.

    Returns:
        Edits ``(start, end, mark)`` in ascending order, not overlapping.
    """
    found = list(_candidates(text))
    roles = _roles_of_names(text, found)
    return [
        (start, end, roles.get(surface, mark) if mark == "Person_" else mark) for start, end, mark, surface in found
    ]


def _candidates(text: str) -> Iterator[tuple[int, int, str, str]]:
    for match in _FIND.finditer(text):
        start, end = match.span()
        surface = match.group()
        if match["bracket"] is not None:
            mark = _role_mark(match["inner"] or match["removed"] or "")
            if mark:
                yield start, end, mark, surface
        elif match["block"] is not None:
            place = re.search(r"\b(?:in|at|near|around|from)\s$", text[max(0, start - 8) : start])
            yield start, end, "Place_" if place else "Person_", surface
        elif match["numbered"] is not None:
            yield start, end, _role_mark(match["role"]) or "Person_", surface
        elif match["titled"] is not None:
            yield start, end, "Adult_", surface
        elif match["code"] is not None:
            yield (
                start,
                end,
                next(m for i, (_, m) in enumerate(_CODES) if match[f"code{i}"] is not None),
                surface,
            )
        elif match["initials"] is not None:
            if _are_initials(text, start, end, surface):
                yield start, end, "Person_", surface
        elif _is_name(text, start, end, surface):
            yield start, end, "Person_", surface


def _role_mark(inner: str) -> str | None:
    words = inner.replace("_", " ").strip()
    if re.fullmatch(r"[A-Z]{1,3}\d?", words) and words.upper() in _ACRONYMS:
        return None
    for pattern, mark in _ROLE_RES:
        if pattern.match(words):
            return mark
    if re.search(r"name|redact|remov|anon|withheld", words, re.IGNORECASE):
        return "School_" if "school" in words.lower() else "Person_"
    # [J], [KM] or [Mia]: somebody; a longer phrase in brackets is a remark.
    return "Person_" if re.fullmatch(r"[A-Z]{1,3}|[A-Z][a-z]+|[A-Z]\d", words) else None


def _are_initials(text: str, start: int, end: int, surface: str) -> bool:
    if surface.rstrip(".") in _ACRONYMS or surface == "I":
        return False
    if "." in surface:  # "K. M. about" or "J. at school": the stops belong to the initials
        return True
    after, before = text[end : end + 24], text[max(0, start - 16) : start]
    if surface == "A":  # the article, unless it acts like a person
        return bool(
            re.match(
                r"'s\b|,? (?:said|says|told|was|is|has|had|wants|asked|and [A-Z]\b|went|came|did|does|seemed|looked)\b",
                after,
            )
        )
    if re.match(r"\d|\s?\d", after[:2]) and surface in {"S", "Y", "P", "T"}:
        return False
    if re.search(r"\b(?:Section|Year|Class|Key Stage|Band|Vitamin|Plan|Grade|Group|Level|Team|Unit|Room|Flat|Hep|Part|Appendix|"
                 r"Hepatitis|Option|Type|Form|Tier)\s$", before):  # fmt: skip
        return False
    return bool(re.match(r"['.,;:?!)/\s-]|$", after[:1] or ""))


def _is_name(text: str, start: int, end: int, surface: str) -> bool:
    if surface in _CAPITALISED:
        return False
    after, before = text[end : end + 24], text[max(0, start - 14) : start]
    opening = not before or bool(re.search(r"(?:^|[.!?:\n\u2022\"(])\s*[-*]?\s*$", before))
    first = re.split(r"[-']", surface)[0]
    if first in first_names():
        return True
    acts = bool(_PERSON_AFTER.match(after))
    if first in ambiguous_first_names():
        return acts and not opening and bool(re.match(r"'s\b|,? (?:said|says|told|was|has|wants|felt)\b", after))
    if opening or surface.lower() in english_words():
        return False
    return acts and bool(_PERSON_BEFORE.search(before))


def _roles_of_names(text: str, found: list[tuple[int, int, str, str]]) -> dict[str, str]:
    """Which names and initials stand for the child, and which for whom else, from how the note speaks of them."""
    votes: dict[str, Counter[str]] = {}
    seen: Counter[str] = Counter()
    for start, end, mark, surface in found:
        if mark != "Person_" or not re.search(r"[A-Za-z]{1}", surface) or re.fullmatch(r"[xX_\s]+", surface):
            continue
        seen[surface] += 1
        after, before = text[end : end + 30], text[max(0, start - 22) : start]
        tally = votes.setdefault(surface, Counter())
        if _CHILD_AFTER.match(after) or _CHILD_BEFORE.search(before):
            tally["Child_"] += 1
        role = _ADULT_AFTER.match(after) or _ADULT_BEFORE.search(before)
        if role:
            mark_of_role = _role_mark(role["role"])
            if mark_of_role:
                tally[mark_of_role] += 2
    return {surface: tally.most_common(1)[0][0] for surface, tally in votes.items() if tally}
