"""Labelled cases as windows of tokens with targets; the same windows that a model sees when it runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analyser.codebook import dimension_of, with_dimensions
from analyser.evaluate.units import unit_of
from analyser.model_engine.windows import windows
from analyser.text.reading import read_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from analyser.evaluate.labelled import LabelledCase, LabelledNote
    from analyser.text.reading import Reading

LEAST_EXAMPLES: Final = 12  # a label with fewer is left to the rules


@dataclass(frozen=True, slots=True)
class Example:
    """One window.

    Attributes:
        units: Case id, note id and unit of each judged place.
        places: Mark and end of each, in tokens.
        targets: Judged places x outputs, 0 or 1.
        counts: The same shape: 0 where readers differed, so that neither answer is right or wrong.
    """

    ids: list[int]
    units: list[tuple[str, str, int]]
    places: list[tuple[int, int]]
    targets: NDArray[np.float32]
    counts: NDArray[np.float32]


def outputs_of(cases: Iterable[LabelledCase], least: int = LEAST_EXAMPLES) -> tuple[str, ...]:
    """What a model learns: every dimension with a status, and every label with enough examples."""
    counter = Counter(
        label for case in cases for note in case.notes for given in note.labels.values() for label in given
    )
    labels = sorted(label for label, n in counter.items() if n >= least)
    return (*sorted({dimension_of(label) for label in labels}), *labels)


def examples_of(cases: Iterable[LabelledCase], tokenizer: Tokenizer, outputs: Sequence[str]) -> list[Example]:
    """Windows of all notes of cases."""
    columns = {o: k for k, o in enumerate(outputs)}
    out: list[Example] = []
    for case in cases:
        for labelled in case.notes:
            note = labelled.note
            reading = read_note(note)
            targets, counts = targets_of(labelled, reading, columns)
            for window in windows(reading, tokenizer, note.note_type, note.author_role):
                judged = [p for p in window.places if p.judged]
                rows = [p.unit for p in judged]
                out.append(
                    Example(
                        window.ids,
                        [(note.case_id, note.note_id, unit) for unit in rows],
                        [(p.mark, p.end) for p in judged],
                        targets[rows],
                        counts[rows],
                    )
                )
    return out


def targets_of(
    labelled: LabelledNote, reading: Reading, columns: dict[str, int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Targets of a reading's units: those of the labelled unit that each lies on; and which of them count."""
    targets = np.zeros((len(reading.units), len(columns)), np.float32)
    counts = np.ones_like(targets)
    for k, unit in enumerate(reading.units):
        at = unit_of(labelled.units, *reading.original(unit.start, unit.end))
        if at is None:
            continue
        given = with_dimensions(labelled.labels.get(at, ()))
        unsure = with_dimensions(labelled.disputed.get(at, ()))
        for label in given & columns.keys():
            targets[k, columns[label]] = 1.0
        for label in (unsure - given) & columns.keys():
            counts[k, columns[label]] = 0.0
    return targets, counts
