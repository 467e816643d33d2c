"""A file with programs, or with what other files hold, is not taken."""

from __future__ import annotations

import io
import zipfile

import pytest

from service.documents.unsafe_parts import refuse_unsafe
from service.errors import UnreadableFileError
from tests.sent_forms import excel_form, word_form

LINK = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="http://khac.example/x" TargetMode="External"/></Relationships>'
)


def added(content: bytes, name: str, part: str) -> bytes:
    """Return a packed file with one more part."""
    written = io.BytesIO(content)
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr(name, part)
    return written.getvalue()


@pytest.mark.parametrize("content", [word_form(), excel_form(), b"stt;ten\n1;a\n"])
def test_plain_forms_are_taken(content):
    refuse_unsafe(content)


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "xl/vbaProject.bin", "word/activeX/activeX1.xml"])
def test_programs_are_refused(name):
    with pytest.raises(UnreadableFileError, match="macro"):
        refuse_unsafe(added(word_form(), name, "x"))


def test_programs_of_an_old_workbook_are_refused():
    with pytest.raises(UnreadableFileError, match="macro"):
        refuse_unsafe(b"\xd0\xcf\x11\xe0" + "_VBA_PROJECT".encode("utf-16-le"))


@pytest.mark.parametrize("kind", ["oleObject", "frame", "aFChunk"])
def test_contents_of_other_files_are_refused(kind):
    with pytest.raises(UnreadableFileError, match="liên kết ngoài"):
        refuse_unsafe(added(word_form(), "word/_rels/khac.xml.rels", LINK.format(kind=kind)))
    with pytest.raises(UnreadableFileError, match="liên kết ngoài"):
        refuse_unsafe(added(excel_form(), "xl/externalLinks/externalLink1.xml", "<a/>"))


def test_link_that_a_reader_follows_is_no_such_content():
    refuse_unsafe(added(word_form(), "word/_rels/khac.xml.rels", LINK.format(kind="hyperlink")))
