"""Provisioning where something was lost: files deleted or binned, answers that never came, addresses that changed."""

import pytest

from service.domain.drift import DriftKind
from service.errors import SheetsError

FILES = "https://www.googleapis.com/drive/v3/files"
GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ", "Đường sạch", ""]
FORMER = "so-congthuong@example.org"


def counts(report):
    return report.created, report.changed, report.kept


def delete(office, spreadsheet_id):
    office.owner.del_spreadsheet(spreadsheet_id)


def bin_it(office, spreadsheet_id):
    office.owner.http_client.request("patch", f"{FILES}/{spreadsheet_id}", json={"trashed": True})


LOSSES = [(delete, "đã bị xóa hoặc không còn được chia sẻ"), (bin_it, "thùng rác")]


@pytest.mark.parametrize(("lose", "words"), LOSSES)
@pytest.mark.parametrize("dry_run", [False, True])
def test_lost_workbook_is_reported_and_left(office, lose, words, dry_run):
    books = office.books("report")
    lose(office, books[0])

    report, calls = office.provision(dry_run=dry_run)

    assert (counts(report), calls) == ((0, 0, 3), (2, 0))
    assert [words in str(notice) and "Báo cáo" in str(notice) for notice in report.notices] == [True]
    assert len(report.deleted) == 3
    assert office.books("report") == books


@pytest.mark.parametrize(("lose", "words"), LOSSES)
def test_lost_workbook_is_made_anew_when_asked(office, lose, words):
    office.type("S-CT", "registration", [GOOD])
    office.consolidate()
    before = office.books("report")
    lose(office, before[0])

    report, _ = office.provision(recreate=True)
    again, calls = office.provision()

    assert counts(report) == (3, 0, 3)
    assert (counts(again), calls, again.notices) == ((0, 0, 6), (4, 0), [])
    assert office.books("report") != before
    assert office.standing("S-CT", "registration").entries == 1
    assert office.consolidate().tally.rows_in == 1


def test_workbook_made_anew_and_cut_off_is_made_once(office, cutting, cut_off_error):
    delete(office, office.books("report")[0])
    landed = 0
    for after in range(40):
        try:
            office.provision(cutting(after, landed=True), recreate=True)
        except cut_off_error:
            landed += 1
            office.forget_lease()
        else:
            break

    report, _ = office.provision()

    assert (landed > 3, counts(report)) == (True, (0, 0, 6))
    assert len(office.owner.list_spreadsheet_files()) == 3


def test_newcomer_finds_room_beside_a_lost_workbook(reading_week):
    office = reading_week
    units = office.campaign.active_units
    office.unit(units[1].code, active=False)
    office.provision()
    delete(office, office.books("viec_lam")[0])
    office.unit(units[1].code, active=True)

    report, _ = office.provision()

    assert (report.created, len(report.deleted)) == (1, 1)


def test_consolidation_names_the_deleted_workbook_and_what_to_do(office):
    office.consolidate()
    delete(office, office.books("report")[0])

    notices = " ".join(map(str, office.consolidate().notices))

    assert "đã bị xóa" in notices
    assert "tonghop provision --recreate" in notices


@pytest.mark.parametrize("lose", [delete, bin_it])
def test_lost_master_is_replaced(office, lose):
    office.type("S-CT", "registration", [GOOD])
    office.consolidate()
    before, shown = office.books(""), office.master()
    lose(office, before[0])

    office.provision()

    assert office.books("") != before
    assert office.master() == shown
    assert not office.consolidate().changed


def test_lost_master_is_not_drawn_from_half_of_the_tabs(office):
    office.type("S-CT", "registration", [GOOD])
    office.consolidate()
    delete(office, office.books("report")[0])
    delete(office, office.books("")[0])

    office.provision(recreate=True)

    # the report's new workbook was never read
    assert "Không có nội dung nào cần sửa." in str(office.master()["Cần sửa"])
    assert GOOD[1] not in str(office.master()["Tổng hợp đăng ký"])
    office.consolidate()
    assert GOOD[1] in str(office.master()["Tổng hợp đăng ký"])


def busy_after(part):
    """Let every request of this kind through, and answer 503 to the first."""

    def between(application):
        told = []

        def answer(environ, start_response):
            if told or not environ["PATH_INFO"].endswith(part) or environ["REQUEST_METHOD"] != "POST":
                return application(environ, start_response)
            told.append(environ["PATH_INFO"])
            list(application(environ, lambda *_: None))
            start_response("503 Service Unavailable", [("Content-Type", "application/json"), ("Retry-After", "0")])
            return [b'{"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}}']

        return answer

    return between


def test_answer_lost_after_tabs_were_made_is_no_failure(new_office):
    office = new_office()

    report, _ = office.provision(busy_after(":batchUpdate"))
    again, calls = office.provision()

    assert counts(report) == (6, 0, 0)
    assert (counts(again), calls, again.notices) == ((0, 0, 6), (4, 0), [])


def test_answer_lost_after_tabs_were_renewed_is_no_failure(office):
    office.unit("S-CT", emails=("moi@example.org",))

    report, _ = office.provision(busy_after(":batchUpdate"))
    again, _ = office.provision()

    assert (counts(report), counts(again)) == ((0, 2, 4), (0, 0, 6))


def always_refused(application):
    """Refuse every batch, as a server that does not know a request would."""

    def answer(environ, start_response):
        if not environ["PATH_INFO"].endswith(":batchUpdate"):
            return application(environ, start_response)
        start_response("400 Bad Request", [("Content-Type", "application/json")])
        return [b'{"error": {"code": 400, "message": "no", "status": "INVALID_ARGUMENT"}}']

    return answer


def test_batch_that_is_refused_stays_a_failure(new_office):
    with pytest.raises(SheetsError, match="400"):
        new_office().provision(always_refused)


def writers(office, form="registration"):
    book = office.owner.open_by_key(office.books(form)[0])
    return {item["emailAddress"] for item in book.list_permissions() if item["role"] == "writer"}


def test_old_address_may_no_longer_write_and_who_was_added_by_hand_may(office):
    book = office.owner.open_by_key(office.books("registration")[0])
    book.share("lanh-dao@example.org", "user", "writer", notify=False)
    office.unit("S-CT", emails=("moi@example.org",))

    report, _ = office.provision()

    assert {"moi@example.org", "lanh-dao@example.org"} < writers(office)
    assert FORMER not in writers(office) | writers(office, "report")
    assert sum(FORMER in str(notice) for notice in report.notices) == 2
    # what was ended is not to be taken away by hand; what a person shared is named
    shared = [finding.detail for finding in report.drift if finding.kind is DriftKind.SHARED_WITH_STRANGER]
    assert shared == ["lanh-dao@example.org (writer)"]


def test_address_that_another_unit_still_has_is_kept(office):
    office.unit("S-GDDT", emails=(FORMER,))
    office.provision()
    office.unit("S-CT", emails=("moi@example.org",))

    office.provision()

    assert FORMER in writers(office)


def test_unit_that_left_may_no_longer_write(office):
    office.unit("S-CT", active=False)

    office.provision()

    assert FORMER not in writers(office) | writers(office, "report")


def test_old_address_is_taken_even_when_the_run_was_cut_off(tmp_path, office, cutting, cut_off_error):
    office.unit("S-CT", emails=("moi@example.org",))
    for after in range(0, 60, 3):
        copy = office.copy(tmp_path / f"cut-{after}")
        try:
            copy.provision(cutting(after, landed=True))
        except cut_off_error:
            copy.forget_lease()
            copy.provision()
            assert FORMER not in writers(copy) | writers(copy, "report")
        else:
            break
