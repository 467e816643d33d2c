"""provision --dry-run prints the whole plan and makes nothing that was not there."""

import pytest
from click.testing import CliRunner

from service.cli.season_commands import provision


def run(folder, *arguments, **settings):
    env = {f"TONGHOP_{name}": value for name, value in settings.items()} | {"TONGHOP_DATA_DIR": str(folder)}
    return CliRunner().invoke(provision, arguments, env=env, catch_exceptions=False)


def names(folder):
    # SQLite's own files beside a database come and go with the last connection, which Python closes when it likes
    return {path.name for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [((), {}), (("--now", "2023-09-01"), {"REHEARSAL": "1"}), ((), {"EMBEDDED_TOKEN": "mot-ma-truy-cap-dai"})],
)
def test_plan_over_nothing_makes_no_folder(tmp_path, arguments, settings):
    answer = run(tmp_path / "data", "--dry-run", *arguments, **settings)

    assert (answer.exit_code, "sẽ tạo 106" in answer.output) == (0, True)
    assert list(tmp_path.iterdir()) == []


def test_plan_over_an_empty_folder_leaves_it_empty(tmp_path):
    database = f"sqlite:///{tmp_path / 'facts.sqlite'}"

    answer = run(tmp_path, "--dry-run", DATABASE_URL=database)

    assert (answer.exit_code, "sẽ tạo 106" in answer.output) == (0, True)
    assert list(tmp_path.iterdir()) == []


def test_plan_over_what_is_there_counts_it(office):
    folder = office.settings.data_dir
    before = names(folder)

    answer = run(folder, "--dry-run")

    assert "sẽ tạo 100, sẽ đổi 0, giữ nguyên 6" in answer.output
    assert names(folder) == before
