"""The commands that stay: the web with its worker, the worker alone, the embedded Sheets server."""

from __future__ import annotations

import os
import re
import signal
import socket
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service import data_folder, logs, wiring
from service.cli import context
from service.cli.context import now_option
from service.cli.first_links import first_links
from service.cli.processes import ENDING, Household, Lifeline, Part
from service.clock import Clock
from service.embedded.contract.quotas import Quota
from service.embedded.storage.bearer_tokens import issue_token, mark_service_account
from service.embedded.storage.shared_drives import MEMBER_ROLES, create_drive
from service.pushes import push_address
from service.settings import Settings
from service.sheets.components import Component
from service.web.app import create_app
from service.web.server import gunicorn_server
from service.worker import Worker, worker_name
from service.workspace import Workspace, silent

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOCAL = "127.0.0.1"
_EMAIL = re.compile(r"[^@\s]{1,120}@[^@\s]{1,120}")

port_type = click.IntRange(0, 65_535)
host_option = click.option(
    "--host",
    default=LOCAL,
    show_default=True,
    metavar="ĐỊA_CHỈ",
    help="Nhận kết nối ở đâu; 0.0.0.0 là mọi nơi.",
)
data_option = click.option(
    "--data",
    "data_dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="THƯ_MỤC",
    help="Thư mục dữ liệu; không ghi là thư mục dịch vụ đang dùng (TONGHOP_DATA_DIR).",
)


@click.command()
@click.option(
    "--port",
    type=port_type,
    default=8080,
    show_default=True,
    envvar="PORT",
    metavar="SỐ",
    help="Cổng; 0 là cổng trống bất kỳ. Biến PORT có cùng tác dụng.",
)
@host_option
@click.option("--no-worker", is_flag=True, help="Không tự tổng hợp ở đây; đã có tonghop worker hoặc lịch chạy riêng.")
@now_option
def serve(port: int, host: str, no_worker: bool, now: datetime | None) -> None:
    """Mở bảng theo dõi trên trình duyệt, nhận tín hiệu sửa đổi và tự tổng hợp; dừng bằng Ctrl-C."""
    logs.configure(context.settings().log)
    with context.workspace(now, Component.CONSOLIDATE, goes_on=True) as workspace:
        serve_workspace(workspace, port, host, works=not no_worker)


def serve_workspace(workspace: Workspace, port: int, host: str = LOCAL, *, works: bool = True) -> None:
    """Serve web and worker over one workspace until told to end; exit status 1 when the web ended by itself.

    Without `works` there is the web alone.
    """
    listener = gunicorn_server.listen(host, port)
    application = create_app(wiring.for_component(workspace, Component.WEB))
    working = replace(workspace, actor="worker", progress=silent)
    address = gunicorn_server.address_of(listener)
    pushed_to = push_address(workspace.settings, address)
    parts = [Part("web", lambda lifeline: _serve_web(application, listener, lifeline))]
    if works:
        parts.append(Part("worker", lambda lifeline: _work(working, lifeline, pushed_to), lasting=True))
    household = Household(parts)
    links = first_links(workspace, listener.getsockname()[0], address)
    for sentence in (*links, *_greeting(workspace.settings, address)):
        click.echo(sentence)
    if not household.run():
        raise click.exceptions.Exit(1)


def _greeting(settings: Settings, address: str) -> list[str]:
    sentences = [f"Bảng theo dõi: {address}/", f"Tình trạng máy chủ: {address}/readyz"]
    if settings.public_url != address and settings.sheets != "google":
        sentences.append(
            f"Liên kết trên bảng tổng hợp dẫn tới {settings.public_url}; đổi bằng TONGHOP_PUBLIC_URL nếu không đúng."
        )
    if not settings.hook_secret:
        sentences.append("Chưa nhận tín hiệu sửa đổi (POST /hooks/sheet): đặt TONGHOP_HOOK_SECRET để bật.")
    return [*sentences, "Dừng: Ctrl-C."]


def _serve_web(application: WSGIApplication, listener: socket.socket, lifeline: Lifeline | None) -> None:
    def end_arbiter() -> None:
        os.kill(os.getppid(), signal.SIGTERM)

    def on_fork() -> None:
        # watched where nothing forks any more; the arbiter ends when its process is told
        if lifeline is not None:
            lifeline.when_cut(end_arbiter)

    gunicorn_server.serve(application, listener, on_fork=on_fork)


@click.command()
@now_option
def worker(now: datetime | None) -> None:
    """Chỉ chạy phần tự tổng hợp, không mở trang nào; chạy thêm trên máy khác cũng được; dừng bằng Ctrl-C."""
    logs.configure(context.settings().log)
    with context.workspace(now, Component.CONSOLIDATE, goes_on=True) as workspace:
        click.echo("Đang tự tổng hợp. Dừng: Ctrl-C.")
        _work(replace(workspace, actor="worker", progress=silent), None, push_address(workspace.settings))


def _work(workspace: Workspace, lifeline: Lifeline | None, pushed_to: str) -> None:
    told_to_end = threading.Event()
    for number in ENDING:
        signal.signal(number, lambda _number, _frame: told_to_end.set())
    if lifeline is not None:
        lifeline.when_cut(told_to_end.set)
    if workspace.settings.sheets == "embedded":
        wiring.courier(workspace.settings).start(told_to_end.wait)
    Worker(workspace, worker_name(), pushed_to).run(told_to_end.wait)


@click.group(invoke_without_command=True)
@click.option("--port", type=port_type, metavar="SỐ", help="Cổng trên 127.0.0.1; 0 là cổng trống bất kỳ.")
@data_option
@now_option
@click.option(
    "--quota",
    type=click.Choice(["none", "google"]),
    default="none",
    show_default=True,
    help="google: mỗi phút nhiều nhất 60 lần đọc và 60 lần ghi một người dùng, 300 tất cả; quá thì trả lời 429.",
)
@click.option(
    "--latency",
    type=click.IntRange(0, 60_000),
    default=0,
    show_default=True,
    metavar="MS",
    help="Mỗi câu trả lời chờ thêm bấy nhiêu phần nghìn giây, để diễn tập.",
)
@click.option("--drive-lag", is_flag=True, help="Giờ sửa tệp được báo chậm đến 3 phút, như Drive của Google.")
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
    """Mở máy chủ bảng tính đi kèm qua HTTP cho gspread và chương trình khác; dừng bằng Ctrl-C."""
    settings = _over(data_dir)
    ctx.obj = settings
    if ctx.invoked_subcommand is not None:
        return
    if port is None:
        raise click.UsageError("Thiếu --port SỐ.", ctx)
    logs.configure(settings.log)
    clock = _clock(settings, now)
    application = wiring.embedded_application(
        settings,
        clock,
        quota=Quota() if quota == "google" else None,
        latency=timedelta(milliseconds=latency),
        lags=drive_lag,
    )
    listener = gunicorn_server.listen(LOCAL, port)
    address = gunicorn_server.address_of(listener)
    click.echo(f"Máy chủ bảng tính: {address}")
    click.echo(_where_token_is(settings))
    click.echo(f"Dịch vụ dùng máy chủ này khi đặt TONGHOP_SHEETS={address}. Dừng: Ctrl-C.")
    # threads begin where nothing forks any more; one that is cut off leaves its message to the next
    gunicorn_server.serve(application, listener, on_fork=lambda: wiring.courier(settings).start(threading.Event().wait))


@sheets_server.command()
@click.argument("email", metavar="EMAIL")
@click.option(
    "--service-account",
    is_flag=True,
    help="Địa chỉ này từ nay là tài khoản dịch vụ như ở Google: không sở hữu được tệp nào.",
)
@data_option
@click.pass_obj
def token(settings: Settings, email: str, service_account: bool, data_dir: Path | None) -> None:
    """Cấp mã truy cập mới cho một địa chỉ; mã chỉ hiện một lần."""
    _check_email(email, "EMAIL")
    chosen = _over(data_dir) if data_dir is not None else settings
    clock = _clock(chosen, None)
    if service_account:
        mark_service_account(data_folder.data_folder(chosen), email)
    click.echo(issue_token(data_folder.data_folder(chosen), email, clock))


@sheets_server.command()
@click.argument("name", metavar="TÊN")
@click.option(
    "--member",
    "members",
    multiple=True,
    required=True,
    metavar="EMAIL=VAI_TRÒ",
    help=f"Thành viên và vai trò ({', '.join(MEMBER_ROLES)}); ghi nhiều lần được.",
)
@data_option
@click.pass_obj
def drive(settings: Settings, name: str, members: tuple[str, ...], data_dir: Path | None) -> None:
    """Lập một ổ dùng chung (shared drive) để diễn tập; in mã của nó, dùng cho TONGHOP_FILES=drive:MÃ."""
    if not name.strip():
        raise click.BadParameter("tên đang trống.", param_hint="TÊN")
    roles: dict[str, str] = {}
    for member in members:
        email, _, role = member.partition("=")
        _check_email(email, "--member")
        if role not in MEMBER_ROLES:
            raise click.BadParameter(
                f"“{role}” không phải là vai trò: {', '.join(MEMBER_ROLES)}.", param_hint="--member"
            )
        roles[email] = role
    chosen = _over(data_dir) if data_dir is not None else settings
    click.echo(create_drive(data_folder.data_folder(chosen), name.strip(), roles, _clock(chosen, None)))


def _check_email(email: str, hint: str) -> None:
    if not _EMAIL.fullmatch(email):
        raise click.BadParameter(f"“{email}” không phải là địa chỉ thư điện tử.", param_hint=hint)


def _over(data_dir: Path | None) -> Settings:
    settings = context.settings()
    return settings if data_dir is None else replace(settings, data_dir=data_dir)


def _clock(settings: Settings, now: datetime | None) -> Clock:
    if now is not None and now.tzinfo is None:
        now = context.in_zone(now, wiring.campaign_of(settings).zone)
    return wiring.clock_for(settings, now, goes_on=True)


def _where_token_is(settings: Settings) -> str:
    if settings.embedded_token:
        return "Mã truy cập của chủ: theo TONGHOP_EMBEDDED_TOKEN."
    data_folder.owner_token(settings)
    return f"Mã truy cập của chủ: trong tệp {data_folder.data_folder(settings) / 'embedded-token'}."


ALL: tuple[click.Command, ...] = (serve, worker, sheets_server)
