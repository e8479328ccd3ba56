"""Auditors' verdicts from a file: a CSV of one verdict a row, or the JSON that the report saves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from analyser.codebook import DIMENSIONS, Dimension
from analyser.errors import SamplingError
from analyser.sampling.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Verdict: TypeAlias = Literal["met", "partly_met", "not_met", "cannot_tell"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
Judged: TypeAlias = "dict[Dimension, dict[str, Verdict]]"


def read_verdicts(path: Path) -> Judged:
    """Verdicts by dimension and case id. Dimensions that nobody judged are left out.

    Args:
        path: A CSV with ``case_id``, ``dimension``, ``verdict``; a JSON list of objects with these; or what the report
            saves, with ``dimensions`` in each element of ``verdicts``.

    Raises:
        SamplingError: The file cannot be used, or two verdicts on the same case and dimension differ.
    """
    judged: Judged = {}
    for case_id, dimension, verdict in _from_json(path) if path.suffix.lower() == ".json" else _from_csv(path):
        if verdict in {None, ""}:
            continue
        d, v = _known(path, dimension, verdict)
        if judged.setdefault(d, {}).setdefault(case_id, v) != v:
            raise SamplingError("CRA-7021", dimension=d, case_id=case_id)
    if not judged:
        raise SamplingError("CRA-7020", path=path, why="it holds no verdict")
    return judged


def _from_csv(path: Path) -> Iterator[tuple[str, object, object]]:
    for row in read_table(path, ("case_id", "dimension", "verdict")):
        yield row["case_id"], row["dimension"], row["verdict"]


def _from_json(path: Path) -> Iterator[tuple[str, object, object]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SamplingError("CRA-7020", path=path, why="there is no such file") from None
    except (OSError, ValueError):
        raise SamplingError("CRA-7020", path=path, why="it is not JSON in UTF-8") from None
    items: Any = content.get("verdicts") if isinstance(content, dict) else content
    if not isinstance(items, list):
        raise SamplingError("CRA-7020", path=path, why="it holds no list of verdicts")
    for item in items:
        case_id = item.get("case_id") if isinstance(item, dict) else None
        if not isinstance(case_id, str | int) or not case_id:
            raise SamplingError("CRA-7020", path=path, why="a verdict has no case_id")
        several = item.get("dimensions", {item.get("dimension"): item.get("verdict")})
        if not isinstance(several, dict):
            raise SamplingError("CRA-7020", path=path, why=f"the dimensions of case {case_id} are no object")
        for dimension, verdict in several.items():
            yield str(case_id), dimension, verdict


def _known(path: Path, dimension: object, verdict: object) -> tuple[Dimension, Verdict]:
    for d in DIMENSIONS:
        for v in VERDICTS:
            if d == dimension and v == verdict:
                return d, v
    what = f"{dimension} is no dimension" if dimension not in DIMENSIONS else f"{verdict} is no verdict"
    raise SamplingError("CRA-7020", path=path, why=what)
