"""Whether the service lives, and whether it can work."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from analyser.errors import StoreError
from service.state import state_of

router = APIRouter(prefix="/health", tags=["health"])


class Health(BaseModel):
    """How the service is."""

    status: Literal["ok", "down"]
    checks: dict[str, Literal["ok", "down"]]


@router.get("/live", operation_id="health_live", summary="Is the process alive?")
def live() -> Health:
    """Answers as long as the process does."""
    return Health(status="ok", checks={})


@router.get("/ready", operation_id="health_ready", summary="Can it work?",
            responses={503: {"description": "It cannot work now", "model": Health}})  # fmt: skip
def ready(request: Request, response: Response) -> Health:
    """Asks the database."""
    checks: dict[str, Literal["ok", "down"]] = {}
    try:
        with state_of(request).store.read() as connection:
            connection.exec_driver_sql("SELECT 1")
        checks["database"] = "ok"
    except StoreError:
        checks["database"] = "down"
    status: Literal["ok", "down"] = "ok" if set(checks.values()) == {"ok"} else "down"
    response.status_code = 200 if status == "ok" else 503
    return Health(status=status, checks=checks)
