"""The file side of a declaration: which files of a folder belong to it, and their bytes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sheets_schema.campaign import Campaign
from sheets_schema.declaration.assembly import CAMPAIGN_FILE, belongs, declare
from sheets_schema.declaration.faults import DeclarationError, Fault, phrase, shown, suggesting
from sheets_schema.wording.system_reasons import system_reason

_BUILTIN = Path(__file__).resolve().parent.parent / "campaigns"


def load_campaign(folder: Path) -> Campaign:
    """Return the campaign a folder declares; raise DeclarationError with everything that is wrong with it.

    The files are read each time; those that are the same byte for byte give the campaign at hand.
    """
    return _declared(tuple(read_folder(folder).items()), folder.resolve().name)


@lru_cache(maxsize=8)
def _declared(files: tuple[tuple[str, bytes], ...], key: str) -> Campaign:
    return declare(dict(files), key)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files of a campaign folder by name; other files are left alone."""
    try:
        paths = sorted(path for path in folder.iterdir() if belongs(path.name))
        return {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        reason = system_reason(error)
        raise DeclarationError([Fault(str(folder), "(folder)", None, reason, phrase("readable_folder"))]) from error


def builtin_campaign(key: str) -> Path:
    """Return the folder of a campaign that comes with the product; raise DeclarationError naming those there are."""
    known = {path.name: path for path in sorted(_BUILTIN.iterdir()) if (path / CAMPAIGN_FILE).is_file()}
    if key not in known:
        accepted = suggesting(phrase("one_of", known=", ".join(known)), key, known)
        raise DeclarationError([Fault("campaigns", "campaign", None, shown(key), accepted)])
    return known[key]
