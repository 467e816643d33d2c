"""The whole way by account, as people go it and as others try to."""

from __future__ import annotations

import base64
import hmac
import json
import logging
from datetime import timedelta
from urllib.parse import quote, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from werkzeug.wrappers import Response

from service import clock as clocks
from service import grants
from service.domain.roles import Role
from service.web.server.rate_limits import LIMITS
from service.web.session import identity
from tests.oidc_provider import CLIENT_ID, HOA, slow
from tests.service.web.session.oidc.conftest import BACK, PUBLIC, Visitor, asked_of

ALLOWED = next(limit.allowed for limit in LIMITS if limit.path == "/sign-in")


def session_of(visitor) -> dict:
    with visitor.client.session_transaction() as session:
        return dict(session)


def another(application) -> Visitor:
    """Return another person before the same pages."""
    client = application.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return Visitor(client)


def refused(answer, status: int, words: str) -> str:
    page = answer.get_data(as_text=True)
    assert (answer.status_code, words in page) == (status, True), page
    assert "Đăng nhập bằng" in page
    return page


# the way as it is meant


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_somebody_granted_comes_in(visit, grant, role, office):
    grant(role)
    visitor = visit()

    answer = visitor.sign_in()

    assert (answer.status_code, answer.location) == (303, "/")
    assert visitor.client.get("/").status_code == 200
    assert visitor.client.get("/sign-in/oidc").location == "/"
    assert set(session_of(visitor)) == {"id", "csrf", "_permanent"}
    with office.workspace() as workspace:
        line = workspace.store.facts.lines(workspace.campaign.key)[-1]
    assert (line.kind, line.payload["event"], line.payload["by"]) == ("access", "signed_in", "account")


def test_the_provider_is_asked_for_what_the_protocol_wants(visit, provider):
    asked = asked_of(visit(oidc_domain="tinh.gov.vn").leave())

    assert {name: asked[name] for name in ("response_type", "client_id", "redirect_uri", "scope", "hd", "prompt")} == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": BACK,
        "scope": "openid email",
        "hd": "tinh.gov.vn",
        "prompt": "select_account",
    }
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43


def test_nothing_asked_of_the_provider_is_asked_twice(visit):
    visitor = visit()

    first, second = asked_of(visitor.leave()), asked_of(visitor.leave())

    assert [name for name in ("state", "nonce", "code_challenge") if first[name] == second[name]] == []


def test_the_cookie_comes_back_from_another_site_and_is_for_us_alone(visit):
    visitor = visit()
    visitor.leave()

    cookie = visitor.client.get_cookie(identity.COOKIE)

    assert (cookie.same_site, cookie.http_only, cookie.secure, cookie.max_age) == ("Lax", True, True, None)


def test_the_page_to_sign_in_offers_both_ways(visit):
    page = visit().client.get("/sign-in").get_data(as_text=True)

    assert f'href="{PUBLIC}/sign-in/oidc">Đăng nhập bằng 127.0.0.1</a>' in page
    assert "đề nghị cơ quan tổng hợp gửi một liên kết" in page


@pytest.mark.parametrize(("lang", "words"), [("vi", "Đăng nhập bằng Google"), ("en", "Sign in with Google")])
def test_google_is_called_by_its_name(visit, lang, words):
    page = visit(oidc_issuer="https://accounts.google.com", lang=lang).client.get("/sign-in").get_data(as_text=True)

    assert words in page
    assert "<img" not in page


def test_without_settings_there_is_neither_button_nor_route(browse):
    client = browse(None)

    assert client.get("/sign-in/oidc").status_code == 404
    assert client.get("/sign-in/oidc/callback?state=a&code=b").status_code == 404
    assert "Đăng nhập bằng" not in client.get("/sign-in").get_data(as_text=True)
    assert client.get("/problems").location == "/sign-in"


@pytest.mark.parametrize("auth_methods", [None, ["client_secret_basic"], ["client_secret_post"], ["private_key_jwt"]])
def test_the_secret_is_sent_as_the_provider_takes_it(visit, grant, provider, auth_methods):
    provider.auth_methods = auth_methods
    grant()

    answer = visit().sign_in()

    assert answer.status_code == (303 if auth_methods != ["private_key_jwt"] else 503)


def test_links_go_on_working_beside_accounts(visit, grant, office):
    grant(Role.VIEWER)
    visitor = visit()
    with office.workspace() as workspace:
        token = grants.invite(workspace, "hoa@vidu.example", Role.VIEWER).token

    visitor.sign_in()

    other = visit()
    assert other.client.post(f"/sign-in/{token}", headers={"Origin": PUBLIC}).status_code == 303


def test_signing_in_again_needs_no_grant_anew(visit, grant):
    grant()
    visitor = visit()
    visitor.sign_in()
    visitor.client.post("/sign-out", data={"csrf_token": session_of(visitor)["csrf"]})

    assert visitor.sign_in().status_code == 303


def test_two_tabs_may_be_on_their_way(visit, grant):
    grant()
    visitor = visit()
    first, second = visitor.leave("?next=/problems"), visitor.leave()

    assert visitor.come_back(visitor.to_provider(first)).location == "/problems"
    # the other tab finds its visitor in already
    assert visitor.come_back(visitor.to_provider(second)).location == "/"


def test_whose_session_ended_over_a_form_comes_back_to_its_page(visit, grant):
    grant()
    visitor = visit()

    page = visitor.client.post(
        "/units/S-CT/registration/decisions",
        data={"reason": "Mới chia tách"},
        headers={"Origin": PUBLIC, "Referer": f"{PUBLIC}/units/S-CT?as_of="},
    ).get_data(as_text=True)

    assert "Mới chia tách" in page
    assert "/sign-in/oidc?next=/units/S-CT" in page
    assert visitor.sign_in("?next=/units/S-CT").location == "/units/S-CT"


def test_a_browser_keeps_few_attempts(visit):
    visitor = visit()
    addresses = [visitor.leave() for _ in range(20)]

    assert len(session_of(visitor)["attempts"]) == 3
    assert len(visitor.client.get_cookie(identity.COOKIE).value) < 1500
    refused(visitor.come_back(visitor.to_provider(addresses[0])), 400, "không còn dùng được")


# where they were heading


def test_whoever_was_heading_somewhere_gets_there(visit, grant):
    grant()
    visitor = visit()
    away = visitor.client.get("/problems?q=S%E1%BB%9F&severity=error")
    assert away.status_code == 303
    page = visitor.client.get(away.location).get_data(as_text=True)
    address = page.partition(f'href="{PUBLIC}/sign-in/oidc')[2].partition('"')[0]

    answer = visitor.sign_in(address)

    assert answer.location == "/problems?q=S%E1%BB%9F&severity=error"
    assert visitor.client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    "onward",
    [
        "https://ke-gian.example",
        "//ke-gian.example",
        "/\\ke-gian.example",
        "javascript:alert(1)",
        "/sign-in/oidc",
        "\x00",
        "😀",
        "/" + "a" * 400,
        "/a\r\nSet-Cookie: x=y",
        "/\t/ke-gian.example",
        " /units",
        "http:/units",
    ],
)
def test_no_address_leads_elsewhere_after_signing_in(visit, grant, onward):
    grant()

    assert visit().sign_in(f"?next={quote(onward)}").location == "/"


# refusals of people who are who they say


def test_an_address_not_on_the_list_is_told_which_and_whom_to_ask(visit, grant, office):
    grant(email="ban@vidu.example")
    visitor = visit()

    page = refused(visitor.sign_in("?next=/problems"), 403, "Đã dùng địa chỉ hoa@vidu.example.")

    assert "Ban Dân vận" in page
    # choosing another account leads where it was to lead
    assert f"{PUBLIC}/sign-in/oidc?next=/problems" in page
    assert visitor.client.get("/").status_code == 303


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email_verified": False}, "chưa xác minh"),
        ({"email_verified": None}, "chưa xác minh"),
        ({"email_verified": "true"}, "chưa xác minh"),
        ({"email_verified": 1}, "chưa xác minh"),
        ({"hd": None}, "Chỉ nhận tài khoản cơ quan thuộc tinh.gov.vn"),
        ({"hd": "khac.gov.vn"}, "Chỉ nhận tài khoản cơ quan thuộc tinh.gov.vn"),
        ({"hd": ["tinh.gov.vn"]}, "Chỉ nhận tài khoản cơ quan thuộc tinh.gov.vn"),
        ({"hd": "x.tinh.gov.vn"}, "Chỉ nhận tài khoản cơ quan thuộc tinh.gov.vn"),
    ],
)
def test_an_account_that_is_not_vouched_for_is_refused(visit, grant, provider, change, words):
    grant()
    provider.person = HOA | {"hd": "tinh.gov.vn"}
    assert visit(oidc_domain="tinh.gov.vn").sign_in().status_code == 303
    provider.claims = change

    assert "hoa@vidu.example" in refused(visit(oidc_domain="tinh.gov.vn").sign_in(), 403, words)


def test_a_unit_is_sent_to_its_link(visit, grant):
    grant(Role.UNIT, unit="S-CT")

    refused(visit().sign_in(), 403, "đơn vị vào bằng liên kết")


def test_an_address_that_changed_hands_is_refused_until_it_is_granted_anew(visit, grant, provider, office):
    grant()
    visit().sign_in()
    provider.person = HOA | {"sub": "2002"}

    refused(visit().sign_in(), 403, "thu hồi rồi cấp lại")

    with office.workspace() as workspace:
        grants.revoke(workspace, "hoa@vidu.example")
    grant()
    assert visit().sign_in().status_code == 303


def test_a_grant_revoked_meanwhile_ends_the_session(visit, grant, office):
    grant()
    visitor = visit()
    visitor.sign_in()
    with office.workspace() as workspace:
        grants.revoke(workspace, "hoa@vidu.example")

    assert visitor.client.get("/").location == "/sign-in"
    refused(visitor.sign_in(), 403, "chưa được cấp quyền, hoặc quyền đã hết")


def test_whoever_stops_at_the_provider_is_told_that_nothing_happened(visit, grant):
    grant()
    visitor = visit()
    state = asked_of(visitor.leave())["state"]

    refused(visitor.come_back(urlencode({"state": state, "error": "access_denied"})), 200, "chưa có gì thay đổi")
    assert session_of(visitor) == {}


def test_refusals_are_english_where_the_pages_are(visit):
    page = visit(lang="en").sign_in().get_data(as_text=True)

    assert "You used hoa@vidu.example. This address was given no access" in page


@pytest.mark.parametrize(
    "email", ["<script>alert(1)</script>@x", "a" * 5000 + "@x.example", "{board}@x", "😀@x", "\x00"]
)
def test_whatever_an_address_holds_is_shown_as_it_is(visit, provider, email):
    provider.person = HOA | {"email": email}

    page = refused(visit().sign_in(), 403, "Đã dùng địa chỉ")

    assert "<script" not in page
    assert len(page) < 10_000


# attempts that did not begin here, or end twice


def test_an_answer_used_once_is_good_no_more(visit, grant):
    grant()
    visitor = visit()
    query = visitor.to_provider(visitor.leave())
    cookie = visitor.client.get_cookie(identity.COOKIE).value
    visitor.come_back(query)
    thief = visit()

    # without the cookie, and with one that was kept
    refused(thief.come_back(query), 400, "không còn dùng được")
    thief.client.set_cookie(identity.COOKIE, cookie, secure=True)
    refused(thief.come_back(query), 400, "không còn dùng được")
    # its own browser is in already
    assert visitor.come_back(query).location == "/"


def test_a_code_used_once_is_good_no_more_with_a_new_state(visit, grant, provider):
    grant()
    visitor = visit()
    code = asked_of("?" + visitor.to_provider(visitor.leave()))["code"]
    state = asked_of(visitor.leave())["state"]
    first = urlencode({"state": state, "code": code})
    # PKCE: the code was given for another attempt's challenge
    refused(visitor.come_back(first), 403, "chưa ai được vào")


def test_the_state_of_another_browser_is_refused(visit, grant):
    grant()
    attacker, victim = visit(), visit()
    query = attacker.to_provider(attacker.leave())
    victim.leave()

    refused(victim.come_back(query), 400, "không còn dùng được")
    assert victim.client.get("/").status_code == 303


def test_an_attempt_that_took_too_long_is_refused(visit, grant):
    grant()
    visitor = visit()
    query = visitor.to_provider(visitor.leave())
    with visitor.client.session_transaction() as session:
        began = session["attempts"][0]
        session["attempts"] = [[*began[:3], began[3] - 601, began[4]]]

    refused(visitor.come_back(query), 400, "không còn dùng được")


RUBBISH = ["", "x", "\x00", "😀", "đ" * 3000, "'; DROP TABLE grants; --", "<b>", "%ff", "\r\nSet-Cookie: a=b", "../../"]


@pytest.mark.parametrize("name", ["state", "code", "error", "iss", "next", "scope", "session_state"])
def test_rubbish_in_the_answer_lets_nobody_in_and_breaks_nothing(visit, grant, name):
    grant()
    application = visit().client.application
    for rubbish in RUBBISH:
        visitor = another(application)
        right = asked_of("?" + visitor.to_provider(visitor.leave()))

        answer = visitor.come_back(urlencode(right | {name: rubbish}))

        if name in {"state", "code", "error"} or (name == "iss"):
            assert answer.status_code in {400, 403}, rubbish
            assert visitor.client.get("/").status_code == 303
            if rubbish.isascii() and len(rubbish) > 2:
                assert rubbish not in answer.get_data(as_text=True)
        else:
            assert (answer.status_code, answer.location) == (303, "/"), rubbish


@pytest.mark.parametrize(
    "query", ["", "state", "state=&state=", "code=a", "a" * 9000, "%00=%00", "state=%ff%fe", "&&&=;"]
)
def test_an_answer_that_says_nothing_is_refused(visit, query):
    refused(visit().come_back(query), 400, "không còn dùng được")


@pytest.mark.parametrize("cookie", ["", "x", "e30.x.y", "😀".encode().decode("latin-1"), "a" * 4000])
def test_a_forged_cookie_is_no_attempt(visit, cookie):
    visitor = visit()
    visitor.client.set_cookie(identity.COOKIE, cookie, secure=True)

    refused(visitor.come_back("state=a&code=b"), 400, "không còn dùng được")


@pytest.mark.parametrize("path", ["/sign-in/oidc", "/sign-in/oidc/callback"])
def test_the_way_is_gone_by_reading_alone(visit, path):
    assert visit().client.post(path).status_code in {404, 405}


def test_whoever_is_refused_again_and_again_waits_and_whoever_is_right_does_not(visit, grant):
    visitor = visit()

    statuses = [visitor.come_back("state=a&code=b").status_code for _ in range(ALLOWED + 2)]

    assert statuses == [400] * ALLOWED + [429, 429]
    grant()
    assert visitor.sign_in().status_code == 303


# tokens that are wrong


def signed_by(key, **header):
    return lambda claims: jwt.encode({"kid": key.kid, **header}, claims, key, algorithms=[header["alg"]])


STRANGER = RSAKey.generate_key(2048, {"kid": "khoa-1"})


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://accounts.google.com"},
        {"iss": None},
        {"iss": ["http://127.0.0.1"]},
        {"aud": "khach.khac"},
        {"aud": None},
        {"aud": [CLIENT_ID, "khach.khac"], "azp": None},
        {"aud": [CLIENT_ID, "khach.khac"], "azp": "khach.khac"},
        {"azp": "khach.khac"},
        {"nonce": "khac"},
        {"nonce": None},
        {"nonce": ["khac"]},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "mai"},
        {"exp": True},
        {"iat": 4_000_000_000},
        {"iat": None},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 1001},
        {"sub": "1" * 300},
        {"email": None},
        {"email": ["hoa@vidu.example"]},
        {"email": ""},
    ],
)
def test_a_token_with_a_wrong_claim_lets_nobody_in(visit, grant, provider, change):
    grant()
    provider.claims = change
    visitor = visit()

    refused(visitor.sign_in(), 403, "chưa ai được vào")
    assert visitor.client.get("/").status_code == 303


def with_public_key_as_secret(provider):
    """Sign as HS256 with what everybody knows: no library does it, so it is done by hand."""

    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    def sign(claims: dict) -> str:
        header = {"alg": "HS256", "kid": provider.signing.kid}
        body = f"{part(json.dumps(header).encode())}.{part(json.dumps(claims).encode())}"
        public = provider.signing.as_pem(private=False)
        return f"{body}.{part(hmac.digest(public, body.encode(), 'sha256'))}"

    return sign


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "sign",
    [
        lambda _: signed_by(STRANGER, alg="RS256"),
        lambda _: signed_by(STRANGER, alg="PS256"),
        lambda provider: signed_by(provider.signing, alg="RS512"),
        lambda _: lambda claims: jwt.encode({"alg": "none"}, claims, STRANGER, algorithms=["none"]),
        with_public_key_as_secret,
        lambda provider: lambda claims: provider.sign_well(claims)[:-6] + "AAAAAA",
        lambda provider: lambda claims: provider.sign_well(claims).rpartition(".")[0] + ".",
        lambda _: lambda claims: "",
        lambda _: lambda claims: "rác",
        lambda _: lambda claims: "a.b.c",
        lambda _: lambda claims: "." * 100_000,
        lambda _: lambda claims: "😀.😀.😀",
    ],
)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(visit, grant, provider, sign):
    grant()
    provider.sign = sign(provider)
    visitor = visit()

    refused(visitor.sign_in(), 403, "chưa ai được vào")
    assert visitor.client.get("/").status_code == 303


def test_a_token_of_another_key_type_is_taken_where_the_provider_has_one(visit, grant, provider):
    grant()
    provider.rotate(ECKey.generate_key("P-256", {"kid": "cong", "use": "sig"}))

    assert visit().sign_in().status_code == 303


def test_keys_are_kept_and_asked_for_anew_when_the_provider_changes_them(visit, grant, provider):
    grant()
    visitor = visit()
    for _ in range(2):
        visitor.sign_in()
        visitor.client.post("/sign-out", data={"csrf_token": session_of(visitor)["csrf"]})
    assert (provider.count("/.well-known/openid-configuration"), provider.count("/keys")) == (1, 1)

    provider.rotate()

    assert visitor.sign_in().status_code == 303
    assert (provider.count("/.well-known/openid-configuration"), provider.count("/keys")) == (1, 2)


def test_a_key_that_nobody_published_is_asked_for_once_and_refused(visit, grant, provider):
    grant()
    provider.signing = RSAKey.generate_key(2048, {"kid": "khong-cong-bo"})
    visitor = visit()

    refused(visitor.sign_in(), 403, "chưa ai được vào")
    assert provider.count("/keys") == 2


# a provider in trouble


def page(content: bytes, status: int = 200, mimetype: str = "text/html"):
    return lambda _request: Response(content, status, mimetype=mimetype)


TROUBLE = [
    page(b"<html>bao tri</html>"),
    page(b"<html>bao tri</html>", 500),
    page(b"{}", 503, "application/json"),
    page(b"", 200, "application/json"),
    page(b"{rac", 200, "application/json"),
    page(b"[]", 200, "application/json"),
    page(b"null", 200, "application/json"),
    page(b"\xff\xfe\x00", 200, "application/json"),
    page(b"[" * 100_000, 200, "application/json"),
    page(b"{" + b" " * 300_000 + b"}", 200, "application/json"),
    page(b'{"issuer": 1, "keys": "x", "id_token": 3, "error": ["x"]}', 200, "application/json"),
    page(b'{"keys": [], "id_token": null, "expires_in": []}', 200, "application/json"),
    page(b'{"keys": [1, null, {"kty": "RSA"}], "id_token": "x", "expires_in": "mai"}', 200, "application/json"),
    lambda _request: Response(status=302, headers={"Location": "https://ke-gian.example/"}),
    page(b"{}", 429, "application/json"),
]


@pytest.mark.parametrize("answer", TROUBLE)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_a_provider_that_answers_rubbish_is_told_and_links_are_offered(visit, grant, provider, path, answer):
    grant()
    provider.instead[path] = answer
    visitor = visit()

    found = visitor.client.get("/sign-in/oidc")
    if found.status_code == 303:
        found = visitor.come_back(visitor.to_provider(found.location))

    refused(found, 503, "liên kết vẫn dùng được")
    assert "attempts" not in session_of(visitor)
    # over as soon as the provider is well again
    provider.instead.clear()
    assert visitor.sign_in().status_code == 303


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://khac.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://khac.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://[::1"},
        {"token_endpoint": ["x"]},
    ],
)
def test_a_description_that_leads_astray_is_not_followed(visit, provider, change):
    provider.instead["/.well-known/openid-configuration"] = lambda _request: _as_json(provider.description() | change)

    refused(visit().client.get("/sign-in/oidc"), 503, "liên kết vẫn dùng được")
    assert provider.asked == ["/.well-known/openid-configuration"]


def _as_json(content: dict) -> Response:
    return Response(json.dumps(content), mimetype="application/json")


def test_a_provider_that_is_not_there_is_told(visit, free_port):
    visitor = visit(oidc_issuer=f"http://127.0.0.1:{free_port}")

    refused(visitor.client.get("/sign-in/oidc"), 503, "Lúc này chưa hỏi được 127.0.0.1.")
    assert session_of(visitor) == {}


@pytest.mark.slow
def test_a_provider_that_does_not_answer_is_given_up(visit, provider):
    provider.instead["/.well-known/openid-configuration"] = slow(8)
    visitor = visit()
    began = clocks.system()

    refused(visitor.client.get("/sign-in/oidc"), 503, "liên kết vẫn dùng được")
    assert clocks.system() - began < timedelta(seconds=7)


def test_a_client_the_provider_does_not_know_is_the_operators_trouble(visit, grant, caplog):
    grant()

    refused(visit(oidc_client_secret="sai").sign_in(), 503, "liên kết vẫn dùng được")
    said = [record.getMessage() for record in caplog.records if record.name == "service.web.session.oidc.oidc_routes"]
    assert said == [
        "the provider of accounts gave no usable answer: the provider refuses TONGHOP_OIDC_CLIENT_ID with its secret"
    ]


def test_the_log_holds_no_address_no_code_and_no_token(visit, grant, provider, caplog):
    caplog.set_level(logging.DEBUG)
    grant()
    visitor = visit()
    tokens = []
    provider.sign = lambda claims: tokens.append(provider.sign_well(claims)) or tokens[-1]
    queries = [visitor.to_provider(visitor.leave())]
    visitor.come_back(queries[0])
    for change in ({"email_verified": False}, {"nonce": "x"}, {"sub": "2002"}, {"email": "la@vidu.example"}):
        provider.claims = change
        other = visit()
        queries.append(other.to_provider(other.leave()))
        other.come_back(queries[-1])

    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("service."))
    assert "signed in by account, role viewer" in said
    secrets = [asked_of("?" + query)[name] for query in queries for name in ("code", "state")] + tokens
    assert [secret for secret in ("vidu.example", "127.0.0.1", "2002", *secrets) if secret in said] == []


def test_a_public_address_with_a_path_comes_back_to_it(visit):
    asked = asked_of(visit(public_url=f"{PUBLIC}/dan-van").leave())

    assert urlsplit(asked["redirect_uri"]).path == "/dan-van/sign-in/oidc/callback"
