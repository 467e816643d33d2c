"""What the doctor says of the font that papers as .pdf are printed in, on machines of several kinds."""

from __future__ import annotations

import pytest

from service.operations.doctor.findings import State
from service.operations.doctor.printing import printing_of

LETTERED = "Liberation Serif\naa|vi|zu"
LATIN = "Liberation Serif\naa|zu"


def machine(folder, monkeypatch, **programs: str) -> None:
    """Leave no programs on the path but those given, each a script."""
    for name, script in programs.items():
        program = folder / name.replace("_", "-")
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize(
    ("programs", "state", "said"),
    [
        ({}, State.OK, "máy không có LibreOffice"),
        ({"soffice": ""}, State.OK, "không xem được phông chữ"),
        ({"soffice": "", "fc_match": "exit 1"}, State.OK, "không xem được phông chữ"),
        ({"soffice": "", "fc_match": f"echo '{LETTERED}'"}, State.OK, "phông Liberation Serif, đủ chữ tiếng Việt"),
        ({"soffice": "", "fc_match": f"echo '{LATIN}'"}, State.ATTENTION, "cài phông Liberation bản 2"),
    ],
    ids=["no LibreOffice", "no fontconfig", "fontconfig fails", "all letters", "letters missing"],
)
def test_printing_of_a_machine(tmp_path, monkeypatch, programs, state, said):
    machine(tmp_path, monkeypatch, **programs)

    (found,) = printing_of()

    assert found.state is state
    assert said in found.message.text()
