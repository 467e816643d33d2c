"""Which tab is meant, and who may write on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TabIdentity:
    """Which tab this is, and who may write on it."""

    sheet_id: int
    title: str
    unit: str
    form: str
    service: str  # our own address; "" when the owner is us anyway
    let_in: tuple[str, ...] = ()  # who may write in its input cells at once; others are let in when they may open it
