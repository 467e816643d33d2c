"""A run's report as lines and as JSON, in either language."""

from __future__ import annotations

import pytest

from service.consolidation.run import RunReport
from service.domain.consolidation import Tally
from sheets_schema.wording import Language, message

REPORT = RunReport(
    run=7,
    workbooks=2,
    read_calls=4,
    write_calls=3,
    drive_calls=0,
    retries=1,
    tally=Tally(10, 7, 2, 1),
    changed=True,
    feedback=2,
    observed=1,
    seconds=1.26,
    notices=(message("consolidation.not_all_read", count=3),),
    master="http://127.0.0.1/sheets/1/0",
)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            Language.VIETNAMESE,
            [
                "Lần tổng hợp 7: đọc 10 dòng = tổng hợp 7 + cần sửa 2 + bỏ qua 1.",
                "Sự kiện mới: 1. Trang được báo lại: 2. Lượt gọi: 4 đọc, 3 ghi. 1 lần gọi lại. 1.3 giây.",
                "Bảng tổng hợp đã thay: http://127.0.0.1/sheets/1/0",
                "Còn 3 bảng tính chưa đọc; bảng tổng hợp đợi đọc hết.",
            ],
        ),
        (
            Language.ENGLISH,
            [
                "Run 7: 10 rows read = 7 collected + 2 to correct + 1 skipped.",
                "New facts: 1. Tabs with new feedback: 2. Calls to read: 4, to write: 3, repeated: 1. Seconds: 1.3.",
                "Master updated: http://127.0.0.1/sheets/1/0",
                "Spreadsheets still to be read: 3; the master waits until all are.",
            ],
        ),
    ],
)
def test_report_as_lines_and_notices_as_json(language, lines):
    assert REPORT.lines(language) == lines
    assert REPORT.as_dict(language)["notices"] == lines[3:]
