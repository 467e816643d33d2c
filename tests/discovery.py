"""Checks requests and answers against Google's discovery documents, knowing nothing of the server's own code."""

import json
import re
from functools import cache
from pathlib import Path

import googleapiclient

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
SWALLOWED = {"includeItemsFromAllDrives"}  # gspread sends it where no document knows it
PREFIXES = {"sheets.v4": "/", "drive.v3": "/drive/v3/"}
PAGES = "/spreadsheets/"  # addresses of the editor, which no document describes
UPLOAD = "/upload/drive/v2/files/"  # the one way of Drive v2 that gspread takes


@cache
def document(name):
    return json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))


def methods(resource):
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from methods(inner)


@cache
def routes():
    found = []
    for name, prefix in PREFIXES.items():
        for method in methods(document(name)):
            pattern = re.escape(prefix + method["path"])
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^:/]+", pattern).replace("values/[^:/]+", "values/.+?")
            found.append((name, method, re.compile(pattern + "$", re.DOTALL)))
    # The longest literal path first: values:batchGet before values/{range}.
    return sorted(found, key=lambda route: -len(re.sub(r"\{[^}]*\}", "", route[1]["path"])))


@cache
def upload():
    wanted = document("drive.v2")["resources"]["files"]["methods"]["update"]
    # The body of an upload is the medium itself.
    return {key: value for key, value in wanted.items() if key != "request"}


def find(verb, path):
    verb = "GET" if verb == "HEAD" else verb
    head, values, _ = path.partition("/values/")
    if not values:
        # Google takes slashes that are doubled, at the end, or before a verb.
        path = re.sub(r"/+(?=:)", "", re.sub(r"/{2,}", "/", head)).rstrip("/")
    if verb == "PUT" and path.startswith(UPLOAD):
        return "drive.v2", upload()
    for name, method, pattern in routes():
        if method["httpMethod"] == verb and pattern.match(path):
            return name, method
    return None


# A checker takes a value and returns its faults, each beginning with where in the value it is. A test run checks
# millions of values and almost all have none: a place is put into words only where there is a fault.

NO_FAULTS = ()
TYPES = {"string": {str}, "boolean": {bool}, "integer": {int}, "number": {int, float}}


@cache
def checker_of(name, kind):
    """Return the checker of a schema that a document names; its faults begin with that name."""
    return checker(name, document(name)["schemas"][kind], f"<{kind}>")


def checker(name, schema, place=""):
    """Return the checker of a schema, whose faults begin with a place."""
    if "$ref" in schema:
        return checker_of(name, schema["$ref"])
    if schema["type"] == "object":
        return object_checker(name, schema, place)
    if schema["type"] == "array":
        return list_checker(checker(name, schema["items"]))
    return plain_checker(schema)


def within(place, faults):
    """Return faults of a part as faults of the whole."""
    return [place + fault for fault in faults]


def list_checker(inner):
    def check_list(value):
        if not isinstance(value, list):
            return [f": not a list: {value!r}"]
        found = []
        for index, entry in enumerate(value):
            if faults := inner(entry):
                found += within(f"[{index}]", faults)
        return found

    return check_list


def object_checker(name, schema, place):
    declared = schema.get("properties", {})
    # most properties are right by their class alone
    classes = {key: TYPES[inner["type"]] for key, inner in declared.items() if is_plain(inner)}
    known = further = None

    def check_object(value):
        nonlocal known, further
        if known is None:
            # a schema may name itself: what it names is made when it is first met
            known = {key: checker(name, inner) for key, inner in declared.items()}
            further = checker(name, schema["additionalProperties"]) if "additionalProperties" in schema else None
        if not isinstance(value, dict):
            return [f"{place}: not an object: {value!r}"]
        found = NO_FAULTS
        for key, entry in value.items():
            if type(entry) in classes.get(key, ()):
                continue
            inner = known.get(key, further)
            if inner is None:
                found = [*found, f"{place}: unknown key {key}"]
            elif entry is not None and (faults := inner(entry)):
                found = [*found, *within(f"{place}.{key}", faults)]
        return found

    return check_object


def is_plain(schema):
    """Return True if every value of a schema's class is right."""
    return schema.get("type") in TYPES and "enum" not in schema


def plain_checker(schema):
    if schema["type"] == "any":
        return lambda _value: NO_FAULTS
    allowed, kinds, kind = schema.get("enum"), TYPES[schema["type"]], schema["type"]

    def check_plain(value):
        if allowed is not None and value not in allowed:
            return [f": {value!r} is not one of {allowed}"]
        return NO_FAULTS if type(value) in kinds else [f": {value!r} is no {kind}"]

    return check_plain


def flattened(body):
    """Return a batch whose list of requests holds no lists and no nulls, which Google takes."""
    listed = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(listed, list) or not any(one is None or isinstance(one, list) for one in listed):
        return body
    flat = []
    for one in listed:
        flat += flattened({"requests": one})["requests"] if isinstance(one, list) else [one] if one is not None else []
    return body | {"requests": flat}


def request_faults(name, method, query, body):
    known = method.get("parameters", {}).keys() | document(name)["parameters"].keys() | SWALLOWED
    found = [f"unknown query {key}" for key in query if key not in known]
    if body is not None and "request" in method:
        found += [f"request{fault}" for fault in checker(name, method["request"])(flattened(body))]
    return [fault for fault in found if "unknown key withLink" not in fault]  # gspread sends it, Drive ignores it


def answer_faults(name, method, status, body):
    if status >= 400:
        return error_faults(name, status, body)
    if status == 204:
        return [] if "response" not in method else ["an answer without body"]
    if "response" not in method:
        return []
    return [f"answer{fault}" for fault in checker(name, method["response"])(body)]


def error_faults(name, status, body):
    error = body.get("error", {}) if isinstance(body, dict) else {}
    wanted = {"code", "message"} | ({"status"} if name == "sheets.v4" else {"errors"})
    if set(body) != {"error"} or error.get("code") != status or not wanted <= error.keys():
        return [f"not Google's error form: {body}"]
    return []


def name_of(verb, path):
    """Return the name of the method that a request means, or the request itself."""
    route = find(verb, path)
    return route[1]["id"] if route else f"{verb} {path}"


def check(verb, path, query, body, status, answer):
    """Return every way a request that was accepted, or its answer, departs from the documents."""
    route = find(verb, path)
    if path.startswith(PAGES):
        return []
    if route is None:
        return [] if status in (404, 401, 413) else [f"no such method: {verb} {path}"]
    name, method = route
    asked = request_faults(name, method, query, body)
    found = asked if status < 400 else []
    if status >= 400 and not asked and "Cannot find field" in str(answer):
        found = [f"refused as unknown though documented: {answer}"]
    return [f"{method['id']}: {fault}" for fault in found + answer_faults(name, method, status, answer)]
