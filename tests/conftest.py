"""Shared fixtures: one compiled engine a test process, and where the optional shared folder is."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyser.pipeline import Bundle
from analyser.rules_engine import Engine, load_rules

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(load_rules())


@pytest.fixture(scope="session")
def bundle(engine: Engine) -> Bundle:
    return Bundle(engine)


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("../shared is not here; the product is tested without it")
    return SHARED
