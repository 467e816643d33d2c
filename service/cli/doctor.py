"""`tonghop doctor`: what is configured, what is reachable, what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

import click

from service import clock as clocks
from service.cli import context
from service.cli import live as trials
from service.cli.words import Choice, command, in_season, option, print_word, word
from service.operations.doctor.examination import examine
from service.operations.doctor.findings import Finding, State, guarded
from service.operations.doctor.live.session import Means
from service.operations.doctor.mail_servers_check import SMTP, trial_of
from sheets_schema.wording import Language

COLOURS = {State.OK: None, State.ATTENTION: "yellow", State.FAILED: "red"}
EXIT = {State.OK: 0, State.ATTENTION: 1, State.FAILED: 2}
WORST_LAST = tuple(State)


@command("cli.doctor_about")
@option("--live", is_flag=True, help="cli.doctor_live_help")
@option("--scratch", metavar="cli.metavar_address", default="", help="cli.doctor_scratch_help")
@option("--as", "another", metavar="cli.metavar_key", default="", help="cli.doctor_as_help")
@option("--group", metavar="EMAIL", default="", help="cli.doctor_group_help")
@option("--format", "shape", type=Choice(["text", "json"]), default="text", help="cli.how_printed")
@click.pass_context
def doctor(ctx: click.Context, /, live: bool, shape: str, **means: str) -> None:
    """Examine everything and report each finding; exit status by the worst."""
    if live:
        _try_mail()
        trials.run(ctx, Means(**means), as_json=shape == "json")
    elif any(means.values()):
        raise click.UsageError(word("cli.doctor_only_live"), ctx)
    settings = context.settings()
    language = Language(settings.lang)
    findings = list(_printed(examine(settings, clocks.system, context.show_progress), language, aloud=shape == "text"))
    worst = max((finding.state for finding in findings), key=WORST_LAST.index)
    if shape == "json":
        context.answer_json({"state": worst.value, "findings": [finding.as_dict(language) for finding in findings]})
    elif worst is State.OK:
        print_word("cli.doctor_well")
    else:
        count = sum(finding.state is not State.OK for finding in findings)
        print_word("cli.doctor_attention", count=count, all=len(findings))
    ctx.exit(EXIT[worst])


def _try_mail() -> None:
    """Send a mail to the operator himself, where a mail server is set."""
    settings = context.settings()
    for finding in guarded(SMTP, lambda: trial_of(settings, clocks.system)):
        context.note(finding.line(Language(settings.lang)))


def _printed(findings: Iterable[Finding], language: Language, *, aloud: bool) -> Iterable[Finding]:
    """Pass findings on, each printed as soon as it is known."""
    for finding in findings:
        if aloud:
            click.secho(in_season(finding.line(language)), fg=COLOURS[finding.state])
        yield finding
