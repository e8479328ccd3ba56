"""What every reader of notes gives, whether it is an encoder or a linear layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analyser.text.reading import Reading, Unit


class Pass(NamedTuple):
    """One reading of a note.

    Attributes:
        logits: Units x outputs.
        states: What the reader keeps to say which words weighed; for an encoder by unit the states of its tokens.
    """

    logits: NDArray[np.float32]
    states: Any


class Reader(Protocol):
    """Judges the units of a note."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the columns."""

    def read(self, reading: Reading, note_type: str, author_role: str) -> Pass:
        """Read a note once."""

    def weightiest(self, done: Pass, unit: Unit, output: int) -> list[tuple[int, int]]:
        """Words that weighed most for an output; spans in the unit's text."""
