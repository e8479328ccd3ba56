"""Slips put into training windows: units keep their places and their marks, and the head of the note stays clean."""

from __future__ import annotations

import random

import numpy as np
import pytest
from tokenizers import Tokenizer

from analyser.training.examples import Example
from analyser.training.slips import Slips
from tests.conftest import ROOT

HEAD = "home visit social worker age 7"
UNITS = (
    "child told me he wants to see his aunt, but there is no bus this week.",
    "the manager agreed the decision at supervision; it is to be reviewed tomorrow.",
)
TOKENIZER = Tokenizer.from_file(str(ROOT / "models" / "standard" / "tokenizer.json"))
TOKENIZER.no_padding()
TOKENIZER.no_truncation()


def encoded(text: str) -> list[int]:
    ids: list[int] = TOKENIZER.encode(text, add_special_tokens=False).ids
    return ids


def window() -> Example:
    start, between, mark = (TOKENIZER.token_to_id(t) for t in ("[CLS]", "[SEP]", "[unused1]"))
    ids, places = [start, *encoded(HEAD), between], []
    for unit in UNITS:
        places.append((len(ids), len(ids) + 1 + len(encoded(unit))))
        ids += [mark, *encoded(unit)]
    nothing = np.zeros((len(UNITS), 1), np.float32)
    return Example(ids, [("K1", "N1", 0), ("K1", "N1", 1)], places, nothing, nothing)


def words(example: Example) -> list[str]:
    return [TOKENIZER.decode(example.ids[mark + 1 : end]) for mark, end in example.places]


@pytest.mark.parametrize("seed", range(20))
def test_units_keep_their_marks_and_the_head_its_words(seed: int) -> None:
    clean = window()
    written = Slips(TOKENIZER)(clean, random.Random(seed))
    mark = TOKENIZER.token_to_id("[unused1]")
    head = clean.places[0][0]
    assert written.ids[:head] == clean.ids[:head]
    assert [written.ids[place] for place, _ in written.places] == [mark, mark]
    assert written.places[0][1] == written.places[1][0]
    assert written.places[-1][1] == len(written.ids)
    assert written.units == clean.units


def test_over_many_readings_both_misspelling_and_dictation_come_up() -> None:
    slips, clean = Slips(TOKENIZER), window()
    seen = [" ".join(words(slips(clean, random.Random(seed)))) for seed in range(60)]
    assert any("sea his" in text for text in seen)
    assert any("." not in text and "," not in text for text in seen)
    assert sum(text != " ".join(words(clean)) for text in seen) > 50


def test_a_window_that_would_outgrow_the_encoder_stays_as_it_is() -> None:
    ids = [TOKENIZER.token_to_id("[CLS]"), TOKENIZER.token_to_id("[SEP]")] + encoded("supervision ") * 510
    nothing = np.zeros((0, 1), np.float32)
    long = Example(ids, [], [], nothing, nothing)
    assert all(len(Slips(TOKENIZER)(long, random.Random(seed)).ids) <= 512 for seed in range(10))
