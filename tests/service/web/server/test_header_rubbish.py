"""Headers of every form are no failure of ours, and no way around the limits."""

from __future__ import annotations

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from service.domain.roles import Role
from service.web.server.rate_limits import LIMITS

LONG = "x" * 10_000
FORWARDED = [
    "", " ", ",", ",,,", ", 1.2.3.4", "unknown", "_hidden", "null", "None", "::", "[", "]", "[]", "[::1", "::1]",
    "[::1]:x",
    "[fe80::1%eth0]:443", "fe80::1%eth0", "[2001:db8::5]:99999999", "2001:db8::5:443", "::ffff:1.2.3.4",
    "1.2.3.4:", "1.2.3.4:port", "1.2.3", "1.2.3.4.5", "01.02.03.04", "0x7f000001", "2130706433", "1.2.3.4/24",
    '"1.2.3.4"', '"[2001:db8::5]:1"', "for=1.2.3.4", "1.2.3.4;5.6.7.8", "1.2.3.4 5.6.7.8", "127.0.0.1", "localhost",
    "%00", "%", "\t", "địa chỉ".encode().decode("latin-1"), "\xff\xfe", "٤.٤.٤.٤".encode().decode("latin-1"), LONG,
    ",".join(["1.2.3.4"] * 1000), "1.2.3.4" + "," * 5000,
]  # fmt: skip
HOSTS = [
    "", " ", "a b", "a/b", "a\\b", "a@b", "a:b:c", "[", "[::1", "[::1]:x", "::1", "a:99999999", "a:", ":80", "%00",
    "..",
    "xn--", "xn--a-ecp.ru", "a" * 64 + ".vn", ".".join(["a"] * 200), "bắc giang".encode().decode("latin-1"), "\xff",
    "evil.example", "localhost:80, b", "http://a", "a?b", "a#b", "a%b", "_", "-", LONG,
]  # fmt: skip
OTHERS = [
    ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Host", LONG), ("X-Forwarded-Proto", "javascript"),
    ("X-Forwarded-Proto", ","), ("X-Forwarded-Port", "x"), ("X-Forwarded-Port", "99999999"),
    ("X-Forwarded-Prefix", "//evil"),
    ("Forwarded", "for=\"[::1]:x\";proto=,"), ("Forwarded", LONG), ("X-Real-Ip", "rubbish"), ("Via", "\xff"),
    ("Authorization", "Bearer"), ("Authorization", "Bearer \xff"), ("Authorization", "Basic !!!"),
    ("Authorization", "Digest a"),
    ("Authorization", "Basic " + "/w" * 30), ("Authorization", LONG), ("Cookie", "tonghop=\xff"),
    ("Cookie", ";;;=;="),
    ("Cookie", "tonghop=" + LONG), ("Origin", "null"), ("Origin", "http://["), ("Origin", "\xff"),
    ("Referer", "http://[::1"),
    ("Referer", "\xff"), ("Sec-Fetch-Site", "\xff"), ("Accept", "\xff"), ("Accept-Language", ";q=x"),
    ("Range", "bytes=-"),
    ("Range", "bytes=5-1"), ("If-Modified-Since", "hôm qua".encode().decode("latin-1")), ("If-None-Match", '"'),
    ("Content-Type", "\xff"),
    ("Content-Type", "multipart/form-data"), ("Content-Type", "application/json; charset=khong-co"),
    ("Content-Type", "application/x-www-form-urlencoded; charset=utf-7"), ("X-CSRF-Token", "\xff"),
    ("X-HTTP-Method-Override", "DELETE"),
]  # fmt: skip
ASKED = (
    ("GET", "/"), ("GET", "/sign-in"), ("POST", "/sign-in/sai"), ("GET", "/metrics"), ("GET", "/api/v1/units"),
    ("POST", "/units/S-CT/decisions"), ("GET", "/static/tonghop.css"), ("POST", "/hooks/sheet"),
    ("POST", "/tasks/sweep"), ("GET", "//units//S-CT"),
)  # fmt: skip


def failures(application, cookie: str, name: str, value: str) -> list[tuple[str, str, str]]:
    found = []
    for method, path in ASKED:
        # asked without the test client, which reads the headers itself
        environ = create_environ(path, method=method, headers={"Cookie": cookie}, data=b"{}")
        environ["CONTENT_TYPE" if name == "Content-Type" else f"HTTP_{name.upper().replace('-', '_')}"] = value
        _, status, _ = run_wsgi_app(application, environ, buffered=True)
        # 503: what is switched off
        if status.startswith("5") and not status.startswith("503"):
            found.append((method, path, status))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("proxies", "role"), [(0, None), (1, Role.OPERATOR), (5, None)])
def test_no_header_is_a_failure_of_ours(browse, proxies, role):
    client = browse(role, trusted_proxies=proxies)
    kept = client.get_cookie("tonghop")
    cookie = f"tonghop={kept.value}" if kept else ""
    headers = [("X-Forwarded-For", value) for value in FORWARDED] + [("Host", value) for value in HOSTS] + OTHERS

    failed = {header: found for header in headers if (found := failures(client.application, cookie, *header))}

    assert failed == {}


@pytest.mark.parametrize("proxies", [0, 1])
def test_no_forwarded_rubbish_is_a_way_around_the_limit(browse, proxies):
    client = browse(None, trusted_proxies=proxies)
    limit = next(limit for limit in LIMITS if limit.path == "/sign-in")
    rubbish = [value for value in FORWARDED if not any(digit in value for digit in "124578")]

    statuses = [
        client.get(
            f"/sign-in/sai-{number}", headers={"X-Forwarded-For": rubbish[number % len(rubbish)] + "x" * number}
        ).status_code
        for number in range(limit.allowed + 20)
    ]

    assert statuses.count(404) <= limit.allowed + 1
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "write",
    [
        "203.0.113.8:{}", " 203.0.113.8:{} ", '"203.0.113.8:{}"', "::ffff:203.0.113.8%{}", "[::ffff:203.0.113.8]:{}",
        "{}, 203.0.113.8",
        "9.9.9.{}, 203.0.113.8:1", "203.0.113.8%{}", "203.0.113.8:x{}",
    ],
)  # fmt: skip
def test_an_address_is_one_source_however_it_is_written(browse, write):
    client = browse(None, trusted_proxies=1)
    limit = next(limit for limit in LIMITS if limit.path == "/sign-in")
    for number in range(limit.allowed + 1):
        client.get(f"/sign-in/sai-{number}", headers={"X-Forwarded-For": write.format(number)})

    plain = client.get("/sign-in/sai", headers={"X-Forwarded-For": "203.0.113.8"})
    other = client.get("/sign-in/sai", headers={"X-Forwarded-For": "203.0.113.9"})

    assert (plain.status_code, other.status_code) == (429, 404)
