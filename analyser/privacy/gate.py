"""The gate: look for identifiers, count them by type, and stop, redact or warn."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from analyser.text.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from analyser.contracts import Note

OnIdentifiers = Literal["stop", "redact", "warn"]
NameCheck = Literal["full", "sample", "off"]

TYPES: Final = (
    "PERSON", "NHS_NUMBER", "NINO", "POSTCODE", "PHONE", "EMAIL", "URL", "DATE_OF_BIRTH", "ADDRESS", "SCHOOL", "VEHICLE",
    "CASE_REFERENCE", "UPN", "PASSPORT",
)  # fmt: skip
# A lone first name may be the pseudonym that a council gave; it is counted and reported, and does not stop a scan.
SURE_OF_PERSON: Final = 0.8
LEAST_SCORE: Final = 0.5
_SHOWN_IDS: Final = 20
# When types overlap, the more telling one stays.
_RANK: Final = {t: k for k, t in enumerate(
    ("EMAIL", "URL", "NHS_NUMBER", "NINO", "UPN", "PASSPORT", "CASE_REFERENCE", "PHONE", "DATE_OF_BIRTH", "POSTCODE", "VEHICLE",
     "ADDRESS", "SCHOOL", "PERSON"))}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One identifier; offsets count in the note's text as read."""

    start: int
    end: int
    type: str
    score: float

    @property
    def telling(self) -> bool:
        """Whether it points at somebody by itself; a lone first name does not."""
        return self.type != "PERSON" or self.score >= SURE_OF_PERSON


class Hit(NamedTuple):
    """A type of identifier in a column of one note beside its text.

    Attributes:
        column: Field of the note.
        type: One of :data:`TYPES`.
        doubtful: An id of ten bare digits that passes the check of NHS numbers, as one in eleven does by chance.
    """

    column: str
    type: str
    doubtful: bool = False


@dataclass(slots=True)
class GateReport:
    """What the gate saw; no text.

    Attributes:
        notes: Notes looked at.
        names_checked: Notes in which names were looked for as well.
        counts: Identifiers by type; lone first names apart, as ``FIRST_NAME``.
        affected: Notes with a telling identifier.
        note_ids: Their ids, the first twenty; the row where the id is an identifier itself.
        columns: Notes by column beside the text and by type of what that column holds.
    """

    notes: int = 0
    names_checked: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    affected: int = 0
    first_name_notes: int = 0
    note_ids: list[str] = field(default_factory=list)
    columns: dict[str, Counter[str]] = field(default_factory=dict)
    _doubtful: list[tuple[list[Hit], bool, str]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Share of notes with a telling identifier, 0 to 1."""
        return self.affected / self.notes if self.notes else 0.0

    def add(self, note: Note, findings: list[Finding], *, names: bool, hits: Sequence[Hit] = ()) -> None:
        """Count one note.

        Args:
            note: The note.
            findings: In its text.
            names: Whether names were looked for there.
            hits: In its other columns. Names there are counted by column and stop nothing: roles and teams are often
                called what a person may be called.
        """
        self.notes += 1
        self.names_checked += names
        for f in findings:
            self.counts[f.type if f.telling else "FIRST_NAME"] += 1
        telling = any(f.telling for f in findings)
        shown = f"row {note.row}" if any(h.column == "note_id" for h in hits) else note.note_id
        for hit in hits:
            if not hit.doubtful:
                self._count_in_column(hit.column, hit.type)
                telling |= hit.type != "PERSON"
        doubtful = [h for h in hits if h.doubtful]
        if doubtful:
            self._doubtful.append((doubtful, telling, shown))
        if telling:
            self._affect(shown)
        if any(not f.telling for f in findings):
            self.first_name_notes += 1

    def settle(self, columns: Collection[str]) -> None:
        """Count the doubtful ids of these columns after all; called once, when every note has been seen."""
        for hits, counted, shown in self._doubtful:
            real = [h for h in hits if h.column in columns]
            for hit in real:
                self._count_in_column(hit.column, hit.type)
            if real and not counted:
                self._affect(shown)
        self._doubtful.clear()

    def _count_in_column(self, column: str, kind: str) -> None:
        self.columns.setdefault(column, Counter())[kind] += 1
        if kind != "PERSON":
            self.counts[kind] += 1

    def _affect(self, shown: str) -> None:
        self.affected += 1
        if len(self.note_ids) < _SHOWN_IDS:
            self.note_ids.append(shown)

    def types_in_words(self) -> str:
        """``3 postcodes, 1 NHS number`` for messages."""
        telling = [(t, n) for t, n in self.counts.most_common() if t != "FIRST_NAME"]
        return ", ".join(f"{n} {_WORDS[t] + ('s' if n > 1 else '')}" for t, n in telling) or "no identifiers"


_WORDS: Final = {
    "PERSON": "full name", "NHS_NUMBER": "NHS number", "NINO": "National Insurance number", "POSTCODE": "postcode",
    "PHONE": "telephone number", "EMAIL": "e-mail address", "URL": "web link", "DATE_OF_BIRTH": "date of birth",
    "ADDRESS": "street name", "SCHOOL": "school name", "VEHICLE": "vehicle registration", "CASE_REFERENCE": "case reference",
    "UPN": "pupil number", "PASSPORT": "passport number",
}  # fmt: skip
# What a text must hold for a type to be worth looking for; tests compare with looking for every type.
_WORTH: Final[dict[str, re.Pattern[str]]] = {
    "NHS_NUMBER": re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}"),
    "NINO": re.compile(r"[A-Za-z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}"),
    "POSTCODE": re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b"),
    "PHONE": re.compile(r"\d{5}|\d{3,4}[ -]\d{3}|(?:\d[\s\-.()]{0,2}){9}"),
    "EMAIL": re.compile(r"@|[(\[]at[)\]]| at \S+ ?(?:\.|dot |[(\[]dot[)\]]) ?(?:co|com|org|net|gov|sch)", re.IGNORECASE),
    "URL": re.compile(r"http|www|[a-z0-9-]\.(?:co|or|go|sc|nh|ac|ne|in|io)", re.IGNORECASE),
    "DATE_OF_BIRTH": re.compile(r"\bd\.?o\.?b|birth|born", re.IGNORECASE),
    "VEHICLE": re.compile(r"\b[A-Z]{2}\d\d[ -]?[A-Z]{3}\b|(?i:\b(?:reg|vrn|number ?plate|plate|index)).{0,36}\d"),
    "PASSPORT": re.compile(r"passport", re.IGNORECASE),
    "UPN": re.compile(r"[A-Za-z]\d{11}"),
    "CASE_REFERENCE": re.compile(
        r"\b[A-Z]{2}\d{2}[CPFZ]\d{5}\b|\b[A-Z]{2,4}[-/]\d{5}|(?i:\b(?:file|referral|application|reference|list)\s(?:no\.? )?\d{6})|(?i:\b(?:ref|reference|no|num|number|id|urn)\.?\s{0,2}(?:is|was|no\.?|number|[:\-=#.])?\s{0,2}\(?[a-z\-/]{0,18}\d)"
    ),
    "ADDRESS": re.compile(
        r"[\w'\u2019.] (?:Street|Road|Rd|Avenue|Ave|Lane|Close|Drive|Crescent|Cres|Gardens|Gdns|Terrace|Grove|Mews|Parade|Croft|Boulevard|"
        r"Wharf|Walk|Rise|Row|Square|St|Way|Court|Ct|Place|Pl|Hill|Green|Park|View|Mount|Fold|Bank|Gate|House|Heights|Point|Cl|Villas|Cottages)\b|\d [A-Z].{0,60}\d[A-Z]{2}\b|"
        r"(?i:\b(?:address|lives at|living at|moved to|staying at)).{0,8}\d"
    ),
    "SCHOOL": re.compile(
        r"[\w'\u2019] (?:School|Academy|College|Pre-?[Ss]chool|Sixth Form|Kindergarten|PRU|Pupil Referral Unit|Primary|Secondary|Nursery|"
        r"Juniors|Infants|Grammar|Day Nursery|Comprehensive|UTC|Federation|High)\b|Ysgol|\bSt\.? [A-Z]"
    ),
}  # fmt: skip


class Gate:
    """Looks for identifiers in notes.

    Args:
        name_check: Whether names are looked for in every note, in a sample, or not at all.
        sample: Size of that sample, in notes; which ones is decided by a hash of the ids, not by chance.
    """

    def __init__(self, name_check: NameCheck = "full", sample: int = 500) -> None:
        self.name_check = name_check
        self._left = sample

    def findings(self, note: Note) -> tuple[list[Finding], bool]:
        """Identifiers of one note in order of place, and whether names were looked for."""
        names = self.wants_names(note)
        return find_identifiers(note.text, names=names), names

    def wants_names(self, note: Note) -> bool:
        """Whether names are to be looked for in a note; asked once a note, in the order of the export."""
        if self.name_check == "full":
            return True
        if self.name_check == "off" or self._left <= 0:
            return False
        picked = hashlib.blake2b(f"{note.case_id}\x00{note.note_id}".encode(), digest_size=2).digest()[0] < 64  # noqa: PLR2004
        self._left -= picked
        return picked


def find_identifiers(text: str, *, names: bool = True, prefilter: bool = True) -> list[Finding]:
    """Identifiers in a text, in order of place, not overlapping.

    Args:
        text: As read, markup and all.
        names: Look for person names as well as for patterns.
        prefilter: Leave out types that the text cannot hold; finds the same, faster.
    """
    plain, offsets = normalise(text)
    found = [
        Finding(*offsets.span(f.start, f.end), f.type, f.score)
        for f in _analyse(plain, names=names, prefilter=prefilter)
    ]
    if "<" in text and plain != text:  # links and addresses in the markup itself
        found += [f for f in _analyse(text, names=False, prefilter=prefilter) if f.type in {"EMAIL", "URL", "PHONE"}]
    return _merged(found)


def _analyse(text: str, *, names: bool, prefilter: bool) -> list[Finding]:
    entities = [t for t, worth in _WORTH.items() if not prefilter or worth.search(text)]
    if names:
        entities.append("PERSON")
    if not entities:
        return []
    results = _engine().analyze(text=text, language="en", entities=entities, score_threshold=LEAST_SCORE)
    return [Finding(r.start, r.end, r.entity_type, round(float(r.score), 2)) for r in results]


@cache
def _engine() -> Any:
    """Presidio's analyzer with our recognisers and no trained pipeline."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415 - heavy
    from presidio_analyzer.nlp_engine import NoOpNlpEngine  # noqa: PLC0415

    from analyser.privacy.names import NameRecogniser  # noqa: PLC0415
    from analyser.privacy.recognisers import recognisers  # noqa: PLC0415

    registry = RecognizerRegistry(recognizers=[*recognisers(), NameRecogniser()], supported_languages=["en"])
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}]),
        supported_languages=["en"],
    )


def _merged(found: list[Finding]) -> list[Finding]:
    out: list[Finding] = []
    for f in sorted(found, key=lambda f: (_RANK[f.type], f.start, -f.end)):
        if not any(f.start < o.end and o.start < f.end for o in out):
            out.append(f)
    return sorted(out, key=lambda f: f.start)
