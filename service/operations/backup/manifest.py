"""What a backup states of itself: which program and version wrote it, of what, and the checksum of every part."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from service.errors import BackupError
from sheets_schema.wording import message

FORMAT = 1
NAME = "manifest.json"
LARGEST = 16 * 1024 * 1024
FACTS, CAMPAIGN, SEASONS, SECRETS, SPREADSHEETS = "facts", "campaign", "seasons", "secrets", "spreadsheets"
EMBEDDED = "sheets.sqlite"
# the only places a part may have: nothing of a backup ever leaves the folder it is unpacked into
_FILE = r"[^/\\:\x00-\x1f.][^/\\:\x00-\x1f]{0,199}"
_PART = re.compile(
    rf"{FACTS}/[a-z][a-z0-9_]{{0,62}}\.jsonl|{re.escape(EMBEDDED)}"
    rf"|{CAMPAIGN}/{_FILE}|{SEASONS}/[A-Za-z0-9][A-Za-z0-9_.-]{{0,99}}/(?:{_FILE}|\.draft\.json)|{SECRETS}/[a-z][a-z-]{{0,62}}"
    rf"|{SPREADSHEETS}/[A-Za-z0-9][A-Za-z0-9_-]{{0,199}}\.xlsx"
)
# beyond any count, and any instant in microseconds; a database could not go on counting from its own largest number
LARGEST_NUMBER = 2**60
_WHOLE = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]


@dataclass(frozen=True, slots=True)
class BackupPart:
    """One file within a backup."""

    name: str
    size: _WHOLE
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    format: int
    version: str  # of tonghop
    revision: str  # of the database
    campaign: str  # its key
    title: str
    created_at: datetime
    sheets: str  # where the spreadsheets were: embedded, google, http
    embedded_version: int | None  # of the embedded spreadsheets; None: not in here
    rehearsal: bool
    rows: Mapping[str, _WHOLE]  # by table
    numbers: Mapping[str, _WHOLE]  # the last number each counting table gave out
    parts: tuple[BackupPart, ...]
    notices: tuple[str, ...] = ()  # what was wanted and could not be had

    def to_json(self) -> bytes:
        """Return the manifest as its file."""
        return _ADAPTER.dump_json(self, indent=2)

    def part(self, name: str) -> BackupPart | None:
        """Return a part by its name, or None."""
        return next((part for part in self.parts if part.name == name), None)

    def under(self, folder: str) -> tuple[BackupPart, ...]:
        """Return the parts in one folder of the backup."""
        return tuple(part for part in self.parts if part.name.startswith(f"{folder}/"))


_ADAPTER = TypeAdapter(Manifest)


def parse(content: bytes) -> Manifest:
    """Read a manifest; raise BackupError when it is none, or of a later format than this program's."""
    try:
        stated = json.loads(content)
        number = stated.get("format") if isinstance(stated, dict) else None
    except (ValueError, RecursionError) as error:
        raise BackupError(message("backup.manifest_unreadable", name=NAME)) from error
    if isinstance(number, int) and number > FORMAT:
        raise BackupError(
            message("backup.newer_format", format=number, version=str(stated.get("version", "")), known=FORMAT)
        )
    try:
        manifest = _ADAPTER.validate_json(content, strict=True)
    except ValidationError as error:
        where = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise BackupError(message("backup.manifest_wrong", name=NAME, entry=where)) from error
    strange = [part.name for part in manifest.parts if not _PART.fullmatch(part.name)]
    if strange:
        raise BackupError(message("backup.part_refused", part=repr(strange[0])))
    if manifest.created_at.tzinfo is None:
        raise BackupError(message("backup.no_zone", name=NAME))
    return manifest
