import io
from datetime import UTC, datetime, timedelta

import gspread
import openpyxl
import pytest
import requests

from service.embedded.server import create_app
from service.embedded.storage.bearer_tokens import add_to_group
from service.sheets.in_process import WsgiAdapter

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READER, WRITER = "reader@b.vn", "writer@b.vn"


def make(api, name, **fields):
    return api.ok("POST", "/drive/v3/files", {"name": name, "mimeType": SPREADSHEET} | fields)["id"]


def found(api, query):
    return [one["name"] for one in api.ok("GET", "/drive/v3/files", q=query, orderBy="name")["files"]]


@pytest.fixture
def three(api, clock):
    make(api, "Báo cáo", appProperties={"campaign": "2023", "form": "report"})
    clock.forward(60)
    make(api, "Đăng ký", appProperties={"campaign": "2023", "form": "registration"})
    clock.forward(60)
    make(api, 'O\'Neil "x"', appProperties={"campaign": "2024"})
    return api


QUERIES = [
    ("", ["Báo cáo", "O'Neil \"x\"", "Đăng ký"]),
    ("name = 'Báo cáo'", ["Báo cáo"]),
    ('name = "Báo cáo"', ["Báo cáo"]),
    ("name = 'O\\'Neil \"x\"'", ["O'Neil \"x\""]),
    ("name contains 'cáo'", ["Báo cáo"]),
    ("name != 'Báo cáo'", ["O'Neil \"x\"", "Đăng ký"]),
    (f"mimeType = '{SPREADSHEET}' and trashed = false", ["Báo cáo", "O'Neil \"x\"", "Đăng ký"]),
    (f"mimeType='{SPREADSHEET}' and trashed=true", []),
    ("appProperties has { key='campaign' and value='2023' }", ["Báo cáo", "Đăng ký"]),
    ("appProperties has {key='campaign' and value='2023'} and appProperties has {key='form' and value='report'}",
     ["Báo cáo"]),
    ("name = 'Báo cáo' or appProperties has { key='campaign' and value='2024' }", ["Báo cáo", "O'Neil \"x\""]),
    ("not (name = 'Báo cáo' or name = 'Đăng ký')", ["O'Neil \"x\""]),
    ("'root' in parents", ["Báo cáo", "O'Neil \"x\"", "Đăng ký"]),
    ('parents in "root"', ["Báo cáo", "O'Neil \"x\"", "Đăng ký"]),
    ("parents in 'elsewhere'", []),
    ("modifiedTime > '2023-09-29T17:00:30'", ["O'Neil \"x\"", "Đăng ký"]),
    ("createdTime <= '2023-09-29T16:59:59Z'", ["Báo cáo"]),
    ("'tonghop@localhost' in owners", ["Báo cáo", "O'Neil \"x\"", "Đăng ký"]),
    ("'me' in owners and 'me' in writers", ["Báo cáo", "O'Neil \"x\"", "Đăng ký"]),
    ("sharedWithMe", []),
    ("sharedWithMe = false and name = 'Báo cáo'", ["Báo cáo"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "names"), QUERIES)
def test_files_are_found_by_query(three, query, names):
    assert found(three, query) == names


def test_files_shared_with_others_are_found_by_them(three, identity):
    book = three.ok("GET", "/drive/v3/files", q="name = 'Báo cáo'")["files"][0]["id"]
    three.share(book, "a@b.vn", "reader")
    other = identity("a@b.vn")

    assert found(other, "sharedWithMe") == ["Báo cáo"]
    assert found(other, "'me' in readers and not 'me' in writers") == ["Báo cáo"]
    assert found(other, "'me' in owners") == []
    assert found(three, "'a@b.vn' in readers") == ["Báo cáo"]


SENSELESS = [
    "name", "name =", "name = x", "nome = 'x'", "name = 'x' and", "(name = 'x'", "'x' in name", "name < 'x'",
    "appProperties has {key='a'}", "trashed = maybe", "name = 'x", ")",
]  # fmt: skip


@pytest.mark.parametrize("query", SENSELESS)
def test_query_without_sense_is_refused(api, query):
    error = api.error("GET", "/drive/v3/files", q=query)

    assert (error["code"], error["errors"][0]["reason"], error["message"]) == (400, "invalid", "Invalid Value")


def test_files_come_page_by_page(three):
    first = three.ok("GET", "/drive/v3/files", pageSize=2, fields="nextPageToken,files(id,name)", orderBy="createdTime")
    second = three.ok("GET", "/drive/v3/files", pageSize=2, pageToken=first["nextPageToken"], orderBy="createdTime")

    assert [one["name"] for one in first["files"] + second["files"]] == ["Báo cáo", "Đăng ký", 'O\'Neil "x"']
    assert "nextPageToken" not in second


def test_whole_record_says_where_a_file_is_opened_and_exported_and_who_it_is_of(api, book):
    file = api.ok("GET", f"/drive/v3/files/{book}", fields="*")
    (permission,) = api.ok("GET", f"/drive/v3/files/{book}/permissions", fields="*")["permissions"]

    formats = {address.partition("exportFormat=")[2] for address in file["exportLinks"].values()}
    assert (len(file["exportLinks"]), formats) == (7, {"csv", "tsv", "xlsx", "ods", "pdf", "zip"})
    assert file["webViewLink"] == f"https://docs.google.com/spreadsheets/d/{book}/edit?usp=drivesdk"
    assert file["owners"] == [file["lastModifyingUser"]]
    assert file["owners"][0].keys() == {"kind", "displayName", "me", "permissionId", "emailAddress"}
    assert (file["owners"][0]["permissionId"], permission["pendingOwner"]) == (permission["id"], False)
    assert file["viewersCanCopyContent"] is not file["copyRequiresWriterPermission"]


@pytest.mark.parametrize("size", ["0", "1001", "x", "-1"])
def test_page_size_out_of_range_is_refused(api, size):
    assert api.error("GET", "/drive/v3/files", pageSize=size)["code"] == 400


def test_times_and_version_follow_changes(api, clock):
    book = make(api, "Sổ")
    before = api.ok("GET", f"/drive/v3/files/{book}", fields="createdTime,modifiedTime,version")
    clock.forward(90)

    api.put(book, "A1", [["x"]])

    after = api.ok("GET", f"/drive/v3/files/{book}", fields="*")
    assert before == {
        "createdTime": "2023-09-29T16:59:59.000Z", "modifiedTime": "2023-09-29T16:59:59.000Z", "version": "1",
    }  # fmt: skip
    assert (after["createdTime"], after["modifiedTime"], after["version"]) == (
        "2023-09-29T16:59:59.000Z", "2023-09-29T17:01:29.000Z", "2",
    )  # fmt: skip


def test_reading_and_a_refused_write_leave_the_version(api, book):
    before = api.ok("GET", f"/drive/v3/files/{book}", fields="version,modifiedTime")

    api.values(book, "Sheet1")
    api.refused(book, {"addSheet": {}}, {"deleteSheet": {"sheetId": 9}})

    assert api.ok("GET", f"/drive/v3/files/{book}", fields="version,modifiedTime") == before


def test_file_is_updated_trashed_and_deleted(api, book):
    body = {"name": "Mới", "appProperties": {"a": "1", "b": "2"}}
    api.ok("PATCH", f"/drive/v3/files/{book}", body)
    api.ok("PATCH", f"/drive/v3/files/{book}", {"appProperties": {"a": None}, "trashed": True})
    shown = api.ok("GET", f"/drive/v3/files/{book}", fields="name,appProperties,trashed")

    api.ok("DELETE", f"/drive/v3/files/{book}")

    assert shown == {"name": "Mới", "appProperties": {"b": "2"}, "trashed": True}
    assert api.error("GET", f"/drive/v3/files/{book}")["message"] == f"File not found: {book}."
    assert api.error("GET", f"/v4/spreadsheets/{book}")["message"] == "Requested entity was not found."


def test_title_and_name_are_one(api, book):
    api.ok("PATCH", f"/drive/v3/files/{book}", {"name": "Tên mới"})

    assert api.get(book, fields="properties.title") == {"properties": {"title": "Tên mới"}}


def test_file_moves_between_folders(api, book):
    folder = api.ok("POST", "/drive/v3/files", {"name": "T", "mimeType": "application/vnd.google-apps.folder"})["id"]

    api.ok("PATCH", f"/drive/v3/files/{book}", {}, addParents=folder, removeParents="root")

    assert api.ok("GET", f"/drive/v3/files/{book}", fields="parents") == {"parents": [folder]}


def test_unknown_field_of_a_mask_is_refused(api, book):
    assert api.error("GET", f"/drive/v3/files/{book}", fields="nane")["code"] == 400


@pytest.fixture
def shared(api, book):
    api.share(book, READER, "reader")
    api.share(book, WRITER, "writer")
    return book


def test_list_shows_what_the_token_may_open(api, shared, identity):
    make(api, "riêng")

    assert found(identity(READER), "") == ["Sổ"]
    assert found(identity(WRITER), "") == ["Sổ"]
    assert found(identity("stranger@b.vn"), "") == []


def test_reader_reads_and_cannot_write(shared, identity):
    reader = identity(READER)

    error = reader.refused(shared, {"addSheet": {}})

    assert reader.values(shared, "Sheet1") == []
    assert error == {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"}
    for verb, path, body in (
        ("PATCH", f"/drive/v3/files/{shared}", {"name": "x"}),
        ("POST", f"/drive/v3/files/{shared}/permissions", {"type": "anyone", "role": "reader"}),
    ):
        error = reader.error(verb, path, body)
        assert (error["code"], error["errors"][0]["reason"]) == (403, "insufficientFilePermissions")


def test_writer_writes_and_cannot_delete(api, shared, identity):
    writer = identity(WRITER)
    writer.put(shared, "A1", [["x"]])

    assert api.values(shared, "A1") == [["x"]]
    assert writer.error("DELETE", f"/drive/v3/files/{shared}")["code"] == 403
    assert writer.error("PATCH", f"/drive/v3/files/{shared}", {"trashed": True})["code"] == 403


def test_stranger_sees_nothing(shared, identity):
    stranger = identity("stranger@b.vn")

    assert stranger.error("GET", f"/v4/spreadsheets/{shared}")["status"] == "PERMISSION_DENIED"
    assert stranger.error("GET", f"/drive/v3/files/{shared}")["errors"][0]["reason"] == "notFound"
    assert stranger.error("GET", "/v4/spreadsheets/none")["status"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["/v4/spreadsheets/x", "/drive/v3/files", "/nothing"])
def test_call_with_an_unknown_token_is_a_401(stranger_token, path):
    response = stranger_token.call("GET", path)

    assert response.status_code == 401
    assert response.json()["error"]["status"] == "UNAUTHENTICATED"


def test_call_without_a_token_is_a_403_where_a_key_would_do_else_a_401(anonymous):
    for path in ("/v4/spreadsheets/x", "/v4/spreadsheets/x/values/A1", "/drive/v3/files"):
        error = anonymous.error("GET", path)
        assert (error["code"], error["message"][:40]) == (403, "Method doesn't allow unregistered callers"[:40])
    for verb, path in (("GET", "/nothing"), ("GET", "/drive/v3/about"), ("POST", "/v4/spreadsheets")):
        assert anonymous.error(verb, path, {})["code"] == 401


def test_role_changes_and_ends(api, shared, identity):
    number = api.share(shared, READER, "reader")["id"]
    path = f"/drive/v3/files/{shared}/permissions/{number}"
    api.ok("PATCH", path, {"role": "writer"})
    role = api.ok("GET", path, fields="role,emailAddress")
    identity(READER).put(shared, "A1", [["x"]])

    api.ok("DELETE", path)

    assert role == {"role": "writer", "emailAddress": READER}
    assert identity(READER).error("GET", f"/v4/spreadsheets/{shared}")["code"] == 403


def test_group_and_domain_and_anyone_may_be_meant(api, book, identity, tmp_path):
    add_to_group(tmp_path, "phong@b.vn", "an@b.vn")
    path = f"/drive/v3/files/{book}/permissions"

    def reach(*emails):
        return [identity(email).call("GET", f"/v4/spreadsheets/{book}").status_code for email in emails]

    before = reach("an@b.vn", "binh@c.vn", "chi@d.vn")
    api.ok("POST", path, {"type": "group", "role": "reader", "emailAddress": "phong@b.vn"})
    with_group = reach("an@b.vn", "binh@c.vn", "chi@d.vn")
    api.ok("POST", path, {"type": "domain", "role": "reader", "domain": "c.vn"})
    with_domain = reach("an@b.vn", "binh@c.vn", "chi@d.vn")
    api.ok("POST", path, {"type": "anyone", "role": "reader"})

    assert (before, with_group, with_domain) == ([403] * 3, [200, 403, 403], [200, 200, 403])
    assert reach("an@b.vn", "binh@c.vn", "chi@d.vn") == [200] * 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"role": "reader"}, 400),
        ({"type": "user"}, 400),
        ({"type": "user", "role": "king", "emailAddress": "a@b.vn"}, 400),
        ({"type": "user", "role": "reader"}, 400),
        ({"type": "user", "role": "reader", "emailAddress": "không phải"}, 400),
        ({"type": "user", "role": "reader", "emailAddress": "x" * 400 + "@b.vn"}, 400),
        ({"type": "user", "role": "owner", "emailAddress": "a@b.vn"}, 403),
        ({"type": "user", "role": "reader", "emailAddress": "tonghop@localhost"}, 403),
        ({"type": 5}, 400),
    ],
)
def test_permission_without_sense_is_refused(api, book, body, code):
    assert api.error("POST", f"/drive/v3/files/{book}/permissions", body)["code"] == code


def test_copy_belongs_to_whoever_copies(api, shared, identity):
    api.put(shared, "A1", [["x"]])
    area = {"sheetId": 0, "endRowIndex": 1}
    api.batch(shared, {"addProtectedRange": {"protectedRange": {"range": area}}})
    reader = identity(READER)

    copy = reader.ok("POST", f"/drive/v3/files/{shared}/copy", {"name": "Bản sao"})["id"]
    reader.put(copy, "A2", [["y"]])
    reader.put(copy, "A1", [["z"]])

    assert reader.values(copy, "Sheet1") == [["z"], ["y"]]
    assert api.values(shared, "Sheet1") == [["x"]]


def test_export_as_xlsx(api, book):
    cell = {"userEnteredValue": {"stringValue": "=1+1"}, "userEnteredFormat": {"textFormat": {"bold": True}}}
    red = {
        "userEnteredFormat": {"backgroundColor": {"red": 1}, "wrapStrategy": "WRAP", "numberFormat": {"type": "TEXT"}}
    }
    area = {"sheetId": 0, "endRowIndex": 1, "startColumnIndex": 1, "endColumnIndex": 3}
    rows = [{"values": [cell, {"userEnteredValue": {"formulaValue": "=1+1"}}, red]}]
    api.batch(
        book,
        {"updateCells": {"start": {}, "fields": "*", "rows": rows}},
        {"mergeCells": {"range": area | {"startRowIndex": 1, "endRowIndex": 2}}},
        {"addSheet": {"properties": {"title": "Sở [Y/tế]", "hidden": True}}},
    )

    response = api.call("GET", f"/drive/v3/files/{book}/export", mimeType=XLSX)

    read = openpyxl.load_workbook(io.BytesIO(response.content))
    page = read.worksheets[0]
    assert (page["A1"].value, page["A1"].data_type, page["A1"].font.bold, page["B1"].value) == ("=1+1", "s", True, 2)
    assert [str(one) for one in page.merged_cells.ranges] == ["B2:C2"]
    assert (read.worksheets[1].title, read.worksheets[1].sheet_state) == ("Sở _Y_tế_", "hidden")


@pytest.mark.parametrize(("mime", "code"), [("", 400), ("application/msword", 400)])
def test_export_in_another_form_is_refused(api, book, mime, code):
    assert api.error("GET", f"/drive/v3/files/{book}/export", mimeType=mime)["code"] == code


def test_comments_are_made_and_listed(api, book):
    path = f"/drive/v3/files/{book}/comments"
    api.ok("POST", path, {"content": "Xem lại dòng 3"}, fields="id")

    listed = api.ok("GET", path, fields="comments(content,author/displayName)")

    assert listed == {"comments": [{"content": "Xem lại dòng 3", "author": {"displayName": "tonghop@localhost"}}]}
    assert api.error("GET", path)["code"] == 400


def test_upload_that_is_no_csv_is_refused(api, book):
    url = f"https://www.googleapis.com/upload/drive/v2/files/{book}"

    assert api.session.put(url, data=b"\xff\xfe\x00", params={"uploadType": "media"}).status_code == 400
    assert api.session.put(url, data=b"a,b").status_code == 400


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"mimeType": "text/plain", "value": "cũ"}, {"mimeType": "text/plain", "value": "cũ"}),
        ({"value": 5, "other": "x"}, None),
        ([1], None),
    ],
)
def test_comment_keeps_what_it_quotes(api, book, undocumented, given, kept):
    body = {"content": "Xem lại", "quotedFileContent": given}

    made = api.ok("POST", f"/drive/v3/files/{book}/comments", body, fields="content,quotedFileContent")

    assert made == {"content": "Xem lại"} | ({"quotedFileContent": kept} if kept else {})


@pytest.mark.parametrize(
    ("edited", "asked", "told"),
    [
        ([0], 10, 0),
        ([0, 200], 300, 0),  # passed on at 360 only
        ([0, 200], 359, 0),
        ([0, 200], 360, 200),
        ([0, 200, 210], 360, 210),
        ([0, 200, 400], 500, 200),
        ([0, 200, 400], 540, 400),
    ],
)
def test_modified_times_are_told_late_where_that_is_asked_for(tmp_path, edited, asked, told):
    start = datetime(2023, 9, 29, 12, 0, tzinfo=UTC)  # a whole number of three minutes
    now = [start]
    session = requests.Session()
    session.headers["Authorization"] = "Bearer owner"
    application = create_app(tmp_path, owner_token="owner", clock=lambda: now[0], lags=True)
    session.mount("https://", WsgiAdapter(application))
    file = gspread.Client(auth=None, session=session).create("Sổ")
    for seconds in edited[1:]:
        now[0] = start + timedelta(seconds=seconds)
        file.sheet1.update([["chữ"]], "A1")

    now[0] = start + timedelta(seconds=asked)

    assert datetime.fromisoformat(file.get_lastUpdateTime()) == start + timedelta(seconds=told)
