"""From a model's logits and the rules' confidences to calibrated probabilities, and from those to labels.

For every output (a label with a status, or a dimension with a status) a logistic model weighs the encoder's logit, the
confidence of the rules for that output, and their confidence for the dimension. It is fitted on cases that the encoder
had not seen, so it also calibrates (Platt 1999). Thresholds are those of the same cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from analyser.codebook import dimension_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEATURES: Final = ("logit", "rules", "rules_of_dimension", "one")
_LOGIT: Final = FEATURES.index("logit")
_ONE: Final = FEATURES.index("one")


class Judged(NamedTuple):
    """What stands to be said of a unit.

    Attributes:
        label: ``child_voice.words:present``.
        confidence: That the unit shows the dimension with that status, 0 to 1.
        of_label: That it shows this indicator.
        band: ``evidence`` or ``needs_reader``.
    """

    unit: int
    label: str
    confidence: float
    of_label: float
    band: str


@dataclass(frozen=True, slots=True)
class Stack:
    """Weights, thresholds and bands of a combination.

    Attributes:
        outputs: Names, in the order of the model's columns.
        weights: Outputs x 4, for :data:`FEATURES`.
        thresholds: By output, the probability from which it is given.
        doubt: By dimension and status, the probability from which a reader is asked.
    """

    outputs: tuple[str, ...]
    weights: NDArray[np.float64]
    thresholds: dict[str, float]
    doubt: dict[str, float]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Stack:
        """Read what :meth:`to_json` wrote."""
        outputs = tuple(data["outputs"])
        weights = np.array([data["weights"][o] for o in outputs], np.float64).reshape(len(outputs), len(FEATURES))
        return cls(outputs, weights, dict(data["thresholds"]), dict(data["doubt"]))

    def to_json(self) -> dict[str, Any]:
        """Plain numbers, for a file that people can read."""
        return {
            "features": list(FEATURES),
            "outputs": list(self.outputs),
            "thresholds": self.thresholds,
            "doubt": self.doubt,
            "weights": {o: [round(float(w), 5) for w in self.weights[k]] for k, o in enumerate(self.outputs)},
        }

    def probabilities(self, logits: NDArray[np.float32], rules: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Units x outputs, 0 to 1.

        Args:
            logits: Units x outputs, of the model.
            rules: Units x outputs, confidence of the rules (0 where none fired); ``None`` where none ran.
        """
        if rules is None:  # every note of the fast tier
            summed = logits.astype(np.float64) * self.weights[:, _LOGIT] + self.weights[:, _ONE]
        else:
            summed = np.einsum("uof,of->uo", features(logits, rules, self.outputs), self.weights)
        return np.asarray(1.0 / (1.0 + np.exp(-summed)))

    def judge(self, probabilities: NDArray[np.float64]) -> list[Judged]:
        """What to say of each unit: where a dimension passes its threshold, the indicators that pass theirs.

        When none of them passes, the likeliest stands for its dimension. Below the threshold and above the limit of
        doubt the likeliest is given for a reader to look at.
        """
        out: list[Judged] = []
        names = _layout(self.outputs)
        if not len(probabilities) or not names:
            return out
        doubts = np.array([self.doubt[d.name] for d in names])
        places, units = np.nonzero((probabilities[:, [d.column for d in names]] >= doubts).T)
        for place, unit in zip(places.tolist(), units.tolist(), strict=True):
            name, column, labels, mine = names[place]
            of_dimension = float(probabilities[unit, column])
            found: list[float] = probabilities[unit, mine].tolist()
            sure = of_dimension >= self.thresholds[name]
            passing = [k for k, label in enumerate(labels) if sure and found[k] >= self.thresholds[label]]
            band = "evidence" if sure else "needs_reader"
            given = passing or [found.index(max(found))]
            out.extend(Judged(unit, labels[k], of_dimension, found[k], band) for k in given)
        return out


def features(logits: NDArray[np.float32], rules: NDArray[np.float32], outputs: tuple[str, ...]) -> NDArray[np.float64]:
    """Units x outputs x features (:data:`FEATURES`)."""
    dimensions = rules[:, _dimension_columns(outputs)]
    return np.stack([logits, rules, dimensions, np.ones_like(logits)], axis=2).astype(np.float64)


@lru_cache(maxsize=8)
def _dimension_columns(outputs: tuple[str, ...]) -> list[int]:
    """For every output the column of its dimension; asked for every note, so worked out once."""
    return [outputs.index(dimension_of(o)) for o in outputs]


class _Dimension(NamedTuple):
    """A dimension with its status: its column, its labels, their columns."""

    name: str
    column: int
    labels: list[str]
    columns: list[int]


@lru_cache(maxsize=8)
def _layout(outputs: tuple[str, ...]) -> list[_Dimension]:
    """Each dimension that has labels."""
    of_dimension = {o: [label for label in outputs if "." in label and dimension_of(label) == o] for o in outputs}
    return [
        _Dimension(name, outputs.index(name), labels, [outputs.index(label) for label in labels])
        for name, labels in of_dimension.items()
        if labels
    ]
