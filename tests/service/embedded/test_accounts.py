"""Google's account rules: who can own files, shared drives and their roles, what writers and readers are forbidden."""

import pytest

from service.embedded.storage.bearer_tokens import add_to_group, mark_service_account
from service.embedded.storage.shared_drives import create_drive

SERVICE, WRITER, READER = "svc@project.iam.gserviceaccount.com", "writer@a.vn", "reader@a.vn"
SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FILES = "/drive/v3/files"
ALL = {"supportsAllDrives": "true"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def service(identity, tmp_path):
    mark_service_account(tmp_path, SERVICE.upper() + " ")
    return identity(SERVICE)


@pytest.fixture
def drive(tmp_path, clock):
    """A shared drive with a member of every role."""
    members = {f"{role}@a.vn": role for role in ("organizer", "fileOrganizer", "writer", "commenter", "reader")} | {
        SERVICE: "fileOrganizer"
    }
    return create_drive(tmp_path, "Hồ sơ", members, clock)


def reasons(error):
    return error["code"], error["errors"][0]["reason"]


def make(api, parent=None, **query):
    body = {"name": "Sổ", "mimeType": SPREADSHEET} | ({"parents": [parent]} if parent else {})
    return api.ok("POST", FILES, body, **query)["id"]


def test_service_account_owns_nothing(api, service, book):
    folder = api.ok("POST", FILES, {"name": "T", "mimeType": "application/vnd.google-apps.folder"})["id"]
    api.share(folder, SERVICE)
    api.share(book, SERVICE)

    plain = service.error("POST", FILES, {"name": "x", "mimeType": SPREADSHEET})
    shared = service.error("POST", FILES, {"name": "x", "mimeType": SPREADSHEET, "parents": [folder]})
    copied = service.error("POST", f"{FILES}/{book}/copy", {})
    created = service.error("POST", "/v4/spreadsheets", {})

    assert [reasons(error) for error in (plain, shared, copied)] == [(403, "storageQuotaExceeded")] * 3
    assert (created["code"], created["status"]) == (403, "PERMISSION_DENIED")
    assert service.ok("GET", FILES)["files"] == [
        entry for entry in api.ok("GET", FILES)["files"] if entry["id"] in (folder, book)
    ]


def test_service_account_works_in_what_is_shared_with_it(api, service, book):
    api.share(book, SERVICE)

    service.batch(book, {"addSheet": {"properties": {"sheetId": 5, "title": "Đơn vị"}}})
    service.ok("PATCH", f"{FILES}/{book}", {"appProperties": {"a": "1"}})

    assert service.ok("GET", FILES, q="appProperties has { key='a' and value='1' }")["files"][0]["id"] == book


def test_about_tells_who_is_calling(service):
    told = service.ok("GET", "/drive/v3/about", fields="user")["user"]

    assert (told["emailAddress"], told["me"]) == (SERVICE, True)
    assert reasons(service.error("GET", "/drive/v3/about")) == (400, "required")
    assert service.error("GET", "/drive/v3/about", fields="users")["code"] == 400


def test_file_in_a_shared_drive_belongs_to_nobody(service, drive):
    file = make(service, drive, **ALL)

    shown = service.ok("GET", f"{FILES}/{file}", fields="*", **ALL)

    assert (shown["driveId"], shown["parents"]) == (drive, [drive])
    assert {"owners", "ownedByMe", "writersCanShare", "permissions"} & shown.keys() == set()
    listed = service.ok("GET", f"{FILES}/{file}/permissions", fields="permissions(role,permissionDetails)", **ALL)
    assert {(entry["role"], entry["permissionDetails"][0]["inherited"]) for entry in listed["permissions"]} == {
        (role, True) for role in ("organizer", "fileOrganizer", "writer", "commenter", "reader")
    }


def test_shared_drive_is_not_there_for_whoever_does_not_ask(service, drive):
    refused = service.error("POST", FILES, {"mimeType": SPREADSHEET, "parents": [drive]})
    file = make(service, drive, **ALL)

    for verb, path, body in (
        ("GET", f"{FILES}/{file}", None),
        ("PATCH", f"{FILES}/{file}", {"name": "x"}),
        ("DELETE", f"{FILES}/{file}", None),
        ("POST", f"{FILES}/{file}/copy", {}),
        ("GET", f"{FILES}/{file}/permissions", None),
        ("POST", f"{FILES}/{file}/permissions", {"type": "user", "role": "reader", "emailAddress": "x@a.vn"}),
    ):
        assert reasons(service.error(verb, path, body)) == (404, "notFound")
    assert reasons(refused) == (404, "notFound")
    assert service.ok("GET", FILES, **ALL)["files"] == []
    assert [one["id"] for one in service.ok("GET", FILES, includeItemsFromAllDrives="true", **ALL)["files"]] == [file]
    alone = {"corpora": "drive", "driveId": drive, "includeItemsFromAllDrives": "true", **ALL}
    assert [one["id"] for one in service.ok("GET", FILES, **alone)["files"]] == [file]
    assert service.error("GET", FILES, driveId=drive)["code"] == 400
    # Sheets knows of no drives
    assert service.get(file)["spreadsheetId"] == file


ALLOWED = {
    "organizer": ["create", "write", "trash", "delete"],
    "fileOrganizer": ["create", "write", "trash"],
    "writer": ["create", "write"],
    "commenter": [],
    "reader": [],
}


@pytest.mark.parametrize("role", ALLOWED)
def test_role_in_a_shared_drive_says_what_may_be_done(service, identity, drive, role):
    file, member = make(service, drive, **ALL), identity(f"{role}@a.vn")
    tries = {
        "create": member.call("POST", FILES, {"mimeType": SPREADSHEET, "parents": [drive]}, **ALL),
        "write": member.call("PUT", f"/v4/spreadsheets/{file}/values/A1", {"values": [["x"]]}, valueInputOption="RAW"),
        "trash": member.call("PATCH", f"{FILES}/{file}", {"trashed": True}, **ALL),
        "delete": member.call("DELETE", f"{FILES}/{file}", **ALL),
    }

    assert [name for name, answer in tries.items() if answer.status_code < 400] == ALLOWED[role]


def test_nobody_is_exempt_from_protections_in_a_shared_drive(service, identity, drive):
    file = make(service, drive, **ALL)
    service.batch(file, {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0, "endRowIndex": 1}}}})

    error = identity("organizer@a.vn").error(
        "PUT", f"/v4/spreadsheets/{file}/values/A1", {"values": [["x"]]}, valueInputOption="RAW"
    )

    assert error["code"] == 400


def test_file_stays_on_its_side_of_a_shared_drive(api, service, drive, book):
    file = make(service, drive, **ALL)
    api.share(book, SERVICE)

    assert service.error("PATCH", f"{FILES}/{file}", {}, addParents="root", **ALL)["code"] == 400
    assert service.error("PATCH", f"{FILES}/{book}", {}, addParents=drive, **ALL)["code"] == 400
    copied = service.ok("POST", f"{FILES}/{file}/copy", {}, fields="id,driveId", **ALL)
    assert copied["driveId"] == drive
    role = {"type": "user", "role": "owner", "emailAddress": "x@a.vn"}
    assert service.error("POST", f"{FILES}/{file}/permissions", role, transferOwnership="true", **ALL)["code"] == 403


def test_shared_drive_is_made_by_a_person_and_listed_to_members(api, service, identity):
    made = api.ok("POST", "/drive/v3/drives", {"name": "Kho"}, requestId="1")

    assert api.ok("GET", "/drive/v3/drives")["drives"] == [made]
    assert api.ok("GET", f"/drive/v3/drives/{made['id']}") == made
    assert service.ok("GET", "/drive/v3/drives")["drives"] == []
    assert identity("x@a.vn").error("GET", f"/drive/v3/drives/{made['id']}")["code"] == 404
    assert make(api, made["id"], **ALL)
    assert service.error("POST", "/drive/v3/drives", {"name": "Kho"}, requestId="2")["code"] == 403
    for body, query in (({"name": "x"}, {}), ({}, {"requestId": "3"}), ({"name": " "}, {"requestId": "4"})):
        assert api.error("POST", "/drive/v3/drives", body, **query)["code"] == 400


@pytest.mark.parametrize("role", ["owner", "king", ""])
def test_shared_drive_has_no_other_roles(tmp_path, clock, role):
    with pytest.raises(ValueError, match="organizer"):
        create_drive(tmp_path, "Kho", {"a@b.vn": role}, clock)


@pytest.fixture
def shared(api, book):
    api.share(book, WRITER)
    api.share(book, READER, "reader")
    return book


def test_writer_shares_until_the_owner_forbids_it(api, shared, identity):
    writer, path = identity(WRITER), f"{FILES}/{shared}/permissions"
    writer.share(shared, "moi@a.vn", "reader")
    number = next(one["id"] for one in api.ok("GET", path)["permissions"] if one["role"] == "reader")
    api.ok("PATCH", f"{FILES}/{shared}", {"writersCanShare": False})

    tries = [
        writer.error("POST", path, {"type": "anyone", "role": "reader"}),
        writer.error("PATCH", f"{path}/{number}", {"role": "writer"}),
        writer.error("DELETE", f"{path}/{number}"),
        writer.error("PATCH", f"{FILES}/{shared}", {"writersCanShare": True}),
        writer.error("PATCH", f"{FILES}/{shared}", {"copyRequiresWriterPermission": True}),
    ]

    assert [reasons(error) for error in tries] == [(403, "insufficientFilePermissions")] * 5
    assert len(writer.ok("GET", path)["permissions"]) == 4
    writer.ok("PATCH", f"{FILES}/{shared}", {"appProperties": {"a": "1"}, "name": "Tên"})
    assert writer.ok("GET", f"{FILES}/{shared}", fields="writersCanShare,capabilities(canShare)") == {
        "writersCanShare": False, "capabilities": {"canShare": False}}  # fmt: skip


def test_writer_may_shut_the_door_behind_himself(api, shared, identity):
    writer = identity(WRITER)

    writer.ok("PATCH", f"{FILES}/{shared}", {"writersCanShare": False})

    body = {"type": "anyone", "role": "reader"}
    assert reasons(writer.error("POST", f"{FILES}/{shared}/permissions", body))[0] == 403
    api.ok("POST", f"{FILES}/{shared}/permissions", body)


def test_reader_takes_nothing_away_where_that_is_forbidden(api, shared, identity):
    reader, target = identity(READER), api.create()
    api.share(target, READER)
    before = reader.call("GET", f"{FILES}/{shared}/export", mimeType=XLSX).status_code
    api.ok("PATCH", f"{FILES}/{shared}", {"copyRequiresWriterPermission": True})

    copied = reader.error("POST", f"{FILES}/{shared}/copy", {})
    exported = reader.error("GET", f"{FILES}/{shared}/export", mimeType=XLSX)
    body = {"destinationSpreadsheetId": target}
    tab = reader.error("POST", f"/v4/spreadsheets/{shared}/sheets/0:copyTo", body)

    assert (before, reasons(copied), reasons(exported), tab["code"]) == (
        200, (403, "cannotCopyFile"), (403, "cannotDownloadFile"), 403)  # fmt: skip
    assert reader.values(shared, "A1") == []
    assert identity(WRITER).ok("POST", f"{FILES}/{shared}/copy", {})


TILE = {"sheetId": 0, "endRowIndex": 1}


def test_protection_keeps_its_groups_and_a_copy_belongs_to_the_copier(api, shared, identity, tmp_path):
    add_to_group(tmp_path, "nhom@a.vn", WRITER)
    wanted = {"range": TILE, "editors": {"groups": ["nhom@a.vn"], "domainUsersCanEdit": False}}
    api.batch(shared, {"addProtectedRange": {"protectedRange": wanted}})
    writer = identity(WRITER)
    writer.put(shared, "A1", [["x"]])

    copy = writer.ok("POST", f"{FILES}/{shared}/copy", {})["id"]

    def editors(book):
        return writer.get(book, fields="sheets.protectedRanges.editors")["sheets"][0]["protectedRanges"][0]["editors"]

    assert editors(shared)["groups"] == ["nhom@a.vn"]
    assert editors(copy) == {"users": [WRITER]}


def test_doubled_tab_holds_back_nobody_it_held_back(api, shared, identity):
    api.batch(shared, {"addProtectedRange": {"protectedRange": {"range": TILE}}})

    identity(WRITER).batch(shared, {"duplicateSheet": {"newSheetId": 7}})
    api.batch(shared, {"duplicateSheet": {"newSheetId": 8}})

    sheets = api.get(shared, fields="sheets(properties.sheetId,protectedRanges.range)")["sheets"]
    assert {one["properties"].get("sheetId", 0): len(one.get("protectedRanges", [])) for one in sheets} == {
        0: 1, 7: 0, 8: 1}  # fmt: skip


def test_import_functions_once_allowed_stay_so(api, book):
    def allow(value):
        properties = {"importFunctionsExternalUrlAccessAllowed": value}
        fields = "importFunctionsExternalUrlAccessAllowed"
        return {"updateSpreadsheetProperties": {"properties": properties, "fields": fields}}

    api.batch(book, allow(False), allow(True))

    assert api.refused(book, allow(False))["code"] == 400
    assert api.get(book, fields="properties.importFunctionsExternalUrlAccessAllowed") == {
        "properties": {"importFunctionsExternalUrlAccessAllowed": True}}  # fmt: skip


def test_members_of_a_shared_drive_learn_of_every_change_in_it(service, identity, drive):
    reader = identity("reader@a.vn")
    start = reader.ok("GET", "/drive/v3/changes/startPageToken")["startPageToken"]
    file = make(service, drive, **ALL)
    known = reader.ok("GET", "/drive/v3/changes", pageToken=start, includeItemsFromAllDrives="true", **ALL)
    identity("organizer@a.vn").ok("DELETE", f"{FILES}/{file}", **ALL)
    gone = reader.ok("GET", "/drive/v3/changes", pageToken=known["newStartPageToken"], **ALL)

    assert [(one["fileId"], one["removed"]) for one in known["changes"]] == [(file, False)]
    assert [(one["fileId"], one["removed"]) for one in gone["changes"]] == [(file, True)]
