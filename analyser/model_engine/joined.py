"""Several encoders that were trained apart, as one: the mean of their logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyser.model_engine.reader import Pass

if TYPE_CHECKING:
    from analyser.model_engine.encoder import Encoder
    from analyser.text.reading import Reading, Unit


@dataclass(frozen=True, slots=True)
class Joined:
    """Encoders with the same outputs; the first of them says which words weighed."""

    encoders: tuple[Encoder, ...]

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self.encoders[0].outputs

    def read(self, reading: Reading, note_type: str, author_role: str) -> Pass:
        """Read a note once with each."""
        passes = [e.read(reading, note_type, author_role) for e in self.encoders]
        return Pass(np.mean([p.logits for p in passes], axis=0), passes[0].states)

    def weightiest(self, done: Pass, unit: Unit, output: int) -> list[tuple[int, int]]:
        """Up to three words that weighed most for an output, as spans in the unit's text, in order of place."""
        return self.encoders[0].weightiest(done, unit, output)
