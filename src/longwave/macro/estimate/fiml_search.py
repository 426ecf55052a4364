"""The search for the maximum of the full likelihood: where it starts, and what may be wrong with what it finds.

Starts: two-stage least squares, three-stage least squares, and points around the first at a distance of its own doubt.
The highest maximum counts. It is refused where the likelihood is flat in some coefficients (not identified), where it has
no top (errors of some equations become dependent while it climbs: Sigma tends to a singular matrix), and where no start
gives it a value. Where starts end on different tops, or not at rest, the result says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import DataError, ModelError, NotEnoughData
from longwave.core.message import Message, say
from longwave.macro.estimate.fiml import Covariances, Likelihood, Peak, climb, covariances, summit
from longwave.macro.estimate.instruments import instruments_of
from longwave.macro.estimate.jacobian import Jacobian, jacobian
from longwave.macro.estimate.stages import Stage, covariance_of, refuse_dependent
from longwave.macro.estimate.sur import ordinary
from longwave.macro.estimate.system_design import SystemDesign, starts
from longwave.macro.estimate.three_stage import three_stage, two_stage

Vector = NDArray[np.float64]
AROUND = 2
"""Starts around the first one: a second opinion on whether there are several tops, at little cost."""
SAME_TOP = 1e-4  # difference of log-likelihoods below which two ends count as one top
UNBOUNDED = 1e-9  # least eigenvalue of the correlations of errors at a top, relative to that at the start


@dataclass(frozen=True, eq=False)
class FullInformation:
    """peak: the highest; covariances; single: errors of two-stage (or ordinary) least squares; tops: log-likelihoods
    at which the starts ended, highest first; notes."""

    peak: Peak
    covariances: Covariances
    single: Vector
    tops: tuple[float, ...]
    notes: tuple[Message, ...]


def full_information(design: SystemDesign) -> FullInformation:
    """The maximum of the likelihood of a design made with `full`.

    Raises ModelError (flat, without top, singular Jacobian, dependent errors), NotEnoughData (more equations than
    observations).
    """
    if len(design.numbers) >= design.observations:
        raise NotEnoughData(
            say(
                "estimate_system.many_equations",
                equations=len(design.numbers),
                observations=design.observations,
            ),
            say("estimate_system.many_equations_mend"),
        )
    first, others = _starting(design)
    refuse_dependent(design, first.sigma)
    likelihood = likelihood_of(design)
    units = _units(design, first)
    points = [first.fit.coefficients, *others, *_around(design, first.fit.coefficients, units)]
    found = [climb(likelihood, design.freedom, point, units) for point in points]
    ends = sorted((each for each in found if each is not None), key=lambda each: -each.value)
    if not ends:
        raise _no_value(design, likelihood, first.fit.coefficients)
    best = summit(likelihood, design.freedom, ends[0].coefficients, units)
    _refuse_unbounded(design, first, best)
    _refuse_flat(design, best)
    tops = (best.value, *(each.value for each in ends[1:]))
    spreads = covariances(likelihood, design.freedom, best)
    return FullInformation(best, spreads, first.single, tops, _doubts(best, tops))


def likelihood_of(design: SystemDesign) -> Likelihood:
    """The likelihood of the stochastic equations, identities substituted out: log|det J| less that of the identities
    alone, so that no scale in which an identity is written moves L."""
    system = design.system
    numbers = (*design.numbers, *design.identities)
    roots = [system.residuals[number] for number in numbers]
    unknowns = [system.unknowns[number] for number in numbers]
    try:
        whole = jacobian(design.sampled, roots, unknowns)
        count = len(design.numbers)
        alone = jacobian(design.sampled, roots[count:], unknowns[count:]) if design.identities else None
    except np.linalg.LinAlgError as error:
        raise ModelError(
            say("estimate_system.singular", equations=design.names), say("estimate_system.singular_mend")
        ) from error
    return Likelihood(
        design.sampled, whole, alone if alone is not None and _has_value(design, alone) else None
    )


def _has_value(design: SystemDesign, alone: Jacobian) -> bool:
    theta = np.array([design.given.get(name, 1.0) for name in design.coefficients])
    return bool(np.isfinite(alone.constant) and np.isfinite(alone.log_determinant(theta)).all())


def _starting(design: SystemDesign) -> tuple[Stage, list[Vector]]:
    """Two-stage least squares and the starts beside it; least squares where instruments do not suffice."""
    try:
        instruments = instruments_of(design, None)
        first = two_stage(design, instruments)
    except DataError:  # whatever is wrong with instruments, the likelihood does not need them
        plain = ordinary(design)
        return plain, []
    try:
        return first, [three_stage(design, instruments, iterate=False).fit.coefficients]
    except DataError:
        return first, []


def _units(design: SystemDesign, first: Stage) -> Vector:
    """Moves of the free coefficients of the size of their doubt at the start, [free, free]."""
    free = list(design.freedom.free)
    spread = first.covariance[np.ix_(free, free)]
    sizes = np.sqrt(np.diag(spread))
    if len(free) and np.isfinite(spread).all() and (sizes > 0.0).all():
        try:
            return np.asarray(np.linalg.cholesky(spread / np.outer(sizes, sizes))) * sizes[:, None]
        except np.linalg.LinAlgError:  # doubt in fewer directions than coefficients: sizes alone must do
            return np.diag(sizes)
    return np.diag(np.maximum(np.abs(first.fit.coefficients[free]), 1e-3) * 0.1)


def _around(design: SystemDesign, theta: Vector, units: Vector) -> list[Vector]:
    generator = np.random.Generator(np.random.PCG64(20260101))
    free = theta[list(design.freedom.free)]
    moves = generator.standard_normal((AROUND, len(free))) @ units.T
    return [design.freedom.full(free + move) for move in moves]


def _refuse_unbounded(design: SystemDesign, first: Stage, best: Peak) -> None:
    errors, _ = design.sampled.errors_and_slopes(best.coefficients)
    here, names = _least_correlation(design, covariance_of(errors))
    before, _ = _least_correlation(design, first.sigma)
    if not here > UNBOUNDED * max(before, 1e-300):
        raise ModelError(
            say("estimate_system.unbounded", equations=names, observations=design.observations),
            say("estimate_system.unbounded_mend"),
        )


def _least_correlation(design: SystemDesign, sigma: Vector) -> tuple[float, tuple[str, ...]]:
    """The least eigenvalue of the correlations of the errors, or a variance of nought, and whose it is."""
    sizes = np.sqrt(np.diag(sigma))
    if not (sizes > 0.0).all():
        return 0.0, tuple(name for name, size in zip(design.names, sizes, strict=True) if not size > 0.0)
    strength, directions = np.linalg.eigh(sigma / np.outer(sizes, sizes))
    weights = np.abs(directions[:, 0])
    return float(strength[0]), tuple(
        name for name, weight in zip(design.names, weights, strict=True) if weight > 0.1 * weights.max()
    )


def _refuse_flat(design: SystemDesign, best: Peak) -> None:
    if not best.flat.size:
        return
    size = np.maximum(np.abs(best.coefficients), 1e-12)
    moved = (np.abs(best.flat) / size[:, None]).max(axis=1)
    names = tuple(
        name for name, each in zip(design.coefficients, moved, strict=True) if each > 1e-3 * moved.max()
    )
    places = {design.coefficients.index(name) for name in names}
    equations = tuple(
        name for place, name in enumerate(design.names) if places & set(design.of_equation(place))
    )
    raise ModelError(
        say("estimate_system.flat", names=names, equations=equations), say("estimate_system.flat_mend")
    )


def _doubts(best: Peak, tops: Sequence[float]) -> tuple[Message, ...]:
    notes = []
    if not best.settled:
        notes.append(say("estimate_system.not_at_rest", value=best.value))
    others = dict.fromkeys(f"{each:.4f}" for each in tops[1:] if abs(best.value - each) > SAME_TOP)
    if others:
        notes.append(say("estimate_system.several_tops", best=best.value, others=tuple(others)))
    return tuple(notes)


def _no_value(design: SystemDesign, likelihood: Likelihood, theta: Vector) -> ModelError:
    """Why the likelihood has no value at the start."""
    logs = likelihood.jacobian.log_determinant(theta)
    bad = np.flatnonzero(~np.isfinite(logs))
    period = str(design.period(int(bad[0]))) if len(bad) and len(logs) > 1 else str(design.first)
    starts(design)  # raises first where it is an error, not the Jacobian, that has no value
    return ModelError(
        say("estimate_system.singular_in", equations=design.names, period=period),
        say("estimate_system.singular_mend"),
    )
