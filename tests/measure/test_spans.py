import numpy as np
import pandas as pd
import pytest

from longwave.core.estimate import Grade, Sample
from longwave.measure.spans import (
    between,
    conventional,
    fills_convention,
    halves,
    last_decade,
    share_changes,
    spell,
    study,
    without_shocks,
)


def noise(first, last, seed=0, mean=0.01):
    years = np.arange(first, last + 1)
    return pd.Series(mean + np.random.default_rng(seed).normal(0, 0.01, len(years)), index=years)


def bounds(parts):
    return [(int(part.index[0]), int(part.index[-1])) for part in parts]


def test_conventional_spans_and_what_lies_before_them():
    assert bounds(conventional(noise(1951, 2023))) == [(1951, 1973), (1974, 1995), (1996, 2004), (2005, 2023)]
    assert bounds(conventional(noise(1890, 1960))) == [(1890, 1950), (1951, 1960)]
    assert bounds(conventional(noise(1948, 1980))) == [(1948, 1973), (1974, 1980)]
    assert bounds(conventional(noise(1930, 1940))) == [(1930, 1940)]


def test_last_decade_and_halves_keep_every_value():
    values = noise(1991, 2017)
    assert bounds(last_decade(values)) == [(1991, 2007), (2008, 2017)]
    assert bounds(halves(values)) == [(1991, 2003), (2004, 2017)]


def test_names_samples_and_grades():
    found = study(noise(1951, 2019), "x", "share a year", ["s", "s"])
    assert [one.name for one in found.estimates] == [
        "x_1951_1973",
        "x_1974_1995",
        "x_1996_2004",
        "x_2005_2019",
        "x_change",
    ]
    assert [one.grade for one in found.estimates] == [Grade.B, Grade.B, Grade.D, Grade.C, Grade.C]
    assert found.last.sample.first == "2005"
    assert found.change.sources == ("s",)
    assert found.change.value == pytest.approx(found.last.value - found.before.value)


def test_modelled_figures_lose_a_grade():
    values = noise(1951, 2019)
    assert study(values, "x", "", [], observed=0.5).means[0].grade is Grade.C


def test_a_shift_is_found_and_no_shift_is_not():
    shifted = noise(1951, 2019).where(lambda v: v.index < 2005, lambda v: v + 0.05)
    assert study(shifted, "x", "", []).change.low > 0
    plain = study(noise(1951, 2019), "x", "", []).change
    assert plain.low < 0 < plain.high


@pytest.mark.parametrize("length", range(10))
def test_short_series_give_refusals_or_finite_estimates(length):
    found = study(noise(2000, 1999 + length) if length else pd.Series(dtype=float), "x", "", [])
    assert found.refusals
    assert all(np.isfinite([one.value, one.low, one.high]).all() for one in found.estimates)
    assert all(one.grade is Grade.D for one in found.estimates)


def test_one_value_in_two_halves_is_one_refusal():
    found = study(noise(2000, 2000), "x", "", [], cut=halves)
    assert [str(one.reason)[:9] for one in found.refusals] == ["2000 has "]


def test_constant_span_is_refused_and_the_others_stay():
    values = noise(1951, 2019)
    values[values.index >= 2005] = 0.02
    found = study(values, "x", "", [])
    assert [one.name for one in found.means] == ["x_1951_1973", "x_1974_1995", "x_1996_2004"]
    assert "do not vary" in str(found.refusals[0].reason)


def test_floor_bounds_the_interval_below():
    values = noise(1951, 2019, mean=0.0).clip(lower=0.0)
    values[values.index < 1974] *= np.random.default_rng(4).choice([0.0, 1.0], 23, p=[0.8, 0.2])
    assert study(values, "x", "", [], bounds=between(0.0)).means[0].low == 0.0


def test_shock_years_are_taken_out():
    assert len(without_shocks(noise(2001, 2023))) == 23 - 5


def test_a_mean_change_of_a_share_is_bounded_by_where_it_starts():
    levels = pd.Series([0.8, 0.9, 0.85, 0.5, 0.6], index=[2000, 2001, 2002, 2010, 2011])
    run = pd.Series([0.1, -0.05], index=[2001, 2002])
    assert share_changes(levels)(run) == pytest.approx((-0.4, 0.1))
    gapped = pd.Series([0.1, -0.05, 0.1], index=[2001, 2002, 2011])
    assert share_changes(levels)(gapped) == pytest.approx((-1.3 / 3, 0.7 / 3))


def test_a_wild_last_span_is_refused_and_no_older_one_taken_for_it():
    values = noise(1951, 2019)
    values[values.index >= 2005] = np.random.default_rng(3).normal(0.05, 0.6, 15)
    found = study(values, "x", "share a year", [])
    assert found.last is None
    assert found.change is None
    assert found.before.name == "x_1996_2004"
    assert "too variable for a mean to say anything" in str(found.refusals[0].reason)
    assert "波动过大" in found.refusals[0].reason.text("zh")
    assert study(values, "x", "share a year", [], widest=5.0).change is not None


def test_a_difference_may_be_too_vague_where_its_means_are_not():
    values = noise(1951, 2019)
    halves_width = [one.high - one.value for one in study(values, "x", "share a year", []).estimates[-3:]]
    limit = (max(halves_width[:2]) + halves_width[2]) / 2
    found = study(values, "x", "share a year", [], widest=limit)
    assert found.last is not None
    assert found.change is None
    assert "difference of their means" in str(found.refusals[-1].reason)


def test_the_difference_of_bounded_means_is_bounded():
    values = pd.Series(np.random.default_rng(0).choice([0.0, 0.02], 40), index=range(1980, 2020))
    found = study(values, "x", "", [], cut=halves, bounds=between(0.0, 0.011))
    assert found.change.low >= -0.011
    assert found.change.high <= max(0.011, found.change.value)


def test_a_few_years_before_the_first_span_are_passed_over_and_late_ones_are_not():
    assert not study(noise(1970, 2019), "x", "", []).refusals
    late = study(noise(1974, 2006), "x", "", []).refusals
    assert [str(one.reason)[:9] for one in late] == ["2005–2006"]


def test_only_closed_conventional_spans_fill_the_convention():
    assert fills_convention(Sample(9, "1996", "2004"))
    assert not fills_convention(Sample(8, "1996", "2004"))
    assert not fills_convention(Sample(9, "2005", "2013"))


def test_one_year_is_printed_once():
    assert str(spell("2008", "2008")) == "2008"
    assert spell("2005", "2019").text("zh") == "2005–2019年"
