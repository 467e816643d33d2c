"""The data folder of a demonstration: made again each time, never at the cost of real data."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

from service.data_folder import make_rehearsal
from service.errors import ServiceError
from sheets_schema.declaration import builtin_campaign
from sheets_schema.declaration.switch import OFF, is_on
from sheets_schema.wording import message

MARK = "DEMO"
CAMPAIGN = "campaign"


class NotADemoError(ServiceError):
    """The folder holds something that is not a demonstration's."""


def prepare(data_dir: Path) -> None:
    """Make an empty folder for a demonstration; what an earlier one left is removed, anything else is refused."""
    if data_dir.exists() and not data_dir.is_dir():
        raise NotADemoError(message("demo.not_a_folder", folder=str(data_dir)))
    if data_dir.is_dir() and any(data_dir.iterdir()):
        if not (data_dir / MARK).exists():
            raise NotADemoError(message("demo.folder_in_use", folder=str(data_dir)))
        shutil.rmtree(data_dir)
    make_rehearsal(data_dir)
    (data_dir / MARK).touch()


def first_units(data_dir: Path, campaign_key: str, count: int) -> Path:
    """Return a copy of a campaign with only the first units of its roster switched on."""
    copy = data_dir / CAMPAIGN / campaign_key
    shutil.copytree(builtin_campaign(campaign_key), copy)
    roster = copy / "units.csv"
    rows = list(csv.DictReader(io.StringIO(roster.read_text(encoding="utf-8-sig"))))
    active = 0
    for row in rows:
        is_active = is_on(row["active"])
        active += is_active
        if is_active and active > count:
            row["active"] = OFF
    with roster.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return copy
