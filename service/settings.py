"""Settings from TONGHOP_ environment variables, all refused together when they are wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from service.errors import SettingsError

PREFIX = "TONGHOP_"
FACTS_FILE = "facts.sqlite"
GOOGLE_PER_MINUTE = 60  # reads, and as many writes, of one user
MOST_PER_MINUTE = 6_000
TEST_PREFIX = "TONGHOP_TEST_"  # read by the test suite, never by the service


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
    lang: str = "vi"
    log: str = "text"  # text | json
    rehearsal: bool = False
    debounce_seconds: float = 2.0
    max_wait_seconds: float = 30.0
    sweep_seconds: float = 600.0
    session_hours: float = 12.0  # how long somebody stays signed in without doing anything
    reads_per_minute: int | None = None  # of one identity; None: Google's own limit there, none elsewhere
    writes_per_minute: int | None = None
    trusted_proxies: int = 0  # how many stand before us: whose word on the remote address is taken

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


def _token(text: str) -> str:
    if not (text.isascii() and text.isprintable()) or " " in text:
        # the value is a secret: it is not repeated
        raise ValueError("chỉ nhận chữ không dấu, số và ký hiệu, không có khoảng trắng.")
    return text


def _token_secret(text: str) -> str:
    return _token(_secret(text))


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
    "lang": _language,
    "log": _log_form,
    "rehearsal": _flag,
    "debounce_seconds": _seconds,
    "max_wait_seconds": _seconds,
    "sweep_seconds": _seconds,
    "session_hours": _hours,
    "reads_per_minute": _per_minute,
    "writes_per_minute": _per_minute,
    "trusted_proxies": _proxies,
}
