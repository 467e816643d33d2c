"""No text that a person typed is a formula in a file that is taken away, opened in LibreOffice; no word is lost."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest
from gspread.utils import ExportFormat
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from service.documents.file_writing import guarded
from tests.hostile import FORMULAS

DOCUMENT = {"Số và ký hiệu": "=1+1", "Ngày ban hành": "12/9/2023", "Người ký": "+1+1", "Xác nhận gửi": True}
NAMES = ("status", "entries", "problems", "master")
# as an office opens a .csv that came by mail: comma, quotes, UTF-8, and formulas are calculated
CALCULATED = "CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice here")]


# each begins as it would begin a formula, and is the name of an activity of its own
TYPED = tuple(f"{text} Ra quân ở xóm {number}" for number, text in enumerate(FORMULAS, start=1))


@pytest.fixture(scope="module")
def planted_once(shared_office):
    """Every field that a person types says something that begins like a formula."""
    shared_office.unit("S-CT", name="=1+1")
    groups = tuple(replace(group, name="=1+1") for group in shared_office.campaign.groups)
    shared_office.campaign = replace(shared_office.campaign, title="=1+1", board="+1+1", groups=groups)
    shared_office.at("2023-09-20 08:00").provision()
    shared_office.consolidate()
    accepted = [[str(n), text, "15/10/2023", text, text, text, text] for n, text in enumerate(TYPED, start=1)]
    shared_office.type("S-CT", "registration", accepted, DOCUMENT)
    shared_office.type("S-GDDT", "registration", [[text, text, text] for text in FORMULAS], DOCUMENT)
    shared_office.at("2023-09-28 17:00").consolidate()
    return shared_office


@pytest.fixture
def planted(office, planted_once):
    return office.become(planted_once)


def opened(folder, content: bytes, name: str):
    """Open a file in LibreOffice; return what it made of it, as a workbook of openpyxl."""
    (folder / name).write_bytes(content)
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        f"--infilter={CALCULATED}",
    ]
    command = command if name.endswith(".csv") else command[:-1]
    made = folder / "made"
    subprocess.run(
        [*command, "--convert-to", "xlsx", "--outdir", str(made), str(folder / name)], check=True, capture_output=True
    )
    return load_workbook(made / f"{name.partition('.')[0]}.xlsx")


def formulas_of(book) -> list[str]:
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return [f"{cell.parent.title}!{cell.coordinate}: {cell.value}" for cell in cells if cell.data_type == "f"]


def texts_of(book) -> set[str]:
    return {
        unescape(str(cell.value))
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "s"
    }


def test_libreoffice_would_calculate_a_formula(tmp_path):
    assert formulas_of(opened(tmp_path, b"a\r\n=1+1\r\n", "bare.csv")) == ["bare!A2: =1+1"]


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_of_a_workbook_is_a_formula_and_words_are_kept(planted, browse, tmp_path, name):
    content = browse().get(f"/exports/{name}.xlsx").get_data()
    book = load_workbook(io.BytesIO(content))

    assert formulas_of(book) == []
    assert formulas_of(opened(tmp_path, content, "a.xlsx")) == []
    if name in {"entries", "master"}:
        assert [text for text in TYPED if text not in texts_of(book)] == []


@pytest.mark.parametrize("name", NAMES[:-1])
def test_no_cell_of_a_list_is_a_formula_and_words_are_kept(planted, browse, tmp_path, name):
    content = browse().get(f"/exports/{name}.csv").get_data()
    cells = {cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row}

    assert formulas_of(opened(tmp_path, content, "a.csv")) == []
    if name == "entries":
        assert [text for text in TYPED if guarded(text) not in cells] == []


OURS = re.compile(r'=HYPERLINK\("http://127\.0\.0\.1:8080/sheets/[\w/#&=-]+"; ?"[^"]*"\)|=ROW\(\)-\d+')


def formulas_entered(office, spreadsheet_id: str) -> list[str]:
    """Return the formulas that are in a spreadsheet, as they were written."""
    fields = {"includeGridData": "true", "fields": "sheets(data(rowData(values(userEnteredValue))))"}
    cells = json.dumps(office.owner.http_client.fetch_sheet_metadata(spreadsheet_id, params=fields))
    return [json.loads(found) for found in re.findall(r'"formulaValue": ("(?:[^"\\]|\\.)*")', cells)]


def test_only_our_links_and_numbers_are_formulas_of_the_master(planted, tmp_path):
    master = planted.master_file()
    entered = formulas_entered(planted, master.id)
    opened_as_file = opened(tmp_path, planted.owner.export(master.id, ExportFormat.EXCEL), "a.xlsx")

    assert len(entered) > len(TYPED)
    assert [formula for formula in entered if not OURS.fullmatch(formula)] == []
    assert [
        cell for cell in formulas_of(opened_as_file) if not re.search(r": =(HYPERLINK\(\"http://127|ROW\()", cell)
    ] == []


@pytest.mark.parametrize("unit", ["S-CT", "S-GDDT"])
def test_what_is_written_beside_the_rows_of_a_tab_is_no_formula(planted, unit):
    tab = planted.tab(unit, "registration")

    assert formulas_entered(planted, tab.spreadsheet_id) == []
    assert [text for text in TYPED if unit == "S-CT" and text not in tab.col_values(2)] == []
