"""The document and the routes say the same: every route, every answer, every refusal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from service import grants
from service.domain.roles import Role
from service.web.api import openapi
from service.web.api.listings import LISTINGS

NAMES = [listing.name for listing in LISTINGS]
DOCUMENT = openapi.document()


def faults_of(path: str, status: int, body: object) -> list[str]:
    """Return what a real answer has that the document does not say."""
    answer = DOCUMENT["paths"][path]["get"]["responses"][str(status)]
    schema = answer["content"]["application/json"]["schema"]
    registry = Registry().with_resource("urn:doc", Resource(DOCUMENT, DRAFT202012))
    whole = {"$id": "urn:answer", **rooted(schema)}
    validator = Draft202012Validator(whole, registry=registry, format_checker=FormatChecker())
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(body)]


def rooted(schema: object) -> object:
    """Return a schema whose references lead into the document."""
    if isinstance(schema, dict):
        return {key: f"urn:doc{value}" if key == "$ref" else rooted(value) for key, value in schema.items()}
    return [rooted(item) for item in schema] if isinstance(schema, list) else schema


def test_document_is_openapi():
    assert [str(fault) for fault in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_document_names_both_ways_in():
    schemes = DOCUMENT["components"]["securitySchemes"]

    assert [next(iter(one)) for one in DOCUMENT["security"]] == ["token", "session"]
    assert (schemes["token"]["type"], schemes["token"]["scheme"]) == ("http", "bearer")
    assert (schemes["session"]["in"], schemes["session"]["name"]) == ("cookie", "tonghop")


def test_either_way_in_is_answered_and_a_wrong_token_is_refused_in_a_session_too(filled_office, browse):
    signed_in, program = browse(), browse(None)
    with filled_office.workspace() as workspace:
        until = workspace.lease_clock() + timedelta(days=1)
        token = grants.make_api_token(workspace, "Bảng của Sở", Role.VIEWER, "", until).text

    answers = [
        client.get("/api/v1/units", headers={"Authorization": said} if said else {}).status_code
        for client, said in (
            (signed_in, ""),
            (program, f"Bearer {token}"),
            (program, f"Bearer {token}x"),
            (signed_in, f"Bearer {token}x"),
            (program, ""),
        )
    ]

    assert answers == [200, 200, 401, 401, 401]


def test_document_is_served(ask):
    assert ask("openapi.json") == (200, DOCUMENT)


def test_every_route_is_documented_and_every_documented_route_is_there(browse):
    rules = {
        (rule.rule, method.lower())
        for rule in browse().application.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert rules == {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_as_documented(ask, name):
    status, body = ask(name)

    assert status == 200
    assert body["items"] != []
    assert faults_of(f"/api/v1/{name}", 200, body) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("query", "status", "role"),
    [
        ("?khong=1", 400, Role.OPERATOR),
        ("", 401, None),
        ("?unit=S-CT", 403, Role.UNIT),
        ("?as_of=2024-01-01", 422, Role.OPERATOR),
    ],
)
def test_refusals_are_as_documented(ask, browse, name, query, status, role):
    client = browse(role, "VP-UBND" if role is Role.UNIT else "")

    answered, body = ask(name + query, client)

    unknown = status == 422 and name == "runs"  # a list of no instant
    assert answered == (400 if unknown else status)
    assert faults_of(f"/api/v1/{name}", answered, body) == []


@pytest.mark.sqlite_file
@pytest.mark.parametrize("name", [*NAMES, "openapi.json"])
def test_a_database_that_fails_is_an_answer_as_documented(filled_office, browse, ask, name):
    client = browse()
    with closing(sqlite3.connect(filled_office.settings.data_dir / "facts.sqlite")) as database:
        database.execute("DROP TABLE tabs")
        database.execute("DROP TABLE sessions")

    status, body = ask(name, client)

    assert status == 503
    assert faults_of(f"/api/v1/{name}", 503, body) == []


@pytest.mark.parametrize(("path", "status"), [("/api/v1/khong-co", 404), ("/api/", 404), ("/api/v1/units/", 404)])
def test_paths_that_are_not_there(browse, path, status):
    answer = browse().get(path)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, "not_found")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_written_through_it(browse, name):
    client = browse(None)

    answer = client.post(f"/api/v1/{name}")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
