"""The store: the log of facts, the registry, the runs and the work state behind one name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from service.facts.calls import Attempts, Calls
from service.facts.channel_records import Channels
from service.facts.database import Database, lock_name, open_database
from service.facts.declarations import Declarations
from service.facts.grant_records import Access
from service.facts.inspection import Inspection
from service.facts.intake_records import Intakes
from service.facts.job_records import Jobs
from service.facts.log import FactLog
from service.facts.mail_records import MailLedger
from service.facts.paper_template_records import PaperTemplates
from service.facts.registry import Registry
from service.facts.run_records import Runs
from service.facts.tab_fault_records import TabFaults
from service.facts.tally import FactTally
from service.facts.token_records import ApiTokens
from service.facts.watches import Watches
from service.facts.work_state import Work

if TYPE_CHECKING:
    from service.facts.tab_contents import TabContents


class Store:
    """Everything that is remembered, each subject by its name; safe to use from threads, processes and forks.

    Verbs within `work.fenced` or `together` belong to its transaction; any other verb is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.facts = FactLog(database)
        self.registry = Registry(database)
        self.runs = Runs(database)
        self.tab_faults = TabFaults(database)
        self.work = Work(database)
        self.access = Access(database)
        self.channels = Channels(database)
        self.watches = Watches(database)
        self.calls = Calls(database)
        self.attempts = Attempts(database)
        self.inspection = Inspection(database)
        self.declarations = Declarations(database)
        self.intakes = Intakes(database)
        self.api_tokens = ApiTokens(database)
        self.jobs = Jobs(database)
        self.paper_templates = PaperTemplates(database)
        self.mail = MailLedger(database)

    @cached_property
    def contents(self) -> TabContents:
        """What the tabs hold."""
        from service.facts.tab_contents import TabContents  # noqa: PLC0415 – the rules of rows, which most commands need not

        return TabContents(self._database)

    def rename_units(self, campaign_key: str, codes: Mapping[str, str], at: datetime) -> None:
        """Go on under new codes of units, by former code: tabs, what they hold, grants; facts stay as they are."""
        with self._database.writing():
            self.registry.rename_units(campaign_key, codes)
            self.access.rename_units(campaign_key, codes)
            self.api_tokens.rename_units(campaign_key, codes)
            self.tab_faults.rename_units(campaign_key, codes)
            self.mail.rename_units(campaign_key, codes)
            self.contents.rename(campaign_key, codes, at)

    def foreseen(self, codes: Mapping[str, str]) -> Store:
        """Return the store as it is read once units have new codes, by former code; nothing is renamed."""
        seen = copy(self)
        seen.registry = Registry(self._database, codes)
        return seen

    @contextmanager
    def together(self) -> Iterator[None]:
        """Run every write of the block in one transaction."""
        with self._database.writing():
            yield

    @contextmanager
    def alone(self, campaign_key: str) -> Iterator[None]:
        """Run the block in one transaction, while no other of this kind runs: what it reads stays true as it writes."""
        with self._database.writing() as connection:
            lock_name(connection, campaign_key)
            yield

    def close(self) -> None:
        """Give up open connections; the store can still be used."""
        self._database.close()


def open_store(url: str, tally: FactTally | None = None, *, begins: bool = True) -> Store:
    """Open "sqlite:////path/facts.sqlite" or "postgresql://…" and migrate it; FactsError when that cannot be done.

    With a tally it must hold what was counted. `begins` False makes nothing where there is nothing: NoSeasonError.
    """
    return Store(open_database(url, tally, begins=begins))
