"""Where the tags of a Word template are, in words that a person editing it can follow, and which are broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.errors import TemplateError
from sheets_schema.wording import Message, message
from sheets_schema.wording.template_faults import template_fault

if TYPE_CHECKING:
    from docx.document import Document
    from jinja2 import Environment

SHOWN = 60
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LOOSE = re.compile(r"\{\{|\{%|\}\}|%\}")
_WHOLE = re.compile(r"\{\{-?(?:tr|tc|p|r)\s")  # what docxtpl puts in place of a whole paragraph, run, row or cell
_STATEMENT = re.compile(r"\{%-?\s*(?P<of>tr|tc|p|r)?\s+?(?P<words>.*?)\s*-?%\}", re.DOTALL)
_BLOCKS = {"for": "endfor", "if": "endif"}
_ALLOWED = frozenset({"for", "if", "elif", "else", "endfor", "endif", "set", "colspan", "cellbg", "vm", "hm"})
_NAME = re.compile(r"'([^']+)' is undefined|has no attribute '([^']+)'")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph of a template: where it is, what it says."""

    where: Message
    words: str
    in_table: bool = False

    def fault(self, key: str, **values: str | Message) -> TemplateError:
        """Return an error that names this place and what is wrong there."""
        shown = " ".join(self.words.split())
        shown = shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"
        fault = message(f"paper_templates.{key}", **values)
        return TemplateError(message("paper_templates.at_place", where=self.where, words=shown, fault=fault))


def places(document: Document) -> Iterator[Place]:
    """Yield every paragraph with its place: paragraphs and tables of the body, then heads and feet of pages."""
    yield from _of_blocks(document.element.body, "")
    for kind, parts in (("head", "header"), ("foot", "footer")):
        for number, section in enumerate(document.sections, start=1):
            for variant in (parts, f"first_page_{parts}", f"even_page_{parts}"):
                part = getattr(section, variant)
                if part.is_linked_to_previous:
                    continue
                for place in _of_blocks(part._element, ""):
                    where = message(f"paper_templates.in_{kind}", number=number, where=place.where)
                    yield Place(where, place.words, place.in_table)


def _of_blocks(parent: Any, _: str) -> Iterator[Place]:  # noqa: ANN401 – lxml has no types
    paragraphs = tables = 0
    for block in parent.iterchildren():
        if block.tag == f"{_W}p":
            paragraphs += 1
            yield Place(message("paper_templates.paragraph", number=paragraphs), words_of(block))
        elif block.tag == f"{_W}tbl":
            tables += 1
            for row, line in enumerate(block.iterchildren(f"{_W}tr"), start=1):
                for column, cell in enumerate(line.iterchildren(f"{_W}tc"), start=1):
                    where = message("paper_templates.cell", table=tables, row=row, column=column)
                    for paragraph in cell.iter(f"{_W}p"):
                        yield Place(where, words_of(paragraph), in_table=True)


def words_of(paragraph: Any) -> str:  # noqa: ANN401 – lxml has no types
    """Return the words of a paragraph however Word cut them into runs."""
    return "".join(one.text or "" for one in paragraph.iter(f"{_W}t"))


def check_tags(document: Document, environment: Environment) -> None:
    """Raise TemplateError for the first tag that is broken, unclosed, misplaced or of a kind that is not filled."""
    opened: list[tuple[str, Place]] = []
    for place in places(document):
        rest = _TAG.sub("", place.words)
        if _LOOSE.search(rest):
            raise place.fault("half_tag")
        for tag in _TAG.findall(place.words):
            if tag.startswith("{%"):
                _check_statement(tag, place, opened, environment)
            elif _WHOLE.match(tag):
                raise place.fault("unknown_tag", tag=tag)
            elif tag.startswith("{{"):
                _parse(tag, tag, place, environment)
    if opened:
        word, place = opened[-1]
        raise place.fault("unclosed", tag=word, end=_BLOCKS[word])


def _check_statement(tag: str, place: Place, opened: list[tuple[str, Place]], environment: Environment) -> None:
    found = _STATEMENT.fullmatch(tag)
    words = found["words"] if found else ""
    word = words.partition(" ")[0]
    if found is None or word not in _ALLOWED:
        raise place.fault("unknown_tag", tag=tag)
    if found["of"] in ("tr", "tc") and not place.in_table:
        raise place.fault("outside_table", tag=tag)
    if word in _BLOCKS:
        opened.append((word, place))
        _parse(tag, f"{{% {words} %}}{{% {_BLOCKS[word]} %}}", place, environment)
    elif word in _BLOCKS.values():
        if not opened or _BLOCKS[opened[-1][0]] != word:
            raise place.fault("nothing_to_close", tag=tag)
        opened.pop()
    elif word == "set":
        _parse(tag, f"{{% {words} %}}", place, environment)
    elif word == "elif":
        _parse(tag, f"{{% if x %}}{{% {words} %}}{{% endif %}}", place, environment)


def _parse(tag: str, source: str, place: Place, environment: Environment) -> None:
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415 – most processes fill no template

    plain = source.replace("“", '"').replace("”", '"').replace("‘", "'").replace("’", "'")
    try:
        environment.compile(plain)
    except TemplateSyntaxError as error:
        raise place.fault("bad_tag", tag=tag, reason=template_fault(error.message or "")) from error


def undefined_place(document: Document, reason: str) -> TemplateError:
    """Return an error for a name that papers do not have, at the first tag that uses it."""
    found = _NAME.search(reason)
    name = ((found[1] or found[2]) if found else "").rpartition(".")[2]
    place = _using(document, name)
    return place.fault("no_such_name", name=name) if place else unfilled(document, reason)


def unfilled(document: Document, reason: str) -> TemplateError:
    """Return an error for what a template could not be filled with, at the first tag that the reason quotes."""
    for name in re.findall(r"'(\w+)'", reason):
        place = _using(document, name)
        if place:
            return place.fault("bad_tag", tag=place.words, reason=template_fault(reason))
    return TemplateError(message("paper_templates.cannot_fill", reason=template_fault(reason)))


def _using(document: Document, name: str) -> Place | None:
    if not name:
        return None
    named = re.compile(rf"\b{re.escape(name)}\b")
    return next((one for one in places(document) if any(map(named.search, _TAG.findall(one.words)))), None)


def broken_near(document: Document, words: str) -> TemplateError:
    """Return an error for a filled template that is no document, at the paragraph it breaks in."""
    plain = " ".join(words.split())
    for place in places(document):
        pieces = [" ".join(one.split()) for one in _TAG.sub("\n", place.words).split("\n")]
        if any(len(one) > 2 and one in plain for one in pieces):
            return place.fault("breaks_here")
    return TemplateError(message("paper_templates.breaks", near=plain[:SHOWN]))
