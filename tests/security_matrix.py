"""Who can change what through which verb, tried and judged by value.

Every kind of batchUpdate, every verb of values and files. A case is one request of someone against the tab of unit B.
What counts is not the answer but whether any word of B, of its figures or of the master differs afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gspread

SHEETS = "https://sheets.googleapis.com/v4/spreadsheets"
FILES = "https://www.googleapis.com/drive/v3/files"
Body = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """What is attacked: B's tab in a spreadsheet, beside A's own."""

    book: str
    theirs: int  # B's tab
    own: int  # A's
    title: str  # of B's tab
    protection: int  # one of B's
    permission: str  # someone's on the file
    table: tuple[int, int]  # first row of B's table, counted from 0, and the row after


@dataclass(frozen=True)
class Case:
    """One request."""

    verb: str  # how the matrix names it
    method: str
    url: str
    body: Body | None = None
    params: Body | None = None


def cases(target: Target) -> Iterator[Case]:
    """Yield every case: kinds of batchUpdate in the order of their names, then values, then files."""
    for kind, body in sorted(_kinds(target).items()):
        yield Case(f"batchUpdate {kind}", "post", f"{SHEETS}/{target.book}:batchUpdate", {"requests": [{kind: body}]})
    yield from _values(target)
    yield from _files(target)


def _kinds(at: Target) -> dict[str, Body]:
    first, end = at.table
    there = {
        "sheetId": at.theirs,
        "startRowIndex": first,
        "endRowIndex": end,
        "startColumnIndex": 0,
        "endColumnIndex": 3,
    }
    here = {**there, "sheetId": at.own}
    corner = {"sheetId": at.theirs, "rowIndex": first, "columnIndex": 1}
    rows = {"sheetId": at.theirs, "dimension": "ROWS", "startIndex": first, "endIndex": first + 1}
    cell = {"userEnteredValue": {"stringValue": "CHIẾM"}}
    line = [{"values": [cell]}]
    rule = {
        "ranges": [there],
        "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}},
    }
    filtered = {"range": there, "title": "x"}
    source = {"sourceRange": {"sources": [{**there, "endColumnIndex": 1}]}}
    chart = {"title": "x", "basicChart": {"chartType": "COLUMN", "series": [{"series": source}]}}
    mark = {
        "metadataKey": "tonghop.unit",
        "metadataValue": "khac",
        "location": {"sheetId": at.theirs},
        "visibility": "DOCUMENT",
    }
    ours = [{"developerMetadataLookup": {"metadataKey": "tonghop.unit"}}]
    refs = {"references": []}
    data_source = {"dataSource": {"dataSourceId": "x", "spec": {"bigQuery": {"projectId": "x"}}}}
    return {
        "addBanding": {"bandedRange": {"range": there, "rowProperties": {"firstBandColor": {"red": 1}}}},
        "addChart": {"chart": {"spec": chart, "position": {"overlayPosition": {"anchorCell": corner}}}},
        "addCommentReply": {"commentId": "x", "post": {"content": "x"}},
        "addConditionalFormatRule": {"rule": rule, "index": 0},
        "addDataSource": data_source,
        "addDimensionGroup": {"range": rows},
        "addFilterView": {"filter": filtered},
        "addNamedRange": {"namedRange": {"name": "chiem", "range": there}},
        "addProtectedRange": {"protectedRange": {"range": there, "description": "x"}},
        "addSheet": {"properties": {"title": "Thêm"}},
        "addSlicer": {
            "slicer": {"spec": {"dataRange": there}, "position": {"overlayPosition": {"anchorCell": corner}}}
        },
        "addTable": {"table": {"name": "x", "range": there}},
        "appendCells": {"sheetId": at.theirs, "rows": line, "fields": "*"},
        "appendDimension": {"sheetId": at.theirs, "dimension": "ROWS", "length": 3},
        "autoFill": {"range": there},
        "autoResizeDimensions": {"dimensions": rows},
        "cancelDataSourceRefresh": refs,
        "clearBasicFilter": {"sheetId": at.theirs},
        "copyPaste": {"source": here, "destination": there},
        "createDeveloperMetadata": {"developerMetadata": mark},
        "cutPaste": {"source": there, "destination": {"sheetId": at.own, "rowIndex": first, "columnIndex": 0}},
        "deleteBanding": {"bandedRangeId": 1},
        "deleteComment": {"commentId": "x"},
        "deleteCommentReply": {"commentId": "x", "postId": "x"},
        "deleteConditionalFormatRule": {"sheetId": at.theirs, "index": 0},
        "deleteDataSource": {"dataSourceId": "x"},
        "deleteDeveloperMetadata": {"dataFilter": ours[0]},
        "deleteDimension": {"range": rows},
        "deleteDimensionGroup": {"range": rows},
        "deleteDuplicates": {"range": there},
        "deleteEmbeddedObject": {"objectId": 1},
        "deleteFilterView": {"filterId": 1},
        "deleteNamedRange": {"namedRangeId": "x"},
        "deleteProtectedRange": {"protectedRangeId": at.protection},
        "deleteRange": {"range": there, "shiftDimension": "ROWS"},
        "deleteSheet": {"sheetId": at.theirs},
        "deleteTable": {"tableId": "x"},
        "duplicateFilterView": {"filterId": 1},
        "duplicateSheet": {"sourceSheetId": at.theirs, "newSheetName": "Bản sao"},
        "findReplace": {"find": "Ra quân", "replacement": "CHIẾM", "allSheets": True},
        "insertComment": {"coordinate": corner, "content": "x"},
        "insertDimension": {"range": rows},
        "insertRange": {"range": there, "shiftDimension": "ROWS"},
        "mergeCells": {"range": there, "mergeType": "MERGE_ALL"},
        "moveDimension": {"source": rows, "destinationIndex": first + 3},
        "pasteData": {"coordinate": corner, "data": "CHIẾM", "delimiter": ","},
        "randomizeRange": {"range": there},
        "refreshDataSource": refs,
        "repeatCell": {"range": there, "cell": cell, "fields": "userEnteredValue"},
        "setBasicFilter": {"filter": {"range": there}},
        "setDataValidation": {"range": there, "rule": {"condition": {"type": "BLANK"}, "strict": True}},
        "sortRange": {"range": there, "sortSpecs": [{"dimensionIndex": 1, "sortOrder": "DESCENDING"}]},
        "textToColumns": {"source": {**there, "endColumnIndex": 1}, "delimiterType": "SPACE"},
        "trimWhitespace": {"range": there},
        "unmergeCells": {"range": {"sheetId": at.theirs}},
        "updateBanding": {"bandedRange": {"bandedRangeId": 1, "range": there}, "fields": "*"},
        "updateBorders": {"range": there, "top": {"style": "SOLID"}},
        "updateCells": {"start": corner, "rows": line, "fields": "userEnteredValue"},
        "updateChartSpec": {"chartId": 1, "spec": chart},
        "updateCommentPost": {"commentId": "x", "postId": "x", "content": "x"},
        "updateConditionalFormatRule": {"index": 0, "rule": rule, "sheetId": at.theirs},
        "updateDataSource": {**data_source, "fields": "*"},
        "updateDeveloperMetadata": {
            "dataFilters": ours,
            "developerMetadata": {"metadataValue": "khac"},
            "fields": "metadataValue",
        },
        "updateDimensionGroup": {
            "dimensionGroup": {"range": rows, "depth": 1, "collapsed": True},
            "fields": "collapsed",
        },
        "updateDimensionProperties": {"range": rows, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"},
        "updateEmbeddedObjectBorder": {"objectId": 1, "border": {"color": {"red": 1}}, "fields": "*"},
        "updateEmbeddedObjectPosition": {
            "objectId": 1,
            "newPosition": {"overlayPosition": {"anchorCell": corner}},
            "fields": "*",
        },
        "updateFilterView": {"filter": {"filterViewId": 1, **filtered}, "fields": "*"},
        "updateNamedRange": {"namedRange": {"namedRangeId": "x", "name": "y", "range": there}, "fields": "*"},
        "updateProtectedRange": {
            "protectedRange": {"protectedRangeId": at.protection, "warningOnly": True},
            "fields": "warningOnly",
        },
        "updateSheetProperties": {"properties": {"sheetId": at.theirs, "title": "Trang rác"}, "fields": "title"},
        "updateSlicerSpec": {"slicerId": 1, "spec": {"dataRange": there}, "fields": "*"},
        "updateSpreadsheetProperties": {"properties": {"locale": "en_US"}, "fields": "locale"},
        "updateTable": {"table": {"tableId": "x", "name": "y"}, "fields": "*"},
    }


def _values(at: Target) -> Iterator[Case]:
    book, area = f"{SHEETS}/{at.book}", f"'{at.title}'!A{at.table[0] + 1}:C{at.table[1]}"
    grid = {
        "sheetId": at.theirs,
        "startRowIndex": at.table[0],
        "endRowIndex": at.table[1],
        "startColumnIndex": 0,
        "endColumnIndex": 3,
    }
    values, typed = [["CHIẾM"]], {"valueInputOption": "RAW"}
    by_grid = [{"gridRange": grid}]
    yield Case("values.append", "post", f"{book}/values/{area}:append", {"values": values}, typed)
    yield Case("values.batchClear", "post", f"{book}/values:batchClear", {"ranges": [area]})
    yield Case(
        "values.batchClearByDataFilter", "post", f"{book}/values:batchClearByDataFilter", {"dataFilters": by_grid}
    )
    yield Case(
        "values.batchUpdate",
        "post",
        f"{book}/values:batchUpdate",
        {**typed, "data": [{"range": area, "values": values}]},
    )
    filtered = {**typed, "data": [{"dataFilter": by_grid[0], "values": values}]}
    yield Case("values.batchUpdateByDataFilter", "post", f"{book}/values:batchUpdateByDataFilter", filtered)
    yield Case("values.clear", "post", f"{book}/values/{area}:clear", {})
    yield Case("values.update", "put", f"{book}/values/{area}", {"values": values}, typed)
    yield Case("sheets.copyTo", "post", f"{book}/sheets/{at.theirs}:copyTo", {"destinationSpreadsheetId": at.book})


def _files(at: Target) -> Iterator[Case]:
    file, there = f"{FILES}/{at.book}", f"{FILES}/{at.book}/permissions/{at.permission}"
    stranger = {"type": "user", "role": "writer", "emailAddress": "nguoi-la@example.org"}
    yield Case("files.copy", "post", f"{file}/copy", {"name": "Bản sao"})
    yield Case("files.delete", "delete", file)
    yield Case("files.update name", "patch", file, {"name": "Tệp rác"})
    yield Case("files.update trashed", "patch", file, {"trashed": True})
    yield Case("files.update writersCanShare", "patch", file, {"writersCanShare": True})
    yield Case("files.update appProperties", "patch", file, {"appProperties": {"tonghop.form": "report"}})
    yield Case("permissions.create", "post", f"{file}/permissions", stranger)
    yield Case("permissions.delete", "delete", there)
    yield Case("permissions.update", "patch", there, {"role": "reader"})


def ask(client: gspread.Client, case: Case) -> str:
    """Send a case and return what was answered: "carried out", or the code of the refusal."""
    try:
        client.http_client.request(case.method, case.url, params=case.params, json=case.body)
    except gspread.exceptions.APIError as error:
        return f"refused ({error.code})"
    return "carried out"


def table(found: dict[str, dict[str, str]]) -> str:
    """Return the matrix as Markdown: a line a verb, a column a person."""
    people = list(found)
    lines = [f"| verb | {' | '.join(people)} |", f"| --- |{' --- |' * len(people)}"]
    verbs = list(next(iter(found.values())))
    lines += [f"| `{verb}` | {' | '.join(found[who][verb] for who in people)} |" for verb in verbs]
    return "\n".join(lines)
