"""An office whose season is a folder of its own, so that it can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from service import wiring, workflows
from service.operations.demo.demo_folder import first_units
from service.settings import Settings
from service.workspace import Workspace

SEASON = "thang_dan_van_2023"
NEXT = "thang_dan_van_2024"
MORNING = datetime.fromisoformat("2023-09-20T08:00+07:00")


@pytest.fixture
def main(tmp_path) -> Iterator[Workspace]:
    """The workspace of the season that is set, of three units, on record."""
    folder = first_units(tmp_path, SEASON, 3)
    settings = Settings(data_dir=tmp_path / "data", campaign=str(folder), rehearsal=True)
    with wiring.open_workspace(settings, lambda: MORNING, actor="nguoi-phu-trach") as workspace:
        workflows.learn_declaration(workspace)
        yield workspace
