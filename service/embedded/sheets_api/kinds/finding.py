"""Texts found and replaced."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book.cell_writing import LONGEST_TEXT, Writer, check_length
from service.embedded.book.expressions import Expression, ExpressionError, Found, compiled, steps_of_search
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.book.request_work import Spend
from service.embedded.sheets_api.kinds import targets
from service.embedded.sheets_api.render import Renderer

LONGEST_FIND = 1_000
STEPS_OF_MATCH, STEPS_OF_TAB = 5, 20
_REPLACEMENT = re.compile(r"\\(?P<plain>.)|\$(?P<number>\d+)|\$\{(?P<name>\w+)\}|(?P<text>[^\\$]+)", re.DOTALL)
Piece = str | int  # a text, or the number of a group


@dataclass(slots=True)
class _Tally:
    values: int = 0
    formulas: int = 0
    occurrences: int = 0
    rows: set[tuple[int, int]] = field(default_factory=set)

    def reply(self) -> Json:
        counts = {
            "valuesChanged": self.values,
            "formulasChanged": self.formulas,
            "rowsChanged": len(self.rows),
            "sheetsChanged": len({sheet_id for sheet_id, _ in self.rows}),
            "occurrencesChanged": self.occurrences,
        }
        return {key: count for key, count in counts.items() if count}


@dataclass(frozen=True, slots=True)
class _Search:
    """What is searched for and what takes its place."""

    expression: Expression
    pieces: list[Piece]
    whole_cell: bool
    with_formulas: bool
    spend: Spend

    def replaced(self, text: str) -> tuple[str, int]:
        """Return a text with every match replaced, and how many there were."""
        shown: list[str] = []
        at = length = count = 0
        self._spend_search(text, 0)
        for match in self._matches(text):
            new = "".join((match[piece] or "") if isinstance(piece, int) else piece for piece in self.pieces)
            shown += (text[at : match.start()], new)
            length += match.start() - at + len(new)
            at, count = match.end(), count + 1
            if length > LONGEST_TEXT:
                check_length("".join(shown))
            self._spend_search(text, at)
        return "".join([*shown, text[at:]]), count

    def _spend_search(self, text: str, at: int) -> None:
        self.spend(STEPS_OF_MATCH + steps_of_search(self.expression, len(text) - at))

    def _matches(self, text: str) -> Iterable[Found]:
        if not self.whole_cell:
            return self.expression.finditer(text)
        match = self.expression.fullmatch(text)
        return [match] if match else []


def find_replace(book: Book, given: Json) -> Json:
    """Do findReplace."""
    search, tally = _search(book, given), _Tally()
    for sheet, area in _scopes(book, given):
        _replace_in(book, sheet, area, search, tally)
    return tally.reply()


def _scopes(book: Book, given: Json) -> list[tuple[SheetTab, GridArea]]:
    chosen = [key for key in ("range", "sheetId", "allSheets") if key in given and given[key] is not False]
    if len(chosen) != 1:
        raise RefusedError("Exactly one of range, sheetId and allSheets must be specified.")
    if chosen[0] == "range":
        return [targets.area(book, given)]
    sheets = book.sheets if chosen[0] == "allSheets" else [book.sheet(given["sheetId"])]
    return [(sheet, sheet.area) for sheet in sheets]


def _search(book: Book, given: Json) -> _Search:
    find, new = given.get("find", ""), given.get("replacement", "")
    if not find:
        raise RefusedError("find must be specified.")
    by_regex = bool(given.get("searchByRegex"))
    expression = _expression(find, by_regex=by_regex, match_case=bool(given.get("matchCase")))
    pieces = list(_pieces(new, expression)) if by_regex else [new]
    whole_cell, with_formulas = bool(given.get("matchEntireCell")), bool(given.get("includeFormulas"))
    return _Search(expression, pieces, whole_cell, with_formulas, book.work.spend_on_search)


def _expression(find: str, *, by_regex: bool, match_case: bool) -> Expression:
    if by_regex and len(find) > LONGEST_FIND:
        raise RefusedError(f"Invalid regular expression: it has more than {LONGEST_FIND} characters.")
    try:
        return compiled(find, match_case=match_case, literal=not by_regex)
    except ExpressionError as error:
        raise RefusedError(f"Invalid regular expression: {error}") from error


def _pieces(new: str, expression: Expression) -> Iterable[Piece]:
    """Return the pieces of a replacement by Java's rules: $1, ${name}, and a backslash before a plain character."""
    at = 0
    while at < len(new):
        match = _REPLACEMENT.match(new, at)
        if match is None:
            raise RefusedError(f"Invalid replacement: {new[at : at + 20]}")
        at = match.end()
        if match["number"]:
            number, rest = _group(match["number"], expression)
            yield number
            yield rest
        elif match["name"]:
            if match["name"] not in expression.groupindex:
                raise RefusedError(f"Invalid replacement: no group {match['name']}")
            yield expression.groupindex[match["name"]]
        else:
            yield match["plain"] or match["text"]


def _group(digits: str, expression: Expression) -> tuple[int, str]:
    """Return the group that digits mean, as many of them as there are groups for, and the digits left over."""
    for length in range(min(len(digits), 4), 0, -1):
        if int(digits[:length]) <= expression.groups:
            return int(digits[:length]), digits[length:]
    raise RefusedError(f"Invalid replacement: no group {digits[:10]}")


def _replace_in(book: Book, sheet: SheetTab, area: GridArea, search: _Search, tally: _Tally) -> None:
    book.work.spend(STEPS_OF_TAB)
    writer, renderer = Writer(book, typed=True), Renderer(book)
    for number in sheet.grid.numbers_between(area.rows.start, area.rows.stop):
        row = sheet.grid.row(number)
        values = list(row.values) if row is not None else []
        book.work.spend(1 + len(values) // 10)
        for column in range(area.columns.start, min(area.columns.stop, len(values))):
            value = values[column]
            is_formula = isinstance(value, dict)
            if value is None or (is_formula and not search.with_formulas):
                continue
            text = value.get("f", "") if is_formula else renderer.formatted(value, sheet.grid.style(number, column))
            changed, count = search.replaced(text)
            if not count:
                continue
            book.guard(GridArea(sheet.sheet_id, number, number + 1, column, column + 1))
            writer.put(sheet, number, column, changed)
            tally.formulas += is_formula
            tally.values += not is_formula
            tally.occurrences += count
            tally.rows.add((sheet.sheet_id, number))


KINDS = {"findReplace": find_replace}
