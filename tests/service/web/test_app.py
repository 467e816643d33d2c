"""The application as a whole: what it loads, what every answer carries, what failures look like."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from service.domain.roles import Role
from service.web.app import create_app
from service.web.server import security_headers
from service.web.session import identity

NGINX = Path(__file__).parents[3] / "scripts" / "deploy" / "nginx.conf"
MEGABYTE = 1024 * 1024

BUILD = """
import sys
from pathlib import Path
from service import grants, wiring
from service.domain.roles import Role
from service.settings import Settings
from service.web.app import create_app
with wiring.open_workspace(Settings(data_dir=Path(sys.argv[1]))) as workspace:
    client = create_app(workspace).test_client()
    client.post("/sign-in/" + grants.invite(workspace, "a@vidu.example", Role.OPERATOR).token)
    print(client.get("/").status_code, client.get("/healthz").status_code)
print(*sorted({"pandas", "alembic"} & set(sys.modules)))
"""


@pytest.mark.sqlite_file
def test_create_app_loads_no_pandas(office):
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
    command = [sys.executable, "-c", BUILD, str(office.settings.data_dir)]

    found = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)

    assert found.stdout.split("\n")[:2] == ["200 200", ""]


def test_nginx_lets_through_the_largest_body_that_a_page_takes(office):
    with office.workspace() as workspace:
        views = create_app(workspace).view_functions.values()
    largest = max(getattr(view, identity._LARGEST, 0) for view in views)

    lets_through = re.search(r"client_max_body_size (\d+)m;", NGINX.read_text(encoding="utf-8"))

    assert 8 * MEGABYTE < largest < int(lets_through[1]) * MEGABYTE


@pytest.mark.parametrize("path", ["/", "/units/S-CT", "/healthz", "/khong-co", "/?as_of=x", "/hooks/sheet"])
def test_every_answer_carries_the_security_headers(browse, path):
    answer = browse(None).get(path)

    assert {name: answer.headers.get(name) for name in security_headers.HEADERS} == security_headers.HEADERS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_static_files_are_kept(browse):
    with browse().get("/static/tonghop.css") as answer:
        assert (answer.status_code, answer.cache_control.max_age) == (200, 3600)


@pytest.mark.parametrize("path", ["/", "/units/S-CT", "/khong-co"])
def test_pages_hold_no_script_and_no_inline_style(browse, path):
    page = browse().get(path).get_data(as_text=True)

    assert [word for word in ("<script", "style=", "<style", "javascript:", "onclick") if word in page] == []


@pytest.mark.parametrize("path", ["/khong-co", "/units/KHONG", "/sheets/x/abc", "/sheets/x/1", "/%00", "/units/%ff"])
def test_a_page_that_is_not_there_is_404(browse, path):
    answer = browse().get(path)

    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_a_page_takes_no_post(browse):
    assert browse().post("/").status_code == 405


def test_a_failure_leads_each_reader_to_what_is_theirs(browse):
    asked = {Role.OPERATOR: ("/units/KHONG", "Về bảng theo dõi"), Role.UNIT: ("/units/S-GDDT", "Về trang của đơn vị")}
    asked[None] = ("/khong-co", "Về trang đầu")

    for role, (path, words) in asked.items():
        page = browse(role, "S-CT" if role is Role.UNIT else "").get(path).get_data(as_text=True)
        assert f">{words}</a>" in page
