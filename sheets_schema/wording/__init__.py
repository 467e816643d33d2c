"""What people read, in every language: catalogues keyed by code, and messages that carry a key and values."""

from sheets_schema.wording.catalogue import SHEET_LANGUAGE, Language, text
from sheets_schema.wording.message import Message, Value, joined, message, verbatim
from sheets_schema.wording.one_line import one_line

__all__ = ["SHEET_LANGUAGE", "Language", "Message", "Value", "joined", "message", "one_line", "text", "verbatim"]
