"""Push channels: whether we are told of changes, until when, and what follows where we are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from service.doctor.findings import Finding, look, well
from service.domain.wording import instant_words
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.pushes import LIFE, push_address
from service.workspace import Workspace

# channels are renewed at half their life: so little left means that nobody renews
SOON = LIFE / 4


def channels_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield what is to be said of the channels, one finding a workbook that has or should have one."""
    swept = f"mỗi {workspace.settings.sweep_seconds:g} giây vẫn quét một lượt"
    books = [book for book in workspace.store.workbooks(workspace.campaign.key) if book.kind is WorkbookKind.FORM]
    found = [(book, _until(workspace, book)) for book in books]
    expected = push_address(workspace.settings) != ""
    if not expected and all(left is None for _book, left in found):
        yield well("Kênh báo sửa đổi", f"không dùng; {swept}.")
        return
    for book, left in found:
        number = f" ({book.shard + 1})" if book.shard else ""
        subject = f"Kênh báo sửa đổi {book.form}{number}"
        if left is None:
            yield look(subject, f"không có kênh nào còn hạn; {swept}. Mở bằng: tonghop serve.")
            continue
        until = instant_words(workspace.clock() + left, workspace.campaign.zone)
        if left < SOON:
            yield look(subject, f"sắp hết hạn ({until}) mà chưa được gia hạn. Mở bằng: tonghop serve.")
        else:
            yield well(subject, f"đến {until}.")


def _until(workspace: Workspace, book: RegisteredWorkbook) -> timedelta | None:
    now = workspace.clock()
    alive = [
        one.expires_at - now
        for one in workspace.store.channels_of(book.spreadsheet_id)
        if one.resource_id and one.expires_at > now
    ]
    return max(alive, default=None)
