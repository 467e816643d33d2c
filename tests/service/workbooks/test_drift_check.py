"""What people change in the spreadsheets is told by provision and by the doctor, and mended where that can be."""

import gspread
import pytest

from service.domain.drift import DriftFinding, DriftKind
from service.sheets.tab_requests import INPUT_NOTE, LOCKED_NOTE
from service.workbooks.drift_check import drift_in
from sheets_schema.wording import Language

SERVICE = "robot@du-an.iam.gserviceaccount.com"
FILES = "https://www.googleapis.com/drive/v3/files"


def drift_of(workspace):
    """Return what differs in every workbook."""
    books = workspace.store.registry.workbooks(workspace.campaign.key)
    seen = ((book, workspace.sheets.inventory(book.spreadsheet_id)) for book in books)
    return tuple(finding for book, inventory in seen for finding in drift_in(workspace, book, inventory))


def told(office):
    """Return what differs: kind and tab of each finding."""
    with office.workspace() as workspace:
        return [(finding.kind.value, finding.tab) for finding in drift_of(workspace)]


def test_what_was_just_provisioned_has_no_drift(office):
    office.provision()

    with office.workspace() as workspace:
        before = workspace.sheets.meter.reads
        found = drift_of(workspace)
        assert (found, workspace.sheets.meter.reads - before, workspace.sheets.meter.writes) == ((), 5, 0)


def tile(tab, note, number=0):
    held = tab.spreadsheet.list_protected_ranges(tab.id)
    return [item for item in held if item["description"] == note][number]


def batch(tab, *requests):
    tab.spreadsheet.batch_update({"requests": list(requests)})


def update(item, fields, **changes):
    wanted = {"protectedRangeId": item["protectedRangeId"], **changes}
    return {"updateProtectedRange": {"protectedRange": wanted, "fields": fields}}


def lose_one(tab):
    batch(tab, {"deleteProtectedRange": {"protectedRangeId": tile(tab, LOCKED_NOTE)["protectedRangeId"]}})


def let_a_stranger_in(tab):
    batch(tab, update(tile(tab, LOCKED_NOTE), "editors", editors={"users": ["la@example.org"]}))


def let_a_group_in(tab):
    batch(tab, update(tile(tab, INPUT_NOTE), "editors", editors={"groups": ["nhom@example.org"]}))


def only_warn(tab):
    batch(tab, update(tile(tab, LOCKED_NOTE), "warningOnly", warningOnly=True))


def shrink_one(tab):
    item = tile(tab, LOCKED_NOTE)
    batch(tab, update(item, "range", range=item["range"] | {"endColumnIndex": item["range"]["startColumnIndex"] + 1}))


def shut_the_unit_out(tab):
    batch(tab, update(tile(tab, INPUT_NOTE), "editors", editors={"users": []}))


MENDED = [
    (lose_one, "protection_lost"),
    (let_a_stranger_in, "protection_open"),
    (let_a_group_in, "protection_open"),
    (only_warn, "protection_warns_only"),
    (shrink_one, "protection_moved"),
    (shut_the_unit_out, "editor_missing"),
]


@pytest.mark.parametrize(("change", "kind"), MENDED)
def test_changed_protection_is_told_and_put_back(office, change, kind):
    office.provision()
    tab = office.tab("S-CT", "registration")
    before = protections(tab)
    change(tab)
    found = told(office)
    planned, _ = office.provision(dry_run=True)
    still = told(office)

    report, _ = office.provision()
    again, calls = office.provision()

    assert found == still
    assert (kind, tab.title) in found
    assert {name for name, _ in found} <= {kind, "editor_missing"}
    assert (planned.changed, report.changed, again.changed, calls, again.drift) == (1, 1, 0, (4, 0), [])
    assert protections(tab) == before
    shown = [str(finding.sentence(mended=True)) for finding in report.drift]
    assert all("đã đặt lại" in sentence for sentence in shown)


def protections(tab):
    held = tab.spreadsheet.list_protected_ranges(tab.id)
    return sorted(str((item["range"], item["description"], item.get("editors"))) for item in held)


def test_rows_put_in_or_added_are_no_drift(office):
    office.provision()
    tab = office.tab("S-CT", "registration")
    header, _ = office.find(tab.get_all_values(), "Stt")
    tab.insert_rows([[""] * 7] * 5, header + 3)
    tab.add_rows(100)
    tab.add_cols(3)

    report, calls = office.provision()

    assert (told(office), report.changed, calls, report.drift) == ([], 0, (4, 0), [])


def test_row_put_in_above_everything_leaves_it_unprotected_and_is_told(office):
    office.provision()
    tab = office.tab("S-CT", "registration")
    tab.insert_rows([["một dòng"]], 1)

    report, _ = office.provision()

    assert [finding.kind.value for finding in report.drift] == ["protection_moved"]
    assert len(report.notices) == 1  # the template does not fit such a tab: a person puts it right


def rename(tab):
    tab.update_title("Tên khác")


def copy_tab(tab):
    tab.duplicate(new_sheet_name=f"Bản sao của {tab.title} 2")


def copy_tab_in_english(tab):
    batch(tab, {"duplicateSheet": {"sourceSheetId": tab.id, "newSheetId": 77}})


def add_tab(tab):
    tab.spreadsheet.add_worksheet("Nháp", 5, 5)


def copy_file(tab):
    tab.spreadsheet.client.request("post", f"{FILES}/{tab.spreadsheet_id}/copy", json={"name": "Bản sao"})


def allow_imports(tab):
    name = "importFunctionsExternalUrlAccessAllowed"
    batch(tab, {"updateSpreadsheetProperties": {"properties": {name: True}, "fields": name}})


def protect_by_hand(tab):
    area = tile(tab, INPUT_NOTE)["range"]
    batch(tab, {"addProtectedRange": {"protectedRange": {"range": area, "description": "của tôi"}}})


def share(**permission):
    def change(tab):
        tab.spreadsheet.client.request("post", f"{FILES}/{tab.spreadsheet_id}/permissions", json=permission)

    change.__name__ = f"share_with_{permission['type']}"
    return change


TOLD = [
    (rename, "tab_renamed"),
    (copy_tab, "tab_copied"),
    (copy_tab_in_english, "tab_copied"),
    (add_tab, "tab_extra"),
    (copy_file, "file_copied"),
    (allow_imports, "imports_allowed"),
    (protect_by_hand, "foreign_protection"),
    (share(type="anyone", role="reader"), "shared_by_link"),
    (share(type="domain", role="writer", domain="example.com"), "shared_with_domain"),
    (share(type="user", role="writer", emailAddress="la@example.org"), "shared_with_stranger"),
    (share(type="group", role="reader", emailAddress="nhom-la@example.org"), "shared_with_stranger"),
]


@pytest.mark.parametrize(("change", "kind"), TOLD)
def test_what_only_a_person_puts_right_is_told_every_time(office, change, kind):
    office.provision()
    tab = office.tab("S-CT", "registration")
    change(tab)

    found = told(office)
    report, calls = office.provision()
    again, _ = office.provision()

    assert [name for name, _ in found] == [kind]
    assert [finding.kind.value for finding in report.drift] == [kind]
    assert ([finding.kind.value for finding in again.drift], calls[1], report.changed) == ([kind], 0, 0)
    sentence = str(report.drift[0].sentence(mended=True))
    assert sentence.startswith(f"{report.drift[0].fault}. ")
    assert str(report.drift[0].remedy)


def test_writers_may_not_share_again(office):
    office.provision()
    book = office.books("registration")[0]
    office.owner.http_client.request("patch", f"{FILES}/{book}", json={"writersCanShare": True})

    office.provision()

    clerk = office.client("so-congthuong@example.org").open_by_key(book)
    with pytest.raises(gspread.exceptions.APIError):
        clerk.share("ai-do@example.org", "user", "writer", notify=False)


def test_locale_is_told_and_set_again(office):
    office.provision()
    book = office.owner.open_by_key(office.books("report")[0])
    book.update_locale("en_US")

    report, _ = office.provision()

    assert [finding.kind.value for finding in report.drift] == ["locale"]
    assert "en_US" in str(report.drift[0].fault)
    assert office.owner.open_by_key(book.id).locale == "vi_VN"


def test_protection_that_shuts_the_service_out_is_told_and_stops_nothing(new_office):
    """The owner of a brought file took the service off a tile: it cannot mend that, and mends the rest."""
    office = new_office().as_service_account("brought")
    from tests.service.provisioning.test_provision_google import bring_all  # noqa: PLC0415 – a helper of that module

    bring_all(office)
    office.provision()
    one, other = office.tab("S-CT", "registration"), office.tab("S-GDDT", "registration")
    batch(one, update(tile(one, LOCKED_NOTE), "editors", editors={"users": []}))
    batch(other, update(tile(other, LOCKED_NOTE), "editors", editors={"users": ["la@example.org", SERVICE]}))

    report, _ = office.provision()

    assert sorted((finding.kind.value, finding.tab) for finding in report.drift if finding.tab) == [
        ("protection_open", other.title),
        ("shut_out", one.title),
    ]
    assert report.changed == 1
    assert "la@example.org" not in str(protections(other))


def test_master_shared_by_link_or_open_to_copying_is_told(office):
    office.provision()
    master = office.books("")[0]
    office.owner.http_client.request("post", f"{FILES}/{master}/permissions", json={"type": "anyone", "role": "reader"})
    office.owner.http_client.request("patch", f"{FILES}/{master}", json={"copyRequiresWriterPermission": False})

    found = told(office)
    report, _ = office.provision()

    assert sorted(found) == [("copying_on", ""), ("shared_by_link", "")]
    assert [finding.kind.value for finding in report.drift] == ["shared_by_link"]
    assert [name for name, _ in told(office)] == ["shared_by_link"]


def test_findings_are_records_and_words(office):
    office.provision()
    rename(office.tab("S-CT", "registration"))

    report, _ = office.provision(dry_run=True)

    assert report.drift == [
        DriftFinding(
            DriftKind.TAB_RENAMED,
            "Đăng ký hoạt động – “Tháng Dân vận” năm 2023",
            "Tên khác",
            "Sở Công Thương",
        )
    ]
    assert [line for line in report.lines(Language.VIETNAMESE) if "Tên khác" in line] == [
        "Đăng ký hoạt động – “Tháng Dân vận” năm 2023, trang Tên khác: "
        "mang tên khác với tên theo danh sách đơn vị, “Sở Công Thương”. Vẫn tổng hợp như cũ; đổi lại tên nếu cần."
    ]
