"""The table of rules: what fired, what overlaps, what verdicts say, and what a person is asked to confirm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from analyser.contracts import Evidence
from analyser.rules_engine import load_rules
from analyser.verdicts.proportions import proportion
from analyser.verdicts.records import Record
from analyser.verdicts.rule_table import RuleTable, SourceLine, rule_table
from analyser.verdicts.standing import standing

if TYPE_CHECKING:
    from analyser.rules_engine.loader import CompiledRule

SHA = "a" * 64


@pytest.fixture(scope="module")
def rule() -> CompiledRule:
    return load_rules().rules[0]


def evidence(source: str, case: int = 0, at: int = 0, status: Any = "present", **trace: Any) -> Evidence:
    return Evidence(f"C{case}", "N1", at, at + 10, "child_voice", "seen", status, 0.9, source, trace)


def verdict(e: Evidence, word: str, reason: str | None = None, who: str = "A", sha: str = SHA) -> Record:
    span = {
        "note_id": e.note_id, "start": e.start, "end": e.end, "dimension": e.dimension, "indicator": e.indicator,
        "status": e.status, "source": e.source, "verdict": word, "reason": reason,
    }  # fmt: skip
    fields: dict[str, Any] = {
        "auditor": who, "case_id": e.case_id, "input_sha256": sha, "versions": {},
        "judged_at": datetime(2026, 3, 2, tzinfo=UTC), "spans": [span],
    }  # fmt: skip
    return Record.model_validate(fields)


def table(found: list[Evidence], records: list[Record], *rules: CompiledRule) -> RuleTable:
    by_case: dict[str, list[Evidence]] = {}
    for e in found:
        by_case.setdefault(e.case_id, []).append(e)
    return rule_table(standing(records), SHA, by_case, 50, rules)


def line(of: RuleTable, source: str) -> SourceLine:
    (one,) = [x for x in of.lines if x.source == source]
    return one


def test_a_rule_that_only_agreed_fired_too_and_is_judged_with_the_one_that_led() -> None:
    led = evidence("rule:a.b.c@1", agree=["rule:a.b.d@2"])
    alone = evidence("rule:a.b.c@1", case=1)
    found = table([led, alone], [verdict(led, "agree"), verdict(alone, "disagree", "negated")])
    first, second = line(found, "rule:a.b.c@1"), line(found, "rule:a.b.d@2")
    assert (first.fired, first.overlap, first.judged, first.precision.value) == (2, 0.5, 2, 0.5)
    assert (second.fired, second.overlap, second.judged, second.precision.value) == (1, 1.0, 1, 1.0)
    assert first.coverage == pytest.approx(2 / 50)
    assert first.reasons == (("negated", 1),)


def test_model_and_rules_behind_one_span_each_have_a_line() -> None:
    both = evidence("combined:m@1", rules=["rule:a.b.c@1"])
    found = table([both, evidence("model:m@1", case=1)], [verdict(both, "agree")])
    assert {x.source: x.judged for x in found.lines} == {"combined:m@1": 1, "rule:a.b.c@1": 1, "model:m@1": 0}


def test_the_same_words_with_another_status_are_in_conflict() -> None:
    found = table([evidence("rule:a.b.c@1"), evidence("rule:a.b.d@1", at=5, status="gap")], [])
    assert [(x.conflict, x.overlap) for x in found.lines] == [(1.0, 0.0), (1.0, 0.0)]


def test_where_auditors_differ_a_span_is_not_right_and_is_named_disputed() -> None:
    e = evidence("rule:a.b.c@1")
    found = line(table([e], [verdict(e, "agree"), verdict(e, "disagree", "historical", who="B")]), e.source)
    assert (found.judged, found.disputed, found.precision.value) == (1, 1, 0.0)


def test_verdicts_of_earlier_exports_count_for_the_same_version_only() -> None:
    here = evidence("rule:a.b.c@2")
    old = [verdict(evidence("rule:a.b.c@2", case=7), "agree", sha="b" * 64)]
    older = [verdict(evidence("rule:a.b.c@1", case=7, at=40), "agree", sha="b" * 64)]
    found = table([here], old + older)
    assert [(x.source, x.judged) for x in found.lines] == [("rule:a.b.c@2", 1)]
    assert found.elsewhere == 1


@pytest.mark.parametrize(
    ("state", "right", "judged", "cases", "proposal"),
    [
        ("trial", 29, 30, 10, "promote"),
        ("trial", 24, 30, 10, ""),  # the interval reaches below what is asked
        ("active", 29, 30, 10, ""),  # nothing to promote
        ("active", 5, 30, 10, "pause"),
        ("trial", 5, 30, 10, "pause"),
        ("active", 12, 30, 10, ""),  # the interval holds a half
        ("paused", 0, 30, 10, ""),
        ("active", 0, 19, 10, ""),  # too few
        ("active", 0, 30, 4, ""),  # too few cases
    ],
)
def test_proposals_need_enough_verdicts_of_enough_cases(
    rule: CompiledRule, state: Any, right: int, judged: int, cases: int, proposal: str
) -> None:
    mine = replace(rule, rule=rule.rule.model_copy(update={"state": state}))
    spans = [evidence(mine.source, case=k % cases, at=20 * k) for k in range(judged)]
    words = [verdict(e, "agree") if k < right else verdict(e, "disagree", "negated") for k, e in enumerate(spans)]
    found = table(spans, words, mine)
    one = line(found, mine.source)
    assert (one.proposal, one.state, one.cases) == (proposal, state, cases)
    assert one.precision == proportion(right, judged)
    assert [p.source for p in found.proposals] == ([mine.source] if proposal else [])


def test_rules_that_nobody_needed_are_counted(rule: CompiledRule) -> None:
    assert table([evidence("rule:a.b.c@1")], [], rule).silent == 1
