"""Agreement as a quality manager reads it: people first, the caseload and not the pile, no small teams, no names."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from analyser.verdicts.agreement import agreement
from analyser.verdicts.proportions import proportion, weighted_proportion
from analyser.verdicts.records import Record
from analyser.verdicts.scanned import Sample, Scanned, judgement_of, read_sample, read_scan, team_type
from analyser.verdicts.standing import standing
from analyser.verdicts.tables import agreement_as_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.verdicts.agreement import Agreement, Row

SHA = "a" * 64
OTHER = "b" * 64


def record(who: str, case_id: str, judged: str | None, **changes: Any) -> Record:
    fields: dict[str, Any] = {
        "auditor": who, "case_id": case_id, "input_sha256": SHA, "versions": {},
        "judged_at": datetime(2026, 3, 2, tzinfo=UTC), "dimensions": {"analysis": judged} if judged else {},
    }  # fmt: skip
    return Record.model_validate(fields | changes)


def scanned(machine: dict[str, str], teams: dict[str, str] | None = None) -> Scanned:
    judged: Any = {c: {"analysis": word} for c, word in machine.items()}
    return Scanned(SHA, judged, teams or {}, 100)


def row_of(rows: list[Row], standard: str = "analysis", kind: str = "") -> Row:
    (row,) = [r for r in rows if (r.standard, r.team_type) == (standard, kind)]
    return row


def pairs(*words: tuple[str, str]) -> Agreement:
    records = [r for k, (a, b) in enumerate(words) for r in (record("A", f"C{k}", a), record("B", f"C{k}", b))]
    return agreement(standing(records))


def test_nearly_everything_met_kappa_collapses_beside_prevalence_and_ac1() -> None:
    found = pairs(*[("met", "met")] * 90, *[("met", "not_met")] * 5, *[("not_met", "met")] * 5)
    figures = row_of(found.human).figures
    assert figures.raw.value == pytest.approx(0.90)
    assert (figures.raw.low, figures.raw.high) == pytest.approx((proportion(90, 100).low, proportion(90, 100).high))
    assert figures.prevalence["met"] == pytest.approx(0.95)
    assert figures.kappa.value == pytest.approx(-0.0526, abs=1e-4)
    assert figures.ac1.value is not None
    assert figures.ac1.value > 0.85


def test_a_near_miss_costs_less_than_a_far_one_only_on_the_scale() -> None:
    near = row_of(pairs(*[("met", "met"), ("not_met", "not_met"), ("met", "partly_met")] * 5).human).figures
    far = row_of(pairs(*[("met", "met"), ("not_met", "not_met"), ("met", "not_met")] * 5).human).figures
    assert near.raw.value == far.raw.value
    for name in ("weighted_kappa", "ac2", "alpha"):
        assert getattr(near, name).value > getattr(far, name).value


def test_cannot_tell_counts_as_a_word_and_is_not_on_the_scale() -> None:
    figures = row_of(pairs(("met", "met"), ("not_met", "not_met"), ("met", "cannot_tell")).human).figures
    assert figures.raw.value == pytest.approx(2 / 3)
    assert figures.ac2.value == figures.weighted_kappa.value == figures.alpha.value == 1.0


def test_everybody_says_the_same_of_everything() -> None:
    figures = row_of(pairs(*[("met", "met")] * 4).human).figures
    assert (figures.raw.value, figures.ac1.value) == (1.0, 1.0)
    assert figures.kappa.value is None
    assert figures.alpha.value is None


def test_more_than_two_auditors_with_gaps_have_fleiss_kappa() -> None:
    records = [record("A", f"C{k}", "met") for k in range(4)] + [record("B", f"C{k}", "met") for k in range(3)]
    records += [record("C", "C3", "not_met"), record("C", "C0", "met"), record("B", "C9", "met")]
    figures = row_of(agreement(standing(records)).human).figures
    assert (figures.kappa_of, figures.units) == ("fleiss", 4)
    assert figures.raw.value == pytest.approx(0.75)


def test_sensitivity_and_specificity_are_of_the_caseload_when_a_sample_is_given() -> None:
    words = {"C1": "not_met", "C2": "partly_met", "C3": "not_met", "C4": "met", "C5": "met", "C6": "met"}
    machine = {"C1": "not_met", "C2": "not_met", "C3": "met", "C4": "met", "C5": "partly_met", "C6": "cannot_tell"}
    stands = standing([record("A", c, w) for c, w in words.items()])
    plain = row_of(agreement(stands, scanned(machine)).machine)
    assert plain.sensitivity is not None
    assert plain.specificity is not None
    assert (plain.sensitivity.value, plain.specificity.value) == pytest.approx((2 / 3, 2 / 3))
    sample = Sample({"C1": 1.0, "C2": 1.0, "C3": 0.1, "C4": 0.1, "C5": 0.5})
    weighted = row_of(agreement(stands, scanned(machine), sample).machine)
    assert weighted.sensitivity is not None
    assert weighted.specificity is not None
    assert weighted.sensitivity.value == pytest.approx(2 / 12)
    assert weighted.specificity.value == pytest.approx(10 / 12)
    assert weighted.figures.units == 5
    assert weighted.sensitivity.effective < 3


def test_a_case_read_twice_counts_once_against_the_machine() -> None:
    stands = standing([record("A", "C1", "not_met"), record("B", "C1", "not_met"), record("A", "C2", "not_met")])
    row = row_of(agreement(stands, scanned({"C1": "not_met", "C2": "met"})).machine)
    assert row.sensitivity is not None
    assert row.sensitivity.value == pytest.approx(0.5)
    assert (row.figures.units, row.figures.cases) == (3, 2)


def test_verdicts_on_another_export_are_not_held_against_this_scan() -> None:
    stands = standing([record("A", "C1", "met"), record("A", "C1", "met", input_sha256=OTHER)])
    found = agreement(stands, scanned({"C1": "met"}))
    assert row_of(found.machine).figures.units == 1
    assert any("another export" in remark for remark in found.remarks)


@pytest.mark.parametrize(("care_leavers", "shown"), [(5, {"", "Assessment", "Care leavers"}), (4, {""}), (0, {""})])
def test_types_of_teams_are_shown_from_five_cases_on_and_never_by_subtraction(
    care_leavers: int, shown: set[str]
) -> None:
    teams = {f"C{k}": f"Assessment {k % 2}" for k in range(6)}
    teams |= {f"C{k}": "Care leavers" for k in range(6, 6 + care_leavers)}
    stands = standing([record(who, case_id, "met") for case_id in teams for who in "AB"])
    found = agreement(stands, scanned(dict.fromkeys(teams, "met"), teams))
    assert {r.team_type for r in found.human} == {r.team_type for r in found.machine} == shown


def test_evidence_missed_and_found() -> None:
    span = {"note_id": "N", "dimension": "analysis", "indicator": "impact", "status": "present"}
    judged = [
        {
            **span,
            "start": k,
            "end": k + 1,
            "verdict": "agree" if k < 3 else "disagree",
            "reason": None if k < 3 else "negated",
        }
        for k in range(4)
    ]
    missed = [{"note_id": "N", "dimension": "analysis", "indicator": "impact", "start": 9, "end": 12}]
    stands = standing([record("A", "C1", None, spans=judged, missed=missed)])
    row = agreement(stands).spans[-1]
    assert (row.standard, row.judged, row.missed) == ("analysis", 4, 1)
    assert (row.precision.value, row.found.value) == pytest.approx((0.75, 0.75))


def test_twenty_sentences_of_one_case_say_less_than_twenty_cases() -> None:
    hits = [k % 2 == 0 for k in range(20)]
    apart = weighted_proportion(hits, [1.0] * 20, range(20))
    together = weighted_proportion(sorted(hits), [1.0] * 20, [k // 10 for k in range(20)])
    assert apart.effective == pytest.approx(20)
    assert together.effective == pytest.approx(2)


def test_scores_become_the_nearest_grade() -> None:
    assert [judgement_of(s) for s in (100.0, 50.0, 49.9, 17.0, 16.0, 0.0, None)] == [
        "met", "met", "partly_met", "partly_met", "not_met", "not_met", "cannot_tell",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("team", "kind"),
    [
        ("Assessment 2", "Assessment"),
        ("CIN Team B", "CIN Team"),
        ("MASH", "MASH"),
        ("Team 11", "Team"),
        ("7", "7"),
        ("", ""),
    ],
)
def test_the_sort_of_a_team_is_its_name_without_its_number(team: str, kind: str) -> None:
    assert team_type(team) == kind


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("case_id\nC1\n", "no column inclusion_probability"),
        ("case_id,inclusion_probability\nC1,1.5\n", "row 2 has no probability between 0 and 1"),
        ("case_id,inclusion_probability\nC1,none\n", "row 2 has no probability between 0 and 1"),
        ("case_id,inclusion_probability\nC1,0.5\nC1,0.4\n", "row 3 repeats a case"),
    ],
)
def test_an_unusable_sample_is_one_sentence(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "s.csv").write_text(content, encoding="utf-8")
    with pytest.raises(Exception, match=words):
        read_sample(tmp_path / "s.csv")


def test_ids_that_were_disarmed_for_spreadsheets_are_found_again(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("case_id,inclusion_probability\n'=C1,0.5\nC2,\n", encoding="utf-8")
    assert read_sample(tmp_path / "s.csv").probabilities == {"=C1": 0.5}


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyser", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rehearsal")
    done = run("demo", "--out", folder / "results")
    assert done.returncode == 0, done.stderr
    return folder / "results"


@pytest.fixture(scope="module")
def store(results: Path) -> Path:
    """Two auditors judge eight cases of the demonstration, and all evidence of the first two."""
    folder = results.parent
    sha = json.loads((results / "run.json").read_text(encoding="utf-8"))["input_sha256"]
    with (results / "cases.csv").open(encoding="utf-8", newline="") as file:
        cases = [row["case_id"] for row in csv.DictReader(file)][:8]
    evidence = [json.loads(line) for line in (results / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]
    keys = ("note_id", "start", "end", "dimension", "indicator", "status", "source")
    for name, words in (("Ann Auditor", ["met", "partly_met"]), ("Bea Auditor", ["met", "not_met"])):
        verdicts = [
            {
                "case_id": case_id, "judged_at": "2026-03-02T10:00:00Z",
                "dimensions": {"child_voice": words[k % 2], "analysis": words[0]},
                "spans": [
                    {**{key: e[key] for key in keys}, "verdict": "agree" if j % 3 else "disagree", "reason": None if j % 3 else "historical"}
                    for j, e in enumerate(evidence) if e["case_id"] == case_id and k < 2
                ],
            }
            for k, case_id in enumerate(cases)
        ]  # fmt: skip
        content = {
            "kind": "case-record-analyser verdicts", "saved_at": "2026-03-02T12:00:00Z", "auditor": name,
            "versions": {}, "input_sha256": sha, "verdicts": verdicts,
        }  # fmt: skip
        (folder / "v.json").write_text(json.dumps(content), encoding="utf-8")
        done = run("verdicts", "import", folder / "v.json", "--store", folder / "store")
        assert done.returncode == 0, done.stderr
    return folder / "store"


def test_people_come_before_the_machine_and_kappa_stands_beside_prevalence_and_ac1(results: Path, store: Path) -> None:
    done = run("verdicts", "agreement", "--store", store, "--scan", results)
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("Human against human") < done.stdout.index("Machine against human")
    heads = [line for line in done.stdout.splitlines() if "kappa |" in line and line.startswith("| standard")]
    assert len(heads) == 3
    assert all("| prevalence | kappa | AC1 |" in line for line in heads)
    assert "Auditor" not in done.stdout.replace("auditors", "")


def test_for_machines_the_same_as_data(results: Path, store: Path, tmp_path: Path) -> None:
    machine = read_scan(results).machine
    sample = tmp_path / "sample.csv"
    chances = "".join(f"{c},0.5\n" for c in machine)
    sample.write_text(f"case_id,inclusion_probability\n{chances}", encoding="utf-8")
    done = run("verdicts", "agreement", "--store", store, "--scan", results, "--sample", sample, "--json")
    found = json.loads(done.stdout)
    assert list(found)[2:4] == ["human_human", "machine_human"]
    (voice,) = [r for r in found["human_human"]["standards"] if (r["standard"], r["team_type"]) == ("child_voice", "")]
    assert (voice["units"], voice["raw"]["value"], voice["kappa"]["value"]) == (8, 0.5, 0.3333)
    rows = found["machine_human"]["standards"]
    assert {"sensitivity", "specificity", "kappa", "ac1", "prevalence"} <= set(rows[0])
    assert any("weighted by the sample" in remark for remark in found["remarks"])


def test_the_table_of_rules_of_a_scan(results: Path, store: Path) -> None:
    done = run("verdicts", "rules", "--store", store, "--scan", results, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    lines = found["sources"]
    judged = [line for line in lines if line["judged"]]
    assert judged
    for line in judged:
        low, high = (
            proportion(round(line["precision"]["value"] * line["judged"]), line["judged"]).low,
            line["precision"]["high"],
        )
        assert line["precision"]["low"] == pytest.approx(low, abs=1e-4)
        assert line["precision"]["value"] <= high
        assert line["judged"] <= line["fired"]
    evidence = (results / "evidence.jsonl").read_text(encoding="utf-8").splitlines()
    assert sum(line["fired"] for line in lines) >= len(evidence)
    assert "historical" in {r["reason"] for line in judged for r in line["reasons"]}
    told = run("verdicts", "rules", "--store", store, "--scan", results).stdout
    assert "Nothing is proposed." in told or "nothing was changed" in told


def test_a_folder_that_is_no_scan_is_refused(store: Path, tmp_path: Path) -> None:
    done = run("verdicts", "rules", "--store", store, "--scan", tmp_path)
    assert done.returncode == 2
    assert "CRA-5002" in done.stderr


def test_writing_styles_are_shown_apart_where_the_sample_tells_them_and_small_groups_are_named(tmp_path: Path) -> None:
    rows = "".join(f"C{k},0.5,{'terse' if k < 6 else 'dictated' if k < 12 else 'letters'}\n" for k in range(18))
    (tmp_path / "sample.csv").write_text(f"case_id,inclusion_probability,writing_style\n{rows}", encoding="utf-8")
    teams = {f"C{k}": "Care leavers" if k < 2 else "Assessment 1" for k in range(18)}
    stands = standing([record(who, case_id, "met") for case_id in teams for who in "AB"])
    found = agreement(stands, scanned(dict.fromkeys(teams, "met"), teams), read_sample(tmp_path / "sample.csv"))
    for table in (found.human, found.machine):
        assert {r.writing_style for r in table} == {"", "terse", "dictated", "letters"}
        assert {r.team_type for r in table} == {""}
    assert [r.figures.cases for r in found.human if (r.standard, r.writing_style) == ("all", "terse")] == [6]
    assert "Care leavers" in " ".join(found.remarks)
    assert "Writing styles" not in " ".join(found.remarks)
    assert "style terse" in agreement_as_markdown(found)
