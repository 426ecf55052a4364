import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import DuplicateObservations
from longwave.core.estimate import Refusal
from longwave.core.panel import Panel
from longwave.measure.structure.industries import read_industries, totals_among
from longwave.measure.structure.industry_change import NAME, measure_industries

VARIABLE = "sector_value_added"


def rows(items, first=1950, **columns):
    return pd.DataFrame(
        [
            {"area": "AAA", "variable": VARIABLE, "item": item, "period": str(first + year), "value": value}
            | {"source": "s", "unit": "million US$"}
            | columns
            for item, values in items.items()
            for year, value in enumerate(values)
        ]
    )


def grown(years=50, industries=6, seed=0, prefix=""):
    rng = np.random.default_rng(seed)
    paths = np.exp(np.cumsum(rng.normal(0.03, 0.03, (years, industries)), axis=0))
    return {f"{prefix}{place}": paths[:, place] for place in range(industries)}


def read(frame):
    return read_industries(Panel.of(frame), "AAA", VARIABLE)


def test_two_sets_are_never_added():
    long, fine = grown(60, 5, prefix="A:"), grown(40, 9, prefix="B:")
    found = read(pd.concat([rows(long), rows(fine, first=1970)]))
    assert not isinstance(found, Refusal)
    assert (found.label, found.count, len(found.table)) == ("A", 5, 60)


def test_two_sources_are_never_added():
    found = read(pd.concat([rows(grown(40, 5)), rows(grown(30, 8, prefix="x"), source="other")]))
    assert not isinstance(found, Refusal)
    assert (found.source, found.count) == ("s", 5)


@pytest.mark.parametrize("name", ["SUM", "Total", "Everything there is"])
def test_a_total_is_left_out_by_name_or_by_arithmetic(name):
    items = grown()
    found = read(rows(items | {name: sum(items.values())}))
    assert not isinstance(found, Refusal)
    assert found.left_out == (name,)
    assert found.count == 6


def test_a_subtotal_by_its_code():
    items = grown(industries=4)
    items |= {"C10": items["0"] * 0.7, "C11": items["1"] * 0.4}
    items["C"] = items["C10"] + items["C11"]
    assert totals_among(pd.DataFrame(items)) == ("C",)


def test_an_industry_that_is_never_filled_goes_and_is_named():
    items = grown()
    items["6"] = np.where(np.arange(50) < 10, 1.0, np.nan)
    found = read(rows(items))
    assert not isinstance(found, Refusal)
    assert found.left_out == ("6",)
    assert len(found.table) == 50


def test_a_negative_year_is_dropped_and_many_are_refused():
    items = grown()
    items["0"][7] = -1.0
    found = read(rows(items))
    assert not isinstance(found, Refusal)
    assert found.dropped == (1957,)
    items["0"][:20] = -1.0
    refused = read(rows(items))
    assert isinstance(refused, Refusal)
    assert "negative" in str(refused.reason)


def test_too_few_none_and_monthly():
    assert isinstance(read(rows(grown(industries=2))), Refusal)
    assert isinstance(read(rows(grown(), variable="other")), Refusal)
    monthly = rows(grown(years=8)).assign(period=lambda t: t["period"] + "-01")
    assert isinstance(read(monthly), Refusal)


def test_two_vintages_are_an_error():
    frame = rows(grown())
    with pytest.raises(DuplicateObservations):
        read(pd.concat([frame, frame.assign(vintage="2020-01-01")]))


def test_the_measure_on_a_made_economy():
    found = measure_industries(Panel.of(rows(grown(60, 8))), "AAA")
    assert found.measure == NAME == "industry_change"
    names = {one.name for one in found.estimates}
    assert {"speed_1951_1973", "speed_change", "speed_decay", "log_ratio_speed_decay"} <= names
    test = found.tests[0]
    decay = found.estimate("speed_decay")
    assert test.rejected == (decay.low > 0 or decay.high < 0)
    assert "constant speed" in str(test.null)
    assert {"speed", "lasting_speed", "lilien", "moore", "entropy"} <= set(found.table.columns)
    assert any(one.subject == "sector_employment" for one in found.refusals)
    assert all(one.text("zh") for one in found.findings)


def test_units_and_order_do_not_matter():
    frame = rows(grown(40, 5))
    one = measure_industries(Panel.of(frame), "AAA")
    other = measure_industries(Panel.of(frame.assign(value=frame["value"] * 1e6).iloc[::-1]), "AAA")
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.estimate("speed_decay").value == pytest.approx(other.estimate("speed_decay").value)


def test_constant_short_and_nothing():
    flat = {str(place): np.full(40, 1.0 + place) for place in range(4)}
    for frame in (rows(flat), rows(grown(years=4)), rows(grown(years=1))):
        found = measure_industries(Panel.of(frame), "AAA")
        assert not found.tests
        assert any(one.subject == "speed_decay" for one in found.refusals)
    nothing = measure_industries(Panel.of(rows(grown())), "BBB")
    assert nothing.table.empty
    assert len(nothing.refusals) == 1


def test_zeros_are_said():
    items = grown()
    items["0"][:3] = 0.0
    found = measure_industries(Panel.of(rows(items)), "AAA")
    assert any(one.subject == "lilien" for one in found.refusals)
    assert np.isnan(found.table.loc["1951", "lilien"])
    assert np.isfinite(found.table.loc["1951", "speed"])


def drifting(kappa, years=60, seed=1):
    """Six industries whose shares move in one direction at a speed that falls by kappa a year."""
    rng = np.random.default_rng(seed)
    steps = np.exp(-kappa * np.arange(years)) * np.exp(rng.normal(0, 0.1, years))
    steps *= 0.3 / steps.sum()
    direction = np.array([1, 0.5, 0.5, -0.5, -0.5, -1])
    shares = 0.3 + np.outer(np.cumsum(steps) - steps.sum() / 2, direction)
    return {str(place): 1000 * shares[:, place] for place in range(6)}


@pytest.mark.parametrize(("kappa", "key"), [(0.04, "slows"), (-0.04, "quickens"), (0.0, "not_rejected")])
def test_a_move_and_its_interval_have_one_sign(kappa, key):
    found = measure_industries(Panel.of(rows(drifting(kappa))), "AAA")
    told = next(one for one in found.findings if one.key == f"structure.speed_{key}")
    low, high = (float(told.values[name]) for name in ("low", "high"))
    size = 100 * float(told.values["rate"]) if key != "not_rejected" else float(told.values["pace"])
    assert low <= size <= high
    noise = next(one for one in found.findings if one.key == "structure.noise_out")
    assert float(noise.values["low"]) <= float(noise.values["pace"]) <= float(noise.values["high"])
    assert float(noise.values["pace"]) * kappa <= 0
