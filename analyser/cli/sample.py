"""``analyser sample``: plan, evaluate, draw and estimate audit samples."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyser.cli.output import say, say_json
from analyser.cli.sample_report import report
from analyser.cli.sample_words import remarks, say_checks, say_estimates, say_sample, say_what_came_before
from analyser.plural import count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


app = typer.Typer(
    no_args_is_help=True,
    help="Plan, draw and read audit samples, and tell rates from them. docs/sampling.md is the guide.",
)
app.command()(report)
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Confidence = Annotated[float, typer.Option(metavar="C", help="Confidence, such as 0.95.")]
_Population = Annotated[int | None, typer.Option(metavar="N", help="Cases in the frame.")]
_Prior = Annotated[
    str | None,
    typer.Option(
        metavar="A,B|impartial", help="What was known before: gamma (poisson) or beta (binomial) with A and B."
    ),
]


class Method(StrEnum):
    """How errors are distributed."""

    poisson = "poisson"
    binomial = "binomial"
    hypergeometric = "hypergeometric"


class By(StrEnum):
    """What strata differ in beside the score band."""

    none = "none"
    team = "team"
    plan_type = "plan-type"


class Dimension(StrEnum):
    """Whose machine score cuts the strata."""

    child_voice = "child_voice"
    management_oversight = "management_oversight"
    supervision = "supervision"
    analysis = "analysis"


class Interval(StrEnum):
    """How intervals are made."""

    wilson = "wilson"
    korn_graubard = "korn-graubard"


@app.command()
def plan(
    tolerable: Annotated[
        float | None, typer.Option(metavar="R", help="Assurance: the rate that the true one should lie below.")
    ] = None,
    expected: Annotated[
        float, typer.Option(metavar="E", min=0, help="Assurance: errors expected, a rate below 1 or a number of cases.")
    ] = 0.0,
    second_stage: Annotated[
        int | None,
        typer.Option(
            metavar="E2", min=0, help="Two stages: errors tolerated in the second, when the first holds 1 to E."
        ),
    ] = None,
    min_precision: Annotated[
        float | None, typer.Option(metavar="P", help="Assurance: the bound lies at most so far above the rate found.")
    ] = None,
    method: Annotated[Method, typer.Option(help="Assurance: how errors are distributed.")] = Method.binomial,
    prior: _Prior = None,
    margin: Annotated[
        float | None, typer.Option(metavar="M", help="Precision: half the width of the interval.")
    ] = None,
    rate: Annotated[float, typer.Option(metavar="P", help="Precision: the rate that is expected.")] = 0.5,
    design_effect: Annotated[
        float, typer.Option(metavar="D", help="Precision: variance over that of a simple random sample.")
    ] = 1.0,
    response: Annotated[float, typer.Option(metavar="Q", help="Precision: share of cases that can be read.")] = 1.0,
    confidence: _Confidence = 0.95,
    population: _Population = None,
    as_json: _Json = False,
) -> None:
    """Say how many cases to read, for assurance that a rate is low or for an interval of some width.

    Examples:
        analyser sample plan --tolerable 0.05 --expected 0 --method hypergeometric --population 500

        analyser sample plan --margin 0.1 --rate 0.3 --population 500 --response 0.9
    """
    if margin is not None and (tolerable is not None or min_precision is not None):
        from analyser.errors import SamplingError  # noqa: PLC0415

        raise SamplingError("CRA-7001")
    if margin is not None:
        _say_precision(margin, rate, confidence, population, design_effect, response, as_json)
    else:
        _say_assurance(tolerable, expected, second_stage, min_precision, method, prior, confidence, population, as_json)


def _say_precision(
    margin: float, rate: float, confidence: float, population: int | None, effect: float, response: float, as_json: bool
) -> None:
    from analyser.sampling.plan import plan_precision  # noqa: PLC0415

    found = plan_precision(margin, rate, confidence, population=population, design_effect=effect, response=response)
    if as_json:
        say_json(
            {"n": found.n, "expected_errors": round(found.with_population * rate, 2), "simple_random": found.simple,
             "with_design_effect": found.with_design_effect, "with_population": found.with_population}
        )  # fmt: skip
        return
    say(f"Draw {count(found.n, 'case')} for {rate:.1%} plus or minus {margin:.3%} at {confidence:.0%} confidence.")
    say(
        f"Simple random sample {found.simple}; with the design effect {found.with_design_effect}; "
        f"for this frame {found.with_population}; to allow for cases that cannot be read {found.n}."
    )
    if population is not None and found.n >= population:
        say(f"The frame has {count(population, 'case')}: that is all of it, so draw every case.")


def _say_assurance(
    tolerable: float | None, expected: float, second_stage: int | None, min_precision: float | None, method: Method,
    prior: str | None, confidence: float, population: int | None, as_json: bool,
) -> None:  # fmt: skip
    from analyser.errors import SamplingError  # noqa: PLC0415
    from analyser.sampling.plan import plan_assurance, plan_two_stages  # noqa: PLC0415
    from analyser.sampling.prior import prior_of  # noqa: PLC0415

    if second_stage is not None:
        if tolerable is None or expected != int(expected) or expected < 1 or prior or min_precision is not None:
            raise SamplingError("CRA-7016")
        found = plan_two_stages(
            tolerable, (int(expected), second_stage), confidence, method.value, population=population
        )
    else:
        known = prior_of(prior, method.value, tolerable) if prior else None
        found = plan_assurance(
            tolerable,
            expected,
            confidence,
            method.value,
            population=population,
            min_precision=min_precision,
            prior=known,
        )
    if as_json:
        say_json(
            {"n": found.n, "expected_errors": round(found.expected_errors, 2), "upper": found.upper,
             "p_value": found.p_value, "n_per_stage": list(found.per_stage), "tolerated": list(found.tolerated),
             "method": method.value, "confidence": confidence}
        )  # fmt: skip
        return
    if second_stage is not None:
        first, second = found.tolerated
        say(
            f"Read {count(found.per_stage[0], 'case')}. No error: the rate is below {tolerable:.1%} ({confidence:.0%} confidence)."
        )
        say(
            f"1 to {first:g} errors: read {found.per_stage[1]} more; the same holds with at most {second:g} errors there."
        )
        return
    say(f"Read {count(found.n, 'case')}, drawn as a simple random sample.")
    if tolerable is not None:
        say(
            f"With at most {found.expected_errors:.4g} of them short of the standard, the rate is below {tolerable:.1%} ({confidence:.0%} confidence)."
        )


@app.command()
def evaluate(
    n: Annotated[int, typer.Option("--n", metavar="N", help="Cases read, of a simple random sample.")],
    errors: Annotated[int, typer.Option(metavar="X", help="Cases among them that fell short.")],
    confidence: _Confidence = 0.95,
    method: Annotated[Method, typer.Option(help="How errors are distributed.")] = Method.binomial,
    population: _Population = None,
    tolerable: Annotated[
        float | None, typer.Option(metavar="R", help="The rate that the true one should lie below.")
    ] = None,
    prior: _Prior = None,
    as_json: _Json = False,
) -> None:
    """Say what a simple random sample that was read gives assurance of.

    Example:
        analyser sample evaluate --n 60 --errors 1 --confidence 0.95 --method hypergeometric --population 500
    """
    import dataclasses  # noqa: PLC0415

    from analyser.sampling.evaluate import evaluate_sample  # noqa: PLC0415
    from analyser.sampling.prior import prior_of  # noqa: PLC0415

    known = prior_of(prior, method.value, tolerable) if prior else None
    found = evaluate_sample(
        n, errors, confidence, method.value, population=population, tolerable=tolerable, prior=known
    )
    if as_json:
        say_json(
            {**dataclasses.asdict(found), "n": n, "errors": errors, "confidence": confidence, "method": method.value}
        )
        return
    say(
        f"{errors} of {count(n, 'case')} fell short. The true rate is below {found.upper:.2%} ({confidence:.0%} confidence)."
    )
    if found.below_tolerable is not None:
        say(f"That is {'below' if found.below_tolerable else 'not below'} the tolerable rate of {tolerable:.1%}.")


@app.command()
def draw(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The output folder of a scan.")],
    seed: Annotated[str, typer.Option(metavar="S", help="Any text or number; publish it before the draw.")],
    design: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="simple, proportional, neyman, pps, one-a-month, two-a-manager-a-month or n-a-team."
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE.csv", help="The sample; its record goes beside it.")
    ],
    size: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="Cases of list B; cases a team (n-a-team); the latest months (designs by month)."
        ),
    ] = None,
    must_read: Annotated[
        int, typer.Option(metavar="M", min=0, help="Cases of highest priority to take for sure, as list A.")
    ] = 0,
    by: Annotated[By, typer.Option(help="Strata of proportional and neyman: score band by this.")] = By.none,
    bands: Annotated[int, typer.Option(metavar="K", min=1, help="Score bands of proportional and neyman.")] = 3,
    dimension: Annotated[
        Dimension | None, typer.Option(help="Whose machine score makes bands and sizes; the mean of all by default.")
    ] = None,
    uncertain: Annotated[
        float,
        typer.Option(
            metavar="SHARE", help="Share of list B to draw where the machine is least certain (simple; at most 0.5)."
        ),
    ] = 0.0,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="Frame: cases with a note on or after this day.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="Frame: cases with a note on or before this day.")
    ] = None,
    audited: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Frame: leave out cases audited lately (case_id, audited_at)."),
    ] = None,
    audited_months: Annotated[int, typer.Option(metavar="K", min=1, help="Lately means within so many months.")] = 12,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Months count back from here; by default --to, or the latest note."),
    ] = None,
    only_status: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Frame: only cases of this plan or legal status (repeatable)."),
    ] = None,
    without_status: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Frame: no cases of this plan or legal status (repeatable)."),
    ] = None,
    replace: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CASE_ID=REASON",
            help="A drawn case of list B that cannot be read; the next ticket takes its place.",
        ),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Draw a sample that can be drawn again: a must-read list (A) and a probability sample (B), never mixed.

    The same seed gives the same cases on any machine. A larger --size keeps the cases and adds the next tickets. A file
    that holds another sample is never written over.

    Examples:
        analyser sample draw results --seed 2026-11 --size 60 --design neyman --must-read 15 --out sample.csv

        analyser sample draw results --seed 2026-11 --size 60 --design neyman --must-read 15 --replace "K028=file locked" --out sample.csv
    """
    from analyser.runners.replay import load_run  # noqa: PLC0415
    from analyser.sampling.designs import Design, design_name  # noqa: PLC0415
    from analyser.sampling.draw import draw as draw_sample  # noqa: PLC0415
    from analyser.sampling.frame import Rules, load_frame, read_audited  # noqa: PLC0415
    from analyser.sampling.record import content_of, drawn_before, go_on, write_sample  # noqa: PLC0415

    wanted = Design(
        design_name(design), size, must_read, by.value, bands, dimension.value if dimension else None, uncertain
    )
    run = load_run(folder)
    rules = Rules(
        _day(first), _day(last), read_audited(audited) if audited else {}, audited_months, _day(as_of),
        tuple(only_status or ()), tuple(without_status or ()),
    )  # fmt: skip
    before = drawn_before(out, seed, wanted, run.get("input_sha256"))
    unreadable = {**before.reasons, **_reasons(replace or [])}
    sample = draw_sample(load_frame(folder, rules), wanted, seed, unreadable)
    content = content_of(sample, run)
    fresh = go_on(out, before, sample, content)
    if fresh:
        write_sample(out, sample, content)
    if as_json:
        say_json(
            {key: value for key, value in content.items() if key not in {"machine", "frame_case_ids"}}
            | {"file": str(out), "remarks": remarks(sample)}
        )
    else:
        say_sample(sample, out)
        say_what_came_before(sample, before, fresh=fresh)


def _day(text: str | None) -> date | None:
    from analyser.errors import SamplingError  # noqa: PLC0415
    from analyser.sampling.tables import date_of  # noqa: PLC0415

    if text is not None and date_of(text) is None:
        raise SamplingError("CRA-7015", value=text)
    return date_of(text) if text else None


def _reasons(texts: list[str]) -> dict[str, str]:
    from analyser.errors import SamplingError  # noqa: PLC0415

    reasons = {}
    for text in texts:
        case_id, _, reason = text.partition("=")
        if not case_id.strip() or not reason.strip():
            raise SamplingError("CRA-7013", case_id=text, why="write the id, = and the reason")
        reasons[case_id.strip()] = reason.strip()
    return reasons


@app.command()
def estimate(
    sample: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A sample; its record is read from beside it.")],
    verdicts: Annotated[
        list[Path],
        typer.Argument(
            metavar="VERDICTS...",
            help="CSV with case_id, dimension, verdict; JSON from the report; or a store's folder.",
        ),
    ],
    settled: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What was agreed where auditors differed (CSV or JSON); it stands for both."),
    ] = None,
    confidence: _Confidence = 0.95,
    interval: Annotated[Interval, typer.Option(help="How intervals are made.")] = Interval.wilson,
    as_json: _Json = False,
) -> None:
    """Tell rates of the frame from verdicts on a sample. Verdicts on the must-read list alone tell none.

    Examples:
        analyser sample estimate sample.csv verdicts.json

        analyser sample estimate sample.csv verdicts --settled agreed.csv
    """
    import dataclasses  # noqa: PLC0415

    from analyser.sampling.checks import between_0_and_1  # noqa: PLC0415
    from analyser.sampling.estimate import estimate_rates  # noqa: PLC0415
    from analyser.sampling.record import read_record, read_sample  # noqa: PLC0415
    from analyser.sampling.verdicts import read_verdicts  # noqa: PLC0415

    between_0_and_1(confidence=confidence)
    rows, record = read_sample(sample), read_record(sample)
    given = read_verdicts(*verdicts, settled=settled, record=record.content if record else None)
    found = estimate_rates(rows, given.judged, record, confidence, interval.value)
    ids = {r.case_id for r in rows}
    others = len({case_id for cases in given.judged.values() for case_id in cases} - ids)
    if as_json:
        say_json(
            {"confidence": confidence, "interval": interval.value, "sample": _about(record.content if record else {}),
             "verdicts_on_other_cases": others, "verdicts_left_out": given.left_out,
             "files_that_name_no_sample": given.unchecked,
             "dimensions": {d: dataclasses.asdict(e) for d, e in found.items()}}
        )  # fmt: skip
        return
    for dimension, estimates in found.items():
        say_estimates(dimension, estimates, confidence)
    say_checks(given, others, checked=record is not None)


def _about(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: content.get(key) for key in ("frame", "design", "seed", "scan", "replacements")}
