"""Restore a backup into an empty place: verified first, then all of it or nothing.

Everything is unpacked into a temporary folder beside the data folder, and one rename puts it in its place. A database
outside the data folder commits just after that rename; until it has, the folder carries a mark, and no command opens
it. What a restore leaves that was cut off is cleared by the next one.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service import clock as clocks
from service import connections, data_folder
from service.errors import BackupError, FactsDamagedError, SettingsError, SheetsError
from service.facts import portable
from service.facts.portable import Image, Row
from service.facts.schema import TRIAL_REVISIONS
from service.facts.store import open_store
from service.facts.tally import FactTally
from service.operations.backup import archive as archives
from service.operations.backup import manifest as manifests
from service.operations.backup.archive import Archive, flush_folder
from service.operations.backup.manifest import BackupPart, Manifest
from service.settings import SEASONS_FOLDER, Settings, campaign_of
from service.workspace import Progress, silent
from sheets_schema.wording import Message, message
from sheets_schema.wording.system_reasons import system_reason

_NAMED = 5  # entries that are in the way
_HELD_BY = "tonghop restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and where."""

    manifest: Manifest
    campaign_folder: Path | None  # the operator's own declaration, when the backup had it
    spreadsheets: int  # .xlsx files left in the backup
    mails_held: bool


def restore(settings: Settings, file: Path, progress: Progress, *, on_trial: bool = False) -> Restored:
    """Restore a backup into the data folder and database that are set, both of them empty; mails are held back.

    `on_trial` leaves everything as the backup has it: the folder is compared and deleted.
    """
    try:
        with archives.opened(file, lambda manifest: accept(manifest, settings)) as archive:
            manifest = archive.manifest
            progress(message("backup.verified", title=manifest.title, count=sum(manifest.rows.values())))
            mails = _Mails(settings, on_trial=on_trial)
            if not _settle_earlier(settings, manifest, mails, progress):
                _refuse_unless_empty(settings)
                _restore(settings, archive, mails, progress)
    except (OSError, ValueError) as error:
        why = system_reason(error)
        raise BackupError(message("backup.not_restored", file=f"“{file}”", reason=why)) from error
    spreadsheets = len(manifest.under(manifests.SPREADSHEETS))
    return Restored(manifest, campaign_folder(settings, manifest), spreadsheets, mails.are_held)


class _Mails:
    """The mails of what is restored, held back but on trial: some may have gone out since the backup was taken."""

    def __init__(self, settings: Settings, *, on_trial: bool) -> None:
        self._settings = settings
        self._on_trial = on_trial
        self.are_held = False

    def hold(self, url: str) -> None:
        """Hold every mail back where any may be sent; a ledger without mails may be older than the first of them."""
        if self._on_trial:
            return
        store = open_store(url)
        try:
            for key in store.registry.campaigns():
                declared = store.declarations.at(key)
                sends = bool(self._settings.smtp_url) or (declared is not None and declared.mail.send)
                if sends or store.mail.count_mails(key):
                    store.mail.set_room(key, held_at=clocks.system(), held_by=_HELD_BY)
                    self.are_held = True
        finally:
            store.close()


def leftovers(data_dir: Path) -> tuple[Path, ...]:
    """Return the temporary folders that restores into a data folder left when they were cut off."""
    beginning = _temporary(data_dir, "")
    present = beginning.parent.iterdir() if os.access(beginning.parent, os.R_OK) else ()
    return tuple(path for path in present if path.name.startswith(beginning.name))


def _temporary(data_dir: Path, ending: str) -> Path:
    folder = data_dir.resolve()
    return folder.with_name(f".{folder.name}.restoring-{ending}")


def campaign_folder(settings: Settings, manifest: Manifest) -> Path | None:
    """Return where the operator's own declaration goes, when a backup has it."""
    if not manifest.under(manifests.CAMPAIGN):
        return None
    return settings.data_dir / _own_place(settings, manifest)


def _own_place(settings: Settings, manifest: Manifest) -> Path:
    """Return where in a data folder the declaration goes: where a season that is set by its key is looked for.

    Settings that name the place where it once went go on.
    """
    earlier = Path(manifests.CAMPAIGN, manifest.campaign)
    is_set = Path(settings.campaign).parts[-2:] == earlier.parts
    return earlier if is_set else Path(SEASONS_FOLDER, manifest.campaign)


def accept(manifest: Manifest, settings: Settings) -> None:
    """Refuse a backup that this program or these settings cannot take."""
    if manifest.revision in TRIAL_REVISIONS:
        raise BackupError(message("facts.of_a_trial", revision=manifest.revision))
    known = portable.revisions()
    is_newer = manifest.embedded_version is not None and manifest.embedded_version > connections.EMBEDDED_VERSION
    if manifest.revision not in known or is_newer:
        stated = {"version": manifest.version, "revision": manifest.revision}
        raise BackupError(message("backup.newer_revision", **stated, known=known[-1]))
    if (manifest.sheets == "google") != (settings.sheets == "google"):
        wanted = message("backup.some_server") if manifest.sheets == "http" else manifest.sheets
        raise BackupError(message("backup.other_sheets", there=manifest.sheets, here=settings.sheets, wanted=wanted))
    _accept_campaign(manifest, settings)
    _find_room(manifest, settings)


def _accept_campaign(manifest: Manifest, settings: Settings) -> None:
    own = campaign_folder(settings, manifest)
    if own is not None and (
        settings.campaign == manifest.campaign or Path(settings.campaign).absolute() == own.absolute()
    ):
        return
    try:
        key = campaign_of(settings).key
    except SettingsError:
        key = ""
    if key != manifest.campaign:
        wanted = str(own or manifest.campaign)
        raise BackupError(
            message("backup.other_campaign", there=manifest.campaign, here=settings.campaign, wanted=wanted)
        )


def _find_room(manifest: Manifest, settings: Settings) -> None:
    is_file = portable.sqlite_file(settings.facts_url) is not None
    facts = sum(part.size for part in manifest.under(manifests.FACTS))
    unpacked = sum(part.size for part in manifest.parts) - facts
    nearest = next(folder for folder in settings.data_dir.absolute().parents if folder.exists())
    # rows that become a file of SQLite need room for its journal too
    archives.room_for(nearest, unpacked + (2 * facts if is_file else 0))


def mark_of(manifest: Manifest, settings: Settings) -> str:
    """Return what the mark of a restore says: which backup goes into which database."""
    return hashlib.sha256(manifest.to_json() + settings.facts_url.encode()).hexdigest()


def _settle_earlier(settings: Settings, manifest: Manifest, mails: _Mails, progress: Progress) -> bool:
    """Clear what a restore left that was cut off; return True when all of it had landed.

    Raise BackupError where the rows of the database are not those of this backup.
    """
    mark = settings.data_dir / data_folder.RESTORING_MARK
    filled = portable.occupied(settings.facts_url) if mark.exists() else ()
    if filled and mark.read_text(encoding="ascii", errors="replace") != mark_of(manifest, settings):
        raise BackupError(message("backup.database_not_empty", names=_listed(filled)))
    if filled:
        progress(message("backup.had_landed"))
        mails.hold(settings.facts_url)
        mark.unlink()
        flush_folder(settings.data_dir)
        return True
    if mark.exists():
        # in one step, so that no part of it is ever without the mark
        settings.data_dir.rename(_temporary(settings.data_dir, secrets.token_hex(4)))
        settings.data_dir.mkdir(mode=0o700)
    for folder in leftovers(settings.data_dir):
        progress(message("backup.clearing", folder=str(folder)))
        shutil.rmtree(folder)
    return False


def _refuse_unless_empty(settings: Settings) -> None:
    folder = settings.data_dir
    if folder.is_mount():
        raise BackupError(message("backup.is_mount", folder=str(folder), within=str(folder / "tonghop")))
    present = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    if present:
        raise BackupError(message("backup.folder_not_empty", folder=str(folder), names=_listed(present)))
    filled = portable.occupied(settings.facts_url)
    if filled:
        raise BackupError(message("backup.database_not_empty", names=_listed(filled)))


def _listed(names: Sequence[str]) -> str | Message:
    first = ", ".join(names[:_NAMED])
    return message("backup.and_more", names=first, count=len(names)) if len(names) > _NAMED else first


def _restore(settings: Settings, archive: Archive, mails: _Mails, progress: Progress) -> None:
    folder = _temporary(settings.data_dir, secrets.token_hex(4))
    try:
        _make(folder, settings.data_dir)
        _unpack(settings, folder, archive, progress)
        _fill(settings, folder, archive, mails, progress)
    except BaseException:
        if not _settle_earlier(settings, archive.manifest, mails, silent):
            raise


def _make(folder: Path, target: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        reason = system_reason(error)
        raise BackupError(message("backup.no_folder_beside", folder=str(target), reason=reason)) from error


def _unpack(settings: Settings, folder: Path, archive: Archive, progress: Progress) -> None:
    manifest = archive.manifest
    if manifest.rehearsal:
        (folder / data_folder.REHEARSAL_MARK).touch()
    sheets = manifest.part(manifests.EMBEDDED)
    if sheets is not None:
        progress(message("backup.writing_spreadsheets", size=archives.megabytes(sheets.size)))
        archive.unpack(sheets, folder / manifests.EMBEDDED)
        try:
            connections.examine_embedded(folder / manifests.EMBEDDED)
        except SheetsError as error:
            raise BackupError(message("backup.spreadsheets_damaged")) from error
    if manifest.under(manifests.CAMPAIGN):
        own = folder / _own_place(settings, manifest)
        own.mkdir(parents=True, mode=0o700)
        _unpack_into(archive, manifest.under(manifests.CAMPAIGN), own)
    for part in manifest.under(manifests.SEASONS):
        (folder / part.name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        archive.unpack(part, folder / part.name)
    kept = [part for part in manifest.under(manifests.SECRETS) if _name_of(part) in data_folder.SECRET_FILES]
    _unpack_into(archive, kept, folder)


def _unpack_into(archive: Archive, parts: Iterable[BackupPart], folder: Path) -> None:
    for part in parts:
        archive.unpack(part, folder / _name_of(part))
    flush_folder(folder)


def _name_of(part: BackupPart) -> str:
    return part.name.partition("/")[2]


def _fill(settings: Settings, folder: Path, archive: Archive, mails: _Mails, progress: Progress) -> None:
    """Fill the database and put the folder in its place: together where the database is in it.

    Mails are held before any command can open what was restored.
    """
    image = _image(archive)
    progress(message("backup.writing_facts", count=sum(archive.manifest.rows.values()), tables=len(image.tables)))
    facts, target = portable.sqlite_file(settings.facts_url), settings.data_dir.resolve()
    tally = FactTally(folder)
    if facts is not None and facts.resolve().parent == target:
        portable.fill(f"sqlite:///{folder / facts.name}", image, before_commit=tally.reached)
        _examine(f"sqlite:///{folder / facts.name}")
        mails.hold(f"sqlite:///{folder / facts.name}")
        _publish(folder, target)
        return

    def publish(last: int) -> None:
        tally.reached(last)
        _publish(folder, target)

    mark = mark_of(archive.manifest, settings)
    (folder / data_folder.RESTORING_MARK).write_text(mark, encoding="ascii")
    portable.fill(settings.facts_url, image, before_commit=publish)
    mails.hold(settings.facts_url)
    (target / data_folder.RESTORING_MARK).unlink()
    flush_folder(target)


def _examine(url: str) -> None:
    """Raise BackupError when what was restored cannot be read as what it is to be."""
    store = open_store(url)
    try:
        store.inspection.refuse_unsound()
        store.facts.refuse_unreadable()
    except FactsDamagedError as error:
        raise BackupError(message("backup.facts_damaged")) from error
    finally:
        store.close()


def _publish(folder: Path, target: Path) -> None:
    flush_folder(folder)
    folder.rename(target)
    flush_folder(target.parent)


def _image(archive: Archive) -> Image:
    manifest = archive.manifest
    tables = {}
    for part in manifest.under(manifests.FACTS):
        name = _name_of(part).removesuffix(".jsonl")
        tables[name] = lambda part=part, name=name: _rows(archive, part, manifest.rows.get(name, 0))
    lost = [name for name, count in manifest.rows.items() if count and name not in tables]
    if lost:
        raise BackupError(message("backup.table_missing", table=lost[0]))
    return Image(manifest.revision, tables, manifest.numbers)


def _rows(archive: Archive, part: BackupPart, count: int) -> Iterator[Row]:
    number = 0
    for number, line in enumerate(archive.lines(part), start=1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BackupError(message("backup.line_unreadable", part=part.name, line=number)) from error
        if not isinstance(row, dict):
            raise BackupError(message("backup.line_no_row", part=part.name, line=number))
        if not all(map(_is_storable, row.values())):
            raise BackupError(message("backup.line_unreadable", part=part.name, line=number))
        yield row
    if number != count:
        raise BackupError(message("backup.rows_missing", part=part.name, found=number, stated=count))


def _is_storable(value: object) -> bool:
    """Return True for what either dialect takes: no list, no number that a column cannot hold."""
    if isinstance(value, int):
        return abs(value) <= manifests.LARGEST_NUMBER
    return value is None or isinstance(value, str)
