"""Provisioning under Google's account rules: brought spreadsheets, a shared drive, groups, nobody let in too early."""

import shutil
from dataclasses import replace

import gspread
import pytest

from service import grants
from service.domain.provisioning import sheet_id_of
from service.domain.roles import Role
from service.embedded.storage.bearer_tokens import add_to_group
from service.embedded.storage.shared_drives import create_drive
from service.errors import SheetsForbiddenError, SheetsMissingError, WorkbookNeededError
from service.sheets.tab_requests import INPUT_NOTE
from service.workbooks import campaign_files

SERVICE = "robot@du-an.iam.gserviceaccount.com"
OWNER = "tonghop@localhost"
GROUP, BOARD = "cac-don-vi@example.org", "ban-chi-dao@example.org"
FILES = "https://www.googleapis.com/drive/v3/files"
FORMS = ("registration", "report")
FORMER = {"S-CT": ["so-congthuong@example.org"]}


def counts(report):
    return report.created, report.changed, report.kept


def kinds(report):
    return sorted({finding.kind.value for finding in report.drift})


def bring(office, form=None, group="", *, shared=True, **options):
    """Make a spreadsheet as the operator does, share it with the service and bring it; return its id."""
    book = office.owner.create("Bảng của tôi")
    if shared:
        book.share(SERVICE, "user", "writer", notify=False)
    with office.workspace() as workspace:
        chosen = office.campaign.form(form) if form else None
        campaign_files.bring(
            workspace, chosen, f"https://docs.google.com/spreadsheets/d/{book.id}/edit#gid=0", group=group, **options
        )
    return book.id


def bring_all(office, group="", board=""):
    return [*(bring(office, form, group) for form in FORMS), bring(office, group=board)]


@pytest.fixture
def brought(new_office):
    """An office whose service is a service account, with nothing brought yet."""
    return new_office().as_service_account("brought")


def test_nothing_is_made_and_everything_needed_is_named(brought):
    report, calls = brought.provision()

    assert (counts(report), calls, report.is_whole) == ((0, 0, 0), (0, 0), False)
    assert brought.owner.list_spreadsheet_files() == []
    assert [str(line).rpartition("“Lập trang” (")[2] for line in report.needed] == [
        "tonghop workbook add --form registration ĐƯỜNG_LIÊN_KẾT) (3 trang chờ bảng này.)",
        "tonghop workbook add --form report ĐƯỜNG_LIÊN_KẾT) (3 trang chờ bảng này.)",
        "tonghop workbook add --master ĐƯỜNG_LIÊN_KẾT)",
    ]
    assert all(SERVICE in str(line) for line in report.needed)


def test_what_was_brought_is_provisioned_and_the_rest_named(brought):
    bring(brought, "registration")

    report, _ = brought.provision()

    assert (counts(report), len(report.needed)) == ((3, 0, 0), 2)
    assert brought.books("registration") != []
    assert brought.books("report") == []


def test_brought_workbooks_become_the_campaigns(brought):
    books = bring_all(brought)

    report, calls = brought.provision()
    again, second = brought.provision()

    assert (counts(report), calls, report.needed) == ((6, 0, 0), (8, 5), [])
    assert (counts(again), second, again.notices) == ((0, 0, 6), (4, 0), [])
    assert books == [brought.books("registration")[0], brought.books("report")[0], brought.books("")[0]]
    assert brought.consolidate().tally.rows_in == 0
    assert writable(brought, "S-CT", "S-CT")
    assert not writable(brought, "S-CT", "S-GDDT")
    # a file of somebody else's is not closed behind ourselves: a person is told
    assert kinds(again) == ["writers_share"]


def writable(office, who, unit):
    """Tell whether a unit's clerk may write into the table of a unit's tab."""
    clerk = office.tab(unit, "registration", office.client(office.campaign.unit(who).emails[0]))
    header, _ = office.find(clerk.get_all_values(), "Stt")
    try:
        clerk.update([["1"]], f"A{header + 1}", raw=True)
    except gspread.exceptions.APIError:
        return False
    return True


def test_group_is_shared_once_and_the_door_shut_behind_it(brought):
    bring_all(brought, GROUP, BOARD)
    for unit in brought.campaign.active_units:
        add_to_group(brought.settings.data_dir, GROUP, unit.emails[0])

    report, _ = brought.provision()
    again, calls = brought.provision()

    assert (counts(report), counts(again), calls) == ((6, 0, 0), (0, 0, 6), (4, 0))
    assert (again.notices, again.drift) == ([], [])
    assert shared(brought, "registration") == [("group", GROUP, "writer"), ("user", SERVICE, "writer")]
    assert shared(brought, "") == [("group", BOARD, "reader"), ("user", SERVICE, "writer")]
    assert file_of(brought, "registration", "writersCanShare") is False
    assert file_of(brought, "", "copyRequiresWriterPermission") is True
    assert writable(brought, "S-CT", "S-CT")
    assert not writable(brought, "S-CT", "VP-UBND")


def shared(office, form):
    listed = office.owner.open_by_key(office.books(form)[0]).list_permissions()
    return sorted((one["type"], one["emailAddress"], one["role"]) for one in listed if one["role"] != "owner")


def file_of(office, form, field):
    params = {"fields": field, "supportsAllDrives": True}
    return office.owner.http_client.request("get", f"{FILES}/{office.books(form)[0]}", params=params).json().get(field)


def test_newcomer_of_a_group_needs_no_sharing(brought, new_office):
    brought.unit("S-CT", active=False)
    bring_all(brought, GROUP)
    brought.provision()
    brought.unit("S-CT", active=True)

    report, _ = brought.provision()

    assert (counts(report), report.notices) == ((2, 0, 4), [])
    assert shared(brought, "registration") == [("group", GROUP, "writer"), ("user", SERVICE, "writer")]


def test_group_that_is_changed_loses_its_access_at_once(brought):
    bring(brought, "registration", GROUP)
    brought.owner.http_client.request("post", f"{FILES}/{brought.books('registration')[0]}/permissions", json={
        "type": "group", "role": "writer", "emailAddress": GROUP})  # fmt: skip
    with brought.workspace() as workspace:
        place = campaign_files.WorkbookPlace(brought.campaign.form("registration"))
        campaign_files.set_group(workspace, place, " Nhom-Moi@example.org ")
        with pytest.raises(WorkbookNeededError):
            campaign_files.set_group(workspace, campaign_files.WorkbookPlace(brought.campaign.form("report")), GROUP)
    left = shared(brought, "registration")

    brought.provision()

    assert left == [("user", SERVICE, "writer")]
    assert shared(brought, "registration") == [("group", "nhom-moi@example.org", "writer"), ("user", SERVICE, "writer")]


def test_addresses_that_cannot_be_shared_with_are_named_and_the_rest_stands(brought):
    """The owner forbade us to share: tabs are made and protected, and who is to be let in by hand is told."""
    for book in bring_all(brought)[:2]:
        brought.owner.http_client.request("patch", f"{FILES}/{book}", json={"writersCanShare": False})
        brought.owner.open_by_key(book).share("so-congthuong@example.org", "user", "writer", notify=False)

    report, _ = brought.provision()
    again, calls = brought.provision()

    assert (counts(report), counts(again), calls) == ((6, 0, 0), (0, 0, 6), (4, 0))
    told = [str(line) for line in again.notices if "chưa chia sẻ được" in str(line)]
    assert len(told) == 2
    assert "so-congthuong" not in told[0]
    assert writable(brought, "S-CT", "S-CT")


def test_workbook_we_may_only_read_is_left_and_told(brought):
    books = bring_all(brought)
    brought.provision()
    brought.owner.open_by_key(books[0]).share(SERVICE, "user", "reader", notify=False)

    report, _ = brought.provision()

    assert counts(report) == (0, 0, 6)
    assert "read_only" in kinds(report)


def test_what_stood_in_a_brought_file_stays(brought):
    book = brought.owner.create("Có sẵn")
    book.sheet1.update([["của tôi"]], "A1")
    book.add_worksheet("Kế hoạch", 5, 5)
    book.share(SERVICE, "user", "writer", notify=False)
    with brought.workspace() as workspace:
        said = campaign_files.bring(workspace, brought.campaign.form("registration"), book.id)

    report, _ = brought.provision()

    titles = [sheet.title for sheet in brought.owner.open_by_key(book.id).worksheets()]
    assert {"Sheet1", "Kế hoạch", "Sở Công Thương"} < set(titles)
    assert brought.owner.open_by_key(book.id).sheet1.title in titles
    assert len(said.notices) == 1
    assert any("có nội dung nên được giữ nguyên" in str(line) for line in report.notices)
    assert "tab_extra" in kinds(report)


def test_master_in_a_file_with_words_keeps_them(brought):
    for form in FORMS:
        bring(brought, form)
    book = brought.owner.create("Có sẵn")
    book.sheet1.update([["của tôi"]], "A1")
    book.share(SERVICE, "user", "writer", notify=False)
    with brought.workspace() as workspace:
        campaign_files.bring(workspace, None, book.id)

    brought.provision()

    assert brought.owner.open_by_key(book.id).get_worksheet_by_id(0).get("A1") == [["của tôi"]]
    assert len(brought.master()) > 1


def test_lost_registry_finds_what_was_brought(brought):
    books = bring_all(brought)
    brought.provision()
    for path in brought.settings.data_dir.glob("facts*"):
        path.unlink()

    report, _ = brought.provision()

    assert counts(report) == (0, 0, 6)
    assert [brought.books(form)[0] for form in (*FORMS, "")] == books


def test_lost_workbook_is_replaced_by_one_that_is_brought(brought):
    books = bring_all(brought)
    brought.provision()
    brought.owner.del_spreadsheet(books[1])

    waiting, _ = brought.provision(recreate=True)
    bring(brought, "report")
    report, _ = brought.provision()

    assert (counts(waiting), len(waiting.needed)) == ((0, 0, 3), 1)
    assert (counts(report), report.needed) == ((3, 0, 3), [])


def test_copy_of_a_lost_workbook_never_takes_its_place_by_itself(office):
    """A clerk's copy, in which no protection holds him, is shared with us: it is told, and waits for an operator."""
    clerk = office.client("so-congthuong@example.org")
    book = office.books("registration")[0]
    copy = clerk.http_client.request("post", f"{FILES}/{book}/copy", json={"name": "Bản sao"}).json()["id"]
    clerk.open_by_key(copy).share(OWNER, "user", "writer", notify=False)
    office.owner.del_spreadsheet(book)

    report, _ = office.provision()

    assert (counts(report), len(report.deleted), office.books("registration")) == ((0, 0, 3), 3, [book])
    assert kinds(report) == ["file_copied"]


def test_service_account_that_is_to_own_files_is_told_what_to_do(new_office):
    office = new_office().as_service_account("own")

    with pytest.raises(SheetsForbiddenError, match=r"TONGHOP_FILES=brought.*drive:MÃ.*TONGHOP_GOOGLE_SUBJECT"):
        office.provision()

    assert office.owner.list_spreadsheet_files() == []


@pytest.fixture
def on_drive(new_office):
    office = new_office()
    members = {SERVICE: "fileOrganizer", OWNER: "organizer"}
    drive = create_drive(office.settings.data_dir, "Tổng hợp", members, office.clock)
    return office.as_service_account(f"drive:{drive}")


def test_shared_drive_holds_everything(on_drive):
    report, calls = on_drive.provision()
    again, second = on_drive.provision()

    assert (counts(report), calls, report.needed) == ((6, 0, 0), (5, 5), [])
    assert (counts(again), second, again.notices, again.drift) == ((0, 0, 6), (4, 0), [], [])
    drive = on_drive.settings.files.removeprefix("drive:")
    assert [file_of(on_drive, form, "driveId") for form in (*FORMS, "")] == [drive] * 3
    assert writable(on_drive, "S-CT", "S-CT")
    assert not writable(on_drive, "S-CT", "S-GDDT")


def test_shared_drive_finds_what_its_registry_lost(on_drive):
    on_drive.provision()
    for path in on_drive.settings.data_dir.glob("facts*"):
        path.unlink()

    report, _ = on_drive.provision()

    assert counts(report) == (0, 0, 6)


def test_shared_drive_we_are_no_member_of_is_told(new_office):
    office = new_office().as_service_account("drive:0AKhongCoODungChung")

    with pytest.raises(SheetsMissingError, match=f"0AKhongCoODungChung.*{SERVICE}"):
        office.provision()


def observed(office, violations):
    """Look after every write that landed: whoever may write the file is on no tile but his own."""

    def between(application):
        def answer(environ, start_response):
            body = list(application(environ, start_response))
            if environ["REQUEST_METHOD"] != "GET" and "/drive/v3/channels" not in environ["PATH_INFO"]:
                violations.extend(too_open(office))
            return body

        return answer

    return between


def too_open(office):
    """Yield every tile that is not closed while others than the service and the owner may write the file."""
    units = units_by_tab(office)
    for file in office.owner.list_spreadsheet_files():
        book = office.owner.open_by_key(file["id"])
        others = {one["emailAddress"] for one in book.list_permissions() if one["role"] != "reader"} - {OWNER, SERVICE}
        for sheet in office.owner.http_client.fetch_sheet_metadata(book.id)["sheets"] if others else ():
            properties, found = sheet["properties"], sheet.get("protectedRanges", [])
            if properties.get("sheetId", 0) == 0:
                continue
            yield from uncovered(properties, found)
            for item in found:
                unit = units.get(properties["sheetId"])  # none: the tab of the plan's words
                # who had the tab until now keeps it until his successor comes in
                is_input = unit is not None and item["description"] == INPUT_NOTE
                emails = {*unit.emails, *FORMER.get(unit.code, ())} if is_input else ()
                if set(item["editors"]["users"]) - {OWNER, SERVICE, *emails} or item.get("warningOnly"):
                    yield (properties["title"], item)


def units_by_tab(office):
    return {
        sheet_id_of(office.campaign.key, form, unit.code, set()): unit
        for unit in office.campaign.units
        for form in office.forms
    }


def uncovered(properties, found):
    rows, columns = (properties["gridProperties"][name] for name in ("rowCount", "columnCount"))
    area = 0
    for item in found:
        place = item["range"]
        height = place.get("endRowIndex", rows) - place.get("startRowIndex", 0)
        area += height * (place.get("endColumnIndex", columns) - place.get("startColumnIndex", 0))
    if area != rows * columns:
        yield (properties["title"], "uncovered")


def own(office, _group):
    return office


def by_person(office, group):
    office.as_service_account("brought")
    for form in office.forms:
        bring(office, form, group)
    bring(office)
    return office


@pytest.mark.parametrize(("make", "group"), [(own, ""), (by_person, ""), (by_person, GROUP)])
def test_at_no_moment_may_anybody_write_what_is_not_his(new_office, make, group):
    office = make(new_office(units=("VP-UBND", "S-CT")), group)
    violations = []

    office.provision(observed(office, violations))
    office.unit("S-CT", emails=("moi@example.org",))
    office.campaign = with_newcomer(office, new_office)
    report, _ = office.provision(observed(office, violations))

    assert (counts(report), violations) == ((2, 2, 2), [])
    if group:
        # the group is the operator's: he puts the newcomer into it
        add_to_group(office.settings.data_dir, group, "so-gddt@example.org")
    assert writable(office, "S-GDDT", "S-GDDT")


def with_newcomer(office, new_office):
    newcomer = new_office(name="khac").campaign.unit("S-GDDT")
    return replace(office.campaign, units=(*office.campaign.units, newcomer))


@pytest.mark.parametrize(("landed", "group"), [(False, GROUP), (True, "")])
def test_brought_workbook_cut_off_after_any_request_ends_the_same(
    tmp_path, reading_week, cutting, cut_off_error, landed, group
):
    office = reading_week.as_service_account("brought")
    for shard in range(2):
        bring(office, "viec_lam", group, shard=shard)
    bring(office, group=BOARD if group else "")
    whole = state_of(office.copy(tmp_path / "whole"))
    cuts = 0
    # a request that landed unanswered leaves what one not carried out after it finds: together every other request
    for after in range(landed, 100, 4):
        copy = office.copy(tmp_path / f"cut-{after}")
        violations = []
        try:
            copy.provision(cutting(after, landed=landed))
        except cut_off_error:
            cuts += 1
            copy.forget_lease()
            violations += too_open(copy)
            assert (state_of(copy), violations) == (whole, [])
            shutil.rmtree(copy.settings.data_dir)
        else:
            break

    assert cuts >= 5


def state_of(office):
    """Provision, and return everything there is."""
    office.provision()
    again, _ = office.provision()
    assert counts(again) == (0, 0, 2)
    return [
        [(office.everything(book), shared_of(office, book)) for book in office.books(form)] for form in ("viec_lam", "")
    ]


def shared_of(office, book):
    return sorted((one["emailAddress"], one["role"]) for one in office.owner.open_by_key(book).list_permissions())


@pytest.mark.parametrize("landed", [False, True])
def test_bringing_that_is_cut_off_is_taken_up(tmp_path, brought, cutting, cut_off_error, landed):
    book = brought.owner.create("Bảng của tôi")
    book.share(SERVICE, "user", "writer", notify=False)
    cuts = 0
    for after in range(20):
        copy = brought.copy(tmp_path / f"cut-{after}")
        try:
            with copy.workspace(cutting(after, landed=landed)) as workspace:
                campaign_files.bring(workspace, brought.campaign.form("registration"), book.id)
        except cut_off_error:
            cuts += 1
            copy.forget_lease()
            with copy.workspace() as workspace:
                campaign_files.bring(workspace, brought.campaign.form("registration"), book.id)
            report, _ = copy.provision()
            assert (counts(report), copy.books("registration")) == ((3, 0, 0), [book.id])
        else:
            break

    assert cuts >= 4


def invite(office, email, role=Role.VIEWER):
    with office.workspace() as workspace:
        grants.invite(workspace, email, role)


def test_board_reads_the_master_and_takes_nothing_away(office):
    invite(office, "bi-thu@example.org")
    office.provision()
    reader = office.client("bi-thu@example.org")
    master = office.books("")[0]

    assert reader.open_by_key(master).worksheets()
    for refused in (
        lambda: reader.copy(master),
        lambda: reader.open_by_key(master).export(gspread.utils.ExportFormat.EXCEL),
        lambda: reader.open_by_key(master).sheet1.update([["x"]], "A1"),
    ):
        with pytest.raises((gspread.exceptions.APIError, PermissionError)):
            refused()
    with pytest.raises((gspread.exceptions.APIError, PermissionError)):
        reader.open_by_key(office.books("registration")[0])


def test_board_member_whose_grant_ended_reads_no_more_and_who_was_added_by_hand_does(office):
    invite(office, "bi-thu@example.org")
    office.provision()
    office.owner.open_by_key(office.books("")[0]).share("tay@example.org", "user", "reader", notify=False)
    with office.workspace() as workspace:
        grants.revoke(workspace, "bi-thu@example.org")

    report, _ = office.provision()

    assert shared(office, "") == [("user", "tay@example.org", "reader")]
    assert [str(line).rpartition(" ")[2] for line in report.notices] == ["bi-thu@example.org."]
    assert kinds(report) == ["shared_with_stranger"]


def test_unit_and_operator_get_no_part_of_the_master(office):
    invite(office, "so-congthuong@example.org", Role.UNIT)
    invite(office, "to-truc@example.org", Role.OPERATOR)

    office.provision()

    assert shared(office, "") == []
