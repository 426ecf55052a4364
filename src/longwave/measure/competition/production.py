"""Elasticities of a production function by control function, where inputs answer to what the analyst cannot see.

    q_it = beta_l l_it + beta_k k_it + omega_it + eps_it     (logs; q value added)

Firms that know their productivity omega hire by it, so that least squares gives labour too much. Materials m, chosen
when omega, k and l are known, stand in for omega: first q is cleaned of eps by a cubic in (k, l, m), then
omega(beta) = phi - beta_l l - beta_k k is taken as an autoregression with innovation xi, and beta makes xi
uncorrelated with k_t and l_{t-1}, which were settled before it. Reference: Ackerberg, Caves and Frazer (2015),
Econometrica 83; Levinsohn and Petrin (2003) for the proxy.

Not for gross output: with materials in the function itself the moments do not identify their elasticity (Gandhi,
Navarro and Rivers 2020).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.competition.firms import complete, fault_of, left_out, refused
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure

NAME = "production_function"
FEWEST = 50
"""Fewest firms: in simulations with fewer the estimate is too wild to be worth its name."""

DRAWS = 99
"""Bootstrap draws: each is a search of its own; the bounds come from their standard deviation, which 99 draws give to
about seven per cent of its size."""

_STARTS = tuple((one, other) for one in (0.3, 0.6, 0.9) for other in (0.1, 0.3, 0.6))
_COLUMNS = ("value_added", "labour", "capital", "materials")

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Production:
    """Elasticities of value added, and how persistent productivity is (of its autoregression)."""

    labour: float
    capital: float
    persistence: float


def control_function(
    output: Vector,
    labour: Vector,
    capital: Vector,
    proxy: Vector,
    before: NDArray[np.int64],
    start: tuple[float, float] | None = None,
    least: float = 0.0,
) -> Production:
    """Ackerberg, Caves and Frazer's estimate from logs.

    before: for each row the place of the same firm's row one period earlier, -1 where there is none; start: where the
    search for (labour, capital) begins, nine places where not given; least: lowest elasticity that is an answer. Raises
    ValueError for fewer than twenty pairs, inputs without variation of their own, and where no elasticities between
    zero and 1.5 answer the moments.
    """
    x = np.column_stack([capital, labour, proxy])
    x = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    terms = [np.ones(len(output))]
    for degree in (1, 2, 3):
        terms += [
            np.prod(x[:, list(which)], axis=1) for which in combinations_with_replacement(range(3), degree)
        ]
    design = np.column_stack(terms)
    if np.linalg.matrix_rank(design[:, :4]) < 4:
        raise ValueError("labour, capital and materials do not vary independently of each other")
    phi = design @ np.linalg.lstsq(design, output, rcond=None)[0]
    now = np.flatnonzero(before >= 0)
    if len(now) < 20:
        raise ValueError("too few firms are seen in neighbouring periods")
    starts = _STARTS if start is None else (start,)
    return _second_stage(phi, labour, capital, now, before[now], starts, least)


def _second_stage(
    phi: Vector,
    labour: Vector,
    capital: Vector,
    now: NDArray[np.int64],
    then: NDArray[np.int64],
    starts: tuple[tuple[float, float], ...],
    least: float,
) -> Production:
    from scipy.optimize import minimize

    instruments = np.column_stack([capital[now], labour[then]])
    instruments = (instruments - instruments.mean(axis=0)) / instruments.std(axis=0)

    def innovation(beta: Vector) -> tuple[Vector, float]:
        omega = phi - beta[0] * labour - beta[1] * capital
        here, there = omega[now], omega[then]
        there = there - there.mean()
        slope = float(there @ (here - here.mean()) / (there @ there))
        return here - here.mean() - slope * there, slope

    def criterion(beta: Vector) -> float:
        xi, _ = innovation(beta)
        moments = instruments.T @ xi / len(xi)
        return float(moments @ moments / xi.var())

    found = [
        minimize(
            criterion,
            np.array(start),
            method="Nelder-Mead",
            options={"xatol": 1e-5, "fatol": 1e-12, "maxiter": 400},
        )
        for start in starts
    ]
    inside = [one for one in found if (one.x > least).all() and (one.x < 1.5).all() and one.fun < 1e-4]
    if not inside:
        raise ValueError("no elasticities answer the moments")
    # Moments have a second, spurious answer in which labour alone takes all (Ackerberg et al., note 16): capital's
    # elasticity is next to nothing there, so that among answers the one with more of it is taken.
    best = max(inside, key=lambda one: float(one.x[1]))
    _, slope = innovation(best.x)
    return Production(float(best.x[0]), float(best.x[1]), slope)


def measure_production(table: pd.DataFrame) -> Measurement:
    """Elasticities of labour and capital, with least squares beside them to show its bias.

    table: firm, period (yearly), value_added, labour, capital, materials, all above zero. Result's table: index
    ``control_function`` and ``least_squares``, columns labour, capital, returns_to_scale. Estimates:
    labour_elasticity, capital_elasticity, with intervals by a bootstrap over firms (normal, from the standard deviation of
    the draws). Refused with fewer than fifty firms.
    """
    rows = complete(table, ["firm", "period", *_COLUMNS])
    fault = fault_of(NAME, rows, ("firm", "period"), (), _COLUMNS)
    if fault is not None:
        return refused(NAME, fault)
    firms = int(rows["firm"].nunique())
    if firms < FEWEST:
        return refused(NAME, Refusal(NAME, say("competition.few_for_production", count=firms, fewest=FEWEST)))
    rows = rows.sort_values(["firm", "period"], ignore_index=True)
    try:
        found = _estimate_of(rows, np.arange(len(rows)), None)
        spread = _spread(rows, found)
    except ValueError:
        return refused(NAME, Refusal(NAME, say("competition.production_fails")))
    logs = np.log(rows[list(_COLUMNS)].to_numpy(float))
    x = np.column_stack([np.ones(len(rows)), logs[:, 1], logs[:, 2]])
    plain = np.linalg.lstsq(x, logs[:, 0], rcond=None)[0][1:]
    result = pd.DataFrame(
        {"labour": [found.labour, plain[0]], "capital": [found.capital, plain[1]]},
        index=pd.Index(["control_function", "least_squares"], name="method"),
    )
    result["returns_to_scale"] = result.sum(axis=1)
    sample = Sample(len(rows), str(rows["period"].min()), str(rows["period"].max()))
    method = say("competition.method_production", firms=firms, rows=len(rows))
    estimates = tuple(
        Estimate(name, value, value - half, value + half, "elasticity", method, sample, grade_of(firms))
        for name, value, half in (
            ("labour_elasticity", found.labour, 1.96 * spread[0]),
            ("capital_elasticity", found.capital, 1.96 * spread[1]),
        )
    )
    return Measurement(
        NAME,
        "competition",
        "",
        result,
        units=dict.fromkeys(result.columns, "elasticity"),
        estimates=estimates,
        findings=tuple(_findings(estimates, float(plain[0]))),
        refusals=left_out(NAME, table, rows),
    )


def _estimate_of(
    rows: pd.DataFrame, places: NDArray[np.int64], start: tuple[float, float] | None
) -> Production:
    """The estimate from the rows at these places, whole firms one after the other, a firm possibly more than once."""
    drawn = rows.iloc[places]
    logs = np.log(drawn[list(_COLUMNS)].to_numpy(float))
    when = drawn["period"].str.slice(0, 4).astype(int).to_numpy()
    same = drawn["firm"].to_numpy()[1:] == drawn["firm"].to_numpy()[:-1]
    follows = np.append(False, same & (np.diff(when) == 1))
    before = np.where(follows, np.arange(len(drawn)) - 1, -1)
    # A draw may miss zero on the far side; were such draws thrown away, the spread would come out too small.
    least = 0.0 if start is None else -1.0
    return control_function(logs[:, 0], logs[:, 1], logs[:, 2], logs[:, 3], before, start, least)


def _spread(rows: pd.DataFrame, found: Production) -> NDArray[np.float64]:
    """Standard deviations of labour's and capital's elasticity over draws of firms. Raises ValueError where a fifth
    of the draws has no answer."""
    groups = [np.asarray(places) for places in rows.groupby("firm", sort=True).indices.values()]
    rng = np.random.default_rng(0)
    values = []
    for _ in range(DRAWS):
        chosen = rng.integers(0, len(groups), len(groups))
        places = np.concatenate([groups[one] for one in chosen])
        try:
            one = _estimate_of(rows, places, (found.labour, found.capital))
        except ValueError:
            continue
        values.append((one.labour, one.capital))
    if len(values) < 0.8 * DRAWS:
        raise ValueError("too many draws have no answer")
    return np.asarray(np.std(np.array(values), axis=0, ddof=1), dtype=np.float64)


def _findings(estimates: tuple[Estimate, ...], plain: float) -> Iterator[Message]:
    labour, capital = estimates
    yield say(
        "competition.production",
        labour=labour.value,
        labour_low=labour.low,
        labour_high=labour.high,
        capital=capital.value,
        capital_low=capital.low,
        capital_high=capital.high,
        plain=plain,
    )
    yield say("competition.production_use")


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "competition",
        (
            Column("firm", "text", say("competition.column_firm")),
            Column("period", "period", say("competition.column_period")),
            Column("value_added", "number", say("competition.column_value_added")),
            Column("labour", "number", say("competition.column_labour")),
            Column("capital", "number", say("competition.column_capital")),
            Column("materials", "number", say("competition.column_materials")),
        ),
        measure_production,
    )
)
