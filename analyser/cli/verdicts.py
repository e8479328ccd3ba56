"""``analyser verdicts``: keep what auditors judged, see who agrees with whom, and what that says of the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyser.cli.output import say, say_json
from analyser.plural import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyser.verdicts.standing import Difference

app = typer.Typer(
    no_args_is_help=True,
    help="Import auditors' verdicts, and see agreement and what they say of the rules. docs/verdicts.md is the guide.",
)
_Store = Annotated[Path, typer.Option("--store", metavar="FOLDER", help="The folder that keeps verdicts.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_SHOWN = 20


@app.command("import")
def import_verdicts(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files that reports saved (JSON).")],
    store: _Store,
    auditor: Annotated[str | None, typer.Option(metavar="NAME", help="Who judged, for files that do not say.")] = None,
    as_json: _Json = False,
) -> None:
    """Add saved verdicts to the store: all files, or none when one cannot be used. Twice is as good as once.

    Nothing is marked as reviewed. Where auditors differ, both words are kept and listed.

    Examples:
        analyser verdicts import verdicts.json --store verdicts

        analyser verdicts import from-*.json --store verdicts
    """
    import dataclasses  # noqa: PLC0415

    from analyser.verdicts.saved import read_saved  # noqa: PLC0415
    from analyser.verdicts.standing import standing  # noqa: PLC0415
    from analyser.verdicts.store import add, read_store  # noqa: PLC0415

    records = [record for path in files for record in read_saved(path, auditor)]
    added = add(store, records)
    cases = {record.case_id for record in records}
    stands = standing(read_store(store))
    conflicts = [d for d in stands.conflicts() if d.case_id in cases]
    changes = [d for d in stands.changes if d.case_id in cases]
    if as_json:
        say_json(
            {
                "files": len(files), "added": len(added.new), "known": added.known,
                "conflicts": [dataclasses.asdict(d) for d in conflicts],
                "changes": [dataclasses.asdict(d) for d in changes],
            }
        )  # fmt: skip
        return
    say(
        f"Verdicts on {count(len(added.new), 'case')} added, on {added.known} there already; none is marked as reviewed."
    )
    _differences("Auditors differ", conflicts)
    _differences("Changed by the same auditor; the later word counts", changes)


def _differences(title: str, found: Sequence[Difference]) -> None:
    if not found:
        return
    say(f"{title} ({len(found)}):")
    for d in found[:_SHOWN]:
        say(f"  case {d.case_id}, {d.what}: " + ", ".join(f"{who} {word}" for who, word in d.words))
    if len(found) > _SHOWN:
        say(f"  and {len(found) - _SHOWN} more; --json lists all.")


@app.command()
def agreement(
    store: _Store,
    scan: Annotated[Path | None, typer.Option(metavar="DIR", help="The scan that the report was made from.")] = None,
    sample: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="The drawn sample; weights the machine's figures."),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Show how far auditors agree with each other, and then how far the machine agrees with them.

    Examples:
        analyser verdicts agreement --store verdicts --scan results

        analyser verdicts agreement --store verdicts --scan results --sample sample.csv --json
    """
    from analyser.runners.replay import read_evidence  # noqa: PLC0415
    from analyser.verdicts.agreement import agreement as agreement_of  # noqa: PLC0415
    from analyser.verdicts.scanned import read_sample, read_scan  # noqa: PLC0415
    from analyser.verdicts.standing import standing  # noqa: PLC0415
    from analyser.verdicts.store import read_store  # noqa: PLC0415
    from analyser.verdicts.tables import agreement_as_data, agreement_as_markdown  # noqa: PLC0415

    stands = standing(read_store(store))
    scanned = read_scan(scan) if scan else None
    evidence = None
    if scan and stands.protocols:  # only the arms of a sample ask for it
        evidence = read_evidence(scan / "evidence.jsonl", {case_id for _, case_id, _ in stands.protocols})
    found = agreement_of(stands, scanned, read_sample(sample) if sample else None, evidence)
    if as_json:
        say_json(agreement_as_data(found))
    else:
        say(agreement_as_markdown(found))


@app.command("rules")
def rules_table(
    store: _Store,
    scan: Annotated[Path, typer.Option(metavar="DIR", help="The scan that the report was made from.")],
    rules: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of rules, if not the shipped ones.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Show what verdicts say of each rule and model, and propose rules to promote or pause. Nothing is changed.

    Example:
        analyser verdicts rules --store verdicts --scan results
    """
    from analyser.rules_engine import load_rules  # noqa: PLC0415
    from analyser.runners.replay import read_evidence  # noqa: PLC0415
    from analyser.verdicts.rule_table import rule_table  # noqa: PLC0415
    from analyser.verdicts.scanned import read_scan  # noqa: PLC0415
    from analyser.verdicts.standing import standing  # noqa: PLC0415
    from analyser.verdicts.store import read_store  # noqa: PLC0415
    from analyser.verdicts.tables import rules_as_data, rules_as_markdown  # noqa: PLC0415

    stands, scanned = standing(read_store(store)), read_scan(scan)
    evidence = read_evidence(scan / "evidence.jsonl")
    table = rule_table(stands, scanned.input_sha256, evidence, scanned.notes, load_rules(rules).rules)
    if as_json:
        say_json(rules_as_data(table))
    else:
        say(rules_as_markdown(table))
