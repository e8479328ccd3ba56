"""Exports that broke on the way: what cannot be a row is refused in plain words, and its text stays where it was."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from analyser.contracts import Note, Rejected
from analyser.errors import InputError
from analyser.ingest import load_profile, open_export
from analyser.ingest.unclosed import NEVER_CLOSED, SWALLOWED, SWALLOWS

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "case_id,note_id,occurred_at,text\n"


def rows(path: Path) -> list[Note | Rejected]:
    return list(open_export(path, load_profile("generic")).rows())


def reasons(path: Path, body: str) -> list[str]:
    path.write_text(HEADER + body, encoding="utf-8")
    return [item.reason if isinstance(item, Rejected) else "" for item in rows(path)]


def others(count: int) -> str:
    return "".join(f"C{k},N{k},2024-03-{k % 28 + 1:02d},Child A was seen.\n" for k in range(2, count + 2))


def test_bug_a_quote_that_is_never_closed_swallows_the_rest_of_the_file(tmp_path: Path) -> None:
    found = reasons(tmp_path / "a.csv", 'C1,N0,2024-03-01,Seen.\nC1,N1,2024-03-02,"never closed\n' + others(200))
    assert found == ["", NEVER_CLOSED] + [SWALLOWED] * 200


def test_bug_a_quote_that_the_next_quote_closes_swallows_the_rows_between(tmp_path: Path) -> None:
    body = (
        'C1,N1,2024-03-02,"never closed\n' + others(3) + 'C8,N8,2024-03-08,"He said, ""no""."\nC9,N9,2024-03-09,Seen.\n'
    )
    assert reasons(tmp_path / "a.csv", body) == [SWALLOWS] + [SWALLOWED] * 4 + [""]


def test_notes_with_many_lines_and_commas_swallow_nothing(tmp_path: Path) -> None:
    text = "Seen: mum, dad, nan, dog\n4,5,2,fine\nOn 2024-03-02, at 3, she came, alone\n"
    assert reasons(tmp_path / "a.csv", f'C1,N1,2024-03-02,"{text}"\nC2,N2,2024-03-02,"Last, with ""quotes"""') == [
        "",
        "",
    ]


@pytest.mark.parametrize(
    "first", ["C1,N1,2024-03-01,zebra quartz lantern she said.", "C1,N1,soon,zebra quartz lantern"]
)
def test_bug_a_file_without_a_heading_prints_cells_of_its_first_row(tmp_path: Path, first: str) -> None:
    (tmp_path / "a.csv").write_text(first + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        rows(tmp_path / "a.csv")
    assert "zebra" not in str(caught.value)
    assert "it has: 4 columns, and its first row does not look like a heading" in str(caught.value)


def test_bug_rejected_rows_copy_text_that_slipped_into_the_columns_of_ids(tmp_path: Path) -> None:
    body = "C1,N1,2024-03-02,She said\nthe zebra was there, at 3 o'clock, fine\nzebra,quartz\nC2,N2,soon,Seen.\n"
    (tmp_path / "a.csv").write_text(HEADER + body, encoding="utf-8")
    found = [r for r in rows(tmp_path / "a.csv") if isinstance(r, Rejected)]
    assert [(r.case_id, r.note_id) for r in found] == [("", ""), ("", ""), ("C2", "N2")]


@pytest.mark.parametrize(
    ("case_id", "note_id", "reason"),
    [
        ("C" * 201, "N1", "the case or person id is longer than 200 characters"),
        ("C1", "N" * 201, "the note id is longer than 200 characters"),
        ("C\x1b[31m1", "N1", "the case or person id holds line breaks or invisible characters"),
        ("C1", "N\n1", "the note id holds line breaks or invisible characters"),
        ("C\u202e1", "N1", "the case or person id holds line breaks or invisible characters"),
        ("C\ud8001", "N1", "the case or person id holds half a character"),
        (["C1"], "N1", "the case or person id is no text but a list, an object or the like"),
    ],
)
def test_bug_ids_that_cannot_be_shown_are_accepted(tmp_path: Path, case_id: object, note_id: str, reason: str) -> None:
    row = {"case_id": case_id, "note_id": note_id, "occurred_at": "2024-03-02", "text": "Seen."}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (item,) = rows(tmp_path / "a.jsonl")
    assert isinstance(item, Rejected)
    assert item.reason == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Seen \ud800.", "the text holds half a character"),
        (["Seen."], "the text is no text but a list, an object or the like"),
        ({"a": "Seen."}, "the text is no text but a list, an object or the like"),
        (True, "the text is no text but a list, an object or the like"),
    ],
)
def test_bug_cells_that_are_no_text_are_analysed(tmp_path: Path, text: object, reason: str) -> None:
    row = {"case_id": "C1", "note_id": "N1", "occurred_at": "2024-03-02", "text": text}
    good = {**row, "note_id": "N2", "text": "Seen."}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n" + json.dumps(good) + "\n", encoding="utf-8")
    bad, note = rows(tmp_path / "a.jsonl")
    assert isinstance(bad, Rejected)
    assert bad.reason == reason
    assert isinstance(note, Note)


def test_bug_a_number_of_many_digits_ends_the_reading_of_json_lines(tmp_path: Path) -> None:
    good = '{"case_id": "C1", "note_id": "N1", "occurred_at": "2024-03-02", "text": "Seen."}\n'
    (tmp_path / "a.jsonl").write_text(good + '{"case_id": ' + "9" * 5000 + "}\n", encoding="utf-8")
    note, bad = rows(tmp_path / "a.jsonl")
    assert isinstance(note, Note)
    assert isinstance(bad, Rejected)


def test_bug_the_first_of_two_columns_with_one_heading_is_read_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("case_id,note_id,occurred_at,text,Text \nC1,N1,2024-03-02,Seen.,x\n")
    with pytest.raises(InputError, match="2 columns that are called text") as caught:
        rows(tmp_path / "a.csv")
    assert caught.value.code == "CRA-1011"
    (tmp_path / "b.csv").write_text("case_id,note_id,occurred_at,text,etl,etl\nC1,N1,2024-03-02,Seen.,x,y\n")
    assert isinstance(rows(tmp_path / "b.csv")[0], Note)


def test_bug_a_date_in_the_future_makes_years_without_a_note(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    body = "C1,N1,2099-03-02,2024-03-02,Seen.\nC1,N2,2099-03-02,,Seen.\nC1,N3,2024-03-01,,Seen.\n"
    path.write_text("case_id,note_id,occurred_at,recorded_at,text\n" + body, encoding="utf-8")
    export = open_export(path, load_profile("generic"))
    first, second, third = export.rows()
    assert isinstance(first, Note)
    assert first.when is not None
    assert (first.occurred_at, first.when.year) == (None, 2024)
    assert isinstance(second, Rejected)
    assert second.reason == "no date but one in the future"
    assert isinstance(third, Note)
    assert export.future_dates == 1


def test_bug_a_path_of_three_hundred_letters_ends_with_a_complaint_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        open_export(tmp_path / ("x" * 300 + ".csv"), load_profile("generic"))
    assert caught.value.code == "CRA-1001"


def workbook(path: Path, *added: list[object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["case_id", "note_id", "occurred_at", "text"])
    for cells in added:
        sheet.append(cells)
    book.save(path)
    return path


def test_bug_a_workbook_of_empty_rows_is_read_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyser.ingest.xlsx._MOST_EMPTY_ROWS", 50)
    few = workbook(
        tmp_path / "a.xlsx", ["C1", "N1", "2024-03-02", "Seen."], *[[]] * 20, ["C1", "N2", "2024-03-02", "x"]
    )
    assert len(rows(few)) == 2
    many = workbook(tmp_path / "b.xlsx", ["C1", "N1", "2024-03-02", "Seen."])
    repack(many, "xl/worksheets/sheet1.xml", b'ref="A1:D2"', b'ref="A1:D60000000"')
    repack(many, "xl/worksheets/sheet1.xml", b"</sheetData>", b"<row/>" * 60 + b"</sheetData>")
    with pytest.raises(InputError, match="a million of its rows are empty"):
        rows(many)


def test_bug_a_cell_of_a_workbook_has_no_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyser.ingest.xlsx.LONGEST_CELL", 5000)
    monkeypatch.setattr("analyser.ingest.xlsx._BLOCK", 1000)
    assert len(rows(workbook(tmp_path / "a.xlsx", ["C1", "N1", "2024-03-02", "a" * 4000]))) == 1
    with pytest.raises(InputError, match="a cell of more than 64 MB"):
        rows(workbook(tmp_path / "b.xlsx", ["C1", "N1", "2024-03-02", "a" * 7000]))


def test_bug_a_workbook_may_declare_entities_that_unfold_in_each_other(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["C1", "N1", "2024-03-02", "Seen."])
    repack(
        path,
        "xl/worksheets/sheet1.xml",
        b"<worksheet",
        b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><worksheet',
    )
    with pytest.raises(InputError, match="declares XML entities"):
        rows(path)


def repack(path: Path, part: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
