"""Runs that read only what changed and write only the blocks that changed, however many workbooks a campaign has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service import workflows
from service.domain.decisions import Decision, DecisionKind
from service.errors import LeaseLostError, SheetsRefusedError
from service.leases import LEASE
from service.sheets import master_requests
from service.sheets.staging import STAGING_ID
from service.worker import Worker

GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
OTHER = ["2", "Thăm gia đình chính sách", "Ngày 06/10/2023", "Toàn tỉnh", "Hội viên", "100 suất quà", ""]
SENT = {"Số và ký hiệu": "12-KH/BCS", "Ngày ban hành": "20/9/2023", "Xác nhận gửi": True}
ENTRIES, PROGRESS = "Tổng hợp đăng ký", "Theo dõi tiến độ"
SIX = ("VP-UBND", "S-CT", "S-GDDT", "S-KHDT", "S-TP", "S-NV")
AT_ONCE = timedelta(0)


def standing_lines(office):
    return [row for row in office.master()[PROGRESS] if row[0].isdigit()]


@pytest.fixture(scope="module")
def spread_once(make_office, tmp_path_factory):
    """Six units, a workbook for each unit and form: twelve workbooks, read once."""
    office = make_office(tmp_path_factory.mktemp("spread") / "data", units=SIX)
    office.campaign = replace(office.campaign, policy=replace(office.campaign.policy, tabs_per_workbook=1))
    office.provision()
    office.consolidate()
    office.consolidate()
    return office


@pytest.fixture
def spread(spread_once, tmp_path):
    return spread_once.copy(tmp_path / "data")


def book_of(workspace, unit, form="registration"):
    tabs = workspace.store.registry.tabs(workspace.campaign.key)
    return next(tab.spreadsheet_id for tab in tabs if (tab.unit, tab.form) == (unit, form))


def run_for(office, *units, form="registration", between=None):
    """Run as a worker does when hooks marked these units' workbooks."""
    with office.workspace(between) as workspace:
        now = workspace.lease_clock()
        for unit in units:
            workspace.store.work.mark_dirty(book_of(workspace, unit, form), now, AT_ONCE, AT_ONCE)
        claim = workspace.store.work.claim(now, "w1", LEASE, office.campaign.key)
        report = workflows.consolidate(workspace, "hook", claim)
        workspace.store.work.release(claim, workspace.lease_clock())
        return report


def counts(report):
    return report.workbooks, report.read_calls, report.write_calls


def entries(office):
    return [row[:4] for row in office.master()[ENTRIES] if row[0].isdigit()]


def test_changed_unit_costs_its_own_workbooks_reads_and_two_writes(spread):
    spread.type("S-CT", "registration", [GOOD], SENT)

    first, confirming = run_for(spread, "S-CT"), run_for(spread, "S-CT")

    assert (counts(first), first.observed, first.feedback, first.changed) == ((1, 2, 2), 1, 1, True)
    assert (counts(confirming), confirming.observed, confirming.changed) == ((1, 2, 0), 0, False)
    assert entries(spread) == [["1", "Sở Công Thương", *GOOD[:2]]]


def test_what_a_tab_reads_as_once_our_feedback_is_on_it_is_foretold(spread):
    def held():
        with spread.workspace() as workspace:
            found = workspace.store.contents.summaries(spread.campaign.key)
        return {owed: tab.grid for owed, tab in found.items()}

    before = held()
    faulty = [*GOOD[:2], "Ngày 45/13/2023", *GOOD[3:]]
    spread.type("S-CT", "registration", [GOOD, faulty, ["", "", "", "Toàn tỉnh", "", "", ""]], SENT)
    assert run_for(spread, "S-CT").feedback == 1
    foretold = held()
    confirming = run_for(spread, "S-CT")

    # else the tab would have been checked once more, and another digest kept
    assert held() == foretold
    assert all(foretold.values())
    assert foretold["S-CT", "registration"] != before["S-CT", "registration"]
    assert (confirming.feedback, confirming.changed) == (0, False)


def test_a_tab_that_is_changed_after_our_feedback_is_checked(spread):
    spread.type("S-CT", "registration", [GOOD], SENT)
    run_for(spread, "S-CT")

    spread.type("S-CT", "registration", [[*GOOD[:2], "Ngày 45/13/2023", *GOOD[3:]]])
    report = run_for(spread, "S-CT")

    assert (report.observed, report.feedback) == (1, 1)


def test_units_read_earlier_stay_in_the_master(spread):
    spread.type("S-CT", "registration", [GOOD, OTHER], SENT)
    run_for(spread, "S-CT")
    spread.type("VP-UBND", "registration", [OTHER])

    report = run_for(spread, "VP-UBND")

    assert (report.tally.rows_in, report.tally.rows_out) == (3, 3)
    assert entries(spread) == [
        ["1", "Văn phòng Ủy ban nhân dân tỉnh", *OTHER[:2]],
        ["2", "Sở Công Thương", *GOOD[:2]],
        ["3", "Sở Công Thương", *OTHER[:2]],
    ]


def test_master_after_single_runs_is_the_same_as_one_laid_anew(spread):
    for unit, rows in (("S-CT", [GOOD, OTHER]), ("S-NV", [OTHER]), ("S-CT", [GOOD, ["", "", ""]]), ("S-TP", [GOOD])):
        spread.type(unit, "registration", rows, SENT)
        run_for(spread, unit)
    spread.type("S-NV", "registration", [["", "", "", "", "", "", ""]])
    run_for(spread, "S-NV")
    found = spread.everything(spread.books("")[0])

    with spread.workspace() as workspace:
        master = spread.books("")[0]
        state = workspace.store.registry.master_state(master)
        workspace.store.registry.save_master_state(replace(state, fingerprint=""))
        # nobody's state: the sign falls, everything is laid anew
        (sign,) = [
            one["protectedRangeId"]
            for tab in workspace.sheets.inventory(master).tabs
            for one in tab.protections
            if one["description"] == master_requests.STATE_NOTE
        ]
        workspace.sheets.apply(master, [{"deleteProtectedRange": {"protectedRangeId": sign}}])
    spread.consolidate()

    assert spread.everything(spread.books("")[0]) == found


def test_what_was_staged_for_a_state_that_is_there_already_is_taken_away(spread):
    spread.type("S-CT", "registration", [GOOD], SENT)
    run_for(spread, "S-CT")
    master = spread.books("")[0]
    found = spread.everything(master)
    with spread.workspace() as workspace:
        # cut off after the batch had landed, before that was remembered; the run before this one had staged
        state = workspace.store.registry.master_state(master)
        workspace.store.registry.save_master_state(replace(state, fingerprint="0" * 32))
        properties = {"sheetId": STAGING_ID, "title": "tạm", "hidden": True}
        workspace.sheets.apply(master, [{"addSheet": {"properties": properties}}])

    spread.consolidate()

    assert spread.everything(master) == found


def test_run_that_lost_its_lease_records_and_publishes_nothing(spread):
    spread.type("S-CT", "registration", [GOOD], SENT)
    shown = spread.everything(spread.books("")[0])
    with spread.workspace() as workspace:
        store, key, now = workspace.store, spread.campaign.key, workspace.lease_clock()
        book = book_of(workspace, "S-CT")
        known = (store.facts.lines(key), store.contents.summaries(key), store.registry.last_read(book))
        store.work.mark_dirty(book, now - 3 * LEASE, AT_ONCE, AT_ONCE)
        stale = store.work.claim(now - 2 * LEASE, "w1", LEASE, key)
        current = store.work.claim(now, "w2", LEASE, key)

        with pytest.raises(LeaseLostError):
            workflows.consolidate(workspace, "hook", stale)

        assert (store.facts.lines(key), store.contents.summaries(key), store.registry.last_read(book)) == known
        assert store.work.holds(current, workspace.lease_clock())
        assert workspace.sheets.meter.writes == 0
    assert spread.everything(spread.books("")[0]) == shown


def test_decision_reads_the_workbook_of_its_tab_alone(spread):
    at = spread.now
    decision = Decision(DecisionKind.EXEMPT, "S-CT", "registration", at, "tôi", "giải thể", "")
    with spread.workspace() as workspace:
        workflows.decide(workspace, [decision])
        worker = Worker(workspace, "w1", swept_until=at)
        reads = workspace.sheets.meter.reads

        assert worker.turn() is True

        # its tab's workbook, of twelve, and the master
        assert (workspace.sheets.meter.reads - reads, workspace.sheets.meter.writes) == (2, 2)
        assert workspace.store.runs.last(spread.campaign.key, 1)[0].trigger == "decision"
    assert "Không thuộc diện" in [row[3] for row in spread.master()[PROGRESS] if row[1:2] == ["Sở Công Thương"]]


def test_worker_takes_some_workbooks_at_a_time_and_those_that_changed_first(spread):
    spread.type("S-NV", "report", [["II.1", "", "Đã làm"]])
    with spread.workspace() as workspace:
        workspace.store.work.mark_all_dirty(spread.campaign.key, workspace.lease_clock())
        changed = book_of(workspace, "S-NV", "report")
        workspace.store.work.mark_dirty(changed, workspace.lease_clock(), AT_ONCE, AT_ONCE)
        worker = Worker(workspace, "w1", at_most=5, swept_until=spread.now)
        turns = [worker.turn() for _ in range(5)]
        runs = workspace.store.runs.last(spread.campaign.key, 3)[::-1]

    assert turns == [True, True, True, False, False]
    assert [(run.trigger, run.report["workbooks"], run.report["facts"]) for run in runs] == [
        ("hook", 5, 1),
        ("sweep", 5, 0),
        ("sweep", 2, 0),
    ]


def test_nothing_is_published_before_every_workbook_was_read_once(new_office):
    office = new_office(units=SIX)
    office.campaign = replace(office.campaign, policy=replace(office.campaign.policy, tabs_per_workbook=1))
    office.provision()
    office.type("S-CT", "registration", [GOOD], SENT)

    report = run_for(office, "S-CT")

    assert (report.changed, report.observed) == (False, 1)
    assert [str(notice) for notice in report.notices] == ["Còn 11 bảng tính chưa đọc; bảng tổng hợp đợi đọc hết."]
    assert entries(office) == []
    office.consolidate()
    assert len(entries(office)) == 1


def test_after_a_limit_nobody_is_called_late_before_every_workbook_was_read_again(spread):
    spread.type("S-CT", "registration", [GOOD], SENT)
    spread.type("S-NV", "registration", [GOOD], SENT)
    run_for(spread, "S-CT")
    spread.at("2023-09-30 00:01")

    report = run_for(spread, "S-NV")

    assert [str(notice) for notice in report.notices] == ["Còn 11 bảng tính chưa đọc; bảng tổng hợp đợi đọc hết."]
    assert not any("Quá hạn" in row[5] for row in standing_lines(spread))
    with spread.workspace() as workspace:
        master = workspace.store.registry.master_state(spread.books("")[0])
    assert master.notice == ""

    spread.consolidate()

    labels = {row[1]: row[5] for row in standing_lines(spread)}
    assert labels["Văn phòng Ủy ban nhân dân tỉnh"] == "Quá hạn 1 ngày"


def test_lost_workbook_is_named_and_the_others_are_published(spread):
    spread.owner.del_spreadsheet(spread.books("registration")[0])
    spread.type("S-NV", "registration", [GOOD], SENT)

    report = spread.consolidate()

    assert [(fault.form, fault.reason.key) for fault in report.faults] == [("registration", "tab_faults.workbook_lost")]
    assert (report.changed, len(entries(spread))) == (True, 1)
    spread.at("2023-09-30 00:01")
    assert spread.consolidate().changed
    (status,) = {row[3] for row in standing_lines(spread) if "trang gặp lỗi" in row[3]}
    assert status.startswith("Quá hạn")


def test_lines_put_into_the_master_by_hand_fall_with_the_next_change(spread):
    sheet = spread.master_file().worksheet(ENTRIES)
    sheet.insert_row(["của ai đó"], 8)
    spread.type("S-CT", "registration", [GOOD], SENT)

    run_for(spread, "S-CT")

    assert [row for row in spread.master()[ENTRIES] if "của ai đó" in row] == []
    assert len(entries(spread)) == 1


@pytest.mark.parametrize("after", range(4))
@pytest.mark.parametrize("landed", [False, True])
def test_single_run_cut_off_anywhere_is_finished_by_the_next(spread, cutting, cut_off_error, after, landed):
    spread.type("S-CT", "registration", [GOOD], SENT)
    with pytest.raises(cut_off_error):
        run_for(spread, "S-CT", between=cutting(after, landed=landed))
    spread.forget_lease()

    run_for(spread, "S-CT")
    run_for(spread, "S-CT")

    assert entries(spread) == [["1", "Sở Công Thương", *GOOD[:2]]]
    with spread.workspace() as workspace:
        assert (
            len(workspace.store.facts.lines(spread.campaign.key, units=["S-CT"])) == 3
        )  # two blank tabs, then what was sent


def test_answer_of_the_masters_write_lost_on_its_way_changes_nothing(spread):
    spread.type("S-CT", "registration", [GOOD], SENT)
    lost = []

    def lose_the_masters_answer(application):
        def answer(environ, start_response):
            if "batchUpdate" in environ["PATH_INFO"] and spread.books("")[0] in environ["PATH_INFO"] and not lost:
                lost.append(list(application(environ, lambda *_args: lambda _data: None)))
                start_response("503 Service Unavailable", [("Content-Type", "application/json")])
                return [b'{"error": {"code": 503, "message": "", "status": "UNAVAILABLE"}}']
            return application(environ, start_response)

        return answer

    report = run_for(spread, "S-CT", between=lose_the_masters_answer)

    assert (len(lost), report.changed, report.retries) == (1, True, 1)
    assert len(entries(spread)) == 1
    assert counts(run_for(spread, "S-CT")) == (1, 2, 0)


def test_tab_that_reads_as_before_is_not_checked_anew(spread):
    """What is unchanged is told from the cells alone; a changed declaration has everything checked again."""
    spread.type("S-CT", "registration", [GOOD], SENT)
    spread.consolidate()
    spread.consolidate()
    with spread.workspace() as workspace:
        before = {owed: tab.grid for owed, tab in workspace.store.contents.summaries(spread.campaign.key).items()}
    spread.type("S-CT", "registration", [OTHER])
    spread.consolidate()
    spread.consolidate()
    with spread.workspace() as workspace:
        after = {owed: tab.grid for owed, tab in workspace.store.contents.summaries(spread.campaign.key).items()}
    spread.campaign = replace(spread.campaign, locale="en_US")
    spread.consolidate()
    with spread.workspace() as workspace:
        anew = {owed: tab.grid for owed, tab in workspace.store.contents.summaries(spread.campaign.key).items()}

    assert len(before) == 12
    assert all(before.values())
    assert [owed for owed in before if before[owed] != after[owed]] == [("S-CT", "registration")]
    assert [owed for owed in after if after[owed] == anew[owed]] == []


def test_refused_master_write_that_cannot_be_mended_is_told(spread):
    """A master in which even laying everything anew is refused fails the run; the facts stay."""
    spread.type("S-CT", "registration", [GOOD], SENT)
    owner = spread.master_file()
    owner.share("ai-do@example.org", perm_type="user", role="writer", notify=False)

    def refuse_master_writes(application):
        def answer(environ, start_response):
            if "batchUpdate" in environ["PATH_INFO"] and spread.books("")[0] in environ["PATH_INFO"]:
                start_response("400 Bad Request", [("Content-Type", "application/json")])
                return [b'{"error": {"code": 400, "message": "no", "status": "INVALID_ARGUMENT"}}']
            return application(environ, start_response)

        return answer

    with pytest.raises(SheetsRefusedError):
        run_for(spread, "S-CT", between=refuse_master_writes)

    assert spread.standing("S-CT", "registration").entries == 1
    assert entries(spread) == []


def test_workbook_that_cannot_be_answered_keeps_no_other_from_being_read(spread):
    books = {}
    for unit in SIX:
        spread.type(unit, "registration", [GOOD], SENT)
        with spread.workspace() as workspace:
            books[unit] = book_of(workspace, unit)
    closed = min(books.values())

    def refuse_one(application):
        def answer(environ, start_response):
            if "batchUpdate" in environ["PATH_INFO"] and closed in environ["PATH_INFO"]:
                start_response("400 Bad Request", [("Content-Type", "application/json")])
                return [b'{"error": {"code": 400, "message": "protected", "status": "INVALID_ARGUMENT"}}']
            return application(environ, start_response)

        return answer

    report = run_for(spread, *SIX, between=refuse_one)

    assert [spread.standing(unit, "registration").entries for unit in SIX] == [1] * 6
    assert [fault.reason.key for fault in report.faults] == ["tab_faults.not_answered"]
    assert (report.feedback, report.changed, len(entries(spread))) == (5, True, 6)

    mended = spread.consolidate()

    assert (mended.faults, mended.feedback) == ((), 1)
