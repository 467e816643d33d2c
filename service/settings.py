"""Settings from TONGHOP_ environment variables, all refused together when they are wrong.

Each setting is declared once, as a field of `Settings`: its name, its default and how its text is read. What it is for
is in the catalogue `setting_table`, under the field's name; docs/settings.md is that table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from service.errors import NoSeasonError, SettingsError
from sheets_schema.wording import Language, Message, Value, joined, message, one_line
from sheets_schema.wording.system_reasons import system_reason

if TYPE_CHECKING:
    from sheets_schema.campaign import Campaign

PREFIX = "TONGHOP_"
FACTS_FILE = "facts.sqlite"
GOOGLE_ISSUER = "https://accounts.google.com"
GOOGLE_PER_MINUTE = 60  # reads, and as many writes, of one user
MOST_PER_MINUTE = 6_000
TEST_PREFIX = "TONGHOP_TEST_"  # read by the test suite, never by the service
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SERVICE_ACCOUNTS = ".gserviceaccount.com"
SHORTEST_SECRET = 16
_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
_DRIVE = re.compile(r"drive:[A-Za-z0-9_-]{5,100}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}", re.IGNORECASE)  # a name, IPv4 or IPv6
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){1,8}")
# the first parts of our own pages' paths: a public address that ends in one would be ambiguous
OUR_PATHS = frozenset(
    {
        "access", "analysis", "api", "board-tasks", "decisions", "declaration", "exports", "guide", "healthz",
        "hooks", "log", "mail", "master", "metrics", "papers", "problems", "provision", "readyz", "roster",
        "runs", "season", "seasons", "setup", "sheets", "sign-in", "sign-out", "state", "static", "tasks", "units",
        "what-if",
    }
)  # fmt: skip
SEASONS_FOLDER = "seasons"  # in the data folder: a campaign folder for each season opened in the browser
DRAFT_FILE = ".draft.json"  # in a campaign folder of a season that is not open yet
_FROM_FILE = "file:"
_LONGEST_ADDRESS = 2_000
_QUOTED = 80  # characters of a value in a message

T = TypeVar("T")


class _ValueRefusedError(Exception):
    """A text is no value of its setting; the message gives the reason."""

    def __init__(self, key: str, **values: Value) -> None:
        self.message = message(f"settings.{key}", **values)
        super().__init__(self.message)


def _refused(key: str, text: str, **values: Value) -> _ValueRefusedError:
    """Return a refusal that quotes the text."""
    return _ValueRefusedError(key, text=one_line(text, _QUOTED), **values)


def _text(text: str) -> str:
    if "\x00" in text:
        raise _ValueRefusedError("nul")
    return text


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise _refused("not_a_choice", text, accepted=", ".join(choices))
        return text

    return read


def _language(text: str) -> Language:
    return Language(_one_of(*Language)(text))


def _sheets(text: str) -> str:
    if text in {"embedded", "google"}:
        return text
    try:
        return _http_url(text)
    except _ValueRefusedError:
        raise _refused("not_sheets", text) from None


def _files(text: str) -> str:
    if text not in {"own", "brought"} and not _DRIVE.fullmatch(text):
        raise _refused("not_files", text)
    return text


def _http_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        is_address = False
    if not is_address:
        raise _refused("not_http", text)
    return text.rstrip("/")


def _public_url(text: str) -> str:
    """Read the address people open; each refusal names the part that is wrong."""
    if "@" in text:
        # it may hold a password: it is not repeated
        raise _ValueRefusedError("address_with_login")
    if not (text.isascii() and text.isprintable()):
        raise _refused("address_not_ascii", text, ascii=_in_ascii(text))
    if "?" in text or "#" in text:
        raise _refused("address_with_query", text)
    address = _http_url(text)
    parts = urlsplit(address)
    if not _HOST.fullmatch(parts.hostname or "") or parts.netloc.endswith(":") or parts.port == 0:
        raise _refused("not_a_host", text)
    if parts.path and not _PATH.fullmatch(parts.path):
        raise _refused("address_path", text)
    first = parts.path.split("/")[1] if parts.path else ""
    if first in OUR_PATHS:
        raise _refused("address_path_ours", text, part=first)
    return address


def read_public_url(text: str) -> str:
    """Return the address people open, as a person typed it; SettingsError names the part that is wrong."""
    try:
        return _public_url(text.strip())
    except _ValueRefusedError as refused:
        raise SettingsError(refused.message) from refused


def _in_ascii(text: str) -> str:
    """Return how the domain is written in ASCII, a usual one where there is no such form."""
    try:
        name = (urlsplit(text).hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        name = ""
    return name or "tonghop.example.vn"


def _database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        # the address may hold a password: it is not repeated
        raise _ValueRefusedError("not_a_database")
    return text


def _flag(text: str) -> bool:
    if text.lower() not in {"1", "true", "yes", "0", "false", "no"}:
        raise _refused("not_a_flag", text)
    return text.lower() in {"1", "true", "yes"}


def _token(text: str) -> str:
    if not (text.isascii() and text.isprintable()) or " " in text:
        # the value is a secret: it is not repeated
        raise _ValueRefusedError("not_a_token")
    return text


def _secret(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise _ValueRefusedError("secret_too_short", least=SHORTEST_SECRET)
    return _text(text)


def _token_secret(text: str) -> str:
    return _token(_secret(text))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0


def _seconds(text: str) -> float:
    if not 0 <= _number(text) <= 86_400:
        raise _refused("not_seconds", text)
    return float(text)


def _hours(text: str) -> float:
    if not 0 < _number(text) <= 720:
        raise _refused("not_hours", text)
    return float(text)


def _per_minute(text: str) -> int:
    # nothing longer is turned into a number at all
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= MOST_PER_MINUTE):
        raise _refused("not_per_minute", text, most=MOST_PER_MINUTE)
    return int(text)


def _proxies(text: str) -> int:
    if text not in {"0", "1", "2", "3", "4", "5"}:
        raise _refused("not_proxies", text)
    return int(text)


def _path(text: str) -> Path:
    try:
        return Path(_text(text)).expanduser()
    except RuntimeError:
        raise _refused("no_home", text) from None


def _mailbox(text: str) -> str:
    if not _EMAIL.fullmatch(text) or text.lower().endswith(SERVICE_ACCOUNTS):
        raise _refused("not_a_mailbox", text)
    return text.lower()


def _mail_url(*schemes: str) -> Callable[[str], str]:
    """Return how the address of a mail server is read: as it is, or from a file that holds it and nothing else."""

    def read(text: str) -> str:
        address = _first_line(text) if text.startswith(_FROM_FILE) else text
        try:
            parts = urlsplit(address)
            is_address = parts.scheme in schemes and bool(_HOST.fullmatch(parts.hostname or "")) and parts.port != 0
            is_bare = parts.path in ("", "/") and not parts.query and not parts.fragment
        except ValueError:
            is_address = is_bare = False
        if not (is_address and is_bare and address.isascii() and address.isprintable()):
            # it may hold a password: it is not repeated
            raise _ValueRefusedError("not_a_mail_server", accepted=", ".join(f"{one}://" for one in schemes))
        return address

    return read


def _first_line(text: str) -> str:
    file = _path(text.removeprefix(_FROM_FILE))
    try:
        with file.open(encoding="utf-8") as opened:
            return opened.readline(_LONGEST_ADDRESS).strip()
    except (OSError, ValueError) as error:
        raise _refused("file_unreadable", str(file), reason=system_reason(error)) from None


def _service_account(text: str) -> str:
    if not _EMAIL.fullmatch(text) or not text.lower().endswith(SERVICE_ACCOUNTS):
        raise _refused("not_a_service_account", text)
    return text.lower()


def _domain(text: str) -> str:
    if not _DOMAIN.fullmatch(text.lower()):
        raise _refused("not_a_domain", text)
    return text.lower()


def _issuer(text: str) -> str:
    """Read a provider's address as it names itself: a slash at its end belongs to the name."""
    if not is_safe_address(text) or "?" in text or "#" in text:
        # the address may hold a password: it is not repeated
        raise _ValueRefusedError("not_an_issuer")
    return text


def is_safe_address(text: str) -> bool:
    """Return True if an address can carry secrets: https, or this very machine."""
    try:
        parts = urlsplit(_http_url(text))
    except _ValueRefusedError:
        return False
    is_plain = text.isascii() and text.isprintable() and "@" not in parts.netloc
    return is_plain and (parts.scheme == "https" or parts.hostname in LOOPBACK)


def _setting(default: T, read: Callable[[str], object], *, is_secret: bool = False, usual: str = "") -> T:
    """Declare a setting; `usual` is the key of what a blank default means, in the catalogue `setting_table`."""
    declared: T = field(default=default, repr=not is_secret, metadata={"read": read, "usual": usual})
    return declared


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set; what each is for is in docs/settings.md."""

    sheets: str = _setting("embedded", _sheets)
    campaign: str = _setting("thang_dan_van_2023", _text)
    data_dir: Path = _setting(Path("tonghop-data"), _path)
    database_url: str = _setting("", _database, usual="usual_database")
    public_url: str = _setting("http://127.0.0.1:8080", _public_url)
    secret_key: str = _setting("", _secret, is_secret=True, usual="usual_kept")
    hook_secret: str = _setting("", _secret, is_secret=True)
    task_secret: str = _setting("", _token_secret, is_secret=True)
    metrics_token: str = _setting("", _token_secret, is_secret=True)
    embedded_token: str = _setting("", _token, is_secret=True, usual="usual_kept")
    google_credentials: Path | None = _setting(None, _path, usual="usual_account")
    google_impersonate: str = _setting("", _service_account)
    google_subject: str = _setting("", _mailbox)
    files: str = _setting("", _files, usual="usual_files")
    lang: Language = _setting(Language.VIETNAMESE, _language)
    log: str = _setting("text", _one_of("text", "json"))
    rehearsal: bool = _setting(False, _flag)
    debounce_seconds: float = _setting(2.0, _seconds)
    max_wait_seconds: float = _setting(30.0, _seconds)
    sweep_seconds: float = _setting(600.0, _seconds)
    watch: str = _setting("files", _one_of("files", "changes", "off"))
    session_hours: float = _setting(12.0, _hours)
    reads_per_minute: int | None = _setting(None, _per_minute, usual="usual_per_minute")
    writes_per_minute: int | None = _setting(None, _per_minute, usual="usual_per_minute")
    trusted_proxies: int = _setting(0, _proxies)
    oidc_client_id: str = _setting("", _token)
    oidc_client_secret: str = _setting("", _token, is_secret=True)
    oidc_domain: str = _setting("", _domain, usual="usual_domain")
    oidc_issuer: str = _setting(GOOGLE_ISSUER, _issuer)
    smtp_url: str = _setting("", _mail_url("smtp", "smtps"), is_secret=True)
    mail_from: str = _setting("", _mailbox)
    mail_reply_to: str = _setting("", _mailbox, usual="usual_reply_to")
    imap_url: str = _setting("", _mail_url("imap", "imaps"), is_secret=True)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read settings; raise SettingsError naming every unknown or malformed one at once."""
        given = {
            name: text.strip()
            for name, text in sorted(environ.items())
            if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX)
        }
        values: dict[str, object] = {}
        faults: list[Message] = []
        for name, text in given.items():
            try:
                values |= _read(name, text)
            except _ValueRefusedError as refused:
                faults.append(_fault(name, refused.message))
        faults += _contradictions({name for name, text in given.items() if text}, values)
        if faults:
            raise SettingsError(message("settings.wrong", faults=joined(faults, "\n")))
        return cls(**values)  # type: ignore[arg-type]

    @property
    def calls_per_minute(self) -> tuple[int, int]:
        """Reads and writes that one identity may send a minute; 0 is no limit."""
        usual = GOOGLE_PER_MINUTE if self.sheets == "google" else 0
        reads, writes = self.reads_per_minute, self.writes_per_minute
        return usual if reads is None else reads, usual if writes is None else writes

    @property
    def public_path(self) -> str:
        """The path of the public address, below which every page is; blank at the root."""
        return urlsplit(self.public_url).path

    @property
    def facts_url(self) -> str:
        """The database of facts: the one set, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / FACTS_FILE}"


def setting_names() -> tuple[str, ...]:
    """Return the environment variables that are read, in the order of the record."""
    return tuple(PREFIX + item.name.upper() for item in fields(Settings))


def language_in(environ: Mapping[str, str]) -> Language:
    """Return the language that is set, Vietnamese where none is: for messages about settings that are refused."""
    text = environ.get(f"{PREFIX}LANG", "").strip()
    return Language(text) if text in set(Language) else Language.VIETNAMESE


def _read(name: str, text: str) -> dict[str, object]:
    """Return the value of one variable by its setting; nothing for a blank text."""
    key = name.removeprefix(PREFIX).lower()
    readers = {item.name: item.metadata["read"] for item in fields(Settings)}
    if key not in readers:
        raise _ValueRefusedError("unknown", names=", ".join(setting_names()))
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _ValueRefusedError("not_utf8")
    return {key: readers[key](text)} if text else {}


def _fault(name: str, reason: Message) -> Message:
    return message("settings.fault", name=name, reason=reason)


def _contradictions(given: set[str], values: Mapping[str, object]) -> list[Message]:
    """Return what is well formed and makes no sense together."""
    faults = _account_faults(given, values)
    for key in ("smtp_url", "mail_reply_to", "imap_url"):
        if key in values and "mail_from" not in values:
            faults.append(_fault(PREFIX + key.upper(), message("settings.mail_from_needed")))
    for key in ("google_credentials", "google_impersonate", "google_subject"):
        if key in values and values.get("sheets") != "google":
            faults.append(_fault(PREFIX + key.upper(), message("settings.google_only")))
    if "google_subject" in values and not values.keys() & {"google_credentials", "google_impersonate"}:
        faults.append(_fault(f"{PREFIX}GOOGLE_SUBJECT", message("settings.subject_alone")))
    return faults


def _account_faults(given: set[str], values: Mapping[str, object]) -> list[Message]:
    """Return what is wrong with the settings of signing in with an account, taken together."""
    pair = {f"{PREFIX}OIDC_CLIENT_ID", f"{PREFIX}OIDC_CLIENT_SECRET"}
    missing = pair - given
    if len(missing) == 1:
        return [_fault(missing.pop(), message("settings.half_a_pair", other=(pair & given).pop()))]
    if not missing and "public_url" in values and not is_safe_address(str(values["public_url"])):
        return [_fault(f"{PREFIX}PUBLIC_URL", message("settings.unsafe_address"))]
    return []


def campaign_folder(settings: Settings) -> Path:
    """Return the folder of the campaign that is set: the one named, one in the data folder, one that comes with us.

    A season that was changed in the browser is in the data folder: what comes with tonghop is never written.
    Raise DeclarationError where there is none of this name, NoSeasonError where the data folder is closed to us.
    """
    from sheets_schema.declaration import builtin_campaign  # noqa: PLC0415 – only what reads a campaign needs pydantic

    folder = Path(settings.campaign)
    if folder.is_dir():
        return folder
    kept = settings.data_dir / SEASONS_FOLDER / settings.campaign
    try:
        is_kept = folder.name == settings.campaign and kept.is_dir()
    except OSError as error:
        place, reason = settings.data_dir.absolute(), system_reason(error)
        raise NoSeasonError(message("start.folder_closed", folder=str(place), reason=reason)) from error
    return kept if is_kept else builtin_campaign(settings.campaign)


def campaign_of(settings: Settings) -> Campaign:
    """Load the campaign that is set: one that comes with tonghop, or a folder.

    Raise SettingsError with every fault of its files, NoSeasonError for a draft: its guesses are to be confirmed first.
    """
    from sheets_schema.declaration import DeclarationError, load_campaign  # noqa: PLC0415 – only what reads a campaign needs pydantic

    try:
        folder = campaign_folder(settings)
        if not holds_draft(folder):
            return load_campaign(folder)
    except DeclarationError as error:
        refused = message("settings.campaign_refused", campaign=settings.campaign, faults=error.message)
        raise SettingsError(refused) from error
    except OSError as error:
        reason = message("settings.folder_closed", folder=str(folder), reason=system_reason(error))
        refused = message("settings.campaign_refused", campaign=settings.campaign, faults=reason)
        raise SettingsError(refused) from error
    raise NoSeasonError(message("start.still_draft", campaign=settings.campaign))


def holds_draft(folder: Path) -> bool:
    """Return True if a campaign folder is of a season that is not open yet; OSError where that cannot be seen."""
    try:
        (folder / DRAFT_FILE).stat()
    except FileNotFoundError:
        return False
    return True
