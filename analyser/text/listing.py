"""Lists of the right words (prompts, search terms, boasts): they name good recording and hold none."""

from __future__ import annotations

import re
from typing import Final

LEAST_ITEMS: Final = 4
_LEAST_SHARE: Final = 0.6  # of items that consist of such words only
_MOST_WORDS: Final = 4  # of an item
_SPLIT: Final = re.compile(r"[,;:/|•.]+|\band\b|\s-\s")
_WORD: Final = re.compile(r"[a-z][a-z'-]*")
_NAMES: Final = frozenset(
    """
    seen alone words wishes feelings observed presentation lived experience direct work influence voice child
    children views decision decisions rationale direction directions timescale timescales sign off sign-off
    signed follow up follow-up challenge independent review oversight management manager managerial supervision
    supervised session reflection reflective reflexive actions smart previous worker's worker view views curious
    curiosity bias emotional analysis analytic analytical impact weighing weighed history chronology evidence
    evidence-based base based hypothesis hypotheses research research-informed informed change drift delay risk
    risks harm strengths strength strengths-based protective factors holistic robust rigorous restorative
    trauma-informed child-centred child-focused whole systemic safeguarding dynamic proportionate timely outcome
    outcomes focused defensible purposeful of the a to with in
    """.split()
)


def is_list_of_terms(low: str) -> bool:
    """Whether a unit is a list of the codebook's own words.

    Args:
        low: The unit in lower case.
    """
    if sum(map(low.count, ",;/|")) < LEAST_ITEMS - 2:  # nearly every sentence
        return False
    items = [_WORD.findall(item) for item in _SPLIT.split(low)]
    items = [item for item in items if item]
    if len(items) < LEAST_ITEMS:
        return False
    terms = sum(len(item) <= _MOST_WORDS and _NAMES.issuperset(item) for item in items)
    return terms >= LEAST_ITEMS and terms >= _LEAST_SHARE * len(items)
