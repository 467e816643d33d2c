"""How much work the formulas of one request may take, so that no cell, tab or workbook holds up a read.

A step is one to two microseconds of work. It is counted, not timed: the same cells fail on every machine.
"""

from dataclasses import dataclass

MOST_OF_CELL = 200_000
MOST_OF_TAB = 450_000
SHARED = 500_000  # for all tabs of a request together
RESERVED = 200_000  # divided equally among the tabs of a file, so that one tab cannot use up another's
STEPS_OF_FORMULA = 20
STEPS_OF_CHARACTER = 2
STEPS_OF_OPERATION = 6
CELLS_OF_STEP = 10
CHARACTERS_OF_STEP = 500
CHARACTERS_MADE = 100  # by a function, as long as the formula goes on
CHARACTERS_OF_RESULT = 25  # a long text is work for every step of the answer


class OverworkError(Exception):
    """The formula at hand needs more work than is left."""


@dataclass(slots=True)
class SharedWork:
    """The steps left for all tabs together."""

    left: int = SHARED


@dataclass(slots=True)
class TabWork:
    """The steps left for the formulas of one tab."""

    shared: SharedWork
    reserved: int
    left: int

    @classmethod
    def of(cls, shared: SharedWork, tabs: int) -> "TabWork":
        """Return the work allowed to one of so many tabs."""
        reserved = RESERVED // tabs
        return cls(shared, reserved, reserved + MOST_OF_TAB)

    def spend(self, steps: int) -> None:
        """Count steps, the tab's own first; raise OverworkError when there are too few, now and from then on."""
        own = min(steps, self.reserved)
        if steps > self.left or steps - own > self.shared.left:
            self.left = 0
            raise OverworkError
        self.left -= steps
        self.reserved -= own
        self.shared.left -= steps - own
