"""Who we are to Google: a key file, the machine's own account, impersonation, delegation; no secret is shown.

google-auth is imported here and in `http` alone.
"""

from __future__ import annotations

import json
import stat
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import google.auth
import requests
from google.auth import compute_engine, impersonated_credentials
from google.auth.credentials import Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account

from service.errors import SettingsError, SheetsForbiddenError, SheetsUnavailableError
from service.sheets import refusals
from sheets_schema.wording import Message, Value, message
from sheets_schema.wording.system_reasons import system_reason

LARGEST_KEY_FILE = 64 * 1024
NETWORK_TRIES = 3
_FRESH_KEY = message("google.fresh_key")
# what else is found in such files, by its `type`
_OTHER_TYPES = {
    "authorized_user": "google.file_authorized_user",
    "external_account": "google.file_external_account",
    "impersonated_service_account": "google.file_impersonated",
}


class AccountKind(StrEnum):
    """By what Google knows us."""

    KEY = "key"
    MACHINE = "machine"
    USER = "user"
    FEDERATED = "federated"
    IMPERSONATED = "impersonated"
    DELEGATED = "delegated"


KIND_WORDS: Mapping[AccountKind, Message] = {
    AccountKind.KEY: message("google.kind_key"),
    AccountKind.MACHINE: message("google.kind_machine"),
    AccountKind.USER: message("google.kind_user"),
    AccountKind.FEDERATED: message("google.kind_federated"),
    AccountKind.IMPERSONATED: message("google.kind_impersonated"),
    AccountKind.DELEGATED: message("google.kind_delegated"),
}


@dataclass(frozen=True, slots=True)
class Keys:
    """What the settings say: a key file or the machine's own account, perhaps as another, perhaps for a mailbox."""

    file: Path | None = None
    impersonate: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class GoogleAccount:
    """An identity with its scopes; `address` is "" until Drive is asked."""

    kind: AccountKind
    address: str
    scopes: tuple[str, ...]
    _credentials: Credentials = field(repr=False)
    _tokens: requests.Session = field(repr=False)

    def session(self) -> requests.Session:
        """Return a session whose calls carry this identity, its token renewed as needed."""
        request = Request(self._tokens)
        session = AuthorizedSession(self._credentials, auth_request=request)  # type: ignore[no-untyped-call]
        session.auth = _as_it_is
        return session

    def ask_for_token(self) -> None:
        """Have a token made now; SheetsForbiddenError or SheetsUnavailableError that says what to do."""
        try:
            self._credentials.refresh(Request(self._tokens))  # type: ignore[no-untyped-call]
        except GoogleAuthError as error:
            raise token_error(error) from error
        except (TypeError, ValueError, AttributeError) as error:
            # google-auth stumbles over an answer that is no token's
            raise SheetsForbiddenError(refusals.OTHER) from error


def open_account(keys: Keys, scopes: Sequence[str], tokens: requests.Session | None = None) -> GoogleAccount:
    """Return the identity that settings describe, without a call to Google; SettingsError when there is none.

    `tokens` is the session that token endpoints are asked with.
    """
    tokens = tokens or _token_session()
    wanted = tuple(scopes)
    if keys.file is not None:
        kind, source = AccountKind.KEY, _from_file(keys.file, wanted)
    else:
        kind, source = _of_the_machine(wanted)
    if keys.impersonate:
        borrowed = impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
            source, keys.impersonate, list(wanted), subject=keys.subject or None
        )
        kind = AccountKind.DELEGATED if keys.subject else AccountKind.IMPERSONATED
        return GoogleAccount(kind, keys.subject or keys.impersonate, wanted, borrowed, tokens)
    if keys.subject:
        return GoogleAccount(AccountKind.DELEGATED, keys.subject, wanted, source.with_subject(keys.subject), tokens)
    return GoogleAccount(kind, _address(source), wanted, source, tokens)


def token_error(error: GoogleAuthError) -> SheetsForbiddenError | SheetsUnavailableError:
    """Return our error for one of google-auth's: unavailable where another try may help, else forbidden."""
    if isinstance(error, TransportError) or error.retryable or isinstance(error.__cause__, TransportError):
        return SheetsUnavailableError(message("google.tokens_unreachable"))
    return SheetsForbiddenError(refusals.token_words(error))


def is_open_to_others(path: Path) -> bool:
    """Return True if other users of this machine may read a key file."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from putting a password of ~/.netrc in our token's place."""
    return request


def _token_session() -> requests.Session:
    session = requests.Session()
    session.mount("https://", requests.adapters.HTTPAdapter(max_retries=NETWORK_TRIES))
    session.auth = _as_it_is
    return session


def _address(credentials: Credentials) -> str:
    address = getattr(credentials, "service_account_email", "") or ""
    # the machine's own account is called "default" until its first token
    return address if "@" in address else ""


def _of_the_machine(scopes: tuple[str, ...]) -> tuple[AccountKind, Any]:
    try:
        with warnings.catch_warnings():
            # google-auth warns of users without a quota project; doctor says more
            warnings.simplefilter("ignore")
            credentials, _project = google.auth.default(scopes=list(scopes))
    except (DefaultCredentialsError, OSError, ValueError) as error:
        raise SettingsError(message("google.no_account", login=refusals.LOGIN)) from error
    return _kind(credentials), credentials


def _kind(credentials: Credentials) -> AccountKind:
    kinds: tuple[tuple[type, AccountKind], ...] = (
        (service_account.Credentials, AccountKind.KEY),
        (compute_engine.Credentials, AccountKind.MACHINE),
        (user_credentials.Credentials, AccountKind.USER),
        (impersonated_credentials.Credentials, AccountKind.IMPERSONATED),
    )
    return next((kind for known, kind in kinds if isinstance(credentials, known)), AccountKind.FEDERATED)


def _from_file(path: Path, scopes: tuple[str, ...]) -> Any:  # noqa: ANN401 – google-auth has no types here
    held = _key_of(path)
    try:
        return service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            held, scopes=list(scopes)
        )
    except (GoogleAuthError, ValueError, TypeError, AttributeError) as error:
        # what is in the key is not repeated
        raise _unusable(path, "google.file_bad_private_key") from error


def _key_of(path: Path) -> Mapping[str, Any]:
    """Return a service account's key from a file; SettingsError that says what the file is instead."""
    try:
        held = json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise _unusable(path, "google.file_not_json") from error
    if not isinstance(held, dict):
        raise _unusable(path, "google.file_not_a_key")
    if held.keys() & {"installed", "web"}:
        raise _unusable(path, "google.file_oauth")
    kind = held.get("type")
    if kind != "service_account":
        other = _OTHER_TYPES.get(kind) if isinstance(kind, str) else None
        raise _unusable(path, other or "google.file_not_a_key")
    lacking = [
        name
        for name in ("client_email", "private_key", "token_uri")
        if not isinstance(held.get(name), str) or not held[name].strip()
    ]
    if lacking:
        raise _unusable(path, "google.file_lacks", names=", ".join(lacking))
    if not _is_safe(held["token_uri"]):
        raise _unusable(path, "google.file_unsafe_uri")
    return held


def _read(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise _unusable(path, "google.file_is_folder" if stat.S_ISDIR(mode) else "google.file_is_missing")
        with path.open("rb") as file:
            raw = file.read(LARGEST_KEY_FILE + 1)
    except (FileNotFoundError, ValueError) as error:  # a name with a NUL is none
        raise _unusable(path, "google.file_is_missing") from error
    except OSError as error:
        raise _unusable(path, "google.file_unopened", reason=system_reason(error)) from error
    if len(raw) > LARGEST_KEY_FILE:
        raise _unusable(path, "google.file_too_large")
    return raw.decode("utf-8-sig")


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"})


def _unusable(path: Path, why: str, **values: Value) -> SettingsError:
    reason = message(why, remedy=_FRESH_KEY, **values)
    return SettingsError(message("google.key_file", file=repr(str(path)[:200]), why=reason))
