"""Every text is whole in both languages, is used, and is written in a catalogue alone."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheets_schema.wording import Language, Message, joined, message, text, verbatim
from sheets_schema.wording.catalogue import area, areas

ROOT = Path(__file__).parents[1]
VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)
# where Vietnamese is the matter itself: the grammar of times, letters and marks, the one table of problems
ITS_MATTER = (
    "sheets_schema/campaigns/",
    "sheets_schema/periods/",
    "sheets_schema/problems.py",
    "sheets_schema/reading/",
    "sheets_schema/vietnamese/",
    "service/embedded/",
)
LABELS = "labels"  # their keys are made of values of our enums: test_standing_labels holds that each is one's


def texts(language: Language) -> dict[str, str]:
    found = {}
    for name in areas():
        for key, entry in area(name, language).items():
            for number, words in {"": entry}.items() if isinstance(entry, str) else entry.items():
                found[f"{name}.{key}{number and '#' + number}"] = words
    return found


def places(words: str) -> set[str]:
    return {name.partition(".")[0].partition("[")[0] for _, name, _, _ in string.Formatter().parse(words) if name}


def sources() -> list[str]:
    found = [path for top in ("service", "sheets_schema") for path in (ROOT / top).rglob("*.py")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def literals(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the texts of a module that are no docstrings."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, holders) and node.body]
    docstrings = {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def used_keys(written: str) -> set[str]:
    """Return the keys that sources name, make of a beginning and a value, or take with their whole area."""
    words, areas_taken = set(re.findall(r"\w+", written)), set(re.findall(r'area\("(\w+)"', written))
    begins = tuple(set(re.findall(r"\b(\w+_)(?:\{|' ~)", written)))
    keys = {key.partition("#")[0] for key in texts(Language.VIETNAMESE)}
    split = ((key, *key.split(".")) for key in keys)
    return {
        key
        for key, name, entry in split
        if name in {*areas_taken, LABELS} or entry in words or entry.startswith(begins)
    }


def test_both_languages_have_the_same_keys():
    keys = {language: {key.partition("#")[0] for key in texts(language)} for language in Language}

    assert keys[Language.VIETNAMESE] == keys[Language.ENGLISH]


def test_both_languages_fill_the_same_places():
    vietnamese, english = texts(Language.VIETNAMESE), texts(Language.ENGLISH)
    shared = vietnamese.keys() & english.keys()

    assert {key for key in shared if places(vietnamese[key]) != places(english[key])} == set()


def test_no_text_is_blank():
    assert [key for language in Language for key, words in texts(language).items() if not words.strip()] == []


def test_english_has_no_vietnamese_but_what_it_quotes():
    unquoted = {key: re.sub(r"“[^”]*”", "", words) for key, words in texts(Language.ENGLISH).items()}

    assert [key for key, words in unquoted.items() if VIETNAMESE.search(words)] == []


def test_every_key_is_used():
    written = "\n".join(
        path.read_text(encoding="utf-8")
        for top in ("service", "sheets_schema")
        for kind in ("*.py", "*.html", "*.js", "*.xml")
        for path in (ROOT / top).rglob(kind)
    )
    keys = {key.partition("#")[0] for key in texts(Language.VIETNAMESE)}

    assert keys - used_keys(written) == set()


def test_no_vietnamese_outside_the_catalogues():
    names = [name for name in sources() if not name.startswith(ITS_MATTER)]
    trees = {name: ast.parse((ROOT / name).read_text(encoding="utf-8")) for name in names}

    found = [(name, node) for name, tree in trees.items() for node in literals(tree)]
    assert [f"{name}:{node.lineno}" for name, node in found if VIETNAMESE.search(str(node.value))] == []


def test_message_is_said_in_either_language():
    lost = message("errors.lease_lost")

    assert lost.text(Language.VIETNAMESE).startswith("Lần tổng hợp này quá lâu")
    assert lost.text(Language.ENGLISH).startswith("This run took too long")


def test_message_is_kept_and_read_back():
    said = joined([message("errors.lease_lost"), verbatim("HU-SD {x}")], " / ")

    assert Message.of_json(said.as_json()) == said
    assert said.text(Language.ENGLISH).endswith(" / HU-SD {x}")
    assert Message.of_kept(said.kept()) == said
    assert Message.of_kept(said.kept(longest=20)).text(Language.ENGLISH) == said.text()[:20]
    assert Message.of_kept("HU-SD {x}").text() == "HU-SD {x}"
    assert Message.of_json("of an older run").text(Language.ENGLISH) == "of an older run"


@pytest.mark.parametrize("letter", "\x1b\x07\x9b\x00\x0b\r\u202e\u202a\u2066\u2069\u200f\u061c\u2028")
def test_value_cannot_disturb_the_words_around_it(letter):
    shown = text("cli.no_such_command", Language.ENGLISH, name=f"a{letter}b", known="đ\nc\t\u200d")

    assert letter not in shown
    assert "a b" in shown
    assert "đ\nc\t\u200d" in shown
