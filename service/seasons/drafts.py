"""A season that is being opened: its files with what was guessed in them, each guess confirmed before it opens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain import next_season
from service.domain.next_season import Guess, GuessKind
from service.errors import SeasonRefusedError, UnknownNameError
from service.seasons import fault_words, season_folders
from service.seasons.fault_words import all_in_words
from service.settings import DRAFT_FILE, Settings
from sheets_schema.campaign import Campaign
from sheets_schema.declaration import DeclarationError, Fault, declare
from sheets_schema.declaration.sources import key_text
from sheets_schema.declaration.tables import FIRST_YEAR, LAST_YEAR
from sheets_schema.wording import Message, joined, message

_YEAR_IN_KEY = re.compile(r"(?:19|20)\d\d")


class GuessesRefusedError(SeasonRefusedError):
    """Values typed for guesses do not fit; `beside` holds the reasons by the guess's id, `others` what fits nowhere."""

    def __init__(self, reason: Message, beside: Mapping[str, Message], others: Sequence[Message] = ()) -> None:
        super().__init__(reason)
        self.beside = beside
        self.others = others


@dataclass(frozen=True, slots=True)
class Draft:
    """A season that is not open yet."""

    key: str
    source: str  # the key of the season it was made from; blank for an uploaded folder
    year: int
    guesses: tuple[Guess, ...]
    files: Mapping[str, bytes]
    campaign: Campaign | None  # None while its files have faults
    faults: tuple[Fault, ...] = ()

    @property
    def open_guesses(self) -> int:
        """The number of guesses that are to be confirmed."""
        return sum(not guess.is_confirmed for guess in self.guesses)

    @property
    def may_open(self) -> bool:
        """Return True if nothing is left to be confirmed or mended."""
        return not self.open_guesses and self.campaign is not None


def next_key(key: str, before: int, after: int, taken: Sequence[str]) -> str:
    """Return a key for the season of another year that no season has."""
    moved = key.replace(str(before), str(after))
    base = moved if moved != key else f"{_YEAR_IN_KEY.sub('', key).rstrip('_.-') or 'dot'}_{after}"
    return free_key(base, taken)


def free_key(base: str, taken: Sequence[str]) -> str:
    """Return a key that no season has, made from one that may be taken."""
    alike = {one.casefold() for one in taken}
    names = (base if number == 1 else f"{base[:90]}_{number}" for number in range(1, len(alike) + 2))
    return next(name for name in names if name.casefold() not in alike)


def begin(settings: Settings, files: Mapping[str, bytes], source: str, year: int, taken: Sequence[str]) -> Draft:
    """Make the draft of another year's season from the files of one; SeasonRefusedError where that cannot be."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise SeasonRefusedError(message("seasons.bad_year", first=FIRST_YEAR, last=LAST_YEAR))
    try:
        campaign = declare(files, source)
    except DeclarationError as error:
        raise SeasonRefusedError(message("seasons.source_faulty", faults=all_in_words(error.faults))) from error
    key = next_key(source, campaign.year, year, taken)
    guessed = next_season.guesses(campaign, year) if year != campaign.year else ()
    made = next_season.apply(files, year, guessed, campaign.zone)
    _make(settings, Draft(key, source, year, guessed, made, None))
    return read(settings, key)


def begin_uploaded(settings: Settings, files: Mapping[str, bytes], name: str, taken: Sequence[str]) -> Draft:
    """Make a draft of files as they were uploaded: nothing is guessed; SeasonRefusedError names every fault of them."""
    wanted = name if season_folders.KEY.fullmatch(name) else "dot"
    try:
        campaign = declare(files, wanted)
    except DeclarationError as error:
        raise SeasonRefusedError(all_in_words(error.faults, with_file=True)) from error
    key = free_key(wanted, taken)
    _make(settings, Draft(key, "", campaign.year, (), files, campaign))
    return read(settings, key)


def read(settings: Settings, key: str) -> Draft:
    """Return a draft; UnknownNameError where there is none of this key, SeasonRefusedError where it is damaged."""
    refuse_none(settings, key)
    folder = season_folders.season_folder(settings, key)
    files = season_folders.files_in(folder)
    try:
        kept = json.loads((folder / DRAFT_FILE).read_bytes())
        guessed = next_season.guesses_from(kept["guesses"])
        source, year = str(kept["source"]), int(kept["year"])
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, OSError) as error:
        raise SeasonRefusedError(message("seasons.draft_damaged", file=str(folder / DRAFT_FILE))) from error
    try:
        return Draft(key, source, year, guessed, files, declare(files, key))
    except DeclarationError as error:
        return Draft(key, source, year, guessed, files, None, error.faults)


def refuse_none(settings: Settings, key: str) -> None:
    """Raise UnknownNameError where there is no draft of this key, damaged or not."""
    if not season_folders.KEY.fullmatch(key) or not season_folders.is_draft(settings, key):
        raise UnknownNameError(message("seasons.no_draft", name=key[:60]))


def confirm(settings: Settings, key: str, typed: Mapping[str, Sequence[str]], actor: str, now: datetime) -> Draft:
    """Confirm guesses with the values typed for each, by the guess's id; SeasonRefusedError, and nothing is changed.

    A guess that was confirmed before is confirmed with its new values.
    """
    draft = read(settings, key)
    at = now.isoformat()
    changed = {
        guess.id: replace(
            guess,
            values=tuple(replace(one, value=text) for one, text in zip(guess.values, typed[guess.id], strict=False)),
            confirmed_by=actor,
            confirmed_at=at,
        )
        for guess in draft.guesses
        if guess.id in typed
    }
    return _changed(settings, draft, changed)


def take_back(settings: Settings, key: str, guess_id: str) -> Draft:
    """Let a guess be unconfirmed again; its value stays."""
    draft = read(settings, key)
    found = {one.id: replace(one, confirmed_by="", confirmed_at="") for one in draft.guesses if one.id == guess_id}
    return _changed(settings, draft, found)


def _changed(settings: Settings, draft: Draft, changed: Mapping[str, Guess]) -> Draft:
    if draft.campaign is None:
        raise SeasonRefusedError(all_in_words(draft.faults, with_file=True))
    zone = draft.campaign.zone
    guessed = tuple(changed.get(guess.id, guess) for guess in draft.guesses)
    if unread := next_season.refused(changed.values(), zone):
        raise GuessesRefusedError(joined(unread.values()), unread)
    try:
        files = next_season.apply(draft.files, draft.year, changed.values(), zone)
        declare(files, draft.key)
    except DeclarationError as error:
        raise _refused(error.faults, changed.values()) from error
    _write(settings, replace(draft, guesses=guessed, files=files))
    return read(settings, draft.key)


def _refused(faults: Sequence[Fault], changed: Iterable[Guess]) -> GuessesRefusedError:
    """Return the refusal of values that do not fit: each fault beside the guess whose value it is about."""
    beside: dict[str, Message] = {}
    others = []
    for fault in faults:
        found = next((one.id for one in changed if fault.key in set(_keys_of(one))), None)
        if found is None or fault.file != next_season.PLAN:
            others.append(fault_words.in_words(fault))
        else:
            beside.setdefault(found, fault_words.beside(fault))
    return GuessesRefusedError(all_in_words(faults), beside, tuple(others))


def _keys_of(guess: Guess) -> Iterator[str]:
    """Yield the keys of all values of a guess, as faults name them."""
    for value in guess.values:
        for path in value.paths:
            paths = (path, (*path[:-1], "due_before")) if value.kind is GuessKind.LIMIT else (path,)
            yield from (key_text(one) for one in paths)


def replace_files(settings: Settings, key: str, files: Mapping[str, bytes]) -> None:
    """Give a draft other files, edited on its pages."""
    draft = read(settings, key)
    units = len(declare(files, key).active_units)
    guessed = next_season.carried(draft.guesses, draft.files, files, units)
    _write(settings, replace(draft, guesses=guessed, files=files))


def discard(settings: Settings, key: str) -> None:
    """Delete the folder of a draft, damaged or not; `season_list.discard_draft` refuses one that must stay."""
    refuse_none(settings, key)
    season_folders.delete_season(settings, key)


def finish(settings: Settings, key: str) -> None:
    """Let a draft be a season: its folder stays, what was guessed of it is forgotten."""
    (season_folders.season_folder(settings, key) / DRAFT_FILE).unlink()


def _make(settings: Settings, draft: Draft) -> None:
    season_folders.write_season(settings, draft.key, {DRAFT_FILE: _mark(draft), **draft.files})


def _write(settings: Settings, draft: Draft) -> None:
    season_folders.write_season(settings, draft.key, draft.files)
    # last: where the disk is full, no guess is confirmed whose words were not written
    season_folders.write_mark(settings, draft.key, _mark(draft))


def _mark(draft: Draft) -> bytes:
    """Return what says that a folder is of a draft, and what was guessed in it."""
    kept = {"source": draft.source, "year": draft.year, "guesses": next_season.kept_guesses(draft.guesses)}
    return json.dumps(kept, ensure_ascii=False).encode()
