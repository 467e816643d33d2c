"""Every address that changes something can be undone there, or asks once more before it does.

Who may call each, and that none works without its token, is in session/test_identity.py.
"""

from __future__ import annotations

import pytest

ASKS = "asks"  # a page with the question comes first
SHOWS = "shows"  # what it will do is shown before, or it does nothing but show
ADDS = "adds"  # it only adds, or makes what can be made again
PAPER = "<any(progress, unsent, registrations, results, urging, summary, form, return):name>"
MAIL = "<any(invitation, reminder, urging, escalation, returned, acknowledgement, digest, short):name>"
# of every POST of people: ASKS, SHOWS, ADDS, or the address by which it is undone
BACK = {
    "/access/links": "/access/revocation",
    "/access/people": "/access/revocation",
    "/access/revocation": ASKS,
    "/access/tokens": "/access/tokens/<int:number>/revocation",
    "/access/tokens/<int:number>/revocation": ASKS,
    "/analysis/pairs": "/analysis/pairs",
    "/board-tasks/<task_code>": "/board-tasks/<task_code>",
    "/decisions": "/decisions/<int:number>/withdrawal",
    "/decisions/<int:number>/withdrawal": "/decisions",
    "/decisions/preview": SHOWS,
    "/declaration/return/<int:number>": "/declaration/return/<int:number>",
    "/declaration/tabs": SHOWS,
    "/declaration/take": "/declaration/return/<int:number>",
    "/declaration/forms/<key>": SHOWS,
    "/declaration/forms/<key>/gone": SHOWS,
    "/declaration/new-form": SHOWS,
    "/declaration/plan/<name>": SHOWS,
    "/exports/<any(entries, master):name>.xlsx": ADDS,
    "/exports/moments": ADDS,
    "/mail/<int:number>/<verb>": "/mail/<int:number>/<verb>",
    "/mail/addresses": ADDS,
    "/mail/all/<verb>": ASKS,
    "/mail/files/<kind>": "/mail/<int:number>/<verb>",
    f"/mail/templates/{MAIL}": f"/mail/templates/{MAIL}",
    "/mail/units/<code>/<verb>": "/mail/<int:number>/<verb>",
    f"/papers/templates/{PAPER}": f"/papers/templates/{PAPER}",
    "/provision": ADDS,
    "/provision/plan": SHOWS,
    "/provision/trials": SHOWS,
    "/provision/workbooks": "/provision/workbooks",
    "/roster": SHOWS,
    "/roster/<unit_code>": SHOWS,
    "/roster/lists/compare": SHOWS,
    "/seasons/<key>/close": "/seasons/<key>/reopen",
    "/seasons/<key>/enter": SHOWS,
    "/seasons/<key>/reopen": "/seasons/<key>/close",
    "/seasons/drafts/<key>": "/seasons/drafts/<key>",
    "/seasons/drafts/<key>/again": SHOWS,
    "/seasons/drafts/<key>/discard": ASKS,
    "/seasons/drafts/<key>/open": "/seasons/<key>/close",
    "/seasons/new": "/seasons/drafts/<key>/discard",
    "/seasons/upload": "/seasons/drafts/<key>/discard",
    "/state/address": "/state/address",
    "/state/backups": "/state/backups/<name>/deletion",
    "/state/backups/<name>/deletion": ASKS,
    "/state/backups/<name>/restoration": ASKS,
    "/state/backups/<name>/verification": SHOWS,
    "/state/uploads": "/state/backups/<name>/deletion",
    "/state/backups/old": ASKS,
    "/state/examination": SHOWS,
    "/state/replacement": ASKS,
    "/state/runs": ADDS,
    "/units": SHOWS,
    "/units/<code>/<form_key>/cells": "/units/<code>/<form_key>/cells",
    "/units/<code>/<form_key>/check": SHOWS,
    "/units/<code>/<form_key>/decisions": "/units/<code>/decisions/<int:number>/withdrawal",
    "/units/<code>/<form_key>/intake": SHOWS,
    "/units/<code>/decisions/<int:number>/withdrawal": "/units/<code>/<form_key>/decisions",
}
OF_MACHINES = ("/hooks/", "/tasks/", "/sign-")
OF_DRAFTS = "/seasons/drafts/<draft>/"  # of a season that is not opened yet: discarded as a whole
ASKED = (
    "/access/revocation?email=a@b.vn",
    "/mail/all/send-due",
    "/mail/all/all-sent",
    "/state/backups/old",
    "/provision",
)


def test_every_post_can_be_undone_or_asks_once_more(browse):
    rules = {
        rule.rule
        for rule in browse().application.url_map.iter_rules()
        if "POST" in rule.methods and not rule.rule.startswith((*OF_MACHINES, OF_DRAFTS))
    }

    assert rules == BACK.keys()
    assert {way for way in BACK.values() if way not in (ASKS, SHOWS, ADDS)} <= rules


@pytest.mark.parametrize("path", ASKED)
def test_what_asks_does_nothing_before_it_is_sure(browse, office, path):
    client = browse(smtp_url="smtp://127.0.0.1:9", mail_from="bdv@vidu.example")  # mails could be sent
    with client.session_transaction() as session:
        sent = {"csrf_token": session["csrf"], "email": "operator-@vidu.example", "recreate": "1"}
    with office.workspace() as workspace:
        before = workspace.store.facts.count(office.campaign.key)
        answer = client.post(path.partition("?")[0], data=sent)

        assert (answer.status_code, "Đồng ý</button>" in answer.get_data(as_text=True)) == (200, True)
        assert workspace.store.facts.count(office.campaign.key) == before
