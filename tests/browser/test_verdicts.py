"""Judging evidence in a real browser: by keyboard, offline, with offsets that hold in the note as it was read."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from analyser.ingest import load_profile, open_export
from analyser.pipeline import Bundle
from analyser.privacy import Gate
from analyser.reports.sampling import sampling_report
from analyser.runners.local import ScanOptions, ScanResult, scan
from analyser.runners.replay import read_evidence
from analyser.verdicts.rule_table import key_of
from analyser.verdicts.saved import read_saved

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from analyser.rules_engine import Engine
    from analyser.verdicts.records import Record

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MISSED = "Bedtime is hard since Christmas &amp; nobody asks why."
TEXT = (
    "<p>Dad &amp; Mum rang\u2026 \U0001f600 I saw Child A alone in her bedroom.</p>\r\n"
    "<p>Child B was not seen. I will visit again next week to see Child B alone.</p>"
    f"<p>She  said \u201cI hate the stairs\u201d.</p><p>{MISSED}</p>"
)


@pytest.fixture(scope="module")
def made(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scan of one hard note, and its report with and without text."""
    folder = tmp_path_factory.mktemp("judging")
    with (folder / "notes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case_id", "note_id", "occurred_at", "note_type", "author_role", "text"])
        writer.writerow(["C1", "N1", "2026-03-02", "Home visit", "Social worker", TEXT])
    export = open_export(folder / "notes.csv", load_profile("generic"))

    def keep(result: ScanResult, partial: Path) -> None:
        for name, with_text in (("text", True), ("no_text", False)):
            html = sampling_report(result, partial / "evidence.jsonl", export, with_text=with_text, pages=1)
            (folder / f"{name}.html").write_text(html, encoding="utf-8")

    scan(export, Bundle(engine), Gate("off"), folder / "out", ScanOptions("warn"), finish=keep)
    return folder


def open_note(chromium: Browser, path: Path) -> Page:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(path.as_uri())
    page.fill("#auditor", "QA1")
    page.locator("#case-1 details.note summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("#case-1 .missed").wait_for()
    return page


def save(page: Page, to: Path) -> Path:
    page.locator("#save").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(to)
    return to


def only(path: Path) -> Record:
    (record,) = read_saved(path)
    return record


def test_evidence_is_judged_by_keyboard_and_imports_as_it_stands_in_the_scan(
    chromium: Browser, made: Path, tmp_path: Path
) -> None:
    page = open_note(chromium, made / "text.html")
    verdicts = page.locator("#case-1 label.verdict select")
    page.locator("#case-1 details.note li a").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.querySelector('label.verdict select')")
    page.keyboard.type("a")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("disagree: it is about the past")
    record = only(save(page, tmp_path / "v.json"))
    found = {key_of(e): e.source for e in read_evidence(made / "out" / "evidence.jsonl")["C1"]}
    assert verdicts.count() == len(found)
    assert {s.key("C1"): s.source for s in record.spans}.items() <= found.items()
    assert [(s.verdict, s.reason) for s in record.spans] == [("agree", None), ("disagree", "historical")]
    page.close()


def test_every_piece_of_evidence_is_saved_with_its_place_label_and_status(
    chromium: Browser, made: Path, tmp_path: Path
) -> None:
    page = open_note(chromium, made / "no_text.html")
    for select in page.locator("#case-1 label.verdict select").all():
        select.select_option("agree")
    record = only(save(page, tmp_path / "v.json"))
    found = {key_of(e): e.source for e in read_evidence(made / "out" / "evidence.jsonl")["C1"]}
    assert {s.key("C1"): s.source for s in record.spans} == found
    assert {s.status for s in record.spans} >= {"present", "gap"}
    page.close()


def test_a_verdict_that_was_taken_back_is_saved_as_taken_back(chromium: Browser, made: Path, tmp_path: Path) -> None:
    page = open_note(chromium, made / "text.html")
    page.locator("#case-1 label.verdict select").first.select_option("agree")
    page.locator("#case-1 label.verdict select").first.select_option("")
    assert [s.verdict for s in only(save(page, tmp_path / "v.json")).spans] == [None]
    page.close()


def test_missed_evidence_points_into_the_note_as_it_was_read(chromium: Browser, made: Path, tmp_path: Path) -> None:
    page = open_note(chromium, made / "text.html")
    page.locator("#case-1 .missed .where").select_option(label="Bedtime is hard since Christmas & nobody asks why.")
    page.locator("#case-1 .missed .shows").select_option("CV6")
    page.locator("#case-1 .missed button.mark").first.focus()
    page.keyboard.press("Enter")
    assert "Marked as missed" in page.inner_text("#case-1 .missed [role=status]")
    path = save(page, tmp_path / "v.json")
    (missed,) = only(path).missed
    assert (missed.dimension, missed.indicator) == ("child_voice", "lived_experience")
    assert TEXT[missed.start : missed.end].removesuffix("</p>") == MISSED
    assert "Bedtime" not in path.read_text(encoding="utf-8")
    page.get_by_role("button", name="Take back").click()
    assert [m.withdrawn for m in only(save(page, tmp_path / "w.json")).missed] == [True]
    page.close()


def test_a_passage_that_was_selected_in_the_text_can_be_marked(chromium: Browser, made: Path, tmp_path: Path) -> None:
    page = open_note(chromium, made / "text.html")
    page.evaluate(
        """() => { const walk = document.createTreeWalker(document.querySelector('#case-1 .text'), NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) { const at = walk.currentNode.data.indexOf('hate the stairs');
          if (at >= 0) { getSelection().setBaseAndExtent(walk.currentNode, at, walk.currentNode, at + 15); return; } } }"""
    )
    page.locator("#case-1 .missed .shows").select_option("CV4")
    page.locator("#case-1 .missed button.mark").first.click()
    (missed,) = only(save(page, tmp_path / "v.json")).missed
    assert TEXT[missed.start : missed.end] == "hate the stairs"
    page.close()


def test_without_text_a_whole_note_can_be_marked(chromium: Browser, made: Path, tmp_path: Path) -> None:
    page = open_note(chromium, made / "no_text.html")
    page.locator("#case-1 .missed .shows").select_option("AN1")
    page.locator("#case-1 .missed button.mark").first.click()
    (missed,) = only(save(page, tmp_path / "v.json")).missed
    assert (missed.note_id, missed.start, missed.end) == ("N1", None, None)
    page.close()


def test_saving_twice_says_nothing_new(chromium: Browser, made: Path, tmp_path: Path) -> None:
    page = open_note(chromium, made / "text.html")
    page.locator("#case-1 label.verdict select").first.select_option("agree")
    first = save(page, tmp_path / "v.json")
    page.wait_for_timeout(20)
    second = save(page, tmp_path / "w.json")
    assert json.loads(first.read_text())["saved_at"] != json.loads(second.read_text())["saved_at"]
    assert only(first).digest == only(second).digest
    page.close()


def test_axe_finds_nothing_in_the_controls(chromium: Browser, made: Path) -> None:
    page = open_note(chromium, made / "text.html")
    page.locator("#case-1 .missed .shows").select_option("AN1")
    page.locator("#case-1 .missed button.mark").first.click()
    options: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    results = Axe().run(page, options=options)
    assert results.violations_count == 0, results.generate_report()
    page.close()


def test_controls_fit_a_narrow_screen(chromium: Browser, made: Path) -> None:
    page = open_note(chromium, made / "text.html")
    page.set_viewport_size({"width": 390, "height": 844})
    for control in page.locator("#case-1 details.note select").all():
        box = control.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
        assert box["height"] >= 24
    page.close()


def test_controls_are_not_printed(chromium: Browser, made: Path) -> None:
    page = open_note(chromium, made / "text.html")
    page.emulate_media(media="print")
    assert page.locator("#case-1 label.verdict:visible").count() == 0
    assert page.locator("#case-1 .missed").is_hidden()
    page.close()


@pytest.mark.parametrize("name", ["text", "no_text"])
def test_a_saved_file_is_gone_on_from_by_keyboard(chromium: Browser, made: Path, tmp_path: Path, name: str) -> None:
    page = open_note(chromium, made / f"{name}.html")
    page.locator("#case-1 label.verdict select").nth(0).select_option("agree")
    page.locator("#case-1 label.verdict select").nth(1).select_option("historical")
    page.locator("#case-1 label.verdict select").nth(2).select_option("agree")
    page.locator("#case-1 label.verdict select").nth(2).select_option("")
    if name == "text":
        page.locator("#case-1 .missed .where").select_option(label=MISSED.replace("&amp;", "&"))
    page.locator("#case-1 .missed .shows").select_option("AN1")
    page.get_by_role("button", name="Mark as missed").click()
    page.locator("#case-1 textarea").fill("come back to this one")
    page.locator('#case-1 input[value="partly_met"]').first.check()
    first = save(page, tmp_path / "first.json")
    page.close()

    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto((made / f"{name}.html").as_uri())
    page.locator("#save").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "load"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(first)
    page.get_by_text("Went on from the file: 1 case.").wait_for()
    assert page.input_value("#auditor") == "QA1"
    page.locator("#case-1 details.note summary").first.click()
    mark = page.locator("#case-1 .missed li")
    assert (MISSED.replace("&amp;", "&") if name == "text" else "the whole note") in mark.inner_text()
    assert only(save(page, tmp_path / "again.json")) == only(first)
    # What is taken back after that is saved as taken back.
    page.get_by_role("button", name="Take back").click()
    assert [m.withdrawn for m in only(save(page, tmp_path / "back.json")).missed] == [True]
    page.close()
