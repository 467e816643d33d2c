"""Assumptions about locale, typing and cells: that words stay the words a unit typed."""

from __future__ import annotations

from service.operations.doctor.live.trial import Assumption, Trial, TrialVerdict, judged, text_cells
from service.sheets.scratch import area_of
from sheets_schema.wording import joined, message

LOCALE, ZONE = "vi_VN", "Asia/Ho_Chi_Minh"
FIFTH_OF_OCTOBER = 45204  # 2023-10-05 in days since 1899-12-30
TYPED = ["0123", "05/10/2023", "- item", "=1+1", "1e5"]
FORMULA_LIKE = ["=1+1", "+1", "@x", "0123"]


def _stored(trial: Trial, name: str, value: str) -> TrialVerdict:
    """Set one property of the spreadsheet and read it back."""
    trial.book.apply({"updateSpreadsheetProperties": {"properties": {name: value}, "fields": name}})
    stored = trial.book.look(f"properties({name})")["properties"].get(name, "")
    return judged(stored == value, message("live.read_back", value=stored))


def _locale(trial: Trial) -> TrialVerdict:
    return _stored(trial, "locale", LOCALE)


def _zone(trial: Trial) -> TrialVerdict:
    return _stored(trial, "timeZone", ZONE)


def _typed_date(trial: Trial) -> TrialVerdict:
    _stored(trial, "locale", LOCALE)
    sheet = trial.book.add_tab()
    trial.book.type_rows(sheet, [["05/10/2023"]])
    value = trial.book.shown(sheet, "UNFORMATTED_VALUE")[0][0]
    return judged(value == FIFTH_OF_OCTOBER, message("live.became", value=str(value)))


def _string_stays_text(trial: Trial) -> TrialVerdict:
    sheet = trial.book.add_tab()
    trial.book.apply(text_cells(sheet, 0, 0, *FORMULA_LIKE))
    kept = trial.book.shown(sheet, "FORMULA")[0]
    values = trial.book.tab(sheet, "data(rowData(values(userEnteredValue)))")["data"][0]["rowData"][0]["values"]
    kinds = {kind for cell in values for kind in cell.get("userEnteredValue", {})}
    return judged(kept == FORMULA_LIKE and kinds == {"stringValue"}, None if kept else message("live.empty_cells"))


def _text_cell_keeps(trial: Trial) -> TrialVerdict:
    sheet = trial.book.add_tab()
    cell = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    row = area_of(sheet, 0, 1, 0, len(TYPED))
    trial.book.apply({"repeatCell": {"range": row, "cell": cell, "fields": "userEnteredFormat.numberFormat"}})
    trial.book.type_rows(sheet, [TYPED])
    shown = trial.book.shown(sheet)[0]
    changed = [(typed, str(kept)) for typed, kept in zip(TYPED, shown, strict=False) if typed != kept]
    parts = [message("live.cell_became", typed=typed, kept=kept) for typed, kept in changed]
    return judged(shown == TYPED, joined(parts, ", ") if parts else None)


def _clears_leftovers(trial: Trial) -> TrialVerdict:
    sheet = trial.book.add_tab()
    trial.book.type_rows(sheet, [["1", "2"], ["3", "4"], ["5", "6"]], raw=True)
    row = {"values": [{"userEnteredValue": {"stringValue": "x"}}]}
    area = area_of(sheet, 0, 3, 0, 2)
    trial.book.apply({"updateCells": {"range": area, "rows": [row], "fields": "userEnteredValue"}})
    shown = trial.book.shown(sheet)
    return judged(shown == [["x"]], message("live.rows_left", count=len(shown)))


def _null_skipped(trial: Trial) -> TrialVerdict:
    sheet = trial.book.add_tab()
    trial.book.type_rows(sheet, [["a", "b", "c"]], raw=True)
    trial.book.type_rows(sheet, [["x", None, ""]], raw=True)
    return judged(trial.book.shown(sheet) == [["x", "b"]])


def _staged_lines(trial: Trial) -> TrialVerdict:
    """Send words raw and a link as typed, have them copied as the master's are, and look at what came of them."""
    sheet = trial.book.add_tab()
    words, link = FORMULA_LIKE[:3], '=HYPERLINK("https://example.org/";"x")'
    trial.book.type_rows(sheet, [[*words, None]], raw=True)
    trial.book.type_rows(sheet, [[None, None, None, link]])
    source, target = area_of(sheet, 0, 1, 0, 4), area_of(sheet, 1, 2, 0, 4)
    trial.book.apply({"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_FORMULA"}})
    rows = trial.book.tab(sheet, "data(rowData(values(userEnteredValue,hyperlink)))")["data"][0]["rowData"]
    cells = rows[1]["values"]
    kinds = [kind for cell in cells for kind in cell.get("userEnteredValue", {})]
    kept = trial.book.shown(sheet)[1] == [*words, "x"] and cells[3].get("hyperlink") == "https://example.org/"
    return judged(kept and kinds == ["stringValue"] * 3 + ["formulaValue"])


def _hint(trial: Trial) -> TrialVerdict:
    sheet, hint = trial.book.add_tab(), "15/10/2023"
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=TRUE"}]}
    rule = {"condition": condition, "inputMessage": hint, "strict": False}
    trial.book.apply({"setDataValidation": {"range": area_of(sheet, 0, 1, 0, 1), "rule": rule}})
    trial.book.type_rows(sheet, [["x y"]])
    values = trial.book.tab(sheet, "data(rowData(values(dataValidation)))")["data"][0]["rowData"][0]["values"]
    kept = values[0].get("dataValidation", {}).get("inputMessage", "")
    return judged(kept == hint and trial.book.shown(sheet) == [["x y"]])


def _imports_off(trial: Trial) -> TrialVerdict:
    properties = trial.book.look("properties")["properties"]
    return judged(not properties.get("importFunctionsExternalUrlAccessAllowed"))


CELLS: tuple[Assumption, ...] = (
    Assumption("locale-stored", "service/provisioning/filling.py", _locale),
    Assumption("zone-stored", "service/provisioning/filling.py", _zone),
    Assumption("typed-date-order", "service/sheets/tab_content.py", _typed_date),
    Assumption("string-stays-text", "service/sheets/master_requests.py", _string_stays_text),
    Assumption("text-cell-keeps", "service/sheets/tab_content.py", _text_cell_keeps),
    Assumption("update-clears", "service/sheets/master_requests.py", _clears_leftovers),
    Assumption("null-skipped", "service/sheets/clerk.py", _null_skipped),
    Assumption("staged-lines", "service/sheets/staging.py", _staged_lines),
    Assumption("formula-hint", "service/sheets/tab_content.py", _hint),
    Assumption("imports-off", "service/sheets/inventory.py", _imports_off),
)
