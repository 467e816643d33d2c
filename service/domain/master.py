"""The master as tables: what the board reads and prints. Vietnamese; every row names where it came from. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain import deadlines
from service.domain.axes import Receipt, label_of
from service.domain.board_tasks import TaskStanding
from service.domain.consolidation import TabRead, Tally, counted_rows, tally
from service.domain.rates import Rate, rates
from service.domain.standings import Standing
from service.domain.tables import Chart, Line, LineStyle, Link, Table, Value, line
from service.domain.wording import instant_words
from sheets_schema.campaign import Campaign, Form, Obligation, TableKind, ValueType
from sheets_schema.dates_vi import format_day
from sheets_schema.periods import Certainty
from sheets_schema.problems import Severity
from sheets_schema.rows import RowKind
from sheets_schema.ticks import is_ticked
from sheets_schema.validation import CheckedRow

PROGRESS = "Theo dõi tiến độ"
REGISTRATION = "Tổng hợp đăng ký"
REPORT = "Tổng hợp báo cáo"
PROBLEMS = "Cần sửa"
PLAN = "Kế hoạch"
CHARTS = "Biểu đồ"

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
SEVERITY_LABELS = {Severity.ERROR: "Lỗi cần sửa", Severity.WARNING: "Lưu ý", Severity.INFO: "Ghi nhận"}

# where a tab, or one of its cells, is opened
LinkTo = Callable[[str, int, str], str]


@dataclass(frozen=True, slots=True)
class MasterContent:
    """Everything the master is made from."""

    campaign: Campaign
    standings: tuple[Standing, ...]
    reads: tuple[TabRead, ...]
    tally: Tally
    board_tasks: tuple[TaskStanding, ...]
    link_to: LinkTo
    notices: tuple[str, ...] = ()  # what the board must know of how this was read


def render(content: MasterContent, changed_at: datetime) -> tuple[Table, ...]:
    """Return the master's sheets in order; `changed_at` stands on them as the time of the last change."""
    campaign = content.campaign
    stamp = f"Thay đổi lần cuối: {instant_words(changed_at, campaign.zone)}."
    return (
        _progress(content, stamp),
        *(_entries(content, obligation.form, stamp) for obligation in campaign.obligations),
        _problems(content, stamp),
        _plan(content, stamp),
        _charts(content),
    )


def title_of(campaign: Campaign, form: Form) -> str:
    """Return the title of the sheet that holds a form's entries."""
    usual = REGISTRATION if form.table is TableKind.OPEN else REPORT
    alike = [owed.form for owed in campaign.obligations if campaign.form(owed.form).table is form.table]
    return usual if alike[0] == form.key else f"Tổng hợp {form.title}"[:99]


def _top(campaign: Campaign, title: str, stamp: str) -> list[Line]:
    return [
        line(LineStyle.SUBTITLE, campaign.board.upper()),
        line(LineStyle.TITLE, title.upper()),
        line(LineStyle.SUBTITLE, campaign.title),
        line(LineStyle.STAMP, stamp),
    ]


# --- Theo dõi tiến độ -----------------------------------------------------------------------------------------------

PROGRESS_COLUMNS: tuple[tuple[str, int], ...] = (
    ("Stt", 45),
    ("Đơn vị", 260),
    ("Khối", 150),
    ("Nội dung phải gửi", 190),
    ("Tình trạng", 230),
    ("Diện", 110),
    ("Gửi", 150),
    ("Thời hạn", 150),
    ("Ngày nhận", 150),
    ("Số ngày trễ", 70),
    ("Xem xét", 150),
    ("Số dòng hợp lệ", 70),
    ("Lỗi, lưu ý", 70),
    ("Hạn gửi", 130),
    ("Hết ngày", 90),
    ("Trang", 70),
)
RATE_COLUMNS = (
    "",
    "Khối",
    "",
    "Nội dung phải gửi",
    "",
    "Phải gửi",
    "Đã gửi",
    "Đúng hạn",
    "Trễ hạn",
    "Cần xác nhận",
    "Quá hạn chưa gửi đủ",
    "Không thuộc diện",
    "Số dòng hợp lệ",
    "Tỷ lệ gửi đủ",
    "Tỷ lệ đúng hạn",
    "",
)


def _progress(content: MasterContent, stamp: str) -> Table:
    campaign = content.campaign
    lines = _top(campaign, "Bảng theo dõi tiến độ", stamp)
    lines += [line(LineStyle.NOTE, text) for text in (_conservation(content.tally), *content.notices)]
    lines.append(line(LineStyle.HEADER, *(title for title, _ in PROGRESS_COLUMNS)))
    places = {(read.unit.code, read.form.key): read for read in content.reads}
    for index, standing in enumerate(content.standings, start=1):
        lines.append(_standing_line(content, index, standing, places.get((standing.unit, standing.form))))
    lines += [line(LineStyle.BLANK), line(LineStyle.SUBTITLE, "TỶ LỆ THEO KHỐI"), line(LineStyle.HEADER, *RATE_COLUMNS)]
    lines += [_rate_line(campaign, rate) for rate in rates(campaign, content.standings)]
    note = "Tỷ lệ gửi đủ, tỷ lệ đúng hạn tính trên số đơn vị phải gửi."
    lines.append(line(LineStyle.NOTE, note))
    return Table(PROGRESS, tuple(width for _, width in PROGRESS_COLUMNS), tuple(lines), frozenset({13, 14}))


def _conservation(tally: Tally) -> str:
    return (
        f"Số dòng đọc được {tally.rows_in} = tổng hợp {tally.rows_out} + cần sửa {tally.rows_rejected}"
        f" + bỏ qua {tally.rows_skipped}."
    )


def _standing_line(content: MasterContent, index: int, standing: Standing, read: TabRead | None) -> Line:
    campaign = content.campaign
    unit = campaign.unit(standing.unit)
    return line(
        LineStyle.BODY,
        index,
        unit.name,
        campaign.group(unit.group).name,
        campaign.obligation(standing.form).title,
        standing.label,
        label_of(standing.eligibility),
        label_of(standing.receipt),
        standing.timeliness_label(),
        instant_words(standing.received_at, campaign.zone) if standing.received_at else "",
        standing.days_late or "",
        label_of(standing.review),
        standing.entries,
        standing.problems,
        standing.limit.words,
        format_day(standing.limit.last_day),
        _tab_link(content, read),
    )


def _tab_link(content: MasterContent, read: TabRead | None, cell: str = "", label: str = "Mở trang") -> Value:
    return Link(content.link_to(read.spreadsheet_id, read.sheet_id, cell), label) if read else ""


def _rate_line(campaign: Campaign, rate: Rate) -> Line:
    return line(
        LineStyle.BODY if rate.group else LineStyle.TOTAL,
        "",
        campaign.group(rate.group).name if rate.group else "Tất cả",
        "",
        campaign.obligation(rate.form).title,
        "",
        rate.expected,
        rate.sent,
        rate.on_time,
        rate.late,
        rate.unconfirmed,
        rate.missing,
        rate.exempt,
        rate.entries,
        rate.sent_share if rate.sent_share is not None else "",
        rate.on_time_share if rate.on_time_share is not None else "",
        "",
    )


# --- Tổng hợp đăng ký, Tổng hợp báo cáo -------------------------------------------------------------------------------


def _entries(content: MasterContent, form_key: str, stamp: str) -> Table:
    form = content.campaign.form(form_key)
    reads = [read for read in content.reads if read.form.key == form_key]
    lines = _top(content.campaign, f"Bảng tổng hợp: {form.title}", stamp)
    lines.append(line(LineStyle.NOTE, _conservation(sum((tally(read.form, read.checked) for read in reads), Tally()))))
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
    link = _tab_link(content, read, cell, "Mở dòng")
    return line(LineStyle.BODY, number, read.unit.name, *own, *added, mark, link, row.row.number)


def _own_words(content: MasterContent, form: Form, row: CheckedRow, key: str) -> str:
    """Return the unit's words as typed; the given words of a fixed row are shortened to its title."""
    column = next(column for column in form.columns if column.key == key)
    if column.role.value == "given" and row.row.kind is RowKind.CONTENT:
        return next((item.title for item in content.campaign.contents if item.code == row.row.key), "")
    if column.type is ValueType.TICK:
        return "x" if is_ticked(row.row.texts.get(key, "")) else ""
    return row.row.texts.get(key, "")


# --- Cần sửa ----------------------------------------------------------------------------------------------------------

PROBLEM_COLUMNS: tuple[tuple[str, int], ...] = (
    ("TT", 45),
    ("Đơn vị", 220),
    ("Mẫu", 150),
    ("Mức độ", 100),
    ("Dòng", 55),
    ("Ô", 60),
    ("Cột", 200),
    ("Nội dung", 420),
    ("Mã", 150),
    ("Trang", 70),
)


def _problems(content: MasterContent, stamp: str) -> Table:
    lines = _top(content.campaign, "Danh sách cần sửa", stamp)
    body = [item for severity in (Severity.ERROR, Severity.WARNING) for item in _problem_values(content, severity)]
    lines.append(line(LineStyle.NOTE, f"Có {len(body)} nội dung." if body else "Không có nội dung nào cần sửa."))
    lines.append(line(LineStyle.HEADER, *(title for title, _ in PROBLEM_COLUMNS)))
    lines += [line(LineStyle.BODY, number, *values) for number, values in enumerate(body, start=1)]
    return Table(PROBLEMS, tuple(width for _, width in PROBLEM_COLUMNS), tuple(lines))


def _problem_values(content: MasterContent, severity: Severity) -> Iterator[tuple[Value, ...]]:
    for read in content.reads:
        titles = {column.key: column.title for column in read.form.columns}
        titles |= {field.key: field.label for field in read.form.fields}
        for problem in read.checked.problems:
            if problem.severity is severity:
                cell = problem.cell or (f"A{problem.row}" if problem.row else "")
                yield (
                    read.unit.name,
                    read.form.title,
                    SEVERITY_LABELS[severity],
                    problem.row or "",
                    cell,
                    titles.get(problem.column, ""),
                    problem.message(),
                    problem.code,
                    _tab_link(content, read, cell, "Mở ô"),
                )


# --- Kế hoạch ---------------------------------------------------------------------------------------------------------


def _plan(content: MasterContent, stamp: str) -> Table:
    campaign = content.campaign
    lines = _top(campaign, "Kế hoạch", stamp)
    lines.append(line(LineStyle.NOTE, _plan_name(campaign)))
    lines.append(line(LineStyle.HEADER, "Mục", "Nội dung", "Thời hạn", "Hết ngày", "Tình trạng"))
    lines.append(line(LineStyle.GROUP, "", "Nội dung các đơn vị phải gửi"))
    lines += [_obligation_line(campaign, obligation) for obligation in campaign.obligations]
    lines.append(line(LineStyle.GROUP, "", "Nội dung, hình thức"))
    lines += [line(LineStyle.BODY, item.code, item.text) for item in campaign.contents]
    lines.append(line(LineStyle.GROUP, "", f"Nhiệm vụ của {campaign.board}"))
    lines += [_task_line(campaign, standing) for standing in content.board_tasks]
    lines.append(line(LineStyle.GROUP, "", "Khẩu hiệu tuyên truyền"))
    lines += [line(LineStyle.BODY, number, item.text) for number, item in enumerate(campaign.slogans, start=1)]
    lines.append(line(LineStyle.GROUP, "", "Nơi nhận"))
    lines += [line(LineStyle.BODY, "", text) for text in campaign.recipients]
    return Table(PLAN, (60, 760, 170, 110, 260), tuple(lines))


def _plan_name(campaign: Campaign) -> str:
    number = campaign.plan_number or "…"
    day = format_day(campaign.plan_date) if campaign.plan_date else "…"
    return f"Kế hoạch số {number}, ngày {day}."


def _obligation_line(campaign: Campaign, obligation: Obligation) -> Line:
    limit = deadlines.effective_limit(obligation, (), campaign.zone)
    warning = deadlines.rest_day_warning(limit) or ""
    return line(LineStyle.BODY, "", obligation.title, obligation.words, format_day(limit.last_day), warning)


def _task_line(campaign: Campaign, standing: TaskStanding) -> Line:
    task = standing.task
    last = format_day(task.due_before.astimezone(campaign.zone).date() - timedelta(days=1)) if task.due_before else ""
    state = standing.label + (f" ngày {format_day(standing.done_on)}" if standing.done_on else "")
    return line(LineStyle.BODY, task.code, task.text, task.words, last, state)


# --- Biểu đồ ----------------------------------------------------------------------------------------------------------


def _charts(content: MasterContent) -> Table:
    """Return the numbers behind the charts, one block per obligation, and the charts over them."""
    campaign = content.campaign
    lines: list[Line] = [line(LineStyle.SUBTITLE, "Tiến độ theo khối (số đơn vị)")]
    charts: list[Chart] = []
    found = rates(campaign, content.standings)
    for obligation in campaign.obligations:
        lines.append(line(LineStyle.BLANK))
        header = len(lines)
        lines.append(line(LineStyle.HEADER, obligation.title, "Đúng hạn", "Trễ hạn", "Chưa gửi đủ"))
        lines += [
            line(LineStyle.BODY, campaign.group(rate.group).name, rate.on_time, rate.sent_after_limit, rate.outstanding)
            for rate in found
            if rate.form == obligation.form and rate.group
        ]
        charts.append(Chart(obligation.title, header, len(lines), 0, (1, 2, 3)))
    return Table(CHARTS, (260, 90, 90, 110, 60, 60, 60, 60, 60, 60), tuple(lines), charts=tuple(charts))
