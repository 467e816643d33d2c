"""What CONTRIBUTING.md names is there, and the words it wants gone do not come back."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CHANGES = [
    line.strip("| ").split(" | ")
    for line in PAGE.partition("## To change X, open Y")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| ") and "`" in line
]
# words that told a reader nothing; style of the house: plain imperatives
GONE = re.compile(r"\b(tells? whether|says? whether|anew|whoever|whom|nobody|somebody)\b", re.IGNORECASE)


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_at_least_twenty_changes_are_listed():
    assert len(CHANGES) >= 20


@pytest.mark.parametrize(("change", "where"), CHANGES, ids=[change for change, _ in CHANGES])
def test_place_of_a_change_is_there(change, where):
    paths = [name for name in named(where) if name.startswith(("service/", "sheets_schema/", "scripts/", "tests/"))]
    others = [name for name in named(where) if name not in paths]
    folders = [ROOT / path for path in paths]
    texts = [path.read_text(encoding="utf-8") for path in folders if path.is_file()]

    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert paths
    for other in others:
        beside = [folder / other for path in folders for folder in ([path] if path.is_dir() else [path.parent])]
        defined = rf"^\s*(def|class) {re.escape(other)}\b|^{re.escape(other)}\b"
        is_name = any(re.search(defined, text, re.MULTILINE) for text in texts)
        assert is_name or any(path.exists() for path in beside), other


@pytest.mark.parametrize("folder", re.findall(r"\*\*`([\w/.]+)`\*\*", PAGE))
def test_folder_with_a_paragraph_is_there(folder):
    assert (ROOT / folder).exists()


def docstrings(tree: ast.Module) -> list[str]:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return [text for node in ast.walk(tree) if isinstance(node, holders) and (text := ast.get_docstring(node))]


@pytest.mark.parametrize("top", ["service", "sheets_schema", "scripts"])
def test_house_words_do_not_come_back(top):
    found = []
    for path in sorted((ROOT / top).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        comments = re.findall(r"(?:^|\s)# (.*)$", source, re.MULTILINE)
        texts = [*docstrings(ast.parse(source)), *comments]
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for text in texts for hit in GONE.finditer(text)]

    assert found == []


def test_no_two_classes_have_one_name():
    """A stranger who searches a name finds one thing; names that begin with an underscore are their file's own."""
    where: dict[str, list[str]] = {}
    for top in ("service", "sheets_schema"):
        for path in sorted((ROOT / top).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    where.setdefault(node.name, []).append(str(path.relative_to(ROOT)))

    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}
