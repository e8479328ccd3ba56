"""Who calls, and what they may do. Every route but sign-in and health asks for a scope; the default is no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from fastapi import Request

from analyser.store.audit import Deed
from service.problems import Problem
from service.state import state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyser.store import Reach

SCOPES: Final[dict[str, str]] = {
    "notes:analyse": "have notes read, one call at a time",
    "batches:write": "have many notes read in a batch, follow it, fetch its results, cancel it",
    "scores:read": "see scores and evidence of cases, teams and trends; rules and lenses in force",
    "text:read": "see stored note text (where CRA_STORE_TEXT is on); each reading is put on the audit trail",
    "samples:read": "see samples and their reports",
    "samples:write": "draw samples",
    "verdicts:read": "see verdicts and agreement",
    "verdicts:write": "give verdicts",
    "audit:read": "see the audit trail",
    "metrics:read": "see the service's metrics",
    "accounts:write": "make accounts of people, and see settings",
}
Role = Literal["auditor", "quality_lead", "administrator"]
ROLES: Final[dict[Role, frozenset[str]]] = {
    "auditor": frozenset({"scores:read", "text:read", "samples:read", "verdicts:write"}),
    "quality_lead": frozenset(
        {"scores:read", "text:read", "samples:read", "samples:write", "verdicts:read", "verdicts:write", "audit:read"}
    ),
    # An administrator runs the service; the records are none of their business.
    "administrator": frozenset({"accounts:write", "audit:read", "metrics:read"}),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who was let in.

    Attributes:
        kind: ``client`` or ``person``.
        id: Their id.
        name: What they are called; on pages only, never in logs.
        scopes: What they may do.
        reach: Which rows they may see.
        role: Of a person; empty for a client.
        csrf: Of a person's session: what each form has to carry.
    """

    kind: Literal["client", "person"]
    id: str
    name: str
    scopes: frozenset[str]
    reach: Reach
    role: Role | Literal[""] = ""
    csrf: str = ""

    def deed(self, action: str, object_kind: str, object_id: str, why: str = "") -> Deed:
        """Something that they do, for the audit trail."""
        return Deed(self.reach.authority, self.kind, self.id, action, object_kind, object_id, why)


def needs(scope: str) -> Callable[[Request], Caller]:
    """A dependency: the caller, who has ``scope``.

    Raises:
        KeyError: There is no such scope (when the route is made, not when it is called).
        Problem: 401 where nobody was recognised, 403 where they lack the scope.
    """
    SCOPES[scope]

    def dependency(request: Request) -> Caller:
        caller = state_of(request).recognise(request)
        if caller is None:
            raise Problem(401, "CRA-8002", headers={"WWW-Authenticate": "Bearer"})
        if scope not in caller.scopes:
            raise Problem(403, "CRA-8003", scope=scope)
        return caller

    dependency.scope = scope  # type: ignore[attr-defined] # for the test that asks every route
    return dependency
