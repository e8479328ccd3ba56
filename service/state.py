"""What the running service holds; made once, by the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from analyser.settings import ServiceSettings
    from analyser.store import Store
    from service.callers import Caller
    from service.secret import Secrets


@dataclass(frozen=True, slots=True)
class State:
    """What the running service holds.

    Attributes:
        settings: As the operator set them.
        store: The database.
        secrets: Keys derived from the operator's one.
        recognise: Tells who calls; ``None`` where nobody can be recognised.
    """

    settings: ServiceSettings
    store: Store
    secrets: Secrets
    recognise: Callable[[Request], Caller | None]


def state_of(request: Request) -> State:
    """The state of the application that a request came to."""
    state: State = request.app.state.cra
    return state
