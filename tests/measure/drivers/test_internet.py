import numpy as np
import pandas as pd
import pytest

from longwave.measure.drivers.convergence import first_reached
from longwave.measure.drivers.internet import measure_internet


def logistic(middle=2005.0, speed=0.3, last=2020):
    return {year: float(0.95 / (1 + np.exp(-speed * (year - middle)))) for year in range(1990, last + 1)}


def test_milestones_are_the_first_published_years_at_or_above():
    values = pd.Series([0.05, 0.10, 0.55], index=[1995, 1996, 1998])
    assert first_reached(values, 0.1) == 1996
    assert first_reached(values, 0.5) == 1998
    assert first_reached(values, 0.9) is None
    assert first_reached(values, 0.05) is None


def test_spread_and_pace(panel_of):
    found = measure_internet(panel_of({"internet_users": logistic()}), "AAA")
    assert found.measure == "internet_use"
    texts = [str(one) for one in found.findings]
    assert any("reached 10%" in text and "50% in" in text for text in texts)
    assert any("no saturation level is claimed" in text for text in texts)
    # A smooth S-curve: neighbouring years are too much alike for a mean with an interval within 0 and 1.
    assert any(one.reason.key == "drivers.past_bounds" for one in found.refusals)
    assert any("rose by" in text for text in texts)


def test_a_pace_is_told_where_years_scatter(panel_of):
    rng = np.random.default_rng(3)
    steps = rng.normal(0.02, 0.008, 30)
    shares = {1990 + n: float(value) for n, value in enumerate(0.1 + np.cumsum(steps))}
    found = measure_internet(panel_of({"internet_users": shares}), "AAA")
    mean = found.estimate("internet_users_yearly_change_2010_2019")
    assert mean.sample.observations == 10
    assert mean.low > 0
    assert any(one.key == "measure.internet_pace" for one in found.findings)


def test_far_from_the_top_nothing_is_said_of_the_ceiling(panel_of):
    found = measure_internet(panel_of({"internet_users": logistic(middle=2019)}), "AAA")
    assert not any(one.key == "measure.near_top" for one in found.findings)


def test_shares_over_one_are_refused(panel_of):
    refused = measure_internet(panel_of({"internet_users": {2000: 0.5, 2001: 55.0}}), "AAA")
    assert "between 0 and 1" in str(refused.refusals[0].reason)


def test_one_observation_gives_its_level_only(panel_of):
    found = measure_internet(panel_of({"internet_users": {2020: 0.5}}), "AAA")
    assert not found.estimates
    assert found.refusals
    assert "50% of people" in str(found.findings[0])


def test_milestone_sentences_agree_with_the_table(panel_of):
    shares = {2000: 0.02, 2001: 0.08, 2002: 0.13, 2003: 0.30, 2004: 0.49, 2005: 0.51, 2006: 0.79, 2007: 0.80}
    texts = [str(one) for one in measure_internet(panel_of({"internet_users": shares}), "AAA").findings]
    assert any("reached 10% of people in 2002 and 50% in 2005, 3 years later" in text for text in texts)
    assert any("reached 50% of people in 2005 and 80% in 2007, 2 years later" in text for text in texts)


def test_at_the_top_is_not_near_it(panel_of):
    keys = [one.key for one in measure_internet(panel_of({"internet_users": {2020: 0.997}}), "AAA").findings]
    assert "measure.at_top" in keys
    assert "measure.near_top" not in keys


def test_a_leap_is_probably_a_survey(panel_of):
    shares = {2000 + year: 0.3 + 0.02 * year + (0.15 if year >= 15 else 0.0) for year in range(20)}
    told = [str(one) for one in measure_internet(panel_of({"internet_users": shares}), "AAA").findings]
    assert any("the rise of 17 points in 2015 is probably a change of survey" in one for one in told)


def test_a_share_cannot_leave_its_bounds(panel_of):
    rng = np.random.default_rng(2)
    shares = {1990 + n: float(v) for n, v in enumerate(0.93 + np.cumsum(rng.uniform(-0.02, 0.024, 30)) / 10)}
    found = measure_internet(panel_of({"internet_users": shares}), "AAA")
    for mean in found.estimates[:2]:
        first, last = int(mean.sample.first), int(mean.sample.last)
        start, length = shares[first - 1], last - first + 1
        assert -start / length <= mean.low <= mean.high <= (1 - start) / length


def test_a_rise_that_arithmetic_shows_is_told_and_no_mean_past_the_ceiling(panel_of):
    """Use that went from 71 to 93 per cent in ten years rose, whatever an interval for persistent years says."""
    shares = logistic(middle=1999, last=2013) | {
        2013 + n: 0.71 + 0.22 * (1 - (1 - n / 10) ** 2) for n in range(11)
    }
    shares = {year: value for year, value in shares.items() if year >= 1995}
    found = measure_internet(panel_of({"internet_users": shares}), "AAA")
    told = [str(one) for one in found.findings]
    assert any(
        "rose by 22 percentage points in 10 years, from 71% in 2013 to 93% in 2023" in one for one in told
    )
    assert not any("distinguishable from zero" in one for one in told)
    last = [one for one in found.estimates if one.name.endswith("_2014_2023")]
    refused = any(one.reason.key == "drivers.past_bounds" for one in found.refusals)
    assert bool(last) != refused


@pytest.mark.parametrize(
    ("start", "end", "key"), [(0.5, 0.4, "fell"), (0.5, 0.503, "unmoved"), (0.2, 0.6, "rose")]
)
def test_a_fall_and_a_standstill_have_their_own_words(panel_of, start, end, key):
    shares = {2010 + n: start + (end - start) * n / 10 for n in range(11)}
    found = measure_internet(panel_of({"internet_users": shares}), "AAA")
    assert f"drivers.internet_{key}" in [one.key for one in found.findings]
