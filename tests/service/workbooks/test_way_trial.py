"""Each way of having files tried by itself: what is good, and what stands against it; nothing is left behind."""

from __future__ import annotations

import pytest

from service.domain.file_sources import FileSource
from service.embedded.storage.shared_drives import create_drive
from service.errors import ServiceError
from service.workbooks.way_trial import try_way
from tests.service.conftest import SERVICE

OWNER = "tonghop@localhost"


@pytest.fixture
def tried(new_office):
    """Return `tried(way, named)`: what is said of a way, as a service account; and the drive it may write into."""
    office = new_office()
    drive = create_drive(
        office.settings.data_dir, "Tổng hợp", {SERVICE: "fileOrganizer", OWNER: "organizer"}, office.clock
    )
    office.as_service_account("brought")

    def attempt(way: str, named: str = "") -> str:
        with office.workspace() as workspace:
            try:
                return str(try_way(workspace, FileSource(way), named))
            except ServiceError as refused:
                return str(refused)

    attempt.office, attempt.drive = office, drive
    return attempt


def test_each_way_is_tried_by_itself_and_leaves_nothing(tried):
    book = tried.office.owner.create("Bảng trắng")
    link = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
    unshared = tried("brought", link)
    book.share(SERVICE, perm_type="user", role="reader")
    to_read = tried("brought", link)
    book.share(SERVICE, perm_type="user", role="writer")

    assert "TONGHOP_GOOGLE_SUBJECT" in tried("own")
    assert SERVICE in unshared
    assert "Bảng trắng" in to_read
    assert tried("brought", link).startswith("Tốt: mở được và sửa được “Bảng trắng”")
    assert tried("brought", "không phải liên kết").count("không phải liên kết") == 1
    assert tried("drive").startswith("Chưa biết bộ nhớ dùng chung nào")
    assert "0AKhongCoODungChung" in tried("drive", "0AKhongCoODungChung")
    assert tried("drive", f"https://drive.google.com/drive/folders/{tried.drive}").startswith("Tốt:")
    asked = {"q": "trashed=false", "includeItemsFromAllDrives": True, "supportsAllDrives": True}
    left = tried.office.owner.http_client.request("get", "https://www.googleapis.com/drive/v3/files", params=asked)
    assert [one["name"] for one in left.json()["files"]] == ["Bảng trắng"]
