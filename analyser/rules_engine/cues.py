"""Cues: words that change how an act is to be read (not, will, if, used to …)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analyser.errors import RuleError
from analyser.rules_engine.schema import AXES
from analyser.yamlfile import read_yaml

if TYPE_CHECKING:
    from pathlib import Path


class Cue(BaseModel):
    """One cue.

    Attributes:
        phrase: One or more words; ``*`` at the end for any ending.
        axis: The axis that it sets.
        value: The value that it sets; ignored for a pseudo cue.
        direction: Where the act stands that it governs.
        within: How many words away the act may be.
        pseudo: It only looks like a cue ("no doubt"): it masks shorter cues inside it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    phrase: str
    axis: str
    value: str = ""
    direction: Literal["forward", "backward", "both"] = "forward"
    within: int = Field(default=8, ge=1, le=60)
    pseudo: bool = False


def load_cues(folder: Path) -> tuple[Cue, ...]:
    """Every cue in ``folder``/cues.yaml, grouped there by axis and value.

    Raises:
        RuleError: The file is not usable.
    """
    path = folder / "cues.yaml"
    try:
        data = read_yaml(path)
        cues = tuple(_cues(data))
    except FileNotFoundError:
        raise RuleError("CRA-3001", path=path, why="it is missing") from None
    except (yaml.YAMLError, ValidationError, ValueError, KeyError, TypeError) as error:
        raise RuleError("CRA-3001", path=path, why=" ".join(str(error).split())[:300]) from None
    return cues


def _cues(data: dict[str, list[dict[str, object]]]) -> list[Cue]:
    cues = []
    for axis, groups in data.items():
        if axis not in AXES:
            raise ValueError(f"there is no axis {axis}")
        for group in groups:
            value = str(group.get("value", ""))
            if not group.get("pseudo") and value not in AXES[axis]:
                raise ValueError(f"axis {axis} has no value {value}")
            settings = {k: v for k, v in group.items() if k not in {"phrases", "value"}}
            phrases = group["phrases"]
            if not isinstance(phrases, list):
                raise TypeError(f"phrases of {axis} {value} is no list")
            cues += [
                Cue.model_validate({"phrase": str(p).lower(), "axis": axis, "value": value, **settings})
                for p in phrases
            ]
    return cues
