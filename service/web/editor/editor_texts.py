"""The words of the editor, Vietnamese and English. Those of `SPOKEN` are said by the browser."""

from __future__ import annotations

from sheets_schema.wording import Language

SHOWN: dict[str, tuple[str, str]] = {
    "editing": ("Nhập liệu", "Editing"),
    "print": ("In", "Print"),
    "undo": ("Hoàn tác", "Undo"),
    "redo": ("Làm lại", "Redo"),
    "undo_key": ("Hoàn tác (Ctrl+Z)", "Undo (Ctrl+Z)"),
    "redo_key": ("Làm lại (Ctrl+Y)", "Redo (Ctrl+Y)"),
    "keyboard": ("Phím tắt", "Keys"),
    "other_forms": ("Trang khác của đơn vị", "Other tabs of the unit"),
    "no_script": (
        "Trình duyệt không chạy JavaScript nên trang này chỉ để xem. Bật JavaScript để nhập liệu.",
        "Without JavaScript this page can only be read. Turn JavaScript on to edit.",
    ),
    "looking": ("Trang này chỉ để xem.", "This page can only be read."),
    "input_cells": ("Chỉ các ô nền vàng là ô nhập.", "Only the yellow cells are to be filled in."),
    "whole_tab": ("Kiểm tra cả trang", "Check of the whole tab"),
    "conflicts": ("Hai người cùng sửa một ô", "Two people changed the same cell"),
    "conflicts_say": (
        "Chưa nội dung nào bị mất. Chọn nội dung giữ lại cho từng ô.",
        "Nothing is lost. Choose what stays in each cell.",
    ),
    "not_placed": ("Nội dung chưa đưa được vào trang", "Text that has no place on the tab"),
    "close": ("Đóng", "Close"),
    "send_title": ("Xác nhận gửi", "Confirm sending"),
    "send": ("Xác nhận gửi", "Send"),
    "not_yet": ("Chưa gửi", "Not yet"),
    "row": ("Dòng", "Row"),
    "grid_label": ("Trang của {unit}: {form}", "Tab of {unit}: {form}"),
    "type_here": ("Ô đang chọn", "Selected cell"),
    "cell_text": ("Nội dung ô", "Cell text"),
}

SPOKEN: dict[str, tuple[str, str]] = {
    "saved": ("Đã lưu", "Saved"),
    "saving": ("Đang lưu…", "Saving…"),
    "unsaved": ("Chưa lưu được, sẽ gửi lại", "Not saved yet, will be sent again"),
    "undecided": ("Cần chọn nội dung giữ lại", "Choose what stays"),
    "signed_out": (
        "Phiên làm việc đã hết. Nội dung chưa lưu vẫn còn trên máy này: đăng nhập lại rồi mở lại trang.",
        "The session has ended. What is not saved stays on this computer: sign in and open the page again.",
    ),
    "refused": ("Máy chủ không nhận: {message}", "The server refused: {message}"),
    "locked": ("Ô {cells} không phải ô nhập nên không lưu được.", "{cells} cannot be written, so it was not saved."),
    "read_only": ("Ô này không sửa được. Nhập vào các ô nền vàng.", "This cell is locked. Fill in the yellow cells."),
    "too_long": ("Một ô nhận nhiều nhất 50.000 ký tự.", "A cell takes at most 50,000 characters."),
    "paste_rows": (
        "Chưa dán: nội dung có {rows} dòng, từ ô {cell} chỉ còn {room} dòng. Không ô nào thay đổi; "
        "chọn ô cao hơn rồi dán lại.",
        "Not pasted: {rows} rows, and from {cell} there is room for {room}. Nothing changed; choose a higher cell.",
    ),
    "paste_columns": (
        "Chưa dán: nội dung có {columns} cột, từ ô {cell} chỉ còn {room} cột. Không ô nào thay đổi; "
        "chọn ô bên trái rồi dán lại.",
        "Not pasted: {columns} columns, and from {cell} there is room for {room}. Nothing changed; "
        "choose a cell further left.",
    ),
    "paste_locked": ("Đã dán; {count} ô khóa giữ nguyên.", "Pasted; {count} locked cells stay as they are."),
    "pasted": ("Đã dán {rows} dòng, {columns} cột.", "Pasted {rows} rows, {columns} columns."),
    "copied": ("Đã sao chép {count} ô.", "Copied {count} cells."),
    "changed_by_others": ("Người khác vừa sửa {count} ô.", "Somebody else changed {count} cells."),
    "mine": ("Nội dung vừa nhập", "What was typed here"),
    "theirs": ("Người khác đã ghi", "What somebody else wrote"),
    "keep_mine": ("Giữ nội dung vừa nhập", "Keep what was typed here"),
    "keep_theirs": ("Giữ nội dung của người khác", "Keep what somebody else wrote"),
    "keep_both": ("Giữ cả hai", "Keep both"),
    "blank": ("(trống)", "(blank)"),
    "cell": ("Ô {cell}", "Cell {cell}"),
    "ticked": ("đã đánh dấu", "ticked"),
    "unticked": ("chưa đánh dấu", "not ticked"),
    "locked_cell": ("ô khóa", "locked"),
    "sending_now": ("Đang xem lại nội dung…", "Looking at what will be sent…"),
    "send_accepted": ("{count} dòng hợp lệ.", "{count} rows accepted."),
    "send_rejected": ("{count} dòng cần sửa: dòng {rows}.", "{count} rows to be mended: row {rows}."),
    "send_no_rejected": ("Không có dòng nào cần sửa.", "No row needs mending."),
    "send_document": ("Văn bản triển khai: đã có.", "Deployment document: there."),
    "send_no_document": ("Văn bản triển khai: chưa có.", "Deployment document: missing."),
    "send_nil": ("Khai “Không phát sinh”.", "Declared as nothing to report."),
    "send_verdict": ("Sau khi gửi, trang sẽ ghi: “{verdict}”", "The tab will then say: “{verdict}”"),
    "send_offline": (
        "Chưa kiểm tra được vì mất kết nối. Dấu xác nhận sẽ được gửi khi có mạng.",
        "Not checked, the connection is lost. The tick will be sent when it is back.",
    ),
    "check_offline": ("Chưa kiểm tra được.", "Not checked."),
    "leave": ("Nhấn Tab lần nữa để ra khỏi bảng.", "Press Tab to leave the grid."),
}

KEYS: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = (
    (("Mũi tên, Tab, Enter", "Arrows, Tab, Enter"), ("Sang ô khác", "Go to another cell")),
    (("Shift + mũi tên", "Shift + arrows"), ("Chọn nhiều ô", "Select cells")),
    (("Gõ chữ", "Typing"), ("Thay nội dung ô", "Replaces the cell's text")),
    (("F2 hoặc nhấp đúp", "F2 or double click"), ("Sửa nội dung ô", "Edit the cell's text")),
    (("Alt + Enter", "Alt + Enter"), ("Xuống dòng trong ô", "Line break within the cell")),
    (("Esc", "Esc"), ("Bỏ phần đang gõ; nhấn Esc rồi Tab để ra khỏi bảng", "Drop what is typed; Esc, Tab leaves")),
    (("Delete", "Delete"), ("Xóa nội dung", "Clear")),
    (("Ctrl + C, X, V", "Ctrl + C, X, V"), ("Sao chép, cắt, dán (từ Word, Excel)", "Copy, cut, paste")),
    (("Ctrl + Z, Y", "Ctrl + Z, Y"), ("Hoàn tác, làm lại", "Undo, redo")),
    (("Dấu cách", "Space"), ("Đánh dấu ô chọn", "Tick a box")),
    (("Alt + ↓", "Alt + ↓"), ("Mở gợi ý của ô", "Open the suggestions")),
    (("Home, End, Ctrl + Home, Ctrl + End", "Home, End"), ("Đầu, cuối dòng; đầu, cuối trang", "To the edges")),
)


def said(table: dict[str, tuple[str, str]], language: Language) -> dict[str, str]:
    """Return a table of texts in one language."""
    return {key: texts[language is not Language.VIETNAMESE] for key, texts in table.items()}


def keys(language: Language) -> tuple[tuple[str, str], ...]:
    """Return the keys and what they do, in one language."""
    index = language is not Language.VIETNAMESE
    return tuple((key[index], does[index]) for key, does in KEYS)
