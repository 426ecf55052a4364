"""Concentration of markets: who sells how much of the whole.

With the user's data only. A list of all firms of a market is a census: its index has no sampling interval. Where the
market's total is given and the firms listed do not fill it, the index is known between bounds only, and these are
given.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, Value, say
from longwave.measure.competition.firms import complete, fault_of, left_out, refused
from longwave.measure.intervals import FEWEST, Interval, Noise, Stretch
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.structure.concentration import entropy, herfindahl, largest
from longwave.measure.structure.shares import closed

NAME = "concentration"
MODERATE, HIGH = 1000.0, 1800.0
"""Bands of the 2023 Merger Guidelines of the US Department of Justice and Federal Trade Commission."""

CHANGE = 100.0
"""The rise of the index by a merger that these guidelines take as significant above the upper band."""

_TOLD = 8
_LARGEST = 4


def hhi(sales: ArrayLike) -> float:
    """Herfindahl-Hirschman index 10,000 sum s_i^2, from 10,000/n to 10,000 (a monopoly).

    sales in any one unit. Reference: Hirschman (1964), American Economic Review 54. Raises ValueError for negative or
    missing sales, or none.
    """
    return 10_000 * herfindahl(sales)


def merger_change(first: float, second: float) -> float:
    """Rise of the index when two firms of these shares (fractions) become one: 10,000 x 2 s_1 s_2."""
    if not (0 <= first <= 1 and 0 <= second <= 1 and first + second <= 1 + 1e-12):
        raise ValueError("two shares lie between 0 and 1, and so does their sum")
    return 20_000 * first * second


def band(index: float) -> str:
    """``low``, ``moderate`` (above 1,000) or ``high`` (above 1,800), after the guidelines of 2023."""
    # Rounded, so that a border reached by sums of fractions is not overstepped by their last digit.
    value = round(index, 6)
    return "low" if value <= MODERATE else "moderate" if value <= HIGH else "high"


def hhi_bounds(sales: ArrayLike, total: float) -> tuple[float, float]:
    """Lowest and highest index of a market whose largest firms are listed and whose others are not.

    Lowest: the rest is spread over countless firms. Highest: the rest is held by firms as large as the smallest listed
    one (were they larger, they would have been listed). Raises ValueError where total is below the sum of sales.
    """
    amounts = np.asarray(sales, dtype=float)
    closed(amounts)
    if total < amounts.sum() * (1 - 1e-9):
        raise ValueError("the market is smaller than the sum of its firms")
    shares = amounts[amounts > 0] / max(total, amounts.sum())
    known, rest, most = float((shares**2).sum()), max(0.0, 1 - float(shares.sum())), float(shares.min())
    full = np.floor(rest / most + 1e-9)
    left = max(0.0, rest - full * most)
    return 10_000 * known, 10_000 * (known + full * most**2 + left**2)


def measure_concentration(table: pd.DataFrame) -> Measurement:
    """Concentration by market and period.

    table: firm, sales; optionally market, period, and market_sales (the whole market where not all firms are listed).
    Result's table: index ``market period``, columns hhi with hhi_low and hhi_high, cr4, normalised, equal_number,
    entropy, firms. Estimates: ``hhi_<market>`` of the last period, and ``hhi_trend_<market>`` (points a decade)
    where a market has ten yearly figures.
    """
    rows = complete(table, ["firm", "sales"])
    for column in ("market", "period"):
        if column not in rows:
            rows[column] = ""
    fault = fault_of(NAME, rows, ("firm", "market", "period"), ("sales",))
    if fault is not None:
        return refused(NAME, fault)
    found: list[dict[str, float | str | bool]] = []
    refusals = list(left_out(NAME, table, rows))
    for (market, period), part in rows.groupby(["market", "period"], sort=True):
        one = _market(str(market), str(period), part)
        if isinstance(one, Refusal):
            refusals.append(one)
        else:
            found.append(one)
    if not found:
        return refused(NAME, *refusals)
    result = pd.DataFrame(found)
    estimates = [one for _, part in result.groupby("market", sort=True) for one in _estimates(part)]
    return Measurement(
        NAME,
        "competition",
        "",
        result.set_index("label").drop(columns=["market", "period", "whole"]),
        units={
            **dict.fromkeys(("hhi", "hhi_low", "hhi_high"), "HHI points"),
            **dict.fromkeys(("cr4", "normalised"), "share"),
            "equal_number": "firms",
            "entropy": "nats",
            "firms": "firms",
        },
        estimates=tuple(estimates),
        findings=tuple(_findings(result, estimates)),
        refusals=tuple(refusals),
    )


_FAR_ABOVE = 1e6
"""Sales of a market that are this many times those of the firms listed are in another unit."""


def _market(market: str, period: str, part: pd.DataFrame) -> dict[str, float | str | bool] | Refusal:
    label = " ".join(text for text in (market, period) if text) or "all"
    spoken = label if market or period else say("competition.the_market")
    sales = part["sales"].to_numpy(float)
    if not 1e-100 < sales.sum() < 1e100:
        return Refusal(label, say("competition.no_sales", market=spoken))
    index, low, high = hhi(sales), hhi(sales), hhi(sales)
    whole, total = True, float(sales.sum())
    if "market_sales" in part and part["market_sales"].notna().any():
        given = float(part["market_sales"].max())
        if given < total * (1 - 1e-6) or part["market_sales"].nunique() > 1:
            return Refusal(
                label, say("competition.market_too_small", market=spoken), say("measure.check_figures")
            )
        if given > _FAR_ABOVE * total:
            return Refusal(
                label, say("competition.market_too_large", market=spoken), say("measure.check_figures")
            )
        whole, total = given <= total * (1 + 1e-6), max(given, total)
        low, high = hhi_bounds(sales, total)
        index = high if whole else (low + high) / 2
        low, high = (index, index) if whole else (low, high)
    count = int((sales > 0).sum())
    listed = sales.sum() / total
    return {
        "market": market,
        "period": period,
        "label": label,
        "hhi": index,
        "hhi_low": low,
        "hhi_high": high,
        "cr4": largest(sales, 4) * listed,
        "normalised": (index / 10_000 - 1 / count) / (1 - 1 / count) if whole and count > 1 else np.nan,
        "equal_number": 10_000 / index,
        "entropy": entropy(sales) if whole else np.nan,
        "firms": float(count),
        "whole": whole,
    }


def _estimates(part: pd.DataFrame) -> Iterator[Estimate]:
    last = part.iloc[-1]
    market = str(last["market"]) or "all"
    count, period = int(last["firms"]), str(last["period"])
    sample = Sample(count, period, period)
    method = say(f"competition.method_{_kind(last)}")
    yield Estimate(
        f"hhi_{market}",
        float(last["hhi"]),
        float(last["hhi_low"]),
        float(last["hhi_high"]),
        "HHI points",
        method,
        sample,
        # A census of a market is exact, however few firms it has; one firm is no market to be measured.
        grade_of(40 if last["whole"] and count > 1 else count),
        1.0,
    )
    yearly = part[part["period"].astype(str).str.fullmatch(r"\d{4}")]
    if len(yearly) < 2 * FEWEST or not yearly["whole"].all():
        return
    stretch = Stretch(yearly["period"].to_numpy().astype(np.int64), yearly["hhi"].to_numpy(float), line=True)
    if stretch.constant:
        return
    slope = Noise([stretch]).slope(0)
    decade = Interval(10 * slope.value, 10 * slope.low, 10 * slope.high, slope.persistence, slope.level)
    first, final = str(yearly["period"].iloc[0]), str(yearly["period"].iloc[-1])
    yield Estimate(
        f"hhi_trend_{market}",
        decade.value,
        decade.low,
        decade.high,
        "HHI points a decade",
        say("competition.method_hhi_trend", first=first, last=final, count=len(yearly)),
        Sample(len(yearly), first, final),
        grade_of(len(yearly)),
        decade.level,
    )


def _kind(market: pd.Series) -> str:
    """What the index is: of a ``census``, of a ``monopoly`` (10,000 whatever is sold), or between ``bounds``."""
    if not market["whole"]:
        return "bounds"
    return "census" if market["firms"] > 1 else "monopoly"


def _held(market: pd.Series) -> Message:
    """What the largest firms hold; of four firms or fewer there are no largest four."""
    firms, share = int(market["firms"]), float(market["cr4"])
    if firms > _LARGEST:
        return say("competition.four_largest", firms=firms, share=share)
    return say("competition.firms_hold_all" if market["whole"] else "competition.listed_hold", share=share)


def _findings(result: pd.DataFrame, estimates: list[Estimate]) -> Iterator[Message]:
    by_name = {one.name: one for one in estimates}
    markets = list(dict.fromkeys(result["market"]))
    for market in markets[:_TOLD]:
        last = result[result["market"] == market].iloc[-1]
        low, high = band(float(last["hhi_low"])), band(float(last["hhi_high"]))
        words: dict[str, Value] = {
            "market": str(last["label"]) if market or last["period"] else say("competition.the_market"),
            "index": float(last["hhi"]),
            "held": _held(last),
            "firms": int(last["firms"]),
            "number": float(last["equal_number"]),
        }
        if _kind(last) == "monopoly":
            yield say("competition.hhi_monopoly", market=words["market"])
        elif not last["whole"]:
            bounds: dict[str, Value] = {"low": float(last["hhi_low"]), "high": float(last["hhi_high"])}
            yield say("competition.hhi_between", **(words | bounds), bands=_bands(low, high))
        else:
            yield say("competition.hhi_is", **words, bands=_bands(low, high))
        trend = by_name.get(f"hhi_trend_{market or 'all'}")
        if trend is not None:
            yield say(
                f"competition.hhi_{_sense(trend)}",
                market=market or say("competition.the_market"),
                points=trend.value,
                low=trend.low,
                high=trend.high,
                first=trend.sample.first,
                last=trend.sample.last,
            )
    if len(markets) > _TOLD:
        yield say("competition.more_markets", count=len(markets) - _TOLD)


def _bands(low: str, high: str) -> Message:
    if low == high:
        return say(f"competition.band_{low}")
    return say(
        "competition.band_between", low=say(f"competition.band_{low}"), high=say(f"competition.band_{high}")
    )


def _sense(trend: Estimate) -> str:
    if trend.low <= 0 <= trend.high:
        return "unclear"
    return "rises" if trend.value > 0 else "falls"


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "competition",
        (
            Column("firm", "text", say("competition.column_firm")),
            Column("sales", "number", say("competition.column_sales")),
            Column("market", "text", say("competition.column_market"), optional=True),
            Column("period", "period", say("competition.column_period"), optional=True),
            Column("market_sales", "number", say("competition.column_market_sales"), optional=True),
        ),
        measure_concentration,
    )
)
