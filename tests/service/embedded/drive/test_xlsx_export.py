"""The .xlsx of a spreadsheet: how it looks is kept, and LibreOffice prints it whole, legibly, with its titles."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from html import unescape

import openpyxl
import pytest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFICE, TO_HTML = shutil.which("soffice"), shutil.which("pdftohtml")
HEADINGS = ["Stt", "Tên nội dung, hoạt động", "Thời gian", "Quy mô", "Đối tượng", "Mục tiêu", "Ghi chú"]
WIDTHS = [45, 280, 160, 160, 190, 240, 130]
LINE = {"style": "SOLID", "width": 1, "color": {}}
BODY = {
    "textFormat": {"fontFamily": "Times New Roman", "fontSize": 11},
    "borders": dict.fromkeys(("top", "bottom", "left", "right"), LINE),
    "wrapStrategy": "WRAP",
    "verticalAlignment": "TOP",
}
HEADING = BODY | {
    "textFormat": BODY["textFormat"] | {"bold": True},
    "horizontalAlignment": "CENTER",
    "verticalAlignment": "MIDDLE",
    "backgroundColor": {"red": 0.5, "green": 0.75, "blue": 1},
}
LONG = "Tuyên truyền cuộc vận động gắn với công tác dân vận tại thôn, tổ dân phố "
COUNT = 60


def cells(texts: list[str], shape: dict) -> dict:
    return {"values": [{"userEnteredValue": {"stringValue": text}, "userEnteredFormat": shape} for text in texts]}


@pytest.fixture
def printed(api, book):
    """A form of sixty long rows below a title and frozen headings."""
    title = {"textFormat": {"fontFamily": "Times New Roman", "fontSize": 13, "bold": True, "italic": True}}
    value = {
        "userEnteredValue": {"stringValue": "DANH SÁCH"},
        "userEnteredFormat": title | {"horizontalAlignment": "RIGHT"},
    }
    label = {"values": [cells(["Số:"], title)["values"][0], cells(["12/KH"], BODY)["values"][0]]}
    rows = [{"values": [value]}, label, cells(HEADINGS, HEADING)]
    rows += [
        cells([str(n), f"HĐ-{n:03} {LONG * 2}", "15/10/2023", "03 xã", LONG, LONG, f"cuối-{n:03}"], BODY)
        for n in range(COUNT)
    ]
    widths = [
        {
            "updateDimensionProperties": {
                "range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1},
                "properties": {"pixelSize": width},
                "fields": "pixelSize",
            }
        }
        for index, width in enumerate(WIDTHS)
    ]
    high = {
        "updateDimensionProperties": {
            "range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1},
            "properties": {"pixelSize": 60},
            "fields": "pixelSize",
        }
    }
    frozen = {"sheetId": 0, "gridProperties": {"frozenRowCount": 3}}
    api.batch(
        book,
        {"updateCells": {"start": {}, "fields": "*", "rows": rows}},
        {"mergeCells": {"range": {"sheetId": 0, "endRowIndex": 1, "endColumnIndex": 7}}},
        {"updateSheetProperties": {"properties": frozen, "fields": "gridProperties.frozenRowCount"}},
        high,
        *widths,
    )
    return api.call("GET", f"/drive/v3/files/{book}/export", mimeType=XLSX).content


def test_look_of_cells_is_kept(printed):
    page = openpyxl.load_workbook(io.BytesIO(printed)).worksheets[0]
    title, heading, body = page["A1"], page["B3"], page["B4"]

    assert (title.font.name, title.font.size, title.font.bold, title.font.italic) == ("Times New Roman", 13, True, True)
    assert (title.alignment.horizontal, page.row_dimensions[1].height) == ("right", 45)
    assert (heading.alignment.horizontal, heading.alignment.vertical) == ("center", "center")
    assert heading.fill.fgColor.rgb.endswith("7FBFFF")
    assert (body.font.size, body.font.bold, body.alignment.wrap_text, body.alignment.vertical) == (
        11,
        False,
        True,
        "top",
    )
    assert {getattr(body.border, side).style for side in ("left", "right", "top", "bottom")} == {"thin"}
    assert [str(one) for one in page.merged_cells.ranges] == ["A1:G1"]
    letters = "ABCDEFG"
    pixels = [round(page.column_dimensions[letter].width * 7 + 5) for letter in letters]
    assert pixels == WIDTHS


def test_pages_are_set_up(printed):
    page = openpyxl.load_workbook(io.BytesIO(printed)).worksheets[0]

    assert (page.page_setup.paperSize, page.page_setup.orientation, page.page_setup.fitToHeight) == (9, "landscape", 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$3:$3"  # neither the title nor the value beside its label
    assert page.print_area.endswith(f"$A$1:$G${COUNT + 3}")
    assert page.freeze_panes == "A4"


@pytest.mark.skipif(OFFICE is None or TO_HTML is None, reason="no LibreOffice, or no pdftohtml of poppler-utils")
def test_print_is_whole_and_legible_with_titles_on_every_page(printed, tmp_path):
    (tmp_path / "trang.xlsx").write_bytes(printed)
    command = [
        OFFICE,
        f"-env:UserInstallation=file://{tmp_path}/ho-so",
        "--headless",
        "--convert-to",
        "pdf",
        "trang.xlsx",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    done = subprocess.run([TO_HTML, "-xml", "-stdout", "trang.pdf"], cwd=tmp_path, check=True, capture_output=True)

    pages = unescape(re.sub(r"</?[bi]>", "", done.stdout.decode())).split("<page ")[1:]
    everything = "".join(pages)
    sizes = {int(size) / 1.5 for size in re.findall(r'<fontspec[^>]* size="(\d+)"', everything)}
    assert min(sizes) >= 10.6  # whole pixels at a zoom of 1.5: 11 points are 16.5 of them
    assert all("Stt" in page and "Tên nội dung, hoạt động" in page for page in pages)
    assert {int(number) for number in re.findall(r"HĐ-(\d{3})", everything)} == set(range(COUNT))
    assert {int(number) for number in re.findall(r"cuối-(\d{3})", everything)} == set(range(COUNT))
    assert everything.count("tổ dân phố") >= 3 * COUNT  # no last line of a cell is cut off


def test_tab_without_words_and_hostile_texts_make_a_file(api, book):
    rows = [
        cells(
            ["\x00=1+1", "x" * 45_000, "\u202e\ud7ff", "{{ }}"],
            {"textFormat": {"fontFamily": "f" * 99, "fontSize": 400}},
        )
    ]
    api.batch(
        book,
        {"addSheet": {"properties": {"title": "Trống"}}},
        {"updateCells": {"start": {}, "fields": "*", "rows": rows}},
    )

    content = api.call("GET", f"/drive/v3/files/{book}/export", mimeType=XLSX).content
    read = openpyxl.load_workbook(io.BytesIO(content))

    assert (read.worksheets[0]["A1"].value, read.worksheets[0]["A1"].data_type) == ("=1+1", "s")
    assert len(read.worksheets[0]["B1"].value) == 32_767
    assert read.worksheets[0].row_dimensions[1].height <= 409
    assert read.worksheets[1].max_row == 1
