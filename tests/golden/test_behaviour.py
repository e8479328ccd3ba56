"""Behavioural tests, capability by capability, on the default tier; and cards that are not out of date."""

from __future__ import annotations

import pytest

from analyser.evaluate.behaviour import by_capability, load_items, run_items
from analyser.evaluate.card import CardFigures, digest_of, read_card, render
from analyser.evaluate.labelled import load_labelled
from analyser.evaluate.measure import measure, summary
from analyser.ingest import load_profile
from analyser.tiers import DEFAULT, load_bundle
from tests.conftest import ROOT

CARDS = ROOT / "docs" / "cards"
TIERS = sorted(p.stem for p in CARDS.glob("*.json"))


def test_there_are_enough_items_and_both_kinds_of_each() -> None:
    items = load_items(ROOT / "corpora" / "behaviour", load_profile("generic"))
    assert len(items) >= 400
    capabilities = {i.capability for i in items}
    assert len(capabilities) >= 15
    for capability in capabilities:
        mine = [i for i in items if i.capability == capability]
        assert any(i.must for i in mine)
        assert any(i.must_not for i in mine)


def test_every_capability_is_about_as_good_as_it_was() -> None:
    items = load_items(ROOT / "corpora" / "behaviour", load_profile("generic"))
    found = by_capability(run_items(items, load_bundle(DEFAULT)))
    known = read_card(CARDS, DEFAULT).behaviour or {}
    assert {c: line["rate"] for c, line in found.items()} == {c: line["rate"] for c, line in known.items()}


@pytest.mark.parametrize("tier", TIERS)
def test_cards_are_up_to_date(tier: str) -> None:
    card = read_card(CARDS, tier)
    bundle = load_bundle(tier)
    cases = [
        c for c in load_labelled(ROOT / "corpora" / "cases", load_profile("generic")) if c.facts["split"] == card.split
    ]
    assert card.versions == bundle.versions, "measure again: analyser evaluate corpora/cases --card docs/cards"
    assert card.cases == digest_of(cases)
    assert (CARDS / f"{tier}.md").read_text(encoding="utf-8") == render(tier, card)
    again = summary(measure(cases, bundle))
    for status in ("present", "gap"):
        for d, line in card.figures[status].items():
            # 8-bit sums differ a little from one kind of processor to another
            assert again[status][d]["f1"] == pytest.approx(line["f1"], abs=0.01), (tier, status, d)
    assert isinstance(card, CardFigures)
