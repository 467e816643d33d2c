"""Pages of a list: where a page begins, what it holds, the cursor of the next one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from service.web.api.models import Item
from service.web.failures import BadQueryError
from sheets_schema.campaign import Campaign
from sheets_schema.wording import message


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a list by form, by unit, by number on the tab; it outlives what stood there."""

    form: int
    unit: int
    number: int


BEFORE_ALL = Position(-1, -1, -1)


@dataclass(frozen=True, slots=True)
class Page:
    """Some items, and the cursor of those after them; `as_of` where the list is one of an instant."""

    items: tuple[Item, ...]
    after: str = ""
    as_of: datetime | None = None


def forms_of(campaign: Campaign) -> tuple[str, ...]:
    """Return the forms in the order of lists; the first is also that of lists without forms."""
    return tuple(owed.form for owed in campaign.obligations)


def read_position(text: str, campaign: Campaign) -> Position:
    """Read a cursor, blank for the beginning; BadQueryError for what is none."""
    if not text:
        return BEFORE_ALL
    form, _, rest = text.partition(":")
    unit, _, number = rest.rpartition(":")
    units = [one.code for one in campaign.units]
    if form not in forms_of(campaign) or unit not in units:
        raise BadQueryError(message("api.bad_cursor"))
    return Position(forms_of(campaign).index(form), units.index(unit), read_number(number))


def write_position(position: Position, campaign: Campaign) -> str:
    """Write a cursor."""
    return f"{forms_of(campaign)[position.form]}:{campaign.units[position.unit].code}:{position.number}"


def read_number(text: str) -> int:
    """Read a cursor that is a line's number; BadQueryError for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadQueryError(message("api.bad_cursor"))
    return int(text)


def page_of(found: Iterable[tuple[Position, Item]], start: Position, limit: int, campaign: Campaign) -> Page:
    """Take one page of what lies after a position; what is found comes in order and is not looked at further."""
    taken = list(islice(((place, item) for place, item in found if place > start), limit + 1))
    items = tuple(item for _, item in taken[:limit])
    after = write_position(taken[limit - 1][0], campaign) if len(taken) > limit else ""
    return Page(items, after)


def numbered_page(found: Iterable[tuple[int, Item]], limit: int) -> Page:
    """Take one page of numbered lines; one more than the page was looked for."""
    taken = list(found)
    after = str(taken[limit - 1][0]) if len(taken) > limit else ""
    return Page(tuple(item for _, item in taken[:limit]), after)
