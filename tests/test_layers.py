"""Imports point one way, each outside library has one border, nothing happens at import."""

import ast
import functools
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# from the inside out; a package may import those before it and itself
LAYERS = (
    ("sheets_schema",),
    ("service.errors", "service.clock", "service.garbage"),
    ("service.settings", "service.domain"),
    ("service.sheets", "service.facts", "service.documents"),
    ("service.workspace", "service.data_folder"),
    ("service.grants", "service.jobs", "service.leases", "service.pushes", "service.connections"),
    ("service.mail",),
    ("service.workbooks",),
    ("service.provisioning", "service.consolidation"),
    ("service.workflows", "service.wiring"),
    ("service.analysed_tabs",),
    ("service.analysis",),
    ("service.intake", "service.papers", "service.seasons"),
    ("service.web", "service.worker", "service.mail_rooms", "service.cli", "service.operations"),
)
PURE = ("sheets_schema", "service.domain")
# the only packages that may import a library
BORDERS = {
    "gspread": ("service.sheets", "service.embedded.testing"),
    "requests": (
        "service.embedded.testing",
        "service.sheets",
        "service.connections",
        "service.web",
        "service.cli",
        "service.operations.doctor",
        "service.embedded.storage.courier",
    ),
    "urllib3": ("service.sheets",),
    "tenacity": ("service.sheets",),
    "google": ("service.sheets", "service.web"),
    "authlib": ("service.web.session.oidc",),
    "joserfc": ("service.web.session.oidc",),
    "sqlalchemy": ("service.facts",),
    "alembic": ("service.facts",),
    "sqlite3": ("service.facts", "service.embedded"),
    "flask": ("service.web",),
    "werkzeug": ("service.web", "service.embedded"),
    "gunicorn": ("service.web", "service.cli"),
    "greenlet": ("service.web.server.crowds",),
    "prometheus_client": ("service.web",),
    "click": ("service.cli", "service.documents.check_report"),  # the table of a check has colours
    "openpyxl": ("service.embedded",),
    "python_calamine": ("service.documents",),
    "pyexpat": ("service.documents",),
    "segno": ("service.web",),
    "pandas": ("service.domain.analysis", "service.documents"),
    "rapidfuzz": ("service.domain.analysis",),
    "xlsxwriter": ("service.documents",),
    "docx": ("service.documents.papers",),
    "docxtpl": ("service.documents.papers",),
    "lxml": ("service.documents.papers",),
    "smtplib": ("service.mail",),
    "imaplib": ("service.mail",),
    "email.message": ("service.mail",),
    "email.mime": ("service.mail",),
    "jinja2": ("service.mail", "service.documents.papers", "service.web"),
    "holidays": ("service.domain.mail",),
    "tomlkit": ("sheets_schema.declaration",),
    "orjson": ("service.facts", "service.sheets", "service.embedded"),
}
IMPURE = {
    "flask",
    "google",
    "gspread",
    "http",
    "imaplib",
    "logging",
    "os",
    "random",
    "requests",
    "secrets",
    "shutil",
    "smtplib",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "urllib3",
}
# of the pure packages these read files: the declaration's and the catalogues
READS_FILES = ("sheets_schema.declaration", "sheets_schema.wording")
CLOCK_READS = ("now", "utcnow", "today", "time", "time_ns")


def modules() -> dict[str, Path]:
    found = {}
    for top in ("sheets_schema", "service"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = path
    return found


MODULES = modules()


@functools.cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


@functools.cache
def imports_of(name: str) -> tuple[str, ...]:
    return tuple(_imports_of(name))


def _imports_of(name: str) -> Iterator[str]:
    """Yield every absolute name that a module imports, wherever it does."""
    package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree_of(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names if f"{base}.{alias.name}" in MODULES)


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def layer_of(name: str) -> int | None:
    return next((index for index, layer in enumerate(LAYERS) if within(name, layer)), None)


def package_of(name: str) -> str:
    return next(package for layer in LAYERS for package in layer if within(name, (package,)))


def test_every_module_has_its_layer():
    loose = [name for name in MODULES if layer_of(name) is None and not within(name, ("service.embedded",))]

    assert loose == ["service"]


def found_in(names: Iterable[str], look: Callable[[str], list[str]]) -> dict[str, list[str]]:
    """Return what is found in modules, by module: nothing where nothing is wrong."""
    return {name: found for name in names if (found := look(name))}


def test_imports_point_inwards():
    def outwards(name: str) -> list[str]:
        own = layer_of(name)
        return [
            imported
            for imported in imports_of(name)
            if (layer := layer_of(imported)) is not None
            and (layer > own or (layer == own < len(LAYERS) - 1 and package_of(imported) != package_of(name)))
        ]

    assert found_in((name for name in MODULES if layer_of(name) is not None), outwards) == {}


def test_embedded_server_knows_nothing_of_ours():
    def ours(name: str) -> list[str]:
        known = [imported for imported in imports_of(name) if within(imported, ("service", "sheets_schema"))]
        return [imported for imported in known if not within(imported, ("service.embedded",))]

    assert found_in((name for name in MODULES if within(name, ("service.embedded",))), ours) == {}


def test_embedded_server_is_known_to_the_outside_alone():
    outside = ("service.embedded", "service.connections", "service.wiring", "service.cli", "service.web")
    inside = [name for name in MODULES if not within(name, outside)]

    def known(name: str) -> list[str]:
        return [imported for imported in imports_of(name) if within(imported, ("service.embedded",))]

    assert found_in(inside, known) == {}


@pytest.mark.parametrize("library", BORDERS)
def test_library_has_one_border(library):
    outside = [
        name
        for name in MODULES
        if any(within(imported, (library,)) for imported in imports_of(name)) and not within(name, BORDERS[library])
    ]

    assert outside == []


def test_core_is_pure():
    def impure(name: str) -> list[str]:
        found = [top for imported in imports_of(name) if (top := imported.partition(".")[0]) in IMPURE]
        if not within(name, READS_FILES):
            calls = [node.func for node in ast.walk(tree_of(name)) if isinstance(node, ast.Call)]
            names = [call.id for call in calls if isinstance(call, ast.Name)]
            found += [called for called in names if called in {"open", "print", "input"}]
        return found

    assert found_in((name for name in MODULES if within(name, PURE)), impure) == {}


# a server for other people's tests, which have no clock of ours
CLOCKS = ("service.clock", "service.embedded.testing")


def test_clock_is_read_in_one_place():
    def reads(name: str) -> list[str]:
        return [
            f"{node.value.id}.{node.attr}:{node.lineno}"
            for node in ast.walk(tree_of(name))
            if isinstance(node, ast.Attribute)
            and node.attr in CLOCK_READS
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date", "time"}
        ]

    assert found_in((name for name in MODULES if name not in CLOCKS), reads) == {}


def test_imports_stand_at_the_top_or_say_why():
    def local(name: str) -> list[str]:
        lines = MODULES[name].read_text(encoding="utf-8").splitlines()
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        functions = [node for node in ast.walk(tree_of(name)) if isinstance(node, kinds)]
        return [
            f"{name}:{node.lineno}"
            for function in functions
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom) and not reasoned(lines[node.lineno - 1])
        ]

    assert found_in(MODULES, local) == {}


def reasoned(line: str) -> bool:
    _, mark, why = line.partition("# noqa: PLC0415")
    return bool(mark) and len(why.strip(" –-")) > 10


def test_module_says_what_it_is_for():
    said = {name: ast.get_docstring(tree_of(name)) or "" for name in MODULES}

    assert [name for name, words in said.items() if not 0 < len(words.partition("\n")[0]) <= 120] == []


def test_everything_imports_quietly_in_an_empty_place(tmp_path):
    """No environment, no writable folder, warnings are errors; nothing is written and nothing said."""
    names = [name for name in MODULES if ".migrations" not in name]
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + "\n".join(f"import {name}" for name in names)
    tmp_path.chmod(0o500)

    done = subprocess.run(
        [sys.executable, "-W", "error", "-B", "-c", program],
        cwd=tmp_path,
        env={"LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert os.listdir(tmp_path) == []
