"""Cues: words that change how an act is to be read (not, will, if, used to …)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analyser.errors import RuleError
from analyser.rules_engine.phrases import rarest_codes
from analyser.rules_engine.schema import AXES
from analyser.rules_engine.tokens import pieces
from analyser.yamlfile import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.rules_engine.tokens import Tokens, Vocabulary


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


class CueHit(NamedTuple):
    """A cue in a unit; offsets count in the unit."""

    cue: Cue
    start: int
    end: int


class CueFinder:
    """Finds cues among the tokens of a unit."""

    def __init__(self, cues: tuple[Cue, ...], vocabulary: Vocabulary) -> None:
        self._by_code: dict[str, list[tuple[Cue, re.Pattern[str]]]] = defaultdict(list)
        for cue in cues:
            row = pieces(cue.phrase)
            classes = [vocabulary.codes(token) for token in row]
            pattern = re.compile("".join(f"[{codes}]" for codes in classes))
            for code in rarest_codes(tuple(row), vocabulary):
                self._by_code[code].append((cue, pattern))
        self._codes = frozenset(self._by_code)

    def find(self, tokens: Tokens) -> dict[str, list[CueHit]]:
        """Cues by axis, in order of place. A cue inside a longer one of its axis is left out; pseudo cues only mask."""
        by_axis: dict[str, list[CueHit]] = {}
        for code in sorted(tokens.has & self._codes):  # sorted: the order of sets differs from process to process
            for cue, pattern in self._by_code[code]:
                for match in pattern.finditer(tokens.codes):
                    hit = CueHit(cue, *tokens.span(*match.span()))
                    mine = by_axis.setdefault(cue.axis, [])
                    if hit not in mine:
                        mine.append(hit)
        return {axis: _unmasked(hits) for axis, hits in by_axis.items()}


def _unmasked(hits: list[CueHit]) -> list[CueHit]:
    kept = [hit for hit in hits if not hit.cue.pseudo and not any(_masks(other, hit) for other in hits)]
    return sorted(kept, key=lambda hit: (hit.start, hit.end, hit.cue.phrase))


def _masks(other: CueHit, hit: CueHit) -> bool:
    """Whether a longer cue covers a shorter one that looks the same way."""
    covers = other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
    return covers and (
        other.cue.pseudo or hit.cue.direction in {other.cue.direction, "both"} or other.cue.direction == "both"
    )


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
