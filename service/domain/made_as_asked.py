"""Long lists of which a page shows a part: what is on it is made, the rest is counted. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

_Part = TypeVar("_Part")
_Made = TypeVar("_Made")


class MadeAsAsked(Sequence[_Made], Generic[_Part, _Made]):
    """Rows that are made whenever they are looked at: a page shows the first of many, and counts them all."""

    __slots__ = ("_make", "_parts")

    def __init__(self, parts: Sequence[_Part], make: Callable[[_Part], _Made]) -> None:
        self._parts, self._make = parts, make

    def __len__(self) -> int:
        """How many there are."""
        return len(self._parts)

    @overload
    def __getitem__(self, at: int) -> _Made: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[_Made]: ...
    def __getitem__(self, at: int | slice) -> _Made | Sequence[_Made]:
        """Make one, or some of them."""
        return tuple(map(self._make, self._parts[at])) if isinstance(at, slice) else self._make(self._parts[at])

    def __iter__(self) -> Iterator[_Made]:
        """Make each in turn."""
        return map(self._make, self._parts)
