"""The spreadsheets as files: bring one, see which there are and which are wanted, share one with a group."""

from __future__ import annotations

import click

from service.cli import context
from service.cli.context import form_named
from service.domain.file_sources import FileSource
from service.errors import UnknownNameError
from service.sheets.components import Component
from service.sheets.verbs import FileState
from service.workbooks import campaign_files
from service.workbooks.campaign_files import ListedWorkbook, WorkbookPlace
from service.workspace import Workspace
from sheets_schema.campaign import Form

STATE_WORDS = {
    FileState.THERE: "đang dùng",
    FileState.BINNED: "trong thùng rác của Drive",
    FileState.MISSING: "đã bị xóa hoặc không còn được chia sẻ",
    None: "chưa có",
}
MISSING = 1
form_option = click.option("--form", "form_key", metavar="MẪU", help="Bảng tính của một mẫu, ví dụ registration.")
master_option = click.option("--master", is_flag=True, help="Bảng tổng hợp.")
shard_option = click.option(
    "--shard",
    type=click.IntRange(1, 10_000),
    metavar="SỐ",
    help="Bảng thứ mấy của mẫu, khi một mẫu cần nhiều bảng; 1 là bảng đầu.",
)


@click.group()
def workbook() -> None:
    """Bảng tính: thêm bảng do người tạo, xem đã có và còn thiếu bảng nào, gắn nhóm để chia sẻ một lần."""


@workbook.command()
@click.argument("link", metavar="ĐƯỜNG_LIÊN_KẾT")
@form_option
@master_option
@shard_option
@click.option("--group", default="", metavar="ĐỊA_CHỈ", help="Nhóm (Google Groups) để chia sẻ một lần cho mọi đơn vị.")
def add(link: str, form_key: str | None, master: bool, shard: int | None, group: str) -> None:
    """Dùng một bảng tính trống do người tạo và đã chia sẻ quyền Người chỉnh sửa cho dịch vụ.

    Trang có sẵn trong bảng không bị xóa. Sau lệnh này chạy tonghop provision.
    """
    with context.workspace(component=Component.PROVISION) as workspace:
        form = _form(workspace, form_key, master=master)
        number = None if shard is None else shard - 1
        if form is None and number not in {None, 0}:
            raise click.UsageError("Bảng tổng hợp chỉ có một; bỏ --shard.")
        brought = campaign_files.bring(workspace, form, link, number, group)
        name = campaign_files.title_of(workspace, WorkbookPlace(form, brought.workbook.shard))
        click.echo(f"“{brought.title}” {'nay là' if brought.is_new else 'vốn đã là'} bảng tính của “{name}”.")
        if brought.workbook.group_address:
            click.echo(f"Chia sẻ với nhóm {brought.workbook.group_address}.")
        for sentence in brought.notices:
            context.note(sentence.text(workspace.language))
        context.note("Lập các trang bằng: tonghop provision.")


@workbook.command(name="list")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", help="Bảng hoặc JSON.")
@click.pass_context
def list_(ctx: click.Context, shape: str) -> None:
    """Xem các bảng tính: đường liên kết, nhóm, số trang; bảng nào còn thiếu và cách thêm.

    Kết thúc bằng 1 khi còn thiếu.
    """
    with context.workspace() as workspace:
        forms = [workspace.campaign.form(key) for key in context.owed_forms(workspace.campaign, None)]
        found = campaign_files.listed(workspace, forms)
        if shape == "json":
            context.answer_json([_json(workspace, one) for one in found])
        else:
            # the address to share with is asked for only where it is told
            told = workspace if all(one.is_ready for one in found) else campaign_files.identified(workspace)
            for one in found:
                click.echo(_line(told, one))
    ctx.exit(0 if all(one.is_ready for one in found) else MISSING)


@workbook.command()
@click.argument("address", metavar="ĐỊA_CHỈ", required=False)
@form_option
@master_option
@shard_option
@click.option("--none", "without", is_flag=True, help="Thôi dùng nhóm; chia sẻ cho từng địa chỉ.")
def group(address: str | None, form_key: str | None, master: bool, shard: int | None, without: bool) -> None:
    """Gắn một nhóm (Google Groups) vào một bảng tính: chia sẻ một lần, thêm bớt người ở nhóm.

    Nhóm của bảng tổng hợp là lãnh đạo Ban, chỉ được xem. Sau lệnh này chạy tonghop provision.
    """
    if (address is None) != without:
        raise click.UsageError("Ghi địa chỉ của nhóm, hoặc --none.")
    with context.workspace(component=Component.PROVISION) as workspace:
        form = _form(workspace, form_key, master=master)
        place = WorkbookPlace(form, (shard or 1) - 1)
        book = campaign_files.set_group(workspace, place, address or "")
        name = campaign_files.title_of(workspace, place)
        said = f"với nhóm {book.group_address}" if book.group_address else "cho từng địa chỉ"
        click.echo(f"“{name}” từ nay được chia sẻ {said}.")
        context.note("Chia sẻ bằng: tonghop provision.")


def _form(workspace: Workspace, key: str | None, *, master: bool) -> Form | None:
    if (key is None) != master:
        raise click.UsageError("Ghi một trong hai: --form MẪU hoặc --master.")
    if key is None:
        return None
    form = form_named(workspace.campaign, key)
    if form.key not in context.owed_forms(workspace.campaign, None):
        raise UnknownNameError(f"Mẫu “{key}” không phải gửi trong đợt này.")
    return form


def _line(workspace: Workspace, one: ListedWorkbook) -> str:
    if one.workbook is None:
        if workspace.files.source is FileSource.BROUGHT:
            return f"[thiếu] {campaign_files.what_is_needed(workspace, one.place).text(workspace.language)}"
        return f"[thiếu] {one.title}: chưa lập. Chạy: tonghop provision."
    link = workspace.link_to(one.workbook.spreadsheet_id, 0, "")
    shared = f", nhóm {one.workbook.group_address}" if one.workbook.group_address else ""
    tabs = f", {one.tabs} trang" if one.place.form else ""
    mark = "ổn" if one.is_ready else "thiếu"
    return f"[{mark}] {one.title}: {STATE_WORDS[one.state]}{tabs}{shared}. {link}"


def _json(workspace: Workspace, one: ListedWorkbook) -> dict[str, object]:
    book = one.workbook
    return {
        "form": one.place.key or None,
        "shard": one.place.shard + 1,
        "title": one.title,
        "spreadsheet_id": book.spreadsheet_id if book else None,
        "link": workspace.link_to(book.spreadsheet_id, 0, "") if book else None,
        "state": one.state.value if one.state else None,
        "tabs": one.tabs,
        "group": (book.group_address or None) if book else None,
    }
