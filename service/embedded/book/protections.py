"""Protected ranges: who may edit which cells. They never bind the owner of the file."""

from typing import Protocol

from service.embedded.api_errors import PROTECTED, Json, RefusedError
from service.embedded.book.ranges import GridArea, HasGrid, grid_area
from service.embedded.storage.callers import Caller


class Protectable(HasGrid, Protocol):
    """A sheet as far as protections need it."""

    @property
    def parts(self) -> Json:
        """Return the parts of the tab other than its cells."""


def area_of(protection: Json, named_ranges: list[Json]) -> GridArea | None:
    """Return the area a protection covers; None when its named range is gone."""
    named = protection.get("namedRangeId")
    if named and "range" not in protection:
        entry = next((entry for entry in named_ranges if entry["namedRangeId"] == named), None)
        return grid_area(entry["range"]) if entry else None
    return grid_area(protection.get("range", {}))


def may_edit(protection: Json, caller: Caller) -> bool:
    """Return True if a protection lets the caller edit."""
    if protection.get("warningOnly"):
        return True
    editors = protection.get("editors", {})
    if caller.email in (user.lower() for user in editors.get("users", [])):
        return True
    return any(group.lower() in caller.groups for group in editors.get("groups", []))


def guard_area(sheet: Protectable, area: GridArea, caller: Caller, named_ranges: list[Json]) -> None:
    """Refuse when a cell of the area is protected against the caller."""
    target = area.within(sheet)
    for protection in sheet.parts.get("protectedRanges", []):
        if may_edit(protection, caller):
            continue
        covered = area_of(protection, named_ranges)
        if covered is None or not covered.intersects(target):
            continue
        if not _is_open(covered.intersection(target), protection):
            raise RefusedError(PROTECTED)


def guard_sheet(sheet: Protectable, caller: Caller, named_ranges: list[Json], *, whole_only: bool) -> None:
    """Refuse when a protection of the tab, or only one of the whole tab, is against the caller."""
    for protection in sheet.parts.get("protectedRanges", []):
        covered = area_of(protection, named_ranges)
        if covered is None or may_edit(protection, caller):
            continue
        if covered.is_whole_sheet or not whole_only:
            raise RefusedError(PROTECTED)


def _is_open(area: GridArea, protection: Json) -> bool:
    rest = [area]
    for unprotected in protection.get("unprotectedRanges", []):
        rest = [part for piece in rest for part in piece.minus(grid_area(unprotected))]
    return not rest
