"""The main job: an export goes in, files and a report come out."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import TYPE_CHECKING

from analyser.resources import data_path

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "analyser", *arguments], capture_output=True, text=True, check=False)


def test_scan_of_the_example_gives_every_file(tmp_path: Path) -> None:
    done = run("scan", str(data_path("corpora", "example", "notes.csv")), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {
        "evidence.jsonl",
        "evidence.parquet",
        "notes.csv",
        "cases.csv",
        "teams.csv",
        "rejected.csv",
        "run.json",
        "report.html",
    }
    ran = json.loads((tmp_path / "out" / "run.json").read_text())
    assert ran["rows_read"] == ran["notes_analysed"] + ran["rows_rejected"]
    with (tmp_path / "out" / "cases.csv").open(newline="") as file:
        ranks = [int(row["priority_rank"]) for row in csv.DictReader(file)]
    assert ranks == list(range(1, ran["cases"] + 1))
