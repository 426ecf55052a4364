"""The weights of a polynomial lag (Almon 1965): w_k = c0 + c1 k + ... + c_d k^d for k = 0 ... n, and their sum.

`pdl(x, c, n, degree)` is linear in its few coefficients; what one wants to see are the weights, linear in these, whose
covariance follows exactly.
"""

from __future__ import annotations

import numpy as np

from longwave.core.estimate import Estimate, grade_of
from longwave.macro.estimate.result import EquationEstimate, LagWeights, intervals
from longwave.macro.estimate.wording import spoken
from longwave.macro.language.tree import Apply, Name, Number, walk
from longwave.macro.model import Model


def lag_weights(model: Model, estimate: EquationEstimate, level: float) -> tuple[LagWeights, ...]:
    """The lag weights of every `pdl` on an equation's right side."""
    found = []
    for node in walk(estimate.equation.right):
        if isinstance(node, Apply) and node.operator == "pdl":
            made = _weights(model, estimate, node, level)
            if made is not None:
                found.append(made)
    return tuple(found)


def _weights(model: Model, estimate: EquationEstimate, node: Apply, level: float) -> LagWeights | None:
    term, name, most, degree = node.arguments
    if not (isinstance(name, Name) and isinstance(most, Number) and isinstance(degree, Number)):
        return None
    lags, powers = np.arange(int(most.value) + 1.0), np.arange(int(degree.value) + 1.0)
    names = [each.name for each in estimate.coefficients]
    known = {**model.values, **estimate.values}
    parts = [f"{name.name}{int(power)}" for power in powers]
    if any(each not in known for each in parts):
        return None
    polynomial = lags[:, None] ** powers
    values = polynomial @ np.array([known[each] for each in parts])
    turn = np.zeros((len(lags), len(names)))
    for column, each in enumerate(parts):
        if each in names:
            turn[:, names.index(each)] = polynomial[:, column]
    turn = np.vstack([turn, turn.sum(axis=0)])
    values = np.append(values, values.sum())
    errors = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", turn, estimate.covariance, turn), 0.0))
    low, high = intervals(values, errors, estimate.degrees, level)
    grade = grade_of(len(estimate.periods))
    told = [
        Estimate(
            f"{name.name}[{row}]",
            float(value),
            float(one),
            float(other),
            "",
            estimate.how,
            estimate.sample,
            grade,
            level,
        )
        for row, (value, one, other) in enumerate(zip(values, low, high, strict=True))
    ]
    total = told[-1]
    whole = Estimate(
        f"sum {name.name}",
        total.value,
        total.low,
        total.high,
        "",
        estimate.how,
        estimate.sample,
        grade,
        level,
    )
    return LagWeights(spoken(term), tuple(told[:-1]), whole)
