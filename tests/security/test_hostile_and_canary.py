"""Hostile input does no harm, and note text goes nowhere it need not go."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

CANARY = "the zebra keeps seven marmalade umbrellas"
HOSTILE = [
    '<script>alert(1)</script><img src=x onerror=alert(2)>Child A said "I want to go home" <b onmouseover=alert(3)>now</b>.',
    "\u202eChild A was seen\u202c alone.\u200b\x07\x1b[31m Done.",
    "</script><script>alert(4)</script> Child A told me that she hates it. </textarea></style>",
    "{{ 7*7 }} {% raw %} Child A was seen at school.",
    "=cmd|' /C calc'!A0 Child A was seen.",
    "Child A was seen. " + "a" * 1_000_000,
    'Child A said "' + "\\" * 300 + '" ]]> <![CDATA[ &lt;script&gt; ',
    "😀 emoji, İstanbul, ﬁne. Child A smiled at me.",
]


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyser", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(env or {})},
    )


def write_export(path: Path, texts: list[str]) -> Path:
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case_id", "note_id", "occurred_at", "note_type", "author_role", "team", "text"])
        for k, text in enumerate(texts):
            writer.writerow(
                [f"=C{k % 2}+1", f"@N{k}", f"2025-01-{k + 1:02d}", "=HYPERLINK(1)", "-Social worker", "+Team", text]
            )
    return path


class _Collector(HTMLParser):
    """Elements and attributes of a page, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(k, v or "") for k, v in attrs]


@pytest.fixture(scope="module")
def hostile_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    done = run(
        "scan", str(write_export(folder / "a.csv", HOSTILE)), "--out", str(folder / "out"), "--on-identifiers", "warn"
    )
    assert done.returncode == 0, done.stderr
    return folder / "out"


def test_hostile_text_scans_to_the_end(hostile_out: Path) -> None:
    ran = json.loads((hostile_out / "run.json").read_text())
    assert (ran["rows_read"], ran["rows_rejected"], ran["notes_analysed"]) == (8, 0, 8)


def test_hostile_text_reaches_the_report_escaped(hostile_out: Path) -> None:
    html = (hostile_out / "report.html").read_text(encoding="utf-8")
    page = _Collector()
    page.feed(html)
    assert page.tags.count("script") == 2
    assert "img" not in page.tags
    assert not [a for a, _ in page.attributes if a.startswith("on") or a == "style"]
    assert not [v for a, v in page.attributes if a in {"src", "href", "action"} and not v.startswith("#")]
    assert not re.search(r"https?://|url\(", html.replace("http://www.w3.org/2000/svg", ""))
    assert "default-src 'none'" in html
    assert not set("\u202e\u202c\u200b\x07\x1b") & set(html)
    assert "7*7 }}" in html


def test_csv_outputs_hold_no_live_formulas(hostile_out: Path) -> None:
    for name in ("notes.csv", "cases.csv", "teams.csv", "rejected.csv"):
        with (hostile_out / name).open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert not [
                    c for c in row if c and (c[0] in "=@\t\r" or (c[0] in "+-" and not re.fullmatch(r"[+-]?[\d.]+", c)))
                ], name


def test_offsets_of_hostile_notes_lie_inside_them(hostile_out: Path) -> None:
    lines = (hostile_out / "evidence.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines
    for line in lines:
        e = json.loads(line)
        text = HOSTILE[int(e["note_id"].removeprefix("@N"))]
        assert 0 <= e["start"] < e["end"] <= len(text)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.xlsx", b"PK\x03\x04zip"), ("a.csv", b""), ("a.csv", b"\x00\x00\x00"), ("a.jsonl", b"\xff\xfe")],
)
def test_an_unusable_file_ends_with_two_and_leaves_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    done = run("scan", str(tmp_path / name), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stderr.startswith("[CRA-")
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list((tmp_path / "out").glob("*"))


def test_note_text_is_in_the_report_and_nowhere_else(tmp_path: Path) -> None:
    """The canary: a sentence in every text is looked for in all outputs, logs and temporary files."""
    texts = [f"Child A was seen at home and told me that {CANARY}." for _ in range(3)] + ["<p>&nbsp;</p>", ""]
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    export = write_export(tmp_path / "a.csv", texts)
    done = run(
        "scan", str(export), "--out", str(tmp_path / "out"), env={"TMPDIR": str(temporary), "CRA_LOG_LEVEL": "debug"}
    )
    assert done.returncode == 0, done.stderr
    assert CANARY not in done.stdout + done.stderr
    holders = [p.name for p in (tmp_path / "out").iterdir() if CANARY.encode() in p.read_bytes()]
    assert holders == ["report.html"]
    assert not list(temporary.rglob("*"))
    done = run("report", str(tmp_path / "out"), "--no-text")
    assert done.returncode == 0, done.stderr
    assert CANARY not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8") + done.stdout + done.stderr


@pytest.mark.parametrize(
    "bad", [f"C1,N1,{CANARY},x", f",N1,2025-01-01,{CANARY}", f"C1,N1,2025-01-01,{CANARY},{CANARY}"]
)
def test_rejections_and_errors_repeat_no_text(tmp_path: Path, bad: str) -> None:
    (tmp_path / "a.csv").write_text(
        "case_id,note_id,occurred_at,text\nC1,N0,2025-01-01,Child A was seen.\n" + bad + "\n"
    )
    done = run("scan", str(tmp_path / "a.csv"), "--out", str(tmp_path / "out"))
    assert done.returncode == 0
    assert CANARY not in done.stdout + done.stderr + (tmp_path / "out" / "rejected.csv").read_text()


def test_identifiers_are_counted_and_never_repeated(tmp_path: Path) -> None:
    secret = "07700 900123"
    (tmp_path / "a.csv").write_text(f"case_id,note_id,occurred_at,text\nC1,N1,2025-01-01,Rang mum on {secret} today.\n")
    done = run("scan", str(tmp_path / "a.csv"), "--out", str(tmp_path / "out"))
    assert done.returncode == 3
    assert "1 telephone number" in done.stderr
    assert secret not in done.stdout + done.stderr
    assert not (tmp_path / "out" / "run.json").exists()
    done = run("scan", str(tmp_path / "a.csv"), "--out", str(tmp_path / "out"), "--on-identifiers", "redact")
    assert done.returncode == 0
    for path in (tmp_path / "out").iterdir():
        assert secret.encode() not in path.read_bytes(), path.name
    spans = tmp_path / "spans.jsonl"
    run("privacy", "check", str(tmp_path / "a.csv"), "--spans", str(spans))
    (line,) = spans.read_text().splitlines()
    found = json.loads(line)
    assert set(found) == {"note_id", "start", "end", "type", "score"}
    assert (found["type"], found["start"], found["end"]) == ("PHONE", 12, 24)


def test_a_scan_that_fails_leaves_the_earlier_result_alone(tmp_path: Path) -> None:
    export = tmp_path / "a.csv"
    export.write_text("case_id,note_id,occurred_at,text\nC1,N1,2025-01-01,Child A was seen.\n")
    assert run("scan", str(export), "--out", str(tmp_path / "out")).returncode == 0
    before = (tmp_path / "out" / "run.json").read_bytes()
    export.write_text("case_id,note_id,occurred_at,text\n,,,\n")
    assert run("scan", str(export), "--out", str(tmp_path / "out")).returncode == 2
    assert (tmp_path / "out" / "run.json").read_bytes() == before
    assert not list((tmp_path / "out").glob(".partial-*"))


def test_a_folder_with_other_files_is_not_written_into(tmp_path: Path) -> None:
    export = tmp_path / "a.csv"
    export.write_text("case_id,note_id,occurred_at,text\nC1,N1,2025-01-01,Child A was seen.\n")
    done = run("scan", str(export), "--out", str(tmp_path))
    assert done.returncode == 2
    assert "CRA-5004" in done.stderr


def test_bug_the_runtime_of_models_sends_and_leaves_nothing(tmp_path: Path) -> None:
    code = "from analyser import Analyser; Analyser(tier='standard').analyse('I saw Child A alone.')"
    env = {**os.environ, "TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    env.pop("ORT_DISABLE_TELEMETRY", None)
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert list(tmp_path.rglob("*")) == []
