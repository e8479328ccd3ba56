"""Errors as ``application/problem+json`` (RFC 9457): a code, one sentence, and nothing that was sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from analyser.errors import CATALOGUE, AnalyserError, ServiceError, StoreError
from analyser.log import get_logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI, Request

MEDIA_TYPE: Final = "application/problem+json"
# What a client may be told of a fault's place: names of our own fields and positions, never keys that it chose.
_MOST_PLACES: Final = 20


class Place(BaseModel):
    """Where in a request something cannot be used."""

    where: str = Field(description="Field of the request, such as `body.notes.0.text`", examples=["body.notes.0.text"])
    why: str = Field(description="Why it cannot be used; what was sent is not repeated", examples=["Field required"])


class ProblemBody(BaseModel):
    """An error, after RFC 9457."""

    type: str = Field(description="The code as a URI", examples=["urn:case-record-analyser:CRA-8003"])
    title: str = Field(description="The status in words", examples=["Forbidden"])
    status: int = Field(ge=400, le=599, description="The HTTP status", examples=[403])
    code: str = Field(description="The code; docs/api.md lists all", pattern=r"^CRA-\d{4}$", examples=["CRA-8003"])
    detail: str = Field(description="One sentence that says what to do")
    places: list[Place] | None = Field(default=None, description="Where in the request")


class Problem(ServiceError):  # noqa: N818 - the standard calls it that
    """A request that cannot be answered.

    Args:
        status: The HTTP status, 400 to 599.
        code: A key of the catalogue.
        headers: Further headers, such as ``Retry-After``.
        places: Fields of the request and what is wrong with them.
        fields: Safe values for the code's sentence.
    """

    def __init__(
        self, status: int, code: str, *, headers: Mapping[str, str] | None = None, places: list[Place] | None = None,
        **fields: object,
    ) -> None:  # fmt: skip
        super().__init__(code, **fields)
        self.status = status
        self.headers = dict(headers or {})
        self.places = places

    def __reduce__(self) -> tuple[object, ...]:
        """Not meant to cross a process border; as its message then."""
        return ServiceError, (self.code,)


def problem_response(problem: Problem) -> JSONResponse:
    """The answer for a problem."""
    body = {
        "type": f"urn:case-record-analyser:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": CATALOGUE[problem.code].format(**problem.fields),
    }
    if problem.places:
        body["places"] = [p.model_dump() for p in problem.places[:_MOST_PLACES]]
    return JSONResponse(body, problem.status, problem.headers, MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's ``responses``: that it may answer with these statuses, as problems."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def add_problem_handlers(app: FastAPI) -> None:
    """Every error of ``app`` becomes a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StoreError, _store)
    app.add_exception_handler(AnalyserError, _coded)
    app.add_exception_handler(Exception, _fault)


def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 - for the type checker
    return problem_response(error)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - for the type checker
    places = [Place(where=place_of(e), why=why_of(e)) for e in error.errors()]
    return problem_response(Problem(422, "CRA-8001", places=places))


def place_of(error: Mapping[str, Any]) -> str:
    """Where a validation error is. The last step of an unknown field is a name that the client chose."""
    steps = list(error["loc"])
    if error["type"] == "extra_forbidden":
        steps[-1] = "(unknown field)"
    if error["type"] == "json_invalid":
        steps = ["body"]
    return ".".join(map(str, steps))


def why_of(error: Mapping[str, Any]) -> str:
    """Pydantic's own sentence by type of error, which never holds what was sent; a plain one for all others."""
    if error["type"] in {"value_error", "assertion_error", "json_invalid"} or "'" in str(error.get("msg", "")):
        return {"json_invalid": "is no JSON", "literal_error": "is not one of the values that are allowed"}.get(
            error["type"], "cannot be used"
        )
    return str(error["msg"])


def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker
    code = {404: "CRA-8004", 405: "CRA-8005", 400: "CRA-8006", 413: "CRA-8007"}.get(error.status_code, "CRA-8006")
    return problem_response(Problem(error.status_code, code, headers=error.headers))


def _store(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, StoreError)  # noqa: S101 - for the type checker
    get_logger().error("store cannot be used", code=error.code)
    return problem_response(Problem(503, "CRA-8008", headers={"Retry-After": "5"}))


def _coded(_: Request, error: Exception) -> JSONResponse:
    """An error of the library that a route did not turn into a problem of its own."""
    assert isinstance(error, AnalyserError)  # noqa: S101 - for the type checker
    problem = Problem(422, "CRA-8001")
    problem.code, problem.fields = error.code, error.fields
    return problem_response(problem)


def _fault(_: Request, error: Exception) -> JSONResponse:
    get_logger().error("fault", code="CRA-8009", kind=type(error).__name__)
    return problem_response(Problem(500, "CRA-8009"))
