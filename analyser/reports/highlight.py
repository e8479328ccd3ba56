"""Text with evidence marked: segments cut at every border, so that overlapping spans all show."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyser.codebook import INDICATORS, dimension_text
from analyser.text.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyser.contracts import Evidence


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text, plain or marked.

    Attributes:
        text: The text; the template escapes it.
        codes: Short codes of the evidence on it, with what they mean ("CV1", "Seen"); empty for plain text.
        css: Class names, one a dimension, and ``gap`` or ``planned`` where one of them is.
    """

    text: str
    codes: tuple[tuple[str, str], ...]
    css: str


@dataclass(frozen=True, slots=True)
class NumberedEvidence:
    """Evidence of a note with the number it has in the list below the text."""

    number: int
    code: str
    label: str
    dimension: str
    status: str
    confidence: float
    source: str
    start: int
    end: int
    css: str
    cues: str


def numbered(evidence: Sequence[Evidence]) -> list[NumberedEvidence]:
    """Evidence in order of place, numbered from 1."""
    out = []
    for k, e in enumerate(sorted(evidence, key=lambda e: (e.start, e.end, e.label, e.status)), start=1):
        indicator, dimension = INDICATORS[e.dimension][e.indicator], dimension_text(e.dimension)
        cues = ", ".join(f"{axis}: {value}" for axis, value in e.trace.get("axes", {}).items() if value != "unknown")
        out.append(
            NumberedEvidence(k, indicator.code, indicator.label, dimension.label, e.status, e.confidence, e.source,
                             e.start, e.end, f"{dimension.code.lower()} {e.status}", cues)
        )  # fmt: skip
    return out


def segments(text: str, evidence: Sequence[NumberedEvidence]) -> list[Segment]:
    """Cut ``text`` at every border of a span."""
    borders = sorted(
        {
            0,
            len(text),
            *(min(e.start, len(text)) for e in evidence),
            *(min(e.end, len(text)) for e in evidence),
        }
    )
    out: list[Segment] = []
    for start, end in itertools.pairwise(borders):
        here = [e for e in evidence if e.start <= start and end <= e.end]
        codes = tuple(
            (e.code if e.status == "present" else f"{e.code} {e.status}", f"{e.dimension}: {e.label}, {e.status}")
            for e in here if e.end == end
        )  # fmt: skip
        css = " ".join(dict.fromkeys(c for e in here for c in e.css.split()))
        # Markup and invisible characters are for machines; a person reads what they stand for.
        out.append(Segment(normalise(text[start:end])[0], codes, css))
    return out
