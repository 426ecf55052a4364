"""Two stocks of skills: the old ones fall, the new ones rise, and what lies between is what nobody can do
yet.

    ln old_t = a_o - gamma_o t + error,   ln new_t = a_n + gamma_n t + error

The founding articles let skills fall at one rate and called that mismatch; but mismatch is about the new
against the old. So both stocks are measured: the rate at which the old one falls, that at which the new one
rises, how many periods the gain of the new lags behind the loss of the old, and the *shortfall*: what was
lost and not yet gained, as a share of the old stock at the start. Where the table says how much of each is
wanted (vacancies, postings), the mismatch index of two cells is given
(`longwave.measure.skills.mismatch_index`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.skills.mismatch_index import mismatch_index
from longwave.measure.skills.own_series import a_year, above_zero, in_order, times
from longwave.measure.skills.regression import Segment, SegmentedRegression
from longwave.measure.spans import caution
from longwave.measure.wording import clear

NAME = "skill_stocks"
FEWEST = 8

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TwoStocks:
    """fall: gamma_o and rise: gamma_n, log changes a year with intervals; shortfall: lost and not yet gained,
    as a share of the first old stock, by period; lag: periods since the old stock's loss first reached what
    the new has gained by now, by period, null before anything was gained."""

    fall: Interval
    rise: Interval
    shortfall: Vector
    lag: Vector


def two_stocks(old: Vector, new: Vector, ordinals: NDArray[np.int64], a_year: int = 1) -> TwoStocks:
    """Both rates, the shortfall and the lag.

    old, new: stocks in one unit, above zero, shape (n,); ordinals: whole numbers that count periods; a_year:
    periods a year. Raises ValueError for fewer than eight periods, figures not above zero, or a stock that
    lies on its line exactly.
    """
    if len(old) < FEWEST or (old <= 0).any() or (new <= 0).any():
        raise ValueError("at least eight periods of stocks above zero are wanted")
    years = ordinals / a_year
    design = np.column_stack([np.ones(len(old)), years - years.mean()])
    falling = SegmentedRegression([Segment(ordinals, -np.log(old), design)]).coefficient(0, 1)
    rising = SegmentedRegression([Segment(ordinals, np.log(new), design)]).coefficient(0, 1)
    lost, gained = old[0] - old, new - new[0]
    return TwoStocks(falling, rising, (lost - gained) / old[0], replacement_lag(lost, gained, ordinals))


def replacement_lag(lost: Vector, gained: Vector, ordinals: NDArray[np.int64]) -> Vector:
    """For each period, how many periods earlier the loss first reached what is gained by now: a time
    distance, after Sicherl (1973), 0 where it has only just reached it. Null where nothing is gained yet, or
    more is gained than was ever lost."""
    out = np.full(len(lost), np.nan)
    for place in range(len(lost)):
        reached = np.flatnonzero(lost[: place + 1] >= gained[place])
        if gained[place] > 0 and len(reached):
            out[place] = float(ordinals[place] - ordinals[reached[0]])
    return out


def measure_skill_stocks(table: pd.DataFrame) -> Measurement:
    """Two stocks of skills of a user's table.

    Table: old, new, shortfall (share of the first old stock), lag (periods; null where nothing is gained),
    and mismatch where the table says what is wanted. Estimates: old_falls (gamma_o), new_rises (gamma_n),
    shares a year.
    """
    rows = in_order(table, ("old", "new"), NAME)
    if isinstance(rows, Refusal):
        return _nothing(rows)
    bad = above_zero(rows, NAME) or _refused(rows)
    if bad is not None:
        return _nothing(bad)
    ordinals = times(rows.index)
    try:
        found = two_stocks(
            rows["old"].to_numpy(float), rows["new"].to_numpy(float), ordinals, a_year(rows.index)
        )
    except ValueError:
        return _nothing(Refusal(NAME, say("skills.exact_fit"), say("measure.check_figures")))
    shown = rows.assign(shortfall=found.shortfall, lag=found.lag)
    wanted = _mismatch(table, rows)
    refusals: tuple[Refusal, ...] = ()
    if isinstance(wanted, Refusal):
        refusals = (wanted,)
    else:
        shown["mismatch"] = wanted
    return Measurement(
        NAME,
        "skills",
        "",
        shown,
        units={
            "old": "as given",
            "new": "as given",
            "shortfall": "share of the first old stock",
            "lag": "periods",
            "mismatch": "share of hires",
        },
        estimates=tuple(_estimates(found, rows.index)),
        findings=tuple(_findings(found, shown)),
        refusals=refusals,
    )


def _nothing(refusal: Refusal) -> Measurement:
    return Measurement(NAME, "skills", "", pd.DataFrame(), refusals=(refusal,))


def _refused(rows: pd.DataFrame) -> Refusal | None:
    if len(rows) < FEWEST:
        reason = say("skills.few_periods", count=len(rows), fewest=FEWEST)
        return Refusal(NAME, reason, say("skills.few_periods_mend"))
    for name in rows.columns:
        if float(np.ptp(np.log(rows[name].to_numpy(float)))) < 1e-9:
            return Refusal(NAME, say("skills.constant", column=str(name)), say("measure.check_figures"))
    return None


def _mismatch(table: pd.DataFrame, rows: pd.DataFrame) -> pd.Series | Refusal:
    names = ("old_wanted", "new_wanted")
    if not set(names) <= set(table.columns):
        return Refusal("mismatch", say("skills.nothing_wanted"), say("skills.nothing_wanted_mend"))
    wanted = table.set_index("period")[list(names)].reindex(rows.index)
    usable = wanted.notna().all(axis=1) & (wanted >= 0).all(axis=1) & (wanted.sum(axis=1) > 0)
    if not usable.any():
        return Refusal("mismatch", say("skills.nothing_wanted"), say("skills.nothing_wanted_mend"))
    return pd.Series(
        [
            mismatch_index(rows.loc[period].to_numpy(float), wanted.loc[period].to_numpy(float))
            if usable[period]
            else np.nan
            for period in rows.index
        ],
        index=rows.index,
    )


def _estimates(found: TwoStocks, index: pd.Index) -> Iterator[Estimate]:
    sample = Sample(len(index), str(index[0]), str(index[-1]))
    for name, interval in (("old_falls", found.fall), ("new_rises", found.rise)):
        yield Estimate(
            name,
            interval.value,
            interval.low,
            interval.high,
            "share a year",
            say("skills.method_stock", caution=caution(interval.persistence)),
            sample,
            grade_of(len(index)),
            interval.level,
        )


def _findings(found: TwoStocks, shown: pd.DataFrame) -> Iterator[Message]:
    fall, rise = _estimates(found, shown.index)
    yield _moved(fall, "skills.old_expected", "skills.old_opposite", "skills.old_unclear", -1)
    yield _moved(rise, "skills.new_expected", "skills.new_opposite", "skills.new_unclear", 1)
    gap, lag = float(shown["shortfall"].iloc[-1]), shown["lag"].iloc[-1]
    last = str(shown.index[-1])
    yield say("skills.shortfall" if gap > 0 else "skills.no_shortfall", period=last, gap=abs(gap))
    if np.isfinite(lag) and gap > 0:
        yield say("skills.lag", periods=int(lag))
    if "mismatch" in shown.columns and np.isfinite(shown["mismatch"].iloc[-1]):
        yield say("skills.stock_mismatch", period=last, value=float(shown["mismatch"].iloc[-1]))


def _moved(one: Estimate, expected: str, opposite: str, unclear: str, sign: int) -> Message:
    if clear(one) and one.value < 0:
        return say(opposite, change=sign * one.value)
    return say(expected if clear(one) else unclear, pace=one.value, low=one.low, high=one.high)


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "skills",
        (
            Column("period", "period", say("skills.column_period")),
            Column("old", "number", say("skills.column_old")),
            Column("new", "number", say("skills.column_new")),
            Column("old_wanted", "number", say("skills.column_old_wanted"), optional=True),
            Column("new_wanted", "number", say("skills.column_new_wanted"), optional=True),
        ),
        measure_skill_stocks,
    )
)
