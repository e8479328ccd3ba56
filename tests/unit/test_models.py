"""Models as they are shipped: checked before they are loaded, evidence with its source and its grounds."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from analyser import Analyser
from analyser.contracts import Note
from analyser.errors import ModelError
from analyser.evaluate.labelled import load_labelled
from analyser.ingest import load_profile
from analyser.model_engine import load_model
from analyser.model_engine.windows import plain
from analyser.pipeline import analyse_note
from analyser.resources import data_path
from analyser.text.reading import read_note
from analyser.tiers import load_bundle
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.pipeline import Bundle

SHIPPED = data_path("models")
WITH_MODELS = ("fast", "standard")
TEXT = (
    "Visited at teatime. She put the grey pebble for Dad right at the edge of the table and would not say why. "
    "Mum said the boiler is broken again. I think the pebble tells us how far away he feels to her."
)


@pytest.fixture(scope="module", params=WITH_MODELS)
def bundle(request: pytest.FixtureRequest) -> Bundle:
    return load_bundle(request.param, all_bands=True)


def note(text: str = TEXT) -> Note:
    return Note(case_id="C", note_id="n", text=text, note_type="Direct work", author_role="Social Worker",
                kind="direct_work", author="worker", age="7")  # fmt: skip


@pytest.mark.parametrize("tier", WITH_MODELS)
@pytest.mark.parametrize("harm", ["change", "remove", "add_kind"])
def test_a_model_folder_that_differs_from_its_manifest_is_refused(tier: str, harm: str, tmp_path: Path) -> None:
    folder = tmp_path / tier
    shutil.copytree(SHIPPED / tier, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    victim = folder / min(manifest["files"])
    if harm == "change":
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(bytes(content))
    elif harm == "remove":
        victim.unlink()
    else:
        (folder / "extra.pkl").write_bytes(b"x")
        manifest["files"]["extra.pkl"] = {"bytes": 1, "sha256": "0"}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError, match="CRA-4002"):
        load_model([tmp_path], tier)


def test_a_tier_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"CRA-4001.*wonder.*standard"):
        load_model([tmp_path, SHIPPED], "wonder")


def test_models_hold_data_and_no_code_and_stay_small() -> None:
    files = [p for p in SHIPPED.rglob("*") if p.is_file()]
    assert {p.suffix for p in files} <= {".json", ".onnx", ".safetensors", ".md"}
    assert sum(p.stat().st_size for p in files) < 120_000_000


def test_evidence_says_what_it_rests_on(bundle: Bundle) -> None:
    cases = load_labelled(ROOT / "corpora" / "cases", load_profile("generic"))[:3]
    seen = set()
    for labelled in (n for c in cases for n in c.notes):
        given = labelled.note
        for e in analyse_note(given, bundle).evidence:
            kind, name = e.source.split(":", 1)
            seen.add(kind)
            assert name.startswith(bundle.tier) or kind == "rule"
            assert 0 <= e.start < e.end <= len(given.text)
            assert 0.0 < e.confidence <= 1.0
            if kind == "model":
                words = [given.text[a:b] for a, b in e.trace["words"]]
                assert len(words) <= 3
                assert all(w.strip() for w in words)
                assert all(e.start <= a < b <= e.end for a, b in e.trace["words"])
            if kind == "combined":
                assert e.trace["rules"]
    assert "model" in seen
    assert ("combined" in seen) == (bundle.tier != "fast")


def test_only_a_reader_sees_what_only_needs_a_reader(bundle: Bundle) -> None:
    plain = load_bundle(bundle.tier)
    cases = load_labelled(ROOT / "corpora" / "cases", load_profile("generic"))[:2]
    notes = [n.note for c in cases for n in c.notes]
    everything = [e for n in notes for e in analyse_note(n, bundle).evidence]
    assert [e for n in notes for e in analyse_note(n, plain).evidence] == [e for e in everything if e.sure]
    assert any(not e.sure for e in everything)


def test_probabilities_are_probabilities_for_every_unit(bundle: Bundle) -> None:
    assert bundle.combined is not None
    reading = read_note(note())
    _, chances = bundle.combined.judge(note(), reading)
    assert chances.shape == (len(reading.units), len(bundle.combined.model.outputs))
    assert ((chances >= 0) & (chances <= 1)).all()


@pytest.mark.parametrize("text", ["", " \n\n ", "\x00", "…", "a" * 5000, "no end " * 3000, "é" * 300, "🙂🙂 🙂"])
def test_odd_notes_are_read_and_nothing_breaks(bundle: Bundle, text: str) -> None:
    for e in analyse_note(note(text), bundle).evidence:
        assert 0 <= e.start < e.end <= len(text)


def test_unobtrusive_evidence_is_found_without_a_key_word() -> None:
    found = Analyser(tier="standard").analyse(TEXT, note_type="Direct work", author_role="Social Worker", age="7")
    pebble = TEXT.index("She put")
    assert any(e.dimension == "child_voice" and e.start <= pebble + 5 < e.end for e in found)


def test_a_long_note_is_read_to_its_end() -> None:
    last = "I saw Child A alone in her bedroom and she told me that she hates the banging."
    text = "The lift was out of order and the forms went to housing. " * 400 + last
    found = Analyser(tier="standard").analyse(text, note_type="Home visit", author_role="Social Worker", age="7")
    assert any(e.dimension == "child_voice" and e.start >= text.index(last) for e in found)


@pytest.mark.parametrize("code", ["YP-0417", "CH-3", "SW-22", "NAME1"])
def test_bug_codes_with_a_hyphen_were_read_as_a_mark_and_a_loose_number(code: str) -> None:
    reading = read_note(note(f"Met {code} at the library."))
    assert "-" not in reading.units[0].low
    assert "_ at the library" in reading.units[0].low


def test_bug_a_hidden_date_was_read_as_a_box_left_blank() -> None:
    reading = read_note(note("Supervision was held on [DATE]."))
    assert plain(reading.units[0]) == "supervision was held on a date."
