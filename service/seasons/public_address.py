"""The address people open, changed in the browser: kept for the next start, with who changed it and what it was."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from service.errors import SeasonRefusedError, SettingsError
from service.seasons import installation
from service.settings import PREFIX, Settings, read_public_url
from sheets_schema.wording import message

FILE = "public-address.json"
RESTART = "restart-asked"
_NAME = f"{PREFIX}PUBLIC_URL"
_MOST_KEPT = 50


@dataclass(frozen=True, slots=True)
class AddressChange:
    """One change of the address."""

    at: str
    by: str
    before: str
    after: str


def changes(settings: Settings) -> tuple[AddressChange, ...]:
    """Return the changes made here, in order; what cannot be read counts as none."""
    try:
        return tuple(AddressChange(**one) for one in json.loads(_file(settings).read_bytes()))
    except (OSError, ValueError, TypeError):
        return ()


def waiting(settings: Settings) -> str:
    """Return the address that holds from the next start on; blank where it is the one in use."""
    made = changes(settings)
    return made[-1].after if made and made[-1].after != settings.public_url else ""


def is_set_elsewhere(settings: Settings) -> bool:
    """Return True if a setting of the server names the address: it wins over what is kept here."""
    kept = installation.kept(settings.data_dir).get(_NAME, Settings().public_url)
    return settings.public_url not in (kept, waiting_before(settings))


def waiting_before(settings: Settings) -> str:
    """Return the address before the last change, while that waits for the next start; blank otherwise."""
    return changes(settings)[-1].before if waiting(settings) else ""


def checked(typed: str) -> str:
    """Return a typed address as it is kept; SeasonRefusedError says what is wrong with it."""
    try:
        return read_public_url(typed)
    except SettingsError as error:
        raise SeasonRefusedError(message("setup.address_refused", reason=error.message)) from error


def change(settings: Settings, typed: str, by: str, now: datetime) -> AddressChange:
    """Keep another address for the next start, and ask for that; SeasonRefusedError where it cannot be."""
    address = checked(typed)
    if is_set_elsewhere(settings):
        raise SeasonRefusedError(message("state.address_elsewhere"))
    made = changes(settings)
    before = made[-1].after if made else settings.public_url
    if address == before:
        raise SeasonRefusedError(message("state.address_same"))
    one = AddressChange(now.isoformat(), by, before, address)
    installation.keep(settings.data_dir, {**installation.kept(settings.data_dir), _NAME: address})
    listed = [asdict(each) for each in (*made, one)][-_MOST_KEPT:]
    _file(settings).write_text(json.dumps(listed, ensure_ascii=False, indent=2), encoding="utf-8")
    (settings.data_dir / RESTART).touch(mode=0o600)
    return one


def is_restart_asked(settings: Settings) -> bool:
    """Return True if the program is to be started again with the address that is kept."""
    return (settings.data_dir / RESTART).exists()


def restart_begins(settings: Settings) -> bool:
    """Take note that the program starts again; return True if that was asked for."""
    asked = is_restart_asked(settings)
    (settings.data_dir / RESTART).unlink(missing_ok=True)
    return asked


def _file(settings: Settings) -> Path:
    return settings.data_dir / FILE
