"""“Phân tích”: registered activities by content of the plan, group and week, added up from what each tab counted."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from service.domain.analysis.tab_counts import week_and_content
from service.domain.analysis.weeks import AFTER, BEFORE, UNDATED, WEEK, weeks_of
from service.domain.master.content import MasterContent, top
from service.domain.printed_tables import Line, LineStyle, Sheet, Value, fixed, line
from sheets_schema.campaign import TableKind, Unit
from sheets_schema.vietnamese.dates import format_day

UNSORTED = ""
WIDTHS = (330, 150, 150, 150, 150, 150, 110, 110, 110, 110)


def analysis_sheet(content: MasterContent, stamp: str) -> Sheet:
    """Return the counts of activities of units that have sent; what is only a draft is said to be left out."""
    counts = _Counts(content)
    lines = top(content.campaign, content.text("analysis.title"), stamp)
    lines.append(line(LineStyle.NOTE, content.text("analysis.suggestion_note")))
    lines.append(line(LineStyle.NOTE, counts.left_out()))
    lines += counts.by_group()
    lines += [line(LineStyle.BLANK), line(LineStyle.SUBTITLE, content.text("analysis.by_week"))]
    lines += counts.by_week()
    width = max(len(one.values) for one in lines)
    return Sheet(content.text("analysis.title"), (*WIDTHS, *[110] * width)[:width], (fixed("top", lines),))


class _Counts:
    def __init__(self, content: MasterContent) -> None:
        self.content = content
        self.campaign = content.campaign
        forms = [owed.form for owed in self.campaign.obligations]
        self.open = [form for form in forms if self.campaign.form(form).table is TableKind.OPEN]
        received = {(one.unit, one.form) for one in content.standings if one.is_received}
        self.groups: Counter[tuple[str, str]] = Counter()  # content, group
        self.weeks: Counter[tuple[str, str]] = Counter()  # week, content
        self.drafts, self.draft_units, self.sent_units = 0, 0, 0
        for unit in self.campaign.accounted_units:
            self._add(unit, received)

    def _add(self, unit: Unit, received: set[tuple[str, str]]) -> None:
        tabs = [
            (self.content.tabs[unit.code, form], form) for form in self.open if (unit.code, form) in self.content.tabs
        ]
        for tab, form in tabs:
            total = sum(tab.suggested.values())
            is_sent = tab.confirmed if unit.merged_into else (unit.code, form) in received
            self.sent_units += bool(is_sent and total)
            if not is_sent:
                self.drafts, self.draft_units = self.drafts + total, self.draft_units + bool(total)
                continue
            for week, content, count in week_and_content(tab.suggested):
                self.groups[content, unit.group] += count
                self.weeks[week, content] += count

    def left_out(self) -> str:
        """Return what the counts are made of and what they leave out."""
        total = sum(self.groups.values())
        said = self.content.text("analysis.counted", count=total, units=self.sent_units)
        if not self.drafts:
            return said
        return f"{said} {self.content.text('analysis.drafts', count=self.drafts, units=self.draft_units)}"

    def _contents(self) -> list[tuple[str, str]]:
        titles = [(item.code, f"{item.code}. {item.title}") for item in self.campaign.contents]
        return [*titles, (UNSORTED, self.content.text("analysis.unsorted"))]

    def by_group(self) -> list[Line]:
        """Return a line a content with a column a group, and the sums."""
        groups = [
            group for group in self.campaign.groups if any(u.group == group.code for u in self.campaign.accounted_units)
        ]
        all_of = self.content.text("headings.all")
        heading = [self.content.text("headings.content"), *(group.name for group in groups), all_of]
        lines = [line(LineStyle.HEADER, *heading)]
        for code, title in self._contents():
            counts: list[Value] = [self.groups[code, group.code] for group in groups]
            lines.append(line(LineStyle.BODY, title, *counts, sum(self.groups[code, group.code] for group in groups)))
        sums: list[Value] = [sum(self.groups[code, group.code] for code, _ in self._contents()) for group in groups]
        return [*lines, line(LineStyle.TOTAL, all_of, *sums, sum(self.groups.values()))]

    def by_week(self) -> list[Line]:
        """Return a line a week with a column a content, and the sums."""
        codes = [code for code, _ in self._contents()]
        all_of = self.content.text("headings.all")
        names = [code or self.content.text("analysis.unsorted_short") for code in codes]
        lines = [line(LineStyle.HEADER, self.content.text("analysis.week"), *names, all_of)]
        for week in weeks_of(self.campaign.window):
            counts: list[Value] = [self.weeks[week, code] for code in codes]
            lines.append(line(LineStyle.BODY, self._week(week), *counts, sum(self.weeks[week, code] for code in codes)))
        weeks = weeks_of(self.campaign.window)
        sums: list[Value] = [sum(self.weeks[week, code] for week in weeks) for code in codes]
        return [*lines, line(LineStyle.TOTAL, all_of, *sums, sum(self.weeks.values()))]

    def _week(self, week: str) -> str:
        window = self.campaign.window
        ends = {BEFORE: window.start, AFTER: window.end}
        if week in ends:
            return self.content.text(f"analysis.week_{week}", day=format_day(ends[week]))
        if week == UNDATED:
            return self.content.text("analysis.week_undated")
        monday = date.fromisoformat(week)
        return f"{format_day(monday)} – {format_day(monday + WEEK - timedelta(days=1))}"
