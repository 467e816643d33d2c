"""How often a provider is asked, how long it is waited for, and by how many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import requests
from werkzeug.wrappers import Response

from service.settings import Settings
from service.web.session.oidc import attempts
from service.web.session.oidc.answers import ProviderDownError, ProviderPatience
from service.web.session.oidc.id_tokens import TokenRefusedError
from service.web.session.oidc.provider import MOST_AT_ONCE, Provider
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET
from tests.service.web.session.oidc.conftest import BACK, asked_of

NOW = datetime(2023, 9, 20, 1, tzinfo=UTC)
DESCRIPTION = "/.well-known/openid-configuration"


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ask(provider, clock) -> Callable[..., Provider]:
    """Return `ask(read, whole)`: who asks the provider, with so much patience."""

    def make(read: float = 4.0, whole: float = 6.0) -> Provider:
        settings = Settings(oidc_client_id=CLIENT_ID, oidc_client_secret=CLIENT_SECRET, oidc_issuer=provider.issuer)
        return Provider(settings, BACK, clock, ProviderPatience(1.0, read, whole))

    return make


@pytest.fixture
def asking(ask) -> Provider:
    return ask()


def identify(asking: Provider):
    attempt = attempts.new(NOW, "")
    back = requests.get(asking.address_for(attempt), allow_redirects=False, timeout=5).headers["Location"]
    return asking.identify(asked_of(back)["code"], attempt)


def test_addresses_and_keys_are_kept_an_hour(asking, provider, clock):
    provider.claims = {"iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 9000}

    for minutes in (0, 59, 60, 61):
        clock.now = NOW + timedelta(minutes=minutes)
        assert identify(asking).email == "hoa@vidu.example"

    assert (provider.count(DESCRIPTION), provider.count("/keys"), provider.count("/token")) == (2, 2, 4)


def test_time_is_the_clocks(asking, provider, clock):
    clock.now = NOW + timedelta(days=3650)
    provider.claims = {"iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 3600}

    with pytest.raises(TokenRefusedError, match="claim exp"):
        identify(asking)


def test_what_failed_is_not_kept(asking, provider):
    provider.instead[DESCRIPTION] = lambda _request: Response("{}", 500)
    with pytest.raises(ProviderDownError, match="answered 500"):
        asking.address_for(attempts.new(NOW, ""))
    provider.instead.clear()

    assert asking.address_for(attempts.new(NOW, "")).startswith(f"{provider.issuer}/authorize?")


def test_an_answer_that_drips_is_given_up(ask, provider):
    over = threading.Event()

    def drip():
        while not over.is_set():
            yield b" " * 64
            over.wait(0.05)

    provider.instead[DESCRIPTION] = lambda _request: Response(drip(), mimetype="application/json")
    began = time.monotonic()
    try:
        with pytest.raises(ProviderDownError, match="too large or too slow"):
            ask(whole=0.5).address_for(attempts.new(NOW, ""))
    finally:
        over.set()

    assert time.monotonic() - began < 4


def test_a_slow_provider_takes_few_of_the_webs_threads(ask, provider):
    patient = ask(10.0, 10.0)
    arrived, free = threading.Barrier(MOST_AT_ONCE + 1), threading.Event()

    def wait(_request) -> Response:
        arrived.wait(5)
        free.wait(5)
        return Response("{}", 503)

    provider.instead[DESCRIPTION] = wait
    failures: list[str] = []

    def try_it() -> None:
        with pytest.raises(ProviderDownError) as raised:
            patient.address_for(attempts.new(NOW, ""))
        failures.append(str(raised.value))

    threads = [threading.Thread(target=try_it) for _ in range(MOST_AT_ONCE)]
    for thread in threads:
        thread.start()
    arrived.wait(5)
    began = time.monotonic()

    try_it()

    assert time.monotonic() - began < 1
    assert failures == ["too many are asking at once"]
    free.set()
    for thread in threads:
        thread.join()
    assert failures[1:] == ["answered 503"] * MOST_AT_ONCE
    # the places are free again
    provider.instead.clear()
    assert patient.address_for(attempts.new(NOW, ""))
