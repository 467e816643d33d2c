"""Delivers what the outbox holds, as Google delivers: an empty POST, again only after 500, 502, 503 and 504.

The server itself never sends anything. A courier runs beside it, in any process.
"""

import logging
import random
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import requests

from service.embedded.storage.outbox import Delivery, Outbox
from service.embedded.storage.sqlite_store import StoreError

TIMEOUT = (3.0, 5.0)  # connect, answer; together shorter than the lease
LEASE = timedelta(seconds=15)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)
MOST_ATTEMPTS = 12  # over about twenty minutes
RETRIED = frozenset({500, 502, 503, 504})
THREADS = 3  # one address that hangs does not keep the others waiting
POLL_SECONDS = 0.2
PAUSE_SECONDS = 2.0  # after the store did not answer
log = logging.getLogger(__name__)


def retry_wait(attempt: int, chance: float) -> timedelta:
    """Return how long to wait after a failed attempt (1 is the first): doubled each time, within five minutes."""
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempt - 1, 16))
    return timedelta(seconds=longest.total_seconds() * (1 - chance / 2))


class Courier:
    """Takes messages by lease and posts them; two couriers over one store never carry the same one at a time."""

    def __init__(self, outbox: Outbox, clock: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._clock = clock

    def turn(self) -> bool:
        """Deliver one message if one is due; return True if one was."""
        delivery = self._outbox.claim_due(self._clock(), LEASE)
        if delivery is None:
            return False
        status = _post(delivery)
        if (status is None or status in RETRIED) and delivery.attempt < MOST_ATTEMPTS:
            wait = retry_wait(delivery.attempt, random.random())  # noqa: S311 - spreads retries, protects nothing
            self._outbox.failed(delivery, self._clock() + wait)
        else:
            self._outbox.delivered(delivery)
            if status is None or not 200 <= status < 300:
                log.info("a push was answered with %s and is dropped", status)
        return True

    def run(self, wait: Callable[[float], bool]) -> None:
        """Deliver until `wait(seconds)` returns True."""
        pause = 0.0
        while not wait(pause):
            try:
                pause = 0.0 if self.turn() else POLL_SECONDS
            except (StoreError, sqlite3.Error) as error:
                log.warning("the outbox did not answer: %s", error)
                pause = PAUSE_SECONDS

    def start(self, wait: Callable[[float], bool]) -> None:
        """Deliver in the background; what is under way when the process ends is delivered again by another."""
        for _ in range(THREADS):
            threading.Thread(target=self.run, args=(wait,), name="courier", daemon=True).start()


def _post(delivery: Delivery) -> int | None:
    """Return the status an address answered, or None when it did not answer."""
    with requests.Session() as session:
        # no proxy and no ~/.netrc of this machine: the address alone decides where the message goes
        session.trust_env = False
        try:
            answer = session.post(
                delivery.address,
                data=b"",
                headers={"User-Agent": "tonghop-sheets", **delivery.headers},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,  # the body of an answer is not needed, and may never end
            )
        except (requests.RequestException, ValueError) as error:
            log.info("a push had no answer: %s", type(error).__name__)
            return None
        with answer:
            return answer.status_code
