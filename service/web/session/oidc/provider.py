"""The provider of accounts: its page to sign in and the account it confirms. Its addresses and keys are kept an hour.

Only so many requests ask it at a time, so that a slow provider takes no more than its share of the web's threads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from service.clock import Clock
from service.grants import ProviderAccount
from service.settings import Settings, is_safe_address
from service.web.session.oidc import id_tokens
from service.web.session.oidc.answers import ProviderDownError, ProviderPatience, read_object, read_whole
from service.web.session.oidc.attempts import Attempt
from service.web.session.oidc.id_tokens import Expected, TokenFault, TokenRefusedError, UnknownKeyError

SCOPE = "openid email"
KEPT = timedelta(hours=1)
MOST_AT_ONCE = 4  # of the eight threads of the web


@dataclass(frozen=True, slots=True)
class Places:
    """The provider's addresses, as its discovery document names them."""

    authorization: str
    token: str
    keys: str
    secret_by: str  # how the client's secret is sent


class Provider:
    """One OpenID Connect provider."""

    def __init__(
        self, settings: Settings, redirect_uri: str, clock: Clock, patience: ProviderPatience | None = None
    ) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._patience = patience or ProviderPatience()
        self._slots = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._places: tuple[Places, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None

    def address_for(self, attempt: Attempt) -> str:
        """Return the address of the page to sign in; ProviderDownError when it is not known."""
        with self._talking() as session:
            places = self._find_places(session)
            hint = {"hd": self._settings.oidc_domain} if self._settings.oidc_domain else {}
            address, _state = session.create_authorization_url(
                places.authorization,
                state=attempt.state,
                code_verifier=attempt.verifier,
                nonce=attempt.nonce,
                # a visitor who is signed in there with the wrong account must be able to choose
                prompt="select_account",
                **hint,
            )
        return str(address)

    def identify(self, code: str, attempt: Attempt) -> ProviderAccount:
        """Return the account that a code was given for; TokenRefusedError, or ProviderDownError."""
        with self._talking() as session:
            token = self._exchange(session, code, attempt)
            expected = Expected(
                self._settings.oidc_issuer,
                self._settings.oidc_client_id,
                attempt.nonce,
                self._clock(),
                self._settings.oidc_domain,
            )
            try:
                return id_tokens.read_account(token, self._find_keys(session), expected)
            except UnknownKeyError:
                self._keys = None
                return id_tokens.read_account(token, self._find_keys(session), expected)

    @contextmanager
    def _talking(self) -> Iterator[OAuth2Session]:
        """Hold one of the few places at the provider; whatever fails there becomes ProviderDownError."""
        if not self._slots.acquire(blocking=False):
            raise ProviderDownError("too many are asking at once")
        try:
            with OAuth2Session(
                self._settings.oidc_client_id,
                self._settings.oidc_client_secret,
                scope=SCOPE,
                redirect_uri=self._redirect_uri,
                code_challenge_method="S256",
            ) as session:
                yield session
        except requests.RequestException as error:
            raise ProviderDownError(type(error).__name__) from error
        finally:
            self._slots.release()

    def _exchange(self, session: OAuth2Session, code: str, attempt: Attempt) -> str:
        places = self._find_places(session)
        session.token_endpoint_auth_method = places.secret_by
        session.register_compliance_hook("access_token_response", lambda response: read_whole(response, self._patience))
        try:
            answer = session.fetch_token(
                places.token,
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.verifier,
                redirect_uri=self._redirect_uri,
                **self._bounds(),
            )
        except AuthlibBaseError as error:
            if error.error == "invalid_grant":
                raise TokenRefusedError(TokenFault.BROKEN, "code refused") from error
            # our client's id or secret, most often; the provider's words may hold anything
            raise ProviderDownError("the provider refuses TONGHOP_OIDC_CLIENT_ID with its secret") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise ProviderDownError(f"no token in the answer: {type(error).__name__}") from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderDownError("no ID token in the answer")
        return token

    def _bounds(self) -> dict[str, object]:
        # a redirect would carry the client's secret to wherever it leads
        return {"timeout": self._patience.timeout, "stream": True, "allow_redirects": False}

    def _get(self, session: OAuth2Session, address: str) -> dict[str, object]:
        return read_object(session.get(address, withhold_token=True, **self._bounds()), self._patience)

    def _find_places(self, session: OAuth2Session) -> Places:
        kept, now = self._places, self._clock()
        if kept is not None and now < kept[1]:
            return kept[0]
        issuer = self._settings.oidc_issuer
        places = _read_places(self._get(session, get_well_known_url(issuer, external=True)), issuer)
        self._places = (places, now + KEPT)
        return places

    def _find_keys(self, session: OAuth2Session) -> KeySet:
        kept, now = self._keys, self._clock()
        if kept is not None and now < kept[1]:
            return kept[0]
        keys = _read_keys(self._get(session, self._find_places(session).keys))
        self._keys = (keys, now + KEPT)
        return keys


def _read_places(document: dict[str, object], issuer: str) -> Places:
    if document.get("issuer") != issuer:
        raise ProviderDownError("the discovery document names another issuer")
    named = [document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    found = [place for place in named if isinstance(place, str) and is_safe_address(place)]
    if len(found) < len(named):
        raise ProviderDownError("the discovery document lacks an address that can be used")
    ways = document.get("token_endpoint_auth_methods_supported")
    by_post = isinstance(ways, list) and "client_secret_basic" not in ways and "client_secret_post" in ways
    return Places(found[0], found[1], found[2], "client_secret_post" if by_post else "client_secret_basic")


def _read_keys(document: dict[str, object]) -> KeySet:
    listed = document.get("keys")
    usable = [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderDownError("the keys cannot be read") from error
