"""Opening, migrating, and failures in words an operator understands."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text

from service.errors import FactsError
from service.facts import schema
from service.facts.database import open_database
from service.facts.store import open_store
from service.settings import Settings
from tests.service.facts.conftest import NEEDS_POSTGRES, postgres

ROOT = Path(__file__).parents[3]


def test_migrations_make_exactly_the_tables_that_are_used(url, store):
    engine = create_engine(url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    engine.dispose()

    assert differences == []


def test_the_known_revision_is_the_newest_migration():
    scripts = ScriptDirectory(str(ROOT / "service/facts/migrations"))

    assert scripts.get_current_head() == schema.REVISION
    assert scripts.get_base() == schema.FIRST_REVISION


def test_opening_again_keeps_everything(url, store, campaign_key, instant):
    store.registry.mark_read("bang-1", instant("2023-10-01 08:00"))

    again = open_store(url)

    assert again.registry.last_read("bang-1") == instant("2023-10-01 08:00")
    again.close()


def test_a_newer_database_is_refused(url, store):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(FactsError, match=r"mới hơn chương trình này \(9999\)\. Hãy cài bản mới"):
        open_store(url)


@pytest.mark.parametrize("revision", ["0001", f"{int(schema.FIRST_REVISION) - 1:04}"])
def test_a_database_of_a_trial_version_is_refused(url, store, revision):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()

    with pytest.raises(FactsError, match="trước bản phát hành đầu tiên"):
        open_store(url)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("rác", "Địa chỉ cơ sở dữ liệu không đọc được"),
        ("mysql://chu:mat-khau@may/ten", "Không nhận cơ sở dữ liệu “mysql”"),
        ("sqlite://", "Không nhận cơ sở dữ liệu “sqlite”"),
        ("sqlite:///:memory:", "Không nhận cơ sở dữ liệu “sqlite”"),
        ("postgresql://chu:mat-khau@127.0.0.1:1/ten", "Không dùng được cơ sở dữ liệu"),
    ],
)
def test_unusable_addresses_are_refused_without_their_password(address, words):
    with pytest.raises(FactsError, match=words) as raised:
        open_store(address)

    assert "mat-khau" not in str(raised.value)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    file = tmp_path / "facts.sqlite"
    file.write_text("không phải cơ sở dữ liệu " * 100)

    with pytest.raises(FactsError, match="not a database"):
        open_store(f"sqlite:///{file}")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "tep").touch()

    with pytest.raises(FactsError, match="Không mở được thư mục dữ liệu"):
        open_store(f"sqlite:///{tmp_path / 'tep' / 'facts.sqlite'}")


def test_sqlite_makes_its_folder_and_writes_ahead(tmp_path):
    file = tmp_path / "đợt 2023" / "facts.sqlite"

    open_store(f"sqlite:///{file}")

    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_readers_do_not_wait_for_a_writer(url, store, instant):
    other = open_store(url)
    database = open_database(url)

    with database.writing():
        assert other.registry.last_read("bang-1") is None

    database.close()
    other.close()


def test_a_write_within_a_reading_transaction_is_refused(url, store):
    database = open_database(url)

    with pytest.raises(FactsError), database.reading(), database.writing():
        pass
    database.close()


def test_a_store_that_is_up_to_date_opens_without_alembic(url, store):
    code = "import sys; from service.facts.store import open_store; open_store(sys.argv[1]).close();"
    code += "print('alembic' in sys.modules)"

    result = subprocess.run(
        [sys.executable, "-c", code, url], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert result.stdout.strip() == "False"


def test_database_says_its_dialect(url, store):
    database = open_database(url)

    assert database.is_sqlite == url.startswith("sqlite")
    database.close()


@NEEDS_POSTGRES
def test_a_server_is_reached_over_its_socket():
    """As on Cloud Run: no host in the address, the socket's folder beside it."""
    with postgres() as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            folders = connection.execute(text("SHOW unix_socket_directories")).scalar()
        engine.dispose()
        address = make_url(url)
        folder = Path(str(folders).partition(",")[0].strip())
        if not (folder / f".s.PGSQL.{address.port}").exists():
            pytest.skip("the server's socket is not on this machine")
        settings = Settings.from_env(
            {
                "TONGHOP_DATABASE_URL": f"postgresql://{address.username}:mat-khau@/{address.database}"
                f"?host={folder}&port={address.port}"
            }
        )

        store = open_store(settings.facts_url)

        assert store.work.workers(datetime(2023, 9, 1, tzinfo=UTC)) == ()
        store.close()


def test_sqlite_waits_for_the_disk_at_every_commit(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'facts.sqlite'}")
    with store._database.writing() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    store.close()


def test_tables_of_another_shape_are_another_revision():
    """A store of the tables as they were would be opened, and called damaged where a column is missing."""
    shape = [
        (table.name, column.name, repr(column.type), column.nullable, column.primary_key)
        for table in schema.metadata.sorted_tables
        for column in table.columns
    ]

    known = (schema.REVISION, hashlib.sha256(repr(shape).encode()).hexdigest()[:16])

    assert known == ("0013", "2d393a7064307de8"), "the tables changed: give them a new revision, and put both here"


@NEEDS_POSTGRES
def test_a_server_that_takes_nothing_is_named():
    with postgres() as url:
        store = open_store(url)
        store.inspection.refuse_read_only()
        store.close()
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(f'ALTER DATABASE "{engine.url.database}" SET default_transaction_read_only = on'))
        engine.dispose()

        again = open_store(url)
        with pytest.raises(FactsError, match="chỉ cho đọc"):
            again.inspection.refuse_read_only()
        again.close()
