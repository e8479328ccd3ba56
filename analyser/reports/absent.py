"""Kinds of notes that an export does not have at all: a low score may then tell of the export, not of the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def absent_kinds(run: Mapping[str, Any]) -> list[str]:
    """A sentence or two for each kind of note that is not in the export.

    Args:
        run: The content of ``run.json``; one of an earlier version does not count kinds, and nothing is said.
    """
    kinds, authors = run.get("note_kinds"), run.get("author_kinds", {})
    if not kinds:
        return []
    out = []
    if not kinds.get("supervision"):
        out.append(_words("supervision", "Supervision"))
    if not (kinds.get("management") or kinds.get("panel") or authors.get("manager")):
        out.append(_words("management", "Management oversight"))
    return out


def _words(kind: str, standard: str) -> str:
    return (
        f"There is no {kind} note at all among these notes. A low score for {standard} may only mean that such notes "
        "are kept elsewhere or were left out of the export; ask before you draw anything from it."
    )
