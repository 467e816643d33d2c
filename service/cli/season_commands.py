"""The main flow from the command line: provision, consolidate, status, explain."""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from typing import Any

import click

from service import workflows
from service.cli import context
from service.cli.context import INSTANT, INSTANT_HELP, form_option, now_option
from service.cli.printing import print_status
from service.domain import standing_record
from service.sheets.components import Component
from sheets_schema.wording import Language

UNFINISHED = 1


@click.command()
@form_option
@click.option("--dry-run", is_flag=True, help="Chỉ in kế hoạch, không thay đổi gì.")
@click.option("--recreate", is_flag=True, help="Lập lại những trang, bảng tính đã bị xóa (mới, trống).")
@now_option
@click.pass_context
def provision(ctx: click.Context, form_key: str | None, dry_run: bool, recreate: bool, now: datetime | None) -> None:
    """Lập bảng tính: mỗi mẫu một bảng tính, mỗi đơn vị một trang. Chạy lại chỉ bổ sung phần còn thiếu.

    Kết thúc bằng 1 khi còn thiếu bảng tính mà người phải tạo (xem tonghop workbook).
    """
    with context.workspace(now, Component.PROVISION, looks=dry_run) as workspace:
        forms = context.owed_forms(workspace.campaign, form_key)
        report = workflows.provision(workspace, forms, dry_run=dry_run, recreate=recreate)
        lines = report.lines(workspace.language)
    for sentence in lines:
        click.echo(sentence)
    ctx.exit(0 if report.is_whole else UNFINISHED)


@click.command()
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="Cách in kết quả.")
@now_option
def consolidate(shape: str, now: datetime | None) -> None:
    """Tổng hợp: đọc mọi trang, kiểm tra, báo lại cho đơn vị, ghi nhật ký và thay bảng tổng hợp."""
    with context.workspace(now, Component.CONSOLIDATE) as workspace:
        report = workflows.consolidate(workspace, trigger="command")
        language = workspace.language
    if shape == "json":
        context.answer_json(report.as_dict(language))
    else:
        for sentence in report.lines(language):
            click.echo(sentence)


@click.command()
@form_option
@click.option("--as-of", type=INSTANT, metavar="ISO", help="Tình trạng tại một thời điểm đã qua. " + INSTANT_HELP)
@click.option("--format", "shape", type=click.Choice(["table", "json", "csv"]), default="table", help="Cách in.")
@now_option
def status(form_key: str | None, as_of: datetime | None, shape: str, now: datetime | None) -> None:
    """Tình trạng từng đơn vị: đã gửi, đúng hạn, trễ, chưa gửi; xem được tại mọi thời điểm đã qua."""
    with context.workspace(now) as workspace:
        forms = context.owed_forms(workspace.campaign, form_key)
        at = context.in_zone(as_of, workspace.campaign.zone) if as_of else workspace.clock()
        if at > workspace.clock():
            context.note("Thời điểm này chưa tới: tình trạng được tính theo những gì đã biết đến nay.")
        standings = workflows.standings(workspace, at, forms)
        rows = [
            standing_record.standing_record(workspace.campaign, item, workspace.settings.lang) for item in standings
        ]
        if shape == "json":
            context.answer_json(rows)
        elif shape == "csv":
            _print_csv(rows)
        else:
            print_status(workspace.campaign, standings, at, Language(workspace.settings.lang))


def _print_csv(rows: list[dict[str, Any]]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(standing_record.STANDING_KEYS)
    for row in rows:
        writer.writerow([_csv_cell(row[key]) for key in standing_record.STANDING_KEYS])


def _csv_cell(value: object) -> object:
    """Keep a cell from being run as a formula when the file is opened in a spreadsheet."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return "" if value is None else value


@click.command()
@click.argument("unit", metavar="ĐƠN_VỊ")
@form_option
@click.option("--as-of", type=INSTANT, metavar="ISO", help="Giải thích tại một thời điểm đã qua. " + INSTANT_HELP)
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="Cách in.")
@now_option
def explain(unit: str, form_key: str | None, as_of: datetime | None, shape: str, now: datetime | None) -> None:
    """Giải thích tình trạng của một đơn vị: quy tắc, hạn, gia hạn, căn cứ và ô đã quyết định."""
    with context.workspace(now) as workspace:
        forms = context.owed_forms(workspace.campaign, form_key)
        found = context.unit_named(workspace.campaign, unit)
        at = context.in_zone(as_of, workspace.campaign.zone) if as_of else workspace.clock()
        explanations = [workflows.explain(workspace, found.code, form, at) for form in forms]
        language = workspace.language
    if shape == "json":
        context.answer_json([item.as_dict(language) for item in explanations])
    else:
        click.echo("\n\n".join("\n".join(item.lines(language)) for item in explanations))
