"""Coming in by a link and going out, as browsers, mail scanners and others do."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from service import grants
from service.domain.roles import Role
from service.web.session import identity


@pytest.fixture
def invite(office):
    """Return `invite(role, unit, **options)`: the token of a new link."""

    def make(role: Role = Role.OPERATOR, unit: str = "", **options) -> str:
        with office.workspace() as workspace:
            return grants.invite(workspace, "hoa@vidu.example", role, unit, **options).token

    return make


def session_of(client) -> dict:
    with client.session_transaction() as session:
        return dict(session)


def test_sign_in_says_how_to_get_a_link_and_nothing_else(browse):
    page = browse(None).get("/sign-in").get_data(as_text=True)

    assert "Đề nghị cơ quan tổng hợp gửi một liên kết đăng nhập" in page
    assert "Tháng Dân vận" in page
    assert [word for word in ("<form", "S-CT", "Sở Công Thương", "@") if word in page] == []


def test_opening_a_link_uses_nothing_up(browse, invite):
    client, path = browse(None), f"/sign-in/{invite()}"

    pages = [client.get(path) for _ in range(3)] + [client.head(path)]

    assert [page.status_code for page in pages] == [200] * 4
    assert '<button type="submit">Vào</button>' in pages[0].get_data(as_text=True)
    assert session_of(client) == {}
    assert client.post(path).status_code == 303


@pytest.mark.parametrize(
    ("role", "unit", "home"),
    [(Role.OPERATOR, "", "/"), (Role.VIEWER, "", "/"), (Role.UNIT, "S-CT", "/units/S-CT")],
)
def test_everybody_lands_at_home(browse, invite, role, unit, home):
    client = browse(None)

    answer = client.post(f"/sign-in/{invite(role, unit)}")

    assert (answer.status_code, answer.location) == (303, home)
    assert client.get(home).status_code == 200
    assert client.get("/sign-in").location == home


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_no_good_says_so_whatever_the_reason(browse, invite, office, method):
    used, expired = invite(), invite(link_life=timedelta(0))
    browse(None).post(f"/sign-in/{used}")
    revoked = invite(Role.VIEWER)
    with office.workspace() as workspace:
        grants.revoke(workspace, "hoa@vidu.example")
    client = browse(None)

    answers = [
        getattr(client, method)(f"/sign-in/{token}") for token in (used, expired, revoked, "x", "%00", "đ" * 500)
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert len({answer.get_data() for answer in answers}) == 1
    assert "Cần một liên kết mới" in answers[0].get_data(as_text=True)
    assert session_of(client) == {}


def test_a_session_planted_beforehand_is_not_taken_over(browse, invite):
    client = browse(None)
    with client.session_transaction() as session:
        session.update(id="cua-ke-gian", csrf="cua-ke-gian", khac="x")

    client.post(f"/sign-in/{invite()}")

    after = session_of(client)
    assert set(after) == {"id", "csrf", "_permanent"}
    assert "cua-ke-gian" not in after.values()


def test_signing_in_again_ends_the_session_before(browse, invite):
    client, path = browse(None), f"/sign-in/{invite()}"
    client.post(path)
    before, cookie = session_of(client), client.get_cookie(identity.COOKIE).value

    client.post(f"/sign-in/{invite()}", data={"csrf_token": before["csrf"]})

    after = session_of(client)
    assert {before["id"], before["csrf"]} & {after["id"], after["csrf"]} == set()
    thief = browse(None)
    thief.set_cookie(identity.COOKIE, cookie)
    assert thief.get("/").location == "/sign-in"


def test_a_cookie_kept_after_signing_out_lets_nobody_in(browse):
    client = browse()
    cookie = client.get_cookie(identity.COOKIE).value

    answer = client.post("/sign-out", data={"csrf_token": session_of(client)["csrf"]})

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get_cookie(identity.COOKIE) is None
    client.set_cookie(identity.COOKIE, cookie)
    assert client.get("/").location == "/sign-in"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "rác"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://tonghop.vidu.example"}, 303),
        ({"Origin": "https://khac.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_another_site_cannot_sign_its_visitor_in(browse, invite, headers, status):
    client, path = browse(None, public_url="https://tonghop.vidu.example"), f"/sign-in/{invite()}"

    assert (
        client.post(
            path, headers={name: value.encode().decode("latin-1") for name, value in headers.items()}
        ).status_code
        == status
    )
    # what was refused used nothing up
    assert client.get(path).status_code == (404 if status == 303 else 200)


def test_the_cookie_and_the_log_hold_no_address_and_no_token(browse, invite, caplog):
    caplog.set_level(logging.DEBUG)
    client, token = browse(None), invite()

    client.post(f"/sign-in/{token}")
    client.post(f"/sign-in/{token}", data={"csrf_token": session_of(client)["csrf"]})
    client.get("/sign-in/khong-co")
    client.post("/sign-out", data={"csrf_token": session_of(client)["csrf"]})

    ours = [record.getMessage() for record in caplog.records if record.name == "service.web.session.sign_in_links"]
    assert ours == ["signed in, role operator", "sign-in refused"]
    said = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert [secret for secret in ("hoa@vidu.example", "127.0.0.1", token) if secret in said] == []
    assert "hoa" not in str(session_of(client))


def test_signing_out_is_no_link(browse):
    client = browse()

    assert client.get("/sign-out").status_code == 405
    assert client.get("/").status_code == 200


def test_strangers_who_sign_out_are_sent_to_sign_in(browse):
    assert browse(None).post("/sign-out").location == "/sign-in"
