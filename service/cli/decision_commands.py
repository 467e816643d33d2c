"""What people decide: extension, paper receipt, exemption, return, acceptance, nil; and the board's own tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import click

from service import workflows
from service.cli import context
from service.cli.context import INSTANT, INSTANT_HELP, now_option
from service.domain.decisions import BoardTaskDone, Decision, DecisionKind
from service.domain.standing_labels import label_of
from service.errors import UnknownNameError
from sheets_schema.wording import Language

Command = Callable[..., None]
Said = tuple[str, str, datetime | None]  # reason, document, --now


def _decision_options(command: Command) -> Command:
    for option in (
        now_option,
        click.option("--document", default="", metavar="SỐ", help="Số, ký hiệu văn bản làm căn cứ."),
        click.option("--reason", default="", metavar="CHỮ", help="Lý do."),
        click.option("--form", "form_key", required=True, metavar="MẪU", help="Mẫu, ví dụ registration hoặc report."),
        click.argument("unit", metavar="ĐƠN_VỊ"),
    ):
        command = option(command)
    return command


def _decide(
    kind: DecisionKind,
    unit: str,
    form_key: str,
    said: Said,
    *,
    before: datetime | None = None,
    received_at: datetime | None = None,
) -> None:
    reason, document, now = said
    with context.workspace(now) as workspace:
        campaign = workspace.campaign
        decision = Decision(
            kind=kind,
            unit=context.unit_named(campaign, unit).code,
            form=context.owed_forms(campaign, form_key)[0],
            recorded_at=workspace.clock(),
            actor=workspace.actor,
            reason=reason.strip(),
            document=document.strip(),
            before=context.in_zone(before, campaign.zone) if before else None,
            received_at=context.in_zone(received_at, campaign.zone) if received_at else None,
        )
        standing = workflows.decide(workspace, decision)
        name = campaign.unit(decision.unit).name
        language = Language(workspace.settings.lang)
    click.echo(f"Đã ghi: {label_of(kind, language)}, {name}, {campaign.form(decision.form).title}.")
    click.echo(f"Tình trạng: {standing.label_in(language)}. Hạn: {standing.limit.full_words.text(language)}.")
    if not decision.reason or not decision.document:
        context.note("Nên ghi cả --reason và --document để giải thích được về sau.")


@click.command()
@_decision_options
@click.option("--before", type=INSTANT, required=True, metavar="ISO", help="Hạn mới: phải gửi trước. " + INSTANT_HELP)
def extend(unit: str, form_key: str, reason: str, document: str, now: datetime | None, before: datetime) -> None:
    """Gia hạn cho một đơn vị: nhận trước thời điểm mới là đúng hạn."""
    _decide(DecisionKind.EXTEND, unit, form_key, (reason, document, now), before=before)


@click.command()
@_decision_options
@click.option("--at", "at", type=INSTANT, required=True, metavar="ISO", help="Nhận lúc nào. " + INSTANT_HELP)
def receive(unit: str, form_key: str, reason: str, document: str, now: datetime | None, at: datetime) -> None:
    """Ghi nhận bản giấy đã nhận, hoặc xác nhận thời điểm nhận khi chưa rõ."""
    _decide(DecisionKind.RECEIVE, unit, form_key, (reason, document, now), received_at=at)


@click.command()
@_decision_options
def exempt(unit: str, form_key: str, reason: str, document: str, now: datetime | None) -> None:
    """Ghi đơn vị không thuộc diện phải gửi; cần có lý do."""
    _decide(DecisionKind.EXEMPT, unit, form_key, (reason, document, now))


@click.command(name="return")
@_decision_options
def return_(unit: str, form_key: str, reason: str, document: str, now: datetime | None) -> None:
    """Đề nghị đơn vị bổ sung, chỉnh sửa; thời điểm đã gửi không đổi."""
    _decide(DecisionKind.RETURN, unit, form_key, (reason, document, now))


@click.command()
@_decision_options
def accept(unit: str, form_key: str, reason: str, document: str, now: datetime | None) -> None:
    """Tiếp nhận những gì đơn vị đã gửi."""
    _decide(DecisionKind.ACCEPT, unit, form_key, (reason, document, now))


@click.command()
@_decision_options
def nil(unit: str, form_key: str, reason: str, document: str, now: datetime | None) -> None:
    """Ghi nhận đơn vị báo không phát sinh."""
    _decide(DecisionKind.NIL, unit, form_key, (reason, document, now))


class Day(click.ParamType[date]):
    """A calendar day, as 2023-10-20 or 20/10/2023."""

    name = "NGÀY"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse what was typed."""
        if isinstance(value, date):
            return value
        parts = str(value).strip().split("/")
        text = "-".join([part.zfill(2) for part in reversed(parts)]) if len(parts) == 3 else str(value).strip()
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.fail(f"“{value}” không phải là ngày. Ghi như 20/10/2023.", param, ctx)


@click.command(name="board-task")
@click.argument("code", metavar="MÃ")
@click.option("--done", "done_on", type=Day(), metavar="NGÀY", help="Ngày hoàn thành, ví dụ 20/10/2023.")
@click.option("--reopen", is_flag=True, help="Ghi là chưa xong.")
@click.option("--reason", default="", metavar="CHỮ", help="Ghi chú.")
@click.option("--document", default="", metavar="SỐ", help="Số, ký hiệu văn bản.")
@now_option
def board_task(code: str, done_on: date | None, reopen: bool, reason: str, document: str, now: datetime | None) -> None:
    """Ghi nhiệm vụ của chính Ban (1.1–1.8) đã hoàn thành; có trong trang “Kế hoạch” của bảng tổng hợp."""
    if (done_on is None) == (not reopen):
        raise click.UsageError("Chọn một: --done NGÀY hoặc --reopen.")
    with context.workspace(now) as workspace:
        known = [task.code for task in workspace.campaign.board_tasks]
        if code not in known:
            raise UnknownNameError(f"Không có nhiệm vụ “{code}”. Có: {', '.join(known) or 'không có nhiệm vụ nào'}.")
        done = BoardTaskDone(code, done_on, workspace.clock(), workspace.actor, reason.strip(), document.strip())
        workflows.finish_board_task(workspace, done)
    click.echo(f"Đã ghi nhiệm vụ {code}: {'chưa xong' if reopen else 'đã hoàn thành'}.")


ALL = (extend, receive, exempt, return_, accept, nil, board_task)
