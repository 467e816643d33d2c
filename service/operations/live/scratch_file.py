"""The spreadsheet that trials are made on: one made for them and deleted, or one brought and left as it was."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.errors import (
    ScratchError,
    SheetsError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsUnavailableError,
)
from service.sheets.scratch import CONTENT_FIELDS, Scratch
from service.sheets.verbs import Sheets
from service.workspace import Progress

if TYPE_CHECKING:
    from service.sheets.scratch import Client

TITLE = "tonghop doctor --live (bảng nháp, xóa được)"
MARK = "tonghop.scratch"
_SESSION = "tonghop.session"
_ID = re.compile(r"[A-Za-z0-9_-]{15,120}")
_ADDRESS = re.compile(r"https://docs\.google\.com/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]{15,120})(?:[/?#].*)?")
# what trials change: of the file, with what it is where Drive says nothing, and of the spreadsheet
_FILE_FIELDS = {"copyRequiresWriterPermission": False, "writersCanShare": True}
_BOOK_FIELDS = ("locale", "timeZone")


def id_of(text: str) -> str:
    """Return a spreadsheet's id from what was typed, an address or the id; ScratchError when it is neither."""
    typed = text.strip()
    found = _ADDRESS.fullmatch(typed)
    if found:
        return found.group(1)
    if _ID.fullmatch(typed):
        return typed
    raise ScratchError(
        f"--scratch: “{typed[:60]}” không phải là địa chỉ hay mã bảng tính. Chép địa chỉ trên thanh trình duyệt, "
        "dạng https://docs.google.com/spreadsheets/d/MÃ/edit."
    )


@contextmanager
def made(sheets: Sheets, us: str, progress: Progress) -> Iterator[Scratch]:
    """Make a spreadsheet and delete it at the end, however that comes."""
    session = secrets.token_hex(8)
    try:
        scratch = Scratch.make(sheets.client, TITLE, {MARK: "1", _SESSION: session})
    except (SheetsUnavailableError, KeyboardInterrupt):
        # made perhaps, and the answer lost
        for spreadsheet_id, _properties in sheets.find({_SESSION: session}):
            Scratch(sheets.client, spreadsheet_id).delete_file()
        raise
    except SheetsForbiddenError as error:
        raise ScratchError(
            f"Không lập được bảng nháp: {error} Hoặc: tự lập một bảng tính trống, chia sẻ quyền sửa cho "
            f"{us or 'tài khoản của dịch vụ'}, rồi chạy: tonghop doctor --live --scratch ĐỊA_CHỈ_BẢNG_TÍNH"
        ) from error
    try:
        yield scratch
    finally:
        progress("Đang xóa bảng nháp…")
        _all_of(scratch, [scratch.delete_file])


@contextmanager
def brought(client: Client, spreadsheet_id: str, us: str, progress: Progress) -> Iterator[Scratch]:
    """Use a blank spreadsheet and leave it as it was; ScratchError when it holds anything or is not ours to write."""
    scratch = Scratch(client, spreadsheet_id)
    try:
        before = scratch.file("capabilities,appProperties,copyRequiresWriterPermission,writersCanShare")
    except (SheetsMissingError, SheetsForbiddenError) as error:
        raise ScratchError(
            f"--scratch: không mở được bảng tính này. Chia sẻ quyền sửa cho {us or 'tài khoản của dịch vụ'}. ({error})"
        ) from error
    if not before.get("capabilities", {}).get("canEdit"):
        raise ScratchError(f"--scratch: chỉ được xem bảng tính này. Chia sẻ quyền sửa cho {us}.")
    content = scratch.look(CONTENT_FIELDS)
    if before.get("appProperties") or not is_blank(content):
        raise ScratchError("--scratch: bảng tính này đang có nội dung, không dùng để thử. Lập một bảng tính trống.")
    properties = scratch.look("properties(locale,timeZone)").get("properties", {})
    shared = {item["id"] for item in scratch.permissions()}
    first = {sheet["properties"].get("sheetId", 0) for sheet in content["sheets"]}
    try:
        yield scratch
    finally:
        progress("Đang trả bảng tính về như cũ…")
        _all_of(
            scratch,
            [
                lambda: _drop_tabs(scratch, first),
                lambda: _restore_properties(scratch, properties),
                lambda: _restore_file(scratch, before),
                lambda: _drop_permissions(scratch, shared),
            ],
        )


def is_blank(content: Mapping[str, object]) -> bool:
    """Say whether a spreadsheet holds nothing but one tab without content."""
    sheets = content.get("sheets")
    if not isinstance(sheets, list) or len(sheets) != 1 or content.keys() - {"sheets"}:
        return False
    sheet = sheets[0]
    rows = [row for data in sheet.get("data", ()) for row in data.get("rowData", ())]
    filled = any(cell for row in rows for cell in row.get("values", ()))
    return not filled and not sheet.keys() - {"properties", "data"}


def _drop_tabs(scratch: Scratch, kept: set[int]) -> None:
    there = scratch.look("sheets(properties(sheetId))").get("sheets", ())
    ids = [sheet["properties"].get("sheetId", 0) for sheet in there]
    gone = [{"deleteSheet": {"sheetId": sheet_id}} for sheet_id in ids if sheet_id not in kept]
    if gone:
        scratch.apply(*gone)


def _restore_properties(scratch: Scratch, properties: Mapping[str, object]) -> None:
    kept = {name: properties[name] for name in _BOOK_FIELDS if name in properties}
    scratch.apply({"updateSpreadsheetProperties": {"properties": kept, "fields": ",".join(kept)}})


def _restore_file(scratch: Scratch, before: Mapping[str, object]) -> None:
    changed = scratch.file(",".join(_FILE_FIELDS))
    scratch.change_file({name: before.get(name, _FILE_FIELDS[name]) for name in changed})


def _drop_permissions(scratch: Scratch, kept: set[str]) -> None:
    for permission in scratch.permissions():
        if permission["id"] not in kept:
            scratch.unshare(permission["id"])


def _all_of(scratch: Scratch, steps: list[Callable[[], None]]) -> None:
    """Do every step of cleaning up, whichever fails; ScratchError that says what was left where."""
    failed: list[str] = []
    for step in steps:
        try:
            step()
        except SheetsError as error:
            failed.append(str(error))
    if failed:
        address = f"https://docs.google.com/spreadsheets/d/{scratch.spreadsheet_id}"
        raise ScratchError(f"Chưa dọn xong bảng nháp {address}: {failed[0]} Hãy xóa bảng này bằng tay.")
