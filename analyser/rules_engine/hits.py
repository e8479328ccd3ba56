"""What a pattern found in a unit, and what context made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from analyser.codebook import Status
    from analyser.rules_engine.context import Axes
    from analyser.rules_engine.loader import CompiledRule
    from analyser.text.reading import Unit


class Hit(NamedTuple):
    """A match of one pattern; spans count in the unit.

    Attributes:
        rule: The rule.
        pattern: Which of its patterns, from 0.
        span: What the evidence spans.
        act: What context was judged on.
        status: Status of the evidence, or ``None`` when it was silenced.
        silent_because: Why it was silenced (``polarity.negated``, ``unless``), or the empty string.
    """

    rule: CompiledRule
    pattern: int
    unit: Unit
    span: tuple[int, int]
    act: tuple[int, int]
    axes: Axes
    status: Status | None
    confidence: float
    silent_because: str = ""
