"""Protected ranges: who may edit which cells. They never bind the owner of the file."""

from collections.abc import Iterator
from typing import Protocol

from service.embedded.api_errors import PROTECTED, Json, RefusedError
from service.embedded.book.ranges import GridArea, HasGrid, grid_area
from service.embedded.book.request_work import Spend
from service.embedded.storage.callers import Caller

STEPS_OF_PROTECTION = 6
STEPS_OF_PIECE = 4
EDITORS_OF_STEP = 2


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


def steps_of_editors(protection: Json) -> int:
    """Return the work of going through those who may edit."""
    editors = protection.get("editors", {})
    return sum(len(editors.get(key, [])) for key in ("users", "groups")) // EDITORS_OF_STEP


def guard_area(sheet: Protectable, area: GridArea, caller: Caller, named_ranges: list[Json], spend: Spend) -> None:
    """Refuse when a cell of the area is protected against the caller."""
    target = area.within(sheet)
    for protection, covered in _against(sheet, caller, named_ranges, spend):
        if covered.intersects(target) and not _is_open(covered.intersection(target), protection, spend):
            raise RefusedError(PROTECTED)


def guard_sheet(
    sheet: Protectable, caller: Caller, named_ranges: list[Json], spend: Spend, *, whole_only: bool
) -> None:
    """Refuse when a protection of the tab, or only one of the whole tab, is against the caller."""
    for _, covered in _against(sheet, caller, named_ranges, spend):
        if covered.is_whole_sheet or not whole_only:
            raise RefusedError(PROTECTED)


def _against(
    sheet: Protectable, caller: Caller, named_ranges: list[Json], spend: Spend
) -> Iterator[tuple[Json, GridArea]]:
    """Yield the protections that do not let the caller edit, each with what it covers."""
    protections = sheet.parts.get("protectedRanges", [])
    spend(2 + STEPS_OF_PROTECTION * len(protections))
    for protection in protections:
        spend(steps_of_editors(protection) + (len(named_ranges) // 5 if protection.get("namedRangeId") else 0))
        covered = None if may_edit(protection, caller) else area_of(protection, named_ranges)
        if covered is not None:
            yield protection, covered


def _is_open(area: GridArea, protection: Json, spend: Spend) -> bool:
    rest = [area]
    for unprotected in protection.get("unprotectedRanges", []):
        spend(STEPS_OF_PIECE * len(rest))
        rest = [part for piece in rest for part in piece.minus(grid_area(unprotected))]
    return not rest
