"""The linear reader: fitted with scikit-learn, on readers' labels softened by what a better model thinks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analyser.model_engine.linear import BITS, hashed
from analyser.text.reading import read_note
from analyser.training.examples import targets_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from analyser.evaluate.labelled import LabelledCase

_STRENGTH: Final = 16.0  # inverse of the penalty on the weights; 4, 16 and 40 gave the same F1 within half a point
_FEWEST: Final = 3


def table_of(
    cases: Sequence[LabelledCase], outputs: Sequence[str]
) -> tuple[Any, NDArray[np.float32], NDArray[np.float32], list[tuple[str, str, int]]]:
    """All units of cases.

    Returns:
        Hashed tokens (units x ``2 ** BITS``, sparse), targets and counts (units x outputs), and for each unit its case
        id, note id and place.
    """
    from scipy.sparse import vstack  # noqa: PLC0415 - heavy

    columns = {o: k for k, o in enumerate(outputs)}
    found, targets, counts, units = [], [], [], []
    for case in cases:
        for labelled in case.notes:
            note = labelled.note
            reading = read_note(note)
            if not reading.units:
                continue
            found.append(hashed(reading, note.note_type, note.author_role))
            given, counted = targets_of(labelled, reading, columns)
            targets.append(given)
            counts.append(counted)
            units += [(note.case_id, note.note_id, u.index) for u in reading.units]
    return vstack(found).tocsr(), np.concatenate(targets), np.concatenate(counts), units


def fit_linear(
    found: Any, targets: NDArray[np.float32], counts: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One logistic model an output.

    Args:
        found: Units x ``2 ** BITS``, sparse.
        targets: Units x outputs, 0 to 1; between them where a teacher has doubts.
        counts: The same shape: 0 where a target does not count.

    Returns:
        Weights, ``2 ** BITS`` x outputs, and biases.
    """
    from scipy.sparse import vstack  # noqa: PLC0415 - heavy
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    twice = vstack([found, found]).tocsr()
    weight = np.zeros((1 << BITS, targets.shape[1]), np.float32)
    bias = np.full(targets.shape[1], -6.0, np.float32)
    answers = np.repeat([1, 0], found.shape[0])
    for k in range(targets.shape[1]):
        share = np.concatenate([targets[:, k] * counts[:, k], (1 - targets[:, k]) * counts[:, k]])
        used = share > 0
        if targets[:, k].sum() < _FEWEST:
            continue
        model = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=1)
        model.fit(twice[used], answers[used], sample_weight=share[used])
        weight[:, k], bias[k] = model.coef_[0], float(model.intercept_[0])
    return weight, bias


def export_linear(weight: NDArray[np.float32], bias: NDArray[np.float32], folder: Path) -> None:
    """Write ``linear.safetensors`` (16-bit)."""
    from safetensors.numpy import save_file  # noqa: PLC0415

    tensors = {"weight": np.ascontiguousarray(weight.astype(np.float16)), "bias": bias.astype(np.float16)}
    save_file(tensors, folder / "linear.safetensors")
