"""The signature: a known example, and what breaks it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.web.machines import hook_signatures
from service.web.machines.hook_signatures import Signed

AT = datetime(2023, 9, 29, 10, 0, tzinfo=UTC)
STAMP = str(int(AT.timestamp()))
BODY = b'{"spreadsheet_id": "x"}'


def signed(secret: str = "key", stamp: str = STAMP, nonce: str = "n1", body: bytes = BODY) -> Signed:
    return Signed(stamp, nonce, hook_signatures.sign(secret, stamp, nonce, body))


def test_sign_gives_the_known_hmac():
    assert (
        hook_signatures.sign("key", "1695981600", "abc", b"{}")
        == "825b11d6be3b7f4699bbab6a6528ef3e46079f5e2aa9d9603e8e23c4470de3d1"
    )


@pytest.mark.parametrize("seconds", [0, 299, 300, -300])
def test_holds_within_five_minutes(seconds):
    assert hook_signatures.holds(signed(), "key", BODY, AT + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [300.001, -300.001, 86_400])
def test_holds_not_beyond_five_minutes(seconds):
    assert not hook_signatures.holds(signed(), "key", BODY, AT + timedelta(seconds=seconds))


def test_holds_not_with_another_secret_or_body():
    assert not hook_signatures.holds(signed("other"), "key", BODY, AT)
    assert not hook_signatures.holds(signed(), "key", BODY + b" ", AT)


HEX = "0" * 64


@pytest.mark.parametrize(
    ("timestamp", "nonce", "signature"),
    [
        ("", "n", f"sha256={HEX}"),
        ("-1", "n", f"sha256={HEX}"),
        ("1.5", "n", f"sha256={HEX}"),
        ("١٢", "n", f"sha256={HEX}"),
        ("9" * 12, "n", f"sha256={HEX}"),
        ("1", "", f"sha256={HEX}"),
        ("1", "a b", f"sha256={HEX}"),
        ("1", "n" * 129, f"sha256={HEX}"),
        ("1", "n", HEX),
        ("1", "n", f"sha1={HEX}"),
        ("1", "n", f"sha256={HEX[1:]}"),
        ("1", "n", f"sha256={'g' * 64}"),
        ("1", "n", ""),
    ],
)
def test_read_headers_refuses_what_is_malformed(timestamp, nonce, signature):
    headers = {hook_signatures.TIMESTAMP: timestamp, hook_signatures.NONCE: nonce, hook_signatures.SIGNATURE: signature}

    assert hook_signatures.read_headers(headers.get) is None


def test_read_headers_takes_upper_case_digits():
    headers = {
        hook_signatures.TIMESTAMP: "1",
        hook_signatures.NONCE: "n",
        hook_signatures.SIGNATURE: f"sha256={'AB' * 32}",
    }

    assert hook_signatures.read_headers(headers.get) == Signed("1", "n", "ab" * 32)
    assert hook_signatures.read_headers({}.get) is None
