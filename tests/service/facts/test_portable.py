"""Rows out of one state of a database and into an empty one: both dialects, older versions, all or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Boolean, Float, Integer, String, text

from service.domain.decisions import DecisionKind
from service.errors import FactsError
from service.facts import portable, schema
from service.facts.database import open_database
from service.facts.portable import Image
from service.facts.schema import InstantColumn
from service.facts.store import open_store


@pytest.fixture
def empty(another_url) -> str:
    """Return the address of one more empty database."""
    return another_url


@pytest.fixture
def filled(url, store, make_decision, make_observation, campaign_key, instant) -> str:
    """Return the address of a database that has something in it, Vietnamese and half a character among it."""
    store.facts.record_observations(campaign_key, [make_observation("2023-09-20 08:00", digest="ă\u2028\x1f")])
    store.facts.record_decision(campaign_key, make_decision("2023-09-21 08:00", DecisionKind.ACCEPT))
    store.registry.mark_read("bang-1", instant("2023-09-20 08:00:00.123456"))
    store.runs.start(campaign_key, instant("2023-09-20 08:00"), "test", "Chị Hoa")
    return url


def image_of(url: str) -> Image:
    with portable.snapshot(url) as found:
        tables = {name: tuple(found.rows(name)) for name in found.tables}
        return Image(found.revision, {name: lambda rows=rows: rows for name, rows in tables.items()}, found.numbers())


def contents(image: Image) -> dict[str, tuple]:
    return {name: tuple(rows()) for name, rows in image.tables.items()}


def test_rows_go_from_one_database_into_another_unchanged(filled, empty):
    taken = image_of(filled)

    portable.fill(empty, taken)

    again = image_of(empty)
    assert contents(again) == contents(taken)
    assert (again.revision, again.numbers) == (taken.revision, taken.numbers)


def test_every_table_but_the_living_workers_is_taken(filled):
    assert set(image_of(filled).tables) == set(schema.metadata.tables) - {"heartbeats"}


def test_every_column_is_of_a_kind_that_both_dialects_and_json_keep():
    kinds = {type(column.type) for table in schema.metadata.tables.values() for column in table.columns}

    assert {kind for kind in kinds if not issubclass(kind, (Boolean, Float, InstantColumn, Integer, String))} == set()


def test_numbers_are_never_given_twice(filled, empty, make_decision, campaign_key, instant):
    taken = image_of(filled)
    # the highest numbers belong to rows that are gone
    portable.fill(empty, Image(taken.revision, taken.tables, {"facts": 40, "runs": 70}))
    store = open_store(empty)

    store.facts.record_decision(campaign_key, make_decision("2023-09-22 08:00"))
    run = store.runs.start(campaign_key, instant("2023-09-22 08:00"), "test", "")

    assert [line.id for line in store.facts.lines(campaign_key)] == [1, 2, 41]
    assert run == 71
    store.close()


def test_an_empty_log_begins_at_one(url, store, empty, make_decision, campaign_key):
    portable.fill(empty, image_of(url))
    again = open_store(empty)

    again.facts.record_decision(campaign_key, make_decision("2023-09-22 08:00"))

    assert [line.id for line in again.facts.lines(campaign_key)] == [1]
    again.close()


def test_facts_stay_guarded_after_a_filling(filled, empty):
    portable.fill(empty, image_of(filled))

    database = open_database(empty)
    with pytest.raises(FactsError, match="what is on record is never changed"), database.writing() as connection:
        connection.execute(text("UPDATE facts SET reason = 'khác'"))
    database.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda rows: {"facts": lambda: [*rows("facts"), {"id": 9}]}, "không đúng các cột"),
        (lambda rows: {"facts": lambda: [*rows("facts"), *rows("facts")]}, "Cơ sở dữ liệu báo lỗi"),
        (lambda rows: {"la_lam": lambda: [{"id": 1}]}, "Không có bảng “la_lam”"),
        (lambda rows: {"runs": lambda: [{**row, "campaign": None} for row in rows("runs")]}, "báo lỗi"),
    ],
)
def test_a_filling_that_fails_leaves_nothing(filled, empty, spoil: Callable, words):
    taken = image_of(filled)
    tables = {**taken.tables, **spoil(lambda name: taken.tables[name]())}

    with pytest.raises(FactsError, match=words):
        portable.fill(empty, Image(taken.revision, tables, taken.numbers))

    with portable.snapshot(empty) as found:
        assert found is None


def test_a_database_with_anything_in_it_is_not_filled(filled, url):
    with pytest.raises(FactsError, match="không trống: deciding, decision_numbers, facts"):
        portable.fill(filled, image_of(filled))

    assert len(contents(image_of(filled))["facts"]) == 2


def test_a_database_that_was_only_opened_is_filled(filled, empty):
    open_store(empty).close()

    portable.fill(empty, image_of(filled))

    assert len(contents(image_of(empty))["facts"]) == 2


def test_occupied_names_what_holds_anything(filled, empty):
    assert portable.occupied(empty) == ()
    assert len(portable.occupied(filled)) == 5


def test_what_fails_before_the_commit_leaves_nothing(filled, empty):
    def fail(_last: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        portable.fill(empty, image_of(filled), before_commit=fail)

    assert portable.occupied(empty) == ()


def test_a_snapshot_is_one_state_while_others_write(filled, campaign_key, make_decision):
    writer = open_store(filled)
    with portable.snapshot(filled) as found:
        before = len(tuple(found.rows("runs")))
        typing = threading.Thread(
            target=writer.facts.record_decision, args=(campaign_key, make_decision("2023-09-23 08:00"))
        )
        typing.start()
        typing.join(20)

        seen = [row["id"] for row in found.rows("facts")]

    assert (before, seen, len(writer.facts.lines(campaign_key))) == (1, [1, 2], 3)
    writer.close()


def test_nothing_is_made_by_asking(tmp_path):
    url = f"sqlite:///{tmp_path / 'facts.sqlite'}"

    assert portable.occupied(url) == ()
    assert list(tmp_path.iterdir()) == []
