"""What is changed in a campaign folder, and that all else stays as it was written."""

import difflib
import tomllib
from datetime import date

from sheets_schema.declaration import builtin_campaign, declare, read_folder
from sheets_schema.declaration.edited_files import (
    TableEdit,
    form_content,
    form_file,
    roster_text,
    with_plan_tables,
    with_plan_values,
)

SEASON = "thang_dan_van_2023"
FILES = read_folder(builtin_campaign(SEASON))
PLAN = FILES["campaign.toml"]


def changed_lines(content: bytes) -> list[str]:
    lines = difflib.unified_diff(PLAN.decode().splitlines(), content.decode().splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def test_a_value_is_changed_alone_and_comments_stay():
    changed = with_plan_values(PLAN, {("span", "start"): date(2023, 10, 2), ("plan_number",): "12-KH/BDVTU"})

    assert changed_lines(changed) == [
        '-plan_number = ""',
        '+plan_number = "12-KH/BDVTU"',
        "-start = 2023-10-01",
        "+start = 2023-10-02",
    ]


def test_what_is_equal_is_not_written_again():
    slogans = tomllib.loads(PLAN.decode())["slogans"]
    edits = [TableEdit(place, one) for place, one in enumerate(slogans)]

    assert with_plan_values(PLAN, {("year",): 2023}) == PLAN
    assert with_plan_tables(PLAN, "slogans", edits) == PLAN


def test_tables_are_put_in_taken_out_and_ordered():
    hostile = 'x"""\n[[slogans]]\\'
    edits = [TableEdit(1, {}), TableEdit(None, {"heading": "H", "text": hostile}), TableEdit(0, {"text": "sửa"})]
    made = tomllib.loads(with_plan_tables(PLAN, "slogans", edits).decode())

    assert [one["text"] for one in made["slogans"]][1:] == [hostile, "sửa"]
    assert made["slogans"][0] == tomllib.loads(PLAN.decode())["slogans"][1]
    assert len(made["slogans"]) == 3
    assert made["occasions"] == tomllib.loads(PLAN.decode())["occasions"]


def test_a_list_without_tables_is_taken_out_and_made():
    without = with_plan_tables(PLAN, "slogans", [])
    again = with_plan_tables(without, "slogans", [TableEdit(None, {"heading": "H", "text": "T"})])

    assert "slogans" not in tomllib.loads(without.decode())
    assert tomllib.loads(again.decode())["slogans"] == [{"heading": "H", "text": "T"}]


def test_forms_and_rosters_are_written_back_the_same():
    for name in ("registration.json", "report.json"):
        assert form_content(form_file(form_content(FILES[name]))) == form_content(FILES[name])
    assert roster_text(FILES["units.csv"]).content == FILES["units.csv"]
    assert declare({**FILES, "units.csv": roster_text(FILES["units.csv"]).content}, SEASON)


def test_columns_of_a_roster_that_are_not_known_stay():
    roster = roster_text("code,name,phone\nA,Sở A,0204 123\n\nB,Sở B,\n".encode())
    lines = [{**line, "name": line["name"].upper()} for line in roster.lines]

    assert roster.with_lines(lines).content.decode() == "code,name,phone\nA,SỞ A,0204 123\nB,SỞ B,\n"
    assert roster.with_lines([{**roster.line("A"), "active": "true"}]).columns == ("code", "name", "phone", "active")
