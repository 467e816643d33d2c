"""A unit's page: why it stands where it stands with each form, and what is to be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import flask

from service import workflows
from service.domain.wording import instant_words
from service.errors import SheetsError, UnknownNameError
from service.web import board, current, identity, queries
from service.web.findings import Finding, Findings
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Obligation, Unit

FINDINGS = "tonghop.findings"

units = flask.Blueprint("units", __name__, url_prefix="/units")


@dataclass(frozen=True, slots=True)
class LinkedFinding:
    """A finding and where its cell is opened."""

    finding: Finding
    url: str


@dataclass(frozen=True, slots=True)
class Owed:
    """One obligation on a unit's page."""

    title: str
    label: str
    lines: tuple[tuple[str, str], ...]  # what an explanation's line is about, and its text
    tab: str
    findings: tuple[LinkedFinding, ...]


@units.get("/<code>")
@identity.signed_in()
def page(code: str) -> str:
    """Show one unit."""
    identity.require_unit(code)
    workspace, words = current.workspace(), current.words()
    campaign = workspace.campaign
    unit = next((unit for unit in campaign.units if unit.code == code), None)
    if unit is None:
        raise UnknownNameError(words("no_unit", text=code[:60]))
    as_of = queries.read_instant(flask.request.args.get("as_of", ""), campaign.zone, words)
    at = as_of or workspace.clock()
    findings, source = _findings(workspace, unit, words)
    return flask.render_template(
        "unit.html",
        campaign=campaign,
        unit=unit,
        group=campaign.group(unit.group).name,
        at=board.moment_words(workspace, as_of, at),
        as_of=as_of.isoformat() if as_of else None,
        owed=[_owed(workspace, unit, obligation, at, findings) for obligation in campaign.obligations],
        source=source,
    )


def _owed(
    workspace: Workspace, unit: Unit, obligation: Obligation, at: datetime, findings: tuple[Finding, ...]
) -> Owed:
    explanation = workflows.explain(workspace, unit.code, obligation.form, at)
    tabs = workspace.store.tabs(workspace.campaign.key)
    tab = next((tab for tab in tabs if (tab.unit, tab.form) == (unit.code, obligation.form)), None)

    def url(cell: str = "") -> str:
        return current.tab_url(tab.spreadsheet_id, tab.sheet_id, cell) if tab else ""

    form_title = workspace.campaign.form(obligation.form).title
    return Owed(
        title=obligation.title,
        label=explanation.label,
        # the first two lines name the unit and the status, which stand in the headings
        lines=tuple(_split(line) for line in explanation.lines[2:]),
        tab=url(),
        findings=tuple(LinkedFinding(item, url(item.cell)) for item in findings if item.form == form_title),
    )


def _split(line: str) -> tuple[str, str]:
    heading, _, text = line.partition(": ")
    return heading, text


def _findings(workspace: Workspace, unit: Unit, words: Words) -> tuple[tuple[Finding, ...], str]:
    """Return what is to be corrected, and a sentence that says where this is from or why it is not there."""
    _, state = board.master_of(workspace)
    if state is None or state.published_at is None:
        return (), words("problems_unread")
    kept = cast("Findings", flask.current_app.extensions[FINDINGS])
    try:
        found = kept.of(unit.name, state, workspace)
    except SheetsError:
        return (), words("problems_unread")
    return found, words("problems_as_of", at=instant_words(state.published_at, workspace.campaign.zone))
