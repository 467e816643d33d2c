"""The short form of scripts/soak files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_files_made_by_chance_are_judged_or_refused_with_a_reason():
    command = [sys.executable, str(ROOT / "scripts" / "soak_files.py"), "--files=100", "--seed=3"]
    environ = {"PYTHONPATH": str(ROOT), "PATH": ""}

    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    assert (done.returncode, "other ends: none" in done.stdout) == (0, True), done.stdout + done.stderr
