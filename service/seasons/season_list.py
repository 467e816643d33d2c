"""The seasons of one installation: which there are, how each is opened, which are closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from service import grants, workflows
from service.domain.roles import Role
from service.errors import SeasonRefusedError, SettingsError, UnknownNameError
from service.facts.records import Fact, FactKind
from service.seasons import drafts, season_folders
from service.settings import Settings, campaign_folder
from service.workspace import Workspace
from sheets_schema.campaign import Campaign
from sheets_schema.wording import Message, message

MOUNT = "/season/"
_MOST_LAST_READS = 3


class SeasonState(StrEnum):
    """How far a season is."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DAMAGED = "damaged"  # a draft
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ListedSeason:
    """One season of the installation."""

    key: str
    title: str
    year: int
    state: SeasonState
    path: str  # below the office's address; blank for the one that is set
    is_main: bool
    campaign: Campaign | None = None
    fault: Message | None = None  # why it cannot be read


def seasons(main: Workspace) -> tuple[ListedSeason, ...]:
    """Return every season, the newest year first; `main` is the one that is set, at the root.

    The folders of those that are on record alone are written before.
    """
    found = [_season(main, main.campaign.key, workflows.as_declared(main).campaign, is_main=True)]
    found += [_unreadable(main, key, refusal) for key, refusal in _missing_written(main) if refusal is not None]
    others = (_listed(main, key) for key in season_folders.season_keys(main.settings) if key != main.campaign.key)
    found += (one for one in others if one is not None)
    return tuple(sorted(found, key=lambda one: (-one.year, one.key)))


def _listed(main: Workspace, key: str) -> ListedSeason | None:
    """Return a season beside the main one; None for a folder of none."""
    try:
        return _draft(main.settings, key) if season_folders.is_draft(main.settings, key) else _opened(main, key)
    except SeasonRefusedError as refused:
        return _unreadable(main, key, refused.message)


def _unreadable(main: Workspace, key: str, fault: Message) -> ListedSeason:
    known = main.store.declarations.at(key)
    title, year = (known.title, known.year) if known else (key, 0)
    return ListedSeason(key, title, year, SeasonState.UNREADABLE, "", is_main=False, fault=fault)


def _draft(settings: Settings, key: str) -> ListedSeason:
    try:
        draft = drafts.read(settings, key)
    except SeasonRefusedError as refused:
        return ListedSeason(key, key, 0, SeasonState.DAMAGED, "", is_main=False, fault=refused.message)
    title = draft.campaign.title if draft.campaign else key
    return ListedSeason(key, title, draft.year, SeasonState.DRAFT, "", is_main=False, campaign=draft.campaign)


def _opened(main: Workspace, key: str) -> ListedSeason | None:
    declared = main.store.declarations.at(key)
    return None if declared is None else _season(main, key, declared, is_main=False)


def _season(main: Workspace, key: str, campaign: Campaign, *, is_main: bool) -> ListedSeason:
    state = SeasonState.CLOSED if main.store.facts.is_closed(key) else SeasonState.OPEN
    path = "" if is_main else f"{MOUNT}{key}"
    return ListedSeason(key, campaign.title, campaign.year, state, path, is_main, campaign)


def has_another(main: Workspace, key: str) -> bool:
    """Return True if a season beside this one has been opened; no season is read for it."""
    try:
        kept = season_folders.season_keys(main.settings)
        opened = {one for one in kept if not season_folders.is_draft(main.settings, one)}
    except SeasonRefusedError:
        # the list of seasons says which folder it is, and why
        return True
    return bool({main.campaign.key, *opened} - {key})


def keys_taken(main: Workspace) -> tuple[str, ...]:
    """Return the keys that a new season cannot have."""
    return (main.campaign.key, *season_folders.season_keys(main.settings), *main.store.registry.campaigns())


def workspace_of(main: Workspace, key: str) -> Workspace:
    """Return the workspace of another season of the installation; UnknownNameError where it is none or a draft.

    It shares the database and the spreadsheets with the one that is set; its pages are below an address of its own.
    """
    if key == main.campaign.key:
        return main
    # a key is asked for by anyone: nothing is written for one that is no season's
    declared = main.store.declarations.at(key) if season_folders.KEY.fullmatch(key) else None
    if declared is not None and key not in season_folders.season_keys(main.settings):
        restore_folders(main)
    settings = settings_of(main.settings, key)
    if declared is None:
        raise UnknownNameError(message("seasons.none_of_key", name=key[:60]))
    return replace(main, settings=settings, campaign=declared)


def settings_of(settings: Settings, key: str) -> Settings:
    """Return the settings of an opened season with a folder of its own; UnknownNameError says which other it is."""
    if key not in season_folders.season_keys(settings):
        raise UnknownNameError(message("seasons.none_of_key", name=key[:60]))
    if season_folders.is_draft(settings, key):
        raise UnknownNameError(message("seasons.still_draft", name=key))
    return _below(settings, key)


def _below(settings: Settings, key: str) -> Settings:
    """Return the settings by which a season is read from its folder and has its pages below an address of its own."""
    folder = season_folders.season_folder(settings, key)
    return replace(settings, campaign=str(folder), public_url=f"{settings.public_url}{MOUNT}{key}")


def office_url(settings: Settings) -> str:
    """Return the address of the root, also for the settings of a season below it."""
    folder = Path(settings.campaign)
    if folder.parent == season_folders.seasons_folder(settings):
        return settings.public_url.removesuffix(f"{MOUNT}{folder.name}")
    return settings.public_url


def _untold(_reason: Message) -> None:
    pass


def other_workspaces(main: Workspace, tell: Callable[[Message], None] = _untold) -> Iterator[Workspace]:
    """Yield the workspaces of the other open seasons; one whose folder cannot be read is told of and left out.

    The folders of those that are on record alone are written before.
    """
    try:
        for _key, refusal in _missing_written(main):
            if refusal is not None:
                tell(refusal)
        keys = season_folders.season_keys(main.settings)
    except SeasonRefusedError as refused:
        tell(refused.message)
        return
    for key in keys:
        try:
            is_open = key != main.campaign.key and not season_folders.is_draft(main.settings, key)
        except SeasonRefusedError as refused:
            tell(refused.message)
            continue
        if is_open and main.store.declarations.at(key) is not None and not main.store.facts.is_closed(key):
            yield workspace_of(main, key)


def folder_faults(settings: Settings) -> Iterator[Message]:
    """Yield why the folder of a season cannot be read, of each of which it cannot."""
    try:
        keys = season_folders.season_keys(settings)
    except SeasonRefusedError as refused:
        yield refused.message
        return
    for key in keys:
        try:
            season_folders.kept_files(settings, key)
        except SeasonRefusedError as refused:
            yield refused.message


def files_of_season(main: Workspace, key: str) -> dict[str, bytes]:
    """Return the files of a season's folder, the one that is set and drafts too."""
    if key == main.campaign.key:
        return season_folders.files_in(campaign_folder(main.settings))
    if key not in season_folders.season_keys(main.settings):
        raise UnknownNameError(message("seasons.none_of_key", name=key[:60]))
    return season_folders.files_in(season_folders.season_folder(main.settings, key))


def open_season(main: Workspace, key: str, email: str) -> Workspace:
    """Open a draft: what it declares is recorded, and the address becomes its operator's.

    SeasonRefusedError while a guess is to be confirmed or its files have a fault.
    """
    draft = drafts.read(main.settings, key)
    if draft.campaign is None or not draft.may_open:
        raise SeasonRefusedError(message("seasons.not_confirmed", count=draft.open_guesses))
    opened = replace(main, settings=_below(main.settings, key), campaign=draft.campaign)
    with main.store.together():
        workflows.learn_declaration(opened)
        grants.give(opened, email, Role.OPERATOR)
    drafts.finish(main.settings, key)
    return opened


def discard_draft(main: Workspace, key: str) -> None:
    """Delete a draft; SeasonRefusedError for one on record: its folder alone says that it is no season in force."""
    if key in main.store.registry.campaigns():
        raise SeasonRefusedError(message("seasons.draft_on_record", name=key))
    drafts.discard(main.settings, key)


def close_season(workspace: Workspace) -> None:
    """Close a season: it stays readable, and takes nothing more. Closing it again changes nothing.

    Its tabs are read once more before: units were told that what they typed is kept. A ServiceError leaves it open.
    """
    store, key = workspace.store, workspace.campaign.key
    if not store.facts.is_closed(key) and store.registry.tabs(key):
        _read_to_the_end(workspace)
    _mark(workspace, closed=True)


def _read_to_the_end(workspace: Workspace) -> None:
    """Read every tab, and again while one is edited meanwhile; not for ever."""
    for _ in range(_MOST_LAST_READS):
        workflows.consolidate(workspace, trigger="close")
        state = workspace.store.work.state(workspace.campaign.key)
        if state is None or state.dirty_since is None:
            return


def reopen_season(workspace: Workspace) -> None:
    """Open a closed season again."""
    _mark(workspace, closed=False)


def _mark(workspace: Workspace, *, closed: bool) -> None:
    key, store = workspace.campaign.key, workspace.store
    with store.alone(key):
        if store.facts.is_closed(key) is closed:
            return
        now = store.facts.stamp(key, workspace.clock())
        event = "closed" if closed else "reopened"
        store.facts.record([Fact(FactKind.SEASON, key, "", "", now, now, workspace.actor, payload={"event": event})])
        if closed:
            store.work.forget_marks(key)
        else:
            workspace.ask_for_sweep()


def restore_folders(main: Workspace) -> tuple[str, ...]:
    """Write the folders of seasons that are on record and have none here; return the keys of those now there.

    So it is after a restore, on another machine over the same database, and of what comes with tonghop once another
    season is the main one. SeasonRefusedError where the folders cannot be listed.
    """
    return tuple(key for key, refusal in _missing_written(main) if refusal is None)


def _missing_written(main: Workspace) -> Iterator[tuple[str, Message | None]]:
    """Write each missing folder of a season on record; yield its key, and why where it cannot be written."""
    known = (main.campaign.key, *season_folders.season_keys(main.settings))
    for key in main.store.declarations.campaigns():
        if key in known or not season_folders.KEY.fullmatch(key):
            continue
        files = main.store.declarations.files(main.store.declarations.all(key)[-1])
        if not files:
            continue
        try:
            season_folders.write_season(main.settings, key, files)
        except SettingsError as error:
            yield key, error.message
        else:
            yield key, None
