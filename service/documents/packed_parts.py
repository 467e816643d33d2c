"""The parts of a packed file (.xlsx, .docx, .ods), unpacked piece by piece and never beyond a limit."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from service.errors import UnreadableFileError
from sheets_schema.wording import message

LARGEST_UNPACKED = 256 * 1024 * 1024  # of all that is read of one file
MOST_PARTS = 10_000
PIECE = 256 * 1024
DENSEST = 200  # times that a part of a workbook may shrink; rows of blank cells shrink some thirty times
SMALL = 8 * 1024 * 1024  # a part that may shrink as it likes

_ENTRY = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    NotImplementedError,
    RuntimeError,
)


class PackedParts:
    """A packed file open for reading; what is no such file, or is damaged, is refused by that name."""

    def __init__(self, content: bytes) -> None:
        if content.count(_ENTRY) > MOST_PARTS:
            raise UnreadableFileError(message("documents.too_large_unpacked"))
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            members = self._archive.infolist()
        except _BROKEN as error:
            raise UnreadableFileError(message("documents.damaged")) from error
        # some programs write the folders of Windows
        self._members = {member.filename.replace("\\", "/").lstrip("/").lower(): member for member in members}
        self._left = LARGEST_UNPACKED

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the parts, in small letters."""
        return tuple(self._members)

    @property
    def unpacked_size(self) -> int:
        """Return how many bytes all parts have: no part ever gives more than it declares."""
        return sum(member.file_size for member in self._members.values())

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part in pieces."""
        member = self._members.get(name.lower())
        if member is None:
            raise UnreadableFileError(message("documents.part_missing", part=name))
        if member.flag_bits & _ENCRYPTED:
            raise UnreadableFileError(message("documents.has_password"))
        if member.file_size > SMALL and member.file_size > DENSEST * member.compress_size:
            raise UnreadableFileError(message("documents.too_large_unpacked"))
        if member.compress_type not in _METHODS:
            raise UnreadableFileError(message("documents.damaged"))
        try:
            with self._archive.open(member) as part:
                while piece := part.read(PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise UnreadableFileError(message("documents.too_large_unpacked"))
                    yield piece
        except _BROKEN as error:
            raise UnreadableFileError(message("documents.damaged")) from error
