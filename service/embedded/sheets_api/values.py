"""The values methods: get, update, append, clear, their batch forms and their forms by data filter."""

from collections.abc import Callable
from functools import partial

from service.embedded.api_errors import ApiError, Json, JsonValue, RefusedError, bad_request
from service.embedded.book import append_table, datafilters, ranges
from service.embedded.book.cell_writing import Writer
from service.embedded.book.known_lines import Lines
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.book.request_work import STEPS_OF_MERGE, Spend
from service.embedded.sheets_api import blocks, structure
from service.embedded.sheets_api.call import Call
from service.embedded.sheets_api.render import Renderer, RenderOptions
from service.embedded.sheets_api.write_count import WriteCount
from service.embedded.storage.callers import FileRole

STEPS_OF_CELL = 2


def get(call: Call) -> Json:
    """Answer values.get."""
    book = call.book(FileRole.READER)
    area = datafilters.area_of_a1(book, call.args[1])
    return _read(book, area, Renderer(book), call.query)


def batch_get(call: Call) -> Json:
    """Answer values.batchGet."""
    book = call.book(FileRole.READER)
    renderer = Renderer(book)
    areas = [datafilters.area_of_a1(book, text) for text in call.query.get("ranges", [])]
    shown = [_read(book, area, renderer, call.query) for area in areas]
    return {"spreadsheetId": book.file.id, "valueRanges": shown}


def batch_get_by_data_filter(call: Call) -> Json:
    """Answer values.batchGetByDataFilter."""
    book = call.book(FileRole.READER)
    renderer = Renderer(book)
    filters_of: dict[GridArea, list[Json]] = {}
    filters = call.body.get("dataFilters", [])
    if not filters:
        raise bad_request("Must specify at least one dataFilter.")
    for index, data_filter in enumerate(filters):
        for area in datafilters.areas_of(book, data_filter, f"dataFilters[{index}]"):
            filters_of.setdefault(area, []).append(data_filter)
    matched = [
        {"valueRange": _read(book, area, renderer, call.body), "dataFilters": echoed}
        for area, echoed in filters_of.items()
    ]
    return {"spreadsheetId": book.file.id, "valueRanges": matched} if matched else {"spreadsheetId": book.file.id}


def _read(book: Book, area: GridArea, renderer: Renderer, options: Json) -> Json:
    sheet = book.sheet(area.sheet_id)
    cut = ranges.clipped(area, sheet)
    block = blocks.read(book, sheet, cut, renderer, RenderOptions.of(options))
    dimension = options.get("majorDimension") or "ROWS"
    return blocks.value_range(ranges.a1_of(cut, sheet), block, dimension, book.work.spend)


def update(call: Call) -> Json:
    """Answer values.update."""
    book = call.book(FileRole.WRITER)
    written = call.body.get("range")
    if written is not None and written != call.args[1]:
        same = datafilters.area_of_a1(book, written) == datafilters.area_of_a1(book, call.args[1])
        if not same:
            raise bad_request(
                f"Requested writing within range [{call.args[1]}], but the value range is for [{written}]"
            )
    area = datafilters.area_of_a1(book, call.args[1])
    writer = Writer(book, typed=_is_typed(call.query))
    done = _refusing("", lambda: _write(book, writer, area, call.body))
    book.save(call.now)
    return done.answer(Renderer(book), _response_options(call.query))


def batch_update(call: Call) -> Json:
    """Answer values.batchUpdate."""
    book = call.book(FileRole.WRITER)
    targets: list[tuple[GridArea, Json, Json | None]] = []
    for entry in call.body.get("data", []):
        targets.append((datafilters.area_of_a1(book, entry.get("range", "")), entry, None))
    return _write_all(call, book, targets)


def batch_update_by_data_filter(call: Call) -> Json:
    """Answer values.batchUpdateByDataFilter."""
    book = call.book(FileRole.WRITER)
    targets: list[tuple[GridArea, Json, Json | None]] = []
    for index, entry in enumerate(call.body.get("data", [])):
        data_filter = entry.get("dataFilter", {})
        for area in datafilters.areas_of(book, data_filter, f"data[{index}].dataFilter"):
            targets.append((area, entry, data_filter))
    return _write_all(call, book, targets)


def _write_all(call: Call, book: Book, targets: list[tuple[GridArea, Json, Json | None]]) -> Json:
    writer = Writer(book, typed=_is_typed(call.body))
    done = [
        _refusing(f"Invalid data[{index}]: ", partial(_write, book, writer, area, entry))
        for index, (area, entry, _) in enumerate(targets)
    ]
    book.save(call.now)
    options = _response_options(call.body)
    renderer = Renderer(book)
    answers = [one.answer(renderer, options) for one in done]
    for answer, (_, _, data_filter) in zip(answers, targets, strict=True):
        if data_filter is not None:
            answer.pop("spreadsheetId")
            answer["dataFilter"] = data_filter
    totals = {
        "totalUpdatedRows": len({(one.sheet.sheet_id, row) for one in done for row in one.rows}),
        "totalUpdatedColumns": len({(one.sheet.sheet_id, column) for one in done for column in one.columns}),
        "totalUpdatedCells": sum(one.cells for one in done),
        "totalUpdatedSheets": len({one.sheet.sheet_id for one in done}),
    }
    return {"spreadsheetId": book.file.id, **totals, "responses": answers}


def _is_typed(options: Json) -> bool:
    option = options.get("valueInputOption", "INPUT_VALUE_OPTION_UNSPECIFIED")
    if option == "INPUT_VALUE_OPTION_UNSPECIFIED":
        raise bad_request("'valueInputOption' is required but not specified")
    return bool(option == "USER_ENTERED")


def _response_options(options: Json) -> RenderOptions | None:
    return RenderOptions.of(options, "response") if options.get("includeValuesInResponse") else None


def _refusing(prefix: str, act: Callable[[], WriteCount]) -> WriteCount:
    try:
        return act()
    except RefusedError as error:
        raise bad_request(f"{prefix}{error}") from error


def rows_of(value_range: Json, spend: Spend) -> list[list[JsonValue]]:
    """Return a ValueRange's cells by rows, or raise the 400 for what no cell can hold."""
    values: list[list[JsonValue]] = value_range.get("values", [])
    for row_number, row in enumerate(values):
        for column, value in enumerate(row):
            if isinstance(value, dict | list):
                kind = "struct_value" if isinstance(value, dict) else "list_value"
                raise bad_request(f"Invalid values[{row_number}][{column}]: {kind} {{}}")
    if value_range.get("majorDimension") != "COLUMNS":
        return values
    height = max((len(column) for column in values), default=0)
    spend(height * len(values) // blocks.TURNED_OF_STEP)
    return [[column[index] if index < len(column) else None for column in values] for index in range(height)]


def _write(book: Book, writer: Writer, area: GridArea, value_range: Json) -> WriteCount:
    sheet = book.sheet(area.sheet_id)
    rows = rows_of(value_range, book.work.spend)
    cut = ranges.clipped(area, sheet)
    target = _target(area, cut, sheet, rows)
    book.guard(target)
    return _fill(writer, WriteCount(sheet, target, value_range.get("majorDimension") or "ROWS"), rows)


def _fill(writer: Writer, done: WriteCount, rows: list[list[JsonValue]]) -> WriteCount:
    writer.work.spend(15 + sum(1 + STEPS_OF_CELL * len(row) for row in rows))
    done.sheet.grid.load(done.area.rows.start, done.area.rows.stop)
    merges = _merges_in(writer, done)
    left = done.area.columns.start
    for row_number, row in enumerate(rows, start=done.area.rows.start):
        if not merges and not writer.typed:
            writer.put_row(done.sheet, row_number, left, row)
            done.count_row(row_number, [column for column, value in enumerate(row, left) if value is not None])
            continue
        for column, value in enumerate(row, left):
            if value is not None:
                if not merges or not _is_covered(merges, row_number, column):
                    writer.put(done.sheet, row_number, column, value)
                done.count(row_number, column)
    return done


def _merges_in(writer: Writer, done: WriteCount) -> list[GridArea]:
    merged = writer.work.over(done.sheet.parts.get("merges", []), STEPS_OF_MERGE)
    touched = [merge for merge in map(ranges.grid_area, merged) if merge.intersects(done.area)]
    writer.work.spend(len(touched) * len(done.area.rows) * len(done.area.columns) // 2)
    return touched


def _is_covered(merges: list[GridArea], row: int, column: int) -> bool:
    """Return True for a cell that a merged one covers: it cannot hold a value, and what is written there is dropped."""
    return any(
        row in merge.rows and column in merge.columns and (row, column) != (merge.rows.start, merge.columns.start)
        for merge in merges
    )


def _target(area: GridArea, cut: GridArea, sheet: SheetTab, rows: list[list[JsonValue]]) -> GridArea:
    top, left = cut.rows.start, cut.columns.start
    bottom = top + max(len(rows), 1)
    right = left + max((len(row) for row in rows), default=1)
    single = area.bottom == top + 1 and area.right == left + 1
    target = GridArea(sheet.sheet_id, top, bottom, left, max(right, left + 1))
    if not single:
        _fits(area, target, sheet)
    # What begins within the grid and reaches beyond it makes the grid larger, as Google does it.
    if bottom > sheet.row_count or right > sheet.column_count:
        sheet.resize(max(sheet.row_count, bottom), max(sheet.column_count, right))
    return target


def _fits(area: GridArea, target: GridArea, sheet: SheetTab) -> None:
    shown = ranges.a1_text(area, sheet)
    if target.rows.stop > area.rows.stop:
        raise bad_request(f"Requested writing within range [{shown}], but tried writing to row [{area.rows.stop + 1}]")
    if target.columns.stop > area.columns.stop:
        letters = ranges.column_letters(area.columns.stop)
        raise bad_request(f"Requested writing within range [{shown}], but tried writing to column [{letters}]")


def append(call: Call) -> Json:
    """Answer values.append."""
    book = call.book(FileRole.WRITER)
    typed = _is_typed(call.query)
    area = datafilters.area_of_a1(book, call.args[1])
    sheet = book.sheet(area.sheet_id)
    rows = rows_of(call.body, book.work.spend)
    cut = ranges.clipped(area, sheet)
    lines, characters = call.known_lines.take(book, sheet)
    table = append_table.find(lines, cut, book.work.spend)
    start = (table.rows.stop, table.columns.start) if table else (cut.rows.start, cut.columns.start)
    insert = call.query.get("insertDataOption") == "INSERT_ROWS"
    done = _refusing("", lambda: _append(book, sheet, start, rows, typed=typed, insert=insert))
    book.save(call.now)
    if not insert:
        call.when_committed.append(lambda: _keep_lines(call, book, done, lines, characters))
    answer: Json = {"spreadsheetId": book.file.id}
    if table is not None:
        answer["tableRange"] = ranges.a1_of(table, sheet)
    answer["updates"] = done.answer(Renderer(book), _response_options(call.query))
    return answer


def _keep_lines(call: Call, book: Book, done: WriteCount, lines: Lines, characters: int) -> None:
    last = max(lines, default=-1)
    for number in done.area.rows:
        lines.pop(number, None)
        row = done.sheet.grid.row(number)
        if row is not None and row.values:
            lines[number] = row.values
            characters += sum(len(str(value)) for value in row.values)
    if done.area.rows.start <= last:
        lines = {number: lines[number] for number in sorted(lines)}
    call.known_lines.keep(book, done.sheet, lines, characters)


def _append(
    book: Book, sheet: SheetTab, start: tuple[int, int], rows: list[list[JsonValue]], *, typed: bool, insert: bool
) -> WriteCount:
    top, left = start
    height, width = len(rows), max((len(row) for row in rows), default=0)
    if insert and height and top < sheet.row_count:
        book.guard(GridArea(sheet.sheet_id, top, top + 1, 0, sheet.column_count))
        structure.insert(book, sheet, "ROWS", top, height)
    sheet.resize(max(sheet.row_count, top + height), max(sheet.column_count, left + width))
    target = GridArea(sheet.sheet_id, top, top + max(height, 1), left, left + max(width, 1))
    book.guard(target)
    return _fill(Writer(book, typed=typed), WriteCount(sheet, target, "ROWS"), rows)


def clear(call: Call) -> Json:
    """Answer values.clear."""
    book = call.book(FileRole.WRITER)
    area = datafilters.area_of_a1(book, call.args[1])
    cleared = _clear(book, area, "")
    book.save(call.now)
    return {"spreadsheetId": book.file.id, "clearedRange": cleared}


def batch_clear(call: Call) -> Json:
    """Answer values.batchClear."""
    book = call.book(FileRole.WRITER)
    areas = [datafilters.area_of_a1(book, text) for text in call.body.get("ranges", [])]
    return _clear_all(call, book, areas)


def batch_clear_by_data_filter(call: Call) -> Json:
    """Answer values.batchClearByDataFilter."""
    book = call.book(FileRole.WRITER)
    areas: list[GridArea] = []
    for index, data_filter in enumerate(call.body.get("dataFilters", [])):
        areas += datafilters.areas_of(book, data_filter, f"dataFilters[{index}]")
    return _clear_all(call, book, areas)


def _clear_all(call: Call, book: Book, areas: list[GridArea]) -> Json:
    cleared = [_clear(book, area, f"Invalid ranges[{index}]: ") for index, area in enumerate(areas)]
    book.save(call.now)
    return {"spreadsheetId": book.file.id, "clearedRanges": cleared}


def _clear(book: Book, area: GridArea, prefix: str) -> str:
    sheet = book.sheet(area.sheet_id)
    cut = ranges.clipped(area, sheet)
    try:
        book.guard(cut)
    except RefusedError as error:
        raise _protected(prefix, error) from error
    sheet.grid.load(cut.rows.start, cut.rows.stop)
    for number in list(sheet.grid.numbers_between(cut.rows.start, cut.rows.stop)):
        row = sheet.grid.edit(number)
        width = min(len(row.values), cut.columns.stop)
        book.work.spend(2 + width // 10)
        for column in range(cut.columns.start, width):
            row.values[column] = None
    return ranges.a1_of(cut, sheet)


def _protected(prefix: str, error: RefusedError) -> ApiError:
    return bad_request(f"{prefix}{error}")
