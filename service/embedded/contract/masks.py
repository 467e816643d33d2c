"""Field masks: `a(b,c),d.e` read into a tree, which stays as it is, applied to answers and to updates."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from service.embedded.api_errors import Json, JsonValue, RefusedError, field_faults
from service.embedded.contract import request_check

Tree = dict[str, "Tree"]

SEPARATORS = ",()./"
LONGEST = 20_000
DEEPEST = 40


class MaskError(ValueError):
    """A mask that cannot be read."""


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    depth: int = 0
    names: list[str] = field(default_factory=list)

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def name(self) -> str:
        start = self.at
        while self.peek() and self.peek() not in SEPARATORS:
            self.at += 1
        name = self.text[start : self.at].strip().strip("`")
        if not name:
            raise MaskError(self.text)
        return request_check.camel(name)

    def paths(self) -> Tree:
        tree: Tree = {}
        while True:
            self.path(tree)
            if self.peek() != ",":
                return tree
            self.at += 1

    def path(self, tree: Tree) -> None:
        name = self.name()
        known = name in tree
        branch: Tree = tree.get(name, {})
        whole = known and not branch
        fresh: Tree = {} if whole else branch
        if self.peek() in (".", "/") and self.peek():
            self.at += 1
            self.deeper()
            self.path(fresh)
            self.depth -= 1
        elif self.peek() == "(":
            self.at += 1
            self.deeper()
            _graft(fresh, self.paths())
            self.depth -= 1
            if self.peek() != ")":
                raise MaskError(self.text)
            self.at += 1
        else:
            fresh = {}
        tree[name] = {} if whole else fresh

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise MaskError(self.text)


def _graft(tree: Tree, other: Tree) -> None:
    for name, branch in other.items():
        if name not in tree:
            tree[name] = branch
        elif not tree[name] or not branch:
            tree[name] = {}
        else:
            _graft(tree[name], branch)


def read(text: str) -> Tree:
    """Return a mask as a tree: an empty branch is the whole of a field."""
    if len(text) > LONGEST:
        raise MaskError(text)
    reader = _Reader(text)
    tree = reader.paths()
    if reader.at != len(text):
        raise MaskError(text)
    return tree


def _check_tree(section: request_check.Section, schema: str, tree: Tree, trail: str = "") -> None:
    fields = request_check.fields_of(section, schema)
    for name, branch in tree.items():
        path = f"{trail}.{name}" if trail else name
        if name == "*":
            if branch:
                _check_star(section, fields, branch, path)
            continue
        if name not in fields:
            raise MaskError(path)
        _check_branch(section, fields[name], branch, path)


def _check_star(section: request_check.Section, fields: Json, branch: Tree, path: str) -> None:
    for code in fields.values():
        try:
            _check_branch(section, code, branch, path)
        except MaskError:
            continue
        else:
            return
    raise MaskError(path)


def _check_branch(section: request_check.Section, code: JsonValue, branch: Tree, path: str) -> None:
    if not branch:
        return
    while isinstance(code, list):
        code = code[0]
    # an object that the contract does not take apart, such as a file's capabilities, may hold what it will
    if isinstance(code, dict) or (section == "drive" and code == "any"):
        return
    if not code.startswith("@"):
        raise MaskError(path)
    _check_tree(section, code[1:], branch, path)


def for_answer(section: request_check.Section, schema: str, text: str | None) -> Tree | None:
    """Return the mask of an answer, or None for everything; raise the 400 Google gives for an unknown field."""
    if not text or text == "*":
        return None
    try:
        return _tree_for_answer(section, schema, text)
    except MaskError as error:
        raise field_faults(
            [
                (
                    str(error),
                    f"Error expanding 'fields' parameter. Cannot find matching fields for path '{error}'.",
                )
            ]
        ) from error


@lru_cache(maxsize=256)
def _tree_for_answer(section: request_check.Section, schema: str, text: str) -> Tree:
    tree = read(text)
    _check_tree(section, schema, tree)
    return tree


def of_listed(given: str | None, tree: Tree | None, name: str, usual: Iterable[str]) -> Tree | None:
    """Return the mask of a list's entries: the usual fields where none are asked for, all for the list as a whole."""
    return branch(tree, name) if given else {known: {} for known in usual}


def for_update(schema: str, text: str | None, *, root: str = "") -> Tree:
    """Return the mask of an update, without the root that clients may put in front of every path."""
    if not text:
        raise RefusedError("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    try:
        return dict(_tree_for_update(schema, text, root))
    except MaskError as error:
        raise RefusedError(f"Invalid field: {error}") from error


@lru_cache(maxsize=256)
def _tree_for_update(schema: str, text: str, root: str) -> Tree:
    tree = read(text)
    if root and root in tree:
        inner = tree.pop(root) or {"*": {}}
        _graft(tree, inner)
    _check_tree("sheets", schema, tree)
    return tree


def wants(tree: Tree | None, name: str) -> bool:
    """Return True if a field is asked for."""
    return tree is None or not tree or name in tree or "*" in tree


def branch(tree: Tree | None, name: str) -> Tree | None:
    """Return the mask below a field, None for everything."""
    if not tree:
        return None
    below = tree.get(name)
    star = tree.get("*")
    if below is None or star is None:
        below = below if below is not None else star
        return below or None
    if not below or not star:
        return None
    both = copy.deepcopy(below)  # the mask itself is kept for the next request
    _graft(both, star)
    return both


def pick(tree: Tree | None, value: JsonValue) -> JsonValue:
    """Return what the mask leaves of a value."""
    if not tree:
        return value
    if isinstance(value, list):
        return [pick(tree, entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {key: pick(branch(tree, key), entry) for key, entry in value.items() if wants(tree, key)}


def merge(old: Json, new: Json, tree: Tree) -> Json:
    """Return old with the fields of the mask taken from new; what new lacks is cleared, a mask of none changes none."""
    if "*" in tree:
        return dict(new)
    merged = dict(old)
    for name, below in tree.items():
        entry: JsonValue = new.get(name)
        if below and not isinstance(entry, list):
            inner = merge(merged.get(name) or {}, entry or {}, below)
            entry = inner or entry
            if not entry:
                entry = None
        if entry is None:
            merged.pop(name, None)
        else:
            merged[name] = entry
    return merged
