import numpy as np
import pytest

from longwave.measure.returns.return_on_capital import measure_returns


def test_levels_by_span_and_change(panel_of):
    rng = np.random.default_rng(0)
    rates = dict(
        zip(range(1950, 2020), 0.10 - 0.0005 * np.arange(70) + rng.normal(0, 0.004, 70), strict=True)
    )
    found = measure_returns(panel_of({"return_on_capital": rates}), "AAA")
    assert found.estimate("return_on_capital_2005_2019").value == pytest.approx(0.069, abs=0.004)
    assert found.estimate("return_on_capital_change").value < 0
    assert not found.refusals
    assert "real internal rate of return" in str(found.findings[0])


def test_never_replaced_by_another_measure(economy):
    found = measure_returns(economy(), "AAA")
    assert found.table.empty
    assert "not replaced by another measure" in str(found.refusals[0].mend)
