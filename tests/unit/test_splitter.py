"""The sentence splitter on awkward real-world shapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyser.contracts import Note
from analyser.text.reading import read_note

SHAPES = [
    line.replace("\\n", "\n")
    for line in (Path(__file__).parent.parent / "golden" / "splitting.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def units_of(text: str) -> list[str]:
    reading = read_note(Note(case_id="c", note_id="n", text=text))
    return [text[slice(*reading.original(u.start, u.end))] for u in reading.units]


def test_there_are_sixty_shapes() -> None:
    assert len(SHAPES) >= 60


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s[:40].replace("\n", "/"))
def test_shape_is_split_as_a_reader_would(shape: str) -> None:
    wanted = [part.strip() for part in shape.split("¦")]
    assert [u.strip() for u in units_of(shape.replace("¦", ""))] == wanted
