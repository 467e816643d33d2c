"""Of sixty filled forms at least 98 rows in a hundred land as a person would type them."""

from __future__ import annotations

import pytest

from service.domain.intakes import IntakeMode
from service.intake.file_reading import SentFile, read_file
from tests.sixty_forms import SentForm, sixty_forms

KEYS = ("stt", "ten_noi_dung", "thoi_gian", "quy_mo", "doi_tuong", "muc_tieu", "ghi_chu")


@pytest.fixture(scope="module")
def forms() -> list[SentForm]:
    return sixty_forms()


def test_rows_land_as_typed_by_hand(office, forms, record_property):
    right, wrong, heads = 0, [], []
    for form in forms:
        reading = read_file(office.campaign, office.campaign.form("registration"), SentFile(form.name, form.content))
        found = [[row.texts.get(key, "") for key in KEYS] for row in reading.rows]
        right += sum(row in found for row in form.rows)
        wrong += [(form.name, row) for row in form.rows if row not in found]
        wrong += [(form.name, "too many", row) for row in found if row not in form.rows]
        unit = reading.naming.certain.code if reading.naming.certain else ""
        said = (unit, reading.fields.get("so_ky_hieu"), reading.fields.get("ngay_ban_hanh"))
        if said != (form.unit, form.number, form.day):
            heads.append((form.name, said, (form.unit, form.number, form.day)))
    rows = sum(len(form.rows) for form in forms)
    record_property("rows", f"{right}/{rows}")

    assert len(forms) == 60
    assert heads == []
    assert right >= 0.98 * rows, wrong
    assert len(wrong) <= 0.02 * rows, wrong


@pytest.mark.parametrize("number", [0, 1, 2, 3, 5, 6, 8, 11, 13, 18])
def test_forms_on_the_tab_itself_say_what_they_said(forms, take, table, number):
    form = forms[number]

    outcome = take(SentFile(form.name, form.content), mode=IntakeMode.REPLACE)

    assert outcome.unit.code == form.unit
    assert table(form.unit) == form.rows
