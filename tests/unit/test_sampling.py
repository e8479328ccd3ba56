"""Frames, draws and estimates: what an auditor relies on."""

from __future__ import annotations

import csv
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyser.codebook import DIMENSIONS
from analyser.errors import SamplingError
from analyser.sampling.allocate import allocate
from analyser.sampling.designs import DESIGNS, Design, design_name
from analyser.sampling.draw import Drawn, Sample, draw
from analyser.sampling.estimate import DimensionEstimates, Estimate, estimate_rates
from analyser.sampling.frame import Frame, Rules, load_frame, months_before, read_audited
from analyser.sampling.machine import chance_of_failing
from analyser.sampling.plan import plan_assurance, plan_precision
from analyser.sampling.record import content_of, drawn_before, read_record, read_sample, record_path, write_sample
from analyser.sampling.verdicts import read_verdicts

RUN = {"versions": {"program": "0.1.0"}, "input_sha256": "abc"}


def scan_folder(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """What a scan writes, as far as sampling reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ["case_id", *(f"{d}_{part}" for d in DIMENSIONS for part in ("score", "low", "high"))]
    names += ["priority", "team", "plan_type", "first_note", "last_note"]
    with (folder / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def case(i: int, **more: Any) -> dict[str, Any]:
    score = (i * 37) % 101
    scores = {f"{d}_score": score for d in DIMENSIONS}
    low = {f"{d}_low": max(0, score - 25) for d in DIMENSIONS} | {f"{d}_high": min(100, score + 25) for d in DIMENSIONS}
    month = 1 + i % 6
    return {
        "case_id": f"K{i:03}", "priority": 100 - score, "team": f"Team {i % 5}", "plan_type": ("CP", "CIN", "SGO")[i % 3],
        "first_note": "2025-01-10T09:00", "last_note": f"2026-{month:02}-15T10:00", **scores, **low, **more,
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return scan_folder(tmp_path / "results", [case(i) for i in range(120)])


@pytest.fixture
def frame(folder: Path) -> Frame:
    return load_frame(folder, Rules())


def ids(sample: Sample, which: str) -> list[str]:
    return [r.case_id for r in sample.rows if r.list == which]


def size_for(name: str) -> int:
    return {"n-a-team": 4, "one-a-month": 4, "two-a-manager-a-month": 4}.get(name, 30)


# --- frame


def test_frame_says_what_it_left_out_and_its_hash_is_of_the_sorted_ids(folder: Path) -> None:
    audited = {"K000": date(2026, 3, 1), "K001": date(2024, 3, 1)}
    frame = load_frame(folder, Rules(audited=audited, without_status=("sgo",)))
    assert frame.listed == 120
    assert [(e.cases, e.rule) for e in frame.exclusions] == [
        (1, "audited after 2025-06-15 and not after 2026-06-15"),
        (40, "plan or legal status sgo"),
    ]
    kept = [c.case_id for c in frame.cases]
    assert len(kept) == 79
    assert "K000" not in kept
    assert "K001" in kept
    import hashlib

    assert frame.sha256 == hashlib.sha256(("\n".join(sorted(kept)) + "\n").encode()).hexdigest()


def test_window_asks_for_a_note_inside_it_and_months_follow_it(folder: Path) -> None:
    with (folder / "notes.csv").open("w", encoding="utf-8") as file:
        file.write(
            "case_id,note_id,occurred_at\nK000,1,2026-01-31T10:00\nK000,2,2026-05-01\nK001,1,2026-02-01\nK002,1,\n"
        )
    frame = load_frame(folder, Rules(first=date(2026, 1, 1), last=date(2026, 1, 31)))
    assert [(c.case_id, c.month) for c in frame.cases] == [("K000", "2026-01")]
    assert frame.exclusions[0].cases == 119


def test_frame_of_statuses_that_are_wanted(folder: Path) -> None:
    assert {c.plan_type for c in load_frame(folder, Rules(only_status=("CP", "CIN"))).cases} == {"CP", "CIN"}


def test_a_frame_without_cases_is_refused(folder: Path) -> None:
    with pytest.raises(SamplingError, match="leave out all 120 cases"):
        load_frame(folder, Rules(only_status=("Adoption",)))


def test_ids_that_a_spreadsheet_could_take_for_formulas_are_read_as_they_were(tmp_path: Path) -> None:
    folder = scan_folder(tmp_path / "r", [case(1, case_id="'-17"), case(2, case_id="'quoted'")])
    assert [c.case_id for c in load_frame(folder, Rules()).cases] == ["'quoted'", "-17"]


def test_withheld_scores_count_as_the_usual_chance(tmp_path: Path) -> None:
    bare = {f"{d}_{part}": "" for d in DIMENSIONS for part in ("score", "low", "high")}
    frame = load_frame(scan_folder(tmp_path / "r", [case(1), case(2, **bare)]), Rules())
    assert frame.cases[0].chances == frame.cases[1].chances


@pytest.mark.parametrize(
    ("score", "low", "high", "least", "most"),
    [(50, 20, 80, 0.5, 0.5), (0, 0, 20, 0.99, 1), (100, 80, 100, 0, 0.01), (40, 10, 70, 0.6, 0.8), (30, None, None, 0.7, 0.7)],
)  # fmt: skip
def test_chance_of_failing(score: float, low: float | None, high: float | None, least: float, most: float) -> None:
    chance = chance_of_failing(score, low, high)
    assert chance is not None
    assert least <= chance <= most


def test_months_are_counted_back_to_a_day_that_exists() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)


def test_audits_without_a_date_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "audits.csv"
    path.write_text("case_id,audited_at\nK1,2026-01-05\nK1,2025-01-05\n", encoding="utf-8")
    assert read_audited(path) == {"K1": date(2026, 1, 5)}
    path.write_text("case_id,audited_at\nK1,last spring\n", encoding="utf-8")
    with pytest.raises(SamplingError, match="no date"):
        read_audited(path)


# --- draw


@pytest.mark.parametrize("name", DESIGNS)
def test_same_seed_same_sample_whatever_the_row_order(tmp_path: Path, name: str) -> None:
    rows = [case(i) for i in range(120)]
    design = Design(design_name(name), size_for(name), must_read=10)
    first = draw(load_frame(scan_folder(tmp_path / "a", rows), Rules()), design, "spring")
    random.Random(3).shuffle(rows)
    again = draw(load_frame(scan_folder(tmp_path / "b", rows), Rules()), design, "spring")
    assert first == again
    assert ids(draw(first.frame, design, "autumn"), "B") != ids(first, "B")


def test_a_known_seed_draws_known_cases(frame: Frame) -> None:
    """Fails when the order of tickets changes: then no sample drawn before could be drawn again."""
    assert ids(draw(frame, Design("simple", 6), "2026"), "B") == ["K027", "K067", "K036", "K005", "K084", "K081"]


@pytest.mark.parametrize("name", DESIGNS)
def test_weights_are_one_over_probabilities_and_add_up_to_the_frame(frame: Frame, name: str) -> None:
    sample = draw(frame, Design(design_name(name), size_for(name), must_read=10), "s")
    for r in sample.rows:
        assert r.weight == pytest.approx(1 / r.inclusion_probability)
        assert 0 < r.inclusion_probability <= 1
    total = sum(r.weight for r in sample.rows)
    assert total == pytest.approx(len(sample.frame.cases), rel=0.25 if name == "pps" else 1e-9)


@pytest.mark.parametrize("name", DESIGNS)
def test_must_read_are_the_highest_priorities_and_never_in_list_b(frame: Frame, name: str) -> None:
    sample = draw(frame, Design(design_name(name), size_for(name), must_read=12), "s")
    highest = sorted(sample.frame.cases, key=lambda c: (-c.priority, c.case_id))[:12]
    assert ids(sample, "A") == [c.case_id for c in highest]
    assert not set(ids(sample, "A")) & set(ids(sample, "B"))
    assert {r.inclusion_probability for r in sample.rows if r.list == "A"} == {1.0}


@pytest.mark.parametrize("name", DESIGNS)
def test_a_top_up_keeps_the_cases_and_adds_the_next_tickets(frame: Frame, name: str) -> None:
    small = draw(frame, Design(design_name(name), size_for(name), must_read=5), "s")
    large = draw(frame, Design(design_name(name), size_for(name) + 2, must_read=5), "s")
    assert set(ids(small, "B")) < set(ids(large, "B")) or name in {"one-a-month", "two-a-manager-a-month"}
    if name == "simple":
        assert ids(large, "B")[:30] == ids(small, "B")


def test_designs_by_month_and_team_take_what_their_names_say(frame: Frame) -> None:
    monthly = draw(frame, Design("one-a-month", None), "s")
    assert {s.drawn for s in monthly.strata} == {1}
    assert [s.name for s in monthly.strata] == [f"2026-{m:02}" for m in range(1, 7)]
    latest = draw(frame, Design("one-a-month", 2), "s")
    assert [s.name for s in latest.strata] == ["2026-05", "2026-06"]
    assert latest.frame.exclusions[-1].cases == 80
    by_manager = draw(frame, Design("two-a-manager-a-month", 1), "s")
    assert {s.drawn for s in by_manager.strata} == {2}
    assert len(by_manager.strata) == 5
    by_team = draw(frame, Design("n-a-team", 3), "s")
    assert [(s.name, s.drawn) for s in by_team.strata] == [(f"Team {i}", 3) for i in range(5)]


def test_strata_cross_score_bands_with_team_or_plan(frame: Frame) -> None:
    sample = draw(frame, Design("neyman", 40, by="plan-type", bands=2), "s")
    assert [s.name for s in sample.strata] == [f"band {b} of 2, {p}" for b in (1, 2) for p in ("CIN", "CP", "SGO")]
    assert all(s.drawn >= 2 for s in sample.strata)
    assert sum(s.drawn for s in sample.strata) == 40


def test_too_small_a_sample_for_its_strata_is_refused(frame: Frame) -> None:
    with pytest.raises(SamplingError, match="give --size 30 or more"):
        draw(frame, Design("proportional", 20, by="team"), "s")


def test_pps_draws_uncertain_cases_more_often(frame: Frame) -> None:
    sample = draw(frame, Design("pps", 30), "s")
    chance = {c.case_id: c.risk() for c in frame.cases}
    by_doubt = sorted(sample.rows, key=lambda r: abs(chance[r.case_id] - 0.5))
    assert by_doubt[0].inclusion_probability > 1.5 * by_doubt[-1].inclusion_probability


@pytest.mark.parametrize("name", ["simple", "proportional", "neyman", "pps"])
def test_more_than_the_frame_is_the_frame(frame: Frame, name: str) -> None:
    sample = draw(frame, Design(design_name(name), 500), "s")
    assert len(sample.rows) == 120
    assert {r.weight for r in sample.rows} == {1.0}


def test_a_replacement_is_the_next_ticket_and_is_logged(frame: Frame) -> None:
    design = Design("simple", 10, must_read=5)
    before, wider = ids(draw(frame, design, "s"), "B"), ids(draw(frame, Design("simple", 12, must_read=5), "s"), "B")
    sample = draw(frame, design, "s", {before[2]: "file locked", wider[10]: "withdrawn"})
    assert set(ids(sample, "B")) == (set(before) - {before[2]}) | {wider[11]}
    assert [(r.case_id, r.reason, r.replaced_by) for r in sample.replacements] == [
        (before[2], "file locked", wider[10]),
        (wider[10], "withdrawn", wider[11]),
    ]
    assert {r.weight for r in sample.rows if r.list == "B"} == {11.5}


def test_only_drawn_cases_of_list_b_can_be_replaced(frame: Frame) -> None:
    design = Design("simple", 10, must_read=5)
    sample = draw(frame, design, "s")
    with pytest.raises(SamplingError, match="must-read list; record cannot_tell"):
        draw(frame, design, "s", {ids(sample, "A")[0]: "locked"})
    with pytest.raises(SamplingError, match="not in list B"):
        draw(frame, design, "s", {"nobody": "locked"})


def test_design_names_are_read_kindly_and_unknown_ones_refused() -> None:
    assert design_name("SRS") == "simple"
    assert design_name("two_a_manager_a_month") == "two-a-manager-a-month"
    with pytest.raises(SamplingError, match="There is no design quota; there are: simple"):
        design_name("quota")


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 400), min_size=1, max_size=12),
    st.integers(0, 300),
    st.randoms(use_true_random=False),
)
@settings(max_examples=150, deadline=None)
def test_allocation_adds_up_keeps_floors_and_caps_and_only_grows(
    sizes: dict[str, int], extra: int, rng: random.Random
) -> None:
    spreads = {name: 0.1 + 0.4 * rng.random() for name in sizes}
    total = sum(min(2, n) for n in sizes.values()) + extra
    given_ = allocate(sizes, total, spreads)
    assert sum(given_.values()) == min(total, sum(sizes.values()))
    assert all(min(2, sizes[name]) <= n <= sizes[name] for name, n in given_.items())
    more = allocate(sizes, total + 1, spreads)
    assert all(more[name] >= n for name, n in given_.items())


# --- plan: refusals


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((None, 0, 0.95, "binomial"), "Say what the sample is for"),
        ((1.5, 0, 0.95, "binomial"), "--tolerable must lie above 0 and below 1"),
        ((0.05, 0.05, 0.95, "binomial"), "below the tolerable one"),
        ((0.05, 0, 95, "binomial"), "--confidence must lie"),
        ((0.05, 0, 0.95, "hypergeometric"), "give --population"),
        ((0.05, 0.0499, 0.95, "binomial"), "No sample of up to 20000 cases"),
    ],
)
def test_plans_that_cannot_be_are_refused(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(SamplingError, match=words):
        plan_assurance(*arguments)


def test_reading_every_case_of_a_small_frame_gives_assurance() -> None:
    assert plan_assurance(0.1, 0, 0.95, "hypergeometric", population=10).n == 10


def test_margin_needs_sensible_shares() -> None:
    with pytest.raises(SamplingError, match="response above 0"):
        plan_precision(0.1, 0.5, 0.95, response=0)


# --- record


def test_a_sample_is_written_and_read_again_with_its_record(frame: Frame, tmp_path: Path) -> None:
    sample = draw(frame, Design("neyman", 20, must_read=3), "s")
    path = tmp_path / "sample.csv"
    write_sample(path, sample, content_of(sample, RUN))
    assert (
        path.read_text(encoding="utf-8").splitlines()[0] == "case_id,list,stratum,inclusion_probability,weight,ticket"
    )
    read = read_sample(path)
    assert [(r.case_id, r.list, r.ticket) for r in read] == [(r.case_id, r.list, r.ticket) for r in sample.rows]
    record = read_record(path)
    assert record is not None
    assert record.content["frame"] == {
        "listed": 120, "cases": 120, "ids_sha256": frame.sha256, "exclusions": [],
    }  # fmt: skip
    assert record.strata == {s.name: s.cases for s in sample.strata}
    assert set(record.machine["analysis"].cases) == {r.case_id for r in sample.rows}


def test_a_top_up_keeps_replacements(frame: Frame, tmp_path: Path) -> None:
    design = Design("simple", 10)
    gone = ids(draw(frame, design, "s"), "B")[0]
    sample = draw(frame, design, "s", {gone: "locked"})
    path = tmp_path / "sample.csv"
    write_sample(path, sample, content_of(sample, RUN))
    assert drawn_before(path, "s", Design("simple", 15), "abc").reasons == {gone: "locked"}
    assert drawn_before(tmp_path / "new.csv", "s", design, "abc").reasons == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("case_id,list\nK1,B\n", "no column stratum"),
        ("case_id,list,stratum,inclusion_probability,weight\nK1,C,x,1,1\n", "neither in list A nor in list B"),
        ("case_id,list,stratum,inclusion_probability,weight\nK1,B,x,2,0.5\n", "no such numbers"),
        ("case_id,list,stratum,inclusion_probability,weight\nK1,B,x,1,1\nK1,B,x,1,1\n", "listed twice"),
        ("case_id,list,stratum,inclusion_probability,weight\n,B,x,1,1\n", "a row has no case_id"),
    ],
)
def test_tables_that_are_no_sample_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "sample.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SamplingError, match=words):
        read_sample(path)


def test_other_files_beside_a_sample_are_no_record(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    record_path(path).write_text('{"kind": "shopping list"}', encoding="utf-8")
    assert read_record(path) is None
    record_path(path).write_text('{"kind": "case-record-analyser sample"}', encoding="utf-8")
    with pytest.raises(SamplingError, match="not the record of a sample"):
        read_record(path)
    with pytest.raises(SamplingError, match="give it a name such as"):
        record_path(tmp_path / "sample.json")


# --- verdicts


def test_verdicts_are_read_from_a_table_and_from_the_reports_json(tmp_path: Path) -> None:
    table, saved, plain = tmp_path / "v.csv", tmp_path / "v.json", tmp_path / "w.json"
    table.write_text("case_id,dimension,verdict\nK1,analysis,met\nK2,analysis,not_met\n", encoding="utf-8")
    saved.write_text(json.dumps({"kind": "case-record-analyser verdicts", "verdicts": [
        {"case_id": "K1", "dimensions": {"analysis": "met", "supervision": None}, "comment": ""},
        {"case_id": "K2", "dimensions": {"analysis": "not_met"}, "comment": "thin"},
    ]}), encoding="utf-8")  # fmt: skip
    plain.write_text(json.dumps([
        {"case_id": "K1", "dimension": "analysis", "verdict": "met"},
        {"case_id": "K2", "dimension": "analysis", "verdict": "not_met"},
    ]), encoding="utf-8")  # fmt: skip
    for path in (table, saved, plain):
        given = read_verdicts(path)
        assert given.judged == {"analysis": {"K1": "met", "K2": "not_met"}}
        assert given.unchecked == [path.name]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("v.csv", "case_id,dimension,verdict\nK1,analysis,good\n", "good is no verdict"),
        ("v.csv", "case_id,dimension,verdict\nK1,spelling,met\n", "spelling is no dimension"),
        ("v.csv", "case_id,dimension,verdict\nK1,analysis,\n", "holds no verdict"),
        ("v.csv", "case_id,dimension,verdict\nK1,analysis,met\nK1,analysis,not_met\n", "differ; settle them"),
        ("v.json", "{}", "no list of verdicts"),
        ("v.json", "[1]", "no case_id"),
        ("v.json", "[{", "not JSON"),
        ("none.csv", None, "no such file"),
        ("none.json", None, "no such file"),
    ],
)
def test_verdicts_that_cannot_be_used_are_refused(tmp_path: Path, name: str, text: str | None, words: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SamplingError, match=words):
        read_verdicts(tmp_path / name)


# --- estimate


def drawn(n: int, frame: int, stratum: str = "all", which: str = "B", start: int = 0) -> list[Drawn]:
    return [Drawn(f"{stratum}{start + i}", which, stratum, n / frame, frame / n, "") for i in range(n)]  # type: ignore[arg-type]


def verdicts(rows: list[Drawn], failing: int, word: str = "not_met") -> dict[str, Any]:
    return {r.case_id: word if i < failing else "met" for i, r in enumerate(rows)}


def tell(rows: list[Drawn], judged: dict[str, Any], **more: Any) -> DimensionEstimates:
    return estimate_rates(rows, {"analysis": judged}, None, 0.95, **more)["analysis"]


def not_met(found: DimensionEstimates) -> Estimate:
    return found.outcomes["not_met"]


def test_rate_of_a_simple_random_sample() -> None:
    rows = drawn(60, 600)
    found = not_met(tell(rows, verdicts(rows, 12)))
    assert found.estimate.rate == pytest.approx(0.2)
    assert found.horvitz_thompson == pytest.approx(120)
    # s^2 = n p q / (n - 1), corrected by 1 - n / N (Cochran 1977, ch. 3)
    assert found.estimate.standard_error == pytest.approx((0.9 * 0.2 * 0.8 / 59) ** 0.5)
    assert found.estimate.low < 0.2 < found.estimate.high
    assert found.estimate.interval == "wilson"
    assert (found.n, found.errors, found.scope) == (60, 12, "frame")


def test_no_failure_gives_the_exact_hypergeometric_bound() -> None:
    from scipy.stats import hypergeom

    rows = drawn(60, 600)
    found = not_met(tell(rows, verdicts(rows, 0)))
    assert (found.estimate.rate, found.estimate.low, found.estimate.interval) == (0, 0, "exact")
    for bound, alpha in ((found.estimate.high, 0.025), (found.upper, 0.05)):
        failing = round(bound * 600)
        assert hypergeom.cdf(0, 600, failing, 60) > alpha >= hypergeom.cdf(0, 600, failing + 1, 60)
    all_failed = not_met(tell(rows, verdicts(rows, 60)))
    assert (all_failed.estimate.rate, all_failed.estimate.high) == (1, 1)
    assert all_failed.estimate.low == pytest.approx(1 - found.estimate.high)


def test_strata_weigh_by_their_size_and_a_stratum_read_whole_adds_no_doubt() -> None:
    small, large = drawn(10, 10, "small"), drawn(20, 400, "large")
    found = not_met(tell(small + large, verdicts(small, 9) | verdicts(large, 4)))
    assert found.estimate.rate == pytest.approx((9 + 400 * 0.2) / 410)
    alone = not_met(tell(large, verdicts(large, 4)))
    assert found.estimate.standard_error == pytest.approx(alone.estimate.standard_error * 400 / 410)


def test_partly_met_counts_in_the_wider_outcome_only() -> None:
    rows = drawn(40, 400)
    found = tell(rows, verdicts(rows, 8, "partly_met")).outcomes
    assert found["not_met"].estimate.rate == 0
    assert found["partly_or_not_met"].estimate.rate == pytest.approx(0.2)


def test_cannot_tell_belongs_to_no_rate_and_is_told() -> None:
    rows = drawn(40, 400)
    judged = verdicts(rows, 8) | {r.case_id: "cannot_tell" for r in rows[-10:]}
    found = tell(rows, judged)
    assert found.cannot_tell == 10
    assert not_met(found).estimate.rate == pytest.approx(8 / 30)
    assert not_met(found).n == 30


def test_unread_cases_are_stood_in_for_by_their_stratum_and_told() -> None:
    one, two = drawn(20, 100, "one"), drawn(20, 300, "two")
    judged = verdicts(one[:10], 5) | verdicts(two, 2)
    found = tell(one + two, judged)
    assert found.unread == 10
    assert not_met(found).estimate.rate == pytest.approx(0.25 * 0.5 + 0.75 * 0.1)
    assert "10 drawn cases have no verdict" in found.notes[0]


def test_a_stratum_of_which_nothing_was_read_is_named_and_left_out() -> None:
    one, two = drawn(20, 100, "one"), drawn(20, 300, "two")
    found = tell(one + two, verdicts(one, 5))
    assert not_met(found).scope == "strata_read"
    assert found.frame_b == 100
    assert "strata two" in found.notes[0]


def test_the_must_read_list_tells_no_rate() -> None:
    rows = drawn(20, 20, "must read", "A") + drawn(40, 400)
    judged = {r.case_id: "not_met" for r in rows if r.list == "A"}
    with pytest.raises(SamplingError, match="No rate can be told from the must-read list"):
        tell(rows, judged)
    with pytest.raises(SamplingError, match="No verdict is on a case of the sample"):
        tell(rows, {"somebody": "met"})


def test_a_dimension_that_only_list_a_has_verdicts_on_has_no_rate() -> None:
    rows = drawn(20, 20, "must read", "A") + drawn(40, 400)
    a = {r.case_id: "not_met" for r in rows if r.list == "A"}
    b = {r.case_id: "met" for r in rows if r.list == "B"}
    found = estimate_rates(rows, {"analysis": a, "supervision": b}, None, 0.95)  # type: ignore[dict-item]
    assert found["analysis"].outcomes == {}
    assert "No case of list B" in found["analysis"].notes[0]
    assert not_met(found["supervision"]).estimate.rate == 0


def test_list_a_read_whole_adds_what_it_is_and_never_more() -> None:
    a, b = drawn(20, 20, "must read", "A"), drawn(40, 380)
    found = not_met(tell(a + b, verdicts(a, 18) | verdicts(b, 4)))
    assert found.scope == "frame"
    assert found.without_list_a is not None
    assert found.without_list_a.rate == pytest.approx(0.1)
    assert found.estimate.rate == pytest.approx((18 + 38) / 400)
    assert found.estimate.high - found.estimate.low < found.without_list_a.high - found.without_list_a.low
    assert found.list_a == (20, 18)


def test_list_a_read_in_part_is_left_out_of_the_rate() -> None:
    a, b = drawn(20, 20, "must read", "A"), drawn(40, 380)
    found = tell(a + b, verdicts(a[:19], 19) | verdicts(b, 4))
    assert not_met(found).scope == "frame_without_list_a"
    assert not_met(found).estimate.rate == pytest.approx(0.1)
    assert "List A is not read whole" in found.notes[0]


def test_single_cases_a_month_still_have_an_interval() -> None:
    rows = [row for m in range(12) for row in drawn(1, 30, f"2026-{m + 1:02}")]
    found = not_met(tell(rows, verdicts(rows, 4)))
    assert found.estimate.rate == pytest.approx(4 / 12)
    assert 0.1 < found.estimate.low < found.estimate.rate < found.estimate.high < 0.7


def test_strata_that_are_each_all_alike_are_no_certainty() -> None:
    one, two = drawn(5, 100, "one"), drawn(5, 100, "two")
    found = not_met(tell(one + two, verdicts(one, 5) | verdicts(two, 0)))
    assert found.estimate.rate == 0.5
    assert found.estimate.high - found.estimate.low > 0.3


def test_a_frame_read_whole_has_no_doubt() -> None:
    rows = drawn(50, 50)
    found = not_met(tell(rows, verdicts(rows, 5))).estimate
    assert (found.rate, found.low, found.high, found.interval) == (0.1, 0.1, 0.1, "exact")


def test_the_cautious_interval_is_wider() -> None:
    rows = drawn(60, 600)
    usual = not_met(tell(rows, verdicts(rows, 6))).estimate
    cautious = not_met(tell(rows, verdicts(rows, 6), kind="korn-graubard")).estimate
    assert cautious.low < usual.low
    assert cautious.high - cautious.low > usual.high - usual.low


@pytest.mark.parametrize("name", ["simple", "neyman", "pps"])
def test_the_machines_scores_of_the_whole_frame_sharpen_the_rate(frame: Frame, tmp_path: Path, name: str) -> None:
    sample = draw(frame, Design(design_name(name), 40, must_read=10), "s")
    path = tmp_path / "sample.csv"
    write_sample(path, sample, content_of(sample, RUN))
    chance = {c.case_id: c.chances["analysis"] for c in frame.cases}
    dice = random.Random(5)
    fails = {case_id: dice.random() < c for case_id, c in chance.items()}
    judged = {r.case_id: "not_met" if fails[r.case_id] else "met" for r in sample.rows}
    found = estimate_rates(read_sample(path), {"analysis": judged}, read_record(path), 0.95)["analysis"]  # type: ignore[dict-item]
    truth = sum(fails.values()) / 120
    estimate = not_met(found)
    assert estimate.difference is not None
    assert estimate.difference.standard_error < estimate.estimate.standard_error
    assert abs(estimate.difference.rate - truth) < 0.1
    assert found.outcomes["partly_or_not_met"].machine_only == pytest.approx(sum(chance.values()) / 120)
    assert found.weights_over_frame == pytest.approx(1, rel=0.3 if name == "pps" else 1e-9)
    assert found.frame_b == 110


def test_a_record_of_another_sample_is_refused_and_a_missing_row_is_told(frame: Frame, tmp_path: Path) -> None:
    sample = draw(frame, Design("simple", 20), "s")
    path = tmp_path / "sample.csv"
    write_sample(path, sample, content_of(sample, RUN))
    rows, record = read_sample(path), read_record(path)
    judged: dict[str, Any] = {r.case_id: "met" for r in rows}
    short = estimate_rates(rows[1:], {"analysis": judged}, record, 0.95)["analysis"]
    assert "95% of its frame" in " ".join(short.notes)
    others = [Drawn(r.case_id, r.list, "north", r.inclusion_probability, r.weight, "") for r in rows]
    with pytest.raises(SamplingError, match="those of another sample"):
        estimate_rates(others, {"analysis": judged}, record, 0.95)


def test_uncertain_cases_are_drawn_more_often_and_half_stays_random(frame: Frame) -> None:
    sample = draw(frame, Design("simple", 40, 10, uncertain=0.5), "s")
    chances = {c.case_id: c.risk() for c in frame.cases}
    rest = [c for c in frame.cases if c.case_id not in {r.case_id for r in sample.rows if r.list == "A"}]
    least = sorted(abs(c.risk() - 0.5) for c in rest)[: -(-len(rest) // 3)][-1]
    taken = [r for r in sample.rows if r.list == "B"]
    uncertain = [r for r in taken if r.stratum == "least certain third"]
    assert {s.name: (s.cases, s.drawn) for s in sample.strata} == {
        "least certain third": (37, 27), "other two thirds": (73, 13),
    }  # fmt: skip
    assert all(abs(chances[r.case_id] - 0.5) <= least for r in uncertain)
    assert sum(r.weight for r in taken) == pytest.approx(110)
    larger = draw(frame, Design("simple", 60, 10, uncertain=0.5), "s")
    assert {r.case_id for r in sample.rows} <= {r.case_id for r in larger.rows}
    whole = draw(frame, Design("simple", 200, 10, uncertain=0.3), "s")
    assert len(whole.rows) == 120


@pytest.mark.parametrize("design", [Design("simple", 20, uncertain=0.6), Design("neyman", 20, uncertain=0.2)])
def test_uncertain_shares_that_cannot_be(frame: Frame, design: Design) -> None:
    with pytest.raises(SamplingError, match="CRA-7034"):
        draw(frame, design, "s")
