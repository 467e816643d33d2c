"""Files made to do harm: refused in a sentence or read, and never unpacked whole.

Memory is weighed where that is quick; nothing here asks a clock.
"""

import tracemalloc
import zipfile

import pytest

from service.documents.file_reading import read_table_file
from service.errors import UnreadableFileError
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.reading.rows import read_tab

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROW = ("1", "Nạo vét mương", "15/10/2023", "02 thôn", "Nhân dân", "01 km", "")
MEGABYTES = 1024 * 1024


@pytest.fixture(scope="module")
def form():
    return load_campaign(builtin_campaign("thang_dan_van_2023")).form("registration")


def cells(number, values):
    shown = "".join(
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{value}</t></is></c>' for at, value in enumerate(values)
    )
    return f'<row r="{number}">{shown}</row>'


@pytest.fixture
def refused_or_read(tmp_path, form):
    """Write a workbook of raw parts; return its first sheet or the sentence of its refusal, and the memory it took."""

    def read(rows="", after="", start="", strings="", external=False, weigh=False):
        titles = cells(1, [column.title for column in form.columns])
        sheet = (
            f'{start}<worksheet xmlns="{MAIN}"><sheetData>{titles}{cells(2, ROW)}{rows}</sheetData>{after}</worksheet>'
        )
        links = [("worksheet", "worksheets/sheet1.xml", ""), ("sharedStrings", "sharedStrings.xml", "")]
        if external:
            links.append(("externalLink", "file:///etc/passwd", ' TargetMode="External"'))
        relations = "".join(
            f'<Relationship Id="r{at}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
            for at, (kind, target, mode) in enumerate(links)
        )
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("_rels/.rels", f'<Relationships xmlns="{RELATIONS}"/>')
            archive.writestr(
                "xl/workbook.xml",
                f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="A" r:id="r0"/></sheets></workbook>',
            )
            archive.writestr(
                "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>'
            )
            archive.writestr("xl/worksheets/sheet1.xml", sheet)
            archive.writestr("xl/sharedStrings.xml", strings or f'<sst xmlns="{MAIN}"/>')
        del sheet, strings, rows
        if weigh:
            tracemalloc.start()
        try:
            found = read_table_file(path, form).sheets[0]
        except UnreadableFileError as error:
            found = str(error.message)
        peak = tracemalloc.get_traced_memory()[1] if weigh else None
        tracemalloc.stop()
        return found, peak

    return read


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"rows": "<x>" * 120_000 + "</x>" * 120_000}, "lồng nhau quá sâu"),
        ({"rows": '<row r="3">' + "<c><v>1</v></c>" * 300_000 + "</row>"}, "dòng 3 có hơn 16.384 ô"),
        ({"rows": "<row><c><v>7</v></c></row>" * 50_000}, "hơn 50000 dòng"),
        ({"rows": "<a/>" * 1_001_000}, "quá nhiều ô"),
        ({"after": "<mergeCells>" + '<mergeCell ref="B1:B900000"/>' * 101_000 + "</mergeCells>"}, "quá nhiều ô gộp"),
        ({"start": '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'}, "DTD"),
        ({"rows": cells(3, ["x" * 30 * MEGABYTES])}, "giải nén"),
        (
            {
                "strings": f'<sst xmlns="{MAIN}"><si><t>{"đ" * 500_000}</t></si></sst>',
                "rows": "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(3, 60)),
            },
            "quá nhiều chữ",
        ),
    ],
    ids=["nested", "wide", "tall", "tags", "merges", "types", "packed", "repeated"],
)
def test_hostile_workbook_is_refused_for_what_it_is(refused_or_read, parts, says):
    found, _ = refused_or_read(**parts)

    assert isinstance(found, str)
    assert says in found


@pytest.mark.parametrize(
    "parts",
    [
        {"rows": "<x>" * 120_000 + "</x>" * 120_000},
        {"rows": '<row r="3">' + "<c><v>1</v></c>" * 300_000 + "</row>"},
        {"rows": cells(3, ["x" * 30 * MEGABYTES])},
        {"rows": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'},
        {"rows": "".join(f'<row r="{n}" s="1"><c r="A{n}" s="1"/></row>' for n in range(3, 60_000))},
    ],
    ids=["nested", "wide", "packed", "corner", "blank"],
)
def test_hostile_workbook_takes_little_memory(refused_or_read, parts):
    _, peak = refused_or_read(**parts, weigh=True)

    assert peak < 20 * MEGABYTES


def test_merge_over_the_whole_sheet_hides_no_row(refused_or_read, form):
    found, _ = refused_or_read(after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')

    assert [row.value("ten_noi_dung") for row in read_tab(form, found.grid).rows] == ["Nạo vét mương"]


def test_cell_in_the_last_corner_is_named_and_makes_no_rows(refused_or_read):
    found, _ = refused_or_read(rows='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')

    assert (found.beyond, len(found.grid.cells)) == ("XFD1048576", 2)


def test_row_at_the_last_row_of_a_sheet_is_read_below_its_gap(refused_or_read):
    found, _ = refused_or_read(rows=cells(1_048_576, ROW))

    assert found.grid.row_number(2) == 1_048_576


def test_blank_cells_with_a_format_are_streamed_by(refused_or_read, form):
    blank = "".join(f'<c r="{letter}9" s="1"/>' for letter in "ABCDEFG")
    rows = "".join(f'<row r="{n}" s="1">{blank}</row>' for n in range(3, 20_000))
    found, _ = refused_or_read(rows=rows + cells(20_000, ROW))

    assert [row.number for row in read_tab(form, found.grid).rows] == [2, 20_000]


def test_what_is_outside_a_workbook_is_not_asked_for(refused_or_read):
    found, _ = refused_or_read(external=True)

    assert found.grid.text(1, 1) == "Nạo vét mương"


def test_zip_with_too_many_parts_is_refused(tmp_path, form):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"xl/{number}", "")

    with pytest.raises(UnreadableFileError, match="giải nén"):
        read_table_file(path, form)
