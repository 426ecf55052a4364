"""Linear-quadratic control: the closed forms that every path of optimal policy is judged by.

    least  E sum_t discount^t ( z_t' Q z_t + 2 z_t' N u_t + u_t' R u_t ),   z_{t+1} = A z_t + B u_t + C e_{t+1}

z holds the state, u the policy instruments, e shocks of unit variance. The rule u_t = -F z_t and the value z' P z + d
follow from the Riccati equation (Ljungqvist and Sargent, Recursive Macroeconomic Theory, ch. 5). By certainty
equivalence F does not depend on C; only the loss d does.

Where the last entries of z may jump (prices, expectations), two games are possible. Under commitment the policy maker
keeps the promises made in the first period, which become state variables (Currie and Levine 1985; Backus and
Driffill 1986). Under discretion each period's policy maker decides anew and takes the successors' rule as given (Oudiz and
Sachs 1985; Soderlind 1999, European Economic Review 43).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import say

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearQuadratic:
    """A: [n, n]; B: [n, m]; Q: [n, n] symmetric; R: [m, m] symmetric; N: [n, m] or None; C: [n, k] or None.

    discount: above 0, at most 1. Raises UsageError where the shapes do not fit or a number is not finite.
    """

    A: Matrix
    B: Matrix
    Q: Matrix
    R: Matrix
    N: Matrix | None = None
    C: Matrix | None = None
    discount: float = 1.0

    def __post_init__(self) -> None:
        for name in ("A", "B", "Q", "R", "N", "C"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, np.atleast_2d(np.asarray(given, dtype=np.float64)))
        states, instruments = self.A.shape[0], self.R.shape[0]
        wanted = {
            "A": (states, states),
            "B": (states, instruments),
            "Q": (states, states),
            "R": (instruments,) * 2,
        }
        if self.N is not None:
            wanted["N"] = (states, instruments)
        for name, shape in wanted.items():
            if getattr(self, name).shape != shape:
                raise UsageError(
                    say(
                        "control.bad_shape",
                        name=name,
                        given=str(getattr(self, name).shape),
                        wanted=str(shape),
                    ),
                    say("control.bad_shape_mend"),
                )
        parts = [each for each in (self.A, self.B, self.Q, self.R, self.N, self.C) if each is not None]
        if not all(np.isfinite(each).all() for each in parts) or (
            self.C is not None and len(self.C) != states
        ):
            raise UsageError(say("control.bad_matrix"), say("control.bad_shape_mend"))
        check_discount(self.discount)

    @property
    def cross(self) -> Matrix:
        return np.zeros_like(self.B) if self.N is None else self.N

    @property
    def shock_variance(self) -> Matrix:
        """C C', nought without shocks."""
        return np.zeros_like(self.A) if self.C is None else self.C @ self.C.T


@dataclass(frozen=True, eq=False)
class LinearRule:
    """u = -F z; the loss from a state z on is z' P z + d (d infinite without discount where shocks arrive for ever)."""

    F: Matrix
    P: Matrix
    d: float


@dataclass(frozen=True, eq=False)
class Committed:
    """The rule under commitment on (predetermined states k, promises p): u = -F (k, p), (k, p)_{+1} = M (k, p).

    jumps: [jumping, states + promises] gives the jumping variables; the promises begin at nought; P values (k, p).
    """

    F: Matrix
    M: Matrix
    jumps: Matrix
    P: Matrix


@dataclass(frozen=True, eq=False)
class Discretionary:
    """The rule without commitment: u = -F k, jumps = G k, k_{+1} = M k + shocks, loss k' P k + d."""

    F: Matrix
    M: Matrix
    jumps: Matrix
    P: Matrix
    d: float
    iterations: int


def check_discount(discount: float) -> None:
    """Raises UsageError unless 0 < discount <= 1."""
    if not 0.0 < discount <= 1.0:
        raise UsageError(say("control.bad_discount", value=float(discount)), say("control.bad_discount_mend"))


def lasting_rule(problem: LinearQuadratic) -> LinearRule:
    """The rule over an infinite horizon, from the discrete algebraic Riccati equation.

    Raises SolveError where no rule keeps the discounted loss finite.
    """
    from scipy.linalg import solve_discrete_are

    root = np.sqrt(problem.discount)
    try:
        value = solve_discrete_are(root * problem.A, root * problem.B, problem.Q, problem.R, s=problem.cross)
        rule = _gain(problem, value)
    except (np.linalg.LinAlgError, ValueError) as error:
        raise SolveError(say("control.no_lasting_rule"), say("control.no_lasting_rule_mend")) from error
    return LinearRule(rule, value, _noise_loss(problem, value))


def finite_rules(
    problem: LinearQuadratic, periods: int, terminal: Matrix | None = None
) -> tuple[LinearRule, ...]:
    """The rule of each of `periods` periods, first one first; terminal: [n, n] weight on the state after the last.

    The Riccati recursion backwards in time. Raises SolveError where a period's choice is not determined.
    """
    value = np.zeros_like(problem.A) if terminal is None else np.asarray(terminal, dtype=np.float64)
    constant, rules = 0.0, []
    for _ in range(periods):
        try:
            gain = _gain(problem, value)
        except np.linalg.LinAlgError as error:
            raise SolveError(
                say("control.undetermined_choice"), say("control.undetermined_choice_mend")
            ) from error
        constant = problem.discount * (constant + float(np.trace(value @ problem.shock_variance)))
        value = _value(problem, value, gain)
        rules.append(LinearRule(gain, value, constant))
    return tuple(reversed(rules))


def committed(problem: LinearQuadratic, predetermined: int) -> Committed:
    """The best rule for promises that are kept; the first `predetermined` entries of z cannot jump.

    z' P z values the whole z as if none could jump; the jumping part of its slope, p = P21 k + P22 j, is what past
    promises weigh, nought in the first period (Ljungqvist and Sargent, ch. 19). Raises SolveError.
    """
    lasting = lasting_rule(problem)
    n, p = len(problem.A), predetermined
    change = np.eye(n)
    change[p:, :] = lasting.P[p:, :]
    try:
        back = np.linalg.inv(change)
    except np.linalg.LinAlgError as error:
        raise SolveError(say("control.no_lasting_rule"), say("control.no_lasting_rule_mend")) from error
    moved = change @ (problem.A - problem.B @ lasting.F) @ back
    value: Matrix = np.asarray(back.T @ lasting.P @ back)
    return Committed(np.asarray(lasting.F @ back), np.asarray(moved), np.asarray(back[p:, :]), value)


def discretionary(
    problem: LinearQuadratic, predetermined: int, *, tolerance: float = 1e-12, most_iterations: int = 20_000
) -> Discretionary:
    """The time-consistent rule, by iterating on the successor's rule until it is the own one (Oudiz and Sachs).

    Raises SolveError where the iteration finds no fixed point.
    """
    p = predetermined
    a11, a12, a21, a22 = problem.A[:p, :p], problem.A[:p, p:], problem.A[p:, :p], problem.A[p:, p:]
    b1, b2 = problem.B[:p], problem.B[p:]
    value, jumps = np.zeros((p, p)), np.zeros((len(problem.A) - p, p))
    gain = np.zeros((problem.R.shape[0], p))
    moved = a11
    for iteration in range(1, most_iterations + 1):
        try:
            solved = np.linalg.solve(a22 - jumps @ a12, np.hstack([jumps @ a11 - a21, jumps @ b1 - b2]))
            now = _reduced(problem, np.asarray(solved[:, :p]), np.asarray(solved[:, p:]), p)
            new_gain = _gain(now, value)
        except np.linalg.LinAlgError as error:
            raise SolveError(
                say("control.undetermined_choice"), say("control.undetermined_choice_mend")
            ) from error
        new_value = _value(now, value, new_gain)
        new_jumps = solved[:, :p] - solved[:, p:] @ new_gain
        change = max(_distance(new_value, value), _distance(new_jumps, jumps), _distance(new_gain, gain))
        value, jumps, gain = new_value, new_jumps, new_gain
        moved = now.A - now.B @ gain
        if change < tolerance:
            return Discretionary(gain, moved, jumps, value, _noise_loss(now, value), iteration)
        if not np.isfinite(change):
            break
    raise SolveError(
        say("control.no_discretion", iterations=most_iterations), say("control.no_discretion_mend")
    )


def _reduced(problem: LinearQuadratic, on_state: Matrix, on_instrument: Matrix, p: int) -> LinearQuadratic:
    """The problem on the predetermined states alone, where jumps = on_state k + on_instrument u."""
    q11, q12, q22 = problem.Q[:p, :p], problem.Q[:p, p:], problem.Q[p:, p:]
    n1, n2 = problem.cross[:p], problem.cross[p:]
    cost = q11 + q12 @ on_state + on_state.T @ q12.T + on_state.T @ q22 @ on_state
    cross = n1 + on_state.T @ n2 + q12 @ on_instrument + on_state.T @ q22 @ on_instrument
    weight = problem.R + on_instrument.T @ n2 + n2.T @ on_instrument + on_instrument.T @ q22 @ on_instrument
    return LinearQuadratic(
        problem.A[:p, :p] + problem.A[:p, p:] @ on_state,
        problem.B[:p] + problem.A[:p, p:] @ on_instrument,
        cost,
        weight,
        cross,
        None if problem.C is None else problem.C[:p],
        problem.discount,
    )


def _gain(problem: LinearQuadratic, value: Matrix) -> Matrix:
    """F of u = -F z when the next state is worth z' value z. Raises LinAlgError where the choice is not determined."""
    curvature = problem.R + problem.discount * problem.B.T @ value @ problem.B
    return np.asarray(
        np.linalg.solve(curvature, problem.cross.T + problem.discount * problem.B.T @ value @ problem.A)
    )


def _value(problem: LinearQuadratic, value: Matrix, gain: Matrix) -> Matrix:
    moved = problem.A - problem.B @ gain
    crossed = problem.cross @ gain
    new = (
        problem.Q
        - crossed
        - crossed.T
        + gain.T @ problem.R @ gain
        + problem.discount * moved.T @ value @ moved
    )
    return np.asarray((new + new.T) / 2.0)


def _noise_loss(problem: LinearQuadratic, value: Matrix) -> float:
    a_period = float(np.trace(value @ problem.shock_variance))
    if a_period == 0.0:
        return 0.0
    return np.inf if problem.discount == 1.0 else problem.discount / (1.0 - problem.discount) * a_period


def _distance(new: Matrix, old: Matrix) -> float:
    return float(np.max(np.abs(new - old) / np.maximum(1.0, np.abs(new)), initial=0.0))
