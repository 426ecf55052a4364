"""The yardstick of order two: ar2."""

import numpy as np

from longwave.forecast.method import FORECAST_METHODS

from .series import NILE


def test_ar2_is_statsmodels_of_order_two():
    from statsmodels.tsa.ar_model import AutoReg

    fit = FORECAST_METHODS.get("ar2").fit(NILE, 1, 0)
    np.testing.assert_allclose(fit.ahead(8).mean, AutoReg(NILE, 2).fit().forecast(8), rtol=1e-8)
    assert fit.parameters == 3
    assert fit.degrees == 38 - 3
    assert "AR(2)" in fit.label.text("zh")
