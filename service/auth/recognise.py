"""Tell who calls from a request's headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyser.store.clients import KEY_PREFIX
from service.auth.keys import caller_of_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from analyser.settings import ServiceSettings
    from analyser.store import Store
    from service.callers import Caller
    from service.secret import Secrets


def make_recogniser(settings: ServiceSettings, store: Store, secrets: Secrets) -> Callable[[Request], Caller | None]:
    """A function that tells who calls; its answer is kept with the request."""
    del settings

    def recognise(request: Request) -> Caller | None:
        if not hasattr(request.state, "caller"):
            request.state.caller = _bearer(request, store, secrets)
        caller: Caller | None = request.state.caller
        return caller

    return recognise


def _bearer(request: Request, store: Store, secrets: Secrets) -> Caller | None:
    kind, _, credential = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not credential.startswith(KEY_PREFIX):
        return None
    return caller_of_key(store, secrets.keys, credential.strip())
