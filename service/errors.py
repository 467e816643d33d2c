"""Our own failures, one tree. What a unit types wrongly is a Problem, never one of these.

ServiceError
├── SettingsError          a setting is unknown, missing or malformed
├── UnknownNameError       a unit, form or task that the campaign does not have
├── RehearsalError         a clock was asked for outside a rehearsal
├── DecisionRefusedError   a decision that makes no sense
├── WhatIfRefusedError     a policy is asked about that there is not
├── DeclarationRefusedError  a declaration that loses what is on record
├── SeasonRefusedError     a season that cannot be opened, changed or written to
├── UnreadableFileError    a file of rows that cannot be read
├── IntakeRefusedError     a file that is not taken into a tab as it is
├── PaperError             a paper that has nothing to say, loses something, or cannot be made here
│   └── TemplateError            a template of an office that cannot be used
├── WorkbookRefusedError   a brought spreadsheet that cannot be used
├── WorkbookNeededError    a spreadsheet must be brought first
├── BusyError              another run holds the campaign
├── LeaseLostError         this run's lease ran out; nothing was published
├── DeclarationChangedError  a new declaration came while a run was under way; it starts over
├── NotProvisionedError    there are no tabs yet
├── NoSeasonError          no season was begun in this place
├── IncompleteReadError    reading was not whole; nothing was published
├── ScratchError           no spreadsheet to try things on, or one that could not be cleaned up
├── MailboxError           the operator's mailbox does not answer, or refuses the log-in
├── MailTemplateError      the words of a mail cannot be filled in
├── MailRefusedError       a mail that cannot be sent, held or decided on as it is asked
├── FileNotWrittenError    a file to take away cannot be written
├── BackupError            a backup cannot be made, or not be restored here
├── FactsError             the database
│   └── FactsDamagedError        its file is damaged, or holds less than was recorded
└── SheetsError            the spreadsheets
    ├── SheetsUnavailableError   no answer, or only failures, until the time was up
    ├── SheetsRefusedError       the request was refused
    ├── SheetsForbiddenError     no permission
    ├── SheetsMissingError       no such spreadsheet, or not shared with us
    ├── SheetsDamagedError       the embedded spreadsheets' file is damaged
    └── PushRefusedError         pushes will not be sent to this address

`http_status` is used by the web's one handler, `exit_status` by the command line's.
"""

from __future__ import annotations

from sheets_schema.wording import Language, Message


class ServiceError(Exception):
    """Any failure of ours; the message is for the operator and says what to do next."""

    http_status = 500
    exit_status = 2

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message)

    def text(self, language: Language) -> str:
        """Return the message in one language."""
        return self.message.text(language)


class SettingsError(ServiceError):
    """Settings are refused, all faults in one message."""


class UnknownNameError(ServiceError):
    """The campaign has no unit, form or task of this name."""

    http_status = 404


class RehearsalError(ServiceError):
    """A clock was set outside a data folder made for rehearsal."""


class MailboxError(ServiceError):
    """The operator's mailbox does not answer, or refuses the log-in."""

    http_status = 502


class MailTemplateError(ServiceError):
    """A template of a mail is missing, unreadable, or asks for what there is not."""


class MailRefusedError(ServiceError):
    """A mail cannot be sent, held or decided on as it is asked: no server is set, or it is in another state."""

    http_status = 422


class DecisionRefusedError(ServiceError):
    """A decision contradicts the facts or lacks what it needs."""

    http_status = 422


class WhatIfRefusedError(ServiceError):
    """What is asked about is no part of the policy, or has a value it cannot have."""

    http_status = 400


class DeclarationRefusedError(ServiceError):
    """What the campaign's folder declares would lose what is on record; the declaration on record stays in force."""

    http_status = 409


class SeasonRefusedError(ServiceError):
    """A season cannot be opened, changed or written to as asked; the message says why and what to do."""

    http_status = 422


class UnreadableFileError(ServiceError):
    """A file of rows cannot be read, and why."""

    http_status = 422


class IntakeRefusedError(ServiceError):
    """A file is not taken into a tab as it is; the message says what to confirm or to mend."""

    http_status = 422


class PaperError(ServiceError):
    """A paper cannot be handed out as it is asked for."""

    http_status = 422


class TemplateError(PaperError):
    """A template of an office cannot be used; the message names the place."""


class WorkbookRefusedError(ServiceError):
    """A brought spreadsheet cannot be used, and why."""

    http_status = 422


class WorkbookNeededError(ServiceError):
    """A spreadsheet must be brought before this can be done."""

    http_status = 409


class BusyError(ServiceError):
    """Another run holds the campaign and did not end in time."""

    http_status = 503


class LeaseLostError(ServiceError):
    """This run's lease ran out before it could publish."""

    http_status = 503


class DeclarationChangedError(ServiceError):
    """A new declaration was taken on record while this run was under way; it is to be started over."""

    http_status = 503


class NotProvisionedError(ServiceError):
    """The campaign has no tabs yet."""

    http_status = 409


class NoSeasonError(ServiceError):
    """No season was begun in the data folder or database that is set: nothing can be read there."""

    http_status = 409


class IncompleteReadError(ServiceError):
    """Not every tab could be read; the master keeps its last good state."""

    http_status = 503


class ScratchError(ServiceError):
    """There is no spreadsheet to try things on, or it could not be left as it was."""


class FileNotWrittenError(ServiceError):
    """A file to take away cannot be written; the message says where and why."""


class BackupError(ServiceError):
    """A backup cannot be made, or this one cannot be restored here; nothing was left half done."""


class FactsError(ServiceError):
    """The database failed."""

    http_status = 503


class FactsDamagedError(FactsError):
    """The database's file is damaged, or holds less than was recorded; the message says what to restore."""


class SheetsError(ServiceError):
    """The spreadsheets failed."""

    http_status = 503


class SheetsUnavailableError(SheetsError):
    """No usable answer came until the time was up."""


class SheetsRefusedError(SheetsError):
    """The request was refused as wrong or not allowed in this state."""


class SheetsForbiddenError(SheetsError):
    """We may not open or change this spreadsheet."""


class SheetsMissingError(SheetsError):
    """There is no such spreadsheet, or it is not shared with us."""


class SheetsDamagedError(SheetsError):
    """The embedded spreadsheets' file is damaged, or gone; the message says what to restore."""


class PushRefusedError(SheetsError):
    """The server will not send pushes to this address."""
