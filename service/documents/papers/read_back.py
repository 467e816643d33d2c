"""What was given to a template is found in the document, in order, or the document is not handed out (decision 37)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.errors import PaperError
from sheets_schema.wording import message

if TYPE_CHECKING:
    from docx.document import Document

SHOWN = 60
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LETTERS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "\u2011"}


@dataclass(frozen=True, slots=True)
class Given:
    """A text that a template put out; `row` is the number of the table row it belongs to, 0 for any other text."""

    words: str
    row: int = 0


def refuse_losses(document: Document, given: Sequence[Given]) -> None:
    """Raise PaperError naming the first text, or row, that the document has not kept."""
    words = "\f".join(text_of(part) for part in _parts(document))
    at = 0
    for one in given:
        found = words.find(one.words, at)
        if found < 0:
            raise PaperError(message("paper_templates.lost", words=_shown(one.words)))
        at = found + len(one.words)
    _refuse_lost_rows([text_of(row) for row in document.element.body.iter(f"{_W}tr")], given)


def _refuse_lost_rows(lines: Sequence[str], given: Sequence[Given]) -> None:
    """Raise PaperError where the texts of one row are not in one row of the document, row after row."""
    line = 0
    for number, texts in _by_row(given):
        while line < len(lines) and not _holds(lines[line], texts):
            line += 1
        if line == len(lines):
            raise PaperError(message("paper_templates.lost_row", number=number, words=_shown(" ".join(texts))))


def _by_row(given: Sequence[Given]) -> Iterator[tuple[int, list[str]]]:
    row, texts = 0, list[str]()
    for one in given:
        if one.row != row:
            if row and texts:
                yield row, texts
            row, texts = one.row, []
        texts.append(one.words)
    if row and texts:
        yield row, texts


def _holds(line: str, texts: Sequence[str]) -> bool:
    at = 0
    for words in texts:
        found = line.find(words, at)
        if found < 0:
            return False
        at = found + len(words)
    return True


def text_of(element: Any) -> str:  # noqa: ANN401 – lxml has no types
    """Return every letter of a part of a document; a paragraph ends a line."""
    pieces: list[str] = []
    for one in element.iter():
        if one.tag == f"{_W}t":
            pieces.append(one.text or "")
        elif one.tag in _LETTERS and one.getparent().tag == f"{_W}r":
            pieces.append(_LETTERS[one.tag])
        elif one.tag == f"{_W}p":
            pieces.append("\n")
    return "".join(pieces)


def _parts(document: Document) -> Iterator[Any]:
    """Yield the parts in the order they are filled: the body, heads of pages, feet of pages."""
    yield document.element.body
    related = document.part.rels.values()
    for kind in ("header", "footer"):
        for one in related:
            if not one.is_external and one.reltype.endswith(f"/{kind}"):
                yield one.target_part._element


def _shown(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"
