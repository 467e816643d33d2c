"""What an address holds beside what its page reads: no failure, and no part of the page's links."""

from __future__ import annotations

import re

from service.domain.roles import Role

# names of what links are made by, and of what pages read
FOREIGN = {
    name: "javascript"
    for name in ("kind", "endpoint", "name", "values", "self", "context", "shape", "verb", "path", "_method", "_anchor")
} | {"_scheme": "javascript", "_external": "1"}


def test_arguments_that_a_page_does_not_read_are_not_taken_into_its_links(office, browse):
    office.type("S-CT", "registration", [["1", "Ra quân", "hôm nào đó"]])
    office.consolidate()
    client = browse(Role.OPERATOR)
    rules = client.application.url_map.iter_rules()
    pages = sorted({rule.rule for rule in rules if "GET" in rule.methods and not rule.arguments})

    wrong = []
    for page in pages:
        answer = client.get(page, query_string=FOREIGN)
        if answer.status_code == 500 or re.search(r'(?:href|action)="[^"]*javascript', answer.text):
            wrong.append((page, answer.status_code))

    assert len(pages) > 35
    assert wrong == []
