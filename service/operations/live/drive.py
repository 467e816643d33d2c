"""Assumptions about files: when they changed, how they are shared, who is told."""

from __future__ import annotations

import secrets
import uuid

from service.errors import SheetsForbiddenError, SheetsMissingError
from service.operations.live.assumption import Assumption, Found, judged, untried
from service.operations.live.trial import Listener, Trial
from service.sheets.scratch import Scratch

LAG = 180.0  # seconds that Drive's modified time may be behind
LIFE = 10 * 60 * 1000  # milliseconds a trial's channel lives


def _modified_time(trial: Trial) -> Found:
    before = trial.book.file("modifiedTime")["modifiedTime"]
    sheet = trial.book.add_tab()
    trial.book.type_rows(sheet, [["giờ sửa"]])
    took = trial.awaited("Giờ sửa của tệp", lambda: trial.book.file("modifiedTime")["modifiedTime"] != before)
    if took is None:
        return judged(False, f"sau {trial.patience.longest:.0f} giây vẫn chưa đổi")
    return judged(took <= LAG, f"sau {took:.0f} giây")


def _copying_off(trial: Trial) -> Found:
    if not trial.book.is_own():
        return untried("bảng nháp không phải của dịch vụ, tắt rồi có thể không bật lại được")
    wanted = {"copyRequiresWriterPermission": True, "writersCanShare": False}
    trial.book.change_file(wanted)
    kept = trial.book.file(",".join(wanted))
    if "writersCanShare" not in kept and kept.get("copyRequiresWriterPermission"):
        return judged(True, "ổ chung không có writersCanShare")
    return judged(kept == wanted)


def _group(trial: Trial) -> Found:
    if not trial.group:
        return untried("cần địa chỉ một nhóm Google: thêm --group")
    permission = trial.book.share("group", trial.group, "writer")
    found = [item for item in trial.book.permissions() if item["id"] == permission]
    trial.book.unshare(permission)
    return judged([(item["type"], item["role"]) for item in found] == [("group", "writer")])


def _metadata_scope(trial: Trial) -> Found:
    if trial.watching is None:
        return untried("máy chủ này không xét phạm vi")
    if trial.listener is None:
        return untried("cần TONGHOP_PUBLIC_URL là https://")
    try:
        channel, resource = _watch(trial, trial.watching, trial.listener)
    except SheetsForbiddenError as error:
        return judged(False, str(error))
    _end(trial, trial.watching, channel, resource)
    return judged(True)


def _own_writes(trial: Trial) -> Found:
    listener = trial.listener
    if listener is None:
        return untried("cần TONGHOP_PUBLIC_URL là https:// và tonghop serve đang chạy")
    channel, resource = _watch(trial, trial.book, listener)
    try:
        if trial.awaited("Tin đầu tiên của kênh", lambda: listener.seen(channel) > 0) is None:
            return untried(f"không tin nào tới {listener.address}; xem tonghop serve có đang chạy")
        first = listener.seen(channel)
        trial.book.type_rows(trial.book.add_tab(), [["chính mình ghi"]])
        took = trial.awaited("Tin về việc chính mình ghi", lambda: listener.seen(channel) > first)
    finally:
        _end(trial, trial.book, channel, resource)
    return judged(took is not None, "" if took is None else f"sau {took:.0f} giây")


def _watch(trial: Trial, book: Scratch, listener: Listener) -> tuple[str, str]:
    channel, token = str(uuid.uuid4()), secrets.token_urlsafe(32)
    listener.expect(channel, token, book.spreadsheet_id)
    try:
        resource = book.watch(channel, token, listener.address, trial.now_milliseconds() + LIFE)
    except BaseException:
        listener.forget(channel)
        raise
    return channel, resource


def _end(trial: Trial, book: Scratch, channel: str, resource: str) -> None:
    try:
        book.stop(channel, resource)
    except SheetsMissingError:
        trial.progress("Kênh thử đã tự hết hạn.")
    finally:
        if trial.listener is not None:
            trial.listener.forget(channel)


DRIVE: tuple[Assumption, ...] = (
    Assumption("modified-time-lag", "giờ sửa của tệp chậm không quá 3 phút", "service/workflows.py", _modified_time),
    Assumption("copying-off", "tắt được sao chép và chia sẻ tiếp", "service/sheets/drive_about.py", _copying_off),
    Assumption("group-without-mail", "chia sẻ cho nhóm mà không gửi thư", "service/sheets/verbs.py", _group),
    Assumption(
        "metadata-scope-watches",
        "drive.metadata.readonly đủ để theo dõi",
        "service/sheets/components.py",
        _metadata_scope,
    ),
    Assumption(
        "own-writes-pushed", "việc chính mình ghi cũng được báo", "service/pushes/channel_health.py", _own_writes
    ),
)
