"""A unit sends a Word form by its page: it is shown what would be written, says yes, and finds it on its tab."""

from __future__ import annotations

from playwright.sync_api import FilePayload

from tests.sent_forms import ROWS, word_form

HEAD = ("UBND TỈNH BẮC GIANG", "VĂN PHÒNG UBND TỈNH", "Số: 12/KH-VP")
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def choose(page, **given: object) -> None:
    payload = FilePayload(name="12-KH-VP.docx", mimeType=KIND, buffer=word_form(**given))
    page.locator("#file").set_input_files(payload)
    page.locator('button[value="preview"]').last.click()


def test_unit_sends_its_form_looks_and_takes_it(site, expect):
    page = site.visit()
    page.goto(f"{site.address}/units/VP-UBND/registration/intake")

    choose(page, head=HEAD)
    preview = page.locator("section.preview")
    for words in ("12/KH-VP", "Bảng 2, dòng", "=HYPERLINK(1)", "<b>phối hợp</b>", "Ngày “31/9/2023”"):
        expect(preview).to_contain_text(words)
    assert site.cell("B12") == ""
    page.locator('button[value="accept"]').click()
    expect(page.locator("main")).to_contain_text("12-KH-VP.docx")

    page = site.open(page=page)
    typed = [row[1] for row in site.cells("A12", "G15")]
    assert typed == [row[1] for row in ROWS]
    expect(page.locator("#B14")).to_have_text("=HYPERLINK(1)")
    assert not site.faults


def test_file_of_another_year_is_taken_by_a_second_yes_alone(site, expect):
    page = site.visit()
    page.goto(f"{site.address}/units/VP-UBND/registration/intake")

    choose(page, head=HEAD, year=2022, day="Bắc Giang, ngày 25 tháng 9 năm 2022")
    asked = page.locator('input[name="other_year"]')
    expect(asked).to_be_visible()
    page.locator('button[value="accept"]').click()
    assert asked.evaluate("box => box.validity.valueMissing")
    assert site.cell("B12") == ""
    asked.check()
    page.locator('button[value="accept"]').click()
    expect(page.locator("main")).to_contain_text("12-KH-VP.docx")
    assert site.cell("B12") == ROWS[0][1]
