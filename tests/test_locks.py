"""What pyproject.toml asks for is what the locks pin, with hashes and without addresses."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
RUNTIME = PROJECT["dependencies"] + EXTRAS["oidc"] + EXTRAS["postgresql"]


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


def test_whatever_is_asked_for_with_an_extra_is_pinned_with_it():
    """Else pip looks for the extra's newest release beside the pin, and refuses the lock the day there is one."""
    pinned = {}
    for line in re.findall(r"^([^ \n]+)==", (ROOT / "requirements-dev.lock").read_text(encoding="utf-8"), re.MULTILINE):
        requirement = Requirement(line)
        pinned[requirement.name.lower()] = requirement.extras
    asked = [
        requirement
        for name in pinned
        for text in _requires(name)
        if (requirement := Requirement(text)).extras and (requirement.marker is None or requirement.marker.evaluate())
    ]

    assert [str(item) for item in asked if not item.extras <= pinned[item.name.lower()]] == []


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []  # pinned for another platform
