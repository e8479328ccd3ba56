"""How fast rules match, notes are read and exports are scanned. For people: `make bench`; nothing is asserted.

Rounds are whole passes over the example notes; divide the sentences printed in `extra_info` by the time of a round.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from analyser.contracts import Note
from analyser.ingest import load_profile
from analyser.resources import data_path
from analyser.rules_engine import Engine, load_rules
from analyser.rules_engine.tokens import frequencies
from analyser.text.lexicon import english_words
from analyser.text.reading import read_note

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

pytestmark = pytest.mark.benchmark_only
RULES_AT_SCALE = 300


def example_notes(times: int = 3) -> list[Note]:
    profile = load_profile("generic")
    with data_path("corpora", "example", "notes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Note(case_id=r["case_id"], note_id=f"{r['note_id']}-{k}", text=r["text"], age=r["age"], note_type=r["note_type"],
             kind=profile.kind_of_note(r["note_type"]), author=profile.kind_of_author(r["author_role"]))
        for k in range(times) for r in rows
    ]  # fmt: skip


def rules_at_scale(folder: Path) -> Engine:
    """The shipped rules, and as many local topic rules of three patterns as make three hundred."""
    rng = random.Random(5)
    shipped = load_rules()
    common = sorted(w for w, n in frequencies().items() if 20 < n < 400 and w in english_words())
    rare = sorted(w for w in english_words() if w not in frequencies() and 4 < len(w) < 10)
    lists = ["$who", "$say", "$parent", "$professional", "$manager", "$does"]
    for compiled in shipped.rules:
        target = folder / compiled.path.parent.name / compiled.path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(compiled.path.read_text(encoding="utf-8"), encoding="utf-8")
    for k in range(RULES_AT_SCALE - len(shipped.running)):
        words = [f"({'|'.join(rng.sample(rare, 6))}|{rng.choice(common)} {rng.choice(common)})" for _ in range(3)]
        rule = {
            "id": f"analysis.impact.local{k}", "title": "A local rule", "why": "To measure.", "owner": "bench", "gives": ["analysis.impact"],
            "match": {"any": [{"phrase": f"{rng.choice(lists)} ..6 <{w}>"} for w in words]},
            "tests": [{"silent": "Nothing.", "because": "no_match"}] * 6,
        }  # fmt: skip
        (folder / "analysis" / f"impact_local{k}.yaml").write_text(yaml.safe_dump(rule), encoding="utf-8")
    return Engine(load_rules(folder))


def run(benchmark: BenchmarkFixture, engine: Engine) -> None:
    notes = example_notes()
    for note in notes:  # the word cache and the indexes fill once, as they do in a long scan
        engine.hits(read_note(note))

    def fresh() -> tuple[tuple[Any, ...], dict[str, Any]]:
        return ([read_note(note) for note in notes],), {}

    benchmark.extra_info["sentences"] = sum(len(read_note(note).units) for note in notes)
    benchmark.extra_info["rules"] = len(engine.rules.running)
    benchmark.pedantic(lambda readings: [engine.hits(r) for r in readings], setup=fresh, rounds=7)


def test_matching_with_the_shipped_rules(benchmark: BenchmarkFixture) -> None:
    run(benchmark, Engine(load_rules()))


def test_matching_with_three_hundred_rules(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    run(benchmark, rules_at_scale(tmp_path))


def test_reading_notes(benchmark: BenchmarkFixture) -> None:
    notes = example_notes()
    benchmark.extra_info["sentences"] = sum(len(read_note(note).units) for note in notes)
    benchmark.pedantic(lambda: [read_note(note) for note in notes], rounds=7)


def test_privacy_gate(benchmark: BenchmarkFixture) -> None:
    from analyser.privacy.gate import find_identifiers

    notes = example_notes(1)
    find_identifiers(notes[0].text)
    benchmark.extra_info["notes"] = len(notes)
    benchmark.pedantic(lambda: [find_identifiers(note.text) for note in notes], rounds=5)
