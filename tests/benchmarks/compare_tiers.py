"""All tiers side by side on the same notes in one run: F1, what one costs, and a cascade of two. For people.

    .venv/bin/python tests/benchmarks/compare_tiers.py [corpora/cases] [held_out]

Prints a Markdown table. Sentences a second are of reading and judging alone (no gate, no files), one thread, each tier
over the same notes in turn, best of three; quote the ratios and not the figures.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analyser.codebook import DIMENSIONS
from analyser.evaluate.labelled import load_labelled
from analyser.evaluate.units import figures, unit_rows
from analyser.ingest import load_profile
from analyser.text.reading import read_note
from analyser.tiers import TIERS, load_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyser.contracts import Evidence, Note
    from analyser.evaluate.labelled import LabelledCase

    Finder = Callable[[Note], Sequence[Evidence]]

SURE_OF_NOTHING = 0.04  # where the linear reader gives every dimension less, the encoder does not read the note
ROUNDS = 2


def finders() -> dict[str, Finder]:
    """A function a tier that gives a note's evidence."""
    bundles = {tier: load_bundle(tier, threads=1) for tier in TIERS}

    def of(tier: str) -> Finder:
        return lambda note: bundles[tier].evidence(note, read_note(note))

    fast, standard = bundles["fast"].combined, bundles["standard"].combined

    def cascade(note: Note) -> Sequence[Evidence]:
        assert fast is not None
        assert standard is not None
        reading = read_note(note)
        found, chances = fast.judge(note, reading)
        whole = [k for k, name in enumerate(fast.model.outputs) if "." not in name]
        if not len(chances) or float(np.max(chances[:, whole])) < SURE_OF_NOTHING:
            return found
        return standard.evidence(note, reading)

    return {**{tier: of(tier) for tier in TIERS}, "cascade of fast and standard": cascade}


def f1(cases: Sequence[LabelledCase], find: Finder) -> dict[str, float]:
    """F1 of present by dimension, and of gap over all."""
    rows = unit_rows(cases, {(c.case_id, n.note.note_id): find(n.note) for c in cases for n in c.notes})
    out = {d: figures(rows, f"{d}:present").f1 for d in DIMENSIONS}
    gaps = [figures(rows, f"{d}:gap") for d in ("child_voice", "management_oversight", "supervision")]
    return {**out, "mean": float(np.mean(list(out.values()))), "gap": float(np.mean([g.f1 for g in gaps]))}


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "corpora/cases")
    split = sys.argv[2] if len(sys.argv) > 2 else "held_out"
    cases = [c for c in load_labelled(folder, load_profile("generic")) if c.facts.get("split", split) == split]
    notes = [n.note for c in cases for n in c.notes]
    sentences = sum(len(read_note(n).units) for n in notes)
    best: dict[str, float] = {}
    tiers = finders()
    for _ in range(ROUNDS):
        for name, find in tiers.items():
            began = time.perf_counter()
            for note in notes:
                find(note)
            best[name] = min(best.get(name, np.inf), time.perf_counter() - began)
    print(f"{len(cases)} cases, {sentences} sentences.\n")  # noqa: T201 - a script
    print("| tier | mean F1 | child's voice | oversight | supervision | analysis | gap | sentences/s | cost |")  # noqa: T201
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")  # noqa: T201
    for name, find in tiers.items():
        found = f1(cases, find)
        line = " | ".join(f"{found[k]:.3f}" for k in ("mean", *DIMENSIONS, "gap"))
        cost = best[name] / best["standard"]
        print(f"| {name} | {line} | {sentences / best[name]:,.0f} | {cost:.2f} × standard |")  # noqa: T201


if __name__ == "__main__":
    main()
