"""The board's own tasks: shown as they stood, marked by the operator alone."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain.roles import Role

HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def post(browse):
    """Return `post(code, **fields)`: the operator's form sent."""
    client = browse()

    def send(code: str, **fields):
        with client.session_transaction() as session:
            token = session["csrf"]
        return client.post(f"/board-tasks/{code}", data={"csrf_token": token, **fields})

    send.client = client
    return send


def records(office) -> list:
    with office.workspace() as workspace:
        return list(workspace.store.facts.history(office.campaign.key).board_tasks)


@pytest.mark.parametrize("day", ["2023-09-19", "19/9/2023", " 19/09/2023 "])
def test_mark_records_that_a_task_is_done_and_open_again(office, post, day):
    code = office.campaign.board_tasks[0].code
    done = post(code, done_on=day, reason="Đã họp", document="3/TB")
    page = post.client.get(done.location).get_data(as_text=True)
    office.at("2023-09-20 09:00")
    reopened = post(code, reopen="1")

    assert (done.status_code, reopened.status_code) == (303, 303)
    assert f"nhiệm vụ {code} đã hoàn thành" in page
    assert "Đã hoàn thành ngày 19/9/2023" in page
    assert [(record.done_on, record.actor, record.reason) for record in records(office)] == [
        (date(2023, 9, 19), "operator-@vidu.example", "Đã họp"),
        (None, "operator-@vidu.example", ""),
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Ghi ngày hoàn thành."),
        ({"done_on": HOSTILE}, "không phải là ngày"),
        ({"done_on": "31/9/2023"}, "không phải là ngày"),
        ({"done_on": "0001-01-01"}, "năm phải từ 2000 đến 2099"),
        ({"done_on": "2023-09-21"}, "chưa tới"),
        ({"done_on": "2023-09-19", "reason": "x\x00"}, "có ký tự không đọc được"),
        ({"done_on": "2023-09-19", "document": "n" * 300}, "dài quá 200 ký tự"),
        ({"reopen": HOSTILE}, "Ghi ngày hoàn thành."),
    ],
)
def test_mark_refuses_with_what_was_typed(office, post, fields, message):
    answer = post(office.campaign.board_tasks[0].code, **({"reason": HOSTILE} | fields))

    page = answer.get_data(as_text=True)
    assert (answer.status_code, records(office)) == (422, [])
    assert message in page
    assert "<script" not in page


@pytest.mark.parametrize("code", ["9.9", "%00", "S-CT"])
def test_mark_of_no_task_is_404(post, code):
    assert post(code, done_on="2023-09-19").status_code == 404


def test_index_shows_every_task_and_forms_to_the_operator_alone(office, signed_in_client):
    count = len(office.campaign.board_tasks)

    pages = [signed_in_client(role).get("/board-tasks").get_data(as_text=True) for role in (Role.OPERATOR, Role.VIEWER)]

    assert [page.count('<li class="card task-') for page in pages] == [count, count]
    assert [page.count('name="done_on"') for page in pages] == [count, 0]


def test_index_of_a_campaign_without_tasks(reading_week, enter):
    with reading_week.workspace() as workspace:
        page = enter(workspace).get("/board-tasks").get_data(as_text=True)

    assert "không khai báo nhiệm vụ nào của Ban" in page
