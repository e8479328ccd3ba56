"""Numbers with their words, so that one is not many."""

from __future__ import annotations


def count(number: int, word: str) -> str:
    """``1 note``, ``2 notes``."""
    return f"{number} {word}" + ("" if number == 1 else "s")
