"""What a method with its bands would have said at earlier origins, beside its rivals."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import NotEnoughData
from longwave.forecast.forecast import forecast
from longwave.forecast.record import BESIDE, FEWEST, ORIGINS, record

from .made_series import WORDS, gdp

UNIT = WORDS["unit"]


def test_it_says_what_a_forecast_of_that_day_said():
    series = gdp(30)
    found = record(series, unit=UNIT, horizon=3, method="theta")
    assert found.method == "theta"
    assert set(found.trials.methods) == {"theta", *BESIDE}
    rows = found.trials.of("theta")
    first = rows["origin"].min()
    assert first == str(1970 + FEWEST - 1)
    then = forecast(series[:first], **WORDS, horizon=3, method="theta")
    at_first = rows[rows["origin"] == first]
    np.testing.assert_allclose(at_first["mean"], then.frame["mean"])
    for share in ("0.025", "0.1", "0.9", "0.975"):
        np.testing.assert_allclose(at_first[share], then.frame[share])
    np.testing.assert_array_equal(at_first["outcome"], series[FEWEST : FEWEST + 3])


def test_scores_stand_beside_the_rivals_and_notes_say_with_which_figures():
    found = record(gdp(30), unit=UNIT, horizon=2, method="drift")
    assert {"drift", "naive", "ar2", "naive2"} == set(found.scores.index)
    assert np.isfinite(
        found.scores.loc["drift", ["rmse", "mase", "crps", "coverage_80"]].to_numpy(float)
    ).all()
    assert found.tests or found.refusals
    assert any("vintage" in str(note) for note in found.notes)


def test_origins_are_at_most_so_many():
    found = record(gdp(60), unit=UNIT, horizon=2, method="drift")
    assert found.trials.frame["origin"].nunique() == ORIGINS


def test_vintages_of_a_new_base_year_are_linked():
    series = gdp(30)
    vintages = {
        f"{1970 + count}-06-30": series.iloc[:count] * (0.5 if count < 26 else 1.0) for count in range(22, 31)
    }
    found = record(series, unit=UNIT, horizon=1, method="drift", vintages=vintages)
    plain = record(series, unit=UNIT, horizon=1, method="drift")
    both = found.trials.of("drift").merge(plain.trials.of("drift"), on=["origin", "period"])
    assert len(both) == 10
    np.testing.assert_allclose(both["mean_x"], both["mean_y"])
    assert set(found.trials.frame["vintage"]) == {"", *list(vintages)[:-1]}


def test_releases_of_another_base_that_cannot_be_linked_are_compared_as_they_are():
    series = gdp(30) - gdp(30).iloc[24] - 1
    vintages = {
        f"{1970 + count}-06-30": series.iloc[:count] * (0.5 if count < 26 else 1.0) for count in range(22, 31)
    }
    found = record(series, unit=UNIT, horizon=1, method="drift", vintages=vintages)
    rows = found.trials.of("drift")
    np.testing.assert_array_equal(rows["outcome"], series.loc[rows["period"]])


def test_a_second_release_does_not_cost_the_long_past():
    series = gdp(40)
    vintages = {"2009-06-30": series.iloc[:39], "2010-06-30": series}
    found = record(series, unit=UNIT, horizon=2, method="drift", vintages=vintages)
    assert found.trials.frame["origin"].nunique() == ORIGINS
    assert found.trials.frame["vintage"].unique().tolist() == ["", "2009-06-30"]
    assert any(
        "15 of 16 origins lie before the first release (2009-06-30)" in str(one) for one in found.notes
    )


def test_one_vintage_is_todays_figures():
    series = gdp(26)
    one = record(series, unit=UNIT, horizon=1, method="drift", vintages={"2000-06-30": series})
    none = record(series, unit=UNIT, horizon=1, method="drift")
    pd.testing.assert_frame_equal(one.trials.frame, none.trials.frame)


def test_too_short_has_no_record():
    with pytest.raises(NotEnoughData):
        record(gdp(FEWEST), unit=UNIT, horizon=2, method="drift")


def test_point_errors_are_of_the_mean_above_the_median_on_a_logarithmic_scale():
    wild = np.exp(np.cumsum(np.random.default_rng(0).normal(0.0, 0.3, 40)))
    rows = record(gdp(40) * 0 + wild, unit=UNIT, horizon=2, method="drift").trials.of("drift")
    assert (rows["mean"] > rows["0.5"]).all()
