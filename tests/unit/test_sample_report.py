"""``analyser sample report``: what an auditor and a committee get, and what they must not get."""

from __future__ import annotations

import base64
import csv
import json
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from analyser.codebook import DIMENSIONS
from analyser.contracts import Evidence
from analyser.errors import SamplingError
from analyser.resources import data_path
from analyser.sampling.arms import Arms, Lot, deal
from analyser.sampling.draw import Drawn
from analyser.verdicts.agreement import agreement
from analyser.verdicts.records import Record
from analyser.verdicts.scanned import Sample, Scanned
from analyser.verdicts.standing import standing

SHA = "0" * 64


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyser", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a scan and a sample of it: three cases of list A, eight of list B."""
    folder = tmp_path_factory.mktemp("sample")
    export = data_path("corpora", "example", "notes.csv")
    assert run("scan", export, "--tier", "rules", "--out", folder / "results", "--workers", "1").returncode == 0
    done = run(
        "sample", "draw", folder / "results", "--seed", "published", "--size", "8", "--design", "neyman", "--must-read", "3",
        "--without-status", "care leaver", "--out", folder / "sample.csv",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def report(folder: Path, out: Path, *more: str | Path) -> str:
    done = run("sample", "report", folder / "results", folder / "sample.csv", "--out", out, *more)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return out.read_text(encoding="utf-8") if out.exists() else ""


@pytest.fixture(scope="module")
def page(drawn: Path) -> str:
    return report(drawn, drawn / "sample.html")


def listed(folder: Path, which: str) -> list[str]:
    with (folder / "sample.csv").open(encoding="utf-8", newline="") as file:
        return [row["case_id"] for row in csv.DictReader(file) if row["list"] == which]


def sections(page: str) -> dict[str, str]:
    found = re.findall(r'<section class="case" id="[^"]+".*?</section>', page, re.DOTALL)
    return {re.search(r"Case (\S+?)</h3>", s)[1]: s for s in found}  # type: ignore[index]


def without_scripts(html: str) -> str:
    return re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


def twin(page: str, name: str) -> list[dict[str, str]]:
    data = re.search(rf'download="{name}\.csv" href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    assert data is not None
    return list(csv.DictReader(base64.b64decode(data[1]).decode("utf-8").splitlines()))


def opened(packed: str) -> str:
    """What the script makes of what travels sealed."""
    return zlib.decompress(base64.b64decode(packed, validate=True), wbits=-zlib.MAX_WBITS).decode("utf-8")


def test_what_was_found_in_list_b_cannot_be_read_in_the_source(drawn: Path, page: str) -> None:
    for case_id in listed(drawn, "B"):
        section = sections(page)[case_id]
        found = json.loads(opened(re.search(r'-found">(.*?)</script>', section, re.DOTALL)[1]))  # type: ignore[index]
        for reason in (r for r in [*found["reasons"], *(s[3] for s in found["scores"])] if isinstance(r, str)):
            assert reason not in section
        assert not re.search(r'"scores"|"priority"|"stratum"|band \d', section)


def test_the_machines_view_of_the_frame_waits_until_list_b_is_recorded(drawn: Path, tmp_path: Path, page: str) -> None:
    packed = re.search(r'id="summary-found">(.*?)</script>', page)
    assert packed is not None
    assert 'id="t-summary"' not in page
    assert 'download="summary.csv"' not in page
    assert 'id="t-summary"' in opened(packed[1])
    committee = report(drawn, tmp_path / "c.html", "--verdicts", verdicts(tmp_path / "v.csv", listed(drawn, "B")))
    assert 'id="t-summary"' in committee
    assert {r["standard"] for r in twin(committee, "summary")} == {
        "Child's voice",
        "Management oversight",
        "Supervision",
        "Analysis",
    }


def test_frame_design_seed_and_versions_are_told(drawn: Path, page: str) -> None:
    record = json.loads((drawn / "sample.json").read_text(encoding="utf-8"))
    facts = {row["item"]: row["value"] for row in twin(page, "design")}
    assert facts["Seed"] == "published"
    assert facts["SHA-256 of the ids of the frame"] == record["frame"]["ids_sha256"]
    assert facts["Cases in the frame"] == str(record["frame"]["cases"])
    assert facts["Version: tier"] == "rules"
    assert [row["rule"] for row in twin(page, "exclusions")] == ["plan or legal status care leaver"]
    assert page.count("<tr><td>") >= record["frame"]["cases"]


def test_what_was_found_in_list_b_is_in_no_place_that_is_shown(drawn: Path, page: str) -> None:
    pages = sections(page)
    assert set(pages) == set(listed(drawn, "A")) | set(listed(drawn, "B"))
    for case_id in listed(drawn, "B"):
        seen = without_scripts(pages[case_id])
        assert not re.search(r"<mark|<i>|Priority|Searched|Found in|rule \d|dot seen|class=\"stretch|band \d", seen)
        packed = re.search(r'-found">(.*?)</script>', pages[case_id], re.DOTALL)
        assert packed is not None
        found = json.loads(opened(packed[1]))
        assert found["scores"]
        assert not [label for label, _ in found["not_found"] if f"{label}: {dict(found['not_found'])[label]}" in page]
    assert "<mark" in pages[listed(drawn, "A")[0]]
    assert not {"stratum", "weight", "priority", *DIMENSIONS} & set(twin(page, "list_b")[0])


def test_the_two_lists_are_never_in_one_table(drawn: Path, page: str) -> None:
    assert [row["case_id"] for row in twin(page, "list_a")] == listed(drawn, "A")
    assert [row["case_id"] for row in twin(page, "list_b")] == listed(drawn, "B")


def test_every_table_has_both_twins_and_they_agree(page: str) -> None:
    names = re.findall(r'download="(\w+)\.csv"', page)
    assert set(names) >= {"design", "strata", "list_a", "list_b"}
    for name in names:
        data = re.search(rf'download="{name}\.json" href="data:application/json;base64,([^"]+)"', page)
        assert data is not None
        content = json.loads(base64.b64decode(data[1]))
        rows = twin(page, name)
        assert [list(r) for r in rows] == [content["columns"]] * len(content["rows"])
        assert [r[content["columns"][0]] for r in rows] == [str(r[0]) for r in content["rows"]]


def test_nothing_outside_is_named_and_the_policy_holds(page: str) -> None:
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page)
    assert not re.search(r"\sstyle=|\son\w+=", without_scripts(page))
    assert "default-src 'none'" in page


def test_without_text_no_note_text_is_anywhere(drawn: Path, tmp_path: Path) -> None:
    page = report(drawn, tmp_path / "s.html", "--no-text", "--xlsx", tmp_path / "s.xlsx")
    with data_path("corpora", "example", "notes.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["case_id"] in listed(drawn, "A") + listed(drawn, "B")]
    plain = page.replace("&#39;", "'").replace("&amp;", "&")
    for row in rows:
        assert row["text"].strip()[:40] not in plain
    assert '<p class="text">' not in page
    assert '<details class="sentences">' not in page


def test_hostile_ids_and_text_are_escaped(tmp_path: Path) -> None:
    with (tmp_path / "notes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case_id", "note_id", "occurred_at", "note_type", "author_role", "team", "text"])
        for k in range(4):
            text = "I saw Child A alone. </script><script>alert(1)</script> She said \u201cstop\u201d <img src=x onerror=y>."
            writer.writerow([f"<b>{k}", f"n\"'{k}", "2026-03-02", "<i>Visit", "Social worker", "=1+1", text])
    assert run("scan", tmp_path / "notes.csv", "--tier", "rules", "--out", tmp_path / "results").returncode == 0
    draw = ("sample", "draw", tmp_path / "results", "--seed", "</script>", "--size", "3", "--design", "simple")
    assert run(*draw, "--must-read", "1", "--out", tmp_path / "sample.csv").returncode == 0
    page = report(tmp_path, tmp_path / "s.html", "--recall", "1")
    assert (
        page.count("<script") == page.count("</script>") == 3 + 3
    )  # data, script, the sealed table of the frame, and three sealed cases
    assert "<b>" not in page
    assert "<i>Visit" not in page
    assert "<img" not in page
    assert {row["team"] for row in twin(page, "list_b")} == {"'=1+1"}


def verdicts(path: Path, cases: list[str], verdict: str = "not_met") -> Path:
    lines = [f"{c},supervision,{verdict if i % 2 else 'met'}" for i, c in enumerate(cases)]
    path.write_text("\n".join(["case_id,dimension,verdict", *lines]) + "\n", encoding="utf-8")
    return path


def test_rates_stand_beside_the_machine_and_equal_those_of_estimate(drawn: Path, tmp_path: Path) -> None:
    given = verdicts(tmp_path / "v.csv", listed(drawn, "B"))
    page = report(drawn, tmp_path / "s.html", "--verdicts", given)
    told = json.loads(run("sample", "estimate", drawn / "sample.csv", given, "--json").stdout)
    e = told["dimensions"]["supervision"]["outcomes"]["not_met"]
    row = next(r for r in twin(page, "estimates") if r["outcome"] == "Not met")
    assert float(row["rate"]) == pytest.approx(e["estimate"]["rate"])
    assert float(row["low"]) == pytest.approx(e["estimate"]["low"])
    assert row["machine_only"] == ""  # the machine's chance is that of partly or not met
    both = next(r for r in twin(page, "estimates") if r["outcome"] == "Partly or not met")
    beside = told["dimensions"]["supervision"]["outcomes"]["partly_or_not_met"]
    assert float(both["machine_only"]) == pytest.approx(beside["machine_only"])
    assert row["scope"] == "the frame without list A"
    counts = next(r for r in twin(page, "verdicts_b") if r["standard"] == "Supervision")
    assert (counts["met"], counts["not_met"], counts["no_verdict"]) == ("4", "4", "0")


def test_no_rate_is_told_from_list_a(drawn: Path, tmp_path: Path) -> None:
    page = report(drawn, tmp_path / "s.html", "--verdicts", verdicts(tmp_path / "v.csv", listed(drawn, "A")))
    assert "No rate can be told yet" in page
    assert 'id="t-estimates"' not in page
    assert {r["not_met"] for r in twin(page, "verdicts_a")} == {"0", "1"}


def test_two_auditors_get_a_file_each_with_a_stated_share_in_both(drawn: Path, tmp_path: Path) -> None:
    done = run(
        "sample", "report", drawn / "results", drawn / "sample.csv", "--out", tmp_path / "s.html", "--auditors", "2",
        "--overlap", "0.25",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["s-1.html", "s-2.html"]
    one, two = (set(sections((tmp_path / f"s-{k}.html").read_text(encoding="utf-8"))) for k in (1, 2))
    assert one | two == set(listed(drawn, "A")) | set(listed(drawn, "B"))
    assert len(one & two) == 2
    assert one & two <= set(listed(drawn, "B"))
    assert "Two auditors read this case" in (tmp_path / "s-1.html").read_text(encoding="utf-8")


def test_the_workbook_has_a_sheet_a_table_and_runs_nothing(drawn: Path, tmp_path: Path) -> None:
    pytest.importorskip("gptables")
    from openpyxl import load_workbook

    given = verdicts(tmp_path / "v.csv", listed(drawn, "B"))
    report(drawn, tmp_path / "s.html", "--verdicts", given, "--xlsx", tmp_path / "s.xlsx")
    assert (tmp_path / "s.xlsx").stat().st_mode & 0o777 == 0o600
    book = load_workbook(tmp_path / "s.xlsx")
    assert {"Cover", "Contents", "design", "estimates", "list_a", "list_b", "frame"} <= set(book.sheetnames)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [c for c in cells if c.data_type == "f" and c.parent.title != "Contents"]
    rates = [c for c in cells if c.parent.title == "estimates" and isinstance(c.value, float)]
    assert rates
    assert all(0 <= abs(c.value) <= 1 for c in rates)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--blind", "2"], "CRA-7030"),
        (["--overlap", "0.5"], "CRA-7031"),
        (["--auditors", "40"], "CRA-7031"),
        (["--confidence", "95"], "CRA-7000"),
        (["--verdicts", "nowhere.csv"], "CRA-7020"),
    ],
)
def test_unusable_commands_end_with_2_and_write_nothing(
    drawn: Path, tmp_path: Path, more: list[str], code: str
) -> None:
    done = run("sample", "report", drawn / "results", drawn / "sample.csv", "--out", tmp_path / "s.html", *more)
    assert done.returncode == 2
    assert done.stderr.startswith(f"[{code}]")
    assert list(tmp_path.iterdir()) == []


def test_a_sample_of_another_scan_or_without_its_record_is_refused(drawn: Path, tmp_path: Path) -> None:
    content = (drawn / "sample.csv").read_text(encoding="utf-8")
    (tmp_path / "sample.csv").write_text(content, encoding="utf-8")
    command = ("sample", "report", drawn / "results", tmp_path / "sample.csv", "--out", tmp_path / "s.html")
    assert run(*command).stderr.startswith("[CRA-7033]")
    record = json.loads((drawn / "sample.json").read_text(encoding="utf-8"))
    record["scan"]["input_sha256"] = SHA
    (tmp_path / "sample.json").write_text(json.dumps(record), encoding="utf-8")
    assert run(*command).stderr.startswith("[CRA-7032]")


def test_settled_verdicts_stand_for_those_that_differ(drawn: Path, tmp_path: Path) -> None:
    cases = listed(drawn, "B")
    one, two = verdicts(tmp_path / "1.csv", cases), verdicts(tmp_path / "2.csv", cases, "partly_met")
    command = ("sample", "estimate", drawn / "sample.csv", one, two)
    assert run(*command).stderr.startswith("[CRA-7021]")
    settled = verdicts(tmp_path / "agreed.csv", cases)
    found = json.loads(run(*command, "--settled", settled, "--json").stdout)
    assert found["dimensions"]["supervision"]["outcomes"]["not_met"]["errors"] == 4


# Lots and hands


def test_lots_keep_their_share_and_do_not_depend_on_the_draw() -> None:
    lot = Lot("seed", Arms(0.2, 0.05))
    blind = [lot.blind(f"C{k}", "N") for k in range(5000)]
    offered = [lot.offered("C", "N", k) for k in range(5000)]
    assert 0.18 < sum(blind) / 5000 < 0.22
    assert 0.04 < sum(offered) / 5000 < 0.06
    assert blind == [Lot("seed", Arms(0.2, 0.3)).blind(f"C{k}", "N") for k in range(5000)]
    wider = [Lot("seed", Arms(0.4)).blind(f"C{k}", "N") for k in range(5000)]
    assert all(w for w, b in zip(wider, blind, strict=True) if b)


def rows(a: int, b: int) -> list[Drawn]:
    return [Drawn(f"A{k}", "A", "must read", 1, 1, "0.1") for k in range(a)] + [
        Drawn(f"B{k}", "B", "all", 0.1, 10, "0.2") for k in range(b)
    ]


def test_hands_are_even_and_only_list_b_is_read_twice() -> None:
    dealt = deal(rows(5, 20), "s", 3, 0.2)
    assert len(dealt.twice) == 4
    assert {c[0] for c in dealt.twice} == {"B"}
    sizes = [len(hand) for hand in dealt.readers]
    assert max(sizes) - min(sizes) <= 2
    for case in rows(5, 20):
        assert sum(case.case_id in hand for hand in dealt.readers) == (2 if case.case_id in dealt.twice else 1)
    assert dealt == deal(rows(5, 20)[::-1], "s", 3, 0.2) or dealt.twice == deal(rows(5, 20)[::-1], "s", 3, 0.2).twice
    with pytest.raises(SamplingError):
        deal(rows(1, 1), "s", 1, 0.5)


# Agreement from both arms


def record(case_id: str, who: str, **protocol: Any) -> Record:
    return Record.model_validate_json(
        json.dumps(
            {
                "case_id": case_id, "auditor": who, "input_sha256": SHA, "versions": {}, "reviewed": False,
                "judged_at": "2026-03-02T10:00:00Z", "dimensions": {"analysis": "not_met"}, "comment": "", "spans": [],
                "missed": [],
                "protocol": {"list": "B", "findings": "hidden", "blind_share": 0.1, "recall_share": 0.02} | protocol,
            }
        )
    )  # fmt: skip


def found(note: str, start: int, end: int, dimension: str, indicator: str, status: str = "present") -> Evidence:
    return Evidence("C1", note, start, end, dimension, indicator, status, 0.9, "rule:x@1")  # type: ignore[arg-type]


def test_agreement_is_told_from_both_arms_weighted_by_the_sample() -> None:
    mark = {"note_id": "N1", "dimension": "analysis", "indicator": "impact"}
    records = [
        record("C1", "one", blind_notes=["N1"], seen=[mark | {"start": 0, "end": 10}, mark | {"start": 90, "end": 99}],
               sentences=[{"note_id": "N2", "start": 0, "end": 20, "standards": ["supervision"]},
                          {"note_id": "N2", "start": 30, "end": 50, "standards": []}]),
        record("C2", "two", sentences=[{"note_id": "N9", "start": 0, "end": 9, "standards": ["analysis"]}]),
    ]  # fmt: skip
    evidence = {
        "C1": [
            found("N1", 5, 20, "analysis", "weighing"), found("N1", 40, 60, "analysis", "impact"),
            found("N1", 92, 95, "analysis", "impact", "gap"), found("N2", 2, 8, "supervision", "session"),
        ]
    }  # fmt: skip
    scan = Scanned(SHA, {c: dict.fromkeys(DIMENSIONS, "met") for c in ("C1", "C2")}, {}, 3)  # type: ignore[arg-type]
    figures = agreement(standing(records), scan, Sample({"C1": 0.5, "C2": 0.1}), evidence)
    by = {row.standard: row for row in figures.arms.rows}
    assert (figures.arms.blind_notes, figures.arms.sentences) == (1, 3)
    assert by["analysis"].blind_found.value == pytest.approx(0.5)
    assert by["analysis"].blind_precision.value == pytest.approx(0.5)
    assert by["supervision"].sentence_found.value == pytest.approx(1.0)
    assert by["supervision"].sentence_precision.value == pytest.approx(1.0)
    # Of unflagged sentences the one of C2 shows analysis; it weighs 10 against twice 2.
    assert by["analysis"].missed.value == pytest.approx(10 / 14)
    assert figures.independent[0].figures.cases == 2


def test_lines_of_older_stores_keep_their_hash() -> None:
    old = record("C1", "one").model_copy(update={"protocol": None})
    assert "protocol" not in old.content()
    assert old.digest != record("C1", "one").digest


def test_only_verdicts_given_before_the_findings_count_as_independent() -> None:
    first = record("C1", "one")
    later = first.model_copy(update={"judged_at": first.judged_at.replace(hour=12), "dimensions": {"analysis": "met"}})
    stands = standing([first, later])
    assert [list(given.values()) for given in stands.hidden.values()] == [["not_met"]]
    assert [list(given.values()) for given in stands.standards.values()] == [["met"]]


# Kinds of notes that are not there


def test_an_export_without_supervision_or_management_notes_says_so(tmp_path: Path) -> None:
    with data_path("corpora", "example", "notes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, left in (
        ("whole", rows),
        ("visits", [r for r in rows if r["note_type"] in {"Home visit", "Statutory visit"}]),
    ):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(left)
        done = run("scan", tmp_path / f"{name}.csv", "--tier", "rules", "--out", tmp_path / name, "--workers", "1")
        assert done.returncode == 0, done.stderr
        draw = ("sample", "draw", tmp_path / name, "--seed", "s", "--size", "3", "--design", "simple")
        assert run(*draw, "--out", tmp_path / name / "sample.csv").returncode == 0
        pages = [(tmp_path / name / "report.html").read_text(encoding="utf-8"), report_of(tmp_path, name)]
        for words in (done.stdout, *pages):
            for kind in ("supervision", "management"):
                told = f"There is no {kind} note at all among these notes." in words
                assert told == (name == "visits"), (name, kind)


def report_of(folder: Path, name: str) -> str:
    out = folder / name / "sample.html"
    assert run("sample", "report", folder / name, folder / name / "sample.csv", "--out", out).returncode == 0
    return out.read_text(encoding="utf-8")
