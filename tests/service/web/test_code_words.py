"""A clerk who knows Word, Excel and Zalo understands every page: words for the machine stand apart, as code."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from service import workflows
from service.cli.root import COMMANDS
from service.domain.decisions import Decision, DecisionKind
from service.mail.ledger_planning import plan_due
from service.seasons import drafts
from service.settings import campaign_folder
from service.web import code_words
from service.web.code_words import set_apart
from sheets_schema.declaration import read_folder
from sheets_schema.wording import Language
from sheets_schema.wording.catalogue import area, areas
from tests.background import settle

UNIT = "S-CT"
# names in capitals, settings, commands, names of files, keys of files, instants for programs
FOR_MACHINES = re.compile(
    r"\bTONGHOP_\w*|\b[A-Z]{2,}(?:_[A-Z]+)+\b|\b\w+\.(?:toml|json|csv|sqlite)\b|\b\d{4}-\d\d-\d\d\b|[+]07:00"
    r"|\b[a-z]+_[a-z_]+\b|\w\[\d+\]|\bworker\b|\btonghop (?:" + "|".join(COMMANDS) + r")(?![\w-])"
)
FILES = re.compile(
    r"\.(<|csv|xlsx|docx|zip)|/(api|static|healthz|readyz|metrics|sign-in)\b|/export\.|/files/|/reading$"
)
SMALL = frozenset({"code", "script", "style", "template", "textarea"})  # the last holds what a person types
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "col", "wbr", "source"})


class Shown(HTMLParser):
    """The texts of a page that are not code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.texts += [text for name, text in attrs if name in ("aria-label", "title", "placeholder") and text]

    def handle_endtag(self, tag):
        while tag in self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if not SMALL & set(self.open):
            self.texts.append(" ".join(data.split()))


def for_machines(page: str) -> list[str]:
    shown = Shown(page).texts
    return sorted({f"{found[0]}: {text[:120]}" for text in shown for found in FOR_MACHINES.finditer(text)})


@pytest.fixture
def lived_in(office, browse):
    """An office in its season: rows with faults, decisions, mails, jobs of each kind, a draft of the next one."""
    office.at("2023-09-29 17:00")
    office.type(UNIT, "registration", [["1", "Ra quân", "32/10/2023"], ["2", "Thăm", "15/10/2023", "Toàn tỉnh"]])
    office.consolidate()
    office.at("2023-10-03 08:00")
    client = browse()
    with office.workspace() as workspace:
        for form, code in (("registration", "S-GDDT"), ("report", UNIT)):
            later = office.now + timedelta(days=60)
            workflows.decide(
                workspace, [Decision(DecisionKind.EXTEND, code, form, office.now, "Trần B", "lũ", before=later)]
            )
        workflows.consolidate(workspace, trigger="test")
        plan_due(workspace)
        taken = (office.campaign.key,)
        drafts.begin(
            workspace.settings, read_folder(campaign_folder(workspace.settings)), office.campaign.key, 2024, taken
        )
    with client.session_transaction() as session:
        token = session["csrf"]
    for job in ("/provision/plan", "/state/examination", "/state/backups"):
        client.post(job, data={"csrf_token": token})
        settle()
    return client


def addresses(client, office) -> list[str]:
    """Return an address of every page there is, by the map of addresses."""
    tab = office.tab(UNIT, "registration")
    values = {
        "code": UNIT, "unit_code": UNIT, "form_key": "registration", "key": "registration", "number": "1",
        "spreadsheet_id": tab.spreadsheet_id, "sheet_id": str(tab.id), "draft": "thang_dan_van_2024",
    }  # fmt: skip
    found = set()
    for rule in client.application.url_map.iter_rules():
        path = rule.rule.replace("/seasons/drafts/<key>", "/seasons/drafts/<draft>")
        if "GET" not in rule.methods or FILES.search(path) or path.endswith(".txt"):
            continue
        choice = re.search(r"<any\(([^)]*)\):\w+>", path)
        for one in choice[1].split(", ") if choice else ("",):
            chosen = re.sub(r"<any\([^)]*\):\w+>", one, path)
            for name in ("obligations", "mail") if "/plan/<name>" in chosen else ("",):
                filled = chosen.replace("<name>", name)
                found.add(re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values[match[1]], filled))
    return sorted(found)


def test_no_page_speaks_to_a_clerk_as_to_a_machine(lived_in, office):
    found, seen = {}, 0
    for path in addresses(lived_in, office):
        answered = lived_in.get(path)
        if answered.mimetype != "text/html" or answered.status_code >= 300:
            continue
        seen += 1
        if said := for_machines(answered.get_data(as_text=True)):
            found[path] = said

    assert found == {}
    assert seen > 50


def test_what_is_typed_into_a_terminal_is_set_apart():
    said = str(
        set_apart("Chưa lập <b>. Lập ở trang “Lập trang” (tonghop provision --recreate), đặt TONGHOP_FILES=own.")
    )

    assert said == (
        "Chưa lập &lt;b&gt;. Lập ở trang “Lập trang” "
        '(<code class="for-machine">tonghop provision --recreate</code>), '
        'đặt <code class="for-machine">TONGHOP_FILES=own</code>.'
    )
    assert 'href="https://a.vn/x"' in set_apart("https://a.vn/x campaign.toml", links=True)
    assert tuple(COMMANDS) == tuple(sorted(code_words.COMMANDS, key=list(COMMANDS).index))


# of the command line, of what fails before there is a page, of settings' own table
OF_THE_TERMINAL = frozenset(
    {"cli", "setting_table", "start", "settings", "live", "demo", "facts", "google", "sheets", "pushes", "machines"}
)
IN_FILES = frozenset({"backup.readme", "mail.trial_text", "web.oidc_packages_missing"})


def test_every_message_says_first_what_to_do_without_a_terminal():
    """Outside brackets there is no setting and no command, in either language."""
    found = []
    for language in Language:
        for name in set(areas()) - OF_THE_TERMINAL:
            for key, entry in area(name, language).items():
                for words in [entry] if isinstance(entry, str) else entry.values():
                    plain = re.sub(r"\([^)]*\)", "", words)
                    said = re.search(r"TONGHOP_[A-Z]+|\btonghop (?:" + "|".join(COMMANDS) + r")(?![\w-])", plain)
                    if said and f"{name}.{key}" not in IN_FILES:
                        found.append(f"{language.value} {name}.{key}: {said[0]}")

    assert found == []
