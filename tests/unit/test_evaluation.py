"""Measuring: calibration, slices, swaps and behavioural tests say what they should of answers that are known."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from analyser.errors import InputError
from analyser.evaluate.behaviour import by_capability, load_items, run_items
from analyser.evaluate.calibration import calibration
from analyser.evaluate.card import CardFigures, digest_of, read_card, render, write_card
from analyser.evaluate.labelled import load_contrasts, load_labelled
from analyser.evaluate.measure import measure, summary
from analyser.evaluate.slices import slices
from analyser.evaluate.swaps import swapped, swaps
from analyser.evaluate.units import UnitRow
from analyser.ingest import load_profile
from analyser.reports.evaluation import evaluation_report
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.pipeline import Bundle

NAME = "child_voice:present"


def rows(chance: float, share: float, units: int = 1000) -> list[UnitRow]:
    given = [frozenset({NAME}) if k < share * units else frozenset() for k in range(units)]
    return [UnitRow("C", g, frozenset(), frozenset(), "visit", {NAME: chance}) for g in given]


def test_honest_probabilities_have_no_calibration_error_and_others_have_theirs() -> None:
    honest = calibration([*rows(0.05, 0.05), *rows(0.75, 0.75)], NAME)
    boastful = calibration([*rows(0.25, 0.05), *rows(0.95, 0.75)], NAME)
    assert honest is not None
    assert boastful is not None
    assert honest["ece"] == pytest.approx(0.0)
    assert boastful["ece"] == pytest.approx(0.2)
    assert boastful["brier"] > honest["brier"]
    assert [b[2] for b in honest["bins"]] == [1000, 1000]


def test_disputed_units_and_rules_alone_have_no_calibration() -> None:
    assert calibration([replace(r, chances={}) for r in rows(0.5, 0.5)], NAME) is None
    disputed = [replace(r, disputed=frozenset({NAME})) for r in rows(0.9, 0.1)]
    found = calibration([*disputed, *rows(0.25, 0.25)], NAME)
    assert found is not None
    assert found["ece"] == pytest.approx(0.0)


def test_slices_show_for_whom_more_is_missed() -> None:
    cases = load_labelled(ROOT / "corpora" / "cases", load_profile("generic"))[:2]
    styles = [c.facts["writing_style"] for c in cases]
    assert styles[0] != styles[1]
    given = frozenset({NAME})
    good = [UnitRow(cases[0].case_id, given, given, frozenset()) for _ in range(50)]
    poor = [UnitRow(cases[1].case_id, given, frozenset(), frozenset()) for _ in range(50)]
    found = slices(cases, [*good, *poor])["writing style"]
    assert found[styles[0]]["missed"] == 0.0
    assert found[styles[1]]["missed"] == 1.0
    few = slices(cases, [*good, *poor[:5]]).get("writing style", {})
    assert styles[1] not in few


@pytest.mark.parametrize(
    ("swap", "before", "after"),
    [
        ("other gender", "She said her mum took him to his dad's.", "He said his mum took her to her dad's."),
        ("other gender", "I asked her to draw. The girl hid.", "I asked him to draw. The boy hid."),
        ("they", "He told me she was cross.", "They told me they was cross."),
    ],
)
def test_swaps_say_the_same_of_somebody_else(swap: str, before: str, after: str) -> None:
    assert swaps()[swap](before) == after


def test_names_are_swapped_for_others_and_words_are_not() -> None:
    swapped_text = swaps()["names of other cultures"]("Ahmed's bag was by the door and Tomasz cried.")
    assert "Ahmed" not in swapped_text or "Tomasz" not in swapped_text
    assert "bag was by the door" in swapped_text


def test_swapping_keeps_labels_on_their_units(bundle: Bundle) -> None:
    cases = load_labelled(ROOT / "corpora" / "cases", load_profile("generic"))[:2]
    found = swapped(cases, bundle)
    assert set(found) == set(swaps())
    for line in found.values():
        assert abs(line["f1_before"] - line["f1_after"]) < 0.1
        assert line["changed"] < 0.15


def write_items(folder: Path, *items: dict[str, object]) -> None:
    base = {"note_type": "Home visit", "author_role": "Social worker", "age": "7", "must": [], "must_not": []}
    text = "\n".join(json.dumps({**base, **i}) for i in items)
    (folder / "items.jsonl").write_text(text, encoding="utf-8")


def test_behavioural_items_pass_and_fail_for_the_right_reason(tmp_path: Path, bundle: Bundle) -> None:
    text = "Mum made tea. I saw Child A alone in her bedroom. The bins were out."
    target = "I saw Child A alone in her bedroom."
    write_items(
        tmp_path,
        {"capability": "a", "text": text, "target": target, "must": ["child_voice:present"]},
        {"capability": "a", "text": text, "target": target, "must_not": ["child_voice:present"]},
        {"capability": "b", "text": text, "target": "The bins were out.", "must_not": ["child_voice:present"]},
    )
    results = run_items(load_items(tmp_path, load_profile("generic")), bundle)
    assert [passed for _, passed in results] == [True, False, True]
    assert by_capability(results)["a"]["rate"] == 0.5


@pytest.mark.parametrize("broken", ['{"capability": "a"}', "no json", '{"capability":"a","text":"x","target":"y"}'])
def test_a_line_that_is_no_item_is_named_in_one_sentence(tmp_path: Path, broken: str) -> None:
    (tmp_path / "items.jsonl").write_text(broken, encoding="utf-8")
    with pytest.raises(InputError, match="line 1 is no behavioural test"):
        load_items(tmp_path, load_profile("generic"))


def test_contrast_notes_become_notes_with_their_labels(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    line = {"group": 1, "what": "w", "note_type": "Home visit", "author_role": "SW", "age": "7",
            "sentences": [["I saw Ravi.", ["child_voice.seen:present"]], ["\n- Bins out.", []]]}  # fmt: skip
    path.write_text(json.dumps(line), encoding="utf-8")
    (case,) = load_contrasts(path, load_profile("generic"))
    (note,) = case.notes
    assert note.note.text == "I saw Ravi.\n- Bins out."
    assert [note.note.text[a:b] for a, b in note.units] == ["I saw Ravi.", "- Bins out."]
    assert note.labels == {0: frozenset({"child_voice.seen:present"})}
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="no contrast note"):
        load_contrasts(path, load_profile("generic"))


def test_page_and_card_hold_the_figures_and_no_note_text(tmp_path: Path, bundle: Bundle) -> None:
    cases = load_labelled(ROOT / "corpora" / "cases", load_profile("generic"))[:3]
    figures = summary(measure(cases, bundle))
    tests = {"negation": {"items": 24, "passed": 23, "rate": 0.958, "low": 0.8, "high": 0.99}}
    page = evaluation_report(figures, tests, bundle.versions, "A title")
    assert "<built-in" not in page
    assert ">24<" in page
    assert "96 %" in page
    card = CardFigures(bundle.versions, digest_of(cases), None, figures, tests)
    write_card(tmp_path, "rules", card)
    assert read_card(tmp_path, "rules") == json_again(card)
    written = (tmp_path / "rules.md").read_text(encoding="utf-8")
    assert written == render("rules", read_card(tmp_path, "rules"))
    sentence = next(n.note.text for n in cases[0].notes)[:60]
    assert sentence not in page
    assert sentence not in written


def json_again(card: CardFigures) -> CardFigures:
    """As it comes back from a file: tuples are lists."""
    return replace(card, figures=json.loads(json.dumps(card.figures)))


def test_a_card_knows_when_its_cases_were_labelled_anew() -> None:
    cases = load_labelled(ROOT / "corpora" / "cases", load_profile("generic"))[:1]
    note = cases[0].notes[0]
    other = replace(cases[0], notes=(replace(note, labels={}), *cases[0].notes[1:]))
    assert digest_of(cases) != digest_of([other])
