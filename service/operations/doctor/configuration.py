"""Every setting: what is set, secrets masked, what is off because something is unset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from urllib.parse import urlsplit

from service import data_folder
from service.errors import SettingsError
from service.operations.doctor.findings import Finding, State, attention, failed, ok
from service.settings import PREFIX, Settings
from sheets_schema.wording import Message, message, verbatim

# the settings whose absence has a meaning of its own, as the catalogue has them
UNSET = (
    "unset_hook_secret",
    "unset_task_secret",
    "unset_metrics_token",
    "unset_google_credentials",
    "unset_database_url",
    "unset_files",
    "unset_reads_per_minute",
    "unset_writes_per_minute",
    "unset_secret_key",
    "unset_embedded_token",
)
# settings in whose place the data folder keeps a secret, and its file
KEPT = {"secret_key": data_folder.SECRET_KEY_FILE, "embedded_token": data_folder.EMBEDDED_TOKEN_FILE}


def settings_of(settings: Settings) -> Iterator[Finding]:
    """Yield one finding a setting, in the order of the record."""
    usual = Settings()
    for item in fields(Settings):
        subject, value = verbatim(PREFIX + item.name.upper()), getattr(settings, item.name)
        if value == getattr(usual, item.name):
            yield _unset(settings, subject, item.name, value)
        elif not item.repr:
            yield ok(subject, "doctor.set_hidden")
        else:
            yield ok(subject, "doctor.set_to", value=_shown(item.name, value))
    if settings.max_wait_seconds < settings.debounce_seconds:
        yield attention(verbatim("TONGHOP_MAX_WAIT_SECONDS"), "doctor.waits_too_short")


def _unset(settings: Settings, subject: Message, key: str, value: object) -> Finding:
    if key == "secret_key" and settings.sheets == "google":
        return failed(subject, "doctor.secret_key_needed")
    if key in KEPT:
        try:
            data_folder.refuse_damaged_secret(settings, KEPT[key])
        except SettingsError as error:
            return Finding(subject, State.FAILED, error.message)
    if f"unset_{key}" in UNSET:
        return ok(subject, "doctor.unset", meaning=message(f"doctor.unset_{key}"))
    if value in {"", None}:
        return ok(subject, "doctor.unset", meaning=message("doctor.unused"))
    return ok(subject, "doctor.default", value=_shown(key, value))


def _shown(key: str, value: object) -> str | Message:
    return without_password(str(value)) if key in {"database_url", "public_url", "sheets"} else str(value)


def without_password(address: str) -> str | Message:
    """Return an address without its password and query."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return message("doctor.unreadable")
    if parts.password is None and not parts.query:
        return address
    user = f"{parts.username}:***@" if parts.password is not None else f"{parts.username}@" if parts.username else ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{user}{host}{parts.path}{'?***' if parts.query else ''}"


def where(settings: Settings) -> Message:
    """Return where the spreadsheets are."""
    if settings.sheets == "embedded":
        return message("doctor.embedded")
    place = "Google" if settings.sheets == "google" else without_password(settings.sheets)
    return message("doctor.set_to", value=place)
