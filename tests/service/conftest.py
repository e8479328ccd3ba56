"""Stores to test on: a new SQLite file and a new PostgreSQL database for every test."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from analyser.settings import ServiceSettings
from analyser.store import Store, open_store
from analyser.store.clients import create_client, create_key
from analyser.store.reach import Reach
from service.app import create_app
from tests.service.postgres import postgres_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from service.state import State

_numbers = itertools.count()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table and nothing in it, to copy: migrations take longer than a test."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    store = open_store(f"sqlite:///{path}")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture(scope="session")
def empty_postgres() -> Iterator[str]:
    """The URL of a database with every table and nothing in it, to copy."""
    with postgres_url() as server:
        _create(server, "empty_store", "template0")
        url = f"{server.rsplit('/', 1)[0]}/empty_store"
        url = sa.make_url(server).set(database="empty_store").render_as_string(hide_password=False)
        open_store(url).close()
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store of either kind."""
    if request.param == "sqlite":
        path = tmp_path / "store.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("empty_postgres")
    name = f"store_{next(_numbers)}"
    _create(template, name, "empty_store")
    yield sa.make_url(template).set(database=name).render_as_string(hide_password=False)
    _run(template, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store of either kind, open."""
    opened = open_store(database_url)
    yield opened
    opened.close()


SECRET = "kV2x9Qm7Lw4Zr8Tn5Yb3Hd6Jf1Gs0PcAeUiO"  # of tests only


@dataclass(frozen=True)
class Service:
    """A service under test, in this process.

    Attributes:
        app: The application.
        http: A client of it without a key, at https://testserver.
    """

    app: FastAPI
    http: TestClient

    @property
    def state(self) -> State:
        state: State = self.app.state.cra
        return state

    @property
    def store(self) -> Store:
        return self.state.store

    def key(
        self, scopes: Iterable[str], authority: str = "default", teams: Iterable[str] | None = None
    ) -> dict[str, str]:
        """Headers of a new client with these scopes; of every team where ``teams`` is ``None``."""
        reach = Reach(authority, None if teams is None else frozenset(teams))
        with self.store.write() as connection:
            client = create_client(connection, "case system", scopes, reach)
            key, _ = create_key(connection, client.id, self.state.secrets.keys, days=1)
        return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> ServiceSettings:
    """Settings of the service under test; a module may override it."""
    return ServiceSettings(
        database_url=database_url,
        secret_key=SECRET,
        data_dir=tmp_path / "data",
        tier="rules",
        readers=1,
        embedded_workers=0,
    )


@pytest.fixture
def service(settings: ServiceSettings) -> Iterator[Service]:
    """The service on a store of either kind."""
    app = create_app(settings)
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=False) as http:
        yield Service(app, http)


def _create(server: str, name: str, template: str) -> None:
    _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')


def _run(server: str, statement: str) -> None:
    url = sa.make_url(server).set(drivername="postgresql+psycopg", database="postgres")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
