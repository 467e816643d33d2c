"""The few verbs over the embedded server, and over answers that only Google gives."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
import requests

from service.embedded.server import create_app
from service.errors import (
    IncompleteReadError,
    PushRefusedError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
)
from service.sheets import http
from service.sheets.in_process import WsgiAdapter
from service.sheets.verbs import BYTES_PER_REQUEST, ChannelWish, Sheets, TabInventory, packed, request_size
from sheets_schema.grid import Merge

AT = datetime(2023, 9, 29, 16, 59, 59, tzinfo=UTC)
WISH = ChannelWish("kenh-1", "bi-mat", "https://board.example.vn/hooks/drive", AT)


def sheets_over(application):
    session = requests.Session()
    session.headers["Authorization"] = "Bearer owner"
    session.mount("https://", WsgiAdapter(application))
    return Sheets(http.connect(session), "cot")


@pytest.fixture
def sheets(tmp_path):
    seconds = itertools.count()
    return sheets_over(create_app(tmp_path, owner_token="owner", clock=lambda: AT + timedelta(seconds=next(seconds))))


@pytest.fixture
def book(sheets):
    return sheets.create("Sổ", {"dot": "a", "mau": "b"})


def answering(*bodies):
    """A server that gives these bodies in order."""
    left = list(bodies)

    def application(_environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(left.pop(0)).encode()]

    return sheets_over(application)


def tab(sheet_id, rows=10, columns=5, title="Trang"):
    return TabInventory(sheet_id, title, rows, columns, {}, {}, {}, (), (), (), ())


def test_created_is_found_by_its_properties_oldest_first(sheets, book):
    second = sheets.create("Sổ", {"dot": "a", "mau": "c"})

    assert [found for found, _ in sheets.find({"dot": "a"})] == [book, second]
    assert sheets.find({"dot": "a", "mau": "c"}) == ((second, {"dot": "a", "mau": "c"}),)
    assert sheets.find({"dot": "khác"}) == ()


def test_files_of_every_page_are_found():
    pages = [{"files": [{"id": "a"}], "nextPageToken": "2"}, {"files": [{"id": "b", "appProperties": {"dot": "x"}}]}]

    assert answering(*pages).find({"dot": "x"}) == (("a", {}), ("b", {"dot": "x"}))


def test_inventory_tells_tabs_columns_metadata_and_merges(sheets, book):
    place = {"sheetId": 7, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}
    area = {"sheetId": 7, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 2}
    grid = {"rowCount": 9, "columnCount": 4}
    sheets.apply(
        book,
        [
            {"addSheet": {"properties": {"sheetId": 7, "title": "Đơn vị", "gridProperties": grid}}},
            metadata("cot", "ten", {"dimensionRange": place}),
            metadata("khac", "x", {"dimensionRange": place}),
            metadata("don_vi", "S-CT", {"sheetId": 7}),
            {"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}},
        ],
    )

    found = sheets.inventory(book).tab(7)

    assert (found.title, found.row_count, found.column_count) == ("Đơn vị", 9, 4)
    assert (found.columns, found.metadata, found.merges) == ({2: "ten"}, {"don_vi": "S-CT"}, (Merge(1, 3, 0, 2),))
    assert sheets.inventory(book).tab(8) is None
    assert (sheets.meter.reads, sheets.meter.writes) == (2, 1)


def metadata(key, value, location):
    made = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": "PROJECT"}
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def test_read_gives_every_tab_as_people_see_it(sheets, book):
    cells = [{"values": [{"userEnteredValue": {"stringValue": "0123"}}, {"userEnteredValue": {"boolValue": True}}]}]
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 0}
    sheets.apply(book, [{"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}])

    grids = sheets.read(book, sheets.inventory(book).tabs)

    assert grids[0].cells == ((), ("0123", "TRUE"))


def test_tabs_are_matched_by_what_is_echoed_not_by_order():
    answers = [
        {"valueRange": {"values": [[str(number)]]}, "dataFilters": [{"gridRange": {"sheetId": number}}]}
        for number in (3, 1)
    ]
    blank = {"valueRange": {}, "dataFilters": [{"gridRange": {}}]}
    sheets = answering({"valueRanges": [*answers, blank]})

    grids = sheets.read("x", [tab(0), tab(1), tab(3)])

    assert {sheet_id: grid.cells for sheet_id, grid in grids.items()} == {0: (), 1: (("1",),), 3: (("3",),)}


def test_tab_that_is_not_answered_is_no_empty_tab():
    sheets = answering({"valueRanges": []})

    with pytest.raises(IncompleteReadError, match="Sở Công Thương"):
        sheets.read("x", [tab(1, title="Sở Công Thương")])


def test_large_tabs_are_read_in_several_calls():
    answers = [
        {"valueRanges": [{"valueRange": {}, "dataFilters": [{"gridRange": {"sheetId": number}}]}]} for number in (1, 2)
    ]
    sheets = answering(*answers)

    assert set(sheets.read("x", [tab(1, 9_000, 40), tab(2, 9_000, 40)])) == {1, 2}
    assert sheets.meter.reads == 2


def test_nothing_to_read_or_apply_costs_nothing(sheets, book):
    assert sheets.read(book, []) == {}
    assert sheets.apply(book, []) == []
    assert (sheets.meter.reads, sheets.meter.writes) == (0, 0)


def test_apply_is_all_or_nothing(sheets, book):
    good = {"addSheet": {"properties": {"sheetId": 5, "title": "A"}}}

    with pytest.raises(SheetsRefusedError):
        sheets.apply(book, [good, {"deleteSheet": {"sheetId": 99}}])

    assert sheets.inventory(book).tab(5) is None
    assert len(sheets.apply(book, [good])) == 1


def write_of(row, text):
    rows = [{"values": [{"userEnteredValue": {"stringValue": text}}]}]
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": 0}
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}


LARGE = 40_000  # letters of a cell: as many as one may hold, nearly


def test_pieces_above_the_size_go_in_several_writes(sheets, book):
    pieces = [[write_of(2 * number, "a" * LARGE), write_of(2 * number + 1, "b")] for number in range(120)]

    writes = sheets.apply_in_parts(book, pieces)

    assert (writes, sheets.meter.writes) == (3, 3)  # 120 × 40 kB = 4.8 MB
    [tab] = sheets.inventory(book).tabs
    assert [cell[0][:1] for cell in sheets.read(book, [tab])[0].cells] == ["a", "b"] * 120


def test_piece_above_the_size_goes_alone_and_whole(sheets, book):
    small = [write_of(0, "a")]
    large = [write_of(row, "b" * LARGE) for row in range(1, 61)]

    assert sheets.apply_in_parts(book, [small, large, small]) == 3


def test_small_pieces_go_together_and_empty_ones_not_at_all(sheets, book):
    assert sheets.apply_in_parts(book, [[write_of(0, "a")], [], [write_of(1, "b")]]) == 1
    assert sheets.apply_in_parts(book, [[], []]) == 0
    assert sheets.apply_in_parts(book, []) == 0
    assert sheets.meter.writes == 1


def test_what_must_land_together_is_never_split(sheets, book):
    sheets.apply(book, [write_of(row, "a" * LARGE) for row in range(120)])

    assert sheets.meter.writes == 1


def test_parts_before_a_refused_one_have_landed(sheets, book):
    large = [write_of(row, "a" * LARGE) for row in range(60)]

    with pytest.raises(SheetsRefusedError):
        sheets.apply_in_parts(book, [large, [{"deleteSheet": {"sheetId": 99}}]])

    [tab] = sheets.inventory(book).tabs
    assert len(sheets.read(book, [tab])[0].cells) == 60


@pytest.mark.parametrize(
    ("weights", "batches"),
    [
        ([], []),
        ([0, 0], []),
        ([10], [[10]]),
        ([11], [[11]]),
        ([4, 6], [[4, 6]]),
        ([4, 7], [[4], [7]]),
        ([1, 20, 1], [[1], [20], [1]]),
        ([5, 0, 5, 5], [[5, 5], [5]]),
    ],
)
def test_pieces_are_packed_up_to_the_limit(weights, batches):
    assert list(packed(weights, lambda weight: weight, limit=10)) == batches


def test_limit_is_what_google_recommends():
    assert BYTES_PER_REQUEST == 2_000_000


@pytest.mark.parametrize("said", [{}, {"id": ""}, {"id": None}], ids=str)
def test_created_without_an_id_is_told(said):
    with pytest.raises(SheetsRefusedError):
        answering(said).create("Sổ", {})


@pytest.mark.parametrize("said", ["x", 5, [], None, True], ids=str)
def test_answer_that_is_no_object_is_no_answer(said):
    with pytest.raises(SheetsUnavailableError):
        answering(said).create("Sổ", {})


def test_missing_spreadsheet_is_told(sheets):
    with pytest.raises(SheetsMissingError):
        sheets.inventory("khong-co")
    with pytest.raises(SheetsMissingError):
        sheets.apply("khong-co", [{"deleteSheet": {"sheetId": 0}}])


def test_watch_asks_for_a_channel_and_stop_ends_it(sheets, book):
    until = AT + timedelta(hours=2)

    granted = sheets.watch(book, ChannelWish("kenh-1", "bi-mat", "http://127.0.0.1:9/hooks/drive", until))

    assert granted.expires_at == until
    sheets.stop("kenh-1", granted.resource_id)
    with pytest.raises(SheetsMissingError):
        sheets.stop("kenh-1", granted.resource_id)


def test_watch_takes_what_the_server_grants():
    said = {"kind": "api#channel", "id": "kenh-1", "resourceId": "r", "expiration": "1696006799500"}

    granted = answering(said).watch("x", WISH)

    assert (granted.resource_id, granted.expires_at) == ("r", AT + timedelta(hours=0, milliseconds=500))


@pytest.mark.parametrize("said", [{}, [], {"resourceId": ""}], ids=str)
def test_watch_refuses_an_answer_that_names_no_resource(said):
    with pytest.raises(SheetsRefusedError):
        answering(said).watch("x", WISH)


def test_file_tells_when_it_was_modified(sheets, book):
    assert AT <= sheets.modified_at(book) < AT + timedelta(minutes=1)
    assert answering({}).modified_at("x") is None


def test_size_is_that_on_the_wire():
    request = {"addSheet": {"properties": {"title": "Đơn vị"}}}

    assert request_size([request, request]) == 2 * len(
        json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
    )


def test_changes_name_the_files_since_a_token_and_where_to_go_on(sheets, book):
    token = sheets.start_page_token()
    other = sheets.create("Khác", {})

    page = sheets.changes(token)

    assert (page.file_ids, page.is_last) == ({other}, True)
    assert sheets.changes(page.next_token).file_ids == frozenset()


def test_changes_of_a_page_say_that_there_is_more():
    page = answering({"nextPageToken": "8", "changes": [{"fileId": "a"}, {"fileId": "a"}]}).changes("7")

    assert (page.file_ids, page.next_token, page.is_last) == ({"a"}, "8", False)


@pytest.mark.parametrize(
    "said", [{}, [], None, "x", {"nextPageToken": "7"}, {"newStartPageToken": 7}, {"newStartPageToken": ""}], ids=str
)
def test_changes_without_a_way_on_are_refused(said):
    with pytest.raises(SheetsRefusedError):
        answering(said).changes("7")


@pytest.mark.parametrize("said", [{}, [], None, {"startPageToken": 5}, {"startPageToken": ""}], ids=str)
def test_start_page_token_that_is_none_is_refused(said):
    with pytest.raises(SheetsRefusedError):
        answering(said).start_page_token()


def test_watch_of_changes_lasts_a_week_at_most(sheets, book):
    week = timedelta(days=7)
    wish = ChannelWish("kenh-1", "bi-mat", "http://127.0.0.1:9/hooks/drive", AT + 2 * week)

    granted = sheets.watch_changes(sheets.start_page_token(), wish)

    assert week <= granted.expires_at - AT < week + timedelta(minutes=1)
    sheets.stop("kenh-1", granted.resource_id)


@pytest.mark.parametrize("expiration", ["", "hôm nay", "9" * 40, "²", None, -1, 1.5], ids=str)
def test_watch_with_an_expiry_that_is_none_takes_the_one_asked_for(expiration):
    granted = answering({"resourceId": "r", "expiration": expiration}).watch("x", WISH)

    assert granted.expires_at == AT


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("401 Unauthorized", "push.webhookUrlUnauthorized", "Xác minh tên miền"),
        ("400 Bad Request", "push.webhookUrlNotHttps", "https://"),
        ("400 Bad Request", "push.webhookUrlInvalid", "Kiểm tra TONGHOP_PUBLIC_URL"),
        ("403 Forbidden", "push.somethingNew", "Kiểm tra TONGHOP_PUBLIC_URL"),
    ],
)
def test_address_that_is_refused_is_told_by_its_reason(status, reason, words):
    def application(_environ, start_response):
        start_response(status, [("Content-Type", "application/json")])
        said = {"domain": "global", "reason": reason, "message": "câu chữ của Google đổi theo ngôn ngữ"}
        return [json.dumps({"error": {"code": int(status[:3]), "message": "…", "errors": [said]}}).encode()]

    with pytest.raises(PushRefusedError, match=words) as refused:
        sheets_over(application).watch("x", WISH)

    assert reason in str(refused.value)
    assert "TONGHOP_WATCH=off" in str(refused.value)


def test_address_without_tls_is_refused_by_the_embedded_server_as_by_google(sheets, book):
    wish = ChannelWish("kenh-1", "bi-mat", "http://board.example.vn/hooks/drive", AT + timedelta(hours=1))

    with pytest.raises(PushRefusedError, match=r"push\.webhookUrlNotHttps"):
        sheets.watch(book, wish)
