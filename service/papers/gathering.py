"""What a paper is made from, read from the record as of an instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from service import workflows
from service.consolidation.contents_loader import contents_in_order
from service.domain.board_tasks import board_tasks_at
from service.domain.contents import Contents
from service.domain.history import Owed
from service.domain.papers import Paper, PaperContent, PaperName, PaperRequest, write_paper
from service.domain.standings import standings_at
from service.domain.succession import unit_then
from service.errors import PaperError, UnknownNameError
from service.workspace import Workspace
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import message


def paper_of(
    workspace: Workspace,
    asked: PaperRequest,
    as_of: datetime | None = None,
    *,
    label: str = "",
    new_before: datetime | None = None,
) -> tuple[Paper, PaperContent]:
    """Return a paper with what it was made from: now, or as of an instant.

    UnknownNameError for a unit or form that was not declared then; PaperError where the paper has nothing to say, or
    its new date has passed.
    """
    at = as_of or workspace.clock()
    if new_before is not None and new_before <= at:
        raise PaperError(message("papers.new_date_passed", day=format_day(new_before.date())))
    then = workflows.as_declared(workspace, at)
    unit = asked.unit
    if unit:
        found = unit_then(workspace.campaign, then.campaign, unit)
        if found is None:
            raise UnknownNameError(message("explanation.not_on_roster", unit=unit))
        unit = found.code
    known = {one.form for one in then.campaign.obligations}
    if asked.form and asked.form not in known:
        raise UnknownNameError(message("papers.no_form", form=asked.form, known=", ".join(sorted(known))))
    content = gather(then, at, as_of is not None, label=label, new_before=new_before)
    if asked.analysed and asked.name is PaperName.SUMMARY:
        from service.papers.analysis_annexes import analysis_annexes  # noqa: PLC0415 – loads pandas

        content = replace(content, more=analysis_annexes(workspace, as_of))
    return write_paper(replace(asked, unit=unit), content), content


def gather(
    workspace: Workspace, at: datetime, of_the_past: bool, *, label: str = "", new_before: datetime | None = None
) -> PaperContent:
    """Return the state of the campaign at an instant, with every word that was received by then."""
    campaign = workspace.campaign
    history = workspace.history(at)
    forms = [one.form for one in campaign.obligations]
    return PaperContent(
        campaign=campaign,
        at=at,
        standings=standings_at(at, campaign, history),
        tasks=board_tasks_at(at, campaign, history.board_tasks),
        held=_held(workspace, forms, at if of_the_past else None),
        history=history,
        link_to=workspace.link_to,
        label=label,
        of_the_past=of_the_past,
        new_before=new_before,
    )


def _held(workspace: Workspace, forms: list[str], as_of: datetime | None) -> dict[Owed, Contents]:
    units = [unit.code for unit in workspace.campaign.accounted_units]
    owed = [(unit, form) for form in forms for unit in units]
    found = contents_in_order(workspace.store, workspace.campaign.key, owed, as_of)
    return {(one.unit, one.form): one for one in found}


def frozen_label(workspace: Workspace, text: str) -> str:
    """Return the name of the frozen moment that a text means, as it was given; blank for an instant."""
    found = workflows.frozen(workspace, text)
    return found.label if found else ""
