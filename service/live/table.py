"""The whole table of assumptions, in the order they are tried; docs/verified.md lists the same names."""

from __future__ import annotations

from service.live.assumption import Assumption
from service.live.drive import DRIVE
from service.live.rights import RIGHTS
from service.live.tabs import TABS
from service.live.words import WORDS

ASSUMPTIONS: tuple[Assumption, ...] = (*WORDS, *TABS, *RIGHTS, *DRIVE)
