"""What Word, Excel, LibreOffice and Google Sheets put on the clipboard, pasted into a unit's tab."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheets_schema.reading.headers import titles_of

FOLDER = Path(__file__).parent / "clipboard"
PASTE = """(field, [html, text]) => {
    const data = new DataTransfer();
    if (html) data.setData("text/html", html);
    data.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def paste(page, name: str, html: str, text: str = "") -> None:
    """Paste at a cell, byte for byte: a browser's own clipboard takes styles and comments out."""
    page.locator(f"#{name}").click()
    page.locator("#typing").evaluate(PASTE, [html, text])


def paste_file(page, name: str, file: str) -> None:
    paste(page, name, read(file))


def shown(page, first: int, last: int, columns: str = "ABCDEFG") -> list[list[str]]:
    return [[page.locator(f"#{column}{row}").inner_text() for column in columns] for row in range(first, last + 1)]


def read(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")


def said(page) -> str:
    return page.locator("#message").inner_text()


def test_table_of_word_goes_under_its_titles_without_what_was_deleted(site, expect):
    page = site.open()

    paste_file(page, "B12", "word.html")

    rows = [
        ["1", "Hội nghị đối thoại với nhân dân", "16/10/2023", "", "Cán bộ, đảng viên",
         "• Nâng cao nhận thức\n2. Thống nhất hành động", ""],
        ["2", "Trồng 200 cây xanh", "16/10/2023", "", "Cán bộ, đảng viên", "c. Sạch đường\nd. Xanh vườn\n• tre", ""],
        ["", "", "", "", "", "", ""],
    ]  # fmt: skip
    assert shown(page, 12, 14) == rows
    for words in (
        "Đã dán 2 dòng, 5 cột.",
        "Đã bỏ dòng tiêu đề bảng",
        "Không dán cột ngoài mẫu: “Người phụ trách”.",
        "Đã bỏ chữ bị xóa hoặc gạch ngang ở 5 ô.",
        "Đã bỏ 1 chỗ bị ẩn.",
        "Đã bỏ 1 dòng ngoài bảng.",
    ):
        assert words in said(page)
    expect(page.locator("#state")).to_have_text("Đã lưu")
    assert site.cells("A12", "G14") == rows

    # one step, after it was saved
    page.keyboard.press("Control+z")
    expect(page.locator("#state")).to_have_text("Đã lưu")
    assert site.cells("A12", "G14") == [[""] * 7] * 3
    expect(page.locator("#undo")).to_be_disabled()


def test_cells_of_spreadsheets_are_pasted_as_they_are_shown(site, expect):
    page = site.open()

    paste_file(page, "A12", "excel.html")
    assert shown(page, 12, 15, "ABCDEF") == [
        ["1", "Tặng quà\ngia đình chính sách", "05/10/2023", "Toàn huyện", "Hộ nghèo", "0123"],
        ["2", "Ra quân làm sạch đường", "15/10/2023", "Toàn huyện", "", "07/10/2023"],
        ["3", "Hội nghị đối thoại", "", "Toàn huyện", "Thanh niên", "########"],
        ["", "", "", "", "", ""],
    ]
    for words in (
        "Đã bỏ chữ bị xóa hoặc gạch ngang ở 2 ô.",
        "Đã bỏ 2 chỗ bị ẩn.",
        "1 ô chỉ có dấu ####",
        "3 ô ngày ghi tháng trước đã đổi thành ngày/tháng/năm.",
    ):
        assert words in said(page)

    # nothing says whether the machine that copied puts the month first
    page.keyboard.press("Control+z")
    paste(page, "A12", read("excel.html").replace("10/15/2023", "10/11/2023"))
    assert shown(page, 12, 13, "C") == [["10/5/2023"], ["10/11/2023"]]
    assert "2 ô ngày được hiểu theo thứ tự ngày/tháng" in said(page)

    page.keyboard.press("Control+z")
    paste_file(page, "A12", "excel_2003.html")
    assert shown(page, 12, 14, "ABC") == [
        ["1", "Hội nghị", "05/10/2023"],
        ["2", "Ra quân", "15-Oct-23"],
        ["3", "=A1", "5/10/2023"],
    ]

    # the heading of a section takes nothing of a merged cell beside it, a blank row neither
    page.keyboard.press("Control+z")
    merged = "<tr><td>1<td>Hội nghị<td rowspan=4>10/2023<tr><td>II<td>Công tác khác<tr><td><td><tr><td>1<td>Ra quân"
    paste(page, "A12", f"<table><caption>Biểu số 1</caption>{merged}</table>")
    assert shown(page, 12, 15, "C") == [["10/2023"], [""], [""], ["10/2023"]]
    assert "Đã bỏ 1 dòng ngoài bảng" in said(page)

    page.keyboard.press("Control+z")
    paste_file(page, "A12", "calc.html")
    assert shown(page, 12, 13, "ABCD") == [
        ["1", "Hội nghị đối thoại\nở thôn", "05/10/2023", "Toàn tỉnh"],
        ["2", 'Ra quân "Ngày Chủ nhật xanh"', "15/10/2023", "Toàn tỉnh"],
    ]

    page.keyboard.press("Control+z")
    paste_file(page, "A12", "sheets.html")
    assert shown(page, 12, 13, "ABCD") == [
        ["1", "Hội nghị\nđối thoại", "05/10/2023", "Toàn xã"],
        ["2", "200 cây", "15/10/2023", "Toàn xã"],
    ]


def test_text_lists_ordinals_and_headers_find_their_place(site, expect):
    page = site.open()

    line = '1\t"Dân vận khéo" ở cơ sở\t20/10/2023\t"Toàn ""tỉnh""\n10 huyện"\t\'=A1\t"mở'
    paste(page, "A12", "", f"{line}\r\n2\tRa\x00 quân\u200e\t21/10/2023\v")
    assert shown(page, 12, 13, "ABCDEF") == [
        ["1", '"Dân vận khéo" ở cơ sở', "20/10/2023", 'Toàn "tỉnh"\n10 huyện', "=A1", '"mở'],
        ["2", "Ra quân\u200e", "21/10/2023", "", "", ""],
    ]
    page.keyboard.press("Control+z")

    # alone, a quotation mark is the sign of “as above”
    paste(page, "A12", "", '1\tHội nghị\t15/10/2023\n2\tRa quân\t"\n3\tTặng quà\t"\n')
    assert shown(page, 12, 14, "C") == [["15/10/2023"], ['"'], ['"']]
    paste(page, "A12", "", "1\tHội thi\t15/10/2023")
    assert said(page) == "Đã dán 1 dòng, 3 cột. Đã thay 1 ô đang có chữ; Ctrl + Z để lấy lại."
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")

    # a list that is no table is a row a line, and one cell where it is typed into
    copied = read("word_list.html")
    paste(page, "B12", copied, "-\tTặng quà lớn\nØ\tThăm hỏi\t17/10/2023")
    assert shown(page, 12, 13, "BC") == [["- Tặng quà", ""], ["➢ Thăm hỏi", "17/10/2023"]]
    page.keyboard.press("Control+z")
    page.locator("#F20").dblclick()
    page.locator("#typing").evaluate(PASTE, [copied, "-\tTặng quà lớn"])
    page.locator("#typing").evaluate(PASTE, ['<p>"nguyên" văn', '\n"nguyên"  văn'])
    page.keyboard.press("Enter")
    expect(page.locator("#F20")).to_have_text('- Tặng quà\n➢ Thăm hỏi 17/10/2023\n"nguyên"  văn', use_inner_text=True)
    page.keyboard.press("Control+z")
    expect(page.locator("#F20")).to_have_text("")

    paste(page, "B12", "", "1\tHội nghị\t15/10/2023\n2\tRa quân\t16/10/2023")
    assert shown(page, 12, 13, "ABC") == [["1", "Hội nghị", "15/10/2023"], ["2", "Ra quân", "16/10/2023"]]
    assert "nên dán từ cột Stt" in said(page)

    # chosen above the table: below what is filled
    paste(page, "A1", "", "UBND XÃ\n\nThời gian\tSTT\tTên hoạt động\tKiểm tra\n17/10/2023\t3\tTặng quà\tHợp lệ.")
    assert shown(page, 13, 14, "ABC") == [["2", "Ra quân", "16/10/2023"], ["3", "Tặng quà", "17/10/2023"]]
    assert said(page).endswith("các cột theo đúng tiêu đề. Đã bỏ 1 dòng phía trên bảng.")


IMAGE = "<table><tr><td><img src=/x.png></td></tr></table>"
HIDDEN = "<div style='display:none'><table><tr><td>ẩn</td></tr></table></div>"
HEADER_ALONE = "<table><tr><td>Stt</td><td>Tên hoạt động</td><td>Thời gian</td></tr></table>"
REFUSED = {
    "<img src=x onerror=alert(1)>": "chỉ có hình ảnh",
    IMAGE: "chỉ có hình ảnh",
    "<table><tr><td><del>bỏ</del></td></tr></table>": "Đã bỏ chữ bị xóa hoặc gạch ngang ở 1 ô.",
    "<table><tr><td>&nbsp;<td></table>": "Không có chữ nào để dán",
    "<style>@media screen { td { display: none } } .x { color: red }</style><table><tr>"
    + "<td class=x>a</td>" * 8: "8 cột",
    HIDDEN: "Không có chữ nào để dán",
    HEADER_ALONE: "Không có chữ nào để dán",
    "<table><tr>" + "<td>a</td>" * 9 + "</tr></table>": "nội dung có 9 cột, từ ô A12 chỉ còn 7 cột",
    "<table>" + "<tr><td colspan=1000 rowspan=60000>a</td></tr>" * 3000 + "</table>": "nội dung quá lớn",
}


def test_paste_without_words_or_place_changes_nothing_and_says_why(site, expect):
    page = site.open()

    for html, message in REFUSED.items():
        paste(page, "A12", html)
        assert message in said(page)

    file = """field => {
        const data = new DataTransfer();
        data.items.add(new File(["PK"], "Biểu.xlsx", { type: "application/vnd.ms-excel" }));
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }"""
    page.locator("#typing").evaluate(file)
    assert "ô không nhận tệp" in said(page)
    assert shown(page, 12, 13) == [[""] * 7] * 2
    expect(page.locator("#undo")).to_be_disabled()


def test_locked_cells_stay_and_ticks_are_ticked(site, expect):
    page = site.open()

    paste(page, "A3", "", "DANH SÁCH KHÁC")
    assert "Ô này không sửa được" in said(page)
    paste(page, "C6", "", "123/KH-UBND\n18/9/2023\nthừa\n\n\n\n\n\n")
    expect(page.locator("#C7")).to_have_text("18/9/2023")
    paste(page, "C9", "", "Có")
    expect(page.locator("#C9 .box.on")).to_be_visible()
    paste(page, "C9", "", "có thể")
    expect(page.locator("#C9")).to_have_text("có thể")
    paste(page, "D12", "", "toàn  tỉnh")
    expect(page.locator("#D12")).to_have_text("toàn  tỉnh", use_inner_text=True)
    # a tick that sends is asked about
    paste(page, "F9", "", "x")
    expect(page.locator("#sending")).to_be_visible()
    page.locator("#not-yet").click()
    # as Word's own boxes are, and as typed in capitals
    for text, count in (("☒", 1), ("KHÔNG", 0), ("ĐÃ", 1), ("☐", 0)):
        paste(page, "C9", "", text)
        expect(page.locator("#C9 .box.on")).to_have_count(count)
        expect(page.locator("#C9 .box")).to_have_count(1)

    assert page.locator("#A3").inner_text() == "DANH SÁCH"
    expect(page.locator("#F9 .box.on")).to_have_count(0)


def test_rows_of_a_report_go_beside_their_own_words(site, expect):
    page = site.open("report")
    given = shown(page, 12, 13, "AB")
    lines = [
        ("Mục", "Nội dung", "Số liệu", "Kết quả"),
        (given[1][0], given[1][1], "12 buổi", "Đã tổ chức"),
        ("II.99", "Nội dung của mẫu khác", "3", "Đã $& xong"),
        ("", given[0][1].upper(), "5 lớp", "Đã mở"),
    ]

    paste(page, "C15", "", "\n".join("\t".join(line) for line in lines))

    assert shown(page, 12, 15, "CD") == [["Đã mở", "5 lớp"], ["Đã tổ chức", "12 buổi"], ["", ""], ["", ""]]
    assert "1 dòng không có trong mẫu nên không dán: “II.99 Nội dung của mẫu khác Đã $& xong 3”." in said(page)


def test_table_dragged_from_another_window_is_pasted_where_it_is_dropped(site, expect):
    page = site.open()

    page.locator("#B14").evaluate(
        """cell => {
            const data = new DataTransfer();
            data.setData("text/html", "<table><tr><td>Ra quân<td>15/10/2023</table>");
            const how = { dataTransfer: data, bubbles: true, cancelable: true };
            cell.dispatchEvent(new DragEvent("dragover", how));
            cell.dispatchEvent(new DragEvent("drop", how));
        }"""
    )

    assert shown(page, 14, 14, "ABC") == [["", "Ra quân", "15/10/2023"]]


def test_rubbish_is_text(site, expect):
    page = site.open()

    paste(page, "A12", read("rubbish.html").replace("đảng", "\ud800"))

    assert shown(page, 12, 12, "ABCDEF") == [
        ["1", "Hội nghị lớn\nsáng chiều", "15/10/2023", '<b>style="x"</b>\ufffd', "Cán bộ \ufffd", "Nhận thức"]
    ]
    expect(page.locator("#state")).to_have_text("Đã lưu")
    assert page.evaluate("document.x") is None


HUGE = """(field) => {
    const cell = (number) => `<td class=xl65 style='width:48pt;border:none'>Nội dung của một ô ${number}</td>`;
    const row = (_, number) => `<tr>${[0, 1, 2, 3, 4, 5, 6].map((at) => cell(number * 7 + at)).join("")}</tr>`;
    const rows = Array.from({ length: 14_300 }, row).join("");
    const pastes = [
        [`<table>${rows}</table>`, ""],
        ["", '"mở\\t'.repeat(300_000)],
        ["<a '".repeat(500_000), "a\\tb"],
    ];
    const answers = pastes.map(([html, text]) => {
        const data = new DataTransfer();
        if (html) data.setData("text/html", html);
        data.setData("text/plain", text);
        const begun = performance.now();
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        return [document.getElementById("message").textContent, performance.now() - begun];
    });
    return answers;
}"""


def test_huge_paste_is_answered_at_once(site):
    page = site.open()
    page.locator("#A12").click()

    rows, columns, unclosed = page.locator("#typing").evaluate(HUGE)

    assert "nội dung có 14300 dòng, cả bảng chỉ có 100 dòng" in rows[0]
    assert "Chưa dán: nội dung có 300000 cột" in columns[0]
    assert "Đã dán 1 dòng, 2 cột" in unclosed[0]
    assert max(rows[1], columns[1], unclosed[1]) < 10_000


@pytest.mark.usefixtures("polled_often")
def test_undo_asks_where_another_clerk_has_written_since(site, expect):
    page = site.open()
    paste(page, "A12", "", "1\tHội nghị\n2\tRa quân")
    expect(page.locator("#state")).to_have_text("Đã lưu")
    site.type_elsewhere("B13", "của người khác")
    expect(page.locator("#B13")).to_have_text("của người khác")

    page.keyboard.press("Control+z")

    quotes = page.locator("#conflicts blockquote")
    expect(quotes).to_have_text(["(trống)", "của người khác"])
    assert site.cells("A12", "B13") == [["", ""], ["", "của người khác"]]
    page.get_by_role("button", name="Giữ nội dung của người khác").click()

    # and again, over a reload: what was taken back comes, the other's text is asked about
    expect(page.locator("#state")).to_have_text("Đã lưu")
    site.open(page=page)
    page.locator("#redo").click()
    expect(quotes).to_have_text(["Ra quân", "của người khác"])
    expect(page.locator("#B12")).to_have_text("Hội nghị")
    # taking that back leaves the other's text and asks nothing
    page.keyboard.press("Control+z")
    expect(page.locator("#conflicts")).to_be_hidden()
    expect(page.locator("#state")).to_have_text("Đã lưu")
    assert site.cells("A12", "B13") == [["", ""], ["", "của người khác"]]


def test_copied_cells_are_text_wherever_they_are_pasted(site, expect):
    page = site.open()
    texts = ["=1+1", "0123", 'nói "có"', "a\n  b", "<b>", "- Nâng cao"]
    paste(
        page,
        "A12",
        "",
        "\t".join(
            f'"{text.replace(chr(34), chr(34) * 2)}"' if "\n" in text or chr(34) in text else text for text in texts
        ),
    )
    assert shown(page, 12, 12, "ABCDEF") == [texts]
    page.locator("#A12").click()
    page.locator("#F12").click(modifiers=["Shift"])

    html, plain = page.locator("#typing").evaluate(
        """field => {
            const data = new DataTransfer();
            field.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
            return [data.getData("text/html"), data.getData("text/plain")];
        }"""
    )

    # Excel and LibreOffice take a cell of this format for a text, Google Sheets one of this value
    assert html.count('sdnum="1066;0;@"') == 6
    assert html.count("mso-number-format:'\\@'") == html.count('data-sheets-value="{&quot;1&quot;:2,') == 6
    assert plain == '\'=1+1\t0123\tnói "có"\t"a\n  b"\t<b>\t\'- Nâng cao'
    for html_again, plain_again in ((html, plain), ("", plain)):
        paste(page, "A13", html_again, plain_again)
        assert shown(page, 13, 13, "ABCDEF") == [texts]
        page.keyboard.press("Control+z")


HEADINGS = (
    "STT",
    "Số TT",
    "TT",
    "Thời gian",
    "THỜI GIAN TỔ CHỨC,\nTRIỂN KHAI",
    "Nội dung công việc",
    "Quy mô",
    "Quy mô triển khai",
    "Đối tượng thụ hưởng",
    "Ghi chú (nếu có)",
    "Kết quả dự kiến",
    "Mục tiêu",
    "Người phụ trách",
    "Mã đơn vị",
    "ten_noi_dung",
    "",
    "1",
    "(2)",
    "Tên",
    "Kiểm tra",
    "Ghi chú" + " x" * 90,
    "Thoi gian to chuc",
    "Đối\xa0tượng",
    "Ｑuy mô",
    "Quy\u200bmô",
    "Mục tiêu hướng đến hoặc dự kiến kết quả đạt được và giải pháp",
    "triển khai",
    "tổ chức, triển khai",
    "Dự kiến kết quả",
)


def test_titles_are_recognised_as_in_files(site):
    page = site.open()
    form = next(form for form in site.workspace.campaign.forms if form.key == "registration")

    found = page.evaluate(
        """async (cells) => {
            const { Titles } = await import("/static/editor-titles.js");
            const titles = new Titles(JSON.parse(document.getElementById("spoken").textContent).columns);
            return cells.map((cell) => titles.keyOf(cell));
        }""",
        list(HEADINGS),
    )

    known = {column.key for column in form.columns}
    expected = [titles_of(form).key_of(cell) for cell in HEADINGS]
    assert found == [key if key in known else None for key in expected]
