"""What the dashboard's address asks: an instant, and which units to show. Nothing here knows Flask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.axes import Eligibility, Timeliness
from service.domain.standings import Standing
from service.web.failures import BadQueryError
from service.web.texts import Words
from sheets_schema.campaign import Campaign
from sheets_schema.text import fold, without_marks

EARLIEST, LATEST = 2000, 2100  # years; what lies beyond is a slip, and some instants there cannot be computed with
EXEMPT = Eligibility.EXEMPT.value
LONGEST_SEARCH = 200

# a plus sign typed into an address arrives as a space
_OFFSET_LOST = re.compile(r"(T[0-9:.]+) ([0-9]{2}:?[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for; blank parts ask for everything."""

    as_of: datetime | None = None
    form: str = ""
    group: str = ""
    timeliness: str = ""
    search: str = ""

    @property
    def filters(self) -> bool:
        """Say whether anything is left out."""
        return bool(self.form or self.group or self.timeliness or self.search)

    def shows(self, campaign: Campaign, standing: Standing) -> bool:
        """Say whether a standing is asked for."""
        unit = campaign.unit(standing.unit)
        timeliness = standing.timeliness.value if standing.timeliness else EXEMPT
        names = fold(" ".join((unit.code, unit.name, unit.short_name, *unit.aliases)))
        wanted = fold(self.search)
        return (
            self.form in ("", standing.form)
            and self.group in ("", unit.group)
            and self.timeliness in ("", timeliness)
            # people search without marks too
            and (wanted in names or wanted in without_marks(names))
        )


def read_query(args: Mapping[str, str], campaign: Campaign, words: Words) -> Query:
    """Read the address; raise BadQueryError with what is accepted."""
    return Query(
        as_of=read_instant(args.get("as_of", ""), campaign.zone, words),
        form=_one_of(args.get("form", ""), (item.form for item in campaign.obligations), words),
        group=_one_of(args.get("group", ""), (group.code for group in campaign.groups), words),
        timeliness=_one_of(args.get("timeliness", ""), (*(item.value for item in Timeliness), EXEMPT), words),
        search=args.get("q", "").strip()[:LONGEST_SEARCH],
    )


def read_instant(text: str, zone: ZoneInfo, words: Words) -> datetime | None:
    """Read an ISO instant, one without an offset in the campaign's zone; None when blank."""
    text = text.strip()
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(_OFFSET_LOST.sub(r"\1+\2", text))
    except ValueError:
        instant = None
    if instant is None or not EARLIEST <= instant.year < LATEST:
        raise BadQueryError(words("bad_as_of", text=text[:60]))
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def _one_of(text: str, known: Iterable[str], words: Words) -> str:
    text = text.strip()
    accepted = tuple(known)
    if text and text not in accepted:
        raise BadQueryError(words("bad_filter", text=text[:60], known=", ".join(accepted)))
    return text
