import numpy as np
import pandas as pd
import pytest

from longwave.measure.drivers.heavy_tail import choose_tail, hill, measure_heavy_tail, peaks_over_threshold


def pareto(index, count, seed=0):
    return 10 * (np.random.default_rng(seed).pareto(index, count) + 1)


def test_hill_finds_the_index_and_ignores_the_unit():
    values = pareto(1.5, 2000)
    found = hill(values, 500)
    assert found.low < 1.5 < found.high
    assert hill(1000 * values, 500).index == pytest.approx(found.index)


def test_hill_interval_covers_at_a_given_threshold():
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(400):
        found = hill(rng.pareto(2.0, 200) + 1, 60)
        held += found.low <= 2 <= found.high
    assert 0.92 <= held / 400 <= 0.98


def test_both_routes_agree_on_a_power_law():
    values = pareto(1.2, 3000, seed=2)
    chosen = choose_tail(values)
    excess = peaks_over_threshold(values, chosen.threshold)
    assert excess.low < 1 / 1.2 < excess.high


def test_an_exponential_tail_is_not_heavy():
    values = np.random.default_rng(3).exponential(1, 4000)
    excess = peaks_over_threshold(values, 1.0)
    assert excess.low < 0 < excess.high
    assert excess.scale == pytest.approx(1, rel=0.1)


def test_the_measure_tells_that_averages_say_little():
    found = measure_heavy_tail(pd.DataFrame({"value": pareto(0.7, 300)}))
    assert found.estimate("tail_index").high < 1
    assert any(one.key == "drivers.no_mean" for one in found.findings)
    assert not found.tests[0].rejected
    assert found.table["tail_index_low"].le(found.table["tail_index"]).all()


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ([1.0] * 10, "drivers.tail_few"),
        ([5.0] * 100, "drivers.tail_repeated"),
        ([0.0, *pareto(1, 99)], "drivers.tail_not_positive"),
        ([np.nan] * 60, "drivers.tail_few"),
    ],
)
def test_what_has_no_tail_is_refused(values, key):
    found = measure_heavy_tail(pd.DataFrame({"value": values}))
    assert found.table.empty
    assert found.refusals[0].reason.key == key


def test_a_column_that_does_not_vary_much_gets_an_answer():
    values = np.concatenate([np.full(60, 2.0), np.arange(3.0, 43.0)])
    found = measure_heavy_tail(pd.DataFrame({"value": values}))
    assert found.estimates or found.refusals
