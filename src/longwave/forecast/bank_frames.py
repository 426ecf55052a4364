"""Trials in the tables of the Bank of England's package forecast_evaluation, and back.

Forecasts:  date, vintage_date, variable, source, frequency, forecast_horizon, value
Densities:  the same and ``quantile``;  outturns: without source and forecast_horizon

- date is the last day of the period forecast, vintage_date that on which the forecast was made; source is the
  method, variable the series; frequency Q or M. Years are written A, which that package (0.1) does not take.
- forecast_horizon is counted from 0, the first period after the last figure that the forecast knows: step − 1.
- Outturns without vintages have no vintage_date (that package: ``outturn_vintages=False``); a trial without vintage
  is dated at the end of its first period ahead, as if figures came out when the next period is over.

Source: README and user guide of https://github.com/bank-of-england/forecast_evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.forecast import TRIAL_COLUMNS, Trials
from longwave.core.message import say
from longwave.core.period import Frequency, Period
from longwave.forecast.scores.table import quantile_columns

OUTTURN_COLUMNS = ("date", "vintage_date", "variable", "frequency", "value")
FORECAST_COLUMNS = (
    "date",
    "vintage_date",
    "variable",
    "source",
    "frequency",
    "forecast_horizon",
    "value",
)

_FREQUENCIES = {
    "A": Frequency.ANNUAL,
    "Y": Frequency.ANNUAL,
    "Q": Frequency.QUARTERLY,
    "M": Frequency.MONTHLY,
}
_KEY = ["variable", "source", "date", "vintage_date", "forecast_horizon"]


@dataclass(frozen=True, eq=False)
class BankFrames:
    """forecasts: the means; densities: one row a quantile (empty where there are none); outturns: what came."""

    forecasts: pd.DataFrame
    densities: pd.DataFrame
    outturns: pd.DataFrame


def to_bank_frames(
    trials: Trials, vintages: Mapping[str, Mapping[str, pd.Series]] | None = None
) -> BankFrames:
    """The trials in that package's tables; dates are Timestamps.

    vintages: for each unique_id its releases by day (YYYY-MM-DD), as for `real_time.real_time_trials`; all of them
    become outturns. Without: the series as it stands (`trials.history`, with the trials' outcomes in place of its
    figures), without vintage_date. Raises BadInput (a period with two outcomes, which one table of outturns cannot
    hold; years that no Timestamp can).
    """
    frame, letter = trials.frame, Frequency(trials.season).letter
    made = np.where(frame["vintage"] == "", frame["origin"].map(_following), frame["vintage"])
    base = pd.DataFrame(
        {
            "date": _ends(frame["period"]),
            "vintage_date": _timestamps(pd.Series(made, index=frame.index)),
            "variable": frame["unique_id"],
            "source": frame["method"],
            "frequency": letter,
            "forecast_horizon": frame["step"].astype(int) - 1,
        }
    )
    forecasts = base.assign(value=frame["mean"].astype(float)).reset_index(drop=True)
    parts = [
        base.assign(quantile=float(name), value=frame[name].astype(float)) for name in quantile_columns(frame)
    ]
    empty = base.iloc[:0].assign(quantile=0.0, value=0.0)
    densities = pd.concat(parts or [empty], ignore_index=True).dropna(subset="value", ignore_index=True)
    outturns = _standing(trials) if vintages is None else _released(vintages)
    return BankFrames(forecasts, densities, outturns.assign(frequency=letter)[_present(outturns)])


def from_bank_frames(
    forecasts: pd.DataFrame, outturns: pd.DataFrame, densities: pd.DataFrame | None = None
) -> Trials:
    """Trials from that package's tables; what came is the newest outturn of each date.

    Dates may be text or Timestamps on any day of their period; frequencies may carry an anchor or position (QE,
    QS-OCT, ME). Where outturns have no vintage_date, or an empty one, trials dated as `to_bank_frames` dates those
    without a vintage have none. Forecasts without an outturn, and those of periods already known (forecast_horizon
    below 0), are left out. Raises BadInput (columns, dates, frequencies, numbers, one forecast twice, several
    frequencies at once).
    """
    said = _read(forecasts, FORECAST_COLUMNS, "forecasts")
    came = _read(
        outturns if "vintage_date" in outturns.columns else outturns.assign(vintage_date=""),
        OUTTURN_COLUMNS,
        "outturns",
    )
    found = {*said["frequency"], *came["frequency"]}
    if len(found) != 1:
        raise BadInput(say("scores.bank_frequencies", there=tuple(sorted(found))))
    frequency = _FREQUENCIES[found.pop()]
    dated = bool(came["vintage_date"].notna().any())
    newest = came.sort_values("vintage_date", kind="stable", na_position="first")
    newest = newest.assign(period=_written(newest["date"], frequency))
    newest = newest.drop_duplicates(["variable", "period"], keep="last")
    history = {
        str(variable): rows.set_index("period")["value"].sort_index().rename(None)
        for variable, rows in newest.groupby("variable", sort=False)
    }
    frame = _trials(said, newest, frequency, dated)
    if densities is not None and len(densities):
        frame = _with_quantiles(frame, densities)
    order = [*TRIAL_COLUMNS, *quantile_columns(frame)]
    return Trials(frame[order].reset_index(drop=True), history, frequency.value)


def _trials(said: pd.DataFrame, newest: pd.DataFrame, frequency: Frequency, dated: bool) -> pd.DataFrame:
    said = said[said["forecast_horizon"] >= 0]
    if said.duplicated(_KEY).any():
        row = said[said.duplicated(_KEY)].iloc[0]
        raise BadInput(say("scores.bank_twice", source=str(row["source"]), date=str(row["date"].date())))
    period = _written(said["date"], frequency)
    step = said["forecast_horizon"].astype(int) + 1
    frame = said.assign(
        period=period,
        step=step,
        origin=[str(Period.parse(text) + -int(steps)) for text, steps in zip(period, step, strict=True)],
    )
    usual = _timestamps(frame["origin"].map(_following))
    known = dated | (frame["vintage_date"] != usual)
    frame["vintage"] = frame["vintage_date"].dt.strftime("%Y-%m-%d").where(known, "")
    frame = frame.rename(columns={"variable": "unique_id", "source": "method", "value": "mean"})
    outcome = newest.rename(columns={"variable": "unique_id", "value": "outcome"})
    return frame.merge(outcome[["unique_id", "period", "outcome"]], on=["unique_id", "period"], how="inner")


def _with_quantiles(frame: pd.DataFrame, densities: pd.DataFrame) -> pd.DataFrame:
    table = _read(densities, (*FORECAST_COLUMNS, "quantile"), "densities")
    shares = pd.to_numeric(table["quantile"], errors="coerce")
    if not shares.between(0, 1, inclusive="neither").all():
        raise BadInput(say("scores.bad_probabilities"), say("scores.bad_probabilities_mend"))
    table = table.assign(share=[f"{share:g}" for share in shares])
    if table.duplicated([*_KEY, "share"]).any():
        row = table[table.duplicated([*_KEY, "share"])].iloc[0]
        raise BadInput(say("scores.bank_twice", source=str(row["source"]), date=str(row["date"].date())))
    wide = table.pivot(index=_KEY, columns="share", values="value").reset_index()
    wide = wide.rename(columns={"variable": "unique_id", "source": "method"}).rename_axis(columns=None)
    keys = ["unique_id", "method", "date", "vintage_date", "forecast_horizon"]
    return frame.merge(wide, on=keys, how="left")


def _standing(trials: Trials) -> pd.DataFrame:
    """Each series as it stands, with the trials' outcomes in it."""
    came = trials.frame[["unique_id", "period", "outcome"]].drop_duplicates()
    twice = came.duplicated(["unique_id", "period"])
    if twice.any():
        row = came[twice].iloc[0]
        raise BadInput(
            say("scores.two_outcomes", series=str(row["unique_id"]), period=str(row["period"])),
            say("scores.two_outcomes_mend"),
        )
    parts = []
    for name, values in trials.history.items():
        judged = came[came["unique_id"] == name].set_index("period")["outcome"]
        whole = judged.combine_first(values.dropna().astype(float)).sort_index()
        parts.append(pd.DataFrame({"date": whole.index, "variable": name, "value": whole.to_numpy(float)}))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(date=_ends(table["date"]))


def _released(vintages: Mapping[str, Mapping[str, pd.Series]]) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "date": known.index.astype(str),
                "vintage_date": day,
                "variable": name,
                "value": known.to_numpy(float),
            }
        )
        for name, releases in vintages.items()
        for day, values in sorted(releases.items())
        for known in [values.dropna()]
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(date=_ends(table["date"]), vintage_date=_timestamps(table["vintage_date"]))


def _present(outturns: pd.DataFrame) -> list[str]:
    return [name for name in OUTTURN_COLUMNS if name in outturns.columns or name == "frequency"]


def _read(table: pd.DataFrame, columns: tuple[str, ...], name: str) -> pd.DataFrame:
    """The columns wanted, as dates, letters and finite numbers."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise BadInput(
            say("core.missing_columns", columns=tuple(missing), present=tuple(map(str, table.columns)))
        )
    letters = table["frequency"].astype(str).str.strip().str.upper().str[:1]
    unknown = sorted(set(letters) - set(_FREQUENCIES))
    if unknown or table.empty:
        raise BadInput(say("scores.bank_frequency", letters=tuple(unknown), table=name))
    values = pd.to_numeric(table["value"], errors="coerce").astype(float)
    if not np.isfinite(values).all():
        wrong = int((~np.isfinite(values)).sum())
        raise BadInput(say("scores.not_finite", name=name, count=wrong), say("scores.not_finite_mend"))
    found = table[list(columns)].assign(
        value=values,
        frequency=letters.replace("Y", "A"),
        date=_timestamps(table["date"]),
        vintage_date=_timestamps(table["vintage_date"]),
        variable=table["variable"].astype(str),
    )
    if found["date"].isna().any():
        raise BadInput(say("scores.bank_date", text=""), say("scores.bad_day_mend"))
    if "forecast_horizon" in columns:
        steps = pd.to_numeric(found["forecast_horizon"], errors="coerce")
        if steps.isna().any() or (steps % 1 != 0).any() or found["vintage_date"].isna().any():
            raise BadInput(say("scores.bank_horizon"))
        found = found.assign(forecast_horizon=steps.astype(int), source=found["source"].astype(str))
    return found


def _timestamps(days: pd.Series) -> pd.Series:
    try:
        return pd.to_datetime(days).astype("datetime64[ns]").dt.normalize()
    except (ValueError, TypeError) as error:
        raise BadInput(say("scores.bank_date", text=str(error)[:80]), say("scores.bad_day_mend")) from error


def _following(origin: str) -> str:
    """The last day of the first period ahead."""
    return str(_end(Period.parse(origin) + 1).date())


def _ends(written: pd.Series) -> pd.Series:
    distinct = {text: _end(Period.parse(str(text))) for text in written.unique()}
    return written.map(distinct).astype("datetime64[ns]")


def _end(period: Period) -> pd.Timestamp:
    months = 12 // period.frequency.value
    try:
        return pd.Timestamp(year=period.year, month=period.step * months, day=1) + pd.offsets.MonthEnd(0)
    except ValueError as error:
        raise BadInput(say("scores.bank_date", text=str(period)), say("scores.bad_day_mend")) from error


def _written(days: pd.Series, frequency: Frequency) -> pd.Series:
    """The period in which each day lies."""
    ordinals = days.dt.year * frequency.value + (days.dt.month - 1) // (12 // frequency.value)
    return pd.Series([str(Period(frequency, int(each))) for each in ordinals], index=days.index, dtype=object)
