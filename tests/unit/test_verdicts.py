"""Verdicts as a team keeps them: imported once, never lost, never half, and never with note text."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SHA = "0" * 64
CANARY = "the zebra keeps seven marmalade umbrellas"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyser", "verdicts", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def as_json(*arguments: str | Path) -> Any:
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def span(**changes: object) -> dict[str, object]:
    return {
        "note_id": "N1", "start": 3, "end": 20, "dimension": "child_voice", "indicator": "seen", "status": "present",
        "source": "rule:child_voice.seen.home@1", "verdict": "agree", "reason": None,
    } | changes  # fmt: skip


def case(case_id: str = "C1", **changes: object) -> dict[str, object]:
    return {
        "case_id": case_id, "judged_at": "2026-03-02T10:00:00.000Z", "dimensions": {"analysis": "met", "supervision": None},
        "comment": "", "spans": [span()], "missed": [],
    } | changes  # fmt: skip


def saved(path: Path, *cases: dict[str, object], auditor: str = "QA1", **changes: object) -> Path:
    content = {
        "kind": "case-record-analyser verdicts", "saved_at": "2026-03-02T12:00:00.000Z", "auditor": auditor,
        "versions": {"program": "0.1.0"}, "input_sha256": SHA, "verdicts": list(cases) or [case()],
    } | changes  # fmt: skip
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def lines(store: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(store.glob("*.jsonl")) for line in path.read_text().splitlines()]


def test_importing_twice_is_as_good_as_once_and_nothing_is_reviewed(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = as_json("import", saved(tmp_path / "a.json", case(), case("C2")), "--store", store)
    again = as_json(
        "import", saved(tmp_path / "b.json", case(), case("C2"), saved_at="2026-03-03T09:00:00Z"), "--store", store
    )
    assert (first["added"], first["known"]) == (2, 0)
    assert (again["added"], again["known"]) == (0, 2)
    assert [line["reviewed"] for line in lines(store)] == [False, False]


def test_a_file_cannot_say_that_it_was_reviewed(tmp_path: Path) -> None:
    as_json("import", saved(tmp_path / "a.json", case(reviewed=True), reviewed=True), "--store", tmp_path / "s")
    assert lines(tmp_path / "s")[0]["reviewed"] is False


def test_an_import_changes_no_earlier_file(tmp_path: Path) -> None:
    store = tmp_path / "store"
    as_json("import", saved(tmp_path / "a.json"), "--store", store)
    before = {p.name: p.read_bytes() for p in store.iterdir()}
    as_json("import", saved(tmp_path / "b.json", auditor="QA2"), "--store", store)
    after = {p.name: p.read_bytes() for p in store.iterdir()}
    assert before.items() < after.items()


def test_one_auditor_is_one_however_the_name_is_capitalised(tmp_path: Path) -> None:
    as_json("import", saved(tmp_path / "a.json"), "--store", tmp_path / "s")
    other = saved(tmp_path / "b.json", case(dimensions={"analysis": "not_met"}), auditor=" qa1 ")
    assert as_json("import", other, "--store", tmp_path / "s")["conflicts"] == []


def test_where_auditors_differ_both_words_are_kept_and_listed(tmp_path: Path) -> None:
    store = tmp_path / "store"
    other = case(dimensions={"analysis": "not_met"}, spans=[span(verdict="disagree", reason="negated")])
    as_json("import", saved(tmp_path / "a.json"), "--store", store)
    found = as_json("import", saved(tmp_path / "b.json", other, auditor="QA2"), "--store", store)
    assert [(c["what"], c["words"]) for c in found["conflicts"]] == [
        ("analysis", [["QA1", "met"], ["QA2", "not_met"]]),
        ("child_voice.seen:present, note N1, 3-20", [["QA1", "agree"], ["QA2", "disagree (negated)"]]),
    ]
    assert len(lines(store)) == 2
    told = run("import", tmp_path / "b.json", "--store", store)
    assert "Auditors differ (2):" in told.stdout
    assert "case C1, analysis: QA1 met, QA2 not_met" in told.stdout


@pytest.mark.parametrize("order", [("a", "b", "c"), ("a", "c", "b"), ("c", "b", "a")])
def test_the_later_word_of_one_auditor_counts_in_whatever_order_files_come(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    words = {"a": ("met", 1), "b": ("not_met", 2), "c": ("met", 3)}
    for name, (word, day) in words.items():
        saved(tmp_path / f"{name}.json", case(dimensions={"analysis": word}, judged_at=f"2026-03-0{day}T10:00:00Z"))
    for name in order:
        as_json("import", tmp_path / f"{name}.json", "--store", tmp_path / "s")
    saved(tmp_path / "d.json", case(dimensions={"analysis": "partly_met"}), auditor="QA2")
    found = as_json("import", tmp_path / "d.json", "--store", tmp_path / "s")
    assert found["conflicts"][0]["words"] == [["QA1", "met"], ["QA2", "partly_met"]]
    assert [c["words"] for c in found["changes"]] == [
        [["QA1", "met"], ["QA1", "not_met"]],
        [["QA1", "not_met"], ["QA1", "met"]],
    ]


def test_verdicts_of_two_days_add_up_and_one_that_is_taken_back_goes(tmp_path: Path) -> None:
    store = tmp_path / "s"
    as_json("import", saved(tmp_path / "a.json", case(spans=[span(), span(start=30, end=40)])), "--store", store)
    later = case(judged_at="2026-03-03T10:00:00Z", dimensions={}, spans=[span(verdict=None), span(start=50, end=60)])
    as_json("import", saved(tmp_path / "b.json", later), "--store", store)
    found = as_json("agreement", "--store", store)
    assert found["machine_human"]["evidence"][0]["judged"] == 2
    assert found["cases"] == 1


def bad(**changes: object) -> dict[str, object]:
    return {"verdicts": [case(spans=[span(**changes)])]}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": CANARY}, "was saved by a report"),
        ({"verdicts": []}, "holds no verdict"),
        ({"verdicts": [case(dimensions={}, spans=[])]}, "holds no verdict"),
        ({"auditor": " "}, "does not say who judged"),
        ({"input_sha256": CANARY}, "input_sha256 cannot be used"),
        ({"verdicts": [case(dimensions={"analysis": CANARY})]}, "verdicts[0].dimensions is none of the values"),
        ({"verdicts": [case(dimensions={CANARY: "met"})]}, "verdicts[0].dimensions is none of the values"),
        (bad(verdict="disagree"), "verdicts[0].spans[0] has to give a reason with disagree"),
        (bad(reason="negated"), "has to give a reason with disagree, and with nothing else"),
        (bad(verdict="disagree", reason=CANARY), "spans[0].reason is none of the values"),
        (bad(start=30), "spans[0] ends before it starts"),
        (bad(indicator=CANARY), "spans[0].indicator is no indicator of that dimension"),
        (bad(source=CANARY), "spans[0].source cannot be used"),
        (bad(start="3"), "spans[0].start cannot be used"),
        ({"verdicts": [case(comment="x" * 30_000)]}, "comment is too long"),
    ],
)
def test_bad_input_ends_with_one_sentence_and_writes_nothing(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    good, wrong = saved(tmp_path / "good.json"), saved(tmp_path / "wrong.json", **changes)
    done = run("import", good, wrong, "--store", tmp_path / "store")
    assert done.returncode == 2
    assert words in done.stderr
    assert "wrong.json" in done.stderr
    assert done.stderr.startswith("[CRA-75")
    assert len(done.stderr.strip().splitlines()) == 1
    assert CANARY not in done.stderr + done.stdout
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"[1, 2]", b"{", b"[" * 100_000, b'{"kind": 3}'])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    done = run("import", tmp_path / "a.json", "--store", tmp_path / "store")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
    assert "[CRA-7502]" in done.stderr
    assert not (tmp_path / "store").exists()


def test_a_file_that_is_not_there_and_a_store_that_is_a_file(tmp_path: Path) -> None:
    assert "[CRA-7501]" in run("import", tmp_path / "no.json", "--store", tmp_path / "s").stderr
    path = saved(tmp_path / "a.json")
    assert "[CRA-7507]" in run("import", path, "--store", path).stderr
    assert "[CRA-7505]" in run("agreement", "--store", tmp_path / "s").stderr


def test_files_of_reports_without_evidence_verdicts_and_without_a_name_can_be_imported(tmp_path: Path) -> None:
    plain = {"case_id": "C1", "dimensions": {"analysis": "met"}, "comment": ""}
    path = saved(tmp_path / "a.json", plain, auditor="")
    assert as_json("import", path, "--store", tmp_path / "s", "--auditor", "QA7")["added"] == 1
    (line,) = lines(tmp_path / "s")
    assert (line["auditor"], line["judged_at"]) == ("QA7", "2026-03-02T12:00:00Z")


def test_note_text_in_a_file_does_not_reach_the_store_and_a_comment_does(tmp_path: Path) -> None:
    told = case(text=CANARY, comment="Please re-read", spans=[span(text=CANARY)], missed=[])
    done = run("import", saved(tmp_path / "a.json", told, note=CANARY), "--store", tmp_path / "s")
    assert done.returncode == 0
    assert CANARY not in done.stdout + done.stderr + json.dumps(lines(tmp_path / "s"))
    assert lines(tmp_path / "s")[0]["comment"] == "Please re-read"
    assert "Please" not in done.stdout + run("agreement", "--store", tmp_path / "s").stdout


def test_a_line_that_was_changed_is_noticed(tmp_path: Path) -> None:
    store = tmp_path / "s"
    as_json("import", saved(tmp_path / "a.json"), "--store", store)
    (path,) = store.glob("*.jsonl")
    path.write_text(path.read_text().replace('"met"', '"not_met"'))
    done = run("agreement", "--store", store)
    assert done.returncode == 2
    assert "[CRA-7506]" in done.stderr
    assert "line 1" in done.stderr
