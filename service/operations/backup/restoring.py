"""Restore a backup into an empty place: verified first, then all of it or nothing.

A mark stands in the data folder from the first file to the last step, and nothing opens a folder that carries it. A
restore that was cut off leaves the mark; the next one clears what it had made and begins anew.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from service import connections, data_folder, wiring
from service.errors import BackupError, SettingsError
from service.facts import portable
from service.facts.portable import Image, Row
from service.facts.schema import TRIAL_REVISIONS
from service.operations.backup import archive as archives
from service.operations.backup import manifest as manifests
from service.operations.backup.archive import Archive
from service.operations.backup.manifest import Manifest, Part
from service.settings import Settings
from service.workspace import Progress
from sheets_schema.wording import message

_COMPANIONS = ("", "-wal", "-shm", "-journal")  # of a file of SQLite
_FRESH = ".new"  # a mark that is being written
_NO_MATTER = {"lost+found"}  # of a disk of its own


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and where."""

    manifest: Manifest
    campaign_folder: Path | None  # the operator's own declaration, when the backup had it
    spreadsheets: int  # .xlsx files left in the backup


def restore(settings: Settings, file: Path, progress: Progress) -> Restored:
    """Restore a backup into the data folder and database that are set, both of them empty."""
    try:
        with archives.opened(file, lambda manifest: _accept(manifest, settings)) as archive:
            manifest = archive.manifest
            progress(f"Tệp sao lưu nguyên vẹn: {manifest.title}, {sum(manifest.rows.values())} dòng.")
            return _restore(settings, archive, progress)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackupError(f"Không khôi phục được từ {str(file)!r}: {reason}.") from error


def _accept(manifest: Manifest, settings: Settings) -> None:
    """Refuse a backup that this program or these settings cannot take."""
    if manifest.revision in TRIAL_REVISIONS:
        raise BackupError(message("facts.of_a_trial", revision=manifest.revision))
    known = portable.revisions()
    newer = manifest.embedded_version is not None and manifest.embedded_version > connections.EMBEDDED_VERSION
    if manifest.revision not in known or newer:
        raise BackupError(
            f"Tệp sao lưu do tonghop {manifest.version} lập, dữ liệu ở phiên bản {manifest.revision}; bản đang chạy "
            f"chỉ biết đến {known[-1]}. Cài bản tonghop mới hơn rồi khôi phục lại."
        )
    if (manifest.sheets == "google") != (settings.sheets == "google"):
        raise BackupError(
            f"Bảng tính của bản sao lưu đặt tại “{manifest.sheets}” còn TONGHOP_SHEETS là “{settings.sheets}”. "
            f"Đặt TONGHOP_SHEETS={manifest.sheets if manifest.sheets != 'http' else 'http://máy:cổng'} rồi làm lại."
        )
    _accept_campaign(manifest, settings)
    _find_room(manifest, settings)


def _find_room(manifest: Manifest, settings: Settings) -> None:
    is_file = portable.sqlite_file(settings.facts_url) is not None
    facts = sum(part.size for part in manifest.under(manifests.FACTS))
    unpacked = sum(part.size for part in manifest.parts) - facts
    nearest = next(folder for folder in (settings.data_dir, *settings.data_dir.absolute().parents) if folder.exists())
    # rows that become a file of SQLite need room for its journal too
    archives.room_for(nearest, unpacked + (2 * facts if is_file else 0))


def _accept_campaign(manifest: Manifest, settings: Settings) -> None:
    own = campaign_folder(settings, manifest)
    if own is not None and Path(settings.campaign).absolute() == own.absolute():
        return
    try:
        key = wiring.campaign_of(settings).key
    except SettingsError:
        key = ""
    if key != manifest.campaign:
        raise BackupError(
            f"Bản sao lưu là của đợt “{manifest.campaign}” còn TONGHOP_CAMPAIGN là “{settings.campaign}”. "
            f"Đặt TONGHOP_CAMPAIGN={own or manifest.campaign} rồi làm lại."
        )


def campaign_folder(settings: Settings, manifest: Manifest) -> Path | None:
    """Return where the operator's own declaration goes, when a backup has it."""
    return settings.data_dir / manifests.CAMPAIGN / manifest.campaign if manifest.under(manifests.CAMPAIGN) else None


def _restore(settings: Settings, archive: Archive, progress: Progress) -> Restored:
    manifest = archive.manifest
    data_folder.data_folder(settings, restoring=True)
    if not _ended_before(settings, progress):
        _refuse_unless_empty(settings)
        attempt = _Attempt.planned(settings)
        try:
            attempt.begin(settings)
            _unpack(settings, archive, progress)
            _fill(settings, archive, attempt.id, progress)
        except BaseException:
            if not attempt.landed(settings):
                attempt.undo(settings)
                raise
        attempt.end(settings)
    left = len(manifest.under(manifests.SPREADSHEETS))
    return Restored(manifest, campaign_folder(settings, manifest), left)


def _refuse_unless_empty(settings: Settings) -> None:
    there = sorted(path.name for path in settings.data_dir.iterdir() if path.name not in _NO_MATTER)
    if there:
        raise BackupError(
            f"Thư mục dữ liệu {settings.data_dir} không trống: {_named(there)}. Chỉ khôi phục vào thư mục trống: đặt "
            "TONGHOP_DATA_DIR là một thư mục mới, hoặc chuyển những tệp ấy đi nơi khác."
        )
    filled = portable.occupied(settings.facts_url)
    if filled:
        raise BackupError(
            f"Cơ sở dữ liệu không trống: {_named(filled)}. Chỉ khôi phục vào cơ sở dữ liệu trống: đặt "
            "TONGHOP_DATABASE_URL là một cơ sở dữ liệu mới."
        )


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:5]) + (f" … ({len(listed)} mục)" if len(listed) > 5 else "")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One restore under way, as its mark in the data folder tells it."""

    id: str
    made: tuple[str, ...]  # paths that were not there before

    @classmethod
    def planned(cls, settings: Settings) -> _Attempt:
        """Return a restore that has made nothing yet."""
        facts = portable.sqlite_file(settings.facts_url)
        names = [manifests.CAMPAIGN, data_folder.REHEARSAL_MARK, *data_folder.SECRET_FILES]
        names += [f"{manifests.EMBEDDED}{end}" for end in _COMPANIONS]
        made = [str(settings.data_dir.absolute() / name) for name in names]
        if facts is not None:
            made += [f"{facts.absolute()}{end}" for end in _COMPANIONS]
        return cls(f"tonghop{secrets.token_hex(8)}", tuple(made))

    def begin(self, settings: Settings) -> None:
        """Leave the mark, before anything else is made."""
        mark = settings.data_dir / data_folder.RESTORING_MARK
        fresh = mark.with_suffix(_FRESH)
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"id": self.id, "made": self.made}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(mark)
        _settle(settings.data_dir)

    @classmethod
    def found(cls, settings: Settings) -> _Attempt | None:
        """Return the restore that was cut off in this data folder, if one was."""
        mark = settings.data_dir / data_folder.RESTORING_MARK
        # cut off before its mark was whole, it had made nothing
        mark.with_suffix(_FRESH).unlink(missing_ok=True)
        if not mark.exists():
            return None
        told = json.loads(mark.read_text(encoding="utf-8"))
        return cls(told["id"], tuple(told["made"]))

    def landed(self, settings: Settings) -> bool:
        """Say whether the database of a server took all of it; a file's goes with the other files."""
        return portable.mark_of(settings.facts_url) == self.id

    def undo(self, settings: Settings) -> None:
        """Remove what was made, then the mark."""
        for name in self.made:
            path = Path(name)
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        mark = settings.data_dir / data_folder.RESTORING_MARK
        mark.with_suffix(_FRESH).unlink(missing_ok=True)
        mark.unlink(missing_ok=True)

    def end(self, settings: Settings) -> None:
        """Take the mark away: from here on the folder is whole."""
        _settle(settings.data_dir)
        (settings.data_dir / data_folder.RESTORING_MARK).unlink()
        _settle(settings.data_dir)
        portable.unmark(settings.facts_url)


def _ended_before(settings: Settings, progress: Progress) -> bool:
    """Settle a restore that was cut off: say True when all of it had landed, else clear what it had made."""
    earlier = _Attempt.found(settings)
    if earlier is None:
        return False
    if earlier.landed(settings):
        progress("Lần khôi phục trước đã ghi xong mọi phần; chỉ còn đóng lại.")
        earlier.end(settings)
        return True
    progress("Lần khôi phục trước bị cắt ngang; xóa phần dở và làm lại từ đầu.")
    earlier.undo(settings)
    return False


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unpack(settings: Settings, archive: Archive, progress: Progress) -> None:
    manifest, folder = archive.manifest, settings.data_dir
    if manifest.rehearsal:
        (folder / data_folder.REHEARSAL_MARK).touch()
    sheets = manifest.part(manifests.EMBEDDED)
    if sheets is not None:
        progress(f"Đang ghi bảng tính: {archives.megabytes(sheets.size)}.")
        archive.unpack(sheets, folder / manifests.EMBEDDED)
    own = campaign_folder(settings, manifest)
    if own is not None:
        own.mkdir(parents=True, mode=0o700)
        _unpack_into(archive, manifest.under(manifests.CAMPAIGN), own)
    kept = [part for part in manifest.under(manifests.SECRETS) if _name_of(part) in data_folder.SECRET_FILES]
    _unpack_into(archive, kept, folder)


def _unpack_into(archive: Archive, parts: Iterable[Part], folder: Path) -> None:
    for part in parts:
        archive.unpack(part, folder / _name_of(part))


def _name_of(part: Part) -> str:
    return part.name.partition("/")[2]


def _fill(settings: Settings, archive: Archive, mark: str, progress: Progress) -> None:
    manifest = archive.manifest
    tables = {}
    for part in manifest.under(manifests.FACTS):
        name = _name_of(part).removesuffix(".jsonl")
        tables[name] = lambda part=part, name=name: _rows(archive, part, manifest.rows.get(name, 0))
    lost = [name for name, count in manifest.rows.items() if count and name not in tables]
    if lost:
        raise BackupError(f"Tệp sao lưu thiếu bảng {lost[0]}. Lấy lại bản khác.")
    progress(f"Đang ghi nhật ký: {sum(manifest.rows.values())} dòng vào {len(tables)} bảng.")
    portable.fill(settings.facts_url, Image(manifest.revision, tables, manifest.numbers), mark)


def _rows(archive: Archive, part: Part, count: int) -> Iterator[Row]:
    number = 0
    for number, line in enumerate(archive.lines(part), start=1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BackupError(f"{part.name}, dòng {number}: không đọc được.") from error
        if not isinstance(row, dict):
            raise BackupError(f"{part.name}, dòng {number}: không phải là một dòng của bảng.")
        yield row
    if number != count:
        raise BackupError(f"{part.name} có {number} dòng, bản kê ghi {count}. Lấy lại bản khác.")
