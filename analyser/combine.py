"""Rules and a model together: evidence with its source, its confidence and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analyser.codebook import dimension_of, split_label, split_status
from analyser.contracts import Evidence
from analyser.rules_engine.joining import EVIDENCE_AT, join_by_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from analyser.codebook import Dimension, Status
    from analyser.contracts import Note
    from analyser.model_engine import Model
    from analyser.model_engine.reader import Pass
    from analyser.model_engine.stack import Judged
    from analyser.rules_engine import Engine
    from analyser.text.reading import Reading

LEAST_OF_RULES: Final = 0.3  # confidence of rules that is worth weighing


@dataclass(frozen=True, slots=True)
class Combined:
    """Reads a note with rules and a model.

    Attributes:
        all_bands: Give also what only needs a reader.
    """

    engine: Engine
    model: Model
    all_bands: bool = False

    def evidence(self, note: Note, reading: Reading) -> list[Evidence]:
        """Evidence of one note, in order of place."""
        return self.judge(note, reading)[0]

    def judge(self, note: Note, reading: Reading) -> tuple[list[Evidence], NDArray[np.float64]]:
        """Evidence of one note, in order of place, and calibrated probabilities, units x outputs of the model.

        Where model and rules agree on unit, label and status, the source is ``combined:``; where the model stands
        alone, ``model:``, with the words that weighed most. Labels that the model does not know are left to the rules,
        if the model is one that weighs rules.
        """
        by_rules: list[tuple[int, Evidence]] = []
        matrix = None
        if self.model.weighs_rules:
            by_rules = join_by_unit(reading, self.engine.hits(reading), LEAST_OF_RULES)
            matrix = rule_matrix(by_rules, self.model.outputs, len(reading.units))
        done = self.model.read(note, reading)
        probabilities = self.model.probabilities(done, matrix)
        probabilities[[u.index for u in reading.units if u.only_terms]] = 0.0
        rules = {(unit, _label(e)): e for unit, e in by_rules}
        out = [
            self._evidence(reading, done, j, rules.get((j.unit, j.label)))
            for j in self.model.judge(probabilities)
            if self.all_bands or j.band == "evidence"
        ]
        out += [e for _, e in by_rules if _label(e) not in self.model.outputs and e.confidence >= EVIDENCE_AT]
        return sorted(out, key=lambda e: (e.start, e.end, e.dimension, e.indicator, e.status)), probabilities

    def _evidence(self, reading: Reading, done: Pass, judged: Judged, rule: Evidence | None) -> Evidence:
        unit = reading.units[judged.unit]
        trace: dict[str, Any] = {"indicator_confidence": round(judged.of_label, 3)}
        if judged.band != "evidence":
            trace["band"] = judged.band
        if rule is not None:
            trace |= {**rule.trace, "rules": [rule.source, *rule.trace.get("agree", ())]}
            trace.pop("agree", None)
            return replace(
                rule, confidence=round(judged.confidence, 3), source=f"combined:{self.model.name}", trace=trace
            )
        body = unit.body if unit.body < len(unit.text) and not unit.bare_heading else 0
        words = [(a, b) for a, b in self.model.weightiest(done, unit, judged.label) if a >= body]
        trace["words"] = [list(reading.original(unit.start + a, unit.start + b)) for a, b in words]
        start, end = reading.original(unit.start + body, unit.end)
        return Evidence(
            reading.case_id, reading.note_id, start, end, *_parts(judged.label), round(judged.confidence, 3),
            f"model:{self.model.name}", trace,
        )  # fmt: skip


@cache
def _parts(label: str) -> tuple[Dimension, str, Status]:
    """Dimension, indicator and status of a label of a model; there are few."""
    bare, status = split_status(label)
    return *split_label(bare), status


def rule_matrix(found: Sequence[tuple[int, Evidence]], outputs: Sequence[str], units: int) -> NDArray[np.float32]:
    """Confidence of the rules, units x outputs; of several on one dimension the surest."""
    columns = {o: k for k, o in enumerate(outputs)}
    out = np.zeros((units, len(outputs)), np.float32)
    for unit, e in found:
        for name in (_label(e), dimension_of(_label(e))):
            if name in columns:
                out[unit, columns[name]] = max(out[unit, columns[name]], e.confidence)
    return out


def _label(e: Evidence) -> str:
    return f"{e.label}:{e.status}"
