"""What a sensible civil servant would say, against what the product says: they agree on at least 97 in 100."""

import csv
import json
from pathlib import Path

import pytest

from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.periods import read_period
from sheets_schema.problems import TABLE, Severity
from sheets_schema.rows import Grid, read_tab
from sheets_schema.time_rules import calendar_of
from sheets_schema.validation import check

HERE = Path(__file__).parent
PROMISE = 0.97
FAULTS = {"unparseable": "TIME_UNPARSEABLE", "impossible": "TIME_IMPOSSIBLE", "reversed": "TIME_REVERSED"}


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign("thang_dan_van_2023"))


@pytest.fixture(scope="module")
def times():
    with (HERE / "time_expressions.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def entries():
    return [json.loads(line) for line in (HERE / "entries.jsonl").read_text(encoding="utf-8").split("\n") if line]


@pytest.fixture(scope="module")
def judged(campaign, entries):
    """Each entry with the row that was read and checked from it."""
    form = campaign.form("registration")
    keys = (*(column.key for column in form.columns), "unit_code")
    cells = tuple(tuple(entry[key] for key in keys) for entry in entries)
    checked = check(campaign, form, read_tab(form, Grid((keys, *cells), first_row=0)))
    return list(zip(entries, checked.rows, strict=True))


def dates_of(period):
    if period is None:
        return ("", "")
    return tuple("" if day is None else day.isoformat() for day in (period.start, period.end))


def errors_of(row):
    return {found.code for found in row.problems if found.severity is Severity.ERROR}


def alternatives(note):
    *_, last = note.split("alt=") if "alt=" in note else ("",)
    return [tuple(span.split("..")) for span in last.split(";")[0].strip().split("|") if ".." in span]


def time_disagreement(line, calendar):
    reading = read_period(line["expression"], calendar)
    tag, got = line["note"].split(";")[0].strip(), dates_of(reading.period)
    readings = alternatives(line["note"])
    if tag in FAULTS:
        agrees = reading.fault == FAULTS[tag] or (reading.fault is None and got in readings)
    else:
        agrees = reading.fault is None and got in [(line["start"], line["end"]), *readings]
    return None if agrees else f"{line['expression']!r}: {got} {reading.fault}; wanted {line}"


def entry_disagreement(entry, row):
    wanted = entry["expect"]
    times = (wanted["time_start"] or "", wanted["time_end"] or "")
    wrong = []
    if row.row.kind != wanted["row_kind"]:
        wrong.append(f"kind {row.row.kind}")
    if row.accepted is not wanted["valid"]:
        wrong.append(f"accepted {row.accepted}")
    elif wanted["valid"] and dates_of(row.period) != times:
        wrong.append(f"time {dates_of(row.period)}")
    wanted_errors = {code for code in wanted["codes"] if code in TABLE and TABLE[code].severity is Severity.ERROR}
    if wanted_errors and not wanted_errors & errors_of(row):
        wrong.append(f"errors {errors_of(row)}")
    return f"{entry['id']} {wrong}; wanted {wanted}; {entry['thoi_gian']!r}" if wrong else None


def test_time_texts_are_read_as_a_civil_servant_would(campaign, times):
    calendar = calendar_of(campaign)

    disagreements = [found for line in times if (found := time_disagreement(line, calendar))]

    assert len(disagreements) <= (1 - PROMISE) * len(times), "\n".join(disagreements)


def test_rows_are_judged_as_a_civil_servant_would(judged):
    disagreements = [found for entry, row in judged if (found := entry_disagreement(entry, row))]

    assert len(disagreements) <= (1 - PROMISE) * len(judged), "\n".join(disagreements)
