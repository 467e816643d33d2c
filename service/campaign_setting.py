"""The campaign that is set: what needs no database and no spreadsheet asks for it here."""

from __future__ import annotations

from pathlib import Path

from service.errors import SettingsError
from service.settings import Settings
from sheets_schema.campaign import Campaign
from sheets_schema.declaration import DeclarationError, builtin_campaign, load_campaign
from sheets_schema.wording import message


def campaign_of(settings: Settings) -> Campaign:
    """Load the campaign that is set: one that comes with tonghop, or a folder."""
    folder = Path(settings.campaign)
    try:
        return load_campaign(folder if folder.is_dir() else builtin_campaign(settings.campaign))
    except DeclarationError as error:
        refused = message("settings.campaign_refused", campaign=settings.campaign, faults=error.message)
        raise SettingsError(refused) from error
