"""The sampling report in a real browser: quick, small, accessible, silent, and usable without JavaScript."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def open_page(chromium: Browser, path: Path, **options: Any) -> Page:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, **options)
    page.goto(path.as_uri())
    return page


def test_two_hundred_cases_are_all_there_and_small(chromium: Browser, reports: dict[str, Path]) -> None:
    assert reports["no_text"].stat().st_size <= 5_000_000
    page = open_page(chromium, reports["text"])
    assert page.locator("section.case").count() == 200
    page.close()


@pytest.mark.parametrize("name", ["text", "no_text"])
def test_axe_finds_no_violation(chromium: Browser, reports: dict[str, Path], name: str) -> None:
    page = open_page(chromium, reports[name])
    page.evaluate(
        "document.querySelectorAll('#case-1 details.note, #case-2 details.note').forEach(d => { d.open = true; })"
    )
    page.evaluate("document.querySelectorAll('section.case').forEach((s, k) => { if (k > 3) s.remove(); })")
    # Axe measures targets all over the page at once; sections that Chromium has not laid out yet have a guessed height.
    page.evaluate("document.querySelectorAll('section.case').forEach(s => { s.style.contentVisibility = 'visible'; })")
    results = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert results.violations_count == 0, results.generate_report()
    page.close()


def test_nothing_is_asked_of_anybody(chromium: Browser, reports: dict[str, Path]) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(reports["text"].as_uri())
    page.wait_for_timeout(300)
    assert asked == [reports["text"].as_uri()]
    assert problems == []
    page.close()


def test_list_filters_and_sorts(chromium: Browser, reports: dict[str, Path]) -> None:
    page = open_page(chromium, reports["no_text"])
    page.fill("#filter", "K028-3")
    assert page.locator("#reading-list tbody tr:visible").count() == 1
    assert "1 of 208" in page.inner_text("#filter-count")
    page.fill("#filter", "")
    page.get_by_role("button", name="Child's voice").click()
    header = page.locator("#reading-list thead th", has_text="Child's voice")
    assert header.get_attribute("aria-sort") == "ascending"
    scores = [float(t) for t in page.locator("#reading-list tbody tr td:nth-child(5)").all_inner_texts()]
    assert scores == sorted(scores)
    page.close()


def test_a_verdict_is_judged_and_saved_by_keyboard_alone(
    chromium: Browser, reports: dict[str, Path], tmp_path: Path
) -> None:
    page = open_page(chromium, reports["text"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the reading list"
    page.keyboard.press("Enter")
    page.locator("#auditor").focus()
    page.keyboard.type("QA1")
    page.locator("input[name='case-1-child_voice']").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.locator("#case-1-comment").focus()
    page.keyboard.type("Seen <twice> & heard")
    page.locator("#save").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "v.json")
    saved = json.loads((tmp_path / "v.json").read_text())
    (verdict,) = saved["verdicts"]
    assert saved["auditor"] == "QA1"
    assert verdict["dimensions"]["child_voice"] == "partly_met"
    assert verdict["dimensions"]["analysis"] is None
    assert verdict["comment"] == "Seen <twice> & heard"
    assert "Saved 1 case" in page.inner_text("#save-status")
    page.close()


def test_everything_but_saving_works_without_javascript(chromium: Browser, reports: dict[str, Path]) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["text"].as_uri())
    assert page.locator("#reading-list tbody tr").count() == 208
    page.locator("#case-1 details.note summary").first.click()
    assert page.locator("#case-1 details.note .text").first.is_visible()
    assert page.locator("#save").is_hidden()
    assert page.locator("noscript").count() == 1
    context.close()


def test_print_opens_the_notes(chromium: Browser, reports: dict[str, Path]) -> None:
    page = open_page(chromium, reports["no_text"])
    page.evaluate("document.querySelectorAll('section.case').forEach((s, k) => { if (k > 1) s.remove(); })")
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#case-1 details.note[open]").count() == page.locator("#case-1 details.note").count()
    assert page.locator(".savebar").first.is_hidden()
    page.close()


def test_no_text_report_holds_no_note_text(reports: dict[str, Path]) -> None:
    with_text, without = (reports[name].read_text(encoding="utf-8") for name in ("text", "no_text"))
    assert '<p class="text">' in with_text
    assert '<p class="text">' not in without
    assert "rule 1</a>" in without


def test_narrow_screens_do_not_scroll_sideways(chromium: Browser, reports: dict[str, Path]) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(reports["text"].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
