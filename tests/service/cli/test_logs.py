"""The log's two forms: one line an event, its ids, nothing of what somebody typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from service.cli import logs
from service.errors import SettingsError
from sheets_schema.wording import message

TYPED = "Nguyễn Văn An"


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """Return where the log goes; what was configured before is put back."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield io.StringIO()
    root.handlers[:], root.level = before[0], before[1]


def fail() -> None:
    raise ValueError(TYPED)


def test_json_line_has_time_level_logger_event_and_ids(told):
    logs.configure("json", told)

    logging.getLogger("service.x").warning("run %s failed", 7, extra={"run": 7, "unit": "S-CT"})

    line = json.loads(told.getvalue())
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "severity": "WARNING",
        "logger": "service.x",
        "event": "run 7 failed",
        "run": 7,
        "unit": "S-CT",
    }


def test_text_line_has_the_same(told):
    logs.configure("text", told)

    logging.getLogger("service.x").info("request", extra={"route": "/", "status": 200})

    assert told.getvalue().split(" ", 1)[1] == "INFO service.x request route=/ status=200\n"


@pytest.mark.parametrize("form", ["text", "json"])
def test_exception_is_told_without_its_words(told, form):
    logs.configure(form, told)
    try:
        fail()
    except ValueError:
        logging.getLogger("service.x").exception("run failed")

    (line,) = told.getvalue().splitlines()
    assert TYPED not in line
    assert "ValueError" in line
    assert "test_logs.py" in line
    assert " fail" in line


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_event_is_one_line_whatever_it_holds(told, form):
    logs.configure(form, told)

    logging.getLogger("service.x").info("a\r\n2026 ERROR forged", extra={"route": "/\n"})

    assert len(told.getvalue().splitlines()) == 1


def test_json_keeps_what_is_no_json_as_text(told):
    logs.configure("json", told)

    logging.getLogger("service.x").info("x", extra={"kind": {1}})

    assert json.loads(told.getvalue())["kind"] == "{1}"


@pytest.mark.parametrize(
    ("name", "level", "shown"), [("service", "info", 1), ("service", "debug", 0), ("urllib3", "info", 0)]
)
def test_what_is_told(told, name, level, shown):
    logs.configure("json", told)

    getattr(logging.getLogger(name), level)("x")

    assert len(told.getvalue().splitlines()) == shown


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_refusal_is_told_in_the_language_of_the_log(told, form):
    logs.configure(form, told, language="en")

    logging.getLogger("service.worker").error("worker cannot work: %s", SettingsError(message("system.enospc")))

    assert "worker cannot work: the disk is full" in told.getvalue()
