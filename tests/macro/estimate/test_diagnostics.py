from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.diagnostic import acorr_breusch_godfrey, het_breuschpagan, het_white, linear_reset
from statsmodels.stats.stattools import durbin_watson, jarque_bera

from longwave.core.errors import DataError, UsageError
from longwave.macro.estimate.design import design
from longwave.macro.estimate.diagnostics import chow_test
from longwave.macro.estimate.durbin_watson import _chance, bounds
from longwave.macro.estimate.equation import break_test, estimate_equation

from .made import bank, model, simulated

PLAIN = "y = a + b*x + c*z"
YEARS = [str(1900 + step) for step in range(100)]


def regression(frame: pd.DataFrame) -> object:
    return sm.OLS(frame["y"].to_numpy(), sm.add_constant(frame[["x", "z"]].to_numpy())).fit()


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_each_is_that_of_statsmodels() -> None:
    frame = simulated(80)
    theirs = regression(frame)
    ours = estimate_equation(model(PLAIN), "y", bank(frame))
    x = theirs.model.exog
    expected = {
        "breusch_godfrey": acorr_breusch_godfrey(theirs, nlags=4)[:2],
        "white": het_white(theirs.resid, x)[:2],
        "breusch_pagan": het_breuschpagan(theirs.resid, x)[:2],
        "jarque_bera": jarque_bera(theirs.resid)[:2],
    }
    reset = linear_reset(theirs, power=3, test_type="fitted", use_f=True)
    expected["reset"] = (float(np.squeeze(reset.fvalue)), float(reset.pvalue))
    for name, (statistic, p_value) in expected.items():
        assert ours.test(name).statistic == pytest.approx(float(statistic), rel=1e-7), name
        assert ours.test(name).p_value == pytest.approx(float(p_value), rel=1e-6), name
    assert ours.test("durbin_watson").statistic == pytest.approx(durbin_watson(theirs.resid))


def test_units_and_a_heap_of_regressors_do_not_matter_to_the_tests() -> None:
    frame = simulated(80)
    one = estimate_equation(model(PLAIN), "y", bank(frame))
    other = estimate_equation(model(PLAIN), "y", bank(frame.assign(x=frame["x"] * 1e7, y=frame["y"] * 1e-5)))
    for each in one.tests:
        assert other.test(each.name).statistic == pytest.approx(each.statistic, rel=1e-5), each.name


def test_durbin_watson_says_which_of_three_cases() -> None:
    frame = simulated(60)
    found = estimate_equation(model(PLAIN), "y", bank(frame)).test("durbin_watson")
    assert "no sign" in found.method.text()
    drifting = frame.assign(y=frame["y"] + np.cumsum(frame["v"]))
    found = estimate_equation(model(PLAIN), "y", bank(drifting)).test("durbin_watson")
    assert found.rejected
    assert "beyond the lower bound" in found.method.text()
    alternating = frame.assign(y=frame["y"] + 3 * (-1.0) ** np.arange(60))
    found = estimate_equation(model(PLAIN), "y", bank(alternating)).test("durbin_watson")
    assert found.rejected
    assert "negatively" in found.null.text()
    low, high = bounds(60, 3)
    for weight in np.linspace(0, 1, 60):
        mixed = frame.assign(y=frame["y"] + weight * np.cumsum(frame["v"]) / 4)
        found = estimate_equation(model(PLAIN), "y", bank(mixed)).test("durbin_watson")
        if low < found.statistic < high:
            assert "inconclusive" in found.method.text()
            assert "无法判定" in found.method.text("zh")
            assert not found.rejected
            break
    else:
        pytest.fail("no case between the bounds")


def test_imhof_s_integral_is_a_chi_squared_chance() -> None:
    """P(chi2(4) - 3 chi2(2) < 0) = P(F(4, 2) < 1.5), and the like."""
    assert _chance(np.array([1.0] * 4 + [-3.0] * 2)) == pytest.approx(stats.f.cdf(3 * 2 / 4, 4, 2), abs=1e-7)
    assert _chance(np.array([2.0] * 20 + [-1.0] * 30)) == pytest.approx(
        stats.f.cdf(30 / 20 / 2, 20, 30), abs=1e-9
    )


def test_chow_at_a_date_and_where_one_side_is_short() -> None:
    frame = simulated(80)
    ready = design(model(PLAIN), "y", bank(frame))
    values = np.array(list(estimate_equation(model(PLAIN), "y", bank(frame)).values.values()))
    found = chow_test(ready, values, "1968-Q1")
    parts = [regression(part).ssr for part in (frame.iloc[:32], frame.iloc[32:])]
    whole = regression(frame).ssr
    by_hand = (whole - sum(parts)) / 3 / (sum(parts) / 74)
    assert found.statistic == pytest.approx(by_hand)
    assert found.p_value == pytest.approx(stats.f.sf(by_hand, 3, 74))
    short = chow_test(ready, values, "1979-Q3")
    early = regression(frame.iloc[:78]).ssr
    assert short.statistic == pytest.approx((whole - early) / 2 / (early / 75))
    assert "predictive" in short.method.text()
    assert break_test(model(PLAIN), "y", bank(frame), "1968-Q1") == found
    with pytest.raises(UsageError, match="instruments"):
        break_test(model(PLAIN + " estimate instruments z, v, w"), "y", bank(frame), "1968-Q1")
    with pytest.raises(DataError, match="one side"):
        chow_test(ready, values, "1985-Q1")


def test_sup_f_finds_a_break_and_its_date() -> None:
    frame = simulated(100, periods=YEARS)
    assert not estimate_equation(model(PLAIN), "y", bank(frame)).test("sup_f").rejected
    frame["y"] += np.where(np.arange(100) >= 40, 2.0, 0.0)
    found = estimate_equation(model(PLAIN), "y", bank(frame)).test("sup_f")
    assert found.rejected
    assert "1940" in found.method.text()
    assert found.p_value == pytest.approx(1 / 1000)
    data = bank(frame)
    by_date = [break_test(model(PLAIN), "y", data, year) for year in YEARS[15:86]]
    assert found.statistic == pytest.approx(max(each.statistic for each in by_date))


def test_the_size_of_sup_f_and_the_tests_of_errors() -> None:
    """60 samples of 40 without fault: rejections at 5 per cent stay below 14 per cent."""
    counts: dict[str, int] = {}
    for seed in range(60):
        draw = np.random.default_rng(seed)
        x, u = np.cumsum(draw.standard_normal((2, 40)), axis=1)[0], draw.standard_normal(40)
        frame = pd.DataFrame({"y": 1 + x + u, "x": x}, index=YEARS[:40])
        found = estimate_equation(model("y = a + b*x", coefficients="a, b", exogenous="x"), "y", bank(frame))
        for each in found.tests:
            counts[each.name] = counts.get(each.name, 0) + each.rejected
    assert set(counts) == {
        "durbin_watson",
        "breusch_godfrey",
        "white",
        "breusch_pagan",
        "jarque_bera",
        "reset",
        "sup_f",
    }
    assert max(counts.values()) <= 8
    assert counts["sup_f"] >= 1


def test_a_perfect_fit_and_a_tiny_sample_have_no_tests() -> None:
    frame = simulated().assign(y=lambda f: 1 + 2 * f["x"] - f["z"])
    found = estimate_equation(model(PLAIN), "y", bank(frame))
    assert found.tests == ()
    assert all("no errors to test" in each.reason.text() for each in found.untested)
    assert found.r2 == pytest.approx(1.0)
    small = estimate_equation(model(PLAIN), "y", bank(simulated().iloc[:5]))
    assert small.tests == ()
    assert small.untested


def test_serial_correlation_with_instruments() -> None:
    frame = simulated(150)
    note = " estimate instruments z, v, w"
    clean = estimate_equation(model(PLAIN + note), "y", bank(frame)).test("breusch_godfrey")
    assert not clean.rejected
    frame["y"] += np.convolve(np.random.default_rng(5).standard_normal(150), 0.9 ** np.arange(150))[:150]
    assert estimate_equation(model(PLAIN + note), "y", bank(frame)).test("breusch_godfrey").rejected


def test_weak_and_invalid_instruments_are_told() -> None:
    frame = simulated(100)
    weak = frame.assign(v=np.random.default_rng(9).standard_normal(100))
    found = estimate_equation(model(PLAIN + " estimate instruments z, v"), "y", bank(weak))
    assert "weak" in found.test("first_stage b").method.text()
    assert any("over_identification" in each.subject for each in found.untested)
    invalid = frame.assign(w=frame["w"] + 2 * (frame["y"] - 0.5 * frame["x"] + 0.3 * frame["z"]))
    found = estimate_equation(model(PLAIN + " estimate instruments z, v, w"), "y", bank(invalid))
    assert found.test("sargan").rejected
    assert "unrelated to the errors" in found.test("sargan").null.text()
