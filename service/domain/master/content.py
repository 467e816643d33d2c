"""What the master is made from, and what its sheets share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from service.domain.board_tasks import TaskStanding
from service.domain.consolidation import Tally
from service.domain.contents import Contents, TabSummary
from service.domain.history import Owed
from service.domain.intakes import Intake
from service.domain.printed_tables import CellLink, Line, LineStyle, Value, line
from service.domain.standing_labels import label_of
from service.domain.standings import Standing
from service.domain.tab_faults import TabFault
from sheets_schema.campaign import Campaign, Form, TableKind, Unit
from sheets_schema.wording import SHEET_LANGUAGE, Language, text

TOGETHER = 25  # units whose lines make one block, where a block a unit would be too many

# where a tab, or one of its cells, is opened
LinkTo = Callable[[str, int, str], str]
# what the tabs of these units hold for a form; those never read are left out
ContentsOf = Callable[[str, Sequence[str]], Mapping[str, Contents]]


def _nothing(_form: str, _units: Sequence[str]) -> Mapping[str, Contents]:
    return {}


@dataclass(frozen=True, slots=True)
class MasterContent:
    """Everything the master is made from; the words themselves are asked for where they are wanted."""

    campaign: Campaign
    standings: tuple[Standing, ...]
    board_tasks: tuple[TaskStanding, ...]
    link_to: LinkTo
    tabs: Mapping[Owed, TabSummary] = field(default_factory=dict)
    contents_of: ContentsOf = _nothing
    faults: Mapping[Owed, TabFault] = field(default_factory=dict)
    language: Language = SHEET_LANGUAGE
    intakes: Mapping[Owed, tuple[Intake, ...]] = field(default_factory=dict)  # files that were taken into tabs

    @property
    def tally(self) -> Tally:
        """Every row of every tab, accounted for."""
        return sum((tab.tally for tab in self.tabs.values()), Tally())

    def text(self, key: str, **values: object) -> str:
        """Return a text of the catalogues in the master's language."""
        return text(key, self.language, **values)

    def label(self, value: StrEnum) -> str:
        """Return the label of a value in the master's language."""
        return label_of(value, self.language)

    def units_of(self, form: str) -> tuple[Unit, ...]:
        """Return the units whose tab of a form was read, in the plan's order."""
        return tuple(unit for unit in self.campaign.accounted_units if (unit.code, form) in self.tabs)

    def name_of(self, unit: Unit) -> str:
        """Return a unit's name; of one that was merged with that of the unit it is part of now."""
        if not unit.merged_into:
            return unit.name
        return self.text("master.merged_unit", unit=unit.name, heir=self.campaign.unit(unit.merged_into).name)


def together(units: Sequence[Unit]) -> Iterator[tuple[str, Sequence[Unit]]]:
    """Yield units a few at a time, each few with a key that stays while they are the same."""
    for first in range(0, len(units), TOGETHER):
        few = units[first : first + TOGETHER]
        yield few[0].code, few


def title_of(content: MasterContent, form: Form) -> str:
    """Return the title of the sheet that holds a form's entries."""
    campaign = content.campaign
    usual = content.text("master.registration" if form.table is TableKind.OPEN else "master.report")
    alike = [owed.form for owed in campaign.obligations if campaign.form(owed.form).table is form.table]
    return usual if alike[0] == form.key else content.text("master.other_entries", form=form.title)[:99]


def top(campaign: Campaign, title: str, stamp: str) -> list[Line]:
    """Return the lines every sheet begins with."""
    return [
        line(LineStyle.SUBTITLE, campaign.board.upper()),
        line(LineStyle.TITLE, title.upper()),
        line(LineStyle.SUBTITLE, campaign.title),
        line(LineStyle.STAMP, stamp),
    ]


def conservation(content: MasterContent, tally: Tally) -> str:
    """Return the line that accounts for every row read."""
    return content.text(
        "master.conservation",
        read=tally.rows_in,
        kept=tally.rows_out,
        rejected=tally.rows_rejected,
        skipped=tally.rows_skipped,
    )


def tab_link(
    content: MasterContent, tab: TabSummary | Contents | None, cell: str = "", key: str = "headings.open_tab"
) -> Value:
    """Return a link to a tab or one of its cells; blank where there is no tab."""
    return CellLink(content.link_to(tab.spreadsheet_id, tab.sheet_id, cell), content.text(key)) if tab else ""
