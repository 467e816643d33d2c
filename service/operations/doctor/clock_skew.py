"""Our clock beside another's: receipts, tokens and signed hooks go by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from service.operations.doctor.findings import Finding, look, well
from service.sheets import drive_about
from service.workspace import Workspace

MOST = timedelta(seconds=30)


def compared(subject: str, theirs: datetime, before: datetime, after: datetime) -> Finding:
    """Say how far a clock is from ours, which was looked at before and after it."""
    skew = theirs - (before + (after - before) / 2)
    # beyond what the way of the answer explains
    apart = max(abs(skew) - (after - before) / 2, timedelta(0))
    if apart > MOST:
        side = "nhanh" if skew < timedelta(0) else "chậm"
        return look(
            subject, f"máy này {side} {round(apart.total_seconds())} giây. Bật đồng bộ giờ (timedatectl set-ntp true)."
        )
    return well(subject, f"lệch không quá {max(1, round(apart.total_seconds()))} giây.")


def spreadsheets_clock(workspace: Workspace) -> Iterator[Finding]:
    """Yield how far our clock is from that of the spreadsheets' server."""
    subject = "Đồng hồ của nơi đặt bảng tính"
    if workspace.settings.sheets == "embedded":
        yield well(subject, "cùng máy này.")
        return
    before = workspace.lease_clock()
    theirs = drive_about.server_time(workspace.sheets.client)
    after = workspace.lease_clock()
    if theirs is None:
        yield look(subject, "câu trả lời không ghi giờ (Date). Có máy trung gian đang sửa câu trả lời?")
    else:
        yield compared(subject, theirs, before, after)
