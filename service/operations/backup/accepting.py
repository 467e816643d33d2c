"""Go on from the facts there are, where more were counted: what a person decides, and the data folder remembers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service import data_folder
from service.facts.store import open_store
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Accepted:
    """The number of the last fact: as it was counted, and as it is."""

    before: int
    now: int


def accept_facts(settings: Settings, at: datetime, who: str) -> Accepted:
    """Take the facts of the database as all there are; a damaged file is refused all the same."""
    data_folder.refuse_unusable(settings)
    data_folder.refuse_missing(settings)
    tally = data_folder.tally_of(settings)
    store = open_store(settings.facts_url, begins=False)
    try:
        store.inspection.refuse_unsound()
        store.facts.refuse_unreadable()
        last = store.inspection.last_fact()
    finally:
        store.close()
    before = tally.read().last
    if before > last:
        tally.accept(last, f"{at.isoformat(timespec='seconds')} {who}: {before} -> {last}")
    return Accepted(before, last)
