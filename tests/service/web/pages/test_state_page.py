"""Provisioning, backup, the doctor and the log in the browser: in the background, and on record."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from service import grants, jobs
from service.domain.roles import Role
from service.errors import SeasonRefusedError, SheetsUnavailableError
from service.facts.records import JOB_SILENT_AFTER
from service.jobs import JobKind
from service.operations.backup import in_place
from service.seasons import installation, public_address
from service.settings import Settings
from sheets_schema.wording import message
from tests.background import settle


def post(client, path, **fields):
    with client.session_transaction() as session:
        return client.post(path, data={"csrf_token": session["csrf"], **fields})


def main_of(client, path: str) -> str:
    page = client.get(path).get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


def test_from_nothing_to_tabs_by_plan_and_start(new_office, enter):
    office = new_office()
    with office.workspace() as workspace:
        client = enter(workspace)
        assert post(client, "/provision/plan").status_code == 303
        settle()
        planned = main_of(client, "/provision")
        assert workspace.store.registry.tabs(office.campaign.key) == ()
        post(client, "/provision")
        settle()
        made = main_of(client, "/provision")
        tabs = workspace.store.registry.tabs(office.campaign.key)
        # again at any time: nothing is left to do
        post(client, "/provision/plan")
        settle()
        again = main_of(client, "/provision")

    assert "Trang: sẽ tạo 6, sẽ đổi 0" in planned
    assert "Lập theo kế hoạch này" in planned
    assert "Trang: tạo 6, đổi 0" in made
    assert len(tabs) == 6
    assert "sẽ tạo 0, sẽ đổi 0, giữ nguyên 6" in again
    assert "operator-@vidu.example yêu cầu" in made


def test_a_lost_spreadsheet_is_made_again_after_a_second_question(office, browse):
    client = browse()

    asked = post(client, "/provision", recreate="1").get_data(as_text=True)

    assert "Lập lại bảng tính đã mất?" in asked
    with office.workspace() as workspace:
        assert workspace.store.jobs.last(office.campaign.key, JobKind.PROVISION) is None


@pytest.mark.parametrize(
    "silence", [2 * JOB_SILENT_AFTER, timedelta(hours=-1)], ids=["silent", "the clock was set back"]
)
def test_one_at_a_time_and_one_that_was_cut_off_says_so_and_starts_again(office, browse, silence):
    client = browse()
    with office.workspace() as workspace:
        now = workspace.lease_clock()
        number = workspace.store.jobs.start(office.campaign.key, JobKind.PROVISION, "chi-hoa@vidu.example", now)
        done = message("provisioning.workbook_done", title="Đăng ký").kept()
        workspace.store.jobs.report_progress(number, (done,), now)
        running = client.get("/provision")
        assert jobs.start(workspace, JobKind.PROVISION, lambda _: {}) is None

        # its process was killed: no sign of life for longer than a living one leaves
        workspace.store.jobs.report_progress(number, (done,), now - silence)
        cut_off = main_of(client, "/provision")
        post(client, "/provision")
        settle()
        after = main_of(client, "/provision")

    assert running.headers["Refresh"] == "3; url=/provision"
    assert "Đang làm…" in running.get_data(as_text=True)
    assert "bị ngắt giữa chừng" in cut_off
    assert "Bảng tính “Đăng ký”: xong." in cut_off
    assert "Lập tiếp phần còn thiếu" in cut_off
    assert "giữ nguyên 6" in after


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (SheetsUnavailableError(message("errors.lease_lost")), "Lần tổng hợp này quá lâu"),
        (ZeroDivisionError("bí mật"), "Có lỗi không lường trước (ZeroDivisionError)"),
    ],
)
def test_a_failure_is_said_and_nothing_of_it_is_hidden_or_let_out(office, browse, failure, said):
    def fail(_workspace):
        raise failure

    client = browse()
    with office.workspace() as workspace:
        jobs.start(workspace, JobKind.PROVISION, fail)
        settle()

    page = main_of(client, "/provision")

    assert said in page
    assert "bí mật" not in page


def test_backup_is_taken_checked_downloaded_brought_and_deleted(office, browse):
    client = browse()
    post(client, "/state/backups", verified="1")
    settle()
    (name,) = set(re.findall(r"/state/backups/(tonghop-[\w-]+\.zip)", client.get("/state").get_data(as_text=True)))
    post(client, f"/state/backups/{name}/verification")
    settle()
    page = main_of(client, "/state")
    with client.get(f"/state/backups/{name}") as file:
        content = file.data
    brought = post(client, "/state/uploads", file=(BytesIO(content), "ban.zip"))
    broken = post(client, "/state/uploads", file=(BytesIO(content[:-40]), "ban.zip"))
    after = client.get("/state").get_data(as_text=True)
    asked = post(client, f"/state/backups/{name}/deletion").get_data(as_text=True)
    kept = name in client.get("/state").get_data(as_text=True)
    post(client, f"/state/backups/{name}/deletion", sure="1")
    old = post(client, "/state/backups/old", keep="7").get_data(as_text=True)

    assert content[:2] == b"PK"
    assert "Đã dựng thử lại, khớp từng dòng." in page
    assert f"{name} dựng lại được, khớp từng dòng" in page
    assert (brought.status_code, broken.status_code) == (303, 422)
    assert "tai-len" in after
    assert after.count("/deletion") == 2
    assert ("không lấy lại được" in asked, kept) == (True, True)
    assert client.get(f"/state/backups/{name}").status_code == 404
    assert "Chỉ giữ 7 bản mới nhất" in old
    for strange in ("khong-co.zip", "..%2Ffacts.sqlite", "tonghop-x.zip"):
        assert client.get(f"/state/backups/{strange}").status_code == 404


@pytest.mark.sqlite_file
def test_restored_data_takes_the_place_of_the_data_in_use_after_two_questions(office, browse, enter):
    client = browse()
    post(client, "/state/backups")
    settle()
    (name,) = set(re.findall(r"/state/backups/(tonghop-[\w-]+\.zip)", client.get("/state").get_data(as_text=True)))
    office.at("2023-09-21 08:00")
    with office.workspace() as workspace:
        workspace.store.mail.set_room(office.campaign.key, held_by="sau bản sao lưu")
    asked = post(client, f"/state/backups/{name}/restoration").get_data(as_text=True)
    post(client, f"/state/backups/{name}/restoration", sure="1")
    settle()
    unattended = main_of(client, "/state")
    refused = post(client, "/state/replacement", sure="1")
    with in_place.attended(office.settings):
        again = post(client, "/state/replacement").get_data(as_text=True)
        ordered = in_place.is_ordered(office.settings)
        done = post(client, "/state/replacement", sure="1")
    link = re.search(r"/sign-in/[\w-]+", done.get_data(as_text=True)).group()
    with client.session_transaction() as session:
        session_id = session["id"]
    aside = in_place.carry_out(office.settings)
    with office.workspace() as workspace:
        room = workspace.store.mail.room(office.campaign.key)
        goes_on = grants.grant_of(workspace, session_id)
        there = enter(workspace, None)
        entered = there.post(link).status_code
        page = main_of(there, "/state")

    assert "Chưa thay gì" in asked
    assert "Muốn dùng bản này thì người quản trị máy chủ dừng chương trình" in unattended
    assert refused.status_code == 422
    assert ("Trang ngừng chừng mười giây" in again, ordered) == (True, False)
    assert "Đang thay dữ liệu" in done.get_data(as_text=True)
    assert (entered, room.held_by) == (303, "")
    assert goes_on.role is Role.OPERATOR  # the same browser goes on
    assert f"Dữ liệu đang dùng là của bản {name}" in page
    assert (aside / "facts.sqlite").exists()
    assert len(list((office.settings.data_dir / "backups").glob("*.zip"))) == 2  # the one before is kept
    assert in_place.carry_out(office.settings) is None


@pytest.mark.parametrize("killed_after", [0, 1, 2])
def test_replacement_that_was_killed_goes_on_where_it_was(tmp_path, killed_after):
    settings = Settings(data_dir=tmp_path / "data")
    for folder, held in (("data", "old"), ("new", "new")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "facts.sqlite").write_text(held)
    (tmp_path / "data" / "secret-key").write_text("k")
    aside = in_place.order(settings, tmp_path / "new", datetime(2023, 9, 20, tzinfo=UTC))
    if killed_after >= 1:
        (tmp_path / "data").rename(aside)
    if killed_after >= 2:
        (tmp_path / "new").rename(tmp_path / "data")

    in_place.carry_out(settings)

    assert (tmp_path / "data" / "facts.sqlite").read_text() == "new"
    assert (aside / "facts.sqlite").read_text() == "old"
    assert not in_place.is_ordered(settings)


def test_doctor_lines_have_a_button_where_one_mends(office, browse):
    client = browse()
    post(client, "/state/examination")
    settle()
    page = client.get("/state").get_data(as_text=True)

    assert 'class="finding-ok"' in page
    assert "Không có tiến trình" in page or 'class="finding-attention"' in page
    assert 'action="/state/runs"' in page


def test_everything_is_read_again_from_the_dashboard_with_its_result(office, browse):
    office.type("S-CT", "registration", [["1", "Ra quân", "32/10/2023"]])
    client = browse()
    assert 'action="/state/runs"' in client.get("/").get_data(as_text=True)

    asked = post(client, "/state/runs")
    settle()
    shown = main_of(client, asked.location.partition("#")[0])

    assert asked.location == "/runs#now"
    assert "Đã đọc 2 bảng tính, 1 dòng: tổng hợp 0, cần sửa 1, bỏ qua 0. Bảng tổng hợp đã thay đổi." in shown
    assert "Người phụ trách operator-@vidu.example" in shown


def test_log_names_who_did_what_is_filtered_and_taken_away(office, browse):
    client = browse()
    post(client, "/access/people", email="hoa@vidu.example", role="unit", unit="S-CT")

    page = main_of(client, "/log?kind=access&who=OPERATOR-@")
    one = main_of(client, "/log?unit=S-CT&kind=decision")
    beyond = main_of(client, "/log?kind=access&before=1")
    csv = client.get("/log/export.csv?kind=access").get_data(as_text=True)

    assert "cấp quyền · hoa@vidu.example" in page
    assert "Không có dòng nào như đã lọc." in one
    assert "Không còn dòng nào cũ hơn." in beyond
    assert "cấp quyền · hoa@vidu.example" in csv
    assert client.get("/log/export.xlsx").data[:2] == b"PK"
    assert client.get("/log?kind=x").status_code == 400


def test_guide_is_for_everybody_in_both_languages(browse, signed_in_client):
    unit = signed_in_client(Role.UNIT).get("/guide").get_data(as_text=True)

    assert "Xác nhận gửi" in unit
    assert "trước ngày 30/9/2023" in unit
    for name in re.findall(r'src="([^"]+)"', unit):
        with browse(None).get(name) as picture:
            assert picture.status_code == 200
    assert "Guide for units" in browse(lang="en").get("/guide").get_data(as_text=True)


def test_a_way_at_google_is_tried_by_itself_and_says_what_to_click(browse):
    answer = post(browse(), "/provision/trials", way="brought", link="x")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert page.count("bấm Chia sẻ, thêm đúng địa chỉ") == 1


def test_a_plan_of_before_the_declaration_changed_is_made_again(office, browse):
    client = browse()
    post(client, "/provision/plan")
    settle()
    assert "Lập theo kế hoạch này" in main_of(client, "/provision")
    office.campaign = replace(office.campaign, units=office.campaign.units[:2])
    with office.workspace() as workspace:
        outdated = main_of(client, "/provision")
        asked = post(client, "/provision", by_plan="1")
        settle()
        assert workspace.store.jobs.last(office.campaign.key, JobKind.PROVISION) is None

    assert "lập trước khi khai báo thay đổi" in outdated
    assert "Lập theo kế hoạch này" not in outdated
    assert asked.status_code == 303
    assert "Lập theo kế hoạch này" in main_of(client, "/provision")


def test_another_address_is_foreseen_kept_for_the_next_start_and_taken_back(office, browse):
    client, settings = browse(), office.settings
    former = settings.public_url
    refused = post(client, "/state/address", address="trang cua tinh")
    asked = post(client, "/state/address", address="https://danvan.tinh.example/dot").get_data(as_text=True)
    assert (refused.status_code, public_address.changes(settings)) == (422, ())
    assert f"vẫn ghi {former}" in asked
    assert "Mọi người phải đăng nhập lại" in asked

    post(client, "/state/address", address="https://danvan.tinh.example/dot", sure="1")
    page = main_of(client, "/state")

    assert installation.with_kept({"TONGHOP_DATA_DIR": str(settings.data_dir)})["TONGHOP_PUBLIC_URL"] == (
        "https://danvan.tinh.example/dot"
    )
    assert "Dùng từ lần chạy tới của chương trình: https://danvan.tinh.example/dot" in page
    assert public_address.restart_begins(settings)
    assert not public_address.is_restart_asked(settings)
    post(client, "/state/address", address=former, sure="1")
    assert [one.after for one in public_address.changes(settings)] == ["https://danvan.tinh.example/dot", former]
    assert public_address.waiting(settings) == ""
    named = replace(settings, public_url="https://khac.example")
    with pytest.raises(SeasonRefusedError, match="quản trị máy chủ"):
        public_address.change(named, "https://moi.example", "lan", office.now)
