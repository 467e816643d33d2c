"""The OpenAPI 3.1 document, made from the very table the routes are made from."""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import version

from pydantic.json_schema import models_json_schema

from service.domain.roles import Role
from service.web.api import models
from service.web.api.listings import LISTINGS, Listing
from service.web.api.parameters import Parameter
from service.web.session.identity import COOKIE

Json = dict[str, object]
_FAILURES = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_FUTURE = HTTPStatus.UNPROCESSABLE_ENTITY
_MEANINGS = {
    HTTPStatus.BAD_REQUEST: "A parameter is unknown, given twice or malformed, or `as_of` names no frozen moment.",
    HTTPStatus.UNAUTHORIZED: "No user is signed in, or the token that was sent is not known.",
    HTTPStatus.FORBIDDEN: "Not for this role, or another unit's.",
    _FUTURE: "`as_of` has not come yet.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A failure of ours.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Something that is needed does not answer; ask again.",
}


def document(root: str = "/", cookie: str = COOKIE) -> Json:
    """Return the whole document; `root` is the path that the interface's paths begin at, `cookie` the session's."""
    paths = {f"/api/v1/{listing.name}": {"get": _operation(listing)} for listing in LISTINGS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "tonghop",
            "version": version("tonghop"),
            "description": "Read-only. Lists are paged: follow `next` until it is null.",
        },
        "servers": [{"url": root}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths | {"/api/v1/openapi.json": {"get": _description()}},
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Made by the operator, for a program."},
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
            },
            "schemas": _schemas(),
        },
    }


def _operation(listing: Listing) -> Json:
    roles = ", ".join(role for role in Role if listing.may_ask(role))
    failures = (*_FAILURES, _FUTURE) if listing.of_an_instant else _FAILURES
    return {
        "operationId": listing.name,
        "summary": listing.summary,
        "description": f"For: {roles}. A unit is shown its own only.",
        "parameters": [_parameter(parameter) for parameter in listing.parameters],
        "responses": {"200": _answer("One page.", _page(listing))} | _refusals(failures),
    }


def _description() -> Json:
    answer = _answer("An OpenAPI 3.1 document.", {"type": "object"})
    refusals = _refusals((HTTPStatus.UNAUTHORIZED, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE))
    return {"operationId": "openapi", "summary": "This document.", "responses": {"200": answer} | refusals}


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }


def _page(listing: Listing) -> Json:
    properties: Json = {
        "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{listing.item.__name__}"}},
        "next": {"type": ["string", "null"], "description": "The address of the next page on this site."},
    }
    if listing.of_an_instant:
        properties["as_of"] = {"type": "string", "format": "date-time"}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _refusals(statuses: tuple[HTTPStatus, ...]) -> Json:
    error: Json = {"$ref": "#/components/schemas/FailureAnswer"}
    return {str(status.value): _answer(_MEANINGS[status], error) for status in sorted(statuses)}


def _answer(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _schemas() -> Json:
    items = [(listing.item, "serialization") for listing in LISTINGS] + [(models.FailureAnswer, "serialization")]
    _, found = models_json_schema(items, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    return dict(found["$defs"])
