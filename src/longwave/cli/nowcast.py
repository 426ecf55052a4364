"""``longwave nowcast``: the present of a slow figure, from faster ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command, leave
from longwave.cli.output import Output, Spoken
from longwave.cli.progress import watched
from longwave.core.errors import PartialResult
from longwave.core.message import say

if TYPE_CHECKING:
    from longwave.forecast.nowcast.nowcast import Nowcast
    from longwave.workflows.nowcast import Nowcasted

_SCORES = ("origins", "rmse", "mae", "coverage_80", "coverage_95")


def enter(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    examples = (
        "longwave nowcast real_gdp@USA --with INDPRO@USA --with PAYEMS@USA",
        "longwave nowcast gdp --file figures.csv --candidate tone",
        "longwave nowcast gdp --file new.csv --earlier old.csv",
    )
    command(app, "nowcast", brief="cli.nowcast_brief", text="cli.nowcast_text", examples=examples)(nowcast)


def nowcast(
    call: Call,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="cli.nowcast_target")],
    indicators: Annotated[
        list[str] | None, typer.Option("--with", metavar="SERIES", help="cli.nowcast_with")
    ] = None,
    candidates: Annotated[
        list[str] | None, typer.Option("--candidate", metavar="SERIES", help="cli.nowcast_candidate")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="cli.nowcast_file")] = None,
    earlier: Annotated[
        Path | None, typer.Option("--earlier", metavar="FILE", help="cli.nowcast_earlier")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", metavar="PERIOD", help="cli.nowcast_period")
    ] = None,
    method: Annotated[
        str, typer.Option("--method", metavar="METHOD", help="cli.nowcast_method")
    ] = "dynamic_factor",
    freq: Annotated[str | None, typer.Option("--freq", metavar="FREQ", help="cli.nowcast_freq")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="cli.nowcast_since")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")] = None,
) -> None:
    from longwave.workflows.nowcast import make_nowcast

    with watched(call.output) as progress:
        made = make_nowcast(
            target,
            indicators=tuple(indicators or ()),
            candidates=tuple(candidates or ()),
            file=file,
            earlier=earlier,
            period=period,
            method=method,
            freq=freq,
            as_of=as_of,
            since=since,
            settings=call.settings,
            progress=progress,
        )
    _tell(call.output, made)
    call.output.document("nowcast", made.results())
    for refusal in made.refusals:
        call.output.warn(
            say("cli.refused_series", series=refusal.subject, reason=refusal.reason, mend=refusal.mend or "")
        )
    if made.refusals:
        leave(PartialResult.exit_code)


def _tell(output: Output, made: Nowcasted) -> None:
    result = made.result
    output.line(say("cli.nowcast_heading", series=made.key, period=result.period).text(output.lang))
    for sentence in result.said:
        output.line(f"  - {sentence.text(output.lang)}")
    _answers(output, result)
    _record(output, result)
    output.tests(result.tests)
    output.note(result.method)
    for note in result.notes:
        output.note(note)
    for origin in made.origins.values():
        output.note(say("cli.source_line", citation=origin.citation()))


def _answers(output: Output, result: Nowcast) -> None:
    """Median change and band of the method and its rivals, period by period."""
    header: list[Spoken] = [say("cli.column_period"), say("cli.column_method"), say("cli.column_change")]
    header += [say("cli.column_band", level=level) for level in (0.8, 0.95)]
    percent = result.kind == "log"
    rows: list[list[Spoken]] = []
    for period in result.change.index:
        for told in (result.own, *result.rivals):
            row = told.changes.loc[period]
            rows.append(
                [
                    str(period),
                    told.name,
                    _change(row["0.5"], percent),
                    f"{_change(row['0.1'], percent)} … {_change(row['0.9'], percent)}",
                    f"{_change(row['0.025'], percent)} … {_change(row['0.975'], percent)}",
                ]
            )
    output.table(header, rows)


def _record(output: Output, result: Nowcast) -> None:
    there = [name for name in _SCORES if name in result.scores]
    output.line(say("cli.nowcast_record"))
    header: list[Spoken] = [say("cli.column_method"), *(say(f"cli.score_{name}") for name in there)]
    rows = [
        [str(name), *(_score(each, row[each], result.kind == "log") for each in there)]
        for name, row in result.scores.iterrows()
    ]
    output.table(header, rows)


def _score(name: str, value: float, percent: bool) -> str:
    if value != value:
        return "–"
    if name == "origins":
        return f"{value:.0f}"
    return f"{value:.0%}" if name.startswith("coverage") else _change(value, percent)


def _change(value: float, percent: bool) -> str:
    return f"{value:.2%}" if percent else f"{value:.4g}"
