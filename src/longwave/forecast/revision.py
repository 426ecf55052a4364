"""What changed since the last forecast, and because of which data.

The old method with its old parameters is handed, one after the other, the data it had, the revised data, and the
data with the new observations; the later forecast comes last. With F(data) the forecast for a period made so,

    later - earlier = [F(old) - earlier] + revisions + new observations + [later - F(new)]

The first bracket (unreproduced) is zero where the earlier forecast can be made again; the last is what estimating
anew, or another method, changed. Revised first or new first gives two orders: each of the two middle parts is the
mean over both (Shapley value), and the distance between them is given, so that nobody reads more into the split
than the order. New observations are handed over one by one, so each has its own part.

Surprises: where each new figure came out in the earlier forecast's own distribution. Its z is the normal score of
that place, by straight lines between the quantiles that were given, so that |z| <= 1.2816 is the 80 per cent band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, DataError, UnitMismatch, UsageError
from longwave.core.estimate import Refusal, Sample
from longwave.core.forecast import ForecastTable
from longwave.core.message import say
from longwave.core.period import Period
from longwave.core.unit import Unit
from longwave.forecast.held import Replay, known_figures, quantile_columns
from longwave.forecast.method import Matrix, Vector

PARTS = ("unreproduced", "revisions", "new_observations", "re_estimation")
"""The columns of a split; they add up to `change`."""

LOW, MIDDLE, HIGH = "0.1", "0.5", "0.9"
_INSIDE = 1.2815515655446004
SAME = 1e-9
"""Figures that differ by less than this part of their size are the same figure written twice."""

_MOST_SINGLY = 24
"""Most new figures that are handed over one by one; more of them go together."""


@dataclass(frozen=True, eq=False)
class Revision:
    """How a forecast changed.

    table: one row a (period, quantile) that both forecasts hold; columns earlier, later, change and, where the split
    could be made, PARTS (adding up to change) and between_orders (how far the order moves a part from its mean).
    news: one row a forecast period, one column a new observation: its part of new_observations in the median
    (without a split: no columns). surprises: index = periods that have come out; expected, low, high (80 per cent
    band), actual, inside, z (null where the earlier band has no width). revised: index = periods known before whose
    figures changed; before, after (null: not there); known: how many figures were known before, None where they were
    not kept. refusals: what could not be said. In sentences: `revision_wording`.
    """

    variable: str
    area: str
    unit: str
    earlier_origin: str
    later_origin: str
    table: pd.DataFrame
    news: pd.DataFrame
    surprises: pd.DataFrame
    revised: pd.DataFrame
    known: int | None = None
    refusals: tuple[Refusal, ...] = ()

    @property
    def median(self) -> pd.DataFrame:
        """The rows of the median, by period."""
        return self.of(MIDDLE)

    def of(self, quantile: str) -> pd.DataFrame:
        """The rows of one quantile, e.g. ``0.1``, by period."""
        return self.table[self.table["quantile"] == quantile].set_index("period").drop(columns="quantile")


def revision(
    earlier: ForecastTable,
    later: ForecastTable,
    replay: Replay | None,
    old: pd.Series | None,
    new: pd.Series,
) -> Revision:
    """Splits the change between two forecasts of one series.

    old, new: the series behind each forecast, indexed by written period; replay: makes the earlier forecast on
    any series (`held.held` keeps the parameters of a method; a profile may give its own). Where `replay` estimates anew, its
    re-estimation is within the parts of the data that caused it. old or replay None (only the earlier forecast
    was kept): surprises and the whole change are given, the split is a refusal.

    Raises UsageError (another series, or the later forecast is the older one), UnitMismatch, BadInput (periods
    unreadable or twice there, a forecast without median, a series that does not end where its forecast begins).
    """
    _check(earlier, later)
    now = known_figures(new, later.origin)
    before = None if old is None else known_figures(old, earlier.origin)
    surprises = _surprises(earlier.frame, now)
    shared = [period for period in earlier.frame.index if period in later.frame.index]
    columns = [one for one in quantile_columns(earlier.frame) if one in later.frame.columns]
    table = _whole(earlier.frame, later.frame, shared, columns)
    revised = pd.DataFrame(columns=["before", "after"]) if before is None else _changed(before, now)
    split = _split(earlier, table, replay, before, now, shared, columns)
    news, refusals = pd.DataFrame(index=pd.Index(shared, name="period")), []
    if isinstance(split, Refusal):
        refusals.append(split)
    else:
        table, news = split
    if not shared:
        refusals.append(Refusal(later.variable, say("revision.no_shared"), say("revision.no_shared_mend")))
    return Revision(
        later.variable,
        later.area,
        later.unit,
        earlier.origin,
        later.origin,
        table,
        news,
        surprises,
        revised,
        None if before is None else len(before),
        tuple(refusals),
    )


def saved(frame: pd.DataFrame, *, variable: str, area: str, unit: str) -> ForecastTable:
    """A forecast of which only the frame was kept (index = written periods, columns ``mean`` and quantiles).

    Raises BadInput: no median, periods not in an unbroken row, missing numbers, quantiles that cross.
    """
    if frame.empty or MIDDLE not in frame.columns:
        raise BadInput(say("revision.no_median"), say("revision.saved_mend"))
    periods = [Period.parse(str(text)) for text in frame.index]
    if any(two - one != 1 for one, two in pairwise(periods)):
        raise BadInput(say("revision.broken_periods"), say("revision.saved_mend"))
    kept = frame.set_axis(pd.Index([str(one) for one in periods], name="period", dtype=object))
    quantiles = kept[quantile_columns(kept)].to_numpy(np.float64)
    if not np.isfinite(quantiles).all() or (np.diff(quantiles, axis=1) < 0).any():
        raise BadInput(say("revision.crossed"), say("revision.saved_mend"))
    origin = str(periods[0] + -1)
    sample = Sample(0, "", origin)
    return ForecastTable(variable, area, origin, unit, kept, say("revision.saved"), sample)


def _check(earlier: ForecastTable, later: ForecastTable) -> None:
    if (earlier.variable, earlier.area) != (later.variable, later.area):
        pairs = [f"{one.variable} ({one.area})" for one in (earlier, later)]
        raise UsageError(say("revision.other_series", first=pairs[0], second=pairs[1]))
    if Unit.parse(earlier.unit) != Unit.parse(later.unit):
        raise UnitMismatch(
            say("revision.other_unit", first=earlier.unit, second=later.unit), say("revision.other_unit_mend")
        )
    if Period.parse(later.origin) < Period.parse(earlier.origin):
        raise UsageError(say("revision.wrong_order", earlier=earlier.origin, later=later.origin))
    for one in (earlier, later):
        if MIDDLE not in one.frame.columns:
            raise BadInput(say("revision.no_median"), say("revision.saved_mend"))


def _whole(
    earlier: pd.DataFrame, later: pd.DataFrame, shared: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    """The change itself: one row a period and quantile."""
    first = earlier.loc[list(shared), list(columns)].to_numpy(np.float64).ravel()
    last = later.loc[list(shared), list(columns)].to_numpy(np.float64).ravel()
    return pd.DataFrame(
        {
            "period": np.repeat(np.array(shared, dtype=object), len(columns)),
            "quantile": list(columns) * len(shared),
            "earlier": first,
            "later": last,
            "change": last - first,
        }
    )


def _surprises(frame: pd.DataFrame, now: pd.Series) -> pd.DataFrame:
    """Where each figure that came out lies in the earlier forecast's distribution."""
    came = [period for period in frame.index if period in now.index]
    columns = quantile_columns(frame)
    scores = [
        _score(float(now[period]), frame.loc[period, columns].to_numpy(np.float64), columns)
        for period in came
    ]
    rows = frame.loc[came]
    nothing = np.full(len(came), np.nan)
    low, high = ((rows[one].to_numpy() if one in columns else nothing) for one in (LOW, HIGH))
    actual = now.loc[came].to_numpy(np.float64)
    return pd.DataFrame(
        {
            "expected": rows[MIDDLE].to_numpy(np.float64),
            "low": low,
            "high": high,
            "actual": actual,
            "inside": (actual >= low) & (actual <= high) if has_band(columns) else np.abs(scores) <= _INSIDE,
            "z": np.array(scores, dtype=np.float64),
        },
        index=pd.Index(came, name="period", dtype=object),
    )


def has_band(columns: Sequence[str]) -> bool:
    return LOW in columns and HIGH in columns


def _score(value: float, quantiles: Vector, columns: Sequence[str]) -> float:
    """The normal score of a value among quantiles, by straight lines, drawn on beyond the outermost."""
    from scipy.special import ndtri

    scores = np.asarray(ndtri([float(one) for one in columns]), dtype=np.float64)
    keep = np.concatenate([[True], np.diff(quantiles) > 0])
    knots, heights = quantiles[keep], scores[keep]
    if len(knots) < 2:
        return float("nan")
    place = int(np.clip(np.searchsorted(knots, value) - 1, 0, len(knots) - 2))
    slope = (heights[place + 1] - heights[place]) / (knots[place + 1] - knots[place])
    return float(heights[place] + (value - knots[place]) * slope)


def _changed(before: pd.Series, now: pd.Series) -> pd.DataFrame:
    """Figures up to the earlier origin that are not what they were."""
    end = str(before.index[-1])
    pair = pd.DataFrame({"before": before, "after": now[now.index <= end]}).sort_index()
    same = np.isclose(pair["before"], pair["after"], rtol=SAME, atol=0.0)
    return pair[~same].rename_axis("period")


def _split(
    earlier: ForecastTable,
    table: pd.DataFrame,
    replay: Replay | None,
    before: pd.Series | None,
    now: pd.Series,
    shared: Sequence[str],
    columns: Sequence[str],
) -> tuple[pd.DataFrame, pd.DataFrame] | Refusal:
    """The table with its parts, and the part of each new observation in the median."""
    if before is None or replay is None:
        reason = say("revision.no_vintage" if before is None else "revision.no_replay")
        return Refusal(earlier.variable, reason, say("revision.no_vintage_mend"))
    end = str(before.index[-1])
    revised, fresh = now[now.index <= end], now[now.index > end]
    if not len(revised):
        return Refusal(
            earlier.variable, say("revision.history_gone", end=end), say("revision.no_vintage_mend")
        )
    on_old = _walk(replay, before, fresh, shared, columns)
    on_revised = _walk(replay, revised, fresh, shared, columns)
    if isinstance(on_old, Refusal):
        return on_old
    if isinstance(on_revised, Refusal):
        return on_revised
    first, last = on_revised[0] - on_old[0], on_revised[-1] - on_old[-1]
    steps = [
        (one[1] - one[0] + two[1] - two[0]) / 2
        for one, two in zip(pairwise(on_old), pairwise(on_revised), strict=True)
    ]
    parts = table.assign(
        unreproduced=on_old[0].ravel() - table["earlier"],
        revisions=(first + last).ravel() / 2,
        new_observations=sum(steps, np.zeros_like(first)).ravel(),
        re_estimation=table["later"] - on_revised[-1].ravel(),
        between_orders=np.abs(last - first).ravel() / 2,
    )
    middle = list(columns).index(MIDDLE)
    names = list(fresh.index) if len(fresh) <= _MOST_SINGLY else [f"{fresh.index[0]}/{fresh.index[-1]}"]
    news = pd.DataFrame(
        {name: step[:, middle] for name, step in zip(names, steps, strict=True)},
        index=pd.Index(list(shared), name="period", dtype=object),
    )
    return parts, news


def _walk(
    replay: Replay, start: pd.Series, fresh: pd.Series, shared: Sequence[str], columns: Sequence[str]
) -> list[Matrix] | Refusal:
    """What the replay says on the start alone, then with one new figure more each time (all at once where
    they are many)."""
    counts = range(len(fresh) + 1) if len(fresh) <= _MOST_SINGLY else (0, len(fresh))
    found: list[Matrix] = []
    for count in counts:
        said = _said(replay, pd.concat([start, fresh.iloc[:count]]), shared, columns)
        if isinstance(said, Refusal):
            return said
        found.append(said)
    return found


def _said(
    replay: Replay, series: pd.Series, shared: Sequence[str], columns: Sequence[str]
) -> Matrix | Refusal:
    """What the replay says of the shared periods: shape (periods, quantiles)."""
    subject = str(series.name or "")
    try:
        made = replay(series)
    except DataError as error:
        return Refusal(subject, error.message, error.mend)
    if isinstance(made, Refusal):
        return made
    if not set(shared) <= set(made.frame.index) or not set(columns) <= set(made.frame.columns):
        return Refusal(subject, say("revision.short_replay"), say("revision.short_replay_mend"))
    found = made.frame.loc[list(shared), list(columns)].to_numpy(np.float64)
    if not np.isfinite(found).all():
        return Refusal(subject, say("revision.off_scale"), say("revision.off_scale_mend"))
    return found
