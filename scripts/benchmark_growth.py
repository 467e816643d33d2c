"""Measure what years of facts cost: status, a past status, the dashboard, an unchanged run, on the first day and after.

The history is made, not lived: every run of every day records other observations of some tabs, with their versions,
and the last of them shows each tab as it is. On the first day nothing was sent or returned yet; after a few facts a tab
is where it is after very many, so that these two differ by their number alone. Processor time, the least of a few
tries, each in one process.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import benchmark
from sqlalchemy import create_engine, insert, select

from service import clock, grants, wiring, workflows
from service.domain.decisions import Decision, DecisionKind
from service.domain.roles import Role
from service.domain.standing_record import standing_record
from service.facts.schema import versions
from service.settings import Settings
from service.web.app import create_app
from service.workspace import Workspace

DAYS, RUNS_A_DAY, TRIES = 60, 50, 3
FEW = 3_000  # facts after which every tab was sent, returned and edited
SECRET = "bench-0123456789abcdef-bench-0123456789abcdef"  # noqa: S105 – of a measurement
WHAT = {
    "status": "tình trạng / status",
    "as_of": "tình trạng một lúc trước / status --as-of",
    "dashboard": "bảng theo dõi / dashboard",
    "run": "tổng hợp không đổi / an unchanged run",
}
HEAD = (
    "| việc / what | ngày đầu, chưa gửi gì / first day, nothing sent, ms CPU | {few} sự kiện / facts, ms CPU "
    "| {many} sự kiện / facts, ms CPU | lần, so với ngày đầu / times the first day "
    "| lần, so với {few} / times {few} |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: |"
)


@contextmanager
def opened(data: Path, count: int, day: int) -> Iterator[Workspace]:
    """Open the workspace on a day after the first."""
    settings = Settings(data_dir=data, rehearsal=True, secret_key=SECRET)
    now = clock.frozen(benchmark.NOW + timedelta(days=day))
    with wiring.open_workspace(settings, now, actor="bench") as workspace:
        yield replace(workspace, campaign=benchmark.synthetic(workspace.campaign, count))


def begin(data: Path, count: int) -> dict[str, float]:
    """Set up the season, and let it come to rest."""
    benchmark.prepare(data, count)
    with opened(data, count, 0) as workspace:
        for _ in range(2):
            workflows.consolidate(workspace, trigger="bench")
    return {}


def grow(data: Path, count: int, wanted: int) -> dict[str, float]:
    """Record a number of facts over the days."""
    chance = random.Random(count)  # noqa: S311 – the same history each time
    with opened(data, count, 0) as workspace:
        store, key = workspace.store, workspace.campaign.key
        now = {owed: seen[-1] for owed, seen in store.facts.history(key).observations.items()}
    last, tabs = dict(now), sorted(now)
    a_run = max(1, wanted // (DAYS * RUNS_A_DAY))
    engine = create_engine(f"sqlite:///{data / 'facts.sqlite'}")
    with engine.connect() as connection:
        held = {(row.unit, row.form): row for row in connection.execute(select(versions))}
    engine.dispose()
    for number in range(DAYS * RUNS_A_DAY):
        at = benchmark.NOW + timedelta(minutes=(number + 1) * 24 * 60 / RUNS_A_DAY)
        seen = []
        for owed in chance.sample(tabs, min(a_run, len(tabs))):
            changed = {
                "confirmed": chance.random() < 0.8,
                "content": True,
                "document": True,
                "errors": chance.randrange(4),
                "digest": f"d{chance.randrange(1_000_000)}",
                "words_digest": f"w{chance.randrange(1_000_000)}",
                "fault_digest": f"f{chance.randrange(9)}",
            }
            last[owed] = replace(now[owed], seen_at=at, last_seen_at=last[owed].seen_at, **changed)
            seen.append(last[owed])
        _record(workspace, seen, held)
    at = benchmark.NOW + timedelta(days=DAYS, hours=1)
    _record(workspace, [replace(one, seen_at=at, last_seen_at=last[owed].seen_at) for owed, one in now.items()], held)
    with opened(data, count, DAYS + 1) as workspace:
        for unit in workspace.campaign.units[::10]:
            at = workspace.clock() - timedelta(days=30)
            made = Decision(DecisionKind.RETURN, unit.code, "registration", at, "Bench", "thiếu số lượng")
            store.facts.record_decision(key, replace(made, recorded_at=workspace.clock()))
        for _ in range(2):
            workflows.consolidate(workspace, trigger="bench")
        return {"facts": float(sum(workspace.store.facts.count(key).values()))}


def _record(workspace, seen, held) -> None:  # type: ignore[no-untyped-def]
    """Record observations of one run, with versions of their tabs and the run itself."""
    store, key = workspace.store, workspace.campaign.key
    at = seen[0].seen_at
    with store.together():
        store.facts.record_observations(key, seen, at)
        rows = [held[one.unit, one.form] for one in seen]
        with store.facts._database.writing() as connection:
            kept = [{**row._mapping, "recorded_at": at, "seen_at": at} for row in rows]
            connection.execute(insert(versions), [{name: row[name] for name in row if name != "id"} for row in kept])
        store.runs.finish(store.runs.start(key, at, "bench", "bench"), at, {"read_calls": 12, "write_calls": 0})


def first_day(data: Path, count: int) -> dict[str, float]:
    """Measure on the first day."""
    return measured(data, count, 0)


def later(data: Path, count: int) -> dict[str, float]:
    """Measure after everything."""
    return measured(data, count, DAYS + 1)


def measured(data: Path, count: int, day: int) -> dict[str, float]:
    """Measure each of them, in milliseconds of processor time."""
    with opened(data, count, day) as workspace:
        app = create_app(workspace)
        browser = app.test_client()
        browser.post(f"/sign-in/{grants.invite(workspace, 'bench@localhost', Role.VIEWER).token}")
        forms = [one.form for one in workspace.campaign.obligations]

        def status(days_ago: float = 0.0) -> None:
            at = workspace.clock() - timedelta(days=days_ago)
            found = workflows.standings(workspace, at, forms)
            json.dumps([standing_record(workspace.campaign, one) for one in found])

        def dashboard() -> None:
            page = browser.get("/")
            if page.status_code != 200 or "U00001" not in page.text:
                raise ValueError(f"no dashboard: {page.status_code}")

        asked: dict[str, Callable[[], object]] = {
            "status": status,
            "as_of": lambda: status(day / 2),
            "dashboard": dashboard,
            "run": lambda: workflows.consolidate(workspace, trigger="bench"),
        }
        return {name: least(ask) for name, ask in asked.items()}


def least(ask: Callable[[], object]) -> float:
    """Return the least processor time of a few tries, after one that warms up."""
    ask()
    times = []
    for _ in range(TRIES):
        started = time.process_time()
        ask()
        times.append((time.process_time() - started) * 1000)
    return min(times)


def in_a_process(way: str, data: Path, count: int, wanted: int) -> dict[str, float]:
    """Do one step in a process of its own."""
    command = [sys.executable, __file__, "--way", way, "--data", str(data), "--units", str(count)]
    done = subprocess.run([*command, "--facts", str(wanted)], check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(re.findall(r"\{.*\}", done.stdout)[-1])
    return found


def table(count: int, wanted: int) -> Iterator[str]:
    """Yield the table's lines."""
    with tempfile.TemporaryDirectory() as folder:
        data, other = Path(folder) / "data", Path(folder) / "other"
        in_a_process("begin", data, count, wanted)
        first = in_a_process("first_day", data, count, wanted)
        shutil.copytree(data, other)
        facts = [in_a_process("grow", *grown)["facts"] for grown in ((other, count, FEW), (data, count, wanted))]
        few, many = (in_a_process("later", grown, count, wanted) for grown in (other, data))
    few_facts, many_facts = (f"{number:,.0f}" for number in facts)
    yield from HEAD.format(few=few_facts, many=many_facts).splitlines()
    for name, words in WHAT.items():
        times = f"{many[name] / first[name]:.2f} | {many[name] / few[name]:.2f}"
        yield f"| {words} | {first[name]:.0f} | {few[name]:.0f} | {many[name]:.0f} | {times} |"


def main() -> None:
    """Print the table; with --write put it into docs/performance.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--way", choices=("begin", "first_day", "grow", "later"))
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    if given.way:
        ways = {"begin": begin, "first_day": first_day, "later": later}
        if given.way == "grow":
            found = grow(given.data, given.units, given.facts)
        else:
            found = ways[given.way](given.data, given.units)
        sys.stdout.write(json.dumps(found) + "\n")
        return
    lines = []
    for line in itertools.chain(table(given.units, given.facts)):
        lines.append(line)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    if given.write:
        benchmark.write(lines, "bench growth")


if __name__ == "__main__":
    main()
