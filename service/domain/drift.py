"""How a workbook differs from what was set up: one record per finding, its words in the catalogue `drift`. Pure.

A tab's protections are disjoint tiles that cover it. Lines that people put in or took out move the tiles with the
cells, so they are compared by how they lie to each other where the grid has another size.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sheets_schema.wording import Language, Message, message, text

NAMED = 5  # tabs that share a finding; the rest are counted
Rectangle = tuple[int, int, int, int]  # first row, row after, first column, column after


class DriftKind(StrEnum):
    """What differs."""

    PROTECTION_LOST = "protection_lost"
    PROTECTION_MOVED = "protection_moved"
    PROTECTION_WARNS_ONLY = "protection_warns_only"
    PROTECTION_OPEN = "protection_open"
    SHUT_OUT = "shut_out"
    READ_ONLY = "read_only"
    FOREIGN_PROTECTION = "foreign_protection"
    EDITOR_MISSING = "editor_missing"
    TAB_RENAMED = "tab_renamed"
    TAB_EXTRA = "tab_extra"
    TAB_COPIED = "tab_copied"
    FILE_COPIED = "file_copied"
    LOCALE = "locale"
    IMPORTS_ALLOWED = "imports_allowed"
    SHARED_BY_LINK = "shared_by_link"
    SHARED_WITH_DOMAIN = "shared_with_domain"
    SHARED_WITH_STRANGER = "shared_with_stranger"
    WRITERS_SHARE = "writers_share"
    WRITERS_STILL_SHARE = "writers_still_share"  # on a file where provisioning can turn it off
    COPYING_ON = "copying_on"
    MARKS_STRAY = "marks_stray"
    MARKS_DISPUTED = "marks_disputed"
    RULES_FOREIGN = "rules_foreign"
    WORDS_LOST = "words_lost"
    TAB_HIDDEN = "tab_hidden"
    RIGHT_TO_LEFT = "right_to_left"
    ROWS_HIDDEN = "rows_hidden"
    COLUMNS_HIDDEN = "columns_hidden"
    TEXT_UNSEEN = "text_unseen"
    FROZEN = "frozen"
    OVERGROWN = "overgrown"
    OVERGROWN_INSIDE = "overgrown_inside"
    FILTERED = "filtered"
    COLLAPSED = "collapsed"
    CELLS_MERGED = "cells_merged"
    COVERED = "covered"
    LOOKS_UNREAD = "looks_unread"


# what is put right with a tab's template, where the tab can take it
MENDED_BY_RENEWAL = frozenset({
    DriftKind.PROTECTION_LOST,
    DriftKind.PROTECTION_MOVED,
    DriftKind.MARKS_STRAY,
    DriftKind.MARKS_DISPUTED,
    DriftKind.RULES_FOREIGN,
    DriftKind.WORDS_LOST,
})  # fmt: skip
# what is put right in how a tab looks, where the spreadsheet takes it
MENDED_BY_TIDYING = frozenset({
    DriftKind.TAB_HIDDEN,
    DriftKind.RIGHT_TO_LEFT,
    DriftKind.ROWS_HIDDEN,
    DriftKind.COLUMNS_HIDDEN,
    DriftKind.TEXT_UNSEEN,
    DriftKind.FROZEN,
    DriftKind.OVERGROWN,
    DriftKind.FILTERED,
    DriftKind.COLLAPSED,
    DriftKind.CELLS_MERGED,
    DriftKind.COVERED,
})  # fmt: skip
# what the next `tonghop provision` puts right by itself
MENDED_BY_US = MENDED_BY_RENEWAL | MENDED_BY_TIDYING | {
    DriftKind.PROTECTION_WARNS_ONLY,
    DriftKind.PROTECTION_OPEN,
    DriftKind.EDITOR_MISSING,
    DriftKind.LOCALE,
    DriftKind.WRITERS_STILL_SHARE,
    DriftKind.COPYING_ON,
}  # fmt: skip

HeldDrift = tuple[str, str, DriftKind]  # workbook, tab, and what was not put right on it


@dataclass(frozen=True, slots=True)
class DriftFinding:
    """One difference: in which workbook, on which tab if it is a tab's, and what it is about."""

    kind: DriftKind
    workbook: str
    tab: str = ""
    detail: str | Message = ""
    more: int = 0  # tabs that share it and are not named

    @property
    def is_mended(self) -> bool:
        """Return True if `tonghop provision` puts it right; else a person must."""
        return self.kind in MENDED_BY_US

    @property
    def fault(self) -> Message:
        """Return where and what."""
        what = message(f"drift.{self.kind}", detail=self.detail)
        if not self.tab:
            return message("drift.on_workbook", workbook=self.workbook, what=what)
        tab = message("drift.more_tabs", tabs=self.tab, more=self.more) if self.more else self.tab
        return message("drift.on_tab", workbook=self.workbook, tab=tab, what=what)

    @property
    def remedy(self) -> Message:
        """Return what a person does about it."""
        if self.is_mended:
            return message("drift.provision_again")
        return message(f"drift_remedies.{self.kind}", detail=self.detail)

    def sentence(self, *, mended: bool, held: bool = False) -> Message:
        """Return the finding as the operator reads it, before or after what we mend was mended, or could not be."""
        if held:
            return message("drift.held", fault=self.fault)
        if self.is_mended and mended:
            return message("drift.mended", fault=self.fault)
        return message("drift.to_mend", fault=self.fault, remedy=self.remedy)


def sentences(findings: Iterable[DriftFinding], *, mended: bool, held: Collection[HeldDrift] = ()) -> list[Message]:
    """Return findings as the operator reads them; what several tabs of a workbook share is one sentence.

    `held` are those that could not be put right.
    """
    alike: dict[tuple[object, ...], list[DriftFinding]] = {}
    for one in findings:
        is_held = (one.workbook, one.tab, one.kind) in held
        alike.setdefault((is_held, one.kind, one.workbook, one.detail, bool(one.tab)), []).append(one)
    return [_together(several).sentence(mended=mended, held=bool(of[0])) for of, several in alike.items()]


def _together(findings: Sequence[DriftFinding]) -> DriftFinding:
    """Return one finding for all tabs that share it."""
    tabs = [one.tab for one in findings]
    return replace(findings[0], tab=", ".join(tabs[:NAMED]), more=max(0, len(tabs) - NAMED))


@dataclass(frozen=True, slots=True)
class Tile:
    """A protected range as it is now."""

    id: int
    place: Rectangle
    is_input: bool
    users: frozenset[str]
    others: tuple[str, ...] = ()  # groups that may edit too, "@" for a whole domain
    warns_only: bool = False


@dataclass(frozen=True, slots=True)
class TabTiles:
    """How a tab should be protected, and how it is."""

    size: tuple[int, int]  # rows and columns of the grid as it is
    made_with: tuple[int, int]  # rows and columns of the tab when new
    wanted: tuple[tuple[Rectangle, bool], ...]  # of a new tab; True for the unit's own cells
    found: tuple[Tile, ...]

    @property
    def is_in_place(self) -> bool:
        """Return True if the tiles lie as they should: none lost, none moved away from its cells."""
        if len(self.found) != len(self.wanted):
            return False
        found = sorted((tile.place, tile.is_input) for tile in self.found)
        if self.size == self.made_with:
            return found == sorted(self.wanted)
        return _covers(self.size, self.found) and _outline(found) == _outline(sorted(self.wanted))


def _covers(size: tuple[int, int], tiles: Iterable[Tile]) -> bool:
    """Return True if disjoint tiles cover the whole grid: by their area, cut at its edges."""
    rows, columns = size
    areas = (
        max(0, min(tile.place[1], rows) - tile.place[0]) * max(0, min(tile.place[3], columns) - tile.place[2])
        for tile in tiles
    )
    return sum(areas) == rows * columns


def _outline(tiles: Sequence[tuple[Rectangle, bool]]) -> list[tuple[Rectangle, bool]]:
    """Return how rectangles lie to each other, whatever their sizes."""
    rows = _ranks(edge for place, _ in tiles for edge in place[:2])
    columns = _ranks(edge for place, _ in tiles for edge in place[2:])
    return sorted(
        ((rows[top], rows[end], columns[left], columns[right]), is_input) for (top, end, left, right), is_input in tiles
    )


def _ranks(edges: Iterable[int]) -> dict[int, int]:
    return {edge: rank for rank, edge in enumerate(sorted(set(edges)))}


@dataclass(frozen=True, slots=True)
class TileEditors:
    """Who may edit a tab's tiles."""

    service: str
    exempt: frozenset[str]  # the file's owner, who is never kept out by a protection
    unit: frozenset[str]  # the unit's, on its own cells


def wrong_tiles(tiles: TabTiles, editors: TileEditors) -> dict[int, frozenset[str]]:
    """Return, by id, the tiles whose editors are not who they should be, with who they should be."""
    wanted = {True: (editors.unit | {editors.service}) - {""}, False: frozenset({editors.service}) - {""}}
    return {
        tile.id: wanted[tile.is_input]
        for tile in tiles.found
        if not shuts_out(tile, editors)
        and (tile.warns_only or tile.others or tile.users - editors.exempt != wanted[tile.is_input] - editors.exempt)
    }


def shuts_out(tile: Tile, editors: TileEditors) -> bool:
    """Return True if a tile keeps the service itself out. Then it can neither change nor see who else edits it."""
    return bool(editors.service) and not tile.warns_only and editors.service not in tile.users | editors.exempt


def tile_findings(workbook: str, tab: str, tiles: TabTiles, editors: TileEditors) -> Iterator[DriftFinding]:
    """Yield what is wrong with a tab's protections."""

    def finding(kind: DriftKind, detail: object = "") -> DriftFinding:
        return DriftFinding(kind, workbook, tab, str(detail))

    allowed = editors.exempt | {editors.service}
    lost = len(tiles.wanted) - len(tiles.found)
    if lost > 0:
        yield finding(DriftKind.PROTECTION_LOST, lost)
    elif not tiles.is_in_place:
        yield finding(DriftKind.PROTECTION_MOVED)
    weak = sum(tile.warns_only for tile in tiles.found)
    if weak:
        yield finding(DriftKind.PROTECTION_WARNS_ONLY, weak)
    strict = [tile for tile in tiles.found if not tile.warns_only]
    shut = sum(shuts_out(tile, editors) for tile in strict)
    if shut:
        # an account that may not edit a tile does not see who may
        yield finding(DriftKind.SHUT_OUT, shut)
        return
    strangers = {
        who
        for tile in strict
        for who in (*(tile.users - allowed - (editors.unit if tile.is_input else frozenset())), *tile.others)
    }
    if strangers:
        yield finding(DriftKind.PROTECTION_OPEN, ", ".join(sorted(strangers)))
    missing = {who for tile in strict if tile.is_input for who in editors.unit - tile.users - editors.exempt}
    if missing:
        yield finding(DriftKind.EDITOR_MISSING, ", ".join(sorted(missing)))


@dataclass(frozen=True, slots=True)
class FileShare:
    """One permission of a file."""

    kind: str  # user, group, domain, anyone
    address: str
    role: str
    inherited: bool = False


def share_findings(
    workbook: str, shares: Iterable[FileShare], is_known: Callable[[str], bool]
) -> Iterator[DriftFinding]:
    """Yield the permissions a file should not have; what it inherits from a shared drive is left out."""
    strangers = []
    for share in shares:
        if share.inherited:
            continue
        if share.kind == "anyone":
            yield DriftFinding(DriftKind.SHARED_BY_LINK, workbook, detail=share.role)
        elif share.kind == "domain":
            yield DriftFinding(DriftKind.SHARED_WITH_DOMAIN, workbook, detail=share.address)
        elif not is_known(share.address):
            strangers.append(f"{share.address} ({share.role})")
    if strangers:
        yield DriftFinding(DriftKind.SHARED_WITH_STRANGER, workbook, detail=", ".join(sorted(strangers)))


def tab_findings(workbook: str, extra: Iterable[tuple[str, str]], ours: Iterable[str]) -> Iterator[DriftFinding]:
    """Yield tabs that belong to no unit, copies of ours apart; `extra` is the title and the unit in the metadata."""
    titles = {title.casefold() for title in ours}
    copies: list[str] = []
    others: list[str] = []
    for title, unit in extra:
        (copies if unit or _is_copy_of(title, titles) else others).append(title)
    if copies:
        yield DriftFinding(DriftKind.TAB_COPIED, workbook, detail=", ".join(copies))
    if others:
        yield DriftFinding(DriftKind.TAB_EXTRA, workbook, detail=", ".join(others))


def _is_copy_of(title: str, titles: set[str]) -> bool:
    """Return True if Sheets named this tab when it copied one of ours."""
    folded = title.casefold()
    for language in Language:
        opening = text("drift.copy_of", language)
        if folded.startswith(opening):
            rest = folded.removeprefix(opening)
            return any(rest == known or rest.startswith(f"{known} ") for known in titles)
    return False
