"""Run other people's clients, and their own test suites, against the embedded Sheets server, and print a table.

Without options the scripts that docs/embedded.md begins with are run, each with the newest published library, which
pip and npm fetch into a temporary folder. A suite is a folder with a copy of a library's repository whose tests ask a
server; they find it by SHEETS_URL and SHEETS_TOKEN in their environment. Nothing of a suite is kept here.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from service.embedded import testing

PAGE = Path(__file__).parents[1] / "docs" / "embedded.md"
PORT = "http://127.0.0.1:9000"
PYTHON = {
    "gspread": ("gspread",),
    "google-api-python-client": ("google-api-python-client", "google-auth"),
    "pygsheets": ("pygsheets",),
}
NODE = "google-spreadsheet"
SECONDS = 900
WANTED = re.compile(r"Bắc Giang.*60")
COUNTS = re.compile(r"(\d+) (passed|failed|skipped|error)")


def script(language: str, library: str, server: testing.SheetsServer) -> str:
    """Return a script of the page, with the address of a server and a token in it."""
    page = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"```{language}\n(?:#|//) {re.escape(library)}[^\n]*\n(.*?)```", page, re.DOTALL)
    if found is None:
        raise SystemExit(f"{PAGE} has no script in {library}")
    return found[1].replace(PORT, server.url).replace("TOKEN", repr(server.token()))


def run(command: list[str], folder: Path, **environment: str) -> tuple[int, str]:
    """Return the status and the output of a program."""
    done = subprocess.run(  # noqa: S603 – a list, no shell
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return done.returncode, done.stdout + done.stderr


def in_python(library: str, packages: tuple[str, ...], server: testing.SheetsServer, folder: Path) -> tuple[str, str]:
    """Return the version of a Python library and what came of its script."""
    made = folder / library
    venv.create(made, with_pip=True)
    python = str(made / "bin" / "python")
    status, output = run([python, "-m", "pip", "install", "-q", *packages], folder)
    if status:
        return "", f"not installed: {output[-200:]}"
    _, version = run([python, "-c", f"import importlib.metadata as m; print(m.version('{library}'))"], folder)
    return version.strip(), verdict(*run([python, "-c", script("python", library, server)], folder))


def in_node(server: testing.SheetsServer, folder: Path) -> tuple[str, str]:
    """Return the version of the Node library and what came of its script."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return "", "Node is not installed"
    status, output = run([npm, "install", "--no-fund", "--no-audit", NODE, "google-auth-library"], folder)
    if status:
        return "", f"not installed: {output[-200:]}"
    program = folder / "script.mjs"
    program.write_text(script("js", NODE, server), encoding="utf-8")
    shown = '{ createRequire } from "node:module"; console.log(createRequire(import.meta.url)'
    _, version = run(
        [node, "--input-type=module", "-e", f'import {shown}("./node_modules/{NODE}/package.json").version)'], folder
    )
    return version.strip(), verdict(*run([node, str(program)], folder))


def verdict(status: int, output: str) -> str:
    """Return what came of a script, in a few words."""
    if status == 0 and WANTED.search(output):
        return "runs as it is"
    return f"fails: {output.strip()[-200:]}"


def suite(command: list[str], folder: Path, server: testing.SheetsServer) -> str:
    """Return how many tests of a suite passed and failed."""
    _, output = run(command, folder, SHEETS_URL=server.url, SHEETS_TOKEN=server.token())
    counts = COUNTS.findall(output.splitlines()[-1] if output.strip() else "") or COUNTS.findall(output)
    return ", ".join(f"{number} {word}" for number, word in counts) or output.strip()[-200:]


def main() -> None:
    """Print the table; status 1 when a script of the page failed."""
    parser = argparse.ArgumentParser(prog="scripts/compatibility.py", description=__doc__)
    parser.add_argument("--pytest", type=Path, action="append", default=[], metavar="FOLDER", help="a suite of pytest")
    parser.add_argument("--vitest", type=Path, action="append", default=[], metavar="FOLDER", help="a suite of vitest")
    parser.add_argument("--no-scripts", action="store_true", help="the suites alone")
    given = parser.parse_args()
    lines = ["| client | version | result |", "| --- | --- | --- |"]
    with tempfile.TemporaryDirectory(prefix="compatibility-") as made, testing.running() as server:
        folder = Path(made)
        if not given.no_scripts:
            results = {library: in_python(library, names, server, folder) for library, names in PYTHON.items()}
            results[NODE] = in_node(server, folder)
            lines += [f"| {library} | {version} | {result} |" for library, (version, result) in results.items()]
        for place in given.pytest:
            lines.append(
                f"| suite in {place.name} | | {suite([sys.executable, '-m', 'pytest', '-q'], place, server)} |"
            )
        for place in given.vitest:
            lines.append(f"| suite in {place.name} | | {suite(['npx', 'vitest', 'run'], place, server)} |")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(any("fails" in line for line in lines))


if __name__ == "__main__":
    main()
