"""What tabs hold, fetched for some neighbours at once: the unit after the one that is read is read soon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType

from service.domain.contents import Contents
from service.domain.history import Owed
from service.facts.store import Store
from sheets_schema.campaign import Campaign

FETCHED_TOGETHER = 50  # tabs
NONE_KNOWN: Mapping[Owed, Contents] = MappingProxyType({})
AT_HAND = 8  # groups of tabs: a master goes over the same tabs sheet by sheet, section by section


def contents_in_order(
    store: Store, campaign_key: str, owed: Iterable[Owed], at: datetime | None = None
) -> Iterator[Contents]:
    """Yield what tabs hold, or held at an instant, in the order asked for; those never read are left out.

    A few are fetched at a time.
    """
    for form, several in groupby(owed, key=itemgetter(1)):
        codes = [code for code, _ in several]
        for first in range(0, len(codes), FETCHED_TOGETHER):
            yield from store.contents.read(campaign_key, form, codes[first : first + FETCHED_TOGETHER], at)


class KeptContents:
    """The tabs' words as the store keeps them; those asked for last are kept at hand, a bounded number.

    What is `known` already is not asked for.
    """

    def __init__(self, store: Store, campaign: Campaign, known: Mapping[Owed, Contents] = NONE_KNOWN) -> None:
        self._store, self._key, self._known = store, campaign.key, known
        self._units = [unit.code for unit in campaign.accounted_units]
        self._places = {code: index for index, code in enumerate(self._units)}
        self._fetched: dict[tuple[str, int], Mapping[str, Contents]] = {}  # the one used last is last

    def __call__(self, form: str, units: Sequence[str]) -> dict[str, Contents]:
        """Return what the tabs of these units hold for a form; those never read are left out."""
        found: dict[str, Contents] = {}
        for code in units:
            neighbours = self._neighbours(form, self._places[code] // FETCHED_TOGETHER)
            if code in neighbours:
                found[code] = neighbours[code]
        return found

    def _neighbours(self, form: str, part: int) -> Mapping[str, Contents]:
        fetched = self._fetched.pop((form, part), None)
        if fetched is None:
            codes = self._units[part * FETCHED_TOGETHER : (part + 1) * FETCHED_TOGETHER]
            unknown = [(code, form) for code in codes if (code, form) not in self._known]
            fetched = {one.unit: one for one in contents_in_order(self._store, self._key, unknown)}
            fetched |= {code: self._known[code, form] for code in codes if (code, form) in self._known}
            while len(self._fetched) >= AT_HAND:
                del self._fetched[next(iter(self._fetched))]
        self._fetched[form, part] = fetched
        return fetched
