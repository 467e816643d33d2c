"""What a command loads: counted in modules, which no busy machine changes."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from service import wiring
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.settings import Settings

PROGRAM = """
import sys
from service.cli import main
try:
    main(sys.argv[1:], prog_name="tonghop")
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""
HEAVY = {"gspread", "google.auth", "requests", "flask", "openpyxl", "alembic", "pandas"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder whose database is up to date, and knows a spreadsheet of the season."""
    folder = tmp_path_factory.mktemp("data")
    with wiring.open_workspace(Settings(data_dir=folder)) as workspace:
        made_at = datetime(2023, 9, 1, tzinfo=UTC)
        book = RegisteredWorkbook(workspace.campaign.key, "registration", 0, "x", WorkbookKind.FORM, made_at)
        workspace.store.registry.save_workbook(book)
    return folder


def loaded(data, *arguments):
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TONGHOP_DATA_DIR": str(data)}
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_no_command(data, option):
    modules = loaded(data, option)

    ours = {name for name in modules if name.partition(".")[0] in {"service", "sheets_schema"}}
    assert len(ours) <= 12
    assert modules.isdisjoint(HEAVY | {"sqlalchemy", "pydantic"})


@pytest.mark.parametrize("arguments", [["status"], ["explain", "S-GDDT"]])
def test_what_asks_the_facts_alone_loads_no_spreadsheets(data, arguments):
    modules = loaded(data, *arguments)

    of_spreadsheets = {"service.connections", "service.consolidation", "service.provisioning", "sheets_schema.periods"}
    assert modules.isdisjoint(HEAVY | of_spreadsheets)
