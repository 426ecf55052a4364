"""The table that a composite is made of: units by indicators, each with its direction, weight and noise.

Steps 1 and 2 of the OECD/JRC Handbook (framework, selection of indicators) are the user's: which figures belong
together no program can know. What can be checked is checked here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

FEWEST_UNITS = 8
"""With fewer units, a rank interval that leaves anything out is a matter of luck."""

FEWEST_INDICATORS = 3
"""With two, leaving one out leaves no composite."""

MOST_MISSING = 0.5
"""A unit or an indicator of which more than this is missing would be made of imputation."""


@dataclass(frozen=True, eq=False)
class Indicators:
    """Units by indicators.

    values: (units, indicators), missing as NaN, directed: more is more of what the composite stands for;
    errors: standard errors of the same shape, 0 where none are given; weights: a positive number each, summing to
    one; targets: for distance to target, NaN where none is given. Raises ValueError for shapes that do not fit,
    names that stand twice, weights that are not positive, an indicator that does not vary.
    """

    units: tuple[str, ...]
    names: tuple[str, ...]
    values: Matrix
    errors: Matrix
    weights: Vector
    targets: Vector

    def __post_init__(self) -> None:
        shape = (len(self.units), len(self.names))
        if self.values.shape != shape or self.errors.shape != shape:
            raise ValueError("values and errors must be units by indicators")
        if len(set(self.units)) < len(self.units) or len(set(self.names)) < len(self.names):
            raise ValueError("a unit or an indicator stands twice")
        if len(self.weights) != shape[1] or not (self.weights > 0).all():
            raise ValueError("every indicator needs a positive weight")
        if np.isinf(self.values).any() or (self.errors < 0).any():
            raise ValueError("values must be finite and errors not negative")
        spread = np.nanmax(self.values, axis=0) - np.nanmin(self.values, axis=0)
        if not (spread > 0).all():
            raise ValueError(f"{self.names[int(np.argmin(spread > 0))]} does not vary")

    @property
    def missing(self) -> NDArray[np.bool_]:
        return np.isnan(self.values)

    def without(self, which: int) -> Indicators:
        """The same without one indicator, the weights of the rest scaled to one."""
        kept = np.arange(len(self.names)) != which
        weights = self.weights[kept]
        return replace(
            self,
            names=tuple(name for name, keep in zip(self.names, kept, strict=True) if keep),
            values=self.values[:, kept],
            errors=self.errors[:, kept],
            weights=weights / weights.sum(),
            targets=self.targets[kept],
        )


def indicators(
    values: Matrix,
    *,
    units: tuple[str, ...] | None = None,
    names: tuple[str, ...] | None = None,
    directions: Vector | None = None,
    weights: Vector | None = None,
    errors: Matrix | None = None,
    targets: Vector | None = None,
) -> Indicators:
    """`Indicators` from an array, with what is not given filled: units and names numbered, all directions +1,
    equal weights, no errors, no targets. directions: +1 or -1 each; the values of -1 are turned. Raises
    ValueError as `Indicators` does, and for a direction that is neither."""
    raw = np.asarray(values, float)
    if raw.ndim != 2 or 0 in raw.shape:
        raise ValueError("values must be units by indicators")
    count, width = raw.shape
    signs = np.ones(width) if directions is None else np.asarray(directions, float)
    if not np.isin(signs, (-1.0, 1.0)).all():
        raise ValueError("a direction is +1 or -1")
    given = np.ones(width) if weights is None else np.asarray(weights, float)
    if (~np.isfinite(given)).any() or (given <= 0).any():
        raise ValueError("every indicator needs a positive weight")
    if np.isnan(raw).all(axis=0).any():
        raise ValueError("an indicator has no figures")
    return Indicators(
        units or tuple(f"unit {place + 1}" for place in range(count)),
        names or tuple(f"indicator {place + 1}" for place in range(width)),
        raw * signs,
        np.zeros_like(raw) if errors is None else np.nan_to_num(np.asarray(errors, float)),
        given / given.sum(),
        np.full(width, np.nan) if targets is None else np.asarray(targets, float) * signs,
    )
