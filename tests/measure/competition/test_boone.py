import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from longwave.measure.competition.boone import NAME, measure_boone
from longwave.measure.competition.clustered import clustered


def economy(rng, firms=80, years=6, slope=-2.0, drift=0.0, lasting=0.5):
    """Profit elastic to marginal cost, with a part of the error that stays with the firm."""
    cost = rng.normal(0, 0.4, firms)
    own = rng.normal(0, lasting, firms)
    frames = []
    for year in range(years):
        here = cost + rng.normal(0, 0.1, firms)
        profit = 5 + (slope + drift * year) * here + own + rng.normal(0, 0.5, firms)
        frames.append(
            pd.DataFrame(
                {
                    "firm": [f"f{one}" for one in range(firms)],
                    "period": str(2000 + year),
                    "profit": np.exp(profit),
                    "marginal_cost": np.exp(here),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def test_coefficients_are_least_squares_and_errors_near_those_of_statsmodels():
    """statsmodels has no jackknife of clusters; its CR1 errors lie a few per cent below with 80 clusters."""
    table = economy(np.random.default_rng(0))
    x = np.column_stack([np.ones(len(table)), np.log(table["marginal_cost"])])
    y = np.log(table["profit"]).to_numpy()
    ours = clustered(y, x, table["firm"].to_numpy())
    theirs = sm.OLS(y, x).fit(
        cov_type="cluster", cov_kwds={"groups": table["firm"].astype("category").cat.codes}, use_t=True
    )
    np.testing.assert_allclose(ours.beta, theirs.params, rtol=1e-9)
    ratio = np.sqrt(np.diag(ours.covariance)) / theirs.bse
    assert ((ratio > 0.99) & (ratio < 1.1)).all()


def test_the_jackknife_is_what_it_says():
    """The same covariance from refits that leave out one firm at a time."""
    table = economy(np.random.default_rng(1), firms=12, years=3)
    x = np.column_stack([np.ones(len(table)), np.log(table["marginal_cost"])])
    y, firm = np.log(table["profit"]).to_numpy(), table["firm"].to_numpy()
    found = clustered(y, x, firm)
    refits = np.array(
        [np.linalg.lstsq(x[firm != one], y[firm != one], rcond=None)[0] for one in np.unique(firm)]
    )
    away = refits - found.beta
    np.testing.assert_allclose(found.covariance, 11 / 12 * away.T @ away, rtol=1e-8)


def test_the_measure_finds_slope_and_trend():
    found = measure_boone(economy(np.random.default_rng(2), firms=300, drift=-0.15))
    assert found.measure == NAME == "boone"
    last = found.estimate("boone_2005")
    assert last.low < -2.75 < last.high
    trend = found.estimate("boone_trend")
    assert trend.low < -0.15 < trend.high < 0
    assert found.tests[0].rejected
    assert "tougher" in str(found.findings[1])
    assert all(one.text("zh") for one in found.findings)


def test_size_of_the_test_of_trend():
    """No trend, errors that stay with the firm: 5 % test rejects at most 9 in 80 (99.5 % quantile)."""
    rng = np.random.default_rng(3)
    rejected = sum(measure_boone(economy(rng, firms=25, years=3)).tests[0].rejected for _ in range(80))
    assert rejected <= 9


def test_losses_are_left_out_and_counted():
    table = economy(np.random.default_rng(4))
    table.loc[:9, "profit"] = -1.0
    found = measure_boone(table)
    assert found.table["firms"].iloc[0] == 70
    assert any("10 of 480" in str(one) for one in found.findings)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"profit": np.nan}, "no row"),
        ({"profit": -1.0}, "enough profitable firms"),
        ({"marginal_cost": 0.0}, "above zero"),
        ({"marginal_cost": 2.0}, "hardly differ"),
        ({"firm": "one", "period": [str(year) for year in range(1000, 1480)]}, "Too few profitable"),
        ({"firm": "one", "period": "2000"}, "twice"),
    ],
)
def test_refusals(change, words):
    found = measure_boone(economy(np.random.default_rng(5)).assign(**change))
    assert found.table.empty
    assert any(words in str(one.reason) for one in found.refusals)
