"""A new rule file to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyser.codebook import INDICATORS, split_label
from analyser.errors import RuleError

if TYPE_CHECKING:
    from pathlib import Path

_TEMPLATE: Final = """\
# {label}: a sentence shows {shows}. docs/rules.md explains every key.
id: {dimension}.{indicator}.{name}
version: 1
title: Say in a few words what the sentence shows
why: Say in one line why that is evidence.
owner: your-team
state: trial            # trial or active: runs; paused or retired: does not
gives: [{dimension}.{indicator}]
strength: medium        # strong: right nine times in ten; medium: seven; weak: counts only with others
match:
  any:
    - phrase: "$who .. <seen> (alone|on (his|her|their) own)"   # <…> is the act that context is judged on
context:
  polarity: {{negated: gap, attempted: gap}}
  time: {{planned: planned}}
tests:                  # at least six; [[…]] marks the exact span
  - fires: "[[Child A was seen alone.]]"
  - fires: "[[He was seen on his own in the garden.]]"
  - fires: "[[Child A was not seen alone.]]"
    status: gap
  - fires: "[[Child A will be seen alone.]]"
    status: planned
  - {{silent: "If Child A is seen alone, ask about school.", because: reality.conditional}}
  - {{silent: "She has seen the letter.", because: no_match}}
"""


def write_skeleton(folder: Path, label: str, name: str) -> Path:
    """Write ``<folder>/<dimension>/<indicator>_<name>.yaml``.

    Raises:
        RuleError: The label is not in the codebook, the name is not usable, or the file exists.
    """
    try:
        dimension, indicator = split_label(label)
    except ValueError:
        known = ", ".join(f"{d}.{i}" for d, found in INDICATORS.items() for i in found)
        raise RuleError("CRA-3002", rule=label, near=known) from None
    path = folder / dimension / f"{indicator}_{name}.yaml"
    if not name.replace("_", "").isalnum() or not name.islower():
        raise RuleError("CRA-3001", path=path, why="a rule's name has small letters, digits and _ only")
    if path.exists():
        raise RuleError("CRA-3001", path=path, why="it exists already")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _TEMPLATE.format(
        dimension=dimension, indicator=indicator, name=name, label=INDICATORS[dimension][indicator].label,
        shows=INDICATORS[dimension][indicator].shows,
    )  # fmt: skip
    path.write_text(text, encoding="utf-8")
    return path
