"""“Tổng hợp đăng ký”, “Tổng hợp báo cáo”: what units said, verbatim, with where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from service.domain.axes import Receipt
from service.domain.consolidation import TabRead, Tally, counted_rows, tally
from service.domain.master.content import (
    MasterContent,
    conservation,
    tab_link,
    title_of,
    top,
)
from service.domain.tables import Line, LineStyle, Table, Value, line
from sheets_schema.campaign import Form, TableKind, ValueType
from sheets_schema.dates_vi import format_day
from sheets_schema.periods import Certainty
from sheets_schema.rows import RowKind
from sheets_schema.ticks import is_ticked
from sheets_schema.validation import CheckedRow

CERTAINTY_LABELS = {
    Certainty.EXACT: "rõ ngày",
    Certainty.APPROXIMATE: "ước chừng",
    Certainty.MULTI: "nhiều ngày",
    Certainty.RECURRING: "định kỳ",
    Certainty.CAMPAIGN: "cả đợt",
    Certainty.OPEN_START: "chỉ rõ ngày cuối",
    Certainty.OPEN_END: "chỉ rõ ngày đầu",
    Certainty.ONGOING: "thường xuyên",
    Certainty.UNREADABLE: "chưa hiểu",
}


def entries_sheet(content: MasterContent, form_key: str, stamp: str) -> Table:
    """Return the sheet of one form's accepted rows, the units' words verbatim."""
    form = content.campaign.form(form_key)
    reads = [read for read in content.reads if read.form.key == form_key]
    lines = top(content.campaign, f"Bảng tổng hợp: {form.title}", stamp)
    lines.append(line(LineStyle.NOTE, conservation(sum((tally(read.form, read.checked) for read in reads), Tally()))))
    own = [(column.title, column.width) for column in form.columns]
    added = [("Bắt đầu", 90), ("Kết thúc", 90), ("Cách hiểu thời gian", 130)] if _is_dated(form) else []
    columns = [
        ("TT", 45),
        ("Đơn vị", 220),
        *own,
        *added,
        ("Xác nhận", 110),
        ("Trang", 70),
        ("Dòng", 55),
    ]
    lines.append(line(LineStyle.HEADER, *(title for title, _ in columns)))
    arranged = _by_group if form.table is TableKind.OPEN else _by_content
    body = arranged(content, form, reads, _marks(content, reads))
    lines += body
    return Table(title_of(content.campaign, form), tuple(width for _, width in columns), tuple(lines))


def _is_dated(form: Form) -> bool:
    return any(column.role.value == "period" for column in form.columns)


def _marks(content: MasterContent, reads: Sequence[TabRead]) -> dict[str, str]:
    """Return, by unit, what is said beside entries that are no receipt yet: of drafts and of partials."""
    partial = {(item.unit, item.form) for item in content.standings if item.receipt is Receipt.PARTIAL}
    marks = {read.unit.code: "" if read.confirmed else "chưa xác nhận" for read in reads}
    incomplete = (read.unit.code for read in reads if read.confirmed and (read.unit.code, read.form.key) in partial)
    return marks | dict.fromkeys(incomplete, "chưa xác nhận (gửi chưa đủ)")


def _by_group(content: MasterContent, form: Form, reads: Sequence[TabRead], marks: Mapping[str, str]) -> Iterator[Line]:
    """Yield the plan's groups in order, each with its count, and its units' entries."""
    number = 0
    for group in content.campaign.groups:
        members = [read for read in reads if read.unit.group == group.code]
        count = sum(len(_accepted(read)) for read in members)
        if not members:
            continue
        yield line(LineStyle.GROUP, "", f"{group.name}: {count} dòng")
        for read in members:
            for row in _accepted(read):
                number += 1
                yield _entry_line(content, form, read, row, number, marks[read.unit.code])
    yield line(LineStyle.TOTAL, "", f"Tổng cộng: {number} dòng")


def _by_content(
    content: MasterContent, form: Form, reads: Sequence[TabRead], marks: Mapping[str, str]
) -> Iterator[Line]:
    """Yield the plan's contents in order, then the free rows, each with every unit's words."""
    number = 0
    sections = [(item.code, f"{item.code}. {item.title}") for item in content.campaign.contents]
    sections += [(free.key, free.title) for free in form.free_rows]
    for key, title in sections:
        found = [(read, row) for read in reads for row in _accepted(read) if row.row.key == key]
        yield line(LineStyle.GROUP, "", f"{title}: {len(found)} đơn vị")
        for read, row in found:
            number += 1
            yield _entry_line(content, form, read, row, number, marks[read.unit.code])
    yield line(LineStyle.TOTAL, "", f"Tổng cộng: {number} dòng")


def _accepted(read: TabRead) -> list[CheckedRow]:
    return [row for row in counted_rows(read.form, read.checked) if row.accepted]


def _entry_line(content: MasterContent, form: Form, read: TabRead, row: CheckedRow, number: int, mark: str) -> Line:
    own = [_own_words(content, form, row, column.key) for column in form.columns]
    added: list[Value] = []
    if _is_dated(form):
        period = row.period
        added = [
            format_day(period.start) if period and period.start else "",
            format_day(period.end) if period and period.end else "",
            CERTAINTY_LABELS[row.certainty] if row.certainty else "",
        ]
    cell = next(iter(row.row.cells.values()), "")
    link = tab_link(content, read, cell, "Mở dòng")
    return line(LineStyle.BODY, number, read.unit.name, *own, *added, mark, link, row.row.number)


def _own_words(content: MasterContent, form: Form, row: CheckedRow, key: str) -> str:
    """Return the unit's words as typed; the given words of a fixed row are shortened to its title."""
    column = next(column for column in form.columns if column.key == key)
    if column.role.value == "given" and row.row.kind is RowKind.CONTENT:
        return next((item.title for item in content.campaign.contents if item.code == row.row.key), "")
    if column.type is ValueType.TICK:
        return "x" if is_ticked(row.row.texts.get(key, "")) else ""
    return row.row.texts.get(key, "")
