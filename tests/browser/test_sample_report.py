"""The report of a drawn sample in a real browser: by keyboard alone, silent, quick, and mute about list B until asked."""

from __future__ import annotations

import dataclasses
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from analyser.codebook import DIMENSIONS
from analyser.ingest import load_profile, open_export
from analyser.pipeline import Bundle
from analyser.privacy import Gate
from analyser.reports.sample import Drawing, Reading, frame_table, sample_report
from analyser.runners.local import ScanOptions, scan
from analyser.runners.replay import load_run, notes_of_cases, read_evidence, replay
from analyser.sampling.arms import Arms, deal
from analyser.sampling.designs import Design
from analyser.sampling.draw import draw
from analyser.sampling.frame import Rules, load_frame
from analyser.sampling.record import content_of, read_record, write_sample
from analyser.verdicts.rule_table import key_of
from analyser.verdicts.saved import read_saved
from tests.browser.conftest import many_cases

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from analyser.ingest import Export
    from analyser.rules_engine import Engine

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclasses.dataclass(frozen=True)
class Made:
    """A sample of 100 cases of a frame of 5,000, its scan, its reports, and the bytes of one with more in list A."""

    results: Path
    drawing: Drawing
    text: Path
    no_text: Path
    seconds: float
    with_40_in_list_a: int


def drawing_of(folder: Path, export: Export, must_read: int) -> Drawing:
    """A hundred cases of a frame of 5,000, so many of them in list A."""
    run, table = load_run(folder / "results"), frame_table(folder / "results")
    sample = draw(load_frame(folder / "results", Rules()), Design("simple", 100 - must_read, must_read), "browser")
    content = content_of(sample, run)
    # The other rows of the frame are only listed, so their notes need not be read.
    known = list(table)
    for k in range(5000 - len(known)):
        table[f"X{k:04d}"] = table[known[k % len(known)]] | {"case_id": f"X{k:04d}"}
    content["frame_case_ids"] = sorted(table)
    write_sample(folder / "sample.csv", sample, content)
    record = read_record(folder / "sample.csv")
    assert record is not None
    wanted = {r.case_id for r in sample.rows}
    texts = notes_of_cases(export, wanted, redacted=False)
    evidence = read_evidence(folder / "results" / "evidence.jsonl", wanted)
    return Drawing(sample.rows, record, table, replay(folder / "results", export, wanted), evidence, texts)


def report_of(drawing: Drawing) -> str:
    return sample_report(drawing, Reading(Arms(0.1, 0.02), deal(drawing.rows, "browser")))


@pytest.fixture(scope="module")
def made(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("sample")
    export = open_export(many_cases(folder / "notes.csv", 7), load_profile("generic"))
    scan(export, Bundle(engine), Gate("off"), folder / "results", ScanOptions("warn"))
    long_list = len(report_of(drawing_of(folder, export, 40)).encode())
    drawing = drawing_of(folder, export, 20)
    began = time.perf_counter()
    page = report_of(drawing)
    seconds = time.perf_counter() - began
    (folder / "text.html").write_text(page, encoding="utf-8")
    (folder / "no_text.html").write_text(report_of(dataclasses.replace(drawing, texts=None)), encoding="utf-8")
    return Made(folder / "results", drawing, folder / "text.html", folder / "no_text.html", seconds, long_list)


def open_page(chromium: Browser, path: Path, **options: Any) -> Page:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, **options)
    page.goto(path.as_uri())
    return page


def first_b(page: Page, extra: str = "") -> Locator:
    return page.locator(f'section.case[data-list="B"]{extra}').first


def judge(case: Locator, value: str = "met") -> None:
    for d in DIMENSIONS:
        case.locator(f'input[name$="-{d}"][value="{value}"]').check()


def record(case: Locator) -> None:
    case.locator("button.record").click()
    if case.locator("button.record").is_visible():  # notes without marks or sentences are left
        case.locator("button.record").click()
    case.locator(".findings").wait_for()  # they travel compressed, and browsers unpack in their own time


def save(page: Page, to: Path) -> Path:
    with page.expect_download() as download:
        page.locator("#save").click()
    download.value.save_as(to)
    return to


def test_a_frame_of_5000_and_100_cases_are_small_and_quick(chromium: Browser, made: Made) -> None:
    assert made.text.stat().st_size <= 2_500_000
    assert made.with_40_in_list_a <= 2_500_000
    assert made.seconds < 5  # one second on a machine that does nothing else; docs/sampling.md has the figure
    began = time.perf_counter()
    page = open_page(chromium, made.text)
    judge(first_b(page))
    assert time.perf_counter() - began < 10
    assert page.locator("section.case").count() == 100
    assert page.locator("#t-frame tbody td:first-child").count() == 5000
    page.close()


def test_nothing_is_asked_of_anybody(chromium: Browser, made: Made) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(made.text.as_uri())
    case = first_b(page)
    judge(case)
    record(case)
    page.wait_for_timeout(200)
    assert asked == [made.text.as_uri()]
    assert problems == []
    page.close()


@pytest.mark.parametrize("name", ["text", "no_text"])
def test_axe_finds_nothing_before_and_after_recording(chromium: Browser, made: Made, name: str) -> None:
    page = open_page(chromium, getattr(made, name))
    page.evaluate(
        "(() => { let a = 0, b = 0; document.querySelectorAll('section.case').forEach(s => {"
        " const keep = s.dataset.list === 'B' ? b++ < 3 : a++ < 1; if (!keep) s.remove();"
        " s.style.contentVisibility = 'visible'; }); document.querySelectorAll('#t-frame tbody tr').forEach((r, k) => {"
        " if (k > 5) r.remove(); }); document.querySelectorAll('details').forEach(d => { d.open = true; }); })()"
    )
    page.wait_for_timeout(300)
    before = Axe().run(page, options={"runOnly": RULES})
    assert before.violations_count == 0, before.generate_report()
    judge(first_b(page))
    record(first_b(page))
    after = Axe().run(page, options={"runOnly": RULES})
    assert after.violations_count == 0, after.generate_report()
    page.close()


def test_findings_appear_when_all_four_standards_are_judged_and_recorded(chromium: Browser, made: Made) -> None:
    page = open_page(chromium, made.text)
    case = first_b(page)
    case.locator("button.open-all").click()
    assert case.locator("mark").count() == 0
    assert case.locator("ol.found").count() == 0
    case.locator("button.record").click()
    assert "Judge first: Child's voice" in case.locator(".record-status").inner_text()
    assert case.locator(".findings").is_hidden()
    judge(case)
    record(case)
    assert case.locator(".findings").is_visible()
    assert case.locator("input[type=radio]:enabled").count() == 0
    case_id = case.locator("form.audit").get_attribute("data-case") or ""
    lot = {d.get_attribute("data-note") for d in case.locator("details[data-blind]").all()}
    expected = [e for e in made.drawing.evidence[case_id] if e.note_id not in lot]
    assert case.locator("ol.found > li").count() == len(expected)
    marked = [m.inner_text() for m in case.locator("mark").all()]
    assert marked
    texts = made.drawing.texts or {}
    whole = "".join(n.text for (c, _), n in texts.items() if c == case_id)
    assert sum(m in whole for m in marked) >= 0.9 * len(marked)
    page.close()


def test_marks_stand_where_the_evidence_is(chromium: Browser, made: Made) -> None:
    page = open_page(chromium, made.text)
    case = first_b(page)
    judge(case)
    record(case)
    case_id = case.locator("form.audit").get_attribute("data-case") or ""
    texts = made.drawing.texts or {}
    for e in made.drawing.evidence[case_id]:
        note = case.locator(f'details[data-note="{e.note_id}"]')
        if note.get_attribute("data-blind") or e.source.startswith("model"):
            continue
        raw = texts[case_id, e.note_id].text[e.start : e.end]
        shown = "".join(note.locator("mark").evaluate_all("all => all.map(m => m.textContent)"))
        if raw.isascii():
            assert raw.split()[0] in shown
            assert raw.split()[-1] in shown
    page.close()


def test_notes_without_marks_stay_so_and_their_marks_are_saved(chromium: Browser, made: Made, tmp_path: Path) -> None:
    page = open_page(chromium, made.text)
    case = first_b(page, ":has(details[data-blind])")
    note = case.locator("details[data-blind]").first
    note.locator("summary").click()
    note.locator(".where").select_option(index=1)
    note.locator(".shows").select_option("AN1")
    note.get_by_role("button", name="Mark as evidence").click()
    note.locator(".read-blind").check()
    judge(case)
    record(case)
    assert note.locator("mark, ol.found, label.verdict").count() == 0
    assert note.locator(".missed select:enabled").count() == 0
    page.fill("#auditor", "QA1")
    (saved,) = read_saved(save(page, tmp_path / "v.json"))
    assert saved.protocol is not None
    assert saved.protocol.findings == "hidden"
    assert saved.protocol.blind_share == 0.1
    assert saved.protocol.blind_notes == (note.get_attribute("data-note"),)
    (seen,) = saved.protocol.seen
    assert (seen.dimension, seen.indicator) == ("analysis", "impact")
    assert saved.missed == []
    page.close()


def test_sentences_are_judged_before_the_findings_and_point_into_the_note(
    chromium: Browser, made: Made, tmp_path: Path
) -> None:
    page = open_page(chromium, made.text)
    case = first_b(page, ":has(details.sentences)")
    case.locator("details.sentences summary").click()
    item = case.locator(".sentences li").first
    item.get_by_label("Supervision").check()
    item.get_by_label("None of these").check()
    assert not item.get_by_label("Supervision").is_checked()
    item.get_by_label("Analysis").check()
    assert not item.get_by_label("None of these").is_checked()
    judge(case)
    record(case)
    assert item.locator("input:enabled").count() == 0
    page.fill("#auditor", "QA1")
    (saved,) = read_saved(save(page, tmp_path / "v.json"))
    assert saved.protocol is not None
    sentence = saved.protocol.sentences[0]
    assert sentence.standards == ["analysis"]
    raw = (made.drawing.texts or {})[saved.case_id, sentence.note_id].text[sentence.start : sentence.end]
    words = item.locator(".sentence").text_content() or ""
    assert raw.split()[0] == words.split()[0] or not raw.isascii()
    assert words not in (tmp_path / "v.json").read_text(encoding="utf-8")
    page.close()


def test_a_case_is_read_judged_recorded_and_saved_by_keyboard_alone(
    chromium: Browser, made: Made, tmp_path: Path
) -> None:
    page = open_page(chromium, made.text)
    press = page.keyboard.press
    press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the cases"
    press("Enter")
    press("Tab")
    assert page.evaluate("document.activeElement.id") == "auditor"
    page.keyboard.type("QA1")
    press("Tab")
    press("Space")
    press("Tab")
    lists = page.locator("section.case[data-list='B']")
    for _ in range(21):  # twenty of list A come first
        press("j")
    case = lists.first
    assert page.evaluate("document.activeElement.closest('section.case').dataset.list") == "B"
    press("n")
    assert case.locator("details.note").first.get_attribute("open") is not None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    press("r")
    assert "Judge first" in case.locator(".record-status").inner_text()
    for k, d in enumerate(DIMENSIONS):
        assert page.evaluate("document.activeElement.name").endswith(d)
        press("Space")
        press("ArrowDown")  # partly met
        if k + 1 < len(DIMENSIONS):
            press("Tab")
    press("r")
    if case.locator("button.record").is_visible():
        assert "Press once more" in case.locator(".record-status").inner_text()
        press("r")
    case.locator(".findings:focus").wait_for()
    assert page.evaluate("document.activeElement.className") == "findings"
    marked = case.locator("details.note:not([data-blind])", has=page.locator("ol.found")).first
    if marked.get_attribute("open") is None:
        marked.locator("summary").focus()
        press("Enter")
    verdict = marked.locator("label.verdict select").first
    verdict.wait_for()
    verdict.focus()
    page.keyboard.type("agree")
    page.locator("#save").focus()
    with page.expect_download() as download:
        press("Enter")
    download.value.save_as(tmp_path / "v.json")
    (saved,) = read_saved(tmp_path / "v.json")
    assert set(saved.dimensions.values()) == {"partly_met"}
    assert [s.verdict for s in saved.spans] == ["agree"]
    known = {key_of(e): e.source for e in made.drawing.evidence[saved.case_id]}
    assert {s.key(saved.case_id): s.source for s in saved.spans}.items() <= known.items()
    told = json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))
    assert told["sample"]["seed"] == "browser"
    page.close()


def judgements(path: Path) -> list[dict[str, Any]]:
    """What a saved file says of cases, apart from the order of what was marked."""
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["auditor"] == "QA1"
    verdicts: list[dict[str, Any]] = told["verdicts"]
    return verdicts


def test_a_saved_file_is_gone_on_from_and_saves_the_same_again(chromium: Browser, made: Made, tmp_path: Path) -> None:
    page = open_page(chromium, made.text)
    case = first_b(page, ":has(details[data-blind]):has(details.sentences)")
    blind = case.locator("details[data-blind]").first
    blind.locator("summary").click()
    blind.locator(".where").select_option(index=1)
    blind.locator(".shows").select_option("AN1")
    blind.get_by_role("button", name="Mark as evidence").click()
    blind.locator(".read-blind").check()
    case.locator("details.sentences summary").click()
    case.locator(".sentences li").first.get_by_label("Analysis").check()
    judge(case)
    case.locator("textarea").fill("thin after March")
    record(case)
    note = case.locator("details.note:not([data-blind])", has=page.locator("ol.found")).first
    note.locator("summary").click()
    note.locator("label.verdict select").first.select_option("planned")
    note.locator(".missed .where").select_option(index=2)
    note.locator(".missed .shows").select_option("SU1")
    note.get_by_role("button", name="Mark as missed").click()
    waiting = page.locator('section.case[data-list="B"]:not([data-revealed])').first
    waiting.locator('input[name$="-supervision"][value="not_met"]').check()
    listed = page.locator('section.case:not([data-list="B"])').first
    listed.locator('input[name$="-analysis"][value="met"]').check()
    page.fill("#auditor", "QA1")
    first = save(page, tmp_path / "first.json")
    page.close()

    page = open_page(chromium, made.text)
    page.locator("#load").set_input_files(first)
    page.get_by_text("Went on from the file: 3 cases.").wait_for()
    assert judgements(save(page, tmp_path / "again.json")) == judgements(first)
    assert page.locator("section.case[data-revealed]").count() == 1
    again = first_b(page, "[data-revealed]")
    assert again.locator("input[type=radio]:enabled").count() == 0
    assert again.locator(".findings").is_visible()
    assert again.locator(".missed:not([data-arm]) li").count() == 1
    # What is judged on the page stays when the file is loaded once more.
    second = page.locator('section.case[data-list="B"]:not([data-revealed])').first
    second.locator('input[name$="-supervision"][value="met"]').check()
    page.locator("#load").set_input_files(first)
    page.get_by_text("Left as judged on this page: 3 cases").wait_for()
    assert second.locator('input[name$="-supervision"][value="met"]').is_checked()
    page.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "shopping list"}, "not saved by a report"),
        ({"input_sha256": "0" * 64}, "another export"),
        ({"sample": {"seed": "other"}}, "another sample"),
        ({"sample": {"auditor": 2}}, "another auditor's file"),
        ({"sample": None}, "another sample, or of another kind of report"),
        ({"auditor": "QA2"}, "another auditor than you typed"),
        ({"verdicts": [{"case_id": 1}]}, "damaged"),
        (None, "not saved by a report"),
    ],
)
def test_a_file_that_is_not_of_this_report_is_refused(
    chromium: Browser, made: Made, tmp_path: Path, change: dict[str, Any] | None, words: str
) -> None:
    page = open_page(chromium, made.no_text)
    judge(page.locator("section.case").first)
    page.fill("#auditor", "QA1")
    told = json.loads(save(page, tmp_path / "v.json").read_text(encoding="utf-8"))
    page.reload()
    page.fill("#auditor", "QA1")
    for key, value in (change or {}).items():
        told[key] = {**told[key], **value} if isinstance(value, dict) else value
    (tmp_path / "v.json").write_text(json.dumps(told) if change else "no JSON", encoding="utf-8")
    page.locator("#load").set_input_files(tmp_path / "v.json")
    page.get_by_text("This file cannot be used here").wait_for()
    assert words in page.locator("#load-status").inner_text()
    assert page.locator("input[type=radio]:checked").count() == 0
    page.close()


def test_the_machines_view_of_the_frame_appears_when_all_of_list_b_is_recorded(chromium: Browser, made: Made) -> None:
    page = open_page(chromium, made.no_text)
    page.evaluate(
        "document.querySelectorAll('section.case[data-list=B]').forEach((s, k) => { if (k > 1) s.remove(); })"
    )
    for k in range(2):
        assert page.locator("#t-summary").count() == 0
        case = page.locator('section.case[data-list="B"]').nth(k)
        judge(case)
        record(case)
    page.locator("#t-summary").wait_for()
    assert page.locator("#t-summary tbody tr").count() == len(DIMENSIONS)
    page.close()


def test_single_keys_do_nothing_until_asked_for(chromium: Browser, made: Made) -> None:
    page = open_page(chromium, made.text)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.close()


def test_the_frame_can_be_had_as_csv_and_json(chromium: Browser, made: Made, tmp_path: Path) -> None:
    page = open_page(chromium, made.no_text)
    for kind in ("csv", "json"):
        with page.expect_download() as download:
            page.locator(f'button[data-twin="{kind}"]').click()
        download.value.save_as(tmp_path / f"frame.{kind}")
    assert len((tmp_path / "frame.csv").read_text(encoding="utf-8").splitlines()) == 5001
    assert len(json.loads((tmp_path / "frame.json").read_text(encoding="utf-8"))["rows"]) == 5000
    page.close()


def test_print_opens_notes_and_leaves_list_b_without_findings(chromium: Browser, made: Made) -> None:
    page = open_page(chromium, made.text)
    page.evaluate("document.querySelectorAll('section.case').forEach((s, k) => { if (k < 19 || k > 21) s.remove(); })")
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    case = first_b(page)
    assert case.locator("details.note[open]").count() == case.locator("details.note").count()
    assert case.locator("button.record").is_hidden()
    assert case.locator("mark").count() == 0
    page.close()


def test_everything_but_judging_can_be_read_without_javascript(chromium: Browser, made: Made) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(made.text.as_uri())
    first_b(page).locator("details.note summary").first.click()
    assert first_b(page).locator("details.note .text").first.is_visible()
    assert first_b(page).locator("button.record").is_hidden()
    assert page.locator("noscript").count() == 1
    context.close()


def test_narrow_screens_do_not_scroll_sideways(chromium: Browser, made: Made) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(made.text.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # Each case of list A is a block; its table does not scroll sideways within its frame either.
    wide = "document.querySelector('#t-list_a').closest('.scroll')"
    assert page.evaluate(f"{wide}.scrollWidth <= {wide}.clientWidth")
    page.close()
