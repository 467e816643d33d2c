"""Exports: what they hold, at which moment, under which names, and that nothing in them is a formula."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from service.domain.consolidation import Tally
from service.domain.roles import Role
from service.web.pages.made_lists import LONG

DOCUMENT = {"Số và ký hiệu": "12/KH-SCT", "Ngày ban hành": "12/9/2023", "Xác nhận gửi": True}
HOSTILE = '=HYPERLINK("http://vidu.example","x")'
NAMES = [("status", "csv"), ("status", "xlsx"), ("entries", "csv"), ("entries", "xlsx"), ("problems", "csv")]
NAMES += [("problems", "xlsx"), ("analysis", "xlsx"), ("master", "xlsx")]


@pytest.fixture(scope="module")
def sent_once(shared_office):
    """One unit sent on 28/9, with a row that begins like a formula and one to correct."""
    shared_office.at("2023-09-20 08:00").consolidate()
    rows = [["1", HOSTILE, "15/10/2023", "+84 tỉnh", "@dân", "-20 km", ""], ["2", "Ra quân", "hôm nào đó"]]
    shared_office.type("S-CT", "registration", rows, DOCUMENT)
    shared_office.at("2023-09-28 17:00").consolidate()
    return shared_office


@pytest.fixture
def sent(office, sent_once):
    return office.become(sent_once)


def table(answer) -> list[dict[str, str]]:
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def workbook(answer):
    return load_workbook(io.BytesIO(answer.get_data()))


@pytest.mark.parametrize(("name", "kind"), NAMES)
def test_download_is_a_file_with_two_names(sent, browse, name, kind):
    answer = browse().get(f"/exports/{name}.{kind}")

    assert answer.status_code == 200
    told = answer.headers["Content-Disposition"]
    assert told.startswith(f"attachment; filename=\"tonghop-{name}-20230928-1700.{kind}\"; filename*=UTF-8''")
    assert told.isascii()
    assert answer.get_data().startswith(b"\xef\xbb\xbf" if kind == "csv" else b"PK")


def test_status_is_of_the_moment_asked_for(sent, browse):
    client = browse()

    now = {row["Mã đơn vị"]: row for row in table(client.get("/exports/status.csv?form=registration"))}
    then = table(client.get("/exports/status.csv?form=registration&as_of=2023-10-02T17:00&timeliness=missing"))
    past = table(client.get("/exports/status.csv?form=registration&as_of=2023-09-27T00:00"))

    assert now["S-CT"]["Gửi"] == "Đã gửi"
    assert [row["Mã đơn vị"] for row in then] == ["VP-UBND", "S-GDDT"]
    assert {row["Gửi"] for row in past} == {"Chưa có dữ liệu"}
    assert {row["Tính đến"] for row in then} == {"2023-10-02T17:00:00+07:00"}


def test_status_keeps_the_order_asked_for(sent, browse):
    rows = table(browse().get("/exports/status.csv?form=registration&sort=-entries"))

    assert [row["Mã đơn vị"] for row in rows] == ["S-CT", "VP-UBND", "S-GDDT"]


def test_entries_are_verbatim_and_no_formula(sent, browse):
    client = browse()
    row = table(client.get("/exports/entries.csv?form=registration"))[0]
    book = workbook(client.get("/exports/entries.xlsx?form=registration"))

    name, scale = (
        sent.campaign.form("registration").columns[1].title,
        sent.campaign.form("registration").columns[3].title,
    )
    assert (row[name], row[scale], row["Bắt đầu"]) == (f"'{HOSTILE}", "'+84 tỉnh", "2023-10-15")
    cells = {cell.value: cell.data_type for line in book.active.iter_rows() for cell in line}
    assert cells[HOSTILE] == "s"
    assert "f" not in cells.values()


def test_entries_of_all_forms_are_one_table_that_says_the_form_of_each_row(sent, browse):
    text = browse().get("/exports/entries.csv").get_data().decode("utf-8-sig")
    records = list(csv.reader(io.StringIO(text)))
    rows = [dict(zip(records[0], record, strict=True)) for record in records[1:]]
    registration, report = (sent.campaign.form(key) for key in ("registration", "report"))

    assert {len(record) for record in records} == {len(records[0])}
    assert len(set(records[0])) == len(records[0])
    assert {column.title for form in (registration, report) for column in form.columns} <= set(records[0])
    assert {row["Mẫu"] for row in rows} == {registration.title}
    assert [row["Stt"] for row in rows if row["Mẫu"] == registration.title] == [
        row["Stt"] for row in table(browse().get("/exports/entries.csv?form=registration"))
    ]


def test_entries_are_numbered_through_from_tab_to_tab(sent, browse):
    rows = [[str(number), "Ra quân", "15/10/2023", "Toàn tỉnh", "Nhân dân", "2 km", ""] for number in (1, 2)]
    for unit in ("VP-UBND", "S-GDDT"):
        sent.type(unit, "registration", rows, DOCUMENT)
    sent.consolidate()

    found = [list(row.values())[:2] for row in table(browse().get("/exports/entries.csv?form=registration"))]

    assert [number for number, _ in found] == [str(place) for place in range(1, len(found) + 1)]
    assert len({code for _, code in found}) == 3


@pytest.mark.parametrize("name", ["status", "entries", "problems", "analysis", "master"])
def test_workbook_is_data_one_table_a_sheet_typed(sent, browse, name):
    for sheet in workbook(browse().get(f"/exports/{name}.xlsx")):
        titles = [cell.value for cell in sheet[1]]

        assert all(isinstance(title, str) and title for title in titles)
        assert len(set(titles)) == len(titles)
        assert (list(sheet.merged_cells.ranges), sheet.freeze_panes) == ([], "A2")
        days = [cell for line in sheet.iter_rows(min_row=2) for cell in line if cell.is_date]
        assert all(cell.number_format.startswith("yyyy-mm-dd") for cell in days)
        for column, title in enumerate(titles, start=1):
            kinds = {type(value) for (value,) in sheet.iter_rows(2, None, column, column, values_only=True)} - {
                type(None)
            }
            assert len(kinds) <= 1 or kinds <= {int, float}, (sheet.title, title, kinds)


def test_problems_follow_the_filter(sent, browse):
    client = browse()

    assert {row["Mã"] for row in table(client.get("/exports/problems.csv?severity=error"))} == {"TIME_UNPARSEABLE"}
    assert table(client.get("/exports/problems.csv?unit=VP-UBND")) == []


def test_master_holds_every_list_and_prints(sent, browse):
    book = workbook(browse().get("/exports/master.xlsx?as_of=2023-09-28T17:00"))

    assert book.sheetnames == [
        "Tình trạng các đơn vị",
        "Theo khối",
        "Đăng ký hoạt động",
        "Báo cáo kết quả",
        "Cần sửa",
        "Kế hoạch",
    ]
    assert {sheet.page_setup.orientation for sheet in book} == {"landscape"}
    assert {sheet.freeze_panes is not None and sheet.print_title_rows is not None for sheet in book} == {True}


@pytest.mark.parametrize(
    "query", ["as_of=x", "form=x", "group=<b>", "timeliness=x", "receipt=x", "review=x", "sort=x", "sort=--unit"]
)
@pytest.mark.parametrize("name", ["status.csv", "master.xlsx"])
def test_download_refuses_rubbish(browse, name, query):
    assert browse().get(f"/exports/{name}?{query}").status_code == 400


@pytest.mark.parametrize("name", ["master.csv", "status.pdf", "khong.csv", "..csv", "status."])
def test_download_of_what_is_not_there_is_404(browse, name):
    assert browse().get(f"/exports/{name}").status_code == 404


@pytest.mark.parametrize(("name", "kind"), NAMES)
def test_download_before_anything_was_read(new_office, enter, name, kind):
    with new_office().workspace() as workspace:
        assert enter(workspace).get(f"/exports/{name}.{kind}").status_code == 200


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_index_offers_every_file(browse, lang):
    page = browse(lang=lang).get("/exports?as_of=2023-09-01T00:00").get_data(as_text=True)

    links = [f"/exports/{name}.{kind}?as_of=2023-09-01T00:00:00%2B07:00" for name, kind in NAMES]
    assert [link for link in links if link not in page] == []


def test_the_web_starts_without_what_only_exports_need():
    program = "import sys, service.web.app; print(*sorted({'xlsxwriter', 'pandas'} & set(sys.modules)))"

    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == ""


FREEZE = "/exports/moments"


def post_freeze(client, **fields):
    with client.session_transaction() as session:
        token = session["csrf"]
    return client.post(FREEZE, data={"csrf_token": token, **fields})


def test_freeze_names_a_moment_that_is_offered_everywhere(office, browse):
    office.at("2023-10-05 08:00").consolidate()
    client = browse()

    answer = post_freeze(client, label=" Báo cáo  <b>tuần 1 ", instant="2023-10-02T17:00", reason="gửi Thường trực")

    page = client.get(answer.location).get_data(as_text=True)
    assert answer.status_code == 303
    assert "Tính đến 17:00 ngày 02/10/2023" in page
    assert "Đã chốt số liệu “Báo cáo &lt;b&gt;tuần 1” tại 17:00 ngày 02/10/2023." in page
    assert "operator-@vidu.example ghi lúc 08:00 ngày 05/10/2023." in page
    assert "gửi Thường trực" in page
    label = "as_of=B%C3%A1o+c%C3%A1o+%3Cb%3Etu%E1%BA%A7n+1"
    for path in ("/", "/exports", "/units/S-CT", "/units/S-CT/registration/versions"):
        assert label.replace("+", "%20") in client.get(path).get_data(as_text=True).replace("+", "%20")
    named = client.get(f"/exports/status.csv?{label}")
    assert named.data == client.get("/exports/status.csv?as_of=2023-10-02T17:00").data


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"label": " "}, "nhiều nhất 60 ký tự"),
        ({"label": "x" * 61}, "nhiều nhất 60 ký tự"),
        ({"label": "x\x00"}, "nhiều nhất 60 ký tự"),
        ({"label": "2023-10-02"}, "đọc được thành thời điểm"),
        ({"label": "Tuần 1", "instant": "2033-01-01T00:00"}, "thời điểm đã qua"),
        ({"label": "Tuần 1", "instant": "hôm qua"}, "không phải là thời điểm"),
        ({"label": "Tuần 1", "reason": "n" * 1001}, "dài quá 1000 ký tự"),
    ],
)
def test_freeze_refuses_with_what_was_typed(office, browse, fields, said):
    answer = post_freeze(browse(), **({"reason": "đã gõ"} | fields))

    page = answer.get_data(as_text=True)
    assert (answer.status_code, said in page) == (422, True)
    assert '<details class="card padded no-print" open>' in page
    with office.workspace() as workspace:
        assert workspace.store.facts.freezes(office.campaign.key) == ()


def test_freeze_refuses_a_name_that_is_taken(browse):
    client = browse()
    assert [post_freeze(client, label=label).status_code for label in ("Tuần 1", "Tuần  1 ")] == [303, 422]


def test_freeze_is_for_the_operator(browse):
    viewer = browse(Role.VIEWER)

    assert post_freeze(viewer, label="Tuần 1").status_code == 403
    assert "Tên mốc</label>" not in viewer.get("/exports").get_data(as_text=True)


def asked_for(client, name: str) -> str:
    """Ask for a long list as the page does, and return the page once that is over."""
    token = client.get("/exports").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(f"/exports/{name}.xlsx", data={"csrf_token": token, "as_of": ""})
    assert answer.headers["Location"] == "/exports#made"
    latest = time.monotonic() + 60
    while "job-runs" in (page := client.get("/exports").text):
        assert time.monotonic() < latest
        time.sleep(0.05)
    return page


def made_in_the_background(client, name: str) -> bytes:
    """Return a long list that was asked for."""
    assert 'href="/exports/made.xlsx"' in asked_for(client, name)
    with client.get("/exports/made.xlsx") as file:
        return file.get_data()


def test_long_list_is_made_in_the_background_in_the_place_of_the_one_before(sent, browse):
    client = browse()

    assert client.get("/exports/made.xlsx").status_code == 404
    assert made_in_the_background(client, "master") == client.get("/exports/master.xlsx").get_data()
    assert made_in_the_background(client, "entries") == client.get("/exports/entries.xlsx").get_data()
    folder = sent.settings.data_dir / "exports"
    (made,) = folder.rglob("*.xlsx")
    assert made.name == "tonghop-entries-20230928-1700.xlsx"
    made.unlink()
    page = client.get("/exports").text
    assert "Tệp ấy không còn trên máy này" in page
    assert "/exports/made.xlsx" not in page


def test_list_that_cannot_be_written_says_why(sent, browse):
    (sent.settings.data_dir / "exports").write_text("một tệp ở chỗ của thư mục")

    page = asked_for(browse(), "entries")

    assert "Không ghi được tệp Nội dung" in page
    assert "trên đường dẫn có một tệp ở chỗ phải là thư mục" in page
    assert "made.xlsx" not in page


def test_page_offers_a_long_list_as_one_to_be_made(sent, browse):
    with sent.workspace() as workspace:
        key = workspace.campaign.key
        (held,) = workspace.store.contents.read(key, "registration", ["S-CT"])
        known = workspace.store.contents.summaries(key)["S-CT", "registration"]
        many = replace(known, tally=Tally(LONG + 1, LONG + 1, 0, 0))
        workspace.store.contents.save(key, [(held, many)])

    page = browse().get("/exports").text

    assert f"{LONG + 1} dòng: tệp .xlsx được lập trong nền" in page
    assert re.findall(r'action="/exports/(\w+)\.xlsx"', page) == ["entries", "master"]
    assert re.findall(r'href="/exports/(\w+)\.xlsx"', page) == ["status", "problems", "analysis"]
