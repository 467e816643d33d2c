"""Take a backup: the facts from one state of their database, the spreadsheets from the instant after, in one file.

Written beside and renamed when whole. The facts are first, so that whatever the spreadsheets have beyond them is read
by the next consolidation. No writer waits.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from service import clock as clocks
from service import connections, data_folder, wiring
from service.clock import Clock
from service.errors import BackupError, ServiceError
from service.facts import portable
from service.facts.portable import Row, Snapshot
from service.facts.records import WorkbookKind
from service.facts.store import open_store
from service.operations.backup import manifest as manifests
from service.operations.backup.archive import PIECE, ArchiveWriter, flush_folder, megabytes, reason
from service.operations.backup.manifest import Manifest
from service.settings import Settings
from service.workspace import Progress
from sheets_schema.campaign import Campaign
from sheets_schema.declaration.campaign_folder import read_folder
from sheets_schema.wording import Language, message, text, verbatim

SUFFIX = ".zip"
_ROWS_REPORTED = 20_000


@dataclass(frozen=True, slots=True)
class Extras:
    """What goes in beside the facts, the embedded spreadsheets and the campaign's own folder."""

    secrets: bool = False  # those kept in the data folder
    spreadsheets: bool = False  # every workbook as .xlsx


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that is whole."""

    path: Path
    size: int
    manifest: Manifest


def default_name(campaign: Campaign, at: datetime) -> str:
    """Return the name of a backup taken at an instant."""
    return f"{_stem(campaign)}{at.astimezone(campaign.zone):%Y%m%d-%H%M%S}{SUFFIX}"


def _stem(campaign: Campaign) -> str:
    return f"tonghop-{campaign.key}-"


def take(settings: Settings, target: Path | None, extras: Extras, clock: Clock, progress: Progress) -> Taken:
    """Write a backup to a file, or under its default name into a folder; nothing stays behind when it fails."""
    campaign = wiring.campaign_of(settings)
    at = clock().astimezone(campaign.zone)
    try:
        path = _path_of(target, default_name(campaign, at))
        with _beside(path) as (folder, whole):
            manifest = _write(_Job(settings, campaign, extras, folder, whole, at, progress))
            whole.rename(path)
            flush_folder(path.parent)
        return Taken(path, path.stat().st_size, manifest)
    except (OSError, ValueError) as error:
        raise BackupError(message("backup.not_written", reason=reason(error))) from error


@dataclass(frozen=True, slots=True)
class _Job:
    """What is backed up, where it is being written, as of when, and what reports progress."""

    settings: Settings
    campaign: Campaign
    extras: Extras
    folder: Path
    whole: Path
    at: datetime  # in the campaign's zone
    progress: Progress


def _path_of(target: Path | None, name: str) -> Path:
    """Return where the file goes; raise BackupError rather than write over anything."""
    path = Path(name) if target is None else target / name if target.is_dir() else target
    if path.exists() or path.is_symlink():
        raise BackupError(message("backup.file_exists", path=str(path)))
    if not path.absolute().parent.is_dir():
        raise BackupError(message("backup.no_folder", folder=str(path.absolute().parent)))
    return path.absolute()


@contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, Path]]:
    """Make a folder of our own beside a file for what is not whole yet; it is gone afterwards, whatever happens."""
    folder = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # within the block: an interruption may come as soon as the folder is there
        folder.mkdir(mode=0o700)
        yield folder, folder / "whole"
    finally:
        if folder.exists():
            shutil.rmtree(folder)


def _write(job: _Job) -> Manifest:
    with os.fdopen(os.open(job.whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        writer = ArchiveWriter(file, job.at)
        try:
            manifest = _add_all(writer, job)
            writer.finish(manifest, _readme(job))
        except BaseException:
            writer.give_up()
            raise
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _readme(job: _Job) -> str:
    language, title = Language(job.settings.lang), job.campaign.title
    secrets_note = text("backup.readme_secrets", language) if job.extras.secrets else ""
    return text("backup.readme", language, title=title, at=job.at.isoformat(), suffix=SUFFIX, secrets=secrets_note)


def _add_all(writer: ArchiveWriter, job: _Job) -> Manifest:
    settings, campaign = job.settings, job.campaign
    copy = job.folder / manifests.EMBEDDED
    with _facts_of(settings) as facts:
        embedded_version = connections.copy_embedded(settings, copy)
        rows = {name: _add_table(writer, facts, name, job.progress) for name in facts.tables}
        revision, numbers = facts.revision, facts.numbers()
    if embedded_version is not None:
        job.progress(message("backup.copying_spreadsheets", size=megabytes(copy.stat().st_size)))
        writer.add(manifests.EMBEDDED, _pieces_of(copy))
    _add_campaign(writer, settings)
    if job.extras.secrets:
        _add_secrets(writer, settings)
    notices = _add_spreadsheets(writer, job) if job.extras.spreadsheets else ()
    return Manifest(
        format=manifests.FORMAT,
        version=version("tonghop"),
        revision=revision,
        campaign=campaign.key,
        title=campaign.title,
        created_at=job.at,
        sheets=settings.sheets if settings.sheets in {"embedded", "google"} else "http",
        embedded_version=embedded_version,
        rehearsal=(settings.data_dir / data_folder.REHEARSAL_MARK).exists(),
        rows=rows,
        numbers=numbers,
        parts=writer.parts,
        notices=notices,
    )


@contextmanager
def _facts_of(settings: Settings) -> Iterator[Snapshot]:
    file = portable.sqlite_file(settings.facts_url)
    place = verbatim(str(file)) if file is not None else message("backup.database")
    nothing = BackupError(message("backup.nothing", place=place))
    if file is not None and not file.exists():
        raise nothing
    data_folder.data_folder(settings)
    with portable.snapshot(settings.facts_url) as facts:
        if facts is None:
            raise nothing
        yield facts


def _add_table(writer: ArchiveWriter, facts: Snapshot, name: str, progress: Progress) -> int:
    count = 0

    def lines() -> Iterator[bytes]:
        nonlocal count
        for row in facts.rows(name):
            count += 1
            if count % _ROWS_REPORTED == 0:
                progress(message("backup.copying_table", table=name, count=count))
            yield _line(row)

    writer.add(f"{manifests.FACTS}/{name}.jsonl", lines())
    return count


def _line(row: Row) -> bytes:
    # ASCII throughout: what people typed may hold half a character, which UTF-8 cannot
    return json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n"


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _add_campaign(writer: ArchiveWriter, settings: Settings) -> None:
    """Add the declaration when it is the operator's own; one that comes with tonghop is in tonghop."""
    folder = Path(settings.campaign)
    if folder.is_dir():
        for name, content in read_folder(folder).items():
            writer.add(f"{manifests.CAMPAIGN}/{name}", [content])


def _add_secrets(writer: ArchiveWriter, settings: Settings) -> None:
    for name in data_folder.SECRET_FILES:
        path = settings.data_dir / name
        if path.exists():
            writer.add(f"{manifests.SECRETS}/{name}", [path.read_bytes()])


def _add_spreadsheets(writer: ArchiveWriter, job: _Job) -> tuple[str, ...]:
    """Add every workbook as .xlsx; one that cannot be had is named, and the rest is kept all the same."""
    store = open_store(job.settings.facts_url)
    try:
        books = store.registry.workbooks(job.campaign.key)
    finally:
        store.close()
    sheets, _email = wiring.connect_sheets(job.settings, clocks.frozen(job.at))
    notices: list[str] = []
    for number, book in enumerate(books, start=1):
        is_master = book.kind is WorkbookKind.MASTER
        name = "master" if is_master else re.sub(r"[^A-Za-z0-9_-]", "-", f"{book.form}-{book.shard + 1}")
        job.progress(message("backup.exporting", number=number, count=len(books), name=name))
        try:
            writer.add(f"{manifests.SPREADSHEETS}/{name}.xlsx", [sheets.export(book.spreadsheet_id)])
        except ServiceError as error:
            notice = message("backup.not_exported", name=name, error=error.message)
            notices.append(notice.text(Language(job.settings.lang)))
    return tuple(notices)


def keep_newest(folder: Path, campaign: Campaign, count: int) -> tuple[Path, ...]:
    """Delete a campaign's oldest backups in a folder but so many, by the time in their default names; return those."""
    named = re.compile(re.escape(_stem(campaign)) + r"\d{8}-\d{6}" + re.escape(SUFFIX))
    found = sorted(path for path in folder.iterdir() if path.is_file() and named.fullmatch(path.name))
    surplus = tuple(found[:-count])
    for path in surplus:
        path.unlink()
    return surplus
