"""The data folder on this machine: who may read it, whether it may be written, room, what kind of disk it is on."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from service import data_folder
from service.operations.doctor.findings import Finding, State, look, well
from service.settings import FACTS_FILE

LEAST_FREE = 500 * 1024 * 1024
SECRETS = ("embedded-token", "secret-key", FACTS_FILE, "sheets.sqlite")
# SQLite's locks do not hold there
NETWORK_DISKS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.gcsfuse", "fuse.s3fs", "afs", "ceph"}
MOUNTS = Path("/proc/self/mounts")


def data_folder_of(folder: Path) -> Iterator[Finding]:
    """Yield what is to be said of the data folder."""
    subject = "Thư mục dữ liệu"
    if not folder.is_dir():
        yield well(subject, f"{folder.absolute()} chưa có, sẽ được lập khi cần.")
        return
    rehearsal = " (diễn tập)" if (folder / data_folder.REHEARSAL_MARK).exists() else ""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(subject, State.BROKEN, f"{folder.absolute()} không ghi được. Cho người chạy dịch vụ quyền ghi.")
        return
    yield well(subject, f"{folder.absolute()}{rehearsal}.")
    yield _privacy(folder)
    yield _room(folder)


def _privacy(folder: Path) -> Finding:
    subject = "Quyền trên thư mục dữ liệu"
    if not _others_may(folder, stat.S_IXGRP | stat.S_IXOTH):
        return well(subject, "chỉ người chạy dịch vụ vào được.")
    readable = [
        name for name in SECRETS if (folder / name).exists() and _others_may(folder / name, stat.S_IRGRP | stat.S_IROTH)
    ]
    if readable:
        return look(subject, f"người khác đọc được {', '.join(readable)}. Chạy: chmod 700 {folder.absolute()}")
    return well(subject, "người khác vào được thư mục, không đọc được khóa và dữ liệu.")


def _others_may(path: Path, bits: int) -> bool:
    return bool(path.stat().st_mode & bits)


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    said = f"còn {free // (1024 * 1024):,} MB.".replace(",", ".")
    if free < LEAST_FREE:
        return look("Chỗ trống trên đĩa", f"{said} Dọn bớt, hoặc chuyển TONGHOP_DATA_DIR sang đĩa khác.")
    return well("Chỗ trống trên đĩa", said)


def disk_kind(path: Path, mounts: str) -> str:
    """Return the kind of the file system a path is on, by Linux's table of mounts; "" when it does not tell."""
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
    """Say whether a file is on a disk that several machines share."""
    if not MOUNTS.exists():
        return False
    return disk_kind(path, MOUNTS.read_text(encoding="utf-8", errors="replace")) in NETWORK_DISKS
