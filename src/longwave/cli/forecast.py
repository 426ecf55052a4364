"""``longwave forecast``: series of the store by name, or those of your own file, led on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command, leave
from longwave.cli.complete import complete_method
from longwave.cli.output import Output, Spoken
from longwave.cli.progress import watched
from longwave.core.errors import PartialResult, UsageError
from longwave.core.message import Message, Names, say

if TYPE_CHECKING:
    import pandas as pd

    from longwave.core.estimate import Refusal
    from longwave.core.forecast import Backtest, ForecastTable
    from longwave.workflows.figure_style import Style
    from longwave.workflows.forecast.make import Made
    from longwave.workflows.forecast.pooled import Pooled

_FIRST = 5
"""Series of many whose last period is shown; the file has them all."""

_SHOWN_REFUSALS = 8
_SCORES = ("rmse", "mae", "mase", "smape", "owa", "crps", "msis", "coverage_80", "coverage_95")


def enter(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    examples = (
        "longwave forecast labour_productivity@USA --h 10",
        "longwave forecast real_gdp@CHN --backtest --plot china.html",
        "longwave forecast sales.csv --h 12 --out forecasts.csv",
        "longwave forecast methods",
    )
    command(app, "forecast", brief="cli.forecast_brief", text="cli.forecast_text", examples=examples)(
        forecast
    )


def forecast(
    call: Call,
    what: Annotated[list[str], typer.Argument(metavar="SERIES|FILE", help="cli.forecast_what")],
    h: Annotated[int, typer.Option("--h", "--horizon", metavar="N", help="cli.forecast_h")] = 12,
    method: Annotated[
        str,
        typer.Option(
            "--method", metavar="METHOD", help="cli.forecast_method", autocompletion=complete_method
        ),
    ] = "ensemble",
    backtest: Annotated[bool, typer.Option("--backtest", help="cli.forecast_backtest")] = False,
    beside: Annotated[
        list[str] | None, typer.Option("--with", metavar="SERIES", help="cli.forecast_with")
    ] = None,
    scenarios: Annotated[
        Path | None, typer.Option("--scenarios", metavar="FILE", help="cli.forecast_scenarios")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE|FILE", help="cli.forecast_since")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")] = None,
    freq: Annotated[str | None, typer.Option("--freq", metavar="FREQ", help="cli.forecast_freq")] = None,
    unit: Annotated[str, typer.Option("--unit", help="cli.forecast_unit")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="cli.forecast_out")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="cli.forecast_plot")] = None,
    total: Annotated[str | None, typer.Option("--total", metavar="SERIES", help="cli.forecast_total")] = None,
    processes: Annotated[
        int | None, typer.Option("--processes", metavar="N", help="cli.forecast_processes")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="cli.study_seed")] = 0,
) -> None:
    if what == ["methods"]:
        _methods(call)
        return
    if "methods" in what:
        raise UsageError(say("cli.forecast_methods_alone"))
    from longwave.workflows.forecast.files import check_out, check_plot, save_frame, save_plot
    from longwave.workflows.forecast.pooled import Pooled
    from longwave.workflows.forecast.verb import conduct

    check_out(out)
    check_plot(plot)
    with watched(call.output) as progress:
        made = conduct(
            what,
            horizon=h,
            method=method,
            backtest=backtest,
            companions=tuple(beside or ()),
            scenarios=scenarios,
            since=since,
            as_of=as_of,
            freq=freq,
            unit=unit,
            out=out,
            plot=plot is not None,
            total=total,
            processes=processes,
            seed=seed,
            settings=call.settings,
            progress=progress,
        )
    # Files come first: a reader of the screen may close the pipe.
    files = {}
    if out is not None:
        files["out"] = str(save_frame(made.frame, out) if getattr(made, "out", None) is None else out)
    if plot is not None and not isinstance(made, Pooled):
        files |= {name: str(path) for name, path in save_plot(made, plot, call.report_languages).items()}
    if isinstance(made, Pooled):
        _tell_pooled(call.output, made)
    else:
        _tell(call.output, made)
    for path in files.values():
        call.output.line(say("cli.written_at", path=path))
    call.output.document(
        "forecast_many" if isinstance(made, Pooled) else "forecast", {**made.results(), "files": files}
    )
    _tell_refusals(call.output, made.refusals)
    if made.refusals:
        leave(PartialResult.exit_code)


def _methods(call: Call) -> None:
    from longwave.workflows.forecast.methods import method_rows

    rows = method_rows()
    header = [say(f"cli.column_{name}") for name in ("method", "kind", "fewest", "about")]
    table: list[list[Spoken]] = [
        [row.name, say(f"cli.method_{row.kind}"), row.fewest, row.about] for row in rows
    ]
    call.output.table(header, table)
    call.output.document(
        "forecast_methods",
        {"methods": [{"name": row.name, "kind": row.kind, "fewest": row.fewest} for row in rows]},
    )


def _tell(output: Output, made: Made) -> None:
    from longwave.workflows.figure_style import style_of
    from longwave.workflows.forecast.told import changes, outlook

    for key, table in made.tables.items():
        style = style_of(table)
        output.line(_heading(key, style, made.names[key], output))
        said = [*outlook(table, made.histories[key], made.names[key], made.backtests.get(key))]
        if key in made.revisions:
            said += changes(made.revisions[key], made.names[key])
        for sentence in said:
            output.line(f"  - {sentence.text(output.lang)}")
        _rows(output, table, made.written(key), style)
        output.note(table.method)
        if key in made.backtests:
            _scores(output, made.backtests[key])
        output.line()
    for note in made.notes:
        output.note(note)
    for origin in made.origins.values():
        output.note(say("cli.source_line", citation=origin.citation()))


def _heading(key: str, style: Style, name: Message | Names | str, output: Output) -> str:
    """The series as it was asked for, its name where that says more, and its unit."""
    from longwave.workflows.figure_style import UNSTATED
    from longwave.workflows.series_name import without_total

    said = output.spoken(without_total(name))
    parts = [] if said == key else [said]
    unit = style.unit.text(output.lang)
    if style.unit.key != UNSTATED and unit not in said:
        parts.append(unit)
    if not parts:
        return key or said
    return say("cli.forecast_heading", series=key or said, about=tuple(parts)).text(output.lang)


def _rows(output: Output, table: ForecastTable, periods: list[str], style: Style) -> None:
    """Period, median and the 80 and 95 per cent bands, with as many decimals as the bands deserve."""
    header: list[Spoken] = [say("cli.column_period"), say("cli.column_median")]
    header += [say("cli.column_band", level=level) for level in (0.8, 0.95)]
    rows: list[list[Spoken]] = [
        [
            period,
            style.said(row["0.5"]),
            f"{style.said(row['0.1'])} … {style.said(row['0.9'])}",
            f"{style.said(row['0.025'])} … {style.said(row['0.975'])}",
        ]
        for period, (_, row) in zip(periods, table.frame.iterrows(), strict=True)
    ]
    output.table(header, rows)


def _scores(output: Output, found: Backtest) -> None:
    """Errors beside the rivals', coverage, and the tests in words."""
    there = [name for name in _SCORES if name in found.scores]
    output.line(say("cli.forecast_record", count=found.trials.of(found.method)["origin"].nunique()))
    output.table(
        [say("cli.column_method"), *(say(f"cli.score_{name}") for name in there)],
        [
            [str(name), *(_score(name_, row[name_]) for name_ in there)]
            for name, row in found.scores.iterrows()
        ],
    )
    output.tests(found.tests)
    for refusal in found.refusals:
        output.detail(say("cli.refused", reason=refusal.reason, mend=refusal.mend or ""))
    for note in found.notes:
        output.note(note)


def _score(name: str, value: float) -> str:
    if value != value:
        return "–"
    return f"{value:.0%}" if name.startswith("coverage") else _written(value)


def _tell_pooled(output: Output, made: Pooled) -> None:
    output.line(say("cli.forecast_many", count=made.series, refused=made.refused))
    if made.coverage:
        shares = tuple(
            say("cli.forecast_covered", level=level, share=share) for level, share in made.coverage.items()
        )
        output.line(say("cli.forecast_coverage", shares=shares))
    for name, times in made.fallen.items():
        output.note(say("cli.forecast_fallen", method=name, count=times))
    _first(output, made.frame)
    for season, found in made.backtests.items():
        output.line(say("cli.forecast_held_out", season=season))
        _scores(output, found)
    for note in made.notes:
        output.note(note)


def _first(output: Output, frame: pd.DataFrame) -> None:
    """The last period ahead of the first few series."""
    if frame.empty:
        return
    unique_id, ds = frame.columns[:2]
    last = frame.groupby(unique_id, sort=False).tail(1).head(_FIRST)
    header: list[Spoken] = [say("cli.column_series_id"), say("cli.column_period"), say("cli.column_median")]
    header.append(say("cli.column_band", level=0.8))
    rows = [
        [
            str(row[unique_id]),
            str(row[ds])[:10],
            _written(row["longwave"]),
            f"{_written(row['longwave-lo-80'])} … {_written(row['longwave-hi-80'])}",
        ]
        for _, row in last.iterrows()
    ]
    output.table(header, rows)


def _tell_refusals(output: Output, refusals: tuple[Refusal, ...]) -> None:
    for refusal in refusals[:_SHOWN_REFUSALS]:
        said: Message = say(
            "cli.refused_series", series=refusal.subject, reason=refusal.reason, mend=refusal.mend or ""
        )
        output.warn(said)
    if len(refusals) > _SHOWN_REFUSALS:
        output.note(say("cli.refusals_more", count=len(refusals) - _SHOWN_REFUSALS))


def _written(value: float) -> str:
    """Digits that count, and no powers of ten where an ordinary number does."""
    size = abs(float(value))
    if 1e4 <= size < 1e15:
        return f"{value:,.0f}"
    if 100 <= size < 1e4:
        return f"{value:,.1f}"
    return f"{value:.4g}"
