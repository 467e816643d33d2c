"""Assumptions about locale, typing and cells: that words stay the words a unit typed."""

from __future__ import annotations

from service.operations.live.assumption import Assumption, Found, judged
from service.operations.live.trial import Trial
from service.sheets.scratch import area_of

LOCALE, ZONE = "vi_VN", "Asia/Ho_Chi_Minh"
FIFTH_OF_OCTOBER = 45204  # 2023-10-05 in days since 1899-12-30
KEPT = ["0123", "05/10/2023", "- đầu dòng", "=1+1", "1e5"]


def _property(trial: Trial, name: str, value: str) -> Found:
    """Set one property of the spreadsheet and read it back."""
    trial.book.apply({"updateSpreadsheetProperties": {"properties": {name: value}, "fields": name}})
    stored = trial.book.look(f"properties({name})")["properties"].get(name, "")
    return judged(stored == value, "" if stored == value else f"đọc lại là {stored}")


def _locale(trial: Trial) -> Found:
    return _property(trial, "locale", LOCALE)


def _zone(trial: Trial) -> Found:
    return _property(trial, "timeZone", ZONE)


def _typed_date(trial: Trial) -> Found:
    _property(trial, "locale", LOCALE)
    sheet = trial.book.add_tab()
    trial.book.type_rows(sheet, [["05/10/2023"]])
    value = trial.book.shown(sheet, "UNFORMATTED_VALUE")[0][0]
    return judged(value == FIFTH_OF_OCTOBER, "" if value == FIFTH_OF_OCTOBER else f"thành {value}")


def _string_stays_text(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    cells = [{"userEnteredValue": {"stringValue": text}} for text in ("=1+1", "+1", "@x", "0123")]
    start = {"sheetId": sheet, "rowIndex": 0, "columnIndex": 0}
    trial.book.apply({"updateCells": {"start": start, "rows": [{"values": cells}], "fields": "userEnteredValue"}})
    kept = trial.book.shown(sheet, "FORMULA")[0]
    values = trial.book.tab(sheet, "data(rowData(values(userEnteredValue)))")["data"][0]["rowData"][0]["values"]
    kinds = {kind for cell in values for kind in cell.get("userEnteredValue", {})}
    return judged(kept == ["=1+1", "+1", "@x", "0123"] and kinds == {"stringValue"}, "" if kept else "ô trống")


def _text_cell_keeps(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    cell = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    trial.book.apply(
        {
            "repeatCell": {
                "range": area_of(sheet, 0, 1, 0, len(KEPT)),
                "cell": cell,
                "fields": "userEnteredFormat.numberFormat",
            }
        }
    )
    trial.book.type_rows(sheet, [KEPT])
    shown = trial.book.shown(sheet)[0]
    changed = [f"{typed} thành {kept}" for typed, kept in zip(KEPT, shown, strict=False) if typed != kept]
    return judged(shown == KEPT, ", ".join(changed))


def _clears_leftovers(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    trial.book.type_rows(sheet, [["1", "2"], ["3", "4"], ["5", "6"]], raw=True)
    row = {"values": [{"userEnteredValue": {"stringValue": "mới"}}]}
    trial.book.apply(
        {"updateCells": {"range": area_of(sheet, 0, 3, 0, 2), "rows": [row], "fields": "userEnteredValue"}}
    )
    shown = trial.book.shown(sheet)
    return judged(shown == [["mới"]], "" if shown == [["mới"]] else f"còn {len(shown)} dòng")


def _null_skipped(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    trial.book.type_rows(sheet, [["a", "b", "c"]], raw=True)
    trial.book.type_rows(sheet, [["x", None, ""]], raw=True)
    return judged(trial.book.shown(sheet) == [["x", "b"]])


def _hint(trial: Trial) -> Found:
    sheet = trial.book.add_tab()
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=TRUE"}]}
    rule = {"condition": condition, "inputMessage": "Ghi như 15/10/2023", "strict": False}
    trial.book.apply({"setDataValidation": {"range": area_of(sheet, 0, 1, 0, 1), "rule": rule}})
    trial.book.type_rows(sheet, [["điều gì cũng được"]])
    values = trial.book.tab(sheet, "data(rowData(values(dataValidation)))")["data"][0]["rowData"][0]["values"]
    kept = values[0].get("dataValidation", {}).get("inputMessage", "")
    return judged(kept == rule["inputMessage"] and trial.book.shown(sheet) == [["điều gì cũng được"]])


def _imports_are_off(trial: Trial) -> Found:
    properties = trial.book.look("properties")["properties"]
    return judged(not properties.get("importFunctionsExternalUrlAccessAllowed"))


WORDS: tuple[Assumption, ...] = (
    Assumption("locale-stored", "ngôn ngữ vi_VN được giữ đúng như đặt", "service/provisioning/filling.py", _locale),
    Assumption(
        "zone-stored", "múi giờ Asia/Ho_Chi_Minh được giữ đúng như đặt", "service/provisioning/filling.py", _zone
    ),
    Assumption("typed-date-order", "gõ 05/10/2023 là ngày 5 tháng 10", "service/sheets/tab_requests.py", _typed_date),
    Assumption(
        "string-stays-text",
        "chữ bắt đầu bằng = + @ vẫn là chữ",
        "service/sheets/master_requests.py",
        _string_stays_text,
    ),
    Assumption("text-cell-keeps", "ô kiểu chữ giữ nguyên 0123", "service/sheets/tab_requests.py", _text_cell_keeps),
    Assumption(
        "update-clears", "ghi đè một vùng xóa phần thừa", "service/sheets/master_requests.py", _clears_leftovers
    ),
    Assumption("null-skipped", "giá trị null để nguyên ô cũ", "service/sheets/clerk.py", _null_skipped),
    Assumption("formula-hint", "điều kiện luôn đúng mang được lời nhắc", "service/sheets/tab_requests.py", _hint),
    Assumption(
        "imports-off", "bảng mới không cho hàm IMPORT ra ngoài", "service/sheets/tab_requests.py", _imports_are_off
    ),
)
