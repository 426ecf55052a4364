"""The arrows in made-up worlds: what drives growth is found, what does not is not, and what cannot be known is said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import DuplicateObservations
from longwave.core.message import say
from longwave.core.panel import Panel
from longwave.measure.effects.arrow import ArrowState, Check
from longwave.measure.effects.growth import TIGHT_GROWTH, _with_state, effects_on_growth
from longwave.measure.effects.slowdown import accounting_split, slow_down_split
from longwave.measure.effects.table import country_table
from longwave.measure.effects.words import chance, signed, told


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
    half = arrow.check("half_panel_jackknife")
    assert arrow.bound == max(abs(one) for one in (arrow.low, arrow.high, half.low, half.high))
    assert arrow.bound <= TIGHT_GROWTH == 0.0025
    assert f"one larger than {100 * arrow.bound:.2f} points can be ruled out" in str(told(arrow))
    assert "rule out one above 0.25 percentage points of growth a year" in str(found.findings[0])


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
    assert set(inside) == {"rd_intensity", "human_capital", "rest"}
    rest = split.estimate("part_rest")
    assert rest.low <= rest.value <= rest.high
    width = sum(
        split.estimate(f"part_{name}").high - split.estimate(f"part_{name}").low for name in inside[:2]
    )
    assert rest.high - rest.low == pytest.approx(width)
    assert split.findings[0].key == "effects.split"
    assert all(one.grade == "B" for one in split.estimates)
    assert "no part has a grade above B" in " ".join(map(str, split.findings))


def test_a_part_is_the_arrows_own_coefficient_times_the_change_of_the_state(found, driven):
    """The same coefficient for every country, and the state in the windows before those of growth."""
    arrow = found.arrow("innovation", "growth")
    slope = arrow.effect / arrow.deviation
    for area in ("C003", "C017"):
        split = slow_down_split(found, driven, area, (1966, 1990), (1991, 2019))
        means = found.table.means["rd_intensity"][area]
        # Windows end in 1969 ... 2019; those of growth within the spans follow those that the state is taken from.
        step = means.loc[1989:2014].mean() - means.loc[1964:1984].mean()
        part = split.table.loc["rd_intensity"]
        assert part["contribution"] == pytest.approx(slope * step, rel=1e-9)
        bounds = sorted([arrow.low / arrow.deviation * step, arrow.high / arrow.deviation * step])
        assert [part["contribution_low"], part["contribution_high"]] == pytest.approx(bounds, rel=1e-9)


def test_without_a_usable_arrow_all_is_rest_and_it_is_said(found, driven):
    barred = [replace(one, state=ArrowState.NOT_IDENTIFIED, reason=None) for one in found.arrows]
    split = slow_down_split(replace(found, arrows=tuple(barred)), driven, "C003", (1966, 1990), (1991, 2019))
    assert split.table["contribution"]["rest"] == split.table["contribution"]["total"]
    assert split.table["contribution_low"].isna().all()
    assert not split.estimates
    assert split.findings[0].key == "effects.split_bare"
    assert "skills" in str(split.findings[1])
    assert "innovation" in str(split.findings[1])


def test_a_state_without_the_areas_own_figures_is_left_out_by_name(found, driven):
    frame = driven.frame
    own = (frame["area"] == "C003") & (frame["variable"] == "human_capital")
    table = country_table(Panel.of(frame[~own]))
    split = slow_down_split(replace(found, table=table), driven, "C003", (1966, 1990), (1991, 2019))
    assert "human_capital" not in split.table.index
    told_of = [str(one) for one in split.findings if one.key == "effects.split_left_out"]
    assert len(told_of) == 1
    assert told_of[0].endswith("skills.")


def jackknife(effect, low, high):
    return (Check("half_panel_jackknife", effect, low, high),)


@pytest.mark.parametrize(
    ("own", "half", "state", "key"),
    [
        ((0.003, 0.002, 0.004), (0.003, 0.001, 0.005), ArrowState.EFFECT, None),
        ((0.003, 0.002, 0.004), (0.002, -0.001, 0.005), ArrowState.NOT_IDENTIFIED, "lost_in_jackknife"),
        ((0.003, 0.002, 0.004), (-0.003, -0.005, -0.001), ArrowState.NOT_IDENTIFIED, "turned_by_jackknife"),
        ((0.003, 0.002, 0.004), None, ArrowState.NOT_IDENTIFIED, "jackknife_untested"),
        ((0.0, -0.0022, 0.0022), (-0.0036, -0.0071, -0.0001), ArrowState.NOT_IDENTIFIED, "seen_by_jackknife"),
        ((0.0, -0.001, 0.001), (-0.001, -0.0024, 0.0004), ArrowState.NO_EFFECT, None),
        ((0.0, -0.001, 0.001), (-0.001, -0.0034, 0.0014), ArrowState.NOT_IDENTIFIED, "vague_points"),
        ((0.0, -0.003, 0.003), (0.0, -0.001, 0.001), ArrowState.NOT_IDENTIFIED, "vague_points"),
    ],
)
def test_the_jackknife_has_a_say_in_every_state(found, own, half, state, key):
    effect, low, high = own
    arrow = replace(
        found.arrow("innovation", "growth"),
        state=ArrowState.NOT_IDENTIFIED,
        reason=None,
        effect=effect,
        low=low,
        high=high,
        q_value=0.01 if low > 0 else 0.9,
        checks=() if half is None else jackknife(*half),
    )
    judged = _with_state(arrow, 0.5)
    assert judged.state is state
    assert (judged.reason.key if judged.reason else None) == (None if key is None else f"effects.{key}")
    if state is ArrowState.NO_EFFECT:
        assert judged.bound == 0.0024
    assert all(told(judged).text(lang) for lang in ("en", "zh"))


def test_the_gini_is_never_told_without_its_surveys(found):
    for state in (ArrowState.EFFECT, ArrowState.NO_EFFECT, ArrowState.NOT_IDENTIFIED):
        arrow = replace(
            found.arrow("innovation", "growth"), indicator="income_gini", state=state, bound=0.002
        )
        assert "mix incomes and consumption and are sparse" in str(told(arrow))
    assert "sparse" not in str(told(found.arrow("innovation", "growth")))


def test_zero_has_no_sign_and_no_chance_is_nil():
    assert [signed(one) for one in (-0.004, 0.004, -0.0, 0.005001, -0.3)] == [
        "0.00",
        "0.00",
        "0.00",
        "+0.01",
        "-0.30",
    ]
    assert [chance("p", one, 2) for one in (0.0, 0.0049, 0.01, 0.274)] == [
        "p < 0.01",
        "p < 0.01",
        "p = 0.01",
        "p = 0.27",
    ]
    assert chance("q", 0.0004, 3) == "q < 0.001"


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
