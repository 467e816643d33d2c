import re
from pathlib import Path

from service.embedded.formulas.functions import FUNCTIONS
from service.embedded.sheets_api.kinds import KINDS
from tests import discovery

PAGE = Path(__file__).parents[3] / "docs" / "embedded.md"


def states(pattern):
    text = PAGE.read_text(encoding="utf-8")
    return dict(re.findall(rf"^\| `({pattern})` \| (done|kept-but-inert|refused) \|", text, re.MULTILINE))


def test_page_lists_every_kind_with_its_state():
    listed = states(r"\w+")

    assert listed.keys() == discovery.document("sheets.v4")["schemas"]["Request"]["properties"].keys()
    assert {kind for kind, state in listed.items() if state != "refused"} == KINDS.keys()


def test_page_lists_every_function():
    text = PAGE.read_text(encoding="utf-8").partition("## Functions")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| [a-z ]+ \|.*$", text, re.MULTILINE)) != set()
    listed = {
        name for row in re.findall(r"^\| [a-z ]+ \| (.*) \|$", text, re.MULTILINE) for name in row[1:-1].split("`, `")
    }
    assert listed == FUNCTIONS.keys()
    assert f"\n{len(FUNCTIONS)} are computed" in text


def test_page_lists_every_method():
    known = {method["id"].removeprefix("sheets.") for method in discovery.methods(discovery.document("sheets.v4"))}

    assert states(r"spreadsheets\.[\w.]+").keys() == known
