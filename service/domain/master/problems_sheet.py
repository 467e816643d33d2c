"""“Cần sửa”: every problem with its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from service.domain.contents import Contents, TabSummary
from service.domain.master.content import MasterContent, tab_link, together, top
from service.domain.printed_tables import Block, Line, LineStyle, Ordinal, Sheet, digest, fixed, line
from sheets_schema.campaign import Form, Unit
from sheets_schema.problems import Severity

SHOWN = (Severity.ERROR, Severity.WARNING)
PROBLEM_COLUMNS: tuple[tuple[str, int], ...] = (
    ("running_number", 45),
    ("unit", 220),
    ("form", 150),
    ("severity", 100),
    ("row", 55),
    ("cell", 60),
    ("column", 200),
    ("content", 420),
    ("code", 150),
    ("tab", 70),
)


def problems_sheet(content: MasterContent, stamp: str) -> Sheet:
    """Return the list of everything to correct, errors first."""
    lines = top(content.campaign, content.text("master.problems_heading"), stamp)
    lines.append(line(LineStyle.NOTE, _count_words(content)))
    lines.append(line(LineStyle.HEADER, *(content.text(f"headings.{key}") for key, _ in PROBLEM_COLUMNS)))
    units = [unit for unit in content.campaign.accounted_units if _tabs(content, unit)]
    blocks = [
        _block(content, severity, f"{severity.value} {first}", few, len(lines))
        for severity in SHOWN
        for first, few in together(units)
    ]
    widths = tuple(width for _, width in PROBLEM_COLUMNS)
    return Sheet(content.text("master.problems"), widths, (fixed("top", lines), *blocks), frozen_columns=2)


def _count_words(content: MasterContent) -> str:
    errors, warnings = (sum(_count(tab, one) for tab in content.tabs.values()) for one in SHOWN)
    if not errors and not warnings:
        return content.text("headings.no_problems")
    return content.text("master.problem_counts", errors=errors, warnings=warnings)


def _tabs(content: MasterContent, unit: Unit) -> list[TabSummary]:
    owed = ((unit.code, obligation.form) for obligation in content.campaign.obligations)
    return [content.tabs[one] for one in owed if one in content.tabs]


def _block(content: MasterContent, severity: Severity, key: str, units: Sequence[Unit], above: int) -> Block:
    found = [(unit, tab) for unit in units for tab in _tabs(content, unit)]
    source = [
        [content.name_of(unit), tab.digest, str(tab_link(content, tab))] for unit, tab in found if _count(tab, severity)
    ]
    count = sum(_count(tab, severity) for _, tab in found)
    return Block(key, digest([above, source]), count, partial(_lines, content, severity, units, above))


def _count(tab: TabSummary, severity: Severity) -> int:
    return tab.errors if severity is Severity.ERROR else tab.warnings


def _lines(content: MasterContent, severity: Severity, units: Sequence[Unit], above: int) -> list[Line]:
    forms = [content.campaign.form(owed.form) for owed in content.campaign.obligations]
    found = {form.key: content.contents_of(form.key, _codes(content, severity, units, form)) for form in forms}
    return [
        item
        for unit in units
        for form in forms
        if unit.code in found[form.key]
        for item in _unit_lines(content, unit, form, found[form.key][unit.code], severity, above)
    ]


def _codes(content: MasterContent, severity: Severity, units: Sequence[Unit], form: Form) -> list[str]:
    """Return the units whose tab has such a problem: the words of the others are not asked for."""
    tabs = ((unit.code, content.tabs.get((unit.code, form.key))) for unit in units)
    return [code for code, tab in tabs if tab is not None and _count(tab, severity)]


def _unit_lines(
    content: MasterContent, unit: Unit, form: Form, tab: Contents, severity: Severity, above: int
) -> Iterator[Line]:
    titles = {column.key: column.title for column in form.columns}
    titles |= {field.key: field.label for field in form.fields}
    for problem in tab.problems:
        if problem["severity"] == severity.value:
            row, words = problem["row"], problem["message"]
            cell = str(problem["cell"]) or (f"A{row}" if row else "")
            yield line(
                LineStyle.BODY,
                Ordinal(above),
                content.name_of(unit),
                form.title,
                content.label(severity),
                row if isinstance(row, int) else "",
                cell,
                titles.get(str(problem["column"]), ""),
                str(words[content.language.value]) if isinstance(words, Mapping) else "",
                str(problem["code"]),
                tab_link(content, tab, cell, "headings.open_cell" if cell else "headings.open_tab"),
            )
