"""“Kế hoạch”: limits, contents, the board's own tasks, slogans."""

from __future__ import annotations

from datetime import timedelta

from service.domain import deadlines
from service.domain.board_tasks import TaskStanding
from service.domain.master.content import (
    PLAN,
    MasterContent,
    top,
)
from service.domain.printed_tables import Line, LineStyle, Sheet, fixed, line
from sheets_schema.campaign import Campaign, Obligation
from sheets_schema.vietnamese.dates import format_day


def plan_sheet(content: MasterContent, stamp: str) -> Sheet:
    """Return the plan as the campaign declares it, with the state of the board's own tasks."""
    campaign = content.campaign
    lines = top(campaign, "Kế hoạch", stamp)
    lines.append(line(LineStyle.NOTE, _plan_name(campaign)))
    lines.append(line(LineStyle.HEADER, "Mục", "Nội dung", "Thời hạn", "Hết ngày", "Tình trạng"))
    lines.append(line(LineStyle.GROUP, "", "Nội dung các đơn vị phải gửi"))
    lines += [_obligation_line(campaign, obligation) for obligation in campaign.obligations]
    lines.append(line(LineStyle.GROUP, "", "Nội dung, hình thức"))
    lines += [line(LineStyle.BODY, item.code, item.text) for item in campaign.contents]
    lines.append(line(LineStyle.GROUP, "", f"Nhiệm vụ của {campaign.board}"))
    lines += [_task_line(campaign, standing) for standing in content.board_tasks]
    lines.append(line(LineStyle.GROUP, "", "Khẩu hiệu tuyên truyền"))
    lines += [line(LineStyle.BODY, number, item.text) for number, item in enumerate(campaign.slogans, start=1)]
    lines.append(line(LineStyle.GROUP, "", "Nơi nhận"))
    lines += [line(LineStyle.BODY, "", text) for text in campaign.recipients]
    return Sheet(PLAN, (60, 760, 170, 110, 260), (fixed("top", lines),))


def _plan_name(campaign: Campaign) -> str:
    number = campaign.plan_number or "…"
    day = format_day(campaign.plan_date) if campaign.plan_date else "…"
    return f"Kế hoạch số {number}, ngày {day}."


def _obligation_line(campaign: Campaign, obligation: Obligation) -> Line:
    limit = deadlines.effective_limit(obligation, (), campaign.zone)
    warning = deadlines.rest_day_warning(limit) or ""
    return line(LineStyle.BODY, "", obligation.title, obligation.words, format_day(limit.last_day), warning)


def _task_line(campaign: Campaign, standing: TaskStanding) -> Line:
    task = standing.task
    last = format_day(task.due_before.astimezone(campaign.zone).date() - timedelta(days=1)) if task.due_before else ""
    state = standing.label + (f" ngày {format_day(standing.done_on)}" if standing.done_on else "")
    return line(LineStyle.BODY, task.code, task.text, task.words, last, state)
