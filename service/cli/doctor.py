"""`tonghop doctor`: what is configured, what is reachable, what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

import click

from service import clock as clocks
from service.cli import context
from service.cli import live as trials
from service.operations.doctor.examination import examine
from service.operations.doctor.findings import Finding, State
from service.operations.doctor.live.session import Means
from sheets_schema.wording import Language

COLOURS = {State.OK: None, State.ATTENTION: "yellow", State.FAILED: "red"}
EXIT = {State.OK: 0, State.ATTENTION: 1, State.FAILED: 2}
WORST_LAST = tuple(State)


@click.command()
@click.option("--live", is_flag=True, help="Thử trên một bảng nháp những điều chỉ biết được trên tài khoản thật.")
@click.option(
    "--scratch", metavar="ĐỊA_CHỈ", default="", help="Với --live: bảng tính trống tự mang tới, trả lại như cũ."
)
@click.option(
    "--as", "another", metavar="KHÓA", default="", help="Với --live: khóa của tài khoản thứ hai, để thử vùng bảo vệ."
)
@click.option("--group", metavar="EMAIL", default="", help="Với --live: một nhóm Google, để thử chia sẻ không gửi thư.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="Cách in kết quả.")
@click.pass_context
def doctor(ctx: click.Context, /, live: bool, shape: str, **means: str) -> None:
    """Kiểm tra cài đặt, khóa, cơ sở dữ liệu, bảng tính, tiến trình; mỗi mục một dòng, kèm cách khắc phục.

    Kết thúc bằng 0 khi mọi mục đều ổn, 1 khi có mục cần xem, 2 khi có chỗ hỏng làm dịch vụ không chạy được.

    Với --live: chỉ thử những điều ghi ở docs/verified.md; 0 khi không điều nào sai, 1 khi có điều không đúng ở đây.
    """
    if live:
        trials.run(ctx, Means(**means), as_json=shape == "json")
    elif any(means.values()):
        raise click.UsageError("--scratch, --as, --group chỉ đi cùng --live.", ctx)
    settings = context.settings()
    language = Language(settings.lang)
    findings = list(_printed(examine(settings, clocks.system, context.show_progress), language, aloud=shape == "text"))
    worst = max((finding.state for finding in findings), key=WORST_LAST.index)
    if shape == "json":
        context.answer_json({"state": worst.value, "findings": [finding.as_dict(language) for finding in findings]})
    elif worst is State.OK:
        click.echo("Mọi mục đều ổn.")
    else:
        count = sum(finding.state is not State.OK for finding in findings)
        click.echo(f"{count} mục cần xem, trong {len(findings)} mục.")
    ctx.exit(EXIT[worst])


def _printed(findings: Iterable[Finding], language: Language, *, aloud: bool) -> Iterable[Finding]:
    """Pass findings on, each printed as soon as it is known."""
    for finding in findings:
        if aloud:
            click.secho(finding.line(language), fg=COLOURS[finding.state])
        yield finding
