"""The data folder: made where it is missing, its marks, and the secrets kept in it."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from service.errors import NoSeasonError, SettingsError
from service.facts.tally import FactTally
from service.settings import Settings
from sheets_schema.wording import message
from sheets_schema.wording.system_reasons import system_reason

OWNER_EMAIL = "tonghop@localhost"  # of the embedded server
REHEARSAL_MARK = "REHEARSAL"
RESTORING_MARK = "RESTORING"  # the database that belongs to this folder has not been filled yet
EMBEDDED_TOKEN_FILE = "embedded-token"  # noqa: S105 – the file's name
CHOSEN_FILE = "chosen-settings"  # what was chosen on the first page
SECRET_KEY_FILE = "secret-key"  # noqa: S105 – the file's name
SECRET_FILES = (EMBEDDED_TOKEN_FILE, SECRET_KEY_FILE, CHOSEN_FILE)
_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")  # as `secrets` writes 32 bytes


def make_rehearsal(data_dir: Path) -> None:
    """Mark a data folder as made for rehearsal, so that its clock may be set."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / REHEARSAL_MARK).touch()


def data_folder(settings: Settings) -> Path:
    """Make the data folder where it is missing; raise an error when that cannot be, or it is half restored."""
    refuse_unusable(settings)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        reason = system_reason(error)
        raise SettingsError(
            message("start.data_folder_not_made", folder=str(settings.data_dir), reason=reason)
        ) from error
    return settings.data_dir


def tally_of(settings: Settings) -> FactTally:
    """Return what counts the facts, beside the database or in place of one's own: in the data folder."""
    return FactTally(settings.data_dir)


def refuse_unusable(settings: Settings) -> None:
    """Raise an error where the data folder is none: a file, closed to us, half restored; one yet to be made is fine."""
    folder = settings.data_dir
    try:
        if (folder / RESTORING_MARK).exists():
            raise SettingsError(message("start.restore_unfinished", folder=str(folder)))
        is_there, is_folder = folder.exists(), folder.is_dir()
    except OSError as error:
        reason = system_reason(error)
        raise NoSeasonError(message("start.folder_closed", folder=str(folder.absolute()), reason=reason)) from error
    if is_there and not is_folder:
        raise NoSeasonError(message("start.folder_is_a_file", folder=str(folder.absolute())))
    if is_there and not os.access(folder, os.R_OK | os.X_OK):
        reason = message("system.eacces")
        raise NoSeasonError(message("start.folder_closed", folder=str(folder.absolute()), reason=reason))


def swap_order(data_dir: Path) -> Path:
    """Return the file that orders another folder to be put in the place of a data folder."""
    folder = data_dir.resolve()
    return folder.with_name(f".{folder.name}.swapping")


def refuse_ordered_away(settings: Settings) -> None:
    """Raise SettingsError where another folder is to take this one's place: what is recorded here would stay behind."""
    if swap_order(settings.data_dir).exists():
        raise SettingsError(message("start.swap_ordered", folder=str(settings.data_dir.absolute())))


def refuse_missing(settings: Settings) -> None:
    """Raise NoSeasonError where there is no data folder; a database of its own answers for itself."""
    if not settings.database_url and not settings.data_dir.exists():
        raise NoSeasonError(message("start.no_folder", folder=str(settings.data_dir.absolute())))


def owner_token(settings: Settings) -> str:
    """Return the owner's token of the embedded server: the one set, else one kept in the data folder."""
    if settings.embedded_token:
        return settings.embedded_token
    return _kept_secret(settings, EMBEDDED_TOKEN_FILE)


def secret_key(settings: Settings) -> str:
    """Return what sessions are signed with: the one set, else one kept in the data folder.

    With Google raise SettingsError: there the web may run on several machines, and a folder may not last.
    """
    if settings.secret_key:
        return settings.secret_key
    if settings.sheets == "google":
        raise SettingsError(message("start.secret_key_missing"))
    return _kept_secret(settings, SECRET_KEY_FILE)


def _kept_secret(settings: Settings, name: str) -> str:
    """Return a secret of the data folder, made where it is missing; only its owner may read the file."""
    return _secret_in(data_folder(settings) / name, makes=True)


def _secret_in(path: Path, *, makes: bool = False) -> str:
    try:
        if makes and not path.exists():
            _make_secret(path)
        kept = path.read_bytes().decode("ascii", "replace").strip()
    except OSError as error:
        reason = system_reason(error)
        raise SettingsError(message("start.secret_unreadable", path=str(path), reason=reason)) from error
    if not _SECRET.fullmatch(kept):
        raise SettingsError(message("start.secret_damaged", path=str(path)))
    return kept


def refuse_damaged_secret(settings: Settings, name: str) -> None:
    """Raise SettingsError for a secret that is kept and cannot be used; one yet to be made is fine."""
    path = settings.data_dir / name
    if path.exists():
        _secret_in(path)


def _make_secret(path: Path) -> None:
    fresh = path.with_suffix(f".{secrets.token_hex(8)}")
    fresh.touch(mode=0o600)
    try:
        fresh.write_text(secrets.token_urlsafe(_SECRET_BYTES), encoding="ascii")
        # the first of two processes wins, and both read the same
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
