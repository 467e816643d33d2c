"""Every store the contract is held against: SQLite, and PostgreSQL where TONGHOP_TEST_POSTGRES_URL names one."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from service.domain.decisions import Decision, DecisionKind
from service.domain.observations import Observation, TabPlace
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.facts.store import Store, open_store

POSTGRES_URL = os.environ.get("TONGHOP_TEST_POSTGRES_URL", "")
NEEDS_POSTGRES = pytest.mark.skipif(not POSTGRES_URL, reason="TONGHOP_TEST_POSTGRES_URL is not set")
CAMPAIGN = "thang_dan_van_2023"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@contextmanager
def postgres(template: str = "") -> Iterator[str]:
    """Make a database on the given server, an empty one or a copy of another, and drop it afterwards."""
    address = make_url(POSTGRES_URL).set(drivername="postgresql+psycopg")
    name = f"tonghop_{uuid.uuid4().hex}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "")))
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


BOTH = ["sqlite", pytest.param("postgresql", marks=NEEDS_POSTGRES)]


@contextmanager
def empty_database(dialect: str, folder: Path) -> Iterator[str]:
    """Make an empty database of a dialect."""
    if dialect == "sqlite":
        yield f"sqlite:///{folder / 'facts.sqlite'}"
    else:
        with postgres() as address:
            yield address


@pytest.fixture(scope="session")
def opened_file(tmp_path_factory) -> Path:
    """A database of SQLite that a store has opened once, to be copied."""
    file = tmp_path_factory.mktemp("mau") / "facts.sqlite"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def opened_database() -> Iterator[str]:
    """The name of a database of PostgreSQL that a store has opened once, to be copied."""
    with postgres() as address:
        open_store(address).close()
        yield str(make_url(address).database)


@pytest.fixture(params=BOTH)
def url(request, tmp_path) -> Iterator[str]:
    """Return the address of an empty database; a test that asks for a store gets a copy of one opened before."""
    if "store" not in request.fixturenames:
        with empty_database(request.param, tmp_path) as address:
            yield address
    elif request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("opened_file"), tmp_path)
        yield f"sqlite:///{file}"
    else:
        with postgres(request.getfixturevalue("opened_database")) as address:
            yield address


@pytest.fixture(params=BOTH)
def another_url(request, tmp_path) -> Iterator[str]:
    """Return the address of one more empty database."""
    with empty_database(request.param, tmp_path / "khac") as address:
        yield address


@pytest.fixture
def store(url) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def campaign_key() -> str:
    return CAMPAIGN


@pytest.fixture
def known_store(store) -> Store:
    """Return a store that knows two workbooks, "bang-1" and "bang-2"."""
    for shard, spreadsheet in enumerate(("bang-1", "bang-2"), start=1):
        store.registry.save_workbook(
            RegisteredWorkbook(
                CAMPAIGN, "registration", shard, spreadsheet, WorkbookKind.FORM, instant("2023-09-01 00:00")
            )
        )
    return store


@pytest.fixture(name="instant")
def instant_fixture():
    return instant


@pytest.fixture(scope="session")
def make_observation():
    def make(seen: str, unit: str = "S-CT", form: str = "registration", **what) -> Observation:
        values = {
            "last_seen_at": None,
            "modified_at": None,
            "filled": True,
            "confirmed": True,
            "nil": False,
            "content": True,
            "document": False,
            "entries": 2,
            "errors": 1,
            "warnings": 0,
            "digest": "a",
            "fault_digest": "x",
            "place": TabPlace("bang-1", 7, "Sở Công Thương", "B14"),
        }
        return Observation(unit=unit, form=form, seen_at=instant(seen), **(values | what))

    return make


@pytest.fixture(scope="session")
def make_decision():
    def make(at: str, kind: DecisionKind = DecisionKind.ACCEPT, unit: str = "S-CT", **what) -> Decision:
        return Decision(kind, unit, "registration", instant(at), "Chị Hoa", "đủ hồ sơ", **what)

    return make
