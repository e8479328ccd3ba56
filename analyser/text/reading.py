"""A note made ready for reading: plain text, people marked, units with their headings and writers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from analyser.text.listing import is_list_of_terms
from analyser.text.normalise import normalise
from analyser.text.offsets import OffsetMap, rewrite
from analyser.text.people import marks
from analyser.text.sections import Heading, heading_of, mail_header
from analyser.text.splitter import split

if TYPE_CHECKING:
    from analyser.contracts import AuthorKind, Note, NoteKind

_LETTER: Final = re.compile(
    r"\b(?:dear|hi|hello|hiya) (?:child_|person_)|\byou (?:told|showed|said to|asked) me\b|\bi saw you\b"
)
_MAIL_WRITER: Final = (
    (
        re.compile(
            r"manager|manager_|\b(?:tm|atm|sm|pm|hos|gm)\d?\b|head of service|director|service lead",
            re.IGNORECASE,
        ),
        "manager",
    ),
    (re.compile(r"\biro\b|chair_|reviewing officer|conference chair", re.IGNORECASE), "independent"),
    (re.compile(r"panel", re.IGNORECASE), "panel"),
    (
        re.compile(
            r"social work|worker_|\bsw\b|\bssw\b|practitioner|personal adviser|\bfsw\b|family support",
            re.IGNORECASE,
        ),
        "worker",
    ),
)
_SHORT_HEADINGS: Final = frozenset({"present", "purpose"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, list item or heading.

    Attributes:
        index: Place in the note, from 0.
        start: Offset into the reading's text.
        end: One past the last character.
        text: Its text, people marked.
        low: The same in lower case, of the same length.
        section: Section it stands in, or the empty string.
        body: Offset in ``text`` at which content starts, after a heading.
        bare_heading: A heading with nothing behind it.
        writer: Kind of writer of this passage: the note's, or that of a pasted e-mail.
        mail_header: A line of an e-mail header.
        quoted_mail: Part of an e-mail pasted into a note of another kind or of another writer.
        only_terms: A list of the codebook's own words; it is evidence of nothing.
    """

    index: int
    start: int
    end: int
    text: str
    low: str
    section: str
    body: int
    bare_heading: bool
    writer: AuthorKind
    mail_header: bool = False
    quoted_mail: bool = False
    only_terms: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One note, read.

    Attributes:
        text: Normalised text with people marked.
        low: The same in lower case, of the same length.
        offsets: Map from ``text`` to the note's text as read.
        units: Its units in order.
        kind: Kind of note.
        author: Kind of writer.
        letter: Written to the child ("you told me"), so that "you" is the child.
        age_years: The child's age, where the export gives it.
    """

    case_id: str
    note_id: str
    kind: NoteKind
    author: AuthorKind
    age_years: float | None
    text: str
    low: str
    offsets: OffsetMap
    units: tuple[Unit, ...]
    letter: bool
    cache: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Span of the note's text as read for a span of :attr:`text`."""
        return self.offsets.span(start, end)


def read_note(note: Note, limit: int = 2_000_000) -> Reading:
    """Make a note ready for reading.

    Args:
        note: The note.
        limit: Characters that are read; what stands beyond is left out.
    """
    plain, offsets = normalise(note.text[:limit])
    text, second = rewrite(plain, marks(plain))
    low = text.lower()
    if len(low) != len(text):  # a few letters grow when lowered
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return Reading(
        case_id=note.case_id,
        note_id=note.note_id,
        kind=note.kind,
        author=note.author,
        age_years=note.age_years,
        text=text,
        low=low,
        offsets=second.then(offsets),
        units=tuple(_units(text, low, note)),
        letter=len(_LETTER.findall(low)) > 1 or bool(re.match(r"\s*(?:dear|hi|hello) (?:child_|person_)", low)),
    )


def _units(text: str, low: str, note: Note) -> list[Unit]:
    units: list[Unit] = []
    section, lasts, previous_end = "", False, 0
    writer: AuthorKind = note.author
    mail = False
    for index, (start, end) in enumerate(split(text)):
        piece = text[start:end]
        blank_line = "\n\n" in text[previous_end:start]
        header = mail_header(piece)
        heading: Heading | None = None if header else heading_of(piece)
        if header:
            section, lasts = "", False
            if header[0] == "from":
                writer, mail = _mail_writer(header[1], note.author), True
        elif heading:
            alone = heading.body >= len(piece)
            section, lasts = heading.section, alone and heading.section not in _SHORT_HEADINGS
        elif (blank_line and not lasts) or (section in _SHORT_HEADINGS and "\n" in text[previous_end:start]):
            section = ""
        body = heading.body if heading else 0
        units.append(
            Unit(index, start, end, piece, low[start:end], section, body, bool(heading) and body >= len(piece), writer,
                 bool(header), mail and not header, is_list_of_terms(low[start:end]))
        )  # fmt: skip
        previous_end = end
    return units


def _mail_writer(sender: str, default: AuthorKind) -> AuthorKind:
    for pattern, kind in _MAIL_WRITER:
        if pattern.search(sender):
            return kind  # type: ignore[return-value]
    return default if not sender.strip() else "other_professional"
