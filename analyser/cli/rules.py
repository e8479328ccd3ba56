"""``analyser rules``: check, explain, write and compare rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyser.cli.output import say, say_json
from analyser.errors import CheckFailed
from analyser.plural import count

if TYPE_CHECKING:
    from analyser.rules_engine import Engine

app = typer.Typer(
    no_args_is_help=True,
    help="Check, explain, write and compare rules. docs/rules.md tells how to write one.",
)
_Rules = Annotated[
    Path | None,
    typer.Option("--rules", metavar="DIR", help="A folder of rules; the shipped ones by default."),
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _engine(folder: Path | None) -> Engine:
    from analyser.rules_engine import Engine, load_rules  # noqa: PLC0415

    return Engine(load_rules(folder))


@app.command("list")
def list_rules(rules: _Rules = None, as_json: _Json = False) -> None:
    """List the rules: id, version, state, strength, labels, title."""
    loaded = [c.rule for c in _engine(rules).rules.rules]
    if as_json:
        say_json([{"id": r.id, "version": r.version, "state": r.state, "strength": r.strength, "status": r.status, "gives": r.gives,
                   "title": r.title, "owner": r.owner, "tests": len(r.tests)} for r in loaded])  # fmt: skip
        return
    for r in loaded:
        say(f"{r.id}@{r.version}  {r.state}  {r.strength}  {r.title}")
    say(count(len(loaded), "rule"))


@app.command()
def check(
    only: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Rules whose id starts so; all by default.")
    ] = None,
    rules: _Rules = None,
    as_json: _Json = False,
) -> None:
    """Run the tests inside the rule files, and coverage. Ends with exit code 1 when something is wrong.

    Examples:
        analyser rules check

        analyser rules check child_voice.seen --rules my-rules
    """
    from analyser.rules_engine.selftest import check_rules  # noqa: PLC0415

    result = check_rules(_engine(rules), only or ())
    if as_json:
        say_json(
            {
                "rules": result.rules,
                "tests": result.tests,
                "todo": result.todo,
                "faults": [{"rule": f.rule, "file": f.file, "what": f.what} for f in result.faults],
            }
        )
    else:
        for fault in result.faults:
            say(f"{fault.file}: {fault.what}")
        say(
            f"{count(result.rules, 'rule')}, {count(result.tests, 'test')}, {count(len(result.faults), 'fault')}, {result.todo} still to do."
        )
    if result.faults:
        raise CheckFailed("CRA-3900", faults=len(result.faults), checks=result.tests)


@app.command()
def explain(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A sentence or a note; - reads standard input.")],
    note_type: Annotated[str, typer.Option(help="The note's type, as the system names it.")] = "",
    author_role: Annotated[str, typer.Option(help="The writer's role.")] = "",
    rules: _Rules = None,
    as_json: _Json = False,
) -> None:
    """Show what fired on a text, and which cue blocked what.

    Example:
        analyser rules explain "Child A was not seen alone as Mum stayed." --note-type "Home visit"
    """
    import dataclasses  # noqa: PLC0415
    import sys  # noqa: PLC0415

    from analyser.contracts import Note  # noqa: PLC0415
    from analyser.ingest import load_profile  # noqa: PLC0415
    from analyser.rules_engine.explain import explain as lines_of  # noqa: PLC0415
    from analyser.text.reading import read_note  # noqa: PLC0415

    profile = load_profile("generic")
    note = Note(case_id="case", note_id="note", text=sys.stdin.read() if text == "-" else text, note_type=note_type, author_role=author_role,
                kind=profile.kind_of_note(note_type), author=profile.kind_of_author(author_role))  # fmt: skip
    reading = read_note(note)
    lines = lines_of(_engine(rules), reading)
    if as_json:
        say_json(
            {
                "kind": note.kind,
                "author": note.author,
                "matches": [dataclasses.asdict(line) for line in lines],
            }
        )
        return
    say(f"Read as: note of kind {note.kind}, written by {note.author}.")
    shown = ""
    for line in lines:
        if line.unit != shown:
            say(f"\n{line.unit}")
            shown = line.unit
        say(f"  {line.outcome}: {', '.join(line.labels)} ({line.confidence:.2f})  {line.rule}  {line.title}")
        details = [f'act "{line.act}"', *line.cues, *(f"{k} {v}" for k, v in line.axes.items())]
        say("    " + "; ".join(details))
    if not lines:
        say("No rule matches.")


@app.command()
def new(
    label: Annotated[str, typer.Argument(metavar="LABEL", help="dimension.indicator, such as child_voice.seen.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The rule's name: small letters, digits, _.")],
    rules: Annotated[Path, typer.Option("--rules", metavar="DIR", help="Your folder of rules.")] = Path("rules"),
) -> None:
    """Write a skeleton of a rule, with tests that pass, to start from.

    Example:
        analyser rules new child_voice.seen_alone in_garden --rules my-rules
    """
    from analyser.rules_engine.skeleton import write_skeleton  # noqa: PLC0415

    say(
        f"Wrote {write_skeleton(rules, label, name)}. Edit it, then run: analyser rules check {label}.{name} --rules {rules}"
    )


@app.command("diff")
def diff_rules(
    before: Annotated[Path, typer.Argument(metavar="A", help="A folder of rules.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Another.")],
    corpus: Annotated[Path, typer.Argument(metavar="CORPUS", help="An export to compare them on.")],
    profile: Annotated[str, typer.Option(metavar="NAME|FILE", help="The profile of the export.")] = "generic",
    as_json: _Json = False,
) -> None:
    """Evidence gained and lost on an export when rules change from A to B; offsets only, no text.

    Example:
        analyser rules diff rules my-rules notes.csv
    """
    import dataclasses  # noqa: PLC0415

    from analyser.contracts import Note  # noqa: PLC0415
    from analyser.ingest import load_profile, open_export  # noqa: PLC0415
    from analyser.rules_engine.diff import diff  # noqa: PLC0415

    export = open_export(corpus, load_profile(profile))
    result = diff(_engine(before), _engine(after), (n for n in export.rows() if isinstance(n, Note)))
    if as_json:
        say_json(
            {
                "notes": result.notes,
                "same": result.same,
                "changes": [dataclasses.asdict(c) for c in result.changes],
            }
        )
        return
    for label, gained, lost in result.by_label():
        say(f"{label}: {gained} gained, {lost} lost")
    for change in result.changes:
        say(
            f"  {change.kind:6} {change.case_id} {change.note_id} {change.start}-{change.end} {change.label}:{change.status} {change.source}"
        )
    say(f"{count(result.notes, 'note')}: {count(result.same, 'span')} the same, {len(result.changes)} changed.")
