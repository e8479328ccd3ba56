"""``analyser sample`` as a person or another program calls it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from analyser.codebook import DIMENSIONS
from analyser.resources import data_path

COLUMNS = ["case_id", "list", "stratum", "inclusion_probability", "weight", "ticket"]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyser", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def told(*arguments: str | Path) -> Any:
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scan") / "results"
    done = run("scan", data_path("corpora", "example", "notes.csv"), "--out", folder, "--workers", "1")
    assert done.returncode == 0, done.stderr
    return folder


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def verdicts(path: Path, cases: list[str], failing: int) -> Path:
    lines = [f"{c},supervision,{'not_met' if i < failing else 'met'}" for i, c in enumerate(cases)]
    path.write_text("\n".join(["case_id,dimension,verdict", *lines]) + "\n", encoding="utf-8")
    return path


def test_plan_for_assurance() -> None:
    found = told("sample", "plan", "--tolerable", "0.05", "--expected", "0.025", "--confidence", "0.95",
                 "--method", "hypergeometric", "--population", "1000")  # fmt: skip
    assert (found["n"], found["expected_errors"]) == (197, 5)
    assert (
        told("sample", "plan", "--tolerable", "0.05", "--expected", "0.025", "--method", "poisson")["expected_errors"]
        == 5.78
    )


def test_plan_in_two_stages_and_with_a_prior() -> None:
    staged = told("sample", "plan", "--tolerable", "0.03", "--expected", "1", "--second-stage", "0")
    assert (staged["n"], staged["n_per_stage"]) == (206, [103, 103])
    assert told("sample", "plan", "--tolerable", "0.03", "--method", "poisson", "--prior", "1,1")["n"] == 99


def test_plan_for_a_margin() -> None:
    found = told("sample", "plan", "--margin", "0.1", "--rate", "0.8", "--confidence", "0.95",
                 "--population", "1000", "--design-effect", "1.5", "--response", "0.85")  # fmt: skip
    assert found["n"] == 102


def test_evaluate() -> None:
    found = told("sample", "evaluate", "--n", "100", "--errors", "1", "--confidence", "0.95", "--method", "poisson",
                 "--tolerable", "0.05")  # fmt: skip
    assert round(found["upper"], 8) == 0.04743865
    assert found["below_tolerable"] is True
    assert round(found["p_value"], 6) == 0.040428


def test_plans_speak_to_people() -> None:
    assert "Read 59 cases" in run("sample", "plan", "--tolerable", "0.05").stdout
    assert (
        "read 103 more" in run("sample", "plan", "--tolerable", "0.03", "--expected", "1", "--second-stage", "0").stdout
    )
    assert "Draw 97 cases" in run("sample", "plan", "--margin", "0.1").stdout
    evaluated = run("sample", "evaluate", "--n", "60", "--errors", "0", "--tolerable", "0.04").stdout
    assert "below 4.87%" in evaluated
    assert "not below the tolerable rate of 4.0%" in evaluated


def test_draw_prints_the_frame_and_writes_the_table(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "sample.csv"
    drawn = (
        "sample",
        "draw",
        results,
        "--seed",
        "7",
        "--size",
        "6",
        "--design",
        "simple",
        "--must-read",
        "3",
        "--out",
        out,
    )
    done = run(*drawn)
    assert done.returncode == 0, done.stderr
    assert "Frame: 16 of 16 cases; SHA-256 of their ids " in done.stdout
    rows = table(out)
    assert list(rows[0]) == COLUMNS
    assert [r["list"] for r in rows] == ["A"] * 3 + ["B"] * 6
    assert {r["weight"] for r in rows if r["list"] == "A"} == {"1.0"}
    first = out.read_bytes()
    assert told(*drawn)["frame"]["cases"] == 16
    assert out.read_bytes() == first


def test_same_sample_from_a_scan_of_several_processes_and_a_reordered_export(results: Path, tmp_path: Path) -> None:
    header, *notes = data_path("corpora", "example", "notes.csv").read_text(encoding="utf-8").split("\nK")
    export = tmp_path / "turned.csv"
    export.write_text("\nK".join([header, *(n.rstrip("\n") for n in reversed(notes))]) + "\n", encoding="utf-8")
    assert run("scan", export, "--out", tmp_path / "again", "--workers", "2").returncode == 0
    samples = []
    for folder in (results, tmp_path / "again"):
        out = tmp_path / f"{folder.name}.csv"
        done = run(
            "sample",
            "draw",
            folder,
            "--seed",
            "x",
            "--size",
            "8",
            "--design",
            "neyman",
            "--must-read",
            "2",
            "--out",
            out,
        )
        assert done.returncode == 0, done.stderr
        samples.append(out.read_bytes())
    assert samples[0] == samples[1]


def test_frame_rules_are_declared_and_bad_days_refused(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "s.csv"
    audited = tmp_path / "audited.csv"
    audited.write_text("case_id,audited_at\nK028,2024-08-01\n", encoding="utf-8")
    base = ("sample", "draw", results, "--seed", "7", "--size", "2", "--design", "simple", "--out", out)
    found = told(
        *base,
        "--from",
        "2024-01-01",
        "--to",
        "2024-12-31",
        "--audited",
        audited,
        "--without-status",
        "child protection plan",
    )
    rules = [e["rule"] for e in found["frame"]["exclusions"]]
    assert rules == [
        "no dated note from 2024-01-01 to 2024-12-31",
        "audited after 2023-12-31 and not after 2024-12-31",
        "plan or legal status child protection plan",
    ]
    assert found["frame"]["listed"] == 16 > found["frame"]["cases"]
    assert "K028" not in {r["case_id"] for r in table(out)}
    refused = run(*base, "--from", "last May")
    assert refused.returncode == 2
    assert "[CRA-7015]" in refused.stderr


def test_replacements_are_logged_and_kept_by_a_top_up(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "sample.csv"
    base = ("sample", "draw", results, "--seed", "7", "--design", "simple", "--out", out)
    run(*base, "--size", "5")
    before = [r["case_id"] for r in table(out)]
    done = run(*base, "--size", "5", "--replace", f"{before[1]}=file locked")
    assert f"replaced: {before[1]} by " in done.stdout
    after = [r["case_id"] for r in table(out)]
    assert set(before) - set(after) == {before[1]}
    assert run(*base, "--size", "7").returncode == 0
    larger = [r["case_id"] for r in table(out)]
    assert set(after) < set(larger)
    assert before[1] not in larger
    record = json.loads((tmp_path / "sample.json").read_text(encoding="utf-8"))
    assert record["replacements"][0]["reason"] == "file locked"


def test_estimate_from_a_table_of_verdicts(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "sample.csv"
    run("sample", "draw", results, "--seed", "7", "--size", "8", "--design", "simple", "--must-read", "2", "--out", out)
    cases = [r["case_id"] for r in table(out)]
    path = verdicts(tmp_path / "v.csv", [*cases, "elsewhere"], failing=4)
    found = told("sample", "estimate", out, path)
    headline = found["dimensions"]["supervision"]["outcomes"]["not_met"]
    assert headline["estimate"]["rate"] == pytest.approx((2 + 14 * 2 / 8) / 16)
    assert headline["estimate"]["low"] < headline["estimate"]["rate"] < headline["estimate"]["high"]
    assert headline["difference"]["estimator"] == "difference"
    assert found["verdicts_on_other_cases"] == 1
    assert found["sample"]["seed"] == "7"
    done = run("sample", "estimate", out, path)
    assert "not met: 34.4%" in done.stdout
    assert "of the frame, 95% confidence" in done.stdout
    assert "machine only, no estimate of the rate" in done.stdout


def test_estimate_from_the_reports_json_without_a_record(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "sample.csv"
    run("sample", "draw", results, "--seed", "7", "--size", "8", "--design", "neyman", "--out", out)
    (tmp_path / "sample.json").unlink()
    saved = {
        "kind": "case-record-analyser verdicts", "auditor": "AB",
        "verdicts": [{"case_id": r["case_id"], "dimensions": dict.fromkeys(DIMENSIONS, "met"), "comment": ""} for r in table(out)],
    }  # fmt: skip
    path = tmp_path / "verdicts.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    found = told("sample", "estimate", out, path)
    assert list(found["dimensions"]) == list(DIMENSIONS)
    for dimension in found["dimensions"].values():
        assert dimension["outcomes"]["not_met"]["estimate"]["rate"] == 0
        assert dimension["outcomes"]["not_met"]["difference"] is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["plan"], "CRA-7001"),
        (["plan", "--tolerable", "0.05", "--margin", "0.1"], "CRA-7001"),
        (["plan", "--tolerable", "5"], "CRA-7000"),
        (["plan", "--tolerable", "0.05", "--method", "hypergeometric"], "CRA-7003"),
        (["plan", "--tolerable", "0.05", "--prior", "some"], "CRA-7007"),
        (["plan", "--tolerable", "0.05", "--second-stage", "0"], "CRA-7016"),
        (["evaluate", "--n", "5", "--errors", "6"], "CRA-7008"),
        (["evaluate", "--n", "5", "--errors", "1", "--method", "hypergeometric", "--population", "3"], "CRA-7009"),
        (["draw", "DIR", "--seed", "1", "--design", "quota", "--size", "5", "--out", "s.csv"], "CRA-7010"),
        (["draw", "DIR", "--seed", "1", "--design", "simple", "--out", "s.csv"], "CRA-7014"),
        (["draw", "DIR", "--seed", "1", "--design", "proportional", "--size", "4", "--out", "s.csv"], "CRA-7012"),
        (["draw", "nowhere", "--seed", "1", "--design", "simple", "--size", "4", "--out", "s.csv"], "CRA-5002"),
        (["draw", "DIR", "--seed", "1", "--design", "simple", "--size", "4", "--out", "s.json"], "CRA-7020"),
        (["estimate", "none.csv", "none.csv"], "CRA-7020"),
    ],
)  # fmt: skip
def test_unusable_commands_end_with_2_and_one_sentence(
    results: Path, tmp_path: Path, arguments: list[str], code: str
) -> None:
    places = {"DIR": str(results), "s.csv": str(tmp_path / "s.csv"), "s.json": str(tmp_path / "s.json")}
    done = run("sample", *[places.get(a, a) for a in arguments])
    assert done.returncode == 2
    assert done.stderr.startswith(f"[{code}]")
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_must_read_list_alone_is_refused(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "sample.csv"
    run("sample", "draw", results, "--seed", "7", "--size", "6", "--design", "simple", "--must-read", "3", "--out", out)
    path = verdicts(tmp_path / "v.csv", [r["case_id"] for r in table(out) if r["list"] == "A"], failing=3)
    done = run("sample", "estimate", out, path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("[CRA-7022] No rate can be told from the must-read list")
