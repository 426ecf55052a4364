"""The best set of openings within budget and limits: a mixed-integer programme over whole openings.

    max sum_i x_i mean NPV_i,  x_i in {0, 1}
    sum_i x_i I_i <= budget;  I_i x_i <= share of the budget, also by direction
    of exclusive openings at most one;  x_i <= x_required
    CVaR: z + 1/(alpha S) sum_s u_s <= limit,  u_s >= -sum_i x_i NPV_is - z,  u_s >= 0   (Rockafellar and Uryasev 2000)

The tail is written on a part of the draws, and the chance of a loss is not linear at all: the set found is therefore
looked at with all draws, and where it breaks a limit it is cut off and the next best is sought.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from longwave.decide.investment.drivers import Matrix
from longwave.decide.investment.plan import Limits, Opening, Vector
from longwave.decide.investment.value import TAIL, tail_loss

_CUTS = 200
_TAIL_DRAWS = 400


@dataclass(frozen=True, eq=False)
class Chosen:
    """names: of the set; value: mean NPV; cost: present value of outlays; loss_probability and tail_loss of the set;
    cuts: sets that were better and broke a limit; complete: False where the search was given up."""

    names: tuple[str, ...]
    value: float
    cost: float
    loss_probability: float
    tail_loss: float
    cuts: int
    complete: bool


def best_set(
    openings: Sequence[Opening],
    worths: Matrix,
    costs: Vector,
    *,
    budget: float,
    limits: Limits,
    forgone: Vector | None = None,
) -> Chosen:
    """The set of highest mean. worths: draws by openings of NPV; costs: mean present value of outlays of each; forgone:
    what each opening would be worth by waiting, which is lost where it is taken now."""
    from scipy.optimize import LinearConstraint, milp

    count = len(openings)
    sample = worths[np.linspace(0, len(worths) - 1, min(_TAIL_DRAWS, len(worths))).astype(int)]
    tail = limits.tail_loss is not None
    extra = 1 + len(sample) if tail else 0
    rows, bounds = _rules(openings, costs, budget, limits)
    if tail:
        rows, bounds = _with_tail(rows, bounds, sample, limits.tail_loss or 0.0)
    lost = np.zeros(count) if forgone is None else forgone
    goal = np.concatenate([lost - worths.mean(axis=0), np.zeros(extra)])
    whole = np.concatenate([np.ones(count), np.zeros(extra)])
    lower = np.concatenate([np.zeros(count), np.full(min(extra, 1), -np.inf), np.zeros(max(extra - 1, 0))])
    upper = np.concatenate([np.ones(count), np.full(extra, np.inf)])
    # scaled, so that the solver's tolerances mean the same for units and billions
    scale = max(1e-12, float(np.abs(goal).max()))
    for cuts in range(_CUTS):
        found = milp(
            goal / scale,
            constraints=LinearConstraint(np.array(rows), -np.inf, np.array(bounds)),
            integrality=whole,
            bounds=(lower, upper),
        )
        if found.x is None:
            return _told(openings, worths, costs, np.zeros(count, dtype=bool), cuts, True)
        taken = found.x[:count] > 0.5
        if not taken.any() or _within(worths[:, taken].sum(axis=1), limits):
            return _told(openings, worths, costs, taken, cuts, True)
        rows.append(np.concatenate([np.where(taken, 1.0, -1.0), np.zeros(extra)]))
        bounds.append(float(taken.sum() - 1))
    return _told(openings, worths, costs, np.zeros(count, dtype=bool), _CUTS, False)


def _within(total: Vector, limits: Limits) -> bool:
    """Whether all draws together keep to the limits."""
    if limits.loss_probability is not None and float((total < 0).mean()) > limits.loss_probability:
        return False
    return limits.tail_loss is None or tail_loss(total) <= limits.tail_loss


def _rules(
    openings: Sequence[Opening], costs: Vector, budget: float, limits: Limits
) -> tuple[list[Vector], list[float]]:
    """Rows and upper bounds of what is linear in the choice."""
    scale = max(budget, float(costs.max(initial=0.0)), 1e-12)
    rows, bounds = [costs / scale], [budget / scale]
    unit = np.eye(len(openings))
    if limits.share is not None:
        rows += [unit[place] * costs[place] / scale for place in range(len(openings))]
        bounds += [limits.share * budget / scale] * len(openings)
    for word in dict.fromkeys(each.direction for each in openings if each.direction):
        if limits.direction_share is not None:
            rows.append(
                np.array([c / scale * (o.direction == word) for o, c in zip(openings, costs, strict=True)])
            )
            bounds.append(limits.direction_share * budget / scale)
    for word in dict.fromkeys(each.exclusive for each in openings if each.exclusive):
        rows.append(np.array([float(each.exclusive == word) for each in openings]))
        bounds.append(1.0)
    names = [each.name for each in openings]
    for place, each in enumerate(openings):
        if each.requires in names:
            rows.append(unit[place] - unit[names.index(each.requires)])
            bounds.append(0.0)
        elif each.requires:
            rows.append(unit[place])
            bounds.append(0.0)
    return rows, bounds


def _with_tail(
    rows: list[Vector], bounds: list[float], sample: Matrix, limit: float
) -> tuple[list[Vector], list[float]]:
    """The rules with the tail's variables beside the choice: z, then a shortfall a draw."""
    draws, count = sample.shape
    scale = max(1e-12, float(np.abs(sample).max()))
    wide = [np.concatenate([row, np.zeros(1 + draws)]) for row in rows]
    tail = np.concatenate([np.zeros(count), [1.0], np.full(draws, 1 / (TAIL * draws))])
    short = [
        np.concatenate([-sample[place] / scale, [-1.0], -np.eye(draws)[place]]) for place in range(draws)
    ]
    # On part of the draws the tail is told with error: half as much again is let through, all draws decide.
    return [*wide, tail, *short], [*bounds, 1.5 * limit / scale, *([0.0] * draws)]


def _told(
    openings: Sequence[Opening], worths: Matrix, costs: Vector, taken: np.ndarray, cuts: int, complete: bool
) -> Chosen:
    total = worths[:, taken].sum(axis=1)
    return Chosen(
        tuple(each.name for each, there in zip(openings, taken, strict=True) if there),
        float(total.mean()),
        float(costs[taken].sum()),
        float((total < 0).mean()),
        tail_loss(total),
        cuts,
        complete,
    )
