"""“Biểu đồ”: the numbers behind the charts, and the charts over them."""

from __future__ import annotations

from service.domain.master.content import MasterContent
from service.domain.printed_tables import Chart, Line, LineStyle, Sheet, fixed, line
from service.domain.rates import rates


def charts_sheet(content: MasterContent) -> Sheet:
    """Return the numbers behind the charts, one block per obligation, and the charts over them."""
    campaign = content.campaign
    lines: list[Line] = [line(LineStyle.SUBTITLE, content.text("master.charts_heading"))]
    charts: list[Chart] = []
    header_keys = ("headings.on_time", "headings.late", "master.not_whole")
    found = rates(campaign, content.standings)
    for obligation in campaign.obligations:
        lines.append(line(LineStyle.BLANK))
        header = len(lines)
        lines.append(line(LineStyle.HEADER, obligation.title, *map(content.text, header_keys)))
        lines += [
            line(LineStyle.BODY, campaign.group(rate.group).name, rate.on_time, rate.sent_after_limit, rate.outstanding)
            for rate in found
            if rate.form == obligation.form and rate.group
        ]
        charts.append(Chart(obligation.title, header, len(lines), 0, (1, 2, 3)))
    widths = (260, 90, 90, 110, 60, 60, 60, 60, 60, 60)
    return Sheet(content.text("master.charts"), widths, (fixed("top", lines),), charts=tuple(charts))
