"""What papers say: everybody accounted for, each figure the count of its rows, blanks where people decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.domain.decisions import DecisionKind
from service.domain.papers import PaperName, PaperRequest, write_paper
from service.domain.papers.account import Share, accounts, share_of
from service.domain.papers.content import PaperContent
from service.domain.papers.records import MOST_COLUMNS, PaperColumn, PaperTable, RowStyle
from service.domain.papers.sample import STAGES, sample_content
from service.errors import PaperError
from sheets_schema import campaign as campaigns
from sheets_schema.declaration.campaign_folder import load_campaign

SEASON = Path(campaigns.__file__).parent / "campaigns" / "thang_dan_van_2023"
OF_ALL = [name for name in PaperName if not name.is_of_unit]


@pytest.fixture(scope="module")
def content() -> PaperContent:
    return sample_content(load_campaign(SEASON))


def words_of(table: PaperTable, style: RowStyle) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows if row.style is style]


def stage_of(content: PaperContent, code: str) -> str:
    codes = [unit.code for unit in content.campaign.active_units]
    return STAGES[codes.index(code) % len(STAGES)]


def test_everybody_is_accounted_for(content):
    found = accounts(content.campaign, content.standings, content.at)

    assert [one.roster for one in found] == [53, 53]
    for one in found:
        assert sum(one.counts.values()) == one.roster
        assert min(one.counts.values()) > 0
        assert "= 53 đơn vị trong danh sách." in one.words.text()


def test_units_that_do_not_add_up_make_no_paper(content):
    short = replace(content, standings=content.standings[2:])

    with pytest.raises(PaperError, match="không khớp danh sách 53 đơn vị"):
        short.account("registration")


@pytest.mark.parametrize("name", OF_ALL)
def test_paper_says_its_sums_and_fits_a_page(content, name):
    paper = write_paper(PaperRequest(name), content)
    said = [*paper.texts.get("accounts", []), *(note for table in paper.tables for note in table.notes)]

    assert any("= 53 đơn vị trong danh sách." in str(line) for line in said)
    for table in paper.tables:
        assert len(table.columns) <= MOST_COLUMNS
        assert {len(row.cells) for row in table.rows if row.style is not RowStyle.GROUP} <= {len(table.columns)}


def test_no_page_takes_a_tenth_column():
    columns = tuple(PaperColumn(str(number), str(number), 10) for number in range(10))

    with pytest.raises(ValueError, match="too many"):
        PaperTable("x", "", columns, ())


def test_progress_has_a_line_a_unit_and_sums_by_group(content):
    (table,) = write_paper(PaperRequest(PaperName.PROGRESS), content).tables
    names = [cells[1] for cells in words_of(table, RowStyle.BODY)]

    assert names == [unit.name for unit in content.campaign.active_units]
    assert len(words_of(table, RowStyle.GROUP)) == 4
    totals = words_of(table, RowStyle.TOTAL)
    assert len(totals) == 5
    assert totals[-1][1] == "Tổng cộng: 53 đơn vị"
    groups = [int(cells[3].partition(" ")[2].removeprefix("gửi ").partition("/")[0]) for cells in totals]
    assert sum(groups[:-1]) == groups[-1]


def test_letter_leaves_out_the_extended_and_the_exempt(content):
    paper = write_paper(PaperRequest(PaperName.URGING, form="registration"), content)
    (table,) = paper.tables
    listed = {cells[1] for cells in words_of(table, RowStyle.BODY)}
    wanted = {
        unit.name
        for unit in content.campaign.active_units
        if stage_of(content, unit.code) in ("partial", "none", "draft")
    }

    assert listed == wanted
    assert paper.texts["unsent"] == str(len(wanted))
    kept = [one for one in content.standings if one.form == "registration"]
    shares = {stage_of(content, one.unit): share_of(one, content.campaign, content.at) for one in kept}
    assert shares["extended"] is Share.EXTENDED
    assert shares["exempt"] is Share.EXEMPT


def test_letter_asks_before_a_new_date_with_its_last_day(content):
    at = datetime.fromisoformat("2023-10-02T17:00+07:00")
    asked, limit = replace(content, at=at), content.standing("S-CT", "registration").limit

    assert asked.new_limit_of(limit) == "trước ngày 05/10/2023 (hết ngày 04/10/2023, thứ Tư)"
    named = replace(asked, new_before=datetime.fromisoformat("2023-10-09T00:00+07:00"))
    assert named.new_limit_of(limit) == "trước ngày 09/10/2023 (hết ngày 08/10/2023, Chủ nhật)"
    letterhead = replace(content.campaign.letterhead, urging_days=0)
    blank = replace(asked, campaign=replace(content.campaign, letterhead=letterhead))
    assert blank.new_limit_of(limit) == "trước ngày … (hết ngày …)"


def test_letter_before_the_limit_asks_for_no_earlier_day(content):
    early = replace(content, at=datetime.fromisoformat("2023-09-20T17:00+07:00"))
    limit = early.standing("S-CT", "registration").limit

    assert early.new_limit_of(limit) == "trước ngày 30/9/2023 (hết ngày 29/9/2023, thứ Sáu)"


def test_letter_and_list_name_those_who_make_up_the_sum(content):
    letter = write_paper(PaperRequest(PaperName.URGING, form="registration"), content)
    counts = content.account("registration").counts
    (table,) = write_paper(PaperRequest(PaperName.PROGRESS), content).tables

    assert min(counts[share] for share in (Share.EXTENDED, Share.EXEMPT, Share.NIL)) > 0
    assert letter.texts["beside"] == (
        f"{counts[Share.EXTENDED]:02} đơn vị đang được gia hạn; {counts[Share.EXEMPT]:02} đơn vị không phải gửi"
    )
    sent = counts[Share.SENT] + counts[Share.NIL]
    assert words_of(table, RowStyle.TOTAL)[-1][3] == f"Đã gửi {sent}/53 (kể cả {counts[Share.NIL]} không phát sinh)"


def test_slip_leaves_out_what_was_accepted_since(content):
    made = next(one for one in content.history.all_decisions if one.kind is DecisionKind.RETURN)
    before = write_paper(PaperRequest(PaperName.RETURN, made.unit, made.form), content)
    accepted = replace(made, kind=DecisionKind.ACCEPT, recorded_at=made.recorded_at + timedelta(hours=1))
    decisions = content.history.decisions | {(made.unit, made.form): (made, accepted)}
    later = replace(content, history=replace(content.history, decisions=decisions))
    after = write_paper(PaperRequest(PaperName.RETURN, made.unit, made.form), later)

    asked = [[row.cells[2] for row in paper.tables[0].rows] for paper in (before, after)]
    assert [column.count("Ý kiến của Ban") for column in asked] == [1, 0]


def test_letter_to_no_one_is_refused(content):
    sent = [one for one in content.standings if one.receipt.counts]
    few = {one.unit for one in sent if one.form == "registration"} & {one.unit for one in sent if one.form == "report"}
    units = tuple(unit for unit in content.campaign.units if unit.code in few)
    all_sent = replace(
        content,
        campaign=replace(content.campaign, units=units),
        standings=tuple(one for one in content.standings if one.unit in few),
    )

    with pytest.raises(PaperError, match="không còn đơn vị nào phải đôn đốc"):
        write_paper(PaperRequest(PaperName.URGING), all_sent)


def test_numbers_and_days_of_documents_stay_blank(content):
    texts = write_paper(PaperRequest(PaperName.SUMMARY), content).texts

    assert texts["number"] == "Số      -BC/BDVTU"
    assert texts["place_date"] == "Bắc Giang, ngày … tháng … năm 2023"
    assert texts["plan"] == "Kế hoạch số …-KH/BDVTU, ngày …"
    assert texts["recipients"][-1] == "- Lưu: TC-TH, Ban Dân vận Tỉnh ủy."
    assert all(line.endswith(",") for line in texts["recipients"][:-1])


def test_each_figure_of_the_report_is_the_count_of_its_rows(content):
    paper = write_paper(PaperRequest(PaperName.SUMMARY), content)
    figures = {figure.label: figure for figure in paper.figures}

    assert [figure.number for figure in paper.figures] == list(range(1, len(paper.figures) + 1))
    assert figures["Đơn vị trong danh sách"].value == 53
    entries = sum(len(held.entries) for (_, form), held in content.held.items() if form == "registration")
    assert figures["Hoạt động đăng ký"].value == entries == int(str(paper.texts["activities"]))
    assert all(one.row for one in figures["Hoạt động đăng ký"].sources)
    assert {one.form for one in figures["Hoạt động đăng ký"].sources} == {content.campaign.form("registration").title}
    for section, code in zip(paper.texts["contents"], content.campaign.contents, strict=True):
        assert section["title"] == code.title
        assert int(section["reported"]) == len(section["entries"])
        marked = [entry for entry in section["entries"] if "chưa xác nhận" in str(entry["unit"])]
        assert int(section["unconfirmed"]) == len(marked)
    assert any(int(section["unconfirmed"]) for section in paper.texts["contents"])


def test_report_ticks_the_board_tasks_and_has_three_annexes(content):
    paper = write_paper(PaperRequest(PaperName.SUMMARY), content)

    assert [task["code"] for task in paper.texts["tasks"]] == [f"1.{number}" for number in range(1, 9)]
    assert [task["mark"] for task in paper.texts["tasks"]][:2] == ["☐", "☒"]
    assert [table.title.partition(" ")[0] for table in paper.tables] == ["Tổng", "Theo", "Đơn", "Đơn"]


def test_form_is_the_template_and_nothing_else(content):
    unit = content.campaign.active_units[1]
    paper = write_paper(PaperRequest(PaperName.FORM, unit.code, "registration"), content)
    form = content.campaign.form("registration")
    (table,) = paper.tables

    assert [column.title for column in table.columns] == [column.title for column in form.columns]
    assert paper.texts["right"] == ["Mẫu", "....., ngày..... tháng.....năm....."]
    assert paper.texts["title"] == "DANH SÁCH"
    assert paper.texts["signature"] == "(Ký tên, đóng dấu)"
    assert "party" not in paper.texts
    held = content.held[unit.code, "registration"]
    assert len(table.rows) == len(held.rows)


def test_form_of_a_unit_that_typed_nothing_has_blank_rows(content):
    unit = next(one for one in content.campaign.active_units if stage_of(content, one.code) == "none")
    (table,) = write_paper(PaperRequest(PaperName.FORM, unit.code), content).tables
    (report,) = write_paper(PaperRequest(PaperName.FORM, unit.code, "report"), content).tables

    assert [row.cells[0] for row in table.rows][:2] == ["1", "2"]
    assert not any(cell for row in table.rows for cell in row.cells[1:])
    free = [one.title for one in content.campaign.form("report").free_rows]
    assert [row.cells[0] for row in report.rows] == [*(f"II.{number}" for number in range(1, 8)), "", "", ""]
    assert [row.cells[1] for row in report.rows[7:]] == free
    assert not any(cell for row in report.rows for cell in row.cells[2:])


def test_form_keeps_the_sections_that_a_unit_left_blank(content):
    owed, held = next(found for found in content.held.items() if found[0][1] == "report" and len(found[1].entries) > 1)
    entries = tuple(one for one in held.entries if one["key"] in ("II.2", "II.6"))
    some = replace(content, held={owed: replace(held, entries=entries, others=())})

    (table,) = write_paper(PaperRequest(PaperName.FORM, *owed), some).tables

    assert [row.cells[0] for row in table.rows[:7]] == [f"II.{number}" for number in range(1, 8)]
    assert [any(row.cells[2:]) for row in table.rows] == [False, True, False, False, False, True, *[False] * 4]
    wide = {column.key: column.width for column in table.columns}
    assert wide["noi_dung"] > wide["ket_qua"]


@pytest.mark.parametrize(
    ("reason", "says"), [("gửi chung", "Không phát sinh: x. Lý do: gửi chung"), ("", "Không phát sinh: x")]
)
def test_form_of_a_unit_with_nothing_to_report_says_so(content, reason, says):
    owed, held = next(found for found in content.held.items() if found[0][1] == "registration")
    fields = {"khong_phat_sinh": "TRUE", "ly_do": reason}
    nothing = replace(content, held={owed: replace(held, entries=(), others=(), fields=fields)})

    (table,) = write_paper(PaperRequest(PaperName.FORM, *owed), nothing).tables

    assert [row.cells for row in table.rows] == [(says,)]


def test_slip_names_what_to_correct_or_is_refused(content):
    partial = next(one for one in content.campaign.active_units if stage_of(content, one.code) == "partial")
    none = next(one for one in content.campaign.active_units if stage_of(content, one.code) == "none")
    (table,) = write_paper(PaperRequest(PaperName.RETURN, partial.code, "registration"), content).tables

    assert [row.cells[2] for row in table.rows][:2] == ["Ý kiến của Ban", "Thành phần còn thiếu"]
    with pytest.raises(PaperError, match="không có nội dung nào phải bổ sung"):
        write_paper(PaperRequest(PaperName.RETURN, none.code), content)
    with pytest.raises(PaperError, match="của một đơn vị"):
        write_paper(PaperRequest(PaperName.RETURN), content)


def test_lists_name_every_kind_and_their_groups(content):
    first, _ = write_paper(PaperRequest(PaperName.UNSENT), content).tables
    headings = [cells[0] for cells in words_of(first, RowStyle.GROUP)]

    assert [one.partition(". ")[2].partition(":")[0] for one in headings] == [
        "Chưa gửi",
        "Gửi chưa đủ hoặc chưa xác nhận gửi",
        "Gửi trễ hạn",
        "Chưa gửi, đang được gia hạn",
    ]
    assert "(Sở, ban, ngành: " in headings[0]


def test_moment_with_a_name_is_named(content):
    named = replace(content, at=content.at + timedelta(seconds=0), label="chốt tháng 10")

    assert "(mốc “chốt tháng 10”)" in named.moment_line
