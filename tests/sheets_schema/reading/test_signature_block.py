"""The signature block."""

import pytest

from sheets_schema.reading.signature_block import is_signature, is_signature_text


@pytest.mark.parametrize(
    "cell",
    [
        "(Ký tên, đóng dấu)",
        "(ký, ghi rõ họ tên)",
        "TM. BAN THƯỜNG VỤ\nPHÓ BÍ THƯ",
        "KT. GIÁM ĐỐC",
        "K/T TRƯỞNG BAN",
        "T/M ĐẢNG ỦY",
        "TL. CHỦ TỊCH",
        "GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC SỞ CÔNG THƯƠNG",
        "Thủ trưởng đơn vị",
        "THỦ TRƯỞNG CƠ QUAN",
        "Người lập biểu",
        "Nơi nhận:",
        "Bắc Giang, ngày 25 tháng 9 năm 2023",
        "....., ngày..... tháng.....năm.....",
        "Q. GIÁM ĐỐC",
        "BÍ THƯ",
        "(Đã ký)",
        "Người lập biểu            Thủ trưởng đơn vị",
        "P. GIÁM ĐỐC",
        "Xác nhận của lãnh đạo đơn vị",
        "TP. Bắc Giang, ngày   tháng   năm 2023",
        "TM BAN THƯỜNG TRỰC",
        "GIÁM ĐỐC\n(Đã ký)\nNguyễn Văn A",
        "Yên Thế, ngày 25 tháng 9 năm 2023\nTM. BAN THƯỜNG VỤ",
        "Bắc Giang, ngày 26 tháng 9 năm 2023\nGIÁM ĐỐC\n(Ký tên, đóng dấu)",
        "Bắc Giang, ngày … tháng … năm 2023 (Ký tên, đóng dấu)",
    ],
)
def test_signature_text_is_recognised(cell):
    assert is_signature_text(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "Ký kết chương trình phối hợp với Hội Nông dân",
        "Bí thư cấp ủy đối thoại với Nhân dân",
        "Giám đốc Sở tiếp công dân",
        "Thủ trưởng đơn vị đối thoại với cán bộ, công chức",
        "Tham quan mô hình",
        "Hội nghị tổng kết, ngày 25 tháng 9 năm 2023",
        "Yên Thế, ngày 25 tháng 9 năm 2023\nhội nghị đối thoại",
        "Lục Nam, ngày 20/9/2023",
        "Yên Dũng, ngày hội văn hóa các dân tộc",
        "TUYÊN TRUYỀN",
        "Chủ tịch UBND huyện tiếp dân",
        "Hội nghị tại thành phố, ngày 25 tháng 9 năm 2023 và các ngày sau",
        "x" * 60_000,
    ],
)
def test_signature_text_is_no_activity(cell):
    assert not is_signature_text(cell)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["Lục Nam, ngày 20/9/2023"], True),
        (["TP. Bắc Giang, ngày 20.9.2023"], True),
        (["Lục Nam, ngày 20/9/2023", "Toàn huyện"], False),
        (["Hội nghị tổng kết, ngày 20/9/2023"], False),
        ([], False),
    ],
)
def test_short_place_and_date_signs_only_alone(cells, found):
    assert is_signature(cells, has_period=False) is found


@pytest.mark.parametrize(
    "cells",
    [
        ["Đối thoại với nhân dân", "Toàn tỉnh", "Chủ tịch", "100 lượt"],
        ["ĐỐI THOẠI", "TOÀN TỈNH", "CHỦ TỊCH"],
        ["Chữ ký số: cấp cho 50 cán bộ", "Toàn xã"],
        ["Chữ ký số: cấp cho 50 cán bộ"],
        ["Ký, ghi nhớ quy chế phối hợp", "Hai đơn vị"],
        ["Nơi nhận: điểm tiếp nhận quà tặng", "Toàn huyện", "Hộ nghèo"],
        ["GIÁM ĐỐC SỞ ĐỐI THOẠI VỚI CÔNG NHÂN", "Toàn tỉnh", "Công nhân"],
    ],
)
def test_activity_without_number_and_time_is_no_signature(cells):
    assert not is_signature(cells, has_period=False)


@pytest.mark.parametrize(
    "cells",
    [
        ["Người lập biểu", "Thủ trưởng đơn vị"],
        ["Nơi nhận:", "TM. BAN THƯỜNG VỤ", "(Ký tên, đóng dấu)"],
        ["Nguyễn Văn A", "GIÁM ĐỐC"],
    ],
)
def test_signatures_side_by_side(cells):
    assert is_signature(cells, has_period=False)


@pytest.mark.parametrize("has_period", [True, False])
def test_signature_has_no_time(has_period):
    assert is_signature(["Nguyễn Văn A", "GIÁM ĐỐC"], has_period=has_period) is not has_period
