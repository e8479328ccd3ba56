"""Values that a person typed: in range, or one sentence."""

from __future__ import annotations

from analyser.errors import SamplingError


def between_0_and_1(**values: float | None) -> None:
    """Every value that is given lies above 0 and below 1; a percentage is written 0.05.

    Raises:
        SamplingError: One does not.
    """
    for name, value in values.items():
        if value is not None and not 0 < value < 1:
            raise SamplingError("CRA-7000", name="--" + name.replace("_", "-"), value=value)
