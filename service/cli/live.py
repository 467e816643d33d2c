"""`tonghop doctor --live`: the assumptions that only an account can prove, tried on a scratch spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable

import click

from service import clock as clocks
from service import wiring
from service.cli import context
from service.cli.words import word
from service.operations.doctor.configuration import where
from service.operations.doctor.live import session
from service.operations.doctor.live.session import ASSUMPTIONS, Means, try_all
from service.operations.doctor.live.trial import Outcome, Result
from service.sheets.components import Component
from sheets_schema.wording import Language

COLOURS = {Outcome.HOLDS: None, Outcome.FAILS: "yellow", Outcome.UNTRIED: "cyan"}
DOES_NOT_HOLD = 1


def run(ctx: click.Context, means: Means, *, as_json: bool) -> None:
    """Try the whole table and print what was found; exit status 1 when something does not hold."""
    settings = context.settings()
    language = Language(settings.lang)
    place = where(settings).text(language)
    context.note(word("cli.live_at", place=place))
    with (
        wiring.open_for_reading(
            settings, clocks.system, component=Component.PROVISION, progress=context.show_progress
        ) as opened,
        session.opened(opened, means) as trial,
    ):
        results = list(_printed(try_all(trial, ASSUMPTIONS), language, aloud=not as_json))
    counts = {outcome: sum(one.verdict.outcome is outcome for one in results) for outcome in Outcome}
    if as_json:
        counted = {outcome.value: count for outcome, count in counts.items()}
        context.answer_json({"server": place, **counted, "results": [one.as_dict(language) for one in results]})
    else:
        summary = ", ".join(f"{count} {outcome.words.text(language)}" for outcome, count in counts.items())
        click.echo(f"{summary}. {place}")
    ctx.exit(DOES_NOT_HOLD if counts[Outcome.FAILS] else 0)


def _printed(results: Iterable[Result], language: Language, *, aloud: bool) -> Iterable[Result]:
    """Pass results on, each printed as soon as it is known."""
    for result in results:
        if aloud:
            click.secho(result.line(language), fg=COLOURS[result.verdict.outcome])
        yield result
