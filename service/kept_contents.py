"""What tabs hold, fetched for some neighbours at once: whoever asks for one unit asks for the next one soon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.domain.contents import Contents
from service.facts.store import Store
from sheets_schema.campaign import Campaign

FETCHED_TOGETHER = 50  # tabs


class KeptContents:
    """The tabs' words as the store keeps them; the last neighbours of each form are kept at hand."""

    def __init__(self, store: Store, campaign: Campaign) -> None:
        self._store, self._key = store, campaign.key
        self._units = [unit.code for unit in campaign.active_units]
        self._places = {code: index for index, code in enumerate(self._units)}
        self._fetched: dict[str, tuple[int, Mapping[str, Contents]]] = {}

    def __call__(self, form: str, units: Sequence[str]) -> dict[str, Contents]:
        """Return what the tabs of these units hold for a form; those never read are left out."""
        found: dict[str, Contents] = {}
        for code in units:
            part = self._places[code] // FETCHED_TOGETHER
            if form not in self._fetched or self._fetched[form][0] != part:
                codes = self._units[part * FETCHED_TOGETHER : (part + 1) * FETCHED_TOGETHER]
                contents = self._store.contents(self._key, form, codes)
                self._fetched[form] = (part, {one.unit: one for one in contents})
            if code in self._fetched[form][1]:
                found[code] = self._fetched[form][1][code]
        return found
