"""The data folder: made where it is missing, its marks, and the secrets kept in it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from service.errors import SettingsError
from service.settings import Settings
from sheets_schema.wording import message

OWNER_EMAIL = "tonghop@localhost"  # of the embedded server
REHEARSAL_MARK = "REHEARSAL"
RESTORING_MARK = "RESTORING"  # the database that belongs to this folder has not been filled yet
EMBEDDED_TOKEN_FILE = "embedded-token"  # noqa: S105 – the file's name
SECRET_FILES = (EMBEDDED_TOKEN_FILE, "secret-key")


def make_rehearsal(data_dir: Path) -> None:
    """Mark a data folder as made for rehearsal, so that its clock may be set."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / REHEARSAL_MARK).touch()


def data_folder(settings: Settings) -> Path:
    """Make the data folder where it is missing; raise SettingsError when that cannot be, or it is half restored."""
    if (settings.data_dir / RESTORING_MARK).exists():
        raise SettingsError(message("start.restore_unfinished", folder=str(settings.data_dir)))
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(
            message("start.data_folder_not_made", folder=str(settings.data_dir), reason=reason)
        ) from error
    return settings.data_dir


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
    return _kept_secret(settings, "secret-key")


def _kept_secret(settings: Settings, name: str) -> str:
    """Return a secret of the data folder, made where it is missing; only its owner may read the file."""
    path = data_folder(settings) / name
    if not path.exists():
        fresh = path.with_suffix(f".{secrets.token_hex(8)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(32), encoding="ascii")
        try:
            # the first of two processes wins, and both read the same
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
