"""What ``analyser sample`` tells a person: a sample that was drawn, and rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyser.cli.output import say
from analyser.plural import count

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.sampling.draw import Sample
    from analyser.sampling.estimate import DimensionEstimates, Estimate, Rate
    from analyser.sampling.record import Before
    from analyser.sampling.verdicts import Given

COUNT_CASES: Final = frozenset({"simple", "proportional", "neyman", "pps"})  # designs whose size is a number of cases
_SCOPES: Final = {
    "frame": "of the frame",
    "frame_without_list_a": "of the frame without list A",
    "strata_read": "of the strata read",
}


def say_sample(sample: Sample, out: Path) -> None:
    """The frame with what was left out of it, the design, both lists, and where the sample is."""
    from analyser.sampling.record import record_path  # noqa: PLC0415

    frame = sample.frame
    say(f"Frame: {len(frame.cases)} of {count(frame.listed, 'case')}; SHA-256 of their ids {frame.sha256}")
    for exclusion in frame.exclusions:
        say(f"  left out: {exclusion.cases} ({exclusion.rule})")
    list_a = sum(r.list == "A" for r in sample.rows)
    say(f"Design {sample.design.name}, seed {sample.seed}.")
    if list_a:
        say(f"List A, must read: {count(list_a, 'case')} of highest priority. No rate is told from this list.")
    say(f"List B, probability sample: {count(len(sample.rows) - list_a, 'case')}.")
    for stratum in sample.strata:
        say(f"  {stratum.name}: {stratum.drawn} of {stratum.cases}")
    for r in sample.replacements:
        say(f"  replaced: {r.case_id} by {r.replaced_by or 'nothing, the stratum has no more'} ({r.reason})")
    for remark in remarks(sample):
        say(remark)
    say(f"Sample: {out.resolve()}; record: {record_path(out.resolve()).name}. Keep them together.")


def remarks(sample: Sample) -> list[str]:
    """What a person should know of a draw that did not give what was asked for, a sentence each."""
    drawn, asked = sum(s.drawn for s in sample.strata), sample.design.size
    if asked is None or sample.design.name not in COUNT_CASES or drawn >= asked:
        return []
    return [f"{count(asked, 'case')} were asked for and only {drawn} are there to draw: list B is all of them."]


def say_what_came_before(sample: Sample, before: Before, *, fresh: bool) -> None:
    """What became of a sample that the file held."""
    if not fresh:
        say("The file held this sample already; nothing was changed.")
    elif before.content is not None:
        known = before.earlier[-1]["cases"]
        added = len(sample.rows) + len(sample.replacements) - len(before.content["replacements"]) - known
        gone = len(sample.replacements) - len(before.content["replacements"])
        say(f"It goes on from the sample that the file held: {known - gone} of its cases kept, {added} added.")


def say_checks(given: Given, others: int, *, checked: bool) -> None:
    """Which verdicts were not used, and of which nobody could check that they belong to the sample."""
    if others:
        say(f"Verdicts on {count(others, 'case')} outside the sample were not used.")
    for remark in given.remarks(checked=checked):
        say(remark)


def say_estimates(dimension: str, estimates: DimensionEstimates, confidence: float) -> None:
    """The rates of a dimension, what they speak of, and what a reader must know."""
    from analyser.codebook import dimension_text  # noqa: PLC0415

    say(dimension_text(dimension).label)
    for outcome, e in estimates.outcomes.items():
        say(f"  {outcome.replace('_', ' ')}: {_words(e.estimate)} {_SCOPES[e.scope]}, {confidence:.0%} confidence")
        say(
            f"    {e.errors} of {count(e.n, 'judged case')} of list B; below {e.upper:.1%} at the same confidence, one-sided"
        )
        _say_beside(e)
    if estimates.cannot_tell:
        say(
            f"  Cannot tell: {count(estimates.cannot_tell, 'case')} of list B; the rates are of cases that can be judged."
        )
    for note in estimates.notes:
        say(f"  {note}")


def _say_beside(e: Estimate) -> None:
    if e.without_list_a and e.scope == "frame":
        say(f"    without list A: {_words(e.without_list_a)}; in list A {e.list_a[1]} of {e.list_a[0]}")
    if e.difference:
        say(f"    with the machine's scores of the whole frame: {_words(e.difference)}")
    if e.machine_only is not None:
        say(f"    machine only, no estimate of the rate: {e.machine_only:.1%}")


def _words(rate: Rate) -> str:
    return f"{rate.rate:.1%} ({rate.low:.1%} to {rate.high:.1%})"
