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
AT_HAND, LATELY = 6, 4  # groups of tabs: those asked for first, and those that lines are being made of
FEW_TABS = 400  # whose words may be at hand all at once, some 60 kB each


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
    """The tabs' words as the store keeps them; those asked for first are kept at hand, a bounded number.

    A master goes over the same tabs sheet by sheet: those asked for last will be wanted last. What is `known` already
    is not asked for.
    """

    def __init__(self, store: Store, campaign: Campaign, known: Mapping[Owed, Contents] = NONE_KNOWN) -> None:
        self._store, self._key, self._known = store, campaign.key, known
        self._units = [unit.code for unit in campaign.accounted_units]
        self._places = {code: index for index, code in enumerate(self._units)}
        self._first: dict[tuple[str, int], Mapping[str, Contents]] = {}
        self._lately: dict[tuple[str, int], Mapping[str, Contents]] = {}  # the one used last is last

    def __call__(self, form: str, units: Sequence[str]) -> dict[str, Contents]:
        """Return what the tabs of these units hold for a form; those never read are left out."""
        found: dict[str, Contents] = {}
        for code in units:
            neighbours = self._neighbours(form, self._places[code] // FETCHED_TOGETHER)
            if code in neighbours:
                found[code] = neighbours[code]
        return found

    def _neighbours(self, form: str, part: int) -> Mapping[str, Contents]:
        place = (form, part)
        if place in self._first:
            return self._first[place]
        fetched = self._lately.pop(place, None)
        if fetched is None:
            fetched = self._fetched(form, self._units[part * FETCHED_TOGETHER : (part + 1) * FETCHED_TOGETHER])
            if len(self._first) < AT_HAND:
                self._first[place] = fetched
                return fetched
        self._lately[place] = fetched
        if len(self._lately) > LATELY:
            del self._lately[next(iter(self._lately))]
        return fetched

    def _fetched(self, form: str, codes: Sequence[str]) -> dict[str, Contents]:
        known = {code: self._known[code, form] for code in codes if (code, form) in self._known}
        unknown = [(code, form) for code in codes if code not in known]
        return known | {one.unit: one for one in contents_in_order(self._store, self._key, unknown)}
