"""Tiers: how notes are read, from rules alone to the most thorough model."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from analyser.combine import Combined
from analyser.model_engine import load_model
from analyser.pipeline import Bundle
from analyser.resources import data_path
from analyser.rules_engine import Engine, load_rules

if TYPE_CHECKING:
    from pathlib import Path

TIERS: Final = ("rules", "fast", "standard", "thorough")
DEFAULT: Final = "standard"  # the best that reads 1,500 sentences a second on two cores


def load_bundle(
    tier: str = DEFAULT,
    *,
    rules: Path | None = None,
    models: Path | None = None,
    max_note_chars: int = 2_000_000,
    all_bands: bool = False,
    threads: int = 0,
    rules_when_asked: bool = False,
) -> Bundle:
    """All that is needed to read notes.

    Args:
        tier: One of :data:`TIERS`, or a tier of ``models``.
        rules: A folder of rules; the shipped ones by default.
        models: A folder of models that are looked for before the shipped ones.
        max_note_chars: Characters of a note that are read.
        all_bands: Give also what only needs a reader.
        threads: Threads of a model; 0 leaves it to the number of cores.
        rules_when_asked: Read the rules only when something asks for them; for processes beside the first, which has
            seen that they can be used.

    Raises:
        RuleError: A rule file is not usable.
        ModelError: The tier is not installed, or a file of its model was changed.
    """
    engine = Engine(partial(load_rules, rules) if rules_when_asked else load_rules(rules))
    if tier == "rules":
        return Bundle(engine, tier, max_note_chars)
    folders = [models] if models else []
    model = load_model([*folders, data_path("models")], tier, threads)
    return Bundle(engine, tier, max_note_chars, Combined(engine, model, all_bands))
