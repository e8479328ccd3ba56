"""Put the service together."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI

from analyser.store import open_store
from analyser.version import __version__
from service.api import health
from service.auth.recognise import make_recogniser
from service.problems import add_problem_handlers
from service.secret import load_secrets
from service.state import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from analyser.settings import ServiceSettings

_ROUTERS: Final = (health.router,)


def create_app(settings: ServiceSettings) -> FastAPI:
    """The service as an ASGI application.

    Args:
        settings: As the operator set them.

    Raises:
        ServiceError: A secret is missing or weak.
        StoreError: The database cannot be used.
    """
    secrets = load_secrets(settings)
    store = open_store(database_url(settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        store.close()

    app = FastAPI(
        title="Case record analyser",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
    )
    app.state.cra = State(settings, store, secrets, make_recogniser(settings, store, secrets))
    add_problem_handlers(app)
    for router in _ROUTERS:
        app.include_router(router)
    return app


def database_url(settings: ServiceSettings) -> str:
    """Where the store is: as set, or embedded in the data folder."""
    return settings.database_url.get_secret_value() or f"sqlite:///{(settings.data_dir / 'store.db').absolute()}"
