"""The file of a backup: a .zip written part by part with checksums, and read only when every one of them holds."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from service.errors import BackupError
from service.operations.backup import manifest as manifests
from service.operations.backup.manifest import Manifest, Part

README = "DOC-TOI.txt"
PIECE = 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, UnicodeDecodeError)
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ArchiveWriter:
    """Writes the parts of a backup and remembers their checksums."""

    def __init__(self, file: BinaryIO, at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._time = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self._parts: list[Part] = []

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return what was written so far."""
        return tuple(self._parts)

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one part from its pieces."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(self._info(name), "w", force_zip64=True) as entry:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                entry.write(piece)
        self._parts.append(Part(name, size, digest.hexdigest()))

    def finish(self, manifest: Manifest, readme: str) -> None:
        """Write the manifest and a note to whoever opens the file by hand; the archive is whole then."""
        self._zip.writestr(self._info(manifests.NAME), manifest.to_json())
        self._zip.writestr(self._info(README), readme.replace("\n", "\r\n").encode("utf-8-sig"))
        self._zip.close()

    def give_up(self) -> None:
        """Let go of the file; what was written is of no use, so that a full disk no longer matters."""
        with suppress(OSError, ValueError):
            self._zip.close()

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._time)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info


class Archive:
    """A backup that was looked at from end to end and is what its manifest says."""

    def __init__(self, opened: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = opened
        self.manifest = manifest

    def pieces(self, part: Part) -> Iterator[bytes]:
        """Yield a part's content; BackupError when it can no longer be read."""
        with _told(), self._zip.open(part.name) as entry:
            while piece := entry.read(PIECE):
                yield piece

    def lines(self, part: Part) -> Iterator[bytes]:
        """Yield a part's lines."""
        rest = b""
        for piece in self.pieces(part):
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
        if rest:
            yield rest

    def unpack(self, part: Part, to: Path) -> None:
        """Write a part into a new file that only its owner may read, down to the disk."""
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in self.pieces(part):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def opened(path: Path, accept: Callable[[Manifest], None]) -> Iterator[Archive]:
    """Open a backup whose every part is there and unchanged; BackupError says what is wrong with it.

    `accept` may refuse by the manifest alone, before anything else is read.
    """
    with _told(), zipfile.ZipFile(path) as file:
        infos = file.infolist()
        manifest = _manifest_of(file, infos)
        _hold_together(infos, manifest)
        accept(manifest)
        archive = Archive(file, manifest)
        for part in manifest.parts:
            _verify(archive, part)
        yield archive


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the library raises over a broken file into our error."""
    try:
        yield
    except _BROKEN as error:
        raise BackupError(
            "Tệp không phải là bản sao lưu của tonghop, hoặc đã bị hỏng, bị cắt ngắn khi chép. Lấy lại bản khác."
        ) from error


def _manifest_of(file: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> Manifest:
    found = [info for info in infos if info.filename == manifests.NAME]
    if len(found) != 1:
        raise BackupError(f"Tệp .zip này không phải là bản sao lưu của tonghop: không có {manifests.NAME}.")
    _take_plain_only(found[0])
    if found[0].file_size > manifests.LARGEST:
        raise BackupError(f"{manifests.NAME} trong tệp sao lưu lớn bất thường.")
    return manifests.parse(file.read(found[0]))


def _take_plain_only(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1 or info.compress_type not in _PLAIN:
        raise BackupError("Tệp sao lưu đã được nén hoặc khóa lại bằng chương trình khác. Dùng tệp gốc do tonghop lập.")


def _hold_together(infos: Sequence[zipfile.ZipInfo], manifest: Manifest) -> None:
    """See that the parts are those of the manifest, each once, of the size it says."""
    said = {part.name: part.size for part in manifest.parts}
    there = [info for info in infos if info.filename not in (manifests.NAME, README)]
    for info in there:
        _take_plain_only(info)
    held = {info.filename: info.file_size for info in there}
    if len(held) != len(there) or len(said) != len(manifest.parts):
        raise BackupError("Tệp sao lưu có hai phần cùng tên. Không khôi phục gì.")
    for name in sorted(said.keys() | held.keys()):
        if name not in held:
            raise BackupError(f"Tệp sao lưu thiếu phần {name}. Lấy lại bản khác.")
        if name not in said:
            raise BackupError(f"Tệp sao lưu có thêm phần lạ: {name!r}. Dùng tệp gốc do tonghop lập.")
        if said[name] != held[name]:
            raise BackupError(f"Phần {name} của tệp sao lưu không đúng độ dài. Lấy lại bản khác.")


def _verify(archive: Archive, part: Part) -> None:
    digest = hashlib.sha256()
    for piece in archive.pieces(part):
        digest.update(piece)
    if digest.hexdigest() != part.sha256:
        raise BackupError(f"Phần {part.name} của tệp sao lưu đã bị thay đổi (sai mã kiểm). Lấy lại bản khác.")


def room_for(folder: Path, size: int) -> None:
    """Raise BackupError when a folder's disk has no room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise BackupError(
            f"Đĩa của {folder} còn {megabytes(free)}, cần ít nhất {megabytes(size)}. Dọn bớt rồi làm lại."
        )


def megabytes(size: int) -> str:
    """Return a size as people read it."""
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")
