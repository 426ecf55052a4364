"""What drawn cash flows are worth: net present value, internal rates (one, several or none), payback, ROIC, losses of
the tail.

    NPV = sum_t flow_t / ((1 + w)^(t - start) P_t / Pref_t)
    tail loss = mean loss of the worst twentieth of the draws
    ROIC_t = profit after tax_t / capital invested at the start of year t

The mean flows get every internal rate by exact root-finding; each draw's rates are counted on a grid of rates and
refined where there is one only, so that a draw with two rates is never given one of them in silence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.decide.investment.cash_flow import Flows
from longwave.decide.investment.drivers import Matrix, Paths
from longwave.decide.investment.plan import PRICE_DRIVERS, Plan, Vector
from longwave.measure.returns.cash_flows import internal_rates, modified_rate

TAIL = 0.05
_LOWEST, _HIGHEST = -0.95, 20.0
_GRID = 240
_HALVINGS = 50


@dataclass(frozen=True, eq=False)
class Rates:
    """Internal rates of draws. value: NaN where a draw has none or several; none and several: shares of draws."""

    value: Vector
    none: float
    several: float


def factors(plan: Plan, rate: Vector, paths: Paths) -> Matrix:
    """Discount factors, draws by years: (1 + w)^-t; of a plan in current prices also over the inflation beyond its
    median path.

    A nominal cost of capital stands for the inflation that is expected. In a draw with more of it capital costs more
    by as much (Fisher); a constant rate would make every project a bet on inflation.
    """
    found = (1.0 + rate)[:, None] ** -np.arange(len(plan.years), dtype=float)
    if plan.prices == "real":
        return np.asarray(found, dtype=float)
    for name in PRICE_DRIVERS:
        if name in paths.logs:
            return np.asarray(found * np.exp(-(paths.logs[name] - paths.reference[name])), dtype=float)
    return np.asarray(found, dtype=float)


def present_value(flows: Matrix, discount: Matrix) -> Vector:
    return np.asarray((flows * discount).sum(axis=1), dtype=float)


def tail_loss(values: Vector, share: float = TAIL) -> float:
    """Mean loss of the worst `share` of the draws (positive: a loss)."""
    worst = np.sort(values)[: max(1, int(np.ceil(share * len(values))))]
    return float(-worst.mean())


def rates_of(flows: Matrix) -> Rates:
    """The internal rate of each draw between -95 % and 2,000 % a year where it is the only one."""
    size = np.abs(flows).max(axis=1, keepdims=True)
    scaled = flows / np.where(size > 0, size, 1.0)
    grid = np.concatenate(
        [np.linspace(_LOWEST, 0.5, _GRID * 2 // 3), np.geomspace(0.51, _HIGHEST, _GRID // 3)]
    )
    powers = np.arange(flows.shape[1])[:, None]
    # v^t is bounded on both sides of v = 1: signs, not sizes, are counted.
    values = scaled @ ((1.0 / (1.0 + grid)) ** powers / np.maximum(1.0, 1.0 / (1.0 + grid)) ** powers[-1])
    signs = np.sign(values)
    changes = signs[:, 1:] * signs[:, :-1] < 0
    count = changes.sum(axis=1) + (signs == 0).sum(axis=1)
    single = np.flatnonzero((changes.sum(axis=1) == 1) & (count == 1))
    found = np.full(len(flows), np.nan)
    place = changes[single].argmax(axis=1)
    found[single] = _halved(scaled[single], grid[place], grid[place + 1])
    return Rates(found, float((count == 0).mean()), float((count > 1).mean()))


def _halved(flows: Matrix, low: Vector, high: Vector) -> Vector:
    start = np.sign(_at(flows, low))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        same = np.sign(_at(flows, middle)) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.asarray((low + high) / 2, dtype=float)


def _at(flows: Matrix, rate: Vector) -> Vector:
    """Horner's rule; forwards in 1 + r below nought, where powers of the discount factor overflow."""
    backward = np.zeros(len(flows))
    forward = np.zeros(len(flows))
    factor = 1.0 / (1.0 + rate)
    for column in range(flows.shape[1] - 1, -1, -1):
        backward = backward * np.minimum(factor, 1.0) + flows[:, column]
    for column in range(flows.shape[1]):
        forward = forward * np.minimum(1.0 + rate, 1.0) + flows[:, column]
    return np.where(rate >= 0, backward, forward)


def planned_rates(flows: Vector) -> tuple[float, ...]:
    """Every internal rate of one stream."""
    return internal_rates(list(flows)) if np.any(flows) else ()


def modified(flows: Vector, rate: float) -> float | None:
    """The modified rate, financed and reinvested at `rate`; None where money only goes one way."""
    if not ((flows > 0).any() and (flows < 0).any()):
        return None
    return modified_rate(list(flows), rate, rate)


def payback_years(flows: Matrix) -> Vector:
    """Years until the cumulated flows are no longer negative and stay so, the last in part; infinite where never."""
    total = np.cumsum(flows, axis=1)
    below = total < -1e-12 * np.abs(total).max(axis=1, keepdims=True)
    width = flows.shape[1]
    last = width - 1 - np.argmax(below[:, ::-1], axis=1)
    rows = np.arange(len(flows))
    after = np.minimum(last + 1, width - 1)
    part = -total[rows, last] / np.where(flows[rows, after] > 0, flows[rows, after], np.nan)
    found = np.where(last == width - 1, np.inf, last + part)
    return np.where(below.any(axis=1), found, 0.0)


def return_on_capital(flows: Flows) -> Matrix:
    """ROIC by year; NaN where no capital is left on the books."""
    known = flows.capital > 0
    return np.where(known, flows.profit / np.where(known, flows.capital, 1.0), np.nan)
