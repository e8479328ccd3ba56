"""Run the tests inside rule files, and see to it that every pattern and every block is tested."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from analyser.contracts import Note
from analyser.errors import RuleError
from analyser.rules_engine.where import outside
from analyser.text.reading import Reading, Unit, read_note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyser.rules_engine.engine import Engine
    from analyser.rules_engine.hits import Hit
    from analyser.rules_engine.loader import CompiledRule
    from analyser.rules_engine.schema import NoteOfTest, Test

_MARK: Final = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a check found, in words for the rule's author."""

    rule: str
    file: str
    what: str


@dataclass(slots=True)
class CheckResult:
    """Outcome of checking a rule set.

    Attributes:
        rules: Rules checked.
        tests: Tests run.
        faults: What is wrong, empty when all is well.
        todo: ``todo_`` tests that fail as they say they do.
    """

    rules: int = 0
    tests: int = 0
    todo: int = 0
    faults: list[Fault] = field(default_factory=list)


def check_rules(engine: Engine, only: Iterable[str] = ()) -> CheckResult:
    """Run all tests of all rules (or of those whose id starts with one of ``only``), and coverage.

    Raises:
        RuleError: No rule's id starts so.
    """
    result = CheckResult()
    chosen = tuple(only)
    ids = [compiled.rule.id for compiled in engine.rules.running]
    for start in chosen:
        if not any(name.startswith(start) for name in ids):
            near = get_close_matches(start, ids, n=1, cutoff=0.0)
            raise RuleError("CRA-3002", rule=start, near=near[0] if near else "none")
    for compiled in engine.rules.running:
        if chosen and not compiled.rule.id.startswith(chosen):
            continue
        result.rules += 1
        fired: set[int] = set()
        for test in compiled.rule.tests:
            result.tests += 1
            faults, patterns, todo = _run(engine, compiled, test)
            result.faults.extend(Fault(compiled.rule.id, compiled.path.name, what) for what in faults)
            fired |= patterns
            result.todo += todo
        result.faults.extend(Fault(compiled.rule.id, compiled.path.name, what) for what in _coverage(compiled, fired))
    return result


def _coverage(compiled: CompiledRule, fired: set[int]) -> Iterable[str]:
    for k in range(len(compiled.any)):
        if k not in fired:
            yield f"no test makes pattern {k + 1} fire: {_short(compiled, k)}"
    if not any(t.silent for t in compiled.rule.tests):
        yield "no test says when it must stay silent"
    if not any(t.fires for t in compiled.rule.tests):
        yield "no test says when it must fire"
    reasons = {t.because for t in compiled.rule.tests if t.silent}
    statuses = {t.status for t in compiled.rule.tests if t.fires}
    for axis, outcomes in compiled.rule.context.items():
        for value, outcome in outcomes.items():
            if outcome == "drop" and f"{axis}.{value}" not in reasons:
                yield f"no test stays silent because of {axis}.{value}, though the rule says so"
            if outcome in {"gap", "planned"} and outcome not in statuses:
                yield f"no test fires with status {outcome}, though the rule says that {axis}.{value} gives it"
    if compiled.rule.who != "any" and not any((because or "").startswith("subject.") for because in reasons):
        yield "no test stays silent because of its subject, though the rule says who must act"
    if compiled.unless and "unless" not in reasons:
        yield "no test stays silent because of unless, though the rule has it"


def _short(compiled: CompiledRule, k: int) -> str:
    pattern = compiled.rule.match.any[k]
    text = (
        pattern.phrase
        or pattern.regex
        or (" + ".join(pattern.near.words) if pattern.near else str(pattern.tokens or f"words: {pattern.words}"))
    )
    return text if len(text) < 90 else text[:87] + "..."  # noqa: PLR2004


def _run(engine: Engine, compiled: CompiledRule, test: Test) -> tuple[list[str], set[int], int]:
    """Faults of one test, the patterns that fired, and whether it is a todo that fails as it should."""
    text = str(test.fires or test.silent or test.todo_fires or test.todo_silent)
    plain = _plain(text)
    reading, offset = reading_of_test(compiled, plain, test.note)
    hits = [
        h
        for h in engine.hits(reading, silenced=True)
        if h.rule.rule.id == compiled.rule.id and reading.original(h.unit.start, h.unit.end)[0] >= offset
    ]
    real = [h for h in hits if h.status is not None]
    patterns = _firing_patterns(engine, compiled, reading) if real else set()
    if test.fires is not None:
        return _must_fire(test, text, offset, real, reading, hits), patterns, 0
    if test.silent is not None:
        return _must_be_silent(engine, compiled, test, plain, offset, real, hits, reading), patterns, 0
    wanted = test.todo_fires is not None
    if bool(real) == wanted:
        return (
            [f"the todo test {plain!r} passes now; make it a {'fires' if wanted else 'silent'} test"],
            patterns,
            0,
        )
    return [], patterns, 1


def _firing_patterns(engine: Engine, compiled: CompiledRule, reading: Reading) -> set[int]:
    """Patterns of a rule that match and are not silenced, each tried by itself."""
    return {h.pattern for h in engine.hits_of_each_pattern(reading, compiled) if h.status is not None}


def reading_of_test(compiled: CompiledRule | None, plain: str, given: NoteOfTest | None) -> tuple[Reading, int]:
    """The reading of a test sentence, and the offset at which the sentence starts.

    Without a ``note``, the note is one that the rule reads: its first kind, writer and section.
    """
    where = compiled.rule.where if compiled else None
    kind = given.kind if given else (where.kinds[0] if where and where.kinds else "visit")
    author = given.author if given else (where.authors[0] if where and where.authors else "worker")
    section = given.section if given else (where.sections[0] if where and where.sections else "")
    age = given.age if given and given.age else (str(where.max_age) if where and where.max_age is not None else "")
    before = given.before + " " if given and given.before else ""
    heading = f"{SECTION_HEADINGS[section]}\n" if section else ""
    note = Note(case_id="test", note_id="test", text=heading + before + plain, kind=kind, author=author, age=age)
    return read_note(note), len(heading) + len(before)


SECTION_HEADINGS: Final = {
    "child_views": "Child's views:", "observed": "Observations:", "direct_work": "Direct work:", "previous_actions": "Previous actions:",
    "actions": "Actions:", "decision": "Decision:", "management": "Management oversight:", "rationale": "Rationale:",
    "reflection": "Reflection:", "worker_view": "Worker's view:", "discussion": "Discussion:", "analysis": "Analysis:", "risks": "Risks:",
    "strengths": "Strengths:", "scaling": "Scaling:", "history": "History:", "background": "Background:", "purpose": "Purpose:",
    "present": "Present:", "home": "Home conditions:", "health": "Health:", "education": "Education:", "contact": "Contact:",
    "parent_views": "Parents' views:", "placement": "Placement:", "finance": "Finance:", "contingency": "Contingency:", "other": "OTHER MATTERS",
}  # fmt: skip


def _must_fire(test: Test, text: str, offset: int, real: list[Hit], reading: Reading, hits: list[Hit]) -> list[str]:
    wanted = _MARK.search(text)
    assert wanted is not None  # noqa: S101 - the schema saw to it
    start = offset + wanted.start()
    span = (start, start + len(wanted[1]))
    if not real:
        why = ", ".join(sorted({h.silent_because for h in hits})) or "no pattern matched"
        return [f"does not fire on {_plain(text)!r} ({why})"]
    found = [reading.original(h.unit.start + h.span[0], h.unit.start + h.span[1]) for h in real]
    if span not in found:
        shown = " / ".join(repr(_original(text, offset, f)) for f in found)
        return [f"fires on {shown} and not on the marked span of {text!r}"]
    status = test.status or "present"
    got = real[found.index(span)].status
    return [] if got == status else [f"gives {got} and not {status} on {text!r}"]


def _original(text: str, offset: int, span: tuple[int, int]) -> str:
    return _plain(text)[span[0] - offset : span[1] - offset]


def _plain(text: str) -> str:
    return _MARK.sub(r"\1", text)


def _must_be_silent(
    engine: Engine,
    compiled: CompiledRule,
    test: Test,
    plain: str,
    offset: int,
    real: list[Hit],
    hits: list[Hit],
    reading: Reading,
) -> list[str]:
    if real:
        return [f"fires on {plain!r}, where it must stay silent because of {test.because}"]
    got = {h.silent_because for h in hits} or _reasons_without_match(engine, compiled, reading, offset)
    return (
        []
        if test.because in got
        else [f"is silent on {plain!r} because of {', '.join(sorted(got))}, and not of {test.because}"]
    )


def _reasons_without_match(engine: Engine, compiled: CompiledRule, reading: Reading, offset: int) -> set[str]:
    """Why a rule did not come to match: its ``where``, or its patterns."""
    reasons: set[str] = set()
    for unit in _units_from(reading, offset):
        condition = outside(compiled.rule.where, reading, unit)
        if condition and engine.would_match(reading, unit, compiled):
            reasons.add(f"where.{condition}")
    return reasons or {"no_match"}


def _units_from(reading: Reading, offset: int) -> Iterable[Unit]:
    return (u for u in reading.units if reading.original(u.start, u.end)[0] >= offset)
