"""Auditors' verdicts: a CSV of one verdict a row, the JSON that the report saves, or the store of verdicts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from analyser.codebook import DIMENSIONS, Dimension
from analyser.errors import SamplingError
from analyser.sampling.tables import read_table
from analyser.verdicts.records import JUDGEMENTS
from analyser.verdicts.standing import standing
from analyser.verdicts.store import read_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analyser.verdicts.records import Judgement

Judged: TypeAlias = "dict[Dimension, dict[str, Judgement]]"


def read_verdicts(*paths: Path, settled: Path | None = None, input_sha256: str | None = None) -> Judged:
    """Verdicts by dimension and case id. Dimensions that nobody judged are left out.

    Args:
        paths: One or more. Each is a CSV with ``case_id``, ``dimension``, ``verdict``; a JSON list of objects with
            these; what the report saves, with ``dimensions`` in each element of ``verdicts``; or the folder of a store
            of verdicts, of which each auditor's last word counts.
        settled: Verdicts that people agreed on after they had differed; they stand in the place of all others on the
            same case and dimension.
        input_sha256: Of a store, only verdicts on this export count; all without it.

    Raises:
        SamplingError: A file cannot be used, or two verdicts on the same case and dimension differ.
        VerdictError: A store cannot be used.
    """
    judged: Judged = {}
    final = read_verdicts(settled) if settled else {}
    for path in paths:
        found = False
        for case_id, dimension, verdict in _verdicts_of(path, input_sha256):
            if verdict in {None, ""}:
                continue
            d, v = _known(path, dimension, verdict)
            found = True
            v = final.get(d, {}).get(case_id, v)
            if judged.setdefault(d, {}).setdefault(case_id, v) != v:
                raise SamplingError("CRA-7021", dimension=d, case_id=case_id)
        if not found:
            raise SamplingError("CRA-7020", path=path, why="it holds no verdict")
    return judged


def _verdicts_of(path: Path, input_sha256: str | None) -> Iterator[tuple[str, object, object]]:
    if path.is_dir():
        return _from_store(path, input_sha256)
    return _from_json(path) if path.suffix.lower() == ".json" else _from_csv(path)


def _from_store(path: Path, input_sha256: str | None) -> Iterator[tuple[str, object, object]]:
    for standard, given in standing(read_store(path)).standards.items():
        if input_sha256 in {None, standard.input_sha256}:
            for verdict in given.values():
                yield standard.case_id, standard.dimension, verdict


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


def _known(path: Path, dimension: object, verdict: object) -> tuple[Dimension, Judgement]:
    for d in DIMENSIONS:
        for v in JUDGEMENTS:
            if d == dimension and v == verdict:
                return d, v
    what = f"{dimension} is no dimension" if dimension not in DIMENSIONS else f"{verdict} is no verdict"
    raise SamplingError("CRA-7020", path=path, why=what)
