"""Damage by valid SQL: a line of an unknown kind, a value of another type, a line or words taken out."""

import sqlite3

import pytest
from click.testing import CliRunner

from service.cli.root import main

pytestmark = pytest.mark.sqlite_file
FIRST_SEEN = "(SELECT min(id) FROM facts WHERE kind = 'observation')"
DAMAGE = {
    "unknown kind": (f"UPDATE facts SET kind = 'la_lung' WHERE id = {FIRST_SEEN}", "la_lung"),
    "no instant": (f"UPDATE facts SET happened_at = 'hôm qua' WHERE id = {FIRST_SEEN}", "hôm qua"),
    "unreadable": (
        "UPDATE facts SET payload = json_set(payload, '$.seen_at', 'hôm qua') WHERE id = "
        "(SELECT max(id) FROM facts WHERE kind = 'observation' AND unit = 'S-CT' AND form = 'registration')",
        "",
    ),
    "words gone": (
        "DELETE FROM texts WHERE digest = (SELECT digest FROM versions ORDER BY id DESC LIMIT 1)",
        "is gone",
    ),
}


@pytest.fixture(scope="module")
def typed_once(shared_office):
    for words in ("Ra quân làm sạch kênh mương", "Hội thi dân vận khéo"):
        shared_office.type("S-CT", "registration", [["1", words, "15/10/2023"]])
        shared_office.consolidate()
    return shared_office


@pytest.fixture
def damage(office, typed_once):
    """Return `damage(statement)`: what is typed is consolidated, then the statement carried out on the file."""
    office.become(typed_once)

    def execute(statement: str) -> None:
        connection = sqlite3.connect(office.settings.data_dir / "facts.sqlite")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(statement)
        connection.commit()
        connection.close()

    return execute


def command(office, *arguments: object):
    given = {"TONGHOP_DATA_DIR": str(office.settings.data_dir), "TONGHOP_REHEARSAL": "1"}
    return CliRunner().invoke(main, [str(one) for one in arguments], env=given)


STATUS, EXPLAIN = ("status",), ("explain", "S-CT", "--form", "registration")


# a status is read from the lines that decide alone
@pytest.mark.parametrize(
    ("what", "arguments"),
    [
        ("unknown kind", STATUS),
        ("unknown kind", EXPLAIN),
        ("no instant", EXPLAIN),
        ("unreadable", STATUS),
        ("unreadable", EXPLAIN),
    ],
)
def test_status_says_that_a_line_is_damaged(office, damage, what, arguments):
    statement, named = DAMAGE[what]
    damage(statement)

    answer = command(office, *arguments)

    assert (answer.exit_code, named in answer.output, "đã hỏng" in answer.output) == (2, what != "unknown kind", True)


@pytest.mark.parametrize("what", DAMAGE)
def test_doctor_and_backup_say_what_is_damaged(office, damage, tmp_path, what):
    statement, named = DAMAGE[what]
    damage(statement)

    for answer in (command(office, "doctor"), command(office, "backup", tmp_path / "backup.zip")):
        assert answer.exit_code == 2, answer.output
        assert "đã hỏng" in answer.output
    assert not (tmp_path / "backup.zip").exists()
    assert what != "no instant" or named in answer.output


def test_words_that_are_gone_are_told_where_they_are_asked_for(office, damage):
    damage(DAMAGE["words gone"][0])

    answer = command(office, "explain", "S-CT", "--form", "registration")

    assert (answer.exit_code, "đã hỏng" in answer.output) == (2, True)


def test_doctor_names_lines_that_were_taken_out(office, damage):
    damage(f"DELETE FROM facts WHERE id = {FIRST_SEEN}")

    answer = command(office, "doctor")

    assert "thiếu 1 số thứ tự trước sự kiện cuối cùng" in answer.output


def test_work_state_of_another_type_is_damage_also_for_who_writes_it(office, damage):
    damage("UPDATE work SET lease_until = 'hôm qua', owner = 'x'")

    answer = command(office, "consolidate")

    assert (answer.exit_code, "'hôm qua' is no instant" in answer.output) == (2, True)
