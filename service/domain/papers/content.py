"""What a paper is made from: the state of a campaign at an instant, and what papers say in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.domain.board_tasks import TaskStanding
from service.domain.contents import Contents
from service.domain.deadlines import Limit
from service.domain.history import History, Owed
from service.domain.instant_words import instant_words, limit_message, weekday
from service.domain.master.content import LinkTo
from service.domain.papers.account import Account, account
from service.domain.papers.records import PaperTable, Words
from service.domain.printed_tables import CellLink
from service.domain.standings import Standing
from sheets_schema.campaign import Campaign, ColumnRole, Field, FieldRole, Form, Group, Unit
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import SHEET_LANGUAGE, Language, message, text

BLANK = "…"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")


@dataclass(frozen=True, slots=True)
class PaperContent:
    """The campaign as declared at an instant, what was known then, and where it is opened."""

    campaign: Campaign
    at: datetime
    standings: tuple[Standing, ...]
    tasks: tuple[TaskStanding, ...]
    held: Mapping[Owed, Contents]
    history: History
    link_to: LinkTo
    label: str = ""  # of the frozen moment
    of_the_past: bool = True  # an instant that was asked for; the present is named by its minute
    more: tuple[PaperTable, ...] = ()  # annexes of the report that were asked for beside its own
    new_before: datetime | None = None  # the new date of a letter; None: by the campaign's days, or blank
    _by_owed: Mapping[Owed, Standing] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_owed", {(one.unit, one.form): one for one in self.standings})

    def text(self, key: str, **values: object) -> str:
        """Return a text of the papers; they are in the language of the sheets."""
        return text(f"papers.{key}", SHEET_LANGUAGE, **values)

    def standing(self, unit: str, form: str) -> Standing:
        """Return one unit's standing."""
        return self._by_owed[unit, form]

    def groups(self) -> Iterator[tuple[str, Group, tuple[Unit, ...]]]:
        """Yield the groups that have units, each with its Roman number."""
        shown = 0
        for one in self.campaign.groups:
            members = tuple(unit for unit in self.campaign.active_units if unit.group == one.code)
            if members:
                yield numeral(shown), one, members
                shown += 1

    def account(self, form: str) -> Account:
        """Count one obligation."""
        return account(self.campaign, form, self.standings, self.at)

    def account_words(self, forms: Sequence[str], language: Language = SHEET_LANGUAGE) -> tuple[str, ...]:
        """Return the sums of some obligations in words."""
        return tuple(self.account(form).words.text(language) for form in forms)

    @property
    def moment(self) -> str:
        """Return the count moment in the paper's words."""
        return self.moment_in(SHEET_LANGUAGE)

    def moment_in(self, language: Language) -> str:
        """Return the count moment in words."""
        at = self.at if self.of_the_past else self.at.replace(second=0, microsecond=0)
        return instant_words(at, self.campaign.zone, language)

    @property
    def moment_line(self) -> str:
        """Return the line that names the count moment, and its frozen name where it has one."""
        if self.label:
            return self.text("moment_named", at=self.moment, label=self.label)
        return self.text("moment", at=self.moment)

    def day(self, instant: datetime | None) -> str:
        """Return the day of an instant in the campaign's zone; blank without one."""
        return "" if instant is None else format_day(instant.astimezone(self.campaign.zone).date())

    def field_text(self, unit: str, form: str, role: FieldRole) -> str:
        """Return a value beside a unit's table; blank where there is none."""
        found, held = self.campaign.form(form).field(role), self.held.get((unit, form))
        return "" if found is None or held is None else _one(held, found)

    def document(self, unit: str) -> str:
        """Return a unit's deployment document as it named it: number and day."""
        for form in self.campaign.forms:
            if not form.needs_document:
                continue
            number = self.field_text(unit, form.key, FieldRole.DOCUMENT_NUMBER)
            day = self.field_text(unit, form.key, FieldRole.DOCUMENT_DATE)
            if number or day:
                return "\n".join(part for part in (number, day) if part)
            if self.field_text(unit, form.key, FieldRole.DOCUMENT_WITHIN):
                return self.text("document_within")
            if self.field_text(unit, form.key, FieldRole.DOCUMENT_LINK):
                return self.text("document_linked")
        return ""

    def link(self, held: Contents, cell: str) -> CellLink:
        """Return a link to a cell of a tab."""
        return CellLink(self.link_to(held.spreadsheet_id, held.sheet_id, cell), cell or held.unit)

    @property
    def plan_words(self) -> str:
        """Return the plan's number and date; blanks where the office has not set them."""
        number = self.campaign.plan_number or f"{BLANK}-KH/{self.campaign.letterhead.symbol or BLANK}"
        day = format_day(self.campaign.plan_date) if self.campaign.plan_date else BLANK
        return self.text("plan", number=number, day=day)

    def new_limit_of(self, limit: Limit) -> str:
        """Return the new date with its last day; a blank where no one set one.

        Days counted from now end no sooner than the limit itself.
        """
        days_on = self._days_on()
        before = self.new_before or (days_on and max(days_on, limit.due_before))
        if before is None:
            return self.text("new_limit_blank")
        zone = self.campaign.zone
        last = (before.astimezone(zone) - timedelta(microseconds=1)).date()
        words = limit_message(before, zone)
        if last == before.astimezone(zone).date():
            return words.text(SHEET_LANGUAGE)
        named = message("papers.new_limit", limit=words, day=format_day(last), weekday=weekday(last))
        return named.text(SHEET_LANGUAGE)

    def _days_on(self) -> datetime | None:
        days = self.campaign.letterhead.urging_days
        local = self.at.astimezone(self.campaign.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=days) if days else None


def counted(number: int) -> str:
    """Return a number as letters and reports write it: 09, 10."""
    return f"{number:02d}" if 0 < number < 10 else str(number)


def letterhead_words(content: PaperContent, symbol: str) -> dict[str, Words]:
    """Return what the head and the foot of a paper of the board say; numbers and days stay blank."""
    campaign, head = content.campaign, content.campaign.letterhead
    office = head.office or campaign.board
    place = content.text("place_and_date", place=campaign.place, year=campaign.year)
    return {
        "party": content.text("party"),
        "superior": head.superior.upper(),
        "office": office.upper(),
        "number": content.text("number", symbol=f"{symbol}/{head.symbol or BLANK}"),
        "place_date": place,
        "signer_title": [line.strip() for line in head.signer_title.splitlines() if line.strip()] or [BLANK],
        "signer_name": head.signer_name or BLANK,
        "board": campaign.board,
        "campaign": campaign.title,
        "year": str(campaign.year),
        "plan": content.plan_words,
        "moment": content.moment,
        "moment_line": content.moment_line,
    }


def recipients(content: PaperContent, first: Sequence[str]) -> list[str]:
    """Return the lines of "Nơi nhận": a comma after each, a full stop after the last."""
    filing = content.campaign.letterhead.filing
    lines = [line for line in (*first, filing) if line]
    stripped = [line.rstrip(",.;") for line in lines]
    return [f"- {line}{'.' if line is stripped[-1] else ','}" for line in stripped]


def numeral(index: int) -> str:
    """Return a Roman number, counted from 0."""
    return ROMAN[index] if index < len(ROMAN) else str(index + 1)


def own_columns(form: Form) -> tuple[str, ...]:
    """Return the keys of a form's columns but the ordinal's."""
    return tuple(column.key for column in form.columns if column.role is not ColumnRole.ORDINAL)


def _one(held: Contents, of: Field) -> str:
    return held.field_text(of).strip()
