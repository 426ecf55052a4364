import numpy as np
import pandas as pd

from longwave.measure.drivers.internet import first_reached, measure_internet


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
    assert found.estimate("internet_users_yearly_change_2011_2020").sample.observations == 10


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
    last = found.estimates[1]
    assert last.high <= (1 - shares[2009]) / 10 + 1e-12
    assert last.low >= -shares[2009] / 10
