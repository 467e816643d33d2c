"""Take a backup: the facts from one state of their database, the spreadsheets from the instant after, in one file.

Written beside and renamed when whole. The facts are first, so that whatever the spreadsheets have beyond them is read
by the next consolidation. Nobody who writes waits.
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
from service.operations.backup.archive import PIECE, ArchiveWriter, megabytes
from service.operations.backup.manifest import Manifest
from service.settings import Settings
from service.workspace import Progress
from sheets_schema.campaign import Campaign
from sheets_schema.declaration.campaign_folder import read_folder

SUFFIX = ".zip"
_LINES_TOLD = 20_000
_README = """Bản sao lưu của tonghop: {title}
Lập lúc {at}.

Đừng sửa, đừng nén lại tệp này. Khôi phục vào một thư mục dữ liệu trống bằng lệnh:

    TONGHOP_DATA_DIR=THƯ_MỤC_MỚI tonghop restore TÊN_TỆP{suffix}

Trong tệp có tên, địa chỉ thư của người dùng và nội dung các đơn vị đã gửi: giữ như giữ hồ sơ.
{secrets}"""
_WITH_SECRETS = "Tệp này có cả mã bí mật: ai có tệp là mở được mọi bảng tính và ký được phiên đăng nhập.\n"


@dataclass(frozen=True, slots=True)
class Wanted:
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


def take(settings: Settings, target: Path | None, wanted: Wanted, clock: Clock, progress: Progress) -> Taken:
    """Write a backup to a file, or under its default name into a folder; nothing stays behind when it fails."""
    campaign = wiring.campaign_of(settings)
    at = clock().astimezone(campaign.zone)
    try:
        path = _path_of(target, default_name(campaign, at))
        with _beside(path) as (folder, whole):
            manifest = _write(settings, campaign, wanted, _Place(folder, whole, at, progress))
            whole.rename(path)
            _settle(path.parent)
        return Taken(path, path.stat().st_size, manifest)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackupError(
            f"Không ghi được tệp sao lưu: {reason}. Không để lại tệp dở; xem tên tệp, chỗ trống, quyền ghi rồi làm lại."
        ) from error


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a backup is being written, as of when, and who is told."""

    folder: Path
    whole: Path
    at: datetime  # in the campaign's zone
    progress: Progress


def _path_of(target: Path | None, name: str) -> Path:
    """Return where the file goes; raise BackupError rather than write over anything."""
    path = Path(name) if target is None else target / name if target.is_dir() else target
    if path.exists() or path.is_symlink():
        raise BackupError(f"Đã có {path}. Ghi tên khác, hoặc ghi một thư mục để đặt tên theo ngày giờ.")
    if not path.absolute().parent.is_dir():
        raise BackupError(f"Không có thư mục {path.absolute().parent}. Tạo thư mục trước.")
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


def _settle(folder: Path) -> None:
    """See that a rename outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(settings: Settings, campaign: Campaign, wanted: Wanted, place: _Place) -> Manifest:
    at = place.at
    with os.fdopen(os.open(place.whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        writer = ArchiveWriter(file, at)
        try:
            manifest = _add_all(writer, settings, campaign, wanted, place)
            said = _WITH_SECRETS if wanted.secrets else ""
            note = _README.format(title=campaign.title, at=at.isoformat(), suffix=SUFFIX, secrets=said)
            writer.finish(manifest, note)
        except BaseException:
            writer.give_up()
            raise
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _add_all(writer: ArchiveWriter, settings: Settings, campaign: Campaign, wanted: Wanted, place: _Place) -> Manifest:
    copy = place.folder / manifests.EMBEDDED
    with _facts_of(settings) as facts:
        embedded_version = connections.copy_embedded(settings, copy)
        rows = {name: _add_table(writer, facts, name, place.progress) for name in facts.tables}
        revision, numbers = facts.revision, facts.numbers()
    if embedded_version is not None:
        place.progress(f"Đang chép bảng tính: {megabytes(copy.stat().st_size)}.")
        writer.add(manifests.EMBEDDED, _pieces_of(copy))
    _add_campaign(writer, settings)
    if wanted.secrets:
        _add_secrets(writer, settings)
    notices = _add_spreadsheets(writer, settings, campaign, place) if wanted.spreadsheets else ()
    return Manifest(
        format=manifests.FORMAT,
        version=version("tonghop"),
        revision=revision,
        campaign=campaign.key,
        title=campaign.title,
        created_at=place.at,
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
    nothing = BackupError(
        f"Chưa có dữ liệu để sao lưu ({file or 'cơ sở dữ liệu'} trống). Xem TONGHOP_DATA_DIR, TONGHOP_DATABASE_URL."
    )
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
            if count % _LINES_TOLD == 0:
                progress(f"Đang chép bảng {name}: {count} dòng.")
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


def _add_spreadsheets(writer: ArchiveWriter, settings: Settings, campaign: Campaign, place: _Place) -> tuple[str, ...]:
    """Add every workbook as .xlsx; one that cannot be had is told of, and the rest is kept all the same."""
    store = open_store(settings.facts_url)
    try:
        books = store.registry.workbooks(campaign.key)
    finally:
        store.close()
    sheets, _email = wiring.connect_sheets(settings, clocks.frozen(place.at))
    notices: list[str] = []
    for number, book in enumerate(books, start=1):
        is_master = book.kind is WorkbookKind.MASTER
        name = "master" if is_master else re.sub(r"[^A-Za-z0-9_-]", "-", f"{book.form}-{book.shard + 1}")
        place.progress(f"Đang lấy bảng tính {number}/{len(books)} thành .xlsx: {name}.")
        try:
            writer.add(f"{manifests.SPREADSHEETS}/{name}.xlsx", [sheets.export(book.spreadsheet_id)])
        except ServiceError as error:
            notices.append(f"Không lấy được bảng tính {name} thành .xlsx: {error}")
    return tuple(notices)


def keep_newest(folder: Path, campaign: Campaign, count: int) -> tuple[Path, ...]:
    """Delete a campaign's oldest backups in a folder but so many, by the time in their default names; return those."""
    named = re.compile(re.escape(_stem(campaign)) + r"\d{8}-\d{6}" + re.escape(SUFFIX))
    found = sorted(path for path in folder.iterdir() if path.is_file() and named.fullmatch(path.name))
    surplus = tuple(found[:-count])
    for path in surplus:
        path.unlink()
    return surplus
