"""The arrows in made-up worlds: what drives growth is found, what does not is not, and what cannot be known is said."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import DuplicateObservations
from longwave.core.message import say
from longwave.core.panel import Panel
from longwave.measure.effects.arrow import ArrowState
from longwave.measure.effects.growth import effects_on_growth
from longwave.measure.effects.slowdown import accounting_split, slow_down_split
from longwave.measure.effects.table import country_table


@pytest.fixture(scope="module")
def driven(world):
    return world(effect=0.012)


@pytest.fixture(scope="module")
def found(driven):
    return effects_on_growth(driven)


def test_a_true_effect_is_an_arrow(found):
    arrow = found.arrow("innovation", "growth")
    assert arrow.state is ArrowState.EFFECT
    assert arrow.low < arrow.effect < arrow.high
    assert arrow.low > 0
    assert arrow.q_value <= 0.05
    assert arrow.check("lead").p_value > 0.05
    assert arrow.check("yearly_driscoll_kraay").effect > 0
    assert arrow.grade == "A"


def test_what_does_nothing_is_no_effect(found):
    arrow = found.arrow("skills", "growth")
    assert arrow.state is ArrowState.NO_EFFECT
    assert arrow.bound == max(abs(arrow.low), abs(arrow.high))
    assert arrow.bound <= 0.005


def test_what_has_no_figures_is_not_identified(found):
    for source in ("security", "digital", "competition", "adaptability"):
        arrow = found.arrow(source, "growth")
        assert arrow.state is ArrowState.NOT_IDENTIFIED
        assert arrow.effect is None
        assert arrow.reason is not None
    assert found.arrow("era", "growth").reason.key == "effects.era_reason"
    with pytest.raises(KeyError):
        found.arrow("growth", "era")


def test_every_arrow_of_the_diagrams_is_there_once(found):
    pairs = [(arrow.source, arrow.target) for arrow in found.diagram()]
    assert len(pairs) == len(set(pairs))
    drivers = {"innovation", "digital", "security", "adaptability", "social"}
    assert {(driver, "growth") for driver in drivers} <= set(pairs)
    assert {("era", driver) for driver in drivers} <= set(pairs)
    dimensions = {"productivity", "innovation", "structure", "skills", "returns", "competition"}
    assert {(dimension, "growth") for dimension in dimensions} <= set(pairs)
    assert ("growth", "adaptability") in pairs


def test_both_languages_and_machines_are_told(found):
    for lang in ("en", "zh"):
        assert all(one.text(lang) for one in found.findings)
        told = found.as_dict(lang)
        assert len(told["arrows"]) == len(found.arrows)
    assert found.responses["rd_intensity"].table["response"].iloc[-1] > 0


def test_reverse_causation_is_not_sold_as_an_effect(world):
    arrow = effects_on_growth(world(reverse=40.0)).arrow("innovation", "growth")
    assert arrow.state is ArrowState.NOT_IDENTIFIED
    assert arrow.reason.key == "effects.reverse"
    assert arrow.flawed


def test_false_arrows_are_rare(world):
    """Eight worlds without any effect, two arrows into growth each: at most one may be called an effect."""
    false = 0
    for seed in range(8):
        arrows = effects_on_growth(world(countries=30, seed=100 + seed)).arrows
        false += sum(arrow.state is ArrowState.EFFECT for arrow in arrows)
    assert false <= 1


def test_order_of_rows_and_units_of_output_do_not_matter(driven, found):
    frame = driven.frame.sample(frac=1, random_state=1)
    gdp = frame["variable"] == "real_gdp"
    frame.loc[gdp, "value"] *= 1000
    frame.loc[gdp, "unit"] = "thousand USD, constant 2017"
    again = effects_on_growth(Panel.of(frame))
    for one, other in zip(found.arrows, again.arrows, strict=True):
        assert one.state is other.state
        assert (
            one.effect == pytest.approx(other.effect, rel=1e-6)
            if one.effect is not None
            else other.effect is None
        )


def test_few_countries_are_refused_with_a_mend(world):
    found = effects_on_growth(world(countries=5))
    assert all(arrow.effect is None for arrow in found.arrows)
    assert found.refusals[0].mend is not None
    nothing = effects_on_growth(Panel.empty())
    assert nothing.refusals[0].reason == say("effects.no_output")
    assert nothing.findings == ()


def test_constant_and_missing_figures_do_no_harm(driven):
    frame = driven.frame.copy()
    frame.loc[frame["variable"] == "human_capital", "value"] = 2.0
    frame.loc[(frame["variable"] == "real_gdp") & (frame["area"] == "C001"), "value"] = 0.0
    frame.loc[(frame["variable"] == "rd_intensity") & (frame["area"] == "C002"), "value"] = np.nan
    frame.loc[frame["value"].isna(), "status"] = "O"
    found = effects_on_growth(Panel.of(frame))
    assert found.arrow("skills", "growth").reason.key == "effects.still"
    assert found.arrow("innovation", "growth").clusters == 58


def test_two_sources_of_one_series_are_refused(driven):
    twice = driven.frame[driven.frame["variable"] == "real_gdp"].assign(source="other")
    with pytest.raises(DuplicateObservations):
        effects_on_growth(Panel.concat([driven, Panel.of(twice)]))


def test_windows_do_not_interpolate(world):
    panel = world(countries=10)
    frame = panel.frame
    holes = (frame["variable"] == "rd_intensity") & frame["period"].isin(["2015", "2016", "2017"])
    means = country_table(Panel.of(frame[~holes])).means["rd_intensity"]
    assert means.loc[2019].isna().all()
    assert means.loc[2014].notna().all()


def test_parts_and_rest_add_up(found, driven):
    split = slow_down_split(found, driven, "C003", (1966, 1990), (1991, 2019))
    parts = split.table["contribution"]
    inside = [name for name in parts.index if name != "total" and not name.startswith("accounts")]
    assert parts[inside].sum() == pytest.approx(parts["total"], abs=1e-12)
    assert "rest" in inside
    assert {"rd_intensity", "catching_up", "common_years"} <= set(inside)
    rest = split.estimate("part_rest")
    assert rest.low <= rest.value <= rest.high
    assert any(one.key == "effects.split" for one in split.findings)


def test_the_split_refuses_in_words(found, driven):
    nobody = slow_down_split(found, driven, "ZZZ", (1966, 1990), (1991, 2019))
    assert nobody.refusals
    early = slow_down_split(found, driven, "C003", (1900, 1920), (1991, 2019))
    assert any(one.reason.key == "effects.split_no_window" for one in early.refusals)


def test_accounts_add_up(economy):
    parts = accounting_split(economy(), "AAA", (1974, 1995), (2005, 2019))
    assert isinstance(parts, pd.Series)
    assert parts.drop("total").sum() == pytest.approx(parts["total"], abs=1e-12)
    assert parts["tfp"] == pytest.approx(-0.015, abs=0.004)
