"""`tonghop doctor`: what is configured, what is reachable, what is wrong and how to mend it."""

from __future__ import annotations

import click

from service import doctor as examination
from service import wiring
from service.cli import context

UNWELL = 1


@click.command()
@click.option("--live", is_flag=True, help="Kiểm tra cả những điều chỉ biết được trên tài khoản Google thật.")
@click.pass_context
def doctor(ctx: click.Context, live: bool) -> None:
    """Kiểm tra cài đặt, cơ sở dữ liệu, bảng tính, tiến trình; mỗi mục một dòng, kèm cách khắc phục.

    Kết thúc bằng 0 khi mọi mục đều ổn, 1 khi có mục cần xem, 2 khi không mở được.
    """
    settings = context.settings()
    if live:
        context.note("--live cần tài khoản Google; phần này chưa có trong bản này, xem docs/verified.md.")
    with wiring.open_workspace(settings) as workspace:
        findings = list(examination.examine(settings, workspace))
    for finding in findings:
        click.secho(finding.line, fg=None if finding.is_well else "yellow")
    ctx.exit(0 if all(finding.is_well for finding in findings) else UNWELL)
