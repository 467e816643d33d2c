"""Who gets which mail: contacts by what they receive, else the unit's addresses, else its superior."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from service.domain.roles import read_address
from sheets_schema.campaign import Contact, MailKind, Unit


@dataclass(frozen=True, slots=True)
class Recipients:
    """The addresses a mail goes to, and those it does not go to because mail came back from them."""

    addresses: tuple[str, ...]
    bounced: tuple[str, ...] = ()


def recipients_of(unit: Unit, kind: MailKind, bounced: Collection[str] = ()) -> Recipients:
    """Return who gets a kind of mail about a unit.

    Contacts with a mail address decide where there are any: each gets the kinds it receives. Without any the mail goes
    to `emails`. An escalation goes to the superior alone.
    """
    if kind is MailKind.ESCALATION:
        asked: Iterable[str] = _receiving(unit.superior, kind)
    elif any(person.mail for person in unit.contacts):
        asked = _receiving(unit.contacts, kind)
    else:
        asked = unit.emails
    wanted = tuple(dict.fromkeys(address for one in asked if (address := read_address(one))))
    good = tuple(one for one in wanted if one not in bounced)
    return Recipients(good, tuple(one for one in wanted if one in bounced))


def _receiving(people: Iterable[Contact], kind: MailKind) -> Iterator[str]:
    return (person.mail for person in people if person.mail and (not person.receives or kind.value in person.receives))


def named(unit: Unit, address: str) -> str:
    """Return the name of the contact with an address; blank where there is none."""
    people = (*unit.contacts, *unit.superior)
    return next((one.name for one in people if read_address(one.mail) == address), "")
