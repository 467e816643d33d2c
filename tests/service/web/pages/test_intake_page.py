"""A unit's page to send a file: shown first, taken with a second yes, each by those who may."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import docx
import pytest

from service.domain.roles import Role
from service.web.pages import intake_page
from service.web.pages.intake_page import LARGEST_FILE
from tests.sent_forms import ROWS, excel_form, fill, saved, word_form

PAGE = "/units/S-CT/registration/intake"


class Visitor:
    """A browser before the page: it sends back what forms hold."""

    def __init__(self, client, page: str = PAGE) -> None:
        self.client = client
        self.page = page
        self.text = client.get(page).get_data(as_text=True)

    def fields(self) -> dict[str, str]:
        """Return what the first form of the page would send."""
        form = self.text.partition('<form class="stacked')[2].partition("</form>")[0]
        found = {}
        for tag in re.findall(r"<input [^>]*>", form):
            given = {name: html.unescape(text) for name, text in re.findall(r'(\w+)="([^"]*)"', tag)}
            if given.get("type") not in {"file", "checkbox", "radio"} and "name" in given:
                found[given["name"]] = given.get("value", "")
        return found

    def post(self, step: str, content: bytes = b"", name: str = "a.docx", **typed: str):
        """Send the form with a file, or go on with the one that was shown."""
        parts = [(f'name="{key}"', text.encode()) for key, text in {**self.fields(), **typed, "step": step}.items()]
        parts += [(f'name="file"; filename="{name}"', content)] if content else []
        body = b"".join(
            f"--cut\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + text + b"\r\n" for head, text in parts
        )
        answer = self.client.post(
            self.page, data=body + b"--cut--\r\n", content_type="multipart/form-data; boundary=cut"
        )
        self.text = answer.get_data(as_text=True)
        return answer


@pytest.fixture
def visit(browse) -> Callable[..., Visitor]:
    """Return `visit(role)`: a user at the page; a unit is S-CT."""

    def make(role: Role = Role.OPERATOR, unit: str = "S-CT", page: str = PAGE) -> Visitor:
        return Visitor(browse(role, unit if role is Role.UNIT else ""), page)

    return make


def typed_rows(office) -> list[list[str]]:
    shown = office.tab("S-CT", "registration").get_all_values()
    header = next(index for index, row in enumerate(shown) if row[0] == "Stt")
    return [row[:7] for row in shown[header + 1 :] if any(row[:7]) and "(Ký tên, đóng dấu)" not in row]


def test_file_is_shown_before_anything_is_written(office, visit):
    visitor = visit()

    assert visitor.post("preview", word_form()).status_code == 200

    for part in ("Sở Công Thương", "12/KH-SCT", "Ngày “31/9/2023” không có trong lịch.", "Nhận vào trang"):
        assert part in html.unescape(visitor.text)
    assert typed_rows(office) == []


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.UNIT])
def test_second_yes_takes_the_file(office, visit, role):
    visitor = visit(role)
    visitor.post("preview", excel_form(), "Đăng ký.xlsx")

    answer = visitor.post("accept")

    assert (answer.status_code, answer.location) == (303, "/units/S-CT")
    assert typed_rows(office) == [list(row) for row in ROWS]
    page = visitor.client.get("/units/S-CT").get_data(as_text=True)
    assert page.count("Đăng ký.xlsx") >= 2


def test_time_of_receipt_is_recorded_by_the_operator_alone(office, visit):
    operator, unit = visit(), visit(Role.UNIT)
    unit.post("preview", word_form())
    unit.post("accept", received="2023-09-19T16:30")
    assert "received" not in unit.fields()
    office.consolidate()
    assert office.standing("S-CT", "registration").receipt.value == "draft"

    operator.post("preview", excel_form(), "a.xlsx")
    operator.post("accept", received="2023-09-19T16:30")
    assert office.standing("S-CT", "registration").receipt.value == "complete"


def test_double_click_records_once(office, visit):
    visitor = visit()
    visitor.post("preview", word_form())
    shown = visitor.text

    first = visitor.post("accept", received="2023-09-19T16:30")
    visitor.text = shown
    second = visitor.post("accept", received="2023-09-19T16:30")

    assert (first.status_code, second.status_code) == (303, 303)
    with office.workspace() as workspace:
        assert len(workspace.store.intakes.of(office.campaign.key)) == 1
        assert len(workspace.store.facts.decisions(office.campaign.key)) == 1


def test_filled_tab_asks_how(office, visit):
    own = ["9", "Đơn vị tự nhập", "20/10/2023", "xã", "dân", "tốt", ""]
    office.type("S-CT", "registration", [own])
    visitor = visit()
    visitor.post("preview", word_form())
    assert 'name="mode" value="replace"' in visitor.text

    assert visitor.post("accept").status_code == 422
    assert typed_rows(office) == [own]
    assert visitor.post("accept", mode="append").status_code == 303
    assert len(typed_rows(office)) == 5


def test_other_units_file_needs_a_tick(office, visit):
    visitor = visit()
    visitor.post("preview", word_form(head=("UBND TỈNH BẮC GIANG", "SỞ GIÁO DỤC VÀ ĐÀO TẠO")))
    assert 'name="other_unit"' in visitor.text

    assert visitor.post("accept").status_code == 422
    assert typed_rows(office) == []
    assert visitor.post("accept", other_unit="1").status_code == 303


def test_words_without_a_place_on_the_tab_need_a_tick(office, visit):
    titles = ("Mục", "Nội dung", "Kết quả thực hiện", "Số liệu nổi bật", "Không phát sinh", "Ghi chú")
    document = docx.Document()
    fill(document, (titles, ("", "Đánh giá chung", "Tốt", "95%", "", "")))
    visitor = visit(page=PAGE.replace("registration", "report"))
    visitor.post("preview", saved(document))
    assert 'name="left_out"' in visitor.text
    assert "“95%”" in visitor.text

    assert visitor.post("accept").status_code == 422
    assert visitor.post("accept", left_out="1").status_code == 303
    shown = office.tab("S-CT", "report").get_all_values()
    assert next(row[2] for row in shown if "Đánh giá chung" in row[:2]) == "Tốt"


def test_tab_that_changed_meanwhile_is_shown_again(office, visit):
    visitor = visit()
    visitor.post("preview", word_form())
    office.type("S-CT", "registration", [["9", "Đơn vị tự nhập", "20/10/2023", "xã", "dân", "tốt", ""]])

    answer = visitor.post("accept")

    assert answer.status_code == 422
    assert len(typed_rows(office)) == 1


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"%PDF-1.7", "a.pdf", "tệp PDF"),
        (b"x" * (LARGEST_FILE + 1), "a.csv", "lớn hơn 4 MB"),
        (b"a;b\n1;2\n", "<script>.csv", "không tìm thấy dòng tiêu đề"),
    ],
)
def test_file_that_is_not_taken_says_why(visit, content, name, says):
    visitor = visit()

    assert visitor.post("preview", content, name).status_code == 422
    assert says in html.unescape(visitor.text)
    assert "<script" not in visitor.text


def test_without_a_file_it_asks_for_one(visit):
    visitor = visit()

    assert visitor.post("preview").status_code == 422
    assert "Chưa chọn tệp" in visitor.text


def test_body_beyond_the_limit_is_refused(visit):
    visitor = visit()

    assert visitor.post("preview", b"x" * 7 * 1024 * 1024).status_code == 413


def test_forged_form_is_refused(office, visit):
    visitor = visit()

    assert visitor.post("preview", word_form(), csrf_token="x").status_code == 403


def test_file_that_waits_too_long_for_another_is_answered(visit, monkeypatch):
    visitor = visit()
    monkeypatch.setattr(intake_page, "WAITED_AT_MOST", 0.01)

    with intake_page._one_at_a_time():
        answer = visitor.post("preview", word_form())

    assert answer.status_code == 503
    assert "Đang nhận tệp của người khác" in visitor.text


def test_who_may(visit, browse):
    assert browse(Role.VIEWER).get(PAGE).status_code == 403
    assert browse(Role.UNIT, "S-GDDT").get(PAGE).status_code == 403
    assert browse(None).get(PAGE).status_code == 303
    assert browse().get("/units/S-CT/nothing/intake").status_code == 404


def test_original_is_answered_as_it_came_to_those_who_see_the_unit(visit, browse):
    visitor, content = visit(), word_form()
    visitor.post("preview", content, "Đăng ký.docx")
    visitor.post("accept")
    (address,) = set(re.findall(r'href="(/units/S-CT/files/[0-9a-f]{64})"', visitor.client.get("/units/S-CT").text))

    answer = visitor.client.get(address)

    assert answer.data == content
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C4%90%C4%83ng%20k%C3%BD.docx"
    assert browse(Role.UNIT, "S-GDDT").get(address).status_code == 403
    assert browse(Role.UNIT, "S-GDDT").get(address.replace("S-CT", "S-GDDT")).status_code == 404
