"""Who may what: every route as everybody, forged and stale sessions, the token of forms."""

from __future__ import annotations

import html
import json
import re
import zlib
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from itsdangerous import TimestampSigner
from itsdangerous.encoding import base64_encode

from service import clock as clocks
from service import grants
from service.domain.roles import Role
from service.errors import SettingsError
from service.web.app import create_app
from service.web.session import identity
from tests.background import settle

NOBODY, UNIT, VIEWER, OPERATOR = "nobody", "unit", "viewer", "operator"
EVERYBODY = (NOBODY, UNIT, VIEWER, OPERATOR)
# these prove themselves, whoever is signed in: tests of their own say how
OWN_PROOF = ("/hooks/", "/tasks/", "/metrics")
MAIL = "<any(invitation, reminder, urging, escalation, returned, acknowledgement, digest, short):name>"
PAPER = "<any(progress, unsent, registrations, results, urging, summary, form, return):name>"
# what each other route answers to whom: "in" it is answered, "sign-in" sent there, "home" sent to the own page,
# "401" and "403" refused
WHO_MAY_WHAT = {
    "GET /static/<path:filename>": ("in", "in", "in", "in"),
    "GET /healthz": ("in", "in", "in", "in"),
    "GET /readyz": ("in", "in", "in", "in"),
    "GET /sign-in": ("in", "home", "home", "home"),
    "GET /sign-in/<token>": ("in", "in", "in", "in"),
    "POST /sign-in/<token>": ("in", "in", "in", "in"),
    "POST /sign-out": ("sign-in", "sign-in", "sign-in", "sign-in"),
    "GET /": ("sign-in", "home", "in", "in"),
    "GET /master": ("sign-in", "403", "home", "home"),
    "GET /problems": ("sign-in", "403", "in", "in"),
    "GET /runs": ("sign-in", "403", "in", "in"),
    "GET /board-tasks": ("sign-in", "403", "in", "in"),
    "POST /board-tasks/<task_code>": ("sign-in", "403", "403", "in"),
    "GET /exports": ("sign-in", "403", "in", "in"),
    "GET /exports/<any(status, entries, problems, analysis, master):name>.<any(csv, xlsx):kind>": (
        "sign-in",
        "403",
        "in",
        "in",
    ),
    "GET /papers": ("sign-in", "403", "in", "in"),
    f"GET /papers/{PAPER}": ("sign-in", "403", "in", "in"),
    f"GET /papers/{PAPER}.<any(docx, xlsx, pdf):kind>": ("sign-in", "403", "in", "in"),
    "GET /papers/units/<code>/<form_key>.<any(docx, xlsx, pdf):kind>": ("sign-in", "in", "in", "in"),
    "GET /mail/templates": ("sign-in", "403", "403", "in"),
    f"GET /mail/templates/{MAIL}": ("sign-in", "403", "403", "in"),
    f"GET /mail/templates/{MAIL}.txt": ("sign-in", "403", "403", "in"),
    f"POST /mail/templates/{MAIL}": ("sign-in", "403", "403", "in"),
    f"GET /papers/templates/{PAPER}": ("sign-in", "403", "403", "in"),
    f"GET /papers/templates/{PAPER}.docx": ("sign-in", "403", "403", "in"),
    f"POST /papers/templates/{PAPER}": ("sign-in", "403", "403", "in"),
    "GET /analysis": ("sign-in", "403", "in", "in"),
    "GET /analysis/rows": ("sign-in", "403", "in", "in"),
    "GET /analysis/pairs": ("sign-in", "403", "in", "in"),
    "POST /analysis/pairs": ("sign-in", "403", "403", "in"),
    "POST /exports/moments": ("sign-in", "403", "403", "in"),
    "GET /exports/made.xlsx": ("sign-in", "403", "in", "in"),
    "POST /exports/<any(entries, master):name>.xlsx": ("sign-in", "403", "home", "home"),
    "GET /decisions": ("sign-in", "403", "in", "in"),
    "GET /decisions/new": ("sign-in", "403", "403", "in"),
    "POST /decisions/preview": ("sign-in", "403", "403", "in"),
    "POST /decisions": ("sign-in", "403", "403", "in"),
    "GET /decisions/<int:number>": ("sign-in", "403", "in", "in"),
    "POST /decisions/<int:number>/withdrawal": ("sign-in", "403", "403", "in"),
    "GET /access": ("sign-in", "403", "403", "in"),
    "GET /access/units/<unit_code>": ("sign-in", "403", "403", "in"),
    "POST /access/people": ("sign-in", "403", "403", "in"),
    "POST /access/links": ("sign-in", "403", "403", "in"),
    "POST /access/revocation": ("sign-in", "403", "403", "in"),
    "POST /access/tokens": ("sign-in", "403", "403", "in"),
    "POST /access/tokens/<int:number>/revocation": ("sign-in", "403", "403", "in"),
    "GET /provision": ("sign-in", "403", "403", "in"),
    "POST /provision/plan": ("sign-in", "403", "403", "home"),
    "POST /provision": ("sign-in", "403", "403", "home"),
    "POST /provision/workbooks": ("sign-in", "403", "403", "in"),
    "GET /state": ("sign-in", "403", "403", "in"),
    "POST /state/examination": ("sign-in", "403", "403", "home"),
    "POST /state/address": ("sign-in", "403", "403", "in"),
    "POST /state/runs": ("sign-in", "403", "403", "home"),
    "POST /state/backups": ("sign-in", "403", "403", "home"),
    "GET /state/backups/<name>": ("sign-in", "403", "403", "in"),
    "POST /state/backups/<name>/verification": ("sign-in", "403", "403", "in"),
    "POST /state/backups/<name>/restoration": ("sign-in", "403", "403", "in"),
    "POST /state/backups/<name>/deletion": ("sign-in", "403", "403", "in"),
    "POST /provision/trials": ("sign-in", "403", "403", "in"),
    "POST /state/uploads": ("sign-in", "403", "403", "in"),
    "POST /state/backups/old": ("sign-in", "403", "403", "in"),
    "POST /state/replacement": ("sign-in", "403", "403", "in"),
    "GET /log": ("sign-in", "403", "403", "in"),
    "GET /log/export.<any(csv, xlsx):shape>": ("sign-in", "403", "403", "in"),
    "GET /guide": ("sign-in", "in", "in", "in"),
    "GET /mail": ("sign-in", "403", "in", "in"),
    "POST /mail/<int:number>/<verb>": ("sign-in", "403", "403", "in"),
    "POST /mail/units/<code>/<verb>": ("sign-in", "403", "403", "in"),
    "POST /mail/all/<verb>": ("sign-in", "403", "403", "in"),
    "POST /mail/addresses": ("sign-in", "403", "403", "in"),
    "POST /mail/files/<kind>": ("sign-in", "403", "403", "in"),
    "GET /what-if": ("sign-in", "403", "in", "in"),
    "GET /units": ("sign-in", "home", "home", "home"),
    "POST /units": ("sign-in", "403", "403", "403"),
    "POST /units/<code>/decisions/<int:number>/withdrawal": ("sign-in", "403", "403", "in"),
    "GET /units/<code>/<form_key>/versions": ("sign-in", "in", "in", "in"),
    "GET /units/<code>": ("sign-in", "in", "in", "in"),
    "POST /units/<code>/<form_key>/decisions": ("sign-in", "403", "403", "in"),
    "GET /units/<code>/<form_key>/intake": ("sign-in", "in", "403", "in"),
    "POST /units/<code>/<form_key>/intake": ("sign-in", "in", "403", "in"),
    "GET /units/<code>/files/<sha256>": ("sign-in", "in", "in", "in"),
    "GET /units/<code>/<form_key>/edit": ("sign-in", "in", "in", "in"),
    "GET /units/<code>/<form_key>/cells": ("401", "in", "in", "in"),
    "POST /units/<code>/<form_key>/cells": ("401", "in", "403", "in"),
    "POST /units/<code>/<form_key>/check": ("401", "in", "in", "in"),
    "GET /sheets/<spreadsheet_id>/<int:sheet_id>": ("sign-in", "in", "in", "in"),
    "GET /api/v1/openapi.json": ("401", "in", "in", "in"),
    "GET /api/v1/units": ("401", "in", "in", "in"),
    "GET /api/v1/statuses": ("401", "in", "in", "in"),
    "GET /api/v1/entries": ("401", "in", "in", "in"),
    "GET /api/v1/fields": ("401", "in", "in", "in"),
    "GET /api/v1/problems": ("401", "in", "in", "in"),
    "GET /api/v1/runs": ("401", "403", "in", "in"),
    "GET /api/v1/facts": ("401", "in", "in", "in"),
}
OPERATORS = ("sign-in", "403", "403", "in")
# of seasons, of what they declare and of the roster: asked in one test, each of everybody
OF_SEASONS = {
    "GET /seasons": ("sign-in", "403", "in", "in"),
    "GET /declaration": ("sign-in", "403", "in", "in"),
} | dict.fromkeys(
    (
        "GET /seasons/new",
        "POST /seasons/new",
        "POST /seasons/upload",
        "GET /seasons/drafts/<key>",
        "POST /seasons/drafts/<key>",
        "POST /seasons/drafts/<key>/again",
        "POST /seasons/drafts/<key>/discard",
        "POST /seasons/drafts/<key>/open",
        "GET /seasons/<key>.zip",
        "POST /seasons/<key>/enter",
        "POST /seasons/<key>/close",
        "POST /seasons/<key>/reopen",
        "GET /declaration/reading",
        "GET /declaration/plan/<name>",
        "POST /declaration/plan/<name>",
        "GET /declaration/forms/<key>",
        "POST /declaration/forms/<key>",
        "GET /declaration/new-form",
        "POST /declaration/new-form",
        "POST /declaration/forms/<key>/gone",
        "POST /declaration/tabs",
        "POST /declaration/take",
        "POST /declaration/return/<int:number>",
        "GET /roster",
        "POST /roster",
        "POST /roster/lists/compare",
        "GET /roster/<unit_code>",
        "POST /roster/<unit_code>",
    ),
    OPERATORS,
)
# the same pages for drafts, which are the operator's alone
OF_SEASONS |= {
    f"{method} /seasons/drafts/<draft>{path}": OPERATORS
    for method, _, path in (route.partition(" ") for route in OF_SEASONS)
    if path.startswith(("/declaration", "/roster"))
}
# those whose address names a unit, or a tab of one: another unit is refused
ABOUT_A_UNIT = tuple(route for route in WHO_MAY_WHAT if "<code>" in route or "<spreadsheet_id>" in route)


@pytest.fixture
def ask(browse, office):
    """Return `ask(who, route, unit)`: the outcome of a route about a unit, for somebody; a unit is S-CT."""
    clients = {}
    tabs = {unit: office.tab(unit, "registration") for unit in ("S-CT", "S-GDDT")}

    def outcome(who: str, route: str, unit: str = "S-CT") -> str:
        if who not in clients:
            clients[who] = browse(None if who == NOBODY else Role(who), "S-CT" if who == UNIT else "")
        client = clients.pop(who) if route == "POST /sign-out" else clients[who]
        tab = tabs[unit]
        values = {
            "<path:filename>": "tonghop.css",
            "<token>": "khong-co",
            "<code>": unit,
            "<unit_code>": unit,
            "<form_key>": "registration",
            "<spreadsheet_id>": tab.spreadsheet_id,
            "<int:sheet_id>": str(tab.id),
            "<int:number>": "1",
            "<key>": "khong-co",
            "<draft>": "khong-co",
            "<name>": "plan",
            MAIL: "urging",
            "<any(status, entries, problems, analysis, master):name>": "status",
            "<any(entries, master):name>": "entries",
            PAPER: "progress",
            "<any(docx, xlsx, pdf):kind>": "docx",
            "<any(csv, xlsx):kind>": "csv",
            "<any(csv, xlsx):shape>": "csv",
        }
        method, _, path = route.partition(" ")
        for name, value in values.items():
            path = path.replace(name, value)
        with client.open(path, method=method, headers=token_of(client)) as answer:
            return read_outcome(answer)

    yield outcome
    # what an operator may begin runs on beside; the office stays until it ended
    settle()


def token_of(client) -> dict[str, str]:
    with client.session_transaction() as session:
        return {"X-CSRF-Token": session["csrf"]} if "csrf" in session else {}


def read_outcome(answer) -> str:
    if answer.status_code == 303:
        return "sign-in" if answer.location == "/sign-in" else "home"
    return str(answer.status_code) if answer.status_code in {401, 403} else "in"


def routes(app) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith(OWN_PROOF)
    }


def test_every_route_stands_in_the_table(browse):
    assert routes(browse(None).application) == WHO_MAY_WHAT.keys() | OF_SEASONS.keys()


@pytest.mark.parametrize("table", [WHO_MAY_WHAT, OF_SEASONS], ids=["pages", "seasons"])
def test_routes_are_answered_by_role(ask, table):
    assert {route: tuple(ask(who, route) for who in EVERYBODY) for route in table} == table


def test_a_unit_is_refused_anothers(ask):
    assert [route for route in ABOUT_A_UNIT if ask(UNIT, route, "S-GDDT") != "403"] == []


def test_a_unit_finds_nothing_of_anothers_in_what_programs_get(browse, office):
    office.type("S-GDDT", "registration", [["1", "Việc của đơn vị khác", "15/10/2023"]])
    office.consolidate()
    client = browse(Role.UNIT, "S-CT")
    others = ("Việc của đơn vị khác", "Sở Giáo dục", "VP-UBND", '"S-GDDT"')

    for route in (route.removeprefix("GET ") for route in WHO_MAY_WHAT if "/api/" in route):
        for query in ("", "?unit=S-GDDT", "?unit=", "?limit=500", "?unit=S-CT&unit=S-GDDT"):
            answer = client.get(route + query).get_data(as_text=True)
            assert [word for word in others if word in answer] == [], route + query


def test_a_unit_sees_its_own_tabs_alone(browse, office):
    client = browse(Role.UNIT, "S-CT")
    own, other = office.tab("S-CT", "registration"), office.tab("S-GDDT", "registration")
    master = office.books("")

    page = client.get(f"/sheets/{own.spreadsheet_id}/{own.id}").get_data(as_text=True)

    assert own.title in page
    assert other.title not in page
    for spreadsheet, sheet in (
        (own.spreadsheet_id, 0),
        (own.spreadsheet_id, other.id),
        *((book, 0) for book in master),
    ):
        assert client.get(f"/sheets/{spreadsheet}/{sheet}").status_code == 403


def test_a_view_that_names_no_roles_is_the_operators_or_the_units(office, enter):
    with office.workspace() as workspace:
        clients = {role: enter(workspace, role, "S-CT" if role is Role.UNIT else "") for role in Role}
        app = create_app(workspace)
        app.add_url_rule("/moi", view_func=lambda: "mới")
        app.add_url_rule("/moi/<code>", "cua", view_func=lambda code: code)
        statuses = {}
        for role, client in clients.items():
            cookie = client.get_cookie(identity.COOKIE).value
            asking = app.test_client()
            asking.set_cookie(identity.COOKIE, cookie)
            statuses[role] = [asking.get(path).status_code for path in ("/moi", "/moi/S-CT", "/moi/S-GDDT")]
        nobody = [app.test_client().get(path).status_code for path in ("/moi", "/moi/S-CT")]

    assert statuses == {Role.OPERATOR: [200, 200, 200], Role.VIEWER: [403, 200, 200], Role.UNIT: [403, 200, 403]}
    assert nobody == [303, 303]


def test_programs_get_json_and_no_redirect(office):
    with office.workspace() as workspace:
        app = create_app(workspace)
        app.add_url_rule("/api/v1/moi", view_func=lambda: "mới")
        answer = app.test_client().get("/api/v1/moi")

    assert (answer.status_code, answer.mimetype, "Location" in answer.headers) == (401, "application/json", False)


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "..",
        "a.b.c",
        "e30.aaaa.bbbb",
        "eyJpZCI6IngifQ.ZQ.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ".eJyrVkpJLUmtUrJSKkktLlGqBQAuWQUH.x.y",
        "é" * 100,
        "%00%ff",
        "x" * 6000,
    ],
)
def test_rubbish_for_a_cookie_is_nobody(browse, cookie):
    client = browse(None)

    answer = client.get("/", headers={"Cookie": f"{identity.COOKIE}={cookie}".encode().decode("latin-1")})

    assert (answer.status_code, answer.location) == (303, "/sign-in")


@pytest.mark.parametrize("values", [{}, {"id": None}, {"id": 5}, {"id": []}, {"id": "x"}, {"id": ""}, {"csrf": "x"}])
def test_a_signed_cookie_with_no_session_behind_it_is_nobody(browse, values):
    client = browse(None)
    with client.session_transaction() as session:
        session.update(values)

    assert client.get("/").location == "/sign-in"
    assert client.post("/sign-out").status_code == 303


def test_a_cookie_signed_with_another_key_is_nobody(browse, office, enter):
    stranger = browse(secret_key="mot-khoa-khac-0123456789").get_cookie(identity.COOKIE).value
    client = browse(None, secret_key="mot-khoa-nua-0123456789")
    client.set_cookie(identity.COOKIE, stranger)

    assert client.get("/").location == "/sign-in"


class Yesterday(TimestampSigner):
    def get_timestamp(self) -> int:
        return super().get_timestamp() - 13 * 3600


def test_a_session_nobody_used_for_twelve_hours_is_over(browse):
    client = browse()
    serializer = client.application.session_interface.get_signing_serializer(client.application)
    with client.session_transaction() as session:
        content = dict(session)
    serializer.signer = Yesterday
    stale = serializer.dumps(content)

    client.set_cookie(identity.COOKIE, stale)

    assert client.get("/").location == "/sign-in"


def test_a_session_lives_on_while_it_is_used(browse):
    answer = browse(session_hours=3.0).get("/")

    expires = parsedate_to_datetime(re.search("Expires=([^;]+)", answer.headers["Set-Cookie"])[1])
    assert abs(expires - clocks.system() - timedelta(hours=3)) < timedelta(minutes=1)


def test_revoked_while_signed_in_is_out_at_the_next_click(office, browse):
    client = browse()
    with office.workspace() as workspace:
        grants.revoke(workspace, "operator-@vidu.example")

    assert client.get("/").location == "/sign-in"


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/units/S-CT/registration/decisions", {"kind": "exempt", "reason": "Mới chia tách", "document": "15-CV/BDV"}),
        ("/board-tasks/launch", {"reason": "", "document": "Số 7 <b>khẩn</b>"}),
        (
            "/units/S-CT/registration/decisions",
            {"reason": "</textarea><script>alert(1)</script>", "document": "😀 a\0b"},
        ),
    ],
)
def test_what_was_written_when_the_session_had_ended_comes_back(browse, path, written):
    answer = browse(None).post(path, data=written, headers={"Sec-Fetch-Site": "same-origin"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "Phiên làm việc đã kết thúc nên chưa ghi gì." in page
    shown = re.findall(r"<textarea readonly[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert [html.unescape(text) for text in shown] == [
        written[name] for name in ("reason", "document") if written[name]
    ]
    assert "<script>alert" not in page


@pytest.mark.parametrize("sent_by", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://noi-khac.example"}])
def test_what_another_site_wrote_is_not_shown(browse, sent_by):
    answer = browse(None).post("/board-tasks/launch", data={"reason": "Chuyển tiền cho tôi"}, headers=sent_by)

    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_nothing_written_is_sent_to_sign_in(browse):
    answer = browse(None).post("/board-tasks/launch", data={"reason": " ", "document": "", "csrf_token": "x"})

    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_another_role_ends_the_session(office, browse):
    client = browse()
    with office.workspace() as workspace:
        grants.invite(workspace, "operator-@vidu.example", Role.VIEWER)

    assert client.get("/").location == "/sign-in"


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:8080", "https://tonghop.vidu.example"])
def test_cookie_is_kept_from_scripts_and_other_sites(browse, office, public_url):
    client = browse(None, public_url=public_url)
    with office.workspace() as workspace:
        token = grants.invite(workspace, "a@vidu.example", Role.OPERATOR).token

    cookie = client.post(f"/sign-in/{token}").headers["Set-Cookie"]

    parts = {part.split("=")[0].strip() for part in cookie.split(";")}
    assert parts == {"tonghop", "Expires", "HttpOnly", "Path", "SameSite"} | (
        {"Secure"} if public_url.startswith("https") else set()
    )
    assert "SameSite=Lax" in cookie


def test_static_files_and_strangers_get_no_cookie(browse):
    with browse().get("/static/tonghop.css") as kept:
        assert "Set-Cookie" not in kept.headers
    assert "Set-Cookie" not in browse(None).get("/sign-in").headers


def test_google_without_a_key_does_not_start(office):
    with office.workspace() as workspace:
        away = replace(workspace, settings=replace(workspace.settings, sheets="google"))
        with pytest.raises(SettingsError, match="TONGHOP_SECRET_KEY"):
            create_app(away)


FORMS = [route for route in WHO_MAY_WHAT if route.startswith("POST ")]


WRONG_TOKENS = [
    ("", None),
    ("x", None),
    (None, "x"),
    ("đ" * 40, None),
    ("\x00", None),
    (None, "\xff"),
    ("right", "x"),  # the header counts where both are sent
    ("another's", None),
]


def test_a_form_without_its_token_does_nothing(browse):
    """Every form without any; one form with every wrong one: there is one check for all."""
    client = browse()
    values = {"right": token_of(client)["X-CSRF-Token"], "another's": token_of(browse(Role.VIEWER))["X-CSRF-Token"]}

    for route, field, header in [(route, None, None) for route in FORMS] + [(FORMS[0], *one) for one in WRONG_TOKENS]:
        path = route.removeprefix("POST ").replace("<token>", "x").replace("<int:number>", "1")
        path = path.replace("<code>", "S-CT").replace("<form_key>", "registration").replace(PAPER, "progress")
        path = path.replace(MAIL, "urging").replace("<any(entries, master):name>", "entries")
        answer = client.post(
            path,
            data={} if field is None else {"csrf_token": values.get(field, field)},
            headers={} if header is None else {"X-CSRF-Token": header},
        )

        said = answer.get_json()["error"] if answer.is_json else answer.get_data(as_text=True)
        assert (answer.status_code, "chưa làm gì" in said) == (403, True), (route, field, header)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("way", ["data", "headers"])
def test_a_form_with_its_token_is_taken(browse, way):
    client = browse()
    token = token_of(client)["X-CSRF-Token"]
    sent = {"data": {"csrf_token": token}} if way == "data" else {"headers": {"X-CSRF-Token": token}}

    assert client.post("/sign-out", **sent).status_code == 303
    assert client.get("/").location == "/sign-in"


def test_every_form_of_the_pages_carries_the_token(browse):
    client = browse()

    for path in ("/", "/units/S-CT", "/exports", "/decisions/new", "/khong-co?x"):
        page = client.get(path).get_data(as_text=True)
        forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
        assert all(f'name="csrf_token" value="{token_of(client)["X-CSRF-Token"]}"' in form for form in forms)


def test_a_broken_body_is_no_way_around_the_token(browse):
    client = browse()
    body = b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'

    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "application/json", "text/plain", "\xff"):
        assert client.post("/sign-out", data=body, content_type=kind).status_code in {400, 403}
    assert client.get("/").status_code == 200


def test_a_program_with_its_own_proof_needs_no_token(office, enter):
    with office.workspace() as workspace:
        app = create_app(workspace)
        app.add_url_rule("/api/v1/moi", view_func=lambda: "mới", methods=["POST"])
        client = app.test_client()
        client.set_cookie(identity.COOKIE, enter(workspace).get_cookie(identity.COOKIE).value)
        statuses = [
            client.post("/api/v1/moi", headers=headers).status_code
            for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer x"})
        ]

    assert statuses == [403, 403, 200]


HUGE = {"id": "x" * 5_000, "csrf": ["x"] * 500}
SHAPES = [
    [], ["id"], [["id", 1]], "id", "", 5, -1, 2.5, None, True, {}, HUGE, {"id": None}, {"id": 5}, {"id": ["x"]},
    {"id": {}},
    {"id": "x", "csrf": []}, {"id": "\ud800"}, {"csrf": 5}, {"_permanent": "x"}, {"_permanent": []}, {"": ""},
    {" t": 5}, {" u": "x"},
    {" u": 5}, {" d": "x"}, {" d": []}, {" b": "x"}, {" b": []}, {" m": 5}, {" t": [], "id": "x"}, {"id": {" u": 5}},
    {"attempts": 5}, {"attempts": None}, {"attempts": "abc"}, {"attempts": [5]}, {"attempts": [["a"]]},
    {"attempts": [[1, 2, 3, 4, 5]]},
    {"attempts": [["a", "b", "c", 10**30, ""]]}, {"attempts": [["a", "b", "c", -5, ""]]}, {"attempts": {"a": 1}},
    [[[[[[[[]]]]]]]],
]  # fmt: skip
PATHS = [
    "/",
    "/sign-in",
    "/api/v1/units",
    "/sign-in/oidc",
    "/sign-in/oidc/callback?state=a&code=b",
    "/static/tonghop.css",
]


def test_signed_cookie_of_any_shape_is_a_visitor_who_is_not_signed_in(browse):
    client = browse(None, oidc_client_id="tonghop", oidc_client_secret="bi-mat", oidc_issuer="http://127.0.0.1:9")
    signer = client.application.session_interface.get_signing_serializer(client.application)
    for number, held in enumerate(SHAPES):
        text = json.dumps(held).encode()
        # packed or not, by turns
        packed = b"." + base64_encode(zlib.compress(text)) if number % 2 else base64_encode(text)
        visitor = client.application.test_client()
        # each from a place of its own: too many refusals of one are answered late
        visitor.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        cookie = f"tonghop={signer.make_signer(signer.salt).sign(packed).decode()}"

        statuses = {}
        for path in PATHS:
            with visitor.get(path, headers={"Cookie": cookie}) as answer:
                statuses[path] = answer.status_code
        posted = visitor.post("/sign-out", headers={"Cookie": cookie}).status_code

        # the provider of this office does not answer
        assert (list(statuses.values()), posted) == ([303, 200, 401, 503, 400, 200], 303), held


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\xff", b"NaN", b"1" * 5_000, b'{"id": 1e999}'])
def test_signed_cookie_that_holds_no_json_is_a_visitor_who_is_not_signed_in(browse, content):
    client = browse(None)
    signer = client.application.session_interface.get_signing_serializer(client.application)
    packed = b"." + base64_encode(zlib.compress(content))
    cookie = f"tonghop={signer.make_signer(signer.salt).sign(packed).decode()}"

    assert client.get("/sign-in", headers={"Cookie": cookie}).status_code == 200
    assert client.get("/", headers={"Cookie": cookie}).status_code == 303
