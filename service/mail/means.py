"""With what mails are sent and looked up, from the settings; why they cannot be, where something is missing."""

from __future__ import annotations

from dataclasses import dataclass

from service.data_folder import REHEARSAL_MARK
from service.mail.letters import Sender
from service.mail.mail_servers import MailServer
from service.settings import Settings
from service.workspace import Workspace
from sheets_schema.wording import Message, message


@dataclass(frozen=True, slots=True)
class MailMeans:
    """The sender, the server that takes mails and the mailbox that keeps their copies; each may be missing."""

    sender: Sender | None
    smtp: MailServer | None
    imap: MailServer | None

    @classmethod
    def of(cls, workspace: Workspace) -> MailMeans:
        """Return what the settings name."""
        settings, campaign = workspace.settings, workspace.campaign
        sender = None
        if settings.mail_from:
            reply_to = settings.mail_reply_to or settings.mail_from
            sender = Sender(settings.mail_from, campaign.board, reply_to, campaign.key)
        smtp = MailServer.of(settings.smtp_url) if settings.smtp_url else None
        imap = MailServer.of(settings.imap_url) if settings.imap_url else None
        return cls(sender, smtp, imap)

    def lack(self, settings: Settings) -> Message | None:
        """Return why no mail can be sent; None where it can."""
        if self.smtp is None or self.sender is None:
            return message("mail.no_smtp")
        if self.smtp.must_secure and (settings.data_dir / REHEARSAL_MARK).exists():
            return message("mail.rehearsal")
        return None
