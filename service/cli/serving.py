"""The commands that stay: the web with its worker, the worker alone, the embedded Sheets server."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service import connections, data_folder, wiring
from service.cli import context, first_minute, logs
from service.cli.context import now_option
from service.cli.first_links import first_links
from service.cli.processes import ENDING, Bell, Household, Lifeline, Part
from service.cli.words import Choice, FilePath, Number, argument, command, group, language, option, print_word, word
from service.clock import Clock
from service.embedded.contract.quotas import Quota
from service.embedded.storage.bearer_tokens import mark_service_account
from service.embedded.storage.shared_drives import MEMBER_ROLES, create_drive
from service.mail_rooms import MailRooms
from service.operations.backup import in_place
from service.pushes import push_address
from service.seasons import installation, public_address, season_list
from service.settings import Settings, campaign_of
from service.sheets.components import Component
from service.web.season_site import SeasonSite
from service.web.server import gunicorn_server
from service.worker import SeasonWorkers, worker_name
from service.workspace import Workspace, silent

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOCAL = "127.0.0.1"
MOST_SHEETS_PROCESSES = 4
_EMAIL = re.compile(r"[^@\s]{1,120}@[^@\s]{1,120}")

port_type = Number(0, 65_535)
host_option = option(
    "--host",
    default=LOCAL,
    show_default=True,
    metavar="cli.metavar_address",
    help="cli.host_help",
)
data_option = option(
    "--data",
    "data_dir",
    type=FilePath(file_okay=False),
    metavar="cli.metavar_folder",
    help="cli.data_help",
)


@command("cli.serve_about")
@option(
    "--port",
    type=port_type,
    default=8080,
    show_default=True,
    envvar="PORT",
    metavar="cli.metavar_number",
    help="cli.port_help",
)
@host_option
@option("--no-worker", is_flag=True, help="cli.no_worker_help")
@now_option
def serve(port: int, host: str, no_worker: bool, now: datetime | None) -> None:
    """Open the dashboard and consolidate until interrupted."""
    settings = context.settings()
    logs.configure(settings.log, language=settings.lang)
    in_place.carry_out(settings)  # what an earlier start was killed in
    public_address.restart_begins(settings)
    listener = None
    if now is None and installation.is_undecided(os.environ, settings) and wiring.is_empty(settings):
        listener = gunicorn_server.listen(host, port)
        first_minute.ask(settings, listener)
    with (
        context.workspace(now, Component.CONSOLIDATE, goes_on=True, begins=True, learns=True) as workspace,
        contextlib.nullcontext() if no_worker else in_place.attended(workspace.settings),
    ):
        settings = workspace.settings
        serving_at = serve_workspace(workspace, port, host, works=not no_worker, listener=listener)
    if in_place.is_ordered(settings) or public_address.restart_begins(settings):
        in_place.carry_out(settings)
        # a process that never opened what was there before, at the same address
        os.execv(sys.executable, [*sys.orig_argv, "--port", str(serving_at)])  # noqa: S606 – this very command once more


def serve_workspace(
    workspace: Workspace, port: int, host: str = LOCAL, *, works: bool = True, listener: socket.socket | None = None
) -> int:
    """Serve web and worker over all seasons until told to end, or until another folder is to take this one's place.

    Exit status 1 when the web ended by itself. Without `works` there is the web alone. A `listener` is a socket that is
    open already. Return the port.
    """
    # connected before it forks: what is loaded is shared
    _ = workspace.sheets.client
    is_first_minute = listener is not None
    listener = listener or gunicorn_server.listen(host, port)
    season_list.restore_folders(workspace)
    working = replace(workspace, actor="worker", progress=silent)
    # what a page, a task or a hook makes due is done at once, without the worker asking all the time
    bell = Bell() if works else None
    workspace = replace(workspace, wake=bell.ring) if bell is not None else workspace
    application = SeasonSite(wiring.for_component(workspace, Component.WEB))
    address = gunicorn_server.address_of(listener)
    pushed_to = push_address(workspace.settings, address)
    parts = [Part("web", lambda lifeline: _serve_web(application, listener, lifeline))]
    if works:
        parts.append(Part("worker", lambda lifeline: _work(working, lifeline, pushed_to, bell), lasting=True))
    household = Household(parts, lambda: _is_to_start_again(workspace.settings, works=works))
    # the first page has shown its operator in
    links = [] if is_first_minute else first_links(workspace, listener.getsockname()[0], address)
    unbegun = () if is_first_minute else _unbegun(workspace)
    for sentence in (*unbegun, *links, *_greeting(workspace.settings, address)):
        click.echo(sentence)
    serving_at = int(listener.getsockname()[1])
    if not household.run():
        raise click.exceptions.Exit(1)
    listener.close()
    return serving_at


def _is_to_start_again(settings: Settings, *, works: bool) -> bool:
    return (works and in_place.is_ordered(settings)) or public_address.is_restart_asked(settings)


def _unbegun(workspace: Workspace) -> Iterator[str]:
    waiting = wiring.waiting_for_season(workspace)
    if waiting is not None:
        yield waiting.text(language())


def _greeting(settings: Settings, address: str) -> list[str]:
    sentences = [word("cli.dashboard_at", address=address), word("cli.health_at", address=address)]
    if settings.public_url != address and settings.sheets != "google":
        sentences.append(word("cli.links_lead_to", address=settings.public_url))
    if not settings.hook_secret:
        sentences.append(word("cli.hooks_off"))
    return [*sentences, word("cli.stop_with")]


def _serve_web(application: WSGIApplication, listener: socket.socket, lifeline: Lifeline | None) -> None:
    def end_arbiter() -> None:
        os.kill(os.getppid(), signal.SIGTERM)

    def on_fork() -> None:
        # watched where nothing forks any more; the arbiter ends when its process is told
        if lifeline is not None:
            lifeline.when_cut(end_arbiter)

    gunicorn_server.serve(application, listener, on_fork=on_fork)


@command("cli.worker_about")
@now_option
def worker(now: datetime | None) -> None:
    """Consolidate until interrupted, without any page."""
    logs.configure(context.settings().log, language=context.settings().lang)
    with context.workspace(now, Component.CONSOLIDATE, goes_on=True, begins=True, learns=True) as workspace:
        for sentence in _unbegun(workspace):
            click.echo(sentence)
        print_word("cli.worker_runs")
        _work(replace(workspace, actor="worker", progress=silent), None, push_address(workspace.settings))


def _work(workspace: Workspace, lifeline: Lifeline | None, pushed_to: str, bell: Bell | None = None) -> None:
    told_to_end, bell = threading.Event(), bell or Bell()

    def end() -> None:
        told_to_end.set()
        bell.ring()

    def wait(seconds: float) -> bool:
        bell.wait(seconds)
        return told_to_end.is_set()

    for number in ENDING:
        signal.signal(number, lambda _number, _frame: end())
    if lifeline is not None:
        lifeline.when_cut(end)
    if workspace.settings.sheets == "embedded":
        connections.courier(workspace.settings).start(told_to_end.wait)
    # a thread of its own: a slow mail server keeps no consolidation waiting
    rooms = MailRooms(workspace, worker_name())
    threading.Thread(target=rooms.run, args=(told_to_end.wait,), name="mail", daemon=True).start()
    SeasonWorkers(workspace, worker_name(), pushed_to).run(wait)


@group("cli.sheets_server_about", invoke_without_command=True)
@option("--port", type=port_type, metavar="cli.metavar_number", help="cli.sheets_port_help")
@data_option
@now_option
@option(
    "--quota",
    type=Choice(["none", "google"]),
    default="none",
    show_default=True,
    help="cli.quota_help",
)
@option(
    "--latency",
    type=Number(0, 60_000),
    default=0,
    show_default=True,
    metavar="MS",
    help="cli.latency_help",
)
@option("--drive-lag", is_flag=True, help="cli.drive_lag_help")
@click.pass_context
def sheets_server(  # noqa: PLR0913 – one parameter an option
    ctx: click.Context,
    port: int | None,
    data_dir: Path | None,
    now: datetime | None,
    quota: str,
    latency: int,
    drive_lag: bool,
) -> None:
    """Open the embedded spreadsheets over HTTP until interrupted."""
    settings = _over(data_dir)
    ctx.obj = settings
    if ctx.invoked_subcommand is not None:
        return
    if port is None:
        raise click.UsageError(word("cli.port_missing"), ctx)
    logs.configure(settings.log, language=settings.lang)
    clock = _clock(settings, now)
    application = connections.embedded_application(
        settings,
        clock,
        quota=Quota() if quota == "google" else None,
        latency=timedelta(milliseconds=latency),
        lags=drive_lag,
    )
    listener = gunicorn_server.listen(LOCAL, port)
    address = gunicorn_server.address_of(listener)
    print_word("cli.sheets_server_at", address=address)
    click.echo(_where_token_is(settings))
    print_word("cli.sheets_server_use", address=address)
    # threads begin where nothing forks any more; one that is cut off leaves its message to the next
    gunicorn_server.serve(
        application,
        listener,
        # a quota is counted within one process
        processes=1 if quota == "google" else min(os.cpu_count() or 1, MOST_SHEETS_PROCESSES),
        on_fork=lambda: connections.courier(settings).start(threading.Event().wait),
    )


@sheets_server.command(help="cli.token_about")
@argument("email", metavar="EMAIL")
@option(
    "--service-account",
    is_flag=True,
    help="cli.service_account_help",
)
@data_option
@click.pass_obj
def token(settings: Settings, email: str, service_account: bool, data_dir: Path | None) -> None:
    """Give an address a new access token."""
    _check_email(email, "EMAIL")
    chosen = _over(data_dir) if data_dir is not None else settings
    clock = _clock(chosen, None)
    if service_account:
        with connections.store_told():
            mark_service_account(data_folder.data_folder(chosen), email)
    click.echo(connections.unit_token(chosen, clock, email))


@sheets_server.command(help="cli.drive_about")
@argument("name", metavar="cli.metavar_name")
@option(
    "--member",
    "members",
    multiple=True,
    required=True,
    metavar="cli.metavar_member",
    help="cli.member_help",
)
@data_option
@click.pass_obj
def drive(settings: Settings, name: str, members: tuple[str, ...], data_dir: Path | None) -> None:
    """Create a shared drive for rehearsals."""
    roles: dict[str, str] = {}
    for member in members:
        email, _, role = member.partition("=")
        _check_email(email, "--member")
        if role not in MEMBER_ROLES:
            known = ", ".join(MEMBER_ROLES)
            raise click.BadParameter(word("cli.not_a_role", role=role, roles=known), param_hint="--member")
        roles[email] = role
    chosen = _over(data_dir) if data_dir is not None else settings
    with connections.store_told():
        click.echo(create_drive(data_folder.data_folder(chosen), name.strip(), roles, _clock(chosen, None)))


def _check_email(email: str, hint: str) -> None:
    if not _EMAIL.fullmatch(email):
        raise click.BadParameter(word("cli.not_an_email", email=email), param_hint=hint)


def _over(data_dir: Path | None) -> Settings:
    settings = context.settings()
    return settings if data_dir is None else replace(settings, data_dir=data_dir)


def _clock(settings: Settings, now: datetime | None) -> Clock:
    if now is not None and now.tzinfo is None:
        now = context.in_zone(now, campaign_of(settings).zone)
    return wiring.clock_for(settings, now, goes_on=True)


def _where_token_is(settings: Settings) -> str:
    if settings.embedded_token:
        return word("cli.token_in_setting")
    data_folder.owner_token(settings)
    return word("cli.token_in_file", path=data_folder.data_folder(settings) / data_folder.EMBEDDED_TOKEN_FILE)
