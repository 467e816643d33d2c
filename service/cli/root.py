"""The root command: families in the order of a season, and the one place where our errors become messages."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections import UserDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from traceback import walk_tb
from typing import Any, cast

import click

from service.cli.words import CommandGroup, Option, UsageRefusal, in_season, language, refusal_of, short_help, word
from service.errors import ServiceError
from sheets_schema.wording.system_reasons import system_reason

# a command is imported when it is run; the list of commands is printed without importing any
COMMANDS: Mapping[str, str] = {
    "demo": "demo:demo",
    "provision": "season_commands:provision",
    "workbook": "workbook_commands:workbook",
    "consolidate": "season_commands:consolidate",
    "status": "state_commands:status",
    "explain": "state_commands:explain",
    "check": "check:check",
    "intake": "intake:intake",
    "extend": "decision_commands:extend",
    "receive": "decision_commands:receive",
    "exempt": "decision_commands:exempt",
    "return": "decision_commands:return_",
    "accept": "decision_commands:accept",
    "nil": "decision_commands:nil",
    "withdraw": "decision_commands:withdraw",
    "freeze": "decision_commands:freeze",
    "versions": "state_commands:versions",
    "show": "state_commands:show",
    "paper": "paper:paper",
    "paper-template": "paper_template:paper_template",
    "board-task": "decision_commands:board_task",
    "access": "access:access",
    "mail": "mail:mail",
    "season": "seasons:season",
    "serve": "serving:serve",
    "worker": "serving:worker",
    "sheets-server": "serving:sheets_server",
    "watch": "watch:watch",
    "backup": "keeping:backup",
    "restore": "keeping:restore",
    "doctor": "doctor:doctor",
}


# of the whole installation: each of its seasons is among what they do
OF_ALL_SEASONS = frozenset({"demo", "season", "serve", "worker", "sheets-server", "backup", "restore"})


class SeasonGroup(CommandGroup):
    """Prints our errors and click's as a message in the language that is set, never as a traceback."""

    def make_context(self, *args: Any, **given: Any) -> click.Context:  # noqa: ANN401 – click's signature
        """Parse the arguments of the root; raise Refusal when they are wrong."""
        _print_what_the_terminal_can()
        with _refusing():
            return super().make_context(*args, **given)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 – click's signature
        """Run a command; raise Refusal for an error of ours, for wrong arguments and for an interruption."""
        with _refusing():
            return super().invoke(ctx)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except ServiceError as error:
        raise UsageRefusal(in_season(error.text(language())), error.exit_status) from error
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise refusal_of(error) from error
    except (KeyboardInterrupt, click.Abort) as error:
        raise UsageRefusal(word("cli.interrupted"), 1) from error
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        raise UsageRefusal(_said(error)) from error


def _said(error: OSError) -> str:
    """Return what the system refused: the answer, which is printed once all is done, or something on the way there."""
    reason = system_reason(error).text(language())
    if _is_of_the_answer(error):
        # such as an answer that a full disk does not take: what was asked is recorded by then
        _let_go_of_what_is_unwritten()
        return word("cli.not_printed", reason=reason)
    if error.filename is None:
        return word("cli.system_refused", reason=reason)
    return word("cli.file_refused", file=os.fsdecode(error.filename), reason=reason)


def _is_of_the_answer(error: OSError) -> bool:
    """Return True if it was printing that failed: every answer goes through click's one function."""
    frames = (frame for frame, _line in walk_tb(error.__traceback__))
    return error.filename is None and any(frame.f_code is click.echo.__code__ for frame in frames)


def _let_go_of_what_is_unwritten() -> None:
    """Send what standard output does not take to nowhere; Python would end with a status of its own."""
    try:
        sys.stdout.flush()
    except OSError:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _print_what_the_terminal_can() -> None:
    """Print a question mark for a letter that the terminal's encoding lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class Commands(UserDict[str, click.Command]):
    """The commands by name, each imported when it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.data = cast("dict[str, click.Command]", COMMANDS)

    def __getitem__(self, name: str) -> click.Command:
        module, _, attribute = COMMANDS[name].partition(":")
        found: click.Command = getattr(import_module(f"service.cli.{module}"), attribute)
        return found

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 – the mapping's signature
        """Return a command, or the default."""
        return self[name] if name in COMMANDS else default


class Root(SeasonGroup):
    """The root command: its list of commands is printed without importing any."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 – click's signature
        """Write the list of commands."""
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl([(name, short_help(f"cli.{name.replace('-', '_')}_about", limit)) for name in COMMANDS])


def _show_version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import version  # noqa: PLC0415 – 20 ms that only this option needs

        click.echo(word("cli.version", version=version("tonghop")))
        ctx.exit()


@click.group(
    cls=Root,
    commands=Commands(),
    help="cli.about",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", cls=Option, is_flag=True, expose_value=False, is_eager=True, callback=_show_version,
    help="cli.version_option",
)  # fmt: skip
@click.option("--season", cls=Option, metavar="cli.metavar_key", help="cli.season_option")
@click.pass_context
def main(ctx: click.Context, season: str | None) -> None:
    """Run one command of a season."""
    if season is not None and ctx.invoked_subcommand in OF_ALL_SEASONS:
        raise click.UsageError(word("cli.of_all_seasons", command=ctx.invoked_subcommand), ctx)
