"""Settings, commands and codes are documented: a new one fails here until its line is written."""

from pathlib import Path

import pytest

from service.cli.root import main
from service.settings import setting_names
from sheets_schema.problems import TABLE

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROBLEMS = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", setting_names())
def test_setting_is_documented(name):
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("name", sorted(main.commands))
def test_command_is_named_in_the_readme(name):
    assert name in README


@pytest.mark.parametrize("code", sorted(TABLE))
def test_problem_code_is_documented_with_its_wording(code):
    wording = TABLE[code]

    assert f"| `{code}` | {wording.severity} | {wording.vi} | {wording.en} |" in PROBLEMS


def test_no_documented_code_is_gone():
    documented = {line.split("`")[1] for line in PROBLEMS.splitlines() if line.startswith("| `")}

    assert documented == set(TABLE)


def test_every_command_has_a_help_text():
    without = [name for name, command in main.commands.items() if not command.help]

    assert without == []
