"""A finding about what a unit typed, and the one table of codes and wording.

A Problem is data: collected, never raised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sheets_schema.wording import one_line

QUOTE_LENGTH = 60  # a quoted text longer than this is cut in the message
_LENGTHS = {"choices": 300}


class Severity(StrEnum):
    """How much a problem weighs: an error rejects its row, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Wording:
    """Severity and texts of one code; `{name}` is filled from the problem's values."""

    severity: Severity
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding; `row` and `cell` are the sheet's own, so that the unit finds the place."""

    code: str
    severity: Severity
    column: str = ""  # key of the column or field; blank for the whole row or tab
    row: int | None = None
    cell: str = ""  # A1
    values: tuple[tuple[str, str], ...] = ()

    def message(self, language: str = "vi") -> str:
        """Return what is wrong and what to do, in Vietnamese or English."""
        wording = TABLE[self.code]
        template = wording.en if language == "en" else wording.vi
        return template.format_map(
            {name: one_line(text, _LENGTHS.get(name, QUOTE_LENGTH)) for name, text in self.values}
        )


class ProblemPlace(NamedTuple):
    """Where a problem is; all blank for the whole tab."""

    column: str = ""
    row: int | None = None
    cell: str = ""


WHOLE_TAB = ProblemPlace()

_WEIGHTS = {severity: weight for weight, severity in enumerate(Severity)}


def problem(code: str, place: ProblemPlace = WHOLE_TAB, severity: Severity | None = None, **values: str) -> Problem:
    """Make a problem; its severity is the table's unless the case weighs differently."""
    weight = severity or TABLE[code].severity
    return Problem(code, weight, place.column, place.row, place.cell, tuple(values.items()))


def gravest_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Put errors before warnings before information; otherwise the order stays."""
    found = tuple(problems)
    return tuple(sorted(found, key=_weight)) if len(found) > 1 else found


def _weight(found: Problem) -> int:
    return _WEIGHTS[found.severity]


def _error(vi: str, en: str) -> Wording:
    return Wording(Severity.ERROR, vi, en)


def _warning(vi: str, en: str) -> Wording:
    return Wording(Severity.WARNING, vi, en)


def _info(vi: str, en: str) -> Wording:
    return Wording(Severity.INFO, vi, en)


_READ_AS = _info("Hiểu là: {reading}.", "Read as: {reading_en}.")
_CHECK_READING = _warning("Hiểu là {reading}; đề nghị kiểm tra.", "Read as {reading_en}; please check.")

TABLE: dict[str, Wording] = {
    # the name and the time of an activity
    "MISSING_NAME": _error("Thiếu tên nội dung, hoạt động.", "The activity's name is missing."),
    "MISSING_TIME": _error("Thiếu thời gian tổ chức, triển khai.", "The time of the activity is missing."),
    "TIME_UNPARSEABLE": _error(
        "Chưa hiểu thời gian “{text}”. Đề nghị ghi rõ, ví dụ: 15/10/2023; từ 01/10 đến 15/10/2023; Tháng 10/2023.",
        "The time “{text}” is not understood. Write it out, such as 15/10/2023 or “Tháng 10/2023”.",
    ),
    "TIME_IMPOSSIBLE": _error("Ngày “{text}” không có trong lịch.", "The day “{text}” is not in the calendar."),
    "TIME_REVERSED": _error("Ngày kết thúc trước ngày bắt đầu.", "The last day is before the first."),
    "TIME_OUT_OF_WINDOW": _error(
        "Thời gian không nằm trong đợt {campaign}.", "The time does not fall in the campaign {campaign}."
    ),
    "TIME_APPROX": _READ_AS,
    "TIME_MULTI": _READ_AS,
    "TIME_RECURRING": _READ_AS,
    "TIME_CAMPAIGN": _READ_AS,
    "TIME_OPEN_START": _READ_AS,
    "TIME_OPEN_END": _READ_AS,
    "TIME_ONGOING": _info("Hiểu là: hoạt động thường xuyên.", "Read as: an ongoing activity."),
    "WEEKDAY_MISMATCH": _warning(
        "Thứ và ngày không khớp. Hiểu là {reading}; đề nghị kiểm tra.",
        "Weekday and date disagree. Read as {reading_en}; please check.",
    ),
    "MONTH_FIRST": _CHECK_READING,
    "EXCEL_SERIAL": _CHECK_READING,
    "DATE_BY_VALUE": _warning(
        "Ô chứa một ngày nhưng hiện theo cách khác. Hiểu là {reading}; đề nghị kiểm tra.",
        "The cell holds a date and shows it otherwise. Read as {reading_en}; please check.",
    ),
    "ISO_DATE": _CHECK_READING,
    "TYPO": _CHECK_READING,
    "LUNAR_DATE": _info("Hiểu theo âm lịch là: {reading}.", "Read by the lunar calendar as: {reading_en}."),
    "TIME_COUNT_MISMATCH": _warning(
        "Số ngày ghi trong ô không khớp với các ngày đã ghi. Hiểu là {reading}; đề nghị kiểm tra.",
        "The number of days does not match the days given. Read as {reading_en}; please check.",
    ),
    "TIME_UNREAD": _warning(
        "Chưa tính “{text}” vào thời gian. Hiểu là {reading}; đề nghị kiểm tra hoặc ghi lại cho rõ.",
        "“{text}” is not part of the time that was read: {reading_en}. Please check, or write it out.",
    ),
    "TIME_TWO_READINGS": _warning(
        "Có thể hiểu là {reading} hoặc {other}; đang tính là {reading}. Đề nghị ghi rõ.",
        "This may mean {reading_en} or {other_en}; it counts as {reading_en}. Please write it out.",
    ),
    # other columns
    "MISSING_SCALE": _warning("Chưa ghi quy mô.", "The scale is not given."),
    "MISSING_TARGET": _warning("Chưa ghi đối tượng.", "It is not said who takes part or benefits."),
    "MISSING_GOAL": _warning("Chưa ghi mục tiêu.", "The goal is not given."),
    "MISSING_VALUE": _warning("Chưa ghi “{title}”.", "“{title}” is not given."),
    # a whole row
    "DUPLICATE": _error("Trùng với dòng số {row} của đơn vị.", "The same as row {row} of this unit."),
    "COLUMN_SHIFT": _error("Có vẻ lệch cột. Đề nghị kiểm tra lại.", "The columns seem shifted. Please check."),
    "ALL_IN_ONE_CELL": _error(
        "Nội dung dồn trong một ô. Đề nghị tách ra các cột.", "All is in one cell. Please split it into the columns."
    ),
    "ROW_BELOW_SIGNATURE": _error(
        "Hoạt động ghi dưới phần ký tên nên chưa được tính. Đề nghị chuyển lên bảng phía trên.",
        "An activity below the signature does not count. Please move it up into the table.",
    ),
    "PLACEHOLDER": _info(
        "Dòng ví dụ của mẫu được bỏ qua. Đề nghị xóa hoặc thay bằng hoạt động của đơn vị.",
        "An example row of the template was skipped. Please delete or replace it.",
    ),
    # rows of several units in one file
    "UNIT_UNKNOWN": _error(
        "Mã đơn vị “{text}” không có trong danh sách đơn vị.", "The unit code “{text}” is not on the roster."
    ),
    "UNIT_MISSING": _warning(
        "Dòng chưa ghi mã đơn vị. Đề nghị ghi thêm.", "The row does not name its unit. Please add the code."
    ),
    # what a cell holds
    "GARBAGE": _error("Nội dung không đọc được.", "The content is not readable."),
    "FORMULA_ERROR": _error("Nội dung không đọc được.", "The content is not readable."),
    "LEGACY_ENCODING": _error(
        "Chữ dùng phông cũ (TCVN3/VNI). Đề nghị nhập lại bằng Unicode. Gợi ý: “{suggestion}”.",
        "The text uses an old font (TCVN3/VNI). Please type it in Unicode. Suggestion: “{suggestion}”.",
    ),
    "FORMULA": _info(
        "Ô bắt đầu như một công thức; được giữ nguyên là chữ, không tính.",
        "The cell begins like a formula; it is kept as text and not computed.",
    ),
    "TOO_LONG": _warning(
        "Nội dung dài {length} ký tự, quá {limit}. Đề nghị rút gọn.",
        "The text has {length} characters, more than {limit}. Please shorten it.",
    ),
    "CELL_LIMIT": _error(
        "Nội dung dài {length} ký tự, quá giới hạn {limit} của một ô. Đề nghị rút gọn.",
        "The text has {length} characters; a cell holds {limit}. Please shorten it.",
    ),
    "TOO_SHORT": _error("Nội dung quá ngắn. Đề nghị ghi rõ hơn.", "The text is too short. Please say more."),
    "REQUIRED": _error("Thiếu “{title}”.", "“{title}” is missing."),
    "PATTERN": _error("“{text}” không đúng cách ghi của “{title}”.", "“{text}” is not how “{title}” is written."),
    "NOT_A_CHOICE": _error(
        "“{text}” không có trong danh mục của “{title}”: {choices}.",
        "“{text}” is not among the choices of “{title}”: {choices}.",
    ),
    "TICK_UNCLEAR": _warning(
        "Chưa rõ “{text}” là có hay không. Đề nghị đánh dấu x hoặc để trống.",
        "It is not clear whether “{text}” means yes. Please put x or leave it blank.",
    ),
    # the tab
    "HEADER_MISSING": _error(
        "Không tìm thấy dòng tiêu đề của bảng. Đề nghị khôi phục dòng tiêu đề theo mẫu.",
        "The table's header row was not found. Please restore it from the template.",
    ),
    "COLUMN_MISSING": _error(
        "Không tìm thấy cột “{title}”. Đề nghị khôi phục tiêu đề cột theo mẫu.",
        "The column “{title}” was not found. Please restore its title from the template.",
    ),
    "TEXT_OUTSIDE": _info(
        "Chữ ngoài các cột của mẫu không được tổng hợp. Nếu cần, đề nghị chuyển vào cột của mẫu.",
        "Text outside the template's columns is not gathered. Move it into one of them if it matters.",
    ),
    "TOO_MANY_ROWS": _warning(
        "Có {count} dòng, nhiều hơn {limit}. Đề nghị kiểm tra lại.", "There are {count} rows, more than {limit}."
    ),
    # the report
    "REPORT_SECTIONS_EMPTY": _warning(
        "Còn {count} mục chưa có kết quả: {sections}. Đề nghị ghi kết quả hoặc đánh dấu “Không phát sinh”.",
        "{count} sections have no result: {sections}. Please write one or tick that there was none.",
    ),
    "REPORT_EMPTY": _error(
        "Báo cáo đã xác nhận gửi nhưng chưa mục nào có kết quả. Đề nghị ghi kết quả.",
        "The report is confirmed but no section has a result. Please fill it in.",
    ),
    "REPORT_NOTE_ONLY": _error(
        "Mục {section} mới có ghi chú. Đề nghị ghi kết quả hoặc đánh dấu “Không phát sinh”.",
        "Section {section} has only a note. Please write a result or tick that there was none.",
    ),
    "SECTION_UNKNOWN": _error(
        "Dòng không thuộc mục nào của báo cáo. Đề nghị chuyển nội dung vào đúng mục.",
        "The row belongs to no section of the report. Please move its text to one.",
    ),
    "SECTION_REPEATED": _error(
        "Mục {section} đã có ở dòng số {row}. Đề nghị gộp vào một dòng.",
        "Section {section} already stands in row {row}. Please join them.",
    ),
    "NIL_IN_WORDS": _warning(
        "“{text}” bằng chữ được tính là có kết quả. Đề nghị đánh dấu vào cột “Không phát sinh” và để trống ô này.",
        "“{text}” in words counts as a result. Please tick that there was none, and leave this cell blank.",
    ),
    "NIL_WITH_TEXT": _warning(
        "Đã đánh dấu “Không phát sinh” nhưng vẫn có nội dung. Đề nghị bỏ một trong hai.",
        "Ticked as nothing to report, yet there is text. Please remove one of them.",
    ),
    # the block
    "FIELD_DATE_UNREADABLE": _warning(
        "Chưa hiểu ngày “{text}”. Đề nghị ghi như 25/9/2023.", "The date “{text}” is not understood. Write 25/9/2023."
    ),
    "FIELD_DATE_VAGUE": _warning(
        "“{text}” chưa phải là một ngày. Đề nghị ghi như 25/9/2023.", "“{text}” is not one day. Write 25/9/2023."
    ),
    "FIELD_NUMBER_WITHOUT_DATE": _warning(
        "Có số văn bản nhưng chưa ghi ngày ban hành. Đề nghị ghi thêm.",
        "The document has a number but no date. Please add it.",
    ),
    "FIELD_DATE_WITHOUT_NUMBER": _warning(
        "Có ngày ban hành nhưng chưa ghi số và ký hiệu văn bản. Đề nghị ghi thêm.",
        "The document has a date but no number. Please add it.",
    ),
    "BAD_LINK": _warning(
        "“{text}” không phải liên kết. Đề nghị dán địa chỉ bắt đầu bằng https://.",
        "“{text}” is not a link. Please paste an address beginning with https://.",
    ),
    "NIL_WITHOUT_REASON": _warning(
        "Đã đánh dấu “Không phát sinh” nhưng chưa ghi lý do. Đề nghị ghi lý do.",
        "Ticked as nothing to declare, yet without a reason. Please give one.",
    ),
    "NIL_WITH_ENTRIES": _warning(
        "Đã đánh dấu “Không phát sinh” nhưng bảng có hoạt động. Đề nghị bỏ một trong hai.",
        "Ticked as nothing to declare, yet the table has activities. Please remove one of them.",
    ),
}
