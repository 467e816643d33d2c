"""Every call a part of the service makes is one that Google lets its scopes make, by Google's own description."""

import pytest

from service import connections, pushes, wiring, workflows
from service.embedded.storage.bearer_tokens import issue_token
from service.facts.records import ChannelKind
from service.operations.doctor import examination
from service.operations.doctor.live.session import Means
from service.sheets import drive_about, drive_files
from service.sheets.components import DRIVE, DRIVE_METADATA, SCOPES, SPREADSHEETS, Component
from service.sheets.marks import COLUMN_KEY
from service.sheets.verbs import Sheets
from service.web.machines import health
from tests import discovery
from tests.recording import RECORDER
from tests.service.operations.doctor.live.conftest import GROUP, OTHER, Live

DOCUMENTS = ("sheets.v4", "drive.v3")
ACCEPTED = {
    method["id"]: set(method["scopes"])
    for name in DOCUMENTS
    for method in discovery.methods(discovery.document(name))
    if "scopes" in method
}


def refused(component, calls):
    """Return the calls for which Google accepts none of a part's scopes."""
    return sorted(call for call in calls if not ACCEPTED[call] & set(SCOPES[component]))


@pytest.fixture
def calls_of():
    """Return the methods that were called while something was done."""

    def record(act):
        before = RECORDER.seen.copy()
        act()
        return set(RECORDER.seen - before)

    return record


def test_provisioning_is_covered(new_office, calls_of):
    office = new_office()

    def season():
        office.provision()
        tab = office.tab("S-CT", "registration")
        office.owner.open_by_key(tab.spreadsheet_id).del_worksheet(tab)
        office.provision(recreate=True)
        office.unit("S-CT", emails=("moi@vidu.example",))
        office.provision()

    calls = calls_of(season)

    assert {"drive.files.create", "drive.permissions.create", "drive.permissions.delete"} <= calls
    assert refused(Component.PROVISION, calls) == []


def test_consolidation_and_its_watching_are_covered(office, calls_of):
    def worker():
        office.type("S-CT", "registration", [["1", "Mít tinh", "15/10/2023"]])
        office.at("2023-10-05 08:00").type("S-CT", "registration", labels={"Xác nhận gửi": "x"})
        office.consolidate()
        with office.workspace() as workspace:
            pushes.ensure_channels(workspace, "http://127.0.0.1:9/hooks/drive")
            office.now += 0.6 * pushes.LIFE[ChannelKind.FILE]
            pushes.ensure_channels(workspace, "http://127.0.0.1:9/hooks/drive")
            workspace.sheets.modified_at(office.books("registration")[0])
            workspace.sheets.state(office.books("registration")[0])

    calls = calls_of(worker)

    # the clerk's own typing is not the service's
    calls -= {"sheets.spreadsheets.values.update", "sheets.spreadsheets.values.get"}
    assert {"drive.files.watch", "drive.channels.stop", "drive.files.get"} <= calls
    assert refused(Component.CONSOLIDATE, calls) == []


def test_web_is_covered(office, calls_of):
    def ready():
        with office.workspace() as workspace:
            assert health.probe_of(workspace).failure() is None

    calls = calls_of(ready)

    assert (calls, refused(Component.WEB, calls)) == ({"drive.files.list"}, [])


def test_doctor_is_covered_by_the_scopes_it_asks_for(office, calls_of):
    def look():
        with office.workspace() as workspace:
            assert [finding.subject for finding in examination.of_workspace(workspace)] != []
            drive_about.server_time(workspace.sheets.client)

    calls = calls_of(look)

    assert {"sheets.spreadsheets.get", "drive.files.get", "drive.permissions.list"} <= calls
    assert refused(Component.CONSOLIDATE, calls) == []


def test_live_trials_are_covered_by_the_scopes_they_ask_for(office, calls_of):
    calls = calls_of(lambda: Live(office).run(Means(another=OTHER, group=GROUP)))

    assert {"drive.files.create", "drive.files.update", "drive.files.delete"} <= calls
    assert refused(Component.PROVISION, calls) == []


def test_what_is_asked_of_drive_to_know_ourselves_is_covered_everywhere():
    assert [component for component in Component if refused(component, {"drive.about.get"})] == []


def test_making_a_file_is_for_provisioning_alone():
    assert [component for component in Component if not refused(component, {"drive.files.create"})] == ["provision"]


def test_no_part_asks_for_more_than_its_calls_need():
    """Sharing needs all of Drive; nobody else has it, and the web cannot open a spreadsheet."""
    asked = {component: set(scopes) for component, scopes in SCOPES.items()}

    assert asked == {
        Component.PROVISION: {SPREADSHEETS, DRIVE},
        Component.CONSOLIDATE: {SPREADSHEETS, DRIVE_METADATA},
        Component.WEB: {DRIVE_METADATA},
    }
    assert refused(Component.WEB, {"sheets.spreadsheets.get"}) == ["sheets.spreadsheets.get"]
    assert refused(Component.CONSOLIDATE, {"drive.permissions.create"}) == ["drive.permissions.create"]


def test_rights_and_readers_are_told(office):
    book = office.books("registration")[0]
    with office.workspace() as workspace:
        ours = drive_files.facts_of(workspace.sheets, book)
        shared = drive_files.permissions_of(workspace.sheets, book)

    assert (ours.may_edit, ours.state, ours.copying_off, ours.writers_can_share) == (True, "there", False, False)
    assert (shared[0].kind, shared[0].address, shared[0].role) == ("user", wiring.OWNER_EMAIL, "owner")
    assert {one.role for one in shared[1:]} <= {"writer"}


def test_reader_is_told_he_may_not_edit(office):
    book = office.books("registration")[0]
    office.owner.open_by_key(book).share("xem@vidu.example", "user", "reader", notify=False)

    found = drive_files.facts_of(Sheets(office_client(office, "xem@vidu.example"), COLUMN_KEY), book)

    assert found.may_edit is False


def office_client(office, email):
    token = issue_token(office.settings.data_dir, email, office.clock)
    application = connections.embedded_application(office.settings, office.clock)
    return connections.http.connect(office.session(application, token))


def test_workflows_name_their_part(office):
    with wiring.open_workspace(office.settings, office.clock, component=Component.WEB) as workspace:
        assert workflows.standings(workspace, office.now, ("registration",)) != ()
        assert wiring.for_component(workspace, Component.PROVISION) is workspace
