"""`tonghop watch`: create, renew and list the push channels."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime

import click

from service import pushes
from service.cli import context, logs
from service.cli.context import now_option
from service.cli.processes import ENDING
from service.cli.words import Choice, command, language, option, print_word, word
from service.domain.instant_words import instant_words
from service.domain.titles import form_title_in
from service.errors import ServiceError, SettingsError
from service.facts.records import ChannelKind
from service.pushes import ChannelState, WatchLine
from service.sheets.components import Component
from service.workspace import Workspace

UNWELL = 1
EVERY_SECONDS = 5.0
MOST_WARNINGS = 10
STATES = {
    ChannelState.GOOD: ("cli.channel_good", None),
    ChannelState.ASKED: ("cli.channel_asked", "yellow"),
    ChannelState.LAPSING: ("cli.channel_lapsing", "yellow"),
    ChannelState.LAPSED: ("cli.channel_lapsed", "red"),
    ChannelState.NONE: ("cli.channel_none", "red"),
    ChannelState.ENDING: ("cli.channel_ending", None),
}
KINDS = {ChannelKind.FILE: "cli.channel_of_file", ChannelKind.CHANGES: "cli.channel_of_changes"}
HEAD = (
    "cli.watch_head_name",
    "cli.watch_head_kind",
    "cli.watch_head_since",
    "cli.watch_head_until",
    "cli.watch_head_last",
    "cli.watch_head_state",
)
log = logging.getLogger(__name__)


@command("cli.watch_about")
@option("--stop", "stops", is_flag=True, help="cli.watch_stop_help")
@option("--keep", "keeps", is_flag=True, help="cli.watch_keep_help")
@option("--format", "shape", type=Choice(["table", "json"]), default="table", help="cli.table_or_json")
@now_option
@click.pass_context
def watch(ctx: click.Context, stops: bool, keeps: bool, shape: str, now: datetime | None) -> None:
    """Create, renew and list the push channels; exit status 1 when one needs attention."""
    if stops and keeps:
        raise click.UsageError(word("cli.watch_stop_or_keep"), ctx)
    if keeps:
        logs.configure(context.settings().log, language=context.settings().lang)
    opening = context.workspace if stops else context.changing
    with opening(now, Component.CONSOLIDATE, goes_on=keeps) as workspace:
        if stops:
            _stop(ctx, workspace, shape)
            return
        address = _address(workspace)
        pushes.ensure_channels(workspace, address, take_over=address.startswith("https://"))
        _show(workspace, address, shape)
        if keeps:
            _keep(workspace, address)
        elif pushes.lapsing(workspace):
            ctx.exit(UNWELL)


def _address(workspace: Workspace) -> str:
    """Return where the channels are to lead, "" when none are wanted; SettingsError when no push can reach it."""
    if workspace.settings.watch == pushes.OFF:
        return ""
    fault = pushes.address_fault(workspace.settings)
    if fault:
        raise SettingsError(fault)
    return pushes.push_address(workspace.settings, workspace.settings.public_url)


def _stop(ctx: click.Context, workspace: Workspace, shape: str) -> None:
    count, left = pushes.stop_all(workspace)
    if shape == "json":
        context.answer_json({"stopped": count - left, "left": left})
    else:
        print_word("cli.watch_stopped" if count else "cli.watch_none_to_stop", count=count - left)
    if left:
        context.note(word("cli.watch_left", count=left))
        ctx.exit(UNWELL)
    if workspace.settings.watch != pushes.OFF:
        context.note(word("cli.watch_comes_back"))


def _keep(workspace: Workspace, address: str) -> None:
    """Renew until a signal ends it; an outage of the database or the spreadsheets is waited out."""
    ending = threading.Event()
    for number in ENDING:
        signal.signal(number, lambda _number, _frame: ending.set())
    context.note(word("cli.watch_keeping"))
    while not ending.wait(EVERY_SECONDS):
        try:
            pushes.ensure_channels(workspace, address)
        except ServiceError as error:
            log.error("channels cannot be kept: %s", error)  # noqa: TRY400 – an outage, not a slip of ours
    context.note(word("cli.watch_kept"))


def _show(workspace: Workspace, address: str, shape: str) -> None:
    lines = pushes.lines(workspace)
    refusal = workspace.store.watches.watch_of(workspace.campaign.key).refusal
    if shape == "json":
        context.answer_json(_json(workspace, address, lines, refusal))
        return
    if workspace.settings.watch == pushes.OFF:
        print_word("cli.watch_off")
    elif not lines:
        print_word("cli.watch_nothing")
    else:
        print_word("cli.watch_address", address=address)
    _print_table(workspace, lines)
    if refusal:
        click.secho(refusal, fg="yellow")
    troubled = pushes.lapsing(workspace)
    for line in troubled[:MOST_WARNINGS]:
        click.secho(_warning(workspace, line), fg="yellow")
    if len(troubled) > MOST_WARNINGS:
        click.secho(word("cli.watch_more_warnings", count=len(troubled) - MOST_WARNINGS), fg="yellow")


def _print_table(workspace: Workspace, lines: tuple[WatchLine, ...]) -> None:
    rows = [_cells(workspace, line) for line in lines]
    if not rows:
        return
    head = tuple(map(word, HEAD))
    widths = [max(len(row[column]) for row in [head, *rows]) + 2 for column in range(len(head))]
    click.secho("".join(title.ljust(width) for title, width in zip(head, widths, strict=True)).rstrip(), bold=True)
    for row, line in zip(rows, lines, strict=True):
        text = "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.secho(text, fg=STATES[line.state][1])


def _cells(workspace: Workspace, line: WatchLine) -> tuple[str, ...]:
    channel = line.channel
    since, until = (channel.created_at, channel.expires_at) if channel else (None, None)
    told = channel.told_at if channel else None
    instants = (_words(workspace, instant) for instant in (since, until, told))
    return (_name(workspace, line), word(KINDS[line.target.kind]), *instants, word(STATES[line.state][0]))


def _name(workspace: Workspace, line: WatchLine) -> str:
    target = line.target
    if target.kind is ChannelKind.CHANGES:
        return word("cli.channel_all")
    titles = {form.key: form_title_in(form, language()) for form in workspace.campaign.forms}
    title = titles.get(target.form, target.spreadsheet_id)
    return f"{title} ({target.shard + 1})" if target.shard else title


def _words(workspace: Workspace, instant: datetime | None) -> str:
    return (
        instant_words(instant.replace(second=0, microsecond=0), workspace.campaign.zone, language()) if instant else "–"
    )


def _warning(workspace: Workspace, line: WatchLine) -> str:
    name = _name(workspace, line)
    if line.state is ChannelState.LAPSING and line.channel is not None:
        until = _words(workspace, line.channel.expires_at)
        return word("cli.watch_lapsing", name=name, until=until)
    return word("cli.watch_unwatched", name=name)


def _json(workspace: Workspace, address: str, lines: tuple[WatchLine, ...], refusal: str) -> dict[str, object]:
    def text(instant: datetime | None) -> str | None:
        return instant.astimezone(workspace.campaign.zone).isoformat(timespec="seconds") if instant else None

    def shown(line: WatchLine) -> dict[str, object]:
        channel = line.channel
        return {
            "form": line.target.form or None,
            "shard": line.target.shard if line.target.kind is ChannelKind.FILE else None,
            "spreadsheet_id": line.target.spreadsheet_id or None,
            "kind": line.target.kind.value,
            "since": text(channel.created_at) if channel else None,
            "until": text(channel.expires_at) if channel else None,
            "last_message_at": text(channel.told_at) if channel else None,
            "state": line.state.value,
        }

    return {
        "mode": workspace.settings.watch,
        "address": address or None,
        "refusal": refusal or None,
        "channels": [shown(line) for line in lines],
    }
