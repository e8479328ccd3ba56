"""What the encoders of the folds thought of each sentence that they had not seen: soft labels for smaller readers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from analyser.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from analyser.evaluate.labelled import LabelledCase

Unit = tuple[str, str, int]  # case id, note id, place
Teacher = dict[Unit, "NDArray[np.float32]"]  # probabilities of all outputs


def save_teacher(
    folder: Path,
    outputs: Sequence[str],
    cases: Sequence[LabelledCase],
    units: Sequence[Unit],
    chances: NDArray[np.float64],
) -> None:
    """Write ``teacher.safetensors`` (units x outputs, 16-bit) and ``teacher.json`` (which they are; no text)."""
    from safetensors.numpy import save_file  # noqa: PLC0415

    save_file({"chances": chances.astype(np.float16)}, folder / "teacher.safetensors")
    ids = sorted(c.case_id for c in cases)
    text = json.dumps({"outputs": list(outputs), "cases": ids, "units": [list(u) for u in units]}) + "\n"
    (folder / "teacher.json").write_text(text, encoding="utf-8")


def load_teacher(folder: Path, outputs: Sequence[str], cases: Sequence[LabelledCase]) -> Teacher:
    """Read what :func:`save_teacher` wrote.

    Raises:
        ModelError: It is not there, or it is of other outputs or cases.
    """
    from safetensors.numpy import load_file  # noqa: PLC0415

    path = folder / "teacher.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        chances = load_file(str(folder / "teacher.safetensors"))["chances"].astype(np.float32)
    except FileNotFoundError:
        raise ModelError("CRA-4002", path=path, why="there is no teacher here; train without --students-only") from None
    if data["outputs"] != list(outputs) or data["cases"] != sorted(c.case_id for c in cases):
        raise ModelError("CRA-4002", path=path, why="it was taught other cases or labels")
    return {(c, n, k): row for (c, n, k), row in zip(data["units"], chances, strict=True)}
