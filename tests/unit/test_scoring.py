"""Scores reflect content, breadth, recency and regularity; length, repetition and mention earn nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from analyser import Analyser
from analyser.codebook import DIMENSIONS
from analyser.contracts import CaseScore, Evidence, Note, NoteFacts
from analyser.pipeline import analyse_note
from analyser.scoring import score_case, score_note
from analyser.scoring.copies import first_occurrences

if TYPE_CHECKING:
    from analyser.contracts import NoteKind
    from analyser.pipeline import Bundle

START = datetime(2025, 1, 6, 10)


def facts(note_id: str, day: int, kind: NoteKind = "visit", words: int = 120) -> NoteFacts:
    when = START + timedelta(days=day)
    return NoteFacts("C1", note_id, day, when, when, "", "", kind, "worker", "Team 1", "", "7", words, words, 10)


def shown(note_id: str, *labels: str, status: str = "present") -> list[Evidence]:
    return [
        Evidence(
            "C1", note_id, k * 10, k * 10 + 5, *label.split("."), status, 0.9, "rule:x@1", unit=hash((note_id, label))
        )  # type: ignore[arg-type]
        for k, label in enumerate(labels)
    ]


def rich_case() -> tuple[list[NoteFacts], list[Evidence]]:
    notes, evidence = [], []
    for k in range(6):
        notes += [
            facts(f"v{k}", 30 * k),
            facts(f"s{k}", 30 * k + 5, "supervision"),
            facts(f"m{k}", 30 * k + 8, "management"),
        ]
        evidence += shown(
            f"v{k}",
            "child_voice.seen",
            "child_voice.seen_alone",
            "child_voice.words",
            "child_voice.wishes_feelings",
            "child_voice.observed",
            "child_voice.influence",
            "analysis.impact",
            "analysis.weighing",
            "analysis.hypothesis",
        )
        evidence += shown(
            f"s{k}",
            "supervision.session",
            "supervision.reflection",
            "supervision.smart",
            "supervision.previous_actions",
        )
        evidence += shown(
            f"m{k}",
            "management_oversight.decision",
            "management_oversight.rationale",
            "management_oversight.follow_up",
            "management_oversight.direction",
        )
    return notes, evidence


def test_a_rich_case_scores_high_and_waits() -> None:
    case = score_case(*rich_case())
    assert all((case.dimensions[d].value or 0) > 60 for d in DIMENSIONS)
    assert case.priority < 35


def test_a_score_says_how_uncertain_it_is() -> None:
    case = score_case(*rich_case())
    for d in DIMENSIONS:
        score = case.dimensions[d]
        assert 0 <= (score.low or 0) <= (score.value or 0) <= (score.high or 0) <= 100
        assert (score.high or 0) > (score.low or 0)


def test_a_case_with_nothing_found_scores_nought_and_is_read_first() -> None:
    notes, _ = rich_case()
    case = score_case(notes, [])
    assert all(case.dimensions[d].value == 0 for d in DIMENSIONS)
    assert case.priority > 90
    assert "No evidence" in case.dimensions["child_voice"].reason


@pytest.mark.parametrize("drop", range(0, 60, 7))
def test_more_evidence_never_lowers_a_score(drop: int) -> None:
    notes, evidence = rich_case()
    less = score_case(notes, evidence[:drop] + evidence[drop + 1 :])
    more = score_case(notes, evidence)
    for d in DIMENSIONS:
        assert (more.dimensions[d].value or 0) >= (less.dimensions[d].value or 0)


def test_repeating_an_indicator_in_one_note_earns_nothing() -> None:
    one = score_note(facts("n", 0), shown("n", "child_voice.words"))
    many = score_note(facts("n", 0), shown("n", *["child_voice.words"] * 9))
    assert one.dimensions["child_voice"].value == many.dimensions["child_voice"].value


def note(text: str, kind: NoteKind = "visit") -> Note:
    return Note(case_id="C1", note_id="n", text=text, kind=kind, author="worker", occurred_at=START)


CONTENT = "I saw Child A alone in her room. She told me she hates it when the door bangs. She drew the stairs black."
PADDING = (
    " The car park was full and the lift was out of order. Forms were sent to the housing office about the fence." * 12
)


def test_doubling_a_note_with_words_that_show_nothing_earns_nothing(bundle: Bundle) -> None:
    plain, padded = (analyse_note(note(text), bundle) for text in (CONTENT, CONTENT + PADDING))
    assert padded.facts.words > 2 * plain.facts.words
    before, after = (score_note(r.facts, r.evidence).dimensions["child_voice"].value for r in (plain, padded))
    assert before == after
    assert before is not None
    assert before > 30


@pytest.mark.parametrize(
    "text",
    [
        "Voice of the child captured. Lived experience considered. Wishes and feelings recorded.",
        "Management oversight provided. Case discussed, no further issues. Voice captured.",
        "Analysis: see above. Risk: low. History has been taken into account. Risks and strengths were weighed.",
    ],
)
def test_bare_mention_of_a_topic_earns_next_to_nothing(bundle: Bundle, text: str) -> None:
    for kind in ("visit", "assessment", "management"):
        result = analyse_note(note(text, kind), bundle)  # type: ignore[arg-type]
        scores = score_note(result.facts, result.evidence).dimensions
        assert max(s.value or 0 for s in scores.values()) <= 35, (kind, [e.label for e in result.evidence])


def test_an_administrative_note_is_not_applicable_and_not_nought() -> None:
    score = score_note(facts("n", 0, "admin", words=8), [])
    assert {s.state for s in score.dimensions.values()} == {"not_applicable"}
    assert all(s.value is None for s in score.dimensions.values())


def test_a_case_with_too_little_text_gets_no_score_and_a_reason() -> None:
    case = score_case([facts("n", 0, words=20)], [])
    assert {s.state for s in case.dimensions.values()} == {"not_enough"}
    assert all(s.value is None for s in case.dimensions.values())
    assert "Too little to say" in case.reasons[0]
    assert case.priority == 50


def test_copied_passages_count_once(bundle: Bundle) -> None:
    results = []
    for k in range(5):
        n = note(CONTENT).model_copy(
            update={"note_id": f"n{k}", "occurred_at": START + timedelta(days=30 * k), "row": k}
        )
        results.append(analyse_note(n, bundle))
    kept_facts, kept = first_occurrences((r.facts, r.evidence, r.units) for r in results)
    assert {e.note_id for e in kept} == {"n0"}
    assert [f.new_words for f in kept_facts][1:] == [0] * 4


def test_gaps_that_nobody_names_count_for_more_than_gaps_that_the_record_explains() -> None:
    notes = [facts("a", 0), facts("b", 40, "call"), facts("c", 120)]
    evidence = shown("a", "child_voice.seen") + shown("c", "child_voice.seen")
    silent = score_case(notes, evidence)
    named = score_case(notes, evidence + shown("b", "child_voice.seen", status="gap"))
    assert silent.priority > named.priority
    assert any("nothing in these notes says why" in r for r in silent.reasons)
    assert any("the record says so itself" in r for r in named.reasons)


def test_old_evidence_counts_less_than_recent_evidence() -> None:
    notes = [facts(f"n{k}", 30 * k) for k in range(10)]
    early, late = (score_case(notes, shown(n, "child_voice.words", "child_voice.seen")) for n in ("n0", "n9"))
    assert (late.dimensions["child_voice"].value or 0) > (early.dimensions["child_voice"].value or 0)


def test_reasons_speak_of_notes_and_never_say_not_done() -> None:
    case: CaseScore = score_case(rich_case()[0], [])
    for text in (*case.reasons, *(s.reason for s in case.dimensions.values())):
        assert "not done" not in text
        assert "failed" not in text


def test_python_interface_gives_frames() -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {"case_id": ["C1", "C1"], "note_id": ["1", "2"], "text": [CONTENT + PADDING, "TM agreed to close the case as nan is coping."],
         "note_type": ["Home visit", "TM decision"], "author_role": ["Social Worker", "Team Manager"], "occurred_at": pd.to_datetime(["2025-01-06", "2025-02-01"])}
    )  # fmt: skip
    frames = Analyser().analyse_frame(frame)
    assert set(frames.evidence["dimension"]) >= {"child_voice", "management_oversight"}
    assert list(frames.notes["note_id"]) == ["1", "2"]
    assert list(frames.cases["case_id"]) == ["C1"]
    with pytest.raises(ValueError, match="no column text"):
        Analyser().analyse_frame(frame.drop(columns="text"))
