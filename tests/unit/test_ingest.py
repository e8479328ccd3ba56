"""Reading exports: every row ends as a note or as a rejection with its reason."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest

from analyser.contracts import Note, Rejected
from analyser.errors import InputError
from analyser.ingest import load_profile, open_export, profile_names
from analyser.ingest.dates import read_date

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "case_id,note_id,occurred_at,text\n"


def rows(path: Path, profile: str = "generic") -> list[Note | Rejected]:
    export = open_export(path, load_profile(profile))
    found = list(export.rows())
    assert export.rows_read == len(found)
    return found


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_real_exports_are_read(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.csv", HEADER + "C1,N1,2024-03-04,She said “café” – fine\r\n", encoding)
    (note,) = rows(path)
    assert isinstance(note, Note)
    assert note.text == "She said “café” – fine"


def test_one_damaged_byte_does_not_turn_utf8_into_something_else(tmp_path: Path) -> None:
    body = (
        (HEADER + "C1,N1,2024-03-04,café and crèche\nC1,N2,2024-03-05,naïve X fiancé\n").encode().replace(b"X", b"\xff")
    )
    (tmp_path / "a.csv").write_bytes(body)
    first, second = rows(tmp_path / "a.csv")
    assert isinstance(first, Note)
    assert isinstance(second, Note)
    assert (first.text, second.text) == ("café and crèche", "naïve \ufffd fiancé")


def test_quoted_line_breaks_and_foreign_columns_are_kept_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'case_id,note_id,occurred_at,text,etl\nC1,N1,2024-03-04,"one\r\ntwo, three",x\n')
    (note,) = rows(path)
    assert isinstance(note, Note)
    assert note.text == "one\r\ntwo, three"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    text = (
        delimiter.join(["case_id", "note_id", "occurred_at", "text"])
        + "\n"
        + delimiter.join(["C1", "N1", "2024-03-04", "Seen."])
    )
    (note,) = rows(write(tmp_path / "a.csv", text))
    assert isinstance(note, Note)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",N1,2024-03-04,Seen.", "no case or person id"),
        ("C1,,2024-03-04,Seen.", "no note id"),
        ("C1,N1,2024-03-04,", "no text"),
        ("C1,N1,2024-03-04,<p>&nbsp;</p><br/>", "the text is only markup or invisible characters"),
        ("C1,N1,31/02/2024,Seen.", "the event date does not exist"),
        ("C1,N1,2024-02-31,Seen.", "the event date does not exist"),
        ("C1,N1,soon,Seen.", "the event date is not a date that can be read"),
        ("C1,N1,1066-10-14,Seen.", "the event date is outside 1990 to 2100"),
        ("C1,N1,,Seen.", "no date"),
        ("C1,N1,2024-03-04,Seen.,extra", "the row has more cells than the heading"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_the_next_goes_on(tmp_path: Path, row: str, reason: str) -> None:
    first, second = rows(write(tmp_path / "a.csv", HEADER + row + "\nC2,N2,2024-03-05,Seen.\n"))
    assert isinstance(first, Rejected)
    assert (first.row, first.reason) == (2, reason)
    assert isinstance(second, Note)


def test_a_note_id_used_twice_is_rejected_but_a_copy_to_a_sibling_is_kept(tmp_path: Path) -> None:
    body = "C1,N1,2024-03-04,Seen.\nC1,N1,2024-03-04,Other.\nC2,N1,2024-03-04,Seen.\nC1,N1,2024-03-04,Seen.\n"
    a, b, c, d = rows(write(tmp_path / "a.csv", HEADER + body))
    assert isinstance(a, Note)
    assert isinstance(b, Rejected)
    assert "different text" in b.reason
    assert isinstance(c, Note)
    assert isinstance(d, Rejected)
    assert "stands in row 2 already" in d.reason


def test_xlsx_with_date_cells_numbers_and_an_empty_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (
        ["case_id", "note_id", "occurred_at", "text"],
        ["C1", 7, datetime(2024, 3, 4, 10), "Seen."],
        [],
        ["C1", 8.0, "05/03/2024", "Seen."],
    ):
        sheet.append(cells)
    book.create_sheet("Notes to self").append(["just one cell"])
    book.save(tmp_path / "a.xlsx")
    first, second = rows(tmp_path / "a.xlsx")
    assert isinstance(first, Note)
    assert isinstance(second, Note)
    assert (first.note_id, second.note_id, second.row) == ("7", "8", 4)
    assert second.occurred_at == datetime(2024, 3, 5)


def test_parquet_and_json_lines(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"case_id": ["C1"], "note_id": ["N1"], "occurred_at": [pd.Timestamp("2024-03-04")], "text": ["Seen."]}
    )
    frame.to_parquet(tmp_path / "a.parquet")
    assert isinstance(rows(tmp_path / "a.parquet")[0], Note)
    good = json.dumps({"case_id": "C1", "note_id": "N1", "occurred_at": "2024-03-04T10:00Z", "text": "Seen."})
    path = write(tmp_path / "a.jsonl", good + '\n{"case_id": "C1", broken\n[1]\n')
    note, broken, listed = rows(path)
    assert isinstance(note, Note)
    assert isinstance(broken, Rejected)
    assert isinstance(listed, Rejected)
    assert (broken.row, broken.reason) == (2, "the line is not valid JSON")
    assert listed.reason == "the line is not a JSON object"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("04/03/2024", datetime(2024, 3, 4)),
        ("4/3/24", datetime(2024, 3, 4)),
        ("04/03/2024 14:05", datetime(2024, 3, 4, 14, 5)),
        ("04-03-2024 2:05 pm", datetime(2024, 3, 4, 14, 5)),
        ("2024-03-04 14:05:06", datetime(2024, 3, 4, 14, 5, 6)),
        ("2024-07-04T14:05Z", datetime(2024, 7, 4, 15, 5)),
        ("4 March 2024", datetime(2024, 3, 4)),
        ("Mon 4 Mar 2024 at 9:30", datetime(2024, 3, 4, 9, 30)),
        ("45355", datetime(2024, 3, 4)),
        ("", None),
        (None, None),
    ],
)
def test_dates_as_exports_write_them(value: object, expected: datetime | None) -> None:
    assert read_date(value) == expected


def test_month_first_where_the_profile_says_so() -> None:
    assert read_date("03/04/2024", day_first=False) == datetime(2024, 3, 4)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("missing.csv", None, "CRA-1001"),
        ("empty.csv", b"", "CRA-1002"),
        ("notes.docx", b"x", "CRA-1003"),
        ("zip.xlsx", b"PK\x05\x06" + b"\x00" * 18, "CRA-1004"),
        ("text.xlsx", b"case_id,note_id\n", "CRA-1004"),
        ("list.json", b'[{"case_id": 1}]', "CRA-1004"),
        ("bad.parquet", b"PAR1", "CRA-1004"),
        ("workbook.csv", b"PK\x03\x04rest", "CRA-1004"),
        ("columns.csv", b"id,body\n1,x\n", "CRA-1005"),
    ],
)
def test_an_unusable_file_stops_with_one_coded_sentence(
    tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        open_export(tmp_path / name, load_profile("generic"))
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


def test_a_missing_column_names_what_is_there_and_what_to_do(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "case_id,note_id,occurred_at,body\n")
    with pytest.raises(InputError, match=r"no column text.*it has: case_id, note_id, occurred_at, body.*--profile"):
        open_export(path, load_profile("generic"))


def test_an_unknown_profile_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="eclipse, generic, liquidlogic, mosaic"):
        load_profile("paris")


def test_a_local_profile_maps_columns_types_and_roles(tmp_path: Path) -> None:
    profile = tmp_path / "mine.yaml"
    profile.write_text(
        "name: mine\nday_first: true\ncolumns: {case_id: [PID], note_id: [NID], occurred_at: [WHEN], text: [BODY], note_type: [T], author_role: [R]}\n"
        "note_types: {Y: Supervision of worker}\nauthor_roles: {N: Team Manager}\n"
    )
    path = write(tmp_path / "a.csv", "PID,NID,WHEN,BODY,T,R\n1,2,04/03/2024,Seen.,Y,N\n")
    (note,) = list(open_export(path, load_profile(str(profile))).rows())
    assert isinstance(note, Note)
    assert (note.note_type, note.kind, note.author) == ("Supervision of worker", "supervision", "manager")


@pytest.mark.parametrize(
    "text",
    [
        "columns: [",
        "name: x\ncolumns: {case_id: [a]}",
        "name: x\ncolour: red\ncolumns: {case_id: [a], note_id: [b], text: [c]}",
    ],
)
def test_a_faulty_profile_says_what_is_wrong(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        load_profile(str(tmp_path / "p.yaml"))
    assert caught.value.code == "CRA-1007"


def test_codes_that_yaml_would_take_for_truth_values_stay_words() -> None:
    """A type code such as Y or NO is a code; YAML 1.1 would make a boolean of it."""
    assert all(isinstance(code, str) for name in profile_names() for code in load_profile(name).note_types)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Home visit - announced", "visit"), ("Case supervision", "supervision"), ("Contact supervision record", "contact_session"),
        ("Mgmt oversight", "management"), ("Supervision Order review", "review"), ("CP Conference", "review"), ("Core Group", "meeting"),
        ("Strategy discussion", "strategy"), ("Legal gateway panel", "panel"), ("Return home interview", "missing"), ("E-mail in", "email"),
        ("T/C", "call"), ("C&F assessment", "assessment"), ("Something else", "other"),
    ],
)  # fmt: skip
def test_kinds_of_note_by_name(name: str, kind: str) -> None:
    assert load_profile("generic").kind_of_note(name) == kind


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("Social Worker (SW3)", "worker"), ("Team Manager (TM1)", "manager"), ("IRO2", "independent"), ("Consultant Social Worker", "senior_practitioner"),
        ("Contact supervisor", "contact_worker"), ("Panel administrator", "panel"), ("Health Visitor", "other_professional"), ("", "unknown"),
    ],
)  # fmt: skip
def test_kinds_of_author_by_role(role: str, kind: str) -> None:
    assert load_profile("generic").kind_of_author(role) == kind


def test_shared_exports_reject_what_their_manifest_says(shared: Path) -> None:
    manifest = json.loads((shared / "exports" / "MANIFEST.json").read_text())
    for name, profile in (
        ("generic.csv", "generic"),
        ("liquidlogic.csv", "liquidlogic"),
        ("mosaic.xlsx", "mosaic"),
        ("eclipse.jsonl", "eclipse"),
    ):
        found = rows(shared / "exports" / name, profile)
        rejected = [r for r in found if isinstance(r, Rejected)]
        assert (len(found), len(rejected)) == (manifest[name]["rows"], manifest[name]["rejected"]), name
        ids = {str(f["id"]) for f in manifest[name].get("faults", []) if f.get("id")}
        assert ids <= {r.note_id for r in rejected}
