"""Every rule passes its own tests, and its tests cover it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyser.rules_engine.selftest import check_rules

if TYPE_CHECKING:
    from analyser.rules_engine import Engine


def test_every_rule_passes_its_own_tests(engine: Engine) -> None:
    result = check_rules(engine)
    assert result.tests >= 6 * result.rules
    assert [f"{f.file}: {f.what}" for f in result.faults] == []
