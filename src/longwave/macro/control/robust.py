"""One plan for several models: the policy maker does not know which is true and sets the same paths in all.

    mean    least  sum_m p_m L_m(u)                       p: how much each model is believed
    max     least  max_m L_m(u)
    regret  least  max_m ( L_m(u) - least_v L_m(v) )      what not knowing the model costs at most

The mean is one larger least-squares problem. The worst case is solved through its dual: a greatest value over beliefs p
of the least mean loss, so that the p found, the least favourable beliefs, tell which models the plan guards against. The
difference between the largest loss and the mean under these beliefs is the duality gap, nought at the solution
(Wald 1950; for policy under rival models Brock, Durlauf and West 2007; Cogley and others 2011).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Language, Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.control.bounded import (
    Minimum,
    Point,
    bounded_step,
    least,
    moved,
    stationarity,
)
from longwave.macro.control.commitment import (
    CONTROL,
    SOLVING,
    ControlOptions,
    PathProblem,
    Setting,
    check_stationary,
    least_path,
    prepared,
    solution_of,
)
from longwave.macro.control.limited import AbstractLimited, least_limited
from longwave.macro.control.loss import Loss
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.result import path_frame
from longwave.macro.control.within import Limit, joined, no_common_path, of_model
from longwave.macro.databank import Databank
from longwave.macro.model import Model
from longwave.macro.solution import Solution
from longwave.macro.solve import SolveOptions

Vector = NDArray[np.float64]
Criterion = Literal["mean", "max", "regret"]


@dataclass(frozen=True, eq=False)
class RivalModel:
    """A model that may be true. belief: its weight for the mean, of any sum; loss: its own, None for the common one;
    parameters: values in place of the model's own. Draws of one model's parameters are rivals that share one `model`, whose
    system is bound once."""

    name: str
    model: Model | System
    data: Databank
    belief: float = 1.0
    loss: Loss | None = None
    solving: SolveOptions = SOLVING
    parameters: Mapping[str, float] | None = None


@dataclass(frozen=True, eq=False)
class RobustPolicy:
    """losses: frame by model with columns baseline, robust, own (the least were it known to be true), regret, belief
    (given for the mean; the least favourable one for max and regret). paths: the first model's frame as in `OptimalPolicy`.
    duality_gap: relative to the largest loss; nought for the mean."""

    criterion: str
    losses: pd.DataFrame
    paths: pd.DataFrame
    solutions: tuple[Solution, ...]
    kkt: float
    duality_gap: float
    iterations: int
    seconds: float

    def sentences(self) -> tuple[Message, ...]:
        regret = self.losses["regret"]
        return (
            say(f"control.robust_{self.criterion}", count=len(self.losses)),
            say(
                "control.robust_loss",
                mean=float((self.losses["robust"] * self.losses["belief"]).sum()),
                name=str(self.losses["robust"].idxmax()),
                worst=float(self.losses["robust"].max()),
                regretted=str(regret.idxmax()),
                regret=float(regret.max()),
            ),
            say("control.robust_end", kkt=self.kkt, gap=self.duality_gap, iterations=self.iterations),
        )

    def text(self, lang: Language = "en") -> str:
        return "\n".join(each.text(lang) for each in self.sentences())


def robust(
    rivals: Sequence[RivalModel],
    first: Period | str,
    last: Period | str,
    loss: Loss,
    policy_instruments: Sequence[PolicyInstrument],
    *,
    criterion: Criterion = "mean",
    same: Literal["levels", "changes"] = "levels",
    within: Sequence[Limit] = (),
    control: ControlOptions = CONTROL,
) -> RobustPolicy:
    """The paths of the policy instruments that serve several models.

    same: whether all models get the same levels of the policy instruments, or the same changes from each one's own baseline.
    within: limits of any columns, kept in every model; with the criterion mean only. Raises UsageError for fewer than two
    models, beliefs that are no weights, or bounds without a common path; SolveError where a model cannot be solved, limits
    exclude each other, or no least is found.
    """
    began = time.perf_counter()
    first, last = as_period(first, "first"), as_period(last, "last")
    _check(rivals, criterion, same)
    settings = [_setting(each, first, last, loss, policy_instruments, within) for each in rivals]
    if criterion != "mean" and any(len(each.limits) for each in settings):
        raise UsageError(say("control.no_worst_limits"), say("control.no_worst_limits_mend"))
    problems = [PathProblem(setting, control) for setting in settings]
    own = [least_path(problem, setting, control) for problem, setting in zip(problems, settings, strict=True)]
    beliefs = np.array([each.belief for each in rivals]) / sum(each.belief for each in rivals)
    joint = _Joint(problems, settings, same, beliefs)
    start = np.clip(
        np.mean([each.point.numbers - at for each, at in zip(own, joint.offsets, strict=True)], axis=0),
        *joint.bounds,
    )
    if criterion == "mean":
        found = _mean_least(joint, start, settings, control)
        end = _End(found.point, beliefs, found.kkt, 0.0, found.iterations)
    else:
        taken = np.array([each.point.loss if criterion == "regret" else 0.0 for each in own])
        end = _worst_case(joint, start, taken, control)
    return _told(criterion, rivals, settings, own, end, time.perf_counter() - began)


@dataclass(frozen=True, eq=False)
class _End:
    """Where a search ended. The point's payload holds one point for each model."""

    point: Point
    beliefs: Vector
    kkt: float
    gap: float
    iterations: int


class _Joint(AbstractLimited):
    """All models' weighted gaps, and what is limited in them, one below the other, as functions of the common numbers."""

    def __init__(
        self, problems: Sequence[PathProblem], settings: Sequence[Setting], same: str, beliefs: Vector
    ) -> None:
        self._problems, self._beliefs = problems, beliefs
        free = settings[0].levers.free
        self.offsets = [
            setting.levers.before if same == "changes" else np.zeros(free) for setting in settings
        ]
        low = np.max([each.levers.low - at for each, at in zip(settings, self.offsets, strict=True)], axis=0)
        high = np.min(
            [each.levers.high - at for each, at in zip(settings, self.offsets, strict=True)], axis=0
        )
        if (low > high).any():
            row, instrument = settings[0].levers.where(int(np.argmax(low > high)))
            name, period = settings[0].levers.names[instrument], str(settings[0].first + row)
            raise UsageError(
                say("control.no_common_path", name=name, period=period), say("control.no_common_path_mend")
            )
        self.bounds = (low, high)

    def at(self, numbers: Vector, near: Point | None, step: Vector | None) -> Point:
        before = [None] * len(self._problems) if near is None else points_of(near)
        points = tuple(
            problem.at(numbers + at, each, step)
            for problem, at, each in zip(self._problems, self.offsets, before, strict=True)
        )
        roots = np.sqrt(self._beliefs)
        residual = np.concatenate([root * each.residual for root, each in zip(roots, points, strict=True)])
        return Point(numbers, residual, points)

    def slopes(self, point: Point) -> Vector:
        roots = np.sqrt(self._beliefs)
        return np.vstack([root * each for root, each in zip(roots, self.apart(point), strict=True)])

    def curvature(self, point: Point) -> Vector:
        bends = [
            problem.curvature(each) for problem, each in zip(self._problems, points_of(point), strict=True)
        ]
        return np.asarray(sum(belief * bend for belief, bend in zip(self._beliefs, bends, strict=True)))

    def figures(self, point: Point) -> Vector:
        return np.concatenate(
            [p.figures(each) for p, each in zip(self._problems, points_of(point), strict=True)]
        )

    def figure_slopes(self, point: Point) -> Vector:
        return np.vstack(
            [p.figure_slopes(each) for p, each in zip(self._problems, points_of(point), strict=True)]
        )

    def bend(self, point: Point, prices: Vector) -> Vector:
        bends = [
            belief * problem.bend(each, own / belief)
            for belief, problem, each, own in zip(
                self._beliefs,
                self._problems,
                points_of(point),
                np.split(prices, len(self._problems)),
                strict=True,
            )
        ]
        return np.asarray(sum(bends))

    def apart(self, point: Point) -> list[Vector]:
        """Each model's slopes, without beliefs."""
        return [problem.slopes(each) for problem, each in zip(self._problems, points_of(point), strict=True)]


def points_of(point: Point) -> tuple[Point, ...]:
    """The models' points in a point of the joint problem."""
    assert isinstance(point.payload, tuple)  # noqa: S101
    return point.payload


def _setting(
    rival: RivalModel,
    first: Period,
    last: Period,
    loss: Loss,
    policy_instruments: Sequence[PolicyInstrument],
    within: Sequence[Limit],
) -> Setting:
    """One model's problem, its limits under its name."""
    made = prepared(
        rival.model, rival.data, first, last, rival.loss or loss, policy_instruments, rival.parameters, rival.solving,
        within,
    )  # fmt: skip
    return replace(made, limits=of_model(made.limits, rival.name))


def _mean_least(
    joint: _Joint, start: Vector, settings: Sequence[Setting], control: ControlOptions
) -> Minimum:
    limits = joined([setting.limits for setting in settings])
    tolerance, most = control.tolerance, control.most_iterations
    if not len(limits):
        found = least(joint, start, *joint.bounds, tolerance=tolerance, most_iterations=most)
    else:
        found = least_limited(
            joint, start, *joint.bounds, limits.edges, tolerance=tolerance, most_iterations=most
        )
        if found.gives_way.any():
            raise no_common_path(limits, found.gives_way, found.figures, settings[0].first)
    check_stationary(found, control)
    return found


def _worst_case(joint: _Joint, start: Vector, taken: Vector, control: ControlOptions) -> _End:
    """The least of the largest loss (less `taken`): Gauss-Newton steps whose linearised problem is solved by its dual."""
    low, high = joint.bounds
    point, iterations = joint.at(start, None, None), 0
    beliefs = np.full(len(taken), 1.0 / len(taken))
    while True:
        slopes, residuals = joint.apart(point), [each.residual for each in points_of(point)]
        beliefs, step = _least_favourable(
            slopes, residuals, taken, low - point.numbers, high - point.numbers, beliefs
        )
        losses = np.array([each.loss for each in points_of(point)]) - taken
        worst = float(losses.max())
        foretold = _losses(slopes, residuals, step) - taken
        promised = worst - float(foretold.max())
        size = max(abs(worst), 1e-12 * float(np.max(taken, initial=0.0)), 1e-300)
        gap = (worst - float(beliefs @ losses)) / size
        mixed = np.sqrt(beliefs)
        kkt = stationarity(
            np.vstack([root * each for root, each in zip(mixed, slopes, strict=True)]),
            np.concatenate([root * each for root, each in zip(mixed, residuals, strict=True)]),
            point.numbers,
            low,
            high,
        )
        if promised <= 1e-10 * size or iterations >= control.most_iterations:
            break
        better = _downhill(joint, point, step, promised, worst, taken)
        iterations += 1
        if better is None:
            break
        point = better
    if kkt > 1e-3 and promised > 1e-6 * size:
        raise SolveError(
            say("control.not_stationary", kkt=kkt, iterations=iterations, loss=worst),
            say("control.not_stationary_mend"),
        )
    return _End(point, beliefs, kkt, gap, iterations)


def _downhill(
    joint: _Joint, point: Point, step: Vector, promised: float, worst: float, taken: Vector
) -> Point | None:
    part = 1.0
    for _ in range(30):
        numbers = moved(point.numbers, part * step, *joint.bounds)
        try:
            new = joint.at(numbers, point, part * step)
        except SolveError:
            part *= 0.5
            continue
        largest = max(each.loss - less for each, less in zip(points_of(new), taken.tolist(), strict=True))
        if largest <= worst - 1e-4 * part * promised:
            return new
        part *= 0.5
    return None


def _losses(slopes: Sequence[Vector], residuals: Sequence[Vector], step: Vector) -> Vector:
    """Each model's linearised loss after a step."""
    return np.array(
        [
            float(np.sum((residual + slope @ step) ** 2))
            for slope, residual in zip(slopes, residuals, strict=True)
        ]
    )


def _least_favourable(
    slopes: Sequence[Vector],
    residuals: Sequence[Vector],
    taken: Vector,
    low: Vector,
    high: Vector,
    start: Vector,
) -> tuple[Vector, Vector]:
    """(beliefs, step): the greatest over beliefs of the least mean linearised loss, which is concave in the beliefs.

    Its slope to a belief is that model's loss. Two models: by bisection on the difference of their losses; more: by
    sequential quadratic programming on the simplex.
    """

    def best(beliefs: Vector) -> Vector:
        roots = np.sqrt(np.maximum(beliefs, 0.0))
        stacked = np.vstack([root * each for root, each in zip(roots, slopes, strict=True)])
        right = np.concatenate([root * each for root, each in zip(roots, residuals, strict=True)])
        return bounded_step(stacked, right, low, high)[0]

    def after(beliefs: Vector) -> Vector:
        return _losses(slopes, residuals, best(beliefs)) - taken

    beliefs = _of_two(after) if len(taken) == 2 else _of_many(after, start)
    return beliefs, best(beliefs)


def _of_two(after: Callable[[Vector], Vector]) -> Vector:
    from scipy.optimize import brentq

    def difference(share: float) -> float:
        losses = after(np.array([share, 1.0 - share]))
        return float(losses[0] - losses[1])

    if difference(1.0) >= 0.0:
        return np.array([1.0, 0.0])
    if difference(0.0) <= 0.0:
        return np.array([0.0, 1.0])
    share = float(brentq(difference, 0.0, 1.0, xtol=1e-14, rtol=1e-14))
    return np.array([share, 1.0 - share])


def _of_many(after: Callable[[Vector], Vector], start: Vector) -> Vector:
    from scipy.optimize import minimize

    size = max(1e-300, float(np.max(np.abs(after(start)))))

    def value(beliefs: Vector) -> tuple[float, Vector]:
        losses = after(beliefs) / size
        return -float(beliefs @ losses), -losses

    found = minimize(
        value,
        start,
        jac=True,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * len(start),
        constraints=[{"type": "eq", "fun": lambda p: p.sum() - 1.0, "jac": lambda p: np.ones_like(p)}],
        options={"ftol": 1e-15, "maxiter": 500},
    )
    beliefs = np.clip(found.x, 0.0, 1.0)
    return np.asarray(beliefs / beliefs.sum())


def _told(
    criterion: str,
    rivals: Sequence[RivalModel],
    settings: Sequence[Setting],
    own: Sequence[Minimum],
    end: _End,
    seconds: float,
) -> RobustPolicy:
    points = points_of(end.point)
    losses = pd.DataFrame(
        {
            "baseline": [float(each.before @ each.before) for each in settings],
            "robust": [each.loss for each in points],
            "own": [each.point.loss for each in own],
            "belief": end.beliefs,
        },
        index=pd.Index([each.name for each in rivals], name="model"),
    )
    losses["regret"] = losses["robust"] - losses["own"]
    setting, solutions = settings[0], tuple(solution_of(each) for each in points)
    base = setting.values[setting.rows][:, list(setting.levers.columns)]
    paths = path_frame(setting.levers, base, setting.levers.paths(points[0].numbers), solutions[0].periods)
    return RobustPolicy(criterion, losses, paths, solutions, end.kkt, end.gap, end.iterations, seconds)


def _check(rivals: Sequence[RivalModel], criterion: str, same: str) -> None:
    if len(rivals) < 2:
        raise UsageError(say("control.few_rivals"), say("control.few_rivals_mend"))
    names = [each.name for each in rivals]
    if len(set(names)) < len(names):
        raise UsageError(say("control.rival_twice", names=", ".join(names)), say("control.few_rivals_mend"))
    if not all(np.isfinite(each.belief) and each.belief > 0.0 for each in rivals):
        raise UsageError(say("control.bad_belief"), say("control.bad_belief_mend"))
    if criterion not in ("mean", "max", "regret") or same not in ("levels", "changes"):
        raise UsageError(
            say("control.bad_criterion", given=f"{criterion}, {same}"), say("control.bad_criterion_mend")
        )
