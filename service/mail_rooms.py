"""The mail rooms of all seasons of an installation, in a thread of their own beside the worker."""

from __future__ import annotations

import logging
from collections.abc import Callable

from service.errors import ServiceError
from service.mail.mail_room import MailRoom
from service.seasons import season_list
from service.workspace import Workspace

TURNS_APART = 5.0  # seconds
log = logging.getLogger(__name__)


class MailRooms:
    """One mail room a season; a season opened while this runs is taken along, one that is closed is left alone."""

    def __init__(self, main: Workspace, name: str) -> None:
        self._main, self._name = main, name
        self._rooms: dict[str, MailRoom] = {}

    def run(self, wait: Callable[[float], bool]) -> None:
        """Work until `wait(seconds)` returns True: stop. A mail that is being sent is finished first."""
        while not wait(TURNS_APART):
            for room in self._open_rooms():
                try:
                    room.turn()
                except ServiceError as error:
                    log.warning("mails wait: %s", error)
                except Exception:
                    # an unforeseen failure must not end the mail rooms; the next turn tries again
                    log.exception("mails wait")

    def _open_rooms(self) -> list[MailRoom]:
        main = self._main
        try:
            wanted = {main.campaign.key: main, **{one.campaign.key: one for one in season_list.other_workspaces(main)}}
        except ServiceError as error:
            log.warning("mails wait: %s", error)
            return []
        self._rooms = {key: self._rooms.get(key) or MailRoom(one, self._name) for key, one in wanted.items()}
        return list(self._rooms.values())
