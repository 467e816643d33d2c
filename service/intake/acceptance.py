"""Taking a file into a unit's tab: its words written as a person's are, the file kept, the taking recorded once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from service import workflows
from service.consolidation.run import run_claimed
from service.domain.intakes import Intake
from service.domain.standings import Standing, standing_at
from service.errors import IntakeRefusedError
from service.facts.records import Claim
from service.intake.preview import IntakePreview, IntakeRequest, document_number, foresee
from service.intake.unit_tab import UnitTab, requests_of
from service.leases import campaign_lease
from service.sheets.verbs import Sheets
from service.workflows import DecisionOutcome
from service.workspace import Workspace
from sheets_schema.campaign import Unit
from sheets_schema.wording import joined, message

TRIGGER = "intake"


@dataclass(frozen=True, slots=True)
class IntakeOutcome:
    """What came of taking a file."""

    preview: IntakePreview
    unit: Unit
    intake: Intake  # as it is on record
    standing: Standing  # after it, by what is known so far
    repeated: bool  # it was on record already
    decision: DecisionOutcome | None = None  # that it was received


def accept(
    workspace: Workspace,
    asked: IntakeRequest,
    writer: Sheets | None = None,
    *,
    expected: str = "",
    token: str = "",
) -> IntakeOutcome:
    """Take a file into its unit's tab; IntakeRefusedError, and nothing written, while something is to be confirmed.

    `expected` is the fingerprint of the preview that was shown: where the tab changed since, nothing is written.
    `writer` are the spreadsheets as the person may use them, where that is not the service. What the tab held is read
    and kept first. The same file is recorded once.
    """
    workspace = workflows.as_declared(workspace)
    with campaign_lease(workspace) as claim:
        preview = _ready(workspace, asked, expected)
        if not preview.is_repeated and preview.plan is not None and preview.plan.writes:
            _keep_what_is_there(workspace, claim, preview)
            preview = _ready(workspace, asked, preview.fingerprint)
            _write(workspace, writer or workspace.sheets, preview)
        return _record(workspace, asked, preview, token)


def _ready(workspace: Workspace, asked: IntakeRequest, expected: str) -> IntakePreview:
    """Return the preview of what is taken; IntakeRefusedError says what speaks against it."""
    preview = foresee(workspace, asked)
    reasons = [*preview.faults, *(why for _, why in preview.doubts)]
    if reasons:
        raise IntakeRefusedError(joined(reasons))
    if expected and preview.fingerprint != expected and not preview.is_repeated:
        raise IntakeRefusedError(message("intake.tab_changed"))
    return preview


def _keep_what_is_there(workspace: Workspace, claim: Claim, preview: IntakePreview) -> None:
    """Read the tab as every run does where it holds words that are not kept yet: a version and a fact of them."""
    tab = _tab_of(preview)
    if not tab.held.rows and not tab.held.fields:
        return
    known = workspace.store.contents.read(workspace.campaign.key, tab.held.form, [tab.held.unit])
    if known and replace(known[0], seen_at=tab.held.seen_at) == tab.held:
        return
    run_claimed(workspace, TRIGGER, claim, [tab.place.spreadsheet_id])


def _tab_of(preview: IntakePreview) -> UnitTab:
    if preview.tab is None:  # a preview that is ready has one
        raise IntakeRefusedError(message("intake.tab_changed"))
    return preview.tab


def _write(workspace: Workspace, writer: Sheets, preview: IntakePreview) -> None:
    tab, plan = _tab_of(preview), preview.plan
    if plan is not None:
        requests = requests_of(preview.reading.form, tab, plan)
        writer.apply(tab.place.spreadsheet_id, requests)
        workspace.mark_edited(tab.place.spreadsheet_id)


def _record(workspace: Workspace, asked: IntakeRequest, preview: IntakePreview, token: str) -> IntakeOutcome:
    """Keep the file and record that it was taken, with the receipt that goes with it, all or nothing."""
    campaign, store = workspace.campaign, workspace.store
    unit, plan, file = preview.unit, preview.plan, preview.reading.file
    if unit is None or plan is None:  # a preview that is ready has both
        raise IntakeRefusedError(message("intake.tab_changed"))
    decision = None
    with store.alone(campaign.key):
        now = store.facts.stamp(campaign.key, workspace.clock())
        intake, repeated = preview.earlier, preview.is_repeated
        if intake is None or not repeated:
            intake = Intake(
                unit=unit.code,
                form=asked.form,
                recorded_at=now,
                actor=asked.actor,
                name=file.name,
                sha256=store.intakes.keep_file(file.content),
                size=file.size,
                mode=plan.mode,
                lines=plan.lines,
                fields=tuple(preview.reading.fields),
                received_at=asked.received_at,
                document=document_number(preview.reading),
            )
            store.intakes.record(campaign.key, intake)
            workspace.ask_for_run({(unit.code, asked.form)})
        if preview.decision is not None:
            decision = workflows.decide(workspace, [replace(preview.decision, recorded_at=now)], token=token)
        standing = standing_at(now, campaign, unit.code, asked.form, workspace.history(now, unit))
    return IntakeOutcome(preview, unit, intake, standing, repeated, decision)
