"""What counts for how much. Every number that scoring uses stands here; docs/scores.md explains them to people."""

from __future__ import annotations

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
CASE_SATURATION: Final[dict[Dimension, float]] = {
    "child_voice": 3.2, "management_oversight": 3.2, "supervision": 3.0, "analysis": 3.2,
}  # fmt: skip
# A case's score: what is there (content and breadth), how regularly, how recently.
SHARES: Final[dict[str, float]] = {"content": 0.62, "regularity": 0.23, "recency": 0.15}
NOTES_TO_FULL_DEPTH: Final = 3.0  # notes that show an indicator before more of the same adds little
RECENT_DAYS: Final = 92
ADMIN_WORDS: Final = 12  # a shorter note without evidence is not applicable
ENOUGH_WORDS: Final = 150  # new words in applicable notes below which nothing is said of a case
ENOUGH_NOTES: Final = 2

# Priority: how much each dimension's lack counts, and what gaps add.
PRIORITY_SHARES: Final[dict[Dimension, float]] = {
    "child_voice": 0.34, "management_oversight": 0.24, "supervision": 0.16, "analysis": 0.26,
}  # fmt: skip
UNNAMED_GAP: Final = 9.0
NAMED_GAP: Final = 3.0
MOST_FROM_GAPS: Final = 25.0
NOT_SEEN_DAYS: Final = 56
NO_SUPERVISION_DAYS: Final = 62
NO_MANAGER_DAYS: Final = 92
UNDECIDED_PRIORITY: Final = 50.0
