"""The licences of what is handed on with tonghop, the bill of materials, and what is said of known faults."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.audit import report
from scripts.licences import PINNED, Package, bill_of_materials, is_usable, packages_of

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("expression", "usable"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-2.0-only", True),
        ("BSD-3-Clause AND 0BSD AND MIT", True),
        ("(MIT OR Apache-2.0)", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_licence_may_be_used(expression, usable):
    assert is_usable(expression) is usable


def test_package_that_is_not_installed_or_in_another_version_has_no_known_licence():
    found = packages_of("click==0.0.1 \\\nkhong-co-goi-nay==1.0\n")

    assert [(package.name, package.licence) for package in found] == [("click", ""), ("khong-co-goi-nay", "")]
    assert all("not known" in package.fault for package in found)


def test_everything_that_is_handed_on_may_be_and_is_in_the_bill(tmp_path):
    bill = tmp_path / "bill.json"
    command = [sys.executable, str(ROOT / "scripts" / "licences.py"), "--bom", str(bill)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(bill.read_text(encoding="utf-8"))
    assert {component["name"] for component in document["components"]} == {name for name, _ in PINNED.findall(LOCK)}
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert all(component["licenses"] for component in document["components"])


def test_lock_with_a_licence_that_may_not_be_used_is_refused(tmp_path):
    lock = tmp_path / "lock"
    lock.write_text("khong-co-goi-nay==1.0 \\\n", encoding="utf-8")
    command = [sys.executable, str(ROOT / "scripts" / "licences.py"), "--lock", str(lock)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, "khong-co-goi-nay" in done.stderr) == (1, True)


def test_licence_in_words_of_its_own_is_kept_as_a_name():
    (component,) = bill_of_materials([Package("a", "1", "Our own licence")])["components"]

    assert component["licenses"] == [{"license": {"name": "Our own licence"}}]


@pytest.mark.parametrize(
    ("packages", "status", "sentence"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0, "x: 1 audited, 0 with known faults\n"),
        (
            [{"name": "a", "skip_reason": "?"}],
            0,
            "x: 0 audited, 0 with known faults, 1 NOT audited: no data on them here\n",
        ),
        (
            [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}],
            1,
            "x: a 1: CVE-1, CVE-2\nx: 1 audited, 1 with known faults\n",
        ),
    ],
)
def test_audit_fails_on_known_faults_alone(capsys, packages, status, sentence):
    assert report("x", packages) == status
    assert capsys.readouterr().err == sentence
