"""What goes on beside a test: jobs that a page began."""

from __future__ import annotations

import threading


def settle() -> None:
    """Wait until no job is under way."""
    for thread in threading.enumerate():
        if thread.name.startswith("job-"):
            thread.join(60)
