"""The whole examination, in the order in which one thing needs another."""

from __future__ import annotations

from collections.abc import Iterator

from service import wiring
from service.clock import Clock
from service.errors import ServiceError
from service.operations.doctor import (
    account,
    clock_skew,
    configuration,
    machine,
    mail_servers_check,
    printing,
    public_address,
    push_channels,
    season_work,
    sign_in,
    storage,
    workbook_health,
)
from service.operations.doctor.findings import Finding, State, guarded
from service.settings import Settings
from service.sheets import http
from service.sheets.components import Component
from service.workbooks.campaign_files import identified
from service.workspace import Progress, Workspace, silent
from sheets_schema.wording import message


def examine(settings: Settings, clock: Clock, progress: Progress = silent) -> Iterator[Finding]:
    """Yield every finding; what cannot be opened is one, and the rest is examined all the same."""
    yield Finding(message("doctor.spreadsheets_at"), State.OK, configuration.where(settings))
    yield from guarded(message("doctor.settings"), lambda: configuration.settings_of(settings))
    yield from guarded(message("doctor.public_address"), lambda: public_address.public_address_of(settings))
    yield from guarded(account.SUBJECT, lambda: account.account_of(settings))
    yield from guarded(message("doctor.sign_in"), lambda: sign_in.accounts_of(settings))
    yield from guarded(mail_servers_check.SMTP, lambda: mail_servers_check.servers_of(settings))
    yield from guarded(machine.SUBJECT, lambda: machine.data_folder_of(settings.data_dir))
    yield from guarded(printing.SUBJECT, printing.printing_of)
    yield from guarded(season_work.FOLDERS, lambda: season_work.folders_of(settings))
    yield from guarded(message("doctor.opening"), lambda: _opened(settings, clock, progress), State.FAILED)


def _opened(settings: Settings, clock: Clock, progress: Progress) -> Iterator[Finding]:
    with wiring.open_for_reading(settings, clock, component=Component.CONSOLIDATE, progress=progress) as workspace:
        http.hurry(workspace.sheets.client)
        yield from of_workspace(workspace)


def of_workspace(workspace: Workspace) -> Iterator[Finding]:
    """Yield the findings about a workspace that could be opened."""
    workspace = _identified(workspace)
    yield from guarded(season_work.CAMPAIGN, lambda: season_work.campaign_of(workspace))
    yield from guarded(season_work.DECLARATION, lambda: season_work.declaration_of(workspace))
    yield from guarded(mail_servers_check.TEMPLATES, lambda: _templates_of(workspace))
    yield from guarded(storage.SUBJECT, lambda: storage.database_of(workspace), State.FAILED)
    yield from guarded(storage.SPREADSHEETS, lambda: storage.spreadsheets_of(workspace), State.FAILED)
    yield from clock_skew.record_of(workspace)
    yield from guarded(clock_skew.SUBJECT, lambda: clock_skew.spreadsheets_clock(workspace))
    yield from guarded(message("doctor.workbooks"), lambda: workbook_health.workbooks_of(workspace))
    yield from guarded(workbook_health.MASTER, lambda: workbook_health.master_of(workspace))
    yield from guarded(push_channels.SUBJECT, lambda: push_channels.channels_of(workspace))
    yield from guarded(season_work.WORKER, lambda: season_work.work_of(workspace))


def _templates_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield the state of the templates where mails are used at all."""
    if workspace.campaign.mail.send or workspace.settings.smtp_url:
        yield from mail_servers_check.templates_of(workspace.settings, workspace.campaign.mail.language)
        yield from mail_servers_check.hold_of(workspace)


def _identified(workspace: Workspace) -> Workspace:
    """Return the workspace knowing our own address: we are no stranger in our files. An outage is reported below."""
    try:
        return identified(workspace)
    except ServiceError:
        return workspace
