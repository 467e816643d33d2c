"""A tab that cannot be read now is shown as it was read last, with the reason; never a failure page."""

from dataclasses import replace

import pytest

from service.domain.roles import Role
from service.sheets import http
from service.sheets.marks import COLUMN_KEY
from service.sheets.retrying import RetryPolicy
from service.sheets.verbs import Sheets

GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
BUSY = b'{"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}}'
GARBAGE = b'{"sheets": [{"properties": 7, "data": "x"}]}'


def answering(office, status, body):
    def answer(_environ, start_response):
        start_response(status, [("Content-Type", "application/json")])
        return [body]

    return Sheets(http.connect(office.session(answer), policy=RetryPolicy(attempts=1)), COLUMN_KEY)


@pytest.mark.parametrize(("status", "body"), [("503 Busy", BUSY), ("400 No", BUSY), ("200 OK", GARBAGE)])
def test_tab_that_cannot_be_read_is_shown_as_it_was_read_last(office, enter, status, body):
    office.type("S-CT", "registration", [GOOD])
    office.consolidate()
    with office.workspace() as workspace:
        client = enter(replace(workspace, sheets=answering(office, status, body)), Role.OPERATOR)

        page = client.get("/units/S-CT/registration/edit")

    assert page.status_code == 200
    assert "Ra quân dọn vệ sinh môi trường" in page.text
    assert "Hiện không đọc được trang này" in page.text
