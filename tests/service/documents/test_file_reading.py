"""Files of rows read to a grid."""

import csv
import io
import json
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from service.documents.file_reading import read_table_file
from service.errors import UnreadableFileError
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.reading.rows import read_tab


@pytest.fixture(scope="module")
def form():
    return load_campaign(builtin_campaign("thang_dan_van_2023")).form("registration")


@pytest.fixture(scope="module")
def titles(form):
    return [column.title for column in form.columns]


ROW = ["1", "Thăm hộ nghèo; tặng quà", "15/10/2023", "03 xã, thị trấn", "Hộ nghèo", "- 10 suất\n- 5 triệu", ""]


def csv_text(rows, separator):
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    return written.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_is_read_in_every_encoding_and_with_every_separator(tmp_path, form, titles, encoding, separator):
    path = tmp_path / "a.csv"
    path.write_bytes(csv_text([["SỞ CÔNG THƯƠNG"], [], titles, ROW], separator).encode(encoding))

    grid = read_table_file(path, form).grid

    assert list(grid.cells[3]) == ROW
    assert read_tab(form, grid).rows[0].number == 4


def test_csv_names_the_columns_that_are_not_the_forms(tmp_path, form):
    path = tmp_path / "a.csv"
    path.write_text("id,ten_noi_dung,thoi_gian,quy_mo,Kinh phí\n1,a,b,c,d\n", encoding="utf-8")

    assert read_table_file(path, form).ignored == ("id", "Kinh phí")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "Tên nội dung".encode()[:-1] + b"\xf4\xe0", "không phải UTF-8"),
        ("a.csv", b"a,b\n1,2\n", "không tìm thấy dòng tiêu đề"),
        ("a.csv", b"", "tệp trống"),
        ("a.csv", b"\xff\xfeq", "không phải UTF-8"),
        ("a.xlsx", b"not a zip", "không phải tệp Excel"),
        ("a.jsonl", b'{"thoi_gian": "15/10"}\n{"thoi_gian": \n', "dòng 2 không phải JSON"),
        ("a.jsonl", b'{"thoi_gian": "15/10"}\n[1]\n', "dòng 2 không phải một đối tượng"),
        ("a.jsonl", b"[" * 200_000, "dòng 1 không phải JSON"),
        ("a.jsonl", b'{"id": 1}\n', "không tìm thấy dòng tiêu đề"),
        ("a.xls", b"x", "chỉ đọc được tệp .csv, .xlsx hoặc .jsonl"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, form, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(UnreadableFileError, match=says):
        read_table_file(path, form)


def test_a_missing_file_and_a_folder_say_so(tmp_path, form):
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(UnreadableFileError, match="không có tệp này"):
        read_table_file(tmp_path / "none.csv", form)
    with pytest.raises(UnreadableFileError, match="không mở được tệp"):
        read_table_file(tmp_path / "folder.csv", form)


def test_jsonl_takes_keys_and_titles_and_counts_lines(tmp_path, form):
    path = tmp_path / "a.jsonl"
    rows = [
        {
            "id": "X1",
            "unit_code": "S-CT",
            "stt": 1,
            "ten_noi_dung": "A",
            "thoi_gian": "15/10",
            "expect": {"valid": True},
        },
        {"Tên nội dung, hoạt động": "B", "Thời gian tổ chức, triển khai": None, "unit_code": "S-NV"},
    ]
    path.write_text(
        "\n".join([json.dumps(rows[0]), "", json.dumps(rows[1], ensure_ascii=False)]) + "\n", encoding="utf-8"
    )

    table = read_table_file(path, form)
    content = read_tab(form, table.grid)

    assert table.ignored == ("id", "expect")
    assert [(row.number, row.unit, row.text("ten_noi_dung")) for row in content.rows] == [
        (1, "S-CT", "A"),
        (2, "", ""),
        (3, "S-NV", "B"),
    ]
    assert content.rows[0].text("stt") == "1"


def write_xlsx(path, rows, merges=()):
    workbook = Workbook()
    workbook.active.append(["Trang bìa"])
    sheet = workbook.create_sheet("Đăng ký")
    for row in rows:
        sheet.append(row)
    for merged in merges:
        sheet.merge_cells(merged)
    workbook.save(path)


def test_xlsx_is_read_from_the_first_sheet_with_a_header_with_its_merges(tmp_path, form, titles):
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [["SỞ X"], titles, ROW, ["2", None, "16/10/2023"]], ["B3:B4"])

    content = read_tab(form, read_table_file(path, form).grid)

    assert [row.value("ten_noi_dung") for row in content.rows] == [ROW[1], ROW[1]]
    assert content.rows[0].cells["thoi_gian"] == "C3"


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (date(2023, 10, 5), "dd/mm/yyyy", "5/10/2023"),
        (datetime.fromisoformat("2023-10-05"), "m/d/yyyy", "5/10/2023"),
        (datetime.fromisoformat("2023-10-05T08:30"), "dd/mm/yyyy hh:mm", "8:30 5/10/2023"),
        (datetime.fromisoformat("2023-10-01"), "mm/yyyy", "10/2023"),
        (0.955, "0.0%", "95,5%"),
        (12, "General", "12"),
        (1.5, "General", "1,5"),
        (True, "General", "TRUE"),
        ("=1+1", "General", "=1+1"),
    ],
)
def test_xlsx_cell_is_shown_as_in_excel(tmp_path, form, titles, value, number_format, shown):
    path = tmp_path / "a.xlsx"
    workbook = Workbook()
    workbook.active.append(titles)
    cell = workbook.active.cell(2, 3, value)
    cell.number_format = number_format
    workbook.save(path)

    assert read_table_file(path, form).grid.text(1, 2) == shown


def test_xlsx_that_is_another_kind_of_zip_is_refused(tmp_path, form):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "x")

    with pytest.raises(UnreadableFileError, match="không phải tệp Excel"):
        read_table_file(path, form)
