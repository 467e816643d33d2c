"""The dashboard as the board reads it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from service import workflows
from service.domain.decisions import Decision, DecisionKind
from service.web.pages.dashboard_content import UNITS_A_PAGE
from sheets_schema.campaign import Contact

ACTIVITY = ["1", "Ra quân làm sạch kênh mương", "15/10/2023", "Toàn tỉnh", "Người dân", "20 km", ""]
DOCUMENT = {"Số và ký hiệu": "12/KH-SCT", "Ngày ban hành": "12/9/2023"}


def send(office) -> None:
    """Let one unit send its registration on 28/9 and be read then."""
    office.at("2023-09-20 08:00").consolidate()
    office.type("S-CT", "registration", [ACTIVITY], DOCUMENT | {"Xác nhận gửi": True})
    office.at("2023-09-28 17:00").consolidate()


def rows(page: str) -> list[tuple[str, str]]:
    """Return unit and label of every row of the tables of units; of one line with several labels each."""
    lines = re.findall(r'<th scope="row"><a href="/units/([^"?]+)[^>]*>(.*?)</tr>', page, re.DOTALL)
    labels = re.compile(r'(?:class="label|<span class=")[^>]*tone-[^>]*>([^<]+)<')
    return [(unit, label) for unit, line in lines for label in labels.findall(line)]


def test_index_shows_every_unit_with_every_obligation(office, browse):
    send(office)

    page = browse().get("/").get_data(as_text=True)

    assert rows(page) == [
        ("VP-UBND", "Chưa có dữ liệu · Sắp đến hạn"),
        ("VP-UBND", "Chưa có dữ liệu · Chưa đến hạn"),
        ("S-CT", "Đã gửi · Đúng hạn"),
        ("S-CT", "Chưa có dữ liệu · Chưa đến hạn"),
        ("S-GDDT", "Chưa có dữ liệu · Sắp đến hạn"),
        ("S-GDDT", "Chưa có dữ liệu · Chưa đến hạn"),
    ]
    assert "Tính đến 17:00 ngày 28/9/2023" in page
    assert "<strong>1/3</strong>" in page
    assert "33,3%" in browse().get("/?form=registration").get_data(as_text=True)


@pytest.mark.parametrize("as_of", ["2023-09-27T00:00", "2023-09-27T00:00%2B07:00", "2023-09-26T17:00Z"])
def test_index_shows_a_past_instant_as_it_was(office, browse, as_of):
    send(office)

    page = browse().get(f"/?as_of={as_of}&form=registration").get_data(as_text=True)

    assert ("S-CT", "Chưa có dữ liệu · Sắp đến hạn") in rows(page)
    assert 'value="2023-09-27T00:00"' in page


@pytest.fixture
def crowd(office, enter):
    """Somebody who looks at a campaign of more units than one page holds, in two groups by turns."""
    with office.workspace() as workspace:
        first, second = office.campaign.units[0], office.campaign.units[1]
        groups = [group.code for group in office.campaign.groups[:2]]
        made = [
            replace(first, code=f"U{number:04d}", name=f"Đơn vị {number:04d}", group=groups[number % 2], aliases=())
            for number in range(1, 2 * UNITS_A_PAGE + 41)
        ]
        campaign = replace(office.campaign, units=(*made, second))
        workspace = replace(workspace, campaign=campaign)
        workflows.learn_declaration(workspace)
        yield enter(workspace), campaign


def test_many_units_are_shown_page_by_page_and_none_is_left_out(crowd):
    client, campaign = crowd
    pages = [client.get(f"/?form=report&page={number}").get_data(as_text=True) for number in (1, 2, 3)]

    shown = [[unit for unit, _ in rows(page)] for page in pages]
    by_group = [unit.code for group in campaign.groups for unit in campaign.units if unit.group == group.code]
    assert [len(units) for units in shown] == [UNITS_A_PAGE, UNITS_A_PAGE, 41]
    assert [unit for units in shown for unit in units] == by_group
    assert "Trang 2/3" in pages[1]
    assert "/?page=3&amp;form=report#report-units" in pages[1]
    # what is counted, is counted over all
    assert all(f"<dd>{len(campaign.units)}</dd>" in page for page in pages)


def test_sorting_goes_over_all_pages(crowd):
    client, campaign = crowd

    page = client.get("/?form=report&sort=-unit&page=2").get_data(as_text=True)

    names = sorted((unit.name for unit in campaign.units if unit.code.startswith("U")), reverse=True)
    # “Sở …” is the first of all, on page 1
    assert [campaign.unit(unit).name for unit, _ in rows(page)] == names[UNITS_A_PAGE - 1 : 2 * UNITS_A_PAGE - 1]


@pytest.mark.parametrize(
    ("number", "status"), [("4", 200), ("99999", 200), ("0", 400), ("x", 400), ("-1", 400), ("1e3", 400), ("²", 400)]
)
def test_page_that_is_not_there_is_the_last_and_rubbish_is_refused(crowd, number, status):
    client, _ = crowd

    answer = client.get("/", query_string={"form": "report", "page": number})

    assert answer.status_code == status
    assert ("Trang 3/3" if status == 200 else "không phải là số trang") in answer.get_data(as_text=True)


def test_other_moments_keep_what_the_list_is_narrowed_to(office, crowd):
    client, _ = crowd
    with office.workspace() as workspace:
        workflows.freeze(workspace, "Tuần 1", workspace.clock())
    page = client.get("/?form=report&group=so_ban_nganh&q=S%E1%BB%9F&sort=-unit").get_data(as_text=True)
    moments = re.search(r'<p class="moments">.*?</p>', page, re.DOTALL)[0]

    links = re.findall(r'href="([^"]+)"', moments)
    assert len(links) > 1
    assert all("form=report&amp;group=so_ban_nganh&amp;q=S%E1%BB%9F&amp;sort=-unit" in link for link in links)


def test_few_units_need_no_pages(browse):
    assert 'class="pages"' not in browse().get("/").get_data(as_text=True)


def test_index_refuses_an_instant_that_is_none(browse):
    answer = browse().get("/?as_of=<script>alert(1)</script>")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "“&lt;script&gt;alert(1)&lt;/script&gt;” không phải là thời điểm." in page


def test_index_says_that_an_instant_is_still_to_come(browse):
    assert "Thời điểm này chưa tới" in browse().get("/?as_of=2023-12-01T00:00").get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "units"),
    [
        ("q=công+thương", ["S-CT", "S-CT"]),
        ("q=cong+thuong", ["S-CT", "S-CT"]),
        ("q=không+có", []),
        ("form=report", ["VP-UBND", "S-CT", "S-GDDT"]),
        ("timeliness=on_time", ["S-CT", "S-CT"]),
        ("timeliness=exempt", []),
        ("form=report&q=s-gddt", ["S-GDDT"]),
    ],
)
def test_index_filters(office, browse, query, units):
    send(office)

    page = browse().get(f"/?{query}").get_data(as_text=True)

    assert [unit for unit, _ in rows(page)] == units


def test_index_speaks_english_when_set(office, browse):
    send(office)

    page = browse(lang="en").get("/").get_data(as_text=True)

    assert ("S-CT", "Sent · On time") in rows(page)
    assert '<html lang="en">' in page


def test_index_escapes_what_a_unit_typed(office, enter):
    office.unit("S-CT", name="Sở <img src=x onerror=alert(1)>")
    with office.workspace() as workspace:
        page = enter(workspace).get("/?q=<b>").get_data(as_text=True)
        whole = enter(workspace).get("/").get_data(as_text=True)

    assert "<img" not in page + whole
    assert "&lt;img src=x onerror=alert(1)&gt;" in whole
    assert 'value="&lt;b&gt;"' in page


def test_index_tells_of_a_failed_run_and_of_a_dead_worker(office, browse):
    send(office)
    with office.workspace() as workspace:
        run = workspace.store.runs.start(office.campaign.key, office.now, "hook", "worker")
        workspace.store.runs.finish(run, office.now, {}, error="Không kết nối được <dịch vụ> bảng tính.")

    page = browse().get("/").get_data(as_text=True)

    assert "Lần tổng hợp lúc 17:00 ngày 28/9/2023 không thành" in page
    assert "Không kết nối được &lt;dịch vụ&gt; bảng tính." in page
    assert "Tự động cập nhật không chạy" in page


def test_index_says_that_the_worker_lives(office, browse):
    with office.workspace() as workspace:
        workspace.store.work.heartbeat("worker-1", workspace.lease_clock())

    page = browse().get("/").get_data(as_text=True)

    assert "Tự động cập nhật: đang chạy." in page
    assert "Tự động cập nhật không chạy" not in page
    assert "Đợt chưa bắt đầu" not in page


def test_index_before_anything_was_provisioned(new_office, enter):
    office = new_office()

    with office.workspace() as workspace:
        answer = enter(workspace).get("/")

    assert answer.status_code == 200
    assert "Chưa có bảng tổng hợp." in answer.get_data(as_text=True)
    assert "Đợt chưa bắt đầu: chưa có trang nào được lập" in answer.get_data(as_text=True)


def test_index_of_another_campaign(reading_week, enter):
    reading_week.provision()

    with reading_week.workspace() as workspace:
        page = enter(workspace).get("/").get_data(as_text=True)

    assert len(rows(page)) == len(reading_week.campaign.active_units) * len(reading_week.campaign.obligations)


def test_index_says_what_changed_since_yesterday_and_what_time_alone_changed_is_none(office, browse):
    send(office)
    client = browse()

    soon = client.get("/?as_of=2023-09-29T09:00").get_data(as_text=True)
    later = client.get("/?as_of=2023-09-30T09:00").get_data(as_text=True)

    assert "Từ giờ này hôm qua <small>(1)" in soon
    assert '<s>Chưa có dữ liệu · Sắp đến hạn</s> → <span class="tone-on_time">Đã gửi · Đúng hạn' in soon
    assert "Từ giờ này hôm qua" not in later


def test_index_says_whom_to_call_by_telephone_where_one_is_known(office, browse):
    office.unit("S-CT", contacts=(Contact("Nguyễn Thị Hoa", telephone="0204 385 <b>"),), emails=("s-ct@vidu.example",))
    office.unit("S-GDDT", emails=("s-gddt@vidu.example",))

    page = browse().get("/?as_of=2023-10-02T17:00").get_data(as_text=True)

    assert 'Nguyễn Thị Hoa <a href="tel:0204385&lt;b&gt;">0204 385 &lt;b&gt;</a>' in page
    assert "mailto:s-ct@" not in page
    assert 'href="mailto:s-gddt@vidu.example"' in page


def test_units_ticked_on_the_dashboard_are_chosen_in_the_form_for_many(browse):
    client = browse()

    page = client.get("/decisions/new?unit=S-CT&unit=khong-co&chosen=ticked&reason=x&token=t").get_data(as_text=True)

    assert 'name="unit" value="S-CT" aria-label' in client.get("/").get_data(as_text=True)
    assert re.findall(r'name="unit" value="([^"]+)" checked', page) == ["S-CT"]
    assert "Đã đánh dấu 1 đơn vị: Sở Công Thương." in page
    assert "<details>" in page
    assert 'rows="2"></textarea>' in page


def test_index_links_lead_to_tabs_of_this_site_and_at_google_to_google(office, enter):
    with office.workspace() as workspace:
        here = enter(workspace).get("/?form=report").get_data(as_text=True)
        away = replace(
            workspace, settings=replace(workspace.settings, sheets="google", secret_key="mot-khoa-du-dai-0123")
        )
        there = enter(away).get("/?form=report").get_data(as_text=True)

    assert len(re.findall(r'href="/sheets/[\w-]+/\d+"', here)) == 3
    assert len(re.findall(r'href="https://docs\.google\.com/spreadsheets/d/[\w-]+/edit#gid=\d+"', there)) == 3


def test_index_marks_an_extended_limit(office, browse):
    decision = Decision(
        kind=DecisionKind.EXTEND,
        unit="S-CT",
        form="registration",
        recorded_at=office.now,
        actor="phòng",
        reason="bão",
        document="5/CV",
        before=office.at("2023-10-10 00:00").now,
    )
    with office.at("2023-09-20 08:00").workspace() as workspace:
        workspace.store.facts.record_decision(office.campaign.key, decision)

    assert "trước ngày 10/10/2023" in browse().get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("-entries", "S-CT"),
        ("received_at", "S-CT"),
        ("-received_at", "S-CT"),
        ("-receipt", "S-CT"),
        ("unit", "S-CT"),
        ("-unit", "VP-UBND"),
    ],
)
def test_index_sorts(office, browse, sort, first):
    send(office)

    page = browse().get(f"/?form=registration&sort={sort}").get_data(as_text=True)

    assert rows(page)[0][0] == first
    assert len(rows(page)) == 3
    assert page.count("aria-sort=") == 1


def test_index_sort_links_keep_what_is_asked_and_turn_round(office, browse):
    client = browse()

    once = client.get("/?form=registration&q=s-ct&sort=entries").get_data(as_text=True)
    twice = client.get("/?form=registration&sort=-entries").get_data(as_text=True)

    assert 'href="/?form=registration&amp;q=s-ct&amp;sort=-entries#registration-units"' in once
    assert 'href="/?form=registration#registration-units"' in twice
    assert '<input type="hidden" name="sort" value="entries">' in once


@pytest.mark.parametrize("query", ["sort=x", "sort=--unit", "sort=<b>", "receipt=x", "review=<b>"])
def test_index_refuses_rubbish(browse, query):
    assert browse().get(f"/?{query}").status_code == 400


def test_index_names_what_needs_attention(office, browse):
    send(office)

    late = browse().get("/?as_of=2023-10-02T17:00").get_data(as_text=True)
    early = browse().get("/?as_of=2023-09-01T17:00").get_data(as_text=True)

    assert 'class="card concern-missing"' in late
    assert 'href="/units/VP-UBND?as_of=2023-10-02T17:00:00%2B07:00#registration"' in late
    assert "Không có việc gì cần chú ý ngay." in early


def test_index_draws_progress_with_its_words_and_figures(office, browse):
    send(office)

    page = browse().get("/?form=registration").get_data(as_text=True)

    assert 'class="bar-on_time" d="M' in page
    assert "Đã gửi 1 trên 3 đơn vị phải gửi; ngày cuối của hạn chung là 29/9." in page
    assert '<th scope="row">28/9/2023</th>' in page


def test_every_page_of_the_board_carries_the_menu(browse):
    client = browse()

    sections = ("/", "/decisions", "/papers", "/declaration")
    beside = {
        "/": ("/problems", "/master", "/runs"),
        "/problems": ("/", "/master", "/runs"),
        "/board-tasks": ("/decisions", "/mail"),
        "/exports": ("/papers", "/analysis"),
        "/state": ("/declaration", "/provision", "/access", "/seasons"),
    }
    for path, others in beside.items():
        page = client.get(path).get_data(as_text=True)
        assert page.count('aria-current="page"') == 1
        assert [link for link in (*sections, path, *others) if f'href="{link}"' not in page] == []


def test_master_leads_to_the_master_and_says_when_there_is_none(office, browse, new_office, enter):
    answer = browse().get("/master")
    with new_office(name="moi").workspace() as workspace:
        none = enter(workspace).get("/master")

    assert (answer.status_code, answer.location.startswith("/sheets/")) == (303, True)
    assert none.status_code == 404
