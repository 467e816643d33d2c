"""The count of facts beside their database: it grows with them, never shrinks by itself, and betrays a lost one."""

import os
import shutil

import pytest

from service.errors import FactsDamagedError, NoSeasonError
from service.facts.store import open_store
from service.facts.tally import Count, FactTally


@pytest.fixture
def tally(tmp_path):
    return FactTally(tmp_path)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'facts.sqlite'}"


@pytest.fixture
def record(url, tally, make_decision, campaign_key):
    """Record so many decisions."""

    def make(count: int) -> None:
        store = open_store(url, tally)
        for _ in range(count):
            store.facts.record_decision(campaign_key, make_decision("2023-09-20 08:00"))
        store.close()

    return make


def test_count_grows_with_the_facts(record, tally):
    assert tally.read() == Count()
    record(2)
    assert tally.read().last == 2
    record(3)
    assert tally.read().last == 5


def test_fact_that_is_rolled_back_is_not_counted(url, tally, make_decision, campaign_key):
    store = open_store(url, tally)

    def record_and_fail() -> None:
        with store.together():
            store.facts.record_decision(campaign_key, make_decision("2023-09-20 08:00"))
            raise KeyError

    with pytest.raises(KeyError):
        record_and_fail()

    assert tally.read() == Count()
    store.close()


def test_count_that_lags_is_no_fault(record, url, tally):
    record(3)
    tally.path.unlink()

    open_store(url, tally).close()
    record(1)

    assert tally.read().last == 4


@pytest.mark.parametrize("kept", ["", "{", "\x00" * 40, "[]", '{"last": "x"}', '{"last": 1e400}', "{" * 100_000])
def test_count_that_cannot_be_read_is_made_again(record, tally, kept):
    record(3)
    tally.path.write_text(kept)

    assert tally.read().is_whole is False
    record(1)

    assert tally.read() == Count(4)


def test_older_file_put_in_place_is_refused_with_what_to_do(record, url, tally, tmp_path):
    record(2)
    shutil.copy(tmp_path / "facts.sqlite", tmp_path / "cu.sqlite")
    record(3)
    tally.backed_up(tmp_path / "kho" / "b.zip")
    (tmp_path / "cu.sqlite").replace(tmp_path / "facts.sqlite")

    with pytest.raises(FactsDamagedError, match="chỉ có 2 sự kiện, trong khi đã ghi 5") as refused:
        open_store(url, tally)

    assert f"tonghop restore {tmp_path / 'kho' / 'b.zip'}" in str(refused.value)


def test_journal_taken_away_is_noticed(record, url, tally, tmp_path, make_decision, campaign_key):
    record(1)
    store = open_store(url, tally)
    store.facts.record_decision(campaign_key, make_decision("2023-09-21 08:00"))
    # as a copy of the one file, without what SQLite keeps beside it, has it
    there = shutil.copy(tmp_path / "facts.sqlite", tmp_path / "chep.sqlite")
    store.close()

    with pytest.raises(FactsDamagedError, match="chỉ có 1 sự kiện, trong khi đã ghi 2"):
        open_store(f"sqlite:///{there}", tally)


@pytest.mark.parametrize("lost", ["gone", "empty"])
@pytest.mark.parametrize("begins", [True, False])
@pytest.mark.parametrize("count", ["whole", "unreadable"])
def test_database_that_was_lost_is_not_begun_again(record, url, tally, tmp_path, lost, begins, count):
    record(2)
    file = tmp_path / "facts.sqlite"
    file.unlink() if lost == "gone" else file.write_bytes(b"")
    if count == "unreadable":
        tally.path.write_bytes(bytes(20))

    with pytest.raises(FactsDamagedError, match="đã mất hoặc rỗng, trong khi thư mục này đã có dữ liệu"):
        open_store(url, tally, begins=begins)

    assert not file.exists() or file.stat().st_size == 0


@pytest.mark.parametrize("there", [None, b""])
def test_nothing_is_made_where_no_season_begins(url, tally, tmp_path, there):
    if there is not None:
        (tmp_path / "facts.sqlite").write_bytes(there)
    before = sorted(os.listdir(tmp_path))

    with pytest.raises(NoSeasonError, match=r"Chưa có đợt nào ở .*facts\.sqlite"):
        open_store(url, tally, begins=False)

    assert sorted(os.listdir(tmp_path)) == before


def test_fewer_facts_are_taken_once_a_person_accepts_them(record, url, tally, tmp_path):
    record(5)
    tally.reached(9)
    with pytest.raises(FactsDamagedError):
        open_store(url, tally)

    tally.accept(5, "Chị Hoa: 9 -> 5")

    open_store(url, tally).close()
    assert tally.read() == Count(5, accepted=("Chị Hoa: 9 -> 5",))


def test_disk_that_takes_no_count_fails_nothing(record, tally, tmp_path):
    record(1)
    tally.path.unlink()
    tally.path.mkdir()

    record(2)

    assert tally.path.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
