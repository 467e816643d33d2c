"""The page of papers: what is offered, the preview with its figures, files, templates of an office."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document

from service.documents.papers.docx_blocks import Cells
from service.documents.papers.shipped_templates import shipped_template
from service.domain.papers import PaperName, PaperRequest
from service.domain.roles import Role
from service.facts.records import FactKind
from service.papers.gathering import paper_of
from service.papers.making import FIRST_ROWS, MOST_WHOLE, make_shown

ROWS = [["1", "Mít tinh <b>& diễu hành</b> {{ 7*7 }}", "15/10/2023", "Toàn tỉnh", "Nhân dân", "500 người", ""]]


@pytest.fixture(scope="module")
def filled_once(shared_office):
    """One unit has sent its registration, another typed and did not confirm."""
    shared_office.at("2023-09-25 08:00")
    shared_office.type("S-CT", "registration", ROWS, {"Số và ký hiệu": "12/KH-SCT", "Ngày ban hành": "20/9/2023"})
    shared_office.type("S-CT", "registration", labels={"Người ký": "Nguyễn Văn An; Giám đốc", "Xác nhận gửi": True})
    shared_office.type("S-GDDT", "registration", [["1", "Hội nghị", "31/9/2023", "", "", "", ""]])
    shared_office.consolidate()
    shared_office.at("2023-10-02 17:00").consolidate()
    return shared_office


@pytest.fixture
def filled(office, filled_once):
    return office.become(filled_once)


def forged(page: str) -> str:
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_papers_are_offered_previewed_and_taken_away(filled, browse):
    client = browse(Role.VIEWER)
    index = client.get("/papers").text
    for name in PaperName:
        assert f'id="p-{name.value}"' in index
    assert "Mẫu Word" not in index

    letter = client.get("/papers/urging").text
    assert "trước ngày 05/10/2023 (hết ngày 04/10/2023, thứ Tư)" in letter
    assert "Sở Giáo dục và Đào tạo" in letter
    assert "Sở Công Thương" not in letter
    assert "Đã soạn, chưa xác nhận gửi" in letter
    own = client.get("/papers/urging?new_date=2023-10-09&form=registration").text
    assert "trước ngày 09/10/2023 (hết ngày 08/10/2023, Chủ nhật)" in own

    report = client.get("/papers/summary").text
    assert "Mít tinh &lt;b&gt;&amp; diễu hành&lt;/b&gt; {{ 7*7 }}" in report
    assert "Hoạt động đăng ký: 2" in report or "Hoạt động đăng ký: 1" in report
    assert 'href="/units/S-CT"' in report

    for kind in ("docx", "xlsx"):
        answer = client.get(f"/papers/progress.{kind}")
        assert answer.status_code == 200
        assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
        assert f"tonghop-progress-20231002-1700.{kind}" in answer.headers["Content-Disposition"]


def test_long_tables_are_shown_in_part_and_whole_where_that_is_asked(office, browse):
    office.at("2023-09-25 08:00")
    office.type("S-CT", "registration", [[str(at), f"Hội nghị {at}", "15/10/2023"] for at in range(1, MOST_WHOLE + 11)])
    office.type("S-CT", "registration", labels={"Xác nhận gửi": True})
    office.consolidate()
    client = browse(Role.VIEWER)

    short, whole = client.get("/papers/registrations").text, client.get("/papers/registrations?rows=all").text

    # paper says so too: who prints what is shown in part must not take it for the whole
    assert re.search(r'<p class="small">Còn \d+ dòng nữa, có đủ trong tệp\. <a class="no-print"', short)
    assert 'href="/papers/registrations?rows=all">Xem tất cả trên trang này</a>' in short
    assert FIRST_ROWS - 3 < short.count(">Hội nghị ") <= FIRST_ROWS
    assert whole.count(">Hội nghị ") == MOST_WHOLE + 10
    assert "Xem tất cả" not in whole


def test_long_lists_of_a_report_are_shown_in_part_and_what_is_left_is_counted(filled):
    lines = [f"- Nơi nhận {number}," for number in range(MOST_WHOLE + 1)]

    with filled.workspace() as workspace:
        paper, _ = paper_of(workspace, PaperRequest(PaperName.SUMMARY))
        made = make_shown(workspace, replace(paper, texts={**paper.texts, "recipients": lines}))
    shown = [para.words for block in made.blocks() if isinstance(block, Cells) for cell in block.cells for para in cell]

    assert [line for line in shown if line in lines] == lines[:FIRST_ROWS]
    assert made.left == len(lines) - FIRST_ROWS


def test_paper_of_a_moment_stays_what_it_was(filled, browse):
    client = browse()
    before = client.get("/papers/progress.docx?as_of=2023-10-02T17:00").data
    filled.at("2023-10-03 08:00")
    filled.type("S-GDDT", "registration", labels={"Số và ký hiệu": "1/KH", "Ngày ban hành": "1/10/2023"})
    filled.consolidate()

    assert client.get("/papers/progress.docx?as_of=2023-10-02T17:00").data == before
    assert client.get("/papers/progress.docx").data != before


def test_form_is_signed_by_name_and_office(filled, browse):
    page = browse().get("/papers/form?unit=S-CT&form=registration").text

    assert "SỞ CÔNG THƯƠNG" in page
    assert "(Ký tên, đóng dấu)" in page
    assert "Nguyễn Văn An" in page
    assert "Giám đốc" in page
    assert "ĐẢNG CỘNG SẢN" not in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/papers/return?unit=VP-UBND", "không có nội dung nào phải bổ sung"),
        ("/papers/form", "của một đơn vị"),
        ("/papers/urging?new_date=x", "ngày"),
        ("/papers/urging?new_date=2020-01-01", "Ngày mới (01/01/2020) đã qua"),
    ],
)
def test_paper_with_nothing_to_say_is_refused_plainly(filled, browse, path, said):
    answer = browse().get(path)

    assert answer.status_code == 422
    assert said in answer.text


def test_template_is_copied_edited_uploaded_and_taken_back(filled, browse):
    client = browse()
    assert client.get("/papers/templates/urging.docx").data == shipped_template(PaperName.URGING)
    assert "{{ new_limit }}" in client.get("/papers/templates/urging").text
    assert "{{ row.lacking }}" in client.get("/papers/templates/urging").text
    page = client.get("/papers").text

    def send(content: bytes, **more: str):
        sent = {"csrf_token": forged(page), "file": (io.BytesIO(content), "cong-van.docx"), **more}
        return client.post("/papers/templates/urging", data=sent, content_type="multipart/form-data")

    edited = Document(io.BytesIO(shipped_template(PaperName.URGING)))
    edited.add_paragraph("Điện thoại liên hệ: 0204.000.000")
    content = io.BytesIO()
    edited.save(content)
    assert send(content.getvalue(), reason="thêm số điện thoại").status_code == 303
    assert "0204.000.000" in client.get("/papers/urging").text
    assert "cong-van.docx" in client.get("/papers").text

    edited.add_paragraph("{{ khong_co }}")
    broken = io.BytesIO()
    edited.save(broken)
    refused = send(broken.getvalue())
    assert refused.status_code == 422
    assert "văn bản không có nội dung tên “khong_co”" in refused.text
    assert "0204.000.000" in client.get("/papers/urging").text

    taken_back = client.post("/papers/templates/urging", data={"csrf_token": forged(page), "withdraw": "1"})
    assert taken_back.status_code == 303
    assert "0204.000.000" not in client.get("/papers/urging").text
    with filled.workspace() as workspace:
        kept = workspace.store.paper_templates.all(filled.campaign.key)
        assert [bool(one.sha256) for one in kept] == [True, False]
        assert workspace.store.paper_templates.content(kept[0]) == content.getvalue()
        kinds = {line.kind for line in workspace.store.facts.lines(filled.campaign.key)}
        assert FactKind.PAPER_TEMPLATE in kinds


def test_unit_takes_its_own_form_and_no_other(filled, browse):
    client = browse(Role.UNIT, "S-CT")

    assert "/papers/units/S-CT/registration.docx" in client.get("/units/S-CT").text
    answer = client.get("/papers/units/S-CT/registration.docx")
    assert answer.status_code == 200
    words = "\n".join(cell.text for row in Document(io.BytesIO(answer.data)).tables[1].rows for cell in row.cells)
    assert ROWS[0][1] in words
    assert client.get("/papers/units/S-GDDT/registration.docx").status_code == 403
    assert client.get("/papers/units/S-CT/khong-co.docx").status_code == 404


def test_viewer_changes_no_template_and_a_unit_sees_no_paper(filled, browse):
    viewer = browse(Role.VIEWER)
    page = viewer.get("/papers").text
    sent = {"csrf_token": forged(page), "file": (io.BytesIO(b"x"), "x.docx")}

    assert viewer.get("/papers/templates/urging.docx").status_code == 403
    assert viewer.post("/papers/templates/urging", data=sent).status_code == 403
    assert viewer.get("/papers/templates/urging").status_code == 403
    assert browse(Role.UNIT, "S-CT").get("/papers").status_code == 403
