"""Settings from TONGHOP_ environment variables, all refused together when they are wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from service.errors import SettingsError

PREFIX = "TONGHOP_"
FACTS_FILE = "facts.sqlite"
GOOGLE_ISSUER = "https://accounts.google.com"
GOOGLE_PER_MINUTE = 60  # reads, and as many writes, of one user
MOST_PER_MINUTE = 6_000
TEST_PREFIX = "TONGHOP_TEST_"  # read by the test suite, never by the service
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
SERVICE_ACCOUNTS = ".gserviceaccount.com"
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set; see the table in README.md."""

    sheets: str = "embedded"  # embedded | google | http://host:port
    campaign: str = "thang_dan_van_2023"  # a campaign that comes with tonghop, or a folder
    data_dir: Path = Path("tonghop-data")
    database_url: str = ""  # blank: SQLite in the data folder
    public_url: str = "http://127.0.0.1:8080"
    secret_key: str = field(default="", repr=False)
    hook_secret: str = field(default="", repr=False)
    task_secret: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)
    embedded_token: str = field(default="", repr=False)
    google_credentials: Path | None = None  # key file of a service account; blank: the machine's own
    google_impersonate: str = ""  # a service account whose rights are borrowed, without a key of it
    google_subject: str = ""  # a mailbox for which we act, by domain-wide delegation
    files: str = ""  # where new spreadsheets come from: own | brought | drive:ID; blank: by where they are kept
    lang: str = "vi"
    log: str = "text"  # text | json
    rehearsal: bool = False
    debounce_seconds: float = 2.0
    max_wait_seconds: float = 30.0
    sweep_seconds: float = 600.0
    watch: str = "files"  # files | changes | off
    session_hours: float = 12.0  # how long somebody stays signed in without doing anything
    reads_per_minute: int | None = None  # of one identity; None: Google's own limit there, none elsewhere
    writes_per_minute: int | None = None
    trusted_proxies: int = 0  # how many stand before us: whose word on the remote address is taken
    oidc_client_id: str = ""  # blank: no signing in with an account
    oidc_client_secret: str = field(default="", repr=False)
    oidc_domain: str = ""  # the Workspace domain accounts must belong to; blank: any
    oidc_issuer: str = GOOGLE_ISSUER

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read settings; raise SettingsError naming every unknown or malformed one at once."""
        values: dict[str, object] = {}
        faults: list[str] = []
        for name, text in sorted(environ.items()):
            if not name.startswith(PREFIX) or name.startswith(TEST_PREFIX):
                continue
            key = name.removeprefix(PREFIX).lower()
            if key not in READERS:
                faults.append(f"{name}: không có cài đặt này. Có: {', '.join(setting_names())}.")
            elif text.strip():
                try:
                    values[key] = READERS[key](text.strip())
                except ValueError as error:
                    faults.append(f"{name}: {error}")
        faults += _account_faults({name for name, text in environ.items() if text.strip()}, values.get("public_url"))
        faults += _senseless(values)
        if faults:
            raise SettingsError("Cài đặt chưa đúng:\n" + "\n".join(f"  {fault}" for fault in faults))
        return cls(**values)  # type: ignore[arg-type]

    @property
    def calls_per_minute(self) -> tuple[int, int]:
        """Reads and writes that one identity may send a minute; 0 is no limit."""
        usual = GOOGLE_PER_MINUTE if self.sheets == "google" else 0
        reads, writes = self.reads_per_minute, self.writes_per_minute
        return usual if reads is None else reads, usual if writes is None else writes

    @property
    def facts_url(self) -> str:
        """The database of facts: the one set, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / FACTS_FILE}"


def setting_names() -> tuple[str, ...]:
    """Return the environment variables that are read, in the order of the record."""
    return tuple(PREFIX + item.name.upper() for item in fields(Settings))


def _senseless(values: Mapping[str, object]) -> list[str]:
    """Return what is well formed and makes no sense together."""
    faults = []
    for key in ("google_credentials", "google_impersonate", "google_subject"):
        if key in values and values.get("sheets") != "google":
            faults.append(f"{PREFIX}{key.upper()}: chỉ có nghĩa khi TONGHOP_SHEETS=google; đặt thêm, hoặc bỏ đi.")
    if "google_subject" in values and not values.keys() & {"google_credentials", "google_impersonate"}:
        faults.append(
            "TONGHOP_GOOGLE_SUBJECT: thay mặt hộp thư cần tệp khóa (TONGHOP_GOOGLE_CREDENTIALS) "
            "hoặc tài khoản dịch vụ để mượn quyền (TONGHOP_GOOGLE_IMPERSONATE)."
        )
    return faults


def _text(text: str) -> str:
    if "\x00" in text:
        raise ValueError("có ký tự NUL.")
    return text


def _sheets(text: str) -> str:
    if text in {"embedded", "google"}:
        return text
    try:
        return _http_url(text)
    except ValueError:
        raise ValueError(f"“{text}” không dùng được. Nhận: embedded, google hoặc http://máy:cổng.") from None


def _http_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        port_is_number = parts.port is None or parts.port >= 0
    except ValueError:
        port_is_number = False
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_number:
        raise ValueError(f"“{text}” không phải là địa chỉ http:// hoặc https://.")
    return text.rstrip("/")


def _database(text: str) -> str:
    if text and not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        # the address may hold a password: it is not repeated
        raise ValueError("nhận sqlite:///tệp hoặc postgresql://…")
    return text


def _watch(text: str) -> str:
    if text not in {"files", "changes", "off"}:
        raise ValueError(f"“{text}” không dùng được. Nhận: files, changes, off.")
    return text


def _files(text: str) -> str:
    if text in {"own", "brought"} or re.fullmatch(r"drive:[A-Za-z0-9_-]{5,100}", text):
        return text
    raise ValueError(f"“{text[:80]}” không dùng được. Nhận: own, brought hoặc drive:MÃ_Ổ_DÙNG_CHUNG.")


def _language(text: str) -> str:
    if text not in {"vi", "en"}:
        raise ValueError(f"“{text}” không dùng được. Nhận: vi, en.")
    return text


def _log_form(text: str) -> str:
    if text not in {"text", "json"}:
        raise ValueError(f"“{text}” không dùng được. Nhận: text, json.")
    return text


def _flag(text: str) -> bool:
    lowered = text.lower()
    if lowered in {"1", "true", "yes"}:
        return True
    if lowered in {"0", "false", "no"}:
        return False
    raise ValueError(f"“{text}” không dùng được. Nhận: 1 hoặc 0.")


def _secret(text: str) -> str:
    if len(text) < 16:
        raise ValueError("phải dài ít nhất 16 ký tự.")
    return _text(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise ValueError(f"“{text}” không phải là số giây từ 0 đến 86400.")
    return seconds


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours <= 720:
        raise ValueError(f"“{text}” không phải là số giờ từ trên 0 đến 720.")
    return hours


def _per_minute(text: str) -> int:
    # nothing longer is turned into a number at all
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= MOST_PER_MINUTE):
        raise ValueError(f"“{text}” không phải là số lượt mỗi phút từ 0 (không giới hạn) đến {MOST_PER_MINUTE}.")
    return int(text)


def _proxies(text: str) -> int:
    if text not in {"0", "1", "2", "3", "4", "5"}:
        raise ValueError(f"“{text}” không dùng được. Nhận: 0 đến 5.")
    return int(text)


def _path(text: str) -> Path:
    try:
        return Path(_text(text)).expanduser()
    except RuntimeError:
        raise ValueError(f"“{text}”: không có thư mục riêng của người dùng này.") from None


def _mailbox(text: str) -> str:
    if not _EMAIL.fullmatch(text) or text.lower().endswith(SERVICE_ACCOUNTS):
        raise ValueError(f"“{text[:80]}” không phải là địa chỉ hộp thư của một người, ví dụ tonghop@tinh.example.vn.")
    return text.lower()


def _service_account(text: str) -> str:
    if not _EMAIL.fullmatch(text) or not text.lower().endswith(SERVICE_ACCOUNTS):
        raise ValueError(
            f"“{text[:80]}” không phải là địa chỉ tài khoản dịch vụ, ví dụ tonghop@du-an.iam.gserviceaccount.com."
        )
    return text.lower()


def _token(text: str) -> str:
    if not (text.isascii() and text.isprintable()) or " " in text:
        # the value is a secret: it is not repeated
        raise ValueError("chỉ nhận chữ không dấu, số và ký hiệu, không có khoảng trắng.")
    return text


def _token_secret(text: str) -> str:
    return _token(_secret(text))


def _domain(text: str) -> str:
    domain = text.lower()
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f"“{text}” không phải là tên miền. Ghi như: tinh.gov.vn.")
    return domain


def _issuer(text: str) -> str:
    """Read a provider's address as it names itself: a slash at its end belongs to the name."""
    if not is_safe_address(text) or "?" in text or "#" in text:
        # the address may hold a password: it is not repeated
        raise ValueError("không dùng được. Nhận địa chỉ https:// (http:// chỉ trên chính máy này).")
    return text


def is_safe_address(text: str) -> bool:
    """Say whether an address can carry secrets: https, or this very machine."""
    try:
        parts = urlsplit(_http_url(text))
    except ValueError:
        return False
    is_plain = text.isascii() and text.isprintable() and "@" not in parts.netloc
    return is_plain and (parts.scheme == "https" or parts.hostname in LOOPBACK)


def _account_faults(given: set[str], public_url: object) -> list[str]:
    """Return what is wrong with the settings of signing in with an account, taken together."""
    pair = {f"{PREFIX}OIDC_CLIENT_ID", f"{PREFIX}OIDC_CLIENT_SECRET"}
    missing = pair - given
    if len(missing) == 1:
        return [f"{missing.pop()}: đặt cùng với {(pair & given).pop()}, hoặc bỏ cả hai."]
    if not missing and public_url is not None and not is_safe_address(str(public_url)):
        return [f"{PREFIX}PUBLIC_URL: đăng nhập bằng tài khoản cần địa chỉ https:// (http:// chỉ trên chính máy này)."]
    return []


READERS: Mapping[str, Callable[[str], object]] = {
    "sheets": _sheets,
    "campaign": _text,
    "data_dir": _path,
    "database_url": _database,
    "public_url": _http_url,
    "secret_key": _secret,
    "hook_secret": _secret,
    "task_secret": _token_secret,
    "metrics_token": _token_secret,
    "embedded_token": _token,
    "google_credentials": _path,
    "google_impersonate": _service_account,
    "google_subject": _mailbox,
    "files": _files,
    "lang": _language,
    "log": _log_form,
    "rehearsal": _flag,
    "debounce_seconds": _seconds,
    "max_wait_seconds": _seconds,
    "sweep_seconds": _seconds,
    "watch": _watch,
    "session_hours": _hours,
    "reads_per_minute": _per_minute,
    "writes_per_minute": _per_minute,
    "trusted_proxies": _proxies,
    "oidc_client_id": _token,
    "oidc_client_secret": _token,
    "oidc_domain": _domain,
    "oidc_issuer": _issuer,
}
