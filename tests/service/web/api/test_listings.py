"""What the lists hold, how they are filtered and paged, and who sees what."""

from __future__ import annotations

import pytest

from service import workflows
from service.domain import standing_record
from service.domain.intakes import IntakeMode
from service.domain.roles import Role
from service.intake.acceptance import accept
from service.intake.file_reading import SentFile
from service.intake.preview import IntakeRequest
from service.web.api.listings import LISTINGS
from sheets_schema.campaign import Campaign
from tests.sent_forms import word_form

NAMES = [listing.name for listing in LISTINGS]


def pages(ask, path: str, client=None) -> list[list[dict]]:
    """Follow `next` to the end."""
    found, following = [], path
    while following:
        status, page = ask(following.removeprefix("/api/v1/"), client)
        assert status == 200
        found.append(page["items"])
        following = page["next"]
    return found


def test_units_are_the_roster_with_their_tabs(ask, filled_office):
    _, page = ask("units")

    assert [unit["code"] for unit in page["items"]] == [unit.code for unit in filled_office.campaign.units]
    assert [tab["form"] for tab in page["items"][0]["tabs"]] == ["registration", "report"]
    assert page["next"] is None


def test_statuses_are_those_of_the_status_command(ask, filled_office):
    with filled_office.workspace() as workspace:
        campaign: Campaign = workspace.campaign
        expected = [
            standing_record.standing_record(campaign, standing)
            for standing in workflows.standings(workspace, filled_office.now, filled_office.forms)
        ]

    _, page = ask("statuses")

    assert page["items"] == expected
    assert page["as_of"] == "2023-09-27T08:00:00+07:00"


def test_statuses_as_of_a_past_instant_are_what_was_known_then(ask):
    _, before = ask("statuses?unit=S-CT&form=registration&as_of=2023-09-25T12:00")
    _, after = ask("statuses?unit=S-CT&form=registration")

    assert [item["receipt"] for item in before["items"]] == ["none"]
    assert [item["receipt"] for item in after["items"]] == ["complete"]


def test_entries_are_the_rows_that_passed_as_typed(ask):
    _, page = ask("entries?unit=S-CT")

    assert [entry["values"]["ten_noi_dung"] for entry in page["items"]] == [
        "Dọn vệ sinh đường làng",
        "Khám bệnh miễn phí",
    ]
    first = page["items"][0]
    assert (first["confirmed"], first["values"]["thoi_gian"], first["seen_at"]) == (
        True,
        "05/10/2023",
        "2023-09-26T08:00:00+07:00",
    )
    assert first["period"] == {"start": "2023-10-05", "end": "2023-10-05", "certainty": "exact"}


def test_fields_are_what_was_typed_beside_the_table(ask):
    _, page = ask("fields?unit=S-CT&form=registration")

    (item,) = page["items"]
    assert (item["fields"]["so_ky_hieu"], item["fields"]["ngay_ban_hanh"], item["confirmed"]) == (
        "12/KH",
        "20/9/2023",
        True,
    )
    assert (item["row"], item["seen_at"]) == (None, "2023-09-26T08:00:00+07:00")


def test_problems_name_their_cell_and_lead_there(ask):
    _, page = ask("problems?severity=error&unit=S-GDDT")

    (problem,) = page["items"]
    assert (problem["column"], problem["row"]) == ("thoi_gian", int(problem["cell"].lstrip("ABCDEFGH")))
    assert problem["url"].endswith(f"#{problem['cell']}")
    assert "ngày mai" in problem["message"]


def test_problems_are_in_the_language_that_is_set(filled_office, browse, ask):
    vietnamese = ask("problems?severity=error")[1]["items"][0]
    english = ask("problems?severity=error", browse(lang="en"))[1]["items"][0]

    assert english["message"] != vietnamese["message"]
    assert {**english, "message": ""} == {**vietnamese, "message": ""}


def test_runs_come_newest_first_with_their_report(ask):
    _, page = ask("runs")

    assert [run["id"] for run in page["items"]] == [2, 1]
    assert page["items"][0]["report"]["rows_in"] == 6
    assert page["items"][0]["report"]["retries"] == 0


def test_facts_are_the_log_as_it_was_known(ask):
    _, early = ask("facts?as_of=2023-09-25T12:00&kind=observation")
    _, late = ask("facts?kind=observation")

    assert [fact["recorded_at"] for fact in early["items"]] == ["2023-09-25T08:00:00+07:00"] * 6
    assert [fact["unit"] for fact in late["items"][6:]] == ["S-CT", "S-GDDT"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("limit", [1, 2])
def test_pages_together_are_the_whole_list(ask, name, limit):
    (whole,) = pages(ask, f"{name}?limit=500")

    paged = pages(ask, f"{name}?limit={limit}")

    assert [item for page in paged for item in page] == whole
    assert [len(page) for page in paged[:-1]] == [limit] * (len(paged) - 1)
    assert len(whole) > 1


def test_next_keeps_filters_and_the_instant(ask):
    _, page = ask("statuses?form=report&limit=1&as_of=2023-09-25T12:00")

    assert "form=report" in page["next"]
    assert "as_of=2023-09-25T12%3A00%3A00%2B07%3A00" in page["next"]


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("units?unit=S-CT", 1),
        ("units?group=khong", None),
        ("statuses?form=report", 3),
        ("statuses?timeliness=on_time", 1),
        ("statuses?timeliness=exempt", 0),
        ("entries?form=report", 0),
        ("entries?form=registration", 4),
        ("problems?code=ROW_BELOW_SIGNATURE", 0),
        ("facts?unit=S-CT&form=registration", 2),
        ("facts?kind=decision", 0),
    ],
)
def test_filters(ask, path, count):
    status, page = ask(path)

    assert (status, len(page.get("items", ()))) == ((200, count) if count is not None else (400, 0))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "runs"])
def test_a_unit_is_shown_its_own_only(ask, browse, name):
    key = "code" if name == "units" else "unit"

    found = [item[key] for page in pages(ask, name, browse(Role.UNIT, "S-CT")) for item in page]

    assert set(found) == {"S-CT"}


@pytest.mark.parametrize("path", ["runs", "units?unit=S-GDDT", "facts?unit=VP-UBND", "facts?kind=access"])
def test_a_unit_is_refused_what_is_not_its_own(ask, browse, path):
    status, answer = ask(path, browse(Role.UNIT, "S-CT"))

    assert (status, answer["error"]["code"]) == (403, "forbidden")


def test_who_came_in_is_the_operators_alone_to_see(ask, browse):
    viewer = browse(Role.VIEWER)

    assert "access" in {fact["kind"] for fact in ask("facts")[1]["items"]}
    assert {fact["kind"] for fact in ask("facts", viewer)[1]["items"]} == {"declaration", "observation"}
    assert ask("facts?kind=access", viewer)[0] == 403


@pytest.mark.parametrize("name", [*NAMES, "openapi.json"])
def test_nobody_else_is_shown_anything(ask, browse, name):
    status, answer = ask(name, browse(None))

    assert (status, answer["error"]["code"]) == (401, "unauthorized")


def test_entry_names_the_line_of_the_file_it_was_taken_from(office, browse):
    file = SentFile("a.docx", word_form())
    with office.workspace() as workspace:
        accept(workspace, IntakeRequest(file, "registration", "Trần Thị B", mode=IntakeMode.REPLACE))
    office.consolidate()

    items = browse().get("/api/v1/entries?unit=S-CT&form=registration").get_json()["items"]

    assert [item["source"] for item in items] == [
        {"name": "a.docx", "sha256": file.sha256, "sheet": "#2", "line": line} for line in (6, 7)
    ]
