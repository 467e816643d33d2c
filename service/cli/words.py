"""Commands and options whose words are keys of the catalogue, shown in the reader's language, click's own words too."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from sheets_schema.wording import Language, Message, text

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
KEY = "cli."  # how a key of the catalogue begins; a metavar without it is the same in every language
HEADINGS = {"Options": "cli.options", "Commands": "cli.commands"}
USAGE_PIECES = {
    "[OPTIONS]": "cli.usage_options",
    "COMMAND [ARGS]...": "cli.usage_command",
    "[COMMAND] [ARGS]...": "cli.usage_maybe_command",
}


def language() -> Language:
    """Return the language that is set; Vietnamese for a malformed one, which `settings` refuses."""
    return Language.ENGLISH if os.environ.get("TONGHOP_LANG", "").strip() == "en" else Language.VIETNAMESE


def word(key: str, **values: object) -> str:
    """Return a text of the catalogue in the language that is set; a message among the values becomes text too."""
    chosen = language()
    shown = {name: value.text(chosen) if isinstance(value, Message) else value for name, value in values.items()}
    return in_season(text(key, chosen, **shown))


def asked_season() -> str:
    """Return the key that `--season` named; blank without one."""
    running = click.get_current_context(silent=True)
    return (running and running.find_root().params.get("season")) or ""


def in_season(sentence: str) -> str:
    """Return a sentence in which commands of one season name the season that `--season` named."""
    season = asked_season()
    if not season:
        return sentence
    from service.cli.root import COMMANDS, OF_ALL_SEASONS  # noqa: PLC0415 – the root loads this module

    names = "|".join(sorted(COMMANDS.keys() - OF_ALL_SEASONS))
    return re.sub(rf"\btonghop (?=(?:{names})(?![\w-]))", lambda _: f"tonghop --season {season} ", sentence)


def print_word(key: str, **values: object) -> None:
    """Print a text of the catalogue as part of the answer."""
    click.echo(word(key, **values))


class UsageRefusal(click.ClickException):
    """A message on its way to the reader, with the usage of a command where its arguments were wrong."""

    def __init__(self, sentence: str, exit_status: int = 2, ctx: click.Context | None = None) -> None:
        super().__init__(sentence)
        self.exit_code = exit_status  # type: ignore[misc]  # click reads it from the instance
        self._ctx = ctx

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message on standard error."""
        if self._ctx is not None:
            click.echo(self._ctx.get_usage(), err=True, file=file)
            click.echo(word("cli.try_help", command=self._ctx.command_path) + "\n", err=True, file=file)
        click.echo(word("cli.error", sentence=self.format_message()), err=True, file=file)


def refusal_of(error: click.UsageError) -> UsageRefusal:
    """Return click's refusal of arguments in the language that is set."""
    return UsageRefusal(_sentence(error), error.exit_code, error.ctx)


def _sentence(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        near = word("cli.did_you_mean", names=", ".join(sorted(error.possibilities))) if error.possibilities else ""
        return f"{word('cli.no_such_option', name=error.option_name)} {near}".rstrip()
    if isinstance(error, click.BadOptionUsage):
        return word("cli.takes_no_value" if _is_flag(error) else "cli.takes_a_value", name=error.option_name)
    if isinstance(error, click.MissingParameter):
        return _missing(error)
    if isinstance(error, click.BadParameter):
        return word("cli.bad_value", name=_name_of(error), reason=error.message)
    return word("cli.missing_command") if error.message == "Missing command." else error.message


def _is_flag(error: click.BadOptionUsage) -> bool:
    known = error.ctx.command.params if error.ctx is not None else []
    flags = (param for param in known if isinstance(param, click.Option) and (param.is_flag or param.count))
    return any(error.option_name in (*flag.opts, *flag.secondary_opts) for flag in flags)


def _name_of(error: click.BadParameter) -> str:
    if error.param_hint is not None:
        return error.param_hint if isinstance(error.param_hint, str) else " / ".join(error.param_hint)
    if error.param is None or error.ctx is None:
        return ""
    return error.param.get_error_hint(error.ctx).replace("'", "")


def _missing(error: click.MissingParameter) -> str:
    kind = "cli.missing_argument" if isinstance(error.param, click.Argument) else "cli.missing_option"
    sentence = word(kind, name=_name_of(error))
    choice = error.param.type if error.param is not None else None
    if isinstance(choice, click.Choice):
        sentence += " " + word("cli.choices", choices=", ".join(map(str, choice.choices)))
    return sentence


class Formatter(click.HelpFormatter):
    """click's help with our headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, word("cli.usage") + " " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        super().write_heading(word(HEADINGS[heading]) if heading in HEADINGS else heading)


class Context(click.Context):
    """click's context with our formatter."""

    formatter_class = Formatter


class _Worded(click.Command):
    """What commands and groups share: `help` is a key."""

    context_class = Context

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 – click's signature
        """Write what the command is for."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(word(self.help or ""))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; UsageError that knows its command."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence of what the command is for."""
        return short_help(self.help or "", limit)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the pieces of the usage line."""
        pieces = super().collect_usage_pieces(ctx)
        return [word(USAGE_PIECES[piece]) if piece in USAGE_PIECES else piece for piece in pieces]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return --help, described in the language that is set."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = word("cli.help_option")
        return option


def short_help(key: str, limit: int) -> str:
    """Return the first sentence of a command's help, as click shortens it."""
    return click.Command(None, help=word(key)).get_short_help_str(limit)


class Command(_Worded):
    """A command whose help is a key of the catalogue."""

    allow_extra_args = True  # they are refused here, in the reader's language

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; UsageError for any that are left over."""
        left = super().parse_args(ctx, args)
        if left and not ctx.resilient_parsing:
            raise click.UsageError(word("cli.extra_arguments", args=" ".join(map(str, left))), ctx)
        return left


class CommandGroup(_Worded, click.Group):
    """A group of commands, in the order they were added."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 – click's signature
        """Return the names of the commands."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is named; UsageError when there is none."""
        name = args[0]
        if not name.startswith("-") and not ctx.resilient_parsing and self.get_command(ctx, name) is None:
            known = ", ".join(self.list_commands(ctx))
            raise click.UsageError(word("cli.no_such_command", name=name, known=known), ctx)
        return super().resolve_command(ctx, args)


class _Param(click.Parameter):
    """What options and arguments share: `metavar` may be a key, text must be text, and a value that is given is one.

    A blank value is what an unset variable of a shell leaves; to take it for a value that was not given would widen
    what a command does. Only a parameter that `may_be_blank` takes it.
    """

    may_be_blank = False

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """Take what was typed; BadParameter for a blank value."""
        if not (self.may_be_blank or ctx.resilient_parsing) and _has_blank(opts.get(self.name or "")):
            raise click.BadParameter(word("cli.value_blank"), ctx, self)
        return super().handle_parse_result(ctx, opts, args)

    def make_metavar(self, ctx: click.Context) -> str:
        """Return what stands for the value."""
        return word(self.metavar) if self.metavar and self.metavar.startswith(KEY) else super().make_metavar(ctx)

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:  # noqa: ANN401 – click's signature
        """Convert what was typed; BadParameter for bytes that are not UTF-8."""
        cast = super().type_cast_value(ctx, value)
        if isinstance(cast, str) and not _is_unicode(cast):
            raise click.BadParameter(word("cli.not_utf8"), ctx, self)
        return cast


def _has_blank(typed: object) -> bool:
    """Return True if what was typed for a parameter is blank, or one of its values is."""
    if isinstance(typed, (list, tuple)):
        return any(map(_has_blank, typed))
    return isinstance(typed, str) and not typed.strip()


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


class Option(_Param, click.Option):
    """An option whose help is a key of the catalogue."""

    def __init__(self, *names: Any, may_be_blank: bool = False, **given: Any) -> None:  # noqa: ANN401 – as click.Option takes
        super().__init__(*names, **given)
        self.may_be_blank = may_be_blank

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's line in the help."""
        record = super().get_help_record(ctx)
        if record is None:
            return None
        extra: Mapping[str, Any] = self.get_help_extra(ctx)
        notes = [word("cli.default", value=extra["default"])] if "default" in extra else []
        notes += [extra["range"]] if "range" in extra else []
        notes += [word("cli.required")] if "required" in extra else []
        hint = getattr(self.type, "hint", "")
        about = " ".join(word(key) for key in (self.help, hint) if key)
        return record[0], f"{about}  [{'; '.join(notes)}]" if notes else about


class Argument(_Param, click.Argument):
    """An argument whose metavar may be a key of the catalogue."""


def command(about: str, name: str | None = None) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function; `about` is the key of its help."""
    return click.command(name, cls=Command, help=about)


def group(about: str, **given: Any) -> Callable[[Callable[..., Any]], CommandGroup]:  # noqa: ANN401 – as click.group takes
    """Make a group of a function; `about` is the key of its help."""
    return click.group(cls=CommandGroup, help=about, **given)


def option(*names: str, **given: Any) -> Callable[[Decorated], Decorated]:  # noqa: ANN401 – as click.option takes
    """Give a command an option; `help` and `metavar` are keys."""
    return click.option(*names, cls=Option, **given)


def argument(*names: str, **given: Any) -> Callable[[Decorated], Decorated]:  # noqa: ANN401 – as click.argument takes
    """Give a command an argument; `metavar` is a key."""
    return click.argument(*names, cls=Argument, **given)


class Choice(click.Choice[str]):
    """One of a few words."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:  # noqa: ANN401, ARG002 – click's signature
        """Return why a word is refused."""
        return word("cli.not_a_choice", value=value, choices=", ".join(self.choices))


class Number(click.IntRange):
    """A whole number between bounds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401 – click's signature
        """Read a number."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            self.fail(word("cli.not_a_number", value=value, range=self._describe_range()), param, ctx)


class FilePath(click.Path):
    """A path of a file, or of a folder where `file_okay` is False."""

    def __init__(self, *, file_okay: bool = True) -> None:
        super().__init__(file_okay=file_okay, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 – click's signature
        """Read a path."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(word("cli.unusable_path", path=click.format_filename(value)), param, ctx)
