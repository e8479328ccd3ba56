"""Teams and months: what is hidden cannot be worked out from what is shown."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from types import SimpleNamespace
from typing import Any

from analyser.codebook import DIMENSIONS
from analyser.scoring import team_periods


def _notes(team: str, month: int, cases: int) -> list[Any]:
    state = SimpleNamespace(state="scored", notes_that_did=1, value=50.0)
    score = SimpleNamespace(dimensions=dict.fromkeys(DIMENSIONS, state))
    return [
        (SimpleNamespace(team=team, when=datetime(2024, month, 1), case_id=f"{team}{k}"), score) for k in range(cases)
    ]


def _shown(*notes: list[Any]) -> dict[tuple[str, str], int | None]:
    return {(t.team, t.month): t.cases for t in team_periods(chain(*notes), [])}


def test_bug_counts_of_small_cells_are_shown() -> None:
    periods = team_periods(_notes("A", 1, 1), [])
    assert [(t.cases, t.notes, t.shares[DIMENSIONS[0]]) for t in periods] == [(None, None, None)] * 2


def test_bug_a_hidden_month_can_be_told_by_subtraction() -> None:
    shown = _shown(_notes("A", 1, 1), _notes("A", 2, 9), _notes("A", 3, 7), _notes("B", 1, 6))
    assert shown == {
        ("A", ""): 9, ("A", "2024-01"): None, ("A", "2024-02"): 9, ("A", "2024-03"): None,
        ("B", ""): 6, ("B", "2024-01"): 6,
    }  # fmt: skip
