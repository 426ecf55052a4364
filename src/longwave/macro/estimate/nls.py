"""Nonlinear least squares with exact derivatives, alone or seen through instruments.

Minimises |W u(b)|^2, u the errors of the equation, their derivatives exact from the expression graph: W is the identity
for least squares, the transposed basis of the instruments for nonlinear two-stage least squares (Amemiya 1974), a root of
the weights for the method of moments. A trust region (scipy) comes near, Gauss-Newton steps with halving make it exact:
iteration ends when the relative offset of Bates and Watts (1981), the share of the errors that the tangent plane could
still explain, is nought to rounding or nothing is gained any more; above 1e-6 it does not count as converged.

Several starts are tried, since a local minimum says nothing of others: the model's own values, a spread of plain ones,
and from each the coefficients that enter linearly put at their best. How many starts ended where the best did is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import ModelError, SolveError
from longwave.core.message import Message, say
from longwave.macro.estimate.design import EquationDesign, collinear

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_PLAIN = (0.5, 1.0, 0.1, -0.5, 2.0, 0.01, -0.1, 10.0)
_MEMORY = (0.0, 0.5, 0.9, -0.5, 0.2, 0.7, -0.2, 0.95)
ACCEPTED = 1e-6  # the worst offset that still counts as converged: a flat valley in double precision


@dataclass(frozen=True, eq=False)
class Minimum:
    """free: the free coefficients; squares: of the weighted errors; offset: Bates and Watts; notes: how it was found."""

    free: Vector
    squares: float
    offset: float
    notes: tuple[Message, ...] = ()


@np.errstate(
    all="ignore"
)  # a step too far overflows, and is taken back: what is not finite is looked for by name
def minimum(design: EquationDesign, weights: Matrix | None = None, start: Vector | None = None) -> Minimum:
    """The free coefficients [g] that minimise the squares of weights [m, n] times the errors.

    Raises SolveError where no start gives figures or none converges, ModelError where the equation cannot tell its
    coefficients apart.
    """
    problem = _Problem(design, weights)
    found: list[Minimum] = []
    starts = [start] if start is not None else list(_starts(design, problem))
    for each in starts:
        ended = _descended(problem, each)
        if ended is not None:
            found.append(ended)
    if not found:
        raise SolveError(say("estimate.no_start", equation=design.name), say("estimate.no_start_mend"))
    settled = [each for each in found if each.offset <= ACCEPTED] or found
    best = min(settled, key=lambda each: each.squares)
    if best.offset > ACCEPTED and best.squares > problem.nothing:
        raise SolveError(
            say("estimate.not_converged", equation=design.name, offset=best.offset),
            say("estimate.not_converged_mend"),
        )
    _check_told_apart(design, problem, best)
    same = sum(each.squares <= best.squares * (1 + 1e-6) + problem.nothing for each in found)
    if len(starts) == 1:
        return best
    return Minimum(
        best.free, best.squares, best.offset, (say("estimate.starts", tried=len(starts), same=same),)
    )


@dataclass(frozen=True, eq=False)
class _Problem:
    design: EquationDesign
    weights: Matrix | None

    def errors(self, free: Vector) -> Vector:
        errors = self.design.errors(self.design.freedom.full(free))
        return errors if self.weights is None else self.weights @ errors

    def slopes(self, free: Vector) -> Matrix:
        slopes = self.design.slopes(self.design.freedom.full(free)) @ self.design.freedom.directions
        return slopes if self.weights is None else self.weights @ slopes

    @property
    def nothing(self) -> float:
        """Squares that are rounding only."""
        actual = self.design.actual(np.zeros(len(self.design.coefficients)))
        size = float(
            np.nan_to_num(actual, posinf=0.0, neginf=0.0) @ np.nan_to_num(actual, posinf=0.0, neginf=0.0)
        )
        scale = 1.0 if self.weights is None else float(np.linalg.norm(self.weights, 2)) ** 2
        return 1e-26 * size * scale


def _starts(design: EquationDesign, problem: _Problem) -> Iterator[Vector]:
    """Free coefficients to start from: the model's values as they stand, then spreads with the linear part solved."""
    free = [design.coefficients[place] for place in design.freedom.free]
    group = set(design.linear_group())
    linear = [
        number for number, place in enumerate(design.freedom.free) if _moves_only(design, number, group)
    ]
    bent = [number for number in range(len(free)) if number not in linear]
    given = [design.starts.get(name) for name in free]
    if all(each is not None for each in given):
        yield np.array(given, dtype=np.float64)
    own_only = all(given[number] is not None for number in bent) and bool(bent)
    for turn in range(1 if own_only or not bent else len(_PLAIN)):
        start = np.zeros(len(free))
        for number, name in enumerate(free):
            memory = (
                name in design.coefficients[len(design.coefficients) - design.order :] and design.order > 0
            )
            own = given[number]
            spread = (
                _spread(design, name, turn, number) if not memory else _MEMORY[turn] * (name.endswith("rho1"))
            )
            start[number] = own if own is not None else spread
        solved = _linear_part(problem, start, linear)
        if solved is not None:
            yield solved


def _spread(design: EquationDesign, name: str, turn: int, number: int) -> float:
    """A plain value, within the bounds of sense where there are some; not the same for every coefficient."""
    low, high = design.bounds.get(name, (None, None))
    if low is not None and high is not None:
        return low + (high - low) * ((turn + 0.5) / len(_PLAIN) + 0.37 * number) % 1.0 if high > low else low
    value = _PLAIN[turn] * (1.0 + 0.1 * number)
    if low is not None:
        return low + abs(value)
    return high - abs(value) if high is not None else value


def _moves_only(design: EquationDesign, number: int, group: set[int]) -> bool:
    """Whether a free coefficient moves, through the restrictions, only coefficients that enter linearly."""
    return set(np.flatnonzero(design.freedom.directions[:, number])) <= group


def _linear_part(problem: _Problem, start: Vector, linear: list[int]) -> Vector | None:
    """The start with the coefficients that enter linearly at their best; None where there are no figures."""
    errors = problem.errors(start)
    if not np.isfinite(errors).all():
        return None
    if not linear:
        return start
    slopes = problem.slopes(start)[:, linear]
    if not np.isfinite(slopes).all():
        return None
    moved = start.copy()
    moved[linear] -= np.linalg.lstsq(slopes, errors, rcond=None)[0]
    return moved if np.isfinite(problem.errors(moved)).all() else start


def _descended(problem: _Problem, start: Vector) -> Minimum | None:
    """Where a start leads; None where it has no figures."""
    from scipy.optimize import least_squares

    with np.errstate(all="ignore"):
        if not (np.isfinite(problem.errors(start)).all() and np.isfinite(problem.slopes(start)).all()):
            return None
        try:
            found = least_squares(
                problem.errors, start, problem.slopes, method="trf", x_scale="jac",
                ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=1000,
            )  # fmt: skip
        except (
            ValueError,
            np.linalg.LinAlgError,
        ):  # a derivative without figure on the way: this start leads nowhere
            return None
        return _polished(problem, np.asarray(found.x, dtype=np.float64))


@dataclass(frozen=True, eq=False)
class _Place:
    """Free coefficients with their squares, the Gauss-Newton step from there and what it would explain."""

    free: Vector
    squares: float
    step: Vector
    offset: float


def _place(problem: _Problem, free: Vector) -> _Place | None:
    errors, slopes = problem.errors(free), problem.slopes(free)
    size = np.linalg.norm(slopes, axis=0)
    squares = float(errors @ errors)
    if not (np.isfinite(squares) and np.isfinite(size).all()):
        return None
    size[size == 0.0] = 1.0
    step = np.linalg.lstsq(slopes / size, errors, rcond=None)[0] / size
    offset = float(np.linalg.norm(slopes @ step)) / np.sqrt(squares) if squares > problem.nothing else 0.0
    return _Place(free, squares, step, offset)


def _polished(problem: _Problem, free: Vector) -> Minimum | None:
    """Gauss-Newton with halving until the tangent plane explains nothing more.

    At the very bottom squares no longer tell better from worse: there a step counts that lowers the offset.
    """
    place = _place(problem, free)
    if place is None:
        return None
    for _ in range(60):
        if place.offset <= 1e-13:
            break
        better = _halved(problem, place)
        if better is None:
            break
        place = better
    return Minimum(place.free, place.squares, place.offset)


def _halved(problem: _Problem, place: _Place) -> _Place | None:
    for power in range(12):
        tried = _place(problem, place.free - place.step * 0.5**power)
        if tried is None:
            continue
        level = abs(tried.squares - place.squares) <= 1e-10 * place.squares
        if tried.offset < 0.9 * place.offset if level else tried.squares < place.squares:
            return tried
    return None


def _check_told_apart(design: EquationDesign, problem: _Problem, best: Minimum) -> None:
    alike = collinear(problem.slopes(best.free))
    if alike:
        names = tuple(design.coefficients[design.freedom.free[place]] for place in alike)
        raise ModelError(
            say("estimate.not_told_apart", equation=design.name, names=names),
            say("estimate.not_told_apart_mend"),
        )
