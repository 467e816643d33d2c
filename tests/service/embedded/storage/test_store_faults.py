"""A store whose file is damaged, full, shut or held: an answer with its reason, and nothing of the request is kept."""

import os
import resource
import sqlite3
from dataclasses import replace

import gspread
import pytest

from service import connections
from service.embedded.storage import sqlite_store
from service.embedded.storage.sqlite_store import SpreadsheetStore, StoreError, StoreFault
from service.errors import IncompleteReadError, SheetsDamagedError, SheetsUnavailableError

PAGE = 4096


def overwrite(file, number, content):
    with file.open("r+b") as opened:
        opened.seek(number * PAGE)
        opened.write(content)


DAMAGES = {
    "noise": lambda file: overwrite(file, 9, os.urandom(3 * PAGE)),
    "zeros within": lambda file: overwrite(file, 12, bytes(PAGE)),
    "cut in half": lambda file: os.truncate(file, file.stat().st_size // 2),
    "cut by a byte": lambda file: os.truncate(file, file.stat().st_size - 1),
    "zeros": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "another file": lambda file: file.write_bytes(b"rac" * 5000),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_damaged_store_is_refused_at_once_and_by_every_way_in(office, kind):
    file = office.settings.data_dir / "sheets.sqlite"
    DAMAGES[kind](file)

    words = r"sheets\.sqlite trong thư mục dữ liệu đã hỏng.*tonghop restore"
    with pytest.raises((SheetsDamagedError, IncompleteReadError), match=words):
        office.consolidate()
    with pytest.raises(SheetsDamagedError):
        connections.unit_token(office.settings, office.clock, "a@vidu.example")
    with pytest.raises(StoreError):
        sqlite_store.examine(file)


@pytest.mark.parametrize("lost", ["gone", "empty"])
def test_store_that_was_lost_is_not_begun_again(office, lost):
    file = office.settings.data_dir / "sheets.sqlite"
    file.unlink() if lost == "gone" else file.write_bytes(b"")

    with pytest.raises(SheetsDamagedError, match=r"sheets\.sqlite đã mất hoặc rỗng"):
        office.consolidate()

    assert not file.exists() or file.stat().st_size == 0


def test_row_that_refers_to_nothing_is_damage(office):
    file = office.settings.data_dir / "sheets.sqlite"
    plain = sqlite3.connect(file)
    plain.execute("DELETE FROM file WHERE key = (SELECT min(key) FROM file)")
    plain.commit()
    plain.close()

    with pytest.raises(StoreError, match=r"(permission|book|drive_file): file") as refused:
        sqlite_store.examine(file)

    assert refused.value.fault is StoreFault.DAMAGED


def test_full_disk_keeps_nothing_of_a_write_and_is_not_tried_again(office):
    tab = office.tab("S-CT", "registration")
    before = tab.get_all_values()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limit[1]))
    try:
        with pytest.raises(gspread.exceptions.APIError) as refused:
            tab.update([["x" * 40_000]], "A20", raw=True)
        with pytest.raises(SheetsUnavailableError, match=r"sheets\.sqlite báo lỗi|sheets\.sqlite đã đầy"):
            connections.unit_token(office.settings, office.clock, "a@vidu.example")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    assert refused.value.code == 503
    assert office.tab("S-CT", "registration").get_all_values() == before


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
def test_file_taken_away_while_it_is_open_is_told_and_nothing_is_written(tmp_path, ending):
    store = SpreadsheetStore(tmp_path)
    with store.writing() as connection:
        connection.execute("INSERT INTO membership (grp, email) VALUES ('a', 'b')")
    (tmp_path / f"sheets.sqlite{ending}").rename(tmp_path / "lay-di")

    for opened in (store.writing, store.reading):
        with pytest.raises(StoreError, match=f"sheets.sqlite{ending}$") as refused, opened():
            pass
        assert refused.value.fault is StoreFault.REPLACED

    (tmp_path / "lay-di").rename(tmp_path / f"sheets.sqlite{ending}")
    with store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM membership").fetchone() == (1,)
    store.close()


def test_newer_store_is_refused(tmp_path):
    SpreadsheetStore(tmp_path).copy_to(tmp_path / "copy")
    plain = sqlite3.connect(tmp_path / "sheets.sqlite")
    plain.execute("PRAGMA user_version = 99")
    plain.close()

    with pytest.raises(StoreError) as refused, SpreadsheetStore(tmp_path).reading():
        pass

    assert refused.value.fault is StoreFault.NEWER


@pytest.mark.parametrize("content", ["", "\x00" * 43, "abc", "x" * 21, "mã bí mật " * 5])
def test_token_that_is_damaged_is_named_with_what_to_do(office, content):
    (office.settings.data_dir / "embedded-token").write_text(content)
    office.settings = replace(office.settings)

    with pytest.raises(Exception, match=r"embedded-token đã hỏng.*xóa tệp để tonghop tạo mã mới"):
        office.consolidate()


def test_every_commit_waits_for_the_disk(tmp_path):
    with sqlite_store.writing_to(tmp_path) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_store_that_nothing_refers_to_closes_its_connections(tmp_path):
    store = SpreadsheetStore(tmp_path)
    with store.reading() as connection:
        pass
    assert connection.execute("SELECT 1").fetchone() == (1,)
    del store
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_a_connection_inherited_through_a_fork_is_not_closed(tmp_path):
    store = SpreadsheetStore(tmp_path)
    with store.reading() as connection:
        pass
    child = os.fork()
    if child == 0:
        store.close()
        os._exit(0 if connection.execute("SELECT 1").fetchone() == (1,) else 1)
    assert os.waitpid(child, 0)[1] == 0
