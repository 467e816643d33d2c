"""The words of mails changed in the browser: tried with values made to break them, used, taken back."""

from __future__ import annotations

import pytest

from service.mail import own_templates
from service.mail.trying import PLACES

OWN = "Subject: Nhắc {{ unit }}\n\nGửi {{ unit }},\n{% for one in obligations %}\n- {{ one.title }}\n{% endfor %}\n"


@pytest.fixture
def change(office, browse):
    client = browse()
    with client.session_transaction() as session:
        token = session["csrf"]

    def post(name="urging", **fields):
        return client.post(f"/mail/templates/{name}", data={"csrf_token": token, **fields})

    post.client = client
    return post


def test_words_are_copied_changed_tried_used_and_taken_back(office, change):
    client = change.client
    shipped = client.get("/mail/templates/urging.txt").text
    tried = change(source=OWN, do="try").text
    assert "Thư sẽ như thế này" in tried
    assert f"Gửi {office.campaign.active_units[0].name}" in tried
    assert client.get("/mail/templates/urging.txt").text == shipped

    assert change(source=OWN, do="use").status_code == 303
    assert client.get("/mail/templates/urging.txt").text == OWN
    assert "Đang dùng lời của operator-@vidu.example" in client.get("/mail/templates").text
    with office.workspace() as workspace:
        words = own_templates.wording_of(workspace).words("urging", PLACES)
    assert words.text.startswith("Gửi So <b>")

    assert change(do="withdraw").status_code == 303
    assert client.get("/mail/templates/urging.txt").text == shipped
    assert change(do="withdraw").status_code == 422


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Kính gửi {{ unit }}", "Subject:"),
        ("Subject: x\n{{ unit.__class__ }}", "dòng 2"),
        ("Subject: x\n{{ khong_co }}", "dòng 2"),
        ("Subject: x\n{% for one in obligations %}", "dòng"),
        ("Subject: x\n" + "á" * 40_000, "64"),
        ("", "Subject:"),
    ],
)
def test_a_template_at_fault_is_refused_where_it_is_and_stays_typed(office, change, source, said):
    answer = change(source=source, do="use")

    assert answer.status_code == 422
    assert said in answer.text.partition('role="alert"')[2].partition("</p>")[0]
    assert "khong_co" not in source or "{{ khong_co }}" in answer.text
    with office.workspace() as workspace:
        assert all(one.record is None for one in own_templates.templates_in_use(workspace))


def test_the_short_text_has_no_subject(change):
    assert "Nhắc Văn phòng" in change("short", source="Nhắc {{ unit }}: {{ link }}", do="try").text
