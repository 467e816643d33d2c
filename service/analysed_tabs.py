"""What tabs say for the analysis, read again only where a tab says something else: most say the same for weeks."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from service.consolidation.contents_loader import contents_in_order
from service.domain.analysis.rows import TabReader, TabRows
from service.domain.contents import Contents, TabSummary
from service.domain.history import Owed
from service.facts.store import Store
from sheets_schema.campaign import Campaign

MOST_KEPT = 4_000  # tabs, some 15 kB each
CAMPAIGNS = 2  # this season beside the last
_UNREAD = ("", None)


class AnalysedTabs:
    """What was read of tabs, by campaign as it was declared; a bounded number, those read last."""

    def __init__(self) -> None:
        self._read: list[tuple[Campaign, dict[Owed, tuple[str, TabRows]]]] = []  # the one asked for last is first
        self._one_at_a_time = threading.Lock()

    def rows(self, store: Store, campaign: Campaign, tabs: Sequence[TabSummary], at: datetime | None) -> list[TabRows]:
        """Return what tabs say, or said at an instant, in the order given."""
        with self._one_at_a_time:
            kept = dict(self._of(campaign))
        found = {_owed(one): kept[_owed(one)] for one in tabs if kept.get(_owed(one), _UNREAD)[0] == one.digest}
        missing = [_owed(one) for one in tabs if _owed(one) not in found]
        reader = TabReader(campaign)
        read = {
            _owed(one): (one.digest, reader.read(one)) for one in contents_in_order(store, campaign.key, missing, at)
        }
        with self._one_at_a_time:
            kept = self._of(campaign)
            kept |= read
            for owed in list(kept)[: max(0, len(kept) - MOST_KEPT)]:
                del kept[owed]
        found |= read
        return [found[_owed(one)][1] for one in tabs if _owed(one) in found]

    def _of(self, campaign: Campaign) -> dict[Owed, tuple[str, TabRows]]:
        """Return what was read by a campaign, as it is declared: by another declaration tabs say something else."""
        kept = next((found for one, found in self._read if one is campaign), {})
        self._read = [(campaign, kept), *(entry for entry in self._read if entry[0] is not campaign)][:CAMPAIGNS]
        return kept


def _owed(tab: TabSummary | Contents) -> Owed:
    return tab.unit, tab.form
