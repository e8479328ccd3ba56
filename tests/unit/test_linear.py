"""The linear reader's own hashing gives what scikit-learn's gives, and what it shows is what weighed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.feature_extraction import FeatureHasher
from sklearn.preprocessing import normalize

from analyser.contracts import Note
from analyser.model_engine import linear
from analyser.model_engine.linear import BITS, column_of, hashed
from analyser.model_engine.stack import Stack
from analyser.rules_engine import Engine, RuleSet, load_rules
from analyser.text.reading import read_note
from analyser.tiers import load_bundle

if TYPE_CHECKING:
    from analyser.text.reading import Reading

NOTES = {
    "plain": 'I saw Child A alone at home. She said "I hate the stairs" - twice! Mum was in the kitchen.\n\nPlan: visit again in 2 weeks.',
    "one unit": "Seen.",
    "empty unit": "§§§§ ££££",
    "accents": "Ça va, said Zoë’s aunt; naïve café talk. " * 3,
    "mail": "From: Social worker\nTo: Team manager\nSubject: visit\n\nI am worried about the baby.",
    "long": "and then she went to school and came home " * 40 + ".",
}  # fmt: skip


def reading_of(text: str, age: str = "7") -> Reading:
    return read_note(Note(case_id="c", note_id="n", text=text, note_type="Home visit", kind="visit", age=age))


def names(reading: Reading, note_type: str, author_role: str) -> list[list[str]]:
    """The features in words, as the shipped model was trained on them."""
    words = [linear._WORD.findall(linear.plain(unit))[:60] for unit in reading.units]
    kind = reading.kind[:6]
    age = "?" if reading.age_years is None else str(int(reading.age_years) // 4)
    out = []
    for k, (unit, own) in enumerate(zip(reading.units, words, strict=True)):
        found = [*own, *map(" ".join, pairwise(own)), *(f"{kind}|{w}" for w in own)]
        found += [f"<{w}" for w in words[k - 1]] if k else []
        found += [f">{w}" for w in words[k + 1]] if k + 1 < len(words) else []
        found += [f"t={w}" for w in linear._WORD.findall(f"{note_type} {author_role}".lower())]
        length = sum(len(own) >= n for n in (1, 3, 6, 10, 16, 24, 40))
        found += [
            f"k={kind}", f"w={unit.writer}", f"kw={kind}{unit.writer}", f"s={unit.section}", f"ks={kind}{unit.section}",
            f"n={length}", f"a={age}", f"p={min(k, 4)}", f"l={reading.letter}", f"b={unit.bare_heading}",
            f"m={unit.mail_header}{unit.quoted_mail}",
        ]  # fmt: skip
        out.append(found)
    return out


@pytest.mark.parametrize("text", NOTES.values(), ids=NOTES.keys())
def test_rows_are_those_of_a_feature_hasher(text: str) -> None:
    reading = reading_of(text, age="" if text.startswith("Seen") else "7")
    expected = FeatureHasher(1 << BITS, input_type="string", dtype=np.float32, alternate_sign=False).transform(
        names(reading, "Home visit", "Social worker")
    )
    expected.data = np.minimum(expected.data, 1.0)
    expected = normalize(expected)
    found = hashed(reading, "Home visit", "Social worker")
    assert found.shape == expected.shape
    assert (found.indptr == expected.indptr).all()
    assert (found.indices == expected.indices).all()
    assert (found.data == expected.data).all()  # to the last bit: thresholds stand on these numbers


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "_MOST_WORDS", 8)
    monkeypatch.setattr(linear, "_words_so_far", [])
    many = reading_of(NOTES["plain"])
    first = hashed(many, "", "")
    assert len(linear._words()) == 0  # it was full, so a new table stands ready
    again = hashed(many, "", "")
    assert (first != again).nnz == 0
    monkeypatch.setattr(linear, "_words_so_far", [])
    monkeypatch.setattr(linear, "_MOST_WORDS", 1 << 15)
    assert (first != hashed(many, "", "")).nnz == 0


def test_words_shown_are_the_three_of_most_weight_and_lie_in_the_unit() -> None:
    bundle = load_bundle("fast")
    assert bundle.combined is not None
    reader = bundle.combined.model._reader
    reading = reading_of(NOTES["plain"])
    done = reader.read(reading, "Home visit", "")
    output = reader.outputs.index("child_voice.words:present")
    for unit in reading.units:
        shown = reader.weightiest(done, unit, output)
        assert shown == reader.weightiest(done, unit, output)
        words = [m.span() for m in linear._LONG_WORD.finditer(linear.plain(unit))]
        weight = {s: float(reader._weight[column_of(unit.low[slice(*s)]), output]) for s in words}  # type: ignore[attr-defined]
        assert set(shown) <= set(words)
        assert shown == sorted(sorted((s for s in words if weight[s] > 0), key=lambda s: (-weight[s], -s[0]))[:3])


def test_no_rules_and_rules_that_found_nothing_are_the_same() -> None:
    outputs = ("analysis:present", "analysis.impact:present")
    stack = Stack(outputs, np.array([[0.7, 1.1, 0.2, -2.0], [1.3, 0.4, 0.1, -1.0]]), {}, {})
    logits = np.array([[-1.5, 0.25], [2.0, 3.125], [0.0, -7.0]], np.float32)
    silent = stack.probabilities(logits, np.zeros_like(logits))
    assert np.abs(stack.probabilities(logits, None) - silent).max() < 1e-15


def test_rules_are_read_when_something_asks() -> None:
    asked: list[int] = []

    def read() -> RuleSet:
        asked.append(1)
        return load_rules()

    engine = Engine(read)
    assert not asked
    reading = reading_of(NOTES["plain"])
    assert [h.rule for h in engine.hits(reading)] == [h.rule for h in Engine(load_rules()).hits(reading)]
    assert len(asked) == 1


def test_the_fast_tier_reads_without_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = load_bundle("fast", rules_when_asked=True)
    note = Note(case_id="c", note_id="n", text=NOTES["plain"], note_type="Home visit", kind="visit")
    expected = load_bundle("fast").evidence(note, read_note(note))
    monkeypatch.setattr(Engine, "rules", property(lambda _: pytest.fail("asked for rules")))
    assert bundle.evidence(note, read_note(note)) == expected
    assert expected
