"""Research productivity: identities, two deflators always, refusals near zero growth."""

import math

import numpy as np
import pandas as pd
import pytest

from longwave.core.estimate import Refusal
from longwave.core.panel import Panel
from longwave.measure.innovation.research_productivity import (
    Decline,
    decline,
    fieller,
    half_life,
    measure_own,
    measure_research_productivity,
    rate_of_decline,
)
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES


def yearly(seed: int, before: float, after: float, count: int = 60) -> pd.Series:
    rng = np.random.default_rng(seed)
    mean = np.where(np.arange(count) < count // 2, before, after)
    return pd.Series(mean + rng.normal(0, 0.008, count), index=1960 + np.arange(count))


def effort(rise: float, count: int = 60) -> pd.Series:
    return pd.Series(np.exp(rise * np.arange(count)), index=1960 + np.arange(count))


def test_identities_of_bloom_and_others():
    rate = rate_of_decline(1.0, 1 / 41.377, 72.5)
    assert rate == pytest.approx(0.0513, abs=5e-5)
    assert half_life(rate) == pytest.approx(13.5, abs=0.01)
    assert math.exp(-rate) == pytest.approx(0.950, abs=5e-4)
    assert half_life(-0.01) == math.inf
    with pytest.raises(ValueError, match="no rate"):
        rate_of_decline(1.0, -0.1, 10)


def test_decline_adds_up_and_its_unit_does_not_matter():
    growth = yearly(1, 0.02, 0.01)
    found, scaled = decline(growth, effort(0.03)), decline(growth, 1e6 * effort(0.03))
    assert isinstance(found, Decline)
    assert isinstance(scaled, Decline)
    assert found.factor == pytest.approx(found.effort * found.growth_before / found.growth_after)
    assert scaled.rate.value == pytest.approx(found.rate.value)
    assert found.rate.low < found.rate.value < found.rate.high
    assert found.rate.value == pytest.approx(0.03 + math.log(2) / 30, abs=0.012)


def test_growth_near_zero_or_below_has_no_rate_of_decline():
    for after in (0.0, -0.01):
        found = decline(yearly(2, 0.02, after), effort(0.03))
        assert isinstance(found, Refusal)
        assert "no rate of decline" in found.reason.text("en")


@pytest.mark.parametrize(
    ("growth", "spent"),
    [
        (yearly(1, 0.02, 0.01, 10), effort(0.03, 10)),
        (yearly(1, 0.02, 0.01) * 0 + 0.02, effort(0.03)),
        (yearly(1, 0.02, 0.01), effort(0.03) * 0),
        (yearly(1, 0.02, 0.01) * np.nan, effort(0.03)),
    ],
)
def test_what_cannot_be_told_is_refused(growth, spent):
    assert isinstance(decline(growth, spent), Refusal)


def test_fieller_is_the_set_of_ratios_that_are_not_rejected():
    before, after = Interval(2.0, 1.5, 2.5, 0.0), Interval(1.0, 0.7, 1.3, 0.0)
    for bound in fieller(before, after):
        assert abs(1.0 - bound * 2.0) == pytest.approx(math.hypot(0.3, bound * 0.5))
    with pytest.raises(ValueError, match="without bounds"):
        fieller(Interval(0.2, -0.3, 0.7, 0.0), after)


def with_research(economy, drop=()) -> Panel:
    panel = economy()
    years = range(1950, 2020)
    rows = [panel.frame]
    for name, unit, values in (
        ("rd_intensity", "share of GDP", [0.01 * 1.01 ** (year - 1950) for year in years]),
        ("population", "million persons", [50 * 1.01 ** (year - 1950) for year in years]),
    ):
        if name not in drop:
            rows.append(
                pd.DataFrame(
                    {
                        "area": "AAA",
                        "variable": name,
                        "period": list(map(str, years)),
                        "value": values,
                        "unit": unit,
                    }
                )
            )
    return Panel.of(pd.concat(rows))


def test_research_productivity_under_two_deflators(economy):
    found = measure_research_productivity(with_research(economy), "AAA")
    assert found.measure == "research_productivity"
    pay, head = (found.estimate(f"research_productivity_decline_{which}") for which in ("pay", "per_head"))
    assert pay.low > 0
    assert pay.value != head.value
    assert "labour" not in found.findings[0].text("en")
    assert "每年" in found.findings[0].text("zh")


def test_one_deflator_alone_is_not_given(economy):
    found = measure_research_productivity(with_research(economy, ("population",)), "AAA")
    assert not found.estimates
    assert any("one deflator" in one.reason.text("en") for one in found.refusals)


def test_no_figures_are_a_refusal():
    found = measure_research_productivity(Panel.empty(), "AAA")
    assert found.table.empty
    assert found.refusals


def test_research_productivity_own_table():
    growth = yearly(3, 0.02, 0.01)
    table = pd.DataFrame(
        {
            "period": growth.index.astype(str),
            "growth": growth.to_numpy(),
            "spending": effort(0.05).to_numpy(),
            "wage": effort(0.02).to_numpy(),
            "second_wage": effort(0.03).to_numpy(),
        }
    )
    found = measure_own(table)
    assert found.measure == "research_productivity_own"
    assert len(found.estimates) == 2
    first, second = (one.value for one in found.estimates)
    assert first - second == pytest.approx(0.01, abs=1e-6)
    for broken in (
        table.assign(wage=0.0),
        table.assign(growth=np.nan),
        table.assign(period="2000"),
        table.assign(period=[f"{year}-Q1" for year in growth.index]),
        table.head(3),
    ):
        refused = measure_own(broken)
        assert refused.refusals
        assert not refused.estimates


def own(growth: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period": growth.index.astype(str),
            "growth": growth.to_numpy(),
            "spending": effort(0.05).to_numpy(),
            "wage": effort(0.02).to_numpy(),
        }
    )


def test_one_wage_is_enough_with_a_caveat():
    found = measure_own(own(yearly(3, 0.02, 0.01)))
    assert [one.name for one in found.estimates] == ["research_productivity_decline_wage"]
    assert any(one.key == "innovation.own_one_deflator" for one in found.findings)
    assert "productivity_second" not in found.table
    assert MEASURES.get("research_productivity_own").columns[-1].optional


def test_constant_growth_has_a_rate_and_no_interval():
    found = measure_own(own(yearly(3, 0.02, 0.01) * 0 + 0.02))
    assert not found.estimates
    # Effort grows 3 % a year at the same growth: research productivity falls by 3 %.
    assert "-3.0%" in found.findings[0].text("en")
    assert found.refusals[0].reason.key == "innovation.constant_growth"
