"""The worth of waiting: at which project value it pays to invest now rather than to keep the choice open.

Without a deadline (Dixit and Pindyck 1994, ch. 5; McDonald and Siegel 1986), with V following a geometric Brownian
motion of volatility s, payout d and riskless rate r:

    b = 1/2 - (r - d)/s^2 + sqrt((1/2 - (r - d)/s^2)^2 + 2 r/s^2),   V*/I = b / (b - 1),   F(V) = (V* - I) (V / V*)^b

With a deadline the trigger falls towards it, so the perpetual one would make a firm wait too long: an American call
on a binomial lattice (Cox, Ross and Rubinstein 1979) instead, the trigger being where exercise and continuation are
worth the same. A lattice lets the firm act at its steps only, which makes it act half a step too soon: the trigger is
raised by exp(s sqrt(dt) / 2), with which 100 and 1,600 steps give the same to three digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from longwave.decide.investment.drivers import Matrix
from longwave.decide.investment.plan import Vector

STEPS = 400
"""Of the lattice: the value of a one-year call is then within .1 % of its limit."""
_MOST_STEPS = 4000


@dataclass(frozen=True, slots=True)
class Waiting:
    """trigger: V* / I, from which to invest; value: of the option, in money; waiting: what it is worth above
    investing now (or never); exponent: b, None on a lattice; years: to the deadline, infinite without."""

    trigger: float
    value: float
    waiting: float
    exponent: float | None
    years: float


def exponent(risk_free: float, payout: float, volatility: float) -> float:
    """b > 1. Raises ValueError unless payout and volatility are above nought: without payout nobody ever invests."""
    if payout <= 0 or volatility <= 0:
        raise ValueError("payout and volatility must be above nought")
    tilt = 0.5 - (risk_free - payout) / volatility**2
    return tilt + math.sqrt(tilt**2 + 2 * risk_free / volatility**2)


def perpetual(value: float, cost: float, risk_free: float, payout: float, volatility: float) -> Waiting:
    """The option without a deadline. value, cost: present values of what is gained and laid out (cost > 0)."""
    power = exponent(risk_free, payout, volatility)
    trigger = power / (power - 1)
    now = value - cost
    worth = now if value >= trigger * cost else 0.0
    if 0 < value < trigger * cost:
        worth = (trigger - 1) * cost * (value / (trigger * cost)) ** power
    return Waiting(trigger, worth, worth - max(now, 0.0), power, math.inf)


def american_call(
    values: Vector, cost: float, years: float, risk_free: float, payout: float, volatility: float, steps: int
) -> tuple[Vector, Vector]:
    """Worth of the right to pay `cost` for each of `values` until `years` from now, and what it is worth not to do it
    now."""
    rise, chance, discount = _lattice(years, risk_free, payout, volatility, steps)
    powers = rise ** (np.arange(2 * steps + 1, dtype=float) - steps)
    worth: Matrix = np.maximum(values[:, None] * powers[::2] - cost, 0.0)
    kept = worth[:, 0]
    for step in range(steps - 1, -1, -1):
        kept_now = discount * (chance * worth[:, 1 : step + 2] + (1 - chance) * worth[:, : step + 1])
        exercised = values[:, None] * powers[steps - step : steps + step + 1 : 2] - cost
        worth = np.maximum(kept_now, exercised)
        kept = kept_now[:, 0]
    return worth[:, 0], kept


def _lattice(
    years: float, risk_free: float, payout: float, volatility: float, steps: int
) -> tuple[float, float, float]:
    """Up factor, risk-neutral chance of it, discount factor of a step."""
    step = years / steps
    rise = math.exp(volatility * math.sqrt(step))
    chance = (math.exp((risk_free - payout) * step) - 1 / rise) / (rise - 1 / rise)
    return rise, chance, math.exp(-risk_free * step)


def steps_for(years: float, risk_free: float, payout: float, volatility: float) -> int:
    """Steps of a lattice whose chances lie between nought and one."""
    least = math.ceil(1.5 * years * (risk_free - payout) ** 2 / volatility**2)
    return min(max(STEPS, least), _MOST_STEPS)


def with_deadline(
    value: float, cost: float, years: float, risk_free: float, payout: float, volatility: float
) -> Waiting:
    """The option until a deadline. Raises ValueError as `exponent`, or where the volatility is too small for a
    lattice."""
    limit = perpetual(value, cost, risk_free, payout, volatility)
    steps = steps_for(years, risk_free, payout, volatility)
    if not 0 < _lattice(years, risk_free, payout, volatility, steps)[1] < 1:
        raise ValueError("the volatility is too small for a lattice")
    worth = 0.0
    if value > 0:
        worth = float(
            american_call(np.array([value]), cost, years, risk_free, payout, volatility, steps)[0][0]
        )
    # The trigger is sought on relative values between 1 and the perpetual one, above which none with a deadline lies.
    low, high = 1.0, limit.trigger * 1.02
    for _ in range(3):
        tried = np.linspace(low, high, 17)
        _, kept = american_call(tried, 1.0, years, risk_free, payout, volatility, steps)
        wait = np.flatnonzero(kept > tried - 1.0 + 1e-12)
        place = int(wait[-1]) if len(wait) else 0
        low, high = float(tried[place]), float(tried[min(place + 1, 16)])
    trigger = (low + high) / 2 * math.exp(volatility * math.sqrt(years / steps) / 2)
    return Waiting(min(trigger, limit.trigger), worth, worth - max(value - cost, 0.0), None, years)


def chance_to_reach(ratio: float, years: float, drift: float, volatility: float) -> float:
    """P(a geometric Brownian motion with yearly `drift` rises by the factor `ratio` within `years`), by the
    reflection principle."""
    from scipy.special import ndtr

    if ratio <= 1:
        return 1.0
    height, pace = math.log(ratio), drift - volatility**2 / 2
    spread = volatility * math.sqrt(years)
    direct = float(ndtr((pace * years - height) / spread))
    exponent_ = 2 * pace * height / volatility**2
    mirrored = float(ndtr((-height - pace * years) / spread))
    return min(1.0, direct + (math.exp(min(exponent_, 700.0)) * mirrored if mirrored > 0 else 0.0))
