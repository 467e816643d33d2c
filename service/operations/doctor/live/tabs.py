"""Assumptions about tabs, their ids and metadata, and about reading them."""

from __future__ import annotations

from functools import partial

from service.errors import SheetsError
from service.operations.doctor.live.trial import (
    Assumption,
    Outcome,
    Trial,
    TrialVerdict,
    is_refused,
    judged,
    protection,
    text_cells,
)
from service.sheets.master_requests import keep_state, state_id_of
from service.sheets.scratch import Json, area_of
from sheets_schema.wording import message

CHOSEN_ID = 2_023_100_593
LENGTHS = (2_000, 8_000, 16_000)
NEEDED_LENGTH = 2_000
METADATA_LIMIT = 30_000  # remembered of Google's guide, for a sheet, keys and values counted


def _added(title: str) -> Json:
    return {"addSheet": {"properties": {"sheetId": CHOSEN_ID, "title": title}}}


def _id_twice(trial: Trial) -> TrialVerdict:
    trial.book.apply(_added("once"))
    refused = is_refused(lambda: trial.book.apply(_added("twice")))
    titles = [sheet["properties"]["title"] for sheet in trial.book.look("sheets(properties(title))")["sheets"]]
    return judged(refused and "once" in titles, None if refused else message("live.second_taken"))


def _state_once(trial: Trial) -> TrialVerdict:
    """Change a state as the master's writes do: the former sign away, the new one there, once and never again."""
    sheet = trial.book.add_tab()
    first, second = "1" * 32, "2" * 32
    change = keep_state(sheet, second, [], [state_id_of(first)])
    trial.book.apply(*keep_state(sheet, first, [], []))
    trial.book.apply(*change)
    repeats = (change, keep_state(sheet, "3" * 32, [], [state_id_of(first)]), keep_state(sheet, second, [], []))
    refused = [is_refused(partial(trial.book.apply, *repeat)) for repeat in repeats]
    return judged(all(refused), message("live.state_id_taken_twice"))


def _batch_is_whole(trial: Trial) -> TrialVerdict:
    sheet = trial.book.add_tab()
    bad = {"deleteSheet": {"sheetId": CHOSEN_ID + 1}}
    refused = is_refused(lambda: trial.book.apply(text_cells(sheet, 0, 0, "x"), bad))
    return judged(refused and trial.book.shown(sheet) == [])


def _delete(trial: Trial) -> TrialVerdict:
    sheet = trial.book.add_tab()
    trial.book.apply({"deleteSheet": {"sheetId": sheet}})
    gone = is_refused(lambda: trial.book.tab(sheet, "properties"))
    return judged(gone and is_refused(lambda: trial.book.apply({"deleteSheet": {"sheetId": sheet}})))


def _metadata(value: str, location: Json) -> Json:
    entry = {"metadataKey": "tonghop.thu", "metadataValue": value, "visibility": "PROJECT", "location": location}
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def _carried(trial: Trial, sheet: int, field: str, key: str) -> bool:
    """Duplicate a tab and return True if the copy has the field too."""
    reply = trial.book.apply({"duplicateSheet": {"sourceSheetId": sheet}})[0]
    return bool(trial.book.tab(int(reply["duplicateSheet"]["properties"]["sheetId"]), f"{field}({key})").get(field))


def _copy_is_bare(trial: Trial) -> TrialVerdict:
    sheet = trial.book.add_tab()
    trial.book.apply(protection({"sheetId": sheet}, trial.us))
    carried = _carried(trial, sheet, "protectedRanges", "protectedRangeId")
    return judged(not carried, message("live.copy_has_protection"))


def _copy_is_unnamed(trial: Trial) -> TrialVerdict:
    sheet = trial.book.add_tab()
    trial.book.apply(_metadata("x", {"sheetId": sheet}))
    carried = _carried(trial, sheet, "developerMetadata", "metadataKey")
    return judged(not carried, message("live.copy_has_metadata"))


def _columns(sheet: int, start: int) -> Json:
    return {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": start, "endIndex": start + 1}


def _metadata_moves(trial: Trial) -> TrialVerdict:
    sheet = trial.book.add_tab()
    trial.book.apply(_metadata("x", {"dimensionRange": _columns(sheet, 1)}))
    trial.book.apply({"insertDimension": {"range": _columns(sheet, 0), "inheritFromBefore": False}})
    found = trial.book.tab(sheet, "data(columnMetadata(developerMetadata(metadataValue)))")
    columns = found["data"][0]["columnMetadata"]
    places = [index for index, item in enumerate(columns) if item.get("developerMetadata")]
    return judged(places == [2], message("live.at_columns", columns=str(places)))


def _metadata_size(trial: Trial) -> TrialVerdict:
    sheet = trial.book.add_tab()
    trial.book.apply(_metadata("x" * (METADATA_LIMIT - 1_000), {"sheetId": sheet}))
    kept = trial.book.tab(sheet, "developerMetadata(metadataValue)")["developerMetadata"][0]["metadataValue"]
    refused = is_refused(lambda: trial.book.apply(_metadata("x" * METADATA_LIMIT, {"sheetId": sheet})))
    holds = len(kept) == METADATA_LIMIT - 1_000
    return TrialVerdict(
        Outcome.HOLDS if holds else Outcome.FAILS, message("live.more_refused" if refused else "live.more_taken")
    )


def _three_filters(trial: Trial) -> list[Json]:
    sheets = [trial.book.add_tab() for _ in range(3)]
    return [{"gridRange": area_of(sheet, 0, 5, 0, 5)} for sheet in reversed(sheets)]


def _filters_are_echoed(trial: Trial) -> TrialVerdict:
    filters = _three_filters(trial)
    echoed = [entry["dataFilters"] for entry in trial.book.by_filters(filters)]
    wanted = {item["gridRange"]["sheetId"] for item in filters}
    named = {one.get("gridRange", {}).get("sheetId", 0) for entry in echoed for one in entry}
    return judged(len(echoed) == len(filters) and named == wanted)


def _filters_keep_order(trial: Trial) -> TrialVerdict:
    filters = _three_filters(trial)
    order = [entry["dataFilters"][0]["gridRange"]["sheetId"] for entry in trial.book.by_filters(filters)]
    return judged(order == [item["gridRange"]["sheetId"] for item in filters], message("live.another_order"))


def _is_answered(trial: Trial, ranges: list[str]) -> bool:
    try:
        return len(trial.book.by_addresses(ranges)) == len(ranges)
    except SheetsError:
        return False


def _long_address(trial: Trial) -> TrialVerdict:
    title = trial.book.tab(trial.book.add_tab(), "merges")["properties"]["title"]
    passed = 0
    for length in LENGTHS:
        if not _is_answered(trial, [f"'{title}'!A1:B2"] * (length // 40)):
            break
        passed = length
    holds = passed >= NEEDED_LENGTH
    return TrialVerdict(Outcome.HOLDS if holds else Outcome.FAILS, message("live.address_taken", length=passed))


TABS: tuple[Assumption, ...] = (
    Assumption("id-twice-refused", "service/provisioning/filling.py", _id_twice),
    Assumption("state-changes-once", "service/consolidation/master_writing.py", _state_once),
    Assumption("batch-is-whole", "service/sheets/verbs.py", _batch_is_whole),
    Assumption("delete-sheet", "service/provisioning/filling.py", _delete),
    Assumption("copy-is-bare", "service/provisioning/filling.py", _copy_is_bare),
    Assumption("copy-is-unnamed", "service/consolidation/tab_reading.py", _copy_is_unnamed),
    Assumption("metadata-moves", "service/sheets/marks.py", _metadata_moves),
    Assumption("metadata-size", "service/sheets/mark_requests.py", _metadata_size),
    Assumption("filters-echoed", "service/sheets/verbs.py", _filters_are_echoed),
    Assumption("filters-in-order", "service/sheets/verbs.py", _filters_keep_order),
    Assumption("long-address", "service/sheets/drive_about.py", _long_address),
)
