"""The words of time texts, as tables: what each phrase means to the grammar, and the days people name."""

from __future__ import annotations

from sheets_schema.periods.words.tags import Tag

PHRASES: dict[Tag, str] = {
    Tag.DAY: "ngày | mùng | mồng | ngày mùng | ngày mồng | hôm",
    Tag.WEEK: "tuần | tuần lễ | tuần thứ",
    Tag.MONTH: "tháng | thg | th | tháng thứ",
    Tag.LETTER_T: "t",
    Tag.QUARTER: "quý | quí | q | quý thứ",
    Tag.YEAR: "năm",
    Tag.THIS_YEAR: "cả năm | trong năm | suốt năm | toàn năm | năm nay | trong năm nay | trọn năm | trong cả năm",
    Tag.NTH: "thứ",
    Tag.SESSION: (
        "sáng | chiều | tối | trưa | đêm | buổi sáng | buổi chiều | buổi tối | buổi trưa | buổi đêm | cả ngày | "
        "nửa ngày | 1/2 ngày | sáng sớm | đầu giờ sáng | đầu giờ chiều | cuối giờ chiều | cuối buổi chiều | "
        "đầu giờ | "
        "một buổi sáng | 01 buổi sáng | ca sáng | ca chiều | ca tối | "
        "cả buổi sáng | cả buổi chiều | các buổi sáng | các buổi chiều | các buổi tối | cuối giờ"
    ),
    Tag.EARLY: "đầu | thượng tuần | đầu tiên | những ngày đầu | các ngày đầu | thời gian đầu | những ngày đầu của",
    Tag.MIDDLE: "giữa | trung tuần | những ngày giữa",
    Tag.LATE: "cuối | hạ tuần | cuối cùng | những ngày cuối | các ngày cuối | các tháng cuối | những tháng cuối",
    Tag.HALF: "nửa",
    Tag.FROM: "từ | kể từ | tính từ | bắt đầu từ | bắt đầu kể từ | triển khai từ | thực hiện từ | "
    "trong và sau | từ và sau | không trước | không sớm hơn | sớm nhất | sớm nhất là | sớm nhất từ | sớm nhất vào",
    Tag.TO: "đến | tới | cho đến | cho tới | → | ÷",
    Tag.UNTIL: "đến hết | tới hết | cho đến hết | cho tới hết | hết | đến khi hết | tính đến hết | đến tận",
    Tag.BEFORE: (
        "trước | xong trước | hoàn thành trước | hoàn thành xong trước | kết thúc trước | từ trước | trước thời điểm"
    ),
    Tag.BY: (
        "chậm nhất | chậm nhất là | chậm nhất vào | chậm nhất đến | chậm nhất đến hết | chậm nhất trong | "
        "muộn nhất | "
        "muộn nhất là | muộn nhất vào | muộn nhất đến | muộn nhất đến hết | không quá | không muộn hơn | "
        "không chậm hơn | không chậm quá | không sau | "
        "hạn cuối | hạn chót | hạn cuối cùng | thời hạn | hạn | deadline | "
        "hạn đến | "
        "thời hạn đến | hạn nộp | trước hoặc trong | trước và trong | xong trong ngày | trễ nhất | trễ nhất là | "
        "chậm nhất hết | không quá hết | hạn cuối là | hạn chót là | chậm nhất không quá"
    ),
    Tag.AFTER: "sau | từ sau",
    Tag.ONWARD: (
        "trở đi | về sau | trở về sau | và những năm tiếp theo | và các năm tiếp theo | và những năm sau | "
        "và các năm sau | các năm tiếp theo | những năm tiếp theo | và tiếp tục | và các tháng tiếp theo | "
        "và những tháng tiếp theo | và các ngày tiếp theo | và những ngày tiếp theo | và các ngày sau đó | "
        "và những ngày sau đó | và các tuần tiếp theo | và những tuần tiếp theo"
    ),
    Tag.NOW: "nay | bây giờ | hiện nay | thời điểm hiện tại",
    Tag.START: "bắt đầu | khởi công | khởi động | bắt đầu triển khai | bắt đầu thực hiện | bắt đầu vào",
    Tag.FINISH: "kết thúc | hoàn thành | hoàn thành vào | kết thúc vào | xong | khánh thành | bế mạc | bàn giao",
    Tag.AND: "và | cùng | & | cùng với | đồng thời",
    Tag.OR: "hoặc | hay",
    Tag.ABOUT: (
        "dự kiến | khoảng | tầm | ước | chừng | độ | vào khoảng | trong khoảng | khoảng thời gian | dự kiến vào | "
        "dự kiến trong | khoảng độ | ~ | ≈ | ± | ? | dự định | có thể | trong khoảng thời gian | dk | tạm thời"
    ),
    Tag.OCCASION: (
        "dịp | nhân dịp | vào dịp | nhân | nhân kỷ niệm | "
        "nhân dịp kỷ niệm | trong dịp | dịp kỷ niệm | đúng dịp | nhân dịp chào mừng | hướng tới | hướng đến"
    ),
    Tag.PEAK: "cao điểm | trọng tâm | tập trung | tập trung vào | cao điểm là | cao điểm vào | tập trung cao điểm",
    Tag.EACH: "mỗi | các | những | mọi | từng | tất cả các",
    Tag.ALWAYS: (
        "thường xuyên | từ nay trở đi | từ nay về sau | quanh năm | thường kỳ | thường kì | "
        "bất kỳ lúc nào | "
        "thường xuyên liên tục | thường nhật | không giới hạn thời gian | lâu dài | đột xuất và thường xuyên"
    ),
    Tag.SITE: (
        "quảng trường | sân vận động | hội trường | nhà văn hóa | nhà thi đấu | nhà thiếu nhi | công viên | "
        "cung văn hóa | trung tâm văn hóa | tượng đài | rạp | nhà máy | nông trường | lâm trường | trường thcs | "
        "nvh | nhà vh | htx | hợp tác xã | trường ptcs | trường ptth | "
        "trường tiểu học | trường thpt | trường th | trường mầm non | trường trung học cơ sở | "
        "trường trung học phổ thông | đại lộ | tỷ lệ | tỉ lệ"
    ),
    Tag.NUMBERED: (
        "quốc lộ | ql | tỉnh lộ | tl | hương lộ | đường tỉnh | đường huyện | đt | đh | lý trình | vành đai | "
        "đường vành đai | tiểu đoàn | trung đoàn | sư đoàn | lữ đoàn | đại đội | quân đoàn | quân khu | đồn | "
        "đồn biên phòng | công ty | xí nghiệp | bệnh viện | kho | lô | thửa | thửa đất | tiểu khu | phòng họp | "
        "khóa | kiốt"
    ),
    Tag.PLACE: "tại | ở | trên địa bàn | địa điểm | đ/c",
    Tag.ASIDE: (
        "theo quy định | theo | theo kế hoạch | kế hoạch | "
        "kh | khi | sau khi | ngay sau khi | chờ | chưa | đang | tùy | tùy theo | "
        "căn cứ | phụ thuộc | trước khi | ngay khi | đợi | sẽ thông báo | "
        "quyết định | nghị quyết | chỉ thị | công văn | thông báo | hướng dẫn | luật | nghị định | quy định | "
        "ngay sau | trừ | ngoại trừ | không kể | trừ các ngày | thông tư | xin | đề nghị | lịch | không có | "
        "không xác định | đến khi | cho đến khi | từ khi | kể từ khi"
    ),
    Tag.SAME: "tức | tức là | tức ngày | tức là ngày | nhằm ngày | nhằm | nhằm vào ngày | trùng với ngày | trùng ngày",
    Tag.LUNAR: "âm lịch | lịch âm | ngày âm lịch | âl | âm | tính theo âm lịch | theo âm lịch | theo lịch âm",
    Tag.FULL_MOON: "rằm | ngày rằm | hôm rằm",
    Tag.VOID: (
        "đầu năm học | cuối năm học | giữa năm học | học kỳ | học kì | tháng tết | nhuận | tháng nhuận | "
        "tháng này | tháng sau | tháng tới | tháng trước | tuần này | tuần sau | tuần tới | tuần trước | hôm nay | "
        "ngày mai | hôm qua | hôm sau | năm sau | năm tới | năm ngoái | năm trước | sang năm | "
        "niên khóa | nhiệm kỳ | ngày này | không thường xuyên | không cố định | không định kỳ | quý này | "
        "quý tới | quý sau | quý trước | không tổ chức | không thực hiện | không triển khai | không phải | "
        "hủy | huỷ | hủy bỏ | huỷ bỏ | hoãn | tạm hoãn | hki | hkii | hk i | "
        "hk ii | hk1 | hk2 | hk 1 | hk 2 | một phần"
    ),
    Tag.CHANGE: (
        "chuyển sang | chuyển đến | đổi sang | đổi thành | dời sang | dời đến | lùi sang | lùi đến | "
        "điều chỉnh sang | điều chỉnh thành | thay bằng"
    ),
    Tag.SCHOOL_YEAR: "năm học | trong năm học | cả năm học | suốt năm học | trọn năm học",
    Tag.ARTICLE: "điều | khoản | điểm | mục | phụ lục | chương",
    Tag.LABEL: (
        "đợt | lần | vòng | lớp | kỳ | chuyến | phiên | ca | buổi | lần thứ | vòng thứ | đợt thứ | gđ | "
        "giai đoạn | số | khu | thôn | tổ | "
        "đội | xóm | phòng | tầng | cụm | nhóm | bước | nội dung | khối | khu phố | tổ dân phố | bản | khối phố | "
        "tiết | tiết thứ | "
        "phiên họp thứ | kỳ họp thứ | hội nghị thứ | cuộc họp thứ | phiên thứ | kỳ thứ | buổi thứ | ca thứ | nhóm thứ"
    ),
    Tag.COUNT: (
        "người | lượt | đại biểu | xã | thôn | buổi | cuộc | lần | huyện | mô hình | suất | phần | cây | hộ | "
        "triệu | "
        "tỷ | đồng | m | ha | đêm | phút | tiếng | đơn vị | đồng chí | đ/c | đoàn | tổ | hội nghị | lớp | "
        "em | cháu | học sinh | chi bộ | tổ chức | đợt | nhà | công trình | ca | cán bộ | hội viên | "
        "đoàn viên | quà | bài | tin | cấp | phường | thị trấn | tập thể | cá nhân | gia đình | công dân | kg | "
        "tấn | con | chiếc | bộ | điểm | vòng | lượt người | trẻ em | khu | cơ sở | hội thi | câu lạc bộ | k | tr"
    ),
    Tag.FILLER: (
        "xây dựng kế hoạch | ban hành kế hoạch | lập kế hoạch | suốt | của | thực hiện | triển khai | tổ chức | "
        "cả | trọn | toàn bộ | cùng ngày | là | ngay | được | "
        "chào mừng | kỷ niệm | kỉ niệm | hưởng ứng | mừng | lễ kỷ niệm | chào mừng kỷ niệm | tiến hành | "
        "tiếp tục | sẽ | bắt đầu ra quân | duy trì | nhất là | cụ thể | "
        "ít nhất | nhiều nhất | tối thiểu | tối đa | trong đó | gồm | dương lịch | dl"
    ),
    Tag.WITHIN: (
        "trong | vào | lúc | hồi | vào lúc | vào hồi | diễn ra | thời gian | thời điểm | trong thời gian | "
        "trong suốt | "
        "trong vòng | vào các | vào những | trong các"
    ),
}
VALUES: dict[Tag, dict[str, int]] = {
    Tag.WEEKDAY: {
        "thứ hai": 0, "thứ ba": 1, "thứ tư": 2, "thứ năm": 3, "thứ sáu": 4, "thứ bảy": 5, "thứ bẩy": 5,
        "chủ nhật": 6, "chúa nhật": 6, "cn": 6, "chủ nhựt": 6,
    },
    Tag.WORKDAYS: {
        "ngày làm việc trong tuần": 5, "ngày trong tuần": 7, "ngày làm việc": 5, "ngày nghỉ cuối tuần": 2,
        "ngày cuối tuần": 2, "ngày nghỉ": 2, "những ngày cuối tuần": 2, "các ngày cuối tuần": 2,
    },
    Tag.EVERY: {
        "hằng ngày": 1, "hàng ngày": 1, "mỗi ngày": 1, "ngày nào cũng": 1, "từng ngày": 1, "hằng đêm": 1,
        "hằng tuần": 7, "hàng tuần": 7, "mỗi tuần": 7, "từng tuần": 7, "hàng tối": 1,
        "hằng tháng": 30, "hàng tháng": 30, "mỗi tháng": 30, "từng tháng": 30, "các tháng trong năm": 30,
        "hằng quý": 90, "hàng quý": 90, "mỗi quý": 90, "từng quý": 90, "theo tuần": 7, "theo tháng": 30,
        "hằng năm": 365, "hàng năm": 365, "mỗi năm": 365, "định kỳ": 0, "định kì": 0, "theo định kỳ": 0,
        "mỗi buổi": 1, "mỗi sáng": 1, "mỗi tối": 1, "hằng giờ": 1, "các ngày trong": 1, "mọi ngày": 1,
    },
    Tag.SESSION: {
        "giờ hành chính": 1, "trong giờ hành chính": 1, "giờ làm việc": 1, "trong giờ làm việc": 1,
        "ngoài giờ hành chính": 1, "ngoài giờ làm việc": 1, "sau giờ làm việc": 1, "sau giờ hành chính": 1,
        "trước giờ làm việc": 1, "trước giờ hành chính": 1,
    },
    Tag.SITE: {"đường": 1, "phố": 1},
    Tag.COUNT: {"trường": 1, "km": 1},
    Tag.ALWAYS: {"liên tục": 1, "xuyên suốt": 1, "suốt cả năm": 0},
    Tag.LUNAR_MONTH: {"tháng giêng": 1, "tháng chạp": 12},
    Tag.ORDINAL: {"thứ nhất": 1, "nhất": 1, "thứ bốn": 4},
}  # fmt: skip
NUMBER_WORDS = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7,
    "tám": 8, "chín": 9, "mười": 10, "mươi": 10, "mười một": 11, "mười hai": 12,
}  # fmt: skip
ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
}  # fmt: skip
ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Days of the year everybody knows by name: (day, month), names.
NATIONAL_DAYS: tuple[tuple[int, int, str], ...] = (
    (1, 1, "tết dương lịch"),
    (3, 2, "ngày thành lập đảng | thành lập đảng cộng sản việt nam | ngày thành lập đảng cộng sản việt nam"),
    (27, 2, "ngày thầy thuốc việt nam"),
    (8, 3, "ngày quốc tế phụ nữ"),
    (26, 3, "ngày thành lập đoàn | ngày thành lập đoàn tncs hồ chí minh"),
    (21, 4, "ngày sách và văn hóa đọc việt nam"),
    (30, 4, "ngày giải phóng miền nam"),
    (1, 5, "ngày quốc tế lao động"),
    (19, 5, "ngày sinh chủ tịch hồ chí minh | ngày sinh nhật bác"),
    (1, 6, "ngày quốc tế thiếu nhi"),
    (5, 6, "ngày môi trường thế giới"),
    (28, 6, "ngày gia đình việt nam"),
    (27, 7, "ngày thương binh liệt sĩ | ngày thương binh - liệt sĩ | ngày thương binh liệt sỹ"),
    (19, 8, "cách mạng tháng tám | ngày cách mạng tháng tám | ngày toàn dân bảo vệ an ninh tổ quốc"),
    (2, 9, "quốc khánh | ngày quốc khánh | tết độc lập | lễ quốc khánh"),
    (1, 10, "ngày quốc tế người cao tuổi"),
    (4, 10, "ngày toàn dân phòng cháy chữa cháy | ngày toàn dân phòng cháy và chữa cháy"),
    (10, 10, "ngày chuyển đổi số quốc gia | ngày chuyển đổi số | ngày giải phóng thủ đô"),
    (13, 10, "ngày doanh nhân việt nam"),
    (14, 10, "ngày thành lập hội nông dân việt nam | ngày thành lập hội nông dân"),
    (17, 10, "ngày vì người nghèo"),
    (20, 10, "ngày phụ nữ việt nam | ngày thành lập hội lhpn việt nam | ngày thành lập hội liên hiệp phụ nữ việt nam"),
    (9, 11, "ngày pháp luật | ngày pháp luật việt nam | ngày pháp luật nước cộng hòa xã hội chủ nghĩa việt nam"),
    (18, 11, "ngày hội đại đoàn kết toàn dân tộc | ngày hội đại đoàn kết | ngày thành lập mặt trận dân tộc thống nhất "
             "việt nam | ngày truyền thống mặt trận tổ quốc việt nam | đại đoàn kết toàn dân tộc"),
    (20, 11, "ngày nhà giáo việt nam | ngày nhà giáo"),
    (1, 12, "ngày thế giới phòng chống aids | ngày thế giới phòng chống hiv/aids"),
    (6, 12, "ngày thành lập hội cựu chiến binh việt nam"),
    (22, 12, "ngày thành lập quân đội nhân dân việt nam | ngày hội quốc phòng toàn dân | ngày quốc phòng toàn dân"),
    (25, 12, "lễ giáng sinh | giáng sinh | noel"),
)  # fmt: skip
# Days of the lunar year everybody knows by name: (day, month), names.
LUNAR_DAYS: tuple[tuple[int, int, str], ...] = (
    (1, 1, "tết nguyên đán | tết âm lịch | tết cổ truyền | mùng một tết | mùng 1 tết | tết ta"),
    (15, 1, "tết nguyên tiêu | rằm tháng giêng"),
    (3, 3, "tết hàn thực"),
    (10, 3, "giỗ tổ hùng vương | giỗ tổ | ngày giỗ tổ hùng vương"),
    (15, 4, "lễ phật đản | đại lễ phật đản | phật đản"),
    (5, 5, "tết đoan ngọ"),
    (15, 7, "lễ vu lan | đại lễ vu lan | vu lan | tết trung nguyên"),
    (15, 8, "tết trung thu | trung thu | lễ trung thu | ngày tết trung thu | rằm trung thu | đêm hội trung thu | "
            "đêm trung thu | đêm hội trăng rằm | hội trăng rằm | đêm trăng rằm"),
    (9, 9, "tết trùng cửu"),
    (15, 10, "tết hạ nguyên"),
    (23, 12, "tết ông công ông táo | ông công ông táo"),
)  # fmt: skip
CAMPAIGN_WORDS = (
    "đợt cao điểm | tháng cao điểm | trong đợt | cả đợt | suốt đợt | toàn đợt | đợt phát động | tháng chiến dịch"
)
