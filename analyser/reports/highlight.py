"""Text with evidence marked: segments cut at every border, so that overlapping spans all show."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analyser.codebook import INDICATORS, dimension_text
from analyser.text.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyser.codebook import Status
    from analyser.contracts import Evidence

_QUIET: Final = frozenset({"unknown", "child"})


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text, plain or marked.

    Attributes:
        text: The text; the template escapes it.
        codes: Short codes of the evidence that ends here ("CV1", "CV1 gap").
        css: Class names: one a dimension, and ``gap`` or ``planned`` where one of them is; empty for plain text.
        places: Where its pieces stand: offsets in ``text`` with offsets in the note as read.
    """

    text: str
    codes: tuple[str, ...]
    css: str
    places: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ListedEvidence:
    """Evidence of a note as the list below its text has it.

    Attributes:
        rule: Number of its rule in the report's table of rules; 0 when a model stands alone.
        model: A model found it, alone or with a rule.
        cues: What context said, in words.
        words: Of a model that stands alone, the words that weighed most; none in reports without text.
    """

    code: str
    label: str
    status: Status
    confidence: float
    rule: int
    start: int
    end: int
    css: str
    cues: str
    model: bool
    words: tuple[str, ...]


def listed(evidence: Sequence[Evidence], rules: dict[str, int], text: str | None = None) -> list[ListedEvidence]:
    """Evidence in order of place; rules that are not yet in ``rules`` get the next number.

    Args:
        evidence: Of one note.
        rules: Numbers of rules by source; added to.
        text: The note's text, where it may be shown.
    """
    out = []
    for e in sorted(evidence, key=lambda e: (e.start, e.end, e.label, e.status)):
        indicator, dimension = INDICATORS[e.dimension][e.indicator], dimension_text(e.dimension)
        rule = e.source if e.source.startswith("rule:") else next(iter(e.trace.get("rules", ())), None)
        number = rules.setdefault(rule, len(rules) + 1) if rule else 0
        words = tuple(normalise(text[a:b])[0] for a, b in e.trace.get("words", ())) if text else ()
        css = dimension.code.lower() + ("" if e.status == "present" else f" {e.status}")
        cues = ", ".join(f"{axis} {value}" for axis, value in e.trace.get("axes", {}).items() if value not in _QUIET)
        out.append(
            ListedEvidence(
                indicator.code, indicator.label, e.status, e.confidence, number, e.start, e.end, css, cues,
                not e.source.startswith("rule:"), words,
            )
        )  # fmt: skip
    return out


def segments(text: str, evidence: Sequence[ListedEvidence]) -> list[Segment]:
    """Cut ``text`` at every border of a span."""
    borders = sorted(
        {0, len(text), *(min(e.start, len(text)) for e in evidence), *(min(e.end, len(text)) for e in evidence)}
    )
    out: list[Segment] = []
    for start, end in itertools.pairwise(borders):
        here = [e for e in evidence if e.start <= start and end <= e.end]
        codes = tuple(e.code if e.status == "present" else f"{e.code} {e.status}" for e in here if e.end == end)
        css = " ".join(dict.fromkeys(c for e in here for c in e.css.split()))
        # Markup and invisible characters are for machines; a person reads what they stand for.
        shown, offsets = normalise(text[start:end])
        places = tuple((new, start + old) for new, old in zip(offsets.new, offsets.old, strict=True))
        out.append(Segment(shown, codes, css, places))
    return out


def shifts(cut: Sequence[Segment], length: int) -> str:
    """How far offsets in the shown text are from those in the note, wherever that changes.

    A page needs it to say where in the note a passage stands that a reader picked on the page.

    Args:
        cut: All segments of a note.
        length: Characters of the note that they stand for.

    Returns:
        ``offset:shift`` for each change, such as ``12:3 40:-1``; the empty string when shown and read are alike.
    """
    at, last = 0, 0
    places: list[tuple[int, int]] = []
    for s in cut:
        places += [(at + new, old) for new, old in s.places]
        at += len(s.text)
    told: list[str] = []
    for shown, read in (*places, (at, length)):
        if read - shown != last:
            last = read - shown
            told.append(f"{shown}:{last}")
    return " ".join(told)
