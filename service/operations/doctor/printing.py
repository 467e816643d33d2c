"""What papers as .pdf are printed with: LibreOffice, and a font that has every Vietnamese letter."""

from __future__ import annotations

from collections.abc import Iterator

from service.documents import pdf_conversion
from service.operations.doctor.findings import Finding, attention, ok
from sheets_schema.wording import message

SUBJECT = message("doctor.pdf_papers")


def printing_of() -> Iterator[Finding]:
    """Yield how papers are printed here; a font that lacks letters is one to be seen to."""
    if pdf_conversion.converter() is None:
        yield ok(SUBJECT, "doctor.no_libreoffice")
        return
    font = pdf_conversion.font_of_papers()
    if font is None:
        yield ok(SUBJECT, "doctor.font_unknown")
    elif font.has_vietnamese:
        yield ok(SUBJECT, "doctor.font_whole", font=font.family)
    else:
        yield attention(SUBJECT, "doctor.font_lacks_letters", font=font.family)
