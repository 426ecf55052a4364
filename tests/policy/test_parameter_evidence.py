"""What is known of a parameter, in worlds where the truth is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.policy.worlds import COUNTRIES, garden, panel, relation, world

from longwave.core.errors import UsageError
from longwave.core.estimate import Grade
from longwave.core.panel import Panel
from longwave.policy.domain import Domain
from longwave.policy.evidence import state_of
from longwave.policy.parameter_evidence import Across, ParameterEvidence, bank_of, parameters_of

PICKING = 'equation = "real_gdp"\ncoefficient = "slope"\nsign = -1'


def _of(
    domain: Domain, panel: Panel, area: str, **given: tuple[float, float]
) -> dict[str, ParameterEvidence]:
    return parameters_of(domain, state_of(domain, panel, area), panel, given)


def _picking(domain: Domain, panel: Panel, area: str = "FRA") -> ParameterEvidence:
    return _of(domain, panel, area)["picking"]


def test_a_long_clear_relation_is_found_in_the_own_figures(the_garden: Domain, the_world: Panel):
    found = _picking(the_garden, the_world)
    assert found.grade is Grade.A
    assert found.value == pytest.approx(-0.4, abs=3.0 * found.spread)
    assert found.own is not None
    assert found.own.sample.observations == 49
    assert found.residuals is not None
    assert found.residuals.index[0] == 1976


def test_a_short_sample_is_drawn_to_the_mean_of_the_countries(the_garden: Domain):
    odd = {"FRA": relation(-0.2, 0.5, 3, years=(2005, 2024))}
    found = _picking(the_garden, world(odd=odd))
    assert found.grade is Grade.B
    assert found.own is not None
    assert found.pooled is not None
    near, far = sorted((found.own.value, -0.4))
    assert near < found.value < far
    assert found.low < -0.35 < found.high + 0.1


def test_a_relation_that_is_measured_well_and_is_not_there_is_refused(the_garden: Domain):
    found = _picking(the_garden, world({"FRA": 0.0}, noise=0.2))
    assert found.grade is Grade.D
    assert found.refusal is not None
    assert "the relation is not there" in str(found.refusal.reason)
    assert np.isnan(found.value)
    assert "--given" in str(found.refusal.mend)


def test_a_relation_of_the_wrong_sign_is_refused(the_garden: Domain):
    assert _picking(the_garden, world({"FRA": 0.5}, noise=0.2)).grade is Grade.D


def test_noise_too_wide_to_deny_leaves_the_mean_of_the_countries(the_garden: Domain):
    found = _picking(the_garden, world(odd={"FRA": relation(-0.4, 8.0, 5, years=(2008, 2024))}))
    assert found.grade in (Grade.B, Grade.C)
    assert found.value == pytest.approx(-0.4, abs=0.12)


def test_without_figures_and_without_a_range_nothing_is_known(tmp_path: Path, the_garden: Domain):
    few = world(others=COUNTRIES[:4], odd={"FRA": relation(-0.4, 0.5, 3, years=(2018, 2024))})
    assert _picking(the_garden, few).grade is Grade.D
    asked = garden(tmp_path, (PICKING, "ask_user = true"))
    assert _picking(asked, few).grade is Grade.D
    assert _of(asked, few, "FRA", picking=(-1.0, -0.5))["picking"].value == -0.75


def test_years_that_are_missing_are_left_out_and_not_bridged(the_garden: Domain):
    x, y = relation(-0.4, 0.3, 11)
    holes = y.drop([1990, 2001, 2002])
    found = _picking(the_garden, world(odd={"FRA": (x, holes)}))
    assert found.own is not None
    assert found.own.sample.observations == 49 - 2 - 3
    assert found.residuals is not None
    assert not {1990, 1991, 2001, 2002, 2003} & set(found.residuals.index)
    dx, dy = x.diff(), holes.reindex(x.index).diff()
    kept = dy.notna() & dx.notna()
    assert found.own.value == pytest.approx(np.polyfit(dx[kept], dy[kept], 1)[0], abs=1e-9)


def test_first_and_skip_say_which_years_count(tmp_path: Path, the_world: Panel):
    told = garden(tmp_path, ("sign = -1", 'sign = -1\nfirst = "1990"\nskip = ["2020", "2021"]'))
    found = _picking(told, the_world)
    assert found.own is not None
    assert found.own.sample.first == "1990"
    assert found.own.sample.observations == 2024 - 1990 + 1 - 2


def test_an_estimate_outside_what_makes_sense_is_not_known(tmp_path: Path, the_world: Panel):
    told = garden(tmp_path, ("sign = -1", "sign = -1\nsense = [-0.1, -0.01]"))
    found = _picking(told, the_world)
    assert found.grade is Grade.D
    assert found.refusal is not None
    assert "-0.1 to -0.01" in str(found.refusal.reason)


def test_pooling_none_never_looks_abroad(tmp_path: Path):
    told = garden(tmp_path, ("sign = -1", 'sign = -1\npooling = "none"'))
    assert _picking(told, world(odd={"FRA": relation(-0.4, 3.0, 3, years=(2008, 2024))})).grade is Grade.D
    ranged = garden(
        tmp_path, ("sign = -1", 'sign = -1\npooling = "none"\nrange = [-0.6, -0.2]\nsource = "Nobody (2000)"')
    )
    found = _picking(ranged, world(odd={"FRA": relation(-0.4, 3.0, 3, years=(2008, 2024))}))
    assert (found.grade, found.shape, found.low, found.high) == (Grade.C, "uniform", -0.6, -0.2)
    assert found.own is not None


def test_a_panel_with_two_way_effects_finds_the_common_slope(tmp_path: Path):
    told = garden(tmp_path, ("sign = -1", 'sign = -1\npooling = "two_way"'))
    found = _picking(told, world(spread=0.0, noise=1.0), COUNTRIES[0])
    assert found.grade is Grade.B
    assert found.low < -0.4 < found.high
    assert found.pooled is not None
    assert found.pooled.sample.observations == 30 * 49
    weak = _picking(told, world(mean=0.0, spread=0.0, noise=3.0), COUNTRIES[0])
    assert weak.grade is Grade.D
    few = _picking(told, world(others=COUNTRIES[:5]), COUNTRIES[0])
    assert few.grade is Grade.D


def test_the_order_of_countries_and_the_unit_change_nothing(the_garden: Domain, the_world: Panel):
    frame = the_world.frame
    turned = Panel.of(frame.sample(frac=1.0, random_state=3))
    short = {"FRA": relation(-0.2, 0.5, 3, years=(2005, 2024))}
    first, second = _picking(the_garden, the_world), _picking(the_garden, turned)
    assert (first.value, first.spread) == (second.value, second.spread)
    one = world(odd=short)
    scaled = one.frame.copy()
    own = scaled["variable"] == "population"
    scaled.loc[own, "value"] *= 1000.0
    plain, thousands = _picking(the_garden, one), _picking(the_garden, Panel.of(scaled))
    assert thousands.grade is plain.grade
    assert 1000.0 * thousands.value == pytest.approx(plain.value, rel=1e-6)
    assert 1000.0 * thousands.spread == pytest.approx(plain.spread, rel=1e-6)


def test_draws_keep_to_sign_bounds_and_seed(the_garden: Domain, the_world: Panel):
    found = _of(the_garden, the_world, "FRA")
    watering = found["watering"].draws(4000, 1, (0.0, 5.0))
    assert watering.min() >= 0.5
    assert watering.max() <= 1.5
    assert watering.mean() == pytest.approx(1.0, abs=0.02)
    assert np.array_equal(watering, found["watering"].draws(4000, 1, (0.0, 5.0)))
    assert not np.array_equal(watering, found["watering"].draws(4000, 2, (0.0, 5.0)))
    wide = found["watering"].draws(4000, 1, (0.0, 5.0), widen=4.0)
    assert 0.0 <= wide.min() < 0.1
    assert wide.max() > 2.5
    picking = found["picking"].draws(4000, 1, (-3.0, 3.0))
    assert picking.max() < 0.0
    assert picking.std() == pytest.approx(found["picking"].spread, rel=0.1)


def test_the_users_range_must_fit_the_model_and_theory(the_garden: Domain, the_world: Panel):
    assert _of(the_garden, the_world, "FRA", watering=(1.0, 1.0))["watering"].shape == "fixed"
    with pytest.raises(UsageError, match=r"cannot lie between 0\.1 and 0\.5"):
        _of(the_garden, the_world, "FRA", picking=(0.1, 0.5))
    with pytest.raises(UsageError, match=r"cannot lie between 0\.5 and 2"):
        _of(the_garden, the_world, "FRA", growing=(0.5, 2.0))
    with pytest.raises(UsageError, match="cannot lie"):
        _of(the_garden, the_world, "FRA", growing=(float("nan"), 0.5))
    with pytest.raises(UsageError, match="no uncertain parameter wine"):
        _of(the_garden, the_world, "FRA", wine=(0.1, 0.5))


def test_an_indicator_without_a_band_is_taken_as_exact(tmp_path: Path, the_world: Panel):
    told = garden(
        tmp_path,
        (
            'name = "growing"\nrange = [0.4, 0.6]\nsource = "Nobody (2000)"',
            'name = "growing"\nindicator = "size"',
        ),
    )
    found = _of(told, the_world, "FRA")["growing"]
    assert (found.shape, found.value, found.grade) == ("fixed", 0.0, Grade.A)


def test_estimates_of_other_countries_are_shared(the_garden: Domain, the_world: Panel):
    across = Across(the_garden, the_world)
    picking = the_garden.parameters[2]
    assert len(across.others(picking, "FRA")) == len(the_world.areas()) - 1
    assert across.others(picking, "FRA") == across.others(picking, "FRA")


def test_series_without_a_year_in_common_make_no_bank():
    one = pd.Series([1.0, 2.0], index=[1990, 1991])
    assert bank_of({"a": one, "b": pd.Series([1.0], index=[2000])}) is None
    assert bank_of({}) is None
    made = bank_of({"a": one, "b": one * 2})
    assert made is not None
    assert made.values.tolist() == [[1.0, 2.0], [2.0, 4.0]]


def test_constant_and_perfect_figures_give_no_estimate(the_garden: Domain):
    index = np.arange(1980, 2025)
    flat = pd.Series(5.0, index=index)
    line = pd.Series(index * 1.0, index=index)
    for x, y in ((flat, line), (line, flat), (line, line)):
        made = panel({("FRA", "population"): x, ("FRA", "real_gdp"): y})
        assert _picking(the_garden, made).grade is Grade.D
