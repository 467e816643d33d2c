"""The master as tables: what the board reads and prints; every row names where it came from. Pure."""

from __future__ import annotations

from datetime import datetime

from service.domain.instant_words import instant_words
from service.domain.master.analysis_sheet import analysis_sheet
from service.domain.master.charts import charts_sheet
from service.domain.master.content import LinkTo, MasterContent
from service.domain.master.entries_sheet import entries_sheet
from service.domain.master.plan_sheet import plan_sheet
from service.domain.master.problems_sheet import problems_sheet
from service.domain.master.progress_sheet import progress_sheet
from service.domain.printed_tables import Sheet

__all__ = ["LinkTo", "MasterContent", "render"]


def render(content: MasterContent, changed_at: datetime) -> tuple[Sheet, ...]:
    """Return the master's sheets in order; `changed_at` is shown on them as the time of the last change."""
    campaign = content.campaign
    minute = changed_at.replace(second=0, microsecond=0)
    stamp = content.text("master.changed", instant=instant_words(minute, campaign.zone, content.language))
    return (
        progress_sheet(content, stamp),
        *(entries_sheet(content, obligation.form, stamp) for obligation in campaign.obligations),
        problems_sheet(content, stamp),
        analysis_sheet(content, stamp),
        plan_sheet(content, stamp),
        charts_sheet(content),
    )
