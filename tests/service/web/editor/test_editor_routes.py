"""The addresses of a unit's own page."""

import json
import re
from dataclasses import replace

import pytest

from service.domain.roles import Role

FIRST = (11, 1)  # the first entry's name: B12
CONFIRM = (8, 5)


def dirty(office) -> bool:
    with office.workspace() as workspace:
        return workspace.store.work.state(office.campaign.key).dirty_since is not None


def test_page_shows_the_tab_without_a_script(clerk_at):
    page = clerk_at().page().text

    assert "Đăng ký hoạt động triển khai hưởng ứng" in page
    assert "hết ngày 29/9/2023" in page
    assert "(Ký tên, đóng dấu)" in page
    assert "chỉ để xem" in re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)[1]


def test_page_holds_what_its_script_would_ask_for(clerk_at):
    clerk = clerk_at()
    clerk.write((*FIRST, "", "</script>Hội nghị"))

    given = re.search(r'<script type="application/json" id="given">(.*?)</script>', clerk.page().text)[1]

    assert json.loads(given) == clerk.read()


def test_page_runs_our_script_alone(clerk_at):
    response = clerk_at().page()

    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    # no script, style or handler within the page
    assert re.findall(r"<script(?![^>]*(?: src=|application/json))[^>]*>", response.text) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", response.text) == []


def test_page_and_cells_hold_no_token(office, clerk_at):
    clerk = clerk_at()
    owner = (office.settings.data_dir / "embedded-token").read_text()

    shown = clerk.page().text + clerk.client.get(f"{clerk.address}/cells").text

    assert (owner in shown, "Bearer" in shown) == (False, False)


def test_write_reaches_the_spreadsheet_as_words(office, clerk_at):
    clerk = clerk_at()

    answer = clerk.write((*FIRST, "", "=SUM(A1)"), (*CONFIRM, "FALSE", "TRUE")).get_json()

    assert sorted(answer["saved"]) == [list(CONFIRM), list(FIRST)]
    tab = office.tab("S-CT", "registration")
    assert (tab.acell("B12").value, tab.acell("F9", value_render_option="UNFORMATTED_VALUE").value) == (
        "=SUM(A1)",
        True,
    )
    assert dirty(office)


def test_write_hands_back_what_somebody_else_changed(office, clerk_at):
    clerk = clerk_at()
    office.type("S-CT", "registration", rows=[["", "của người khác"]])

    answer = clerk.write((*FIRST, "", "của tôi")).get_json()

    assert answer["conflicts"] == [{"row": 11, "column": 1, "theirs": "của người khác"}]
    assert office.tab("S-CT", "registration").acell("B12").value == "của người khác"
    assert not dirty(office)


def test_write_beside_the_input_cells_is_locked(office, clerk_at):
    assert clerk_at().write((0, 0, "SỞ CÔNG THƯƠNG", "SỞ KHÁC")).get_json()["locked"] == [[0, 0]]


def test_write_after_a_line_was_inserted_writes_nothing(office, clerk_at):
    clerk = clerk_at()
    layout = clerk.read()["layout"]
    office.tab("S-CT", "registration").insert_row(["Kính gửi"], 1)

    change = {"row": 11, "column": 1, "base": "", "text": "a"}
    response = clerk.post("cells", {"layout": layout, "changes": [change]})

    assert (response.status_code, response.get_json()["moved"]) == (409, True)


def test_operator_writes_as_the_owner(office, clerk_at):
    assert clerk_at(role=Role.OPERATOR).write((*FIRST, "", "ghi hộ")).get_json()["saved"] == [list(FIRST)]


def test_board_looks_and_does_not_write(office, clerk_at):
    clerk = clerk_at(role=Role.VIEWER)
    page = clerk.page().text

    assert "editor.js" not in page
    assert "Trang này chỉ để xem." in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    body = {"layout": clerk.read()["layout"], "changes": []}
    assert clerk.post("cells", body, headers={"X-CSRF-Token": token}).status_code == 403


def test_unit_sees_its_own_tab_alone(clerk_at):
    client = clerk_at("S-GDDT").client

    for what in ("edit", "cells"):
        assert client.get(f"/units/S-CT/registration/{what}").status_code == 403


def test_stranger_is_turned_away(browse):
    client = browse(None)

    assert client.get("/units/S-CT/registration/edit").status_code == 303
    assert client.get("/units/S-CT/registration/cells").status_code == 401


def test_write_without_the_page_s_token_is_refused(clerk_at):
    clerk = clerk_at()

    assert clerk.post("cells", {"layout": clerk.read()["layout"], "changes": []}, headers={}).status_code == 403


@pytest.mark.parametrize("address", ["/units/S-CT/khong-co/edit", "/units/KHONG-CO/registration/edit"])
def test_page_of_what_there_is_not(clerk_at, address):
    assert clerk_at(role=Role.OPERATOR).client.get(address).status_code == 404


def test_read_tells_nothing_twice(clerk_at):
    clerk = clerk_at()

    first = clerk.read()

    assert clerk.read(first["version"]) == {"version": first["version"], "layout": first["layout"], "unchanged": True}


def test_read_hears_of_others_but_not_of_our_own_feedback(office, clerk_at):
    clerk = clerk_at()
    clerk.write((*FIRST, "", "Hội nghị"))
    version = clerk.read()["version"]

    office.consolidate()
    assert clerk.read(version)["version"] == version

    office.type("S-CT", "registration", rows=[["", "Hội nghị khác"]])
    assert clerk.read(version)["cells"][11][1] == "Hội nghị khác"


def test_check_says_what_the_run_says(office, clerk_at):
    clerk = clerk_at()
    clerk.write((*FIRST, "", "Hội nghị"), (11, 2, "", "32/10/2023"))
    seen = clerk.read()

    answer = clerk.post("check", {name: seen[name] for name in ("cells", "merges", "columns")}).get_json()

    office.consolidate()
    tab = office.tab("S-CT", "registration")
    assert answer["rows"] == [{"row": 12, "text": tab.acell("H12").value, "grade": "says-error"}]
    assert answer["summary"] == tab.acell("H1").value


@pytest.mark.parametrize("what", ["cells", "check"])
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 5_000, b'{"cells": 1, "changes": 2}'])
def test_rubbish_is_refused_with_a_sentence(clerk_at, what, body):
    response = clerk_at().post(what, None, json=None, data=body)

    assert response.status_code == 400
    assert response.get_json()["error"].endswith(".")


def test_body_that_is_too_large_is_refused(clerk_at):
    clerk = clerk_at()

    assert clerk.post("check", {"cells": [["a" * 40_000]] * 60}).status_code == 413
    assert clerk.post("check", {"cells": [["a"]] * 5_001}).status_code == 422


def test_body_of_megabytes_is_taken(clerk_at):
    assert clerk_at().post("check", {"cells": [["a" * 40_000]] * 45}).status_code == 200


def test_page_leads_to_google_where_units_type_there(office, enter):
    with office.workspace() as workspace:
        settings = replace(workspace.settings, sheets="google", secret_key="mot-khoa-du-dai-0123456789")
        client = enter(replace(workspace, settings=settings))

        response = client.get("/units/S-CT/registration/edit")
        cells = client.get("/units/S-CT/registration/cells")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("https://docs.google.com/spreadsheets/d/")
    assert cells.status_code == 404
