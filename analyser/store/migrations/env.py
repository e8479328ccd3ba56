"""Alembic's entry: it works on the connection that analyser.store.migrate hands over."""

from __future__ import annotations

from alembic import context

from analyser.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True,
    transactional_ddl=False,  # the connection's own transaction is around it
)  # fmt: skip
context.run_migrations()
