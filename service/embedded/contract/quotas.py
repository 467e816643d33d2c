"""Google's limits on demand: so many reads and writes a minute for a user and for everyone together."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from service.embedded.api_errors import ApiError, Json

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests of one sort a minute."""

    per_user: int
    per_project: int


GOOGLE = Limits(per_user=60, per_project=300)


@dataclass(slots=True)
class Quota:
    """Counts requests minute by minute, reads and writes apart; all threads of one process share it."""

    limits: Limits = GOOGLE
    timer: Callable[[], float] = time.monotonic
    _minute: int = -1
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, user: str, *, writes: bool) -> None:
        """Count one request, or raise the 429 when it is one too many."""
        sort = "Write" if writes else "Read"
        with self._lock:
            minute = int(self.timer() // MINUTE)
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            self._take((sort, user), self.limits.per_user, "PerUser")
            self._take((sort, ""), self.limits.per_project, "")

    def _take(self, key: tuple[str, str], limit: int, scope: str) -> None:
        used = self._counts.get(key, 0)
        if used >= limit:
            raise exhausted(key[0], scope)
        self._counts[key] = used + 1


def exhausted(sort: str, scope: str) -> ApiError:
    """Return the 429 as Google words it."""
    per_user = " per user" if scope else ""
    consumer = "project_number:0"
    metadata: Json = {
        "consumer": f"projects/{consumer.rpartition(':')[2]}",
        "quota_limit": f"{sort}RequestsPerMinute{scope or 'PerProject'}",
        "quota_metric": f"sheets.googleapis.com/{sort.lower()}_requests",
        "service": "sheets.googleapis.com",
    }
    info: Json = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": metadata,
    }
    return ApiError(
        429,
        f"Quota exceeded for quota metric '{sort} requests' and limit '{sort} requests per minute{per_user}' "
        f"of service 'sheets.googleapis.com' for consumer '{consumer}'.",
        details=[info],
    )
