"""What verdicts say of sentences: answers to learn from, and cases that are set aside to judge models by.

Verdicts name places by offsets; the notes themselves come from the export that was scanned.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from analyser.codebook import CODEBOOK, DIMENSIONS, dimension_of
from analyser.evaluate.labelled import LabelledCase, LabelledNote
from analyser.evaluate.units import unit_of
from analyser.sampling.tickets import seed_key, ticket_of
from analyser.text.reading import read_note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from analyser.contracts import Note
    from analyser.text.reading import Reading
    from analyser.verdicts.records import Protocol, SpanVerdict
    from analyser.verdicts.standing import Standing

SET_ASIDE: Final = 0.5  # of the cases that have notes or sentences judged without marks: half teach, half judge
_KEY: Final = seed_key("cases that judge models and never teach them")  # one key for ever, or the set is not frozen
_LABELS: Final[dict[str, list[str]]] = {d.key: [f"{d.key}.{i.key}:present" for i in d.indicators] for d in CODEBOOK}

Key = tuple[str, str]  # case id, note id
Place = tuple[int, str]  # a sentence's place in its note, and an output such as ``analysis.impact:present``


@dataclass(slots=True)
class Votes:
    """What people say of the sentences of one note; ``None`` is said where a verdict leaves something open."""

    said: dict[Place, set[bool | None]] = field(default_factory=lambda: defaultdict(set))

    def answers(self) -> dict[Place, bool | None]:
        """By place what is so; ``None`` where people differ, or where it stays open.

        A standard is shown where people say so, or agree with one of its indicators; it is not shown where all that
        was said of its indicators is that they are not there.
        """
        out: dict[Place, bool | None] = {}
        of_standard: dict[Place, set[bool | None]] = defaultdict(set)
        for (unit, name), said in self.said.items():
            at = (unit, dimension_of(name))
            if (unit, name) == at:
                of_standard[at] |= said
            else:
                out[unit, name] = next(iter(said)) if len(said) == 1 else None
                of_standard[at].add(out[unit, name])
        for at, told in of_standard.items():
            differ = {True, False} <= self.said.get(at, set())
            out[at] = None if differ else True if True in told else None if None in told else False
        return out

    def say(self, unit: int, name: str, *, so: bool | None) -> None:
        """One answer to whether a sentence shows something."""
        self.said[unit, name].add(so)

    def judge(self, unit: int, verdict: SpanVerdict) -> None:
        """A verdict on one piece of evidence."""
        name = f"{verdict.dimension}.{verdict.indicator}"
        if verdict.verdict == "agree":
            self.say(unit, f"{name}:{verdict.status}", so=True)
        elif verdict.reason != "wrong_span":  # a wrong passage says nothing of the sentence that it lies in
            self.say(unit, f"{name}:{verdict.status}", so=False)
            if verdict.reason == "wrong_indicator":
                self.say(unit, f"{verdict.dimension}:{verdict.status}", so=None)
            if verdict.reason == "planned":
                self.say(unit, f"{name}:planned", so=True)

    def read_without_marks(self, reading: Reading, note_id: str, protocol: Protocol) -> None:
        """A note that was read to the end: what was not marked is not there."""
        spans = spans_of(reading)
        marks: dict[int, set[str]] = defaultdict(set)
        unplaced = {s.dimension for s in protocol.seen if s.note_id == note_id and s.start is None}
        for s in protocol.seen:
            if s.note_id == note_id and s.start is not None and s.end is not None:
                for unit in units_of(spans, s.start, s.end):
                    marks[unit].add(f"{s.dimension}.{s.indicator}:present")
        for unit in range(len(spans)):
            for d in DIMENSIONS:
                if d in unplaced:
                    self.say(unit, f"{d}:present", so=None)
                    continue
                self._tell(unit, d, marks[unit].intersection(_LABELS[d]))

    def judge_sentence(self, unit: int, standards: Collection[str]) -> None:
        """A sentence that was judged by itself: standards, without indicators."""
        for d in DIMENSIONS:
            if d in standards:
                self.say(unit, f"{d}:present", so=True)
            else:
                self._tell(unit, d, frozenset())

    def _tell(self, unit: int, dimension: str, shown: Collection[str]) -> None:
        self.say(unit, f"{dimension}:present", so=bool(shown))
        for label in _LABELS[dimension]:
            self.say(unit, label, so=label in shown)


@dataclass(slots=True)
class Taught:
    """Verdicts to learn from.

    Attributes:
        votes: By case and note id.
        counts: How many verdicts of each kind there are, for people.
    """

    votes: dict[Key, Votes] = field(default_factory=lambda: defaultdict(Votes))
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def set_aside(stands: Standing, input_sha256: str) -> frozenset[str]:
    """Cases that judge models and never teach them, of those with notes or sentences judged without marks.

    Half of them, by a keyed hash of the id alone: a case stays on its side whatever is imported later.
    """
    return frozenset(
        case_id
        for (sha, case_id, _), protocol in stands.protocols.items()
        if sha == input_sha256
        and (protocol.blind_notes or protocol.sentences)
        and float(ticket_of(_KEY, case_id)) < SET_ASIDE
    )


def cases_of(stands: Standing, input_sha256: str) -> frozenset[str]:
    """Cases of an export with a verdict that speaks of passages."""
    found = {(s.input_sha256, s.key.case_id) for s in stands.spans}
    found |= {(m.input_sha256, m.case_id) for m in stands.missed}
    found |= {(sha, case_id) for sha, case_id, _ in stands.protocols}
    return frozenset(case_id for sha, case_id in found if sha == input_sha256)


def taught_by(stands: Standing, input_sha256: str, readings: Mapping[Key, Reading]) -> Taught:
    """What verdicts say of sentences.

    Args:
        stands: What stands of the verdicts.
        input_sha256: Hash of the export; verdicts on others are left out.
        readings: Notes that teach, read; verdicts on others are left out.
    """
    out = Taught()
    spans = {key: spans_of(reading) for key, reading in readings.items()}
    for span, words in stands.spans.items():
        key = (span.key.case_id, span.key.note_id)
        unit = unit_of(spans.get(key, ()), span.key.start, span.key.end)
        if span.input_sha256 != input_sha256 or unit is None:
            continue
        for verdict in words.values():
            out.votes[key].judge(unit, verdict)
            out.counts["agreed" if verdict.verdict == "agree" else "disagreed"] += 1
    for mark in stands.missed:
        key = (mark.case_id, mark.note_id)
        if mark.input_sha256 != input_sha256 or key not in readings:
            continue
        if mark.start is None or mark.end is None:
            out.counts["missed_without_place"] += 1
            continue
        for unit in units_of(spans.get(key, ()), mark.start, mark.end):
            out.votes[key].say(unit, f"{mark.dimension}.{mark.indicator}:present", so=True)
        out.counts["missed"] += 1
    _add_arms(out, stands, input_sha256, readings)
    return out


def blind_set(
    stands: Standing,
    input_sha256: str,
    notes: Mapping[Key, Note],
    readings: Mapping[Key, Reading],
    cases: Iterable[str],
) -> list[LabelledCase]:
    """Cases that were set aside, as labelled cases: what people saw in them without marks, by standard.

    Sentences of which nothing was said without marks are left out; where people differ nothing counts.

    Args:
        stands: What stands of the verdicts.
        input_sha256: Hash of the export.
        notes: Notes of the cases.
        readings: The same, read.
        cases: Which cases.
    """
    out = []
    for case_id in sorted(cases):
        told = Taught()
        _add_arms(told, stands, input_sha256, {key: r for key, r in readings.items() if key[0] == case_id})
        labelled = []
        for key, votes in sorted(told.votes.items()):
            answers = {at: so for at, so in votes.answers().items() if "." not in at[1]}
            units = sorted({unit for unit, _ in answers})
            spans = spans_of(readings[key])
            labels, disputed = (
                {
                    k: frozenset(name for (at, name), so in answers.items() if at == unit and so is wanted)
                    for k, unit in enumerate(units)
                }
                for wanted in (True, None)
            )
            labelled.append(LabelledNote(notes[key], tuple(spans[unit] for unit in units), labels, disputed))
        out.append(LabelledCase(case_id, tuple(labelled), grades={}, read_first=False, facts={}))
    return out


def read_notes(notes: Mapping[Key, Note]) -> dict[Key, Reading]:
    """Notes, read."""
    return {key: read_note(note) for key, note in notes.items()}


def spans_of(reading: Reading) -> list[tuple[int, int]]:
    """Sentences of a note as offsets into it as it was read."""
    return [reading.original(u.start, u.end) for u in reading.units]


def units_of(spans: Sequence[tuple[int, int]], start: int, end: int) -> list[int]:
    """Sentences that a marked passage covers by half or more, or else the one that holds most of it."""
    covered = [k for k, (a, b) in enumerate(spans) if 2 * (min(end, b) - max(start, a)) >= b - a > 0]
    best = unit_of(spans, start, end)
    return covered or ([] if best is None else [best])


def _add_arms(out: Taught, stands: Standing, input_sha256: str, readings: Mapping[Key, Reading]) -> None:
    for (sha, case_id, _), protocol in stands.protocols.items():
        if sha != input_sha256:
            continue
        for note_id in protocol.blind_notes:
            if (case_id, note_id) in readings:
                out.votes[case_id, note_id].read_without_marks(readings[case_id, note_id], note_id, protocol)
                out.counts["notes_without_marks"] += 1
        for sentence in protocol.sentences:
            key = (case_id, sentence.note_id)
            unit = unit_of(spans_of(readings[key]), sentence.start, sentence.end) if key in readings else None
            if unit is not None:
                out.votes[key].judge_sentence(unit, sentence.standards)
                out.counts["sentences_by_themselves"] += 1
