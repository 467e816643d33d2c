"""One line an event on standard error, as text or as JSON: time, level, logger, event, ids. No personal data.

An exception is logged by its type and its way through our files: its message may hold what a person typed.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from service.errors import ServiceError
from sheets_schema.wording import Language, Message

TEXT, JSON = "text", "json"
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
# what every record has; whatever else is there came by `extra` and is an id
_ORDINARY = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


class _Formatter(logging.Formatter):
    """What both forms share."""

    def __init__(self, language: Language = Language.VIETNAMESE) -> None:
        super().__init__()
        self._language = language

    def event_of(self, record: logging.LogRecord) -> str:
        """Return what a record says; a refusal of ours in it is in the language of the log."""
        said = record.args if isinstance(record.args, tuple) else ()
        if not any(isinstance(one, (ServiceError, Message)) for one in said):
            return record.getMessage()
        spoken = [one.text(self._language) if isinstance(one, (ServiceError, Message)) else one for one in said]
        return str(record.msg) % tuple(spoken)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 – logging's own name
        """Return an exception's type and where it came by, without its words."""
        kind, _, trace = ei
        steps = [f"{step.filename}:{step.lineno} {step.name}" for step in traceback.extract_tb(trace)]
        return " < ".join([kind.__name__ if kind else "", *reversed(steps)])


class JsonFormatter(_Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's line."""
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "severity": record.levelname,  # the same where Cloud Logging looks for it
            "logger": record.name,
            "event": self.event_of(record),
            **_ids(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(_Formatter):
    """The same for people's eyes; a line break within an event is written as one, so that no line can be forged."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's line."""
        parts = [_time(record), record.levelname, record.name, self.event_of(record)]
        parts += [f"{name}={value}" for name, value in _ids(record).items()]
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        return " ".join(parts).replace("\r", "\\r").replace("\n", "\\n")


def configure(form: str, stream: TextIO | None = None, language: str = Language.VIETNAMESE) -> None:
    """Send every log of this process to a stream, standard error unless told otherwise."""
    spoken = Language(language)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(spoken) if form == JSON else TextFormatter(spoken))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    # one line a request to the spreadsheets says nothing to an operator
    logging.getLogger("urllib3").setLevel(logging.WARNING)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _ids(record: logging.LogRecord) -> Mapping[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _ORDINARY}
