"""Put a restored folder in the place of the one in use: prepared beside it, swapped while nothing is open.

    prepare ─► a backup of what is here ─► the archive restored beside ─► order ─► `tonghop serve` ends its parts
                                                                                        │
                    started again ◄─ the folder of before is kept, with every file ◄─ carry_out

What was ordered is on the disk: killed between two renames, the next start goes on where it was.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from service import data_folder
from service.clock import Clock
from service.errors import BackupError
from service.facts import portable
from service.operations.backup import archive as archives
from service.operations.backup import restoring, taking
from service.operations.backup.archive import flush_folder
from service.operations.backup.manifest import Manifest
from service.operations.backup.taking import Extras
from service.settings import Settings, campaign_of
from service.workspace import Progress
from sheets_schema.campaign import Campaign
from sheets_schema.wording import Message, message

FOLDER = "backups"  # in the data folder
_ATTENDED = "serve.lock"
_NAMED = re.compile(r"[^/\0]{1,200}")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreparedFolder:
    """A backup restored beside the folder in use, and the backup that was taken of that before."""

    folder: Path
    manifest: Manifest
    kept: Path


def lack(settings: Settings) -> Message | None:
    """Return why nothing can be swapped from within what runs here; None where it can."""
    why = impossible(settings)
    if why is None and not is_attended(settings):
        return message("backup.in_place_unattended")
    return why


def impossible(settings: Settings) -> Message | None:
    """Return why the data folder cannot be swapped at all; None where it can."""
    if portable.sqlite_file(settings.facts_url) is None or settings.database_url:
        return message("backup.in_place_database")
    if settings.data_dir.resolve().is_mount():
        return message("backup.in_place_mount", folder=str(settings.data_dir))
    if not os.access(settings.data_dir.resolve().parent, os.W_OK):
        return message("backup.in_place_closed", folder=str(settings.data_dir.resolve().parent))
    return None


def prepare(settings: Settings, file: Path, clock: Clock, progress: Progress) -> PreparedFolder:
    """Take a backup of what is here, checked at once, then restore an archive into a new folder beside.

    What is in use is not touched. BackupError where either fails.
    """
    backups = settings.data_dir / FOLDER
    backups.mkdir(mode=0o700, exist_ok=True)
    campaign = campaign_of(settings)
    stamp = _stamp(campaign, clock())
    # a name of its own, by which it outlives those taken every night
    target = backups / f"tonghop-{campaign.key}-truoc-khoi-phuc-{stamp}{taking.SUFFIX}"
    kept = taking.take(settings, target, Extras(verified=True), clock, progress).path
    folder = beside(settings, f"khoi-phuc-{stamp}")
    restored = restoring.restore(at(settings, folder), file, progress)
    return PreparedFolder(folder, restored.manifest, kept)


def _stamp(campaign: Campaign, at: datetime) -> str:
    """Return an instant as names have it, in the season's zone like those of other backups."""
    return f"{at.astimezone(campaign.zone):%Y%m%d-%H%M%S}"


def beside(settings: Settings, ending: str) -> Path:
    """Return a folder's place beside the data folder."""
    folder = settings.data_dir.resolve()
    return folder.with_name(f"{folder.name}-{ending}")


def at(settings: Settings, folder: Path) -> Settings:
    """Return the settings of the same office in another folder."""
    return replace(settings, data_dir=folder, database_url="")


def order(settings: Settings, folder: Path, now: datetime) -> Path:
    """Have a folder put in the place of the one in use at once; return where that one will be kept."""
    aside = beside(settings, f"truoc-khoi-phuc-{_stamp(campaign_of(settings), now)}")
    place = data_folder.swap_order(settings.data_dir)
    fresh = place.with_suffix(".new")
    fresh.write_text(json.dumps({"new": folder.name, "aside": aside.name}), encoding="utf-8")
    fresh.rename(place)
    flush_folder(place.parent)
    return aside


def is_ordered(settings: Settings) -> bool:
    """Return True if a folder waits to be put in the place of the one in use."""
    return data_folder.swap_order(settings.data_dir).exists()


def carry_out(settings: Settings) -> Path | None:
    """Do what was ordered, or the rest of it; return where the folder of before is. Nothing of it may be open."""
    place, data = data_folder.swap_order(settings.data_dir), settings.data_dir.resolve()
    try:
        said = json.loads(place.read_text(encoding="utf-8"))
        names = [said["new"], said["aside"]]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(message("backup.order_unreadable", file=str(place))) from error
    if not all(isinstance(name, str) and _NAMED.fullmatch(name) and name not in (".", "..") for name in names):
        raise BackupError(message("backup.order_unreadable", file=str(place)))
    new, aside = (data.with_name(name) for name in names)
    _swap(data, new, aside)
    if (aside / FOLDER).is_dir() and not (data / FOLDER).exists():
        (aside / FOLDER).rename(data / FOLDER)
    place.unlink()
    flush_folder(data.parent)
    return aside


def _swap(data: Path, new: Path, aside: Path) -> None:
    if new.is_dir() and data.exists():
        if aside.exists():
            raise BackupError(message("backup.order_in_the_way", folder=str(aside)))
        _carry_secrets(data, new)
        data.rename(aside)
    if not data.exists():
        (new if new.is_dir() else aside).rename(data)


def _carry_secrets(data: Path, new: Path) -> None:
    """Take the secrets along that the backup had not: links, sessions and settings go on."""
    for name in data_folder.SECRET_FILES:
        if (data / name).exists() and not (new / name).exists():
            shutil.copy2(data / name, new / name)
    flush_folder(new)


@contextlib.contextmanager
def attended(settings: Settings) -> Iterator[None]:
    """Let it be known, while the block runs, that orders are carried out here.

    Where nothing can be swapped, or the folder takes no file, the block runs all the same and none are.
    """
    try:
        handle = os.open(settings.data_dir / _ATTENDED, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        log.info("no backup can be restored in place: %s", error.strerror)
        yield
        return
    try:
        # another one that serves the same folder attends already
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def is_attended(settings: Settings) -> bool:
    """Return True if a `tonghop serve` runs that carries orders out."""
    try:
        handle = os.open(settings.data_dir / _ATTENDED, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def accepted(settings: Settings, file: Path) -> Manifest:
    """Return what a backup says of itself; BackupError where it is none, or none that these settings can take."""
    with archives.opened(file, lambda manifest: restoring.accept(manifest, settings)) as archive:
        return archive.manifest
