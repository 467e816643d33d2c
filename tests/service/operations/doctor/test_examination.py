"""The examination of an office as it is met: well, and with each thing wrong that can be."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service import clock as clocks
from service import pushes, wiring
from service.operations.doctor import examination
from service.operations.doctor.findings import State
from service.seasons import season_list
from service.settings import Settings

REST_DAY = "Hạn Báo cáo kết quả hoạt động"
SPREADSHEET = "Bảng tính “Đăng ký hoạt động”"


@pytest.fixture(scope="module")
def at_work_once(shared_office):
    """An office with a run behind it and a worker alive."""
    shared_office.at("2023-09-20 08:00").consolidate()
    with shared_office.workspace() as workspace:
        workspace.store.work.heartbeat("thợ", workspace.lease_clock())
    return shared_office


@pytest.fixture
def at_work(office, at_work_once):
    return office.become(at_work_once)


def test_office_at_work_is_well_but_for_its_rest_day(at_work, examined):
    assert [subject for subject, _ in examined(at_work)] == [REST_DAY]


def test_every_subject_has_its_line(at_work, examined):
    found = [subject for subject, _ in examined(at_work, everything=True)]

    # PostgreSQL has a clock of its own
    assert [subject for subject in found if subject != "Đồng hồ của cơ sở dữ liệu"] == [
        "Đợt",
        "Hạn Văn bản triển khai và đăng ký hoạt động",
        REST_DAY,
        "Khai báo",
        "Cơ sở dữ liệu",
        "Tệp bảng tính",
        "Đồng hồ của nơi đặt bảng tính",
        SPREADSHEET,
        "Bảng tính “Báo cáo kết quả”",
        "Bảng tổng hợp",
        "Kênh báo sửa đổi",
        "Tiến trình tổng hợp",
        "Lần tổng hợp gần nhất",
    ]


def test_a_closed_season_says_so_and_is_asked_for_nothing(at_work, examined):
    with at_work.workspace() as workspace:
        season_list.close_season(workspace)
        workspace.store.work.mark_campaign_dirty(at_work.campaign.key, workspace.lease_clock() - timedelta(days=1))

    found = dict(examined(at_work, everything=True))

    assert "đã đóng" in str(found["Đợt"])
    assert not {"Kênh báo sửa đổi", "Lần tổng hợp gần nhất", "Sửa đổi chờ tổng hợp"} & found.keys()


def test_nothing_is_written_by_looking(at_work, examined):
    before = {book: at_work.everything(book) for form in (*at_work.forms, "") for book in at_work.books(form)}

    examined(at_work)

    assert {book: at_work.everything(book) for book in before} == before


def test_new_office_is_told_where_to_begin(new_office, examined):
    office = new_office()

    assert examined(office)[1:] == [
        ("Bảng tính", "chưa lập. Lập ở trang “Lập trang” (tonghop provision)."),
        ("Bảng tổng hợp", "chưa lập. Lập ở trang “Lập trang” (tonghop provision)."),
        (
            "Tiến trình tổng hợp",
            "không chạy. Nhờ người quản trị máy chủ mở lại chương trình (tonghop serve), hoặc tự bấm "
            "“Tổng hợp lại ngay” (tonghop consolidate).",
        ),
        ("Lần tổng hợp gần nhất", "chưa có. Bấm “Tổng hợp lại ngay” (tonghop consolidate)."),
    ]


def test_workbook_in_the_bin_is_told(at_work, examined):
    book = at_work.books("registration")[0]
    at_work.owner.http_client.request(
        "patch", f"https://www.googleapis.com/drive/v3/files/{book}", json={"trashed": True}
    )

    (said,) = [said for subject, said in examined(at_work) if subject == SPREADSHEET]

    assert said.startswith("đang trong thùng rác của Drive.")


def test_workbook_that_is_gone_is_told(at_work, examined):
    at_work.owner.del_spreadsheet(at_work.books("registration")[0])

    (said,) = [said for subject, said in examined(at_work) if subject == SPREADSHEET]

    assert said.startswith(f"đã bị xóa, hoặc không còn được chia sẻ cho {wiring.OWNER_EMAIL}.")


def test_missing_tab_is_told_with_its_unit(at_work, examined):
    tab = at_work.tab("S-CT", "registration")
    at_work.owner.open_by_key(tab.spreadsheet_id).del_worksheet(tab)

    (said,) = [said for subject, said in examined(at_work) if subject == SPREADSHEET]

    assert "thiếu trang của S-CT. Lập lại ở trang “Lập trang”, nút “Lập lại bảng tính đã mất”" in said


def test_other_locale_and_zone_are_told(at_work, examined):
    book = at_work.owner.open_by_key(at_work.books("registration")[0])
    book.update_locale("en_US")
    book.update_timezone("Europe/Paris")

    (said,) = [said for subject, said in examined(at_work) if subject == SPREADSHEET]

    assert said.endswith(
        ": ngôn ngữ, múi giờ là en_US, Europe/Paris, không phải vi_VN, Asia/Ho_Chi_Minh. "
        "Đặt lại ở trang “Lập trang” (tonghop provision)."
    )


def test_lost_protection_is_told(at_work, examined):
    tab = at_work.tab("S-CT", "registration")
    book = at_work.owner.open_by_key(tab.spreadsheet_id)
    tab.delete_protected_range(book.list_protected_ranges(tab.id)[0]["protectedRangeId"])

    (said,) = [said for subject, said in examined(at_work) if subject == SPREADSHEET]

    assert said.endswith(f"trang {tab.title}: mất 1 vùng bảo vệ. Đặt lại ở trang “Lập trang” (tonghop provision).")


def test_master_open_to_anybody_is_told(at_work, examined):
    at_work.master_file().share("", "anyone", "reader")
    at_work.master_file().share("nham@vidu.example", "user", "writer", notify=False)

    said = [said for subject, said in examined(at_work) if subject == "Người xem bảng tổng hợp"]

    assert "ai có đường liên kết cũng vào được (reader)" in said[0]
    assert said[1].startswith("sửa được bảng: nham@vidu.example.")


def test_readers_of_the_master_are_named(at_work, examined):
    at_work.master_file().share("lanh-dao@vidu.example", "user", "reader", notify=False)

    found = dict(examined(at_work, everything=True))

    assert found["Người xem bảng tổng hợp"] == "lanh-dao@vidu.example."


def test_living_channel_is_told_with_its_end(at_work, examined):
    with at_work.workspace() as workspace:
        pushes.ensure_channels(workspace, "http://127.0.0.1:9/hooks/drive")

    found = dict(examined(at_work, everything=True))

    assert found["Kênh báo sửa đổi “Đăng ký hoạt động”"].startswith("đến ")
    assert [subject for subject, _ in examined(at_work)] == [REST_DAY]


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(hours=17), None),
        (timedelta(hours=19), "sắp hết hạn"),
        (timedelta(hours=25), "không có kênh nào còn hạn"),
    ],
)
def test_channel_that_nobody_renews_is_told(at_work, examined, later, said):
    with at_work.workspace() as workspace:
        pushes.ensure_channels(workspace, "http://127.0.0.1:9/hooks/drive")
    at_work.now += later

    found = [words for subject, words in examined(at_work, everything=True) if subject.startswith("Kênh báo")]

    assert found[0].startswith(said or "đến ")


def test_failed_run_is_told(at_work, examined):
    with at_work.workspace() as workspace:
        run = workspace.store.runs.start(at_work.campaign.key, at_work.now, "test", "ai đó")
        workspace.store.runs.finish(run, at_work.now, {}, error="Không đọc được trang: Sở Công Thương.")

    found = dict(examined(at_work))

    assert found["Lần tổng hợp gần nhất"].endswith("Không đọc được trang: Sở Công Thương.")


def test_change_that_waits_too_long_is_told(at_work, examined):
    with at_work.workspace() as workspace:
        workspace.store.work.mark_campaign_dirty(at_work.campaign.key, workspace.lease_clock() - timedelta(minutes=25))

    found = dict(examined(at_work))

    assert found["Sửa đổi chờ tổng hợp"].startswith("đã 25 phút.")


def states(settings):
    return {str(one.subject): one.state for one in examination.examine(settings, clocks.system)}


def test_spreadsheets_that_do_not_answer_are_findings_and_the_rest_is_looked_at(at_work):
    settings = replace(at_work.settings, sheets="http://127.0.0.1:1", embedded_token="x")

    found = states(settings)

    assert found["Đồng hồ của nơi đặt bảng tính"] is State.ATTENTION
    assert (found["Cơ sở dữ liệu"], found[SPREADSHEET]) == (State.OK, State.ATTENTION)
    assert found["Lần tổng hợp gần nhất"] is State.OK


def test_database_that_does_not_open_is_broken(tmp_path):
    (tmp_path / "facts.sqlite").write_bytes(b"khong phai co so du lieu" * 100)

    found = states(Settings(data_dir=tmp_path))

    assert found["Mở dữ liệu của đợt"] is State.FAILED
    assert found["Thư mục dữ liệu"] is State.OK


def test_campaign_that_cannot_be_read_is_broken(tmp_path):
    assert states(Settings(data_dir=tmp_path, campaign="khong_co"))["Mở dữ liệu của đợt"] is State.FAILED


def test_google_without_an_account_is_broken(tmp_path):
    found = states(Settings(data_dir=tmp_path, sheets="google", google_credentials=tmp_path / "khong-co.json"))

    assert found["Tài khoản Google"] is State.FAILED
    assert found["Mở dữ liệu của đợt"] is State.FAILED


def test_sharing_that_google_would_need_is_told(at_work):
    """The same office as if its spreadsheets were Google's: who may share on, and who reads the master."""
    for form in ("registration", "report"):
        url = f"https://www.googleapis.com/drive/v3/files/{at_work.books(form)[0]}"
        at_work.owner.http_client.request("patch", url, json={"writersCanShare": True})
    with at_work.workspace() as workspace:
        on_google = replace(workspace, settings=replace(workspace.settings, sheets="google"))
        found = [
            (str(one.subject), str(one.message))
            for one in examination.of_workspace(on_google)
            if one.state is State.ATTENTION
        ]

    assert [subject for subject, _ in found] == [
        REST_DAY,
        "Đồng hồ của nơi đặt bảng tính",
        SPREADSHEET,
        "Bảng tính “Báo cáo kết quả”",
        "Người xem bảng tổng hợp",
    ]
    assert dict(found)[SPREADSHEET].endswith(
        ": người chỉnh sửa tự chia sẻ tiếp được. Đặt lại ở trang “Lập trang” (tonghop provision)."
    )
    assert dict(found)["Người xem bảng tổng hợp"].startswith("chưa chia sẻ cho ai.")


def test_service_is_no_stranger_in_its_own_files(at_work):
    """Over HTTP and with the machine's own account nobody knows our address before the server told it."""
    with at_work.workspace() as workspace:
        found = list(examination.of_workspace(replace(workspace, service_email="")))

    assert [str(one.subject) for one in found if one.state is not State.OK] == [REST_DAY]
