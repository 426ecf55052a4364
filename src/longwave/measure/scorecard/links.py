"""Steps 4 and 8: how the indicators hang together, and how the composite goes with what is outside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.measure.scorecard.indicators import Matrix, Vector


def correlations(values: Matrix) -> Matrix:
    """Pearson correlations of indicators, each over the units that have both; NaN with fewer than three."""
    width = values.shape[1]
    found = np.eye(width)
    for one in range(width):
        for other in range(one):
            both = ~np.isnan(values[:, one]) & ~np.isnan(values[:, other])
            x, y = values[both, one], values[both, other]
            steady = len(x) < 3 or x.std() == 0 or y.std() == 0
            found[one, other] = found[other, one] = np.nan if steady else np.corrcoef(x, y)[0, 1]
    return found


def cronbach_alpha(values: Matrix) -> float:
    """Standardised Cronbach alpha: q r / (1 + (q - 1) r) with r the mean correlation of pairs. values: complete
    rows alone are used. Raises ValueError with fewer than two indicators or three complete units. Reference:
    Cronbach (1951); Handbook, equation 18. It is a coefficient, not a test, and no proof of one dimension."""
    complete = values[~np.isnan(values).any(axis=1)]
    width = values.shape[1]
    if width < 2 or len(complete) < 3:
        raise ValueError("alpha needs two indicators and three complete units")
    mean = (correlations(complete).sum() - width) / (width * (width - 1))
    return float(width * mean / (1 + (width - 1) * mean))


@dataclass(frozen=True, slots=True)
class Link:
    """Spearman correlation of a composite with a variable outside it, and Fisher's interval, over how many."""

    value: float
    low: float
    high: float
    count: int


def link(totals: Vector, outside: Vector, level: float = 0.95) -> Link:
    """How the composite's places go with those of another variable; the interval is Fisher's with Bonett and
    Wright's (2000) variance (1 + r^2 / 2) / (n - 3). Raises ValueError with fewer than eight units that have
    both."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    both = ~np.isnan(totals) & ~np.isnan(outside)
    count = int(both.sum())
    if count < 8:
        raise ValueError("eight units are needed")
    x, y = rankdata(totals[both]), rankdata(outside[both])
    if x.std() == 0 or y.std() == 0:
        raise ValueError("one of the two does not vary")
    value = float(np.clip(np.corrcoef(x, y)[0, 1], -0.999999, 0.999999))
    half = float(ndtri(0.5 + level / 2)) * np.sqrt((1 + value**2 / 2) / (count - 3))
    middle = np.arctanh(value)
    return Link(value, float(np.tanh(middle - half)), float(np.tanh(middle + half)), count)
