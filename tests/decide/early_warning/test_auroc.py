"""AUROC: counted pair by pair, its interval covering the truth, one wave known for one draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import NotEnoughData
from longwave.decide.early_warning.auroc import auroc, auroc_lead, auroc_with_interval


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=40).filter(
        lambda rows: 0 < sum(flag for _, flag in rows) < len(rows)
    )
)
def test_it_counts_pairs(rows: list[tuple[int, bool]]) -> None:
    up = [score for score, flag in rows if flag]
    calm = [score for score, flag in rows if not flag]
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in up for b in calm]
    score, crisis = np.array([s for s, _ in rows], float), np.array([f for _, f in rows])
    assert auroc(score, crisis) == pytest.approx(np.mean(pairs))
    assert auroc(-score, crisis) == pytest.approx(1 - np.mean(pairs))


def test_one_kind_alone_has_none() -> None:
    assert np.isnan(auroc(np.array([1.0, 2.0]), np.array([True, True])))


def cross_section(generator: np.random.Generator, countries: int = 120) -> tuple[pd.Series, ...]:
    crisis = pd.Series((generator.random(countries) < 0.2).astype(float))
    score = pd.Series(generator.normal(size=countries)) + 1.0 * crisis
    return score, crisis, pd.Series([f"C{n}" for n in range(countries)])


def test_the_interval_of_a_cross_section_covers_the_truth() -> None:
    truth = 0.7602499389065233  # normal(1, 1) above normal(0, 1): Phi(1 / sqrt 2)
    generator, covered = np.random.default_rng(5), 0
    for seed in range(100):
        found = auroc_with_interval(*cross_section(generator), resamples=300, seed=seed)
        covered += found.low <= truth <= found.high
    assert 0.84 <= covered / 100 <= 0.96


def panel(generator: np.random.Generator, waves: int) -> tuple[pd.Series, ...]:
    """Countries over waves, each with a fate and a score of its own in common: rows are not draws."""
    countries = 40
    rows = [(c, w) for c in range(countries) for w in range(waves)]
    taste, push = generator.normal(size=countries), generator.normal(size=waves)
    own = generator.normal(size=(countries, waves))
    crisis = np.array([generator.random() < 1 / (1 + np.exp(2 - own[c, w])) for c, w in rows], float)
    score = np.array([0.7 * taste[c] + 0.5 * push[w] + own[c, w] for c, w in rows])
    # Three years before a crisis are three rows of one event.
    every = np.repeat(np.arange(len(rows)), 3)
    return (
        pd.Series(score[every] + generator.normal(0, 0.1, len(every))),
        pd.Series(crisis[every]),
        pd.Series([f"C{rows[n][0]}" for n in every]),
        pd.Series([rows[n][1] for n in every]),
    )


def test_drawing_countries_and_waves_covers_where_rows_would_not() -> None:
    truths = np.random.default_rng(7)
    truth = float(np.mean([auroc(*(each.to_numpy() for each in panel(truths, 12)[:2])) for _ in range(150)]))
    generator = np.random.default_rng(8)
    both = rows = 0
    for seed in range(40):
        score, crisis, areas, clusters = panel(generator, 12)
        found = auroc_with_interval(score, crisis, areas, clusters, resamples=120, seed=seed)
        both += found.low <= truth <= found.high
        alone = pd.Series([str(n) for n in range(len(score))])
        naive = auroc_with_interval(score, crisis, alone, resamples=120, seed=seed)
        rows += naive.low <= truth <= naive.high
    assert both / 40 >= 0.85
    assert rows < both


def test_one_wave_is_drawn_by_country_alone_and_says_so() -> None:
    score, crisis, areas = cross_section(np.random.default_rng(9))
    one = auroc_with_interval(score, crisis, areas, pd.Series(np.zeros(len(score))), resamples=100)
    assert (one.by, one.waves) == ("country", 1)
    many = panel(np.random.default_rng(9), 6)
    assert auroc_with_interval(*many, resamples=100).by == "country and wave"


def test_a_lead_is_between_the_same_draws() -> None:
    score, crisis, areas = cross_section(np.random.default_rng(10), 300)
    worse = score + np.random.default_rng(11).normal(0, 2, 300)
    lead = auroc_lead(score, worse, crisis, areas, resamples=300)
    assert lead.value > 0
    assert lead.clear
    same = auroc_lead(score, score, crisis, areas, resamples=50)
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_few_crises_are_refused() -> None:
    crisis = pd.Series([1.0] * 4 + [0.0] * 20)
    areas = pd.Series([f"C{n}" for n in range(24)])
    with pytest.raises(NotEnoughData):
        auroc_with_interval(pd.Series(np.arange(24.0)), crisis, areas)
    with pytest.raises(NotEnoughData):
        auroc_with_interval(pd.Series(np.arange(24.0)), crisis * np.nan, areas)


def test_the_seed_decides() -> None:
    parts = cross_section(np.random.default_rng(12))
    assert auroc_with_interval(*parts, seed=3, resamples=50) == auroc_with_interval(
        *parts, seed=3, resamples=50
    )
