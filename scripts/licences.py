"""List the licence of everything a lock pins, as a table or a CycloneDX bill of materials; 1 where one may not be used.

    scripts/licences.py [--lock requirements.lock] [--bom FILE]

Read from what is installed: run it where the lock is installed. tonghop is under MIT and is handed on with these.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)
# LGPL and MPL: of libraries that are installed beside us as they are, which is what these two ask for
USABLE = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "ISC", "LGPL-2.1-only",
        "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0",
        "Python-2.0", "Unlicense", "Zlib",
    }
)  # fmt: skip
# how packages without an SPDX expression name these
NAMED = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",  # python-dateutil
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned package and the licence it says it has; blank where it says none."""

    name: str
    version: str
    licence: str

    @property
    def fault(self) -> str:
        """Why it may not be handed on with tonghop; blank where it may."""
        if not self.licence:
            return "its licence is not known here: install what the lock pins, or look it up"
        return "" if is_usable(self.licence) else "its licence is not among those that go with MIT"


def is_usable(expression: str) -> bool:
    """Return True if a choice of an SPDX expression may be used; a licence that is not known may not."""
    choices = re.split(r"\s+OR\s+", expression.replace("(", "").replace(")", ""))
    return any(all(name in USABLE for name in re.split(r"\s+AND\s+", choice.strip())) for choice in choices)


def licence_of(package: metadata.PackageMetadata) -> str:
    """Return the SPDX expression of a package, else what it names in its own words; blank for neither."""
    classified = [
        text.rpartition(" :: ")[2] for text in package.get_all("Classifier") or () if text.startswith("License")
    ]
    named = [text for name in ("License-Expression", "License") for text in package.get_all(name) or ()]
    said = [text.strip() for text in (*named, *classified)]
    short = [NAMED.get(text, text) for text in said if 0 < len(text) <= 100 and "\n" not in text]
    return short[0] if short else ""


def packages_of(lock: str) -> list[Package]:
    """Return what a lock pins; one that is not installed in that version has no licence that is known."""
    pinned: dict[str, list[str]] = {}
    for name, version in PINNED.findall(lock):
        pinned.setdefault(name, []).append(version)
    return [_package(name, versions) for name, versions in sorted(pinned.items())]


def _package(name: str, versions: list[str]) -> Package:
    """Return a package as it is installed; a lock may pin it once for each version of Python."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return Package(name, versions[0], "")
    is_pinned = said["Version"] in versions
    return Package(name, said["Version"] if is_pinned else versions[0], licence_of(said) if is_pinned else "")


def bill_of_materials(packages: list[Package]) -> dict[str, object]:
    """Return a CycloneDX document; the same packages give the same one."""
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{package.name}@{package.version}",
            "name": package.name,
            "version": package.version,
            "purl": f"pkg:pypi/{package.name}@{package.version}",
            "licenses": [{"expression": package.licence}] if is_usable(package.licence) else _named(package.licence),
        }
        for package in packages
    ]
    ours = {"type": "application", "bom-ref": "tonghop", "name": "tonghop", "version": metadata.version("tonghop")}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": ours | {"licenses": [{"expression": "MIT"}]}},
        "components": components,
        "dependencies": [{"ref": "tonghop", "dependsOn": [component["bom-ref"] for component in components]}],
    }


def _named(licence: str) -> list[dict[str, object]]:
    return [{"license": {"name": licence}}] if licence else []


def main() -> int:
    """Print the table, write the bill of materials; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements.lock")
    parser.add_argument("--bom", type=Path, help="write a CycloneDX document (JSON) there")
    given = parser.parse_args()
    packages = packages_of(given.lock.read_text(encoding="utf-8"))
    for package in packages:
        sys.stdout.write(f"{package.name:28} {package.version:14} {package.licence or '?'}\n")
    if given.bom:
        given.bom.write_text(json.dumps(bill_of_materials(packages), indent=2) + "\n", encoding="utf-8")
    faults = [f"{package.name}: {package.fault}" for package in packages if package.fault]
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
