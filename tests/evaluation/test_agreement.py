"""What a sensible civil servant would say, against what the product says: they agree as often as promised."""

import csv
import json
from itertools import groupby
from pathlib import Path

import pytest

from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.periods import read_period
from sheets_schema.problems import TABLE, Severity
from sheets_schema.reading.rows import Grid, read_tab
from sheets_schema.rules.time_rules import calendar_of
from sheets_schema.rules.validation import check

HERE = Path(__file__).parent
FAULTS = {"unparseable": "TIME_UNPARSEABLE", "impossible": "TIME_IMPOSSIBLE", "reversed": "TIME_REVERSED"}
CLASSES = {"ok": "exact", "warn": "exact", "approx": "approximate"}
TIMES = {"time_expressions.tsv": 0.97}
CLASSED_TIMES = {
    "second/time_expressions.tsv": 0.97,
    "second/time_expressions_round2.tsv": 0.95,
    "second/time_expressions_round3.tsv": 0.95,
}
ENTRIES = {
    "entries.jsonl": 0.97,
    "second/entries.jsonl": 0.97,
    "second/entries_round2.jsonl": 0.95,
    "second/entries_round3.jsonl": 0.95,
}


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign("thang_dan_van_2023"))


def times_of(name):
    quoting = csv.QUOTE_NONE if name in TIMES else csv.QUOTE_MINIMAL
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=quoting))


def judged(campaign, name):
    """Each entry with the row that was read and checked from it, every tab by itself."""
    form = campaign.form("registration")
    keys = (*(column.key for column in form.columns), "unit_code")
    entries = [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").split("\n") if line]
    for _, tab in groupby(entries, lambda entry: entry.get("tab")):
        rows = list(tab)
        cells = tuple(tuple(entry[key] for key in keys) for entry in rows)
        checked = check(campaign, form, read_tab(form, Grid((keys, *cells), first_row=0)))
        yield from zip(rows, checked.rows, strict=True)


def dates_of(period):
    if period is None:
        return ("", "")
    return tuple("" if day is None else day.isoformat() for day in (period.start, period.end))


def errors_of(row):
    return {found.code for found in row.problems if found.severity is Severity.ERROR}


def named(note, key):
    """Return what a note says after "alt=" or "classalt="."""
    said = [part.strip().removeprefix(key) for part in note.split(";")[1:] if part.strip().startswith(key)]
    return said[0] if said else ""


def alternatives(note):
    return [tuple(span.split("..")) for span in named(note, "alt=").split("|") if ".." in span]


def is_agreed(reading, line, *, classed):
    tag, got = line["note"].split(";")[0].strip(), dates_of(reading.period)
    readings = alternatives(line["note"])
    others = {CLASSES.get(name, name) for name in named(line["note"], "classalt=").split(",") if name}
    if reading.fault is not None:
        return reading.fault == FAULTS.get(tag) or reading.fault in {FAULTS.get(name) for name in others}
    if tag in FAULTS:
        return got in readings or (classed and reading.certainty in others)
    if got not in [(line["start"], line["end"]), *readings]:
        return False
    return not classed or got in readings or reading.certainty in {CLASSES.get(tag, tag), *others}


def time_disagreement(line, calendar, *, classed):
    reading = read_period(line["expression"], calendar)
    if is_agreed(reading, line, classed=classed):
        return None
    return f"{line['expression']!r}: {dates_of(reading.period)} {reading.certainty} {reading.fault}; wanted {line}"


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


@pytest.mark.parametrize(("name", "promise"), (TIMES | CLASSED_TIMES).items())
def test_time_texts_are_read_as_a_civil_servant_would(campaign, name, promise):
    calendar, lines = calendar_of(campaign), times_of(name)

    found = [time_disagreement(line, calendar, classed=name in CLASSED_TIMES) for line in lines]
    disagreements = [disagreement for disagreement in found if disagreement]

    assert len(disagreements) <= (1 - promise) * len(lines), "\n".join(disagreements)


@pytest.mark.parametrize(("name", "promise"), ENTRIES.items())
def test_rows_are_judged_as_a_civil_servant_would(campaign, name, promise):
    pairs = list(judged(campaign, name))

    disagreements = [found for entry, row in pairs if (found := entry_disagreement(entry, row))]

    assert len(disagreements) <= (1 - promise) * len(pairs), "\n".join(disagreements)
