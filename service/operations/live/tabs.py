"""Assumptions about tabs, their ids and metadata, and about reading them."""

from __future__ import annotations

from service.errors import SheetsError
from service.operations.live.assumption import Assumption, Found, is_refused, judged
from service.operations.live.trial import Trial
from service.sheets.master_requests import keep_state, state_id_of
from service.sheets.scratch import Scratch, area_of

CHOSEN_ID = 2_023_100_593
LENGTHS = (2_000, 8_000, 16_000)
NEEDED_LENGTH = 2_000
METADATA_LIMIT = 30_000  # remembered of Google's guide, for a sheet, keys and values counted


def _id_twice(trial: Trial) -> Found:
    added = {"addSheet": {"properties": {"sheetId": CHOSEN_ID, "title": "thử mã chọn trước"}}}
    again = {"addSheet": {"properties": {"sheetId": CHOSEN_ID, "title": "thử mã chọn trước, lần hai"}}}
    trial.book.apply(added)
    refused = is_refused(lambda: trial.book.apply(again))
    titles = [sheet["properties"]["title"] for sheet in trial.book.look("sheets(properties(title))")["sheets"]]
    return judged(refused and "thử mã chọn trước" in titles, "" if refused else "lần hai cũng được nhận")


def _state_once(trial: Trial) -> Found:
    """Change a state as the master's writes do: the former sign away, the new one there, once and never again."""
    sheet = trial.book.add_tab()
    first, second = "1" * 32, "2" * 32
    trial.book.apply(*keep_state(sheet, first, [], []))
    change = keep_state(sheet, second, [], [state_id_of(first)])
    trial.book.apply(*change)
    again = is_refused(lambda: trial.book.apply(*change))
    other = is_refused(lambda: trial.book.apply(*keep_state(sheet, "3" * 32, [], [state_id_of(first)])))
    doubled = is_refused(lambda: trial.book.apply(*keep_state(sheet, second, [], [])))
    return judged(again and other and doubled, "" if again and doubled else "mã vùng bảo vệ dùng lại được")


def _batch_is_whole(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    start = {"sheetId": sheet, "rowIndex": 0, "columnIndex": 0}
    row = {"values": [{"userEnteredValue": {"stringValue": "nửa chừng"}}]}
    good = {"updateCells": {"start": start, "rows": [row], "fields": "userEnteredValue"}}
    refused = is_refused(lambda: trial.book.apply(good, {"deleteSheet": {"sheetId": CHOSEN_ID + 1}}))
    return judged(refused and trial.book.shown(sheet) == [])


def _delete(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    trial.book.apply({"deleteSheet": {"sheetId": sheet}})
    gone = is_refused(lambda: trial.book.tab(sheet, "properties"))
    return judged(gone and is_refused(lambda: trial.book.apply({"deleteSheet": {"sheetId": sheet}})))


def _protect(trial: Trial, sheet: int) -> None:
    editors = {"users": [trial.us], "domainUsersCanEdit": False}
    trial.book.apply({"addProtectedRange": {"protectedRange": {"range": {"sheetId": sheet}, "editors": editors}}})


def _describe(book: Scratch, sheet: int, value: str) -> None:
    metadata = {
        "metadataKey": "tonghop.thu",
        "metadataValue": value,
        "visibility": "PROJECT",
        "location": {"sheetId": sheet},
    }
    book.apply({"createDeveloperMetadata": {"developerMetadata": metadata}})


def _twin(trial: Trial, sheet: int, fields: str) -> dict[str, object]:
    reply = trial.book.apply({"duplicateSheet": {"sourceSheetId": sheet}})[0]
    return trial.book.tab(int(reply["duplicateSheet"]["properties"]["sheetId"]), fields)


def _copy_is_bare(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    _protect(trial, sheet)
    twin = _twin(trial, sheet, "protectedRanges(protectedRangeId)")
    return judged(
        not twin.get("protectedRanges"), "bản sao mang theo vùng bảo vệ" if twin.get("protectedRanges") else ""
    )


def _copy_is_unnamed(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    _describe(trial.book, sheet, "một đơn vị")
    twin = _twin(trial, sheet, "developerMetadata(metadataKey)")
    carried = bool(twin.get("developerMetadata"))
    return judged(not carried, "bản sao mang theo mã đơn vị" if carried else "")


def _metadata_moves(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    column = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    metadata = {
        "metadataKey": "tonghop.thu",
        "metadataValue": "cột",
        "visibility": "PROJECT",
        "location": {"dimensionRange": column},
    }
    trial.book.apply({"createDeveloperMetadata": {"developerMetadata": metadata}})
    first = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    trial.book.apply({"insertDimension": {"range": first, "inheritFromBefore": False}})
    found = trial.book.tab(sheet, "data(columnMetadata(developerMetadata(metadataValue)))")
    columns = found["data"][0]["columnMetadata"]
    places = [index for index, item in enumerate(columns) if item.get("developerMetadata")]
    return judged(places == [2], "" if places == [2] else f"ở cột {places}")


def _metadata_size(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    _describe(trial.book, sheet, "x" * (METADATA_LIMIT - 1_000))
    kept = trial.book.tab(sheet, "developerMetadata(metadataValue)")["developerMetadata"][0]["metadataValue"]
    more = is_refused(lambda: _describe(trial.book, sheet, "x" * METADATA_LIMIT))
    return judged(len(kept) == METADATA_LIMIT - 1_000, "thêm nữa thì bị từ chối" if more else "thêm nữa vẫn được nhận")


def _filters_are_echoed(trial: Trial) -> Found:
    filters = _three_filters(trial)
    echoed = [entry["dataFilters"] for entry in trial.book.by_filters(filters)]
    wanted = {item["gridRange"]["sheetId"] for item in filters}
    named = {one.get("gridRange", {}).get("sheetId", 0) for entry in echoed for one in entry}
    return judged(len(echoed) == len(filters) and named == wanted)


def _filters_keep_order(trial: Trial) -> Found:
    filters = _three_filters(trial)
    order = [entry["dataFilters"][0]["gridRange"]["sheetId"] for entry in trial.book.by_filters(filters)]
    wanted = [item["gridRange"]["sheetId"] for item in filters]
    return judged(order == wanted, "" if order == wanted else "trả lời theo thứ tự khác; dịch vụ không dựa vào thứ tự")


def _three_filters(trial: Trial) -> list[dict[str, dict[str, int]]]:
    sheets = [trial.book.add_tab() for _ in range(3)]
    return [{"gridRange": area_of(sheet, 0, 5, 0, 5)} for sheet in reversed(sheets)]


def _long_address(trial: Trial) -> Found:
    title = trial.book.tab(trial.book.add_tab(), "merges")["properties"]["title"]
    passed = 0
    for length in LENGTHS:
        ranges = [f"'{title}'!A1:B2"] * (length // 40)
        try:
            answers = trial.book.by_addresses(ranges)
        except SheetsError:
            break
        if len(answers) != len(ranges):
            break
        passed = length
    return judged(passed >= NEEDED_LENGTH, f"địa chỉ dài {passed} chữ được nhận")


TABS: tuple[Assumption, ...] = (
    Assumption(
        "id-twice-refused", "lập hai trang cùng mã thì lần hai bị từ chối", "service/provisioning/filling.py", _id_twice
    ),
    Assumption(
        "state-changes-once",
        "ghi tiếp từ trạng thái đã cũ, hay ghi lại lần nữa, thì bị từ chối",
        "service/consolidation/master_writing.py",
        _state_once,
    ),
    Assumption(
        "batch-is-whole", "một yêu cầu sai thì cả loạt không ghi gì", "service/sheets/verbs.py", _batch_is_whole
    ),
    Assumption("delete-sheet", "trang xóa rồi thì không còn", "service/provisioning/filling.py", _delete),
    Assumption(
        "copy-is-bare", "bản sao của trang không có vùng bảo vệ", "service/provisioning/filling.py", _copy_is_bare
    ),
    Assumption(
        "copy-is-unnamed",
        "bản sao của trang không mang mã đơn vị",
        "service/consolidation/tab_reading.py",
        _copy_is_unnamed,
    ),
    Assumption("metadata-moves", "mã cột đi theo cột khi chèn cột", "service/sheets/verbs.py", _metadata_moves),
    Assumption("metadata-size", "một trang chứa được 29.000 chữ mã", "service/sheets/tab_requests.py", _metadata_size),
    Assumption(
        "filters-echoed", "đọc theo mã trang thì câu trả lời nêu mã", "service/sheets/verbs.py", _filters_are_echoed
    ),
    Assumption("filters-in-order", "câu trả lời theo thứ tự hỏi", "service/sheets/verbs.py", _filters_keep_order),
    Assumption("long-address", "địa chỉ dài 2.000 chữ được nhận", "service/sheets/drive_about.py", _long_address),
)
