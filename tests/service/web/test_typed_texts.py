"""What a person pastes into a box is taken whole or refused with its length: neither page nor browser cuts it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.domain.roles import Role

TEMPLATES = Path(__file__).parents[3] / "service/web/templates"
# what is looked for, and a year of four digits
LOOKED_FOR = {"dashboard_filters.html", "log.html", "season_new.html"}


def test_no_box_for_what_is_kept_has_the_browser_cut_it():
    cutting = {path.name for path in TEMPLATES.glob("*.html") if "maxlength" in path.read_text(encoding="utf-8")}

    assert cutting == LOOKED_FOR


@pytest.mark.parametrize(
    ("page", "address", "fields"),
    [
        ("/roster", "/roster", {"table": "1", "new.0.name": "Ơ" * 1_001}),
        ("/roster/S-CT", "/roster/S-CT", {"do": "change", "cell.name": "Ơ" * 1_001}),
        ("/access", "/access/tokens", {"name": "Ơ" * 301, "until": "2023-12-31"}),
        ("/state", "/state/address", {"address": "https://vidu.vn/" + "a" * 300}),
    ],
)
def test_text_that_is_too_long_is_refused_with_its_length(browse, page, address, fields):
    client = browse(Role.OPERATOR)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)

    answer = client.post(address, data={"csrf_token": token[1], **fields})

    longest = max(len(text) for text in fields.values())
    assert (answer.status_code, f"Một ô có {longest} ký tự" in answer.text) == (422, True)
    assert "<h1>Chưa thực hiện được</h1>" in answer.text
