"""Documentation keeps up: every command, option, setting, rule key, kind and error is told of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

from analyser.cli.app import app
from analyser.errors import CATALOGUE
from analyser.ingest import load_profile
from analyser.privacy.gate import TYPES
from analyser.rules_engine.schema import Match, Rule, Where
from analyser.settings import Settings
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = {path.name: path.read_text(encoding="utf-8") for path in [*ROOT.glob("docs/*.md"), ROOT / "README.md"]}


def _commands(command: object, path: str) -> Iterator[tuple[str, list[str]]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, [o for p in getattr(command, "params", []) for o in p.opts if o.startswith("--")]
        return
    for name, child in inner.items():
        yield from _commands(child, f"{path} {name}".strip())


def test_every_command_and_option_is_told_of() -> None:
    text = DOCS["commands.md"]
    for path, options in _commands(typer.main.get_command(app), ""):
        assert path in text, path
        assert [o for o in options if o not in text] == [], path


def test_every_setting_is_told_of_with_its_default() -> None:
    for name, setting in Settings.model_fields.items():
        assert re.search(rf"\| `CRA_{name.upper()}` \| {setting.default} \|", DOCS["commands.md"]), name


def test_every_rule_key_is_told_of() -> None:
    text = DOCS["rules.md"]
    for model in (Rule, Where, Match):
        assert [k for k in model.model_fields if not re.search(rf"\b{k}:", text)] == []


def test_every_type_of_identifier_and_every_column_is_told_of() -> None:
    assert [t for t in TYPES if t not in DOCS["privacy.md"]] == []
    fields = "case_id note_id occurred_at recorded_at note_type author_role team plan_type age text".split()
    assert [f for f in fields if f not in DOCS["exports.md"]] == []
    assert load_profile("generic").name == "generic"


def test_messages_say_what_happened_in_one_sentence_or_two() -> None:
    for code, sentence in CATALOGUE.items():
        assert sentence.endswith("."), code
        assert len(sentence) < 260, code


def test_links_in_documents_lead_somewhere() -> None:
    for path in [
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("docs/decisions/*.md"),
        ROOT / "README.md",
        ROOT / "corpora/DATASHEET.md",
    ]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_decisions_say_what_was_decided_and_why() -> None:
    for path in ROOT.glob("docs/decisions/*.md"):
        text = path.read_text(encoding="utf-8")
        assert re.search(r"\*\*Decision\.\*\*", text), path.name
        assert re.search(r"\*\*(Problem|Why)[^*]*\*\*", text), path.name
