"""What holds for every forecast method, and numbers from other programs for each."""

from pathlib import Path

import numpy as np
import pytest
from statsmodels.datasets import nile

from longwave.forecast.forecaster import FORECAST_METHODS

DOCS = Path(__file__).parents[2] / "docs" / "methods"
NAMES = FORECAST_METHODS.names()
NILE = nile.load_pandas().data["volume"].to_numpy(float)[:40]
"""Flow of the Nile at Aswan from 1871 on, in 1e8 cubic metres, as statsmodels ships it (Cobb 1978)."""


@pytest.mark.parametrize("name", NAMES)
def test_every_method_has_a_page_and_speaks(name):
    assert (DOCS / f"{name}.md").exists()
    fit = FORECAST_METHODS.get(name).fit(NILE, 1, 0)
    assert fit.label.text("en")
    assert fit.label.text("zh")
    assert fit.parameters >= 0


@pytest.mark.parametrize("name", NAMES)
def test_spread_does_not_shrink_ahead(name):
    said = FORECAST_METHODS.get(name).fit(np.log(NILE), 1, 0).ahead(10)
    assert len(said.mean) == len(said.sd) == 10
    assert (said.sd > 0).all()
    assert (np.diff(said.sd) >= -1e-12).all()


@pytest.mark.parametrize("name", NAMES)
def test_carried_fit_stands_on_the_longer_run(name):
    walk = np.cumsum(NILE - NILE.mean())
    fit = FORECAST_METHODS.get(name).fit(walk[:30], 1, 0)
    carried = fit.carried(walk).ahead(3)
    assert np.isfinite(carried.mean).all()
    assert not np.allclose(carried.mean, fit.ahead(3).mean)


def test_drift_is_the_textbook_formula():
    """y + h (y_T - y_1) / (T - 1), sd s sqrt(h (1 + h / (T - 1))): Hyndman and Athanasopoulos (2021), 5.2 and
    5.5."""
    said = FORECAST_METHODS.get("drift").fit(NILE, 1, 0).ahead(2)
    step = (NILE[-1] - NILE[0]) / 39
    assert said.mean.tolist() == pytest.approx([NILE[-1] + step, NILE[-1] + 2 * step])
    spread = np.diff(NILE).std(ddof=1)
    assert said.sd.tolist() == pytest.approx(
        [spread * np.sqrt(1 + 1 / 39), spread * np.sqrt(2 * (1 + 2 / 39))]
    )


def test_arima_agrees_with_statsmodels_on_the_same_orders():
    """Orders as chosen; statsmodels' exact likelihood gives the same forecast to within a twentieth of its
    spread."""
    from statsmodels.tsa.arima.model import ARIMA

    fit = FORECAST_METHODS.get("auto_arima").fit(NILE, 1, 0)
    p, q, _, _, _, d, _ = fit.model.model_["arma"]
    drifts = "drift" in fit.model.model_["coef"]
    other = ARIMA(NILE, order=(p, d, q), trend="t" if drifts else "n" if d else "c").fit().get_forecast(3)
    said = fit.ahead(3)
    np.testing.assert_allclose(said.mean, other.predicted_mean, atol=0.05 * said.sd[0])


def test_second_differences_are_not_taken():
    curved = np.cumsum(np.cumsum(np.random.default_rng(0).normal(0, 1, 60)))
    assert FORECAST_METHODS.get("auto_arima").fit(curved, 1, 0).model.model_["arma"][5] <= 1
