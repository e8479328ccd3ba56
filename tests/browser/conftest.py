"""A Chromium for the browser tests, and a report of two hundred cases."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analyser.ingest import load_profile, open_export
from analyser.pipeline import Bundle
from analyser.privacy import Gate
from analyser.reports.sampling import sampling_report
from analyser.resources import data_path
from analyser.runners.local import ScanOptions, ScanResult, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from analyser.rules_engine import Engine

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not here: install the package chromium to run the browser tests")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def many_cases(path: Path, copies: int) -> Path:
    """The example notes, copied under other ids until there are ``16 * copies`` cases."""
    with data_path("corpora", "example", "notes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        for k in range(copies):
            writer.writerows(
                {**row, "case_id": f"{row['case_id']}-{k}", "note_id": f"{row['note_id']}-{k}"} for row in rows
            )
    return path


@pytest.fixture(scope="session")
def reports(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    export = open_export(many_cases(folder / "notes.csv", 13), load_profile("generic"))
    out: dict[str, Path] = {}

    def keep(result: ScanResult, partial: Path) -> None:
        for name, with_text in (("text", True), ("no_text", False)):
            html = sampling_report(result, partial / "evidence.jsonl", export, with_text=with_text, pages=200)
            out[name] = folder / f"{name}.html"
            out[name].write_text(html, encoding="utf-8")

    scan(export, Bundle(engine), Gate("off"), folder / "out", ScanOptions("warn"), finish=keep)
    return out
