"""Measure what others do with the same distinct rows, beside `tonghop check`: each in a process of its own.

None of the others knows the form; every line says what it does not look at. polars, duckdb and frictionless are asked
for, never needed: `.venv/bin/pip install polars duckdb frictionless`; those that are missing are left out and named.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import benchmark

from service.documents.file_check import check_file
from service.documents.file_reading import read_table_file
from service.settings import Settings, campaign_of

KEYS = ("stt", "ten_noi_dung", "thoi_gian", "quy_mo", "doi_tuong", "muc_tieu", "ghi_chu")
FILLED = KEYS[1:6]
DAY = r"^\d{1,2}/\d{1,2}/\d{4}$"  # the one form of a time that a script usually knows
INSTALL = "pip install polars duckdb frictionless"


def ours(file: Path) -> int:
    """Check as `tonghop check` does; return how many rows were taken."""
    campaign = campaign_of(Settings())
    form = campaign.form("registration")
    return check_file(campaign, form, read_table_file(file, form)).accepted


def gspread_loop(file: Path) -> int:
    """Take rows that are not blank, as a loop over what gspread returns does."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return sum(any(row) for row in itertools.islice(csv.reader(lines), 1, None))


def pandas_script(file: Path) -> int:
    """Require the columns that must be filled, and a day of one form."""
    import pandas as pd  # noqa: PLC0415 – each way loads its own

    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    good = rows["thoi_gian"].str.match(DAY)
    for key in FILLED:
        good &= rows[key].str.strip() != ""
    return int(good.sum())


def polars_script(file: Path) -> int:
    """Do the same."""
    import polars as pl  # noqa: PLC0415 – each way loads its own

    rows = pl.read_csv(file, infer_schema=False)
    good = pl.col("thoi_gian").str.contains(DAY)
    for key in FILLED:
        good &= pl.col(key).str.strip_chars() != ""
    return rows.filter(good).height


def duckdb_script(file: Path) -> int:
    """Do the same in SQL."""
    import duckdb  # noqa: PLC0415 – each way loads its own

    filled = " AND ".join(f"trim({key}) <> ''" for key in FILLED)
    table = "read_csv(?, all_varchar = true, header = true, nullstr = '\x01')"
    found = duckdb.execute(
        f"SELECT count(*) FROM {table} WHERE regexp_matches(thoi_gian, ?) AND {filled}",  # noqa: S608 – our own keys
        [str(file), DAY],
    ).fetchone()
    return int(found[0])


def frictionless_script(file: Path) -> int:
    """Validate a schema with required texts and a pattern."""
    from frictionless import Resource, Schema, validate  # noqa: PLC0415 – each way loads its own

    patterns = {"thoi_gian": {"pattern": DAY}}
    fields = [
        {"name": key, "type": "string", "constraints": {"required": key in FILLED} | patterns.get(key, {})}
        for key in KEYS
    ]
    schema = Schema.from_descriptor({"fields": fields})
    report = validate(
        Resource(path=file.name, basepath=str(file.parent), schema=schema, encoding="utf-8-sig"), limit_errors=10**9
    )
    wrong = {number for (number,) in report.flatten(["rowNumber"]) if number}
    return int(report.tasks[0].stats["rows"] or 0) - len(wrong)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to look at a file, and what it does not see."""

    name: str
    run: Callable[[Path], int]
    unseen: str
    needs: str = ""


BLIND = (
    "thời gian kiểu Việt, khung thời gian, phông cũ, cột lệch / "
    "a Vietnamese period, a window, a legacy font, a shifted column"
)
EVERY = f"ô bắt buộc, {BLIND}".replace(" / ", " / a required cell, ")
WAYS = {
    "ours": Way("tonghop check", ours, "–"),
    "gspread": Way("vòng lặp gspread / gspread loop", gspread_loop, EVERY),
    "pandas": Way("pandas", pandas_script, BLIND, "pandas"),
    "polars": Way("polars", polars_script, BLIND, "polars"),
    "duckdb": Way("duckdb", duckdb_script, BLIND, "duckdb"),
    "frictionless": Way("frictionless", frictionless_script, BLIND, "frictionless"),
}
HEAD = (
    "| cách / way | µs một dòng / a row | dòng nhận / rows taken | MB | không xem / does not look at |\n"
    "| --- | ---: | ---: | ---: | --- |"
)


def write_rows(file: Path, count: int) -> None:
    """Write the season's rows that name a time, no two with the same words: no heading and no signature among them."""
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(KEYS)
        writer.writerows(itertools.islice((row for row in benchmark.distinct_rows() if row[2].strip()), count))


def measure(way: str, file: Path) -> dict[str, float]:
    """Run one way once to load what it needs and once more to be timed."""
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm.csv"
        write_rows(warm, 3)
        WAYS[way].run(warm)
    started = time.process_time()
    taken = WAYS[way].run(file)
    seconds = time.process_time() - started
    return {"seconds": seconds, "taken": taken, "memory": benchmark.peak()}


def line(way: Way, found: dict[str, float], count: int) -> str:
    """Return one row of the table."""
    micro = f"{found['seconds'] / count * 1e6:.1f}"
    return f"| {way.name} | {micro} | {found['taken']:.0f} | {found['memory']:.0f} | {way.unseen} |"


def main() -> None:
    """Print the table; with --write put it into docs/performance.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.way:
        sys.stdout.write(json.dumps(measure(given.way, given.file)))
        return
    lines = [HEAD]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        write_rows(file, given.rows)
        for key, way in WAYS.items():
            if way.needs and importlib.util.find_spec(way.needs) is None:
                sys.stderr.write(f"{way.needs} is not installed and left out: {INSTALL}\n")
                continue
            command = [sys.executable, __file__, "--way", key, "--file", str(file)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 – ourselves
            lines.append(line(way, json.loads(done.stdout), given.rows))
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write:
        benchmark.write(lines, "bench peers")


if __name__ == "__main__":
    main()
