"""Coefficients that are not known: every replication draws its own.

They are drawn from a normal distribution about their estimates with the estimates' covariance, which is what large
samples say, or taken from a table of draws that the estimation made. A draw outside a parameter's bounds of sense
is drawn again, a bounded number of times; the distribution is then the normal one cut at the bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Estimate
from longwave.core.message import say
from longwave.macro.bind import System
from longwave.macro.stochastic.covariance import factor_of, is_covariance
from longwave.macro.stochastic.draws import Purpose, Stream, standard_normal

Vector = NDArray[np.float64]

TRIES = 8
"""How often a draw outside the bounds is made again."""


@dataclass(frozen=True, eq=False)
class Coefficients:
    """The distribution of some parameters.

    names: parameters of the model; covariance: [names, names]; mean: [names], None: the model's values. table:
    [draws, names] in place of covariance and mean; replication r takes row r, and starts anew after the last.
    """

    names: tuple[str, ...]
    covariance: Vector | None = None
    mean: Vector | None = None
    table: Vector | None = None


class WithCoefficients(Protocol):
    """Any estimate with coefficients, named as the model's parameters, and their covariance."""

    @property
    def coefficients(self) -> tuple[Estimate, ...]: ...

    @property
    def covariance(self) -> Vector: ...


def coefficients_of(estimate: WithCoefficients) -> Coefficients:
    """The normal distribution about an estimate."""
    return Coefficients(
        tuple(each.name for each in estimate.coefficients),
        covariance=np.asarray(estimate.covariance, dtype=np.float64),
        mean=np.array([each.value for each in estimate.coefficients]),
    )


@dataclass(frozen=True, eq=False)
class CoefficientDraws:
    """Parameter vectors by replication. places: of the uncertain ones in the vector; low, high: their bounds."""

    base: Vector
    places: NDArray[np.int64]
    centre: Vector
    factor: Vector
    low: Vector
    high: Vector
    stream: Stream
    table: Vector | None = None

    def draw(self, start: int, stop: int) -> tuple[Vector, NDArray[np.bool_]]:
        """(float64 [replications, parameters], whether each is within the bounds) of replications start .. stop - 1."""
        drawn = np.tile(self.base, (stop - start, 1))
        if self.table is not None:
            taken = self.table[np.arange(start, stop) % len(self.table)]
            drawn[:, self.places] = taken
            return drawn, self._inside(taken)
        count = len(self.places)
        bounded = bool(np.isfinite(self.low).any() or np.isfinite(self.high).any())
        tries = TRIES if bounded else 1
        normal = standard_normal(self.stream.uniforms(start, stop, tries * count)).reshape(-1, tries, count)
        candidates = self.centre + normal @ self.factor.T
        inside = self._inside(candidates)
        chosen = np.argmax(inside, axis=1)
        drawn[:, self.places] = candidates[np.arange(len(candidates)), chosen]
        return drawn, np.asarray(inside.any(axis=1))

    def _inside(self, candidates: Vector) -> NDArray[np.bool_]:
        return np.asarray(((candidates >= self.low) & (candidates <= self.high)).all(axis=-1))


def drawn_coefficients(
    system: System,
    coefficients: Coefficients,
    values: Mapping[str, float] | None,
    seed: int,
    *,
    antithetic: bool = False,
) -> CoefficientDraws:
    """The draws of a specification. values: parameter values in place of the model's own.

    Raises UsageError for a name that is no parameter, BadInput for a covariance or table that does not fit or is
    none.
    """
    unknown = [name for name in coefficients.names if name not in system.parameters]
    if unknown or len(set(coefficients.names)) < len(coefficients.names):
        raise UsageError(
            say("stochastic.no_parameter", names=", ".join(unknown or coefficients.names)),
            say("stochastic.no_parameter_mend", model=system.model.name),
        )
    base = system.vector(values)
    places = np.array([system.parameters.index(name) for name in coefficients.names], dtype=np.int64)
    centre = base[places] if coefficients.mean is None else np.asarray(coefficients.mean, dtype=np.float64)
    by_name = {each.name: each for each in system.model.parameters}
    bounds = [(by_name[name].low, by_name[name].high) for name in coefficients.names]
    return CoefficientDraws(
        base=base,
        places=places,
        centre=_checked(centre, (len(places),)),
        factor=_factor(coefficients, len(places)),
        low=np.array([-np.inf if low is None else low for low, _ in bounds]),
        high=np.array([np.inf if high is None else high for _, high in bounds]),
        stream=Stream(seed, Purpose.COEFFICIENTS, antithetic),
        table=None if coefficients.table is None else _checked(coefficients.table, (None, len(places))),
    )


def _factor(coefficients: Coefficients, count: int) -> Vector:
    if coefficients.table is not None:
        return np.zeros((count, count))
    if coefficients.covariance is None:
        raise BadInput(say("stochastic.no_covariance"), say("stochastic.no_covariance_mend"))
    matrix = _checked(coefficients.covariance, (count, count))
    if not is_covariance(matrix):
        raise BadInput(say("stochastic.not_a_covariance"), say("stochastic.no_covariance_mend"))
    return factor_of((matrix + matrix.T) / 2.0)


def _checked(values: Vector, shape: tuple[int | None, ...]) -> Vector:
    array = np.asarray(values, dtype=np.float64)
    fits = array.ndim == len(shape) and all(
        wanted in (None, size) for wanted, size in zip(shape, array.shape, strict=True)
    )
    if not fits or array.size == 0 or not np.isfinite(array).all():
        raise BadInput(
            say(
                "stochastic.bad_array",
                shape=str(array.shape),
                wanted=str(tuple(each or "n" for each in shape)),
            ),
            say("stochastic.no_covariance_mend"),
        )
    return array
