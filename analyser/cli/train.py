"""The commands of those who train: labelled cases in, models or figures out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analyser.cli.output import say, say_json


def train(
    labelled: Annotated[
        Path, typer.Argument(metavar="CASES", help="A folder of labelled cases, one JSON file a case.")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Gets a folder a tier: thorough, standard, fast.")
    ],
    contrasts: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Contrast notes (JSON Lines) to learn from; repeatable.")
    ] = None,
    split: Annotated[str, typer.Option(metavar="NAME", help="Learn only from cases of this split.")] = "development",
    layers: Annotated[
        int, typer.Option(min=0, max=6, help="Layers of the encoder that standard keeps; 0 keeps all.")
    ] = 4,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the notes.")] = 5,
    folds: Annotated[int, typer.Option(min=2, help="Parts for calibration.")] = 3,
    teachers: Annotated[
        int, typer.Option(min=1, help="Folds for which an encoder of thorough is trained; all by default.")
    ] = 99,
    students_only: Annotated[
        bool, typer.Option("--students-only", help="Train standard and fast again with the soft labels in DIR.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of everything random; the same seed repeats the figures.")] = 1,
) -> None:
    """Train the tiers thorough, standard and fast. Needs the training extra; an hour for 180 cases on two cores.

    Example:
        analyser train corpora/cases --contrasts corpora/contrasts/pairs_a.jsonl --out models
    """
    from analyser.errors import InputError, ModelError  # noqa: PLC0415
    from analyser.evaluate.labelled import load_contrasts, load_labelled  # noqa: PLC0415
    from analyser.ingest import load_profile  # noqa: PLC0415
    from analyser.rules_engine import Engine, load_rules  # noqa: PLC0415

    try:
        from analyser.training.network import Recipe  # noqa: PLC0415
        from analyser.training.run import Material, train_models  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModelError("CRA-4003", name=error.name) from None
    profile = load_profile("generic")
    cases = [c for c in load_labelled(labelled, profile) if c.facts.get("split", split) == split]
    if len(cases) < folds:
        raise InputError("CRA-4100", path=labelled, which=f" of the split {split}")
    pairs = [note for path in contrasts or () for note in load_contrasts(path, profile)]
    recipe = Recipe(epochs=epochs, layers=layers, seed=seed)
    train_models(
        Material(cases, pairs), Engine(load_rules()), out, recipe, say, folds=folds, teachers=teachers,
        students_only=students_only,
    )  # fmt: skip
    say(f"Models: {out.resolve()}")


def corpus(
    labelled: Annotated[
        Path, typer.Argument(metavar="CASES", help="A folder of labelled cases, one JSON file a case.")
    ],
    against: Annotated[
        Path | None, typer.Option(metavar="CASES", help="Compare the vocabulary with that of other labelled cases.")
    ] = None,
    readings: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder with both readers' labels of cases read twice.")
    ] = None,
) -> None:
    """Say what labelled cases are worth, as JSON: size, near duplicates, vocabulary, agreement of readers.

    Example:
        analyser corpus corpora/cases --readings corpora/second_readings
    """
    from analyser.errors import InputError, ModelError  # noqa: PLC0415
    from analyser.evaluate.corpus import agreement, near_duplicates, sizes, vocabulary  # noqa: PLC0415
    from analyser.evaluate.labelled import load_labelled  # noqa: PLC0415
    from analyser.ingest import load_profile  # noqa: PLC0415

    profile = load_profile("generic")
    cases = load_labelled(labelled, profile)
    if not cases:
        raise InputError("CRA-4100", path=labelled, which="")
    found: dict[str, object] = {**sizes(cases), "vocabulary": vocabulary(cases)}
    try:
        found["near_duplicates"] = near_duplicates(cases)
    except ModuleNotFoundError as error:
        raise ModelError("CRA-4003", name=error.name) from None
    if against:
        other = vocabulary(load_labelled(against, profile))
        found["vocabulary_of_the_other"] = other
        found["vocabulary_at_its_length"] = vocabulary(cases, other["words"])
    if readings:
        found["agreement"] = agreement(readings)
    say_json(found)
