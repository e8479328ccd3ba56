"""A tier's model: reader and stack, checked and loaded from one folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from analyser.errors import ModelError
from analyser.model_engine.encoder import Encoder
from analyser.model_engine.joined import Joined
from analyser.model_engine.linear import Linear
from analyser.model_engine.manifest import digest, read_manifest
from analyser.model_engine.stack import Judged, Stack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from analyser.contracts import Note
    from analyser.model_engine.reader import Pass, Reader
    from analyser.text.reading import Reading, Unit


class Model:
    """Judges the units of a note.

    Args:
        folder: The model's folder.
        threads: Threads of one pass; 0 leaves it to the number of cores.

    Attributes:
        weighs_rules: Whether the stack weighs what the rules say; when not, the rules need not run.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        manifest = read_manifest(folder)
        self.name = f"{manifest['name']}@{digest(manifest)}"
        self.weighs_rules: bool = manifest["weighs_rules"]
        self._reader: Reader = _reader(folder, manifest, threads)
        self.outputs = self._reader.outputs
        self._columns = {output: k for k, output in enumerate(self.outputs)}
        self._stack = Stack.from_json(json.loads((folder / "stack.json").read_text(encoding="utf-8")))

    def read(self, note: Note, reading: Reading) -> Pass:
        """Read a note once; its logits are not calibrated."""
        return self._reader.read(reading, note.note_type, note.author_role)

    def probabilities(self, done: Pass, rules: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Calibrated probabilities, units x outputs.

        Args:
            done: The reading.
            rules: Units x outputs, confidence of the rules; ``None`` where none ran.
        """
        return self._stack.probabilities(done.logits, rules)

    def judge(self, probabilities: NDArray[np.float64]) -> list[Judged]:
        """What to say of each unit, from its calibrated probabilities."""
        return self._stack.judge(probabilities)

    def weightiest(self, done: Pass, unit: Unit, output: str) -> list[tuple[int, int]]:
        """Words that weighed most for an output; spans in the unit's text."""
        return self._reader.weightiest(done, unit, self._columns[output])


def _reader(folder: Path, manifest: dict[str, Any], threads: int) -> Reader:
    outputs = tuple(manifest["outputs"])
    if manifest["reader"] == "linear":
        return Linear(folder, outputs)
    encoders = tuple(Encoder(folder, outputs, k, threads) for k in range(manifest["encoders"]))
    return encoders[0] if len(encoders) == 1 else Joined(encoders)


def load_model(folders: Sequence[Path], tier: str, threads: int = 0) -> Model:
    """Load the model of a tier from the first folder that has it.

    Raises:
        ModelError: No folder has it, or a file of it is missing or changed.
    """
    for folder in folders:
        if (folder / tier).is_dir():
            return Model(folder / tier, threads)
    there = sorted({p.name for folder in folders if folder.is_dir() for p in folder.iterdir() if p.is_dir()})
    raise ModelError("CRA-4001", name=tier, names=", ".join(["rules", *there]))
