"""`tonghop doctor`: what is configured, what is reachable, what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

import click

from service import clock as clocks
from service.cli import context
from service.doctor.examination import examine
from service.doctor.findings import Finding, State

COLOURS = {State.WELL: None, State.LOOK: "yellow", State.BROKEN: "red"}
EXIT = {State.WELL: 0, State.LOOK: 1, State.BROKEN: 2}
WORST_LAST = (State.WELL, State.LOOK, State.BROKEN)


@click.command()
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="Cách in kết quả.")
@click.pass_context
def doctor(ctx: click.Context, shape: str) -> None:
    """Kiểm tra cài đặt, khóa, cơ sở dữ liệu, bảng tính, tiến trình; mỗi mục một dòng, kèm cách khắc phục.

    Kết thúc bằng 0 khi mọi mục đều ổn, 1 khi có mục cần xem, 2 khi có chỗ hỏng làm dịch vụ không chạy được.
    """
    findings = list(_told(examine(context.settings(), clocks.system, context.note), aloud=shape == "text"))
    worst = max((finding.state for finding in findings), key=WORST_LAST.index)
    if shape == "json":
        context.answer_json({"state": worst.value, "findings": [finding.as_dict() for finding in findings]})
    elif worst is State.WELL:
        click.echo("Mọi mục đều ổn.")
    else:
        count = sum(finding.state is not State.WELL for finding in findings)
        click.echo(f"{count} mục cần xem, trong {len(findings)} mục.")
    ctx.exit(EXIT[worst])


def _told(findings: Iterable[Finding], *, aloud: bool) -> Iterable[Finding]:
    """Pass findings on, each printed as soon as it is known."""
    for finding in findings:
        if aloud:
            click.secho(finding.line, fg=COLOURS[finding.state])
        yield finding
