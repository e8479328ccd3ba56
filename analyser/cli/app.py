"""Commands: scan, report, demo, version; groups rules, privacy, sample and verdicts."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyser.cli import privacy as privacy_commands
from analyser.cli import rules as rules_commands
from analyser.cli import sample as sample_commands
from analyser.cli import verdicts as verdicts_commands
from analyser.cli.options import MovedExport, MovedProfile, NoText  # noqa: TC001 - typer reads them when it runs
from analyser.cli.output import column_lines, row_progress, say, say_json
from analyser.cli.train import corpus, train
from analyser.plural import count

if TYPE_CHECKING:
    from analyser.runners.local import ScanResult

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
    pretty_exceptions_enable=False,
    help="Reads anonymised children's social care case notes and shows auditors which cases to read first, and why.\n\n"
    "Exit codes: 0 done, 1 a check found faults, 2 the command or a file is unusable, 3 stopped by the privacy gate, "
    "70 a fault of the program, 130 or 143 interrupted.",
)
app.command()(train)
app.command()(corpus)
app.add_typer(rules_commands.app, name="rules")
app.add_typer(privacy_commands.app, name="privacy")
app.add_typer(sample_commands.app, name="sample")
app.add_typer(verdicts_commands.app, name="verdicts")


class Tier(StrEnum):
    """How notes are read."""

    rules = "rules"
    fast = "fast"
    standard = "standard"
    thorough = "thorough"


class OnIdentifiers(StrEnum):
    """What to do when notes hold identifiers."""

    stop = "stop"
    redact = "redact"
    warn = "warn"


class NameCheck(StrEnum):
    """In how many notes names are looked for."""

    full = "full"
    sample = "sample"
    off = "off"


@app.callback()
def _settings() -> None:
    """Read the settings before any command."""
    from analyser.log import configure  # noqa: PLC0415
    from analyser.settings import load_settings  # noqa: PLC0415

    configure(load_settings().log_level)


@app.command()
def version() -> None:
    """Print the versions of program, codebook and rules."""
    from analyser.tiers import load_bundle  # noqa: PLC0415

    say_json(load_bundle().versions)


@app.command()
def scan(
    export: Annotated[Path, typer.Argument(metavar="EXPORT", help="The export: CSV, XLSX, Parquet or JSON Lines.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the results.")],
    profile: Annotated[
        str,
        typer.Option(metavar="NAME|FILE", help="generic, liquidlogic, mosaic, eclipse, or a YAML file of your own."),
    ] = "generic",
    tier: Annotated[Tier, typer.Option(help="How notes are read.")] = Tier.standard,
    on_identifiers: Annotated[
        OnIdentifiers,
        typer.Option(
            help="What to do when more than 1 % of notes hold identifiers (names with surnames, NHS numbers, postcodes and the like)."
        ),
    ] = OnIdentifiers.stop,
    name_check: Annotated[
        NameCheck,
        typer.Option(help="Look for names in all notes, in a sample, or not at all; patterns are always looked for."),
    ] = NameCheck.full,
    rules: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder of rules to use instead of the shipped ones.")
    ] = None,
    all_bands: Annotated[
        bool, typer.Option("--all-bands", help="Give also spans that only need a reader; they count for no score.")
    ] = False,
    workers: Annotated[
        int,
        typer.Option(min=0, help="Processes that read notes; 0 takes as many as there are cores for large exports."),
    ] = 0,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Make the report without note text: ids and offsets only.")
    ] = False,
    cases: Annotated[int, typer.Option(min=0, help="How many cases get a page in the report.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print run.json instead of sentences.")] = False,
) -> None:
    """Read an export; write evidence, scores, a reading list and a report.

    Examples:
        analyser scan notes.csv --out results

        analyser scan casenotes.csv --profile liquidlogic --on-identifiers redact --out results
    """
    from analyser.ingest import load_profile, open_export  # noqa: PLC0415
    from analyser.privacy import Gate  # noqa: PLC0415
    from analyser.reports.sampling import sampling_report  # noqa: PLC0415
    from analyser.runners.files import write_private  # noqa: PLC0415
    from analyser.runners.local import ScanOptions  # noqa: PLC0415
    from analyser.runners.local import scan as run_scan  # noqa: PLC0415
    from analyser.runners.pool import processes  # noqa: PLC0415
    from analyser.settings import load_settings  # noqa: PLC0415
    from analyser.tiers import load_bundle  # noqa: PLC0415

    settings = load_settings()
    opened = open_export(export, load_profile(profile))
    make = partial(
        load_bundle, str(tier), rules=rules, models=settings.models_dir, max_note_chars=settings.max_note_chars,
        all_bands=all_bands,
    )  # fmt: skip
    bundle = make()
    gate = Gate(name_check.value, settings.name_check_sample)
    options = ScanOptions(
        on_identifiers.value,
        settings.identifier_stop_rate,
        processes(export, workers),
        partial(make, threads=1, rules_when_asked=True),
    )

    def add_report(result: ScanResult, folder: Path) -> None:
        result.run["own_rules"] = rules is not None
        result.run["profile_source"] = profile if not Path(profile).is_file() else str(Path(profile).resolve())
        html = sampling_report(result, folder / "evidence.jsonl", opened, with_text=not no_text, pages=cases)
        write_private(folder / "report.html", html)

    with row_progress(quiet=as_json) as progress:
        result = run_scan(opened, bundle, gate, out, options, progress, add_report)
    if as_json:
        say_json(result.run)
    else:
        _summary(result, out)


def _summary(result: ScanResult, out: Path) -> None:
    run, cases = result.run, result.cases
    say(
        f"{count(run['rows_read'], 'row')} read, {run['rows_rejected']} rejected, "
        f"{count(run['notes_analysed'], 'note')} in {count(run['cases'], 'case')}, {run['seconds']:.1f} s."
    )
    if run["rows_rejected"]:
        say(f"Why rows were rejected: {out / 'rejected.csv'}")
    for line in (*_remarks(run), *_privacy_lines(run["privacy"])):
        say(line)
    if cases:
        say("Read first:")
        for rank, case in enumerate(cases[:5], start=1):
            say(f"  {rank}. {case.case_id} (priority {case.priority:.0f}): {case.reasons[0]}")
    say(f"Report: {(out / 'report.html').resolve()}")
    say("Open it in a browser; it works without a network. It holds note text unless --no-text was given.")


def _remarks(run: dict[str, Any]) -> list[str]:
    """What a reader of the results should know of how they came about."""
    from analyser.reports.absent import absent_kinds  # noqa: PLC0415

    lines = absent_kinds(run)
    if run["own_rules"]:
        lines.append(
            f"{count(int(run['versions']['rule_count']), 'rule')} of your own ran, and none of the shipped ones; the "
            "scores cannot be compared with those of a scan with the shipped rules."
        )
    if run["future_dates"]:
        verb = "lies" if run["future_dates"] == 1 else "lie"
        lines.append(f"{count(run['future_dates'], 'date')} {verb} in the future; such a date counts as none.")
    if run["notes_cut"]:
        lines.append(
            f"{count(run['notes_cut'], 'note')} longer than {run['max_note_chars']} characters; the rest "
            f"({count(run['characters_not_read'], 'character')}) was not read. CRA_MAX_NOTE_CHARS sets the limit."
        )
    return lines


def _privacy_lines(privacy: dict[str, Any]) -> list[str]:
    lines = []
    if privacy["notes_with_identifiers"]:
        what = "were blocked out" if privacy["on_identifiers"] == "redact" else "are still there"
        counts = ", ".join(f"{t} {n}" for t, n in privacy["counts"].items() if t != "FIRST_NAME")
        ids = ", ".join(privacy["note_ids"])
        lines.append(
            f"Identifiers in {count(privacy['notes_with_identifiers'], 'note')} {what} ({counts}); notes: {ids}"
        )
    if privacy["notes_with_first_names_only"]:
        lines.append(
            f"Lone first names in {count(privacy['notes_with_first_names_only'], 'note')}; "
            "check that they are pseudonyms."
        )
    lines += column_lines(privacy["columns"])
    return lines


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The output folder of a scan.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="The report; DIR/report.html by default."),
    ] = None,
    export: MovedExport = None,
    profile: MovedProfile = None,
    no_text: NoText = False,
    cases: Annotated[int, typer.Option(min=0, help="How many cases get a page.")] = 200,
) -> None:
    """Make the report of a scan again, with more pages, or without text.

    Example:
        analyser report results --no-text --out for-the-board.html
    """
    from analyser.reports.sampling import sampling_report  # noqa: PLC0415
    from analyser.runners.files import write_text  # noqa: PLC0415
    from analyser.runners.replay import load_run, reopen_export, replay  # noqa: PLC0415

    run = load_run(folder)
    opened = reopen_export(run, export, profile)
    html = sampling_report(
        replay(folder, opened), folder / "evidence.jsonl", opened, with_text=not no_text, pages=cases
    )
    target = out or folder / "report.html"
    write_text(target, html)
    say(f"Report: {target.resolve()}")


@app.command()
def evaluate(
    labelled: Annotated[Path, typer.Argument(metavar="GOLD", help="A folder of labelled cases, one JSON file a case.")],
    tier: Annotated[Tier, typer.Option(help="How notes are read.")] = Tier.standard,
    rules: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder of rules to use instead of the shipped ones.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only cases of this split (development, held_out).")
    ] = None,
    behaviour: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Run the behavioural tests of this folder too (JSON Lines).")
    ] = None,
    swaps: Annotated[
        bool, typer.Option("--swaps", help="Measure again with the other gender, with they, with other names.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the figures as a page, with slices and reliability.")
    ] = None,
    card: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the tier's card (Markdown) and its figures (JSON) there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Measure against labelled cases: units, statuses, indicators, case scores, priority, confidence, slices.

    Examples:
        analyser evaluate corpora/cases --split held_out

        analyser evaluate corpora/cases --split held_out --behaviour corpora/behaviour --html evaluation.html
    """
    from analyser.errors import InputError  # noqa: PLC0415
    from analyser.evaluate.behaviour import by_capability, load_items, run_items  # noqa: PLC0415
    from analyser.evaluate.card import CardFigures, digest_of, write_card  # noqa: PLC0415
    from analyser.evaluate.labelled import load_labelled  # noqa: PLC0415
    from analyser.evaluate.measure import measure, summary  # noqa: PLC0415
    from analyser.evaluate.swaps import swapped  # noqa: PLC0415
    from analyser.evaluate.tables import as_markdown  # noqa: PLC0415
    from analyser.ingest import load_profile  # noqa: PLC0415
    from analyser.reports.evaluation import evaluation_report  # noqa: PLC0415
    from analyser.runners.files import write_text  # noqa: PLC0415
    from analyser.settings import load_settings  # noqa: PLC0415
    from analyser.tiers import load_bundle  # noqa: PLC0415

    cases = [c for c in load_labelled(labelled, load_profile("generic")) if split in {None, c.facts.get("split")}]
    if not cases:
        raise InputError("CRA-4100", path=labelled, which=f" of the split {split}" if split else "")
    bundle = load_bundle(str(tier), rules=rules, models=load_settings().models_dir)
    figures = summary(measure(cases, bundle))
    if swaps:
        figures["swaps"] = swapped(cases, bundle)
    tests = by_capability(run_items(load_items(behaviour, load_profile("generic")), bundle)) if behaviour else None
    title = f"Tier {tier}, {labelled.name}" + (f", {split}" if split else "")
    if html:
        write_text(html, evaluation_report(figures, tests, bundle.versions, title), private=False)
    if as_json:
        say_json(figures if tests is None else {**figures, "behaviour": tests})
    else:
        say(as_markdown(figures, title, tests))
    if html:
        say(f"Page: {html.resolve()}")
    if card:
        write_card(card, str(tier), CardFigures(bundle.versions, digest_of(cases), split, figures, tests))
        say(f"Card: {(card / f'{tier}.md').resolve()}")


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the results.")] = Path("demo_out"),
) -> None:
    """Scan the shipped example notes (invented) and say where the report is."""
    from analyser.resources import data_path  # noqa: PLC0415

    say("Scanning the example notes that come with the program; all of them are invented.")
    scan(data_path("corpora", "example", "notes.csv"), out)
