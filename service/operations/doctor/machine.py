"""The data folder on this machine: who may read it, whether it may be written, room, what kind of disk it is on."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from service import data_folder
from service.operations.backup.restoring import leftovers
from service.operations.doctor.findings import Finding, State, attention, failed, grouped, ok
from service.settings import FACTS_FILE
from sheets_schema.wording import message

SUBJECT = message("doctor.data_folder")
PRIVACY = message("doctor.data_folder_rights")
ROOM = message("doctor.room")
LEAST_FREE = 500 * 1024 * 1024
SECRETS = ("embedded-token", "secret-key", FACTS_FILE, "sheets.sqlite")
# SQLite's locks do not hold there
NETWORK_DISKS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.gcsfuse", "fuse.s3fs", "afs", "ceph"}
MOUNTS = Path("/proc/self/mounts")


def data_folder_of(folder: Path) -> Iterator[Finding]:
    """Yield the findings about the data folder."""
    path = str(folder.absolute())
    for left in leftovers(folder):
        yield attention(SUBJECT, "doctor.restore_left", folder=str(left))
    if data_folder.swap_order(folder).exists():
        yield Finding(SUBJECT, State.FAILED, message("start.swap_ordered", folder=path))
    if not folder.is_dir():
        yield attention(SUBJECT, "doctor.folder_to_be_made", folder=path)
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield failed(SUBJECT, "doctor.folder_read_only", folder=path)
        return
    is_rehearsal = (folder / data_folder.REHEARSAL_MARK).exists()
    yield ok(SUBJECT, "doctor.folder_of_rehearsal" if is_rehearsal else "doctor.set_to", value=path)
    yield _privacy(folder)
    yield _room(folder)


def _privacy(folder: Path) -> Finding:
    if not _others_may(folder, stat.S_IXGRP | stat.S_IXOTH):
        return ok(PRIVACY, "doctor.folder_private")
    present = [name for name in SECRETS if (folder / name).exists()]
    readable = [name for name in present if _others_may(folder / name, stat.S_IRGRP | stat.S_IROTH)]
    if readable:
        return attention(PRIVACY, "doctor.files_open", files=", ".join(readable), folder=str(folder.absolute()))
    return ok(PRIVACY, "doctor.folder_open")


def _others_may(path: Path, bits: int) -> bool:
    return bool(path.stat().st_mode & bits)


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    megabytes = grouped(free // (1024 * 1024))
    if free < LEAST_FREE:
        return attention(ROOM, "doctor.room_short", megabytes=megabytes)
    return ok(ROOM, "doctor.room_left", megabytes=megabytes)


def disk_kind(path: Path, mounts: str) -> str:
    """Return the kind of the file system a path is on, by Linux's table of mounts; "" where none holds it."""
    wanted = path.absolute()
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        point = Path(parts[1].replace("\\040", " "))
        if (wanted == point or point in wanted.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind


def is_on_network(path: Path) -> bool:
    """Return True if a file is on a disk that several machines share."""
    if not MOUNTS.exists():
        return False
    return disk_kind(path, MOUNTS.read_text(encoding="utf-8", errors="replace")) in NETWORK_DISKS
