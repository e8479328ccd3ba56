"""``analyser privacy``: look for identifiers without analysing anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analyser.cli.output import column_lines, row_progress, say, say_json
from analyser.plural import count

app = typer.Typer(no_args_is_help=True, help="Look for identifiers that an anonymised export should not hold.")


@app.command()
def check(
    export: Annotated[Path, typer.Argument(metavar="EXPORT", help="The export: CSV, XLSX, Parquet or JSON Lines.")],
    profile: Annotated[str, typer.Option(metavar="NAME|FILE", help="The profile of the export.")] = "generic",
    spans: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write note_id, start, end, type and score of each, as JSON Lines; never the text.",
        ),
    ] = None,
    name_check: Annotated[str, typer.Option(help="full, sample or off.")] = "full",
    as_json: Annotated[bool, typer.Option("--json", help="Print counts as JSON.")] = False,
) -> None:
    """Count identifiers by type and say which notes hold them.

    Says whether a scan would stop; ends with 0 either way.

    Example:
        analyser privacy check notes.csv --spans found.jsonl
    """
    from analyser.ingest import load_profile, open_export  # noqa: PLC0415
    from analyser.runners.identifiers import check_export  # noqa: PLC0415
    from analyser.settings import load_settings  # noqa: PLC0415

    if name_check not in {"full", "sample", "off"}:
        raise typer.BadParameter("give full, sample or off", param_hint="--name-check")
    settings = load_settings()
    opened = open_export(export, load_profile(profile))
    with row_progress(quiet=as_json) as progress:
        report = check_export(opened, name_check, settings.name_check_sample, spans, progress)  # type: ignore[arg-type]
    stopped = report.rate > settings.identifier_stop_rate
    if as_json:
        say_json({"notes": report.notes, "notes_checked_for_names": report.names_checked, "notes_with_identifiers": report.affected,
                  "notes_with_first_names_only": report.first_name_notes, "rate": round(report.rate, 4), "counts": dict(sorted(report.counts.items())),
                  "columns": report.columns, "note_ids": report.note_ids, "would_stop": stopped})  # fmt: skip
    else:
        say(f"{count(report.notes, 'note')} checked for patterns, {report.names_checked} for names.")
        holds = "holds" if report.affected == 1 else "hold"
        say(f"{count(report.affected, 'note')} ({report.rate:.1%}) {holds} {report.types_in_words()}.")
        if report.first_name_notes:
            holds = "holds" if report.first_name_notes == 1 else "hold"
            say(
                f"{count(report.first_name_notes, 'note')} {holds} lone first names ({report.counts['FIRST_NAME']}); "
                "check that they are pseudonyms."
            )
        for line in column_lines(report.columns):
            say(line)
        if report.note_ids:
            say("Notes: " + ", ".join(report.note_ids) + (" …" if report.affected > len(report.note_ids) else ""))
        say("A scan would stop." if stopped else "A scan would go on.")
