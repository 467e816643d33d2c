"""What differs in the spreadsheets from what was set up: read through the API, compared by `domain.drift`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service.domain import drift
from service.domain.drift import DriftFinding, DriftKind, FileShare
from service.domain.roles import Role, board_roles
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.sheets import drive_files
from service.sheets.appearance import TabAppearance, appearances
from service.sheets.drive_files import FileFacts, Permission
from service.sheets.inventory import Inventory, TabInventory
from service.sheets.marks import UNIT_KEY
from service.sheets.plan_tab import found_plan_tab
from service.sheets.tab_content import foreign_rules
from service.sheets.tab_requests import INPUT_NOTE, LOCKED_NOTE
from service.workbooks import campaign_files
from service.workbooks.form_tabs import FormTabs
from service.workbooks.tab_order import TabOrder
from service.workspace import Workspace
from sheets_schema.wording import message, one_line

LONGEST_LIST = 60  # letters


@dataclass(frozen=True, slots=True)
class SeenBook:
    """A spreadsheet as the API shows it."""

    facts: FileFacts
    permissions: tuple[Permission, ...]
    inventory: Inventory
    looks: Mapping[int, TabAppearance] = field(default_factory=dict)  # of units' tabs, by sheet id

    def order(self, form: FormTabs, unit: str, sheet_id: int) -> TabOrder | None:
        """Return how a unit's tab should look, and does; None where that is not known."""
        tab, looks = self.inventory.tab(sheet_id), self.looks.get(sheet_id)
        if tab is None or looks is None:
            return None
        return TabOrder(form.layout(unit), tab, looks, form.tiles(unit, tab).found)

    @property
    def title(self) -> str:
        """Return the file's name."""
        return self.inventory.title

    @property
    def owners(self) -> frozenset[str]:
        """Return who owns the file; no one in a shared drive."""
        return frozenset(one.address for one in self.permissions if one.role == "owner")


def scan(workspace: Workspace, facts: FileFacts) -> SeenBook:
    """Read a file that exists. One read, one more where it holds units' tabs, one Drive call a hundred permissions."""
    permissions = drive_files.permissions_of(workspace.sheets, facts.id) if facts.may_edit else ()
    inventory = workspace.sheets.inventory(facts.id)
    return SeenBook(facts, permissions, inventory, _looks(workspace, inventory))


def _looks(workspace: Workspace, inventory: Inventory) -> Mapping[int, TabAppearance]:
    known = workspace.store.registry.tabs(workspace.campaign.key)
    ours = {tab.sheet_id for tab in known if tab.spreadsheet_id == inventory.spreadsheet_id}
    # a lost registry is made again from the marks
    tabs = [tab for tab in inventory.tabs if tab.sheet_id in ours or UNIT_KEY in tab.metadata]
    return appearances(workspace.sheets, inventory.spreadsheet_id, tabs)


def drift_in(workspace: Workspace, book: RegisteredWorkbook, inventory: Inventory) -> tuple[DriftFinding, ...]:
    """Return what differs in one workbook that exists, its inventory at hand. One read, three Drive calls."""
    facts = drive_files.facts_of(workspace.sheets, book.spreadsheet_id)
    permissions = drive_files.permissions_of(workspace.sheets, facts.id) if facts.may_edit else ()
    looks = _looks(workspace, inventory) if book.kind is WorkbookKind.FORM else {}
    return tuple(_of_book(workspace, book, SeenBook(facts, permissions, inventory, looks)))


def _of_book(workspace: Workspace, book: RegisteredWorkbook, seen: SeenBook) -> Iterator[DriftFinding]:
    if book.kind is WorkbookKind.MASTER:
        yield from master_findings(workspace, book.group_address, seen.title, seen.facts, seen.permissions)
        yield from _file_findings(workspace, seen)
        yield from _copies_of(workspace, book, seen, campaign_files.WorkbookPlace())
        return
    if book.form not in {obligation.form for obligation in workspace.campaign.obligations}:
        # the campaign no longer asks for it: nothing is set up there any more
        return
    declared = {unit.code for unit in workspace.campaign.units}
    tabs = {
        tab.sheet_id: tab.unit
        for tab in workspace.store.registry.tabs(workspace.campaign.key)
        if tab.spreadsheet_id == book.spreadsheet_id and tab.orphaned_at is None and tab.unit in declared
    }
    orphans = {
        tab.sheet_id
        for tab in workspace.store.registry.tabs(workspace.campaign.key)
        if tab.spreadsheet_id == book.spreadsheet_id and tab.sheet_id not in tabs
    }
    form = FormTabs(workspace, workspace.campaign.form(book.form))
    yield from form_findings(workspace, form, seen, tabs, book.group_address)
    if _writers_share(seen.facts) and closes_sharing(seen.facts, book.group_address):
        yield DriftFinding(DriftKind.WRITERS_STILL_SHARE, seen.title)
    extra = [tab for tab in seen.inventory.tabs if tab.sheet_id not in tabs.keys() | orphans]
    yield from extra_findings(seen, extra, tabs)
    place = campaign_files.WorkbookPlace(workspace.campaign.form(book.form), book.shard)
    yield from _copies_of(workspace, book, seen, place)


def _copies_of(
    workspace: Workspace, book: RegisteredWorkbook, seen: SeenBook, place: campaign_files.WorkbookPlace
) -> Iterator[DriftFinding]:
    properties = campaign_files.properties_of(workspace, place)
    copies = [id_ for id_, _ in campaign_files.find(workspace, properties) if id_ != book.spreadsheet_id]
    yield from copy_findings(workspace, seen.title, copies)


def form_findings(
    workspace: Workspace, form: FormTabs, seen: SeenBook, tabs: Mapping[int, str], group: str
) -> Iterator[DriftFinding]:
    """Yield what differs in a form's workbook and on its units' tabs (unit by sheet id)."""
    if not seen.facts.may_edit:
        yield DriftFinding(DriftKind.READ_ONLY, seen.title, detail=workspace.service_email)
    yield from _file_findings(workspace, seen)
    yield from _sharing_findings(workspace, seen, group)
    for sheet_id, unit in tabs.items():
        tab = seen.inventory.tab(sheet_id)
        if tab is not None:
            yield from _of_tab(form, seen, tab, unit, group)


def _of_tab(form: FormTabs, seen: SeenBook, tab: TabInventory, unit: str, group: str) -> Iterator[DriftFinding]:
    editors = form.tile_editors(unit, seen.permissions, by_group=bool(group))
    yield from drift.tile_findings(seen.title, tab.title, form.tiles(unit, tab), editors)
    foreign = sum(item.get("description") not in {INPUT_NOTE, LOCKED_NOTE} for item in tab.protections)
    if foreign:
        yield DriftFinding(DriftKind.FOREIGN_PROTECTION, seen.title, tab.title, str(foreign))
    yield from (DriftFinding(kind, seen.title, tab.title, detail) for kind, detail in _of_marks(form, seen, tab))
    lost = form.words_lost(unit, seen.looks.get(tab.sheet_id))
    if lost:
        yield DriftFinding(DriftKind.WORDS_LOST, seen.title, tab.title, one_line(", ".join(lost), LONGEST_LIST))
    order = seen.order(form, unit, tab.sheet_id)
    if order is None:
        yield DriftFinding(DriftKind.LOOKS_UNREAD, seen.title, tab.title)
    else:
        yield from (DriftFinding(kind, seen.title, tab.title, detail) for kind, detail in order.findings())
    if tab.title not in form.titles(unit):
        yield DriftFinding(DriftKind.TAB_RENAMED, seen.title, tab.title, min(form.titles(unit), key=len))


def _of_marks(form: FormTabs, seen: SeenBook, tab: TabInventory) -> Iterator[tuple[DriftKind, str]]:
    if tab.stray_marks:
        yield DriftKind.MARKS_STRAY, str(len(tab.stray_marks))
    disputed = form.disputed(tab, seen.looks.get(tab.sheet_id))
    if disputed:
        yield DriftKind.MARKS_DISPUTED, ", ".join(disputed)
    rules = foreign_rules(tab)
    if rules:
        yield DriftKind.RULES_FOREIGN, str(rules)


def extra_findings(seen: SeenBook, extra: Iterable[TabInventory], tabs: Mapping[int, str]) -> Iterator[DriftFinding]:
    """Yield the tabs of a workbook that belong to no unit.

    The blank sheet of a new file and our tab of the plan's words are none of them.
    """
    plan = found_plan_tab(seen.inventory)
    strange = (tab for tab in extra if tab.sheet_id != 0 and tab is not plan)
    others = [(tab.title, tab.metadata.get(UNIT_KEY, "")) for tab in strange]
    ours = [tab.title for tab in seen.inventory.tabs if tab.sheet_id in tabs]
    yield from drift.tab_findings(seen.title, others, ours)


def copy_findings(workspace: Workspace, title: str, copies: Iterable[str]) -> Iterator[DriftFinding]:
    """Yield that other files carry a workbook's marks."""
    links = [workspace.link_to(copy, 0, "") for copy in copies]
    if links:
        yield DriftFinding(DriftKind.FILE_COPIED, title, detail=", ".join(links))


def _file_findings(workspace: Workspace, seen: SeenBook) -> Iterator[DriftFinding]:
    wanted = (workspace.campaign.locale, str(workspace.campaign.zone))
    is_made = len(seen.inventory.tabs) > 1 or seen.inventory.tab(0) is None
    if is_made and (seen.inventory.locale, seen.inventory.zone) != wanted:
        found = f"{seen.inventory.locale}, {seen.inventory.zone}"
        detail = message("drift.other_locale", found=found, wanted=", ".join(wanted))
        yield DriftFinding(DriftKind.LOCALE, seen.title, detail=detail)
    if seen.inventory.imports_allowed:
        yield DriftFinding(DriftKind.IMPORTS_ALLOWED, seen.title)


def _sharing_findings(workspace: Workspace, seen: SeenBook, group: str) -> Iterator[DriftFinding]:
    known = known_addresses(workspace, board_roles()) | seen.owners | {group}
    known |= {email.lower() for unit in workspace.campaign.active_units for email in unit.emails}
    yield from drift.share_findings(seen.title, _shares(seen.permissions), known.__contains__)
    if _writers_share(seen.facts) and not closes_sharing(seen.facts, group):
        yield DriftFinding(DriftKind.WRITERS_SHARE, seen.title)


def _writers_share(facts: FileFacts) -> bool:
    return facts.writers_can_share and not facts.drive


def closes_sharing(facts: FileFacts, group: str) -> bool:
    """Return True if `tonghop provision` keeps writers from sharing by itself.

    On another account's file that would keep us from it too: only where a group makes further sharing needless.
    """
    return facts.is_ours or (bool(group) and facts.may_share)


def known_addresses(workspace: Workspace, roles: Iterable[Role]) -> set[str]:
    """Return our own address and those granted one of these roles."""
    now, wanted = workspace.lease_clock(), set(roles)
    grants = [use.grant for use in workspace.store.access.grants(workspace.campaign.key)]
    granted = {grant.email for grant in grants if grant.role in wanted and grant.stands(now)}
    return {workspace.service_email.lower(), *granted}


def _shares(permissions: Iterable[Permission]) -> list[FileShare]:
    return [FileShare(one.kind, one.address, one.role, one.inherited) for one in permissions]


def master_findings(
    workspace: Workspace, group: str, title: str, facts: FileFacts, permissions: tuple[Permission, ...]
) -> Iterator[DriftFinding]:
    """Yield what differs in who can read, edit and copy the master."""
    if not facts.may_edit:
        yield DriftFinding(DriftKind.READ_ONLY, title, detail=workspace.service_email)
    owners = {one.address for one in permissions if one.role == "owner"}
    is_known: Callable[[str], bool] = (known_addresses(workspace, board_roles()) | owners | {group}).__contains__
    yield from drift.share_findings(title, _shares(permissions), is_known)
    if not facts.copying_off:
        yield DriftFinding(DriftKind.COPYING_ON, title)
