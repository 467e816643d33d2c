"""`urging`: the letter to those who have not sent at the count moment, with their list."""

from __future__ import annotations

from service.domain.deadlines import effective_limit
from service.domain.papers.account import Account, Share, share_of
from service.domain.papers.content import PaperContent, counted, letterhead_words, numeral, recipients
from service.domain.papers.lists import lacking_words, short_state
from service.domain.papers.records import Align, Paper, PaperColumn, PaperName, PaperRow, PaperTable, body, group
from service.domain.standing_labels import Timeliness
from service.domain.standings import Standing
from service.errors import PaperError
from sheets_schema.campaign import Obligation
from sheets_schema.wording import SHEET_LANGUAGE, message

NAMED = 5  # units that "Kính gửi" names one by one; more are in the list alone


def urging(content: PaperContent, form: str) -> Paper:
    """Return the letter about one obligation; PaperError where every unit has sent, or is extended or exempt."""
    owed = content.campaign.obligation(form)
    asked = unsent_units(content, form)
    if not asked:
        raise PaperError(message("papers.no_one_to_urge", title=owed.title, at=content.moment))
    account = content.account(form)
    names = [content.campaign.unit(one.unit).name for one in asked]
    limit = effective_limit(owed, (), content.campaign.zone)
    texts = {
        **letterhead_words(content, content.text("symbol_letter")),
        "subject": content.text("urging_subject", obligation=_lower(owed.title), campaign=content.campaign.title),
        "to": names if len(names) <= NAMED else [content.text("urging_to")],
        "obligation": owed.title,
        "limit": limit.full_words.text(SHEET_LANGUAGE),
        "new_limit": content.new_limit_of(limit),
        "sent": counted(account.counts[Share.SENT] + account.counts[Share.NIL]),
        "unsent": counted(len(asked)),
        "roster": str(account.roster),
        "beside": _beside(content, account),
        "thanks": _thanks(content, account),
        "account": account.words.text(SHEET_LANGUAGE),
        "recipients": recipients(content, [content.text("as_above")]),
        "list_title": content.text("list_title"),
        "list_subtitle": content.text("urging_list", obligation=_lower(owed.title), campaign=content.campaign.title),
    }
    table = _list(content, asked, owed)
    return Paper(PaperName.URGING, str(texts["subject"]), texts, (table,), file_words=(form,))


def unsent_units(content: PaperContent, form: str) -> list[Standing]:
    """Return those to be asked, in the plan's order: not the extended, not the exempt."""
    owed = (content.standing(unit.code, form) for unit in content.campaign.active_units)
    return [one for one in owed if share_of(one, content.campaign, content.at) is Share.UNSENT]


def due_form(content: PaperContent) -> str:
    """Return the obligation that a letter is about unless it is named: the last one whose limit has passed."""
    owed = content.campaign.obligations
    passed = [one for one in owed if one.due_before <= content.at]
    return max(passed, key=lambda one: one.due_before).form if passed else owed[0].form


def _beside(content: PaperContent, account: Account) -> str:
    """Return those who neither sent nor are asked; blank where there are none: with them the letter adds up."""
    shares = (Share.EXTENDED, Share.EXEMPT)
    parts = [content.text(f"beside_{one}", count=counted(account.counts[one])) for one in shares if account.counts[one]]
    return "; ".join(parts)


def _thanks(content: PaperContent, account: Account) -> str:
    """Return the thanks to those who sent in time; blank where none did."""
    sent = [content.standing(unit.code, account.form) for unit in content.campaign.active_units]
    in_time = sum(one.timeliness is Timeliness.ON_TIME for one in sent)
    if not in_time:
        return ""
    whole = account.counts[Share.SENT] + account.counts[Share.NIL]
    return content.text("urging_thanks_all" if in_time >= whole else "urging_thanks", count=counted(in_time))


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _list(content: PaperContent, asked: list[Standing], owed: Obligation) -> PaperTable:
    named = (("stt", 11.0), ("unit", 62.0), ("state", 46.0), ("lacking", 46.0))
    columns = tuple(
        PaperColumn(key, content.text(f"column_{key}"), width, Align.CENTER if key == "stt" else Align.LEFT)
        for key, width in named
    )
    rows: list[PaperRow] = []
    number = 0
    shown = 0
    for _, one, members in content.groups():
        codes = {unit.code for unit in members}
        found = [standing for standing in asked if standing.unit in codes]
        if not found:
            continue
        heading = numeral(shown)
        shown += 1
        rows.append(group(content.text("group_units", number=heading, group=one.name, count=len(found))))
        for standing in found:
            number += 1
            unit = content.campaign.unit(standing.unit)
            cells = (short_state(content, standing), lacking_words(content, standing))
            rows.append(body(str(number), unit.name, *cells))
    return PaperTable("unsent", "", columns, tuple(rows), content.account_words([owed.form]))
