"""Champion against challenger: a reader moved by verdicts is kept only if it is better where it never learned."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analyser.combine import Combined
from analyser.errors import ModelError, OutputError, VerdictError
from analyser.evaluate.measure import measure
from analyser.evaluate.paired import Paired, compare_f1
from analyser.model_engine.manifest import digest, read_manifest, write_manifest
from analyser.model_engine.model import Model
from analyser.model_engine.stack import Stack
from analyser.pipeline import Bundle
from analyser.runners.files import write_text
from analyser.sampling.tickets import ids_sha256, seed_key
from analyser.training.adapt import adapt, copied, material_of
from analyser.training.linear import export_linear
from analyser.training.verdict_labels import blind_set, read_notes, set_aside, taught_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analyser.contracts import Note
    from analyser.evaluate.labelled import LabelledCase
    from analyser.rules_engine import Engine
    from analyser.training.verdict_labels import Key
    from analyser.verdicts.standing import Standing

TIER: Final = "fast"
OUTCOME: Final = "retraining.json"
LEAST_CASES: Final = 20  # an interval over fewer cases is narrower than it should be
_FROM_VERDICTS: Final = "learned_from_verdicts"  # in a manifest


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What people said of one scan.

    Attributes:
        stands: What stands of the verdicts.
        input_sha256: Hash of the export that was scanned; verdicts on others are left out.
        notes: The notes of all cases with verdicts on passages, by case and note id, as the scan read them.
    """

    stands: Standing
    input_sha256: str
    notes: Mapping[Key, Note]


def retrain(
    verdicts: Verdicts,
    models: Sequence[Path],
    engine: Engine,
    out: Path,
    labelled: Sequence[LabelledCase] | None = None,
) -> dict[str, Any]:
    """Move the tier ``fast`` by verdicts, and keep the challenger if it is better on the blind set.

    The challenger always starts from the same model: the first of ``models`` that no verdicts have moved. So verdicts
    add up, and none counts twice. The champion is what is in use: the tier in ``out``, or else in ``models``.

    Args:
        verdicts: What people said.
        models: Folders of models; the first that has the tier counts.
        engine: The rules.
        out: Gets the tier's folder if the challenger is kept, and ``retraining.json`` in any case.
        labelled: Cases to judge by; without them half of those that were read without marks are set aside.

    Returns:
        The outcome, as in ``retraining.json``: ``kept``, ``champion``, ``challenger``, ``blind_set``, ``learned``,
        ``f1`` and ``by_standard``.

    Raises:
        VerdictError: There are too few cases to judge by (CRA-7509), or nothing to learn from (CRA-7510).
        ModelError: There is no model to start from (CRA-4001), or the champion learned from a case of the blind set
            (CRA-4005).
        OutputError: ``out`` cannot be written.
    """
    judges = _set_aside(verdicts) if labelled is None else list(labelled)
    _check_size(judges)
    champion = _first([out, *models])
    _check_unseen(champion, judges)
    start = _first([p for p in models if _FROM_VERDICTS not in _manifest(p / TIER)])
    with _partial(out) as folder:
        learned = _challenge(verdicts, judges, start, folder)
        before, after = (measure(judges, _bundle(place, engine)).rows for place in (champion, folder))
        paired = compare_f1(before, after)
        same = _name(folder) == _name(champion)
        outcome = {
            "tier": TIER,
            "kept": "challenger" if paired.better else "champion",
            "champion": _name(champion), "challenger": _name(folder),
            "same_model": same,
            "blind_set": {
                "from": "verdicts without marks" if labelled is None else "labelled cases",
                "cases": len(judges), "case_ids_sha256": ids_sha256([c.case_id for c in judges]),
                "sentences": len(before), "with_evidence": sum(bool(_present(row.given)) for row in before),
            },
            "learned": learned, **_figures(paired),
        }  # fmt: skip
        if paired.better:
            _put(folder, out / TIER)
    if not (same and (out / OUTCOME).is_file()):  # the record of how the champion came to be stays
        write_text(out / OUTCOME, json.dumps(outcome, indent=1) + "\n")
    return outcome


def outcome_in_words(outcome: Mapping[str, Any], out: Path) -> str:
    """The outcome of :func:`retrain` for people."""
    f1, blind, learned = outcome["f1"], outcome["blind_set"], outcome["learned"]
    judged = (
        f"Judged by {blind['cases']} cases that were never learned from ({blind['sentences']} sentences, "
        f"{blind['with_evidence']} with evidence; {blind['from']})."
    )
    figures = (
        f"Mean F1: champion {outcome['champion']} {f1['champion']:.3f}, challenger {outcome['challenger']} "
        f"{f1['challenger']:.3f}; difference {f1['difference']:+.3f} (95 %: {f1['low']:+.3f} to {f1['high']:+.3f})."
    )
    lines = [
        f"Learned from verdicts on {learned['sentences']} sentences of {learned['cases']} cases.",
        judged,
        figures,
    ]
    if outcome["kept"] == "challenger":
        lines.append(
            f"The challenger is better and is kept in {out / TIER}. To use it: CRA_MODELS_DIR={out} and --tier {TIER}."
        )
    elif outcome["same_model"]:
        lines.append("The champion has learned all of this before; nothing is changed.")
    else:
        lines.append("The interval does not lie above 0, so the champion stays.")
    return "\n".join([*lines, f"Outcome: {(out / OUTCOME).resolve()}"])


def _set_aside(verdicts: Verdicts) -> list[LabelledCase]:
    aside = set_aside(verdicts.stands, verdicts.input_sha256)
    notes = {key: note for key, note in verdicts.notes.items() if key[0] in aside}
    return blind_set(verdicts.stands, verdicts.input_sha256, notes, read_notes(notes), aside)


def _check_size(judges: Sequence[LabelledCase]) -> None:
    judged = [c for c in judges if any(n.units for n in c.notes)]
    shown = any(_present(labels) for c in judged for n in c.notes for labels in n.labels.values())
    if len(judged) < LEAST_CASES or not shown:
        raise VerdictError("CRA-7509", cases=len(judged) if shown else 0, least=LEAST_CASES)


def _check_unseen(champion: Path, judges: Sequence[LabelledCase]) -> None:
    hashes = set(_manifest(champion).get(_FROM_VERDICTS, {}).get("case_hashes", ()))
    seen = sum(seed_key(c.case_id) in hashes for c in judges)
    if seen:
        raise ModelError("CRA-4005", path=champion, cases=seen)


def _challenge(verdicts: Verdicts, judges: Sequence[LabelledCase], start: Path, folder: Path) -> dict[str, int]:
    """Write the challenger; what it learned from, in numbers."""
    blind = {c.case_id for c in judges}
    # Notes are copied to the files of siblings: no sentence of the blind set may teach from there, either.
    judging = read_notes({(c.case_id, n.note.note_id): n.note for c in judges for n in c.notes})
    unwanted = frozenset(copied(u.text) for reading in judging.values() for u in reading.units) - {""}
    notes = {key: note for key, note in verdicts.notes.items() if key[0] not in blind}
    readings = read_notes(notes)
    taught = taught_by(verdicts.stands, verdicts.input_sha256, readings)
    manifest = _manifest(start)
    material = material_of(taught.votes, notes, readings, manifest["outputs"], unwanted)
    sentences = int((~np.isnan(material.targets)).any(axis=1).sum())
    if not sentences:
        raise VerdictError("CRA-7510")
    cases = sorted({case_id for case_id, _ in taught.votes})
    learned = {"cases": len(cases), "sentences": sentences, **dict(sorted(taught.counts.items()))}
    export_linear(*adapt(*_weights(start), material), folder)
    shutil.copyfile(start / "stack.json", folder / "stack.json")
    facts = {k: v for k, v in manifest.items() if k != "files"}
    how = {"started_from": _name(start), **learned, "case_hashes": [seed_key(c) for c in cases]}
    write_manifest(folder, {**facts, _FROM_VERDICTS: how})
    return learned


def _weights(folder: Path) -> tuple[Any, Any, Stack]:
    from safetensors.numpy import load_file  # noqa: PLC0415 - heavy

    tensors = load_file(str(folder / "linear.safetensors"))
    stack = Stack.from_json(json.loads((folder / "stack.json").read_text(encoding="utf-8")))
    return tensors["weight"].astype(np.float32), tensors["bias"].astype(np.float32), stack


def _first(folders: Sequence[Path]) -> Path:
    for folder in folders:
        if (folder / TIER).is_dir():
            return folder / TIER
    raise ModelError("CRA-4001", name=TIER, names="none to start from")


def _manifest(folder: Path) -> dict[str, Any]:
    return read_manifest(folder) if folder.is_dir() else {}


def _name(folder: Path) -> str:
    manifest = _manifest(folder)
    return f"{manifest['name']}@{digest(manifest)}"


def _bundle(folder: Path, engine: Engine) -> Bundle:
    return Bundle(engine, TIER, combined=Combined(engine, Model(folder)))


def _present(names: frozenset[str]) -> bool:
    return any(name.endswith(":present") for name in names)


def _figures(paired: Paired) -> dict[str, Any]:
    return {
        "f1": {
            "champion": round(paired.first, 4), "challenger": round(paired.second, 4),
            "difference": round(paired.second - paired.first, 4),
            "low": round(paired.low, 4), "high": round(paired.high, 4),
        },
        "by_standard": {
            d: {"champion": round(one, 4), "challenger": round(other, 4)}
            for d, (one, other) in paired.by_standard.items()
        },
    }  # fmt: skip


@contextmanager
def _partial(out: Path) -> Iterator[Path]:
    """A temporary folder in ``out``; whatever happens, it is gone afterwards."""
    ours = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".partial-", dir=out))
    except OSError as error:
        raise OutputError("CRA-5001", path=out, why=error.strerror or "the system refuses") from None
    try:
        yield folder
    except OSError as error:
        raise OutputError("CRA-5001", path=out, why=error.strerror or "the system refuses") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if ours and not any(out.iterdir()):
            out.rmdir()


def _put(folder: Path, place: Path) -> None:
    """Give a finished folder its name; the one that had it stays until then."""
    folder.chmod(0o755)  # a temporary folder's own mode would shut others out
    old = Path(tempfile.mkdtemp(prefix=".partial-", dir=place.parent))
    try:
        if place.exists():
            os.replace(place, old / place.name)
        try:
            os.replace(folder, place)
        except OSError:
            if (old / place.name).exists():
                os.replace(old / place.name, place)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
