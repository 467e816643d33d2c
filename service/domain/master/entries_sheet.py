"""“Tổng hợp đăng ký”, “Tổng hợp báo cáo”: the units' words, verbatim, with where each is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial

from service.domain.consolidation import Tally
from service.domain.contents import shown_values
from service.domain.intake_rows import typed_texts
from service.domain.intakes import Intake, source_of
from service.domain.master.content import MasterContent, conservation, tab_link, title_of, together, top
from service.domain.master.section_entries import Entries, Entry, SectionEntries
from service.domain.printed_tables import Block, CellLink, Line, LineStyle, Ordinal, Sheet, Value, digest, fixed, line
from service.domain.standing_labels import Mark, Receipt
from sheets_schema.campaign import Column, ColumnRole, Form, TableKind, Unit, ValueType
from sheets_schema.periods import Certainty
from sheets_schema.reading.rows import RowKind
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.vietnamese.dates import format_day


def entries_sheet(content: MasterContent, form_key: str, stamp: str) -> Sheet:
    """Return the sheet of one form's accepted rows, the units' words verbatim."""
    form = content.campaign.form(form_key)
    units = content.units_of(form_key)
    tallies = (content.tabs[unit.code, form_key].tally for unit in units)
    lines = top(content.campaign, content.text("master.entries_heading", form=form.title), stamp)
    lines.append(line(LineStyle.NOTE, conservation(content, sum(tallies, Tally()))))
    columns = _columns(content, form)
    lines.append(line(LineStyle.HEADER, *(title for title, _ in columns)))
    writer = _Writer(content, form, units)
    arranged = writer.by_group if form.table is TableKind.OPEN else writer.by_content
    blocks = (fixed("top", lines), *arranged(len(lines)))
    return Sheet(title_of(content, form), tuple(width for _, width in columns), blocks, frozen_columns=2)


def _columns(content: MasterContent, form: Form) -> list[tuple[str, int]]:
    def ours(*columns: tuple[str, int]) -> list[tuple[str, int]]:
        return [(content.text(f"headings.{key}"), width) for key, width in columns]

    own = [(column.title, column.width) for column in form.columns]
    added = ours(("starts", 90), ("ends", 90), ("time_reading", 130)) if _is_dated(form) else []
    first, last = ours(("running_number", 45), ("unit", 220)), ours(("confirmed", 110), ("tab", 70), ("row", 55))
    # from the first file on
    sources = ours(("source", 180)) if _has_files(content, form) else []
    return [*first, *own, *added, *last, *sources]


def _has_files(content: MasterContent, form: Form) -> bool:
    return any(owed_form == form.key for _, owed_form in content.intakes)


def _is_dated(form: Form) -> bool:
    return any(column.role.value == "period" for column in form.columns)


@dataclass(frozen=True, slots=True)
class _Section:
    """Lines of some units under one heading; `key` is what they report on, None for everything."""

    units: Sequence[Unit]
    unnumbered: int  # lines above that have no number
    key: str | None = None


class _Writer:
    """One form's entries in blocks."""

    def __init__(self, content: MasterContent, form: Form, units: Sequence[Unit]) -> None:
        self.content = content
        self.form = form
        self.units = units
        self.tabs = {unit.code: content.tabs[unit.code, form.key] for unit in units}
        self.has_files = _has_files(content, form)
        self.is_dated = _is_dated(form)
        self.titles = {item.code: item.title for item in content.campaign.contents}
        self.marks = self._marks()
        self.sources = {unit.code: self._source(unit) for unit in units}
        # of every line the same
        self.link_label = content.text("headings.open_row")
        self.certainties = {one.value: content.label(one) for one in Certainty}
        # the column where its words are not shown as typed
        self.columns = [(one.key, one if _is_reworded(one) else None) for one in form.columns]
        self.sections = [(item.code, f"{item.code}. {item.title}") for item in content.campaign.contents]
        self.sections += [(free.key, free.title) for free in form.free_rows]
        self.reported = SectionEntries(content.contents_of, form.key, [key for key, _ in self.sections])

    def _marks(self) -> dict[str, str]:
        """Return, by unit, the mark beside entries that are no receipt yet: of drafts and of partials."""
        form = self.form.key
        incomplete = {item.unit for item in self.content.standings if _is_partial(item.receipt) and item.form == form}
        draft = self.content.label(Mark.UNSENT_DRAFT)
        # a tab that is edited after it was sent is a draft again; what came on paper is none
        received = {item.unit for item in self.content.standings if item.form == form and item.is_received}
        marks = {code: "" if tab.confirmed or code in received else draft for code, tab in self.tabs.items()}
        confirmed = (code for code, tab in self.tabs.items() if tab.confirmed and code in incomplete)
        return marks | dict.fromkeys(confirmed, self.content.text("master.partial_mark"))

    def _source(self, unit: Unit) -> str:
        tab = self.tabs[unit.code]
        # the mark of the tab, and where it is: a link leads there
        # the column of files is there for all units, or for none
        files = f"{self.has_files}" + "".join(one.sha256 for one in self._files(unit))
        name = self.content.name_of(unit)
        return "|".join((tab.digest, self.marks[unit.code], name, str(tab_link(self.content, tab)), files))

    def _files(self, unit: Unit) -> tuple[Intake, ...]:
        return self.content.intakes.get((unit.code, self.form.key), ())

    def by_group(self, above: int) -> Iterator[Block]:
        """Yield the plan's groups in order, each with its count, and its units' entries, a block a unit."""
        total = 0
        for group in self.content.campaign.groups:
            members = [unit for unit in self.units if unit.group == group.code]
            if not members:
                continue
            count = sum(self.tabs[unit.code].tally.rows_out for unit in members)
            above, total = above + 1, total + count
            heading = self.content.text("master.group_rows", group=group.name, count=count)
            yield fixed(f"group {group.code}", [line(LineStyle.GROUP, "", heading)])
            for unit in members:
                yield self._block(f"unit {unit.code}", _Section([unit], above))
        yield self._total(total)

    def by_content(self, above: int) -> Iterator[Block]:
        """Yield the plan's contents in order, then the free rows, each with every unit's words, a few units a block."""
        total = 0
        for key, title in self.sections:
            count = sum(self.tabs[unit.code].kept.get(key, 0) for unit in self.units)
            above, total = above + 1, total + count
            heading = self.content.text("master.content_units", content=title, count=count)
            yield fixed(f"section {key}", [line(LineStyle.GROUP, "", heading)])
            for first, few in together(self.units):
                yield self._block(f"section {key}, {first}", _Section(few, above, key))
        yield self._total(total)

    def _total(self, rows: int) -> Block:
        return fixed("total", [line(LineStyle.TOTAL, "", self.content.text("master.total_rows", count=rows))])

    def _block(self, key: str, section: _Section) -> Block:
        tabs = [self.tabs[unit.code] for unit in section.units]
        if section.key is None:
            count = sum(tab.tally.rows_out for tab in tabs)
        else:
            count = sum(tab.kept.get(section.key, 0) for tab in tabs)
        source = digest([section.unnumbered, *(self.sources[unit.code] for unit in section.units)])
        return Block(key, source, count, partial(self._lines, section))

    def _lines(self, section: _Section) -> list[Line]:
        ordinal = Ordinal(section.unnumbered)
        entries = self._entries(section)
        return [
            self._entry_line(unit, entry, ordinal) for unit in section.units for entry in entries.get(unit.code, ())
        ]

    def _entries(self, section: _Section) -> Entries:
        codes = [unit.code for unit in section.units]
        if section.key is not None:
            return self.reported.of(codes, section.key)
        return {code: tab.entries for code, tab in self.content.contents_of(self.form.key, codes).items()}

    def _entry_line(self, unit: Unit, entry: Entry, ordinal: Ordinal) -> Line:
        typed = shown_values(entry)
        own = [
            str(typed.get(key, "")) if reworded is None else self._own_words(entry, reworded, typed)
            for key, reworded in self.columns
        ]
        added = self._period_cells(entry) if self.is_dated else []
        tab = self.tabs[unit.code]
        link = CellLink(self.content.link_to(tab.spreadsheet_id, tab.sheet_id, str(entry["cell"])), self.link_label)
        number = entry["row"] if isinstance(entry["row"], int) else ""
        name = self.content.name_of(unit)
        last = (self.marks[unit.code], link, number, *self._source_cells(unit, entry))
        return Line(LineStyle.BODY, (ordinal, name, *own, *added, *last))

    def _source_cells(self, unit: Unit, entry: Entry) -> list[str]:
        """Return the file and line that a row was taken from; blank for one that was typed or changed since."""
        if not self.has_files:
            return []
        found = source_of(self._files(unit), typed_texts(self.form, entry["values"]))
        if found is None:
            return [""]
        intake, source = found
        return [self.content.text("master.source", name=intake.name, line=source.line)]

    def _own_words(self, entry: Entry, column: Column, typed: Mapping[str, object]) -> str:
        """Return the unit's words as typed; the given words of a fixed row are shortened to its title."""
        if column.role is ColumnRole.GIVEN and entry["kind"] == RowKind.CONTENT:
            return self.titles.get(str(entry["key"]), "")
        text = str(typed.get(column.key, ""))
        if column.type is ValueType.TICK:
            return "x" if is_ticked(text) else ""
        return text

    def _period_cells(self, entry: Entry) -> list[Value]:
        period, certainty = entry["period"], entry["certainty"]
        days = [period.get(side) if isinstance(period, (dict, Mapping)) else None for side in ("start", "end")]
        shown: list[Value] = [_day(day) if isinstance(day, str) else "" for day in days]
        return [*shown, self.certainties[str(certainty)] if certainty else ""]


@lru_cache(maxsize=1024)  # a season has few days
def _day(kept: str) -> str:
    return format_day(date.fromisoformat(kept))


def _is_reworded(column: Column) -> bool:
    return column.role is ColumnRole.GIVEN or column.type is ValueType.TICK


def _is_partial(receipt: Receipt) -> bool:
    return receipt is Receipt.PARTIAL
