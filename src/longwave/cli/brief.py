"""``longwave brief AREA``: the government's brief, every policy domain on two pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command
from longwave.cli.complete import complete_area
from longwave.cli.progress import watched
from longwave.core.message import LANGUAGES, Value, say

if TYPE_CHECKING:
    from longwave.workflows.policy.brief import Brief


def enter(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    examples = ("longwave brief DEU", "longwave brief China --budget 1 --out brief")
    command(app, "brief", brief="cli.brief_brief", text="cli.brief_text", examples=examples)(brief)


def brief(
    call: Call,
    area: Annotated[
        str, typer.Argument(metavar="AREA", help="cli.policy_area", autocompletion=complete_area)
    ],
    budget: Annotated[
        float | None, typer.Option("--budget", metavar="PERCENT", help="cli.policy_budget")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="cli.policy_draws")] = 1000,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="cli.brief_out")] = None,
) -> None:
    from longwave.policy.loop import PlanOptions
    from longwave.workflows.page_folder import check_folder
    from longwave.workflows.policy.brief import make_brief, write_brief

    if out is not None:
        check_folder(out)
    options = PlanOptions(budget=budget, replications=draws)
    with watched(call.output) as progress:
        made = make_brief(area, options=options, as_of=as_of, settings=call.settings, progress=progress)
    _tell(call, made)
    if out is not None:
        # The brief is read by a government and its partners: both languages, unless one was asked for.
        write_brief(made, out, call.languages or LANGUAGES)
        call.output.note(say("cli.policy_written", path=str(out)))
    call.output.document("brief", made.results())


def _tell(call: Call, made: Brief) -> None:
    told = made.document
    call.output.line(told.title)
    for each in told.headlines:
        call.output.line(f"  > {each.text(call.output.lang)}")
    for section in told.sections:
        call.output.line()
        call.output.line(section.title)
        for sentence in (*section.answers, *section.paragraphs):
            call.output.line(f"  - {sentence.text(call.output.lang)}")
        for table in section.tables:
            rows = [[_cell(call, each) for each in row] for row in table.rows]
            call.output.table([_cell(call, each) for each in table.header], rows)


def _cell(call: Call, value: Value) -> str:
    """A cell of the page as a terminal shows it; what is listed is parted by semicolons."""
    if isinstance(value, tuple):
        return "; ".join(_cell(call, each) for each in value)
    return call.output.spoken(value)
