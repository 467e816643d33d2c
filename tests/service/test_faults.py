"""The whole flow under faults: nothing lost, nothing doubled, the master old or new, and somebody is told.

What every run is held against is the same flow without a fault: all that stands in the spreadsheets, who may open
them, the facts and the registry.
"""

import json
import shutil
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest

from service import connections, workflows
from service.embedded.api_errors import ApiError
from service.embedded.contract.quotas import Limits, Quota
from service.errors import ServiceError
from service.sheets.pacing import Waiting
from tests import faults
from tests.faults import Fault, SimulatedTime

READING_WEEK = str(Path(__file__).parents[1] / "campaigns" / "tuan_le_doc_sach_2031")
FORM = "viec_lam"
UNITS = ("CLB-01", "CH-01")
WORDS = {
    "CLB-01": [["Đọc sách cùng bé 🌱", "18/4", "200 euro", "Trong nhà"], ["=HYPERLINK(1)", "?", "rẻ", "Trên mây"]],
    "CH-01": [["Đổi sách cũ lấy cây", "19/4", "", "Ngoài trời"]],
}
LATER = {"CH-01": [["Đổi sách cũ lấy cây", "20/4", "", "Ngoài trời"], ["Thi vẽ bìa sách", "21/4", "", "Trong nhà"]]}
MASK = (
    "properties(title,locale,timeZone),sheets(properties(sheetId,title,hidden,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataKey,metadataValue),merges,charts(chartId),conditionalFormats,"
    "protectedRanges(range,description,editors(users)),"
    "data(columnMetadata(developerMetadata(metadataKey,metadataValue)),rowData(values(userEnteredValue))))"
)


def type_words(office, words):
    for unit, rows in words.items():
        office.type(unit, FORM, rows, {"Đã nhập xong": True})


def files_of(office):
    """Return the ids of all spreadsheets in the account, in an order that chance does not decide."""
    return [file["id"] for file in sorted(office.owner.list_spreadsheet_files(), key=lambda file: file["name"])]


def look(office, spreadsheet_id):
    http = office.owner.http_client
    shared = sorted((item.get("emailAddress", ""), item["role"]) for item in http.list_permissions(spreadsheet_id))
    return shared, http.fetch_sheet_metadata(spreadsheet_id, params={"fields": MASK})


def state_of(office):
    """Return all there is, told apart by what does not depend on chance: ids become their place in the list."""
    ids = files_of(office)
    with office.workspace() as workspace:
        store, key = workspace.store, workspace.campaign.key
        facts = [asdict(fact) for fact in store.facts.lines(key)]
        registry = [asdict(item) for item in (*store.registry.workbooks(key), *store.registry.tabs(key))]
    whole = {
        "files": [look(office, spreadsheet_id) for spreadsheet_id in ids],
        "facts": [{name: value for name, value in fact.items() if name != "id"} for fact in facts],
        "registry": sorted(registry, key=str),
    }
    text = json.dumps(whole, ensure_ascii=False, default=str, sort_keys=True)
    for number, spreadsheet_id in enumerate(ids):
        text = text.replace(spreadsheet_id, f"tệp-{number}")
    return json.loads(text)


def master_of(office):
    return look(office, office.books("")[0])


def last_run(office):
    with office.workspace() as workspace:
        return workspace.store.runs.last(workspace.campaign.key, 1)[0]


def is_for_people(error):
    """Tell whether an error says something an operator understands: a sentence in Vietnamese, no traceback."""
    text = str(error)
    return text.isprintable() and text.endswith(".") and any(letter in text for letter in "ảịốữđộươ")


class Season:
    """The flow of one small campaign, step by step; each step is an office over a folder of its own."""

    def __init__(self, folder, office):
        self.folder = folder
        self.made = 0
        self.bases = {"provision": office}
        self.wanted = {}
        self.masters = {}  # the master before a step and after it
        office.provision()
        self.wanted["provision"] = state_of(office)
        type_words(office, WORDS)
        self.keep("first", office)
        type_words(office, LATER)
        self.keep("change", office)

    def keep(self, step, office):
        """Keep a copy from before a consolidation, and what stands after it."""
        self.bases[step] = office.copy(self.folder / f"before-{step}")
        old = master_of(office)
        office.consolidate()
        self.masters[step] = (old, master_of(office))
        self.wanted[step] = state_of(office)

    def office(self, step):
        """Return a fresh office before a step, whose time is simulated."""
        self.made += 1
        base = self.bases[step]
        if step == "provision":
            office = type(base)(self.folder / f"run-{self.made}", base.settings.campaign)
            office.now = base.now
        else:
            office = base.copy(self.folder / f"run-{self.made}")
        office.time = SimulatedTime()
        office.waiting = Waiting(office.time.sleep, office.time.timer, office.time.clock, office.time.told.append)
        return office

    def throw_away(self, office):
        shutil.rmtree(office.settings.data_dir)


@pytest.fixture(scope="module")
def season(tmp_path_factory, make_office):
    folder = tmp_path_factory.mktemp("gặp-lỗi")
    return Season(folder, make_office(folder / "whole", READING_WEEK))


def go(office, step, between=None):
    """Take one step; return the meter's or the report's count of retries."""
    if step != "provision":
        return office.consolidate(between).retries
    with office.workspace(between) as workspace:
        workflows.provision(workspace, office.forms)
        return workspace.sheets.meter.retries


def settle(office, step, schedule, most=1):
    """Take a step under a schedule until it ends well; return the errors on the way. At most so many fail."""
    errors = []
    while (error := failure_of(office, step, schedule)) is not None:
        errors.append(error)
        assert is_for_people(error), error
        if step != "provision":
            assert last_run(office).error == error.message.kept()
            assert last_run(office).finished_at is not None
        assert len(errors) <= most, errors
    return errors


def failure_of(office, step, schedule):
    """Take a step once; return the error it ends with, None when it ends well."""
    try:
        go(office, step, schedule)
    except ServiceError as error:
        return error
    return None


# refused, lost on the way there, lost on the way back, answered by a page; whole flows below meet every fault
KINDS = (Fault.QUOTA_UNTIL, Fault.RESET, Fault.BUSY_LANDED, Fault.PAGE_LANDED)


@pytest.mark.parametrize("fault", KINDS)
def test_consolidation_survives_any_one_request_failing(season, fault):
    for number in range(20):
        office, schedule = season.office("change"), faults.once(number, fault)

        retries = go(office, "change", schedule)

        assert state_of(office) == season.wanted["change"]
        assert retries == len(schedule.struck) == last_run(office).report["retries"]
        season.throw_away(office)
        if not schedule.struck:
            break
    assert number >= 5


@pytest.mark.parametrize("fault", [Fault.QUOTA, Fault.STALLED])
def test_first_consolidation_survives_every_third_request_failing(season, fault):
    # that each request may fail is held below; here several do within one run
    office, schedule = season.office("first"), faults.every(3, 1, fault)

    retries = go(office, "first", schedule)

    assert state_of(office) == season.wanted["first"]
    assert retries == len(schedule.struck) >= 2
    season.throw_away(office)


@pytest.mark.parametrize("fault", KINDS)
def test_provisioning_survives_every_fourth_request_failing(season, fault):
    """Sent again, or looked for where sending again would make another: within the run."""
    office, schedule = season.office("provision"), faults.every(4, 1, fault)

    go(office, "provision", schedule)

    assert state_of(office) == season.wanted["provision"]
    assert len(schedule.struck) >= 3
    season.throw_away(office)


@pytest.mark.parametrize("fault", Fault)
def test_flow_survives_every_request_failing_once(season, fault):
    office, schedule = season.office("provision"), faults.each_once(fault)

    settle(office, "provision", schedule, most=5)
    type_words(office, WORDS)
    settle(office, "first", schedule, most=0)
    type_words(office, LATER)
    settle(office, "change", schedule, most=0)

    assert state_of(office) == season.wanted["change"]
    assert len(schedule.struck) >= 20
    season.throw_away(office)


GIVING_UP = (Fault.QUOTA, Fault.BUSY_LANDED)


@pytest.mark.parametrize("fault", GIVING_UP)
def test_consolidation_that_gives_up_is_told_and_the_next_finishes(season, fault):
    """The tries end at each request in turn: the master is old or new, never half, and the record says why."""
    for number in range(20):
        office = season.office("change")
        error = failure_of(office, "change", faults.from_then_on(number, fault))
        if error is None:
            break
        run = last_run(office)
        assert is_for_people(error)
        assert (run.error, run.report["notices"], run.report["retries"]) == (
            error.message.kept(),
            [error.message.kept()],
            5,
        )
        assert office.time.passed < 120
        assert master_of(office) in (season.masters["change"] if fault.lands else season.masters["change"][:1])
        go(office, "change")
        assert state_of(office) == season.wanted["change"]
        season.throw_away(office)
    assert number >= 5


@pytest.mark.parametrize("fault", GIVING_UP)
def test_provisioning_that_gives_up_is_told_and_the_next_finishes(season, fault):
    for number in range(0, 30, 5):
        office = season.office("provision")
        error = failure_of(office, "provision", faults.from_then_on(number, fault))
        if error is None:
            break
        assert is_for_people(error)
        go(office, "provision")
        assert state_of(office) == season.wanted["provision"]
        season.throw_away(office)
    assert number >= 16


@pytest.mark.parametrize("seed", range(3))
def test_flow_survives_random_faults(season, seed):
    office, schedule = season.office("provision"), faults.seeded(seed, 0.25)

    settle(office, "provision", schedule, most=30)
    type_words(office, WORDS)
    settle(office, "first", schedule, most=5)
    type_words(office, LATER)
    settle(office, "change", schedule, most=5)

    assert state_of(office) == season.wanted["change"]
    assert schedule.struck != []
    season.throw_away(office)


def test_slow_server_takes_time_and_nothing_else(season):
    office = season.office("change")

    assert go(office, "change", office.time.slowing(55.0)) == 0

    assert office.time.passed == 55.0 * 6
    assert state_of(office) == season.wanted["change"]


def test_slow_server_that_fails_is_not_waited_for_without_end(season):
    """Three tries of 55 s each are past the two minutes of one request, whatever number of tries is left."""
    office = season.office("change")
    schedule = faults.from_then_on(2, Fault.BUSY)

    with pytest.raises(ServiceError, match="503"):
        go(office, "change", lambda application: office.time.slowing(55.0)(schedule(application)))

    assert last_run(office).report["retries"] == 2
    assert master_of(office) == season.masters["change"][0]
    go(office, "change")
    assert state_of(office) == season.wanted["change"]


def spent_by_others(office, until):
    """Stand before a server with Google's quota, all of which the project's other users take until then."""
    limits = Limits(per_user=60, per_project=300)
    quota = Quota(limits, timer=office.time.timer)

    def between(_application):
        application = connections.embedded_application(office.settings, office.clock, quota=quota)

        def answer(environ, start_response):
            if office.time.passed < until:
                for number in range(limits.per_project):
                    for writes in (False, True):
                        with suppress(ApiError):
                            quota.count(f"other-{number % 5}@example.org", writes=writes)
            return application(environ, start_response)

        return answer

    return between


def test_quota_that_is_spent_for_a_minute_is_outlasted(season):
    step = "first"
    office = season.office(step)

    retries = go(office, step, spent_by_others(office, 60.0))

    assert 60 <= office.time.passed < 120
    assert retries >= 2
    assert any("thử lại sau" in str(said) for said in office.time.told)
    assert state_of(office) == season.wanted[step]


@pytest.mark.parametrize("step", ["provision", "change"])
def test_quota_that_is_spent_for_two_minutes_is_told_and_the_next_run_finishes(season, step):
    office = season.office(step)

    errors = settle(office, step, spent_by_others(office, 120.0), most=2)

    assert ["(429)" in str(error) for error in errors] == [True] * len(errors) != []
    assert 120 <= office.time.passed < 360
    assert state_of(office) == season.wanted[step]


def test_paced_flow_never_meets_a_quota_that_is_far_too_small(season):
    """Three reads and three writes a minute, kept to over three commands: nothing is refused, waits are told."""
    office = season.office("provision")
    office.per_minute = 3
    quota = Quota(Limits(per_user=3, per_project=3), timer=office.time.timer)

    def between(_application):
        return connections.embedded_application(office.settings, office.clock, quota=quota)

    retries = [go(office, "provision", between)]
    type_words(office, WORDS)
    retries.append(go(office, "first", between))
    type_words(office, LATER)
    retries.append(go(office, "change", between))

    assert retries == [0, 0, 0]
    assert office.time.passed >= 120
    told = {str(said).partition(";")[0] for said in office.time.told}
    assert told == {"Đã dùng hết 3 lượt đọc mỗi phút của bảng tính"}
    assert state_of(office) == season.wanted["change"]


def test_paced_flow_survives_random_faults(season):
    office, schedule = season.office("change"), faults.seeded(100, 0.3)
    office.per_minute = 3

    settle(office, "change", schedule, most=8)

    assert office.time.passed > 0
    assert state_of(office) == season.wanted["change"]


def interrupted(_seconds):
    raise KeyboardInterrupt


def test_interrupted_wait_leaves_nothing_broken(season):
    """Ctrl-C while the client waits to try again, at each request in turn."""
    for number in range(6):
        office = season.office("change")
        office.waiting = Waiting(interrupted, office.time.timer, office.time.clock)
        with pytest.raises(KeyboardInterrupt):
            go(office, "change", faults.once(number, Fault.BUSY))

        assert last_run(office).finished_at is None
        assert master_of(office) == season.masters["change"][0]
        go(office, "change")
        assert state_of(office) == season.wanted["change"]
        season.throw_away(office)


def test_lost_protections_are_put_back_under_faults(season):
    """Somebody takes protections off between runs; nothing that was typed changes, and they are there again."""
    office = season.office("change")
    go(office, "change")
    for spreadsheet_id in office.books(FORM):
        book = office.owner.open_by_key(spreadsheet_id)
        tab, _plan = book.fetch_sheet_metadata(params={"fields": "sheets(protectedRanges(protectedRangeId))"})["sheets"]
        lost = [item["protectedRangeId"] for item in tab["protectedRanges"]]
        book.batch_update({"requests": [{"deleteProtectedRange": {"protectedRangeId": id_}} for id_ in lost[::2]]})

    settle(office, "change", faults.each_once(Fault.BUSY_LANDED), most=0)
    settle(office, "provision", faults.each_once(Fault.BUSY_LANDED), most=0)
    # the cells of what is to be corrected are coloured again at the next read
    go(office, "change")

    assert without_order(state_of(office)) == without_order(season.wanted["change"])


def without_order(state):
    """Leave aside in what order protections were made."""
    for _, book in state["files"]:
        for sheet in book["sheets"]:
            sheet.get("protectedRanges", []).sort(key=str)
    return state


class Deleting:
    """Delete a unit's tab right before a request reaches the server, as somebody with the rights to may."""

    def __init__(self, tab, number):
        self.tab = tab
        self.number = number
        self.asked = 0

    def __call__(self, application):
        def answer(environ, start_response):
            if self.asked == self.number:
                self.tab.spreadsheet.add_worksheet("Trang khác", 5, 5)
                self.tab.spreadsheet.del_worksheet(self.tab)
            self.asked += 1
            return application(environ, start_response)

        return answer


@pytest.mark.parametrize(("unit", "first"), [(UNITS[0], 0), (UNITS[1], 1)])
def test_tab_deleted_within_a_run_is_told_and_made_anew_when_asked(season, unit, first):
    """Before each request in turn, the one unit's tab or the other's."""
    other = next(code for code in UNITS if code != unit)
    for number in range(first, 6, 2):
        office = season.office("change")
        between = Deleting(office.tab(unit, FORM), number)
        error = failure_of(office, "change", between)
        if error is not None:
            assert is_for_people(error)
            assert "trong lúc" in str(error) or "provision --recreate" in str(error)
            assert last_run(office).error == error.message.kept()

        assert [(fault.unit, fault.form) for fault in office.consolidate().faults] == [(unit, FORM)]
        kept, held = words_on(office, other), rows_of(office, unit)
        office.provision(recreate=True)
        office.consolidate()

        assert words_on(office, other) == kept
        assert rows_of(office, other) == [row[:3] for row in LATER.get(other, WORDS[other]) if row[1] != "?"]
        assert rows_of(office, unit) == held != []
        season.throw_away(office)


def words_on(office, unit):
    """Return what a unit typed: all that stands on its tab but our own column."""
    return [row[:5] for row in office.tab(unit, FORM).get_all_values()]


def rows_of(office, unit):
    """Return what the master holds of a unit: its first three columns."""
    name = office.campaign.unit(unit).name
    sheet = next(rows for title, rows in office.master().items() if title.startswith("Tổng hợp"))
    return [row[2:5] for row in sheet if name in row[:2]]


def test_two_operators_at_once_double_nothing(season):
    office = season.office("provision")
    with office.workspace():
        pass  # the folder and its databases are there
    failures = []

    def operate(number):
        try:
            settle(office, "provision", faults.seeded(number, 0.15), most=30)
        except BaseException as error:  # noqa: BLE001 – told by the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=operate, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert failures == []
    assert state_of(office) == season.wanted["provision"]
    type_words(office, WORDS)
    go(office, "first")
    assert state_of(office) == season.wanted["first"]
