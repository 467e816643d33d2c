"""docs/campaigns.md explains every key, and no key that does not exist."""

import re
from pathlib import Path

import pytest

from sheets_schema.campaign import ColumnRole, FieldRole
from sheets_schema.declaration import roster, tables
from sheets_schema.declaration.strict import accepted_words, declared_keys, nested_table
from sheets_schema.wording import Language

DOCS = Path(__file__).parents[2] / "docs" / "campaigns.md"
SECTIONS = [key for key, info in declared_keys(tables.CampaignTable).items() if nested_table(info)]
PLAIN_KEYS = [key for key, info in declared_keys(tables.CampaignTable).items() if not nested_table(info)]


def explained(heading, first="key"):
    """Return the words in the first column of a section's table, the one with this column title."""
    text = DOCS.read_text(encoding="utf-8")
    section = re.split(r"^#{2,3} ", text.split(f"\n{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    rows = section.split(f"\n| {first} |", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", rows, re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("### Plain keys", PLAIN_KEYS),
        ("### `[span]`", declared_keys(tables.SpanTable)),
        ("### `[window]`", declared_keys(tables.SpanTable)),
        ("### `[policy]`", declared_keys(tables.PolicyTable)),
        ("### `[letterhead]`", declared_keys(tables.LetterheadTable)),
        ("### `[[obligations]]`", declared_keys(tables.ObligationTable)),
        ("### `[[groups]]`", declared_keys(tables.GroupTable)),
        ("### `[[contents]]`", declared_keys(tables.ContentTable)),
        ("### `[[board_tasks]]`", declared_keys(tables.BoardTaskTable)),
        ("### `[[slogans]]`", declared_keys(tables.SloganTable)),
        ("### `[[occasions]]`", declared_keys(tables.OccasionTable)),
        ("### Form", declared_keys(tables.FormTable)),
        ("### Column", declared_keys(tables.ColumnTable)),
        ("### Field", declared_keys(tables.FieldTable)),
        ("### Constraints", declared_keys(tables.ConstraintsTable)),
        ("### Free row", declared_keys(tables.FreeRowTable)),
    ],
)
def test_every_key_is_explained(heading, keys):
    assert sorted(explained(heading)) == sorted(keys)


@pytest.mark.parametrize(
    ("heading", "first", "words"),
    [
        ("## units.csv", "column", roster.COLUMNS),
        ("### Column", "role", ColumnRole),
        ("### Field", "role", FieldRole),
    ],
)
def test_every_word_of_a_closed_set_is_explained(heading, first, words):
    assert sorted(explained(heading, first)) == sorted(words)


def test_every_section_of_the_plan_is_explained():
    headings = re.findall(r"^### `\[+(\w+)\]+`$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)

    assert headings == SECTIONS


@pytest.mark.parametrize("table", [table for table in vars(tables).values() if isinstance(table, type)])
def test_every_key_says_what_it_accepts(table):
    keys = declared_keys(table) if issubclass(table, tables.DeclaredTable) else {}

    assert all(accepted_words(info).text(language) for info in keys.values() for language in Language)
