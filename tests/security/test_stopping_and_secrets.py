"""Stopping a scan, faults of the program, rights of files, and identifiers outside the text."""

from __future__ import annotations

import csv
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analyser import cli
from analyser.ingest import load_profile, open_export
from analyser.privacy import Gate
from analyser.runners.files import all_or_nothing, write_text
from analyser.runners.local import ScanOptions, scan
from analyser.runners.replay import notes_of_cases
from analyser.tiers import load_bundle

HEADER = "case_id,note_id,occurred_at,team,author_role,text\n"
TELEPHONE = "07700 900123"


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyser", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(env or {})},
    )


def export(path: Path, *lines: str) -> Path:
    path.write_text(HEADER + "".join(line + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_bug_a_scan_that_is_stopped_leaves_processes_and_tracebacks(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    line = "C{0},N{0},2024-03-02,,," + "Child A was seen alone and said that school is fine. " * 40
    path = export(tmp_path / "a.csv", *(line.format(k) for k in range(4000)))
    command = [sys.executable, "-m", "analyser", "scan", str(path), "--out", str(tmp_path / "out"), "--tier", "rules"]
    with subprocess.Popen(
        [*command, "--workers", "2"], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        for _ in range(1200):
            if list(tmp_path.glob("out/.partial-*/notes.csv")) and _group(child.pid) > 2:
                break
            time.sleep(0.1)
        os.killpg(child.pid, number) if number == signal.SIGINT else child.send_signal(number)
        _, errors = child.communicate(timeout=60)
    assert errors == "Stopped. Nothing half-written was left behind.\n"
    assert child.returncode == code
    assert not (tmp_path / "out").exists()
    for _ in range(100):
        if not _group(child.pid):
            break
        time.sleep(0.1)
    assert _group(child.pid) == 0


def _group(leader: int) -> int:
    """Processes of a process group."""
    found = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found += fields[2] == str(leader) and fields[0] != "Z"
    return found


def test_bug_what_a_killed_scan_left_behind_stays_for_ever(tmp_path: Path) -> None:
    (tmp_path / ".partial-dead").mkdir()
    with all_or_nothing(tmp_path) as first:
        assert not (tmp_path / ".partial-dead").exists()
        with all_or_nothing(tmp_path):  # another scan at the same time
            assert first.is_dir()


def test_bug_a_fault_of_the_program_shows_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fault() -> None:
        raise ValueError("zebra quartz lantern")

    monkeypatch.setattr(cli, "app", fault)
    monkeypatch.setattr(cli, "_SIGNALS", ())
    with pytest.raises(SystemExit) as caught:
        cli.main()
    errors = capsys.readouterr().err
    assert caught.value.code == 70
    assert errors.startswith("[CRA-5999] The program has a fault: ValueError at cli/__init__.py:")
    assert "zebra" not in errors


def test_bug_an_output_name_of_three_hundred_letters_ends_with_a_complaint_of_the_system(tmp_path: Path) -> None:
    done = run(
        "scan", str(export(tmp_path / "a.csv", "C1,N1,2024-03-02,,,Seen.")), "--out", "x" * 300, "--tier", "rules"
    )
    assert done.returncode == 2
    assert done.stderr.startswith("[CRA-5001]")


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return export(
        tmp_path / "a.csv",
        f"{TELEPHONE},N1,2024-03-02,Team of {TELEPHONE},Social worker Amina Warsame,Child A was seen.",
        "C2,07700900456,2024-03-02,,Social worker Amina Warsame,Child B was seen.",
        "C3,0000012345,2024-03-02,,,Child C was seen.",
        "C4,4857773456,soon,,,Child C was seen.",
    )


def _scan(path: Path, out: Path, what: str) -> dict[str, object]:
    opened = open_export(path, load_profile("generic"))
    result = scan(opened, load_bundle("rules"), Gate(), out, ScanOptions(what, 1.0))  # type: ignore[arg-type]
    return result.run["privacy"]  # type: ignore[no-any-return]


def test_bug_identifiers_outside_the_text_are_not_seen(told: Path, tmp_path: Path) -> None:
    seen = _scan(told, tmp_path / "warn", "warn")
    assert seen["columns"] == {
        "author_role": {"PERSON": 2}, "case_id": {"PHONE": 1}, "note_id": {"PHONE": 1}, "team": {"PHONE": 1},
    }  # fmt: skip
    assert (seen["notes_with_identifiers"], seen["note_ids"]) == (2, ["N1", "row 3"])
    assert run("scan", str(told), "--out", str(tmp_path / "stop"), "--tier", "rules").returncode == 3


def test_bug_redact_leaves_identifiers_outside_the_text(told: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("scan", str(told), "--out", str(out), "--tier", "rules", "--on-identifiers", "redact").returncode == 0
    for path in out.iterdir():
        for secret in (TELEPHONE, "07700900456", "Warsame"):
            assert secret.encode() not in path.read_bytes(), path.name
    with (out / "notes.csv").open(newline="", encoding="utf-8") as file:
        assert [(r["case_id"], r["note_id"]) for r in csv.DictReader(file)] == [
            ("blocked-1", "N1"), ("C2", "blocked-2"), ("C3", "0000012345"),
        ]  # fmt: skip
    again = notes_of_cases(open_export(told, load_profile("generic")), {"C2"}, redacted=True)
    assert list(again) == [("C2", "blocked-2")]


def test_bug_privacy_check_prints_ids_that_are_identifiers(told: Path, tmp_path: Path) -> None:
    spans = tmp_path / "spans.jsonl"
    done = run("privacy", "check", str(told), "--spans", str(spans))
    assert "row 3" in done.stdout
    assert "Column author_role: PERSON in 2 notes" in done.stdout
    assert "07700" not in done.stdout + done.stderr + spans.read_text()


def test_bare_ids_that_pass_for_nhs_numbers_by_chance_are_left_alone(tmp_path: Path) -> None:
    numbers = [f"{n}" for n in range(4857773000, 4857773040)]
    path = export(tmp_path / "a.csv", *(f"{n},N{n},2024-03-02,,,Seen." for n in numbers))
    assert _scan(path, tmp_path / "chance", "stop")["notes_with_identifiers"] == 0
    path = export(tmp_path / "b.csv", "9434765919,N1,2024-03-02,,,Seen.", "4010232137,N2,2024-03-02,,,Seen.")
    assert _scan(path, tmp_path / "real", "warn")["columns"] == {"case_id": {"NHS_NUMBER": 2}}


def test_bug_files_with_note_text_may_be_read_by_everybody(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "C1,N1,2024-03-02,,,Child A was seen.")
    out = tmp_path / "out"
    assert run("scan", str(path), "--out", str(out), "--tier", "rules").returncode == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert stat.S_IMODE((out / "report.html").stat().st_mode) == 0o600
    write_text(tmp_path / "x.html", "x")
    assert stat.S_IMODE((tmp_path / "x.html").stat().st_mode) == 0o600


def test_bug_text_beyond_the_limit_is_dropped_without_a_word(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", "C1,N1,2024-03-02,,," + "Seen at home. " * 100, "C1,N2,2099-03-02,,,Seen.")
    out = tmp_path / "out"
    done = run("scan", str(path), "--out", str(out), "--tier", "rules", env={"CRA_MAX_NOTE_CHARS": "1000"})
    assert "1 note longer than 1000 characters; the rest (400 characters) was not read." in done.stdout
    assert "2 rows read, 1 rejected, 1 note in 1 case," in done.stdout
    ran = json.loads((out / "run.json").read_text())
    assert (ran["notes_cut"], ran["characters_not_read"], ran["max_note_chars"]) == (1, 400, 1000)
    with (out / "notes.csv").open(newline="", encoding="utf-8") as file:
        assert [r["characters_not_read"] for r in csv.DictReader(file)] == ["400"]


def test_bug_own_rules_drop_the_shipped_ones_without_a_word(tmp_path: Path) -> None:
    assert run("rules", "new", "child_voice.seen_alone", "in_garden", "--rules", str(tmp_path / "mine")).returncode == 0
    path = export(tmp_path / "a.csv", "C1,N1,2024-03-02,,,Child A was seen.")
    done = run("scan", str(path), "--out", str(tmp_path / "out"), "--tier", "rules", "--rules", str(tmp_path / "mine"))
    assert "1 rule of your own ran, and none of the shipped ones; the scores cannot be compared" in done.stdout
