"""What is kept of notes that were read, and the cases put together from it, on both databases."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from analyser.contracts import Note
from analyser.pipeline import analyse_note
from analyser.scoring import score_case
from analyser.scoring.copies import first_occurrences
from analyser.store import Reach
from analyser.store.results import case_of, notes_of_case, sealed_text, versions_of
from service.keeping import check_reach, keep
from service.problems import Problem

if TYPE_CHECKING:
    from analyser.pipeline import Bundle, NoteResult
    from analyser.store import Store

ALL = Reach("north-county", None)
NORTH = Reach("north-county", frozenset({"north"}))
SEEN = "I saw Child A alone in her bedroom. She told me that she hates the stairs. "


def _read(
    bundle: Bundle, note_id: str, day: int, text: str = SEEN, *, case_id: str = "C1", team: str = "north"
) -> NoteResult:
    note = Note(
        case_id=case_id, note_id=note_id, text=text * 12, occurred_at=datetime(2026, 3, day, 10), note_type="Home visit",
        author_role="Social worker", kind="visit", author="worker", team=team, plan_type="CIN", age="7",
    )  # fmt: skip
    return analyse_note(note, bundle)


def test_a_case_has_the_scores_of_a_scan_of_its_notes(store: Store, bundle: Bundle) -> None:
    notes = [_read(bundle, "n2", 9, "Mum said he is fine. "), _read(bundle, "n1", 2)]
    for note in notes:  # they come one at a time, and not in order
        with store.write() as connection:
            keep(connection, ALL, [note], bundle.versions)
    with store.read() as connection:
        case = case_of(connection, ALL, "C1")
        stored = notes_of_case(connection, "north-county", "C1")
    assert case is not None
    assert case.score == score_case(*first_occurrences((n.facts, n.evidence, n.units) for n in notes))
    assert [n.facts.note_id for n in stored] == ["n1", "n2"]
    assert [n.facts for n in stored] == [notes[1].facts, notes[0].facts]
    with store.read() as connection:
        assert versions_of(connection, case.versions_id) == bundle.versions


def test_a_note_that_is_sent_again_replaces_itself(store: Store, bundle: Bundle) -> None:
    with store.write() as connection:
        keep(connection, ALL, [_read(bundle, "n1", 2)], bundle.versions, {("C1", "n1"): b"sealed"})
    with store.write() as connection:
        keep(connection, ALL, [_read(bundle, "n1", 3)], bundle.versions)
    with store.read() as connection:
        (note,) = notes_of_case(connection, "north-county", "C1")
        assert (note.facts.when, note.text_kept) == (datetime(2026, 3, 3, 10), False)
        assert sealed_text(connection, "north-county", "C1", "n1") is None


def test_nobody_sees_a_case_of_another_authority_or_team(store: Store, bundle: Bundle) -> None:
    with store.write() as connection:
        keep(connection, NORTH, [_read(bundle, "n1", 2)], bundle.versions)
    with store.read() as connection:
        assert case_of(connection, NORTH, "C1") is not None
        assert case_of(connection, ALL, "C1") is not None
        assert case_of(connection, Reach("north-county", frozenset({"south"})), "C1") is None
        assert case_of(connection, Reach("north-county"), "C1") is None
        assert case_of(connection, Reach("south-county", None), "C1") is None


def test_a_team_cannot_take_over_the_case_of_another(store: Store, bundle: Bundle) -> None:
    with store.write() as connection:
        keep(connection, ALL, [_read(bundle, "n1", 2, team="south")], bundle.versions)
    with pytest.raises(Problem, match="CRA-8012"), store.write() as connection:
        keep(connection, NORTH, [_read(bundle, "n9", 9)], bundle.versions)
    with store.read() as connection, pytest.raises(Problem):
        check_reach(connection, NORTH, [("C2", "south")])
    with store.read() as connection:
        assert [n.facts.note_id for n in notes_of_case(connection, "north-county", "C1")] == ["n1"]


def test_kept_text_is_given_back_as_it_was_sealed(store: Store, bundle: Bundle) -> None:
    with store.write() as connection:
        keep(connection, ALL, [_read(bundle, "n1", 2)], bundle.versions, {("C1", "n1"): b"sealed"})
    with store.read() as connection:
        assert sealed_text(connection, "north-county", "C1", "n1") == b"sealed"
        assert notes_of_case(connection, "north-county", "C1")[0].text_kept
