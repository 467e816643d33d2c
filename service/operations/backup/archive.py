"""The file of a backup: a .zip written part by part with checksums, and read only when every one of them holds."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from service.errors import BackupError
from service.operations.backup import manifest as manifests
from service.operations.backup.manifest import BackupPart, Manifest
from sheets_schema.wording import Message, message

README = "DOC-TOI.txt"
PIECE = 1024 * 1024
LONGEST_LINE = 64 * PIECE  # a tab's whole content is one row
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, UnicodeDecodeError)
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ArchiveWriter:
    """Writes the parts of a backup and remembers their checksums."""

    def __init__(self, file: BinaryIO, at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._time = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self._parts: list[BackupPart] = []

    @property
    def parts(self) -> tuple[BackupPart, ...]:
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
        self._parts.append(BackupPart(name, size, digest.hexdigest()))

    def finish(self, manifest: Manifest, readme: str) -> None:
        """Write the manifest and a note for the person who opens the file by hand; the archive is whole then."""
        self._zip.writestr(self._info(manifests.NAME), manifest.to_json())
        self._zip.writestr(self._info(README), readme.replace("\n", "\r\n").encode("utf-8-sig"))
        self._zip.close()

    def give_up(self) -> None:
        """Close the file; what was written is of no use, so that a full disk no longer matters."""
        with suppress(OSError, ValueError):
            self._zip.close()

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._time)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info


class Archive:
    """A backup that was read from end to end and is what its manifest states."""

    def __init__(self, opened: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = opened
        self.manifest = manifest

    def pieces(self, part: BackupPart) -> Iterator[bytes]:
        """Yield a part's content; BackupError when it can no longer be read."""
        with _readable(), self._zip.open(part.name) as entry:
            while piece := entry.read(PIECE):
                yield piece

    def lines(self, part: BackupPart) -> Iterator[bytes]:
        """Yield a part's lines; BackupError for one that is longer than any row is."""
        rest = b""
        for piece in self.pieces(part):
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
            if len(rest) > LONGEST_LINE:
                raise BackupError(message("backup.line_too_long", part=part.name))
        if rest:
            yield rest

    def unpack(self, part: BackupPart, to: Path) -> None:
        """Write a part into a new file that only its owner may read, down to the disk."""
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in self.pieces(part):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def opened(path: Path, accept: Callable[[Manifest], None]) -> Iterator[Archive]:
    """Open a backup whose every part is there and unchanged; BackupError names what is wrong with it.

    `accept` may refuse by the manifest alone, before anything else is read.
    """
    with _readable(), zipfile.ZipFile(path) as file:
        infos = file.infolist()
        manifest = _manifest_of(file, infos)
        _hold_together(infos, manifest)
        accept(manifest)
        archive = Archive(file, manifest)
        for part in manifest.parts:
            _verify(archive, part)
        yield archive


@contextmanager
def _readable() -> Iterator[None]:
    """Translate what the library raises over a broken file."""
    try:
        yield
    except _BROKEN as error:
        raise BackupError(message("backup.broken")) from error


def _manifest_of(file: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> Manifest:
    found = [info for info in infos if info.filename == manifests.NAME]
    if len(found) != 1:
        raise BackupError(message("backup.no_manifest", name=manifests.NAME))
    _take_plain_only(found[0])
    if found[0].file_size > manifests.LARGEST:
        raise BackupError(message("backup.manifest_too_large", name=manifests.NAME))
    return manifests.parse(file.read(found[0]))


def _take_plain_only(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1 or info.compress_type not in _PLAIN:
        raise BackupError(message("backup.packed_again"))


def _hold_together(infos: Sequence[zipfile.ZipInfo], manifest: Manifest) -> None:
    """Raise BackupError unless the parts are those of the manifest, each once, of the size it states."""
    stated = {part.name: part.size for part in manifest.parts}
    present = [info for info in infos if info.filename not in (manifests.NAME, README)]
    for info in present:
        _take_plain_only(info)
    held = {info.filename: info.file_size for info in present}
    if len(held) != len(present) or len(stated) != len(manifest.parts):
        raise BackupError(message("backup.part_twice"))
    for name in sorted(stated.keys() | held.keys()):
        if name not in held:
            raise BackupError(message("backup.part_missing", part=name))
        if name not in stated:
            raise BackupError(message("backup.part_added", part=repr(name)))
        if stated[name] != held[name]:
            raise BackupError(message("backup.part_length", part=name))


def _verify(archive: Archive, part: BackupPart) -> None:
    digest = hashlib.sha256()
    for piece in archive.pieces(part):
        digest.update(piece)
    if digest.hexdigest() != part.sha256:
        raise BackupError(message("backup.part_changed", part=part.name))


def line_of(row: Mapping[str, object]) -> bytes:
    """Return a row of a table as its line."""
    # ASCII throughout: what people typed may hold half a character, which UTF-8 cannot
    return json.dumps(dict(row), separators=(",", ":")).encode("ascii") + b"\n"


def pieces_of(path: Path) -> Iterator[bytes]:
    """Yield a file's content."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def room_for(folder: Path, size: int) -> None:
    """Raise BackupError when a folder's disk has no room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise BackupError(message("backup.no_room", folder=str(folder), free=megabytes(free), needed=megabytes(size)))


def megabytes(size: int) -> Message:
    """Return a size as people read it."""
    whole, tenth = divmod(round(size / 100_000), 10)
    return message("backup.megabytes", whole=whole, tenth=tenth)


def flush_folder(folder: Path) -> None:
    """Write a folder's entries down to the disk, so that a rename outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
