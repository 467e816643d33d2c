"""A season half-way is backed up while it goes on, restored elsewhere, and goes on there as if nothing had been."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import stat
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import gspread
import openpyxl
import pytest

from service import connections, data_folder, wiring, workflows
from service.domain import standing_record
from service.domain.decisions import DecisionKind
from service.errors import BackupError, FactsDamagedError, NoSeasonError, SettingsError, SheetsDamagedError
from service.facts.store import open_store
from service.operations.backup import restoring, taking
from service.operations.backup.taking import Extras
from service.operations.backup.verifying import Verified
from service.seasons import drafts, season_folders
from service.settings import campaign_of
from service.workspace import silent
from sheets_schema.declaration import builtin_campaign, read_folder
from sheets_schema.wording import Language
from tests.service.conftest import READING_WEEK
from tests.service.facts.conftest import NEEDS_POSTGRES, postgres
from tests.service.operations.backup.conftest import GOOD, SENT, decide, rewritten, take


def told(office, at: str) -> list[dict]:
    """Return what the board is told as of an instant, explanations included."""
    with office.workspace() as workspace:
        instant = office.now.fromisoformat(at).replace(tzinfo=office.now.tzinfo)
        found = workflows.standings(workspace, instant, office.forms)
        return [
            standing_record.standing_record(office.campaign, one)
            | workflows.explain(workspace, one.unit, one.form, instant).as_dict(Language.VIETNAMESE)
            for one in found
        ]


def log_of(office):
    with office.workspace() as workspace:
        return workspace.store.facts.lines(office.campaign.key)


ASKED = ("2023-09-20 00:00", "2023-09-21 08:00", "2023-09-28 08:00", "2023-10-02 17:00")


def same(office, again) -> list[bool]:
    return [log_of(again) == log_of(office), *(told(again, at) == told(office, at) for at in ASKED)]


def test_restored_elsewhere_it_answers_the_same_and_consolidating_writes_nothing(half_way, taken, restored):
    again = restored(half_way, taken.path)

    report = again.consolidate()

    assert same(half_way, again) == [True] * 5
    assert (report.write_calls, report.changed, report.feedback, report.observed) == (0, False, 0, 0)
    assert again.master() == half_way.master()


@NEEDS_POSTGRES
def test_from_sqlite_to_postgresql_and_back(half_way, taken, restored, tmp_path):
    with postgres() as url:
        grown = restored(half_way, taken.path, "lon", url)
        report = grown.consolidate()
        assert (report.write_calls, report.observed) == (0, 0)
        assert same(half_way, grown) == [True] * 5

        back = restored(grown, take(grown, tmp_path / "ve.zip").path, "ve")

    assert same(half_way, back) == [True] * 5


def test_what_is_learned_after_restoring_gets_fresh_numbers(half_way, taken, restored):
    again = restored(half_way, taken.path)
    before = [line.id for line in log_of(again)]

    again.at("2023-09-29 08:00").type("S-GDDT", "registration", (), SENT)
    again.consolidate()
    decide(again, "S-CT", DecisionKind.ACCEPT)

    assert [line.id for line in log_of(again)][len(before) :] == [max(before) + 1, max(before) + 2]


def test_what_was_typed_after_the_backup_is_not_in_it(half_way, taken, restored):
    half_way.type("VP-UBND", "registration", [GOOD], SENT)

    again = restored(half_way, taken.path)

    assert [again.standing(unit, "registration").receipt.value for unit in ("S-CT", "VP-UBND")] == ["complete", "none"]
    assert again.tab("VP-UBND", "registration").findall("12-KH/BCS") == []


def test_whoever_writes_goes_on_while_it_is_taken(half_way, restored, tmp_path):
    """Facts come and cells are typed all along; every backup is one state, and none of them lost a number."""
    stop, written = threading.Event(), []

    def write(what):
        while not stop.is_set():
            what()
        written.append(what)

    store = open_store(half_way.settings.facts_url)
    tab = half_way.tab("S-GDDT", "registration", half_way.client())
    key, line = half_way.campaign.key, log_of(half_way)[-1]
    writers = [
        threading.Thread(target=write, args=(lambda: store.facts.record([line, line]),)),
        threading.Thread(target=write, args=(lambda: tab.update([["chữ"] * 3], "B30:D30"),)),
    ]
    for writer in writers:
        writer.start()
    backups = [take(half_way, tmp_path / f"{number}.zip") for number in range(3)]
    stop.set()
    for writer in writers:
        writer.join()

    assert len(written) == 2
    for number, backup in enumerate(backups):
        again = restored(half_way, backup.path, f"noi-{number}")
        ids = [one.id for one in log_of(again)]
        assert (ids == list(range(1, len(ids) + 1)), len(ids) % 2) == (True, len(log_of(half_way)) % 2)
        with sqlite3.connect(again.settings.data_dir / "sheets.sqlite") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
    assert backups[0].manifest.numbers["facts"] < backups[-1].manifest.numbers["facts"] <= len(store.facts.lines(key))
    store.close()


def test_file_is_for_its_owner_alone_and_nothing_else_is_left(taken):
    assert stat.S_IMODE(taken.path.stat().st_mode) == 0o600
    assert sorted(path.name for path in taken.path.parent.iterdir()) == ["data", "sao-luu.zip"]
    assert taken.size == taken.path.stat().st_size


def test_manifest_counts_what_is_in_the_file(taken, half_way):
    with zipfile.ZipFile(taken.path) as file:
        manifest = json.loads(file.read("manifest.json"))
        lines = file.read("facts/facts.jsonl").splitlines()

    assert manifest["rows"]["facts"] == len(lines) == len(log_of(half_way))
    assert (manifest["format"], manifest["campaign"], manifest["sheets"]) == (1, half_way.campaign.key, "embedded")
    assert manifest["created_at"] == "2023-09-28T08:00:00+07:00"


@pytest.mark.parametrize(("wanted", "kept"), [(False, []), (True, ["secrets/embedded-token"])])
def test_secrets_are_in_the_file_only_when_asked_for(half_way, restored, tmp_path, wanted, kept):
    token = data_folder.owner_token(half_way.settings)
    path = take(half_way, tmp_path / "b.zip", secrets=wanted).path

    again = restored(half_way, path)

    with zipfile.ZipFile(path) as file:
        assert [name for name in file.namelist() if name.startswith("secrets/")] == kept
        assert (token.encode() in b"".join(file.read(name) for name in file.namelist())) == wanted
    assert (data_folder.owner_token(again.settings) == token) == wanted
    secret = again.settings.data_dir / "embedded-token"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_every_workbook_as_xlsx_when_asked_for(half_way, tmp_path):
    path = take(half_way, tmp_path / "b.zip", spreadsheets=True).path

    with zipfile.ZipFile(path) as file:
        books = [name for name in file.namelist() if name.startswith("spreadsheets/")]
        assert books == [f"spreadsheets/{name}.xlsx" for name in ("registration-1", "report-1", "master")]
        with file.open(books[0]) as workbook:
            cells = {cell for row in openpyxl.load_workbook(workbook)["Sở Công Thương"].values for cell in row}
    assert {"Ra quân dọn vệ sinh môi trường", "Thăm hộ nghèo 🏚", "=1+1"} <= cells


def test_workbook_that_cannot_be_had_is_told_of_and_the_rest_is_kept(half_way, restored, tmp_path):
    half_way.owner.del_spreadsheet(half_way.books("report")[0])

    made = take(half_way, tmp_path / "b.zip", spreadsheets=True)

    assert [notice.partition(":")[0] for notice in made.manifest.notices] == [
        "Không lấy được bảng tính report-1 thành .xlsx"
    ]
    assert log_of(restored(half_way, made.path)) == log_of(half_way)


def test_own_campaign_folder_goes_along_and_comes_back(reading_week, tmp_path):
    reading_week.at("2031-04-20 08:00").provision()
    path = take(reading_week, tmp_path / "b.zip").path
    other = tmp_path / "khac"
    settings = replace(
        reading_week.settings, data_dir=other, campaign=str(other / "campaign" / reading_week.campaign.key)
    )

    told_of = restoring.restore(settings, path, silent)

    assert told_of.campaign_folder == other / "campaign" / READING_WEEK.name
    assert campaign_of(settings) == campaign_of(reading_week.settings)


def test_what_was_restored_beside_a_declaration_set_by_its_folder_is_backed_up_again(reading_week, tmp_path):
    reading_week.at("2031-04-20 08:00").provision()
    path = take(reading_week, tmp_path / "b.zip").path
    there = replace(reading_week.settings, data_dir=tmp_path / "khac")  # the folder stays where it was

    told_of = restoring.restore(there, path, silent)
    again = taking.take(there, tmp_path / "c.zip", Extras(verified=True), reading_week.clock, silent)

    assert told_of.campaign_folder == there.data_dir / "seasons" / READING_WEEK.name
    assert told_of.campaign_folder.is_dir()
    assert [part.name for part in again.manifest.under("seasons")] == []
    assert again.manifest.under("campaign")


def test_another_campaign_is_refused_with_what_to_set(taken, half_way, tmp_path):
    settings = replace(half_way.settings, data_dir=tmp_path / "khac", campaign=str(READING_WEEK))

    with pytest.raises(BackupError, match="TONGHOP_CAMPAIGN=thang_dan_van_2023"):
        restoring.restore(settings, taken.path, silent)

    assert not (tmp_path / "khac").exists()


def test_rehearsal_stays_a_rehearsal_and_a_season_a_season(half_way, taken, restored, tmp_path):
    data_folder.make_rehearsal(half_way.settings.data_dir)
    rehearsed = take(half_way, tmp_path / "dien-tap.zip")

    marks = [
        (restored(half_way, path, name).settings.data_dir / data_folder.REHEARSAL_MARK).exists()
        for path, name in ((taken.path, "that"), (rehearsed.path, "tap"))
    ]

    assert marks == [False, True]


def test_spreadsheets_at_google_and_here_are_not_mixed_up(taken, half_way, tmp_path):
    settings = replace(half_way.settings, data_dir=tmp_path / "khac", sheets="google")

    with pytest.raises(BackupError, match="TONGHOP_SHEETS=embedded"):
        restoring.restore(settings, taken.path, silent)


@pytest.mark.parametrize("there", ["facts.sqlite", "ghi-chu.txt", "campaign/campaign.toml"])
def test_folder_that_is_not_empty_is_refused_naming_what_is_there(taken, half_way, tmp_path, there):
    path = tmp_path / "khac" / there
    path.parent.mkdir(parents=True)
    path.write_text("của ai đó")

    with pytest.raises(BackupError, match=f"không trống: {there.partition('/')[0]}"):
        restoring.restore(replace(half_way.settings, data_dir=tmp_path / "khac"), taken.path, silent)

    assert path.read_text() == "của ai đó"


@NEEDS_POSTGRES
def test_database_that_is_not_empty_is_refused_naming_what_is_there(taken, half_way, restored, tmp_path):
    with postgres() as url:
        restored(half_way, taken.path, "mot", url)

        with pytest.raises(BackupError, match="Cơ sở dữ liệu không trống: contents, deciding, decision_numbers, facts"):
            restored(half_way, taken.path, "hai", url)

        assert not (tmp_path / "hai").exists()


def test_mount_is_refused_with_a_folder_in_it(taken, half_way):
    """Its place cannot be taken by a rename."""
    with pytest.raises(BackupError, match="TONGHOP_DATA_DIR=/dev/tonghop"):
        restoring.restore(replace(half_way.settings, data_dir=Path("/dev")), taken.path, silent)


def test_empty_folder_by_another_name_takes_the_backup(taken, half_way, restored, tmp_path):
    (tmp_path / "that").mkdir()
    (tmp_path / "khac").symlink_to(tmp_path / "that")

    assert log_of(restored(half_way, taken.path)) == log_of(half_way)
    assert (tmp_path / "that" / "sheets.sqlite").exists()


def test_nothing_to_back_up_is_said_and_makes_nothing(new_office, tmp_path):
    office = new_office(name="chua-co")

    with pytest.raises(NoSeasonError, match="Chưa có đợt nào ở đây"):
        take(office, tmp_path / "b.zip")

    assert list(tmp_path.iterdir()) == []


def test_folder_as_target_gets_a_name_by_campaign_and_time(half_way, tmp_path):
    (tmp_path / "kho").mkdir()

    assert take(half_way, tmp_path / "kho").path.name == "tonghop-thang_dan_van_2023-20230928-080000.zip"


@pytest.mark.parametrize("kind", ["file", "link"])
def test_nothing_is_written_over(half_way, tmp_path, kind):
    path = tmp_path / "b.zip"
    path.write_text("cũ") if kind == "file" else path.symlink_to(tmp_path / "khong-co")

    with pytest.raises(BackupError, match="Đã có"):
        take(half_way, path)

    assert os.path.lexists(path)


@pytest.mark.parametrize("target", ["khong-co/b.zip", "b\x00.zip", "x" * 300])
def test_target_that_cannot_be_is_refused(half_way, tmp_path, target):
    with pytest.raises(BackupError):
        take(half_way, tmp_path / target)

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_keeping_the_newest_leaves_every_other_file(half_way, tmp_path):
    kho = tmp_path / "kho"
    kho.mkdir()
    others = ("tonghop-thang_dan_van_2024-20230101-000000.zip", "tonghop-thang_dan_van_2023-truoc-khi-xoa.zip", "a.zip")
    for name in others:
        (kho / name).touch()
    for day in ("21", "22", "23"):
        take(half_way.at(f"2023-09-{day} 02:00"), kho)

    pruned = taking.keep_newest(kho, half_way.campaign, 2, half_way.now)

    assert pruned.notice is None
    assert [path.name for path in pruned.gone] == ["tonghop-thang_dan_van_2023-20230921-020000.zip"]
    assert len(list(kho.iterdir())) == 2 + len(others)


def test_keeping_the_newest_never_deletes_the_one_just_taken_for_those_of_a_time_to_come(half_way, tmp_path):
    kho = tmp_path / "kho"
    kho.mkdir()
    ahead = [kho / f"tonghop-thang_dan_van_2023-209912{day}-000000.zip" for day in (30, 31)]
    for path in ahead:
        path.touch()
    for day in ("21", "22"):
        take(half_way.at(f"2023-09-{day} 02:00"), kho)

    pruned = taking.keep_newest(kho, half_way.campaign, 1, half_way.now)

    assert [path.name[-19:-4] for path in pruned.gone] == ["20230921-020000"]
    assert pruned.to_come == tuple(ahead)
    assert "Có 2 bản mang thời điểm chưa đến" in pruned.notice.text()
    assert len(list(kho.iterdir())) == 3


def test_a_file_that_came_meanwhile_is_written_over_by_nothing(half_way, tmp_path):
    target = tmp_path / "b.zip"

    with pytest.raises(BackupError, match="Đã có"):
        taking.take(half_way.settings, target, Extras(), half_way.clock, lambda _said: target.write_bytes(b"khac"))

    assert target.read_bytes() == b"khac"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "data"]


@pytest.mark.parametrize("left", ["nothing", "an empty file"])
def test_lost_spreadsheets_are_no_backup(half_way, tmp_path, left):
    file = half_way.settings.data_dir / "sheets.sqlite"
    for path in half_way.settings.data_dir.glob("sheets.sqlite*"):
        path.unlink()
    if left == "an empty file":
        file.touch()

    with pytest.raises(SheetsDamagedError, match="đã mất hoặc rỗng"):
        take(half_way, tmp_path / "b.zip", verified=True)

    assert not (tmp_path / "b.zip").exists()
    # nothing was made in its place, by which the next command would take it for whole
    assert (file.exists(), file.exists() and file.stat().st_size) == (
        left != "nothing",
        False if left == "nothing" else 0,
    )


class PowerCutError(BaseException):
    """The process is interrupted here."""


def test_what_a_kill_left_beside_is_cleared_by_the_next_one(half_way, taken, restored, tmp_path):
    left = tmp_path / ".khac.restoring-0123abcd"
    left.mkdir()
    (left / "sheets.sqlite").write_text("dở")
    others = tmp_path / ".khac-1.restoring-0123abcd"
    others.mkdir()

    again = restored(half_way, taken.path)

    assert (left.exists(), others.exists()) == (False, True)
    assert log_of(again) == log_of(half_way)
    assert again.consolidate().write_calls == 0


@pytest.fixture
def elsewhere(tmp_path):
    """A database of its own, outside the data folder."""
    return f"sqlite:///{tmp_path / 'noi-khac.sqlite'}"


def marked(settings) -> None:
    """Make a data folder what a kill leaves of it between the rename and the commit of its database."""
    settings.data_dir.mkdir(exist_ok=True)
    (settings.data_dir / "sheets.sqlite").touch()
    (settings.data_dir / data_folder.RESTORING_MARK).touch()


def test_folder_whose_database_was_not_filled_is_opened_by_nothing_and_restored_again(
    half_way, taken, restored, tmp_path, elsewhere
):
    settings = replace(half_way.settings, data_dir=tmp_path / "khac", database_url=elsewhere)
    marked(settings)

    with pytest.raises(SettingsError, match="Chạy lại: tonghop restore"), wiring.open_workspace(settings):
        pass
    again = restored(half_way, taken.path, database_url=elsewhere)

    assert log_of(again) == log_of(half_way)
    assert again.consolidate().write_calls == 0
    assert restoring.leftovers(settings.data_dir) == ()


def test_cut_off_after_the_commit_the_next_one_only_ends_it(half_way, taken, restored, elsewhere):
    again = restored(half_way, taken.path, database_url=elsewhere)
    mark = again.settings.data_dir / data_folder.RESTORING_MARK
    mark.write_text(restoring.mark_of(taken.manifest, again.settings))
    said = []

    restoring.restore(again.settings, taken.path, said.append)

    assert str(said[-1]).startswith("Lần khôi phục trước đã ghi xong")
    assert log_of(again) == log_of(half_way)


def test_cut_off_restore_is_not_ended_by_another_backup_or_in_another_database(half_way, taken, restored, tmp_path):
    first, second = (f"sqlite:///{tmp_path / name}" for name in ("mot.sqlite", "hai.sqlite"))
    again = restored(half_way, taken.path, database_url=first)
    other = restored(half_way, taken.path, name="khac-nua", database_url=second)
    decide(other, "S-CT", DecisionKind.ACCEPT)
    mark = again.settings.data_dir / data_folder.RESTORING_MARK
    mark.write_text(restoring.mark_of(taken.manifest, again.settings))
    another = take(half_way.at("2023-09-29 08:00"), tmp_path / "b.zip")

    for settings, file in ((replace(again.settings, database_url=second), taken.path), (again.settings, another.path)):
        with pytest.raises(BackupError, match="Cơ sở dữ liệu không trống"):
            restoring.restore(settings, file, silent)

    assert mark.exists()
    assert len(log_of(other)) == len(log_of(half_way)) + 1


@NEEDS_POSTGRES
def test_restore_into_a_server_is_whole_or_nothing(half_way, taken, restored, tmp_path):
    with postgres() as url:
        settings = replace(half_way.settings, data_dir=tmp_path / "khac", database_url=url)
        marked(settings)

        again = restored(half_way, taken.path, database_url=url)

        assert sorted(path.name for path in settings.data_dir.iterdir()) == ["facts-count.json", "sheets.sqlite"]
        assert log_of(again) == log_of(half_way)


@pytest.mark.parametrize("url", ["", "elsewhere"])
def test_interrupted_restore_leaves_nothing(half_way, taken, tmp_path, elsewhere, url):
    settings = replace(half_way.settings, data_dir=tmp_path / "khac", database_url=url and elsewhere)

    def interrupt(sentence) -> None:
        if str(sentence).startswith("Đang ghi nhật ký"):
            raise PowerCutError

    with pytest.raises(PowerCutError):
        restoring.restore(settings, taken.path, interrupt)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "sao-luu.zip"]


def test_interrupted_backup_leaves_no_file(half_way, tmp_path):
    def interrupt(_sentence: str) -> None:
        raise PowerCutError

    with pytest.raises(PowerCutError):
        taking.take(half_way.settings, tmp_path / "b.zip", Extras(), half_way.clock, interrupt)

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_token_of_a_unit_opens_its_workbook_on_the_restored_ones(half_way, restored, tmp_path):
    email, book = "so@example.org", half_way.books("registration")[0]
    half_way.owner.open_by_key(book).share(email, "user", "writer", notify=False)
    client = half_way.client(email)
    token = client.http_client.session.headers["Authorization"].removeprefix("Bearer ")

    again = restored(half_way, take(half_way, tmp_path / "b.zip").path)

    session = again.session(connections.embedded_application(again.settings, again.clock), token)
    found = gspread.Client(auth=None, session=session).list_spreadsheet_files()
    assert [entry["id"] for entry in found] == [book]


def test_verified_backup_was_restored_and_compared(half_way, tmp_path):
    taken = take(half_way, tmp_path / "b.zip", verified=True)

    counts = taken.manifest.rows
    assert taken.verified == Verified(len(counts), sum(counts.values()), counts["facts"], spreadsheets=3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "data"]


@pytest.mark.sqlite_file
def test_newest_backup_is_the_one_to_restore_when_the_data_are_lost(half_way, taken):
    (half_way.settings.data_dir / "facts.sqlite").unlink()

    with pytest.raises(FactsDamagedError, match="đã mất hoặc rỗng") as refused:
        take(half_way, taken.path.with_name("c.zip"))

    assert f"tonghop restore {taken.path}" in str(refused.value)
    assert not taken.path.with_name("c.zip").exists()


DAMAGES = {
    "facts zeroed": (
        "facts.sqlite",
        lambda content: content[:20480] + bytes(4096) + content[24576:],
        FactsDamagedError,
    ),
    "facts cut": ("facts.sqlite", lambda content: content[: len(content) // 2], FactsDamagedError),
    "sheets zeroed": (
        "sheets.sqlite",
        lambda content: content[:40960] + bytes(40960) + content[81920:],
        SheetsDamagedError,
    ),
    "sheets cut": ("sheets.sqlite", lambda content: content[: len(content) // 2], SheetsDamagedError),
    "sheets all zeros": ("sheets.sqlite", lambda content: bytes(len(content)), SheetsDamagedError),
}


@pytest.mark.sqlite_file
@pytest.mark.parametrize("kind", DAMAGES)
def test_damaged_data_are_not_backed_up(half_way, tmp_path, kind):
    name, spoil, error = DAMAGES[kind]
    file = half_way.settings.data_dir / name
    file.write_bytes(spoil(file.read_bytes()))

    with pytest.raises(error, match="đã hỏng"):
        take(half_way, tmp_path / "b.zip")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def spoiled_sheets(_manifest, parts):
    content = parts["sheets.sqlite"]
    parts["sheets.sqlite"] = content[:40960] + bytes(40960) + content[81920:]


def spoiled_fact(_manifest, parts):
    rows = [json.loads(line) | {"payload": "{}"} for line in parts["facts/facts.jsonl"].splitlines()]
    parts["facts/facts.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(spoiled_sheets, "Bảng tính trong tệp sao lưu đã hỏng"), (spoiled_fact, "giữ sự kiện không đọc được")],
)
def test_backup_of_damaged_data_is_not_restored(half_way, taken, tmp_path, spoil, words):
    bad = rewritten(taken.path, tmp_path / "hong.zip", spoil)

    with pytest.raises(BackupError, match=words):
        restoring.restore(replace(half_way.settings, data_dir=tmp_path / "khac", database_url=""), bad, silent)

    assert not (tmp_path / "khac").exists()


def test_what_killed_backups_left_is_cleared_but_not_one_under_way(half_way, tmp_path):
    left, under_way = tmp_path / ".a.zip.backing-up-0123abcd", tmp_path / ".b.zip.backing-up-89abcdef"
    kept = tmp_path / ".c.zip.backing-up-khac"
    for folder in (left, under_way, kept):
        folder.mkdir()
        (folder / "whole").write_bytes(b"x")
    handle = os.open(under_way, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    told: list = []

    taking.take(half_way.settings, tmp_path / "d.zip", Extras(), half_way.clock, told.append)
    os.close(handle)

    assert (left.exists(), under_way.exists(), kept.exists()) == (False, True, True)
    assert str(told[0]) == f"Đã xóa phần dở của một lần sao lưu bị cắt ngang: {left}."


def test_restored_folder_counts_its_own_facts(half_way, taken, restored):
    decide(half_way, "S-CT", DecisionKind.ACCEPT)

    again = restored(half_way, taken.path)

    count = data_folder.tally_of(again.settings).read().last
    assert count == taken.manifest.numbers["facts"]
    assert data_folder.tally_of(half_way.settings).read().last == count + 1


def test_a_season_whose_folder_cannot_be_read_is_named_and_the_rest_is_kept(half_way, restored, tmp_path):
    settings, own = half_way.settings, half_way.campaign.key
    files = read_folder(builtin_campaign(own))
    readable = drafts.begin(settings, files, own, 2031, (own,))
    other = drafts.begin(settings, files, own, 2032, (own,))
    roster = season_folders.season_folder(settings, other.key) / "units.csv"
    roster.unlink()
    roster.symlink_to(roster)

    taken = take(half_way, tmp_path / "b.zip", verified=True)

    (notice,) = taken.manifest.notices
    assert other.key in notice
    assert str(roster.parent) in notice
    there = restored(half_way, taken.path).settings
    assert season_folders.season_keys(there) == (readable.key,)


def test_a_season_begun_in_the_browser_comes_back_with_its_declaration_and_its_drafts(half_way, restored, tmp_path):
    settings = half_way.settings
    shipped = builtin_campaign(half_way.campaign.key)
    files = read_folder(shipped)
    files["units.csv"] = files["units.csv"].replace("Sở Công Thương".encode(), "Sở Công Thương và Du lịch".encode())
    season_folders.write_season(settings, half_way.campaign.key, files)
    draft = drafts.begin(settings, files, half_way.campaign.key, 2031, (half_way.campaign.key,))

    there = restored(half_way, take(half_way, tmp_path / "b.zip", verified=True).path).settings

    assert campaign_of(there).unit("S-CT").name == "Sở Công Thương và Du lịch"
    assert season_folders.is_draft(there, draft.key)
    assert drafts.read(there, draft.key) == drafts.read(settings, draft.key)
