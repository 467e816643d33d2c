"""“Theo dõi tiến độ”: every unit and obligation on four axes, and the rates of every group."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain import tab_faults
from service.domain.instant_words import instant_words
from service.domain.master.content import TOGETHER, MasterContent, conservation, tab_link, top
from service.domain.printed_tables import Block, Line, LineStyle, Sheet, fixed, line
from service.domain.rates import Rate, rates
from service.domain.standings import Standing
from sheets_schema.vietnamese.dates import format_day

PROGRESS_COLUMNS: tuple[tuple[str, int], ...] = (
    ("master.line_number", 45),
    ("headings.unit", 260),
    ("headings.group", 150),
    ("headings.obligation", 190),
    ("headings.status", 230),
    ("headings.eligibility", 110),
    ("headings.receipt", 150),
    ("headings.timeliness", 150),
    ("headings.received_at", 150),
    ("headings.days_late", 70),
    ("headings.review", 150),
    ("headings.entries", 70),
    ("headings.problems", 70),
    ("headings.due", 130),
    ("headings.last_day_of_limit", 90),
    ("headings.tab", 70),
)
RATE_COLUMNS = (
    "",
    "headings.group",
    "",
    "headings.obligation",
    "",
    "headings.expected",
    "headings.sent",
    "headings.on_time",
    "headings.late",
    "headings.unconfirmed",
    "headings.missing",
    "headings.exempt",
    "headings.entries",
    "headings.sent_share",
    "headings.on_time_share",
    "",
)


def progress_sheet(content: MasterContent, stamp: str) -> Sheet:
    """Return every unit's standing with every obligation, then the rates of every group."""
    campaign = content.campaign
    lines = top(campaign, content.text("master.progress_heading"), stamp)
    lines.append(line(LineStyle.NOTE, conservation(content, content.tally)))
    for fault in tab_faults.sentences(campaign, content.faults.values()):
        lines.append(line(LineStyle.NOTE, fault.text(content.language)))
    lines.append(line(LineStyle.HEADER, *(content.text(key) for key, _ in PROGRESS_COLUMNS)))
    below = [line(LineStyle.BLANK), line(LineStyle.SUBTITLE, content.text("master.rates_heading"))]
    below.append(line(LineStyle.HEADER, *(content.text(key) if key else "" for key in RATE_COLUMNS)))
    below += [_rate_line(content, rate) for rate in rates(campaign, content.standings)]
    below.append(line(LineStyle.NOTE, content.text("headings.shares_of")))
    blocks = (fixed("top", lines), *_standing_blocks(content), fixed("rates", below))
    widths = tuple(width for _, width in PROGRESS_COLUMNS)
    return Sheet(content.text("master.progress"), widths, blocks, frozenset({13, 14}))


def _standing_blocks(content: MasterContent) -> Iterator[Block]:
    for first in range(0, len(content.standings), TOGETHER):
        few = content.standings[first : first + TOGETHER]
        lines = [_standing_line(content, number, standing) for number, standing in enumerate(few, start=first + 1)]
        yield fixed(f"standings {first}", lines)


def _standing_line(content: MasterContent, index: int, standing: Standing) -> Line:
    campaign = content.campaign
    unit = campaign.unit(standing.unit)
    return line(
        LineStyle.BODY,
        index,
        unit.name,
        campaign.group(unit.group).name,
        campaign.obligation(standing.form).title,
        _status(content, standing),
        content.label(standing.eligibility),
        content.label(standing.receipt),
        standing.timeliness_label(content.language),
        instant_words(standing.received_at, campaign.zone, content.language) if standing.received_at else "",
        standing.days_late or "",
        content.label(standing.review),
        standing.entries,
        standing.problems,
        standing.limit.words.text(content.language),
        format_day(standing.limit.last_day),
        tab_link(content, content.tabs.get((standing.unit, standing.form))),
    )


def _status(content: MasterContent, standing: Standing) -> str:
    status = standing.label_in(content.language)
    is_at_fault = (standing.unit, standing.form) in content.faults
    return content.text("tab_faults.marked", status=status) if is_at_fault else status


def _rate_line(content: MasterContent, rate: Rate) -> Line:
    campaign = content.campaign
    return line(
        LineStyle.BODY if rate.group else LineStyle.TOTAL,
        "",
        campaign.group(rate.group).name if rate.group else content.text("headings.all"),
        "",
        campaign.obligation(rate.form).title,
        "",
        rate.expected,
        rate.sent,
        rate.on_time,
        rate.late,
        rate.unconfirmed,
        rate.missing,
        rate.exempt,
        rate.entries,
        rate.sent_share if rate.sent_share is not None else "",
        rate.on_time_share if rate.on_time_share is not None else "",
        "",
    )
