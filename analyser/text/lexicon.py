"""Shipped word lists: first names, surnames, English words. Loaded once, when first asked for."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

_DATA = Path(__file__).resolve().parent / "data"


@cache
def first_names() -> frozenset[str]:
    """First names of many cultures that are not English words, capitalised."""
    return _lines("first_names.txt")


@cache
def ambiguous_first_names() -> frozenset[str]:
    """First names that are words as well (Grace, May, Will), capitalised."""
    return _lines("first_names_that_are_words.txt")


@cache
def surnames() -> frozenset[str]:
    """Surnames that are not English words, capitalised."""
    return _lines("surnames.txt")


@cache
def english_words() -> frozenset[str]:
    """British English words in lower case, inflected forms included."""
    return frozenset(gzip.decompress((_DATA / "english_words.txt.gz").read_bytes()).decode("utf-8").split())


@cache
def capitalised_words() -> frozenset[str]:
    """Words written with a capital that are no person: days, places, peoples, tongues, makers, scales, characters."""
    return _lines("capitalised_words.txt")


def _lines(name: str) -> frozenset[str]:
    return frozenset((_DATA / name).read_text(encoding="utf-8").split())
