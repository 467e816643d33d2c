"""The store: the log of facts, the registry, the runs and the work state behind one name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from service.facts.calls import Attempts, Calls
from service.facts.channel_records import Channels
from service.facts.database import Database, open_database
from service.facts.grant_records import Access
from service.facts.inspection import Inspection
from service.facts.log import FactLog
from service.facts.registry import Registry
from service.facts.run_records import Runs
from service.facts.tab_fault_records import TabFaults
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

    @cached_property
    def contents(self) -> TabContents:
        """What the tabs hold."""
        from service.facts.tab_contents import TabContents  # noqa: PLC0415 – the rules of rows, which most commands need not

        return TabContents(self._database)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Run every write of the block in one transaction."""
        with self._database.writing():
            yield

    def close(self) -> None:
        """Give up open connections; the store can still be used."""
        self._database.close()


def open_store(url: str) -> Store:
    """Open "sqlite:////path/facts.sqlite" or "postgresql://…" and migrate it; FactsError when that cannot be done."""
    return Store(open_database(url))
