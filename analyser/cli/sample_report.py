"""``analyser sample report``: the report of a drawn sample, one file an auditor, and a workbook for the committee."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyser.cli.options import MovedExport, MovedProfile, NoText  # noqa: TC001 - typer reads them when it runs
from analyser.cli.output import say
from analyser.plural import count

if TYPE_CHECKING:
    from analyser.reports.sample import Drawing, Reading


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The output folder of the scan that was drawn from.")],
    sample: Annotated[
        Path, typer.Argument(metavar="SAMPLE.csv", help="The sample; its record is read from beside it.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE.html",
            help="The report; with several auditors FILE-1.html, FILE-2.html and so on.",
        ),
    ],
    verdicts: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE|FOLDER", help="Verdicts so far, or their store (repeatable); rates are told from them."
        ),
    ] = None,
    settled: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What was agreed where auditors differed (CSV or JSON).")
    ] = None,
    confidence: Annotated[float, typer.Option(metavar="C", help="Confidence of intervals, such as 0.95.")] = 0.95,
    blind: Annotated[
        float,
        typer.Option(metavar="SHARE", help="Share of the notes of list B that are shown without marks to the end."),
    ] = 0.1,
    recall: Annotated[
        float,
        typer.Option(metavar="SHARE", help="Share of the sentences of list B that are offered for judging one by one."),
    ] = 0.02,
    auditors: Annotated[
        int, typer.Option(metavar="N", min=1, help="Deal the cases to so many auditors, a file each.")
    ] = 1,
    overlap: Annotated[float, typer.Option(metavar="SHARE", help="Share of list B that two auditors read.")] = 0.0,
    no_text: NoText = False,
    xlsx: Annotated[
        Path | None,
        typer.Option(metavar="FILE.xlsx", help="Write the tables as a workbook too; it holds no note text."),
    ] = None,
    export: MovedExport = None,
    profile: MovedProfile = None,
) -> None:
    """Make the report of a drawn sample: both lists, a page a case, and rates once there are verdicts.

    What was found in a case of list B stays hidden until its auditor has recorded a verdict on it.

    Examples:
        analyser sample report results sample.csv --out sample.html

        analyser sample report results sample.csv --auditors 2 --overlap 0.2 --out sample.html

        analyser sample report results sample.csv --verdicts verdicts --no-text --out committee.html --xlsx committee.xlsx
    """
    from analyser.reports.sample import Reading, sample_report  # noqa: PLC0415
    from analyser.runners.files import write_text  # noqa: PLC0415
    from analyser.sampling.arms import Arms, deal  # noqa: PLC0415
    from analyser.sampling.checks import between_0_and_1  # noqa: PLC0415
    from analyser.sampling.verdicts import read_verdicts  # noqa: PLC0415

    between_0_and_1(confidence=confidence)
    drawing = _drawing(folder, sample, export, profile, with_text=not no_text)
    content = drawing.record.content
    dealt = deal(drawing.rows, str(content["seed"]), auditors, overlap)
    judged = None
    if verdicts:
        judged = read_verdicts(*verdicts, settled=settled, record=content)
    reading = Reading(Arms(blind, recall), dealt, overlap, judged, confidence)
    pages = [sample_report(drawing, reading, k) for k in range(auditors)]
    targets = [out] if auditors == 1 else [out.with_stem(f"{out.stem}-{k}") for k in range(1, auditors + 1)]
    for target, page in zip(targets, pages, strict=True):
        write_text(target, page)
        say(f"Report: {target.resolve()}")
    if xlsx:
        _write_tables(xlsx, drawing, reading)
        say(f"Workbook: {xlsx.resolve()}")
    if auditors > 1:
        verb = "is" if len(dealt.twice) == 1 else "are"
        say(f"{count(len(dealt.twice), 'case')} of list B {verb} read by two auditors.")
        say("Give each auditor one file and no other.")


def _drawing(folder: Path, sample: Path, export: Path | None, profile: str | None, *, with_text: bool) -> Drawing:
    from analyser.errors import SamplingError  # noqa: PLC0415
    from analyser.reports.sample import Drawing, frame_table  # noqa: PLC0415
    from analyser.runners.replay import load_run, notes_of_cases, read_evidence, reopen_export, replay  # noqa: PLC0415
    from analyser.sampling.record import read_record, read_sample, record_path  # noqa: PLC0415

    run, rows, record = load_run(folder), read_sample(sample), read_record(sample)
    if record is None or "seed" not in record.content:
        raise SamplingError("CRA-7033", sample=sample, record=record_path(sample).name)
    if (record.content.get("scan") or {}).get("input_sha256") != run["input_sha256"]:
        raise SamplingError("CRA-7032", sample=sample, scan=folder, why="its record names another export")
    table = frame_table(folder)
    wanted = {r.case_id for r in rows}
    strangers = sorted((wanted | set(record.content.get("frame_case_ids", ()))) - table.keys())
    if strangers:
        raise SamplingError("CRA-7032", sample=sample, scan=folder, why=f"the scan has no case {strangers[0]}")
    opened = reopen_export(run, export, profile)
    redacted = run["privacy"]["on_identifiers"] == "redact"
    texts = notes_of_cases(opened, wanted, redacted=redacted) if with_text else None
    evidence = read_evidence(folder / "evidence.jsonl", wanted)
    return Drawing(rows, record, table, replay(folder, opened, wanted), evidence, texts)


def _write_tables(path: Path, drawing: Drawing, reading: Reading) -> None:
    from analyser.reports.sample_tables import sample_tables  # noqa: PLC0415
    from analyser.reports.workbook import SHEETS, write_workbook  # noqa: PLC0415

    tables, notes = sample_tables(drawing, reading)
    about = [
        "List B was drawn by lot; rates of the frame are told from it alone.",
        "List A holds the cases that most need a reader. No share of it is a rate.",
        "The figures describe records. They judge no family, child or worker.",
        *notes,
    ]
    write_workbook(path, "Report of a drawn sample", about, [tables[name] for name in SHEETS if name in tables])
