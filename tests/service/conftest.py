"""Stores to test on: a new SQLite file and a new PostgreSQL database for every test."""

from __future__ import annotations

import itertools
import shutil
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from analyser.store import Store, open_store
from tests.service.postgres import postgres_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def _create(server: str, name: str, template: str) -> None:
    _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')


def _run(server: str, statement: str) -> None:
    url = sa.make_url(server).set(drivername="postgresql+psycopg", database="postgres")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
