"""The commands of those who train: labelled cases in, models or figures out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analyser.cli.options import MovedExport, MovedProfile  # noqa: TC001 - typer reads them when it runs
from analyser.cli.output import say, say_json


def train(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Gets a folder a tier: thorough, standard, fast.")
    ],
    labelled: Annotated[
        Path | None, typer.Argument(metavar="[CASES]", help="A folder of labelled cases, one JSON file a case.")
    ] = None,
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
    with_verdicts: Annotated[
        Path | None,
        typer.Option(metavar="STORE", help="Teach the tier fast what auditors said; needs --scan, and no extra."),
    ] = None,
    scan: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The scan that the verdicts are on; its export has the notes.")
    ] = None,
    blind_set: Annotated[
        Path | None,
        typer.Option(
            metavar="CASES", help="Judge by these labelled cases; else by half of the cases read without marks."
        ),
    ] = None,
    export: MovedExport = None,
    profile: MovedProfile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON (with --with-verdicts).")] = False,
) -> None:
    """Train the tiers thorough, standard and fast. Needs the training extra; an hour for 180 cases on two cores.

    With --with-verdicts, teach the tier fast what auditors said, in a minute and without the extra. The new model is
    kept only if it is better than the present one on cases that it never learned from.

    Examples:
        analyser train corpora/cases --contrasts corpora/contrasts/pairs_a.jsonl --out models

        analyser train --with-verdicts verdicts --scan results --out our-models
    """
    if with_verdicts and scan and not labelled:
        _with_verdicts(with_verdicts, scan, blind_set, out, (export, profile), as_json=as_json)
        return
    if with_verdicts or scan or blind_set or export or profile or labelled is None:
        from analyser.errors import ModelError  # noqa: PLC0415

        raise ModelError("CRA-4004")
    from analyser.errors import InputError, ModelError  # noqa: PLC0415
    from analyser.evaluate.labelled import load_contrasts, load_labelled  # noqa: PLC0415
    from analyser.ingest import load_profile  # noqa: PLC0415
    from analyser.rules_engine import Engine, load_rules  # noqa: PLC0415

    try:
        from analyser.training.network import Recipe  # noqa: PLC0415
        from analyser.training.run import Material, train_models  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModelError("CRA-4003", name=error.name) from None
    generic = load_profile("generic")
    cases = [c for c in load_labelled(labelled, generic) if c.facts.get("split", split) == split]
    if len(cases) < folds:
        raise InputError("CRA-4100", path=labelled, which=f" of the split {split}")
    pairs = [note for path in contrasts or () for note in load_contrasts(path, generic)]
    recipe = Recipe(epochs=epochs, layers=layers, seed=seed)
    train_models(
        Material(cases, pairs), Engine(load_rules()), out, recipe, say, folds=folds, teachers=teachers,
        students_only=students_only,
    )  # fmt: skip
    say(f"Models: {out.resolve()}")


def _with_verdicts(
    store: Path, scan: Path, blind_set: Path | None, out: Path, moved: tuple[Path | None, str | None], *, as_json: bool
) -> None:
    from analyser.errors import InputError  # noqa: PLC0415
    from analyser.evaluate.labelled import load_labelled  # noqa: PLC0415
    from analyser.ingest import load_profile  # noqa: PLC0415
    from analyser.resources import data_path  # noqa: PLC0415
    from analyser.rules_engine import Engine, load_rules  # noqa: PLC0415
    from analyser.runners.replay import load_run, notes_of_cases, reopen_export  # noqa: PLC0415
    from analyser.settings import load_settings  # noqa: PLC0415
    from analyser.training.contest import Verdicts, outcome_in_words, retrain  # noqa: PLC0415
    from analyser.training.verdict_labels import cases_of  # noqa: PLC0415
    from analyser.verdicts.standing import standing  # noqa: PLC0415
    from analyser.verdicts.store import read_store  # noqa: PLC0415

    stands, run = standing(read_store(store)), load_run(scan)
    judges = None
    if blind_set:
        cases = load_labelled(blind_set, load_profile("generic"))
        judges = [c for c in cases if c.facts.get("split") != "development"]  # the shipped models learned from those
        if not judges:
            raise InputError("CRA-4100", path=blind_set, which=" that no model learned from")
    opened = reopen_export(run, *moved)
    redacted = run["privacy"]["on_identifiers"] == "redact"
    notes = notes_of_cases(opened, cases_of(stands, run["input_sha256"]), redacted=redacted)
    own = load_settings().models_dir
    models = [*([own] if own else []), data_path("models")]
    verdicts = Verdicts(stands, run["input_sha256"], notes)
    outcome = retrain(verdicts, models, Engine(load_rules()), out, judges)
    if as_json:
        say_json(outcome)
    else:
        say(outcome_in_words(outcome, out))


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
