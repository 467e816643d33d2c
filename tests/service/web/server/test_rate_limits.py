"""Whoever is refused again and again waits; whoever is right never does."""

from __future__ import annotations

import json

import pytest

from service import grants
from service.domain.roles import Role
from service.web.server.rate_limits import LIMITS

ALLOWED = {limit.path: limit.allowed for limit in LIMITS}
SIGN_IN, HOOKS = ALLOWED["/sign-in"], ALLOWED["/hooks/"]


def refusals(client, count: int, path: str = "/sign-in/khong-co", **options) -> list[int]:
    return [client.post(path, **options).status_code for _ in range(count)]


def test_refusals_become_a_wait(browse):
    client = browse(None)

    assert refusals(client, SIGN_IN) == [404] * SIGN_IN
    answer = client.get("/sign-in/khong-co")

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 600
    assert "Đợi ít phút" in answer.get_data(as_text=True)
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_who_is_right_comes_in_from_the_very_address_that_waits(browse, office):
    client = browse(None)
    refusals(client, SIGN_IN + 5)
    with office.workspace() as workspace:
        token = grants.invite(workspace, "hoa@vidu.example", Role.UNIT, "S-CT").token

    assert client.get(f"/sign-in/{token}").status_code == 200
    assert client.post(f"/sign-in/{token}").status_code == 303
    assert client.get("/units/S-CT").status_code == 200
    assert client.get("/sign-in").status_code == 303


def test_the_count_holds_across_processes(browse):
    first, second = browse(None), browse(None)

    refusals(first, SIGN_IN // 2)
    refusals(second, SIGN_IN - SIGN_IN // 2)

    assert refusals(first, 1) + refusals(second, 1) == [429, 429]


def test_another_address_is_not_held_back(browse):
    client = browse(None)
    refusals(client, SIGN_IN + 1)

    assert refusals(client, 1, environ_base={"REMOTE_ADDR": "192.0.2.7"}) == [404]


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", 429),  # one client has all of these
        ("2001:db8::1", "2001:db8:0:1::1", 404),
        ("192.0.2.1", "::ffff:192.0.2.1", 429),
        ("rác", "rác", 429),
        ("", "", 429),
    ],
)
def test_one_client_is_one_source(browse, first, second, status):
    client = browse(None)
    refusals(client, SIGN_IN, environ_base={"REMOTE_ADDR": first})

    assert refusals(client, 1, environ_base={"REMOTE_ADDR": second}) == [status]


@pytest.mark.parametrize(("proxies", "status"), [(0, 429), (1, 404)])
def test_a_proxy_is_believed_only_when_set(browse, proxies, status):
    client = browse(None, trusted_proxies=proxies)
    refusals(client, SIGN_IN + 1, headers={"X-Forwarded-For": "192.0.2.1"})

    assert refusals(client, 1, headers={"X-Forwarded-For": "192.0.2.2"}) == [status]
    # what a client writes itself stands before what the proxy adds
    assert refusals(client, 1, headers={"X-Forwarded-For": "192.0.2.9, 192.0.2.1"}) == [429]


@pytest.mark.parametrize(
    "forwarded",
    ["203.0.113.8:{port}", "[2001:db8::5]:{port}", '"[2001:db8::6]:{port}"', "fe80::1%eth{port}", "khong-ro-{port}"],
)
def test_port_behind_an_address_is_no_part_of_the_client(browse, forwarded):
    client = browse(None, trusted_proxies=1)

    answers = [
        client.post(
            "/sign-in/khong-co", headers={"X-Forwarded-For": forwarded.format(port=40_000 + number)}
        ).status_code
        for number in range(SIGN_IN + 5)
    ]

    assert answers == [404] * SIGN_IN + [429] * 5


def test_forged_hooks_wait_and_signed_ones_never_do(hook, office):
    body = json.dumps({"spreadsheet_id": office.books("registration")[0]}).encode()

    forged = [hook(body, secret="mot-bi-mat-khac-0123") for _ in range(HOOKS + 3)]

    assert forged == [401] * HOOKS + [429] * 3
    assert [hook(body) for _ in range(HOOKS + 3)] == [204] * (HOOKS + 3)


def test_no_address_is_kept(browse, office):
    refusals(browse(None), 3, environ_base={"REMOTE_ADDR": "192.0.2.77"})

    assert all(b"192.0.2.77" not in path.read_bytes() for path in office.settings.data_dir.glob("facts.sqlite*"))
