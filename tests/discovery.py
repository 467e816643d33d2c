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


def faults(name, schema, value, where):
    if "$ref" in schema:
        return object_faults(name, document(name)["schemas"][schema["$ref"]], value, f"{where}<{schema['$ref']}>")
    if schema["type"] == "object":
        return object_faults(name, schema, value, where)
    if schema["type"] == "array":
        if not isinstance(value, list):
            return [f"{where}: not a list: {value!r}"]
        return [
            fault
            for index, entry in enumerate(value)
            for fault in faults(name, schema["items"], entry, f"{where}[{index}]")
        ]
    return plain_faults(schema, value, where)


def object_faults(name, schema, value, where):
    if not isinstance(value, dict):
        return [f"{where}: not an object: {value!r}"]
    found = []
    for key, entry in value.items():
        inner = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
        if inner is None:
            found.append(f"{where}: unknown key {key}")
        elif entry is not None:
            found += faults(name, inner, entry, f"{where}.{key}")
    return found


TYPES = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}


def plain_faults(schema, value, where):
    if schema["type"] == "any":
        return []
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is not one of {schema['enum']}"]
    fits = isinstance(value, TYPES[schema["type"]])
    if isinstance(value, bool) and schema["type"] != "boolean":
        fits = False
    return [] if fits else [f"{where}: {value!r} is no {schema['type']}"]


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
        body = flattened(body)
        found += faults(name, {"$ref": method["request"]["$ref"]}, body, "request")
    return [fault for fault in found if "unknown key withLink" not in fault]  # gspread sends it, Drive ignores it


def answer_faults(name, method, status, body):
    if status >= 400:
        return error_faults(name, status, body)
    if status == 204:
        return [] if "response" not in method else ["an answer without body"]
    if "response" not in method:
        return []
    return faults(name, {"$ref": method["response"]["$ref"]}, body, "answer")


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
    if not asked and "Cannot find field" in str(answer):
        found = [f"refused as unknown though documented: {answer}"]
    return [f"{method['id']}: {fault}" for fault in found + answer_faults(name, method, status, answer)]
