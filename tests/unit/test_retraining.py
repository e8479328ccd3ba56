"""Champion against challenger: the better is kept, and cases that judge never teach."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from analyser.contracts import Note
from analyser.errors import ModelError, VerdictError
from analyser.evaluate.labelled import LabelledCase, LabelledNote
from analyser.evaluate.paired import compare_f1
from analyser.evaluate.units import UnitRow
from analyser.model_engine.linear import BITS
from analyser.model_engine.manifest import read_manifest, write_manifest
from analyser.model_engine.stack import Stack
from analyser.text.reading import read_note
from analyser.training.contest import LEAST_CASES, Verdicts, retrain
from analyser.training.linear import export_linear
from analyser.training.verdict_labels import Votes, set_aside, spans_of
from analyser.verdicts.records import Protocol, Seen, SpanVerdict
from analyser.verdicts.standing import Mark, Span, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from analyser.rules_engine import Engine
    from analyser.training.verdict_labels import Key

SHA = "0" * 64
OUTPUTS = ("analysis:present", "child_voice:present", "analysis.impact:present", "child_voice.wishes_feelings:present")
SHOWS = "She lined up the {} pebbles and whispered to them."
SHOWS_NOT = "The parking permit for the {} estate has run out."
COLOURS = "red blue green white black grey brown pink gold silver".split()
SEEN = {"dimension": "child_voice", "indicator": "wishes_feelings"}


def write_model(folder: Path, weight: np.ndarray[Any, Any] | None = None) -> Path:
    """A tier ``fast`` that finds nothing, or what its weights say."""
    place = folder / "fast"
    place.mkdir(parents=True)
    zeros = np.zeros((1 << BITS, len(OUTPUTS)), np.float32)
    export_linear(zeros if weight is None else weight, np.full(len(OUTPUTS), -3.0, np.float32), place)
    plain = np.tile([1.0, 0.0, 0.0, 0.0], (len(OUTPUTS), 1))
    stack = Stack(OUTPUTS, plain, dict.fromkeys(OUTPUTS, 0.5), dict.fromkeys(OUTPUTS[:2], 0.4))
    (place / "stack.json").write_text(json.dumps(stack.to_json()), encoding="utf-8")
    write_manifest(place, {"name": "fast", "reader": "linear", "weighs_rules": False, "outputs": list(OUTPUTS)})
    return folder


def notes_of(cases: int) -> dict[Key, Note]:
    """Two notes a case: one to learn from, one that is read without marks."""
    out = {}
    for k in range(cases):
        for which in ("taught", "blind"):
            colour = f"{COLOURS[k % 10]} {COLOURS[k // 10 % 10]}"
            text = f"{SHOWS.format(colour)} {SHOWS_NOT.format(colour)}"
            note = Note(
                case_id=f"C{k:03d}", note_id=which, text=text, note_type="Home visit", author_role="Social worker"
            )
            out[note.case_id, which] = note
    return out


def verdicts_on(notes: Mapping[Key, Note], *, right: bool = True) -> Verdicts:
    """Auditors mark the first sentence in notes without marks; elsewhere the first, or wrongly the second."""
    stands = Standing()
    for (case_id, which), note in notes.items():
        spans = spans_of(read_note(note))
        if which == "blind":
            seen = (Seen(note_id=which, start=spans[0][0], end=spans[0][1], **SEEN),)  # type: ignore[arg-type]
            stands.protocols[SHA, case_id, "qa"] = Protocol(
                list="B", findings="hidden", blind_share=0.1, recall_share=0, blind_notes=(which,), seen=seen
            )
        else:
            start, end = spans[0 if right else 1]
            stands.missed[Mark(SHA, case_id, which, start, end, **SEEN)] = {"qa"}
            start, end = spans[1 if right else 0]
            wrong = SpanVerdict(
                note_id=which, start=start, end=end, status="present", verdict="disagree", reason="other_person", **SEEN  # type: ignore[arg-type]
            )  # fmt: skip
            stands.spans[Span(SHA, wrong.key(case_id))] = {"qa": wrong}
    return Verdicts(stands, SHA, notes)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("models"))


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_better_challenger_is_kept_and_a_second_run_changes_nothing(
    models: Path, engine: Engine, tmp_path: Path
) -> None:
    verdicts = verdicts_on(notes_of(80))
    before = files(models)
    outcome = retrain(verdicts, [models], engine, tmp_path)
    assert outcome["kept"] == "challenger"
    assert outcome["f1"]["low"] > 0
    assert outcome["learned"]["sentences"] >= 2 * outcome["learned"]["cases"]
    assert outcome == json.loads((tmp_path / "retraining.json").read_text(encoding="utf-8"))
    assert {p.name for p in tmp_path.iterdir()} == {"fast", "retraining.json"}
    assert read_manifest(tmp_path / "fast")["learned_from_verdicts"]["started_from"] == outcome["champion"]
    assert files(models) == before
    first = files(tmp_path)
    again = retrain(verdicts, [models], engine, tmp_path)
    assert again["same_model"] is True
    assert files(tmp_path) == first


def test_a_worse_challenger_is_not_kept(models: Path, engine: Engine, tmp_path: Path) -> None:
    good = retrain(verdicts_on(notes_of(80)), [models], engine, tmp_path / "good")
    outcome = retrain(verdicts_on(notes_of(80), right=False), [models], engine, tmp_path / "good")
    assert good["kept"] == "challenger"
    assert outcome["kept"] == "champion"
    assert outcome["champion"] == good["challenger"]
    assert outcome["f1"]["high"] < 0


def test_a_challenger_that_is_as_good_is_not_kept(models: Path, engine: Engine, tmp_path: Path) -> None:
    retrain(verdicts_on(notes_of(80)), [models], engine, tmp_path / "first")
    started = tmp_path / "own" / "fast"
    (tmp_path / "first" / "fast").rename(started.parent.mkdir() or started)
    facts = read_manifest(started)
    write_manifest(started, {k: v for k, v in facts.items() if k not in {"files", "learned_from_verdicts"}})
    outcome = retrain(verdicts_on(notes_of(80)), [tmp_path / "own"], engine, tmp_path / "out")
    assert outcome["kept"] == "champion"
    assert outcome["f1"]["difference"] == 0
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"retraining.json"}


def test_blind_cases_and_copies_of_their_sentences_teach_nothing(models: Path, engine: Engine, tmp_path: Path) -> None:
    notes = notes_of(80)
    verdicts = verdicts_on(notes)
    aside = set_aside(verdicts.stands, SHA)
    assert LEAST_CASES <= len(aside) <= 60
    assert set_aside(verdicts_on(notes_of(100)).stands, SHA) >= aside  # nothing that comes later moves a case
    retrain(verdicts, [models], engine, tmp_path / "a")
    # Other verdicts on passages of cases that were set aside, and one on a copy of such a passage elsewhere.
    for mark in [m for m in verdicts.stands.missed if m.case_id in aside]:
        del verdicts.stands.missed[mark]
    one = min(aside)
    other = next(key for key in notes if key[0] not in aside and key[1] == "taught")
    copy = notes[other].model_copy(update={"note_id": "copy", "text": notes[one, "blind"].text})
    (start, end) = spans_of(read_note(copy))[0]
    verdicts.stands.missed[Mark(SHA, other[0], "copy", start, end, "analysis", "impact")] = {"qa"}
    retrain(Verdicts(verdicts.stands, SHA, {**notes, (other[0], "copy"): copy}), [models], engine, tmp_path / "b")
    first, second = ((tmp_path / name / "fast" / "linear.safetensors").read_bytes() for name in "ab")
    assert first == second


def test_labelled_cases_can_judge_and_a_champion_that_learned_from_them_is_refused(
    models: Path, engine: Engine, tmp_path: Path
) -> None:
    judges = [
        LabelledCase(
            note.case_id,
            (LabelledNote(note, tuple(spans_of(read_note(note))), labels, {}),),
            {},
            read_first=False,
            facts={},
        )
        for note in (n for (_, which), n in notes_of(90).items() if which == "blind")
        for labels in ({0: frozenset({"child_voice.wishes_feelings:present"})},)
    ]
    verdicts = verdicts_on(notes_of(60))
    outcome = retrain(verdicts, [models], engine, tmp_path, judges[60:])
    assert (outcome["kept"], outcome["blind_set"]["cases"]) == ("challenger", 30)
    assert outcome["learned"]["cases"] == 60
    with pytest.raises(ModelError, match="CRA-4005"):
        retrain(verdicts, [models], engine, tmp_path)


def test_too_few_cases_and_nothing_to_learn_are_refused_and_leave_nothing(
    models: Path, engine: Engine, tmp_path: Path
) -> None:
    with pytest.raises(VerdictError, match="CRA-7509"):
        retrain(verdicts_on(notes_of(20)), [models], engine, tmp_path / "out")
    silent = verdicts_on(notes_of(80))
    for case_id in {c for _, c, _ in silent.stands.protocols} - set_aside(silent.stands, SHA):
        del silent.stands.protocols[SHA, case_id, "qa"]
    silent.stands.missed.clear()
    silent.stands.spans.clear()
    with pytest.raises(VerdictError, match="CRA-7510"):
        retrain(silent, [models], engine, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("verdict", "reason", "told"),
    [
        ("agree", None, {"analysis.impact:present": True, "analysis:present": True}),
        ("disagree", "negated", {"analysis.impact:present": False, "analysis:present": False}),
        ("disagree", "wrong_indicator", {"analysis.impact:present": False, "analysis:present": None}),
        ("disagree", "wrong_span", {}),
        (
            "disagree",
            "planned",
            {"analysis.impact:present": False, "analysis:present": False, "analysis.impact:planned": True,
             "analysis:planned": True},
        ),
    ],
)  # fmt: skip
def test_what_follows_from_a_verdict(verdict: Any, reason: Any, told: dict[str, bool | None]) -> None:
    votes = Votes()
    votes.judge(0, SpanVerdict(note_id="n", start=0, end=9, dimension="analysis", indicator="impact", status="present",
                               verdict=verdict, reason=reason))  # fmt: skip
    assert votes.answers() == {(0, name): so for name, so in told.items()}


def test_where_people_differ_nothing_follows() -> None:
    votes = Votes()
    votes.judge_sentence(0, {"analysis"})
    votes.judge_sentence(0, set())
    assert votes.answers()[0, "analysis:present"] is None
    assert votes.answers()[0, "supervision:present"] is False


def test_the_interval_is_over_cases_and_of_the_same_cases() -> None:
    given = frozenset({"analysis:present"})

    def rows(found: int) -> list[UnitRow]:
        return [UnitRow(f"C{k}", given, given if k < found else frozenset(), frozenset()) for k in range(40)]

    same = compare_f1(rows(20), rows(20))
    assert (same.low, same.high, same.better) == (0.0, 0.0, False)
    better = compare_f1(rows(20), rows(36))
    assert better.better
    assert better.low < better.second - better.first < better.high
    assert better.first == pytest.approx(2 * 20 / 60)
    assert not compare_f1(rows(36), rows(20)).better


def cra(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyser", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_the_command_from_scan_to_model(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRA_MODELS_DIR", str(models))
    with (tmp_path / "notes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case_id", "note_id", "occurred_at", "note_type", "author_role", "text"])
        for note in notes_of(80).values():
            writer.writerow([note.case_id, note.note_id, "2026-03-02", note.note_type, note.author_role, note.text])
    scan = cra("scan", tmp_path / "notes.csv", "--tier", "fast", "--out", tmp_path / "results", "--workers", "1")
    assert scan.returncode == 0, scan.stderr
    run = json.loads((tmp_path / "results" / "run.json").read_text(encoding="utf-8"))
    stands = verdicts_on(notes_of(80)).stands
    content = {
        "kind": "case-record-analyser verdicts", "saved_at": "2026-03-02T12:00:00Z", "auditor": "QA1",
        "versions": {}, "input_sha256": run["input_sha256"],
        "verdicts": [
            {"case_id": case_id, "judged_at": "2026-03-02T10:00:00Z", "dimensions": {}, "comment": "", "spans": [],
             "missed": [{"note_id": m.note_id, "start": m.start, "end": m.end, **SEEN} for m in stands.missed
                        if m.case_id == case_id],
             "protocol": protocol.model_dump(mode="json")}
            for (_, case_id, _), protocol in stands.protocols.items()
        ],
    }  # fmt: skip
    (tmp_path / "v.json").write_text(json.dumps(content), encoding="utf-8")
    assert cra("verdicts", "import", tmp_path / "v.json", "--store", tmp_path / "store").returncode == 0
    command = (
        "train",
        "--with-verdicts",
        tmp_path / "store",
        "--scan",
        tmp_path / "results",
        "--out",
        tmp_path / "own",
    )
    done = cra(*command)
    assert done.returncode == 0, done.stderr
    assert "The challenger is better and is kept" in done.stdout
    assert not any(
        c in done.stdout + done.stderr + (tmp_path / "own" / "retraining.json").read_text()
        for c in ("pebbles", "permit")
    )
    alone = cra("train", "--with-verdicts", tmp_path / "store", "--out", tmp_path / "other")
    assert (alone.returncode, "CRA-4004" in alone.stderr, alone.stderr.count("\n")) == (2, True, 1)
    assert not (tmp_path / "other").exists()
