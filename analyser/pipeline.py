"""From notes to evidence: one function for one note, one for streams of frames. It knows no files and no store."""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from analyser.codebook import VERSION
from analyser.contracts import Note, NoteFacts
from analyser.text.reading import read_note
from analyser.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from analyser.combine import Combined
    from analyser.contracts import Evidence
    from analyser.rules_engine import Engine
    from analyser.text.reading import Reading, Unit

_WORD: Final = re.compile(r"\w+")
_LEAST_WORDS_COPIED: Final = 5  # a shorter sentence recurs by chance
NOTE_COLUMNS: Final = (
    "case_id",
    "note_id",
    "text",
    "occurred_at",
    "recorded_at",
    "note_type",
    "author_role",
    "kind",
    "author",
    "team",
    "plan_type",
    "age",
)
RESULT_COLUMNS: Final = ("case_id", "note_id", "words", "sentences", "evidence")


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that is needed to analyse notes, and what it is called.

    Attributes:
        engine: The rule engine.
        tier: ``rules``, or the name of the model's tier.
        max_note_chars: Characters of a note that are read.
        combined: Rules and model together; rules alone when there is none.
    """

    engine: Engine
    tier: str = "rules"
    max_note_chars: int = 2_000_000
    combined: Combined | None = None

    def evidence(self, note: Note, reading: Reading) -> list[Evidence]:
        """Evidence of a note that was read, in order of place."""
        return self.combined.evidence(note, reading) if self.combined else self.engine.evidence(reading)

    @property
    def versions(self) -> dict[str, str]:
        """What made the results: program, codebook, rules, tier."""
        rules = self.engine.rules
        return {
            "program": __version__,
            "codebook": VERSION,
            "rules": rules.digest,
            "rule_count": str(len(rules.running)),
            "tier": self.tier,
            **({"model": self.combined.model.name} if self.combined else {}),
        }


class NoteResult(NamedTuple):
    """What was found in one note.

    Attributes:
        facts: What the note is; ``new_words`` is that of the note alone until a case is put together.
        evidence: In order of place.
        units: Hash and number of words of every unit, in order; 0 for units too short to tell a copy.
    """

    facts: NoteFacts
    evidence: tuple[Evidence, ...]
    units: tuple[tuple[int, int], ...]


def analyse_note(note: Note, bundle: Bundle) -> NoteResult:
    """Analyse one note.

    Args:
        note: The note; its text is read and not kept.
        bundle: Rules and settings.
    """
    reading = read_note(note, bundle.max_note_chars)
    result = result_of(note, reading, bundle.evidence(note, reading))
    beyond = len(note.text) - bundle.max_note_chars
    return result if beyond <= 0 else result._replace(facts=replace(result.facts, characters_not_read=beyond))


def result_of(note: Note, reading: Reading, found: Sequence[Evidence]) -> NoteResult:
    """The result of a note whose evidence is known."""
    units = tuple(_unit(unit) for unit in reading.units)
    evidence = _with_units(found, reading, units)
    words = sum(count for _, count in units)
    facts = NoteFacts(
        case_id=note.case_id, note_id=note.note_id, row=note.row, when=note.when, recorded_at=note.recorded_at,
        note_type=note.note_type, author_role=note.author_role, kind=note.kind, author=note.author, team=note.team,
        plan_type=note.plan_type, age=note.age, words=words, new_words=words, sentences=len(units),
        seen=note.seen, seen_alone=note.seen_alone,
    )  # fmt: skip
    return NoteResult(facts, evidence, units)


def analyse_batches(frames: Iterator[pd.DataFrame], bundle: Bundle) -> Iterator[pd.DataFrame]:
    """Analyse a stream of frames; the shape that Spark's ``mapInPandas`` wants.

    Args:
        frames: Frames with at least ``case_id``, ``note_id`` and ``text``; further columns of
            :data:`NOTE_COLUMNS` are used where they are there.
        bundle: Rules and settings.

    Yields:
        One frame a frame, one row a note, in order: ``case_id``, ``note_id``, ``words``, ``sentences`` and
        ``evidence``, a JSON list of spans as in ``evidence.jsonl``.

    Raises:
        ValueError: A column is missing, or a cell cannot be used; the message has no values.
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    for frame in frames:
        rows = []
        for note in notes_of(frame):
            result = analyse_note(note, bundle)
            spans = [evidence_row(e) for e in result.evidence]
            rows.append((note.case_id, note.note_id, result.facts.words, result.facts.sentences, json.dumps(spans)))
        yield pd.DataFrame(rows, columns=list(RESULT_COLUMNS))


def notes_of(frame: pd.DataFrame) -> Iterator[Note]:
    """The rows of a frame as notes.

    Raises:
        ValueError: ``case_id``, ``note_id`` or ``text`` is missing, or a cell has the wrong type; no values are shown.
    """
    from pydantic import ValidationError  # noqa: PLC0415

    missing = [c for c in ("case_id", "note_id", "text") if c not in frame.columns]
    if missing:
        raise ValueError(f"the frame has no column {', '.join(missing)}")
    columns = [c for c in NOTE_COLUMNS if c in frame.columns]
    for k, row in enumerate(frame[columns].itertuples(index=False, name=None)):
        cells = {c: v for c, v in zip(columns, row, strict=True) if v is not None and v == v}  # noqa: PLR0124 - NaN
        for name in ("occurred_at", "recorded_at"):
            if hasattr(cells.get(name), "to_pydatetime"):
                cells[name] = cells[name].to_pydatetime()
        for name in ("case_id", "note_id", "age"):
            if name in cells:
                cells[name] = str(cells[name])
        try:
            yield Note.model_validate(cells)
        except ValidationError as error:
            where = ".".join(map(str, error.errors(include_input=False, include_url=False)[0]["loc"]))
            raise ValueError(f"row {k} of the frame: {where} cannot be used") from None


def evidence_row(e: Evidence) -> dict[str, object]:
    """A span as ``evidence.jsonl`` has it."""
    return {
        "case_id": e.case_id, "note_id": e.note_id, "start": e.start, "end": e.end, "dimension": e.dimension,
        "indicator": e.indicator, "status": e.status, "confidence": e.confidence, "source": e.source, "trace": e.trace,
    }  # fmt: skip


def _unit(unit: Unit) -> tuple[int, int]:
    words = _WORD.findall(unit.low)
    if len(words) < _LEAST_WORDS_COPIED:
        return 0, len(words)
    digest = hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1, len(words)


def _with_units(
    found: Sequence[Evidence], reading: Reading, units: tuple[tuple[int, int], ...]
) -> tuple[Evidence, ...]:
    """Evidence with the hash of the unit that it starts in."""
    if not found:
        return ()
    starts = [reading.original(u.start, u.end)[0] for u in reading.units]
    return tuple(e.in_unit(units[max(0, bisect_right(starts, e.start) - 1)][0]) for e in found)
