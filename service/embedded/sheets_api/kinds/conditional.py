"""Conditional format rules: kept in their order and returned; nothing is painted here."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import colours
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.sheets_api.kinds import targets

_POINTS = ("minpoint", "midpoint", "maxpoint")


def _checked(book: Book, rule: Json) -> Json:
    if not rule.get("ranges"):
        raise RefusedError("rule.ranges must be specified.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise RefusedError("Exactly one of rule.booleanRule and rule.gradientRule must be set.")
    kept = [targets.kept_range(book, entry) for entry in rule["ranges"]]
    if len({entry["sheetId"] for entry in kept}) > 1:
        raise RefusedError("All ranges of a rule must be on the same sheet.")
    return _coloured(rule) | {"ranges": kept}


def _coloured(rule: Json) -> Json:
    """Return a rule with both colours of each pair alike."""
    boolean, gradient = rule.get("booleanRule", {}), rule.get("gradientRule", {})
    if "format" in boolean:
        return rule | {"booleanRule": boolean | {"format": colours.paired_format({}, boolean["format"])}}
    points = {name: colours.paired({}, gradient[name]) for name in _POINTS if name in gradient}
    return rule | ({"gradientRule": gradient | points} if points else {})


def _rules(sheet: SheetTab, index: int) -> list[Json]:
    rules = sheet.part("conditionalFormats")
    if not 0 <= index < len(rules):
        raise RefusedError(f"No conditional format on sheet: {sheet.sheet_id} at index: {index}")
    return rules


def add(book: Book, given: Json) -> Json:
    """Do addConditionalFormatRule."""
    rule = _checked(book, given.get("rule", {}))
    sheet = book.sheet(rule["ranges"][0]["sheetId"])
    book.guard_sheet(sheet, whole_only=True)
    rules = sheet.part("conditionalFormats")
    index = given.get("index", 0)
    if index < 0:
        raise RefusedError("index must not be negative.")
    rules.insert(min(index, len(rules)), rule)
    return {}


def update(book: Book, given: Json) -> Json:
    """Do updateConditionalFormatRule: another rule at its place, or another place."""
    index = given.get("index", 0)
    if "rule" in given:
        rule = _checked(book, given["rule"])
        sheet = book.sheet(rule["ranges"][0]["sheetId"])
        book.guard_sheet(sheet, whole_only=True)
        rules = _rules(sheet, index)
        old, rules[index] = rules[index], rule
        return {"oldRule": old, "newRule": rule, "newIndex": index}
    sheet = book.sheet(given.get("sheetId", 0))
    book.guard_sheet(sheet, whole_only=True)
    rules = _rules(sheet, index)
    place = given.get("newIndex", 0)
    _rules(sheet, place)
    rule = rules.pop(index)
    rules.insert(place, rule)
    return {"newRule": rule, "oldIndex": index, "newIndex": place}


def delete(book: Book, given: Json) -> Json:
    """Do deleteConditionalFormatRule."""
    sheet = book.sheet(given.get("sheetId", 0))
    book.guard_sheet(sheet, whole_only=True)
    rules = _rules(sheet, given.get("index", 0))
    return {"rule": rules.pop(given.get("index", 0))}


KINDS = {
    "addConditionalFormatRule": add,
    "updateConditionalFormatRule": update,
    "deleteConditionalFormatRule": delete,
}
