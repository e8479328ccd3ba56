"""What counts for how much: what was judged stands here, what was fitted to readers' grades in ``fitted.json``.

docs/scores.md explains both to people. ``analyser train`` writes ``scores.json`` in the shape of ``fitted.json``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from analyser.codebook import Dimension

# Weight of an indicator within its dimension. Those that tell good recording from poor weigh most
# (docs/scores.md, "Which indicators weigh most"); what can be written without content weighs least.
INDICATOR_WEIGHTS: Final[dict[Dimension, dict[str, float]]] = {
    "child_voice": {
        "seen": 0.6, "seen_alone": 0.9, "words": 1.3, "wishes_feelings": 1.2, "observed": 1.0, "lived_experience": 1.1,
        "direct_work": 0.9, "influence": 1.5,
    },
    "management_oversight": {
        "decision": 1.1, "rationale": 1.4, "direction": 1.0, "timescale": 0.9, "sign_off": 0.3, "follow_up": 1.4,
        "challenge": 1.0, "independent_review": 0.7,
    },
    "supervision": {
        "session": 0.8, "reflection": 1.6, "actions": 0.9, "smart": 1.0, "previous_actions": 1.3, "worker_view": 0.9,
    },
    "analysis": {
        "impact": 1.4, "weighing": 1.3, "history": 1.1, "evidence_base": 0.9, "hypothesis": 1.3, "research": 0.5,
        "change": 1.0, "drift": 0.7,
    },
}  # fmt: skip

# Kinds of note in which a reader would look for a dimension.
COULD_SHOW: Final[dict[Dimension, frozenset[str]]] = {
    "child_voice": frozenset(
        {"visit", "direct_work", "contact_session", "meeting", "review", "assessment", "school", "missing", "strategy", "summary", "court"}
    ),
    "management_oversight": frozenset({"management", "supervision", "panel", "review", "strategy", "transfer"}),
    "supervision": frozenset({"supervision"}),
    "analysis": frozenset(
        {"visit", "assessment", "review", "meeting", "summary", "supervision", "management", "strategy", "court", "panel",
         "missing", "transfer", "referral"}
    ),
}  # fmt: skip

NOTE_SATURATION: Final = 2.6  # weight of indicators in one note that brings it to 63 of 100
NOTES_TO_DEPTH: Final = 1.5  # notes that show an indicator until it has earned 63 of 100; more of the same adds little
RECENT_DAYS: Final = 92
ADMIN_WORDS: Final = 12  # a shorter note without evidence is not applicable
ENOUGH_WORDS: Final = 150  # new words in applicable notes below which nothing is said of a case
ENOUGH_NOTES: Final = 2

# Priority: what stretches of time without evidence add.
UNNAMED_GAP: Final = 4.0
NAMED_GAP: Final = 1.0
MOST_FROM_GAPS: Final = 12.0
NOT_SEEN_DAYS: Final = 56
NO_SUPERVISION_DAYS: Final = 62
NO_MANAGER_DAYS: Final = 92
UNDECIDED_PRIORITY: Final = 50.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """Numbers that were fitted to readers' grades of whole cases (Lawson and Hanson 1974: none is below nought).

    Attributes:
        parts: By dimension, points of grade (1 to 4) that each part of a case's record is worth: its indicators,
            ``regularity``, ``recency``, ``share`` of notes.
        spread: By dimension, the 10th and 90th percentile of readers' grade less fitted grade, in points of score.
        priority: By dimension, what its lack counts for in priority; they add up to 1.
    """

    parts: dict[Dimension, dict[str, float]]
    spread: dict[Dimension, tuple[float, float]]
    priority: dict[Dimension, float]


@cache
def fitted() -> Fitted:
    """The fitted numbers that are shipped."""
    data = json.loads((Path(__file__).parent / "fitted.json").read_text(encoding="utf-8"))
    spread = {d: (low, high) for d, (low, high) in data["spread"].items()}
    return Fitted(data["parts"], spread, data["priority"])
