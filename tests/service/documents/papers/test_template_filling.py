"""Word templates: every word given is in the document, faults are named by their place."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE

from service.documents.papers import template_filling
from service.documents.papers.clean_words import clean
from service.documents.papers.read_back import Given, refuse_losses, text_of
from service.documents.papers.shipped_templates import shipped_template
from service.documents.papers.template_filling import fill
from service.domain.papers import PaperName, PaperRequest, write_paper
from service.domain.papers.records import Align, Paper, PaperColumn, PaperTable, body, group, total
from service.domain.papers.sample import HOSTILE, sample_content
from service.errors import PaperError, TemplateError
from service.papers.template_trial import try_template
from sheets_schema import campaign as campaigns
from sheets_schema.declaration.campaign_folder import load_campaign

SEASON = Path(campaigns.__file__).parent / "campaigns" / "thang_dan_van_2023"
CAMPAIGN = load_campaign(SEASON)


def a_paper(rows=(("1", "một"), ("2", "hai")), **texts) -> Paper:
    columns = (PaperColumn("stt", "TT", 20, Align.CENTER), PaperColumn("ten", "Tên", 140))
    table = PaperTable("rows", "", columns, (group("I. Khối"), *(body(*row) for row in rows), total("", "Cộng")))
    return Paper(PaperName.URGING, "Thử", {"moment": "17:00", "to": ["Sở A"], **texts}, (table,))


def a_template(*paragraphs: str, cells: tuple[tuple[str, ...], ...] | None = None) -> bytes:
    doc = Document()
    for words in paragraphs:
        doc.add_paragraph(words)
    rows = cells if cells is not None else (
        ("TT", "Tên"),
        ("{%tr for row in table.rows %}", ""),
        ("{{ row.cells[0] }}", "{% if not row.is_group %}{{ row.ten }}{% endif %}"),
        ("{%tr endfor %}", ""),
    )  # fmt: skip
    table = doc.add_table(len(rows), len(rows[0]))
    for line, words in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, words, strict=True):
            cell.text = text
    made = io.BytesIO()
    doc.save(made)
    return made.getvalue()


def words_in(document: bytes) -> str:
    return text_of(Document(io.BytesIO(document)).element.body)


def test_every_shipped_template_keeps_hostile_words():
    for name in PaperName:
        try_template(CAMPAIGN, name, shipped_template(name))


def test_ten_thousand_hostile_rows_lose_nothing():
    rows = [(str(number), f"{number} {HOSTILE[number % len(HOSTILE)]}") for number in range(10_000)]
    rows.append(("5000", "chữ " * 1250))

    found = words_in(fill(a_template("{{ moment }}"), a_paper(rows)))

    assert all(clean(words) in found for _, words in rows[:: len(HOSTILE) * 25 + 1])
    assert clean(rows[-1][1]) in found
    assert "\ufffd" in found
    assert "49" not in found.partition("1 {{ 7")[2][:9]


def test_same_paper_is_the_same_file():
    first, second = (fill(a_template("{{ moment }}"), a_paper()) for _ in range(2))

    assert first == second


def test_words_of_a_cell_end_lines_where_they_did():
    found = words_in(fill(a_template("{{ moment }}"), a_paper([("1", "một\r\nhai\x0bba\tbốn")])))

    assert "một\nhai\nba\tbốn" in found


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (["Kính gửi: {{ to[0] }}", "{{ momen }}"], "Đoạn 2 (“{{ momen }}”): văn bản không có nội dung tên “momen”"),
        (["{{ moment"], "Đoạn 1 (“{{ moment”): thẻ chưa trọn"),
        (["{%p for one in to %}", "{{ one }}"], "Đoạn 1 (“{%p for one in to %}”): thẻ “for” chưa được đóng bằng"),
        (["{%p endfor %}"], "Đoạn 1 (“{%p endfor %}”): thẻ {%p endfor %} không đóng thẻ nào"),
        (["{{ moment | khong_co }}"], "Đoạn 1 (“{{ moment | khong_co }}”): không hiểu thẻ"),
        (["{{p moment }}"], "Đoạn 1 (“{{p moment }}”): không có loại thẻ"),
        (["{{ moment + }}"], "Đoạn 1 (“{{ moment + }}”): không hiểu thẻ"),
        (["{% include 'x' %}"], "không có loại thẻ"),
        (["{%tr for one in to %}"], "chỉ dùng trong bảng"),
        (["{{ to.__class__ }}"], "Đoạn 1 (“{{ to.__class__ }}”): không hiểu thẻ"),
        (["{{ moment * 99999999 }}"], "không được tính toán"),
        (["{{ range(9) }}"], "không có nội dung tên “range”"),
    ],
)
def test_fault_is_named_by_its_place(paragraphs, said):
    with pytest.raises(TemplateError) as refused:
        fill(a_template(*paragraphs), a_paper())

    assert said in refused.value.message.text()


def test_fault_in_a_cell_is_named_by_table_row_and_cell():
    cells = (("TT", "Tên"), ("{%tr for row in table.rows %}", ""), ("{{ row.stt }}", "{{ row.tem }}"),
             ("{%tr endfor %}", ""))  # fmt: skip

    with pytest.raises(TemplateError, match=r"Bảng 1, hàng 3, ô \d .*không có nội dung tên"):
        fill(a_template(cells=cells), replace(a_paper(), tables=a_paper().tables))


def test_rows_left_out_are_refused():
    cells = (("TT", "Tên"), ("{%tr for row in table.rows[:2] %}", ""), ("{{ row.cells[0] }}", ""),
             ("{%tr endfor %}", ""))  # fmt: skip

    with pytest.raises(TemplateError, match="bỏ sót 2 trong 4 dòng"):
        fill(a_template(cells=cells), a_paper())


def test_loop_that_opens_outside_a_table_and_closes_in_it_is_named():
    template = a_template("Kính gửi: {% for one in to %}", cells=(("TT", "Tên"), ("Số", "chữ {% endfor %}")))

    with pytest.raises(TemplateError) as refused:
        fill(template, replace(a_paper(to=["Sở A", "Sở B"]), tables=()))

    assert "hỏng văn bản ở đây" in refused.value.message.text()
    assert "Bảng 1, hàng" in refused.value.message.text() or "Đoạn 1" in refused.value.message.text()


def test_losses_are_found_by_reading_back():
    document = Document(io.BytesIO(a_template("một hai")))

    refuse_losses(document, [Given("một"), Given("hai")])
    with pytest.raises(PaperError, match="không thấy nội dung “ba”"):
        refuse_losses(document, [Given("một"), Given("ba")])
    with pytest.raises(PaperError, match="không thấy nội dung “một”"):
        refuse_losses(document, [Given("hai"), Given("một")])


def test_row_split_over_two_rows_is_a_loss():
    document = Document(io.BytesIO(a_template(cells=(("một", ""), ("", "hai")))))

    with pytest.raises(PaperError, match="không thấy dòng 1"):
        refuse_losses(document, [Given("một", 1), Given("hai", 1)])


def test_what_is_no_template_is_refused():
    doc = Document()
    doc.part.relate_to("https://vidu.example/x.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)
    fetching = io.BytesIO()
    doc.save(fetching)
    for content in (b"", b"khong phai", b"PK\x03\x04hong", b"%PDF-1.7", fetching.getvalue(), b"x" * 5_000_000):
        with pytest.raises(TemplateError):
            try_template(CAMPAIGN, PaperName.URGING, content)


def test_office_may_write_its_own_words_and_columns():
    template = a_template(
        "Kính gửi: {{ to|join('; ') }}",
        "Còn {{ unsent }} đơn vị, xin gửi {{ new_limit }}. {{ signer_name|upper }}",
        cells=(("Đơn vị", "Còn thiếu"), ("{%tr for row in table.rows %}", ""),
               ("{{ row.words }}{% if row.is_body %}{{ row.unit }}{% endif %}",
                "{% if row.is_body %}{{ row.lacking }}{% endif %}"), ("{%tr endfor %}", "")),
    )  # fmt: skip
    try_template(CAMPAIGN, PaperName.URGING, template)
    content = sample_content(CAMPAIGN)

    found = words_in(fill(template, write_paper(PaperRequest(PaperName.URGING), content)))

    assert "PHẠM VĂN THỊNH" in found


def test_one_template_puts_out_a_bounded_number_of_texts(monkeypatch):
    monkeypatch.setattr(template_filling, "MOST_TEXTS", 50)

    with pytest.raises(TemplateError, match="lặp quá nhiều"):
        fill(a_template("{{ moment }}"), a_paper([("1", "a")] * 60))


def test_heading_of_no_row_stays_with_the_row_above_it():
    paper = write_paper(PaperRequest(PaperName.UNSENT), sample_content(CAMPAIGN))
    listed = paper.tables[0]
    row = body(*["1"] * len(listed.columns))
    listed = replace(listed, rows=(group("I. Khối"), row, row, group("II. Khối"), group("III. Khối")))

    document = Document(io.BytesIO(fill(shipped_template(PaperName.UNSENT), replace(paper, tables=(listed,)))))
    table = next(one for one in document.tables if one.rows[0].cells[0].text == listed.columns[0].title)
    kept = [bool(row._tr.xpath("w:tc/w:p/w:pPr/w:keepNext")) for row in table.rows]

    assert kept == [False, True, False, True, True, True]


def test_only_a_high_row_is_cut_by_the_end_of_a_page():
    long = "Tuyên truyền, vận động Nhân dân hiến đất làm đường. "
    document = Document(io.BytesIO(fill(a_template(), a_paper([("1", long * 8), ("2", long * 30)]))))

    kept = [bool(row._tr.xpath("w:trPr/w:cantSplit")) for row in document.tables[0].rows]

    assert kept == [True, True, True, False, True]


@pytest.mark.parametrize("name", [one for one in PaperName if one is not PaperName.SUMMARY])
def test_signature_is_on_one_page_with_the_words_before_it(name):
    content = sample_content(CAMPAIGN)
    unit = CAMPAIGN.active_units[0].code if name.is_of_unit else ""
    paper = write_paper(PaperRequest(name, unit=unit), content)
    document = Document(io.BytesIO(fill(shipped_template(name), paper)))

    parts = list(document.element.body)
    last = max(index for index, part in enumerate(parts) if part.tag.endswith("}tbl"))
    before = list(reversed(document.paragraphs[: sum(part.tag.endswith("}p") for part in parts[:last])]))
    worded = next((index for index, one in enumerate(before) if one.text.strip()), len(before) - 1)
    beside = next((index for index, part in enumerate(reversed(parts[:last])) if part.tag.endswith("}tbl")), last)
    kept = before[: min(worded + 1, beside)]

    assert kept
    assert all(one.paragraph_format.keep_with_next for one in kept)
    assert document.tables[-1].rows[-1]._tr.xpath("w:trPr/w:cantSplit")
