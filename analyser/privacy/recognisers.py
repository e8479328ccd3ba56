"""Presidio recognisers for identifiers that English case notes hold. Patterns carry their own context.

Presidio's UK recognisers are the base where they fit (NHS check digit, vehicle age marks); what is different here is
that context is part of the pattern, because a bare ten-digit number passes the NHS check once in eleven times and a
bare ``AB12 3CD`` is as often a code of the anonymiser as a postcode.
"""

from __future__ import annotations

from typing import Any, Final

import phonenumbers
import regex
from presidio_analyzer import Pattern, PatternRecognizer

FLAGS: Final = regex.MULTILINE
# Postcode areas of the United Kingdom (Royal Mail); two letters or one before the first digit.
_AREAS: Final = frozenset(
    (
        "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK "
        "FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG "
        "NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR "
        "TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
    ).split()
)
_UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
_DATE: Final = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?(?:[/.\-]\d{1,2}[/.\-]| ?(?:of )?(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|"
    r"July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?),? ?)(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})(?!\d)"
)
_NAME_WORD: Final = r"[A-Z][\w'\u2019.]*"


class _Recogniser(PatternRecognizer):
    """One type of identifier; ``accept`` may refuse a match by its content."""

    def __init__(self, entity: str, patterns: list[tuple[str, str, float]]) -> None:
        super().__init__(
            supported_entity=entity,
            name=f"{entity.lower()}_recogniser",
            patterns=[Pattern(name, expression, score) for name, expression, score in patterns],
            global_regex_flags=FLAGS,
        )

    def validate_result(self, pattern_text: str) -> bool | None:
        """Presidio's hook: ``False`` drops the match, ``None`` keeps the pattern's score."""
        return None if self.accept(pattern_text) else False

    def accept(self, found: str) -> bool:
        """Whether the text of a match can be such an identifier at all."""
        return bool(found)


class _Postcode(_Recogniser):
    def accept(self, found: str) -> bool:
        outward = found.replace(" ", "").upper()[:-3]
        if regex.search(r"\d(?:st|nd|rd|th)$", found):
            return False
        return outward.rstrip("0123456789ABCDEFGHJKLMNPRSTUVWXY") in {"", *_AREAS} and _area(outward) in _AREAS


def _area(outward: str) -> str:
    return outward[:2] if outward[1:2].isalpha() else outward[:1]


class _Phone(_Recogniser):
    def accept(self, found: str) -> bool:
        try:
            number = phonenumbers.parse(found, "GB")
        except phonenumbers.NumberParseException:
            return False
        return bool(phonenumbers.is_possible_number(number))


class _Nhs(_Recogniser):
    """Ten digits with the modulus 11 check digit (NHS data dictionary); without context, only as 3-3-4."""

    def accept(self, found: str) -> bool:
        digits = [int(c) for c in found if c.isdigit()]
        check = 11 - sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
        return len(set(digits)) > 1 and digits[-1] == (0 if check == 11 else check)  # noqa: PLR2004


class _NhsInContext(_Recogniser):
    """Ten digits called an NHS number; a mistyped one is one as well."""


class _Upn(_Recogniser):
    """Unique pupil number: a check letter, then twelve digits (or eleven and a letter for a temporary one)."""

    def accept(self, found: str) -> bool:
        text = found.upper().replace(" ", "")
        values = [int(c) if c.isdigit() else "ABCDEFGHJKLMNPQRTUVWXYZ".find(c) for c in text[1:]]
        return _UPN_LETTERS[sum(v * w for w, v in enumerate(values, start=2)) % 23] == text[0]


class _School(_Recogniser):
    def accept(self, found: str) -> bool:
        return not regex.match(r"[Xx]{3}|_{2}", found)


class _Address(_Recogniser):
    def accept(self, found: str) -> bool:
        words = found.replace(",", " ").split()
        head = [w for w in words if w[0].isupper()]
        return bool(head) and not (head[0] in _NO_STREET and not words[0][0].isdigit())


# Capitalised words that stand before a school's name, or make "school" a plain word.
_NO_SCHOOL: Final = (
    "The A An Her His Their My Our Your This That Primary Secondary High Special Nursery Virtual Sunday Saturday "
    "Night Home After Before Boarding Private Free Grammar Infant Junior Local New Old Previous Current "
    "Mainstream Alternative Both Each No At In On For From To With And Or But When If As Is Was Mum Dad Head "
    "Whole Summer Year Class Child Children Sixth Further Since Attends Attend Attended Started Left Pre "
    "Residential Independent Faith Every Any Next Last Day Monday Tuesday Wednesday Thursday Friday Health "
    "Visitor Social Police Also Had Has Hi Dear Parents Phoned Rang Called Visited Emailed Contacted"
).replace(" ", "|")
_NO_STREET: Final = frozenset(
    (
        "High The A Down Off On At In Main Family Crown County Magistrates Youth Civil Supreme Appeal Central Contact "
        "Best Other New First Second Last Next Any No Every Same Right Wrong Half One By All Car Work Care Early My "
        "Our Her His Their Your Primary Safe Long Give Make Each Under Good Better"
    ).split()
)
_STREET: Final = (
    r"(?:Street|Road|Rd|Avenue|Ave|Lane|Close|Drive|Crescent|Cres|Gardens|Gdns|Terrace|Grove|Mews|Parade|Croft|"
    r"Boulevard|Wharf|Walk|Rise|Row|Square|Villas|Cottages)"
)
_STREET_NUMBERED: Final = (
    rf"(?:{_STREET}|St|Cl|Way|Court|Ct|Place|Pl|Hill|Green|Park|View|Mount|Fold|Bank|Gate|House|Heights|Point)"
)


def recognisers() -> list[Any]:
    """The pattern-based recognisers, which run on every note."""
    return [
        _Nhs("NHS_NUMBER", [
            ("3-3-4", r"(?<![\d-])\d{3}[ -]\d{3}[ -]\d{4}(?![\d-])", 0.75),
            ("bare", r"(?<![\w/+-])[4-9]\d{9}(?![\w/-])", 0.6),  # issued from 400 000 0000 up; the check digit lets one in eleven through
        ]),
        _NhsInContext("NHS_NUMBER", [
            ("in context", r"(?i)(?<=\bNHS(?: ?(?:no|num|number|id|#))?\.?\s{0,2}(?:is|was|:|-|=|of)?\s{0,2}\(?)(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)", 0.95),
            ("behind it", r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?=\)?\s?\(?(?:is (?:his|her|the) )?NHS)", 0.9),
        ]),
        _Recogniser("NINO", [
            ("national insurance number", r"(?i)\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]\b", 0.9),
            ("in context", r"(?i)(?<=\b(?:NI|NINO|national insurance)(?: ?(?:no|num|number))?\.?\s{0,2}:?\s{0,2})[A-Z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-Z]?\b", 0.9),
        ]),
        _Upn("UPN", [("checked", r"(?i)\b[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]\b", 0.9)]),
        _Recogniser("UPN", [("in context", r"(?i)(?<=\b(?:UPN|unique pupil number)(?: ?(?:no|number))?\.?\s{0,2}(?:is|:|-)?\s{0,2})[A-Z]\d{11}[\dA-Z]\b", 0.95)]),
        _Postcode("POSTCODE", [
            ("capitals", r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b", 0.8),
            ("small letters", r"(?<![\w.])[a-z]{1,2}\d[a-z\d]? \d[abd-hjlnp-uw-z]{2}\b", 0.7),
            ("in context", r"(?i)(?<=post ?code\s{0,2}(?:is|:|-)?\s{0,2})[a-z]{1,2}\d[a-z\d]? ?\d[abd-hjlnp-uw-z]{2}\b", 0.9),
        ]),
        _Phone("PHONE", [
            ("national", r"(?<![\w/-])(?:\+44\s?\(?0?\)?\s?|0044\s?|\(?0)(?:\d[\s\-.()]{0,2}){8,9}\d(?![\w-]|/\d)", 0.85),
            ("foreign", r"(?<![\w/-])\+(?!44)\d{1,3}[\s\-.]?(?:\d[\s\-.()]{0,2}){6,11}\d(?![\w-])", 0.8),
        ]),
        _Recogniser("PHONE", [
            ("in context", r"(?i)(?<=\b(?:tel|telephone|phone|mobile|mob|ring|call|landline|ext|text|contact(?:able)? on|number)(?: ?(?:no|number|him|her|me|back|on))?\.?\s{0,2}(?:is|on|:|-)?\s{0,2})(?<!\d)(?:\d{5,6}[ -]\d{5,6}|\d{3,5}[ -]\d{3,4}[ -]\d{3,4}|\d{3}[ -]\d{4}|\d{10,11}|\d{6})(?![\d/])", 0.7),
        ]),
        _Recogniser("EMAIL", [
            ("address", r"(?i)\b[a-z0-9][a-z0-9._%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+\b", 0.95),
            ("spelled out", r"(?i)\b[a-z0-9][a-z0-9._-]+ ?(?:\(at\)|\[at\]| at ) ?[a-z0-9-]+ ?(?:\(dot\)|\[dot\]| dot |\.) ?(?:co ?(?:\.| dot ) ?uk|com|org|net|gov|sch)\b", 0.8),
        ]),
        _Recogniser("URL", [
            ("with scheme", r"(?i)\bhttps?://[^\s<>\"')\]]+", 0.9),
            ("www", r"(?i)\bwww\.[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s<>\"')\],]*", 0.9),
            ("bare", r"(?i)(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:co\.uk|org\.uk|gov\.uk|sch\.uk|nhs\.uk|ac\.uk|com|net|org|info|io)\b(?:/[^\s<>\"')\],]*)?", 0.75),
        ]),
        _Recogniser("DATE_OF_BIRTH", [
            ("in context", rf"(?i)(?<=\b(?:d\.?o\.?b|date of birth|birth ?date|born(?: on)?(?: the)?|birthday)\.?\s{{0,2}}(?:is|was|:|-|=|,)?\s{{0,2}}\(?){_DATE}", 0.9),
            ("given", rf"(?i)(?<=\b(?:d\.?o\.?b|date of birth)\b(?:,? which is| as| given as| recorded as| appears to be| of)\s)\(?{_DATE}", 0.85),
            ("behind it", rf"(?i)\b{_DATE}(?=\s?\(?(?:d\.?o\.?b|date of birth)\b)", 0.9),
        ]),
        _Recogniser("VEHICLE", [
            ("current", r"\b[A-HJ-PR-Y]{2}(?:0[1-9]|[1-2]\d|5[1-9]|6\d|7\d)[ -]?[A-HJ-PR-Z]{3}\b", 0.75),
            ("in context", r"(?i)(?<=\b(?:reg(?:istration)?|vrn|number ?plate|index|plate)(?: ?(?:no|number|mark|plate))?\.?\s{0,2}(?:is|was|:|-)?\s{0,2}\(?)(?:[a-z]{2}\d{2} ?[a-z]{3}|[a-z]\d{1,3} ?[a-z]{3}|[a-z]{3} ?\d{1,3}[a-z]|[a-z]{2,3} ?\d{4})\b", 0.85),
        ]),
        _Recogniser("PASSPORT", [("in context", r"(?i)(?<=\bpassport,?(?: ?(?:no|num|number|numbered))?\.?\s{0,2}(?:is|was|:|-|=)?\s{0,2}\(?)(?:\d{9}|[a-z]{1,2}\d{6,7})\b", 0.9)]),
        _Recogniser("CASE_REFERENCE", [
            ("court", r"\b[A-Z]{2}\d{2}[CPFZ]\d{5}\b", 0.9),
            ("in context", r"(?i)(?<=\b(?:case|file|client|person|mosaic|lcs|liquidlogic|eclipse|carefirst|framework ?i|crime|incident|police|cad|urn|our|your|home office|ho|court|log)(?: (?:ref(?:erence)?|no|num|number|id))\.?\s{0,2}(?:is|was|:|-|=|#)?\s{0,2}\(?)(?=[a-z\-/]*\d)[a-z0-9][a-z0-9/\-]{4,18}\b", 0.75),
            ("shape", r"\b[A-Z]{2,4}[-/]\d{5,7}(?:/\d{2})?\b", 0.7),
            ("file", r"(?i)(?<=\b(?:file|referral|application|reference|list)\s)(?:no\.? )?\d{6,8}\b", 0.65),
            ("some ref", r"(?i)(?<=\b\w+ ref(?:erence)?\.?\s{0,2}(?:no\.?|number|:|#)?\s{0,2})(?=[a-z\-/]*\d)[a-z0-9][a-z0-9/\-]{5,18}\b", 0.65),
            ("ref", r"(?i)(?<=\b(?:ref|urn|lcs id|mosaic id|reference)\s{0,2}[:#.]\s{0,2})(?=[a-z\-/]*\d)[a-z0-9][a-z0-9/\-]{4,18}\b", 0.7),
        ]),
        _Address("ADDRESS", [
            ("numbered", rf"\b(?:Flat \d{{1,4}}[A-Za-z]?,? )?\d{{1,4}}[a-dA-D]?,? (?:{_NAME_WORD} ){{1,3}}{_STREET_NUMBERED}\b", 0.85),
            ("before a postcode", r"\b\d{1,4}[a-d]? [A-Z][\w'\u2019-]+(?: [\w'\u2019-]+){0,3}(?=,? \(?[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b)", 0.8),
            ("flat", rf"\bFlat \d{{1,4}}[A-Za-z]?,? (?:\d{{1,4}} )?(?:{_NAME_WORD} ){{1,3}}?{_STREET_NUMBERED}\b", 0.85),
            ("street", rf"\b(?:[A-Z][a-z']+ ){{1,2}}{_STREET}\b", 0.7),
            ("small letters", r"(?i)(?<=\b(?:address(?: is)?|lives at|living at|moved to|staying at)\s{0,2}:?\s{0,2})\d{1,4}[a-d]? (?:[a-z']+ ){1,3}(?:street|road|rd|avenue|ave|lane|close|drive|crescent|gardens|terrace|grove|way|court|place)\b", 0.8),
        ]),
        _School("SCHOOL", [
            ("named", rf"\b(?!(?:{_NO_SCHOOL})\b)(?:(?:St|Saint)\.? )?(?:[A-Z][\w'\u2019]+ (?:and |& |of |the |on |in )?){{1,4}}?(?:(?:C of E|CofE|CE|C\.E\.|\(V\.A\.\)|\(VA\)|RC|Catholic|Church of England|Community|Voluntary Aided|VA|Junior|Infants?|Primary|Secondary|High|Grammar|Comprehensive|Special|Nursery|Preparatory|Prep|Girls'?|Boys'?|Middle|Upper|Lower|First|Day) ){{0,4}}(?:School|Academy|College|Pre-?[Ss]chool|Sixth Form|Kindergarten|PRU|Pupil Referral Unit)\b", 0.75),
            ("stage", rf"\b(?!(?:{_NO_SCHOOL})\b)(?:(?:St|Saint)\.? )?(?:[A-Z][\w'\u2019]+ ){{1,3}}?(?:Primary|Secondary|Nursery|Juniors|Infants|Grammar|Pre-?[Ss]chool|Day Nursery)\b(?! [Ss]chools?\b| [Aa]ge| [Cc]are| [Ee]ducation| [Nn]urse)", 0.7),
            ("Welsh", r"\bYsgol(?: [A-Z][\w-]+){1,3}\b", 0.8),
            ("other kinds", rf"\b(?!(?:{_NO_SCHOOL})\b)(?:[A-Z][\w'\u2019]+ ){{1,3}}(?:Comprehensive|UTC|Federation|RC High|High(?= (?:said|say|for|when|today)))\b", 0.7),
            ("saint", r"\bSt\.? [A-Z][a-z]+(?:'s|s)\b(?= (?:school|primary|nursery|academy|college|today|for|when|with|where|about|said|say|have|has|reports?)|[.,;:])", 0.65),
        ]),
    ]  # fmt: skip
