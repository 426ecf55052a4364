"""What `longwave forecast` does with what it was given: a few series in full, or many together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from longwave.core.errors import UsageError
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.core.settings import Settings
from longwave.forecast.frames import read_many
from longwave.forecast.many import Task
from longwave.workflows.forecast.adding_up import add_up
from longwave.workflows.forecast.make import MOST_SERIES, Made, check_options, make_forecast
from longwave.workflows.forecast.own import is_file, is_long, is_there, own_table
from longwave.workflows.forecast.pooled import Pooled, check_processes, forecast_pooled, forecast_stream


def conduct(
    what: Sequence[str],
    *,
    horizon: int,
    method: str,
    backtest: bool,
    companions: tuple[str, ...],
    scenarios: Path | None,
    since: str | None,
    as_of: str | None,
    freq: str | None,
    unit: str,
    out: Path | None,
    plot: bool,
    total: str | None,
    processes: int | None,
    seed: int,
    settings: Settings,
    progress: Progress,
) -> Made | Pooled:
    """Arguments as `make_forecast`. A table of thirty series or more is forecast together; a large file needs `out`. total:
    the series that is the sum of all others; their forecasts are made to add up."""
    check_options(horizon, method, companions, seed)
    check_processes(processes)
    task = Task(horizon, method, seed=seed, unit=unit)
    alone = len(what) == 1 and is_file(what[0]) and not companions
    path = Path(what[0]) if what else Path()
    if alone and as_of is not None:
        raise UsageError(say("workflows.as_of_own"), say("workflows.as_of_own_mend"))
    if alone and is_there(path) and is_long(path):
        if out is None:
            raise UsageError(say("workflows.large_wants_out"), say("workflows.large_wants_out_mend"))
        if backtest or since or scenarios or total:
            raise UsageError(say("workflows.large_plain"), say("workflows.large_plain_mend"))
        if plot:
            raise UsageError(say("workflows.plot_large"), say("workflows.plot_many_mend"))
        return forecast_stream(path, out, task, freq=freq, processes=processes, progress=progress)
    if alone:
        table = own_table(path)
        series = read_many(table, freq=freq, today=date.today())
        if len(series) > MOST_SERIES:
            if since or scenarios or total:
                raise UsageError(
                    say("workflows.many_plain", count=len(series)), say("workflows.many_plain_mend")
                )
            if plot:
                raise UsageError(
                    say("workflows.plot_many", count=len(series)), say("workflows.plot_many_mend")
                )
            return forecast_pooled(series, task, backtest=backtest, processes=processes, progress=progress)
    made = make_forecast(
        *what,
        horizon=horizon,
        method=method,
        backtest=backtest or total is not None,
        as_of=as_of,
        since=since,
        companions=companions,
        scenarios=scenarios,
        freq=freq,
        unit=unit,
        seed=seed,
        settings=settings,
        progress=progress,
    )
    return made if total is None else add_up(made, total)
