"""The short forms of scripts/soak faults and scripts/soak rounds."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SHORT = ("--tries=1", "--seed=7")
CROWD = ("--clerks=2", "--minutes=0.02", "--browsers=1", "--hooks=40")


def soak(script: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, f"scripts/soak_{script}.py", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_faults_lose_double_and_tear_nothing():
    done = soak("faults", "--only=clock,crowd", *SHORT, *CROWD)

    assert done.returncode == 0, done.stdout + done.stderr
    seed, *table = done.stdout.splitlines()
    assert (seed, len(table)) == ("seed 7", 2 + 2)
    assert all("| 0 | 0 | 0 |" in line for line in table[2:])


def test_rounds_meet_no_failure_of_ours():
    done = soak("rounds", "--bodies=100", "--formulas=16", "--expressions=20", "--seed=7")

    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    assert [(line[0], line[4], line[5]) for line in lines[2:]] == [
        ("| 16 formulas", "0", "0"),
        ("| 20 regular expressions", "0", "0"),
        ("| bodies to the web", "0", "0"),
        ("| bodies to the embedded server", "0", "0"),
    ]
