"""The campaign's spreadsheets as files: made by us or brought by a person, marked so that they are found again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.domain.file_sources import MOST_TABS, FileSource, spreadsheet_id_in, workbook_title
from service.domain.roles import read_address
from service.errors import (
    SettingsError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
    WorkbookNeededError,
    WorkbookRefusedError,
)
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.leases import campaign_lease
from service.sheets import drive_about, drive_files
from service.sheets.drive_files import FileFacts
from service.sheets.inventory import Inventory, TabInventory
from service.sheets.marks import UNIT_KEY
from service.sheets.verbs import FileState
from service.workspace import Workspace
from sheets_schema.campaign import Form
from sheets_schema.wording import Language, Message, message, text

CAMPAIGN_PROPERTY = "tonghop.campaign"
FORM_PROPERTY = "tonghop.form"
SHARD_PROPERTY = "tonghop.shard"
KIND_PROPERTY = "tonghop.kind"
MASTER_KIND = "master"


@dataclass(frozen=True, slots=True)
class WorkbookPlace:
    """Which of the campaign's workbooks is meant: a form's, by its number from 0, or the master."""

    form: Form | None = None
    shard: int = 0

    @property
    def kind(self) -> WorkbookKind:
        """Return what it is for."""
        return WorkbookKind.FORM if self.form else WorkbookKind.MASTER

    @property
    def key(self) -> str:
        """Return the form's key; blank for the master."""
        return self.form.key if self.form else ""

    @property
    def option(self) -> str:
        """Return how a command names it."""
        if self.form is None:
            return "--master"
        return f"--form {self.form.key}" + (f" --shard {self.shard + 1}" if self.shard else "")


def title_of(workspace: Workspace, place: WorkbookPlace) -> str:
    """Return what a workbook is called."""
    return workbook_title(workspace.campaign, place.key, place.shard)


def properties_of(workspace: Workspace, place: WorkbookPlace) -> dict[str, str]:
    """Return the appProperties by which a workbook is found again."""
    if place.form is None:
        return {CAMPAIGN_PROPERTY: workspace.campaign.key, KIND_PROPERTY: MASTER_KIND}
    return {
        CAMPAIGN_PROPERTY: workspace.campaign.key,
        FORM_PROPERTY: place.form.key,
        SHARD_PROPERTY: str(place.shard),
    }


def identified(workspace: Workspace) -> Workspace:
    """Return the workspace with the address the spreadsheets know us by: every protection must list that very one.

    SheetsRefusedError where it is known neither from the settings nor from the server: we would lock ourselves out.
    """
    client = workspace.sheets.client
    address = drive_about.told_address(client) if workspace.service_email else drive_about.own_address(client)
    return replace(workspace, service_email=address or workspace.service_email)


def check_capacity(workspace: Workspace) -> None:
    """Raise SettingsError where more tabs share a workbook than Google lets people edit at the same time."""
    tabs = workspace.campaign.policy.tabs_per_workbook
    if workspace.settings.sheets == "google" and tabs > MOST_TABS:
        raise SettingsError(message("workbooks.too_many_tabs", tabs=tabs, most=MOST_TABS))


def what_is_needed(workspace: Workspace, place: WorkbookPlace, count: int = 1) -> Message:
    """Return what a person has to do to bring a workbook."""
    title = title_of(workspace, place)
    return message("workbooks.needed", count=count, title=title, service=_service(workspace), option=place.option)


def _service(workspace: Workspace) -> Message | str:
    return workspace.service_email or message("workbooks.service_account")


def create(workspace: Workspace, place: WorkbookPlace) -> str:
    """Make a spreadsheet where the settings ask for it and return its id; WorkbookNeededError where a person must."""
    if workspace.files.source is FileSource.BROUGHT:
        raise WorkbookNeededError(what_is_needed(workspace, place))
    try:
        return _made(workspace, place)
    except SheetsUnavailableError:
        # it may be there though its answer was lost: search before another is made
        found = find(workspace, properties_of(workspace, place))
        return found[0][0] if found else _made(workspace, place)


def _made(workspace: Workspace, place: WorkbookPlace) -> str:
    return made_in(workspace, workspace.files.drive, title_of(workspace, place), properties_of(workspace, place))


def made_in(workspace: Workspace, drive: str, title: str, properties: Mapping[str, str]) -> str:
    """Make a spreadsheet of our own, or in a shared drive; a refusal says what to do."""
    try:
        return workspace.sheets.create(title, properties, drive)
    except SheetsForbiddenError as error:
        if drive_files.lacks_storage(error):
            raise SheetsForbiddenError(message("workbooks.no_storage")) from error
        raise
    except SheetsMissingError as error:
        if not drive:
            raise
        raise SheetsMissingError(message("workbooks.no_drive", drive=drive, service=_service(workspace))) from error


def find(workspace: Workspace, properties: Mapping[str, str]) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return id and appProperties of the spreadsheets that carry these, oldest first."""
    return workspace.sheets.find(properties, workspace.files.drive)


def is_empty(workspace: Workspace, spreadsheet_id: str, tab: TabInventory) -> bool:
    """Return True if there is nothing on a tab. One read."""
    grid = workspace.sheets.read(spreadsheet_id, [tab])[tab.sheet_id]
    return not any(cell for row in grid.cells for cell in row) and not tab.charts and not tab.protections


def share_file(workspace: Workspace, facts: FileFacts, kind: str, address: str, role: str) -> bool:
    """Share a file with a user or a group, without mail; False where that is refused."""
    if not facts.may_share:
        return False
    try:
        drive_files.share(workspace.sheets, facts.id, kind, address, role)
    except (SheetsForbiddenError, SheetsRefusedError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Brought:
    """A workbook that a person brought, and notices about it."""

    workbook: RegisteredWorkbook
    title: str  # as the file is called
    is_new: bool
    notices: tuple[Message, ...] = ()


def bring(workspace: Workspace, form: Form | None, link: str, shard: int | None = None, group: str = "") -> Brought:
    """Take a spreadsheet that a person made and shared with us; WorkbookRefusedError when it cannot be used.

    It is marked before it is registered: cut off in between, the next run finds it.
    """
    spreadsheet_id = spreadsheet_id_in(link)
    if spreadsheet_id is None:
        raise WorkbookRefusedError(message("workbooks.no_link", link=link[:80]))
    address = _group(group) if group else ""
    workspace = identified(workspace)
    with campaign_lease(workspace):
        facts = usable(workspace, spreadsheet_id)
        place, before = _place(workspace, form, spreadsheet_id, shard)
        _refuse_in_use(workspace, place, facts)
        inventory = workspace.sheets.inventory(spreadsheet_id)
        notices = tuple(_foreign(workspace, place, inventory))
        is_new = before is None or before.spreadsheet_id != spreadsheet_id
        drive_files.mark(workspace.sheets, spreadsheet_id, properties_of(workspace, place))
        kept = before.group_address if before else ""
        at = workspace.clock() if is_new or before is None else before.created_at
        workbook = RegisteredWorkbook(
            workspace.campaign.key, place.key, place.shard, spreadsheet_id, place.kind, at, address or kept
        )
        if workbook != before:
            workspace.store.registry.save_workbook(workbook)
    return Brought(workbook, facts.name, is_new, notices)


def usable(workspace: Workspace, spreadsheet_id: str) -> FileFacts:
    """Return what Drive says of a spreadsheet we may write into; WorkbookRefusedError for any other."""
    facts = drive_files.facts_of(workspace.sheets, spreadsheet_id)
    service = _service(workspace)
    if facts.state is FileState.MISSING:
        raise WorkbookRefusedError(message("workbooks.not_opened", service=service))
    if not facts.is_spreadsheet:
        raise WorkbookRefusedError(message("workbooks.no_spreadsheet", name=facts.name))
    if facts.state is FileState.BINNED:
        raise WorkbookRefusedError(message("workbooks.binned", name=facts.name))
    if not facts.may_edit:
        raise WorkbookRefusedError(message("workbooks.view_only", name=facts.name, service=service))
    return facts


def _place(
    workspace: Workspace, form: Form | None, spreadsheet_id: str, shard: int | None
) -> tuple[WorkbookPlace, RegisteredWorkbook | None]:
    """Return which workbook a spreadsheet becomes, and what is registered there; refuse what is taken."""
    place = WorkbookPlace(form)
    known = {
        book.shard: book
        for book in workspace.store.registry.workbooks(workspace.campaign.key)
        if (book.kind, book.form) == (place.kind, place.key)
    }
    already = next((number for number, book in known.items() if book.spreadsheet_id == spreadsheet_id), None)
    if already is not None and shard in {None, already}:
        return WorkbookPlace(form, already), known[already]
    if shard is None:
        # one that is gone is replaced first
        taken = {number for number, book in known.items() if _exists(workspace, book)}
        shard = next(number for number in range(len(taken) + 1) if number not in taken)
        _refuse_more_than_needed(workspace, WorkbookPlace(form, shard), len(taken))
    elif shard in known and _exists(workspace, known[shard]):
        url = workspace.link_to(known[shard].spreadsheet_id, 0, "")
        title = title_of(workspace, WorkbookPlace(form, shard))
        raise WorkbookRefusedError(message("workbooks.place_taken", title=title, url=url))
    return WorkbookPlace(form, shard), known.get(shard)


def _exists(workspace: Workspace, book: RegisteredWorkbook) -> bool:
    return workspace.sheets.state(book.spreadsheet_id) is FileState.THERE


def _refuse_more_than_needed(workspace: Workspace, place: WorkbookPlace, there: int) -> None:
    needed = workbooks_needed(workspace) if place.form else 1
    if there >= needed:
        title = title_of(workspace, WorkbookPlace(place.form))
        if place.form is None:
            raise WorkbookRefusedError(message("workbooks.enough", title=title, count=needed))
        raise WorkbookRefusedError(message("workbooks.enough_but", title=title, count=needed, next=place.shard + 1))


def workbooks_needed(workspace: Workspace) -> int:
    """Return how many workbooks a form's units fill."""
    campaign = workspace.campaign
    return max(1, -(-len(campaign.active_units) // campaign.policy.tabs_per_workbook))


def _refuse_in_use(workspace: Workspace, place: WorkbookPlace, facts: FileFacts) -> None:
    """Refuse a file that is another campaign's, another form's, or a copy of a workbook of ours."""
    carried = {key: value for key, value in facts.properties.items() if key.startswith("tonghop.")}
    campaign = carried.get(CAMPAIGN_PROPERTY, "")
    registered = {book.spreadsheet_id: book for book in workspace.store.registry.workbooks(workspace.campaign.key)}
    book = registered.get(facts.id)
    wanted = (place.kind, place.key, place.shard)
    if book is not None and (book.kind, book.form, book.shard) != wanted:
        raise WorkbookRefusedError(message("workbooks.in_use", name=facts.name, use=_use_of(book)))
    if campaign and campaign != workspace.campaign.key:
        use = message("workbooks.of_campaign", campaign=campaign)
        raise WorkbookRefusedError(message("workbooks.in_use", name=facts.name, use=use))
    if book is None and carried and carried != properties_of(workspace, place):
        form = carried.get(FORM_PROPERTY, "")
        key = "workbooks.marked_form" if form else "workbooks.marked_master"
        raise WorkbookRefusedError(message(key, name=facts.name, form=form))


def _use_of(book: RegisteredWorkbook) -> Message:
    if book.kind is WorkbookKind.MASTER:
        return message("workbooks.the_master")
    return message("workbooks.form_workbook", form=book.form, number=book.shard + 1)


def _foreign(workspace: Workspace, place: WorkbookPlace, inventory: Inventory) -> list[Message]:
    """Return a notice of what is in a brought file and not ours: it is left as it is."""
    ours = {tab.sheet_id for tab in workspace.store.registry.tabs(workspace.campaign.key)}
    others = [tab for tab in inventory.tabs if tab.sheet_id not in ours and UNIT_KEY not in tab.metadata]
    if place.form is None:
        state = workspace.store.registry.master_state(inventory.spreadsheet_id)
        others = [] if state is not None else others
    if len(inventory.tabs) == 1 and others and _is_default(others[0]):
        others = [] if is_empty(workspace, inventory.spreadsheet_id, others[0]) else others
    if not others:
        return []
    titles = ", ".join(f"“{tab.title}”" for tab in others[:5]) + (" …" if len(others) > 5 else "")
    return [message("workbooks.foreign_tabs", titles=titles)]


def _is_default(tab: TabInventory) -> bool:
    """Return True for the one sheet that a new file begins with, in Vietnamese or English."""
    names = "|".join(text("workbooks.first_sheet", language) for language in Language)
    return tab.sheet_id == 0 and re.fullmatch(f"({names}) ?1", tab.title, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class ListedWorkbook:
    """A workbook of the campaign, there or yet to be brought."""

    place: WorkbookPlace
    title: str
    workbook: RegisteredWorkbook | None
    state: FileState | None
    tabs: int

    @property
    def is_ready(self) -> bool:
        """Return True if it is there."""
        return self.state is FileState.THERE


def listed(workspace: Workspace, forms: Sequence[Form]) -> tuple[ListedWorkbook, ...]:
    """Return every workbook there is or should be, the forms' and then the master. One Drive call a workbook."""
    known = {
        (book.kind, book.form, book.shard): book for book in workspace.store.registry.workbooks(workspace.campaign.key)
    }
    places = [WorkbookPlace(form, shard) for form in forms for shard in _shards(workspace, form)]
    counts: dict[str, int] = {}
    for tab in workspace.store.registry.tabs(workspace.campaign.key):
        counts[tab.spreadsheet_id] = counts.get(tab.spreadsheet_id, 0) + (tab.orphaned_at is None)
    found = []
    for place in [*places, WorkbookPlace()]:
        book = known.get((place.kind, place.key, place.shard))
        state = workspace.sheets.state(book.spreadsheet_id) if book else None
        tabs = counts.get(book.spreadsheet_id, 0) if book else 0
        found.append(ListedWorkbook(place, title_of(workspace, place), book, state, tabs))
    return tuple(found)


def _shards(workspace: Workspace, form: Form) -> list[int]:
    known = {
        book.shard
        for book in workspace.store.registry.workbooks(workspace.campaign.key)
        if book.kind is WorkbookKind.FORM and book.form == form.key
    }
    return sorted(known | set(range(workbooks_needed(workspace))))


def set_group(workspace: Workspace, place: WorkbookPlace, group: str) -> RegisteredWorkbook:
    """Share a workbook with a group from now on, or with none (""); a former group loses its access at once.

    The next `tonghop provision` shares it. WorkbookNeededError when there is no such workbook yet.
    """
    address = _group(group) if group else ""
    with campaign_lease(workspace):
        book = registered(workspace, place)
        if book.group_address == address:
            return book
        if book.group_address:
            # before it is forgotten: cut off in between, the registry still knows the group to take it from
            for one in drive_files.permissions_of(workspace.sheets, book.spreadsheet_id):
                if one.kind == "group" and one.address == book.group_address and not one.inherited:
                    drive_files.unshare(workspace.sheets, book.spreadsheet_id, one.id)
        book = replace(book, group_address=address)
        workspace.store.registry.save_workbook(book)
    return book


def registered(workspace: Workspace, place: WorkbookPlace) -> RegisteredWorkbook:
    """Return what is registered for a place; WorkbookNeededError where nothing is."""
    for book in workspace.store.registry.workbooks(workspace.campaign.key):
        if (book.kind, book.form, book.shard) == (place.kind, place.key, place.shard):
            return book
    raise WorkbookNeededError(message("workbooks.none_yet", title=title_of(workspace, place)))


def _group(text: str) -> str:
    address = read_address(text)
    if address is None:
        raise WorkbookRefusedError(message("workbooks.no_group_address", text=text[:80]))
    return address
