"""Steps of the composite one by one: imputation, outliers, normalisation, weights, aggregation, links, effects."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longwave.measure.scorecard.aggregation import above_zero, arithmetic, geometric, harmonic, places
from longwave.measure.scorecard.imputation import IMPUTATIONS, by_likelihood, by_mean, by_neighbours
from longwave.measure.scorecard.indicators import indicators
from longwave.measure.scorecard.links import correlations, cronbach_alpha, link
from longwave.measure.scorecard.normalisation import borda, min_max, rank, to_target, z_score
from longwave.measure.scorecard.outliers import is_wild, kurtosis, skewness, transform, winsorise
from longwave.measure.scorecard.sobol import sobol_effects
from longwave.measure.scorecard.weights import benefit_of_doubt, equal, pairwise, principal, varimax

matrices = arrays(float, (9, 4), elements=st.integers(-50, 50).map(float))
positive = arrays(float, (6, 3), elements=st.integers(1, 100).map(float))
weightings = st.lists(st.floats(0.05, 1), min_size=3, max_size=3).map(lambda w: np.array(w) / sum(w))


@given(matrices, st.floats(0.01, 100), st.floats(-1000, 1000))
def test_min_max_and_z_do_not_know_the_unit(values, scale, shift):
    for rule in (min_max, z_score):
        assert rule(values * scale + shift) == pytest.approx(rule(values), abs=1e-6)


@given(matrices)
def test_ranks_do_not_change_under_a_monotone_rescale(values):
    for rule in (rank, borda):
        assert rule(np.exp(values / 10)) == pytest.approx(rule(values))
        assert rule(values**3) == pytest.approx(rule(values))


@given(matrices, st.permutations(range(9)))
def test_order_of_units_does_not_matter(values, order):
    for rule in (min_max, z_score, rank, borda):
        assert rule(values[order]) == pytest.approx(rule(values)[order])


@given(positive, weightings)
def test_harmonic_below_geometric_below_arithmetic(scores, weights):
    low, middle, high = (mean(scores, weights) for mean in (harmonic, geometric, arithmetic))
    assert (low <= middle + 1e-9).all()
    assert (middle <= high + 1e-9).all()
    assert (scores.min(axis=1) <= low + 1e-9).all()
    assert (high <= scores.max(axis=1) + 1e-9).all()


def test_missing_cells_leave_the_others_their_weights():
    scores = np.array([[1.0, np.nan, 3.0], [2.0, 2.0, 2.0]])
    weights = np.array([0.5, 0.3, 0.2])
    assert arithmetic(scores, weights) == pytest.approx([(0.5 + 0.6) / 0.7, 2.0])
    assert geometric(scores, weights)[1] == pytest.approx(2.0)
    assert harmonic(scores, weights)[1] == pytest.approx(2.0)


def test_means_of_scores_that_are_not_positive_are_refused():
    for mean in (geometric, harmonic):
        with pytest.raises(ValueError, match="positive"):
            mean(np.array([[0.0, 1.0]]), np.array([0.5, 0.5]))
    mapped = above_zero(np.array([[0.0, 0.5], [1.0, 0.2]]))
    assert (mapped.min(), mapped.max()) == (1.0, 100.0)


def test_ties_share_their_place():
    assert list(places(np.array([3.0, 1.0, 3.0, 2.0]))) == [1.5, 4, 1.5, 3]


def test_missing_are_not_ranked():
    found = rank(np.array([[1.0], [np.nan], [3.0]]))
    assert found[:, 0] == pytest.approx([0.5, np.nan, 1.0], nan_ok=True)


def test_distance_to_target():
    values = np.array([[1.0, 10.0], [2.0, 5.0]])
    assert to_target(values) == pytest.approx(np.array([[0.5, 1.0], [1.0, 0.5]]))
    assert to_target(values, np.array([4.0, np.nan]))[0] == pytest.approx([0.25, 1.0])
    with pytest.raises(ValueError, match="not negative"):
        to_target(-values)
    with pytest.raises(ValueError, match="target"):
        to_target(values, np.array([-1.0, 1.0]))


@pytest.mark.parametrize("name", [name for name in IMPUTATIONS if name != "none"])
def test_imputation_fills_flags_and_doubts(name, table):
    values = table(gaps=0.1, noise=0.3).values
    found = IMPUTATIONS[name](values)
    gaps = np.isnan(values)
    assert (found.flags == gaps).all()
    assert not np.isnan(found.values).any()
    assert (found.values[~gaps] == values[~gaps]).all()
    assert (found.errors[gaps] > 0).all()
    assert (found.errors[~gaps] == 0).all()


def test_likelihood_and_neighbours_beat_the_mean(table):
    whole = table(units=60, noise=0.3, seed=3).values
    holes = whole.copy()
    gaps = np.random.default_rng(1).random(whole.shape) < 0.1
    holes[gaps] = np.nan
    error = {
        rule: float(((IMPUTATIONS[rule](holes).values - whole)[gaps] ** 2).mean())
        for rule in ("mean", "neighbours", "likelihood")
    }
    assert error["likelihood"] < error["neighbours"] < error["mean"]


def test_group_means():
    values = np.array([[1.0], [3.0], [np.nan], [10.0], [20.0], [np.nan]])
    found = by_mean(values, np.array([0, 0, 0, 1, 1, 1]))
    assert list(found.values[[2, 5], 0]) == [2.0, 15.0]
    assert by_neighbours(values).values[2, 0] == pytest.approx(8.5), "no shared indicator: the mean of all"


def test_a_unit_without_any_figure_is_still_filled_by_likelihood():
    values = np.random.default_rng(0).standard_normal((10, 3))
    values[4] = np.nan
    assert np.isfinite(by_likelihood(values).values).all()


def test_skewness_and_kurtosis_are_the_spreadsheet_ones():
    """The examples of SKEW and KURT in the Microsoft Excel documentation: 3, 4, 5, 2, 3, 4, 5, 6, 4, 7."""
    x = np.array([3, 4, 5, 2, 3, 4, 5, 6, 4, 7.0])
    assert skewness(x) == pytest.approx(0.359543, abs=1e-6)
    assert kurtosis(x) == pytest.approx(-0.151799637, abs=1e-6)


def test_outliers_are_drawn_in_or_transformed():
    values = np.random.default_rng(0).standard_normal((30, 2))
    values[0, 0], values[1, 1] = 30.0, -30.0
    for plan in (winsorise(values), transform(values)):
        assert plan.flags.all()
        treated = plan.apply(values)
        assert not is_wild(treated[:, 0])
        assert np.isfinite(treated).all()
    drawn = winsorise(values).apply(values)
    assert drawn[0, 0] == np.sort(values[:, 0])[-2]
    assert drawn[1, 1] == np.sort(values[:, 1])[1]
    assert not winsorise(np.random.default_rng(1).standard_normal((30, 2))).flags.any()


def test_weights_sum_to_one(table):
    values = table().values
    assert equal(7).sum() == pytest.approx(1)
    assert principal(values).weights.sum() == pytest.approx(1)
    assert (principal(values).weights > 0).all()


def test_varimax_turns_and_keeps_what_is_explained():
    loadings = np.random.default_rng(0).standard_normal((8, 3))
    loadings /= np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    turned = varimax(loadings)
    assert (turned**2).sum(axis=1) == pytest.approx(1.0)
    assert ((turned**2).var(axis=0)).sum() >= ((loadings**2).var(axis=0)).sum() - 1e-9


def test_benefit_of_the_doubt_by_hand():
    """Two units, each best in one indicator: unbounded, both reach one; a third at half of both reaches half."""
    scores = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.25, 0.25]])
    totals, weights = benefit_of_doubt(scores, low=0, high=np.inf)
    assert totals == pytest.approx([1, 1, 1, 0.5])
    assert (scores @ weights.T <= 1 + 1e-9).all()
    with pytest.raises(ValueError, match="complete"):
        benefit_of_doubt(np.array([[np.nan, 1.0]]))


@given(matrices)
def test_benefit_of_the_doubt_is_no_worse_than_equal_weights(values):
    if np.ptp(values, axis=0).min() == 0:
        return
    scores = min_max(values)
    totals, _ = benefit_of_doubt(scores)
    plain = scores.mean(axis=1)
    if plain.max() > 0:
        assert (totals >= plain / plain.max() - 1e-7).all()
    assert (totals <= 1 + 1e-7).all()


def test_consistent_judgements_give_their_weights_back():
    weights = np.array([0.5, 0.3, 0.2])
    found = pairwise(weights[:, None] / weights)
    assert found.weights == pytest.approx(weights)
    assert found.inconsistency == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match="reciprocal"):
        pairwise(np.array([[1.0, 2.0], [2.0, 1.0]]))
    with pytest.raises(ValueError, match="positive"):
        pairwise(np.array([[1.0, -2.0], [-0.5, 1.0]]))


def test_alpha_and_correlations():
    x = np.random.default_rng(0).standard_normal(50)
    same = np.column_stack([x, x * 3 + 1, x * 0.1])
    assert cronbach_alpha(same) == pytest.approx(1)
    assert correlations(same) == pytest.approx(np.ones((3, 3)))
    apart = np.random.default_rng(1).standard_normal((4000, 5))
    assert cronbach_alpha(apart) == pytest.approx(0, abs=0.1)
    with pytest.raises(ValueError, match="alpha"):
        cronbach_alpha(same[:2])


def test_link_with_an_outside_variable():
    x = np.random.default_rng(0).standard_normal(40)
    found = link(x, x + 0.5 * np.random.default_rng(1).standard_normal(40))
    assert found.low < found.value < found.high <= 1
    assert found.low > 0
    with pytest.raises(ValueError, match="eight"):
        link(x[:5], x[:5])
    with pytest.raises(ValueError, match="vary"):
        link(x, np.ones(40))


def test_effects_of_a_sum_add_up_to_one():
    found = sobol_effects(lambda inputs: inputs @ np.array([1.0, 2.0, 0.0]), 3, 1024)
    assert found.first == pytest.approx([0.2, 0.8, 0.0], abs=0.02)
    assert found.total == pytest.approx([0.2, 0.8, 0.0], abs=0.02)
    nothing = sobol_effects(lambda inputs: np.ones(len(inputs)), 2, 64)
    assert list(nothing.total) == [0, 0]
    with pytest.raises(ValueError, match="16"):
        sobol_effects(lambda inputs: inputs[:, 0], 1, 8)


@pytest.mark.parametrize(
    ("values", "more", "said"),
    [
        (np.ones((3, 2)), {}, "does not vary"),
        (np.arange(6.0), {}, "units by indicators"),
        (np.arange(6.0).reshape(3, 2), {"directions": np.array([1, 0])}, "direction"),
        (np.arange(6.0).reshape(3, 2), {"weights": np.array([1, 0])}, "weight"),
        (np.arange(6.0).reshape(3, 2), {"units": ("a", "a", "b")}, "twice"),
        (np.array([[np.nan, 1], [np.nan, 2.0]]), {}, "no figures"),
        (np.array([[np.inf, 1], [1, 2.0]]), {}, "finite"),
    ],
)
def test_tables_that_cannot_be(values, more, said):
    with pytest.raises(ValueError, match=said):
        indicators(values, **more)
