"""Two readings of the rules side by side: the statuses as they are, and as they would be by another policy. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.history import History
from service.domain.standings import Standing, standings_at
from service.errors import WhatIfRefusedError
from sheets_schema.campaign import Campaign, Policy
from sheets_schema.wording import message

MOST_DAYS = 366
_FLAGS = {"true": True, "false": False}


def _flag(text: str) -> bool:
    return _FLAGS[text.lower()]


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= MOST_DAYS):
        raise ValueError
    return int(text)


# what may be asked about: the name in the policy, and how its value is read
_KEYS: dict[str, tuple[str, Callable[[str], bool | int]]] = {
    "count_boundary_day": ("count_boundary_day_as_on_time", _flag),
    "count_boundary_day_as_on_time": ("count_boundary_day_as_on_time", _flag),
    "due_soon_days": ("due_soon_days", _days),
}


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """One unit's standing with one form, as it is and as it would be."""

    as_is: Standing
    as_if: Standing

    @property
    def differs(self) -> bool:
        """Return True if the other policy changes the status."""
        return self.as_is.label != self.as_if.label


def policy_if(policy: Policy, asked: Iterable[str]) -> Policy:
    """Return a policy with what is asked, such as "count_boundary_day=true"; WhatIfRefusedError names the accepted."""
    changed = policy
    for text in asked:
        key, _, value = text.partition("=")
        try:
            name, read = _KEYS[key.strip()]
            changed = replace(changed, **{name: read(value.strip())})  # type: ignore[arg-type]  # read gives its type
        except (KeyError, ValueError):
            raise WhatIfRefusedError(message("record.what_if_refused", text=text[:60], most=MOST_DAYS)) from None
    return changed


def two_readings(
    at: datetime, campaign: Campaign, history: History, policy: Policy, forms: Sequence[str]
) -> tuple[TwoReadings, ...]:
    """Return both readings of every unit's standing, form by form, those that differ first."""
    as_is = standings_at(at, campaign, history)
    as_if = standings_at(at, replace(campaign, policy=policy), history)
    pairs = [TwoReadings(one, other) for one, other in zip(as_is, as_if, strict=True)]
    order = {form: place for place, form in enumerate(forms)}
    asked = (pair for pair in pairs if pair.as_is.form in order)
    return tuple(sorted(asked, key=lambda pair: (order[pair.as_is.form], not pair.differs)))
