"""A list of the right words is evidence of nothing, in every tier; a sentence that uses some of them may be."""

from __future__ import annotations

import pytest

from analyser import Analyser
from analyser.text.listing import is_list_of_terms

LISTS = (
    "Seen, alone, words, wishes and feelings, observed, influence (prompts).",
    "Analysis; impact; weighing; history; evidence base.",
    "Robust, rigorous, evidence-based, holistic and child-centred analysis of risk, harm and impact.",
    "- reflective, curious, SMART, bias, emotional impact",
)
SENTENCES = (
    "Present: mum, dad, SW, IRO, health visitor.",
    "She was seen alone, said she hates the stairs, drew them black, and wants nan.",
    "Decision: close, as nan is coping, school has no worries, and he asked for it.",
    "Risk, harm and history were weighed.",
    "Actions: SW to visit by Friday, TM to ring housing, review in four weeks, letter to dad.",
)


@pytest.mark.parametrize("text", LISTS)
def test_lists_of_the_codebooks_words_are_known_as_such(text: str) -> None:
    assert is_list_of_terms(text.lower())


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences_with_commas_are_not_taken_for_lists_of_words(text: str) -> None:
    assert not is_list_of_terms(text.lower())


@pytest.mark.parametrize("tier", ["rules", "fast", "standard"])
def test_no_tier_is_taken_in_by_a_list_of_words(tier: str) -> None:
    analyser = Analyser(tier=tier)
    for text in LISTS:
        found = analyser.analyse(f"{text} The lift was out.", note_type="Case supervision", author_role="Team manager")
        assert [e.label for e in found if e.start < len(text)] == [], text
