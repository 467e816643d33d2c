"""Restore a backup into a folder of its own and compare: what cannot be restored is no backup."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from service import connections
from service.errors import BackupError
from service.facts import portable
from service.facts.portable import Snapshot
from service.operations.backup import manifest as manifests
from service.operations.backup import restoring
from service.operations.backup.archive import line_of, pieces_of
from service.operations.backup.manifest import BackupPart, Manifest
from service.settings import Settings
from service.workspace import silent
from sheets_schema.wording import message


@dataclass(frozen=True, slots=True)
class Verified:
    """What a restored backup held; every digest was that of the manifest."""

    tables: int
    rows: int
    facts: int
    spreadsheets: int


def verify(settings: Settings, file: Path, scratch: Path) -> Verified:
    """Restore a backup into a new folder, compare every table and the spreadsheets, and delete the folder.

    BackupError names the part that differs, or what keeps it from being restored.
    """
    elsewhere = replace(settings, data_dir=scratch / "data", database_url="")
    scratch.mkdir(mode=0o700)
    try:
        manifest = restoring.restore(elsewhere, file, silent, on_trial=True).manifest
        with portable.snapshot(elsewhere.facts_url) as restored:
            if restored is None:
                raise BackupError(message("backup.differs", part=manifests.FACTS))
            _compare_facts(restored, manifest)
        return Verified(
            tables=len(manifest.rows),
            rows=sum(manifest.rows.values()),
            facts=manifest.rows.get("facts", 0),
            spreadsheets=_compare_spreadsheets(elsewhere.data_dir / manifests.EMBEDDED, manifest),
        )
    finally:
        shutil.rmtree(scratch)


def _compare_facts(restored: Snapshot, manifest: Manifest) -> None:
    """Raise BackupError where a table's rows are not those of the backup."""
    for part in manifest.under(manifests.FACTS):
        name = part.name.removeprefix(f"{manifests.FACTS}/").removesuffix(".jsonl")
        _compare(part, map(line_of, restored.rows(name)))


def _compare_spreadsheets(file: Path, manifest: Manifest) -> int:
    part = manifest.part(manifests.EMBEDDED)
    if part is None:
        return 0
    _compare(part, pieces_of(file))
    return connections.examine_embedded(file)


def _compare(part: BackupPart, pieces: Iterator[bytes]) -> None:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    if digest.hexdigest() != part.sha256:
        raise BackupError(message("backup.differs", part=part.name))
