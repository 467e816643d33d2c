"""The short form of scripts/soak sheets."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SHORT = ["--writers=4", "--readers=4", "--processes=2", "--servers=2", "--edits=12", "--kills=1", "--seed=7"]


def test_nothing_is_lost_torn_or_locked_while_servers_are_killed():
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "soak_sheets.py"), *SHORT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.startswith("seed 7: OK: 4 writers, 4 readers in 2 processes, 2 servers, "), done.stdout
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
