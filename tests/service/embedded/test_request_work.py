"""One request does a bounded amount of work, whatever it asks for, and changes nothing when that is not enough."""

import pytest

from service.embedded.book.open_book import open_book
from service.embedded.book.request_work import MOST, MOST_OF_OWNER, RequestWork
from service.embedded.book.styles import StyleCache
from service.embedded.storage import callers
from service.embedded.storage.callers import FileRole
from tests.service.embedded.conftest import OWNER_TOKEN


def rows(start, end):
    return {"sheetId": 0, "dimension": "ROWS", "startIndex": start, "endIndex": end}


WHOLE = {"range": {"sheetId": 0}}
CELL = {"userEnteredValue": {"numberValue": 1}}
HEAVY = {
    "repeatCell": [{"repeatCell": {**WHOLE, "cell": CELL, "fields": "userEnteredValue"}}],
    "updateBorders": [{"updateBorders": {**WHOLE, "top": {"style": "SOLID"}}}],
    "copyPaste": [{"copyPaste": {"source": {"sheetId": 0, "endRowIndex": 1}, "destination": {"sheetId": 0}}}],
    "cutPaste": [{"cutPaste": {"source": {"sheetId": 0, "endRowIndex": 600_000}, "destination": {"rowIndex": 9}}}],
    "sortRange": [{"sortRange": {**WHOLE, "sortSpecs": [{}]}}],
    "sortSpecs": [{"sortRange": {"range": {"endColumnIndex": 1}, "sortSpecs": [{}] * 2}}],
    "updateDimensionProperties": [{"updateDimensionProperties": {
        "range": rows(0, 700_000), "properties": {"pixelSize": 9}, "fields": "*"}}],
    "insertRange": [{"insertRange": {"range": {"endRowIndex": 1}, "shiftDimension": "ROWS"}}],
}  # fmt: skip


@pytest.fixture
def guest(identity):
    """Another identity than the owner of the server."""
    return identity("khach@vidu.example")


@pytest.fixture
def large(guest):
    grid = {"rowCount": 700_000, "columnCount": 5}
    book = guest.create(sheets=[{"properties": {"title": "S", "gridProperties": grid}}])
    guest.put(book, "S!A699999", [["x"] * 5])
    return book


@pytest.mark.parametrize("kind", HEAVY)
def test_too_much_is_refused_and_nothing_has_changed(guest, large, kind):
    before = guest.get(large)

    error = guest.refused(large, *HEAVY[kind])

    assert (error["code"], "more work" in error["message"]) == (400, True)
    assert (guest.get(large), guest.values(large, "S!A699999:B700000")) == (before, [["x", "x"]])


def test_reading_more_than_is_allowed_is_refused(guest, large):
    error = guest.error("GET", f"/v4/spreadsheets/{large}", includeGridData="true")

    assert (error["code"], "more work" in error["message"]) == (400, True)


def test_append_finds_its_table_in_a_staircase(api, book):
    api.put(book, "A1", [[*[None] * index, index] for index in range(26)])

    answer = api.ok("POST", f"/v4/spreadsheets/{book}/values/Z1:Z26:append", {"values": [[1]]}, valueInputOption="RAW")

    assert (answer["tableRange"], answer["updates"]["updatedRange"]) == ("Sheet1!A1:Z26", "Sheet1!A27")


def test_faults_of_a_body_are_named_up_to_a_hundred(api, book):
    error = api.refused(book, *({f"x{index}": 1} for index in range(5_000)))

    assert len(error["details"][0]["fieldViolations"]) == 100


def test_owner_of_the_server_may_do_more(app, api, guest):
    """The master of a province is one batch; a guest's request is bounded tighter, on the very same file."""
    book = api.create()
    api.share(book, "khach@vidu.example")

    def steps_of(caller):
        with app.store.reading() as connection:
            who = callers.identify(
                connection, caller.session.headers["Authorization"], "tonghop@localhost", OWNER_TOKEN
            )
            return open_book(connection, book, who, StyleCache(), FileRole.READER).work.left

    assert (steps_of(api), steps_of(guest)) == (MOST_OF_OWNER, MOST)


def test_owner_takes_over_the_words_of_a_spreadsheet_of_the_largest_size(api):
    """The master of ten thousand units is staged and copied: its words are ten million cells at most."""
    book = api.create(sheets=[{"properties": {"sheetId": 0, "gridProperties": {"rowCount": 4_000, "columnCount": 20}}}])
    source = {"sheetId": 0, "endRowIndex": 2_000, "endColumnIndex": 20}
    taken = {"source": source, "destination": {"sheetId": 0, "startRowIndex": 2_000}, "pasteType": "PASTE_FORMULA"}

    assert len(api.batch(book, *[{"copyPaste": taken}] * 250)) == 250


def test_work_is_counted_down():
    work = RequestWork()

    work.spend(MOST)

    assert work.left == 0
