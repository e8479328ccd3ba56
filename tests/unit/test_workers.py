"""Several processes read as one does: same evidence, same order, same counts."""

from __future__ import annotations

import csv
import json
import pickle
from functools import partial
from typing import TYPE_CHECKING

import pytest

from analyser.errors import AnalyserError, InputError
from analyser.ingest import load_profile, open_export
from analyser.privacy import Gate
from analyser.resources import data_path
from analyser.runners.local import ScanOptions, scan
from analyser.runners.pool import processes
from analyser.tiers import load_bundle

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("evidence.jsonl", "notes.csv", "cases.csv", "teams.csv", "rejected.csv")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    source = tmp_path_factory.mktemp("source") / "notes.csv"
    lines = data_path("corpora", "example", "notes.csv").read_text(encoding="utf-8")
    source.write_text(lines + "EX99,,not a date,Home visit,Social worker,\n", encoding="utf-8")
    out = []
    for workers in (1, 2):
        folder = tmp_path_factory.mktemp(f"workers{workers}") / "out"
        export = open_export(source, load_profile("generic"))
        make = partial(load_bundle, "rules")
        scan(export, make(), Gate(), folder, ScanOptions("warn", 1.0, workers, make))
        out.append(folder)
    return out


@pytest.mark.parametrize("name", FILES)
def test_files_are_the_same_whatever_the_number_of_processes(folders: list[Path], name: str) -> None:
    one, two = (folder.joinpath(name).read_text(encoding="utf-8") for folder in folders)
    assert one == two
    assert one


def test_counts_and_identifiers_are_the_same(folders: list[Path]) -> None:
    one, two = (json.loads((f / "run.json").read_text(encoding="utf-8")) for f in folders)
    for key in ("rows_read", "rows_rejected", "notes_analysed", "evidence", "sentences", "privacy"):
        assert one[key] == two[key]
    with (folders[1] / "rejected.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == one["rows_rejected"] > 0


def test_an_error_of_another_process_arrives_whole() -> None:
    sent = InputError("CRA-1001", path="x.csv")
    got = pickle.loads(pickle.dumps(sent))  # noqa: S301 - what the pool itself does
    assert isinstance(got, InputError)
    assert isinstance(got, AnalyserError)
    assert (str(got), got.code, got.exit_code) == (str(sent), "CRA-1001", 2)


def test_small_exports_are_read_in_one_process(tmp_path: Path) -> None:
    small = tmp_path / "small.csv"
    small.write_bytes(b"x" * 1000)
    assert processes(small, 0) == 1
    assert processes(small, 3) == 3
