import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.measurement import MEASURES
from longwave.measure.returns.incremental_capital_output_ratio import icor_windows, measure_icor, told


def economy(growth, noise=0.01, share=0.25, seed=0, years=range(1960, 2020)):
    rng = np.random.default_rng(seed)
    pace = growth + noise * rng.standard_normal(len(years))
    rows = {
        "real_gdp": (1e5 * np.exp(np.cumsum(pace)), "million USD, constant 2017"),
        "investment_share": (share + 0.01 * rng.standard_normal(len(years)), "share of GDP"),
    }
    frames = [
        pd.DataFrame({"period": [str(y) for y in years], "value": values, "variable": name, "unit": unit})
        for name, (values, unit) in rows.items()
    ]
    return Panel.of(pd.concat(frames).assign(area="AAA", source="made"))


def test_it_is_in_the_catalogue():
    assert MEASURES.get("incremental_capital_output_ratio").dimension == "returns"


def test_investment_of_a_quarter_with_growth_of_five_per_cent_is_five():
    found = measure_icor(economy(0.05), "AAA")
    last = found.estimate("incremental_capital_output_ratio_2015_2019")
    assert last.low < 5 < last.high
    assert last.value == pytest.approx(
        found.table.loc["2019", "investment_share"] / found.table.loc["2019", "growth"]
    )
    assert "no rate of return" in str(found.findings[0])


def test_near_zero_growth_there_is_none():
    found = measure_icor(economy(0.0, noise=0.03), "AAA")
    assert len(found.refusals) >= 10
    assert found.table["icor"].notna().sum() == len(found.estimates)
    assert np.isfinite([one.high for one in found.estimates]).all()


def test_a_fall_is_no_ratio():
    found = measure_icor(economy(-0.05), "AAA")
    assert not found.estimates
    assert "fell" in str(found.refusals[-1].reason)
    assert any(one.key == "returns.icor_never" for one in found.findings)


def test_too_little_and_gaps_and_constants():
    short = measure_icor(economy(0.05, years=range(2006, 2020)), "AAA")
    assert "fewer than three" in str(short.refusals[0].reason)
    share = pd.Series(0.25, index=range(1960, 2020))
    growth = pd.Series(0.03, index=range(1960, 2020))
    with pytest.raises(ValueError, match="windows"):
        icor_windows(share, growth)
    rng = np.random.default_rng(0)
    varied = growth + 0.01 * rng.standard_normal(60)
    gapped = icor_windows(share.drop(2000), varied)
    assert all(2000 not in one.table.index for one in gapped)
    assert len(gapped) == 11


def test_negative_share_is_refused():
    assert measure_icor(economy(0.05, share=-0.3), "AAA").refusals[0].subject == "investment_share"


@pytest.mark.parametrize(("persistence", "least"), [(0.0, 0.92), (0.5, 0.88)])
def test_interval_covers(persistence, least):
    """30 samples of twelve windows, growth truly 6 %: 95 % covers at least 92 (88 where persistent)."""
    rng = np.random.default_rng(1)
    held = windows = 0
    for _ in range(30):
        shocks = rng.standard_normal(60)
        for step in range(1, 60):
            shocks[step] = persistence * shocks[step - 1] + np.sqrt(1 - persistence**2) * shocks[step]
        years = range(1960, 2020)
        share = pd.Series(0.25 + 0.005 * rng.standard_normal(60), index=years)
        for one in icor_windows(share, pd.Series(0.06 + 0.015 * shocks, index=years)):
            windows += 1
            held += one.ratio.low <= 0.25 / 0.06 <= one.ratio.high
    assert held / windows >= least


def test_a_calm_window_among_stormy_ones_is_told_and_reasons_are_true():
    rng = np.random.default_rng(4)
    years = range(1960, 2020)
    size = np.repeat([0.03, 0.003] * 6, 5)
    share = pd.Series(0.23, index=years) + 0.005 * rng.standard_normal(60)
    windows = icor_windows(share, pd.Series(0.03 + size * rng.standard_normal(60), index=years))
    assert all(told(one) for one in windows[1::2])
    for one in windows:
        # No bounds exactly where the interval of growth that the refusal prints holds zero.
        assert one.ratio.bounded == (not one.growth.low <= 0 <= one.growth.high)


def test_told_needs_growth_clear_of_zero():
    rng = np.random.default_rng(2)
    years = range(1960, 2020)
    share = pd.Series(0.25, index=years) + 0.001 * rng.standard_normal(60)
    windows = icor_windows(share, pd.Series(0.04 * rng.standard_normal(60), index=years))
    assert sum(told(one) for one in windows) <= 3
