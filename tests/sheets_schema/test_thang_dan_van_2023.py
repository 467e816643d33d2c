"""The campaign of 2023 says what the plan says, word for word."""

import unicodedata
from collections import Counter
from datetime import UTC, date, datetime

import pytest

from sheets_schema import declaration
from sheets_schema.campaign import ColumnRole, FieldRole, Occasion, Policy, TableKind, ValueType, Window


@pytest.fixture(scope="module")
def campaign():
    return declaration.load_campaign(declaration.builtin_campaign("thang_dan_van_2023"))


def test_campaign_carries_the_plans_frame(campaign):
    assert campaign.key == "thang_dan_van_2023"
    assert campaign.title == "“Tháng Dân vận” năm 2023"
    assert (campaign.year, campaign.zone.key, campaign.locale) == (2023, "Asia/Ho_Chi_Minh", "vi_VN")
    assert (campaign.board, campaign.place) == ("Ban Dân vận Tỉnh ủy", "Bắc Giang")
    assert campaign.span == Window(date(2023, 10, 1), date(2023, 10, 31))
    assert campaign.window == Window(date(2023, 9, 15), date(2023, 11, 30))
    assert campaign.policy == Policy(7, False, 80)


def test_plan_number_and_date_are_blank(campaign):
    assert (campaign.plan_number, campaign.plan_date) == ("", None)


def test_obligations_fall_due_where_the_named_day_begins(campaign):
    assert [(one.form, one.words, one.due_before) for one in campaign.obligations] == [
        ("registration", "trước ngày 30/9/2023", datetime(2023, 9, 29, 17, tzinfo=UTC)),
        ("report", "trước ngày 30/10/2023", datetime(2023, 10, 29, 17, tzinfo=UTC)),
    ]
    assert [one.due_before.tzinfo for one in campaign.obligations] == [campaign.zone] * 2


def test_groups_stand_in_the_plans_order(campaign):
    assert [group.code for group in campaign.groups] == [
        "so_ban_nganh",
        "mttq_to_chuc_ctxh",
        "huyen_thanh_uy",
        "dang_uy_truc_thuoc",
        "ban_dang",
    ]


def test_roster_has_53_active_units_and_the_party_boards_off(campaign):
    assert Counter(unit.group for unit in campaign.units) == {
        "so_ban_nganh": 33,
        "mttq_to_chuc_ctxh": 6,
        "huyen_thanh_uy": 10,
        "dang_uy_truc_thuoc": 4,
        "ban_dang": 5,
    }
    assert len(campaign.active_units) == 53
    assert {unit.group for unit in campaign.units if not unit.active} == {"ban_dang"}


def test_units_are_known_by_their_other_names(campaign):
    assert "Đảng ủy Các cơ quan tỉnh" in campaign.unit("DUK-CCQ").aliases
    assert campaign.unit("HU-LNA").name == "Huyện ủy Lục Nam"
    assert campaign.unit("HU-LNG").name == "Huyện ủy Lục Ngạn"
    assert campaign.unit("S-VHTTDL").emails == ("so-vhttdl@example.org",)


def test_contents_are_the_plans_words(campaign):
    texts = [content.text for content in campaign.contents]

    assert [content.code for content in campaign.contents] == [f"II.{number}" for number in range(1, 8)]
    assert [text.split(" ", 3)[:3] for text in texts] == [
        ["Tập", "trung", "tuyên"],
        ["Tổ", "chức", "các"],
        ["Tăng", "cường", "đa"],
        ["Tiếp", "tục", "đẩy"],
        ["Đẩy", "mạnh", "quán"],
        ["Chỉ", "đạo", "đẩy"],
        ["Tăng", "cường", "các"],
    ]
    assert "xây dựng chính quyền cấp xã thân thiện, tận tụy vì Nhân dân phục vụ, ... tới cán bộ" in texts[0]
    assert "hội thảo, tập huấn, .v.v.. Đẩy mạnh" in texts[1]
    assert texts[3].endswith("“Ngày Thứ Sáu không hẹn”, ...")
    assert "thẩm định để công nhận, khen thưởng" in texts[5]
    assert [len(text) for text in texts] == [898, 525, 686, 844, 464, 405, 587]


def test_board_tasks_have_one_dated(campaign):
    tasks = campaign.board_tasks

    assert [task.code for task in tasks] == [f"1.{number}" for number in range(1, 9)]
    assert [task.code for task in tasks if task.due_before or task.words] == ["1.8"]
    assert tasks[7].due_before == datetime(2023, 11, 4, 17, tzinfo=UTC)
    assert (
        tasks[7].text
        == "Tổ chức đánh giá, xây dựng báo cáo tổng kết “Tháng Dân vận” 2023 (xong trước ngày 05/11/2023)."
    )


def test_slogans_keep_their_slips(campaign):
    texts = [slogan.text for slogan in campaign.slogans]

    assert {slogan.heading for slogan in campaign.slogans} == {"THÁNG DÂN VẬN NĂM 2023"}
    assert len(texts) == 9
    assert texts[3] == '"Dân vận khéo thì việc gì cũng thành công"'
    assert texts[4] == "Đễ trăm lần không dân cũng chịu, khó vạn lần dân liệu cũng xong"
    assert texts[6].endswith('"nghe dân nói, nói dân hiểu, làm dân tin "')
    assert texts[7] == "“Thực hành dân chủ là cái chìa khoá vạn năng có thể giải quyết mọi khó khăn”"


def test_recipients_are_the_plans_ten(campaign):
    assert len(campaign.recipients) == 10
    assert campaign.recipients[0] == "Ban Dân vận Trung ương (b/c)"
    assert campaign.recipients[-1] == "Lưu: TC-TH, Ban Dân vận Tỉnh ủy"


def test_occasion_is_the_tradition_day(campaign):
    assert [occasion.day for occasion in campaign.occasions] == [date(2023, 10, 15)]
    assert isinstance(campaign.occasions[0], Occasion)
    assert "Ngày truyền thống công tác dân vận của Đảng" in campaign.occasions[0].names


def test_registration_is_the_template(campaign):
    form = campaign.form("registration")

    assert (form.table, form.needs_document, form.spare_rows) == (TableKind.OPEN, True, 100)
    assert form.signature == "(Ký tên, đóng dấu)"
    assert form.heading == (
        "TÊN CƠ QUAN, ĐƠN VỊ...",
        "Mẫu",
        "....., ngày..... tháng.....năm.....",
        "DANH SÁCH",
        "Đăng ký hoạt động triển khai hưởng ứng “Tháng Dân vận” năm 2023",
    )
    assert [(column.key, column.title) for column in form.columns] == [
        ("stt", "Stt"),
        ("ten_noi_dung", "Tên nội dung, hoạt động"),
        ("thoi_gian", "Thời gian tổ chức, triển khai"),
        ("quy_mo", "Quy mô, phạm vi triển khai"),
        ("doi_tuong", "Đối tượng thực hiện hoặc đối tượng thụ hưởng"),
        ("muc_tieu", "Mục tiêu hướng đến hoặc dự kiến kết quả đạt được"),
        ("ghi_chu", "Ghi chú"),
    ]
    assert [column.key for column in form.columns if column.constraints.required] == ["ten_noi_dung", "thoi_gian"]
    assert [column.key for column in form.columns if column.expected] == ["quy_mo", "doi_tuong", "muc_tieu"]


def test_registration_block_has_its_labels_in_order(campaign):
    fields = campaign.form("registration").fields

    assert [field.label for field in fields] == [
        "Số và ký hiệu",
        "Ngày ban hành",
        "Liên kết văn bản",
        "Đăng ký kèm trong văn bản",
        "Người ký",
        "Bản ký, đóng dấu",
        "Không phát sinh",
        "Lý do",
        "Xác nhận gửi",
    ]
    ticks = [FieldRole.DOCUMENT_WITHIN, FieldRole.NIL, FieldRole.CONFIRM]
    assert [field.role for field in fields if field.type is ValueType.TICK] == ticks


def test_report_follows_the_contents(campaign):
    form = campaign.form("report")

    assert (form.table, form.needs_document) == (TableKind.FIXED, False)
    assert [(column.key, column.title, column.role) for column in form.columns] == [
        ("muc", "Mục", ColumnRole.SECTION),
        ("noi_dung", "Nội dung", ColumnRole.GIVEN),
        ("ket_qua", "Kết quả thực hiện", ColumnRole.RESULT),
        ("so_lieu", "Số liệu nổi bật", ColumnRole.FIGURES),
        ("khong_phat_sinh", "Không phát sinh", ColumnRole.NIL),
        ("ghi_chu", "Ghi chú", ColumnRole.NOTE),
    ]
    assert [row.title for row in form.free_rows] == ["Đánh giá chung", "Khó khăn, vướng mắc", "Đề xuất, kiến nghị"]
    assert [field.label for field in form.fields] == [
        "Số và ký hiệu",
        "Ngày ban hành",
        "Liên kết văn bản",
        "Bản ký, đóng dấu",
        "Xác nhận gửi",
    ]


def test_every_value_explains_itself_in_both_languages(campaign):
    values = [value for form in campaign.forms for value in (*form.columns, *form.fields)]

    assert [value.key for value in values if not value.description_vi or not value.description_en] == []


@pytest.mark.parametrize("ticked", ["TRUE", "x", "X", "Có"])
def test_ticks_are_read_from_what_people_put_there(campaign, ticked):
    ticks = [value for form in campaign.forms for value in (*form.columns, *form.fields) if value.true_values]

    assert len(ticks) == 5
    assert [tick.key for tick in ticks if ticked not in tick.true_values] == []


def test_files_are_composed_and_end_with_a_newline():
    files = declaration.read_folder(declaration.builtin_campaign("thang_dan_van_2023"))

    assert sorted(files) == ["campaign.toml", "registration.json", "report.json", "units.csv"]
    for content in files.values():
        text = content.decode("utf-8")
        assert unicodedata.is_normalized("NFC", text)
        assert text.endswith("\n")
