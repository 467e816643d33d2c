"""Settings become a workspace: the campaign, a rehearsal's clock, the token, the server in process or by address."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service import clock as clocks
from service import connections, data_folder, wiring, workflows
from service.domain.file_sources import Files, FileSource
from service.errors import RehearsalError, SettingsError, SheetsForbiddenError, SheetsUnavailableError
from service.settings import Settings, campaign_of

AT = datetime(2023, 9, 29, tzinfo=UTC)
READING_WEEK = str(Path(__file__).parents[1] / "campaigns" / "tuan_le_doc_sach_2031")


def test_campaign_comes_by_name_or_folder():
    assert campaign_of(Settings()).year == 2023
    assert campaign_of(Settings(campaign=READING_WEEK)).year == 2031


@pytest.mark.parametrize("campaign", ["khong_co", "/khong/co", "..", "../../etc"])
def test_campaign_that_is_none_is_refused(campaign):
    with pytest.raises(SettingsError, match="Khai báo đợt"):
        campaign_of(Settings(campaign=campaign))


def test_clock_is_the_systems_unless_set(tmp_path):
    assert wiring.clock_for(Settings(data_dir=tmp_path), None) is clocks.system


def test_clock_is_set_in_a_rehearsal(tmp_path):
    settings = Settings(data_dir=tmp_path / "new", rehearsal=True)

    assert wiring.clock_for(settings, AT)() == AT
    assert wiring.clock_for(Settings(data_dir=tmp_path / "new"), AT)() == AT
    assert wiring.clock_for(settings, AT, goes_on=True)() >= AT


def test_clock_is_not_set_elsewhere(tmp_path):
    with pytest.raises(RehearsalError):
        wiring.clock_for(Settings(data_dir=tmp_path), AT)


def test_clock_is_not_set_over_the_facts_of_a_real_season(tmp_path):
    with wiring.open_workspace(Settings(data_dir=tmp_path)):
        pass

    with pytest.raises(RehearsalError):
        wiring.clock_for(Settings(data_dir=tmp_path, rehearsal=True), AT)


def test_folder_that_began_as_a_rehearsal_stays_one(tmp_path):
    settings = Settings(data_dir=tmp_path / "new", rehearsal=True)
    with wiring.open_workspace(settings, wiring.clock_for(settings, None)):
        pass

    assert wiring.clock_for(settings, AT)() == AT


def test_data_folder_that_cannot_be_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="TONGHOP_DATA_DIR"):
        data_folder.data_folder(Settings(data_dir=tmp_path / "file" / "data"))


def test_data_folder_is_the_operators_alone(tmp_path):
    folder = data_folder.data_folder(Settings(data_dir=tmp_path / "data"))

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_owner_token_is_made_once_and_kept_from_others(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as threads:
        tokens = set(threads.map(lambda _: data_folder.owner_token(settings), range(8)))

    assert len(tokens) == 1
    assert len(tokens.pop()) >= 32
    assert stat.S_IMODE((tmp_path / "embedded-token").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["embedded-token"]


def test_owner_token_is_the_one_set(tmp_path):
    assert data_folder.owner_token(Settings(data_dir=tmp_path, embedded_token="abc")) == "abc"
    assert list(tmp_path.iterdir()) == []


def test_secret_key_is_made_once_and_kept_from_others(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: data_folder.secret_key(settings), range(8)))

    assert len(keys) == 1
    assert keys.pop() not in {"", data_folder.owner_token(settings)}
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize("sheets", ["embedded", "google", "http://127.0.0.1:9"])
def test_secret_key_is_the_one_set(tmp_path, sheets):
    settings = Settings(data_dir=tmp_path, sheets=sheets, secret_key="mot-khoa-du-dai-0123")

    assert data_folder.secret_key(settings) == "mot-khoa-du-dai-0123"
    assert list(tmp_path.iterdir()) == []


def test_secret_key_must_be_set_with_google(tmp_path):
    with pytest.raises(SettingsError, match="TONGHOP_SECRET_KEY"):
        data_folder.secret_key(Settings(data_dir=tmp_path, sheets="google"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "files"),
    [
        ({}, Files(FileSource.OWN)),
        ({"sheets": "http://127.0.0.1:9"}, Files(FileSource.OWN)),
        ({"sheets": "google"}, Files(FileSource.BROUGHT)),
        ({"sheets": "google", "files": "own"}, Files(FileSource.OWN)),
        ({"sheets": "google", "files": "drive:0ABcdef"}, Files(FileSource.DRIVE, "0ABcdef")),
        ({"files": "brought"}, Files(FileSource.BROUGHT)),
    ],
)
def test_new_spreadsheets_come_from_where_they_can_be_owned(settings, files):
    assert wiring.files_of(Settings(**settings)) == files


def test_google_without_a_key_is_told(tmp_path):
    settings = Settings(data_dir=tmp_path, sheets="google", google_credentials=tmp_path / "no-key.json")

    with pytest.raises(SettingsError, match="TONGHOP_GOOGLE_CREDENTIALS"):
        wiring.connect_sheets(settings, clocks.system)


@pytest.fixture
def served(listen, tmp_path):
    """The embedded server over HTTP, with a data folder of its own."""
    settings = Settings(data_dir=tmp_path / "server", embedded_token="khoa-chung")
    return listen(connections.embedded_application(settings, clocks.frozen(AT)))


def test_same_season_over_http(served, tmp_path):
    settings = Settings(data_dir=tmp_path / "office", sheets=served, campaign=READING_WEEK, embedded_token="khoa-chung")

    with wiring.open_workspace(settings, clocks.frozen(AT)) as workspace:
        report = workflows.provision(workspace, ["viec_lam"])
        first = workflows.consolidate(workspace, trigger="test")
        second = workflows.consolidate(workspace, trigger="test")

    assert (report.created, first.changed, second.write_calls) == (2, True, 0)
    assert not (tmp_path / "office" / "sheets.sqlite").exists()


def test_wrong_token_over_http_is_told(served, tmp_path):
    settings = Settings(data_dir=tmp_path / "office", sheets=served, embedded_token="khoa-sai")

    with (
        wiring.open_workspace(settings, clocks.frozen(AT)) as workspace,
        pytest.raises(SheetsForbiddenError, match="đăng nhập"),
    ):
        workflows.provision(workspace, ["report"])


def test_nobody_at_the_address_is_told(tmp_path):
    settings = Settings(data_dir=tmp_path, sheets="http://127.0.0.1:1", embedded_token="x")
    with wiring.open_workspace(settings, clocks.frozen(AT)) as workspace, pytest.raises(SheetsUnavailableError):
        workspace.sheets.create("Sổ", {})


def test_password_file_of_the_machine_never_replaces_our_token(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    with wiring.open_workspace(Settings(data_dir=tmp_path / "data")) as workspace:
        assert workspace.sheets.find({"tonghop.campaign": "x"}) == ()


@pytest.mark.parametrize("content", [None, b"", b"   ", b"hai chu", b"\xff\xfe", "mã".encode(), b"a\x00b"])
def test_file_that_holds_no_token_is_nobody(tmp_path, content):
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    settings = Settings(data_dir=tmp_path, sheets="http://127.0.0.1:1")

    with pytest.raises(SettingsError, match="--as: "), connections.another(settings, clocks.system, str(path)):
        pass


def test_identity_made_for_a_trial_is_nobody_after(tmp_path):
    settings = Settings(data_dir=tmp_path)

    with connections.another(settings, clocks.system, "Thu@vidu.example") as (client, address):
        assert (address, client.list_spreadsheet_files()) == ("thu@vidu.example", [])

    with pytest.raises(SheetsForbiddenError):
        client.list_spreadsheet_files()


def calls_of(store):
    with store._database.reading() as connection:
        return {tuple(row) for row in connection.exec_driver_sql("SELECT identity, kind FROM calls")}


def test_limits_that_are_set_are_kept_to_together_by_every_process(tmp_path):
    settings = Settings(data_dir=tmp_path, campaign=READING_WEEK, reads_per_minute=6_000, writes_per_minute=6_000)
    for _ in range(2):
        with wiring.open_workspace(settings, clocks.frozen(AT)) as workspace:
            workflows.provision(workspace, ("viec_lam",))
            calls = calls_of(workspace.store)

    # one identity, by a hash: the log of calls holds no address
    assert {kind for _, kind in calls} == {"read", "write"}
    assert [len(identity) for identity in {identity for identity, _ in calls}] == [64]


def test_without_limits_nothing_is_counted(tmp_path):
    with wiring.open_workspace(Settings(data_dir=tmp_path, campaign=READING_WEEK), clocks.frozen(AT)) as workspace:
        workflows.provision(workspace, ("viec_lam",))

        assert calls_of(workspace.store) == set()


def test_limits_are_by_address_and_place(tmp_path):
    google, elsewhere = Settings(sheets="google"), Settings(sheets="http://127.0.0.1:9", reads_per_minute=60)
    with wiring.open_workspace(Settings(data_dir=tmp_path, campaign=READING_WEEK)) as workspace:
        paced = [
            connections.pacing_of(settings, workspace.store.calls, email)
            for settings, email in ((google, "a@example.org"), (google, "b@example.org"), (elsewhere, "a@example.org"))
        ]

    assert len({one.identity for one in paced}) == 3
    assert [dict(one.per_minute) for one in paced] == [{"read": 60, "write": 60}] * 2 + [{"read": 60, "write": 0}]
    assert connections.pacing_of(Settings(), workspace.store.calls, "a@example.org") is None
