"""The whole table of assumptions, in the order they are tried; docs/verified.md lists the same names."""

from __future__ import annotations

from service.operations.live.assumption import Assumption
from service.operations.live.drive import DRIVE
from service.operations.live.rights import RIGHTS
from service.operations.live.tabs import TABS
from service.operations.live.typed_words import WORDS

ASSUMPTIONS: tuple[Assumption, ...] = (*WORDS, *TABS, *RIGHTS, *DRIVE)
