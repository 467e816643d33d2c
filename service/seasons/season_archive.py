"""A campaign folder as a .zip: taken out, and read with bounds from whatever was uploaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath

from service.documents.packed_parts import PackedParts
from service.errors import SeasonRefusedError, UnreadableFileError
from sheets_schema.declaration.assembly import CAMPAIGN_FILE, belongs
from sheets_schema.wording import message

LARGEST_FILE = 8 * 1024 * 1024  # of one file of the folder
LARGEST_FOLDER = 32 * 1024 * 1024  # of all of them
MOST_FILES = 200
LARGEST_ARCHIVE = 8 * 1024 * 1024
_ZIP = b"PK\x03\x04"


def packed(key: str, files: Mapping[str, bytes], at: datetime) -> bytes:
    """Return the files as a .zip with the folder in it; the same files at the same instant give the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(f"{key}/{name}", (at.year, at.month, at.day, at.hour, at.minute, at.second))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            archive.writestr(info, content)
    return written.getvalue()


def unpacked(content: bytes) -> tuple[str, dict[str, bytes]]:
    """Return the folder's name, blank where there is none, and the files of a campaign in a .zip.

    Other files are left alone. SeasonRefusedError for what is no .zip, is damaged, is too large, or holds no campaign,
    or more than one. Nothing is written, so that no name leads anywhere.
    """
    if not content.startswith(_ZIP):
        raise SeasonRefusedError(message("seasons.not_a_zip"))
    try:
        parts = PackedParts(content)
        listed = [PurePosixPath(name) for name in parts.names]
        folder = _folder_of(listed)
        names = [path for path in listed if path.parent == folder and belongs(path.name)]
        if len(names) > MOST_FILES:
            raise SeasonRefusedError(message("seasons.too_many_files", most=MOST_FILES))
        return _spelt(content, folder), _read(parts, names)
    except UnreadableFileError as error:
        raise SeasonRefusedError(error.message) from error


def _folder_of(listed: list[PurePosixPath]) -> PurePosixPath:
    plans = [path for path in listed if path.name == CAMPAIGN_FILE]
    if len(plans) != 1:
        raise SeasonRefusedError(message("seasons.no_campaign_inside" if not plans else "seasons.several_inside"))
    return plans[0].parent


def _spelt(content: bytes, folder: PurePosixPath) -> str:
    """Return the folder's name as it is written in the archive: its letter case is kept."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [PurePosixPath(name.replace("\\", "/")) for name in archive.namelist()]
    found = next((path.parent.name for path in names if str(path.parent).lower() == str(folder)), "")
    return found if found not in (".", "..") else ""


def _read(parts: PackedParts, names: list[PurePosixPath]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = LARGEST_FOLDER
    for path in names:
        read = bytearray()
        for piece in parts.pieces(str(path)):
            read += piece
            if len(read) > min(LARGEST_FILE, left):
                raise SeasonRefusedError(message("seasons.too_large_inside", megabytes=LARGEST_FILE // 2**20))
        left -= len(read)
        found[path.name] = bytes(read)
    return found
