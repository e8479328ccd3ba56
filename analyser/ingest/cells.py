"""Cells of an export: as text, as yes or no, as ids; what is none of them is refused in plain words."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_YES: Final = re.compile(r"(?:[a-z]\) ?)?(?:y|yes|true|1|child seen(?: alone)?|seen(?: alone)?)", re.IGNORECASE)
_NO: Final = re.compile(r"(?:[a-z]\) ?)?(?:n|no|false|0|(?:child )?not seen.*|child seen with others?)", re.IGNORECASE)
_LONGEST_ID: Final = 200
# An id has a digit and no space; a piece of a sentence that slipped into an id's column seldom has both.
_LIKE_AN_ID: Final = re.compile(r"(?=\S*\d)[\w@#=+/.:|()\[\]{}&~-]{1,80}")
_CALLED: Final = {
    "case_id": "case or person id", "note_id": "note id", "occurred_at": "event date", "recorded_at": "recording date",
    "note_type": "note type", "author_role": "role of the writer", "plan_type": "plan type", "seen_alone": "seen alone",
}  # fmt: skip
# Line breaks, escape sequences of terminals, marks that turn the direction of writing, halves of a character.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def called(name: str) -> str:
    """A field in the words of a message."""
    return _CALLED.get(name, name)


def as_text(value: object) -> str:
    """A cell as text; whole numbers that a spreadsheet turned into 123.0 lose their nought."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def as_flag(value: object) -> bool | None:
    """A tick box: ticked, not ticked, or ``None`` where the cell says neither."""
    text = as_text(value).strip()
    if _NO.fullmatch(text):
        return False
    return True if _YES.fullmatch(text) else None


def check_kind(name: str, value: object) -> None:
    """See that a cell is one value, and that it can be written.

    Args:
        name: Field of a note.
        value: Its cell.

    Raises:
        ValueError: It is a list, an object or bytes (JSON Lines and Parquet have such), or holds half a character.
    """
    if isinstance(value, (list, dict, tuple, bytes)) or (name == "text" and isinstance(value, bool)):
        raise ValueError(f"the {called(name)} is no text but a list, an object or the like")
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise ValueError(f"the {called(name)} holds half a character")


def check_id(name: str, value: str) -> None:
    """See that an id can be shown and written safely.

    Raises:
        ValueError: It is missing, too long, or holds what cannot be seen.
    """
    if not value:
        raise ValueError(f"no {called(name)}")
    if len(value) > _LONGEST_ID:
        raise ValueError(f"the {called(name)} is longer than {_LONGEST_ID} characters")
    if any(unicodedata.category(c) in _UNSEEN for c in value):
        raise ValueError(f"the {called(name)} holds line breaks or invisible characters")


def shown_id(value: object) -> str:
    """The id of a row that is rejected, for the list of rejections; empty where it may be text that slipped there."""
    text = as_text(value).strip() if isinstance(value, (str, int, float)) else ""
    return text if _LIKE_AN_ID.fullmatch(text) else ""
