"""The table and docs/verified.md say the same, and each line names a module there is."""

import re
from pathlib import Path

import pytest

from service.operations.doctor.live.session import ASSUMPTIONS
from sheets_schema.wording import Language

ROOT = Path(__file__).parents[5]
VERIFIED = (ROOT / "docs" / "verified.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in VERIFIED.splitlines() if line.startswith("| ")
]
CHECKS = [row[2].strip("`") for row in ROWS if len(row) == 4 and re.fullmatch(r"`[a-z-]+`", row[2])]


def test_every_assumption_is_written_down_and_nothing_else():
    assert [assumption.name for assumption in ASSUMPTIONS] == CHECKS


def test_names_are_used_once():
    assert len(set(CHECKS)) == len(CHECKS)


@pytest.mark.parametrize("assumption", ASSUMPTIONS, ids=lambda assumption: assumption.name)
def test_assumption_names_who_counts_on_it(assumption):
    assert (ROOT / assumption.needed_by).is_file()
    words = [assumption.words.text(language) for language in Language]
    assert words == [text.strip().rstrip(".") for text in words]


def test_what_is_written_down_is_whole():
    assert [row for row in ROWS if len(row) == 4 and not all(row)] == []
