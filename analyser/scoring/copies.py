"""Passages that were copied from one note into the next: they count once, in the earliest note."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyser.contracts import Evidence, NoteFacts


def first_occurrences(
    notes: Iterable[tuple[NoteFacts, tuple[Evidence, ...], tuple[tuple[int, int], ...]]],
) -> tuple[list[NoteFacts], list[Evidence]]:
    """Leave out what an earlier note of the case has word for word.

    Args:
        notes: Facts, evidence and units (hash, words) of all notes of one case, in any order.

    Returns:
        The facts with ``new_words`` filled in, and the evidence that is not copied, both in order of time.
    """
    ordered = sorted(notes, key=lambda n: (n[0].when is None, n[0].when, n[0].row))
    seen: set[int] = set()
    facts: list[NoteFacts] = []
    kept: list[Evidence] = []
    for fact, evidence, units in ordered:
        own: set[int] = set()
        new_words = 0
        for digest, words in units:
            if not digest or (digest not in seen and digest not in own):
                new_words += words
            if digest:
                own.add(digest)
        facts.append(replace(fact, new_words=new_words))
        kept.extend(e for e in evidence if e.unit not in seen)
        seen |= own
    return facts, kept
