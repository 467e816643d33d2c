"""The pages of the analysis: figures that lead to their rows, empty before anything came, a word on a pair."""

from __future__ import annotations

import re
from html import unescape

import pytest

from service.domain.roles import Role

ROWS = [
    ["1", "Đối thoại với nhân dân về đất đai", "15/10/2023", "03 xã", "Nhân dân", "", ""],
    ["2", "Mô hình “Tổ tự quản” <b>mới</b>", "20/10/2023", "Toàn tỉnh", "Cán bộ", "", ""],
    ["3", "Ra quân", "thường xuyên", "Toàn tỉnh", "Cán bộ", "", ""],
]
RESULT = "Đối thoại với nhân dân về đất đai tại 03 xã"
DOCUMENT = {"Số và ký hiệu": "12/KH-SCT", "Ngày ban hành": "12/9/2023", "Xác nhận gửi": True}


@pytest.fixture(scope="module")
def reported_once(shared_office):
    shared_office.type("S-CT", "registration", ROWS, DOCUMENT)
    shared_office.at("2023-09-20 17:00").consolidate()
    shared_office.type("S-CT", "report", [["II.3", "", RESULT, "2 cuộc; 180 hộ; 95% hài lòng"]], {"Xác nhận gửi": True})
    shared_office.at("2023-10-25 08:00").consolidate()
    return shared_office


@pytest.fixture
def reported(office, reported_once):
    return office.become(reported_once)


def body(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_page_shows_figures_and_every_one_leads_to_as_many_rows(reported, browse):
    client = browse()
    page = body(client.get("/analysis"))

    links = {
        unescape(url): int(count) for url, count in re.findall(r'href="(/analysis/rows\?[^"]+)"[^>]*>(\d+)<', page)
    }
    assert len(links) > 10
    counts = [url for url in links if "rows=figures" not in url or "kind=" in url]
    for url in counts:
        assert body(client.get(url)).count('<td class="number" data-label="TT">') == links[url], url
    assert "&lt;b&gt;mới" in page
    assert "<b>mới" not in page
    assert "Cộng 3 hoạt động, bằng tổng số đã đăng ký (3)." in page


def test_row_of_a_figure_opens_the_cell(reported, browse):
    client = browse()
    page = body(client.get("/analysis/rows?rows=figures&content=II.3&measure=hộ"))

    assert "180 hộ" in page
    (url,) = re.findall(r'href="(/sheets/[^"]+)"', page)
    assert "180 hộ" in body(client.get(url))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_page_before_anything_came(office, browse, lang):
    client = browse(lang=lang)

    page = body(client.get("/analysis"))

    assert ("Chưa có đơn vị nào gửi" if lang == "vi" else "No unit has sent anything yet") in page
    for path in ("/analysis/pairs", "/analysis/rows", "/analysis/rows?rows=models"):
        assert 'class="card empty"' in body(client.get(path))


def judge(client, page: str, verdict: str):
    with client.session_transaction() as session:
        token = session["csrf"]
    names = ("unit", "promised", "done")
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in names}
    return client.post("/analysis/pairs", data={"csrf_token": token, "verdict": verdict, **fields})


def test_pair_is_confirmed_shown_with_its_author_and_taken_back(reported, browse):
    client = browse()
    page = body(client.get("/analysis/pairs?state=suggested"))

    assert judge(client, page, "confirmed").status_code == 303
    confirmed = body(client.get("/analysis/pairs?state=confirmed"))
    assert RESULT in confirmed
    assert "operator-@vidu.example" in confirmed
    assert judge(client, confirmed, "taken_back").status_code == 303
    assert 'class="card empty"' in body(client.get("/analysis/pairs?state=confirmed"))


def test_pair_that_is_gone_is_refused_in_words(reported, browse):
    client = browse()
    page = body(client.get("/analysis/pairs?state=suggested"))
    reported.type("S-CT", "report", [["II.3", "", "Việc khác", "2 cuộc"]])
    reported.at("2023-10-26 08:00").consolidate()

    assert "đã sửa dòng này" in body(judge(client, page, "confirmed"), 422)


def test_viewer_reads_and_does_not_judge(reported, browse):
    client = browse(Role.VIEWER)
    page = body(client.get("/analysis/pairs"))

    assert 'value="confirmed"' not in page.replace('<option value="confirmed"', "")
    operator = body(browse().get("/analysis/pairs?state=suggested"))
    assert judge(client, operator, "confirmed").status_code == 403


def test_unit_sees_nothing_of_it(reported, browse):
    client = browse(Role.UNIT, "S-CT")

    assert {client.get(path).status_code for path in ("/analysis", "/analysis/rows", "/analysis/pairs")} == {403}


RUBBISH = [
    "rows=x",
    "content=II.99",
    "group=<b>",
    "week=2023-10-03",
    "kind=x",
    "page=0",
    "as_of=x",
    "measure=" + "x" * 501,
]


@pytest.mark.parametrize("query", RUBBISH)
def test_rubbish_in_the_address_is_refused(browse, query):
    assert browse().get(f"/analysis/rows?{query}").status_code == 400


def test_frozen_moment_is_analysed_as_it_was(reported, browse):
    page = body(browse().get("/analysis?as_of=2023-09-21T08:00"))

    assert "0 đơn vị đã gửi báo cáo kết quả" in page
    assert "Chưa có báo cáo nào có số liệu." in page
