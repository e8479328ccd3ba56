"""What labelled cases are worth: size, sentences that say nearly the same, vocabulary, agreement of two readers."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import DIMENSIONS, with_dimensions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from analyser.evaluate.labelled import LabelledCase

_WORD: Final = re.compile(r"[a-z']+")
LEAST_WORDS: Final = 6  # words of a sentence that can be a near duplicate; shorter ones recur by chance
ALIKE: Final = 0.7  # Jaccard similarity of word pairs from which two sentences are near duplicates
_PERMUTATIONS: Final = 128
_STATUSES: Final = ("present", "gap", "planned")


def sizes(cases: Sequence[LabelledCase]) -> dict[str, int]:
    """Cases, notes, units, units with a label, double-read cases."""
    notes = [n for c in cases for n in c.notes]
    return {
        "cases": len(cases),
        "notes": len(notes),
        "units": sum(len(n.units) for n in notes),
        "labelled_units": sum(len(n.labels) for n in notes),
        "read_twice": sum(c.facts.get("read_by") == 2 for c in cases),  # noqa: PLR2004 - two readers
    }


def near_duplicates(cases: Sequence[LabelledCase]) -> dict[str, Any]:
    """Share of sentences that nearly repeat a sentence of another case.

    Sentences of one case may repeat one another on purpose (copied-forward notes), so only pairs of different cases
    count. Candidates come from MinHash (Broder 1997) with 128 permutations, then the exact similarity decides.

    Returns:
        ``sentences`` of six words or more, ``near_duplicates`` among them, ``rate``.
    """
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 - heavy, training extra

    index = MinHashLSH(threshold=ALIKE - 0.1, num_perm=_PERMUTATIONS)
    pairs_of: dict[str, frozenset[tuple[str, str]]] = {}
    hashes: dict[str, Any] = {}
    for case in cases:
        for k, words in enumerate(_sentences(case)):
            key = f"{case.case_id}/{k}"
            pairs_of[key] = frozenset(itertools.pairwise(words))
            hashes[key] = MinHash(_PERMUTATIONS)
            hashes[key].update_batch([" ".join(p).encode() for p in pairs_of[key]])
            index.insert(key, hashes[key])
    repeated = sum(
        any(_alike(pairs_of[key], pairs_of[other]) for other in index.query(one) if _case(other) != _case(key))
        for key, one in hashes.items()
    )
    return {
        "sentences": len(hashes),
        "near_duplicates": repeated,
        "rate": round(repeated / max(1, len(hashes)), 4),
    }


def vocabulary(cases: Iterable[LabelledCase], words: int | None = None) -> dict[str, int]:
    """Distinct words among the first words of a corpus, its cases in order.

    Args:
        cases: Labelled cases.
        words: How many words to read; all by default. Two corpora are compared at the same number.
    """
    read, seen = 0, set[str]()
    for case in cases:
        for note in case.notes:
            for word in _WORD.findall(note.note.text.lower()):
                if words is not None and read >= words:
                    return {"words": read, "distinct": len(seen)}
                read += 1
                seen.add(word)
    return {"words": read, "distinct": len(seen)}


def agreement(folder: Path) -> dict[str, Any]:
    """Agreement of two readers, each alone, on cases that both read.

    Args:
        folder: Holds one JSON file a case with the labels of ``first`` and ``second`` by unit, and their grades.

    Returns:
        By dimension and status the F1 of one reader against the other and the marks of both; the mean F1 over
        indicators with ten marks a reader or more; grades within half a point; cases.
    """
    files = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.json"))]
    first, second, both = Counter[str](), Counter[str](), Counter[str]()
    for case in files:
        for unit in {*case["first"], *case["second"]}:
            a, b = (with_dimensions(case[who].get(unit, ())) for who in ("first", "second"))
            first.update(a)
            second.update(b)
            both.update(a & b)
    names = [f"{d}:{s}" for d in DIMENSIONS for s in _STATUSES]
    lines = {n: _agreed(first[n], second[n], both[n]) for n in names if first[n] + second[n]}
    indicators = [n for n in first if "." in n and n.endswith(":present") and min(first[n], second[n]) >= 10]  # noqa: PLR2004
    mean = sum(_agreed(first[n], second[n], both[n])["f1"] for n in indicators) / max(1, len(indicators))
    near = {
        d: sum(abs(c["grades"]["first"][d] - c["grades"]["second"][d]) <= 0.5 for c in files)  # noqa: PLR2004 - half a point
        for d in DIMENSIONS
    }
    return {"cases": len(files), "labels": lines, "mean_f1_of_indicators": round(mean, 3), "grades_within_half": near}


def _agreed(first: int, second: int, both: int) -> dict[str, Any]:
    return {"f1": round(2 * both / (first + second), 3), "marks": first + second}


def _sentences(case: LabelledCase) -> Iterable[list[str]]:
    for note in case.notes:
        for start, end in note.units:
            words = _WORD.findall(note.note.text[start:end].lower())
            if len(words) >= LEAST_WORDS:
                yield words


def _alike(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)


def _case(key: str) -> str:
    return key.split("/", maxsplit=1)[0]
