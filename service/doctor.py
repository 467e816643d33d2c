"""What is configured, what is reachable, what is wrong and how to mend it: one line a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from service import publishing, wiring
from service.domain import deadlines
from service.errors import ServiceError
from service.facts.records import WorkbookKind
from service.settings import Settings
from service.web.oidc import entry
from service.workspace import Workspace
from sheets_schema.dates_vi import format_day

WORKER_SILENT_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, what was found or is to be done."""

    subject: str
    is_well: bool
    said: str

    @property
    def line(self) -> str:
        """Return the finding as one line."""
        return f"[{'ổn' if self.is_well else 'CẦN XEM'}] {self.subject}: {self.said}"


def examine(settings: Settings, workspace: Workspace) -> Iterator[Finding]:
    """Yield every finding about a workspace that could be opened, in the order of a season."""
    yield Finding("Bảng tính đặt tại", True, _where(settings))
    yield _data_folder(settings.data_dir)
    yield Finding("Đợt", True, f"{workspace.campaign.title}, {len(workspace.campaign.active_units)} đơn vị.")
    yield from _limits(workspace)
    yield from _guarded("Cơ sở dữ liệu", lambda: _database(workspace))
    yield from _guarded("Bảng tính", lambda: _workbooks(workspace))
    if settings.sheets == "google":
        yield _secret("TONGHOP_SECRET_KEY", settings.secret_key, "trang web không mở với Google khi thiếu")
    if entry.is_on(settings):
        yield _accounts(settings)
    yield _secret("TONGHOP_HOOK_SECRET", settings.hook_secret, "điểm nhận tin /hooks/sheet đang tắt")
    yield _worker(workspace)


def _where(settings: Settings) -> str:
    return {"embedded": "máy chủ bảng tính có sẵn, ngay trong thư mục dữ liệu.", "google": "Google."}.get(
        settings.sheets, f"{settings.sheets}."
    )


def _data_folder(folder: Path) -> Finding:
    rehearsal = (folder / wiring.REHEARSAL_MARK).exists()
    return Finding("Thư mục dữ liệu", True, f"{folder.absolute()}{' (diễn tập)' if rehearsal else ''}.")


def _limits(workspace: Workspace) -> Iterator[Finding]:
    campaign = workspace.campaign
    for obligation in campaign.obligations:
        limit = deadlines.effective_limit(obligation, (), campaign.zone)
        warning = deadlines.rest_day_warning(limit)
        said = f"{obligation.words}, hết ngày {format_day(limit.last_day)}."
        yield Finding(f"Hạn {obligation.title}", warning is None, warning or said)


def _guarded(subject: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except ServiceError as error:
        yield Finding(subject, False, str(error))


def _database(workspace: Workspace) -> Iterator[Finding]:
    count = len(workspace.store.facts(workspace.campaign.key))
    yield Finding("Cơ sở dữ liệu", True, f"mở được, {count} sự kiện.")
    runs = workspace.store.last_runs(workspace.campaign.key, 1)
    if runs and runs[0].error:
        yield Finding("Lần tổng hợp gần nhất", False, runs[0].error)
    elif runs:
        yield Finding("Lần tổng hợp gần nhất", True, f"lần {runs[0].id}.")
    else:
        yield Finding("Lần tổng hợp gần nhất", False, "chưa có. Chạy: tonghop consolidate.")


def _workbooks(workspace: Workspace) -> Iterator[Finding]:
    campaign = workspace.campaign
    books = [book for book in workspace.store.workbooks(campaign.key) if book.kind is WorkbookKind.FORM]
    if not books:
        yield Finding("Bảng tính", False, "chưa lập. Chạy: tonghop provision.")
        return
    for book in books:
        inventory = workspace.sheets.inventory(book.spreadsheet_id)
        expected = {
            tab.sheet_id
            for tab in workspace.store.tabs(campaign.key)
            if tab.spreadsheet_id == book.spreadsheet_id and tab.orphaned_at is None
        }
        lost = expected - {tab.sheet_id for tab in inventory.tabs}
        said = (
            f"{len(expected)} trang." if not lost else f"thiếu {len(lost)} trang. Chạy: tonghop provision --recreate."
        )
        yield Finding(inventory.title, not lost, said)
        if (inventory.locale, inventory.zone) != (campaign.locale, str(campaign.zone)):
            yield Finding(inventory.title, False, f"ngôn ngữ, múi giờ là {inventory.locale}, {inventory.zone}.")
    master = publishing.master_id(workspace)
    if master is not None:
        state = workspace.store.master_state(master)
        notice = state.notice if state else ""
        yield Finding("Bảng tổng hợp", not notice, notice or workspace.link_to(master, 0, ""))


def _secret(name: str, value: str, off: str) -> Finding:
    return Finding(name, bool(value), "đã đặt." if value else f"chưa đặt: {off}.")


def _accounts(settings: Settings) -> Finding:
    subject = f"Đăng nhập bằng {entry.provider_name(settings)}"
    missing = entry.missing_packages()
    if missing:
        return Finding(subject, False, f"chưa cài {', '.join(missing)}. Cài bằng: pip install '.[oidc]'.")
    domain = f"; chỉ tài khoản thuộc {settings.oidc_domain}" if settings.oidc_domain else ""
    return Finding(subject, True, f"URI chuyển hướng phải đăng ký: {entry.redirect_uri(settings)}{domain}.")


def _worker(workspace: Workspace) -> Finding:
    now: datetime = workspace.lease_clock()
    alive = [beat for beat in workspace.store.workers(now) if now - beat.seen_at < WORKER_SILENT_AFTER]
    if alive:
        return Finding("Tiến trình tổng hợp", True, f"{len(alive)} đang chạy.")
    return Finding("Tiến trình tổng hợp", False, "không chạy. Mở bằng tonghop serve, hoặc tự chạy tonghop consolidate.")
