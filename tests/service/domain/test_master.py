"""The master as tables: every sheet, every row's origin, nothing that depends on the clock but its stamp."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from service.domain import printed_tables
from service.domain.board_tasks import board_tasks_at
from service.domain.consolidation import Feedback, TabRead
from service.domain.contents import contents_of, summary_of
from service.domain.decisions import Decision, DecisionKind
from service.domain.history import group_history
from service.domain.master import MasterContent, render
from service.domain.printed_tables import CellLink, LineStyle
from service.domain.standings import standings_at
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.grid import Grid
from sheets_schema.reading.rows import read_tab
from sheets_schema.rules.validation import check
from sheets_schema.wording import Language

GROUP, HEADER = LineStyle.GROUP, LineStyle.HEADER
CAMPAIGN = load_campaign(builtin_campaign("thang_dan_van_2023"))
NOW = datetime(2023, 9, 25, 8, tzinfo=CAMPAIGN.zone)
GOOD = ("1", "Ra quân dọn vệ sinh", "05/10/2023", "Toàn tỉnh", "Cán bộ", "Đường sạch", "=1+1")
BAD = ("2", "Tuyên truyền", "không rõ bao giờ", "", "", "", "")


def read(unit, *rows, form="registration", above=()):
    declared = CAMPAIGN.form(form)
    titles = tuple(column.title for column in declared.columns)
    checked = check(CAMPAIGN, declared, read_tab(declared, Grid((*above, titles, *rows))))
    own = CAMPAIGN.unit(unit)
    return TabRead(own, declared, f"bang-{form}", 7, own.short_name, checked, Feedback("", ()))


def content(*reads, now=NOW):
    history = group_history((), ())
    held = {(item.unit.code, item.form.key): contents_of(item, now) for item in reads}
    return MasterContent(
        campaign=CAMPAIGN,
        standings=standings_at(now, CAMPAIGN, history),
        board_tasks=board_tasks_at(now, CAMPAIGN, ()),
        link_to=lambda book, sheet, cell: f"http://x/{book}/{sheet}#{cell}",
        tabs={(item.unit.code, item.form.key): summarised(item, held) for item in reads},
        contents_of=lambda form, units: {unit: held[unit, form] for unit in units if (unit, form) in held},
    )


def summarised(item, held):
    """Return a read's summary with a digest, as the store keeps it."""
    content = held[item.unit.code, item.form.key]
    words = (content.confirmed, content.entries, content.problems, content.fields)
    return replace(summary_of(item, CAMPAIGN), digest=repr(words))


def rendered(*reads, now=NOW):
    return {sheet.title: sheet.table() for sheet in render(content(*reads, now=now), now)}


def body(table):
    return [item.values for item in table.lines if item.style is LineStyle.BODY]


def test_sheets_stand_in_their_order():
    assert list(rendered()) == [
        "Theo dõi tiến độ",
        "Tổng hợp đăng ký",
        "Tổng hợp báo cáo",
        "Cần sửa",
        "Phân tích",
        "Kế hoạch",
        "Biểu đồ",
    ]


def test_lists_keep_number_and_unit_in_view_beside_every_column():
    sheets = {sheet.title: sheet.frozen_columns for sheet in render(content(), NOW)}

    assert {title for title, columns in sheets.items() if columns == 2} == {
        "Theo dõi tiến độ", "Tổng hợp đăng ký", "Tổng hợp báo cáo", "Cần sửa",
    }  # fmt: skip


def test_every_unit_has_one_line_with_its_obligations_side_by_side():
    table = rendered()["Theo dõi tiến độ"]
    lines = [values for values in body(table) if isinstance(values[0], int)]

    assert [values[1] for values in lines] == [unit.name for unit in CAMPAIGN.active_units]
    above, header = (next(item.values for item in table.lines if item.style is style) for style in (GROUP, HEADER))
    places = [above.index(owed.title) for owed in CAMPAIGN.obligations]
    assert [header[place] for place in places] == ["Tình trạng", "Tình trạng"]
    assert {values[places[0]] for values in lines} == {"Chưa có dữ liệu · Sắp đến hạn"}
    assert {len(values) for values in lines} == {len(header)} == {table.column_count}


def test_what_is_beside_the_table_is_on_the_units_line():
    block = (("", "Số và ký hiệu", "12-KH/SCT"), ("", "Đăng ký kèm trong văn bản", "x"), ("", "Người ký", "Ông A"))
    before = rendered(read("S-CT", GOOD))["Theo dõi tiến độ"]
    table = rendered(read("S-CT", GOOD, above=block))["Theo dõi tiến độ"]
    header = next(item.values for item in table.lines if item.style is HEADER)

    (values,) = [values for values in body(table) if values[1] == "Sở Công Thương"]
    shown = dict(zip(header[3:], values[3:], strict=False))
    of_registration = {title: values[header.index(title)] for title in ("Số và ký hiệu", "Người ký")}
    assert of_registration == {"Số và ký hiệu": "12-KH/SCT", "Người ký": "Ông A"}
    assert "Xác nhận gửi" not in shown
    assert [item.values for item in before.lines] != [item.values for item in table.lines]


def test_row_stands_verbatim_with_its_origin():
    table = rendered(read("S-CT", GOOD, above=(("", "Xác nhận gửi", "x"),)))["Tổng hợp đăng ký"]
    (values,) = body(table)

    assert values[:2] == (1, "Sở Công Thương")
    assert values[2:9] == GOOD
    assert values[9:12] == ("05/10/2023", "05/10/2023", "rõ ngày")
    assert (values[12], values[14]) == ("", 3)
    assert isinstance(values[13], CellLink)
    assert values[13].url == "http://x/bang-registration/7#A3"


def test_rows_of_a_unit_that_came_on_paper_are_no_draft():
    paper = Decision(DecisionKind.RECEIVE, "S-CT", "registration", NOW, "Chị Hoa", "", received_at=NOW)
    made = replace(content(read("S-CT", GOOD)), standings=standings_at(NOW, CAMPAIGN, group_history((), [paper])))
    table = {sheet.title: sheet.table() for sheet in render(made, NOW)}["Tổng hợp đăng ký"]

    assert [values[12] for values in body(table)] == [""]


def test_draft_is_marked():
    (values,) = body(rendered(read("S-CT", GOOD))["Tổng hợp đăng ký"])

    assert values[12] == "chưa xác nhận"


def test_rejected_row_is_not_among_the_entries_but_among_the_problems():
    sheets = rendered(read("S-CT", GOOD, BAD))

    assert len(body(sheets["Tổng hợp đăng ký"])) == 1
    cells = [(values[1], values[5]) for values in body(sheets["Cần sửa"])]
    assert ("Sở Công Thương", "C3") in cells
    links = [value.url for values in body(sheets["Cần sửa"]) for value in values if isinstance(value, CellLink)]
    assert "http://x/bang-registration/7#C3" in links


def test_groups_stand_in_the_plans_order_with_their_counts():
    table = rendered(read(CAMPAIGN.active_units[-1].code, GOOD), read("S-CT", GOOD))["Tổng hợp đăng ký"]
    groups = [item.values[1] for item in table.lines if item.style is LineStyle.GROUP]

    order = [group.name for group in CAMPAIGN.groups]
    assert sorted(groups, key=lambda text: order.index(text.rpartition(":")[0])) == groups
    assert all(text.endswith(": 1 dòng") for text in groups)


def test_report_is_arranged_by_content():
    row = ("II.3", "lời của kế hoạch", "Đã làm", "3 việc", "", "")
    table = rendered(read("S-CT", row, form="report"))["Tổng hợp báo cáo"]
    groups = [item.values[1] for item in table.lines if item.style is LineStyle.GROUP]

    assert [text.split(".")[1] for text in groups[:7]] == list("1234567")
    assert groups[2].endswith(": 1 đơn vị")
    (values,) = body(table)
    assert values[2] == "II.3"
    assert values[4:6] == ("Đã làm", "3 việc")


def test_units_of_a_report_are_asked_for_once_a_few_however_many_contents_there_are():
    rows = [(f"II.{number}", "lời", f"Đã làm {number}", "", "", "") for number in (1, 3, 6)]
    units = enumerate(CAMPAIGN.active_units[:40])
    reads = [read(unit.code, *rows[number % 3 :], form="report") for number, unit in units]
    given, asked = content(*reads), []
    counting = replace(given, contents_of=lambda form, units: (asked.append(form), given.contents_of(form, units))[1])

    (sheet,) = [one for one in render(counting, NOW) if one.title == "Tổng hợp báo cáo"]
    asked.clear()
    first = [list(block.make()) for block in sheet.blocks]
    once = len(asked)
    backwards = [list(block.make()) for block in reversed(sheet.blocks)][::-1]

    assert once == 2  # 25 units, and 15
    assert backwards == first
    assert sum(item.style is LineStyle.BODY for block in first for item in block) == 14 * 3 + 13 * 2 + 13


def test_conservation_is_said():
    lines = rendered(read("S-CT", GOOD, BAD))["Theo dõi tiến độ"].lines

    said = "Số dòng đọc được 2 = tổng hợp 1 + cần sửa 1 + bỏ qua 0."
    assert [item.values[0] for item in lines if item.style is LineStyle.NOTE].count(said) == 1


def test_plan_shows_limits_contents_tasks_and_slogans():
    words = [value for item in rendered()["Kế hoạch"].lines for value in item.values]

    assert {"trước ngày 30/9/2023", "29/9/2023", "trước ngày 30/10/2023", "29/10/2023"} <= set(words)
    assert {item.text for item in (*CAMPAIGN.contents, *CAMPAIGN.slogans, *CAMPAIGN.board_tasks)} <= set(words)
    assert any("chủ nhật" in str(word).lower() for word in words)


def test_charts_are_over_their_own_lines():
    table = rendered()["Biểu đồ"]

    assert [chart.title for chart in table.charts] == [obligation.title for obligation in CAMPAIGN.obligations]
    for chart in table.charts:
        assert table.lines[chart.header_line].style is LineStyle.HEADER
        inside = table.lines[chart.header_line + 1 : chart.end_line]
        assert {item.style for item in inside} == {LineStyle.BODY}
        assert sum(sum(item.values[1:4]) for item in inside) == 53


@pytest.mark.parametrize("later", [timedelta(seconds=1), timedelta(hours=15)])
def test_fingerprint_does_not_depend_on_the_hour(later):
    reads = (read("S-CT", GOOD, BAD),)

    first = printed_tables.fingerprint(render(content(*reads), NOW))
    second = printed_tables.fingerprint(render(content(*reads, now=NOW + later), NOW + later))

    assert first == second


def test_fingerprint_follows_a_word():
    other = read("S-CT", (*GOOD[:6], "khác"))

    assert printed_tables.fingerprint(render(content(read("S-CT", GOOD)), NOW)) != printed_tables.fingerprint(
        render(content(other), NOW)
    )


def test_no_line_is_wider_than_its_table():
    for table in rendered(read("S-CT", GOOD, BAD)).values():
        widest = max(len(item.values) for item in table.lines if item.style in {LineStyle.HEADER, LineStyle.BODY})
        assert widest <= table.column_count


def test_master_in_english_has_no_vietnamese_but_the_campaigns_and_the_units():
    made = replace(content(read("S-CT", GOOD, BAD)), language=Language.ENGLISH)
    ours = {value for sheet in render(made, NOW) for item in sheet.table().lines for value in item.values}

    assert {"Progress", "Registrations", "To correct", "Plan", "Charts"} <= {sheet.title for sheet in render(made, NOW)}
    assert {"Sent", "On time", "Obligation", "Unit", "All", "Error"} <= ours
    assert {"Đã gửi", "Đúng hạn", "Nội dung phải gửi", "Đơn vị", "Tất cả", "Lỗi cần sửa"} & ours == set()


def test_every_block_has_as_many_lines_as_it_announces():
    row = ("II.3", "lời của kế hoạch", "Đã làm", "3 việc", "", "")
    reads = (read("S-CT", GOOD, BAD), read("S-CT", row, form="report"), read("VP-UBND", BAD))

    for sheet in render(content(*reads), NOW):
        assert [len(block.make()) for block in sheet.blocks] == [block.count for block in sheet.blocks]


def test_numbers_run_through_all_groups():
    last = CAMPAIGN.active_units[-1].code
    other = ("2", "Thăm gia đình chính sách", *GOOD[2:])
    table = rendered(read("S-CT", GOOD, other), read(last, GOOD, other))["Tổng hợp đăng ký"]

    assert [values[0] for values in body(table)] == [1, 2, 3, 4]


def test_one_units_word_changes_its_own_blocks_alone():
    before = render(content(read("S-CT", GOOD), read("VP-UBND", GOOD)), NOW)
    after = render(content(read("S-CT", (*GOOD[:6], "khác")), read("VP-UBND", GOOD)), NOW)

    changed = [
        (sheet.title, block.key)
        for old, sheet in zip(before, after, strict=True)
        for was, block in zip(old.blocks, sheet.blocks, strict=True)
        if was.source != block.source
    ]

    assert changed == [("Tổng hợp đăng ký", "unit S-CT")]


def test_analysis_counts_what_was_sent_by_content_group_and_week():
    talk = ("2", "Đối thoại với nhân dân", "từ 05/10 đến 07/10/2023", "Toàn tỉnh", "Dân", "", "")
    sheet = rendered(read("S-CT", GOOD, talk), read("HU-YT", talk))["Phân tích"]
    words = [value for item in sheet.lines for value in item.values]

    # no unit has sent: all are drafts, and the sheet says so
    assert (
        "Tính trên 0 hoạt động của 0 đơn vị đã gửi đăng ký. "
        "Chưa tính 3 hoạt động của 2 đơn vị chưa gửi đủ hoặc đang sửa sau khi gửi." in words
    )
    totals = [item.values for item in sheet.lines if item.style is LineStyle.TOTAL]
    assert {value for total in totals for value in total[1:]} == {0}
