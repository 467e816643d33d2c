"""The parts of the service that call Google, and the least scopes each of them needs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

SPREADSHEETS = "https://www.googleapis.com/auth/spreadsheets"
DRIVE = "https://www.googleapis.com/auth/drive"
DRIVE_METADATA = "https://www.googleapis.com/auth/drive.metadata.readonly"


class Component(StrEnum):
    """Who calls: a key is asked for no more than the part at work needs."""

    PROVISION = "provision"  # makes, shares and protects
    CONSOLIDATE = "consolidate"  # reads tabs, writes feedback and master, watches files
    WEB = "web"  # asks whether Google answers, no more


# values:batchGetByDataFilter has no read-only scope; who shares or makes files needs all of Drive
SCOPES: Mapping[Component, tuple[str, ...]] = {
    Component.PROVISION: (SPREADSHEETS, DRIVE),
    Component.CONSOLIDATE: (SPREADSHEETS, DRIVE_METADATA),
    Component.WEB: (DRIVE_METADATA,),
}
