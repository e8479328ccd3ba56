"""Figures as Markdown tables, for a terminal and for docs/evaluation.md."""

from __future__ import annotations

from typing import Any

from analyser.codebook import DIMENSIONS, dimension_text

NOTICE = "Invented cases, labelled by readers of one school; no real note was used."


def as_markdown(figures: dict[str, Any], title: str, behaviour: dict[str, Any] | None = None) -> str:
    """The figures of :func:`analyser.evaluate.measure.summary` as Markdown; behavioural tests behind them, if any."""
    lines = [f"### {title}", "", f"{figures['cases']} cases, {figures['units']} units. {NOTICE}", ""]
    lines += [
        "| dimension | status | precision | recall | F1 | 95 % interval | labelled units |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for status in ("present", "gap", "planned"):
        for d, line in figures[status].items():
            lines.append(
                f"| {dimension_text(d).label} | {status} | {line['precision']:.2f} | {line['recall']:.2f} "
                f"| {line['f1']:.2f} | {line['f1_low']:.2f} to {line['f1_high']:.2f} | {line['support']} |"
            )
        if figures[f"mean_f1_{status}"] is not None:
            precision, f1 = figures[f"mean_precision_{status}"], figures[f"mean_f1_{status}"]
            lines.append(f"| **mean** | {status} | {precision:.2f} | | {f1:.2f} | | |")
    lines += [
        "",
        "| indicator (present) | precision | recall | F1 | labelled units |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, line in figures["indicators"].items():
        lines.append(
            f"| {name} | {line['precision']:.2f} | {line['recall']:.2f} | {line['f1']:.2f} | {line['support']} |"
        )
    lines += [
        "",
        f"Macro F1 over indicators with ten labelled units or more: {_number(figures['indicator_macro_f1'])}.",
        "",
    ]
    ranks = ", ".join(f"{dimension_text(d).label} {_number(figures['spearman'][d])}" for d in DIMENSIONS)
    lines += [f"Rank correlation (Spearman) of case scores with readers' grades: {ranks}.", ""]
    lines += [f'Area under the ROC curve of priority against "read first": {_number(figures["auc_priority"])}.', ""]
    lines += _of_calibration(figures["calibration"])
    lines += _of_slices(figures["slices"])
    lines += _of_swaps(figures.get("swaps", {}))
    lines += _of_behaviour(behaviour or {})
    return "\n".join(lines)


def _of_calibration(calibration: dict[str, Any]) -> list[str]:
    if not calibration:
        return []
    errors = ", ".join(f"{dimension_text(d).label} {line['ece']:.3f}" for d, line in calibration.items())
    return [f"Expected calibration error (ten bins) of present: {errors}.", ""]


def _of_slices(slices: dict[str, Any]) -> list[str]:
    lines = []
    for axis, found in slices.items():
        lines += [
            f"| {axis} | F1 (present, all dimensions) | missed | wrongly marked | labelled | cases |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {name} | {line['f1']:.2f} | {line['missed']:.0%} | {line['false']:.1%} | {line['labelled']} "
            f"| {line['cases']} |"
            for name, line in found.items()
        ]
        lines.append("")
    return lines


def _of_swaps(swaps: dict[str, Any]) -> list[str]:
    if not swaps:
        return []
    lines = ["| swap | F1 before | F1 after | sentences marked otherwise |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {name} | {line['f1_before']:.3f} | {line['f1_after']:.3f} | {line['changed']:.1%} |"
        for name, line in swaps.items()
    ]
    return [*lines, ""]


def _of_behaviour(behaviour: dict[str, Any]) -> list[str]:
    if not behaviour:
        return []
    lines = ["| behavioural tests | right | of | 95 % interval |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {name.replace('_', ' ')} | {line['rate']:.0%} | {line['items']} | {line['low']:.0%} to {line['high']:.0%} |"
        for name, line in behaviour.items()
    ]
    return [*lines, ""]


def _number(value: float | None) -> str:
    return "too few cases" if value is None else f"{value:.2f}"
