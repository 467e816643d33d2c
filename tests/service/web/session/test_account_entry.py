"""Switched on without the extra, the web says what to install; switched off it never looks for it."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from service.settings import Settings
from service.web.session import account_entry

ROOT = Path(__file__).parents[4]
BUILD = """
import sys
sys.path[:0] = sys.argv[1:3]
from pathlib import Path
from service import wiring
from service.errors import SettingsError
from service.settings import Settings
from service.web.app import create_app

pair = {"oidc_client_id": "khach", "oidc_client_secret": "bi-mat"} if sys.argv[4:] else {}
with wiring.open_workspace(Settings(data_dir=Path(sys.argv[3]), **pair)) as workspace:
    try:
        create_app(workspace)
        print("open", "authlib" in sys.modules)
    except SettingsError as error:
        print(error)
"""


@pytest.fixture
def build(tmp_path):
    """Return `build(on, without)`: what the web says where packages are not installed."""

    def make(on: bool, without: tuple[str, ...]) -> str:
        installed = tmp_path / "site-packages"
        installed.mkdir()
        for path in Path(sysconfig.get_paths()["purelib"]).iterdir():
            if not path.name.lower().startswith(without):
                (installed / path.name).symlink_to(path)
        arguments = [str(ROOT), str(installed), str(tmp_path / "data"), *(["on"] if on else [])]
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", BUILD, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    return make


def test_a_missing_extra_is_named_with_what_to_type(build):
    said = build(on=True, without=("authlib", "joserfc"))

    assert "chưa cài authlib, joserfc. Cài bằng: pip install '.[oidc]'" in said


def test_whoever_does_not_want_accounts_needs_no_extra(build):
    assert build(on=False, without=("authlib", "joserfc")) == "open False\n"


def test_with_the_extra_the_web_opens(build):
    assert build(on=True, without=("không gì",)) == "open True\n"


@pytest.mark.parametrize(
    ("issuer", "name"),
    [
        ("https://accounts.google.com", "Google"),
        ("https://dang-nhap.tinh.gov.vn/", "dang-nhap.tinh.gov.vn"),
        ("http://127.0.0.1:9000", "127.0.0.1"),
    ],
)
def test_a_provider_is_called_what_people_know(issuer, name):
    assert account_entry.provider_name(Settings(oidc_issuer=issuer)) == name
