"""No request of another against a unit's tab changes a word of it or a figure; docs/security.md holds the matrix."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.embedded.contract import request_check
from tests import security_matrix
from tests.security_matrix import Target

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
OTHER = ["2", "Thăm gia đình chính sách", "Ngày 06/10/2023", "Toàn tỉnh", "Hội viên", "100 suất quà", ""]
SENT = {"Số và ký hiệu": "12-KH/BCS", "Ngày ban hành": "20/9/2023", "Xác nhận gửi": True}
UNIT, STRANGER = "don-vi-a@example.org", "nguoi-la@example.org"
PEOPLE = {"another unit": UNIT, "a stranger": STRANGER}


@pytest.fixture
def sent(office):
    """A season in which A and B have sent, and both may edit the spreadsheet."""
    office.unit("VP-UBND", emails=(UNIT,))
    office.unit("S-CT", emails=("don-vi-b@example.org",))
    office.provision()
    office.type("S-CT", "registration", [GOOD, OTHER], SENT)
    office.type("VP-UBND", "registration", [OTHER], SENT)
    office.at("2023-09-25 08:00").consolidate()
    office.consolidate()
    return office


def target_of(office) -> Target:
    theirs, own = (office.tab(unit, "registration") for unit in ("S-CT", "VP-UBND"))
    shown = office.owner.http_client.fetch_sheet_metadata(theirs.spreadsheet_id)["sheets"]
    tiles = next(one["protectedRanges"] for one in shown if one["properties"]["sheetId"] == theirs.id)
    people = theirs.spreadsheet.list_permissions()
    other = next(one["id"] for one in people if one["emailAddress"] == "don-vi-b@example.org")
    header, _ = office.find(theirs.get_all_values(), "Stt")
    tile = tiles[0]["protectedRangeId"]
    return Target(theirs.spreadsheet_id, theirs.id, own.id, theirs.title, tile, other, (header, header + 3))


def words_of(office) -> list[list[str]]:
    """Return B's own words: what lies left of our feedback."""
    return [row[:7] for row in office.tab("S-CT", "registration").get_all_values()]


def figures(office) -> list[tuple[object, ...]]:
    return [
        (one.unit, one.form, one.receipt, one.timeliness, one.entries, one.errors)
        for one in (office.standing(unit, form) for unit in ("S-CT", "S-GDDT") for form in office.forms)
    ]


def test_every_kind_of_batch_update_is_in_the_matrix():
    tried = {
        case.verb.split()[1]
        for case in security_matrix.cases(Target("x", 1, 2, "x", 3, "x", (1, 2)))
        if " " in case.verb
    }

    assert tried >= set(request_check.fields_of("sheets", "Request"))


@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_that_another_sends_changes_a_word_or_a_figure(sent, who):
    client = sent.client(PEOPLE[who])
    before, counted = words_of(sent), figures(sent)
    found = {}
    for case in security_matrix.cases(target_of(sent)):
        found[case.verb] = security_matrix.ask(client, case)
        assert words_of(sent) == before, case.verb
    sent.at("2023-09-26 08:00").consolidate()

    assert figures(sent) == counted
    column = 1 + list(PEOPLE).index(who)
    shown = {row[0]: row[column] for row in matrix_on_the_page()}
    assert shown == {f"`{verb}`": answer for verb, answer in found.items()}


def matrix_on_the_page() -> list[list[str]]:
    page = PAGE.read_text(encoding="utf-8").partition("| verb | another unit | a stranger |")[2]
    lines = page.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
