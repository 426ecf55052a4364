import numpy as np
import pandas as pd
import pytest

from longwave.measure.drivers.counts import count_trend, whole_years


def yearly(values, first=2000):
    return pd.Series(values, index=range(first, first + len(values)))


def test_growth_is_found():
    counts = yearly(np.round(100 * np.exp(0.1 * np.arange(15))))
    found = count_trend(counts)
    assert found.growth == pytest.approx(0.1, abs=2e-3)


def test_zeros_are_counts():
    found = count_trend(yearly([0, 1, 0, 2, 1, 3, 2, 5, 4, 6]))
    assert found.growth > 0


@pytest.mark.parametrize("bad", [[1, 2, 3], [0] * 10, [-1] * 10])
def test_what_is_no_count_is_refused(bad):
    with pytest.raises(ValueError, match=r"years|counts"):
        count_trend(yearly(bad))


def test_interval_covers_counts_that_resemble_their_neighbours():
    rng = np.random.default_rng(6)
    held = 0
    for _ in range(150):
        noise = [rng.normal(0, 0.15)]
        for _ in range(12):
            noise.append(0.5 * noise[-1] + rng.normal(0, 0.13))
        counts = rng.poisson(200 * np.exp(0.08 * np.arange(13) + np.array(noise)))
        found = count_trend(yearly(counts))
        held += found.low <= 0.08 <= found.high
    assert held / 150 >= 0.91


def test_overdispersion_is_seen():
    rng = np.random.default_rng(7)
    wide = rng.negative_binomial(5, 5 / 205, 60)
    plain = rng.poisson(200, 60)
    assert count_trend(yearly(wide, 1950)).p_value < 0.05
    assert count_trend(yearly(plain, 1950)).p_value > 0.05


def test_partly_counted_years_are_left_out():
    counts, first, last = whole_years(yearly([10, 100, 110, 120, 130, 140, 40]))
    assert (first, last) == (2000, 2006)
    assert list(counts.index) == [2001, 2002, 2003, 2004, 2005]
    steady, first, last = whole_years(yearly([90, 100, 110, 120, 130]))
    assert (first, last, len(steady)) == (None, None, 5)
