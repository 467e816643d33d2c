"""What an error of SQLite means to the person at the machine: which file, what is wrong with it, what was recorded."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.errors import FactsDamagedError, FactsError
from sheets_schema.wording import Message, message

JOURNALS = ("-wal", "-shm")
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_SHUT = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
# errors without a code of their own that only a damaged file gives
_DAMAGED_WORDS = ("no such table", "no such column", "malformed", "Could not decode to UTF-8")


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an error happened: the file, its newest backup, and what was under way."""

    file: Path
    backup: str = ""  # blank: none is known
    writes: bool = False

    @property
    def outcome(self) -> Message:
        """Return what became of what was asked."""
        return message("facts.not_recorded" if self.writes else "facts.not_read")

    def damaged(self, reason: str | Message) -> FactsDamagedError:
        """Return the error for a file that is damaged."""
        restore = restore_words(self.backup)
        return FactsDamagedError(message("facts.damaged", file=str(self.file), reason=reason, restore=restore))


def restore_words(backup: str) -> Message:
    """Return which backup to restore, and how."""
    return message("facts.restore_this", backup=backup) if backup else message("facts.restore_any")


def fault_of(error: sqlite3.Error, scene: Scene) -> FactsError | None:
    """Return our error for one that is the fault of the file or its disk; None for a statement's own."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    file, reason = str(scene.file), str(error)
    if code in _DAMAGED or reason.startswith(_DAMAGED_WORDS):
        return scene.damaged(reason)
    if code in _SHUT:
        return _shut(scene, reason)
    if code in _HELD:
        return FactsError(message("facts.held", file=file, outcome=scene.outcome))
    if code == sqlite3.SQLITE_FULL:
        return FactsError(message("facts.disk_full", file=file, outcome=scene.outcome))
    if code == sqlite3.SQLITE_IOERR:
        return FactsError(message("facts.disk_failed", file=file, reason=reason, outcome=scene.outcome))
    return None


def _shut(scene: Scene, reason: str) -> FactsError:
    """Name what is in the way: the disk, the folder, the file, or what SQLite keeps beside it."""
    folder = scene.file.parent
    if folder.exists() and os.statvfs(folder).f_flag & os.ST_RDONLY:
        return FactsError(message("facts.disk_read_only", path=str(folder), outcome=scene.outcome))
    for path in (folder, *files_of(scene.file)):
        if path.exists() and not os.access(path, os.R_OK | os.W_OK):
            return FactsError(message("facts.no_rights", path=str(path), owner=_owner(path), outcome=scene.outcome))
    return FactsError(message("facts.unusable_file", file=str(scene.file), reason=reason, outcome=scene.outcome))


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError):
        return str(path.stat().st_uid)


def files_of(file: Path) -> Iterator[Path]:
    """Yield a database's file and those SQLite keeps beside it."""
    yield file
    for ending in JOURNALS:
        yield file.with_name(f"{file.name}{ending}")


def identities(file: str) -> dict[str, tuple[int, int]]:
    """Return which files of a database there are now, as the disk knows them."""
    found: dict[str, tuple[int, int]] = {}
    for path in (file, *(f"{file}{ending}" for ending in JOURNALS)):
        try:
            kept = os.stat(path)
        except OSError:
            continue
        found[path] = (kept.st_dev, kept.st_ino)
    return found


def is_cut(file: Path, page: int) -> bool:
    """Return True if a file ends within a page, which SQLite takes for zeros; a journal may hold what is missing."""
    journal = file.with_name(f"{file.name}-wal")
    has_journal = journal.exists() and journal.stat().st_size > 0
    return bool(file.stat().st_size % page) and not has_journal
