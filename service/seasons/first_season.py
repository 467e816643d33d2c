"""The first season of an installation: chosen on one page, kept, begun, with its operator let in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from service import grants, wiring, workflows
from service.clock import Clock
from service.data_folder import data_folder
from service.domain.roles import Role, read_address
from service.errors import SeasonRefusedError, ServiceError, SettingsError
from service.seasons import drafts, installation, season_archive, season_folders
from service.seasons.fault_words import all_in_words
from service.settings import PREFIX, Settings, read_public_url
from service.sheets.components import Component
from sheets_schema.campaign import Campaign
from sheets_schema.declaration import DeclarationError, builtin_campaign, declare, read_folder
from sheets_schema.declaration.assembly import CAMPAIGN_FILE
from sheets_schema.declaration.edited_files import with_plan_values
from sheets_schema.declaration.lines import KeyPath
from sheets_schema.wording import message

GOOGLE_KEY = "google-key.json"
LONGEST = 300  # of one answer
SHIPPED, ZIP, FOLDER = "shipped", "zip", "folder"


@dataclass(frozen=True, slots=True)
class FirstChoice:
    """What the first page asks."""

    season: str = SHIPPED
    shipped: str = ""
    archive: bytes = b""
    folder: str = ""
    board: str = ""  # blank: as the season says
    place: str = ""
    sheets: str = "embedded"
    google_key: bytes = b""
    email: str = ""
    address: str = ""  # where units open the pages; blank: as it is set


def choose(settings: Settings, choice: FirstChoice, clock: Clock, more: Mapping[str, str]) -> str:
    """Keep what was chosen and begin the season; return the token of the operator's link.

    SeasonRefusedError, and nothing is kept, for a choice that cannot be. `more` are settings kept beside it.
    """
    _refuse_long(choice)
    if read_address(choice.email) is None:
        raise SeasonRefusedError(message("setup.email_needed"))
    _refuse_unclear(choice)
    kept_address = _address(choice)
    key, files, is_own = _season(choice)
    data_folder(settings)
    if is_own:
        season_folders.write_season(settings, key, files)
    kept = {f"{PREFIX}CAMPAIGN": key, **more, **kept_address, **_sheets(settings, choice)}
    chosen = Settings.from_env({**kept, f"{PREFIX}DATA_DIR": str(settings.data_dir)})
    chosen = replace(chosen, lang=settings.lang, log=settings.log)
    try:
        with wiring.open_workspace(chosen, clock, component=Component.WEB, actor=choice.email) as workspace:
            workflows.learn_declaration(workspace)
            token = grants.invite(workspace, choice.email, Role.OPERATOR).token
    except ServiceError as error:
        raise SeasonRefusedError(error.message) from error
    installation.keep(settings.data_dir, kept)
    return token


def shipped_campaign(key: str) -> Campaign:
    """Return a campaign that comes with tonghop."""
    return declare(read_folder(builtin_campaign(key)), key)


def _refuse_long(choice: FirstChoice) -> None:
    for name in ("folder", "board", "place", "email", "address"):
        if len(getattr(choice, name)) > LONGEST:
            raise SeasonRefusedError(message("setup.too_long", title=message(f"setup.{name}"), longest=LONGEST))


def _refuse_unclear(choice: FirstChoice) -> None:
    """Raise SeasonRefusedError where something was given for an answer that is not the one chosen: it would be lost."""
    given = {ZIP: bool(choice.archive), FOLDER: bool(choice.folder.strip())}
    if any(is_given and choice.season != season for season, is_given in given.items()):
        raise SeasonRefusedError(message("setup.season_unclear"))
    if choice.google_key and choice.sheets != "google":
        raise SeasonRefusedError(message("setup.sheets_unclear"))


def _address(choice: FirstChoice) -> dict[str, str]:
    if not choice.address.strip():
        return {}
    try:
        return {f"{PREFIX}PUBLIC_URL": read_public_url(choice.address)}
    except SettingsError as error:
        raise SeasonRefusedError(message("setup.address_refused", reason=error.message)) from error


def _season(choice: FirstChoice) -> tuple[str, dict[str, bytes], bool]:
    """Return the season's key, its files, and whether it gets a folder of its own."""
    try:
        if choice.season == ZIP:
            name, files = season_archive.unpacked(choice.archive)
            key = drafts.free_key(name if season_folders.KEY.fullmatch(name) else "dot", ())
        elif choice.season == FOLDER:
            path = Path(choice.folder.strip()).expanduser()
            if not choice.folder.strip() or not path.is_dir():
                raise SeasonRefusedError(message("setup.no_such_folder", folder=choice.folder[:200]))
            key, files = path.resolve().name, read_folder(path)
        else:
            key, files = choice.shipped, read_folder(builtin_campaign(choice.shipped))
        declared = declare(files, key)
        changes: dict[KeyPath, str] = {
            (name,): text.strip()
            for name, text in (("board", choice.board), ("place", choice.place))
            if text.strip() and text.strip() != getattr(declared, name)
        }
        if changes:
            files[CAMPAIGN_FILE] = with_plan_values(files[CAMPAIGN_FILE], changes)
            declare(files, key)
    except DeclarationError as error:
        raise SeasonRefusedError(all_in_words(error.faults, with_file=True)) from error
    return key, files, choice.season != SHIPPED or bool(changes)


def _sheets(settings: Settings, choice: FirstChoice) -> dict[str, str]:
    if choice.sheets != "google":
        return {}
    try:
        is_key = json.loads(choice.google_key).get("type") == "service_account"
    except (ValueError, AttributeError):
        is_key = False
    if not is_key:
        raise SeasonRefusedError(message("setup.google_key_needed"))
    path = settings.data_dir / GOOGLE_KEY
    path.touch(mode=0o600)
    path.write_bytes(choice.google_key)
    return {
        f"{PREFIX}SHEETS": "google",
        f"{PREFIX}GOOGLE_CREDENTIALS": str(path.absolute()),
        f"{PREFIX}SECRET_KEY": secrets.token_urlsafe(32),
    }
