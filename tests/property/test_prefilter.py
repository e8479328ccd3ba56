"""The prefilter loses nothing: with it and without it the same hits, on every rule test and on whole notes."""

from __future__ import annotations

import csv
import random
from typing import TYPE_CHECKING

from analyser.contracts import NOTE_KINDS, Note
from analyser.resources import data_path
from analyser.rules_engine.selftest import reading_of_test
from analyser.text.reading import read_note

if TYPE_CHECKING:
    from analyser.rules_engine import Engine
    from analyser.text.reading import Reading


def facts(engine: Engine, reading: Reading, *, prefilter: bool) -> list[tuple[object, ...]]:
    return [
        (h.rule.rule.id, h.pattern, h.unit.index, h.span, h.status, h.silent_because)
        for h in engine.hits(reading, prefilter=prefilter, silenced=True)
    ]


def test_same_hits_on_every_sentence_of_every_rule_test(engine: Engine) -> None:
    count = 0
    for compiled in engine.rules.running:
        for test in compiled.rule.tests:
            text = (
                str(test.fires or test.silent or test.todo_fires or test.todo_silent)
                .replace("[[", "")
                .replace("]]", "")
            )
            reading, _ = reading_of_test(compiled, text, test.note)
            with_filter = facts(engine, reading, prefilter=True)
            count += len(with_filter)
            assert with_filter == facts(engine, reading, prefilter=False), text
    assert count > 500


def test_same_hits_on_the_example_notes_read_as_any_kind(engine: Engine) -> None:
    rng = random.Random(7)
    with data_path("corpora", "example", "notes.csv").open(encoding="utf-8", newline="") as file:
        rows = rng.sample(list(csv.DictReader(file)), 30)
    for row in rows:
        kind = rng.choice(NOTE_KINDS)
        author = rng.choice(["worker", "manager", "independent", "senior_practitioner"])
        reading = read_note(Note(case_id="c", note_id="n", text=row["text"], kind=kind, author=author))  # type: ignore[arg-type]
        assert facts(engine, reading, prefilter=True) == facts(engine, reading, prefilter=False), row["note_id"]
