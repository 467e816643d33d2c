"""Assumptions about protections, as an account meets them that may write the file and is no editor of ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from service.operations.doctor.live.trial import (
    Assumption,
    Trial,
    TrialVerdict,
    is_refused,
    judged,
    protection,
    text_cells,
    untried,
)
from service.sheets.scratch import Json, Scratch, area_of
from sheets_schema.wording import message


def can_write(book: Scratch, other: Scratch) -> bool:
    """Return True if an account may write an unprotected cell: without this, every refusal would prove nothing."""
    sheet = book.add_tab(rows=2, columns=2)
    return not is_refused(lambda: other.apply(text_cells(sheet, 0, 0, "x")))


def _by_another(act: Callable[[Trial, Scratch], TrialVerdict]) -> Callable[[Trial], TrialVerdict]:
    def try_it(trial: Trial) -> TrialVerdict:
        if trial.other is None:
            return untried(message("live.second_cannot_write" if trial.other_address else "live.needs_second"))
        return act(trial, trial.other)

    return try_it


def _tiled(trial: Trial) -> int:
    """Add a tab as ours are: one tile for us and the other, the rest for us alone, none over another."""
    sheet = trial.book.add_tab(rows=4, columns=4)
    trial.book.apply(
        protection(area_of(sheet, 0, 1, 0, 4), trial.us),
        protection(area_of(sheet, 1, 4, 0, 2), trial.us, trial.other_address),
        protection(area_of(sheet, 1, 4, 2, 4), trial.us),
    )
    return sheet


def _writes(other: Scratch, sheet: int, *places: tuple[int, int]) -> bool:
    """Return True if the other may write all of some cells in one batch."""
    return not is_refused(lambda: other.apply(*(text_cells(sheet, *place, "x") for place in places)))


@_by_another
def _own_tile(trial: Trial, other: Scratch) -> TrialVerdict:
    return judged(_writes(other, _tiled(trial), (1, 0)))


@_by_another
def _other_tiles(trial: Trial, other: Scratch) -> TrialVerdict:
    sheet = _tiled(trial)
    written = [place for place in ((0, 0), (1, 2), (3, 3)) if _writes(other, sheet, place)]
    return judged(not written, message("live.cells_written", count=len(written)))


@_by_another
def _mixed_write(trial: Trial, other: Scratch) -> TrialVerdict:
    sheet = _tiled(trial)
    return judged(not _writes(other, sheet, (1, 0), (0, 0)) and trial.book.shown(sheet) == [])


@_by_another
def _overlap(trial: Trial, other: Scratch) -> TrialVerdict:
    sheet = trial.book.add_tab(rows=4, columns=4)
    trial.book.apply(
        protection({"sheetId": sheet}, trial.us, trial.other_address),
        protection(area_of(sheet, 0, 1, 0, 4), trial.us),
    )
    outside, inside = _writes(other, sheet, (1, 0)), _writes(other, sheet, (0, 0))
    return judged(outside and not inside, message("live.overlap_written") if inside else None)


def _tab_change(name: str, value: object, remark: str) -> Callable[[Trial], TrialVerdict]:
    @_by_another
    def try_it(trial: Trial, other: Scratch) -> TrialVerdict:
        change: Json = {"properties": {"sheetId": _tiled(trial), name: value}, "fields": name}
        return judged(is_refused(lambda: other.apply({"updateSheetProperties": change})), message(remark))

    return try_it


@_by_another
def _delete(trial: Trial, other: Scratch) -> TrialVerdict:
    return judged(is_refused(partial(other.apply, {"deleteSheet": {"sheetId": _tiled(trial)}})))


@_by_another
def _add(_trial: Trial, other: Scratch) -> TrialVerdict:
    return judged(not is_refused(other.add_tab))


@_by_another
def _unprotect(trial: Trial, other: Scratch) -> TrialVerdict:
    found = trial.book.tab(_tiled(trial), "protectedRanges(protectedRangeId,range)")["protectedRanges"]
    locked = next(item["protectedRangeId"] for item in found if item["range"].get("startRowIndex", 0) == 0)
    return judged(is_refused(lambda: other.apply({"deleteProtectedRange": {"protectedRangeId": locked}})))


@_by_another
def _sharing(trial: Trial, other: Scratch) -> TrialVerdict:
    if not trial.book.is_own():
        return untried(message("live.not_our_file"))
    may_share = []
    for value in (True, False):
        trial.book.change_file({"writersCanShare": value})
        may_share.append(other.file("capabilities")["capabilities"].get("canShare"))
    if None in may_share:
        return untried(message("live.sharing_unknown"))
    return judged(may_share == [True, False])


_TILES, _READING = "service/sheets/tab_requests.py", "service/consolidation/tab_reading.py"
RIGHTS: tuple[Assumption, ...] = (
    Assumption("own-tile-open", _TILES, _own_tile),
    Assumption("other-tiles-shut", _TILES, _other_tiles),
    Assumption("mixed-write-whole", _TILES, _mixed_write),
    Assumption("overlap-needs-both", _TILES, _overlap),
    Assumption("rename-refused", _READING, _tab_change("title", "x", "live.renamed")),
    Assumption("move-refused", _READING, _tab_change("index", 0, "live.moved")),
    Assumption("hide-refused", _READING, _tab_change("hidden", True, "live.hidden")),
    Assumption("delete-refused", "service/provisioning/opening.py", _delete),
    Assumption("add-tab-allowed", "service/provisioning/opening.py", _add),
    Assumption("unprotect-refused", _TILES, _unprotect),
    Assumption("sharing-refused", "service/sheets/drive_files.py", _sharing),
)
