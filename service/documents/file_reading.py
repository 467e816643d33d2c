"""Files of rows (.csv, .xlsx, .jsonl) read to a Grid, with the row numbers people see in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from service.documents import csv_files, jsonl_files, xlsx_files
from service.documents.grid_file import TableFile
from service.errors import UnreadableFileError
from sheets_schema.campaign import Form
from sheets_schema.wording import Message, message

LARGEST_FILE = 100 * 1024 * 1024

_READERS: dict[str, Callable[[bytes, Form], TableFile]] = {
    ".csv": csv_files.read,
    ".xlsx": xlsx_files.read,
    ".jsonl": jsonl_files.read,
}


def read_table_file(path: Path, form: Form) -> TableFile:
    """Read a file of a form's rows; UnreadableFileError says why it cannot be read and what to do."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFileError(_of(path, message("documents.other_kind")))
    try:
        content = _bytes_of(path)
        return reader(content, form)
    except UnreadableFileError as error:
        raise UnreadableFileError(_of(path, error.message)) from error


def _of(path: Path, reason: Message) -> Message:
    return message("documents.of_file", name=path.name, reason=reason)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableFileError(message("documents.too_large", megabytes=LARGEST_FILE // 2**20))
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFileError(message("documents.no_file")) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableFileError(message("documents.unopened", reason=reason)) from error
    if not content.strip():
        raise UnreadableFileError(message("documents.empty"))
    return content
