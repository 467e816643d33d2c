"""One run's reading of workbooks: each is read, recorded and answered before the next; a run cut off loses none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from service.consolidation import feedback, receipt_times, tab_reading
from service.consolidation.contents_loader import FEW_TABS
from service.consolidation.last_read import NO_ANSWERS, LastRead
from service.consolidation.rules_fingerprint import rules_of
from service.consolidation.tab_reading import Owner, WorkbookRead, digest_once_answered
from service.domain.consolidation import Feedback, TabRead, observe, wanted_on
from service.domain.contents import Contents, TabSummary, contents_of, summary_of
from service.domain.deadlines import limit_instants
from service.domain.history import History, Owed, with_observations
from service.domain.observations import Observation
from service.domain.tab_faults import TabFault
from service.domain.tab_notices import decided, notice_of
from service.errors import DeclarationChangedError, IncompleteReadError, SheetsError, SheetsUnavailableError
from service.facts.records import Claim, WorkbookAnswers
from service.mail.answers import answer_receipts
from service.sheets import http
from service.workspace import Workspace
from sheets_schema.campaign import Campaign
from sheets_schema.wording import Message, message


class WorkbookScan:
    """What one run saw of the workbooks it was to read."""

    def __init__(self, workspace: Workspace, claim: Claim, expected: Mapping[str, Mapping[int, Owner]]) -> None:
        self.workspace = workspace
        self.claim = claim
        self.expected = expected
        self.reads: list[WorkbookRead] = []
        self.doubtful: list[tuple[WorkbookRead, list[Observation]]] = []
        self.wanted = 0  # how many are to be read
        self.observed = 0
        self.feedback = 0
        self._known_faults: dict[Owed, TabFault] = {}
        self._grids: dict[Owed, str] = {}  # what each tab was read from
        self.first: dict[Owed, Contents] = {}  # what tabs hold that were never read before, a bounded number
        self._answers: dict[str, WorkbookAnswers] = {}
        self._declared = workspace.store.declarations.last(workspace.campaign.key)

    def read_all(self, spreadsheets: Sequence[str]) -> None:
        """Read workbooks in turn; IncompleteReadError in an outage. A tab at fault keeps what was read last."""
        self.wanted = len(spreadsheets)
        store, campaign = self.workspace.store, self.workspace.campaign
        rules = rules_of(campaign)
        read = [unit for one in spreadsheets for _, unit in self.expected.get(one, {}).values()]
        history = self.workspace.history_of(read) if spreadsheets else History()
        if spreadsheets:
            self._grids = store.contents.grids(campaign.key)
            self._answers = store.registry.last_answers()
        self._known_faults = store.tab_faults.all(campaign.key)
        for spreadsheet_id in spreadsheets:
            if spreadsheet_id in self.expected:
                self._read(spreadsheet_id, rules, history)
            else:
                store.work.settle(self.claim, spreadsheet_id)
        self._settle_doubts(history)

    def _read(self, spreadsheet_id: str, rules: str, history: History) -> None:
        workspace, tabs = self.workspace, self.expected[spreadsheet_id]
        owed = {one: (unit.code, form.key) for one, (form, unit) in tabs.items()}
        suspects = {one for one, whose in owed.items() if whose in self._known_faults}
        known = {one: self._grids[whose] for one, whose in owed.items() if whose in self._grids}
        try:
            basis = (rules, self._decided(tabs, history))
            last = LastRead(known, suspects, self._answers.get(spreadsheet_id, NO_ANSWERS))
            read = tab_reading.read_workbook(workspace, spreadsheet_id, tabs, basis, last)
        except SheetsUnavailableError as error:
            self._check_for_an_outage(spreadsheet_id, error)
            at, reason = workspace.clock(), message("tab_faults.workbook_refused", reason=error.message)
            read = WorkbookRead(spreadsheet_id, at, at, faults=dict.fromkeys(tabs, reason))
        except SheetsError as error:
            raise IncompleteReadError(message("consolidation.read_failed", reason=error.message)) from error
        self.reads.append(replace(read, tabs=(), sources={}))
        counts = {"tabs": len(read.well), "number": len(self.reads), "total": self.wanted}
        workspace.progress(message("consolidation.workbook_read", **counts))
        changed = _differing(workspace, read, history, self._known_faults)
        seen, decides = receipt_times.dated(workspace, changed, history, read)
        if decides and workspace.modified_lag:
            # what Drive reports now may be older than the very edit that was seen
            self.doubtful.append((read, changed))
        else:
            self._keep(read, seen, history)

    def _decided(self, tabs: Mapping[int, Owner], history: History) -> dict[int, str]:
        """Return what was decided on each tab, by sheet id."""
        campaign, now = self.workspace.campaign, self.workspace.clock()
        return {id_: decided(campaign, (unit.code, form.key), history, now) for id_, (form, unit) in tabs.items()}

    def _check_for_an_outage(self, silent: str, error: SheetsError) -> None:
        """Raise IncompleteReadError where no other spreadsheet of the campaign answers either."""
        workspace = self.workspace
        books = workspace.store.registry.workbooks(workspace.campaign.key)
        other = next((book.spreadsheet_id for book in reversed(books) if book.spreadsheet_id != silent), None)
        with http.briefly(workspace.sheets.client, attempts=1):
            try:
                if other is not None:
                    workspace.sheets.look(other, "spreadsheetId")
                    return
            except SheetsUnavailableError:
                pass
            except SheetsError:
                return
        raise IncompleteReadError(message("consolidation.read_failed", reason=error.message)) from error

    def _settle_doubts(self, history: History) -> None:
        """Ask Drive again about the workbooks whose modified time decides, once it must know of what was seen."""
        if not self.doubtful:
            return
        workspace, lag = self.workspace, self.workspace.modified_lag.total_seconds()
        minutes = f"{lag / 60:.0f}"
        workspace.progress(message("consolidation.doubts", count=len(self.doubtful), minutes=minutes))
        workspace.pause(lag)
        for read, changed in self.doubtful:
            seen, _decides = receipt_times.dated(workspace, changed, history, read)
            self._keep(read, seen, history)

    def _keep(self, read: WorkbookRead, seen: Sequence[Observation], history: History) -> None:
        """Record what was seen of a workbook, answer its units, and settle its mark."""
        workspace = self.workspace
        wanted = self._wanted(read, with_observations(history, seen))
        self._record(read, wanted, seen)
        self.observed += len(seen)
        written, refused = feedback.write_feedback(workspace, read, wanted)
        self.feedback += written
        if refused:
            with workspace.store.work.fenced(self.claim, workspace.lease_clock()):
                self._save_faults(read, refused)
        # what is at fault is tried again by the next sweep, and by an edit
        workspace.store.work.settle(self.claim, read.spreadsheet_id)

    def _wanted(self, read: WorkbookRead, history: History) -> dict[int, Feedback]:
        """Return what each tab is to show, by sheet id."""
        campaign, now = self.workspace.campaign, self.workspace.clock()
        return {
            tab.sheet_id: wanted_on(tab, notice_of(campaign, (tab.unit.code, tab.form.key), history, now))
            for tab in read.tabs
        }

    def _record(self, read: WorkbookRead, wanted: Mapping[int, Feedback], seen: Sequence[Observation]) -> None:
        """Append the new observations and keep what the tabs hold; LeaseLostError, and nothing, for a lost lease."""
        campaign, store = self.workspace.campaign, self.workspace.store
        with store.work.fenced(self.claim, self.workspace.lease_clock()):
            self._check_declaration()
            at = store.facts.stamp(campaign.key, self.workspace.clock())
            store.facts.record_observations(campaign.key, seen, at)
            answer_receipts(self.workspace, seen, at)
            kept = [_kept(tab, read, wanted, campaign) for tab in read.tabs]
            store.contents.save(campaign.key, kept, at)
            self._save_faults(read, read.faults)
            well = {self._owed(read, sheet_id) for sheet_id in read.well}
            store.tab_faults.clear(campaign.key, well & self._known_faults.keys())
            if read.well:
                store.registry.mark_read(read.spreadsheet_id, read.started_at, read.answers)
        self._remember([contents for contents, _summary in kept])

    def _remember(self, kept: Sequence[Contents]) -> None:
        """Have at hand what the first few hundred tabs hold that were never read before: the master shows it next."""
        for one in kept:
            if len(self.first) < FEW_TABS and (one.unit, one.form) not in self._grids:
                self.first[one.unit, one.form] = one

    def _check_declaration(self) -> None:
        """Raise DeclarationChangedError where another declaration is in force than the one this run goes by."""
        if self.workspace.store.declarations.last(self.workspace.campaign.key) != self._declared:
            raise DeclarationChangedError(message("errors.declaration_changed"))

    def _save_faults(self, read: WorkbookRead, reasons: Mapping[int, Message]) -> None:
        """Remember why tabs are at fault, since the run that met it first."""
        store, found = self.workspace.store, []
        for sheet_id, reason in reasons.items():
            unit, form = self._owed(read, sheet_id)
            known = self._known_faults.get((unit, form))
            last_read: datetime | None = read.started_at
            if sheet_id not in read.well:
                last_read = known.last_read if known else store.registry.last_read(read.spreadsheet_id)
            since = known.since if known else read.finished_at
            found.append(TabFault(unit, form, since, last_read, reason))
        store.tab_faults.save(self.workspace.campaign.key, found)

    def _owed(self, read: WorkbookRead, sheet_id: int) -> Owed:
        form, unit = self.expected[read.spreadsheet_id][sheet_id]
        return unit.code, form.key


def held_back(
    workspace: Workspace, expected: Mapping[str, Mapping[int, Owner]], history: History, now: datetime
) -> tuple[Message, ...]:
    """Return why nothing may be published yet: not every workbook was read, or not since the last limit.

    A workbook none of whose tabs can be read is not waited for: they are named instead.
    """
    passed = [at for at in limit_instants(workspace.campaign, history.all_decisions) if at <= now]
    reads = workspace.store.registry.last_reads(expected.keys())
    faults = workspace.store.tab_faults.all(workspace.campaign.key)
    behind = [
        one
        for one, tabs in expected.items()
        if (one not in reads or (passed and reads[one] < max(passed)))
        and any((unit.code, form.key) not in faults for form, unit in tabs.values())
    ]
    if not behind:
        return ()
    return (message("consolidation.not_all_read", count=len(behind)),)


def _differing(
    workspace: Workspace, read: WorkbookRead, history: History, faults: Mapping[Owed, TabFault]
) -> list[Observation]:
    """Return what this read saw that the last recorded one did not, with its evidence of when."""
    if not read.tabs:
        return []
    created = workspace.store.registry.tab_births(read.spreadsheet_id)
    last_read = workspace.store.registry.last_read(read.spreadsheet_id)
    changed: list[Observation] = []
    for tab in read.tabs:
        owed = (tab.unit.code, tab.form.key)
        # a tab that was at fault was not read when its workbook was
        own_read = faults[owed].last_read if owed in faults else last_read
        reads = (own_read, created.get(tab.sheet_id))
        earlier = max((at for at in reads if at is not None and at < read.finished_at), default=None)
        seen = observe(tab, read.finished_at, earlier)
        before = history.observations_of(*owed)
        if seen.differs_from(before[-1] if before else None):
            changed.append(seen)
    return changed


def _kept(
    tab: TabRead, read: WorkbookRead, wanted: Mapping[int, Feedback], campaign: Campaign
) -> tuple[Contents, TabSummary]:
    """Return what is kept of a tab; of one whose feedback is about to be written, as it will then be read."""
    settled = wanted[tab.sheet_id] == tab.shown_feedback
    grid = read.grids[tab.sheet_id] if settled else digest_once_answered(read, tab, wanted[tab.sheet_id])
    return contents_of(tab, read.finished_at), summary_of(tab, campaign, grid)
