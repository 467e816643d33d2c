"""A spreadsheet taken away as a file, by Drive's method and by the address that browsers open."""

import io
import shutil
import zipfile
from xml.etree import ElementTree

import pytest

HOSTILE = '<script>x</script> "&\x01'
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


@pytest.fixture
def filled(api):
    book = api.create(
        properties={"title": "Sổ 1/2", "locale": "vi_VN"},
        sheets=[
            {"properties": {"sheetId": 0, "title": "Tờ <1>"}},
            {"properties": {"sheetId": 7, "title": "Ẩn", "hidden": True}},
        ],
    )
    rows = [
        [HOSTILE, "30/9/2026", "12,5%"],
        ["=1+1", "10:30:00", "1.234,50"],
        [],
        ["cuối", True, '=HYPERLINK("javascript:x"; "đi")'],
    ]
    api.put(book, "A1", rows, "USER_ENTERED")
    api.put(book, "Ẩn!A1", [["kín"]])
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}, "backgroundColor": {"red": 1, "green": 0.5}}}
    place = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
    api.batch(
        book,
        {"repeatCell": {"range": place | {"endColumnIndex": 1}, "cell": bold, "fields": "userEnteredFormat"}},
        {"mergeCells": {"range": place | {"startRowIndex": 3, "endRowIndex": 5, "endColumnIndex": 1}}},
    )
    return book


def page(api, book, **query):
    return api.session.get(f"https://docs.google.com/spreadsheets/d/{book}/export", params=query)


def exported(api, book, mime):
    response = api.call("GET", f"/drive/v3/files/{book}/export", mimeType=mime)
    assert response.status_code == 200, response.text
    return response


def test_ods_holds_values_with_their_types(api, filled):
    response = exported(api, filled, "application/vnd.oasis.opendocument.spreadsheet")

    with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
        assert packed.namelist()[0] == "mimetype"
        assert packed.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        tree = ElementTree.fromstring(packed.read("content.xml"))
    tables = list(tree.iter(f"{TABLE}table"))
    cells = [
        (cell.get(f"{OFFICE}value-type"), cell.get(f"{OFFICE}value") or cell.get(f"{OFFICE}date-value"))
        for cell in tables[0].iter(f"{TABLE}table-cell")
    ]
    assert [table.get(f"{TABLE}name") for table in tables] == ["Tờ <1>", "Ẩn"]
    assert cells[:6] == [
        ("string", None), ("date", "2026-09-30T00:00:00"), ("percentage", "0.125"),
        ("float", "2"), ("time", None), ("float", "1234.5"),
    ]  # fmt: skip
    assert [cell.get(f"{TABLE}number-rows-spanned") for cell in tables[0].iter(f"{TABLE}table-cell")].count("2") == 0
    assert "".join(tables[0].itertext()).startswith('<script>x</script> "&30/09/202612,50%2')


def test_zipped_pages_hold_no_live_markup_and_no_hidden_tab(api, filled):
    response = exported(api, filled, "application/zip")

    with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
        names, shown = packed.namelist(), packed.read("Tờ _1_.html").decode()
    assert names == ["resources/sheet.css", "Tờ _1_.html"]
    assert "&lt;script&gt;x&lt;/script&gt;" in shown
    assert "<script" not in shown
    assert "javascript:" not in shown
    assert 'style="background-color: #ff7f00; font-weight: bold"' in shown
    assert 'rowspan="1" colspan="1"' in shown


def test_address_names_form_and_tab(api, filled):
    csv = page(api, filled, format="csv", gid="7", id=filled)

    assert (csv.text, csv.headers["Content-Type"]) == ("kín", "text/csv; charset=utf-8")
    assert csv.headers["Content-Disposition"].endswith("-%20%E1%BA%A8n.csv")
    assert page(api, filled, format="tsv").text.splitlines()[1] == "2\t10:30:00\t1.234,50"
    assert page(api, filled).content[:2] == b"PK"
    assert page(api, filled, exportFormat="ods").content[30:38] == b"mimetype"
    assert page(api, filled, format="doc").status_code == 400
    assert page(api, filled, format="csv", gid="99").status_code == 400
    assert page(api, filled, format="csv", gid="x").status_code == 400
    old = api.session.get("https://docs.google.com/spreadsheets/export", params={"id": filled, "exportFormat": "csv"})
    assert old.status_code == 200


def test_export_names_the_form_alone(api, filled):
    csv = exported(api, filled, "text/csv")

    assert (csv.headers["Content-Type"], csv.headers["Content-Disposition"]) == ("text/csv", "attachment")


def test_address_is_open_where_the_file_is_shared_by_link(api, filled, anonymous):
    assert page(anonymous, filled, format="csv").status_code == 404
    api.ok("POST", f"/drive/v3/files/{filled}/permissions", {"type": "anyone", "role": "reader"})

    assert page(anonymous, filled, format="csv", gid="7").text == "kín"
    api.ok("PATCH", f"/drive/v3/files/{filled}", {"copyRequiresWriterPermission": True})
    assert page(anonymous, filled, format="csv").status_code == 403


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice here")
def test_pdf_is_printed_by_libreoffice(api, filled):
    response = page(api, filled, format="pdf", gid="7")

    assert (response.status_code, response.content[:5]) == (200, b"%PDF-")
    assert api.values(filled, "'Tờ <1>'!A4") == [["cuối"]]


def test_pdf_is_refused_where_it_is_too_large_or_cannot_be_made(api, filled, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "LibreOffice" in api.error("GET", f"/drive/v3/files/{filled}/export", mimeType="application/pdf")["message"]
