"""Who we are to Google: a key file, the machine's own account, impersonation, delegation; least scopes, no secret told.

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

LARGEST_KEY_FILE = 64 * 1024
NETWORK_TRIES = 3
_NAME = "TONGHOP_GOOGLE_CREDENTIALS"
_FRESH_KEY = (
    "Tạo khóa JSON trong Google Cloud Console (IAM & Admin › Service Accounts › Keys › Add key); xem docs/google.md."
)
# what else is found in such files, by its `type`
_OTHER_TYPES = {
    "authorized_user": (
        "là thông tin đăng nhập của một người (gcloud), không phải khóa của tài khoản dịch vụ. "
        f"Muốn dùng tài khoản ấy thì bỏ trống {_NAME}."
    ),
    "external_account": (
        f"là cấu hình Workload Identity Federation. Bỏ trống {_NAME} và đặt GOOGLE_APPLICATION_CREDENTIALS là tệp này."
    ),
    "impersonated_service_account": (
        f"là cấu hình mượn quyền của gcloud. Bỏ trống {_NAME} và đặt TONGHOP_GOOGLE_IMPERSONATE."
    ),
}


class Kind(StrEnum):
    """By what Google knows us."""

    KEY = "key"
    MACHINE = "machine"
    USER = "user"
    FEDERATED = "federated"
    IMPERSONATED = "impersonated"
    DELEGATED = "delegated"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.KEY: "khóa của tài khoản dịch vụ",
    Kind.MACHINE: "tài khoản dịch vụ của máy này",
    Kind.USER: "tài khoản của một người, đăng nhập bằng gcloud",
    Kind.FEDERATED: "tài khoản liên kết từ nơi khác",
    Kind.IMPERSONATED: "mượn quyền tài khoản dịch vụ, không có tệp khóa",
    Kind.DELEGATED: "thay mặt một hộp thư của miền",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """What the settings say: a key file or the machine's own account, perhaps as another, perhaps for a mailbox."""

    file: Path | None = None
    impersonate: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An identity with its scopes; `address` is "" until Drive is asked."""

    kind: Kind
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


def open_account(keys: Keys, scopes: Sequence[str], tokens: requests.Session | None = None) -> Account:
    """Return the identity that settings describe, without a call to Google; SettingsError when there is none.

    `tokens` is the session that token endpoints are asked with.
    """
    tokens = tokens or _token_session()
    wanted = tuple(scopes)
    kind, source = (Kind.KEY, _from_file(keys.file, wanted)) if keys.file is not None else _of_the_machine(wanted)
    if keys.impersonate:
        borrowed = impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
            source, keys.impersonate, list(wanted), subject=keys.subject or None
        )
        kind = Kind.DELEGATED if keys.subject else Kind.IMPERSONATED
        return Account(kind, keys.subject or keys.impersonate, wanted, borrowed, tokens)
    if keys.subject:
        return Account(Kind.DELEGATED, keys.subject, wanted, source.with_subject(keys.subject), tokens)
    return Account(kind, _address(source), wanted, source, tokens)


def token_error(error: GoogleAuthError) -> SheetsForbiddenError | SheetsUnavailableError:
    """Return our error for one of google-auth's: what passes with time is told from what does not."""
    if isinstance(error, TransportError) or error.retryable or isinstance(error.__cause__, TransportError):
        return SheetsUnavailableError("Không kết nối được nơi Google cấp quyền. Kiểm tra mạng rồi thử lại.")
    return SheetsForbiddenError(refusals.token_words(error))


def is_open_to_others(path: Path) -> bool:
    """Say whether anybody else on this machine may read a key file."""
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


def _of_the_machine(scopes: tuple[str, ...]) -> tuple[Kind, Any]:
    try:
        with warnings.catch_warnings():
            # google-auth warns of users without a quota project; doctor says more
            warnings.simplefilter("ignore")
            credentials, _project = google.auth.default(scopes=list(scopes))
    except (DefaultCredentialsError, OSError, ValueError) as error:
        raise SettingsError(
            f"TONGHOP_SHEETS=google nhưng máy này chưa có tài khoản Google nào. Đặt {_NAME} là tệp khóa của tài khoản "
            f"dịch vụ, hoặc chạy: {refusals.LOGIN}"
        ) from error
    return _kind(credentials), credentials


def _kind(credentials: Credentials) -> Kind:
    kinds: tuple[tuple[type, Kind], ...] = (
        (service_account.Credentials, Kind.KEY),
        (compute_engine.Credentials, Kind.MACHINE),
        (user_credentials.Credentials, Kind.USER),
        (impersonated_credentials.Credentials, Kind.IMPERSONATED),
    )
    return next((kind for known, kind in kinds if isinstance(credentials, known)), Kind.FEDERATED)


def _from_file(path: Path, scopes: tuple[str, ...]) -> Any:  # noqa: ANN401 – google-auth has no types here
    held = _key_of(path)
    try:
        return service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            held, scopes=list(scopes)
        )
    except (GoogleAuthError, ValueError, TypeError, AttributeError) as error:
        # what stands in the key is not repeated
        raise _unusable(path, f"có khóa riêng (private_key) không đọc được. {_FRESH_KEY}") from error


def _key_of(path: Path) -> Mapping[str, Any]:
    """Return a service account's key as it stands in a file; SettingsError that says what the file is instead."""
    try:
        held = json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise _unusable(path, f"không phải là tệp JSON. {_FRESH_KEY}") from error
    if not isinstance(held, dict):
        raise _unusable(path, f"không phải là khóa của tài khoản dịch vụ. {_FRESH_KEY}")
    if held.keys() & {"installed", "web"}:
        raise _unusable(path, f"là khóa OAuth của một ứng dụng, không phải của tài khoản dịch vụ. {_FRESH_KEY}")
    kind = held.get("type")
    if kind != "service_account":
        other = _OTHER_TYPES.get(kind) if isinstance(kind, str) else None
        raise _unusable(path, other or f"không phải là khóa của tài khoản dịch vụ. {_FRESH_KEY}")
    lacking = [
        name
        for name in ("client_email", "private_key", "token_uri")
        if not isinstance(held.get(name), str) or not held[name].strip()
    ]
    if lacking:
        raise _unusable(path, f"thiếu {', '.join(lacking)}. {_FRESH_KEY}")
    if not _is_safe(held["token_uri"]):
        raise _unusable(path, f"có token_uri không phải là https://. {_FRESH_KEY}")
    return held


def _read(path: Path) -> str:
    try:
        if not path.is_file():
            what = "là một thư mục" if path.is_dir() else "không có"
            raise _unusable(path, f"{what}. Ghi đường dẫn đầy đủ của tệp khóa. {_FRESH_KEY}")
        with path.open("rb") as file:
            raw = file.read(LARGEST_KEY_FILE + 1)
    except OSError as error:
        raise _unusable(path, f"không mở được: {error.strerror}. Cho người chạy dịch vụ quyền đọc tệp.") from error
    if len(raw) > LARGEST_KEY_FILE:
        raise _unusable(path, f"quá lớn để là một khóa. {_FRESH_KEY}")
    return raw.decode("utf-8-sig")


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"})


def _unusable(path: Path, why: str) -> SettingsError:
    return SettingsError(f"{_NAME}: tệp {str(path)[:200]!r} {why}")
