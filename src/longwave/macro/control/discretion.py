"""Optimal policy without promises: each period's policy maker chooses anew and knows how the later ones will react.

The model is linearised around the current paths, period by period, with all lags and leads:

    sum_k A_tk w_{t+k} + B u_t = 0

w: deviations of the endogenous variables and of the policy instruments' own copies; s_t: the lagged w that period t
inherits. Backwards from the last period, the successor's rule w_{t+1} = H s_{t+1} + h tells what period t expects, so
that its w_t is linear in s_t and u_t, and its choice u_t = F s_t + f makes the own loss plus the successor's value
s' P s + 2 p' s least (Oudiz and Sachs 1985; Soderlind 1999; with structural leads as in Dennis 2007, Macroeconomic
Dynamics 11). The paths that follow are solved in the nonlinear model, which is linearised anew there until nothing
moves: exact in a linear model, and where the model bends, exact in the paths' own dynamics and of first order in the
reactions that a policy maker expects of successors.

Where a bound binds, that period's policy maker sets the bound and does not react; which bounds bind is found by trial.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import say
from longwave.macro.control.bounded import Minimum, Point, determined, moved
from longwave.macro.control.commitment import ControlOptions, PathProblem, Setting, solution_of, told
from longwave.macro.control.loss import TermKind
from longwave.macro.control.result import OptimalPolicy
from longwave.macro.expectations import layout_of
from longwave.numerics.stacked import Layout, Stacked, closed_cells
from longwave.numerics.terminal import Terminal, slopes_beyond

Vector = NDArray[np.float64]
Places = NDArray[np.intp]

REMEMBERED = 6
"""Steps that the mixing looks back on: enough for a few slow directions, few enough to forget a bad start."""

LEAST_PART = 1e-6
"""Of a step; below it the search gives up where the model has no solution."""


@dataclass(frozen=True, eq=False)
class Chain:
    """The linearised model as a chain of periods.

    w holds the unknowns, then a copy of each policy instrument. carry: [states, w] and keep: [states, states] give
    s_{t+1} = keep s_t + carry w_t. now, past: coefficients on w_t [periods, w, w] and on s_t [periods, w, states];
    ahead: k -> coefficients on the w that are read k periods ahead [periods, w, leading columns]; leading: their
    places in w. on_now, on_past: weighted gaps' slopes [periods, gaps, w], [periods, gaps, states].
    lag_place: (place in w, lag) -> place in s.
    """

    now: Vector
    past: Vector
    ahead: Mapping[int, Vector]
    leading: Places
    carry: Vector
    keep: Vector
    on_now: Vector
    on_past: Vector
    lag_place: Mapping[tuple[int, int], int]
    instruments: int


@dataclass(frozen=True, eq=False)
class Rule:
    """w = H s + h, u = F s + f; price: [instruments] slope of the loss to u at s = 0, had u been free."""

    H: Vector
    h: Vector
    F: Vector
    f: Vector
    curvature: Vector
    slope_state: Vector
    slope: Vector


def time_consistent(setting: Setting, control: ControlOptions, began: float) -> OptimalPolicy:
    """The time-consistent paths of a forward-looking model. Raises SolveError where they do not settle."""
    problem = PathProblem(setting, control)
    levers = setting.levers
    point = problem.at(levers.start, None, None)
    scale = 1.0 + float(np.max(np.abs(levers.start), initial=0.0))
    size, iteration, mixing = np.inf, 0, _Mixing()
    held = np.zeros(levers.free, dtype=np.int8)  # -1 at the lower bound, 1 at the upper, 0 free
    slope = np.zeros(levers.free)
    while iteration < control.most_iterations:
        iteration += 1
        chain = chain_at(setting, solution_of(point).bank.values, solution_of(point).parameters)
        step, slope, held = _bounded_game(setting, chain, point, held)
        size = float(np.max(np.abs(step), initial=0.0)) / scale
        if size <= control.tolerance:
            break
        point = _moved(problem, setting, point, mixing.step(point.numbers, step))
    if size > control.accepted:
        raise SolveError(
            say("control.not_consistent", iterations=control.most_iterations, kkt=size),
            say("control.not_consistent_mend"),
        )
    slopes = problem.slopes(point)
    found = Minimum(point, slopes, slope, size, iteration, True, determined(slopes))
    notes = [say("control.feedback"), say("control.certainty")]
    if held.any():
        notes.insert(1, say("control.bounds_in_rules"))
    return told(setting, found, "discretion", (*setting.baseline.notes, *notes), began)


def _moved(problem: PathProblem, setting: Setting, point: Point, step: Vector) -> Point:
    """The point after a step within the bounds, shorter where the model has no solution there."""
    part = 1.0
    while True:
        numbers = moved(point.numbers, part * step, setting.levers.low, setting.levers.high)
        try:
            return problem.at(numbers, point, numbers - point.numbers)
        except SolveError:
            part *= 0.5
            if part < LEAST_PART:
                raise


class _Mixing:
    """Anderson's (1965) mixing: of the last paths and the steps that the policy makers wanted there, the combination
    that would have left the least to want. A linear model needs none of it."""

    def __init__(self) -> None:
        self._history: list[tuple[Vector, Vector]] = []

    def step(self, numbers: Vector, wanted: Vector) -> Vector:
        """The step to take from `numbers`."""
        self._history = [*self._history[-REMEMBERED:], (numbers, wanted)]
        if len(self._history) == 1:
            return wanted
        size = np.linalg.norm(wanted)
        if size > 2.0 * np.linalg.norm(self._history[-2][1]):
            self._history = [(numbers, wanted)]
            return 0.5 * wanted
        moves = np.column_stack([now[0] - before[0] for before, now in pairwise(self._history)])
        changes = np.column_stack([now[1] - before[1] for before, now in pairwise(self._history)])
        weights = np.linalg.lstsq(changes, wanted, rcond=1e-10)[0]
        mixed: Vector = np.asarray(wanted - (moves + changes) @ weights)
        return mixed if np.all(np.isfinite(mixed)) else wanted


def _bounded_game(
    setting: Setting, chain: Chain, point: Point, held: NDArray[np.int8]
) -> tuple[Vector, Vector, NDArray[np.int8]]:
    """(step of the free numbers, slope of the loss to each had it been free, which bounds bind).

    Bounds are tried as in an active-set search: one that is broken binds, one that pushes the wrong way is let go.
    """
    levers = setting.levers
    seen: set[bytes] = set()
    while True:
        step, slope = _game(setting, chain, point, held)
        wanted = point.numbers + step
        room = 1e-12 * (1.0 + np.abs(wanted))
        new = held.copy()
        new[(held == 0) & (wanted < levers.low - room)] = -1
        new[(held == 0) & (wanted > levers.high + room)] = 1
        if (new == held).all():
            new[(held == -1) & (slope < 0.0)] = 0
            new[(held == 1) & (slope > 0.0)] = 0
        if (new == held).all():
            step = np.clip(wanted, levers.low, levers.high) - point.numbers
            return step, slope, held
        if new.tobytes() in seen:
            raise SolveError(
                say("control.not_consistent", iterations=len(seen), kkt=float(np.max(np.abs(step)))),
                say("control.not_consistent_mend"),
            )
        seen.add(new.tobytes())
        held = new


def _game(setting: Setting, chain: Chain, point: Point, held: NDArray[np.int8]) -> tuple[Vector, Vector]:
    """(step, slope) when these bounds bind: the rules backwards in time, then the paths forwards."""
    rules = _rules(setting, chain, point, held)
    levers = setting.levers
    step, slope = np.zeros(levers.free), np.zeros(levers.free)
    state = np.zeros(len(chain.keep))
    for row, rule in enumerate(rules):
        move = rule.F @ state + rule.f
        pull = rule.curvature @ move + rule.slope_state @ state + rule.slope
        for instrument in range(chain.instruments):
            number = levers.place[row, instrument]
            if number >= 0 and levers.where(number)[0] == row:
                step[number], slope[number] = move[instrument], 2.0 * pull[instrument]
        state = chain.keep @ state + chain.carry @ (rule.H @ state + rule.h)
    return step, slope


def _rules(setting: Setting, chain: Chain, point: Point, held: NDArray[np.int8]) -> list[Rule]:
    periods, states = len(chain.now), len(chain.keep)
    gap = point.residual.reshape(len(setting.terms), periods).T
    value, slope = np.zeros((states, states)), np.zeros(states)
    looks = _beyond(setting, chain, point)
    rules: list[Rule] = []
    for row in reversed(range(periods)):
        rule = _rule(setting, chain, point, held, row, gap[row], value, slope, looks)
        rules.append(rule)
        moved, drift = chain.keep + chain.carry @ rule.H, chain.carry @ rule.h
        missed = chain.on_now[row] @ rule.H + chain.on_past[row]
        at = gap[row] + chain.on_now[row] @ rule.h
        slope = missed.T @ at + moved.T @ (value @ drift + slope)
        value = missed.T @ missed + moved.T @ value @ moved
        looks = _looks(chain, rule, moved, drift, looks)
    return rules[::-1]


Look = tuple[Vector, Vector]  # leading columns k periods after a state, as [leading, states] and [leading]


def _looks(
    chain: Chain, rule: Rule, moved: Vector, drift: Vector, later: Mapping[int, Look]
) -> dict[int, Look]:
    """What the leading columns will be 1, 2, ... periods after the state that this rule meets."""
    looks: dict[int, Look] = {1: (rule.H[chain.leading], rule.h[chain.leading])}
    for k in chain.ahead:
        if k > 1:
            on_state, constant = later[k - 1]
            looks[k] = (on_state @ moved, on_state @ drift + constant)
    return looks


def _beyond(setting: Setting, chain: Chain, point: Point) -> dict[int, Look]:
    """The leading columns after the last period, by the terminal condition."""
    terminal, looks = Terminal(setting.solving.terminal), {}
    states = len(chain.keep)
    values = solution_of(point).bank.values
    last_row = setting.rows.stop - 1
    columns = _w_columns(setting)[chain.leading]
    for k in chain.ahead:
        on_state = np.zeros((len(chain.leading), states))
        if terminal.moves:
            ahead = np.full(len(columns), k, dtype=np.intp)
            on_last, on_before = slopes_beyond(
                values[last_row, columns], values[last_row - 1, columns], ahead, terminal
            )
            for place, w in enumerate(chain.leading):
                on_state[place, chain.lag_place[int(w), 1]] += on_last[place]
                on_state[place, chain.lag_place[int(w), 2]] += on_before[place]
        looks[k] = (on_state, np.zeros(len(chain.leading)))
    return looks


def _rule(
    setting: Setting,
    chain: Chain,
    point: Point,
    held: NDArray[np.int8],
    row: int,
    gap: Vector,
    value: Vector,
    slope: Vector,
    looks: Mapping[int, Look],
) -> Rule:
    """The choice of one period: how w follows from s and u, and the u of least loss."""
    size, states, m = chain.now.shape[1], len(chain.keep), chain.instruments
    matrix, on_state, constant = chain.now[row].copy(), chain.past[row].copy(), np.zeros(size)
    for k, ahead in chain.ahead.items():
        seen, shift = looks[k]
        through = ahead[row] @ seen
        matrix += through @ chain.carry
        on_state += through @ chain.keep
        constant += ahead[row] @ shift
    pushes = np.zeros((size, m))
    pushes[size - m :, :] = -np.eye(m)
    try:
        answer = -np.linalg.solve(matrix, np.hstack([on_state, pushes, constant[:, None]]))
    except np.linalg.LinAlgError as error:
        raise SolveError(say("control.singular"), say("control.singular_mend")) from error
    w_state, w_move, w_fixed = answer[:, :states], answer[:, states : states + m], answer[:, -1]
    inherit, carried = chain.keep + chain.carry @ w_state, chain.carry @ w_move
    own, own_past = chain.on_now[row] @ w_move, chain.on_now[row] @ w_state + chain.on_past[row]
    drift = chain.carry @ w_fixed
    curvature = own.T @ own + carried.T @ value @ carried
    slope_state = own.T @ own_past + carried.T @ value @ inherit
    slope_fixed = own.T @ (gap + chain.on_now[row] @ w_fixed) + carried.T @ (value @ drift + slope)
    on_s, fixed = _choice(setting, chain, point, held, row, curvature, slope_state, slope_fixed)
    return Rule(
        w_state + w_move @ on_s, w_fixed + w_move @ fixed, on_s, fixed, curvature, slope_state, slope_fixed
    )


def _choice(
    setting: Setting,
    chain: Chain,
    point: Point,
    held: NDArray[np.int8],
    row: int,
    curvature: Vector,
    slope_state: Vector,
    slope: Vector,
) -> tuple[Vector, Vector]:
    """u = F s + f: free instruments minimise, held ones stand at their bound, others stay or follow the last free one."""
    levers, m = setting.levers, chain.instruments
    on_s, fixed = np.zeros((m, len(chain.keep))), np.zeros(m)
    free = []
    for instrument in range(m):
        number = int(levers.place[row, instrument])
        if number < 0:
            continue
        if levers.where(number)[0] != row:  # held since its last free period
            on_s[instrument, chain.lag_place[len(setting.system.variables) + instrument, 1]] = 1.0
        elif held[number]:
            bound = levers.low[number] if held[number] < 0 else levers.high[number]
            fixed[instrument] = bound - point.numbers[number]
        else:
            free.append(instrument)
    if free:
        rest = [each for each in range(m) if each not in free]
        inner = curvature[np.ix_(free, free)]
        right_state = slope_state[free] + curvature[np.ix_(free, rest)] @ on_s[rest]
        right = slope[free] + curvature[np.ix_(free, rest)] @ fixed[rest]
        # the shortest choice where some have no effect, e.g. in the last period
        chosen = -np.linalg.pinv(inner, rcond=1e-13, hermitian=True) @ np.hstack(
            [right_state, right[:, None]]
        )
        on_s[free], fixed[free] = chosen[:, :-1], chosen[:, -1]
    return on_s, fixed


# the chain


def _w_columns(setting: Setting) -> Places:
    """The column of each w: the unknowns in the order of the equations, then the policy instruments."""
    return np.array([*setting.system.unknowns, *setting.levers.columns], dtype=np.intp)


def chain_at(setting: Setting, values: Vector, parameters: Vector) -> Chain:
    """The model linearised at solved values as a chain of periods."""
    plan = layout_of(setting.system)
    columns = _w_columns(setting)
    place_of = np.full(len(setting.system.columns), -1, dtype=np.intp)
    place_of[columns] = np.arange(len(columns))
    entries = place_of[plan.column] >= 0
    equation, shift = plan.equation[entries], plan.shift[entries]
    place = place_of[plan.column[entries]]
    slopes = _slopes(setting, plan, values, parameters)[:, entries]
    periods, size, m = len(slopes), len(columns), len(setting.levers.columns)
    lag_place = _lags(setting, place, shift, place_of, Terminal(setting.solving.terminal))
    leading = np.unique(place[shift > 0])
    now, past = np.zeros((periods, size, size)), np.zeros((periods, size, len(lag_place)))
    ahead = {int(k): np.zeros((periods, size, len(leading))) for k in np.unique(shift[shift > 0])}
    lead_place = {int(w): number for number, w in enumerate(leading)}
    for entry in range(len(equation)):
        eq, w, k = int(equation[entry]), int(place[entry]), int(shift[entry])
        if k == 0:
            now[:, eq, w] += slopes[:, entry]
        elif k < 0:
            past[:, eq, lag_place[w, -k]] += slopes[:, entry]
        else:
            ahead[k][:, eq, lead_place[w]] += slopes[:, entry]
    now[:, size - m :, size - m :] = np.eye(m)  # the copy of an instrument is the instrument
    most = max(ahead, default=1)
    ahead = {k: ahead.get(k, np.zeros((periods, size, len(leading)))) for k in range(1, most + 1)}
    keep, carry = _shifts(lag_place, size)
    on_now, on_past = _on_gaps(setting, place_of, lag_place, periods, size)
    return Chain(now, past, ahead, leading, carry, keep, on_now, on_past, lag_place, m)


def _slopes(setting: Setting, plan: Layout, values: Vector, parameters: Vector) -> Vector:
    """The partials at solved values [periods, slopes], what lies beyond the end as the terminal condition says."""
    rows, cells = setting.rows, closed_cells(plan, setting.rows.start, setting.rows.stop)
    stacked = Stacked(
        plan, values, rows.start, rows.stop, parameters, terminal=Terminal(setting.solving.terminal)
    )
    data = stacked.at(values[cells.rows, cells.columns])
    slopes = np.asarray(plan.slopes(data, rows.start, rows.stop, parameters))
    if not np.isfinite(slopes).all():
        equation = int(plan.equation[int(np.argmin(np.isfinite(slopes).all(axis=0)))])
        raise SolveError(
            say("control.no_slope", equation=setting.system.labels[equation][0]), say("control.no_slope_mend")
        )
    return slopes


def _lags(
    setting: Setting, place: Places, shift: Places, place_of: Places, terminal: Terminal
) -> dict[tuple[int, int], int]:
    """(place in w, lag) -> place in the state, for every lag that is read or needed to carry one that is."""
    most: dict[int, int] = {}
    for w, k in zip(place.tolist(), shift.tolist(), strict=True):
        if k < 0:
            most[w] = max(most.get(w, 0), -k)
        elif k > 0 and terminal.moves:
            most[w] = max(most.get(w, 0), 2)
    for term in setting.terms:
        w = int(place_of[term.column])
        if term.kind is TermKind.MOVE and w >= 0:
            most[w] = max(most.get(w, 0), 1)
    for instrument, column in enumerate(setting.levers.columns):
        if (setting.levers.place[:, instrument] >= 0).any():
            w = int(place_of[column])
            most[w] = max(most.get(w, 0), 1)
    pairs = [(w, lag) for w in sorted(most) for lag in range(1, most[w] + 1)]
    return {pair: number for number, pair in enumerate(pairs)}


def _shifts(lag_place: Mapping[tuple[int, int], int], size: int) -> tuple[Vector, Vector]:
    keep, carry = np.zeros((len(lag_place), len(lag_place))), np.zeros((len(lag_place), size))
    for (w, lag), number in lag_place.items():
        if lag == 1:
            carry[number, w] = 1.0
        else:
            keep[number, lag_place[w, lag - 1]] = 1.0
    return keep, carry


def _on_gaps(
    setting: Setting, place_of: Places, lag_place: Mapping[tuple[int, int], int], periods: int, size: int
) -> tuple[Vector, Vector]:
    """The weighted gaps' slopes to w and s."""
    terms = setting.terms
    on_now, on_past = np.zeros((periods, len(terms), size)), np.zeros((periods, len(terms), len(lag_place)))
    for number, term in enumerate(terms):
        w, other = int(place_of[term.column]), int(place_of[term.other]) if term.other >= 0 else -1
        if w >= 0:
            on_now[:, number, w] += term.root_weight
            if term.kind is TermKind.MOVE:
                on_past[:, number, lag_place[w, 1]] -= term.root_weight
        if other >= 0:
            on_now[:, number, other] -= term.root_weight
    return on_now, on_past
