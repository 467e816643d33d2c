"""The whole examination, in the order in which one thing needs another."""

from __future__ import annotations

from collections.abc import Iterator

from service import wiring
from service.clock import Clock
from service.errors import ServiceError
from service.operations.doctor import (
    account,
    clock_skew,
    configuration,
    machine,
    public_address,
    push_channels,
    season_work,
    sign_in,
    storage,
    workbook_health,
)
from service.operations.doctor.findings import Finding, State, guarded, well
from service.settings import Settings
from service.sheets import http
from service.sheets.components import Component
from service.workbooks.campaign_files import identified
from service.workspace import Progress, Workspace, silent


def examine(settings: Settings, clock: Clock, progress: Progress = silent) -> Iterator[Finding]:
    """Yield every finding; what cannot be opened is one, and the rest is looked at all the same."""
    yield well("Bảng tính đặt tại", configuration.where(settings))
    yield from guarded("Cài đặt", lambda: configuration.settings_of(settings))
    yield from guarded("Địa chỉ chung", lambda: public_address.public_address_of(settings))
    yield from guarded("Tài khoản Google", lambda: account.account_of(settings))
    yield from guarded("Đăng nhập bằng tài khoản", lambda: sign_in.accounts_of(settings))
    yield from guarded("Thư mục dữ liệu", lambda: machine.data_folder_of(settings.data_dir))
    yield from guarded("Mở dữ liệu của đợt", lambda: _opened(settings, clock, progress), State.BROKEN)


def _opened(settings: Settings, clock: Clock, progress: Progress) -> Iterator[Finding]:
    with wiring.open_workspace(settings, clock, component=Component.CONSOLIDATE, progress=progress) as workspace:
        http.hurry(workspace.sheets.client)
        yield from of_workspace(workspace)


def of_workspace(workspace: Workspace) -> Iterator[Finding]:
    """Yield the findings about a workspace that could be opened."""
    workspace = _identified(workspace)
    yield from guarded("Đợt", lambda: season_work.campaign_of(workspace))
    yield from guarded(storage.SUBJECT, lambda: storage.database_of(workspace))
    yield from guarded("Đồng hồ của nơi đặt bảng tính", lambda: clock_skew.spreadsheets_clock(workspace))
    yield from guarded("Bảng tính", lambda: workbook_health.workbooks_of(workspace))
    yield from guarded("Bảng tổng hợp", lambda: workbook_health.master_of(workspace))
    yield from guarded("Kênh báo sửa đổi", lambda: push_channels.channels_of(workspace))
    yield from guarded("Tiến trình tổng hợp", lambda: season_work.work_of(workspace))


def _identified(workspace: Workspace) -> Workspace:
    """Return the workspace knowing our own address: we are no stranger in our own files. An outage is told below."""
    try:
        return identified(workspace)
    except ServiceError:
        return workspace
