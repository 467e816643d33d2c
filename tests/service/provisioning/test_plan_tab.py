"""The tab of the plan's words in every workbook of the units: made, protected, kept to the campaign, no drift."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gspread.exceptions import APIError

from service.sheets.plan_tab import found_plan_tab
from sheets_schema.campaign import Slogan

FORM = "registration"
TITLE = "Kế hoạch, khẩu hiệu"


def tab_of(office, form: str = FORM):
    book = office.owner.open_by_key(office.books(form)[0])
    return next(sheet for sheet in book.worksheets() if sheet.title == TITLE)


def words_of(office) -> list[str]:
    return [cell for row in tab_of(office).get_all_values() for cell in row if cell]


def writes(office) -> int:
    return office.provision()[1][1]


def test_every_workbook_has_the_plans_words(office):
    campaign = office.campaign
    for form in office.forms:
        words = [cell for row in tab_of(office, form).get_all_values() for cell in row if cell]
        assert {one.text for one in (*campaign.slogans, *campaign.contents)} <= set(words)
        assert any("trước ngày 30/9/2023 (hết ngày 29/9/2023)" in text for text in words)


def test_a_second_run_writes_nothing_and_reports_no_drift(office):
    report, (_, written) = office.provision()

    assert (written, report.drift) == (0, [])


def test_it_is_for_reading_alone(office):
    unit = office.campaign.unit("S-CT").emails[0]
    theirs = office.client(unit).open_by_key(office.books(FORM)[0]).worksheet(TITLE)

    with pytest.raises(APIError, match="protected"):
        theirs.update([["khác"]], "B5")
    assert theirs.get_all_values() == tab_of(office).get_all_values()


@pytest.mark.parametrize("text", ['=HYPERLINK("http://vidu.example")', "'phẩy", "0912", "+84", "15/10/2023"])
def test_a_changed_plan_is_written_word_for_word(office, text):
    before = tab_of(office).id
    office.campaign = replace(office.campaign, slogans=(Slogan("", text), *office.campaign.slogans[:1]))

    planned = [one.text("vi") for one in office.provision(dry_run=True)[0].planned]
    assert writes(office) > 0

    assert tab_of(office).id == before
    assert words_of(office).count(text) == 1
    assert office.campaign.contents[0].text in words_of(office)
    assert sum("trang kế hoạch, khẩu hiệu" in text for text in planned) == len(office.forms)
    assert writes(office) == 0


def test_one_that_was_deleted_or_opened_is_brought_back(office):
    book = office.owner.open_by_key(office.books(FORM)[0])
    book.del_worksheet(tab_of(office))
    assert writes(office) > 0
    assert words_of(office)

    protected = tab_of(office)
    found = book.fetch_sheet_metadata({"fields": "sheets(properties(sheetId),protectedRanges)"})["sheets"]
    [item] = next(one["protectedRanges"] for one in found if one["properties"]["sheetId"] == protected.id)
    book.batch_update({"requests": [{"deleteProtectedRange": {"protectedRangeId": item["protectedRangeId"]}}]})
    assert writes(office) > 0
    assert writes(office) == 0


def test_a_copy_that_someone_made_is_reported(office):
    book = office.owner.open_by_key(office.books(FORM)[0])
    tab_of(office).duplicate(new_sheet_name="Bản chép")

    report, (_, written) = office.provision()

    assert written == 0
    assert any("Bản chép" in str(one) for one in report.drift)
    assert not any(TITLE in str(one) for one in report.drift)
    with office.workspace() as workspace:
        assert found_plan_tab(workspace.sheets.inventory(book.id)).title == TITLE


def test_a_unit_of_the_same_name_keeps_its_own(new_office):
    office = new_office(units=("S-CT",))
    office.unit("S-CT", short_name=TITLE)
    office.provision()

    titles = [sheet.title for sheet in office.owner.open_by_key(office.books(FORM)[0]).worksheets()]
    assert titles == [TITLE, f"{TITLE} *"]
