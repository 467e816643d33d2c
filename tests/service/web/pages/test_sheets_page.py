"""Our spreadsheets in the browser: only ours, everything escaped, only web addresses become links."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from service.sheets.tab_pages import FIRST_ROWS, LONGEST, MOST_WHOLE, PageCell
from service.web.app import create_app
from service.web.pages import sheets_page


@pytest.fixture
def tab(office):
    return office.tab("S-CT", "registration")


def page_of(browse, tab) -> str:
    return browse().get(f"/sheets/{tab.spreadsheet_id}/{tab.id}").get_data(as_text=True)


def test_tab_shows_the_form_with_its_merged_cells(office, browse, tab):
    page = page_of(browse, tab)

    assert "SỞ CÔNG THƯƠNG" in page
    assert 'colspan="' in page
    assert [f">{title}</a>" in page for title in ("VP UBND tỉnh", "Sở Công Thương", "Sở GD&amp;ĐT")] == [True] * 3


def test_tab_has_an_anchor_for_every_cell_shown(office, browse, tab):
    office.type("S-CT", "registration", [["1", "Ra quân", "15/10/2023"]])
    number, _ = office.find(tab.get_all_values(), "Ra quân")

    page = page_of(browse, tab)

    assert re.search(rf'<td id="B{number}"[^>]*>Ra quân</td>', page)
    assert len(re.findall(r'id="(\w+)"', page)) == len(set(re.findall(r'id="(\w+)"', page)))


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'; DROP TABLE", '"><img src=x onerror=y>', "dòng 1\ndòng 2"]
)
def test_tab_escapes_what_was_typed(office, browse, tab, text):
    office.type("S-CT", "registration", [["1", text]])

    page = page_of(browse, tab)

    assert "<script" not in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("http://example.org", "http://example.org"),
        ("http://127.0.0.1:8080/sheets/abc/5#C9", "/sheets/abc/5#C9"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org", ""),
        ("https:", ""),
        ("http://[::1", ""),
        ("mailto:a@b", ""),
        ("", ""),
    ],
)
def test_link_of_takes_web_addresses_alone(office, link, shown):
    with office.workspace() as workspace, create_app(workspace).test_request_context("/"):
        assert sheets_page.link_of(PageCell("A1", "x", link)) == shown


def test_tab_makes_no_link_of_a_script(office, browse):
    office.consolidate()
    plan = office.master_file().worksheet("Kế hoạch")
    links = ['=HYPERLINK("javascript:alert(1)";"bấm")', '=HYPERLINK("https://example.org/x";"xem")']
    plan.update([links], "A1", raw=False)

    page = page_of(browse, plan)

    assert "javascript" not in page
    assert ">bấm</td>" in page
    assert '<a href="https://example.org/x" rel="noopener noreferrer">xem</a>' in page


def test_tab_zero_is_the_first_one(office, browse, tab):
    page = browse().get(f"/sheets/{tab.spreadsheet_id}/0").get_data(as_text=True)

    assert re.search(r'aria-current="page">([^<]+)<', page)[1] == "VP UBND tỉnh"


def test_tab_of_the_master_leads_to_tabs_of_this_site(office, browse):
    office.consolidate()
    master = office.books("")[0]

    page = browse().get(f"/sheets/{master}/0").get_data(as_text=True)

    assert "BẢNG THEO DÕI TIẾN ĐỘ" in page
    shown = page.partition('<div class="grid-part"')[0]
    assert shown.count('rel="noopener noreferrer">Mở trang</a>') == 6
    assert "127.0.0.1:8080" not in page


def test_tab_shortens_the_free_rows(browse, tab):
    page = page_of(browse, tab)

    assert re.search(r"\d+ dòng trống", page)
    assert page.count("<tr") < 40


def test_tab_of_a_spreadsheet_that_is_not_ours_is_404(office, browse):
    strange = office.owner.create("Của người khác")

    assert browse().get(f"/sheets/{strange.id}/0").status_code == 404


@pytest.mark.parametrize("sheet_id", ["99999", "9" * 30, "x", "-1"])
def test_tab_that_is_not_there_is_404(browse, tab, sheet_id):
    assert browse().get(f"/sheets/{tab.spreadsheet_id}/{sheet_id}").status_code == 404


def test_tab_at_google_is_opened_there(office, tab, enter):
    with office.workspace() as workspace:
        away = replace(
            workspace, settings=replace(workspace.settings, sheets="google", secret_key="mot-khoa-du-dai-0123")
        )
        answer = enter(away).get(f"/sheets/{tab.spreadsheet_id}/{tab.id}")

    assert answer.status_code == 404


def test_tab_longer_than_a_page_says_where_all_of_it_is(office, browse, tab):
    tab.append_rows([["x"]] * (LONGEST + 1), table_range="A1", value_input_option="RAW")

    whole = browse().get(f"/sheets/{tab.spreadsheet_id}/{tab.id}?rows=all").text

    assert f"chỉ hiện {LONGEST} dòng đầu" in whole
    assert '<a href="/exports">Xem đủ trong tệp, ở “Xuất tệp”</a>' in whole


def test_long_tab_is_shown_in_part_whole_where_asked_and_for_a_cell_far_down(office, browse, tab):
    rows = [[str(number), f"Việc số {number}."] for number in range(1, MOST_WHOLE + 2)]
    tab.append_rows(rows, table_range="A1", value_input_option="RAW")
    number, _ = office.find(tab.get_all_values(), f"Việc số {MOST_WHOLE + 1}.")
    client, path = browse(), f"/sheets/{tab.spreadsheet_id}/{tab.id}"

    short, whole = client.get(path).text, client.get(f"{path}?rows=all").text
    with office.workspace() as workspace:
        link = workspace.link_to(tab.spreadsheet_id, tab.id, f"B{number}")

    assert f"chỉ hiện {FIRST_ROWS} dòng đầu" in short
    assert f'<a class="no-print" href="{path}?rows=all">Xem cả trang</a>' in short
    assert f'id="B{number}"' not in short
    assert f'id="B{number}"' in whole
    assert "Xem cả trang" not in whole
    assert link.endswith(f"{path}?rows=all#B{number}")
    assert not workspace.link_to(tab.spreadsheet_id, tab.id, "B12").count("?")
