"""The number of the last fact, kept in a file of its own: a database that was emptied or put back is noticed by it.

A number that lags does no harm, the next fact raises it: so it is written without waiting for the disk, and a disk that
takes no more never turns a recorded fact into a failure. It shrinks only by `accept`, which is remembered.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

log = logging.getLogger(__name__)

FILE_NAME = "facts-count.json"


@dataclass(frozen=True, slots=True)
class Count:
    """What is remembered of the facts outside their database."""

    last: int = 0  # the number of the last fact
    backup: str = ""  # the newest backup's file
    accepted: tuple[str, ...] = ()  # one line a time fewer facts were accepted
    is_whole: bool = True  # False: there is a file, and it cannot be read


class FactTally:
    """The file of a data folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

    def read(self) -> Count:
        """Return what is remembered; nothing where there is no file."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            return Count(int(kept["last"]), str(kept["backup"]), tuple(map(str, kept["accepted"])))
        except FileNotFoundError:
            return Count()
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return Count(is_whole=False)

    def reached(self, last: int) -> None:
        """Remember the number of a fact just recorded."""
        count = self.read()
        if last > count.last or not count.is_whole:
            self._keep(replace(count, last=last))

    def backed_up(self, file: Path) -> None:
        """Remember where the newest backup is."""
        self._keep(replace(self.read(), backup=str(file)))

    def accept(self, last: int, line: str) -> None:
        """Go on from fewer facts; `line` tells who accepted that, and when."""
        count = self.read()
        self._keep(replace(count, last=last, accepted=(*count.accepted, line)))

    def _keep(self, count: Count) -> None:
        fresh = self.path.with_name(f".{FILE_NAME}.{secrets.token_hex(4)}")
        kept = {"last": count.last, "backup": count.backup, "accepted": list(count.accepted)}
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(kept, file, ensure_ascii=False, indent=2)
            fresh.replace(self.path)
        except (OSError, ValueError) as error:
            log.warning("the count of facts was not kept: %s", error)
            fresh.unlink(missing_ok=True)
