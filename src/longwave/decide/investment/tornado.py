"""What matters: the net present value with each uncertain thing at its 10th and 90th percentile, all others at their
median; and the share of the variance that each explains by itself (first-order Sobol index).

A driver holds its rank in all years. Drivers are moved one at a time, so their correlation plays no part here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message, Names, say
from longwave.decide.investment.cash_flow import Chances, cash_flows
from longwave.decide.investment.drivers import Fan, Paths, at_share, reference_of
from longwave.decide.investment.plan import Opening, Plan, Vector
from longwave.decide.investment.value import factors, present_value

LOW, HIGH = 0.1, 0.9
_CELLS = 20_000_000
"""Figures that are held at once."""

_SOBOL = 512
"""Base sample of the Sobol design, a power of two; indices of ten inputs then stand within about .05."""


@dataclass(frozen=True, slots=True)
class Matter:
    """middle: net present value with everything at its median. key: ``driver:real_gdp``, ``line:Sales``, ``outlays``,
    ``salvage`` or ``wacc``; low and high: net present value there; share: of the variance, None where it could not be
    told."""

    key: str
    name: Message | Names
    middle: float
    low: float
    high: float
    share: float | None

    @property
    def swing(self) -> float:
        return abs(self.high - self.low)


def tornado(plan: Plan, opening: Opening, fans: Sequence[Fan], seed: int) -> tuple[Matter, ...]:
    """Everything uncertain in an opening, what matters most first. The plan must have a cost of capital."""
    keys = _inputs(plan, opening)
    if not keys:
        return ()
    ranks = np.full((len(keys), 2 * len(keys)), 0.5)
    for place in range(len(keys)):
        ranks[place, 2 * place], ranks[place, 2 * place + 1] = LOW, HIGH
    values = _values(plan, opening, fans, keys, ranks)
    middle = float(_values(plan, opening, fans, keys, np.full((len(keys), 1), 0.5))[0])
    shares = _shares(plan, opening, fans, keys, seed)
    found = [
        Matter(
            key,
            _name(key, fans),
            middle,
            float(values[2 * place]),
            float(values[2 * place + 1]),
            shares[place],
        )
        for place, key in enumerate(keys)
    ]
    return tuple(sorted(found, key=lambda each: -each.swing))


def _inputs(plan: Plan, opening: Opening) -> tuple[str, ...]:
    parts = [part for line in opening.lines for part in line.parts]
    followed = dict.fromkeys(f"driver:{follow.driver}" for part in parts for follow in part.follows)
    lines = [
        f"line:{line.name}" for line in opening.lines if any(not part.spread.known for part in line.parts)
    ]
    found = [*followed, *lines]
    found += ["outlays"] * (not opening.outlay_spread.known) + ["salvage"] * (not opening.salvage.known)
    found += ["wacc"] * (plan.wacc is not None and not plan.wacc.known)
    return tuple(found)


def _name(key: str, fans: Sequence[Fan]) -> Message | Names:
    kind, _, name = key.partition(":")
    if kind in {"driver", "line"}:
        titles = {fan.name: fan.title for fan in fans if fan.title is not None and kind == "driver"}
        return titles.get(name) or Names(name)
    return say(f"investment.input_{kind}")


def _values(
    plan: Plan, opening: Opening, fans: Sequence[Fan], keys: Sequence[str], ranks: np.ndarray
) -> Vector:
    """Net present values for inputs at given ranks. ranks: inputs by cases."""
    assert plan.wacc is not None  # noqa: S101
    count = ranks.shape[1]
    middle = np.full(count, 0.5)
    rank: Mapping[str, Vector] = dict(zip(keys, np.clip(ranks, 1e-6, 1 - 1e-6), strict=True))
    names = [*(fan.name for fan in fans), *(each.name for each in plan.drivers)]
    drivers = {name: rank.get(f"driver:{name}", middle) for name in names}
    paths = Paths(
        plan.years,
        at_share(plan.years, fans, plan.drivers, drivers),
        reference_of(plan.years, fans, plan.drivers),
    )
    chances = Chances(
        {
            (opening.name, line.name, place): rank.get(f"line:{line.name}", middle)
            for line in opening.lines
            for place, part in enumerate(line.parts)
            if not part.spread.known
        },
        {opening.name: rank.get("outlays", middle)},
        {opening.name: rank.get("salvage", middle)},
        middle,
    )
    flows = cash_flows(plan, opening, paths, chances, {})
    discount = factors(plan, plan.wacc.at(rank.get("wacc", middle)), paths)
    return present_value(flows.net, discount)


def _shares(
    plan: Plan, opening: Opening, fans: Sequence[Fan], keys: Sequence[str], seed: int
) -> tuple[float | None, ...]:
    """First-order indices by Saltelli's design."""
    from scipy.stats import sobol_indices, uniform

    if len(keys) == 1:
        return (1.0,)

    block = max(1, _CELLS // (len(plan.years) * (len(opening.lines) + 8)))

    def value(ranks: np.ndarray) -> Vector:
        flat = ranks.reshape(len(keys), -1)
        starts = range(0, flat.shape[1], block)
        found = [_values(plan, opening, fans, keys, flat[:, start : start + block]) for start in starts]
        return np.concatenate(found).reshape(ranks.shape[1:])

    rng = np.random.default_rng([seed, 11])
    if np.ptp(value(rng.random((len(keys), 64)))) == 0:
        return (None,) * len(keys)
    found = sobol_indices(func=value, n=_SOBOL, dists=[uniform()] * len(keys), rng=rng)
    return tuple(float(np.clip(each, 0.0, 1.0)) for each in found.first_order)
