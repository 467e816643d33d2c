"""Contacts and superiors in units.csv, and the campaign's mail: read as they are meant, refused by line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

import sheets_schema
from sheets_schema.campaign import Contact, MailPolicy
from sheets_schema.declaration.assembly import declare
from sheets_schema.declaration.campaign_folder import read_folder
from sheets_schema.declaration.faults import DeclarationError

FILES = read_folder(Path(sheets_schema.__file__).parent / "campaigns" / "thang_dan_van_2023")


def declared(cell: str = "", plan: str = "", column: str = "contacts"):
    """Declare the season with one more column, filled in its first line, and one more section."""
    head, first, *others = FILES["units.csv"].decode().splitlines()
    lines = [f"{head},{column}", f'{first},"{cell}"', *(f"{line}," for line in others)]
    text = FILES["campaign.toml"].decode().replace("[policy]", f"{plan}\n[policy]")
    return declare(FILES | {"units.csv": "\n".join(lines).encode(), "campaign.toml": text.encode()}, "x")


def test_contacts_are_people_with_what_they_receive():
    unit = declared("Lê A | Phó CVP | A@x.vn | 0912 345 678 | reminder, urging; Trần B").units[0]

    assert unit.contacts == (
        Contact("Lê A", "Phó CVP", "A@x.vn", "0912 345 678", ("reminder", "urging")),
        Contact("Trần B"),
    )
    assert declared("C|PCT|c@x.vn", column="superior").units[0].superior == (Contact("C", "PCT", "c@x.vn"),)


def test_file_without_contacts_is_as_good_as_ever():
    campaign = declare(FILES, "x")

    assert {unit.contacts + unit.superior for unit in campaign.units} == {()}
    assert campaign.mail == MailPolicy()
    assert declared(plan="[mail]\nsend = true\nreminder_days = [5]\ndays_off = [2023-10-20]\n").mail.reminder_days == (
        5,
    )


@pytest.mark.parametrize(
    "cell", ["A|x|khong phai", "|x", "A|x|a@x.vn|0912|la", "A|x|a@x.vn|0912|urging|more", "A|x|a@x.vn|gọi sau"]
)
def test_contact_that_cannot_be_is_refused_by_line_and_column(cell):
    with pytest.raises(DeclarationError) as refused:
        declared(cell)

    assert "units.csv:2: contacts:" in refused.value.text("vi")


@pytest.mark.parametrize(
    ("plan", "key"),
    [
        ("reminder_days = [400]", "reminder_days[0]"),
        ("until_hour = 3", "until_hour"),
        ("language = 'fr'", "language"),
        ("per_hour = 0", "per_hour"),
        ("days_off = ['x']", "days_off[0]"),
        ("sent = true", "sent"),
        ("send = 1", "send"),
    ],
)
def test_mail_that_cannot_be_is_refused_by_key(plan, key):
    with pytest.raises(DeclarationError) as refused:
        declared(plan=f"[mail]\n{plan}\n")

    assert f"mail.{key}:" in refused.value.text("en")
