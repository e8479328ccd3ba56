"""A linear reader moved by verdicts, as little as they ask for: its old weights are the middle of the prior.

Source: Chelba and Acero 2004 (Adaptation of maximum entropy capitalizer: little data can help a lot, EMNLP). With few
verdicts the reader stays what it was; what nobody judged stays what it thought.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analyser.model_engine.linear import hashed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from analyser.contracts import Note
    from analyser.model_engine.stack import Stack
    from analyser.text.reading import Reading
    from analyser.training.verdict_labels import Key, Place, Votes

STRENGTH: Final = 4.0  # variance of the prior: how far a weight may go from where it was
LEAST_WORDS_COPIED: Final = 5
_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences of the notes that were judged.

    Attributes:
        found: Sentences x ``2 ** BITS``, sparse.
        targets: Sentences x outputs, 0 or 1 where people said something, not a number where they did not.
        open: Sentences x outputs, whether people said something of which nothing follows.
    """

    found: Any
    targets: NDArray[np.float64]
    open: NDArray[np.bool_]


def material_of(
    votes: Mapping[Key, Votes],
    notes: Mapping[Key, Note],
    readings: Mapping[Key, Reading],
    outputs: Sequence[str],
    unwanted: frozenset[str],
) -> Material:
    """Lay verdicts on sentences.

    Args:
        votes: By case and note id.
        notes: Notes of the cases.
        readings: The same, read.
        outputs: Names of the reader's columns; verdicts on other labels are left out.
        unwanted: Sentences (:func:`copied`) that must not teach.
    """
    from scipy.sparse import csr_matrix, vstack  # noqa: PLC0415 - heavy

    columns = {name: k for k, name in enumerate(outputs)}
    rows, targets, unclear = [], [], []
    for key in sorted(votes):
        reading, note = readings[key], notes[key]
        kept = [u.index for u in reading.units if copied(u.text) not in unwanted]
        if not kept:
            continue
        given = np.full((len(reading.units), len(columns)), np.nan)
        left = np.zeros(given.shape, bool)
        for at, so in _known(votes[key].answers(), columns).items():
            given[at], left[at] = (np.nan, True) if so is None else (float(so), False)
        rows.append(hashed(reading, note.note_type, note.author_role)[kept])
        targets.append(given[kept])
        unclear.append(left[kept])
    if not rows:
        return Material(csr_matrix((0, 1)), np.zeros((0, len(columns))), np.zeros((0, len(columns)), bool))
    return Material(vstack(rows).tocsr(), np.concatenate(targets), np.concatenate(unclear))


def copied(text: str) -> str:
    """A sentence by its words, to know a copy of it by; empty for one that is so short that it recurs by chance."""
    words = text.lower().split()
    return " ".join(words) if len(words) >= LEAST_WORDS_COPIED else ""


def adapt(
    weight: NDArray[np.float32], bias: NDArray[np.float32], stack: Stack, material: Material
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights and biases after the verdicts; thresholds and calibration of the stack stay.

    For each output the sum of log losses of the calibrated probabilities, plus half the squared distance from the old
    weights over :data:`STRENGTH`, is made as small as it gets. Where people said nothing, the target is the old
    probability: such sentences hold the reader where it was.

    Args:
        weight: ``2 ** BITS`` x outputs.
        bias: Outputs.
        stack: The reader's, of features of which only the logit and the constant differ from 0.
        material: Verdicts.
    """
    weight, bias = weight.copy(), bias.copy()
    used = np.unique(material.found.indices)
    found = material.found[:, used]
    for k in range(weight.shape[1]):
        said = material.targets[:, k]
        if np.isnan(said).all():
            continue
        slope, shift = float(stack.weights[k][0]), float(stack.weights[k][-1])
        before = slope * (found @ weight[used, k] + bias[k]) + shift
        targets = np.where(np.isnan(said), _chance(before), said)
        step = _moved(found, before, slope, targets, (~material.open[:, k]).astype(float))
        weight[used, k] += step[:-1].astype(np.float32)
        bias[k] += np.float32(step[-1])
    return weight, bias


def _known(answers: Mapping[Place, bool | None], columns: Mapping[str, int]) -> dict[tuple[int, int], bool | None]:
    return {(unit, columns[name]): so for (unit, name), so in answers.items() if name in columns}


def _moved(
    found: Any, before: NDArray[np.float64], slope: float, targets: NDArray[np.float64], counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far to move the weights of the columns of ``found``, and the bias behind them."""
    from scipy.optimize import minimize  # noqa: PLC0415 - heavy

    def loss(step: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logit = before + slope * (found @ step[:-1] + step[-1])
        off = counts * (_chance(logit) - targets) * slope
        value = float(counts @ (np.logaddexp(0.0, logit) - targets * logit) + step @ step / (2 * STRENGTH))
        return value, np.append(found.T @ off, off.sum()) + step / STRENGTH

    start = np.zeros(found.shape[1] + 1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x)


def _chance(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import expit  # noqa: PLC0415 - heavy

    return np.asarray(expit(logit), np.float64)
