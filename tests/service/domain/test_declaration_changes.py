"""Which changes of a declaration are refused, and how they are said."""

from __future__ import annotations

from dataclasses import replace

from service.domain.declaration_changes import NAMED, refused
from sheets_schema.declaration import builtin_campaign, load_campaign

CAMPAIGN = load_campaign(builtin_campaign("thang_dan_van_2023"))


def test_codes_that_are_gone_are_named_as_far_as_a_sentence_goes():
    gone = [unit.code for unit in CAMPAIGN.units[: NAMED + 3]]
    after = replace(CAMPAIGN, units=CAMPAIGN.units[NAMED + 3 :])

    (said,) = refused(CAMPAIGN, after, {code: ("registration",) for code in gone}, frozenset())

    named = ", ".join(sorted(gone)[:NAMED])
    assert f"không còn trong danh sách: {named} và 3 mã khác." in said.text("vi")
    assert f"{named} and 3 more" in said.text("en")
