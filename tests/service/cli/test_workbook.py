"""tonghop workbook add, list, group over HTTP: what a person makes and shares; what cannot be used is refused."""

import json
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import gspread
import pytest
from click.testing import CliRunner

from service import clock as clocks
from service import connections, wiring
from service.cli.root import main
from service.embedded.storage.bearer_tokens import issue_token, mark_service_account
from service.settings import Settings
from service.sheets.in_process import WsgiAdapter

SERVICE = "robot@du-an.iam.gserviceaccount.com"
FILES = "https://www.googleapis.com/drive/v3/files"
READING_WEEK = "tests/campaigns/tuan_le_doc_sach_2031"
LINK = "https://docs.google.com/spreadsheets/d/{}/edit#gid=0"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args):
        pass


class Desk:
    """An operator with an account of his own, and the commands run as a service account."""

    def __init__(self, folder, address, owner, token):
        self.folder, self.address, self.owner, self.token = folder, address, owner, token

    def run(self, *arguments, **settings):
        given = {"SHEETS": self.address, "EMBEDDED_TOKEN": self.token, "FILES": "brought", "CAMPAIGN": READING_WEEK}
        given |= {"DATA_DIR": str(self.folder)} | settings
        env = {f"TONGHOP_{name}": value for name, value in given.items()}
        return CliRunner().invoke(main, arguments, env=env, catch_exceptions=False)

    def make(self, role="writer"):
        book = self.owner.create("Bảng của tôi")
        if role:
            book.share(SERVICE, "user", role, notify=False)
        return book

    def patch(self, book, **body):
        self.owner.http_client.request("patch", f"{FILES}/{book.id}", json=body)


@pytest.fixture
def desk(tmp_path):
    settings = Settings(data_dir=tmp_path / "server", embedded_token="khoa-cua-chu")
    application = connections.embedded_application(settings, clocks.system)
    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    mark_service_account(settings.data_dir, SERVICE)
    session = connections.bearer_session("khoa-cua-chu")
    session.mount("https://", WsgiAdapter(application))
    token = issue_token(settings.data_dir, SERVICE, clocks.system)
    yield Desk(tmp_path / "data", f"http://127.0.0.1:{server.server_port}", gspread.Client(None, session), token)
    server.shutdown()
    thread.join()
    server.server_close()
    session.close()


def test_season_with_brought_workbooks_from_first_to_last(desk):
    nothing = desk.run("provision")
    wanted = desk.run("workbook", "list")
    for shard in ((), ("--shard", "2")):
        added = desk.run("workbook", "add", LINK.format(desk.make().id), "--form", "viec_lam", *shard)
        assert (added.exit_code, "nay là bảng tính của" in added.output) == (0, True)
    half = desk.run("provision")
    master = desk.make()
    desk.run("workbook", "add", master.id, "--master", "--group", "Ban@Example.org")
    whole = desk.run("provision")
    again = desk.run("provision")
    listed = desk.run("workbook", "list", "--format", "json")

    assert [answer.exit_code for answer in (nothing, wanted, half, whole, again, listed)] == [1, 1, 1, 0, 0, 0]
    assert nothing.output.count("(tonghop workbook add") == 3
    assert wanted.output.count(f"chia sẻ quyền Người chỉnh sửa cho {SERVICE}") == 3
    assert "tạo 2," in half.output
    assert "--master" in half.output
    assert "tạo 0, đổi 0, giữ nguyên 2" in again.output
    found = json.loads(listed.output)
    assert [(one["form"], one["shard"], one["state"], one["tabs"], one["group"]) for one in found] == [
        ("viec_lam", 1, "there", 1, None),
        ("viec_lam", 2, "there", 1, None),
        (None, 1, "there", 0, "ban@example.org"),
    ]
    assert desk.run("consolidate").exit_code == 0


def test_tiles_list_the_very_address_the_server_knows_us_by(desk):
    book = desk.make()
    desk.run("workbook", "add", book.id, "--form", "viec_lam")

    desk.run("provision")

    tab = next(sheet for sheet in book.worksheets())
    users = {user for item in book.list_protected_ranges(tab.id) for user in item["editors"]["users"]}
    assert SERVICE in users


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Giá trị đang trống"),
        ("rác", "không phải là đường liên kết"),
        ("=1+1", "không phải là đường liên kết"),
        ("https://example.org/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz012345", "không phải là đường liên kết"),
        ("🙂" * 500, "không phải là đường liên kết"),
        ("1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789", "chưa chia sẻ cho"),
    ],
)
def test_rubbish_is_refused(desk, text, words):
    answer = desk.run("workbook", "add", text, "--form", "viec_lam")

    assert (answer.exit_code, words in answer.output, "Traceback" in answer.output) == (2, True, False)


def refused(desk, book, *options):
    answer = desk.run("workbook", "add", book.id, *(options or ("--form", "viec_lam")))
    assert answer.exit_code == 2
    return answer.output


def test_file_that_cannot_be_used_is_refused_with_what_to_do(desk):
    folder = desk.owner.http_client.request("post", FILES, json={
        "name": "Thư mục", "mimeType": "application/vnd.google-apps.folder"}).json()["id"]  # fmt: skip
    desk.owner.http_client.request("post", f"{FILES}/{folder}/permissions", json={
        "type": "user", "role": "writer", "emailAddress": SERVICE})  # fmt: skip
    binned = desk.make()
    desk.patch(binned, trashed=True)
    other_campaign = desk.make()
    desk.patch(other_campaign, appProperties={"tonghop.campaign": "nam_khac", "tonghop.kind": "master"})

    assert SERVICE in refused(desk, desk.make(role=""))
    assert "quyền xem" in refused(desk, desk.make(role="reader"))
    assert "thùng rác" in refused(desk, binned)
    assert "nam_khac" in refused(desk, other_campaign)
    answer = desk.run("workbook", "add", folder, "--form", "viec_lam")
    assert (answer.exit_code, "không phải là bảng tính Google" in answer.output) == (2, True)


def test_file_in_use_or_copied_is_refused_and_one_brought_twice_is_not(desk):
    first, second = desk.make(), desk.make()
    desk.run("workbook", "add", first.id, "--form", "viec_lam")
    copy = desk.owner.copy(first.id)
    copy.share(SERVICE, "user", "writer", notify=False)

    again = desk.run("workbook", "add", LINK.format(first.id), "--form", "viec_lam")

    assert (again.exit_code, "vốn đã là" in again.output) == (0, True)
    assert "đang dùng cho mẫu viec_lam" in refused(desk, first, "--master")
    assert "đã có bảng tính" in refused(desk, second, "--form", "viec_lam", "--shard", "1")
    assert "bản sao" in refused(desk, copy)
    desk.run("workbook", "add", second.id, "--form", "viec_lam")
    assert "đã đủ bảng tính (2)" in refused(desk, desk.make())
    third = desk.run("workbook", "add", desk.make().id, "--form", "viec_lam", "--shard", "3")
    assert third.exit_code == 0


def test_what_stands_in_a_brought_file_is_told(desk):
    book = desk.make()
    book.add_worksheet("Kế hoạch", 5, 5)

    answer = desk.run("workbook", "add", book.id, "--form", "viec_lam")

    assert (answer.exit_code, "“Kế hoạch”" in answer.output) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("add", "x"), 2),
        (("add", "x", "--form", "viec_lam", "--master"), 2),
        (("add", "x", "--form", "khong_co"), 2),
        (("add", "x", "--master", "--shard", "2"), 2),
        (("add", "x", "--form", "viec_lam", "--shard", "0"), 2),
        (("group", "nhom@example.org", "--form", "viec_lam"), 2),  # no workbook yet
        (("group", "--master"), 2),
        (("group", "nhom@example.org", "--none", "--master"), 2),
        (("group", "khong phai", "--master"), 2),
        (("list", "--format", "xml"), 2),
    ],
)
def test_options_without_sense_are_refused(desk, arguments, status):
    answer = desk.run("workbook", *arguments)

    assert (answer.exit_code, "Traceback" in answer.output) == (status, False)


def test_group_is_set_told_and_taken_away(desk):
    desk.run("workbook", "add", desk.make().id, "--form", "viec_lam")

    given = desk.run("workbook", "group", "Nhóm-DV@example.org", "--form", "viec_lam")
    listed = desk.run("workbook", "list")
    taken = desk.run("workbook", "group", "--none", "--form", "viec_lam")
    bad = desk.run("workbook", "group", "không phải", "--form", "viec_lam")

    assert (given.exit_code, taken.exit_code, bad.exit_code) == (0, 0, 2)
    assert "nhóm nhóm-dv@example.org" in listed.output
    assert "cho từng địa chỉ" in taken.output


def test_list_of_our_own_names_what_is_not_made_yet(desk, tmp_path):
    with wiring.open_workspace(Settings(data_dir=tmp_path / "own")):
        pass

    answer = desk.run("workbook", "list", SHEETS="embedded", FILES="own", DATA_DIR=str(tmp_path / "own"))

    assert (answer.exit_code, answer.output.count("Chạy: tonghop provision.")) == (1, 3)
