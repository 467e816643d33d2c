"""“Cần sửa”: every problem with the cell it stands in."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.master.content import (
    PROBLEMS,
    MasterContent,
    tab_link,
    top,
)
from service.domain.tables import LineStyle, Table, Value, line
from sheets_schema.problems import Severity

SEVERITY_LABELS = {Severity.ERROR: "Lỗi cần sửa", Severity.WARNING: "Lưu ý", Severity.INFO: "Ghi nhận"}


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


def problems_sheet(content: MasterContent, stamp: str) -> Table:
    """Return the list of everything to correct, errors first."""
    lines = top(content.campaign, "Danh sách cần sửa", stamp)
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
                    tab_link(content, read, cell, "Mở ô"),
                )
