"""Pages of list B: the notes as they stand, and apart from them, packed, what the machine found.

The page shows the notes without any sign of a finding. What was found travels compressed in a script element that
nothing reads before the auditor has recorded a verdict; then the browser draws it. It keeps people from seeing findings
by accident, in the page and in its source; it is no lock.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import STATUSES, dimension_text
from analyser.reports.build import LONGEST_NOTE, case_view, day
from analyser.reports.highlight import segments, shifts
from analyser.reports.timeline import timeline
from analyser.text.normalise import normalise
from analyser.text.splitter import split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyser.contracts import CaseScore, Evidence, Note, NoteFacts
    from analyser.reports.build import CaseView
    from analyser.reports.highlight import ListedEvidence
    from analyser.reports.timeline import Timeline
    from analyser.sampling.arms import Lot
    from analyser.sampling.draw import Drawn
    from analyser.text.offsets import OffsetMap

_LEAST: Final = 5  # cells of a packed span that are always there
LEAST_WORDS: Final = 3  # of a sentence that is offered for judging; shorter ones are headings and signatures


@dataclass(frozen=True, slots=True)
class PlainNote:
    """A note without any finding.

    Attributes:
        text: As people read it, or ``None`` where the report goes without text.
        shifts: How its offsets differ from those of the note as read (:func:`analyser.reports.highlight.shifts`).
        cut: The rest of a long note is left out.
        blind: It is shown without marks to the end.
    """

    anchor: str
    note_id: str
    when: str
    recorded: str
    note_type: str
    author_role: str
    text: str | None
    shifts: str
    cut: bool
    blind: bool


@dataclass(frozen=True, slots=True)
class OfferedSentence:
    """A sentence to judge by itself, with offsets into the note as read."""

    note_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class HiddenCase:
    """A page of list B.

    Attributes:
        anchor: Id of its section.
        number: Its place in list B.
        case: Scores; the page shows of them only what the machine did not find: team, plan, age, notes, days.
        twice: Two auditors read it.
        notes: In order of time.
        sentences: To judge by themselves.
        timeline: Without anything that was found.
        findings: All that was found, for the browser to draw.
    """

    anchor: str
    number: int
    case: CaseScore
    twice: bool
    notes: tuple[PlainNote, ...]
    sentences: tuple[OfferedSentence, ...]
    timeline: Timeline | None
    findings: dict[str, Any]


def hidden_case(
    page: int,
    number: int,
    drawn: Drawn,
    case: CaseScore,
    facts: Sequence[NoteFacts],
    evidence: Sequence[Evidence],
    texts: Mapping[tuple[str, str], Note] | None,
    tables: tuple[dict[str, int], dict[str, int]],
    lot: Lot,
    *,
    twice: bool,
) -> HiddenCase:
    """A page of list B.

    Args:
        page: Number of the page in the file.
        number: Number of the case in list B.
        drawn: The case in the sample.
        case: Its scores.
        facts: Of its notes.
        evidence: Its evidence.
        texts: Notes by case and note id; ``None`` leaves all text out.
        tables: Numbers of rules by source, and of cues by their words; added to.
        lot: Which notes are shown without marks and which sentences are offered.
        twice: Whether two auditors read it.
    """
    rules, cues = tables
    full = case_view(page, case, facts, evidence, texts, rules)
    ordered = sorted(facts, key=lambda f: (f.when is None, f.when, f.row))
    notes: list[PlainNote] = []
    sentences: list[OfferedSentence] = []
    found: dict[str, list[list[Any]]] = {}
    for k, (of, n) in enumerate(zip(ordered, full.notes, strict=True)):
        note = texts.get((case.case_id, of.note_id)) if texts is not None else None
        raw = note.text[:LONGEST_NOTE] if note else ""
        text, offsets = normalise(raw)
        blind = lot.blind(case.case_id, of.note_id)
        plain = segments(raw, [])
        notes.append(
            PlainNote(n.anchor, of.note_id, n.when, n.recorded, n.note_type, n.author_role, text if note else None,
                      shifts(plain, len(raw)), n.cut, blind)
        )  # fmt: skip
        if blind:
            continue
        sentences += _offered(case.case_id, of.note_id, text, offsets, lot)
        if n.evidence:
            found[str(k)] = [_packed(e, offsets if note else None, len(raw), cues) for e in n.evidence]
    neutral = [(of.when, _lane(of), f"{day(of.when)}: {of.note_type or of.kind}", f"#{n.anchor}")
               for of, n in zip(ordered, notes, strict=True) if of.when]  # fmt: skip
    drawing = timeline(neutral, ())
    if drawing:  # an empty lane "Child seen" would look like a finding
        (_, y), *others = drawing.lanes
        drawing = replace(drawing, lanes=(("", y), *others))
    findings = {**_of_case(full, drawn), "notes": found}
    return HiddenCase(full.anchor, number, case, twice, tuple(notes), tuple(sentences), drawing, findings)


def _lane(facts: NoteFacts) -> str:
    """The lane by the kind of note alone."""
    if facts.kind == "supervision":
        return "supervision"
    return "management" if facts.kind in {"management", "panel"} else "note"


def _of_case(view: CaseView, drawn: Drawn) -> dict[str, Any]:
    drawing = view.timeline
    # Most reasons say what a score rests on, which is there already: its number is enough.
    known = {f"{dimension_text(d).label}: {s.reason}": k for k, (d, s) in enumerate(view.case.dimensions.items())}
    return {
        "priority": round(view.case.priority),
        "reasons": [known.get(reason, reason) for reason in view.case.reasons],
        "drawn": [drawn.stratum, round(drawn.inclusion_probability, 4), round(drawn.weight, 2)],
        "scores": [[_whole(s.value), _whole(s.low), _whole(s.high), s.reason] for s in view.case.dimensions.values()],
        "not_found": [list(pair) for pair in view.not_found],
        "bars": [[b.x, b.y, b.width, int(b.named), b.title] for b in drawing.bars] if drawing else [],
        "lane": drawing.lanes[0][0] if drawing else "",
        "seen": [[k, d.y] for k, d in enumerate(drawing.dots) if d.lane == "seen"] if drawing else [],
    }


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _packed(e: ListedEvidence, offsets: OffsetMap | None, length: int, cues: dict[str, int]) -> list[Any]:
    """A span as short as it goes: what is usual is left out at the end, for a report has tens of thousands of them.

    Code, start, length, confidence in hundredths, rule; then status (0 present, 1 gap, 2 planned), whether a model
    found it, number of its cues, words, and start and end of the mark where these differ from those in the note.
    """
    place = list(_place(e, offsets)) if offsets and e.start < length else []
    out: list[Any] = [
        e.code, e.start, e.end - e.start, round(e.confidence * 100), e.rule, STATUSES.index(e.status), int(e.model),
        cues.setdefault(e.cues, len(cues)), list(e.words), *(place if place != [e.start, e.end] else []),
    ]  # fmt: skip
    while len(out) > _LEAST and not out[-1]:
        out.pop()
    return out


def _place(e: ListedEvidence, offsets: OffsetMap) -> tuple[int, int]:
    return _new(offsets, e.start, last=False), _new(offsets, e.end - 1, last=True)


def _new(offsets: OffsetMap, old: int, *, last: bool) -> int:
    """Where a character of the note as read stands in the shown text; with ``last`` one past it."""
    k = bisect_right(offsets.old, old) - 1
    following = offsets.new[k + 1] if k + 1 < len(offsets.new) else offsets.new_length
    if k < 0:
        return 0
    if old >= offsets.old_end[k]:  # it was dropped, after this piece
        return following
    if offsets.verbatim[k]:
        return offsets.new[k] + old - offsets.old[k] + last
    return following if last else offsets.new[k]


def _offered(case_id: str, note_id: str, text: str, offsets: OffsetMap, lot: Lot) -> list[OfferedSentence]:
    return [
        OfferedSentence(note_id, *offsets.span(start, end), text[start:end])
        for place, (start, end) in enumerate(split(text))
        if lot.offered(case_id, note_id, place) and len(text[start:end].split()) >= LEAST_WORDS
    ]
