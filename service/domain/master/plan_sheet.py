"""“Kế hoạch”: limits, contents, the board's own tasks, slogans."""

from __future__ import annotations

from datetime import timedelta

from service.domain import deadlines
from service.domain.board_tasks import TaskStanding
from service.domain.master.content import MasterContent, top
from service.domain.plan_words import plan_name
from service.domain.printed_tables import Line, LineStyle, Sheet, fixed, line
from sheets_schema.campaign import Obligation
from sheets_schema.vietnamese.dates import format_day

HEADINGS = ("master.item", "headings.content", "headings.timeliness", "headings.last_day_of_limit", "headings.status")


def plan_sheet(content: MasterContent, stamp: str) -> Sheet:
    """Return the plan as the campaign declares it, with the state of the board's own tasks."""
    campaign = content.campaign
    lines = top(campaign, content.text("master.plan"), stamp)
    lines.append(line(LineStyle.NOTE, plan_name(campaign).text(content.language)))
    lines.append(line(LineStyle.HEADER, *map(content.text, HEADINGS)))
    lines.append(_heading(content, "owed"))
    lines += [_obligation_line(content, obligation) for obligation in campaign.obligations]
    lines.append(_heading(content, "contents"))
    lines += [line(LineStyle.BODY, item.code, item.text) for item in campaign.contents]
    lines.append(_heading(content, "board_tasks", board=campaign.board))
    lines += [_task_line(content, standing) for standing in content.board_tasks]
    lines.append(_heading(content, "slogans"))
    lines += [line(LineStyle.BODY, number, item.text) for number, item in enumerate(campaign.slogans, start=1)]
    lines.append(_heading(content, "recipients"))
    lines += [line(LineStyle.BODY, "", text) for text in campaign.recipients]
    return Sheet(content.text("master.plan"), (60, 760, 170, 110, 260), (fixed("top", lines),))


def _heading(content: MasterContent, name: str, **values: str) -> Line:
    return line(LineStyle.GROUP, "", content.text(f"master.{name}", **values))


def _obligation_line(content: MasterContent, obligation: Obligation) -> Line:
    limit = deadlines.effective_limit(obligation, (), content.campaign.zone)
    warning = deadlines.rest_day_warning(limit)
    shown = warning.text(content.language) if warning else ""
    words = limit.words.text(content.language)
    return line(LineStyle.BODY, "", obligation.title, words, format_day(limit.last_day), shown)


def _task_line(content: MasterContent, standing: TaskStanding) -> Line:
    task, zone = standing.task, content.campaign.zone
    last = format_day(task.due_before.astimezone(zone).date() - timedelta(days=1)) if task.due_before else ""
    state = standing.label_in(content.language)
    if standing.done_on:
        state = content.text("master.done_on", state=state, day=format_day(standing.done_on))
    return line(LineStyle.BODY, task.code, task.text, task.words, last, state)
