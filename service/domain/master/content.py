"""What the master is made from, and what its sheets share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.domain.board_tasks import TaskStanding
from service.domain.consolidation import TabRead, Tally
from service.domain.standings import Standing
from service.domain.tables import Line, LineStyle, Link, Value, line
from sheets_schema.campaign import Campaign, Form, TableKind

PROGRESS = "Theo dõi tiến độ"
REGISTRATION = "Tổng hợp đăng ký"
REPORT = "Tổng hợp báo cáo"
PROBLEMS = "Cần sửa"
PLAN = "Kế hoạch"
CHARTS = "Biểu đồ"

# where a tab, or one of its cells, is opened
LinkTo = Callable[[str, int, str], str]


@dataclass(frozen=True, slots=True)
class MasterContent:
    """Everything the master is made from."""

    campaign: Campaign
    standings: tuple[Standing, ...]
    reads: tuple[TabRead, ...]
    tally: Tally
    board_tasks: tuple[TaskStanding, ...]
    link_to: LinkTo
    notices: tuple[str, ...] = ()  # what the board must know of how this was read


def title_of(campaign: Campaign, form: Form) -> str:
    """Return the title of the sheet that holds a form's entries."""
    usual = REGISTRATION if form.table is TableKind.OPEN else REPORT
    alike = [owed.form for owed in campaign.obligations if campaign.form(owed.form).table is form.table]
    return usual if alike[0] == form.key else f"Tổng hợp {form.title}"[:99]


def top(campaign: Campaign, title: str, stamp: str) -> list[Line]:
    """Return the lines every sheet begins with."""
    return [
        line(LineStyle.SUBTITLE, campaign.board.upper()),
        line(LineStyle.TITLE, title.upper()),
        line(LineStyle.SUBTITLE, campaign.title),
        line(LineStyle.STAMP, stamp),
    ]


def conservation(tally: Tally) -> str:
    """Say that every row read is accounted for."""
    return (
        f"Số dòng đọc được {tally.rows_in} = tổng hợp {tally.rows_out} + cần sửa {tally.rows_rejected}"
        f" + bỏ qua {tally.rows_skipped}."
    )


def tab_link(content: MasterContent, read: TabRead | None, cell: str = "", label: str = "Mở trang") -> Value:
    """Return a link to a tab or one of its cells; blank where there is no tab."""
    return Link(content.link_to(read.spreadsheet_id, read.sheet_id, cell), label) if read else ""
