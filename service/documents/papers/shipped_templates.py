"""The Word templates that come with tonghop; scripts/paper_templates.py makes them."""

from __future__ import annotations

from pathlib import Path

from service.domain.papers.records import PaperName

_FOLDER = Path(__file__).parent / "templates"


def shipped_template(name: PaperName) -> bytes:
    """Return the template of a paper."""
    return (_FOLDER / f"{name.value}.docx").read_bytes()
