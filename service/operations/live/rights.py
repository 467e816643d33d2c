"""Assumptions about protections, as somebody meets them who may write the file and is no editor of ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from service.operations.live.assumption import Assumption, Found, is_refused, judged, untried
from service.operations.live.trial import Trial
from service.sheets.scratch import Json, Scratch, area_of

NOBODY_ELSE = "cần một tài khoản thứ hai: thêm --as"
CANNOT_WRITE = "tài khoản thứ hai không ghi được bảng nháp"


def _with_other(act: Callable[[Trial, Scratch], Found]) -> Callable[[Trial], Found]:
    def try_it(trial: Trial) -> Found:
        if trial.other is None:
            return untried(CANNOT_WRITE if trial.other_address else NOBODY_ELSE)
        return act(trial, trial.other)

    return try_it


def _protection(area: Json, *users: str) -> Json:
    editors = {"users": list(users), "domainUsersCanEdit": False}
    return {"addProtectedRange": {"protectedRange": {"range": area, "warningOnly": False, "editors": editors}}}


def _tiled(trial: Trial) -> int:
    """Add a tab as ours are: one tile for us and the other, the rest for us alone, none over another."""
    sheet = trial.book.add_tab(rows=4, columns=4)
    trial.book.apply(
        _protection(area_of(sheet, 0, 1, 0, 4), trial.us),
        _protection(area_of(sheet, 1, 4, 0, 2), trial.us, trial.other_address),
        _protection(area_of(sheet, 1, 4, 2, 4), trial.us),
    )
    return sheet


def can_write(book: Scratch, other: Scratch) -> bool:
    """Say whether somebody may write an unprotected cell: without this, every refusal would prove nothing."""
    sheet = book.add_tab(rows=2, columns=2)
    return not is_refused(lambda: other.apply(_cell(sheet, 0, 0)))


def _cell(sheet: int, row: int, column: int) -> Json:
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    rows = [{"values": [{"userEnteredValue": {"stringValue": "x"}}]}]
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}


def _own_tile(trial: Trial, other: Scratch) -> Found:
    sheet = _tiled(trial)
    return judged(not is_refused(lambda: other.apply(_cell(sheet, 1, 0))))


def _other_tiles(trial: Trial, other: Scratch) -> Found:
    sheet = _tiled(trial)
    written = [
        place for place in ((0, 0), (1, 2), (3, 3)) if not is_refused(partial(other.apply, _cell(sheet, *place)))
    ]
    return judged(not written, f"ghi được {len(written)} ô của dịch vụ" if written else "")


def _mixed_write(trial: Trial, other: Scratch) -> Found:
    sheet = _tiled(trial)
    refused = is_refused(lambda: other.apply(_cell(sheet, 1, 0), _cell(sheet, 0, 0)))
    return judged(refused and trial.book.shown(sheet) == [])


def _overlap(trial: Trial, other: Scratch) -> Found:
    sheet = trial.book.add_tab(rows=4, columns=4)
    trial.book.apply(
        _protection({"sheetId": sheet}, trial.us, trial.other_address),
        _protection(area_of(sheet, 0, 1, 0, 4), trial.us),
    )
    outside = not is_refused(lambda: other.apply(_cell(sheet, 1, 0)))
    inside = is_refused(lambda: other.apply(_cell(sheet, 0, 0)))
    return judged(outside and inside, "" if inside else "ghi được chỗ hai vùng chồng nhau")


def _properties(sheet: int, name: str, value: object) -> Json:
    return {"updateSheetProperties": {"properties": {"sheetId": sheet, name: value}, "fields": name}}


def _refused_on_a_tab(name: str, value: object, seen: str) -> Callable[[Trial, Scratch], Found]:
    def act(trial: Trial, other: Scratch) -> Found:
        sheet = _tiled(trial)
        refused = is_refused(lambda: other.apply(_properties(sheet, name, value)))
        return judged(refused, "" if refused else seen)

    return act


def _delete(trial: Trial, other: Scratch) -> Found:
    sheet = _tiled(trial)
    return judged(is_refused(lambda: other.apply({"deleteSheet": {"sheetId": sheet}})))


def _add(trial: Trial, other: Scratch) -> Found:  # noqa: ARG001 – one form for all of the table
    return judged(not is_refused(other.add_tab))


def _unprotect(trial: Trial, other: Scratch) -> Found:
    sheet = _tiled(trial)
    found = trial.book.tab(sheet, "protectedRanges(protectedRangeId,range)")["protectedRanges"]
    locked = next(item["protectedRangeId"] for item in found if item["range"].get("startRowIndex", 0) == 0)
    return judged(is_refused(lambda: other.apply({"deleteProtectedRange": {"protectedRangeId": locked}})))


def _sharing(trial: Trial, other: Scratch) -> Found:
    if not trial.book.is_own():
        return untried("bảng nháp không phải của dịch vụ, tắt rồi có thể không bật lại được")
    trial.book.change_file({"writersCanShare": True})
    may = other.file("capabilities")["capabilities"].get("canShare")
    trial.book.change_file({"writersCanShare": False})
    still = other.file("capabilities")["capabilities"].get("canShare")
    if may is None or still is None:
        return untried("máy chủ này không nói ai chia sẻ được")
    return judged(may and not still)


_TILES = "service/sheets/tab_requests.py"
RIGHTS: tuple[Assumption, ...] = (
    Assumption("own-tile-open", "đơn vị ghi được vùng của mình", _TILES, _with_other(_own_tile)),
    Assumption("other-tiles-shut", "đơn vị không ghi được ngoài vùng của mình", _TILES, _with_other(_other_tiles)),
    Assumption("mixed-write-whole", "ghi lẫn ô bị khóa thì không ô nào được ghi", _TILES, _with_other(_mixed_write)),
    Assumption("overlap-needs-both", "hai vùng chồng nhau đòi quyền ở cả hai", _TILES, _with_other(_overlap)),
    Assumption(
        "rename-refused",
        "đơn vị không đổi được tên trang",
        "service/consolidation/tab_reading.py",
        _with_other(_refused_on_a_tab("title", "đổi tên", "đổi được; dịch vụ nhận trang theo mã, không theo tên")),
    ),
    Assumption(
        "move-refused",
        "đơn vị không đổi được thứ tự trang",
        "service/consolidation/tab_reading.py",
        _with_other(_refused_on_a_tab("index", 0, "đổi được; dịch vụ không dựa vào thứ tự")),
    ),
    Assumption(
        "hide-refused",
        "đơn vị không ẩn được trang",
        "service/consolidation/tab_reading.py",
        _with_other(_refused_on_a_tab("hidden", True, "ẩn được; trang ẩn vẫn được đọc")),
    ),
    Assumption(
        "delete-refused", "đơn vị không xóa được trang", "service/provisioning/opening.py", _with_other(_delete)
    ),
    Assumption(
        "add-tab-allowed", "người sửa thêm được trang mới", "service/provisioning/opening.py", _with_other(_add)
    ),
    Assumption("unprotect-refused", "đơn vị không gỡ được vùng bảo vệ", _TILES, _with_other(_unprotect)),
    Assumption("sharing-refused", "đơn vị không chia sẻ tiếp được", "service/sheets/verbs.py", _with_other(_sharing)),
)
