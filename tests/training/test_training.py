"""Training by its one command: three tiers that load, the same figures again, students taught anew. Needs torch.

`make test-training` runs these in an environment of their own; `make test` leaves them out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CASES = ("K003", "K004", "K005", "K006", "K007", "K008")


def train(cases: Path, contrasts: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyser", "train", str(cases), "--contrasts", str(contrasts), "--out", str(out),
         "--epochs", "1", "--folds", "2", "--layers", "2", *more], capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("cases")
    for name in CASES:
        data = json.loads((ROOT / "corpora" / "cases" / f"{name}.json").read_text(encoding="utf-8"))
        (folder / f"{name}.json").write_text(json.dumps({**data, "split": "development"}), encoding="utf-8")
    contrasts = folder / "few.jsonl"
    lines = (ROOT / "corpora" / "contrasts" / "pairs_a.jsonl").read_text(encoding="utf-8").splitlines()[:20]
    contrasts.write_text("\n".join(lines), encoding="utf-8")
    return folder, contrasts


@pytest.fixture(scope="module")
def trained(material: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models")
    done = train(*material, out)
    assert done.returncode == 0, done.stderr[-2000:]
    return out


def hashes(out: Path, tier: str) -> dict[str, str]:
    manifest = json.loads((out / tier / "manifest.json").read_text(encoding="utf-8"))
    return {name: facts["sha256"] for name, facts in manifest["files"].items()}


@pytest.mark.parametrize("tier", ["fast", "standard", "thorough"])
def test_a_trained_tier_is_loaded_and_gives_evidence(trained: Path, tier: str) -> None:
    from analyser.contracts import Note
    from analyser.pipeline import analyse_note
    from analyser.tiers import load_bundle

    bundle = load_bundle(tier, models=trained, all_bands=True)
    note = Note(
        case_id="C", note_id="n", text="I saw Child A alone. She told me she hates it.", kind="visit", author="worker"
    )
    for e in analyse_note(note, bundle).evidence:  # what the model has no name for is left to the rules
        assert e.source.startswith((f"model:{tier}@", f"combined:{tier}@", "rule:"))


def test_training_again_gives_the_same_files(material: tuple[Path, Path], trained: Path, tmp_path: Path) -> None:
    assert train(*material, tmp_path).returncode == 0
    for tier in ("fast", "standard", "thorough"):
        assert hashes(tmp_path, tier) == hashes(trained, tier)
    assert (tmp_path / "scores.json").read_text() == (trained / "scores.json").read_text()


def test_students_can_be_taught_anew_without_teachers(material: tuple[Path, Path], trained: Path) -> None:
    before = {tier: hashes(trained, tier) for tier in ("fast", "standard", "thorough")}
    done = train(*material, trained, "--students-only")
    assert done.returncode == 0, done.stderr[-2000:]
    assert {tier: hashes(trained, tier) for tier in before} == before


def test_students_of_other_cases_are_refused_in_one_sentence(material: tuple[Path, Path], tmp_path: Path) -> None:
    done = train(*material, tmp_path, "--students-only")
    assert done.returncode == 2
    assert "there is no teacher here" in done.stderr


def test_scores_file_has_the_shape_that_scoring_reads(trained: Path) -> None:
    from analyser.codebook import DIMENSIONS, INDICATORS

    scores = json.loads((trained / "scores.json").read_text(encoding="utf-8"))
    for d in DIMENSIONS:
        assert set(scores["parts"][d]) == {*INDICATORS[d], "regularity", "recency", "share"}
        assert min(scores["parts"][d].values()) >= 0
        assert len(scores["spread"][d]) == 2
    assert abs(sum(scores["priority"].values()) - 1) < 0.01
