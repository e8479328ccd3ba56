"""Auditors' verdicts: a CSV of one verdict a row, the JSON that the report saves, or the store of verdicts."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import ValidationError

from analyser.codebook import DIMENSIONS, Dimension
from analyser.errors import SamplingError
from analyser.sampling.belonging import why_not
from analyser.sampling.tables import read_table
from analyser.verdicts.records import JUDGEMENTS, SampleOf
from analyser.verdicts.standing import standing
from analyser.verdicts.store import read_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from analyser.verdicts.records import Judgement

Judged: TypeAlias = "dict[Dimension, dict[str, Judgement]]"


@dataclass(slots=True)
class Given:
    """Verdicts on a sample.

    Attributes:
        judged: By dimension and case id. Dimensions that nobody judged are left out.
        left_out: Lines of stores, one a case and saving, that are not of this sample and were not used.
        unchecked: Files that do not say of which sample they are, so that nobody could check it.
        auditors: Who judged, by case id, where it is known.
    """

    judged: Judged = field(default_factory=dict)
    left_out: int = 0
    unchecked: list[str] = field(default_factory=list)
    auditors: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def remarks(self, *, checked: bool) -> list[str]:
        """Which verdicts were not used, and of which nobody could check that they belong to the sample.

        Args:
            checked: There was a record of the sample to check them by.
        """
        out = []
        if self.left_out:
            entries = "1 entry" if self.left_out == 1 else f"{self.left_out} entries"
            out.append(f"Not used: {entries} of the store, from reports of other samples or of a scan.")
        if not checked:
            out.append("There is no record beside the sample, so nobody could check that the verdicts belong to it.")
        elif self.unchecked:
            out.append(
                f"No sample is named in {', '.join(self.unchecked)}; make sure that these verdicts are on this one."
            )
        return out


def read_verdicts(*paths: Path, settled: Path | None = None, record: Mapping[str, Any] | None = None) -> Given:
    """Verdicts on a sample, and on it alone.

    Args:
        paths: One or more. Each is a CSV with ``case_id``, ``dimension``, ``verdict``; a JSON list of objects with
            these; what the report saves, with ``dimensions`` in each element of ``verdicts``; or the folder of a store
            of verdicts, of which each auditor's last word counts.
        settled: Verdicts that people agreed on after they had differed; they stand in the place of all others on the
            same case and dimension.
        record: The sample's record. A file that names another sample or export is refused; of a store, lines that do
            not name this sample are left out and counted. Without it, all verdicts are taken.

    Raises:
        SamplingError: A file cannot be used (CRA-7020), is of another sample (CRA-7024), a store has no verdict on
            this one (CRA-7025), or two verdicts on the same case and dimension differ (CRA-7021).
        VerdictError: A store cannot be used.
    """
    given = Given()
    final = read_verdicts(settled, record=record).judged if settled else {}
    for path in paths:
        found = False
        for case_id, dimension, verdict in _verdicts_of(path, record, given):
            if verdict in {None, ""}:
                continue
            d, v = _known(path, dimension, verdict)
            found = True
            v = final.get(d, {}).get(case_id, v)
            if given.judged.setdefault(d, {}).setdefault(case_id, v) != v:
                raise SamplingError("CRA-7021", dimension=d, case_id=case_id)
        if not found:
            raise SamplingError("CRA-7020", path=path, why="it holds no verdict")
    return given


def _verdicts_of(path: Path, record: Mapping[str, Any] | None, given: Given) -> Iterator[tuple[str, object, object]]:
    if path.is_dir():
        return _from_store(path, record, given)
    if path.suffix.lower() == ".json":
        return _from_json(path, record, given)
    given.unchecked.append(path.name)
    return _from_csv(path)


def _from_store(path: Path, record: Mapping[str, Any] | None, given: Given) -> Iterator[tuple[str, object, object]]:
    lines = read_store(path)
    # A line that names no sample is from the report of the scan, where the findings stand in the open.
    own = [
        line
        for line in lines
        if record is None or (line.sample and not why_not(record, line.sample, line.input_sha256))
    ]
    if not own:
        raise SamplingError("CRA-7025", path=path)
    given.left_out += len(lines) - len(own)
    for line in own:
        given.auditors[line.case_id].add(line.who)
    for standard, words in standing(own).standards.items():
        for verdict in words.values():
            yield standard.case_id, standard.dimension, verdict


def _from_csv(path: Path) -> Iterator[tuple[str, object, object]]:
    for row in read_table(path, ("case_id", "dimension", "verdict")):
        yield row["case_id"], row["dimension"], row["verdict"]


def _from_json(path: Path, record: Mapping[str, Any] | None, given: Given) -> Iterator[tuple[str, object, object]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SamplingError("CRA-7020", path=path, why="there is no such file") from None
    except (OSError, ValueError):
        raise SamplingError("CRA-7020", path=path, why="it is not JSON in UTF-8") from None
    head = content if isinstance(content, dict) else {}
    _check_sample(path, head, record, given)
    who = str(head.get("auditor") or "").strip().casefold()
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
        if who:
            given.auditors[str(case_id)].add(who)
        for dimension, verdict in several.items():
            yield str(case_id), dimension, verdict


def _check_sample(path: Path, head: Mapping[str, Any], record: Mapping[str, Any] | None, given: Given) -> None:
    """Refuse a saved file that is of another sample; note one that does not say of which it is."""
    try:
        told = SampleOf.model_validate(head["sample"]) if head.get("sample") is not None else None
    except ValidationError:
        raise SamplingError("CRA-7020", path=path, why="what it says of its sample cannot be read") from None
    export = head.get("input_sha256")
    if told is None:
        given.unchecked.append(path.name)
    why = why_not(record, told, export if isinstance(export, str) else None) if record else None
    if why:
        raise SamplingError("CRA-7024", path=path, why=why)


def _known(path: Path, dimension: object, verdict: object) -> tuple[Dimension, Judgement]:
    for d in DIMENSIONS:
        for v in JUDGEMENTS:
            if d == dimension and v == verdict:
                return d, v
    what = f"{dimension} is no dimension" if dimension not in DIMENSIONS else f"{verdict} is no verdict"
    raise SamplingError("CRA-7020", path=path, why=what)
