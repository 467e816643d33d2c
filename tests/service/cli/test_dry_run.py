"""--dry-run prints the whole plan and makes and records nothing."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from service import workflows
from service.cli.decision_commands import extend
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


def test_decision_that_is_only_tried_takes_no_new_declaration_on_record(office):
    units = [unit for unit in office.campaign.units if unit.code != "S-CT"]
    office.campaign = replace(office.campaign, units=tuple(units))
    with office.workspace() as workspace:
        workflows.learn_declaration(workspace)
        before = workspace.store.declarations.all(office.campaign.key)
    env = {"TONGHOP_DATA_DIR": str(office.settings.data_dir)}
    asked = ["S-GDDT", "--form", "registration", "--before", "2039-10-10T00:00"]

    answer = CliRunner().invoke(extend, [*asked, "--dry-run"], env=env, catch_exceptions=False)

    assert "Sở Công Thương" in answer.output
    with office.workspace() as workspace:
        assert workspace.store.declarations.all(office.campaign.key) == before
        assert workspace.store.facts.decisions(office.campaign.key) == ()
