"""How much one request may do, whatever it asks for.

A step is about a microsecond of work. It is counted, not timed: the same request is refused on every machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from service.embedded.api_errors import bad_request

MOST = 2_000_000
# the server's owner writes a whole master at once: a spreadsheet of the largest size, each cell copied
MOST_OF_OWNER = 60_000_000
MOST_TO_SEARCH = 700_000  # by expressions: the owner, who writes more than others, searches no more
STEPS_OF_MERGE = 3  # to compare one with an area
TOO_MUCH = "The request needs more work than the embedded server does at once. Ask for less of it."
Spend = Callable[[int], None]
T = TypeVar("T")


@dataclass(slots=True)
class RequestWork:
    """The steps left for a request."""

    left: int = MOST
    left_to_search: int = MOST_TO_SEARCH  # of these

    def spend(self, steps: int) -> None:
        """Count steps before they are taken; raise the 400 when there are too few."""
        if steps > self.left:
            self.left = 0
            raise bad_request(TOO_MUCH)
        self.left -= steps

    def over(self, entries: Sequence[T], steps: int = 1) -> Sequence[T]:
        """Count a way through entries, at some steps each, and return them."""
        self.spend(1 + steps * len(entries))
        return entries

    def spend_on_search(self, steps: int) -> None:
        """Count steps of a search by an expression, as `spend` does."""
        if steps > self.left_to_search:
            self.left_to_search = 0
            raise bad_request(TOO_MUCH)
        self.left_to_search -= steps
        self.spend(steps)
