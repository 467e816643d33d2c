"""`progress` and `unsent`: the roster, a line a unit, at a count moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.domain.decisions import Decision, DecisionKind
from service.domain.observations import Observation
from service.domain.papers.account import Share, share_of
from service.domain.papers.content import PaperContent, letterhead_words, numeral
from service.domain.papers.records import (
    Align,
    Paper,
    PaperColumn,
    PaperName,
    PaperRow,
    PaperTable,
    body,
    group,
    made_rows,
    total,
    widths_for,
)
from service.domain.standing_labels import Receipt, Review, Timeliness, label_of
from service.domain.standings import Standing
from sheets_schema.campaign import FieldRole, Obligation, Unit
from sheets_schema.wording import SHEET_LANGUAGE

ROOM = 250.0  # millimetres of a landscape page
WITH_DAYS = 2  # obligations that have a column of days late each
A_TABLE = 5  # obligations side by side


def progress(content: PaperContent) -> Paper:
    """Return the follow-up list: documents, receipts, days late, subtotals by group."""
    owed = content.campaign.obligations
    parts = [owed[first : first + A_TABLE] for first in range(0, len(owed), A_TABLE)]
    tables = tuple(progress_table(content, part, number) for number, part in enumerate(parts))
    return _paper(content, PaperName.PROGRESS, tables)


def progress_table(content: PaperContent, owed: Sequence[Obligation], number: int = 0) -> PaperTable:
    """Return the follow-up table of some obligations."""
    with_days = len(owed) <= WITH_DAYS
    columns = _progress_columns(content, owed, with_days=with_days)
    rows: list[PaperRow | tuple[int, Unit]] = []
    every: list[Unit] = []
    for roman, one, members in content.groups():
        rows.append(group(content.text("group_units", number=roman, group=one.name, count=len(members))))
        rows += enumerate(members, start=len(every) + 1)
        rows.append(_progress_total(content, content.text("subtotal"), members, owed, with_days=with_days))
        every += members
    rows.append(_progress_total(content, content.text("total"), every, owed, with_days=with_days))
    title = content.text("progress_table", obligations=", ".join(one.title for one in owed)) if number else ""
    notes = content.account_words([one.form for one in owed])

    def make(line: tuple[int, Unit]) -> PaperRow:
        running, unit = line
        return body(*_progress_cells(content, unit, owed, running, with_days=with_days))

    key = "progress" if not number else f"progress_{number + 1}"
    return PaperTable(key, title, columns, made_rows(rows, make), notes)


def _progress_columns(content: PaperContent, owed: Sequence[Obligation], *, with_days: bool) -> tuple[PaperColumn, ...]:
    named = [("stt", 10.0), ("unit", 60.0), ("document", 34.0)]
    for obligation in owed:
        named.append((f"state_{obligation.form}", 38.0))
        if with_days:
            named.append((f"days_{obligation.form}", 16.0))
    named += [("signed_copy", 22.0), ("note", 26.0)]
    titles = {f"state_{one.form}": one.title for one in owed}
    wide = widths_for(ROOM, [width for _, width in named])
    centred = ("stt", *(f"days_{one.form}" for one in owed))
    return tuple(
        PaperColumn(
            key,
            titles.get(key) or content.text("column_days" if key.startswith("days_") else f"column_{key}"),
            width,
            Align.CENTER if key in centred else Align.LEFT,
        )
        for (key, _), width in zip(named, wide, strict=True)
    )


def _progress_cells(
    content: PaperContent, unit: Unit, owed: Sequence[Obligation], running: int, *, with_days: bool
) -> Iterator[str]:
    yield str(running)
    yield unit.name
    yield content.document(unit.code)
    copies, notes = [], []
    for obligation in owed:
        standing = content.standing(unit.code, obligation.form)
        yield state_words(content, standing)
        if with_days:
            yield str(standing.days_late) if standing.days_late else ""
        if content.field_text(unit.code, obligation.form, FieldRole.SIGNED_COPY):
            copies.append(obligation.form)
        notes += list(notes_on(content, standing))
    signed_forms = [one for one in owed if content.campaign.form(one.form).field(FieldRole.SIGNED_COPY)]
    yield _copies(content, copies, signed_forms)
    yield "\n".join(dict.fromkeys(notes))


def _copies(content: PaperContent, copies: Sequence[str], asked: Sequence[Obligation]) -> str:
    if not copies:
        return ""
    if len(copies) == len(asked):
        return "x"
    return ", ".join(content.campaign.form(form).title for form in copies)


def state_words(content: PaperContent, standing: Standing) -> str:
    """Return when a unit's form came and whether in time; where it did not, why it is where it is."""
    day = content.day(standing.received_at)
    if not day or not standing.receipt.counts or standing.timeliness is None:
        return standing.label_in(SHEET_LANGUAGE)
    nil = [label_of(Receipt.NIL)] if standing.receipt is Receipt.NIL else []
    return "\n".join([day, *nil, standing.timeliness_label(SHEET_LANGUAGE)])


def short_state(content: PaperContent, standing: Standing) -> str:
    """Return what a unit that has not sent is at, without the days: for words to the unit itself."""
    return content.text(f"asked_{standing.receipt.value}")


def notes_on(content: PaperContent, standing: Standing) -> Iterator[str]:
    """Yield what a list notes of a unit: its extension, a paper receipt, the board's review, changes since."""
    if standing.limit.extended_by is not None:
        yield content.text("extended_note", limit=standing.limit.words.text(SHEET_LANGUAGE))
    deciding = standing.deciding
    if isinstance(deciding, Decision) and deciding.kind is DecisionKind.RECEIVE:
        yield content.text("paper_note")
    if standing.review is not Review.UNREVIEWED:
        yield label_of(standing.review)
    if standing.changed is not None:
        yield label_of(standing.changed.since)


def _progress_total(
    content: PaperContent, title: str, units: Sequence[Unit], owed: Sequence[Obligation], *, with_days: bool
) -> PaperRow:
    documents = sum(bool(content.document(unit.code)) for unit in units)
    cells = ["", content.text("sum_units", title=title, count=len(units)), str(documents)]
    for obligation in owed:
        standings = [content.standing(unit.code, obligation.form) for unit in units]
        sent = sum(one.receipt.counts for one in standings)
        nil = sum(share_of(one, content.campaign, content.at) is Share.NIL for one in standings)
        late = sum(one.timeliness is Timeliness.LATE for one in standings)
        said = {"sent": sent, "count": len(units), "nil": nil}
        cells.append(content.text("sent_of_with_nil" if nil else "sent_of", **said))
        if with_days:
            cells.append(content.text("late_count", count=late) if late else "")
    copies = sum(any(content.field_text(unit.code, one.form, FieldRole.SIGNED_COPY) for one in owed) for unit in units)
    return total(*cells, str(copies), "")


def unsent(content: PaperContent) -> Paper:
    """Return who has not sent, not sent whole, or sent late, obligation by obligation."""
    owed = content.campaign.obligations
    return _paper(content, PaperName.UNSENT, tuple(unsent_table(content, one) for one in owed))


def unsent_table(content: PaperContent, owed: Obligation) -> PaperTable:
    """Return the list of one obligation: not sent, not whole, late, extended, each by group."""
    columns = unsent_columns(content)
    rows: list[PaperRow | tuple[int, Standing]] = []
    for number, (key, found) in enumerate(_kinds(content, owed.form)):
        heading = content.text(key, number=numeral(number), count=len(found))
        rows.append(group(_with_groups(content, heading, found)))
        rows += enumerate(found, start=1)

    def make(line: tuple[int, Standing]) -> PaperRow:
        index, standing = line
        return body(*unsent_cells(content, standing, index))

    notes = content.account_words([owed.form])
    return PaperTable(f"unsent_{owed.form}", owed.title, columns, made_rows(rows, make), notes)


def _kinds(content: PaperContent, form: str) -> list[tuple[str, list[Standing]]]:
    """Return the kinds of units that are listed, each with its units in the plan's order."""
    owed = [content.standing(unit.code, form) for unit in content.campaign.active_units]
    shares = {one.unit: share_of(one, content.campaign, content.at) for one in owed}
    open_ = [one for one in owed if shares[one.unit] is Share.UNSENT]
    partial = (Receipt.PARTIAL, Receipt.DRAFT)
    return [
        ("kind_unsent", [one for one in open_ if one.receipt not in partial]),
        ("kind_partial", [one for one in open_ if one.receipt in partial]),
        ("kind_late", [one for one in owed if one.timeliness is Timeliness.LATE]),
        ("kind_extended", [one for one in owed if shares[one.unit] is Share.EXTENDED]),
    ]


def _with_groups(content: PaperContent, heading: str, found: Sequence[Standing]) -> str:
    units = [content.campaign.unit(one.unit) for one in found]
    counts = [(one.name, sum(unit.group == one.code for unit in units)) for one in content.campaign.groups]
    named = ", ".join(f"{name}: {count}" for name, count in counts if count)
    return content.text("by_groups", heading=heading, groups=named) if named else heading


def unsent_columns(content: PaperContent) -> tuple[PaperColumn, ...]:
    """Return the columns of a list of units that have not sent."""
    named = (("stt", 11), ("unit", 76), ("state", 50), ("lacking", 58), ("due", 33), ("days", 22))
    wide = widths_for(ROOM, [width for _, width in named])
    return tuple(
        PaperColumn(key, content.text(f"column_{key}"), width, Align.CENTER if key in ("stt", "days") else Align.LEFT)
        for (key, _), width in zip(named, wide, strict=True)
    )


def unsent_cells(content: PaperContent, standing: Standing, number: int) -> Iterator[str]:
    """Yield the cells of a unit that has not sent."""
    yield str(number)
    yield content.campaign.unit(standing.unit).name
    yield state_words(content, standing)
    yield lacking_words(content, standing)
    yield standing.limit.words.text(SHEET_LANGUAGE)
    yield str(standing.days_late) if standing.days_late else ""


def lacking_words(content: PaperContent, standing: Standing) -> str:
    """Return what a form that was begun still lacks, part by part."""
    seen = last_seen(content, standing)
    if seen is None or standing.receipt not in (Receipt.DRAFT, Receipt.PARTIAL):
        return ""
    parts = {"document": seen.document, "content": seen.content, "confirmed": seen.confirmed}
    return "\n".join(content.text(f"lacks_{part}") for part, is_there in parts.items() if not is_there)


def last_seen(content: PaperContent, standing: Standing) -> Observation | None:
    """Return what was seen on a unit's tab last, by the count moment."""
    known = content.history.observations_of(standing.unit, standing.form)
    return next((one for one in reversed(known) if one.known_at <= content.at), None)


def _paper(content: PaperContent, name: PaperName, tables: tuple[PaperTable, ...]) -> Paper:
    return list_paper(content, name, tables, content.text(f"title_{name}"), content.text(f"subtitle_{name}"))


def list_paper(
    content: PaperContent, name: PaperName, tables: tuple[PaperTable, ...], title: str, subtitle: str
) -> Paper:
    """Return a list on landscape pages with the head and the signature of the board."""
    words = letterhead_words(content, content.text("symbol_list"))
    heading = {"title": title.upper(), "subtitle": subtitle}
    return Paper(name, title, {**words, **heading}, tables, landscape=True)
