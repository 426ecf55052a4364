"""The decay factor lambda, its half-life and the ceiling it implies.

lambda belongs to the yearly contribution c, never to the level:

    c_n = c_0 lambda^n,   level E_n = E_0 + c_0 (lambda + ... + lambda^n)  ->  E_0 + c_0 lambda / (1 - lambda),

or, where c_0 counts the year to come, the ceiling E_0 + c_0 / (1 - lambda); half-life ln 2 / -ln lambda. In a
logistic era lambda_t = exp(r (1 - 2 m_t)) falls through one at the turning point. A published calibration: research
productivity that falls 5.13 % a year (Bloom, Jones, Van Reenen and Webb 2020) is lambda = .950, half-life 13.5 years.
"""

from __future__ import annotations

import math


def decay_from_rate(rate: float) -> float:
    """lambda = exp(-rate) of a continuous rate of decline a year (0.0513 -> 0.9500)."""
    return math.exp(-rate)


def half_life(decay: float) -> float:
    """Years until the yearly contribution has halved: ln 2 / -ln lambda. Raises ValueError unless 0 < lambda < 1."""
    _check(decay)
    return math.log(2) / -math.log(decay)


def ceiling(level: float, next_contribution: float, decay: float) -> float:
    """E_0 + c_0 / (1 - lambda): level E_0 (log) with contribution c_0 in the year to come. Raises ValueError unless
    0 < lambda < 1."""
    _check(decay)
    return level + next_contribution / (1 - decay)


def logistic_decay(rate: float, maturity: float) -> float:
    """lambda_t = exp(r (1 - 2 m_t)) of a logistic era with rate r a year at maturity m (0 to 1)."""
    return math.exp(rate * (1 - 2 * maturity))


def _check(decay: float) -> None:
    if not 0 < decay < 1:
        raise ValueError(f"only a decay factor between 0 and 1 has a half-life and a ceiling, not {decay}")
