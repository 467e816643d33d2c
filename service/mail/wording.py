"""The words of a mail: templates of the campaign's folder, else the shipped ones, filled in a sandbox.

A template knows the places of `content.unit_places` and nothing else. What is put into them is text on one line; in
HTML it is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.errors import MailTemplateError
from service.settings import Settings, campaign_folder
from sheets_schema.declaration import DeclarationError
from sheets_schema.wording import message, one_line
from sheets_schema.wording.system_reasons import system_reason
from sheets_schema.wording.template_faults import template_fault

SHIPPED = Path(__file__).parent / "templates"
OWN = "mail_"  # how the campaign's own templates begin in its folder
FRAME = "frame.html"
SHORT = "short"
LONGEST_TEMPLATE = 64 * 1024
_LONGEST_VALUE = 2_000
_LONGEST_SUBJECT = 200
_FILTERS = ("join", "length", "upper", "lower", "trim")
_SUBJECT = "Subject:"


@dataclass(frozen=True, slots=True)
class MailWords:
    """A mail in words: its subject, its text and the same text as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines of a mail that belong together: a paragraph, or the items of a list."""

    lines: tuple[str, ...]
    listed: bool


@dataclass(frozen=True, slots=True)
class MailWording:
    """The templates of one campaign in one language."""

    folder: Path | None  # the campaign's; its own templates are there
    language: str
    own: Mapping[str, str] = field(default_factory=dict)  # sources by name, before any file

    @classmethod
    def of(cls, settings: Settings, language: str) -> MailWording:
        """Return the wording of the campaign that is set: of its folder, else the shipped one."""
        try:
            chosen = campaign_folder(settings)
        except DeclarationError:
            return cls(None, language)
        return cls(chosen, language)

    def with_own(self, sources: Mapping[str, str]) -> MailWording:
        """Return the same with sources that come before the files."""
        return replace(self, own=sources)

    def source(self, kind: str) -> str:
        """Return the template of a kind as it is written."""
        name = self._name(kind)
        return self.own[name] if name in self.own else _source(self._file(name))

    def words(self, kind: str, places: Mapping[str, object]) -> MailWords:
        """Return a mail of a kind in words; MailTemplateError names the file and the line at fault."""
        name = self._name(kind)
        subject, _, text = self._filled(name, places).partition("\n")
        if not subject.startswith(_SUBJECT):
            raise MailTemplateError(message("mail.no_subject", file=self._file(name).name))
        title = one_line(subject.removeprefix(_SUBJECT), _LONGEST_SUBJECT)
        body = _tidy(text)
        link, several = places.get("link", ""), places.get("links")
        opened = [one["link"] for one in several if isinstance(one, Mapping)] if isinstance(several, list) else [link]
        shown = {"blocks": _blocks(body), "link": link, "links": opened, "subject": title, "lang": self.language}
        return MailWords(title, body, self._filled(FRAME, shown, as_html=True))

    def short(self, places: Mapping[str, object]) -> str:
        """Return what is written to a unit in a few words, on one line, to be pasted elsewhere."""
        return one_line(self._filled(self._name(SHORT), places), 1_000)

    def _name(self, kind: str) -> str:
        return f"{kind}.{self.language}.txt"

    def _filled(self, name: str, places: Mapping[str, object], *, as_html: bool = False) -> str:
        file = self._file(name)
        clean = {key: _clean(value) for key, value in places.items()}
        try:
            return _template(self.own[name] if name in self.own else _source(file), as_html=as_html).render(clean)
        except jinja2.TemplateSyntaxError as error:
            raise _faulty(file.name, error.lineno, error.message or "") from None
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise _faulty(file.name, _line_of(error), str(error)) from None

    def _file(self, name: str) -> Path:
        """Return the file of a template: the campaign's own, else the shipped one."""
        own = self.folder / f"{OWN}{name}" if self.folder is not None else None
        return own if own is not None and own.is_file() else SHIPPED / name


def _source(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(LONGEST_TEMPLATE + 1)
        if len(content) > LONGEST_TEMPLATE:
            raise MailTemplateError(message("mail.template_too_long", file=file.name, most=LONGEST_TEMPLATE // 1024))
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        reason = system_reason(error)
        raise MailTemplateError(message("mail.template_unreadable", file=file.name, reason=reason)) from None
    except UnicodeDecodeError:
        raise MailTemplateError(message("mail.template_not_utf8", file=file.name)) from None


@lru_cache(maxsize=64)
def _template(source: str, *, as_html: bool) -> jinja2.Template:
    return _environment(as_html=as_html).from_string(source)


@lru_cache(maxsize=2)
def _environment(*, as_html: bool) -> jinja2.Environment:
    made = ImmutableSandboxedEnvironment(
        autoescape=as_html, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=None
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _FILTERS}
    return made


def _faulty(name: str, line: int, reason: str) -> MailTemplateError:
    return MailTemplateError(message("mail.template_faulty", file=name, line=line, reason=template_fault(reason)))


def _line_of(error: BaseException) -> int:
    """Return the line of the template where a failure came up; 0 where it is not known."""
    found, at = 0, error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == "<template>":
            found = at.tb_lineno
        at = at.tb_next
    return found


def _clean(value: object) -> object:
    """Return a value as a template may have it: texts on one line, lists and tables of such."""
    if isinstance(value, str):
        return one_line(value, _LONGEST_VALUE)
    if isinstance(value, Mapping):
        return {str(key): _clean(one) for key, one in value.items()}
    if isinstance(value, TextBlock):
        return {"lines": [str(line) for line in value.lines], "listed": value.listed}
    if isinstance(value, Sequence):
        return [_clean(one) for one in value]
    return value


def _tidy(text: str) -> str:
    """Return a text with one blank line between its parts, none before and after them."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip("\n") + "\n"


def _blocks(text: str) -> list[TextBlock]:
    blocks: list[TextBlock] = []
    for part in text.strip().split("\n\n"):
        listed: list[str] = []
        plain: list[str] = []
        for line in part.splitlines():
            is_item = line.startswith("- ")
            if plain and is_item:
                blocks.append(TextBlock(tuple(plain), listed=False))
                plain = []
            if listed and not is_item:
                blocks.append(TextBlock(tuple(listed), listed=True))
                listed = []
            (listed if is_item else plain).append(line.removeprefix("- ") if is_item else line)
        blocks += [TextBlock(tuple(plain), listed=False)] if plain else []
        blocks += [TextBlock(tuple(listed), listed=True)] if listed else []
    return blocks
