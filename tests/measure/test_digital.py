import numpy as np
import pandas as pd
import pytest

from longwave.measure.digital import first_reached, measure_internet


def logistic(middle=2005.0, speed=0.3, last=2020):
    return {year: float(0.95 / (1 + np.exp(-speed * (year - middle)))) for year in range(1990, last + 1)}


def test_milestones_are_read_off_between_years():
    values = pd.Series([0.05, 0.15, 0.55], index=[1995, 1996, 1998])
    assert first_reached(values, 0.1) == pytest.approx(1995.5)
    assert first_reached(values, 0.5) == pytest.approx(1997.75)
    assert first_reached(values, 0.9) is None
    assert first_reached(values, 0.05) is None


def test_spread_and_pace(panel_of):
    found = measure_internet(panel_of({"internet_users": logistic()}), "AAA")
    texts = [str(one) for one in found.findings]
    assert any("from 10%" in text and "to 50%" in text for text in texts)
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
