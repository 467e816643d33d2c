"""compose.yaml starts what there is: known settings, known commands, the image of the Dockerfile."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from service.cli.root import main
from service.settings import Settings, setting_names

ROOT = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("web", "worker")


def default_of(value: str) -> str:
    """Return what a variable stands for when nobody sets it."""
    while "${" in value:
        head, _, rest = value.partition("${")
        variable, _, tail = rest.partition("}")
        name, _, default = variable.partition(":-")
        value = head + (default if name.isupper() or ("_" in name and ":?" not in name) else "matkhau") + tail
    return value


@pytest.mark.parametrize("name", OURS)
def test_settings_are_known_and_their_defaults_are_read(name):
    environ = {key: default_of(value) for key, value in COMPOSE["services"][name]["environment"].items()}

    # where the data is belongs to the image and its volume
    assert set(environ) == set(setting_names()) - {"TONGHOP_DATA_DIR"}
    settings = Settings.from_env(environ)
    assert (settings.sheets, settings.log) == ("embedded", "json")
    assert settings.database_url.startswith("postgresql://tonghop:")


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_passed_on_under_its_own_name(name):
    given = COMPOSE["services"][name]["environment"]
    passed = {key: value for key, value in given.items() if key != "TONGHOP_DATABASE_URL"}

    assert [key for key, value in passed.items() if not value.startswith(f"${{{key}:-")] == []


def test_command_is_ours():
    program, *args = COMPOSE["services"]["worker"]["command"]

    assert program == "tonghop"
    assert args[0] in main.commands


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_keeps_its_data_in_the_same_place(name):
    service = COMPOSE["services"][name]

    assert (service["build"], service["volumes"]) == (".", ["data:/data"])
    assert "VOLUME /data" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_nothing_is_open_beyond_this_machine():
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]

    assert ports == ["127.0.0.1:8080:8080"]
