"""The store opens, migrates and reports trouble alike on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from analyser.errors import StoreError
from analyser.store import Reach, Store, open_store
from analyser.store.schema import METADATA, VERSIONS

if TYPE_CHECKING:
    from pathlib import Path


def test_migrations_give_the_tables_of_the_schema(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


@pytest.mark.usefixtures("store")
def test_opening_twice_changes_nothing(database_url: str) -> None:
    again = open_store(database_url)
    with again.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
    again.close()


def test_a_store_of_a_newer_version_is_refused(store: Store, database_url: str) -> None:
    with store.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="CRA-8102"):
        open_store(database_url)


def test_a_moment_comes_back_in_utc(store: Store) -> None:
    moment = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=2)))
    with store.write() as connection:
        connection.execute(VERSIONS.insert().values(id="a" * 64, versions={}, first_at=moment))
    with store.read() as connection:
        got = connection.execute(sa.select(VERSIONS.c.first_at)).scalar_one()
    assert (got, got.tzinfo) == (moment, UTC)


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    row = {"id": "b" * 64, "versions": {}, "first_at": datetime.now(UTC)}
    with pytest.raises(sa.exc.IntegrityError), store.write() as connection:
        for _ in range(2):
            connection.execute(VERSIONS.insert().values(row))
    with store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(VERSIONS)).scalar_one() == 0


def test_a_value_never_stands_in_an_error(store: Store) -> None:
    row = {"id": "c" * 64, "versions": {"canary": "the grey pebble"}, "first_at": datetime.now(UTC)}
    with store.write() as connection:
        connection.execute(VERSIONS.insert().values(row))
    with pytest.raises(sa.exc.IntegrityError) as caught, store.write() as connection:
        connection.execute(VERSIONS.insert().values(row))
    assert "pebble" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "mysql://host/db"])
def test_a_url_that_is_no_use_is_said_in_one_sentence(url: str) -> None:
    with pytest.raises(StoreError, match="CRA-8101"):
        open_store(url)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"this is something else, and longer than a header of a database" * 20)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="no database"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_server_that_is_away_is_said_in_one_sentence() -> None:
    with pytest.raises(StoreError, match="CRA-8101"):
        open_store("postgresql://nobody:nothing@127.0.0.1:1/none")


def test_reach_is_nothing_by_default() -> None:
    assert not Reach("one").covers("north")
    assert Reach("one", frozenset({"north"})).covers("north")
    assert Reach("one", None).covers("north")
