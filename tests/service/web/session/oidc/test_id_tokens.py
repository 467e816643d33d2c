"""When a token is good, to the second; and the names Google goes by."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from service.grants import ProviderAccount
from service.web.session.oidc import id_tokens
from service.web.session.oidc.id_tokens import Expected, TokenFault, TokenRefusedError, UnknownKeyError

NOW = datetime(2023, 9, 20, 1, tzinfo=UTC)
GOOGLE = "https://accounts.google.com"
KEY = RSAKey.generate_key(2048, {"kid": "mot"})
KEYS = KeySet([KEY])
CLAIMS = {
    "iss": GOOGLE,
    "aud": "khach",
    "sub": "1001",
    "nonce": "n",
    "email": "hoa@vidu.example",
    "email_verified": True,
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 3600,
}


def read(now: datetime = NOW, issuer: str = GOOGLE, domain: str = "", **changes: object) -> ProviderAccount:
    token = jwt.encode({"alg": "RS256", "kid": "mot"}, CLAIMS | changes, KEY)
    return id_tokens.read_account(token, KEYS, Expected(issuer, "khach", "n", now, domain))


@pytest.mark.parametrize(
    ("seconds", "is_good"),
    [(-61, False), (-60, True), (0, True), (3600, True), (3659, True), (3660, False), (3661, False)],
)
def test_a_token_is_good_from_a_minute_before_to_a_minute_after(seconds, is_good):
    now = NOW + timedelta(seconds=seconds)

    if is_good:
        assert read(now) == ProviderAccount(GOOGLE, "1001", "hoa@vidu.example")
    else:
        with pytest.raises(TokenRefusedError, match=r"claim (iat|exp)"):
            read(now)


def test_google_may_go_by_its_old_name_and_nobody_else_may():
    assert read(iss="accounts.google.com").issuer == GOOGLE
    with pytest.raises(TokenRefusedError, match="claim iss"):
        read(iss="accounts.google.com", issuer="https://cap.example")


def test_a_list_of_one_audience_is_as_good_as_its_name():
    assert read(aud=["khach"]).subject == "1001"


@pytest.mark.parametrize(
    ("hd", "is_good"), [("tinh.gov.vn", True), ("Tinh.GOV.vn", True), ("khac.vn", False), ("", False)]
)
def test_the_domain_is_held_to_where_one_is_set(hd, is_good):
    assert read(hd=hd).subject == "1001"
    if is_good:
        assert read(hd=hd, domain="tinh.gov.vn").subject == "1001"
    else:
        with pytest.raises(TokenRefusedError) as raised:
            read(hd=hd, domain="tinh.gov.vn")
        assert (raised.value.fault, raised.value.email) == (TokenFault.OTHER_DOMAIN, "hoa@vidu.example")


@pytest.mark.parametrize(
    ("header", "words"),
    [({"alg": "HS256", "kid": "mot"}, "unsupported_algorithm"), ({"alg": "none"}, "unsupported_algorithm")],
)
def test_an_algorithm_anybody_could_sign_with_is_refused_for_itself(header, words):
    body = jwt.encode({"alg": "RS256", "kid": "mot"}, CLAIMS, KEY).split(".")[1]
    forged = f"{_part(header)}.{body}.{_part({})}"

    with pytest.raises(TokenRefusedError, match=words):
        id_tokens.read_account(forged, KEYS, Expected(GOOGLE, "khach", "n", NOW))


def _part(content: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_a_key_that_is_not_known_is_told_apart():
    token = jwt.encode({"alg": "RS256", "kid": "hai"}, CLAIMS, RSAKey.generate_key(2048, {"kid": "hai"}))

    with pytest.raises(UnknownKeyError):
        id_tokens.read_account(token, KEYS, Expected(GOOGLE, "khach", "n", NOW))


def test_a_refusal_says_nothing_of_what_the_token_held():
    with pytest.raises(TokenRefusedError) as raised:
        read(nonce="rieng-tu", email="hoa@vidu.example")

    assert str(raised.value) == "claim nonce: invalid_claim"
