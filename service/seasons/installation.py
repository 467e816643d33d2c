"""What was chosen on the first page, kept in the data folder: used wherever no setting says otherwise."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from service.data_folder import CHOSEN_FILE
from service.errors import SettingsError
from service.settings import PREFIX, Settings
from sheets_schema.wording import message

FILE = CHOSEN_FILE
# any of these says that the installation is set up by a person who knows settings
_DECIDED = (
    "DATA_DIR",
    "CAMPAIGN",
    "SHEETS",
    "DATABASE_URL",
    "REHEARSAL",
    "FILES",
    "GOOGLE_CREDENTIALS",
    "GOOGLE_IMPERSONATE",
)


def with_kept(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with what was chosen on the first page below it; a setting that is set wins."""
    chosen = kept(Path(environ.get(f"{PREFIX}DATA_DIR", "").strip() or Settings().data_dir).expanduser())
    given = {name: text for name, text in environ.items() if not name.startswith(PREFIX) or text.strip()}
    return {**chosen, **given}


def kept(data_dir: Path) -> dict[str, str]:
    """Return the settings kept in a data folder, by their names; SettingsError where the file is damaged."""
    path = data_dir / FILE
    try:
        listed = json.loads(path.read_bytes())
        return {str(name): str(text) for name, text in listed.items()}
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(message("start.kept_damaged", file=str(path.absolute()))) from error


def keep(data_dir: Path, chosen: Mapping[str, str]) -> None:
    """Keep settings in a data folder that is there; only its owner may read them."""
    fresh = data_dir / f".{FILE}"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(dict(chosen), file, ensure_ascii=False, indent=2)
    fresh.replace(data_dir / FILE)


def is_undecided(environ: Mapping[str, str], settings: Settings) -> bool:
    """Return True if no one has said yet which season this is: no setting, nothing chosen, nothing on record."""
    if any(environ.get(f"{PREFIX}{name}", "").strip() for name in _DECIDED):
        return False
    return not (settings.data_dir / FILE).exists()
