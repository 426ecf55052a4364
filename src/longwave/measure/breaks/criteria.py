"""How many breaks, by information criteria.

BIC (Yao 1988) in the scale of strucchange: n(log(SSR/n) + 1 + log 2 pi) + log(n)((q + 1)(m + 1) + p). LWZ (Liu, Wu
and Zidek 1997) in the form of Bai and Perron (2003): log(SSR/(n - k)) + k 0.299 (log n)^2.1 / n with
k = (m + 1)q + m + p. Both take the errors for uncorrelated: with persistent errors BIC finds far too many
breaks, LWZ, whose penalty is heavier, some too many.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def bic(ssr: float, n: int, q: int, p: int, breaks: int) -> float:
    """Schwarz's criterion with each date counted as a parameter; minus infinity for a perfect fit."""
    if ssr <= 0:
        return -math.inf
    parameters = (q + 1) * (breaks + 1) + p
    return n * (math.log(ssr / n) + 1 + math.log(2 * math.pi)) + math.log(n) * parameters


def lwz(ssr: float, n: int, q: int, p: int, breaks: int) -> float:
    """The criterion of Liu, Wu and Zidek; minus infinity for a perfect fit."""
    parameters = (breaks + 1) * q + breaks + p
    if ssr <= 0:
        return -math.inf
    if parameters >= n:
        return math.inf
    return float(math.log(ssr / (n - parameters)) + parameters * 0.299 * math.log(n) ** 2.1 / n)


def least(values: Sequence[float]) -> int:
    """The place of the least value, the first of equals."""
    return min(range(len(values)), key=values.__getitem__)
