"""Both readings of “before the day” side by side; nothing is recorded."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from click.testing import CliRunner

from service.cli.root import main

FORM = "registration"
SENT = {"Số và ký hiệu": "12-KH/SCT", "Ngày ban hành": "15/9/2023", "Xác nhận gửi": True}
ROW = [["1", "Ra quân", "20/10/2023", "3 xã", "300 hộ dân", "Sạch đẹp", ""]]


@pytest.fixture(scope="module")
def season_once(shared_office):
    """S-GDDT sent on the last day, S-CT on the day that the limit names; seen on 1 October."""
    for at, unit in (("2023-09-29 10:00", "S-GDDT"), ("2023-09-30 10:00", "S-CT")):
        shared_office.at(at).consolidate()
        shared_office.type(unit, FORM, ROW, SENT)
        shared_office.at(at.replace("10:00", "11:00")).consolidate()
    return shared_office.at("2023-10-01 08:00")


@pytest.fixture
def season(office, season_once):
    return office.become(season_once)


def units_in(page: str) -> list[tuple[str, bool]]:
    lines = re.findall(r'<tr( class="differs")?>\n      <th scope="row"><a href="/units/([^"?]+)"', page)
    return [(code, bool(differs)) for differs, code in lines]


def test_index_puts_what_differs_first_with_both_labels(season, browse):
    client = browse()
    with season.workspace() as workspace:
        before = workspace.store.facts.count(season.campaign.key)

    page = client.get("/what-if").get_data(as_text=True)

    assert units_in(page)[0] == ("S-CT", True)
    assert [differs for _, differs in units_in(page)].count(True) == 1
    assert "1 trên 3 đơn vị có kết quả khác." in page
    assert re.search(r"Trễ 1 ngày[^<]*</td>\n\s*<td data-label=\"Nếu khác đi\">[^<]*Đúng hạn", page)
    with season.workspace() as workspace:
        assert workspace.store.facts.count(season.campaign.key) == before


@pytest.mark.parametrize(
    ("query", "status", "differing"),
    [
        ("count_boundary_day=false", 200, 0),
        ("count_boundary_day=true&due_soon_days=300", 200, 4),
        ("due_soon_days=", 200, 1),
        ("count_boundary_day=true&as_of=2023-09-30T08:00", 200, 2),
        ("count_boundary_day=co", 400, 0),
        ("due_soon_days=-5", 400, 0),
        ("as_of=hom-qua", 400, 0),
    ],
)
def test_index_reads_what_is_asked(season, browse, query, status, differing):
    answer = browse().get(f"/what-if?{query}")

    page = answer.get_data(as_text=True)
    assert (answer.status_code, page.count('class="differs"')) == (status, differing)
    assert ("count_boundary_day=true hoặc false" in page) == (status == 400 and "as_of" not in query)


def run(office, *args: str):
    environ = {"TONGHOP_DATA_DIR": str(office.settings.data_dir)}
    if office.settings.database_url:
        environ["TONGHOP_DATABASE_URL"] = office.settings.database_url
    return CliRunner().invoke(main, ["status", "--as-of", "2023-10-01T08:00", *args], env=environ)


def test_the_command_prints_both_readings_in_every_format(season):
    asked = ("--form", FORM, "--if", "count_boundary_day=true")
    table, as_json, as_csv = (run(season, *asked, "--format", shape).stdout for shape in ("table", "json", "csv"))

    first, *others = json.loads(as_json)
    rows = list(csv.DictReader(io.StringIO(as_csv)))
    assert (first["unit"], first["timeliness"], first["timeliness_if"], first["differs"]) == (
        "S-CT",
        "late",
        "on_time",
        True,
    )
    assert not any(one["differs"] for one in others)
    assert (rows[0]["unit"], rows[0]["label_if"], len(rows)) == ("S-CT", first["label_if"], len(others) + 1)
    assert [line for line in table.splitlines() if line.startswith("  * ")] == [
        line for line in table.splitlines() if "Sở Công Thương" in line or "SCT" in line
    ][:1]
    assert "Khác: 1 trên" in table


@pytest.mark.parametrize("text", ["x=1", "count_boundary_day=maybe"])
def test_the_command_refuses_with_what_there_is(season, text):
    answer = run(season, "--if", text)

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "count_boundary_day=true hoặc false" in answer.stderr
