"""Measure what lists of many rows cost as files: processor time until the last byte has left, most memory held.

A small season is read in; what its tabs hold is then kept for thousands of made-up units more. Each file is asked for
over the web's own route, in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import benchmark
from sqlalchemy import create_engine, insert, select

from service import clock, grants, wiring
from service.domain.roles import Role
from service.facts.schema import contents
from service.garbage import spare_what_stays
from service.settings import Settings
from service.web.app import create_app

UNITS = 20  # of the season that is read in
FILES = ("entries.xlsx", "entries.csv", "problems.xlsx", "master.xlsx")
SECRET = "bench-0123456789abcdef-bench-0123456789abcdef"  # noqa: S105 – of a measurement
HEAD = (
    "| tệp / file | dòng / rows | giây CPU / CPU s | cả tiến trình / whole process | MB tệp / of the file | MB |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: |"
)


def begin(data: Path, count: int) -> None:
    """Read a small season in, and keep as much for every unit of a large one."""
    benchmark.prepare(data, UNITS)
    benchmark.ours(data, UNITS)
    engine = create_engine(f"sqlite:///{data / 'facts.sqlite'}")
    with engine.begin() as connection:
        held = [dict(row._mapping) for row in connection.execute(select(contents)) if row.form == "registration"]
        for first in range(UNITS, count, UNITS):
            units = [f"U{first + place:05d}" for place in range(1, UNITS + 1)]
            connection.execute(insert(contents), [{**row, "unit": unit} for row, unit in zip(held, units, strict=True)])
    engine.dispose()


def fetched(data: Path, count: int, file: str) -> dict[str, float]:
    """Fetch a file over its route."""
    settings = Settings(data_dir=data, rehearsal=True, secret_key=SECRET)
    with wiring.open_workspace(settings, clock.frozen(benchmark.NOW), actor="bench") as opened:
        # the units are made up, and on no record
        campaign = benchmark.synthetic(opened.campaign, count)
        workspace = replace(opened, campaign=campaign, previews_from=benchmark.NOW)
        browser = create_app(workspace).test_client()
        browser.post(f"/sign-in/{grants.invite(workspace, 'bench@localhost', Role.VIEWER).token}")
        spare_what_stays()
        started = time.process_time()
        answer = browser.get(f"/exports/{file}", buffered=False)
        size = sum(len(piece) for piece in answer.response)
        if answer.status_code != 200:
            raise ValueError(f"no file: {answer.status_code}")
        seconds = time.process_time() - started
        tabs = workspace.store.contents.summaries(workspace.campaign.key).values()
        rows = sum(tab.tally.rows_out for tab in tabs)
    return {
        "rows": rows,
        "seconds": seconds,
        "whole": time.process_time(),
        "size": size / 1e6,
        "memory": benchmark.peak(),
    }


def table(count: int, data: Path) -> Iterator[str]:
    """Yield the table's lines."""
    if not data.exists():
        begin(data, count)
    yield from HEAD.splitlines()
    for file in FILES:
        command = [sys.executable, __file__, "--file", file, "--data", str(data), "--units", str(count)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 – ourselves
        found = json.loads(done.stdout)
        rows = f"{found['rows']:.0f}" if "problems" not in file else ""
        yield (
            f"| {file} | {rows} | {found['seconds']:.1f} | {found['whole']:.1f} | {found['size']:.1f} "
            f"| {found['memory']:.0f} |"
        )


def main() -> None:
    """Print the table; with --write put it into docs/performance.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=11_140)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--file", choices=FILES)
    parser.add_argument("--data", type=Path, help="where the season is kept for the next time")
    given = parser.parse_args()
    if given.file:
        sys.stdout.write(json.dumps(fetched(given.data, given.units, given.file)))
        return
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for line in table(given.units, given.data or Path(folder) / "data"):
            lines.append(line)
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    if given.write:
        benchmark.write(lines, "bench exports")


if __name__ == "__main__":
    main()
