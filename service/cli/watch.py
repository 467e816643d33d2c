"""`tonghop watch`: the push channels, looked after by hand, and how each of them stands."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime

import click

from service import logs, pushes
from service.cli import context
from service.cli.context import now_option
from service.cli.processes import ENDING
from service.domain.instant_words import instant_words
from service.errors import ServiceError, SettingsError
from service.facts.records import ChannelKind
from service.pushes import ChannelState, WatchLine
from service.sheets.components import Component
from service.workspace import Workspace

UNWELL = 1
EVERY_SECONDS = 5.0
MOST_WARNINGS = 10
STATES = {
    ChannelState.GOOD: ("tốt", None),
    ChannelState.ASKED: ("chưa có trả lời", "yellow"),
    ChannelState.LAPSING: ("SẮP HẾT HẠN, chưa gia hạn được", "yellow"),
    ChannelState.LAPSED: ("ĐÃ HẾT HẠN", "red"),
    ChannelState.NONE: ("CHƯA CÓ", "red"),
    ChannelState.ENDING: ("đang thôi", None),
}
KINDS = {ChannelKind.FILE: "bảng tính", ChannelKind.CHANGES: "mọi thay đổi"}
HEAD = ("Bảng tính", "Kiểu", "Từ", "Đến", "Tin gần nhất", "Tình trạng")
log = logging.getLogger(__name__)


@click.command()
@click.option("--stop", "stops", is_flag=True, help="Thôi mọi kênh báo tin của đợt này.")
@click.option("--keep", "keeps", is_flag=True, help="Ở lại và gia hạn các kênh cho tới Ctrl-C.")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", help="Bảng hoặc JSON.")
@now_option
@click.pass_context
def watch(ctx: click.Context, stops: bool, keeps: bool, shape: str, now: datetime | None) -> None:
    """Lập, gia hạn và xem các kênh báo tin: bảng tính nào có sửa đổi thì dịch vụ bảng tính tự báo về.

    Kết thúc bằng 0 khi mọi kênh đều tốt, 1 khi có kênh cần xem, 2 khi không làm được.
    """
    if stops and keeps:
        raise click.UsageError("Chọn một trong --stop và --keep.", ctx)
    if keeps:
        logs.configure(context.settings().log)
    with context.workspace(now, Component.CONSOLIDATE, goes_on=keeps) as workspace:
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
    """Return where the channels are to lead, "" when none are wanted; SettingsError when nobody can send there."""
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
        click.echo(f"Đã thôi {count - left} kênh báo tin." if count else "Không có kênh báo tin nào.")
    if left:
        context.note(f"{left} kênh chưa thôi được: chạy lại sau ít phút, hoặc để chúng tự hết hạn.")
        ctx.exit(UNWELL)
    if workspace.settings.watch != pushes.OFF:
        context.note("tonghop serve, tonghop worker đang chạy sẽ lập lại; muốn thôi hẳn thì đặt TONGHOP_WATCH=off.")


def _keep(workspace: Workspace, address: str) -> None:
    """Renew until told to end; an outage of the database or the spreadsheets is waited out."""
    told_to_end = threading.Event()
    for number in ENDING:
        signal.signal(number, lambda _number, _frame: told_to_end.set())
    context.note("Đang giữ các kênh báo tin. Dừng: Ctrl-C.")
    while not told_to_end.wait(EVERY_SECONDS):
        try:
            pushes.ensure_channels(workspace, address)
        except ServiceError as error:
            log.error("channels cannot be kept: %s", error)  # noqa: TRY400 – an outage, not a slip of ours
    context.note("Đã dừng; các kênh còn sống tới hạn của chúng. Thôi hẳn: tonghop watch --stop.")


def _show(workspace: Workspace, address: str, shape: str) -> None:
    lines = pushes.lines(workspace)
    refusal = workspace.store.watches.watch_of(workspace.campaign.key).refusal
    if shape == "json":
        context.answer_json(_json(workspace, address, lines, refusal))
        return
    if workspace.settings.watch == pushes.OFF:
        click.echo("Báo tin đang tắt (TONGHOP_WATCH=off); dịch vụ tự quét định kỳ.")
    elif not lines:
        click.echo("Chưa có bảng tính nào để theo dõi. Chạy: tonghop provision.")
    else:
        click.echo(f"Báo tin gửi tới {address}")
    _print_table(workspace, lines)
    if refusal:
        click.secho(refusal, fg="yellow")
    troubled = pushes.lapsing(workspace)
    for line in troubled[:MOST_WARNINGS]:
        click.secho(_warning(workspace, line), fg="yellow")
    if len(troubled) > MOST_WARNINGS:
        click.secho(f"… và {len(troubled) - MOST_WARNINGS} bảng tính khác như vậy.", fg="yellow")


def _print_table(workspace: Workspace, lines: tuple[WatchLine, ...]) -> None:
    rows = [_cells(workspace, line) for line in lines]
    if not rows:
        return
    widths = [max(len(row[column]) for row in [HEAD, *rows]) + 2 for column in range(len(HEAD))]
    click.secho("".join(title.ljust(width) for title, width in zip(HEAD, widths, strict=True)).rstrip(), bold=True)
    for row, line in zip(rows, lines, strict=True):
        text = "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.secho(text, fg=STATES[line.state][1])


def _cells(workspace: Workspace, line: WatchLine) -> tuple[str, ...]:
    channel = line.channel
    since, until = (channel.created_at, channel.expires_at) if channel else (None, None)
    told = channel.told_at if channel else None
    instants = (_words(workspace, instant) for instant in (since, until, told))
    return (_name(workspace, line), KINDS[line.target.kind], *instants, STATES[line.state][0])


def _name(workspace: Workspace, line: WatchLine) -> str:
    target = line.target
    if target.kind is ChannelKind.CHANGES:
        return "(tất cả)"
    titles = {form.key: form.title for form in workspace.campaign.forms}
    title = titles.get(target.form, target.spreadsheet_id)
    return f"{title} ({target.shard + 1})" if target.shard else title


def _words(workspace: Workspace, instant: datetime | None) -> str:
    return instant_words(instant.replace(second=0, microsecond=0), workspace.campaign.zone) if instant else "–"


def _warning(workspace: Workspace, line: WatchLine) -> str:
    name = _name(workspace, line)
    if line.state is ChannelState.LAPSING and line.channel is not None:
        until = _words(workspace, line.channel.expires_at)
        return f"Cảnh báo: kênh của {name} hết hạn lúc {until} mà chưa gia hạn được. Chạy lại tonghop watch."
    return f"Cảnh báo: {name} không có kênh báo tin nào đang sống; sửa đổi chỉ được thấy khi quét định kỳ."


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
