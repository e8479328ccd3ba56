"""Commands as a person types them: exit codes, one clear sentence, nothing half-written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HEADER = "case_id,note_id,occurred_at,note_type,author_role,text\n"
CLEAN = HEADER + "A1,1,2026-03-02,Home visit,Social worker,I saw Child A alone. She said she hates the stairs.\n"
TELLING = HEADER + "A1,1,2026-03-02,Home visit,Social worker,Mum is Jane Okafor and her NHS number is 943 476 5919.\n"


def run(*arguments: str | Path, cwd: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "analyser", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **extra},
    )  # fmt: skip


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "notes.csv"
    path.write_text(CLEAN, encoding="utf-8")
    return path


def test_scan_says_what_it_did_and_works_from_any_folder(export: Path, tmp_path: Path) -> None:
    done = run("scan", export, "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 row read, 0 rejected, 1 note in 1 case," in done.stdout
    assert done.stderr == ""


def test_scan_for_machines_prints_run_json(export: Path, tmp_path: Path) -> None:
    done = run("scan", export, "--out", tmp_path / "out", "--json")
    assert json.loads(done.stdout) == json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scan", "nowhere.csv", "--out", "o"], "There is no file"),
        (["scan", "NOTES", "--out", "o", "--profile", "atlantis"], "There is no profile atlantis"),
        (["scan", "NOTES", "--out", "o", "--profile", "mosaic"], "has no column"),
        (["scan", "NOTES", "--out", "o", "--rules", "none"], "no rules in"),
        (["scan", "NOTES", "--out", "NOTES"], "cannot be written"),
        (["report", "nothing"], "is not the output of a scan"),
        (["evaluate", "."], "no labelled cases"),
        (["rules", "check", "no.such.rule"], "There is no rule no.such.rule"),
        (["scan", "NOTES", "--out", "o", "--tier", "wonder"], "tier"),
    ],
)
def test_unusable_commands_end_with_2_and_a_sentence(
    export: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    done = run(*[str(export) if a == "NOTES" else a for a in arguments], cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "o").exists()


def test_unknown_setting_is_refused(export: Path, tmp_path: Path) -> None:
    done = run("scan", export, "--out", tmp_path / "o", CRA_CHUNK_ROW="5")
    assert done.returncode == 2
    assert "CRA_CHUNK_ROW is not known" in done.stderr


def test_gate_stops_with_3_names_types_and_ids_and_never_the_text(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(TELLING, encoding="utf-8")
    stopped = run("scan", path, "--out", tmp_path / "o")
    assert stopped.returncode == 3
    assert "NHS number" in stopped.stderr
    assert "Okafor" not in stopped.stderr + stopped.stdout
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(("mode", "kept"), [("redact", False), ("warn", True)])
def test_gate_redacts_or_warns_when_told_to(tmp_path: Path, mode: str, *, kept: bool) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(TELLING, encoding="utf-8")
    done = run("scan", path, "--out", tmp_path / "o", "--on-identifiers", mode)
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "o" / "report.html").read_text(encoding="utf-8")
    assert ("Okafor" in html) == kept
    assert ("943 476 5919" in html) == kept
    assert "Okafor" not in done.stdout


def test_privacy_check_writes_places_and_no_text(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(TELLING, encoding="utf-8")
    done = run("privacy", "check", path, "--spans", tmp_path / "spans.jsonl")
    assert done.returncode == 0
    rows = [json.loads(line) for line in (tmp_path / "spans.jsonl").read_text(encoding="utf-8").splitlines()]
    text = TELLING.splitlines()[1].split(",", 5)[5]
    assert {r["type"]: text[r["start"] : r["end"]] for r in rows} == {
        "PERSON": "Jane Okafor",
        "NHS_NUMBER": "943 476 5919",
    }
    assert set(rows[0]) == {"note_id", "start", "end", "type", "score"}
    assert "Okafor" not in done.stdout


def test_rules_explain_names_the_cue_that_blocked() -> None:
    done = run("rules", "explain", "Child A was not seen alone.", "--note-type", "Home visit")
    assert done.returncode == 0
    assert "negated" in done.stdout
    assert "not" in done.stdout


def test_new_rule_passes_its_own_tests_and_diff_shows_what_it_adds(tmp_path: Path, export: Path) -> None:
    mine = tmp_path / "mine"
    made = run("rules", "new", "child_voice.seen_alone", "in_garden", "--rules", mine)
    assert made.returncode == 0, made.stderr
    checked = run("rules", "check", "--rules", mine)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    diff = run("rules", "diff", mine, ROOT / "rules", export, "--json")
    assert diff.returncode == 0, diff.stderr
    found = json.loads(diff.stdout)
    assert found["notes"] == 1
    assert {c["kind"] for c in found["changes"]} == {"gained"}


def test_report_again_without_text_holds_none(export: Path, tmp_path: Path) -> None:
    assert run("scan", export, "--out", tmp_path / "o").returncode == 0
    again = run("report", tmp_path / "o", "--no-text", "--out", tmp_path / "board.html")
    assert again.returncode == 0, again.stderr
    html = (tmp_path / "board.html").read_text(encoding="utf-8")
    assert "hates the stairs" not in html
    assert "A1" in html


def test_evaluate_prints_tables_with_the_notice_and_json() -> None:
    cases = ROOT / "corpora" / "cases"
    told = run("evaluate", cases, "--split", "held_out")
    assert told.returncode == 0, told.stderr
    assert "Invented cases, labelled by readers of one school" in told.stdout
    figures = json.loads(run("evaluate", cases, "--split", "held_out", "--json").stdout)
    for line in figures["present"].values():
        assert line["f1_low"] <= line["f1"] <= line["f1_high"]
