"""API keys: ``Authorization: Bearer cra_…``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyser.store.clients import client_of_key, note_use
from service.callers import Caller

if TYPE_CHECKING:
    from analyser.store import Store
    from analyser.store.clients import Client


def caller_of_key(store: Store, pepper: bytes, key: str) -> Caller | None:
    """Whoever a key belongs to; ``None`` where it is not good."""
    with store.read() as connection:
        found = client_of_key(connection, key, pepper)
    if found is None:
        return None
    client, used = found
    if used:
        with store.write() as connection:
            note_use(connection, key)
    return caller_of_client(client)


def caller_of_client(client: Client) -> Caller:
    """A client as a caller."""
    return Caller("client", client.id, client.name, client.scopes, client.reach)
