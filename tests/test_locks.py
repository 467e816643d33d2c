"""What pyproject.toml asks for is what the locks pin, with hashes and without addresses."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
RUNTIME = PROJECT["dependencies"] + EXTRAS["postgresql"]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ;]", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize(
    ("lock", "wanted"), [("requirements.lock", RUNTIME), ("requirements-dev.lock", RUNTIME + EXTRAS["dev"])]
)
def test_lock_pins_everything_by_hash_and_names_no_address(lock, wanted):
    content = (ROOT / lock).read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", content, re.MULTILINE))

    assert names(wanted) - pinned == set()
    assert content.count("--hash=sha256:") >= len(pinned)
    assert "://" not in content
