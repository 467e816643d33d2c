"""What kind a file is, by what it holds and never by its name; what cannot be read is refused as what it is."""

from __future__ import annotations

import re
from enum import StrEnum

from service.documents import compound_files
from service.documents.packed_parts import PackedParts
from service.errors import UnreadableFileError
from sheets_schema.wording import message


class FileKind(StrEnum):
    """The kinds of files that are read."""

    XLSX = "xlsx"  # and .xlsm, strict or not
    BINARY = "binary"  # .xls and .xlsb
    ODS = "ods"
    DOCX = "docx"
    JSONL = "jsonl"
    TEXT = "text"  # .csv, .tsv, .txt


_OLD_BOOKS = {"workbook", "book"}
_COMPOUND_OTHERS = (("worddocument", "documents.is_old_word"), ("__properties_version1.0", "documents.is_mail"))
_OLD_SHEET = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")  # Excel before it kept compound files
# what else is brought: the first bytes, and what it is called
_OTHERS = (
    (b"%PDF", "documents.is_pdf"),
    (b"{\\rtf", "documents.is_rtf"),
    (b"\x89PNG", "documents.is_picture"),
    (b"\xff\xd8\xff", "documents.is_picture"),
    (b"GIF8", "documents.is_picture"),
    (b"Rar!", "documents.is_archive"),
    (b"7z\xbc\xaf", "documents.is_archive"),
    (b"\x1f\x8b", "documents.is_archive"),
    (b"SQLite format 3", "documents.is_database"),
)
_HTML = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")
_MAIL_HEAD = 16_000  # bytes; the servers a mail went through write theirs first
_MAIL_FIELD = re.compile(rb"([!-9;-~]+):|[ \t]|>?From ")
_MAIL_FIELDS = frozenset(
    {b"from", b"to", b"subject", b"date", b"received", b"return-path", b"delivered-to", b"message-id"}
)
_PACKED = (
    ("xl/workbook.bin", FileKind.BINARY),
    ("xl/workbook.xml", FileKind.XLSX),
    ("word/document.xml", FileKind.DOCX),
)
_PACKED_OTHERS = (("ppt/presentation.xml", "documents.is_slides"),)


def kind_of(content: bytes, name: str = "") -> FileKind:
    """Return the kind of a file; raise UnreadableFileError that says what a file of no such kind is.

    The name is asked only where contents are alike: a line of JSON may be a line of text.
    """
    if content.startswith(compound_files.START):
        return _compound(content)
    if content.startswith(b"PK"):
        return _packed(content)
    for start, key in _OTHERS:
        if content.startswith(start):
            raise UnreadableFileError(message(key))
    if content[:2] in _OLD_SHEET and b"\x00" in content[:16]:
        return FileKind.BINARY
    return _text(content, name)


def _compound(content: bytes) -> FileKind:
    """Name a compound file: an old .xls, or what a password is put around."""
    parts = {name.casefold() for name in compound_files.root_names(content)}
    if "encryptedpackage" in parts:
        raise UnreadableFileError(message("documents.has_password"))
    if parts & _OLD_BOOKS:
        return FileKind.BINARY
    key = next((key for part, key in _COMPOUND_OTHERS if part in parts), "documents.is_compound")
    raise UnreadableFileError(message(key))


def _packed(content: bytes) -> FileKind:
    parts = PackedParts(content)
    for name, kind in _PACKED:
        if name in parts:
            return kind
    for name, key in _PACKED_OTHERS:
        if name in parts:
            raise UnreadableFileError(message(key))
    kind_named = next(parts.pieces("mimetype"), b"") if "mimetype" in parts else b""
    if b"opendocument.spreadsheet" in kind_named:
        return FileKind.ODS
    if b"opendocument.text" in kind_named:
        raise UnreadableFileError(message("documents.is_odt"))
    if "[content_types].xml" in parts:
        return _declared(parts)
    raise UnreadableFileError(message("documents.is_archive"))


def _declared(parts: PackedParts) -> FileKind:
    """Return the kind of a packed file whose parts have unusual names, by the types it declares."""
    declared = next(parts.pieces("[Content_Types].xml"), b"")
    if b"spreadsheetml.sheet.main" in declared or b"ms-excel.sheet.macroEnabled.main" in declared:
        return FileKind.XLSX
    if b"wordprocessingml.document.main" in declared:
        return FileKind.DOCX
    raise UnreadableFileError(message("documents.not_excel"))


def _text(content: bytes, name: str) -> FileKind:
    head = content[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_HTML):
        raise UnreadableFileError(message("documents.is_html"))
    if head.startswith(b"<?xml"):
        is_sheet = b"office:spreadsheet" in head
        raise UnreadableFileError(message("documents.is_xml_sheet" if is_sheet else "documents.is_xml"))
    if _is_mail(content):
        raise UnreadableFileError(message("documents.is_mail"))
    if name.lower().endswith(".jsonl") or head.startswith(b"{"):
        return FileKind.JSONL
    return FileKind.TEXT


def _is_mail(content: bytes) -> bool:
    """Return True if a text begins with the fields of a mail, two of them that every mail has."""
    found = set()
    for line in content[:_MAIL_HEAD].lstrip(b"\xef\xbb\xbf\r\n").splitlines():
        field = _MAIL_FIELD.match(line)
        if field is None:
            break
        found.add((field[1] or b"").lower())
    return len(found & _MAIL_FIELDS) > 1
