"""Campaign folders kept in the data folder, one a season: listed, read, written whole."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from service.data_folder import data_folder
from service.errors import SeasonRefusedError, SettingsError
from service.settings import DRAFT_FILE, SEASONS_FOLDER, Settings, holds_draft
from sheets_schema.declaration import DeclarationError, read_folder
from sheets_schema.wording import message
from sheets_schema.wording.system_reasons import system_reason

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def seasons_folder(settings: Settings) -> Path:
    """Return the folder that holds the seasons' folders; it may be missing."""
    return settings.data_dir / SEASONS_FOLDER


def season_folder(settings: Settings, key: str) -> Path:
    """Return the folder of one season; it may be missing."""
    if not KEY.fullmatch(key):
        raise ValueError(key)
    return seasons_folder(settings) / key


def season_keys(settings: Settings) -> tuple[str, ...]:
    """Return the keys of the seasons that have a folder, drafts too; SeasonRefusedError where they cannot be listed."""
    folder = seasons_folder(settings)
    with _looking(folder):
        if not folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in folder.iterdir() if path.is_dir() and KEY.fullmatch(path.name)))


def is_draft(settings: Settings, key: str) -> bool:
    """Return True if a season has not been opened yet; SeasonRefusedError where its folder is closed to us."""
    folder = season_folder(settings, key)
    with _looking(folder):
        return holds_draft(folder)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the files of a campaign folder; SeasonRefusedError names it where one cannot be read."""
    try:
        return read_folder(folder)
    except DeclarationError as error:
        (fault,) = error.faults
        raise SeasonRefusedError(message("seasons.folder_closed", folder=fault.file, reason=fault.found)) from error


def kept_files(settings: Settings, key: str) -> dict[str, bytes]:
    """Return every file of a season's folder, a draft's guesses too; SeasonRefusedError where one cannot be read."""
    folder = season_folder(settings, key)
    files = files_in(folder)
    if is_draft(settings, key):
        with _looking(folder / DRAFT_FILE):
            files[DRAFT_FILE] = (folder / DRAFT_FILE).read_bytes()
    return files


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """Return what two folders have in common when their files are the same."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def write_season(settings: Settings, key: str, files: Mapping[str, bytes]) -> Path:
    """Write the files of a season and take away those that are its no more; each is there whole or as it was.

    A folder that is not there yet is there with all of them, or not at all.
    """
    folder = season_folder(settings, key)
    with _writing(folder):
        if not folder.is_dir():
            data_folder(settings)
            return _made(folder, files)
    return write_files(folder, files)


def _made(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Make a folder with its files beside its place, where no season is looked for, and put it there when whole."""
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
    try:
        folder.parent.mkdir(exist_ok=True, mode=0o700)
        fresh.mkdir(mode=0o700)
        for name, content in files.items():
            write_whole(fresh / name, content)
        return fresh.rename(folder)
    finally:
        if fresh.exists():
            shutil.rmtree(fresh)


def write_mark(settings: Settings, key: str, content: bytes) -> None:
    """Write what says that a season is a draft, and what was guessed in it."""
    folder = season_folder(settings, key)
    with _writing(folder):
        write_whole(folder / DRAFT_FILE, content)


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write the files of a campaign folder that is there, as `write_season` does."""
    with _writing(folder):
        for name, content in sorted(files.items()):
            write_whole(folder / name, content)
        for name in files_in(folder).keys() - files.keys():
            (folder / name).unlink()
    return folder


def write_whole(path: Path, content: bytes) -> None:
    """Write one file, so that a reader finds it as it was or as it is to be."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def delete_season(settings: Settings, key: str) -> None:
    """Delete the folder of a draft."""
    folder = season_folder(settings, key)
    with _writing(folder):
        shutil.rmtree(folder)


@contextmanager
def _looking(folder: Path) -> Iterator[None]:
    """Name the folder that the system does not let us look into."""
    try:
        yield
    except OSError as error:
        reason = system_reason(error)
        raise SeasonRefusedError(message("seasons.folder_closed", folder=str(folder), reason=reason)) from error


class _writing:  # noqa: N801 – used as a function
    """Name the folder where its disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            reason = system_reason(error)
            raise SettingsError(message("seasons.not_written", folder=str(self._folder), reason=reason)) from error
