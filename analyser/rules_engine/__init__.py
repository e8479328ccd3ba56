"""Rules: YAML files that a practitioner can write, compiled and run on readings of notes."""

from __future__ import annotations

from analyser.rules_engine.engine import Engine
from analyser.rules_engine.hits import Hit
from analyser.rules_engine.loader import RuleSet, load_rules

__all__ = ["Engine", "Hit", "RuleSet", "load_rules"]
