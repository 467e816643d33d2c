"""Who writes as whom, and that two at once lose nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from werkzeug.serving import make_server

from service import connections
from service.web.editor import tab_access
from service.web.editor.posted_cells import Change, Edit
from service.web.editor.tab_access import (
    Desk,
    EditedTab,
    Keyring,
    LockedError,
    MovedError,
    NoAddressError,
    TabGoneError,
)
from sheets_schema.campaign import Unit

UNIT = Unit("S-CT", "Sở Công Thương", "Sở CT", "so", emails=("So-CT@example.org", "phong@example.org"))


@pytest.fixture
def workspace(office):
    with office.workspace() as opened:
        yield opened


@pytest.fixture
def desk(workspace):
    """Return `desk(unit, email)`: that unit's registration before somebody."""
    keyring = Keyring(workspace)

    def make(unit="S-CT", email="so-congthuong@example.org"):
        tabs = workspace.store.registry.tabs(workspace.campaign.key)
        tab = next(tab for tab in tabs if (tab.unit, tab.form) == (unit, "registration"))
        place = EditedTab(tab.spreadsheet_id, tab.sheet_id)
        return Desk(keyring.sheets(email), workspace.sheets, place), keyring.writing(tab.spreadsheet_id)

    return make


@pytest.mark.parametrize(
    ("signed_in_as", "address"),
    [("Phong@example.org", "phong@example.org"), ("khac@example.org", "so-ct@example.org")],
)
def test_unit_writes_with_its_own_address(signed_in_as, address):
    assert tab_access.address_of(UNIT, signed_in_as) == address


def test_unit_without_an_address_is_told():
    with pytest.raises(NoAddressError):
        tab_access.address_of(replace(UNIT, emails=()), "ai@example.org")


def test_unit_may_write_its_own_tab_alone(desk):
    own, _ = desk()
    others, _ = desk(unit="S-GDDT")

    assert own.look().is_input(11, 1)
    assert not others.look().is_input(11, 1)


def test_protections_decide_whatever_we_think(desk):
    others, _ = desk(unit="S-GDDT")

    with pytest.raises(LockedError):
        others._apply([{"updateCells": {"start": {"sheetId": others.place.sheet_id}, "rows": [], "fields": "*"}}])


def test_save_writes_and_announces_once(desk):
    own, lock = desk()
    told = []
    edit = Edit(own.look().layout, (Change(11, 1, "", "=A1"), Change(11, 2, "", "0123")))

    tab, weighed = own.save(edit, lock, lambda: told.append(1))

    assert set(weighed.writes) == {(11, 1), (11, 2)}
    assert own.look().version == tab.version
    assert (own.look().text(11, 1), own.look().text(11, 2), told) == ("=A1", "0123", [1])


def test_save_of_what_is_there_already_announces_nothing(desk):
    own, lock = desk()
    told = []

    own.save(Edit(own.look().layout, (Change(11, 1, "", ""),)), lock, lambda: told.append(1))

    assert told == []


def test_save_writes_nothing_when_cells_moved(desk):
    own, lock = desk()

    with pytest.raises(MovedError):
        own.save(Edit("cũ", (Change(11, 1, "", "a"),)), lock, lambda: None)

    assert own.look().text(11, 1) == ""


def test_look_at_a_tab_that_is_gone(desk):
    own, _ = desk()

    with pytest.raises(TabGoneError):
        replace(own, place=replace(own.place, sheet_id=999)).look()


def test_two_at_once_on_one_cell_lose_nothing(desk):
    own, lock = desk()
    layout = own.look().layout

    def save(text):
        _, weighed = own.save(Edit(layout, (Change(11, 1, "", text),)), lock, lambda: None)
        return text, weighed

    with ThreadPoolExecutor(4) as pool:
        saves = list(pool.map(save, ["một", "hai", "ba", "bốn"]))

    written = [text for text, weighed in saves if weighed.writes]
    assert written == [own.look().text(11, 1)]
    assert {conflict.theirs for _, weighed in saves for conflict in weighed.conflicts} == set(written)


def test_announce_edit_marks_the_campaign_dirty(workspace, desk):
    own, _ = desk()

    tab_access.announce_edit(workspace, own.place.spreadsheet_id)

    assert workspace.store.work.state(workspace.campaign.key).dirty_since is not None


@pytest.fixture
def sheets_server(office):
    """The embedded server over the office's own store, at an address of its own."""
    server = make_server("127.0.0.1", 0, connections.embedded_application(office.settings, office.clock), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_unit_writes_to_a_server_reached_by_its_address(office, sheets_server):
    office.settings = replace(office.settings, sheets=sheets_server)
    with office.workspace() as workspace:
        tab = next(tab for tab in workspace.store.registry.tabs(workspace.campaign.key) if tab.unit == "S-CT")
        sheets = Keyring(workspace).sheets("so-congthuong@example.org")
        desk = Desk(sheets, workspace.sheets, EditedTab(tab.spreadsheet_id, tab.sheet_id))

        desk.save(Edit(desk.look().layout, (Change(11, 1, "", "từ xa"),)), threading.Lock(), lambda: None)

        assert desk.look().text(11, 1) == "từ xa"
