"""A clerk's browser without the browser: the addresses of a unit's own page, called as its script calls them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.domain.roles import Role
from service.web.editor.tab_view import CellLook, EditorTab
from sheets_schema.layout import Box


@dataclass
class Clerk:
    """Somebody signed in, at one tab."""

    client: FlaskClient
    address: str
    csrf: str

    def page(self) -> TestResponse:
        return self.client.get(f"{self.address}/edit")

    def read(self, since: str = "") -> dict:
        return self.client.get(f"{self.address}/cells", query_string={"since": since}).get_json()

    def post(self, what: str, body: object, **changes) -> TestResponse:
        headers = {"X-CSRF-Token": self.csrf}
        return self.client.post(f"{self.address}/{what}", **({"json": body, "headers": headers} | changes))

    def write(self, *changes: tuple[int, int, str, str]) -> TestResponse:
        """Write (row, column, what was seen, what is to be there), counted from zero."""
        named = [dict(zip(("row", "column", "base", "text"), change, strict=True)) for change in changes]
        return self.post("cells", {"layout": self.read()["layout"], "changes": named})


@pytest.fixture
def clerk_at(browse) -> Iterator[Callable[..., Clerk]]:
    """Return `clerk_at(unit, form, role)`: a clerk of that unit, or another who opens the page."""

    def make(unit: str = "S-CT", form: str = "registration", role: Role = Role.UNIT, **settings) -> Clerk:
        client = browse(role, unit if role is Role.UNIT else "", **settings)
        address = f"/units/{unit}/{form}"
        page = client.get(f"{address}/edit").text
        found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
        return Clerk(client, address, found[1] if found else "")

    return make


@pytest.fixture
def make_tab() -> Callable[..., EditorTab]:
    """Return `make_tab(cells, inputs, …)`: a tab that holds these texts."""

    def make(cells, inputs=(), ticks=(), **changes) -> EditorTab:
        width = max((len(line) for line in cells), default=0)
        looks = tuple(
            tuple(CellLook(tick=(row, column) in ticks) for column in range(width)) for row in range(len(cells))
        )
        given = {
            "title": "Trang",
            "row_count": len(cells),
            "column_count": width,
            "cells": tuple(tuple(line) for line in cells),
            "looks": looks,
            "merges": (),
            "columns": {},
            "widths": (),
            "hidden_rows": frozenset(),
            "hidden_columns": frozenset(),
            "inputs": tuple(Box(*box) for box in inputs),
        }
        return EditorTab(**(given | changes))

    return make
