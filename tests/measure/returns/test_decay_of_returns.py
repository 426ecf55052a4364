import numpy as np
import pandas as pd
import pytest

from longwave.measure.measurement import MEASURES
from longwave.measure.returns.decay_of_returns import measure_decay
from longwave.measure.returns.decay_to_floor import decay_to_floor

YEARS = np.arange(1950, 2020)


def noise(count, persistence, rng):
    out = rng.standard_normal(count)
    out[0] /= np.sqrt(1 - persistence**2)
    for step in range(1, count):
        out[step] += persistence * out[step - 1]
    return out


def decaying(seed=0, floor=0.05, drop=0.1, half=8, spread=0.004, persistence=0.3):
    rng = np.random.default_rng(seed)
    path = floor + drop * 0.5 ** (np.arange(70) / half)
    return pd.Series(path + spread * noise(70, persistence, rng), index=YEARS)


def test_it_is_in_the_catalogue():
    assert MEASURES.get("decay_of_returns").needs == ("return_on_capital",)


def test_floor_and_half_life_are_found_where_they_are_there():
    fit = decay_to_floor(decaying(), draws=99)
    assert fit.identified
    assert fit.falls
    assert fit.floor.low < 0.05 < fit.floor.high
    assert fit.floor.high - fit.floor.low < 0.03
    assert fit.half_life.low < 8 < fit.half_life.high


def test_a_straight_line_has_no_floor():
    rng = np.random.default_rng(1)
    fit = decay_to_floor(
        pd.Series(0.2 - 0.002 * np.arange(70) + 0.002 * noise(70, 0.3, rng), index=YEARS), draws=99
    )
    assert fit.constant.rejected
    assert not fit.identified
    assert fit.line_zero == pytest.approx(2050, abs=8)


def test_wandering_is_no_decay():
    """No decay at persistence .8: a 5 % test rejects in at most 10 % of 40 samples of 60 years."""
    rng = np.random.default_rng(2)
    rejected = 0
    for _ in range(40):
        values = pd.Series(0.1 + 0.005 * noise(60, 0.8, rng), index=range(1960, 2020))
        rejected += decay_to_floor(values, draws=39).constant.rejected
    assert rejected / 40 <= 0.1


@pytest.mark.slow
def test_intervals_cover():
    """60 samples: floor and rate are held by their 95 % intervals in at least 88 %."""
    held = paced = named = 0
    for seed in range(60):
        fit = decay_to_floor(decaying(seed), draws=99)
        if fit.floor is not None and fit.rate is not None:
            named += 1
            held += fit.floor.low <= 0.05 <= fit.floor.high
            paced += fit.rate.low <= np.log(2) / 8 <= fit.rate.high
    assert named >= 50
    assert held / named >= 0.88
    assert paced / named >= 0.88


def test_scale_and_level_do_not_matter():
    one = decay_to_floor(decaying(3), draws=49)
    other = decay_to_floor(decaying(3) * 100 - 7, draws=49)
    assert other.constant.statistic == pytest.approx(one.constant.statistic, rel=1e-6)
    assert other.constant.p_value == one.constant.p_value
    assert other.floor.value == pytest.approx(one.floor.value * 100 - 7, rel=1e-6)


def test_measure_says_what_was_found(panel_of):
    found = measure_decay(panel_of({"return_on_capital": dict(decaying().items())}), "AAA")
    assert {one.name for one in found.tests} == {"decay_no_change", "decay_straight_line"}
    assert found.estimate("decay_floor").low < 0.05 < found.estimate("decay_floor").high
    assert "not a forecast" in str(found.findings[0])
    assert "below zero in" in str(found.findings[-1])


def test_measure_says_what_was_not_found(panel_of):
    rng = np.random.default_rng(4)
    flat = dict(zip(YEARS, 0.08 + 0.005 * noise(70, 0.5, rng), strict=True))
    found = measure_decay(panel_of({"return_on_capital": flat}), "AAA")
    assert not found.estimates
    assert "does not show that it is constant" in str(found.findings[0])
    assert found.refusals[0].subject == "decay_floor"


def test_too_short_constant_missing_and_gapped(panel_of):
    short = measure_decay(panel_of({"return_on_capital": dict.fromkeys(range(2000, 2020), 0.1)}), "AAA")
    assert "needed" in str(short.refusals[0].reason)
    constant = measure_decay(panel_of({"return_on_capital": dict.fromkeys(range(1950, 2020), 0.1)}), "AAA")
    assert "does not vary" in str(constant.refusals[0].reason)
    assert measure_decay(panel_of({"labour_share": {2000: 0.5}}), "AAA").refusals
    gapped = {int(year): float(value) for year, value in decaying().items() if year != 1960}
    assert measure_decay(panel_of({"return_on_capital": gapped}), "AAA").table.index[0] == "1961"
    with pytest.raises(ValueError, match="gap"):
        decay_to_floor(decaying().drop(1990))
