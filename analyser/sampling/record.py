"""A sample on disk: the table of its cases, and beside it a record of how it was drawn. No note text is in either.

The record (``sample.csv`` has ``sample.json``) holds what an estimate needs of the frame and what a reader needs to
draw the sample again: frame, exclusions, design, seed, strata, replacements, versions, and the machine's chances.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import DIMENSIONS, Dimension
from analyser.errors import SamplingError
from analyser.runners.files import safe_cell, write_text
from analyser.sampling.belonging import draw_sha256
from analyser.sampling.designs import BY_MONTH
from analyser.sampling.draw import Drawn, Sample, SampleList
from analyser.sampling.tables import number_of, read_table
from analyser.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier draw into the same file left that a draw that goes on from it takes over.

    Attributes:
        reasons: Of cases that could not be read, by case id.
        earlier: The draws that this one goes on from, the latest last: hash of the draw, hash of the ids of its frame,
            number of its cases.
        rows: The cases, and
        content: the record of the latest of them; ``None`` where the file is new.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    earlier: Sequence[Mapping[str, Any]] = ()
    rows: Sequence[Drawn] = ()
    content: Mapping[str, Any] | None = None


def drawn_before(path: Path, seed: str, design: Design, input_sha256: object) -> Before:
    """The sample that a file holds, which a draw into the same file must go on from: a drawn sample is a record.

    Args:
        path: The sample's table.
        seed: The seed of the draw to come.
        design: Its design; it may differ in size.
        input_sha256: Hash of the export of its scan.

    Raises:
        SamplingError: The file is there and no sample (CRA-7020), or one of another draw (CRA-7026).
    """
    record, beside = read_record(path), record_path(path)
    if record is None and beside.exists():
        why = (
            "it is some other file, and the record of the sample would be written over it; give another name with --out"
        )
        raise SamplingError("CRA-7020", path=beside, why=why)
    if record is None and not path.exists():
        return Before()
    rows = read_sample(path) if path.exists() else []
    if record is None:
        raise SamplingError("CRA-7026", path=path, why="it has no record beside it that says how it was drawn")
    before = record.content
    if before["scan"]["input_sha256"] != input_sha256:
        raise SamplingError("CRA-7026", path=path, why="it was drawn from another export")
    if before["seed"] != seed:
        raise SamplingError("CRA-7026", path=path, why="it was drawn with another seed")
    if {"uncertain": 0.0, **before["design"], "size": None} != {**asdict(design), "size": None}:
        raise SamplingError("CRA-7026", path=path, why="it was drawn with another design")
    if rows and {r.case_id for r in rows} != set(_cases_of(before)):
        raise SamplingError("CRA-7026", path=path, why="its cases are no longer those of its record")
    draw = {
        "draw_sha256": draw_sha256(before),
        "frame_ids_sha256": before["frame"]["ids_sha256"],
        "cases": len(_cases_of(before)),
    }
    reasons = {r["case_id"]: r["reason"] for r in before["replacements"]}
    return Before(reasons, (*before.get("earlier", ()), draw), rows, before)


def go_on(path: Path, before: Before, sample: Sample, content: dict[str, Any]) -> bool:
    """Bring what came before into the record of a sample that goes on from it.

    Args:
        path: The sample's table.
        before: What it held.
        sample: The sample that was drawn now.
        content: Its record; ``earlier`` is added to it.

    Returns:
        Whether there is anything to write: not when the same sample is there already.

    Raises:
        SamplingError: Cases would go that were drawn before (CRA-7026).
    """
    if before.content is None:
        return True
    if _rules_of(before.content) != _rules_of(content):
        raise SamplingError("CRA-7026", path=path, why="it was drawn from another frame")
    lists = {r.case_id: r.list for r in sample.rows}
    kept = lists.keys() | {r.case_id for r in sample.replacements}
    gone = sum(case_id not in kept for case_id in _cases_of(before.content))
    if gone:
        why = f"this draw would take out {gone} of its {len(_cases_of(before.content))} cases"
        raise SamplingError("CRA-7026", path=path, why=why)
    if any(lists.get(r.case_id, r.list) != r.list for r in before.rows):
        raise SamplingError("CRA-7026", path=path, why="this draw would move cases from one list to the other")
    apart: dict[str, None] = {"program": None, "earlier": None}
    if path.exists() and {**before.content, **apart} == {**_as_json(content), **apart}:
        return False
    content["earlier"] = list(before.earlier)
    return True


def _cases_of(content: Mapping[str, Any]) -> list[str]:
    """Ids of the drawn cases, as the record has them."""
    return list(content["machine"][DIMENSIONS[0]]["cases"])


def _rules_of(content: Mapping[str, Any]) -> object:
    """What must be alike in the frames of two draws of which one goes on from the other.

    Designs by month take in more months when they grow, so only the declared rules can be compared, the last of which
    is their own.
    """
    frame = content["frame"]
    if content["design"]["name"] in BY_MONTH:
        return [e["rule"] for e in frame["exclusions"][:-1]]
    return frame["ids_sha256"]


def _as_json(content: Mapping[str, Any]) -> dict[str, Any]:
    """A record as it is when it is read again."""
    again: dict[str, Any] = json.loads(json.dumps(content, default=str))
    return again
