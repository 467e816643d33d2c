"""Take a backup: the facts from one state of their database, the spreadsheets from the instant after, in one file.

Written beside and renamed when whole. The facts are first, so that whatever the spreadsheets have beyond them is read
by the next consolidation. No writer waits.
"""

from __future__ import annotations

import fcntl
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
from service.domain.instant_words import instant_words
from service.errors import BackupError, NoSeasonError, SeasonRefusedError, ServiceError
from service.facts import portable
from service.facts.portable import Snapshot
from service.facts.records import WorkbookKind
from service.facts.store import open_store
from service.operations.backup import manifest as manifests
from service.operations.backup.archive import ArchiveWriter, flush_folder, line_of, megabytes, pieces_of
from service.operations.backup.manifest import Manifest
from service.operations.backup.verifying import Verified, verify
from service.seasons import season_folders
from service.settings import SEASONS_FOLDER, Settings, campaign_folder, campaign_of
from service.workspace import Progress
from sheets_schema.campaign import Campaign
from sheets_schema.declaration.campaign_folder import read_folder
from sheets_schema.wording import Language, Message, message, text, verbatim
from sheets_schema.wording.system_reasons import system_reason

SUFFIX = ".zip"
_BEING_WRITTEN = ".backing-up-"
_ROWS_REPORTED = 20_000


@dataclass(frozen=True, slots=True)
class Extras:
    """What goes in beside the facts, the embedded spreadsheets and the campaign's own folder."""

    secrets: bool = False  # those kept in the data folder
    spreadsheets: bool = False  # every workbook as .xlsx
    verified: bool = False  # restored elsewhere and compared, before it counts as taken


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that is whole."""

    path: Path
    size: int
    manifest: Manifest
    verified: Verified | None = None


def default_name(campaign: Campaign, at: datetime) -> str:
    """Return the name of a backup taken at an instant."""
    return f"{_stem(campaign)}{at.astimezone(campaign.zone):%Y%m%d-%H%M%S}{SUFFIX}"


def _stem(campaign: Campaign) -> str:
    return f"tonghop-{campaign.key}-"


def take(settings: Settings, target: Path | None, extras: Extras, clock: Clock, progress: Progress) -> Taken:
    """Write a backup to a file, or under its default name into a folder; nothing stays behind when it fails."""
    campaign = campaign_of(settings)
    at = clock().astimezone(campaign.zone)
    try:
        path = _path_of(target, default_name(campaign, at))
        for left in _clear_cut_off(path.parent):
            progress(message("backup.cleared", folder=str(left)))
        with _beside(path) as (folder, whole):
            manifest = _write(_Job(settings, campaign, extras, folder, whole, at, progress))
            verified = verify(settings, whole, folder / "thu") if extras.verified else None
            _put_in_place(whole, path)
            flush_folder(path.parent)
        data_folder.tally_of(settings).backed_up(path)
        return Taken(path, path.stat().st_size, manifest, verified)
    except (OSError, ValueError) as error:
        raise BackupError(message("backup.not_written", reason=system_reason(error))) from error


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


def _put_in_place(whole: Path, path: Path) -> None:
    """Give a file its name; BackupError where another has got that name meanwhile."""
    try:
        # unlike renaming, linking writes over nothing
        os.link(whole, path)
    except FileExistsError as error:
        raise BackupError(message("backup.file_exists", path=str(path))) from error
    except OSError:
        # a disk without such links
        if path.exists():
            raise BackupError(message("backup.file_exists", path=str(path))) from None
        whole.rename(path)


@contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, Path]]:
    """Make a folder of our own beside a file for what is not whole yet; it is gone afterwards, whatever happens.

    It is locked meanwhile, by which the next backup tells it from one whose process was killed.
    """
    folder = path.with_name(f".{path.name}{_BEING_WRITTEN}{secrets.token_hex(4)}")
    try:
        # within the block: an interruption may come as soon as the folder is there
        folder.mkdir(mode=0o700)
        with _locked(folder):
            yield folder, folder / "whole"
    finally:
        if folder.exists():
            shutil.rmtree(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold a folder's lock; yield False when another process does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)


def _clear_cut_off(folder: Path) -> Iterator[Path]:
    """Delete what backups left in a folder whose processes were killed; yield each."""
    named = re.compile(rf"\..+{re.escape(_BEING_WRITTEN)}[0-9a-f]{{8}}")
    for path in sorted(folder.iterdir()):
        if named.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            with _locked(path) as is_left:
                if is_left:
                    shutil.rmtree(path)
                    yield path


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
    at = instant_words(job.at.replace(microsecond=0), job.campaign.zone, language)
    return text("backup.readme", language, title=title, at=at, suffix=SUFFIX, secrets=secrets_note)


def _add_all(writer: ArchiveWriter, job: _Job) -> Manifest:
    settings, campaign = job.settings, job.campaign
    copy = job.folder / manifests.EMBEDDED
    with _facts_of(settings, campaign) as facts:
        # before it is copied: opening it would make a blank one
        wiring.refuse_lost_spreadsheets(settings, lambda: any(list(facts.rows("workbooks"))))
        embedded_version = connections.copy_embedded(settings, copy)
        rows = {name: _add_table(writer, facts, name, job.progress) for name in facts.tables}
        revision, numbers = facts.revision, facts.numbers()
    if embedded_version is not None:
        job.progress(message("backup.copying_spreadsheets", size=megabytes(copy.stat().st_size)))
        writer.add(manifests.EMBEDDED, pieces_of(copy))
    _add_campaign(writer, settings)
    notices = [*_add_other_seasons(writer, settings, job.campaign.key)]
    if job.extras.secrets:
        _add_secrets(writer, settings)
    if job.extras.spreadsheets:
        notices += _add_spreadsheets(writer, job)
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
        notices=tuple(one.text(Language(settings.lang)) for one in notices),
    )


@contextmanager
def _facts_of(settings: Settings, campaign: Campaign) -> Iterator[Snapshot]:
    file = portable.sqlite_file(settings.facts_url)
    place = verbatim(str(file)) if file is not None else message("backup.database")
    data_folder.refuse_unusable(settings)
    data_folder.refuse_missing(settings)
    with portable.snapshot(settings.facts_url, data_folder.tally_of(settings)) as facts:
        if facts is None:
            raise NoSeasonError(message("facts.no_season", place=place))
        _refuse_another_campaign(settings, campaign, place, facts.campaigns())
        yield facts


def _refuse_another_campaign(settings: Settings, campaign: Campaign, place: Message, present: tuple[str, ...]) -> None:
    if not present:
        raise NoSeasonError(message("start.not_begun", place=place))
    if campaign.key not in present:
        listed = ", ".join(present)
        raise NoSeasonError(message("start.another_campaign", place=place, present=listed, campaign=settings.campaign))


def _add_table(writer: ArchiveWriter, facts: Snapshot, name: str, progress: Progress) -> int:
    count = 0

    def lines() -> Iterator[bytes]:
        nonlocal count
        for row in facts.rows(name):
            count += 1
            if count % _ROWS_REPORTED == 0:
                progress(message("backup.copying_table", table=name, count=count))
            yield line_of(row)

    writer.add(f"{manifests.FACTS}/{name}.jsonl", lines())
    return count


def _add_campaign(writer: ArchiveWriter, settings: Settings) -> None:
    """Add the declaration when it is the operator's own; one that comes with tonghop is in tonghop."""
    folder = campaign_folder(settings)
    if folder.parent.name == SEASONS_FOLDER or Path(settings.campaign).is_dir():
        for name, content in read_folder(folder).items():
            writer.add(f"{manifests.CAMPAIGN}/{name}", [content])


def _add_other_seasons(writer: ArchiveWriter, settings: Settings, own: str) -> Iterator[Message]:
    """Add the declarations of the seasons beside the one that is set, drafts too; yield what is missing and why.

    A folder by the key of the one that is set is where that one was restored to, or it itself. One that cannot be read
    keeps nothing else out: no backup at all would lose more, and a declaration on record is among the facts.
    """
    try:
        keys = season_folders.season_keys(settings)
    except SeasonRefusedError as refused:
        yield message("backup.seasons_left_out", reason=refused.message)
        return
    for key in keys:
        if key == own:
            continue
        try:
            files = season_folders.kept_files(settings, key)
        except SeasonRefusedError as refused:
            yield message("backup.season_left_out", name=key, reason=refused.message)
            continue
        for name, content in files.items():
            writer.add(f"{manifests.SEASONS}/{key}/{name}", [content])


def _add_secrets(writer: ArchiveWriter, settings: Settings) -> None:
    for name in data_folder.SECRET_FILES:
        path = settings.data_dir / name
        if path.exists():
            writer.add(f"{manifests.SECRETS}/{name}", [path.read_bytes()])


def _add_spreadsheets(writer: ArchiveWriter, job: _Job) -> Iterator[Message]:
    """Add every workbook as .xlsx; one that cannot be had is yielded by name, and the rest is kept all the same."""
    store = open_store(job.settings.facts_url)
    try:
        books = store.registry.workbooks(job.campaign.key)
    finally:
        store.close()
    sheets, _email = wiring.connect_sheets(job.settings, clocks.frozen(job.at))
    for number, book in enumerate(books, start=1):
        is_master = book.kind is WorkbookKind.MASTER
        name = "master" if is_master else re.sub(r"[^A-Za-z0-9_-]", "-", f"{book.form}-{book.shard + 1}")
        job.progress(message("backup.exporting", number=number, count=len(books), name=name))
        try:
            writer.add(f"{manifests.SPREADSHEETS}/{name}.xlsx", [sheets.export(book.spreadsheet_id)])
        except ServiceError as error:
            yield message("backup.not_exported", name=name, error=error.message)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was deleted of a folder of backups, and those of a time to come, which neither count nor are deleted."""

    gone: tuple[Path, ...]
    to_come: tuple[Path, ...]

    @property
    def notice(self) -> Message | None:
        """Return what is said of those of a time to come; None where there are none."""
        if not self.to_come:
            return None
        return message("backup.of_a_time_to_come", count=len(self.to_come), name=self.to_come[-1].name)


def keep_newest(folder: Path, campaign: Campaign, count: int, now: datetime) -> Pruned:
    """Delete a campaign's backups in a folder but the newest `count`, by the time in their default names.

    One whose time is still to come was taken by a clock that was ahead: it is not known to be newer than any.
    """
    named = re.compile(re.escape(_stem(campaign)) + r"\d{8}-\d{6}" + re.escape(SUFFIX))
    found = sorted(path for path in folder.iterdir() if path.is_file() and named.fullmatch(path.name))
    latest = default_name(campaign, now)
    past = [path for path in found if path.name <= latest]
    gone = tuple(past[:-count])
    for path in gone:
        path.unlink()
    return Pruned(gone, tuple(found[len(past) :]))


def delete(path: Path) -> None:
    """Delete one backup; BackupError where that cannot be."""
    try:
        path.unlink()
        flush_folder(path.parent)
    except OSError as error:
        raise BackupError(message("backup.not_deleted", path=path.name, reason=system_reason(error))) from error
