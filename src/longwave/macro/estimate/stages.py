"""The stages that system estimators share: unweighted, then weighted by the covariance of the errors, perhaps again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import ModelError, NotEnoughData
from longwave.core.message import say
from longwave.macro.estimate.minimum_distance import Fit, flat_directions, metric, minimise, moment_covariance
from longwave.macro.estimate.system_design import SystemDesign, starts

Vector = NDArray[np.float64]
MOST_ROUNDS = 2_000
SAME = 1e-12  # change of coefficients in a round, in units of their doubt, that ends the iterations
DEPENDENT = 1e-12  # least eigenvalue of the correlations of the errors below which they count as dependent


@dataclass(frozen=True, eq=False)
class Stage:
    """fit: the coefficients and their errors; sigma: covariance of these errors, divisor n; covariance: of the
    coefficients; single: errors of the unweighted stage; rounds: weighted stages; settled: whether they came to rest;
    moments: how many the distance rests on, 0 without instruments or weights."""

    fit: Fit
    sigma: Vector
    covariance: Vector
    single: Vector
    rounds: int
    settled: bool
    moments: int


def first_stage(design: SystemDesign, bases: Sequence[Vector]) -> Stage:
    """The unweighted stage from the best of the starts. Raises ModelError for coefficients that data cannot tell apart."""
    _refuse_few(design)
    way = metric(bases, np.eye(len(design.numbers)))
    fits = [minimise(design.sampled, design.freedom, way, start) for start in starts(design)]
    fit = min(fits, key=lambda each: (not np.isfinite(each.distance), each.distance))
    _refuse_flat(design, fit, with_instruments=bool(bases))
    sigma = covariance_of(fit.errors)
    spread = _unweighted_covariance(design, bases, fit, sigma)
    return Stage(fit, sigma, spread, fit.errors, 0, fit.settled, 0)


def weighted_stage(design: SystemDesign, bases: Sequence[Vector], before: Stage, *, iterate: bool) -> Stage:
    """The weighted stage. Raises NotEnoughData or ModelError where the errors of some equations are dependent."""
    fit, sigma, rounds, settled = before.fit, before.sigma, 0, False
    while rounds < MOST_ROUNDS and not settled:
        refuse_dependent(design, sigma)
        way = metric(bases, sigma)
        new = minimise(design.sampled, design.freedom, way, fit.coefficients)
        rounds += 1
        doubt = np.sqrt(np.maximum(np.diag(_spread(design, new)), 0.0))
        moved = np.abs(new.coefficients - fit.coefficients)
        settled = not iterate or bool(
            (moved <= SAME * np.maximum(doubt, 1e-300) + 1e-15 * np.abs(fit.coefficients)).all()
        )
        fit, sigma = new, covariance_of(new.errors)
    _refuse_flat(design, fit, with_instruments=bool(bases))
    moments = sum(basis.shape[1] for basis in bases)
    return Stage(fit, sigma, _spread(design, fit), before.single, rounds, settled and fit.settled, moments)


def covariance_of(errors: Vector) -> Vector:
    """Sigma = U U'/n."""
    return np.asarray(errors @ errors.T / errors.shape[1])


def _spread(design: SystemDesign, fit: Fit) -> Vector:
    """(G' V^-1 G)^-1 of the free coefficients, spread over all."""
    return design.freedom.covariance(_inverse_square(fit.slopes))


def _unweighted_covariance(design: SystemDesign, bases: Sequence[Vector], fit: Fit, sigma: Vector) -> Vector:
    """(G'G)^-1 G'VG (G'G)^-1, with V the covariance of the moments."""
    bread = _inverse_square(fit.slopes)
    if bases:
        meat = fit.slopes.T @ moment_covariance(bases, sigma) @ fit.slopes
    else:
        shaped = fit.slopes.reshape(len(sigma), design.observations, -1)
        meat = np.einsum("itk,ij,jtl->kl", shaped, sigma, shaped)
    return design.freedom.covariance(bread @ meat @ bread)


def _inverse_square(slopes: Vector) -> Vector:
    """(G'G)^-1 by columns of one length, so that units cost no digits."""
    lengths = np.sqrt((slopes * slopes).sum(axis=0))
    lengths = np.where(lengths > 0.0, lengths, 1.0)
    _, sizes, right = np.linalg.svd(slopes / lengths, full_matrices=False)
    inner = (right.T / sizes**2) @ right
    return np.asarray(inner / np.outer(lengths, lengths))


def _refuse_flat(design: SystemDesign, fit: Fit, *, with_instruments: bool) -> None:
    names = flat_directions(fit.slopes, design.coefficients, design.freedom.directions)
    if not names:
        return
    places = {design.coefficients.index(name) for name in names}
    equations = tuple(
        name for place, name in enumerate(design.names) if places & set(design.of_equation(place))
    )
    key = "estimate_system.rank_condition" if with_instruments else "estimate_system.collinear"
    raise ModelError(say(key, equations=equations, names=names), say("estimate_system.rank_mend"))


def _refuse_few(design: SystemDesign) -> None:
    for place, name in enumerate(design.names):
        own = design.of_equation(place)
        free = int(np.linalg.matrix_rank(design.freedom.directions[list(own)])) if own else 0
        if free >= design.observations:
            raise NotEnoughData(
                say(
                    "estimate_system.too_few",
                    equation=name,
                    observations=design.observations,
                    coefficients=free,
                ),
                say("estimate_system.too_few_mend"),
            )


def refuse_dependent(design: SystemDesign, sigma: Vector) -> None:
    """Raises where Sigma is singular: more equations than observations, or errors that add up to nought."""
    count = len(sigma)
    if count >= design.observations:
        raise NotEnoughData(
            say("estimate_system.many_equations", equations=count, observations=design.observations),
            say("estimate_system.many_equations_mend"),
        )
    sizes = np.sqrt(np.diag(sigma))
    nought = [name for name, size in zip(design.names, sizes, strict=True) if not size > 0.0]
    if nought:
        raise ModelError(
            say("estimate_system.no_errors", equations=tuple(nought)), say("estimate_system.no_errors_mend")
        )
    strength, directions = np.linalg.eigh(sigma / np.outer(sizes, sizes))
    if strength[0] <= DEPENDENT:
        weights = np.abs(directions[:, 0])
        names = tuple(name for name, each in zip(design.names, weights, strict=True) if each > 1e-4)
        raise ModelError(
            say("estimate_system.dependent", equations=names), say("estimate_system.dependent_mend")
        )
