"""The gate on a set written for it: what share it finds, and how often it cries wolf on properly anonymised notes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from analyser.privacy.gate import find_identifiers
from tests.conftest import ROOT
from tests.golden.privacy_set import FOLDER, NAMES, PATTERN_LIKE, UNSEEN, filled, found_by_kind, lines

if TYPE_CHECKING:
    from pathlib import Path

SETS = pytest.mark.parametrize("folder", [FOLDER, UNSEEN], ids=["improved_on", "unseen"])


def _share(found: dict[str, tuple[int, int]], kinds: tuple[str, ...]) -> float:
    return sum(found[k][0] for k in kinds) / sum(found[k][1] for k in kinds)


@SETS
def test_gate_finds_identifiers_and_names(folder: Path) -> None:
    found = found_by_kind(filled(folder))
    assert _share(found, PATTERN_LIKE) >= 0.97
    assert _share(found, NAMES) >= 0.85
    for kind in ("ADDRESS", "SCHOOL", "VEHICLE", "CASE_REFERENCE"):
        assert _share(found, (kind,)) >= 0.85, kind
    for kind in ("DATE_OF_BIRTH", "PASSPORT"):  # some stand bare, and nothing tells them from any other date or number
        assert _share(found, (kind,)) >= 0.75, kind


@SETS
def test_gate_keeps_quiet_on_look_alikes(folder: Path) -> None:
    texts = lines("clean.txt", folder)
    words = sum(len(text.split()) for text in texts)
    alarms = sum(len(find_identifiers(text)) for text in texts)
    assert 1000 * alarms / words < 2


def test_looking_only_where_it_is_worth_it_finds_the_same() -> None:
    texts = [sentence.text for seed in (1, 2, 3) for sentence in filled(seed=seed)] + lines("clean.txt")
    for path in sorted((ROOT / "corpora" / "cases").glob("*.json"))[::4]:
        texts += [note["text"] for note in json.loads(path.read_text(encoding="utf-8"))["notes"]]
    for text in texts:
        assert find_identifiers(text) == find_identifiers(text, prefilter=False)


def test_bug_a_title_before_a_lone_first_name_is_not_a_full_name() -> None:
    from analyser.privacy.names import find_names

    polite = find_names("Ms Denise rang. Father Hasan lives abroad. Spoke to PC. Shoplifting at the chemist.")
    assert [score for *_, score in polite if score > 0.8] == []
    full = find_names("Mrs Khan rang, Mr Hussain came too, Dr O'Hara wrote, Mrs Denise Harlow was out.")
    assert [score for *_, score in full] == [0.9] * 4
