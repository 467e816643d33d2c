"""A tab's requests: text formats and ticks on the inputs, hints, metadata, and nothing written into an input twice."""

from datetime import UTC, datetime

import pytest
import requests

from service.domain.renewal import Renewal
from service.embedded.server import create_app
from service.sheets import http, tab_requests
from service.sheets.in_process import WsgiAdapter
from service.sheets.marks import COLUMN_KEY, FEEDBACK_KEY, TEMPLATE_KEY
from service.sheets.tab_identity import TabIdentity
from service.sheets.tab_requests import INPUT_NOTE, LOCKED_NOTE, template_of
from service.sheets.verbs import Sheets
from sheets_schema.campaign import ValueType
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.layout import lay_out

AT = datetime(2023, 9, 29, tzinfo=UTC)
CAMPAIGN = load_campaign(builtin_campaign("thang_dan_van_2023"))
CELLS = "sheets(data(startRow,startColumn,rowData(values(userEnteredValue,userEnteredFormat,dataValidation))))"


def layout_of(form, limit="Hạn gửi: hết ngày 29/9/2023."):
    return lay_out(CAMPAIGN, CAMPAIGN.form(form), CAMPAIGN.unit("S-CT"), limit)


def identity_of(form, editors=("so@example.org",)):
    return TabIdentity(77, "Sở Công Thương", "S-CT", form, "tonghop@localhost", editors)


class Tab:
    """A new tab on the embedded server."""

    def __init__(self, folder, form):
        session = requests.Session()
        session.headers["Authorization"] = "Bearer owner"
        session.mount("https://", WsgiAdapter(create_app(folder, owner_token="owner", clock=lambda: AT)))
        self.client = http.connect(session)
        self.sheets = Sheets(self.client, COLUMN_KEY)
        self.book = self.sheets.create("Sổ", {})
        self.layout, self.identity = layout_of(form), identity_of(form)
        made = tab_requests.create_tab(self.layout, self.identity, 0)
        self.sheets.apply(self.book, [*made, {"deleteSheet": {"sheetId": 0}}])

    @property
    def found(self):
        return self.sheets.inventory(self.book).tab(77)

    def cell(self, row, column):
        params = {"fields": CELLS, "includeGridData": "true"}
        whole = self.client.http_client.fetch_sheet_metadata(self.book, params=params)
        return whole["sheets"][0]["data"][0]["rowData"][row]["values"][column]


@pytest.fixture(params=["registration", "report"])
def tab(tmp_path, request):
    return Tab(tmp_path, request.param)


def test_columns_are_named_by_metadata(tab):
    keys = [column.key for column in tab.layout.form.columns]

    assert tab.found.columns == dict(enumerate([*keys, FEEDBACK_KEY]))


def test_tab_is_as_large_as_its_layout(tab):
    assert (tab.found.row_count, tab.found.column_count) == (tab.layout.row_count, tab.layout.column_count)


def test_inputs_are_text_and_ticks_are_boxes(tab):
    row = tab.layout.table.start_row
    for index, column in enumerate(tab.layout.form.columns):
        cell = tab.cell(row, index)
        if column.type is ValueType.TICK:
            assert cell["dataValidation"]["condition"]["type"] == "BOOLEAN"
        else:
            assert cell["userEnteredFormat"]["numberFormat"]["type"] == "TEXT"
    for place in tab.layout.fields:
        cell = tab.cell(place.row, place.value_column)
        if place.field.type is ValueType.TICK:
            assert (cell["userEnteredValue"], cell["dataValidation"]["condition"]["type"]) == (
                {"boolValue": False},
                "BOOLEAN",
            )
        else:
            assert cell["userEnteredFormat"]["numberFormat"]["type"] == "TEXT"


def test_hints_advise_and_never_refuse(tab):
    rules = [
        request["setDataValidation"]["rule"]
        for request in tab_requests.create_tab(tab.layout, tab.identity, 0)
        if "setDataValidation" in request
    ]

    assert {rule["strict"] for rule in rules} == {False}
    assert all(rule["inputMessage"] for rule in rules)


def test_protections_name_the_unit_on_its_inputs_alone(tab):
    held = {(item["description"], tuple(sorted(item["editors"]["users"]))) for item in tab.found.protections}

    assert held == {
        (INPUT_NOTE, ("so@example.org", "tonghop@localhost")),
        (LOCKED_NOTE, ("tonghop@localhost",)),
    }
    assert len(tab.found.protections) == tab.layout.tile_count


def test_wording_is_never_a_formula(tab):
    made = tab_requests.create_tab(tab.layout, tab.identity, 0)
    values = [
        value["userEnteredValue"]
        for request in made
        if "updateCells" in request
        for row in request["updateCells"]["rows"]
        for value in row["values"]
    ]

    assert {key for value in values for key in value} <= {"stringValue", "boolValue"}


def test_renewal_writes_no_input_cell(tab):
    inputs = {
        (row, column)
        for box in tab.layout.inputs
        for row in range(box.start_row, box.end_row)
        for column in range(box.start_column, box.end_column)
    }
    renewal = tab_requests.renew_tab(Renewal(tab.layout), tab.identity, tab.found, "mới")

    written = {
        (start["rowIndex"] + down, start["columnIndex"] + right)
        for request in renewal
        if "updateCells" in request
        for start in [request["updateCells"]["start"]]
        for down, row in enumerate(request["updateCells"]["rows"])
        for right, _ in enumerate(row["values"])
    }

    assert written & inputs == set()


def test_renewal_twice_doubles_nothing(tab):
    before = tab.found
    for template in ("một", "hai"):
        tab.sheets.apply(tab.book, tab_requests.renew_tab(Renewal(tab.layout), tab.identity, tab.found, template))

    now = tab.found
    assert (len(now.protections), now.conditional_formats, now.merges, now.columns) == (
        len(before.protections),
        before.conditional_formats,
        before.merges,
        before.columns,
    )
    assert now.metadata == {**before.metadata, TEMPLATE_KEY: "hai"}


def test_orphan_is_locked_once(tab):
    tab.sheets.apply(tab.book, tab_requests.mark_orphan(tab.found, "tonghop@localhost"))

    assert {tuple(item["editors"]["users"]) for item in tab.found.protections} == {("tonghop@localhost",)}
    assert tab_requests.mark_orphan(tab.found, "tonghop@localhost") == []


@pytest.mark.parametrize("form", ["registration", "report"])
def test_fingerprint_of_a_template_follows_what_is_written(form):
    identity = identity_of(form)
    here = template_of(layout_of(form), identity)

    assert template_of(layout_of(form), identity) == here
    assert template_of(layout_of(form, "Hạn gửi khác."), identity) != here
    # who is let in is put right by itself, without writing the tab anew
    assert template_of(layout_of(form), identity_of(form, ("khac@example.org",))) == here
