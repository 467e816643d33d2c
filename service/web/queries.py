"""What the dashboard's address asks: an instant, and which units to show. Nothing here knows Flask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.standing_labels import Eligibility, Receipt, Review, Timeliness
from service.domain.standings import Standing
from service.domain.typed_instants import read_instant
from service.web.failures import BadQueryError
from sheets_schema.campaign import Campaign, Unit
from sheets_schema.vietnamese.folding import fold, without_marks
from sheets_schema.wording import message

EXEMPT = Eligibility.EXEMPT.value
LONGEST_SEARCH = 200
MOST_PAGES = 100_000
# the columns of the table of units that can be sorted by, a minus before one turns it round
SORTS = (
    "unit",
    "status",
    "eligibility",
    "receipt",
    "timeliness",
    "review",
    "received_at",
    "days_late",
    "entries",
    "problems",
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for; blank parts ask for everything."""

    as_of: datetime | None = None
    form: str = ""
    group: str = ""
    timeliness: str = ""
    search: str = ""
    receipt: str = ""
    review: str = ""
    sort: str = ""  # one of SORTS, perhaps with a minus; blank: the plan's order, group by group
    page: int = 1  # of the tables of units

    @property
    def filters(self) -> bool:
        """Return True if anything is left out."""
        return bool(self.form or self.group or self.timeliness or self.search or self.receipt or self.review)

    @property
    def moved_args(self) -> dict[str, str]:
        """Return it as the arguments of an address of another moment."""
        return {name: text for name, text in self.as_args.items() if name != "as_of"}

    @property
    def as_args(self) -> dict[str, str]:
        """Return it as an address's arguments, the page apart."""
        args = {
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "form": self.form,
            "group": self.group,
            "timeliness": self.timeliness,
            "receipt": self.receipt,
            "review": self.review,
            "q": self.search,
            "sort": self.sort,
        }
        return {name: text for name, text in args.items() if text}

    def shows(self, campaign: Campaign, standing: Standing) -> bool:
        """Return True if a standing is asked for."""
        unit = campaign.unit(standing.unit)
        timeliness = standing.timeliness.value if standing.timeliness else EXEMPT
        return (
            self.form in ("", standing.form)
            and self.group in ("", unit.group)
            and self.timeliness in ("", timeliness)
            and self.receipt in ("", standing.receipt)
            and self.review in ("", standing.review)
            and (not self.search or self._is_searched(unit))
        )

    def _is_searched(self, unit: Unit) -> bool:
        wanted = fold(self.search)
        names = fold(" ".join((unit.code, unit.name, unit.short_name, *unit.aliases)))
        # people search without marks too
        return wanted in names or wanted in without_marks(names)


def read_query(args: Mapping[str, str], campaign: Campaign, as_of: datetime | None = None) -> Query:
    """Read the address, its moment apart; raise BadQueryError with what is accepted."""
    return Query(
        as_of=as_of,
        form=one_of(args.get("form", ""), (item.form for item in campaign.obligations)),
        group=one_of(args.get("group", ""), (group.code for group in campaign.groups)),
        timeliness=one_of(args.get("timeliness", ""), (*(item.value for item in Timeliness), EXEMPT)),
        search=args.get("q", "").strip()[:LONGEST_SEARCH],
        receipt=one_of(args.get("receipt", ""), Receipt),
        review=one_of(args.get("review", ""), Review),
        sort=one_of(args.get("sort", ""), (*SORTS, *(f"-{name}" for name in SORTS))),
        page=read_page(args.get("page", "")),
    )


def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Read an instant; None when blank."""
    return read_instant(text, zone) if text.strip() else None


def read_page(text: str) -> int:
    """Read the number of a page, 1 when blank."""
    number = read_number(text)
    if number is not None and number > MOST_PAGES:
        raise BadQueryError(message("web.bad_page", text=text[:60]))
    return number or 1


def pages_of(asked: int, count: int, a_page: int) -> tuple[int, int]:
    """Return which page of so long a list is shown, the last one where fewer are there, and which is the last."""
    last = max(1, -(-count // a_page))
    return min(asked, last), last


def read_number(text: str) -> int | None:
    """Read a number from 1 on, None when blank."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise BadQueryError(message("web.bad_page", text=text[:60]))
    return int(text)


def one_of(text: str, known: Iterable[str]) -> str:
    """Return a choice, "" when blank; BadQueryError names those there are."""
    text = text.strip()
    accepted = tuple(known)
    if text and text not in accepted:
        raise BadQueryError(message("web.bad_filter", text=text[:60], known=", ".join(accepted)))
    return text
