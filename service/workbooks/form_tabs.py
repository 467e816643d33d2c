"""What every tab of a form should be: its layout, its name, its editors. From the campaign alone."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain import deadlines
from service.domain.drift import Rectangle, TabTiles, Tile, TileEditors
from service.domain.renewal import words_lost
from service.sheets.appearance import TabAppearance
from service.sheets.drive_files import Permission
from service.sheets.inventory import TabInventory
from service.sheets.marks import FEEDBACK_KEY
from service.sheets.tab_identity import TabIdentity
from service.sheets.tab_requests import INPUT_NOTE, LOCKED_NOTE, tiles_of
from service.workspace import Workspace
from sheets_schema.campaign import Form
from sheets_schema.layout import TabLayout, lay_out
from sheets_schema.reading.column_marks import settle_marks
from sheets_schema.wording import SHEET_LANGUAGE


class FormTabs:
    """The tabs of one form as they should be."""

    def __init__(self, workspace: Workspace, form: Form) -> None:
        self._campaign = workspace.campaign
        self._service = workspace.service_email.lower()
        self._form = form
        limit = deadlines.effective_limit(self._campaign.obligation(form.key), (), self._campaign.zone)
        self._limit_line = limit.due_line.text(SHEET_LANGUAGE)

    def layout(self, unit: str) -> TabLayout:
        """Return how a unit's tab is laid out."""
        return lay_out(self._campaign, self._form, self._campaign.unit(unit), self._limit_line)

    def identity(self, unit: str, sheet_id: int, title: str, let_in: Sequence[str] = ()) -> TabIdentity:
        """Return what a unit's tab is known by; `let_in` may write on it from the moment it is made."""
        return TabIdentity(sheet_id, title, unit, self._form.key, self._service, tuple(let_in))

    def disputed(self, tab: TabInventory, looks: TabAppearance | None) -> tuple[str, ...]:
        """Return the keys of columns whose mark and title disagree."""
        return settle_marks(self._form, looks.grid, tab.columns, FEEDBACK_KEY).disputed if looks else ()

    def words_lost(self, unit: str, looks: TabAppearance | None) -> tuple[str, ...]:
        """Return the cells of the template's words that are blank on a unit's tab."""
        return words_lost(self.layout(unit), looks.grid) if looks else ()

    def titles(self, unit: str) -> frozenset[str]:
        """Return the names a unit's tab is given."""
        found = self._campaign.unit(unit)
        return frozenset({found.short_name, f"{found.short_name} ({unit})"})

    def editors(self, unit: str) -> frozenset[str]:
        """Return a unit's addresses; none for one that left the roster."""
        active = {found.code for found in self._campaign.active_units}
        return frozenset(email.lower() for email in self._campaign.unit(unit).emails) if unit in active else frozenset()

    def tile_editors(self, unit: str, permissions: Sequence[Permission], *, by_group: bool) -> TileEditors:
        """Return who may edit the tiles of a unit's tab: of its addresses those that may open the file."""
        exempt = frozenset(one.address for one in permissions if one.role == "owner")
        may_open = {one.address for one in permissions if one.writes}
        editors = self.editors(unit)
        return TileEditors(self._service, exempt, editors if by_group else editors & may_open)

    def tiles(self, unit: str, tab: TabInventory) -> TabTiles:
        """Return how a unit's tab should be protected, and how it is."""
        layout = self.layout(unit)
        made_with = (layout.row_count, layout.column_count)
        size = (tab.row_count, tab.column_count)
        wanted = tuple((_within(tile, made_with), is_input) for tile, is_input in tiles_of(layout))
        return TabTiles(size, made_with, wanted, tuple(found_tiles(tab)))


def _within(tile: tuple[int, int | None, int, int | None], size: tuple[int, int]) -> Rectangle:
    top, bottom, left, right = tile
    return top, size[0] if bottom is None else bottom, left, size[1] if right is None else right


def found_tiles(tab: TabInventory) -> list[Tile]:
    """Return the protections on a tab that are ours by their description."""
    size = (tab.row_count, tab.column_count)
    found = []
    for item in tab.protections:
        if item.get("description") in {INPUT_NOTE, LOCKED_NOTE}:
            area, editors = item.get("range", {}), item.get("editors", {})
            place = (
                area.get("startRowIndex", 0),
                area.get("endRowIndex"),
                area.get("startColumnIndex", 0),
                area.get("endColumnIndex"),
            )
            found.append(
                Tile(
                    id=item["protectedRangeId"],
                    place=_within(place, size),
                    is_input=item["description"] == INPUT_NOTE,
                    users=frozenset(user.lower() for user in editors.get("users", ())),
                    others=(*editors.get("groups", ()), *(["@"] if editors.get("domainUsersCanEdit") else [])),
                    warns_only=bool(item.get("warningOnly")),
                )
            )
    return found
