"""Settings, commands and codes are documented: a new one fails here until its line is written."""

import re
from dataclasses import Field, fields
from pathlib import Path

import pytest

from service.cli.root import main
from service.settings import PREFIX, Settings
from sheets_schema.problems import TABLE
from sheets_schema.wording import Language, text

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
PROBLEMS = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")


def default_of(setting: Field, language: Language) -> str:
    if usual := setting.metadata["usual"]:
        return text(f"setting_table.{usual}", language)
    value = setting.default
    return f"`{value:g}`" if isinstance(value, (int, float)) else f"`{value}`" if value else "–"


@pytest.mark.parametrize("language", Language)
def test_settings_are_documented_in_the_order_of_the_record(language):
    table = [
        f"| `{PREFIX}{setting.name.upper()}` | {default_of(setting, language)} "
        f"| {text(f'setting_table.{setting.name}', language)} |"
        for setting in fields(Settings)
    ]

    assert "\n".join(table) in SETTINGS


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


def test_script_of_the_tests_names_files_that_are_there():
    named = re.findall(r"tests/[\w/]+(?:\.py)?", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_command_has_a_help_text():
    without = [name for name, command in main.commands.items() if not command.help]

    assert without == []
