"""The service as it starts: health, problems, and nothing without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analyser.errors import ServiceError
from analyser.settings import ServiceSettings
from service.secret import load_secrets

if TYPE_CHECKING:
    from pathlib import Path

    from tests.service.conftest import Service


def test_it_is_alive_and_ready(service: Service) -> None:
    assert service.http.get("/health/live").json() == {"status": "ok", "checks": {}}
    answer = service.http.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "checks": {"database": "ok"}})


def test_an_address_that_is_not_there_is_a_problem(service: Service) -> None:
    answer = service.http.get("/v1/nothing-here")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "CRA-8004"


@pytest.mark.parametrize("secret", ["short", "a" * 40, "please-change-me-please-change-me-now"])
def test_a_weak_secret_is_refused_outside_development(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ServiceError, match="CRA-8010") as caught:
        load_secrets(ServiceSettings(secret_key=secret, data_dir=tmp_path))
    assert secret not in str(caught.value)
    load_secrets(ServiceSettings(secret_key=secret, data_dir=tmp_path, environment="development"))


def test_the_embedded_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = load_secrets(ServiceSettings(data_dir=tmp_path / "data"))
    assert load_secrets(ServiceSettings(data_dir=tmp_path / "data")) == first
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600


def test_a_database_of_ones_own_needs_a_secret_of_ones_own(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="CRA-8010"):
        load_secrets(ServiceSettings(database_url="postgresql://host/db", data_dir=tmp_path))
