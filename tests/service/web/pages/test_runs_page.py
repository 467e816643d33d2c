"""The page of runs: what each did, what went wrong, whether the worker lives."""

from __future__ import annotations

import pytest

from sheets_schema.wording import message

HOSTILE = "<script>alert('x')</script>"


def test_index_shows_what_a_run_did(office, browse):
    office.type("S-CT", "registration", [["1", "Ra quân", "hôm nào đó"]])
    office.consolidate()

    page = browse().get("/runs").get_data(as_text=True)

    assert "08:00 ngày 20/9/2023" in page
    assert "4 đọc" in page
    assert "1 = 0 + 1 + 0" in page
    assert "Không khớp" not in page
    assert "Tự động cập nhật không chạy" in page


@pytest.mark.parametrize(("lang", "words"), [("vi", "có lần khác thay"), ("en", "another has replaced it")])
def test_failure_is_shown_in_the_language_of_the_page(office, browse, lang, words):
    with office.workspace() as workspace:
        run = workspace.store.runs.start(office.campaign.key, office.now, "sweep", "worker")
        workspace.store.runs.finish(run, office.now, {}, error=message("errors.lease_lost").kept())

    client = browse(lang=lang)

    assert words in client.get("/runs").get_data(as_text=True)
    assert words in client.get("/").get_data(as_text=True)
    assert words in client.get("/api/v1/runs").get_json()["items"][0]["error"]


def test_index_shows_failures_and_what_does_not_add_up(office, browse):
    with office.workspace() as workspace:
        store, key = workspace.store, office.campaign.key
        failed = store.runs.start(key, office.now, HOSTILE, HOSTILE)
        store.runs.finish(failed, office.now, {"notices": [HOSTILE, HOSTILE]}, error=HOSTILE)
        wrong = store.runs.start(key, office.now, "sweep", "worker")
        counts = {"rows_in": 5, "rows_out": 1, "rows_rejected": 1, "rows_skipped": 1, "read_calls": 4, "retries": 2}
        store.runs.finish(wrong, office.now, counts)
        store.runs.start(key, office.now, "hook", "worker")

    page = browse().get("/runs").get_data(as_text=True)

    assert "<script" not in page
    assert page.count('class="said"') == 1
    assert "5 = 1 + 1 + 1" in page
    assert "Không khớp" in page
    assert "2 lần gọi lại" in page
    assert "Chưa xong" in page


@pytest.mark.parametrize(
    "report", [{"rows_in": "x", "seconds": "y", "notices": "z"}, {"seconds": None}, {"notices": [None, 3, {}]}, {}]
)
def test_index_shows_a_report_of_any_shape(office, browse, report):
    with office.workspace() as workspace:
        run = workspace.store.runs.start(office.campaign.key, office.now, "hook", "worker")
        workspace.store.runs.finish(run, office.now, report)

    assert browse().get("/runs").status_code == 200


def test_index_says_that_the_worker_lives_and_what_waits(office, browse):
    office.consolidate()
    with office.workspace() as workspace:
        workspace.store.work.heartbeat("worker-1", workspace.lease_clock())
        workspace.store.work.mark_campaign_dirty(office.campaign.key, workspace.lease_clock())

    page = browse().get("/runs").get_data(as_text=True)

    assert "Đang chạy, báo lần cuối" in page
    assert "Không có gì chờ." not in page
    assert "Lần tới, chậm nhất" in page
    assert "00:00 ngày 30/9/2023" in page


def test_index_goes_back_page_by_page(office, browse):
    with office.workspace() as workspace:
        for _ in range(35):
            workspace.store.runs.start(office.campaign.key, office.now, "sweep", "worker")
    client = browse()

    first, second = client.get("/runs").get_data(as_text=True), client.get("/runs?before=6").get_data(as_text=True)

    assert (first.count('<tr>\n    <th scope="row">'), second.count('<tr>\n    <th scope="row">')) == (30, 5)
    assert 'href="/runs?before=6"' in first


def test_index_says_where_the_list_ends(office, browse):
    page = browse().get("/runs?before=1").get_data(as_text=True)

    assert "Không còn dòng nào cũ hơn." in page
    assert "Chưa có lần tổng hợp nào." not in page
    assert '<a href="/runs">Mới nhất</a>' in page


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 40, "1.5", HOSTILE])
def test_index_refuses_rubbish(browse, before):
    assert browse().get(f"/runs?before={before}").status_code == 400


def test_index_before_the_first_run(new_office, enter):
    with new_office().workspace() as workspace:
        page = enter(workspace).get("/runs").get_data(as_text=True)

    assert "Chưa có lần tổng hợp nào." in page
