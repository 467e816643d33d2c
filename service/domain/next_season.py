"""The season of another year guessed from one there is: each guess with what it was, for a person to confirm. Pure."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.deadlines import holiday_notice, is_rest_day, limit_reading
from service.domain.instant_words import weekday
from service.domain.typed_instants import UnreadableInstantError, read_day
from sheets_schema.campaign import Campaign
from sheets_schema.declaration.assembly import ROSTER_FILE
from sheets_schema.declaration.edited_files import Files, with_plan_values
from sheets_schema.declaration.lines import KeyPath
from sheets_schema.declaration.sources import decoded
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.vietnamese.limit_words import read_limit
from sheets_schema.vietnamese.next_year import MovedText, Shift, move_text
from sheets_schema.wording import Message, message

PLAN = "campaign.toml"
DOUBTFUL = frozenset({Shift.PERIOD, Shift.DOCUMENT, Shift.ORDINAL})  # something was left that may have to change
_TEXT_SECTIONS = {"contents": "text", "board_tasks": "text", "slogans": "text"}


class GuessKind(StrEnum):
    """How a guessed value is typed."""

    TEXT = "text"
    DAY = "day"
    LIMIT = "limit"  # words, with the instant they are read as beside them
    GIVEN = "given"  # nothing to type: it is only confirmed


@dataclass(frozen=True, slots=True)
class GuessedValue:
    """One value that was guessed; `paths` are all places of the plan that hold it."""

    kind: GuessKind
    before: str
    value: str
    paths: tuple[KeyPath, ...] = ()
    label: str = ""  # a key of the wording, where a guess has several values


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that was carried over, and who confirmed it."""

    id: str
    title: Message
    values: tuple[GuessedValue, ...]
    shifts: tuple[Shift, ...] = ()
    confirmed_by: str = ""
    confirmed_at: str = ""

    @property
    def is_confirmed(self) -> bool:
        """Return True if a person has confirmed it."""
        return bool(self.confirmed_by)


class GuessRefusedError(ValueError):
    """A value was typed that cannot be; the message says what can."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(reason)


def guesses(campaign: Campaign, year: int) -> tuple[Guess, ...]:
    """Return what is guessed of a season in another year, in the order of the plan."""
    found = [*_plain(campaign, year), *_spans(campaign, year), *_limits(campaign, year), *_texts(campaign, year)]
    found += [*_occasions(campaign, year), *_number(campaign), _roster(campaign)]
    return tuple(replace(guess, id=f"g{place}") for place, guess in enumerate(found, start=1))


def _plain(campaign: Campaign, year: int) -> Iterator[Guess]:
    yield from _moved("campaign_title", [(("title",), campaign.title)], campaign, year)


def _moved(
    title: str, places: Sequence[tuple[KeyPath, str]], campaign: Campaign, year: int, **words: str
) -> Iterator[Guess]:
    before = places[0][1]
    moved: MovedText = move_text(before, campaign.year, year)
    if moved.shifts:
        paths = tuple(path for path, _ in places)
        value = GuessedValue(GuessKind.TEXT, before, moved.text, paths)
        yield Guess("", message(f"seasons.guess_{title}", **words), (value,), moved.shifts)


def _spans(campaign: Campaign, year: int) -> Iterator[Guess]:
    for name in ("span", "window"):
        window = getattr(campaign, name)
        days = (("start", window.start), ("end", window.end))
        values = tuple(_day(day, (name, end), campaign, year, end) for end, day in days)
        yield Guess("", message(f"seasons.guess_{name}"), values, (Shift.YEAR,))


def _day(day: date, path: KeyPath, campaign: Campaign, year: int, label: str = "") -> GuessedValue:
    moved = in_year(day, campaign.year, year)
    return GuessedValue(GuessKind.DAY, day.isoformat(), moved.isoformat(), (path,), label)


def in_year(day: date, before: int, after: int) -> date:
    """Return a day a number of years later; the last of February where there is no 29th."""
    year = day.year + after - before
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _limits(campaign: Campaign, year: int) -> Iterator[Guess]:
    for place, owed in enumerate(campaign.obligations):
        path: KeyPath = ("obligations", place, "words")
        value = _limit(owed.words, owed.due_before, path, campaign, year)
        yield Guess("", message("seasons.guess_limit", title=owed.title), (value,), (Shift.YEAR,))
    for place, task in enumerate(campaign.board_tasks):
        if task.due_before is not None:
            value = _limit(task.words, task.due_before, ("board_tasks", place, "words"), campaign, year)
            yield Guess("", message("seasons.guess_task_limit", code=task.code), (value,), (Shift.YEAR,))


def _limit(words: str, due: datetime, path: KeyPath, campaign: Campaign, year: int) -> GuessedValue:
    local = due.astimezone(campaign.zone)
    last = local - timedelta(microseconds=1)  # "hết ngày 31/12/2023" is due before a day of the next year
    moved, years = words, year - campaign.year
    # a limit may be in the year after the season's; the furthest first, so that none is moved twice
    for its in sorted({campaign.year, last.year, local.year}, reverse=years > 0):
        moved = move_text(moved, its, its + years).text
    if read_limit(moved, campaign.zone) is None:
        # the plan's own words name no day: they are kept, with the day added
        day = in_year(local.date(), campaign.year, year)
        moved = message("seasons.limit_before", day=format_day(day)).text()
    return GuessedValue(GuessKind.LIMIT, words, moved, (path,))


def _texts(campaign: Campaign, year: int) -> Iterator[Guess]:
    headings: dict[str, list[tuple[KeyPath, str]]] = {}
    for place, slogan in enumerate(campaign.slogans):
        headings.setdefault(slogan.heading, []).append((("slogans", place, "heading"), slogan.heading))
    for section in _TEXT_SECTIONS:
        if section == "slogans":
            for places in headings.values():
                yield from _moved("slogan_heading", places, campaign, year, count=str(len(places)))
        for place, item in enumerate(getattr(campaign, section)):
            where: KeyPath = (section, place, "text")
            code = getattr(item, "code", str(place + 1))
            yield from _moved(section, [(where, item.text)], campaign, year, code=code)


def _occasions(campaign: Campaign, year: int) -> Iterator[Guess]:
    for place, occasion in enumerate(campaign.occasions):
        value = _day(occasion.day, ("occasions", place, "day"), campaign, year)
        yield Guess("", message("seasons.guess_occasion", name=occasion.names[0]), (value,), (Shift.YEAR,))


def _number(campaign: Campaign) -> Iterator[Guess]:
    """Yield that the number and date of last year's plan are left out: each plan has its own."""
    if campaign.plan_number or campaign.plan_date:
        day = campaign.plan_date.isoformat() if campaign.plan_date else ""
        values = (
            GuessedValue(GuessKind.TEXT, campaign.plan_number, "", (("plan_number",),), "plan_number"),
            GuessedValue(GuessKind.DAY, day, "", (("plan_date",),), "plan_date"),
        )
        yield Guess("", message("seasons.guess_plan_number"), values)


def _roster(campaign: Campaign) -> Guess:
    count = str(len(campaign.active_units))
    return Guess("", message("seasons.guess_roster", count=count), (GuessedValue(GuessKind.GIVEN, count, count),))


def apply(files: Files, year: int, guessed: Iterable[Guess], zone: ZoneInfo) -> dict[str, bytes]:
    """Return the files with the year and every guessed value in its places; GuessRefusedError for what cannot be."""
    changes: dict[KeyPath, str | int | date | datetime | None] = {("year",): year}
    for guess in guessed:
        for value in guess.values:
            for path in value.paths:
                changes |= _written(path, value, zone)
    return {**files, PLAN: with_plan_values(files[PLAN], changes)}


def refused(guessed: Iterable[Guess], zone: ZoneInfo) -> dict[str, Message]:
    """Return why values cannot be what they are typed for, by the guess's id."""
    found: dict[str, Message] = {}
    for guess in guessed:
        for value in guess.values:
            for path in value.paths:
                try:
                    _written(path, value, zone)
                except GuessRefusedError as error:
                    found.setdefault(guess.id, error.reason)
    return found


def carried(guessed: Iterable[Guess], before: Files, after: Files, units: int) -> tuple[Guess, ...]:
    """Return the guesses of a draft whose files were edited by hand: in their new places, with what is there now.

    `units` is how many must send by the edited roster.
    What was confirmed stays confirmed; a guess of something that was taken out is left out.
    """
    was, now = (tomllib.loads(decoded(PLAN, files[PLAN])) for files in (before, after))
    moved = {name: _new_places(was[name], now.get(name, [])) for name in was if _is_list_of_tables(was[name])}
    edited = None
    if before[ROSTER_FILE] != after[ROSTER_FILE]:
        edited = message("seasons.guess_roster_edited", count=str(units))
    made = (_carried_guess(guess, moved, now, edited) for guess in guessed)
    return tuple(guess for guess in made if guess is not None)


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _new_places(was: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Return where each table of a list is now: the very same one, one of the same code, or what took its place."""
    found: dict[int, int] = {}
    for is_same in (_is_equal, _has_the_same_code):
        for place, table in enumerate(was):
            free = (one for one in range(len(now)) if one not in found.values() and is_same(table, now[one]))
            if place not in found and (new := next(free, None)) is not None:
                found[place] = new
    if len(was) == len(now):
        left = [one for one in range(len(now)) if one not in found.values()]
        found |= dict(zip((place for place in range(len(was)) if place not in found), left, strict=True))
    return found


def _is_equal(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one == other


def _has_the_same_code(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return any(key in one and one[key] == other.get(key) for key in ("code", "form", "names"))


def _carried_guess(
    guess: Guess, moved: Mapping[str, Mapping[int, int]], now: Mapping[str, Any], edited_roster: Message | None
) -> Guess | None:
    if any(value.kind is GuessKind.GIVEN for value in guess.values):
        return replace(guess, title=edited_roster) if edited_roster else guess
    values = []
    for value in guess.values:
        paths = tuple(path for one in value.paths if (path := _carried_path(one, moved)) is not None)
        if not paths:
            return None
        values.append(replace(value, paths=paths, value=_text_at(now, paths[0])))
    return replace(guess, values=tuple(values))


def _carried_path(path: KeyPath, moved: Mapping[str, Mapping[int, int]]) -> KeyPath | None:
    section, *rest = path
    if section not in moved:
        return path
    place = moved[str(section)].get(int(rest[0]))
    return None if place is None else (section, place, *rest[1:])


def _text_at(plan: Mapping[str, Any], path: KeyPath) -> str:
    found: Any = plan
    for part in path:
        found = found[part] if isinstance(part, int) else found.get(part, "")
    return found.isoformat() if isinstance(found, date) else str(found)


def _written(path: KeyPath, value: GuessedValue, zone: ZoneInfo) -> Mapping[KeyPath, str | date | datetime]:
    text = value.value.strip()
    if value.kind is GuessKind.DAY:
        if not text and path == ("plan_date",):
            return {path: ""}
        return {path: read_typed_day(text)}
    if value.kind is GuessKind.LIMIT:
        due = read_limit(text, zone)
        if due is None:
            raise GuessRefusedError(message("seasons.limit_unread", words=text[:80]))
        return {path: text, (*path[:-1], "due_before"): due}
    return {path: text}


def read_typed_day(text: str) -> date:
    """Return a typed day; GuessRefusedError for what is none."""
    try:
        return read_day(text)
    except UnreadableInstantError as error:
        raise GuessRefusedError(error.message) from None


def notes(guess: Guess, zone: ZoneInfo) -> tuple[Message, ...]:
    """Return what a person should know of a guess: which parts were left, what a limit is read as, rest days."""
    found = [message(f"seasons.shift_{shift}") for shift in guess.shifts if shift is not Shift.YEAR]
    for value in guess.values:
        if value.kind is GuessKind.LIMIT:
            found += limit_reading(value.value, zone)
        elif value.kind is GuessKind.DAY and value.value:
            day = read_typed_day(value.value)
            key = "seasons.day_rest" if is_rest_day(day) else "seasons.day_reads"
            found.append(message(key, day=format_day(day), weekday=weekday(day)))
            holiday = holiday_notice(day)
            found += [] if holiday is None else [holiday]
    return tuple(found)


def word_changes(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return which words of a text became which others, in order, each pair once."""
    old, new = before.split(), after.split()
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    pairs = ((" ".join(old[a:b]), " ".join(new[c:d])) for kind, a, b, c, d in blocks if kind != "equal")
    return tuple(dict.fromkeys(pairs))


def kept_guesses(guessed: Iterable[Guess]) -> list[dict[str, object]]:
    """Return guesses as they are kept in a file."""
    return [asdict(guess) | {"title": guess.title.as_json()} for guess in guessed]


def guesses_from(kept: Iterable[Mapping[str, object]]) -> tuple[Guess, ...]:
    """Return the guesses that a file holds; ValueError, KeyError or TypeError for anything else."""
    return tuple(_guess_from(json.loads(json.dumps(one))) for one in kept)


def _guess_from(kept: dict[str, Any]) -> Guess:
    values = tuple(_value_from(one) for one in kept["values"])
    shifts = tuple(Shift(one) for one in kept["shifts"])
    title = Message.of_json(kept["title"])
    return Guess(str(kept["id"]), title, values, shifts, str(kept["confirmed_by"]), str(kept["confirmed_at"]))


def _value_from(kept: dict[str, Any]) -> GuessedValue:
    paths = tuple(tuple(path) for path in kept["paths"])
    return GuessedValue(GuessKind(kept["kind"]), kept["before"], kept["value"], paths, kept["label"])
