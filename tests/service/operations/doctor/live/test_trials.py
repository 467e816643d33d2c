"""The table on the embedded server: exact outcomes, everything tidy after, whatever came in between."""

import sqlite3
from dataclasses import replace

import pytest
import requests

from service import connections, data_folder, wiring
from service.embedded.storage.sqlite_store import FILE_NAME
from service.errors import ScratchError, SettingsError, SheetsUnavailableError
from service.operations.doctor.live import session
from service.operations.doctor.live.scratch_file import MARK
from service.operations.doctor.live.session import ASSUMPTIONS, Means, try_all
from service.operations.doctor.live.trial import Outcome, judged
from service.sheets import refusals
from service.web.app import create_app
from sheets_schema.wording import Language, message
from tests.service.operations.doctor.live.conftest import GROUP, OTHER, Clockwork

# where the embedded server is another than Google is believed to be, knowingly
DIFFERENT = {"copy-is-bare", "rename-refused", "move-refused", "hide-refused"}
WITHOUT_SCOPES_AND_ADDRESS = {"metadata-scope-watches", "own-writes-pushed"}
NEED_ANOTHER = {
    "own-tile-open",
    "other-tiles-shut",
    "mixed-write-whole",
    "overlap-needs-both",
    "rename-refused",
    "move-refused",
    "hide-refused",
    "delete-refused",
    "add-tab-allowed",
    "unprotect-refused",
    "sharing-refused",
}
EVERYTHING = Means(another=OTHER, group=GROUP)


def by_outcome(results):
    found = {outcome: set() for outcome in Outcome}
    for result in results:
        found[result.verdict.outcome].add(result.assumption.name)
    return found


def test_every_outcome_on_the_embedded_server(live):
    found = by_outcome(live.run(EVERYTHING))

    assert found[Outcome.FAILS] == DIFFERENT
    assert found[Outcome.UNTRIED] == WITHOUT_SCOPES_AND_ADDRESS
    assert len(found[Outcome.HOLDS]) == len(ASSUMPTIONS) - 6


def test_every_outcome_without_another_identity_and_group(live):
    found = by_outcome(live.run())

    assert found[Outcome.FAILS] == {"copy-is-bare"}
    assert found[Outcome.UNTRIED] == NEED_ANOTHER | WITHOUT_SCOPES_AND_ADDRESS | {"group-without-mail"}


def test_nothing_is_left_behind(live, office):
    before, books = (
        live.files(),
        {book: office.everything(book) for form in office.forms for book in office.books(form)},
    )

    live.run(EVERYTHING)

    assert live.files() == before
    assert {book: office.everything(book) for book in books} == books
    connection = sqlite3.connect(office.settings.data_dir / FILE_NAME)
    assert connection.execute("SELECT count(*) FROM token WHERE email = ?", (OTHER,)).fetchone() == (0,)
    connection.close()


def failing(number, error, *, from_then_on=False):
    """Let so many requests pass, then fail one, or all that follow."""
    asked = 0

    def between(application):
        def answer(environ, start_response):
            nonlocal asked
            asked += 1
            if asked == number or (from_then_on and asked > number):
                raise error
            return application(environ, start_response)

        return answer

    return between


@pytest.mark.parametrize("number", [4, 20, 45, 70])
def test_failure_in_the_middle_is_one_untried_assumption_and_nothing_is_left(live, number):
    before = live.files()

    results = live.run(between=failing(number, requests.ConnectionError("đứt")))

    untried = by_outcome(results)[Outcome.UNTRIED] - NEED_ANOTHER - WITHOUT_SCOPES_AND_ADDRESS - {"group-without-mail"}
    assert (len(results), len(untried) <= 1) == (len(ASSUMPTIONS), True)
    assert live.files() == before


@pytest.mark.parametrize("number", [4, 15, 40])
def test_ctrl_c_cleans_up(live, number):
    before = live.files()

    with pytest.raises(KeyboardInterrupt):
        live.run(between=failing(number, KeyboardInterrupt()))

    assert live.files() == before
    assert live.said[-1] == "Đang xóa bảng nháp…"


def test_ctrl_c_leaves_a_brought_spreadsheet_blank(live, blank, office):
    before = office.everything(blank.id)

    with pytest.raises(KeyboardInterrupt):
        live.run(Means(scratch=blank.id, another=OTHER), between=failing(40, KeyboardInterrupt()))

    assert office.everything(blank.id) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), requests.ConnectionError("đứt")])
def test_scratch_whose_making_was_cut_off_is_found_and_deleted(live, error):
    """The request landed, its answer was lost."""
    before = live.files()

    def between(application):
        def answer(environ, start_response):
            body = list(application(environ, start_response))
            if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("POST", "/drive/v3/files"):
                raise error
            return body

        return answer

    with pytest.raises((KeyboardInterrupt, SheetsUnavailableError)):
        live.run(between=between)

    assert live.files() == before


def test_server_that_went_away_leaves_its_address(live):
    with pytest.raises(ScratchError, match=r"Chưa dọn xong bảng nháp https://docs\.google\.com/spreadsheets/d/"):
        live.run(between=failing(30, requests.ConnectionError("đứt"), from_then_on=True))


def test_answer_of_another_form_is_untried(live):
    def between(application):
        def answer(environ, start_response):
            if environ["PATH_INFO"].endswith("values:batchGetByDataFilter"):
                start_response("200 OK", [("Content-Type", "application/json")])
                return [b'{"valueRanges": [{"valueRange": 7}]}']
            return application(environ, start_response)

        return answer

    found = by_outcome(live.run(between=between))

    assert "typed-date-order" in found[Outcome.UNTRIED]
    assert "id-twice-refused" in found[Outcome.HOLDS]


def shared(spreadsheet):
    return sorted((item["emailAddress"], item["role"]) for item in spreadsheet.list_permissions())


@pytest.mark.parametrize("form", ["{}", "https://docs.google.com/spreadsheets/d/{}/edit#gid=0", " {} "])
def test_brought_spreadsheet_is_left_as_it_was(live, blank, office, form):
    before, people, files = office.everything(blank.id), shared(blank), live.files()

    results = live.run(replace(EVERYTHING, scratch=form.format(blank.id)))

    assert by_outcome(results)[Outcome.FAILS] == DIFFERENT
    assert (office.everything(blank.id), shared(blank), live.files()) == (before, people, files)


def fill_cell(book):
    book.sheet1.update([["x"]], "C7")


def fill_formula(book):
    book.sheet1.update([["=1+1"]], "A1", raw=False)


def write_note(book):
    book.sheet1.insert_note("A1", "ghi chú")


def add_tab(book):
    book.add_worksheet("Trang hai", 5, 5)


def protect(book):
    book.sheet1.add_protected_range("A1")


def name_range(book):
    book.sheet1.define_named_range("A1:B2", "ten")


def merge(book):
    book.sheet1.merge_cells("A1:B2")


def watermark(book):
    book.client.request(
        "patch", f"https://www.googleapis.com/drive/v3/files/{book.id}", json={"appProperties": {"của": "ai"}}
    )


@pytest.mark.parametrize("fill", [fill_cell, fill_formula, write_note, add_tab, protect, name_range, merge, watermark])
def test_spreadsheet_that_holds_anything_is_refused(live, blank, office, fill):
    fill(blank)
    before = office.everything(blank.id)

    with pytest.raises(ScratchError, match="đang có nội dung"):
        live.run(Means(scratch=blank.id))

    assert office.everything(blank.id) == before


def test_spreadsheet_that_was_emptied_again_is_blank(live, blank):
    blank.sheet1.update([["x"]], "A1")
    blank.sheet1.format("B2", {"textFormat": {"bold": True}})
    blank.sheet1.clear()

    assert len(live.run(Means(scratch=blank.id))) == len(ASSUMPTIONS)


def test_workbook_of_the_campaign_is_never_a_scratch(live, office):
    with pytest.raises(ScratchError, match="bảng tính của đợt"):
        live.run(Means(scratch=office.books("registration")[0]))


@pytest.mark.parametrize(
    "typed",
    [
        "x",
        "https://vidu.example/d/1234567890abcdef",
        "../../etc/passwd",
        "=IMPORTXML(1)",
        "<b>",
        "a\x00" * 20,
        "😀" * 20,
    ],
)
def test_what_is_no_spreadsheet_is_refused(live, typed):
    with pytest.raises(ScratchError, match="không phải là địa chỉ hay mã bảng tính"):
        live.run(Means(scratch=typed))


def test_spreadsheet_that_is_not_shared_with_us_is_told(live, office):
    theirs = office.client("ai-do@vidu.example").create("Của người khác")

    with pytest.raises(ScratchError, match=f"Chia sẻ quyền sửa cho {wiring.OWNER_EMAIL}"):
        live.run(Means(scratch=theirs.id))


def test_spreadsheet_we_may_only_read_is_told(live, office):
    theirs = office.client("ai-do@vidu.example").create("Của người khác")
    theirs.share(wiring.OWNER_EMAIL, "user", "reader", notify=False)

    with pytest.raises(ScratchError, match="chỉ được xem"):
        live.run(Means(scratch=theirs.id))


def test_spreadsheet_somebody_shared_for_writing_will_do(live, office):
    """As a service account has it: a writer, not the owner."""
    theirs = office.client("ai-do@vidu.example").create("Của người khác")
    theirs.share(wiring.OWNER_EMAIL, "user", "writer", notify=False)
    before, people = office.everything(theirs.id), shared(theirs)

    found = by_outcome(live.run(replace(EVERYTHING, scratch=theirs.id)))

    # a copy made by whom protections bind comes out without them
    assert found[Outcome.FAILS] == DIFFERENT - {"copy-is-bare"}
    assert (office.everything(theirs.id), shared(theirs)) == (before, people)


@pytest.mark.parametrize("given", ["khong-phai-thu", "/khong/co.json"])
def test_second_identity_that_is_none_is_refused_before_anything_is_made(live, given):
    before = live.files()

    with pytest.raises(SettingsError, match="--as"):
        live.run(Means(another=given))

    assert live.files() == before


def test_second_identity_must_be_another(live):
    before = live.files()

    with pytest.raises(ScratchError, match="chính là tài khoản của dịch vụ"):
        live.run(Means(another=wiring.OWNER_EMAIL))

    assert live.files() == before


def test_second_identity_must_be_another_where_the_server_alone_knows_who_we_are(live, office, listen, tmp_path):
    token = data_folder.owner_token(office.settings)
    (tmp_path / "token").write_text(token)
    address = listen(connections.embedded_application(office.settings, live.clock))
    settings = replace(office.settings, data_dir=tmp_path / "office", sheets=address, embedded_token=token)
    before = live.files()

    with (
        wiring.open_workspace(settings, live.clock) as workspace,
        pytest.raises(ScratchError, match="chính là tài khoản của dịch vụ"),
        session.opened(workspace, Means(another=str(tmp_path / "token"))),
    ):
        pass

    assert live.files() == before


def quota_of_storage(application):
    """Refuse to make files as Google refuses a service account."""

    def answer(environ, start_response):
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("POST", "/drive/v3/files"):
            start_response("403 Forbidden", [("Content-Type", "application/json")])
            error = b'{"error": {"code": 403, "message": "m", "errors": [{"reason": "storageQuotaExceeded"}]}}'
            return [error]
        return application(environ, start_response)

    return answer


def test_account_that_cannot_own_files_is_told_to_bring_one(live):
    with pytest.raises(ScratchError, match=r"chia sẻ quyền sửa cho tonghop@localhost, .* --scratch"):
        live.run(between=quota_of_storage)


def test_account_that_cannot_own_files_works_on_a_brought_one(live, blank):
    results = live.run(Means(scratch=blank.id), between=quota_of_storage)

    assert by_outcome(results)[Outcome.FAILS] == {"copy-is-bare"}


def test_own_writes_come_back_where_the_web_is_open(live, office, listen):
    """The real web takes the pushes, the real courier brings them while the trial waits."""
    clockwork = Clockwork(on_wait=lambda: connections.courier(office.settings).turn())
    with office.workspace() as workspace:
        means = Means(push_address=f"{listen(create_app(workspace))}/hooks/drive")
        found = {result.assumption.name: result.verdict for result in live.run(means, waiting=clockwork.waiting)}

    assert found["own-writes-pushed"].outcome is Outcome.HOLDS
    assert str(found["own-writes-pushed"].remark).startswith("sau ")


def test_push_that_never_comes_is_told_after_patience(live):
    means = Means(push_address="http://127.0.0.1:1/hooks/drive")

    found = {result.assumption.name: result.verdict for result in live.run(means)}

    assert found["own-writes-pushed"].outcome is Outcome.UNTRIED
    assert str(found["own-writes-pushed"].remark).startswith("không tin nào tới http://127.0.0.1:1/hooks/drive")
    assert any(said.startswith("Tin đầu tiên của kênh: đã chờ 10 giây") for said in live.said)


def test_modified_time_that_never_comes_does_not_hold(live, office):
    live.clock = office.clock

    found = {result.assumption.name: result.verdict for result in live.run()}

    assert found["modified-time-lag"] == judged(False, message("live.never_changed", seconds=300))


def test_progress_names_each(live):
    live.run()

    counted = [said for said in live.said if said.startswith("[")]
    assert counted[0] == f"[1/{len(ASSUMPTIONS)}] locale-stored…"
    assert len(counted) == len(ASSUMPTIONS)


def test_few_of_the_table_may_be_tried(live):
    with live.trial() as trial:
        (result,) = try_all(trial, ASSUMPTIONS[:1])

    assert result.line(Language.VIETNAMESE) == "[đúng] locale-stored: ngôn ngữ vi_VN được giữ đúng như đặt"


def test_scratch_of_a_session_that_was_killed_is_told(live, office):
    left = office.owner.create("bảng nháp bỏ lại")
    office.owner.http_client.request(
        "patch", f"https://www.googleapis.com/drive/v3/files/{left.id}", json={"appProperties": {MARK: "1"}}
    )

    live.run()

    assert [left.id in said for said in live.said if said.startswith("Còn một bảng nháp")] == [True]
    assert left.id in live.files()


def scope_of_watching(live, between=None):
    """Try whether the scopes of consolidation suffice, as where scopes mean something."""
    (assumption,) = [one for one in ASSUMPTIONS if one.name == "metadata-scope-watches"]
    with live.trial(Means(push_address="http://127.0.0.1:1/hooks/drive"), between) as trial:
        (result,) = try_all(replace(trial, watching=trial.book), [assumption])
    return result.verdict


def test_watching_that_is_granted_holds_and_is_ended(live, office):
    assert scope_of_watching(live).outcome is Outcome.HOLDS

    connection = sqlite3.connect(office.settings.data_dir / FILE_NAME)
    assert connection.execute("SELECT count(*) FROM channel").fetchone() == (0,)
    connection.close()


def test_watching_for_which_a_scope_is_missing_does_not_hold(live):
    def between(application):
        def answer(environ, start_response):
            if environ["PATH_INFO"].endswith("/watch"):
                start_response("403 Forbidden", [("Content-Type", "application/json")])
                return [b'{"error": {"code": 403, "message": "m", "errors": [{"reason": "insufficientPermissions"}]}}']
            return application(environ, start_response)

        return answer

    found = scope_of_watching(live, between)

    assert (found.outcome, str(found.remark)) == (Outcome.FAILS, refusals.CALL_WORDS["insufficientPermissions"])


def test_second_identity_that_cannot_write_proves_nothing(live):
    """Every refusal it met would look like a protection that holds."""

    def between(application):
        def answer(environ, start_response):
            if environ["PATH_INFO"].endswith("/permissions") and environ["REQUEST_METHOD"] == "POST":
                start_response("403 Forbidden", [("Content-Type", "application/json")])
                return [b'{"error": {"code": 403, "message": "m", "errors": [{"reason": "forbidden"}]}}']
            return application(environ, start_response)

        return answer

    found = by_outcome(live.run(Means(another=OTHER), between=between))

    assert found[Outcome.UNTRIED] >= NEED_ANOTHER
    assert [said for said in live.said if said.startswith("Không chia sẻ được bảng nháp")] != []
