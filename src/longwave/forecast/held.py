"""A forecaster held as it was: the parameters of an earlier fit, on whatever series it is handed.

Scale and calibration are kept too. The calibration is read from the earlier forecast: for each step and quantile
the ratio of its distance from the median to that which the fitted method says itself, on the method's scale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.estimate import Refusal, Sample
from longwave.core.forecast import ForecastTable
from longwave.core.message import say
from longwave.core.period import Period
from longwave.forecast.ensemble import EnsembleFit
from longwave.forecast.method import AbstractFit, FitError, Matrix, Vector
from longwave.forecast.profiles import profile
from longwave.forecast.run import last_run
from longwave.forecast.scale import Scale, method_scale

Replay: TypeAlias = "Callable[[pd.Series], ForecastTable | Refusal]"
"""A forecaster that takes a series and says its forecast, as an earlier one was made."""


def held(method: str, earlier: ForecastTable, old: pd.Series, *, seed: int = 0) -> Replay | Refusal:
    """The earlier forecast's method or profile (its `made_by`), fitted to the old series and then kept: parameters,
    scale and calibration.

    The calibration is read from the earlier forecast: for each step and quantile, the ratio of its distance
    from the median to that which the fitted method says itself, on the method's scale. Returns a Refusal where
    the method finds no fit. Raises UsageError for an unknown method and BadInput for unreadable periods.
    """
    chosen = profile(method)
    run = last_run(known_figures(old, earlier.origin))
    if isinstance(run, Refusal):
        return Refusal(earlier.variable, run.reason, run.mend)
    scale = method_scale(run.values, earlier.unit, log=chosen.log)
    try:
        fit = chosen.fitted_on(scale.kind).fit(scale.forward(run.values), run.frequency.value, seed)
        factors = _calibration(earlier.frame, fit, scale)
    except FitError:
        return Refusal(earlier.variable, say("revision.no_fit"), say("revision.few_mend"))
    return lambda series: _carried(series, fit, scale, earlier, factors)


def _calibration(frame: pd.DataFrame, fit: AbstractFit, scale: Scale) -> Matrix:
    """Given over own distances from the median: shape (steps, quantiles); 1 where the method gives no width."""
    said = fit.ahead(len(frame))
    given = scale.forward(frame[quantile_columns(frame)].to_numpy(np.float64))
    given = given - scale.forward(frame["0.5"].to_numpy(np.float64))[:, None]
    own = np.column_stack([said.quantile(float(one)) - said.mean for one in quantile_columns(frame)])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = given / own
    return np.where(np.isfinite(ratio) & (own != 0), ratio, 1.0)


def _carried(
    series: pd.Series, fit: AbstractFit, scale: Scale, earlier: ForecastTable, factors: Matrix
) -> ForecastTable | Refusal:
    run = last_run(series)
    if isinstance(run, Refusal):
        return Refusal(earlier.variable, run.reason, run.mend)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = scale.forward(run.values)
    columns = quantile_columns(earlier.frame)
    if not np.isfinite(scaled).all():
        return Refusal(earlier.variable, say("revision.off_scale"), say("revision.off_scale_mend"))
    try:
        said = _kept(fit, scaled).ahead(len(earlier.frame))
    except FitError:
        return Refusal(earlier.variable, say("revision.no_fit"), say("revision.few_mend"))
    own = np.column_stack([said.quantile(float(one)) - said.mean for one in columns])
    found = scale.backward(said.mean[:, None] + factors * own)
    end = run.last
    index = pd.Index([str(end + step) for step in range(1, len(found) + 1)], name="period", dtype=object)
    frame = pd.DataFrame(found, index=index, columns=columns)
    sample = Sample(len(run), str(run.first), str(end))
    return ForecastTable(
        earlier.variable,
        earlier.area,
        str(end),
        earlier.unit,
        frame,
        fit.label,
        sample,
        made_by=earlier.made_by,
    )


def _kept(fit: AbstractFit, values: Vector) -> AbstractFit:
    """The fit on other values. An ensemble would fit its quick members anew; here each keeps its parameters."""
    if isinstance(fit, EnsembleFit):
        run = values - fit.start
        members = {name: one.carried(run) for name, one in fit.members.items()}
        return EnsembleFit(members, run, fit.season, fit.seed, fit.rule, fit.bounded, fit.start)
    return fit.carried(values)


def known_figures(series: pd.Series, origin: str) -> pd.Series:
    """Known figures in the order of time. Raises BadInput: a period twice, or an end that is not the origin."""
    known = series.dropna().astype(float)
    known.index = pd.Index(
        [str(Period.parse(str(text))) for text in known.index], dtype=object, name="period"
    )
    if known.index.has_duplicates:
        raise BadInput(say("revision.period_twice", period=str(known.index[known.index.duplicated()][0])))
    known = known.sort_index()
    end = str(known.index[-1]) if len(known) else "-"
    if end != origin:
        raise BadInput(say("revision.other_end", end=end, origin=origin), say("revision.other_end_mend"))
    return known


def quantile_columns(frame: pd.DataFrame) -> list[str]:
    return sorted((str(one) for one in frame.columns if _is_share(str(one))), key=float)


def _is_share(text: str) -> bool:
    return text.startswith("0.") and text[2:].isdigit()
