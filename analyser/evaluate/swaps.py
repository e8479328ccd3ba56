"""Swaps that must change nothing: the same notes with the other gender, with they, with names of other cultures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import DIMENSIONS
from analyser.evaluate.measure import measure
from analyser.evaluate.units import figures
from analyser.text.lexicon import ambiguous_first_names, first_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyser.evaluate.labelled import LabelledCase, LabelledNote
    from analyser.pipeline import Bundle

_PAIRS: Final = (
    ("she", "he"), ("herself", "himself"), ("hers", "his"), ("girl", "boy"), ("girls", "boys"), ("daughter", "son"),
    ("sister", "brother"), ("granddaughter", "grandson"), ("niece", "nephew"), ("she's", "he's"), ("she'd", "he'd"),
    ("she'll", "he'll"),
)  # fmt: skip
_OTHER: Final = dict(_PAIRS) | {b: a for a, b in _PAIRS if b != "his"}
_THEY: Final = {
    "she": "they", "he": "they", "her": "them", "him": "them", "his": "their", "hers": "theirs", "herself": "themself",
    "himself": "themself",
}  # fmt: skip
_NAMES: Final = (
    "Adaeze", "Agnieszka", "Ahmed", "Aoife", "Bilal", "Chiamaka", "Dilan", "Eirlys", "Fatou", "Gurpreet", "Hamza",
    "Ioana", "Kwame", "Linh", "Mihai", "Nasra", "Oluwaseun", "Parveen", "Rhian", "Saoirse", "Tariq", "Xiu", "Yusuf",
)  # fmt: skip
_WORD: Final = re.compile(r"[A-Za-z']+")
_AFTER_HER: Final = re.compile(r"\s+[a-z]")
_NOT_OWNED: Final = frozenset(
    "to and but that if when in on at for with from as because so by or not again up out about this before".split()
)


def swaps() -> dict[str, Callable[[str], str]]:
    """Swaps by name; each takes a note's text and gives one that says the same of somebody else."""
    return {"other gender": _other_gender, "they": _they, "names of other cultures": _other_names}


def swapped(cases: Sequence[LabelledCase], bundle: Bundle) -> dict[str, dict[str, Any]]:
    """Measure what swaps change.

    Args:
        cases: Labelled cases.
        bundle: What is measured.

    Returns:
        By swap: ``f1`` of present over all dimensions together before and after, and ``changed``, the share of units
        whose marked dimensions differ.
    """
    before = measure(cases, bundle).rows
    out = {}
    for name, swap in swaps().items():
        after = measure([replace(c, notes=tuple(_note(n, swap) for n in c.notes)) for c in cases], bundle).rows
        changed = sum(_marked(a.found) != _marked(b.found) for a, b in zip(before, after, strict=True))
        out[name] = {
            "f1_before": _f1(before),
            "f1_after": _f1(after),
            "changed": round(changed / max(1, len(before)), 4),
        }
    return out


def _note(labelled: LabelledNote, swap: Callable[[str], str]) -> LabelledNote:
    """A note with its units swapped one by one, so that labels stay on their units."""
    text, units, end = "", [], 0
    for a, b in labelled.units:
        text += labelled.note.text[end:a]
        start = len(text)
        text += swap(labelled.note.text[a:b])
        units.append((start, len(text)))
        end = b
    text += labelled.note.text[end:]
    return replace(labelled, note=labelled.note.model_copy(update={"text": text}), units=tuple(units))


def _other_gender(text: str) -> str:
    def other(m: re.Match[str]) -> str:
        word = m[0]
        low = word.lower()
        if low == "her":
            follows = _AFTER_HER.match(text, m.end())
            following = _WORD.search(text, m.end())
            owned = follows and following is not None and following[0].lower() not in _NOT_OWNED
            return _cased(word, "his" if owned else "him")
        return _cased(word, {"his": "her", "him": "her"}.get(low) or _OTHER.get(low, word))

    return _WORD.sub(other, text)


def _they(text: str) -> str:
    return _WORD.sub(lambda m: _cased(m[0], _THEY.get(m[0].lower(), m[0])), text)


def _other_names(text: str) -> str:
    known, unclear = first_names(), ambiguous_first_names()

    def other(m: re.Match[str]) -> str:
        name, owns, _ = m[0].partition("'s")
        if name not in known or name in unclear:
            return m[0]
        return _NAMES[sum(map(ord, name)) % len(_NAMES)] + owns

    return _WORD.sub(other, text)


def _cased(like: str, word: str) -> str:
    return word.capitalize() if like[:1].isupper() and word.islower() else word


def _marked(found: frozenset[str]) -> frozenset[str]:
    return frozenset(f for f in found if "." not in f)


def _f1(rows: Sequence[Any]) -> float:
    counts = [figures(rows, f"{d}:present") for d in DIMENSIONS]
    hits, false, missed = (sum(getattr(c, kind) for c in counts) for kind in ("hits", "false", "missed"))
    return round(2 * hits / (2 * hits + false + missed), 3) if hits else 0.0
