"""A season half-way, its backup, and other places to restore it to."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from service import workflows
from service.domain.decisions import Decision, DecisionKind
from service.operations.backup import restoring, taking
from service.operations.backup.taking import Extras, Taken
from service.workspace import silent
from tests.service.conftest import THREE, Office

GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
BAD = ["2", "Thăm hộ nghèo 🏚", "khi nào tiện", "", "", "", "=1+1"]
SENT = {"Số và ký hiệu": "12-KH/BCS", "Ngày ban hành": "20/9/2023", "Xác nhận gửi": True}


@pytest.fixture(scope="session")
def half_way_once(provisioned, tmp_path_factory) -> Office:
    """Three units: one sent, one typing, one extended; the master is up to date."""
    office = Office(shutil.copytree(provisioned, tmp_path_factory.mktemp("nua-mua") / "data"), units=THREE)
    office.at("2023-09-21 08:00")
    office.type("S-CT", "registration", [GOOD, BAD], SENT)
    office.type("S-GDDT", "registration", [GOOD])
    office.consolidate()
    office.at("2023-09-28 08:00")
    decide(office, "VP-UBND", DecisionKind.EXTEND, before=office.now.replace(month=10, day=10, hour=0))
    office.consolidate()
    return office


@pytest.fixture
def half_way(half_way_once, tmp_path) -> Office:
    """A copy of the season half-way."""
    return half_way_once.copy(tmp_path / "data")


def decide(office, unit, kind, **what):
    with office.workspace() as workspace:
        decision = Decision(kind, unit, "registration", office.now, "Chị Hoa", "có công văn", "312-CV/HU", **what)
        return workflows.decide(workspace, [decision]).standings[0]


def take(office, target: Path, **wanted: bool) -> Taken:
    return taking.take(office.settings, target, Extras(**wanted), office.clock, silent)


@pytest.fixture
def take_backup() -> Callable[..., Taken]:
    return take


@pytest.fixture
def taken(half_way, tmp_path) -> Taken:
    return take(half_way, tmp_path / "sao-luu.zip")


@pytest.fixture
def restored(tmp_path) -> Callable:
    """Restore a backup of an office elsewhere and return the office there."""

    def make(office: Office, path: Path, name: str = "khac", database_url: str = "") -> Office:
        other = replace(office.settings, data_dir=tmp_path / name, database_url=database_url)
        restoring.restore(other, path, silent)
        again = copy.copy(office)
        again.settings, again._client = other, None
        return again

    return make


def anything(_manifest) -> None:
    """Accept whatever a manifest says."""


def rewritten(path: Path, to: Path, change: Callable[[dict, dict], None], *, reseal: bool = True) -> Path:
    """Write a backup anew with its manifest and parts changed; checksums made to fit unless told otherwise."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    parts.pop("DOC-TOI.txt")
    change(manifest, parts)
    if reseal:
        manifest["parts"] = [
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in parts.items()
        ]
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
        file.writestr("manifest.json", json.dumps(manifest))
    return to
