"""Return on invested capital of firms: operating profit after tax over the capital put in, and by how much it
beats the cost of that capital.

An accounting rate, of the average capital and not of the next unit; never an economy's internal rate of return.
The wedge over the cost of capital takes the ranges of the inputs with it, so that a firm is said to clear its
hurdle only where it does at the worst of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure

NAME = "return_on_invested_capital"
_FEWEST_FIRMS = 5
_MOST_NAMED = 5
COLUMNS = (
    Column("firm", "text", say("returns.column_firm")),
    Column("period", "period", say("returns.column_year")),
    Column("operating_profit", "number", say("returns.column_operating_profit")),
    Column("invested_capital", "number", say("returns.column_invested_capital")),
    Column("tax_rate", "number", say("returns.column_tax_rate"), optional=True),
    Column("cost_of_capital", "number", say("returns.column_wacc"), optional=True),
    Column("cost_of_capital_low", "number", say("returns.column_wacc_low"), optional=True),
    Column("cost_of_capital_high", "number", say("returns.column_wacc_high"), optional=True),
    Column("invested_capital_low", "number", say("returns.column_capital_low"), optional=True),
    Column("invested_capital_high", "number", say("returns.column_capital_high"), optional=True),
)


def after_tax(operating_profit: pd.Series, tax_rate: pd.Series) -> pd.Series:
    """NOPAT = operating profit x (1 - tax rate); a loss bears no tax and earns no credit. Raises ValueError for a
    tax rate outside 0 to 1. Reference: Koller, Goedhart and Wessels, Valuation."""
    if ((tax_rate < 0) | (tax_rate > 1)).any():
        raise ValueError("a tax rate lies between 0 and 1")
    return operating_profit.where(operating_profit < 0, operating_profit * (1 - tax_rate))


def return_on_invested(profit: pd.Series, capital: pd.Series) -> pd.Series:
    """profit / capital, fraction a period. Raises ValueError where capital is not positive: a loss over negative
    capital would read as a gain."""
    if (capital <= 0).any():
        raise ValueError("invested capital must be positive")
    return profit / capital


@dataclass(frozen=True, slots=True)
class Weighted:
    """Sum of profit over sum of capital with its interval over firms."""

    value: float
    low: float
    high: float


def weighted_return(profit: pd.Series, capital: pd.Series, level: float = 0.95) -> Weighted:
    """Capital-weighted return of the firms of one period, with the ratio estimator's interval over firms.

    R = sum p / sum k with w_i = k_i / sum k; se^2 = sum ((p_i - R k_i) / sum k / (1 - w_i))^2, each residual set
    right for the firm's own pull on R; Student with 1 / sum w_i^2 - 1 degrees of freedom (at least one), since few
    firms that own most of the capital are few firms. Firms are taken as a random sample of those like them. Raises
    ValueError with fewer than five firms. Reference: Cochran (1977), Sampling Techniques, chapter 6; leverage
    after MacKinnon and White (1985), HC3.
    """
    from scipy.special import stdtrit

    count = len(profit)
    if count < _FEWEST_FIRMS:
        raise ValueError("five firms are needed for an interval over firms")
    total = float(capital.sum())
    ratio = float(profit.sum()) / total
    weight = capital / total
    left = (profit - ratio * capital) / total / (1 - weight)
    freedom = max(1.0 / float((weight**2).sum()) - 1.0, 1.0)
    half = float(stdtrit(freedom, 0.5 + level / 2) * np.sqrt((left**2).sum()))
    return Weighted(ratio, ratio - half, ratio + half)


def measure_invested(table: pd.DataFrame) -> Measurement:
    """Return on invested capital of the firms of a table.

    Table, one row a firm and period ("firm, period"): operating_profit_after_tax (unit of the table), return
    (share a period) with return_low and return_high from the range of capital, and, where a cost of capital is
    given, wedge with wedge_low and wedge_high. Estimates: return_on_invested_capital_<period> (capital-weighted,
    where five firms are there) and hurdle_wedge_<period>; where no tax rate is given, return_before_tax_<period>.
    """
    rows, refusals = _usable(table)
    if rows.empty:
        return Measurement(NAME, "returns", "", pd.DataFrame(), refusals=refusals)
    taxed = "tax_rate" in rows and bool(rows["tax_rate"].notna().all())
    found = _returns(rows, taxed)
    estimates = tuple(_estimates(found, taxed))
    index = pd.Index(
        [f"{f}, {p}" for f, p in zip(found["firm"], found["period"], strict=True)], name="firm, period"
    )
    told = found.drop(columns=["firm", "period", "capital", "cost"]).set_axis(index, axis=0)
    if found["wedge"].isna().all():
        told = told.drop(columns=["wedge", "wedge_low", "wedge_high"])
    units = {
        str(name): "as given" if str(name).startswith("operating_profit") else "share a period"
        for name in told
    }
    return Measurement(
        NAME,
        "returns",
        "",
        told,
        units=units,
        estimates=estimates,
        findings=tuple(_findings(found, taxed, estimates)),
        refusals=(*refusals, *_short_periods(found)),
    )


def _usable(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Refusal, ...]]:
    """Rows that can be used, and what was refused of the others, row by row named."""
    rows = table.dropna(subset=["firm", "period", "operating_profit", "invested_capital"]).copy()
    refusals: list[Refusal] = []
    if len(rows) < len(table):
        refusals.append(Refusal(NAME, say("returns.rows_missing", count=len(table) - len(rows))))
    double = rows.duplicated(["firm", "period"])
    if double.any():
        one = rows[double].iloc[0]
        reason = say("returns.firm_twice", firm=str(one["firm"]), period=str(one["period"]))
        return rows.iloc[:0], (*refusals, Refusal(NAME, reason, say("returns.firm_twice_mend")))
    for name, seen, key in _faults(rows):
        bad = seen.reindex(rows.index)
        if bad.any():
            named = tuple(f"{r.firm} ({r.period})" for r in rows[bad].head(_MOST_NAMED).itertuples())
            reason = say(key, firms=named, count=int(bad.sum()))
            refusals.append(Refusal(f"{NAME}: {name}", reason, say("measure.check_figures")))
            rows = rows[~bad]
    if rows.empty and not refusals:
        refusals.append(Refusal(NAME, say("returns.rows_none")))
    return rows, tuple(refusals)


def _faults(rows: pd.DataFrame) -> Iterator[tuple[str, pd.Series, str]]:
    yield "invested_capital", rows["invested_capital"] <= 0, "returns.capital_not_positive"
    if "invested_capital_low" in rows:
        bad = (rows["invested_capital_low"] <= 0) | (rows["invested_capital_low"] > rows["invested_capital"])
        yield "invested_capital_low", bad, "returns.bounds_crossed"
    if "invested_capital_high" in rows:
        bad = rows["invested_capital_high"] < rows["invested_capital"]
        yield "invested_capital_high", bad, "returns.bounds_crossed"
    if "tax_rate" in rows:
        yield "tax_rate", (rows["tax_rate"] < 0) | (rows["tax_rate"] > 1), "returns.tax_outside"
    if "cost_of_capital" in rows:
        for bound, sign in (("cost_of_capital_low", -1), ("cost_of_capital_high", 1)):
            if bound in rows:
                yield bound, sign * (rows[bound] - rows["cost_of_capital"]) < 0, "returns.bounds_crossed"


def _returns(rows: pd.DataFrame, taxed: bool) -> pd.DataFrame:
    profit = after_tax(rows["operating_profit"], rows["tax_rate"]) if taxed else rows["operating_profit"]
    capital = rows["invested_capital"]
    least = rows["invested_capital_low"].fillna(capital) if "invested_capital_low" in rows else capital
    most = rows["invested_capital_high"].fillna(capital) if "invested_capital_high" in rows else capital
    at_least, at_most = return_on_invested(profit, least), return_on_invested(profit, most)
    cost = rows["cost_of_capital"] if "cost_of_capital" in rows else pd.Series(np.nan, rows.index)
    cheap = rows["cost_of_capital_low"].fillna(cost) if "cost_of_capital_low" in rows else cost
    dear = rows["cost_of_capital_high"].fillna(cost) if "cost_of_capital_high" in rows else cost
    value = return_on_invested(profit, capital)
    low, high = np.minimum(at_least, at_most), np.maximum(at_least, at_most)
    found = pd.DataFrame(
        {
            "firm": rows["firm"].astype(str),
            "period": rows["period"].astype(str),
            "capital": capital,
            "cost": cost,
            "operating_profit_after_tax": profit,
            "return": value,
            "return_low": low,
            "return_high": high,
            "wedge": value - cost,
            "wedge_low": low - dear,
            "wedge_high": high - cheap,
        }
    ).sort_values(["period", "firm"])
    return (
        found
        if taxed
        else found.rename(columns={"operating_profit_after_tax": "operating_profit_before_tax"})
    )


def _profit(found: pd.DataFrame) -> pd.Series:
    return found["return"] * found["capital"]


def _estimates(found: pd.DataFrame, taxed: bool) -> Iterator[Estimate]:
    method = say("returns.weighted_method") if taxed else say("returns.weighted_method_before_tax")
    for period, part in found.groupby("period", sort=True):
        if len(part) < _FEWEST_FIRMS:
            continue
        sample = Sample(len(part), str(period), str(period))
        one = weighted_return(_profit(part), part["capital"])
        name = NAME if taxed else "return_before_tax"
        grade = grade_of(len(part))
        yield Estimate(
            f"{name}_{period}", one.value, one.low, one.high, "share a period", method, sample, grade
        )
        # A wedge before tax against a cost of capital after tax would flatter every firm.
        if taxed and part["cost"].notna().all():
            over = weighted_return(part["wedge"] * part["capital"], part["capital"])
            lowest = float((part["wedge_low"] * part["capital"]).sum() / part["capital"].sum())
            highest = float((part["wedge_high"] * part["capital"]).sum() / part["capital"].sum())
            yield Estimate(
                f"hurdle_wedge_{period}",
                over.value,
                over.low + min(lowest - over.value, 0.0),
                over.high + max(highest - over.value, 0.0),
                "share a period",
                say("returns.wedge_method"),
                sample,
                grade,
            )


def _short_periods(found: pd.DataFrame) -> Iterator[Refusal]:
    for period, part in found.groupby("period", sort=True):
        if len(part) < _FEWEST_FIRMS:
            reason = say("returns.few_firms", period=str(period), count=len(part), fewest=_FEWEST_FIRMS)
            yield Refusal(f"{NAME}_{period}", reason)


def _findings(found: pd.DataFrame, taxed: bool, estimates: tuple[Estimate, ...]) -> Iterator[Message]:
    levels = [one for one in estimates if not one.name.startswith("hurdle")]
    if levels:
        last = levels[-1]
        key = "returns.weighted_level" if taxed else "returns.weighted_level_before_tax"
        yield say(
            key,
            period=last.sample.last,
            value=last.value,
            low=last.low,
            high=last.high,
            count=last.sample.observations,
        )
    if not taxed:
        yield say("returns.before_tax_only")
    elif found["cost"].notna().any():
        period = found.loc[found["cost"].notna(), "period"].max()
        part = found[(found["period"] == period) & found["cost"].notna()]
        above, below = int((part["wedge_low"] > 0).sum()), int((part["wedge_high"] < 0).sum())
        yield say(
            "returns.hurdle_count",
            period=str(period),
            count=len(part),
            above=above,
            below=below,
            open=len(part) - above - below,
        )
    yield say("returns.accounting_rate")


MEASURES.register(NAME)(TableMeasure(NAME, "returns", COLUMNS, measure_invested))
