"""What every workflow is given: the campaign, the facts, the spreadsheets, a clock. Built by `wiring` alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from service import clock as clocks
from service.clock import Clock
from service.domain.file_sources import OWN_FILES, Files
from service.facts.store import Store
from service.settings import Settings
from service.sheets.verbs import Sheets
from sheets_schema.campaign import Campaign
from sheets_schema.wording import Language, Value, message

# told of what is going on: a sentence for the operator
Progress = Callable[[str], None]


def silent(_sentence: str) -> None:
    """Report nothing."""


class Reporter(Protocol):
    """Reports one message of the catalogues."""

    def __call__(self, key: str, /, **values: Value) -> None:
        """Report it."""
        ...


def reporter(settings: Settings, progress: Progress) -> Reporter:
    """Return what reports messages in the language of the settings."""

    def report(key: str, /, **values: Value) -> None:
        progress(message(key, **values).text(Language(settings.lang)))

    return report


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
    # how late the spreadsheets' server tells of a file's last change, and how to wait so long
    modified_lag: timedelta = timedelta(0)
    pause: Callable[[float], None] = time.sleep
    files: Files = OWN_FILES  # where new spreadsheets come from

    @property
    def lease_clock(self) -> Clock:
        """The machine's own clock: leases and waiting are real even where a season is rehearsed."""
        return clocks.system

    def link_to(self, spreadsheet_id: str, sheet_id: int, cell: str) -> str:
        """Return where a tab, or one of its cells, is opened in a browser."""
        if self.settings.sheets == "google":
            place = f"&range={cell}" if cell else ""
            return f"https://docs.google.com/spreadsheets/d/{spreadsheet_id}/edit#gid={sheet_id}{place}"
        anchor = f"#{cell}" if cell else ""
        return f"{self.settings.public_url}/sheets/{spreadsheet_id}/{sheet_id}{anchor}"
