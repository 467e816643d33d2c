"""The line of every request, and that a busy day leaves no personal data in the log."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from service import grants
from service.cli import logs
from service.domain.roles import Role
from service.worker import Worker

ROWS = [["1", "Gặp mặt cụ Trần Thị Bưởi", "05/10/2023", "Toàn xã", "Nhân dân", "Sạch đẹp", "0912 345 678"]]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Return where the log goes, as JSON, down to the finest level."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    told = io.StringIO()
    logs.configure("json", told)
    root.setLevel(logging.DEBUG)
    yield told
    root.handlers[:], root.level = before[0], before[1]


def requests_in(told: io.StringIO) -> list[dict]:
    found = [json.loads(line) for line in told.getvalue().splitlines()]
    return [line for line in found if line["event"] == "request"]


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/units/S-CT?as_of=x", "/units/<code>", 400),
        ("/units/nguyen-van-an", "/units/<code>", 404),
        ("/nguyen-van-an", "none", 404),
        ("/api/v1/units?unit=S-CT", "/api/v1/units", 200),
        ("/healthz", "/healthz", 200),
    ],
)
def test_request_is_told_by_its_route(browse, lines, path, route, status):
    client = browse()
    lines.truncate(0)
    lines.seek(0)

    client.get(path)

    (line,) = requests_in(lines)
    assert (line["method"], line["route"], line["status"]) == ("GET", route, status)
    assert line["ms"] >= 0
    assert line["level"] == ("debug" if path == "/healthz" else "info")


@pytest.mark.sqlite_file
def test_a_busy_day_leaves_no_personal_data(office, browse, lines):
    email = "nguyen.van.an@vidu.example"
    office.type("S-CT", "registration", ROWS, {"Người ký": "Lê Thị Hạnh", "Xác nhận gửi": "x"})
    client = browse()
    with office.workspace() as workspace:
        workspace.store.work.mark_campaign_dirty(workspace.campaign.key, workspace.lease_clock())
        assert Worker(workspace, "worker-1").turn()
        token = grants.invite(workspace, email, Role.VIEWER).token
    for path in (
        f"/sign-in/{token}",
        "/?q=Nguyễn+Văn+An",
        "/?as_of=Nguyễn+Văn+An",
        "/units/S-CT",
        "/units/nguyen.van.an",
        "/api/v1/entries",
        "/api/v1/facts",
        "/api/v1/units?unit=Nguyễn+Văn+An",
        "/metrics",
        "/readyz",
    ):
        client.get(path, headers={"User-Agent": "Nguyễn Văn An".encode().decode("latin-1")})
    client.post(f"/sign-in/{token}")
    client.post("/sign-out")
    client.post("/hooks/sheet", data=b"Nguyen Van An")
    for name in ("links", "tabs"):
        lose(office, name)
    client.get(f"/sign-in/{token}")

    told = lines.getvalue()

    typed = [cell for cell in ROWS[0] if len(cell) > 2]
    units = [address for unit in office.campaign.units for address in unit.emails]
    secrets = [email, token, "an@", "Nguy", "nguyen", "Lê Thị Hạnh", *typed, *units]
    assert [word for word in secrets if word in told or word in told.encode().decode("unicode_escape", "ignore")] == []
    assert len(requests_in(lines)) >= 14


def lose(office, table: str) -> None:
    """Lose a table, so that what follows fails for reasons of ours."""
    with closing(sqlite3.connect(office.settings.data_dir / "facts.sqlite")) as database:
        database.execute(f"ALTER TABLE {table} RENAME TO lost_{table}")
