"""What every workflow works on: the campaign, the facts, the spreadsheets, a clock. Built by `wiring` alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from service import clock as clocks
from service.clock import Clock
from service.domain.file_sources import OWN_FILES, Files
from service.domain.history import History, Owed, known_by
from service.domain.succession import codes_of, codes_with_others, followed
from service.facts.records import CLOCKS_AGREE_WITHIN, Debounce
from service.facts.store import Store
from service.settings import Settings
from service.sheets.tab_pages import ALL_ROWS, needs_all
from service.sheets.verbs import Sheets
from sheets_schema.campaign import Campaign, Unit
from sheets_schema.wording import Language, Message

FEW_UNITS = 500  # of which the record is asked for by their codes

# called with what is going on: a sentence for the operator
Progress = Callable[[Message | str], None]


def silent(_sentence: Message | str) -> None:
    """Report nothing."""


def unheard() -> None:
    """Wake no worker: it finds by itself what is due."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One campaign in one data folder."""

    settings: Settings
    campaign: Campaign
    store: Store
    sheets: Sheets
    clock: Clock
    service_email: str  # who we are to the spreadsheets; named in every protection
    actor: str  # who runs the command
    progress: Progress = silent
    # how late the spreadsheets' server reports a file's last change, and how to wait for it
    modified_lag: timedelta = timedelta(0)
    pause: Callable[[float], None] = time.sleep
    files: Files = OWN_FILES  # where new spreadsheets come from
    wake: Callable[[], None] = unheard  # called when a run was asked for, so that the worker need not find it
    # a command that only reads answers for the present, from then on, by a declaration that is not on record
    previews_from: datetime | None = None

    @property
    def language(self) -> Language:
        """The language of screens, answers and the command line."""
        return Language(self.settings.lang)

    @property
    def lease_clock(self) -> Clock:
        """The machine's own clock: leases and waiting are real even where a season is rehearsed."""
        return clocks.system

    @property
    def debounce(self) -> Debounce:
        """How long a run waits after an edit."""
        settings = self.settings
        return Debounce(timedelta(seconds=settings.debounce_seconds), timedelta(seconds=settings.max_wait_seconds))

    def history(self, until: datetime | None = None, unit: Unit | None = None) -> History:
        """Return what was known at an instant (None: everything), by the codes of this campaign's roster.

        `unit` asks for that unit's alone, without the board's own tasks, and with all that was seen of it. Of all units
        together only those observations come that a standing is computed from. Where the clock was ahead once and is
        right now, the present knows what is recorded as of later.
        """
        facts, campaign, now = self.store.facts, self.campaign, self.clock()
        is_present = until is None or now - until < CLOCKS_AGREE_WITHIN
        ahead = self._last_after(now) if is_present else None
        codes = None if unit is None else codes_of(campaign, unit)
        if self._is_of_a_wrong_clock(ahead, now):
            return known_by(followed(facts.history(campaign.key, None, codes), campaign), until or now)
        if codes is not None:
            return followed(facts.history(campaign.key, until, codes), campaign)
        if until is None and ahead is not None:
            # what was known by it is asked for as well
            return followed(facts.history(campaign.key), campaign)
        return followed(facts.deciding_history(campaign.key, until, codes_with_others(campaign)), campaign)

    def history_of(self, units: Collection[Unit]) -> History:
        """Return what `history` does of everything known; of a few units it asks for theirs alone."""
        facts, campaign = self.store.facts, self.campaign
        if len(units) > FEW_UNITS or self._last_after(self.clock()) is not None:
            return self.history()
        codes = {code for unit in units for code in codes_of(campaign, unit)}
        return followed(facts.deciding_history(campaign.key, None, codes_with_others(campaign), codes), campaign)

    @property
    def recorded_ahead(self) -> datetime | None:
        """Return when the last fact is recorded where the machine's clock is behind it; None in a rehearsal."""
        now = self.clock()
        ahead = self._last_after(now)
        return ahead if self._is_of_a_wrong_clock(ahead, now) else None

    def _last_after(self, now: datetime) -> datetime | None:
        """Return when the last fact is recorded, if that is later than an instant."""
        last = self.store.facts.last_recorded(self.campaign.key)
        return last if last is not None and last > now else None

    def _is_of_a_wrong_clock(self, ahead: datetime | None, now: datetime) -> bool:
        # in a rehearsal an earlier clock looks back
        return ahead is not None and self.clock is clocks.system and ahead - now > CLOCKS_AGREE_WITHIN

    def mark_edited(self, spreadsheet_id: str) -> bool:
        """Mark a workbook dirty: its run is due after the usual debounce. False when the workbook is not ours."""
        waits = self.debounce
        is_ours = self.store.work.mark_dirty(spreadsheet_id, self.lease_clock(), waits.least, waits.most)
        self.wake()
        return is_ours

    def mark_unwatched(self, spreadsheet_id: str) -> bool:
        """Mark a workbook dirty whose edits may have been missed: its run is due at once."""
        is_ours = self.store.work.mark_dirty(spreadsheet_id, self.lease_clock(), timedelta(0), timedelta(0))
        self.wake()
        return is_ours

    def ask_for_run(self, owed: Collection[Owed] = ()) -> None:
        """Ask for a run at once that reads the workbooks of these tabs alone: they show what was decided on them."""
        tabs = self.store.registry.tabs(self.campaign.key) if owed else ()
        # a decision may name the code that a unit had then
        wanted = {(self.campaign.code_now.get(unit, unit), form) for unit, form in owed}
        books = {tab.spreadsheet_id for tab in tabs if (tab.unit, tab.form) in wanted and tab.orphaned_at is None}
        self.store.work.mark_campaign_dirty(self.campaign.key, self.lease_clock(), books)
        self.wake()

    def ask_for_sweep(self) -> None:
        """Ask for a run at once that reads every workbook again."""
        self.store.work.mark_all_dirty(self.campaign.key, self.lease_clock())
        self.wake()

    def link_to(self, spreadsheet_id: str, sheet_id: int, cell: str) -> str:
        """Return where a tab, or one of its cells, is opened in a browser."""
        if self.settings.sheets == "google":
            place = f"&range={cell}" if cell else ""
            return f"https://docs.google.com/spreadsheets/d/{spreadsheet_id}/edit#gid={sheet_id}{place}"
        asked = f"?rows={ALL_ROWS}" if needs_all(cell) else ""
        anchor = f"#{cell}" if cell else ""
        return f"{self.settings.public_url}/sheets/{spreadsheet_id}/{sheet_id}{asked}{anchor}"
