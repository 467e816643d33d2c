"""Where spreadsheets come from, what they are called, and how an address names one. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from sheets_schema.campaign import Campaign
from sheets_schema.wording import SHEET_LANGUAGE, text

MOST_TABS = 80  # of a workbook on Google: more people than a hundred cannot edit one at the same time
LONGEST = 2_000
_ID = re.compile(r"[A-Za-z0-9_-]{20,100}")
_LINK = re.compile(
    r"(?:https?://)?(?:docs|drive|sheets)\.google\.com/(?:a/[^/]+/)?"
    r"(?:spreadsheets/(?:u/\d+/)?d/|file/(?:u/\d+/)?d/|open\?(?:[^#]*&)?id=)([A-Za-z0-9_-]{20,100})(?:[/?#&].*)?",
    re.IGNORECASE | re.DOTALL,
)
_PUBLISHED = re.compile(r"google\.com/.*/d/e/", re.IGNORECASE | re.DOTALL)


class FileSource(StrEnum):
    """Who makes a spreadsheet."""

    OWN = "own"  # we do, and own it
    BROUGHT = "brought"  # a person does, and shares it with us
    DRIVE = "drive"  # we do, in a shared drive, where files have no owner


@dataclass(frozen=True, slots=True)
class Files:
    """Where new spreadsheets come from."""

    source: FileSource = FileSource.OWN
    drive: str = ""

    @classmethod
    def of(cls, setting: str) -> Files:
        """Return what the setting means: own, brought or drive:ID."""
        source, _, drive = setting.partition(":")
        return cls(FileSource(source), drive)


OWN_FILES = Files()


def workbook_title(campaign: Campaign, form: str, shard: int) -> str:
    """Return what a workbook is called: a form's, by its number from 0, or the master (no form)."""
    number = f" ({shard + 1})" if shard else ""
    return f"{campaign.form(form).title if form else text('master.title', SHEET_LANGUAGE)} – {campaign.title}{number}"


def spreadsheet_id_in(named: str) -> str | None:
    """Return the id of the spreadsheet that a link or a bare id means; None for anything else."""
    named = named.strip().strip("<>\"'")
    if len(named) > LONGEST or not named.isprintable() or _PUBLISHED.search(named):
        return None
    if _ID.fullmatch(named):
        return named
    link = _LINK.fullmatch(named)
    return link[1] if link else None
