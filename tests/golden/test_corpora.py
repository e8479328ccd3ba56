"""The invented cases are as many, as varied and as well agreed on as their datasheet says."""

from __future__ import annotations

from collections import Counter

import pytest

from analyser.codebook import INDICATORS
from analyser.evaluate.corpus import agreement, near_duplicates, sizes
from analyser.evaluate.labelled import LabelledCase, load_contrasts, load_labelled
from analyser.ingest import load_profile
from tests.conftest import ROOT

CORPORA = ROOT / "corpora"
SHEET = (CORPORA / "DATASHEET.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def cases() -> list[LabelledCase]:
    return load_labelled(CORPORA / "cases", load_profile("generic"))


def test_size_and_share_read_twice(cases: list[LabelledCase]) -> None:
    found = sizes(cases)
    assert found["cases"] >= 180
    assert found["notes"] >= 1600
    assert found["units"] >= 20000
    assert found["read_twice"] >= found["cases"] / 4
    for number in (found["cases"], found["notes"], found["units"], found["labelled_units"], found["read_twice"]):
        assert f"{number:,}" in SHEET


def test_held_out_styles_are_in_no_other_split(cases: list[LabelledCase]) -> None:
    styles: dict[str, set[str]] = {}
    for case in cases:
        styles.setdefault(case.facts["writing_style"], set()).add(case.facts["split"])
    held = {style for style, splits in styles.items() if "held_out" in splits}
    assert all(styles[style] == {"held_out"} for style in held)
    assert held == {"second_language", "lower_case", "third_person", "narrative_child"}
    assert all(style in SHEET for style in held)


def test_variety_of_teams_styles_anonymisation_and_ages(cases: list[LabelledCase]) -> None:
    assert len({c.facts["team_type"] for c in cases}) >= 12
    assert len({c.facts["writing_style"] for c in cases}) >= 12
    assert len({c.facts["anonymisation"] for c in cases}) >= 8
    for dimension in INDICATORS:
        grades = Counter(round(c.grades[dimension]) for c in cases)
        assert min(grades[g] for g in (1, 2, 3, 4)) >= 10, (dimension, grades)


def test_sentences_are_not_templates(cases: list[LabelledCase]) -> None:
    found = near_duplicates(cases)
    assert found["rate"] < 0.02
    assert f"{found['sentences']:,}" in SHEET
    assert f"{found['rate']:.1%}" in SHEET


def test_readers_agree_as_the_datasheet_says() -> None:
    found = agreement(CORPORA / "second_readings")
    for name, line in found["labels"].items():
        if name.endswith(":present"):
            assert line["f1"] >= 0.90
        if line["marks"] >= 10:
            assert f"| {name.split(':')[1]} | {line['f1']:.2f} | {line['marks']} |" in SHEET


def test_labels_are_those_of_the_codebook_and_units_lie_in_their_notes(cases: list[LabelledCase]) -> None:
    profile = load_profile("generic")
    contrasts = [n for p in sorted((CORPORA / "contrasts").glob("*.jsonl")) for n in load_contrasts(p, profile)]
    assert len(contrasts) >= 500
    known = {f"{d}.{i}:{s}" for d, found in INDICATORS.items() for i in found for s in ("present", "gap", "planned")}
    for case in [*cases, *contrasts]:
        for n in case.notes:
            assert {label for given in n.labels.values() for label in given} <= known
            assert all(0 <= a < b <= len(n.note.text) for a, b in n.units)
            assert all(0 <= k < len(n.units) for k in [*n.labels, *n.disputed])
