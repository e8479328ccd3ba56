"""Labelled cases: the format of ``corpora/cases``, one JSON file a case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyser.contracts import Note
from analyser.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.ingest import Profile


@dataclass(frozen=True, slots=True)
class LabelledNote:
    """A note with its units and labels.

    Attributes:
        note: The note.
        units: Spans of its units, in order, offsets into the note's text.
        labels: By unit, labels such as ``child_voice.seen:present`` that count.
        disputed: By unit, labels that only one of two readers gave; they are not scored either way.
    """

    note: Note
    units: tuple[tuple[int, int], ...]
    labels: dict[int, frozenset[str]]
    disputed: dict[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class LabelledCase:
    """A case with its readers' grades.

    Attributes:
        grades: By dimension, 1 to 4.
        read_first: Whether a reader would read this case among the first third.
        facts: Everything else that the file says of the case (writing style, split, …).
    """

    case_id: str
    notes: tuple[LabelledNote, ...]
    grades: dict[str, float]
    read_first: bool
    facts: dict[str, Any]


def load_labelled(folder: Path, profile: Profile) -> list[LabelledCase]:
    """All labelled cases of a folder, by file name.

    Args:
        folder: Holds one JSON file a case.
        profile: Tells kinds of notes and writers from their names.

    Raises:
        InputError: A file is not a labelled case.
    """
    return [_read(path, profile) for path in sorted(folder.glob("*.json"))]


def _read(path: Path, profile: Profile) -> LabelledCase:
    try:
        return _case(json.loads(path.read_text(encoding="utf-8")), profile)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        why = f"{error.args[0]} is missing" if isinstance(error, KeyError) else "its shape or encoding is wrong"
        raise InputError("CRA-4101", path=path, why=why) from None


def _case(data: dict[str, Any], profile: Profile) -> LabelledCase:
    notes = tuple(_note(data, note, profile) for note in data["notes"])
    facts = {k: v for k, v in data.items() if k not in {"notes", "grades", "read_first"}}
    return LabelledCase(data["case_id"], notes, data["grades"], bool(data["read_first"]), facts)


def _note(case: dict[str, Any], data: dict[str, Any], profile: Profile) -> LabelledNote:
    from analyser.ingest.dates import read_date  # noqa: PLC0415 - small, and only here

    note = Note(
        case_id=case["case_id"], note_id=data["note_id"], text=data["text"], occurred_at=read_date(data["occurred_at"]),
        recorded_at=read_date(data["recorded_at"]), note_type=data["note_type"], author_role=data["author_role"],
        kind=profile.kind_of_note(data["note_type"]), author=profile.kind_of_author(data["author_role"]),
        team=str(case["team"]), plan_type=str(case["plan_type"]), age=str(case["age"]),
    )  # fmt: skip
    units = tuple((start, end) for start, end in data["units"])
    labels, disputed = (
        {int(unit): frozenset(given) for unit, given in data.get(name, {}).items()} for name in ("labels", "disputed")
    )
    return LabelledNote(note, units, labels, disputed)


def load_contrasts(path: Path, profile: Profile) -> list[LabelledCase]:
    """Contrast notes of a JSON Lines file: short notes, each a case of its own, sentence by sentence with its labels.

    Args:
        path: One note a line: ``note_type``, ``author_role``, ``age``, ``sentences`` as pairs of text and labels.
        profile: Tells kinds of notes and writers from their names.

    Raises:
        InputError: A line is not such a note.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        notes = enumerate(json.loads(line) for line in lines if line.strip())
        return [_contrast(note, f"{path.stem}-{k}", profile) for k, note in notes]
    except (KeyError, TypeError, AttributeError, ValueError, OSError):
        raise InputError("CRA-4101", path=path, why="a line of it is no contrast note") from None


def _contrast(data: dict[str, Any], name: str, profile: Profile) -> LabelledCase:
    text, units, labels = "", [], {}
    for k, (sentence, given) in enumerate(data["sentences"]):
        gap = "" if not text or sentence.startswith("\n") else " "
        text += gap + sentence
        units.append((len(text) - len(sentence.lstrip()), len(text)))
        if given:
            labels[k] = frozenset(given)
    note = Note(
        case_id=name, note_id="1", text=text, note_type=data["note_type"], author_role=data["author_role"],
        kind=profile.kind_of_note(data["note_type"]), author=profile.kind_of_author(data["author_role"]),
        age=str(data["age"]),
    )  # fmt: skip
    return LabelledCase(name, (LabelledNote(note, tuple(units), labels, {}),), grades={}, read_first=False, facts={})
