"""The records that travel between the layers. All are frozen; none but :class:`Note` holds note text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from analyser.codebook import INDICATORS, STATUSES, Dimension, Status

NoteKind = Literal[
    "visit", "direct_work", "contact_session", "call", "email", "supervision", "management", "review", "meeting",
    "strategy", "panel", "court", "assessment", "summary", "chronology", "referral", "missing", "health", "school",
    "transfer", "admin", "other",
]  # fmt: skip
NOTE_KINDS: Final[tuple[str, ...]] = NoteKind.__args__  # type: ignore[attr-defined]

AuthorKind = Literal[
    "worker",
    "manager",
    "independent",
    "panel",
    "senior_practitioner",
    "contact_worker",
    "other_professional",
    "unknown",
]
AUTHOR_KINDS: Final[tuple[str, ...]] = AuthorKind.__args__  # type: ignore[attr-defined]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class Note(_Frozen):
    """One case note as it was read. ``(case_id, note_id)`` is its key.

    Attributes:
        case_id: Pseudonym of the child's case.
        note_id: Id within the export; a note copied to a sibling keeps its id under another case.
        text: As read, markup and all; every offset in evidence counts in this string.
        occurred_at: When the event was, local time; ``None`` where the export gives only ``recorded_at``.
        recorded_at: When it was written up, local time.
        note_type: The system's own name for the type, after the profile's mapping of codes.
        author_role: The writer's role as the system has it.
        kind: What sort of note that is, for rules (:data:`NOTE_KINDS`).
        author: What sort of writer that is, for rules (:data:`AUTHOR_KINDS`).
        team: Team name or code.
        plan_type: Plan or legal status.
        age: Age as the export gives it ("7", "8 months", "unborn").
        seen: The system's own tick box, where it has one.
        seen_alone: Likewise.
        row: Row of the export, as a spreadsheet counts (the heading is row 1).
    """

    case_id: str = Field(min_length=1)
    note_id: str = Field(min_length=1)
    text: str
    occurred_at: datetime | None = None
    recorded_at: datetime | None = None
    note_type: str = ""
    author_role: str = ""
    kind: NoteKind = "other"
    author: AuthorKind = "unknown"
    team: str = ""
    plan_type: str = ""
    age: str = ""
    seen: bool | None = None
    seen_alone: bool | None = None
    row: int = 0

    @property
    def when(self) -> datetime | None:
        """The event's time, or else the time of recording."""
        return self.occurred_at or self.recorded_at

    @property
    def age_years(self) -> float | None:
        """Age in years, 0 for an unborn child, ``None`` where the export does not say."""
        return age_in_years(self.age)


_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*(d|w|m|y)?", re.IGNORECASE)


def age_in_years(age: str) -> float | None:
    """Read an age such as ``7``, ``8 months``, ``11/12`` or ``unborn``; ``None`` where there is none."""
    text = age.strip().lower()
    if text.startswith(("unborn", "pre-birth", "prebirth", "newborn")):
        return 0.0
    match = _AGE.search(text)
    if not match:
        return None
    per_year = {"d": 365.0, "w": 52.0, "m": 12.0}.get((match[2] or "y").lower(), 1.0)
    return float(match[1]) / per_year


@dataclass(frozen=True, slots=True)
class Evidence:
    """One span of a note that shows (or says it lacks) something. It holds no text.

    Attributes:
        start: First character, as an offset into :attr:`Note.text`.
        end: One past the last character.
        dimension: One of the codebook's four.
        indicator: One of the dimension's.
        status: ``present``, ``gap`` or ``planned``.
        confidence: 0 to 1; for rules, how often such a match is right, as judged when the rule was written.
        source: ``rule:<id>@<version>``, ``model:<name>@<version>``, or ``combined:`` when both found it.
        trace: Why: the act and the cues as offsets, the axes' values, rules that agree, words that weighed most; and
            ``band: needs_reader`` when it is not sure enough to be called evidence.
        unit: Hash of the unit it stands in, within a run; tells copied passages.

    Raises:
        ValueError: The span is empty, the confidence out of range, or the label not in the codebook.
    """

    case_id: str
    note_id: str
    start: int
    end: int
    dimension: Dimension
    indicator: str
    status: Status
    confidence: float
    source: str
    trace: dict[str, Any] = field(default_factory=dict)
    unit: int = 0

    def in_unit(self, unit: int) -> Evidence:
        """The same with the hash of its unit; ``dataclasses.replace`` takes three times as long, a span at a time."""
        return Evidence(
            self.case_id, self.note_id, self.start, self.end, self.dimension, self.indicator, self.status,
            self.confidence, self.source, self.trace, unit,
        )  # fmt: skip

    @property
    def sure(self) -> bool:
        """Whether it is evidence, and not only something that a reader should look at."""
        return "band" not in self.trace

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError("a span starts at 0 or later and ends after it starts")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError("confidence lies between 0 and 1")
        if self.indicator not in INDICATORS[self.dimension] or self.status not in STATUSES:
            raise ValueError("indicator and status are those of the codebook")

    @property
    def label(self) -> str:
        """``dimension.indicator``."""
        return f"{self.dimension}.{self.indicator}"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be used, and why, in plain words without any note text."""

    row: int
    reason: str
    case_id: str = ""
    note_id: str = ""


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What scoring needs to know of a note besides its evidence; no text.

    Attributes:
        words: Words in the note.
        new_words: Words in sentences that no earlier note of the case has (copied passages count once).
        sentences: Units that were read.
        characters_not_read: Characters beyond the longest text that is read (``CRA_MAX_NOTE_CHARS``).
    """

    case_id: str
    note_id: str
    row: int
    when: datetime | None
    recorded_at: datetime | None
    note_type: str
    author_role: str
    kind: NoteKind
    author: AuthorKind
    team: str
    plan_type: str
    age: str
    words: int
    new_words: int
    sentences: int
    seen: bool | None = None
    seen_alone: bool | None = None
    characters_not_read: int = 0


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """A score with what it rests on.

    Attributes:
        value: 0 to 100, or ``None`` where it is not applicable or there is not enough to say.
        state: ``scored``, ``not_applicable`` or ``not_enough``.
        carried_by: Indicators with evidence, strongest first.
        notes_that_could: Notes that could have shown it.
        notes_that_did: Notes that did.
        gaps: Gaps that the record itself states.
        reason: One plain sentence.
        low: Of cases only: of ten cases with this value, nine have a reader's grade that lies above this score;
        high: and nine one that lies below this.
    """

    value: float | None
    state: Literal["scored", "not_applicable", "not_enough"]
    carried_by: tuple[str, ...] = ()
    notes_that_could: int = 0
    notes_that_did: int = 0
    gaps: int = 0
    reason: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class NoteScore:
    """Scores of one note, by dimension."""

    case_id: str
    note_id: str
    dimensions: dict[Dimension, DimensionScore]


@dataclass(frozen=True, slots=True)
class CaseScore:
    """Scores of one case, and how early it should be read.

    Attributes:
        priority: 0 to 100; the higher, the earlier a person should read the case.
        reasons: Plain sentences, weightiest first.
    """

    case_id: str
    team: str
    plan_type: str
    age: str
    notes: int
    notes_applicable: int
    first: datetime | None
    last: datetime | None
    dimensions: dict[Dimension, DimensionScore]
    priority: float
    reasons: tuple[str, ...] = ()
    quiet_days: int = 0
    longest_gap_days: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
