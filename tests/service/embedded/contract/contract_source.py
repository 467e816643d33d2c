"""Derive the server's compact contract from Google's discovery documents.

Run as a program it writes service/embedded/contract/contract.json; a test holds the two equal.
"""

import json
from pathlib import Path

import googleapiclient

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
TARGET = Path(__file__).parents[4] / "service" / "embedded" / "contract" / "contract.json"


def discovery(name: str) -> dict:
    return json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))


def type_code(schema: dict):
    if "$ref" in schema:
        return "@" + schema["$ref"]
    if "enum" in schema:
        return "e:" + "|".join(schema["enum"])
    kind = schema["type"]
    if kind == "array":
        return [type_code(schema["items"])]
    if kind == "object":
        return {"*": type_code(schema["additionalProperties"])} if "additionalProperties" in schema else "any"
    if kind == "string":
        return "int64" if schema.get("format") in ("int64", "uint64") else "string"
    return kind


def methods(resource: dict):
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from methods(inner)


def schema_table(document: dict) -> dict:
    return {
        name: {key: type_code(value) for key, value in schema.get("properties", {}).items()}
        for name, schema in document["schemas"].items()
    }


def reachable(table: dict, roots: list[str]) -> dict:
    found: dict = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = table[name]
            text = json.dumps(table[name])
            waiting += [other for other in table if f'"@{other}"' in text]
    return dict(sorted(found.items()))


def build() -> dict:
    sheets, drive = discovery("sheets.v4"), discovery("drive.v3")
    table = {}
    for method in methods(sheets):
        table[method["id"]] = {
            "query": {
                key: [type_code(value)] if value.get("repeated") else type_code(value)
                for key, value in sorted(method["parameters"].items())
                if value["location"] == "query"
            },
            "request": method.get("request", {}).get("$ref"),
            "response": method["response"]["$ref"],
        }
    kept = ["File", "FileList", "Permission", "PermissionList", "CommentList", "About", "Channel", "Drive", "DriveList"]
    kept += ["ChangeList", "StartPageToken"]
    return {
        "methods": table,
        "sheets": dict(sorted(schema_table(sheets).items())),
        "drive": reachable(schema_table(drive), kept),
    }


def render(contract: dict) -> str:
    lines = ["{"]
    for section, entries in contract.items():
        lines.append(f'"{section}": {{')
        body = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in entries.items()]
        lines.append(",\n".join(body))
        lines.append("}," if section != "drive" else "}")
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    TARGET.write_text(render(build()), encoding="utf-8")
