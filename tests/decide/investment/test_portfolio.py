"""The best set is the one that trying every set finds; dominance is an order."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.decide.investment.dominance import dominance
from longwave.decide.investment.plan import Limits, Opening
from longwave.decide.investment.portfolio import best_set
from longwave.decide.investment.value import tail_loss


def openings(count: int, **fields: dict[int, str]) -> list[Opening]:
    return [
        Opening(f"o{n}", {}, 2027, 5, (), **{key: values.get(n, "") for key, values in fields.items()})
        for n in range(count)
    ]


def by_hand(worths: np.ndarray, costs: np.ndarray, budget: float, limits: Limits) -> float:
    best = 0.0
    for choice in product((False, True), repeat=len(costs)):
        taken = np.array(choice)
        total = worths[:, taken].sum(axis=1)
        if not taken.any() or costs[taken].sum() > budget:
            continue
        if limits.loss_probability is not None and (total < 0).mean() > limits.loss_probability:
            continue
        if limits.tail_loss is not None and tail_loss(total) > limits.tail_loss:
            continue
        if limits.share is not None and (costs[taken] > limits.share * budget).any():
            continue
        best = max(best, float(total.mean()))
    return best


@pytest.mark.parametrize(
    "limits",
    [
        Limits(),
        Limits(loss_probability=0.25),
        Limits(tail_loss=30.0),
        Limits(share=0.4),
        Limits(loss_probability=0.3, tail_loss=40.0, share=0.6),
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_the_search_finds_what_trying_all_sets_finds(limits: Limits, seed: int) -> None:
    generator = np.random.default_rng(seed)
    worths = generator.normal(generator.uniform(-2, 12, 7), generator.uniform(1, 25, 7), (600, 7))
    costs = generator.uniform(10, 60, 7)
    found = best_set(openings(7), worths, costs, budget=120.0, limits=limits)
    assert found.complete
    assert found.value == pytest.approx(by_hand(worths, costs, 120.0, limits), abs=1e-9)
    assert found.cost <= 120.0 + 1e-9


def test_exclusive_and_required_openings() -> None:
    worths = np.full((100, 3), [10.0, 9.0, 1.0])
    costs = np.array([10.0, 10.0, 10.0])
    either = best_set(
        openings(3, exclusive={0: "site", 1: "site"}), worths, costs, budget=100, limits=Limits()
    )
    assert either.names == ("o0", "o2")
    needs = best_set(openings(3, requires={0: "o2"}), worths, costs, budget=10, limits=Limits())
    assert needs.names == ("o1",)
    gone = best_set(openings(3, requires={0: "elsewhere"}), worths, costs, budget=100, limits=Limits())
    assert "o0" not in gone.names


def test_a_direction_has_its_share() -> None:
    worths = np.full((100, 3), [10.0, 9.0, 1.0])
    many = openings(3, direction={0: "chips", 1: "chips", 2: "water"})
    found = best_set(
        many, worths, np.array([40.0, 40.0, 20.0]), budget=100, limits=Limits(direction_share=0.5)
    )
    assert found.names == ("o0", "o2")


SAMPLES = st.lists(st.floats(-100, 100), min_size=20, max_size=20).map(np.array)


@given(SAMPLES, st.floats(0.01, 50))
@settings(max_examples=50)
def test_more_of_everything_dominates_at_first_order(values: np.ndarray, more: float) -> None:
    assert dominance(values + more, values) == "first"
    assert dominance(values, values + more) == "none"
    assert dominance(values, values) == "none"


@given(SAMPLES)
@settings(max_examples=50)
def test_less_spread_around_the_same_mean_dominates_at_second_order(values: np.ndarray) -> None:
    if np.ptp(values) < 1e-3:
        return
    narrow = values.mean() + 0.5 * (values - values.mean())
    assert dominance(narrow, values) == "second"
