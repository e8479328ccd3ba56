"""A sample on disk: the table of its cases, and beside it a record of how it was drawn. No note text is in either.

The record (``sample.csv`` has ``sample.json``) holds what an estimate needs of the frame and what a reader needs to
draw the sample again: frame, exclusions, design, seed, strata, replacements, versions, and the machine's chances.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import DIMENSIONS, Dimension
from analyser.errors import SamplingError
from analyser.runners.files import safe_cell, write_text
from analyser.sampling.draw import Drawn, Sample, SampleList
from analyser.sampling.tables import number_of, read_table
from analyser.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from analyser.sampling.designs import Design

COLUMNS: Final = ("case_id", "list", "stratum", "inclusion_probability", "weight", "ticket")
KIND: Final = "case-record-analyser sample"


@dataclass(frozen=True, slots=True)
class MachineMeans:
    """The machine's chances that a difference estimator needs, for one dimension.

    Attributes:
        frame: Mean over the frame.
        probability_frame: Mean over the frame without the must-read list.
        cases: By case id, for drawn cases.
    """

    frame: float
    probability_frame: float | None
    cases: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Record:
    """What the record says that estimates need.

    Attributes:
        strata: Cases of the frame in each stratum of list B.
        machine: By dimension.
        content: The whole record.
    """

    strata: Mapping[str, int]
    machine: Mapping[Dimension, MachineMeans]
    content: Mapping[str, Any]


def record_path(sample: Path) -> Path:
    """Where the record of a sample is: the same name with ``.json``.

    Raises:
        SamplingError: The sample's own name ends so.
    """
    if sample.suffix == ".json":
        raise SamplingError("CRA-7020", path=sample, why="the sample is a table; give it a name such as sample.csv")
    return sample.with_suffix(".json")


def content_of(sample: Sample, run: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a sample.

    Args:
        sample: The sample.
        run: ``run.json`` of the scan.
    """
    frame = sample.frame
    must = {r.case_id for r in sample.rows if r.list == "A"}
    drawn = {r.case_id for r in sample.rows}
    rest = [c for c in frame.cases if c.case_id not in must]
    return {
        "kind": KIND,
        "program": __version__,
        "scan": {"versions": run.get("versions"), "input_sha256": run.get("input_sha256")},
        "frame": {
            "listed": frame.listed, "cases": len(frame.cases), "ids_sha256": frame.sha256,
            "exclusions": [asdict(e) for e in frame.exclusions],
        },
        "frame_case_ids": [c.case_id for c in frame.cases],  # whoever has them and the seed can draw it again
        "seed": sample.seed,
        "design": asdict(sample.design),
        "must_read": len(must),
        "strata": [asdict(s) for s in sample.strata],
        "replacements": [asdict(r) for r in sample.replacements],
        "machine": {
            d: {
                "frame": sum(c.chances[d] for c in frame.cases) / len(frame.cases),
                "probability_frame": sum(c.chances[d] for c in rest) / len(rest) if rest else None,
                "cases": {c.case_id: c.chances[d] for c in frame.cases if c.case_id in drawn},
            }
            for d in DIMENSIONS
        },
    }  # fmt: skip


def write_sample(path: Path, sample: Sample, content: Mapping[str, Any]) -> None:
    """Write the table and its record.

    Raises:
        OutputError: They cannot be written.
        SamplingError: The name ends in ``.json``.
    """
    beside = record_path(path)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for r in sample.rows:
        cells = (r.case_id, r.list, r.stratum, round(r.inclusion_probability, 12), round(r.weight, 12), r.ticket)
        writer.writerow([safe_cell(cell) for cell in cells])
    write_text(path, buffer.getvalue())
    write_text(beside, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def read_sample(path: Path) -> list[Drawn]:
    """The cases of a sample.

    Raises:
        SamplingError: It is no sample.
    """
    rows = []
    for row in read_table(path, COLUMNS[:5]):
        probability, weight = number_of(row["inclusion_probability"]), number_of(row["weight"])
        if row["list"] not in {"A", "B"}:
            raise SamplingError("CRA-7020", path=path, why=f"case {row['case_id']} is neither in list A nor in list B")
        if probability is None or weight is None or not 0 < probability <= 1 or not weight >= 1 - 1e-9:
            why = f"the probability and weight of case {row['case_id']} are no such numbers"
            raise SamplingError("CRA-7020", path=path, why=why)
        which: SampleList = "A" if row["list"] == "A" else "B"
        rows.append(Drawn(row["case_id"], which, row["stratum"], probability, weight, row.get("ticket", "")))
    if len({r.case_id for r in rows}) < len(rows):
        raise SamplingError("CRA-7020", path=path, why="a case is listed twice")
    return rows


def read_record(path: Path) -> Record | None:
    """The record of a sample; ``None`` when there is none beside it.

    Args:
        path: The sample's table.

    Raises:
        SamplingError: There is one, but it cannot be used.
    """
    beside = record_path(path)
    if not beside.is_file():
        return None
    try:
        content = json.loads(beside.read_text(encoding="utf-8"))
        if content.get("kind") != KIND:
            return None  # some other file of that name
        strata = {s["name"]: int(s["cases"]) for s in content["strata"]}
        machine = {d: MachineMeans(**content["machine"][d]) for d in DIMENSIONS}
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        raise SamplingError("CRA-7020", path=beside, why="it is not the record of a sample") from None
    return Record(strata, machine, content)


def replacements_of(path: Path, seed: str, design: Design, input_sha256: object) -> dict[str, str]:
    """Reasons by case id that an earlier draw into the same file logged, so that a top-up keeps its replacements.

    Only from a draw of the same scan with the same seed and, but for its size, the same design.
    """
    record = read_record(path)
    if record is None:
        return {}
    before = record.content
    same = before["seed"] == seed and before["scan"]["input_sha256"] == input_sha256
    same = same and {"uncertain": 0.0, **before["design"], "size": None} == {**asdict(design), "size": None}
    return {r["case_id"]: r["reason"] for r in before["replacements"]} if same else {}
