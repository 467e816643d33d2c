"""A database whose file is damaged, full, shut or held: one sentence with the file, what was recorded, what to do."""

import os
import resource
import shutil
import sqlite3
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from service.errors import FactsDamagedError, FactsError
from service.facts.database import open_database
from service.facts.log import FactLog
from service.facts.store import open_store

PAGE = 4096


@pytest.fixture
def file(tmp_path):
    return tmp_path / "facts.sqlite"


@pytest.fixture
def filled(filled_once, file):
    """A store with facts enough for a few dozen pages; its file is one, nothing beside it."""
    return shutil.copy(filled_once, file)


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory, make_decision, make_observation, campaign_key):
    file = tmp_path_factory.mktemp("day") / "facts.sqlite"
    store = open_store(f"sqlite:///{file}")
    for minute in range(60):
        store.facts.record_observations(
            campaign_key, [make_observation(f"2023-09-20 08:{minute:02}") for _ in range(5)]
        )
        store.facts.record_decision(campaign_key, make_decision("2023-09-21 08:00", document="x" * 3000))
    store.close()
    return file


def overwrite(file, numbers, content):
    with file.open("r+b") as opened:
        for number in numbers:
            opened.seek(number * PAGE)
            opened.write(content)


DAMAGES = {
    "noise": lambda file: overwrite(file, range(3, 60, 7), os.urandom(PAGE)),
    "one page of noise": lambda file: overwrite(file, [9], os.urandom(PAGE)),
    "one page of zeros": lambda file: overwrite(file, [9], bytes(PAGE)),
    "cut in half": lambda file: os.truncate(file, file.stat().st_size // 2),
    "cut by a byte": lambda file: os.truncate(file, file.stat().st_size - 1),
    "zeros": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "another file": lambda file: file.write_bytes(b"PK\x03\x04" * 5000),
    "header": lambda file: overwrite(file, [0], b"SQLite format 3\x00" + bytes(84)),
}


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize("begins", [True, False])
def test_damaged_file_is_refused_and_left_as_it_is(filled, kind, begins):
    DAMAGES[kind](filled)
    before = filled.read_bytes()

    with pytest.raises(FactsDamagedError, match=r"Tệp .*facts\.sqlite đã hỏng .*tonghop restore TỆP"):
        open_store(f"sqlite:///{filled}", begins=begins)

    assert filled.read_bytes() == before


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE facts SET payload = '{' WHERE id = 7", "Expecting"),
        ("UPDATE facts SET payload = 'null' WHERE id = 6", "sự kiện số 6 không đọc được"),
        ("UPDATE facts SET payload = '{}' WHERE id = 6", "sự kiện số 6 không đọc được"),
        ("UPDATE facts SET payload = CAST(x'ff' AS TEXT) WHERE id = 7", "UTF-8"),
        ("UPDATE facts SET recorded_at = 4611686018427387904 WHERE id = 7", "is no instant"),
    ],
)
def test_row_that_this_program_never_wrote_is_refused_where_it_is_read(filled, campaign_key, statement, words):
    plain = sqlite3.connect(filled)
    plain.execute("DROP TRIGGER facts_refuse_update")
    plain.execute(statement)
    plain.commit()
    plain.close()
    store = open_store(f"sqlite:///{filled}")

    for read in (lambda: store.facts.history(campaign_key), store.facts.refuse_unreadable):
        with pytest.raises(FactsDamagedError, match=words):
            read()

    store.close()


@pytest.mark.parametrize("table", ["facts", "grants", "work", "tabs"])
def test_table_that_is_gone_is_named(filled, table):
    plain = sqlite3.connect(filled)
    plain.execute(f"DROP TABLE {table}")
    plain.close()

    with pytest.raises(FactsDamagedError, match=f"thiếu bảng {table}"):
        open_store(f"sqlite:///{filled}")


@contextmanager
def files_no_larger_than(size):
    """Keep any file of this process from growing beyond a size, as a disk that is full does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 1, 4000, 9000, 20_000])
def test_full_disk_records_nothing_and_says_so(file, room, make_decision, campaign_key):
    store = open_store(f"sqlite:///{file}")
    store.facts.record_decision(campaign_key, make_decision("2023-09-20 08:00"))
    journal = file.with_name("facts.sqlite-wal").stat().st_size

    long = make_decision("2023-09-21 08:00", document="y" * 30_000)
    words = r"Đĩa chứa .*facts\.sqlite.*Thao tác vừa rồi chưa được ghi"
    with files_no_larger_than(journal + room), pytest.raises(FactsError, match=words):
        store.facts.record_decision(campaign_key, long)

    assert len(store.facts.lines(campaign_key)) == 1
    store.facts.record_decision(campaign_key, make_decision("2023-09-22 08:00"))
    assert len(store.facts.lines(campaign_key)) == 2
    store.close()


def test_database_without_room_says_so(file, make_decision, campaign_key):
    database = open_database(f"sqlite:///{file}")
    log = FactLog(database)
    with database.writing() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))

    with pytest.raises(FactsError, match=r"đã đầy: dọn bớt\. Thao tác vừa rồi chưa được ghi"):
        log.record_decision(campaign_key, make_decision("2023-09-21 08:00", document="y" * 300_000))

    assert log.lines(campaign_key) == ()
    database.close()


def test_database_that_another_program_holds_is_named_and_nothing_is_recorded(file, make_decision, campaign_key):
    store = open_store(f"sqlite:///{file}?timeout=0.2")
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(FactsError, match=r"đang giữ tệp .*facts\.sqlite quá lâu.*chưa được ghi"):
        store.facts.record_decision(campaign_key, make_decision("2023-09-21 08:00"))
    assert store.facts.lines(campaign_key) == ()

    holder.execute("ROLLBACK")
    holder.close()
    store.facts.record_decision(campaign_key, make_decision("2023-09-21 08:00"))
    assert len(store.facts.lines(campaign_key)) == 1
    store.close()


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
@pytest.mark.parametrize("act", ["deleted", "replaced"])
def test_file_taken_away_while_it_is_open_is_named_and_nothing_is_recorded(
    file, make_decision, campaign_key, ending, act
):
    store = open_store(f"sqlite:///{file}")
    store.facts.record_decision(campaign_key, make_decision("2023-09-20 08:00"))
    taken = file.with_name(f"facts.sqlite{ending}")
    content = taken.read_bytes()
    taken.rename(file.with_name("lay-di"))
    if act == "replaced":
        taken.write_bytes(content)

    for act_on in (
        lambda: store.facts.record_decision(campaign_key, make_decision("2023-09-21 08:00")),
        lambda: store.facts.lines(campaign_key),
    ):
        with pytest.raises(FactsDamagedError, match=rf"{taken.name} đã bị xóa hoặc bị thay"):
            act_on()

    # put back, what was recorded is there and goes on
    file.with_name("lay-di").replace(taken)
    store.facts.record_decision(campaign_key, make_decision("2023-09-22 08:00"))
    assert len(store.facts.lines(campaign_key)) == 2
    store.close()


@pytest.mark.parametrize("version", ["''", "x'ff'", "7.5", "'a b'"])
def test_version_that_is_none_is_damage(filled, version):
    plain = sqlite3.connect(filled)
    plain.execute(f"UPDATE alembic_version SET version_num = {version}")
    plain.commit()
    plain.close()

    with pytest.raises(FactsDamagedError, match="không phải của chương trình này"):
        open_store(f"sqlite:///{filled}")
