"""Debt dynamics: what moves the ratio of public debt to GDP, and the balance that would keep it.

    d_t = (1 + i)/(1 + g) d_{t-1} - pb_t + s_t,   snowball = (i - g)/(1 + g) d_{t-1}
    pb* = (i - g)/(1 + g) d,   b* = -g/(1 + g) d

d: debt, pb: primary balance, b: balance with interest paid, all over GDP; i: interest rate that the debt carries; g:
growth of GDP at current prices; s: what the accounts leave unexplained (assets bought, exchange rates, cover). b*
needs no interest rate, and neither does s = d_t - d_{t-1}/(1 + g) + b_t. Whether the ratio rises or falls is read
off b, b* and s together: a surplus that buys assets lowers no debt.

What the debt carries is seldom published: the mean of the long-term rates of the last seven years stands in for it,
since debt is rolled over in about that time; so pb is an inference, the balance is not. Where markets asked for more
than eight per cent or moved by more than five points, few bonds were sold at those rates, and nothing stands in.
Escolano (2010), IMF Technical Notes and Manuals 2010/02; Blanchard (1990), OECD Working Paper 79.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, Value, say
from longwave.core.panel import Panel
from longwave.measure.age import told_as_old
from longwave.measure.inputs import Input, by_period, not_positive, take, yearly_changes
from longwave.measure.intervals import Noise, Stretch
from longwave.measure.measurement import MEASURES, Measure, Measurement

NAME = "debt_dynamics"
ROLLED_OVER = 7
"""Years of long-term rates whose mean stands for the rate that the debt carries: its usual average maturity."""
WINDOW = 10
"""Last years over which growth and wedge are averaged: one year's growth keeps no ratio."""
_FEWEST = 8
"""Years of the window that must be there."""
_RECENT = 3
"""Last years of the balance that are set against the one that keeps the ratio."""
_OUTPUT = ("real_gdp_usd", "real_gdp")
_USES = (*_OUTPUT, "government_revenue", "government_expenditure", "long_term_rate")
_LATE = 2
"""Years by which the balance may end before the debt."""
_WORST = -0.9
"""Mean growth below which no interval is drawn."""
_LEVEL = 0.95
HIGHEST_RATE, WIDEST_RATES = 0.08, 0.05
"""Long-term rate of the last ten years, and distance between the highest and the lowest of them, beyond which market
rates say nothing on what governments paid: they borrowed elsewhere, or not at all."""


def next_debt(debt: float, rate: float, growth: float, primary_balance: float) -> float:
    """The debt ratio a year later. All fractions; growth: of GDP at current prices. Raises ValueError where growth
    is -1 or below."""
    return debt + wedge(rate, growth) * debt - primary_balance


def wedge(rate: float, growth: float) -> float:
    """(i - g)/(1 + g): by which part of itself the ratio grows with a primary balance of nought. Raises ValueError."""
    if not growth > -1:
        raise ValueError("output cannot fall by all of itself")
    return (rate - growth) / (1 + growth)


def keeping_balance(debt: float, rate: float, growth: float) -> float:
    """The primary balance that keeps the ratio where it is. Raises ValueError."""
    return wedge(rate, growth) * debt


def carried_rate(long_rates: pd.Series) -> pd.Series:
    """The rate that the debt carries: mean of the long-term rates of the last seven years, of which five must be there.

    long_rates: fractions a year, index = year.
    """
    years = range(int(long_rates.index.min()), int(long_rates.index.max()) + 1)
    return long_rates.reindex(years).rolling(ROLLED_OVER, min_periods=5).mean().dropna()


@dataclass(frozen=True, eq=False)
class _Accounts:
    """What there is of one area; balance and rate None where they are not there."""

    debt: Input
    growth: pd.Series
    balance: pd.Series | None
    rate: pd.Series | None
    unfit: tuple[float, float] | None
    """Lowest and highest long-term rate where they cannot stand in for what the debt carries."""
    observed: float
    sources: tuple[str, ...]


def measure_debt_dynamics(panel: Panel, area: str) -> Measurement:
    """Debt dynamics of an area's general government.

    Table, one row a year (fractions): debt, nominal_growth, balance_keeping_debt; and where the figures are there
    balance, unexplained, rate, wedge, snowball, primary_balance, primary_balance_keeping_debt. Estimates:
    nominal_growth, unexplained_mean and interest_growth_wedge (means of the last ten years), balance_keeping_debt and
    primary_balance_keeping_debt (at the last debt), balance_shortfall (balance of the last three years less the one
    that keeps the ratio), shortfall_less_unexplained (the same less unexplained_mean: what the ratio falls by).
    """
    accounts = _accounts(panel, area)
    if isinstance(accounts, Refusal):
        return Measurement(NAME, "economy", area, pd.DataFrame(), refusals=(accounts,))
    table = _table(accounts)
    estimates = tuple(_estimates(accounts, table))
    found = Measurement(
        NAME,
        "economy",
        area,
        by_period(table),
        units={str(name): "share a year" if name in _RATES else "share of GDP" for name in table.columns},
        estimates=estimates,
        findings=tuple(_findings(area, table, {one.name: one for one in estimates})),
        refusals=tuple(_unsaid(area, accounts, estimates)),
        sources=accounts.sources,
    )
    return told_as_old(found, panel)


_RATES = frozenset({"nominal_growth", "rate", "wedge"})


def _accounts(panel: Panel, area: str) -> _Accounts | Refusal:
    debt, prices = take(panel, area, "government_debt"), take(panel, area, "gdp_deflator_inflation")
    for needed in (debt, prices):
        if isinstance(needed, Refusal):
            return needed
    offers = [take(panel, area, name) for name in _OUTPUT]
    outputs = [one for one in offers if isinstance(one, Input) and not_positive(one) is None]
    if not outputs:
        refused = [one for one in offers if isinstance(one, Refusal)]
        return refused[0] if refused else Refusal(NAME, say("economy.no_output", area=area_names(area)))
    return _joined(debt, prices, max(outputs, key=lambda one: int(one.values.index[-1])), panel, area)


def _joined(
    debt: Input | Refusal, prices: Input | Refusal, output: Input, panel: Panel, area: str
) -> _Accounts | Refusal:
    if isinstance(debt, Refusal):
        return debt
    if isinstance(prices, Refusal):
        return prices
    if (debt.values < 0).any() or (prices.values <= -1).any():
        return Refusal(
            NAME, say("economy.debt_negative", area=area_names(area)), say("measure.check_figures")
        )
    real = np.exp(yearly_changes(output.values, log=True))
    growth = (real * (1 + prices.values) - 1).dropna()
    if not len(debt.values.index.intersection(growth.index)):
        return Refusal(
            NAME, say("economy.no_common_year", area=area_names(area)), say("economy.no_common_mend")
        )
    parts = {name: take(panel, area, name) for name in _USES[len(_OUTPUT) :]}
    there = {name: one for name, one in parts.items() if isinstance(one, Input)}
    both = "government_revenue" in there and "government_expenditure" in there
    balance = (
        (there["government_revenue"].values - there["government_expenditure"].values).dropna()
        if both
        else None
    )
    long_rates = there.pop("long_term_rate", None)
    unfit = None if long_rates is None else _unfit(long_rates.values)
    rate = None if long_rates is None or unfit else carried_rate(long_rates.values)
    if long_rates is not None and rate is not None:
        there["long_term_rate"] = long_rates
    used = [debt, prices, output, *there.values()]
    return _Accounts(
        debt,
        growth,
        balance if balance is not None and len(balance) else None,
        rate if rate is not None and len(rate) else None,
        unfit,
        min(one.observed for one in used),
        tuple(dict.fromkeys(one.source for one in used)),
    )


def _unfit(long_rates: pd.Series) -> tuple[float, float] | None:
    """The lowest and highest rate of the last ten years where they are too high or too far apart to stand in."""
    latest = long_rates.loc[int(long_rates.index[-1]) - WINDOW + 1 :]
    low, high = float(latest.min()), float(latest.max())
    return (low, high) if high > HIGHEST_RATE or high - low > WIDEST_RATES else None


def _table(accounts: _Accounts) -> pd.DataFrame:
    debt, growth = accounts.debt.values, accounts.growth
    years = debt.index.intersection(growth.index)
    table = pd.DataFrame({"debt": debt, "nominal_growth": growth}, index=years)
    before = pd.Series(debt.to_numpy(), index=debt.index + 1).reindex(years)
    table["balance_keeping_debt"] = -growth / (1 + growth) * debt
    if accounts.balance is not None:
        table["balance"] = accounts.balance
        table["unexplained"] = debt - before / (1 + growth) + accounts.balance
    if accounts.rate is not None:
        table["rate"] = accounts.rate
        table["wedge"] = (table["rate"] - growth) / (1 + growth)
        table["snowball"] = table["wedge"] * before
        table["primary_balance_keeping_debt"] = table["wedge"] * debt
    if accounts.balance is not None and accounts.rate is not None:
        interest = table["rate"] * before / (1 + growth)
        table["primary_balance"] = table["balance"] + interest
    return table


def _estimates(accounts: _Accounts, table: pd.DataFrame) -> Iterator[Estimate]:
    debt = float(table["debt"].iloc[-1])
    last = int(table.index[-1])
    growth = _mean(table["nominal_growth"], last, accounts, "nominal_growth", say("economy.growth_method"))
    if growth is None:
        return
    yield growth
    # -g/(1+g) falls as growth rises, so the bounds change places.
    kept = _moved(
        growth, "balance_keeping_debt", lambda g: -g / (1 + g) * debt, say("economy.keeping_method")
    )
    yield kept
    recent = _recent_balance(table, last)
    if recent is not None:
        mean = float(recent.mean())
        short = _moved(kept, "balance_shortfall", lambda b: mean - b, say("economy.shortfall_method"))
        yield short
        drift = _mean(table["unexplained"], last, accounts, "unexplained_mean", say("economy.drift_method"))
        if drift is not None:
            drift = replace(drift, unit="share of GDP")
            yield drift
            yield _less(short, drift)
    if "wedge" in table:
        found = _mean(table["wedge"], last, accounts, "interest_growth_wedge", say("economy.wedge_method"))
        if found is not None:
            # A stand-in for the rate is no observation, however many years it has.
            found = replace(found, grade=max(found.grade, Grade.C))
            yield found
            yield _moved(
                found, "primary_balance_keeping_debt", lambda w: w * debt, say("economy.primary_method")
            )


def _less(short: Estimate, drift: Estimate) -> Estimate:
    """The shortfall less what the accounts leave unexplained; half-widths in quadrature."""
    value = short.value - drift.value
    down = float(np.hypot(short.value - short.low, drift.high - drift.value))
    up = float(np.hypot(short.high - short.value, drift.value - drift.low))
    return replace(
        short, name="shortfall_less_unexplained", value=value, low=value - down, high=value + up,
        method=say("economy.less_method"), grade=max(short.grade, drift.grade),
    )  # fmt: skip


def _recent_balance(table: pd.DataFrame, last: int) -> pd.Series | None:
    """The last three balances where they are of neighbouring years and end no more than two years before the debt."""
    if "balance" not in table:
        return None
    recent = table["balance"].dropna().iloc[-_RECENT:]
    unbroken = len(recent) == _RECENT and int(recent.index[-1] - recent.index[0]) == _RECENT - 1
    return recent if unbroken and int(recent.index[-1]) >= last - _LATE else None


def _mean(values: pd.Series, last: int, accounts: _Accounts, name: str, method: Message) -> Estimate | None:
    """The mean of the last ten years; None where fewer than eight of them are there or they do not vary."""
    latest = values.dropna().loc[last - WINDOW + 1 : last]
    if len(latest) < _FEWEST:
        return None
    stretch = Stretch(latest.index.to_numpy(np.int64), latest.to_numpy(float))
    if stretch.constant:
        return None
    found = Noise([stretch]).mean(0, _LEVEL)
    sample = Sample(len(latest), str(latest.index[0]), str(latest.index[-1]))
    # Output cannot fall by all of itself, which no Student distribution knows.
    low = max(found.low, min(found.value, _WORST)) if name == "nominal_growth" else found.low
    return Estimate(
        name, found.value, low, found.high, "share a year", method, sample,
        grade_of(len(latest), accounts.observed), _LEVEL, accounts.sources,
    )  # fmt: skip


def _moved(given: Estimate, name: str, turn: Callable[[float], float], method: Message) -> Estimate:
    """An estimate that follows from another by a monotone function."""
    value, one, other = (float(turn(each)) for each in (given.value, given.low, given.high))
    low, high = min(one, other), max(one, other)
    return Estimate(
        name, value, low, high, "share of GDP", method, given.sample, given.grade, given.level, given.sources
    )


def _findings(area: str, table: pd.DataFrame, found: dict[str, Estimate]) -> Iterator[Message]:
    debt = table["debt"]
    span = debt.loc[int(debt.index[-1]) - WINDOW :]
    yield say(
        "economy.debt_level",
        area=area_names(area), year=str(debt.index[-1]), debt=debt.iloc[-1],
        first=str(span.index[0]), change=100 * (span.iloc[-1] - span.iloc[0]),
    )  # fmt: skip
    kept = found.get("balance_keeping_debt")
    if kept is None:
        return
    yield say(
        "economy.balance_keeps", area=area_names(area), growth=found["nominal_growth"].value,
        balance=100 * kept.value, low=100 * kept.low, high=100 * kept.high, level=kept.level,
    )  # fmt: skip
    if "balance_shortfall" in found:
        yield _direction(area, found)
    wedge_found = found.get("interest_growth_wedge")
    if wedge_found is not None:
        primary = found["primary_balance_keeping_debt"]
        yield say(
            "economy.rate_stand_in", area=area_names(area), wedge=100 * wedge_found.value,
            low=100 * wedge_found.low, high=100 * wedge_found.high, level=wedge_found.level,
            balance=100 * primary.value,
        )  # fmt: skip


def _direction(area: str, found: dict[str, Estimate]) -> Message:
    """Whether the ratio falls: only where it does with what the accounts leave unexplained, for that goes on as
    well."""
    short, net = found["balance_shortfall"], found.get("shortfall_less_unexplained")
    words: dict[str, Value] = {
        "area": area_names(area),
        "gap": 100 * short.value,
        "low": 100 * short.low,
        "high": 100 * short.high,
        "level": short.level,
    }
    alone = "falls" if short.low > 0 else "rises" if short.high < 0 else ""
    if net is None:
        return say(f"economy.balance_{alone or 'open'}", **words)
    words |= {
        "unexplained": 100 * found["unexplained_mean"].value,
        "net": 100 * net.value,
        "net_low": 100 * net.low,
        "net_high": 100 * net.high,
    }
    if net.low > 0 or net.high < 0:
        return say(f"economy.debt_{'falls' if net.low > 0 else 'rises'}", **words)
    return say(f"economy.debt_{'only_' + alone if alone else 'open'}", **words)


def _unsaid(area: str, accounts: _Accounts, estimates: tuple[Estimate, ...]) -> Iterator[Refusal]:
    if not estimates:
        yield Refusal("nominal_growth", say("economy.few_years", area=area_names(area), fewest=_FEWEST))
    elif not any(one.name == "balance_shortfall" for one in estimates) and accounts.balance is not None:
        yield Refusal("balance_shortfall", say("economy.balance_old", area=area_names(area)))
    if accounts.balance is None:
        yield Refusal(
            "balance_shortfall",
            say("economy.no_balance", area=area_names(area)),
            say("economy.no_balance_mend"),
        )
    if accounts.unfit is not None:
        yield Refusal(
            "interest_growth_wedge",
            say("economy.rate_unfit", area=area_names(area), low=accounts.unfit[0], high=accounts.unfit[1]),
            say("economy.rate_unfit_mend"),
        )
    elif accounts.rate is None:
        yield Refusal(
            "interest_growth_wedge",
            say("economy.no_rate", area=area_names(area)),
            say("economy.no_rate_mend"),
        )


MEASURES.register(NAME)(
    Measure(NAME, "economy", ("government_debt", "gdp_deflator_inflation"), measure_debt_dynamics, uses=_USES)
)
