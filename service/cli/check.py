"""`tonghop check`: look at a file of rows before it goes anywhere."""

from __future__ import annotations

from pathlib import Path

import click

from service import wiring
from service.cli import context
from service.documents import check_report, file_reading
from service.documents.grid_file import TableFile
from sheets_schema.reading.rows import read_tab
from sheets_schema.rules import validation

REJECTED = 1


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--form", "form_key", required=True, metavar="MẪU", help="Mẫu, ví dụ registration hoặc report.")
@click.option("--format", "output", type=click.Choice(["table", "json"]), default="table", help="Bảng hoặc JSON.")
@click.pass_context
def check(ctx: click.Context, file: Path, form_key: str, output: str) -> None:
    """Kiểm tra một tệp .csv, .xlsx hoặc .jsonl theo mẫu, trước khi nhập vào trang của đơn vị.

    Dòng đầu bảng ghi tên cột như trong mẫu. Kết thúc bằng 0 nếu không dòng nào bị loại, 1 nếu có, 2 nếu không đọc được.
    """
    settings = context.settings()
    campaign = wiring.campaign_of(settings)
    form = context.form_named(campaign, form_key)
    table = file_reading.read_table_file(file, form)
    _tell_ignored(table)
    checked = validation.check(campaign, form, read_tab(form, table.grid))
    if output == "json":
        context.answer_json(check_report.as_json(checked, settings.lang))
    else:
        for line in check_report.as_lines(checked, settings.lang):
            click.echo(line)
    ctx.exit(REJECTED if checked.rejected else 0)


def _tell_ignored(table: TableFile) -> None:
    if table.ignored:
        names = ", ".join(check_report.printable(name) for name in table.ignored)
        context.note(f"Bỏ qua các cột không có trong mẫu: {names}.")
