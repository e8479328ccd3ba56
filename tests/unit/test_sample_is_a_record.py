"""A drawn sample is a record: it is not written over, and only verdicts that were given on it tell its rates."""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from analyser.codebook import DIMENSIONS
from analyser.errors import SamplingError
from analyser.resources import data_path
from analyser.sampling.belonging import draw_sha256, why_not
from analyser.sampling.designs import Design
from analyser.sampling.draw import draw
from analyser.sampling.frame import Frame, Rules, load_frame
from analyser.sampling.plan import plan_precision
from analyser.sampling.record import content_of, drawn_before, go_on, record_path, write_sample
from analyser.verdicts.records import SampleOf
from tests.unit.test_sample_commands import run, told
from tests.unit.test_sample_report import twin
from tests.unit.test_sampling import RUN, case, ids, scan_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture
def frame(tmp_path: Path) -> Frame:
    return load_frame(scan_folder(tmp_path / "results", [case(i) for i in range(120)]), Rules())


# --- a sample in its file


def test_a_draw_goes_on_from_the_sample_in_its_file_or_is_refused(frame: Frame, tmp_path: Path) -> None:
    path, small = tmp_path / "sample.csv", draw(frame, Design("simple", 10), "s")
    write_sample(path, small, content_of(small, RUN))

    def again(size: int, of: Frame = frame) -> tuple[bool, dict[str, Any]]:
        design = Design("simple", size)
        sample = draw(of, design, "s")
        content = content_of(sample, RUN)
        return go_on(path, drawn_before(path, "s", design, "abc"), sample, content), content

    assert again(10)[0] is False
    fresh, content = again(15)
    assert fresh
    (earlier,) = content["earlier"]
    assert earlier["cases"] == 10
    assert earlier["draw_sha256"] == draw_sha256(content)  # the size does not make it another draw
    with pytest.raises(SamplingError, match="would take out 4 of its 10 cases"):
        again(6)
    fewer = dataclasses.replace(frame, cases=frame.cases[1:], sha256="f" * 64)
    with pytest.raises(SamplingError, match="another frame"):
        again(12, fewer)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(SamplingError, match="no longer those of its record"):
        again(10)
    record_path(path).unlink()
    with pytest.raises(SamplingError, match="no record beside it"):
        again(10)
    record_path(path).write_text('{"kind": "shopping list"}', encoding="utf-8")
    with pytest.raises(SamplingError, match="some other file"):
        again(10)


@pytest.mark.parametrize(
    ("seed", "design", "export", "why"),
    [
        ("t", Design("simple", 10), "abc", "another seed"),
        ("s", Design("neyman", 10), "abc", "another design"),
        ("s", Design("simple", 10, must_read=2), "abc", "another design"),
        ("s", Design("simple", 10), "abd", "another export"),
    ],
)
def test_a_draw_over_another_sample_is_refused(
    frame: Frame, tmp_path: Path, seed: str, design: Design, export: str, why: str
) -> None:
    path, first = tmp_path / "sample.csv", draw(frame, Design("simple", 10), "s")
    write_sample(path, first, content_of(first, RUN))
    with pytest.raises(SamplingError, match=f"holds another sample already.*{why}"):
        drawn_before(path, seed, design, export)
    assert drawn_before(tmp_path / "new.csv", seed, design, export).content is None


def test_a_draw_by_month_goes_on_with_more_months(frame: Frame, tmp_path: Path) -> None:
    path, two = tmp_path / "sample.csv", draw(frame, Design("one-a-month", 2), "s")
    before = content_of(two, RUN)
    write_sample(path, two, before)
    three = draw(frame, Design("one-a-month", 3), "s")
    content = content_of(three, RUN)
    assert "another frame" in str(why_not(content, told_of(before), "abc"))
    assert go_on(path, drawn_before(path, "s", Design("one-a-month", 3), "abc"), three, content)
    assert set(ids(two, "B")) < set(ids(three, "B"))
    assert why_not(content, told_of(before), "abc") is None  # verdicts on the cases that were there go on counting


def test_draw_does_not_write_over_a_sample(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "sample.csv"
    base = ("sample", "draw", results, "--design", "simple", "--out", out)
    assert run(*base, "--seed", "one", "--size", "5").returncode == 0
    kept = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    refused = run(*base, "--seed", "two", "--size", "5")
    assert refused.returncode == 2
    assert refused.stderr.startswith("[CRA-7026]")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == kept
    assert "held this sample already" in run(*base, "--seed", "one", "--size", "5").stdout
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == kept
    assert "5 of its cases kept, 2 added" in run(*base, "--seed", "one", "--size", "7").stdout


@pytest.mark.parametrize("seed", ["", "  ", "s" * 1001])
def test_an_empty_or_endless_seed_is_refused(frame: Frame, seed: str) -> None:
    with pytest.raises(SamplingError, match="1 to 1000 characters"):
        draw(frame, Design("simple", 10), seed)


# --- odd sizes


def test_a_must_read_list_that_takes_the_whole_frame_is_refused(frame: Frame) -> None:
    for must_read in (120, 500):
        with pytest.raises(SamplingError, match="no case is left to draw"):
            draw(frame, Design("simple", 10, must_read=must_read), "s")


def test_a_margin_that_nobody_can_read_for_is_refused() -> None:
    with pytest.raises(SamplingError, match="more than anybody reads"):
        plan_precision(0.00001, 0.5, 0.95)
    assert plan_precision(0.00001, 0.5, 0.95, population=500).n == 500


def test_a_size_above_the_frame_is_told(results: Path, tmp_path: Path) -> None:
    command = ("sample", "draw", results, "--seed", "s", "--design", "simple", "--must-read", "2", "--size")
    done = run(*command, "40", "--out", tmp_path / "s.csv")
    assert "40 cases were asked for and only 14 are there to draw: list B is all of them." in done.stdout
    assert told(*command, "40", "--out", tmp_path / "s.csv")["remarks"]
    assert told(*command, "14", "--out", tmp_path / "t.csv")["remarks"] == []
    plan = run("sample", "plan", "--margin", "0.05", "--rate", "0.3", "--population", "16", "--response", "0.9")
    assert "The frame has 16 cases: that is all of it, so draw every case." in plan.stdout


def test_one_is_not_many_in_what_sample_commands_print(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "s.csv"
    command = ("sample", "draw", results, "--seed", "s", "--design", "simple", "--must-read", "1", "--size", "1")
    printed = run(*command, "--out", out).stdout
    printed += run("sample", "evaluate", "--n", "1", "--errors", "0").stdout
    printed += run("sample", "plan", "--margin", "0.2", "--population", "1").stdout
    (tmp_path / "v.csv").write_text(
        "case_id,dimension,verdict\n" + "".join(f"{r},analysis,met\n" for r in [*listed(out, "B"), "elsewhere"]),
        encoding="utf-8",
    )
    printed += run("sample", "estimate", out, tmp_path / "v.csv").stdout
    assert "Verdicts on 1 case outside" in printed
    assert not [line for line in printed.splitlines() if " 1 cases" in line or " 1 judged cases" in line]


# --- verdicts and the sample they are on


def told_of(content: Mapping[str, Any], **other: Any) -> SampleOf:
    own = {"seed": content["seed"], "frame_ids_sha256": content["frame"]["ids_sha256"]}
    return SampleOf.model_validate({**own, "draw_sha256": draw_sha256(content), **other})


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"seed": "t"}, "another seed"),
        ({"frame_ids_sha256": "1" * 64}, "another frame"),
        ({"draw_sha256": "1" * 64}, "another design, or was drawn from another scan"),
    ],
)
def test_verdicts_of_another_draw_do_not_belong(frame: Frame, other: dict[str, str], words: str) -> None:
    content = content_of(draw(frame, Design("simple", 10), "s"), RUN)
    assert why_not(content, told_of(content), "abc") is None
    assert why_not(content, told_of(content, draw_sha256=None), "abc") is None
    assert words in str(why_not(content, told_of(content, **other), "abc"))
    assert "another export" in str(why_not(content, told_of(content), "abd"))
    assert why_not(content, None, "abc") is None


def test_the_draw_hash_knows_the_design_and_the_scan_and_not_the_size(frame: Frame) -> None:
    plain = content_of(draw(frame, Design("simple", 10), "s"), RUN)
    larger = content_of(draw(frame, Design("simple", 20), "s"), RUN)
    assert draw_sha256(plain) == draw_sha256(larger)
    listed = content_of(draw(frame, Design("simple", 10, must_read=2), "s"), RUN)
    again = content_of(draw(frame, Design("simple", 10), "s"), {**RUN, "versions": {"tier": "rules"}})
    assert len({draw_sha256(c) for c in (plain, listed, again)}) == 3


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scan") / "results"
    done = run(
        "scan", data_path("corpora", "example", "notes.csv"), "--tier", "rules", "--out", folder, "--workers", "1"
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def sample(results: Path, tmp_path: Path) -> Path:
    return drawn(results, tmp_path / "sample.csv", "published")


def drawn(results: Path, out: Path, seed: str) -> Path:
    done = run("sample", "draw", results, "--seed", seed, "--size", "6", "--design", "simple", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def listed(sample: Path, which: str) -> list[str]:
    with sample.open(encoding="utf-8", newline="") as file:
        return [row["case_id"] for row in csv.DictReader(file) if row["list"] == which]


def saved(path: Path, of: Path, verdict: str = "met", auditor: str = "QA1", **other: Any) -> Path:
    """What a report of the sample saves when every case of list B was judged alike."""
    record = json.loads(record_path(of).read_text(encoding="utf-8"))
    content = {
        "kind": "case-record-analyser verdicts", "saved_at": "2026-03-02T12:00:00.000Z", "auditor": auditor,
        "versions": {}, "input_sha256": record["scan"]["input_sha256"],
        "sample": json.loads(told_of(record).model_dump_json()),
        "verdicts": [{"case_id": c, "judged_at": "2026-03-02T11:00:00.000Z", "dimensions": dict.fromkeys(DIMENSIONS, verdict)}
                     for c in listed(of, "B")],
    } | other  # fmt: skip
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_saved_file_of_another_sample_is_refused(results: Path, sample: Path, tmp_path: Path) -> None:
    own = saved(tmp_path / "own.json", sample)
    assert told("sample", "estimate", sample, own)["files_that_name_no_sample"] == []
    other = saved(tmp_path / "other.json", drawn(results, tmp_path / "other.csv", "other"))
    export = saved(tmp_path / "export.json", sample, input_sha256="0" * 64)
    for file, why in ((other, "another seed"), (export, "another export")):
        for command in (
            ("sample", "estimate", sample, file),
            ("sample", "estimate", sample, own, "--settled", file),
            ("sample", "report", results, sample, "--verdicts", file, "--out", tmp_path / "r.html"),
        ):
            done = run(*command)
            assert done.returncode == 2
            assert done.stdout == ""
            assert done.stderr.startswith("[CRA-7024]")
            assert why in done.stderr
            assert done.stderr.count("\n") == 1
    assert not (tmp_path / "r.html").exists()


def test_of_a_mixed_store_only_verdicts_on_the_sample_count(results: Path, sample: Path, tmp_path: Path) -> None:
    store, other = tmp_path / "store", drawn(results, tmp_path / "other.csv", "other")
    own = saved(tmp_path / "own.json", sample)
    # The same auditor later says otherwise of the same cases, in another sample and in the report of the scan.
    changed = {"saved_at": "2026-04-02T12:00:00.000Z"}
    strangers = [
        saved(tmp_path / "o.json", other, "not_met", **changed),
        saved(tmp_path / "scan.json", sample, "not_met", sample=None, **changed),
    ]
    assert run("verdicts", "import", *strangers, "--store", store).returncode == 0
    refused = run("sample", "estimate", sample, store)
    assert refused.returncode == 2
    assert refused.stderr.startswith("[CRA-7025]")
    assert run("verdicts", "import", own, "--store", store).returncode == 0
    found = told("sample", "estimate", sample, store)
    assert found["verdicts_left_out"] == 12
    for dimension in found["dimensions"].values():
        assert dimension["outcomes"]["partly_or_not_met"]["estimate"]["rate"] == 0
    assert "Not used: 12 entries of the store" in run("sample", "estimate", sample, store).stdout
    done = run("sample", "report", results, sample, "--verdicts", store, "--no-text", "--out", tmp_path / "r.html")
    assert done.returncode == 0, done.stderr
    assert "Not used: 12 entries of the store" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_verdicts_that_name_no_sample_are_used_and_told(sample: Path, tmp_path: Path) -> None:
    unnamed = saved(tmp_path / "v.json", sample, sample=None)
    done = run("sample", "estimate", sample, unnamed)
    assert "No sample is named in v.json; make sure that these verdicts are on this one." in done.stdout
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(sample, alone)
    done = run("sample", "estimate", alone / "sample.csv", unnamed)
    assert "There is no record beside the sample" in done.stdout


def test_the_committee_report_counts_the_auditors_who_judged(results: Path, sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    files = [saved(tmp_path / "1.json", sample), saved(tmp_path / "2.json", sample, auditor="qa2")]
    files.append(saved(tmp_path / "3.json", sample, auditor="QA2"))
    assert run("verdicts", "import", *files, "--store", store).returncode == 0
    run("sample", "report", results, sample, "--verdicts", store, "--no-text", "--out", tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    facts = {row["item"]: row["value"] for row in twin(page, "design")}
    assert facts["Auditors who have judged"] == "2"
    assert facts["Judged by two auditors or more"] == "6 cases of list B"
    assert "QA1" not in page
    assert "qa2" not in page.lower()


def test_the_machines_chance_stands_beside_its_own_outcome_alone(sample: Path, tmp_path: Path) -> None:
    own = saved(tmp_path / "own.json", sample, "partly_met")
    found = told("sample", "estimate", sample, own)["dimensions"]["supervision"]["outcomes"]
    assert found["not_met"]["machine_only"] is None
    assert 0 < found["partly_or_not_met"]["machine_only"] < 1
    printed = run("sample", "estimate", sample, own).stdout
    assert printed.count("machine only") == len(DIMENSIONS)
