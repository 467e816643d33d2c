"""The menu above every page: sections of what belongs together, and the pages of the section one is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import flask

from service.domain.roles import Role, may_decide, may_see_board
from service.web import current


@dataclass(frozen=True, slots=True)
class MenuPage:
    """A page of the menu; `within` are blueprints all of whose pages count as it."""

    endpoint: str
    title: str  # a key of the catalogue
    within: tuple[str, ...] = ()
    is_of_operator: bool = False

    def current(self, endpoint: str) -> str:
        """Return how an endpoint stands to it, as aria-current says it: this page, one below it (true), or blank."""
        if endpoint == self.endpoint:
            return "page"
        return "true" if endpoint.partition(".")[0] in self.within else ""


@dataclass(frozen=True, slots=True)
class MenuSection:
    """Pages that belong together."""

    title: str
    pages: tuple[MenuPage, ...]


SECTIONS = (
    MenuSection(
        "menu.follow",
        (
            MenuPage("dashboard.index", "dashboard", ("units", "versions", "intakes", "what_if")),
            MenuPage("problems.index", "unit_problems", ("problems",)),
            MenuPage("dashboard.master", "master_sheet", ("sheets",)),
            MenuPage("runs.index", "runs", ("runs",)),
        ),
    ),
    MenuSection(
        "menu.lead",
        (
            MenuPage("decisions.index", "record.decisions", ("decisions",)),
            MenuPage("mail.index", "mail.title", ("mail", "mail_templates")),
            MenuPage("board_tasks.index", "board_tasks", ("board_tasks",)),
        ),
    ),
    MenuSection(
        "menu.report",
        (
            MenuPage("papers.index", "papers.papers", ("papers",)),
            MenuPage("analyses.index", "analysis.title", ("analyses",)),
            MenuPage("exports.index", "exports", ("exports",)),
        ),
    ),
    MenuSection(
        "menu.set_up",
        (
            MenuPage("declaration.index", "declared.title", ("declaration", "roster")),
            MenuPage("provisioning.index", "provision.title", ("provisioning",), is_of_operator=True),
            MenuPage("access.index", "access.title", ("access",), is_of_operator=True),
            MenuPage("state.index", "state.title", ("state", "log"), is_of_operator=True),
            MenuPage("seasons.index", "seasons.title", ("seasons", "draft_declaration", "draft_roster")),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link of the menu."""

    address: str
    title: str
    current: str  # as in aria-current


def sections(role: Role) -> tuple[MenuEntry, ...]:
    """Return the sections a role has, each leading to its first page; none for a unit."""
    here = flask.request.endpoint or ""
    return tuple(
        MenuEntry(_address(pages[0]), section.title, "true" if any(page.current(here) for page in pages) else "")
        for section in SECTIONS
        if (pages := tuple(_seen(section, role)))
    )


def pages(role: Role) -> tuple[MenuEntry, ...]:
    """Return the pages of the section that the page of the request is in."""
    here = flask.request.endpoint or ""
    for section in SECTIONS:
        shown = tuple(_seen(section, role))
        if any(page.current(here) for page in shown):
            return tuple(MenuEntry(_address(page), page.title, page.current(here)) for page in shown)
    return ()


def _seen(section: MenuSection, role: Role) -> Iterator[MenuPage]:
    """Yield the pages of a section that a role may see; in another season than the main one operators see seasons."""
    if not may_see_board(role):
        return
    for page in section.pages:
        if page.is_of_operator and not may_decide(role):
            continue
        if page.endpoint == "seasons.index" and not (current.is_main() or may_decide(role)):
            continue
        yield page


def _address(page: MenuPage) -> str:
    if page.endpoint == "seasons.index":
        return current.office_path("/seasons")
    return flask.url_for(page.endpoint)
