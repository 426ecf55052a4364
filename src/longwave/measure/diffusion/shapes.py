"""The shapes of diffusion curves, all written as level times shape: y = K S(r (t - t*)).

| family | S(z) | where it bends |
|---|---|---|
| logistic (Verhulst 1838) | 1 / (1 + e^-z) | t*, at K / 2 |
| gompertz (1825) | exp(-e^-z) | t*, at K / e |
| bass (1969) | (1 - a e^-z) / (1 + e^-z), a = p / q, r = p + q | t*, at K (1 - a) / 2 |
| richards (1959) | (1 + v e^-z)^(-1/v) | t*, at K (1 + v)^(-1/v) |
| exponential | e^z, t* fixed at the last year, K the level there | nowhere |
| bounded_exponential | 1 - e^-z, t* the start | nowhere: it slows from the start |

Bass's launch is t* - ln(q / p) / r. Parameters travel as (ln K, ln r, t*, extra) with extra = ln(a / (1 - a)) or ln v, so
that none can leave its range.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from longwave.measure.diffusion.least_squares import Array

Shape = Callable[[Array, Array], tuple[Array, Array, Array]]
"""z (B, n) and extra (B, 1) -> S, dS/dz, dS/dextra, each (B, n)."""


@dataclass(frozen=True, slots=True)
class Family:
    """A family of curves. bends: whether it has a point of inflection; extras: starting values of the fourth
    parameter, empty where there is none."""

    name: str
    shape: Shape
    bends: bool = True
    extras: tuple[float, ...] = ()

    @property
    def parameters(self) -> int:
        """How many are estimated."""
        return 2 + (self.name != "exponential") + bool(self.extras)


def _expit(z: Array) -> Array:
    return np.asarray(0.5 * (1.0 + np.tanh(z / 2)))


def _logistic(z: Array, _extra: Array) -> tuple[Array, Array, Array]:
    share = _expit(z)
    return share, share * (1 - share), np.zeros_like(z)


def _gompertz(z: Array, _extra: Array) -> tuple[Array, Array, Array]:
    tail = np.exp(-np.maximum(z, -50.0))
    share = np.exp(-tail)
    return share, share * tail, np.zeros_like(z)


def _bass(z: Array, extra: Array) -> tuple[Array, Array, Array]:
    ratio, tail = _expit(extra), np.exp(-np.maximum(z, -50.0))
    launched = ratio * tail < 1
    share = np.where(launched, (1 - ratio * tail) / (1 + tail), 0.0)
    speed = np.where(launched, tail * (1 + ratio) / (1 + tail) ** 2, 0.0)
    return share, speed, np.where(launched, -tail / (1 + tail) * ratio * (1 - ratio), 0.0)


def _richards(z: Array, extra: Array) -> tuple[Array, Array, Array]:
    power, tail = np.exp(extra), np.exp(-np.maximum(z, -50.0))
    inner = 1 + power * tail
    share = inner ** (-1 / power)
    return share, share * tail / inner, share * (np.log(inner) / power - tail / inner)


def _exponential(z: Array, _extra: Array) -> tuple[Array, Array, Array]:
    share = np.exp(np.clip(z, -50.0, 50.0))
    return share, share, np.zeros_like(z)


def _bounded(z: Array, _extra: Array) -> tuple[Array, Array, Array]:
    tail = np.exp(-np.maximum(z, 0.0))
    return 1 - tail, np.where(z > 0, tail, 0.0), np.zeros_like(z)


CURVES: dict[str, Family] = {
    one.name: one
    for one in (
        Family("logistic", _logistic),
        Family("gompertz", _gompertz),
        Family("bass", _bass, extras=(-4.0, -1.0)),
        Family("richards", _richards, extras=(-1.5, 1.0)),
        Family("exponential", _exponential, bends=False),
        Family("bounded_exponential", _bounded, bends=False),
    )
}
"""Every family by name."""
LEVEL, SPEED, BEND, EXTRA = range(4)
"""Where ln K, ln r, t* and the extra parameter stand."""
MOST_EXTRA = 4.0
"""The extra parameter is held between -4 and 4: beyond, the shape no longer changes visibly."""


def curve(family: Family, theta: Array, times: Array) -> tuple[Array, Array]:
    """Fitted values (B, n) and derivatives (B, n, 4) at parameters (B, 4)."""
    speed = np.exp(theta[:, SPEED, None])
    z = speed * (times - theta[:, BEND, None])
    share, slope, bent = family.shape(z, theta[:, EXTRA, None])
    level = np.exp(theta[:, LEVEL, None])
    fitted = level * share
    return fitted, np.stack([fitted, level * slope * z, -level * slope * speed, level * bent], axis=2)
