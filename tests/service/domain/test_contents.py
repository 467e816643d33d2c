"""What is kept of a tab: its words as typed, and what stands for others."""

from __future__ import annotations

from datetime import UTC, datetime

from service.domain.consolidation import Feedback, TabRead
from service.domain.contents import contents_of, shown_values
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.grid import Grid, Merge
from sheets_schema.reading.rows import read_tab
from sheets_schema.rules.validation import check

ROWS = (
    ("1", "Hội nghị", "10/10/2023", "Toàn tỉnh", "Nhân dân", "200 người", ""),
    ("2", "Ra quân", "khi có kế hoạch", "Huyện Lạng Giang", "Đoàn viên", "5 km", ""),
    ("3", "nt", "20/10/2023", "nt", "nt", "3 km", ""),
    ("4", "Tặng quà", "12/10/2023", "Toàn xã", "Hộ nghèo", "10 suất", ""),
    ("", "", "13/10/2023", "Toàn xã", "Hộ nghèo", "20 suất", ""),
)


def test_list_says_what_a_cell_stands_for_and_the_record_what_was_typed():
    campaign = load_campaign(builtin_campaign("thang_dan_van_2023"))
    form, unit = campaign.form("registration"), campaign.units[0]
    grid = Grid((tuple(column.title for column in form.columns), *ROWS), (Merge(4, 6, 1, 2),))
    checked = check(campaign, form, read_tab(form, grid))
    read = TabRead(unit, form, "s", 1, unit.short_name, checked, Feedback("", ()))

    contents = contents_of(read, datetime(2023, 9, 20, tzinfo=UTC))

    assert [entry["values"]["ten_noi_dung"] for entry in contents.entries] == ["Hội nghị", "nt", "Tặng quà", ""]
    shown = [shown_values(entry) for entry in contents.entries]
    assert [(one["ten_noi_dung"], one["quy_mo"]) for one in shown] == [
        ("Hội nghị", "Toàn tỉnh"),
        ("nt (Ra quân)", "nt (Huyện Lạng Giang)"),
        ("Tặng quà", "Toàn xã"),
        ("Tặng quà", "Toàn xã"),
    ]
