"""What ``analyser sample`` tells a person: a sample that was drawn, and rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyser.cli.output import say

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.sampling.draw import Sample
    from analyser.sampling.estimate import DimensionEstimates, Estimate, Rate

_SCOPES: Final = {
    "frame": "of the frame",
    "frame_without_list_a": "of the frame without list A",
    "strata_read": "of the strata read",
}


def say_sample(sample: Sample, out: Path) -> None:
    """The frame with what was left out of it, the design, both lists, and where the sample is."""
    from analyser.sampling.record import record_path  # noqa: PLC0415

    frame = sample.frame
    say(f"Frame: {len(frame.cases)} of {frame.listed} cases; SHA-256 of their ids {frame.sha256}")
    for exclusion in frame.exclusions:
        say(f"  left out: {exclusion.cases} ({exclusion.rule})")
    list_a = sum(r.list == "A" for r in sample.rows)
    say(f"Design {sample.design.name}, seed {sample.seed}.")
    if list_a:
        say(f"List A, must read: {list_a} cases of highest priority. They tell no rate.")
    say(f"List B, probability sample: {len(sample.rows) - list_a} cases.")
    for stratum in sample.strata:
        say(f"  {stratum.name}: {stratum.drawn} of {stratum.cases}")
    for r in sample.replacements:
        say(f"  replaced: {r.case_id} by {r.replaced_by or 'nothing, the stratum has no more'} ({r.reason})")
    say(f"Sample: {out.resolve()}; record: {record_path(out.resolve()).name}. Keep them together.")


def say_estimates(dimension: str, estimates: DimensionEstimates, confidence: float) -> None:
    """The rates of a dimension, what they speak of, and what a reader must know."""
    from analyser.codebook import dimension_text  # noqa: PLC0415

    say(dimension_text(dimension).label)
    for outcome, e in estimates.outcomes.items():
        say(f"  {outcome.replace('_', ' ')}: {_words(e.estimate)} {_SCOPES[e.scope]}, {confidence:.0%} confidence")
        say(f"    {e.errors} of {e.n} judged cases of list B; below {e.upper:.1%} at the same confidence, one-sided")
        _say_beside(e)
    if estimates.cannot_tell:
        say(f"  Cannot tell: {estimates.cannot_tell} cases of list B; the rates are of cases that can be judged.")
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
