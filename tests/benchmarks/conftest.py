"""Benchmarks print sentences a second beside the times."""

from __future__ import annotations

from typing import Any


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    session = getattr(config, "_benchmarksession", None)
    for bench in getattr(session, "benchmarks", []):
        for unit, count in bench.extra_info.items():
            if unit in {"sentences", "notes"}:
                rate = count / bench.stats.median
                terminalreporter.write_line(f"{bench.name}: {rate:,.0f} {unit} a second (median round)")
