"""Requests that come in crowds and all wait for the same thing: one thread answers them, and they wait once, together.

Each is a call of its own that stops where it waits (`greenlet`), so that nothing of what answers it has to know of the
others. What is waited for is done for all that stopped there, and each goes on with its own part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

PATH = "/hooks/sheet"  # of the requests that come in crowds

Take = Callable[[Sequence[Any]], Sequence[Any]]


class _Member(greenlet):  # type: ignore[misc]  # greenlet has no types
    """One call of a crowd; while it waits, what it waits for."""

    take: Take | None = None
    item: object = None
    found: object = None
    error: BaseException | None = None


def run_together(calls: Sequence[Callable[[], object]]) -> None:
    """Run calls in this thread until each has ended; they keep what they find and what fails to themselves."""
    members = [_Member(call) for call in calls]
    for member in members:
        member.switch()
    while waiting := [member for member in members if not member.dead]:
        for take in {id(one.take): one.take for one in waiting}.values():
            _take_for([one for one in waiting if one.take is take], take)
        for member in waiting:
            member.switch()


def _take_for(members: Sequence[_Member], take: Take | None) -> None:
    try:
        found = take([member.item for member in members]) if take is not None else ()
        for member, own in zip(members, found, strict=True):
            member.found = own
    except Exception as error:  # noqa: BLE001 – raised again by each that waits
        for member in members:
            member.error = error


def is_joined() -> bool:
    """Return True if this call is one of a crowd."""
    return isinstance(getcurrent(), _Member)


def wait_together(take: Take, item: object) -> Any:  # noqa: ANN401 – what `take` gives for it
    """Return what `take` gives for an item, called once for all of the crowd that wait for it; raise what it raises."""
    member = getcurrent()
    if not isinstance(member, _Member) or member.parent is None:
        (found,) = take([item])
        return found
    member.take, member.item, member.error = take, item, None
    member.parent.switch()
    if member.error is not None:
        raise member.error
    return member.found
