"""Ask whether known faults are in what the locks pin; 1 where one is. Without the data it says so and fails nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Audit every lock; return the exit status."""
    return max(audit(lock) for lock in sorted(ROOT.glob("requirements*.lock")))


def audit(lock: Path) -> int:
    """Print what is known of one lock; return 1 where a fault is."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--no-deps"]
        done = subprocess.run(  # noqa: S603 – our own command
            [*command, "--format", "json", "--output", str(answer)], capture_output=True, text=True, check=False
        )
        content = answer.read_text(encoding="utf-8") if answer.exists() else ""
    if not content:
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        return _print(f"{lock.name}: NOT audited, the data cannot be had here ({reason[:200]})", 0)
    return report(lock.name, json.loads(content)["dependencies"])


def report(name: str, packages: list[dict[str, object]]) -> int:
    """Print the packages with known faults and how many could not be judged; return 1 where a fault is."""
    skipped = [package for package in packages if "skip_reason" in package]
    faulty = [package for package in packages if package.get("vulns")]
    for package in faulty:
        listed = package["vulns"]
        known = ", ".join(str(fault["id"]) for fault in listed) if isinstance(listed, list) else ""
        _print(f"{name}: {package['name']} {package['version']}: {known}", 1)
    unknown = f", {len(skipped)} NOT audited: no data on them here" if skipped else ""
    return _print(
        f"{name}: {len(packages) - len(skipped)} audited, {len(faulty)} with known faults{unknown}", bool(faulty)
    )


def _print(sentence: str, status: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
