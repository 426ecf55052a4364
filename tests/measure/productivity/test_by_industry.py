"""The measure productivity_by_industry: parts that add up, totals left out, lists never added, prices never taken for
volumes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longwave.core.panel import Panel
from longwave.measure.productivity.by_industry import (
    PARTS,
    decompose,
    measure_by_industry,
    relative_prices,
    shift_share,
    within_growth,
)
from longwave.measure.productivity.industries import without_totals

YEARS = range(1990, 2019)
UNITS = {
    "sector_value_added_constant": "million LCU, constant 2015",
    "sector_value_added": "million LCU, current",
    "sector_employment": "thousand persons",
    "sector_value_added_volume": "index",
    "sector_hours": "index",
}


def rows(variable, frame, source="s"):
    long = frame.rename_axis(index="period").reset_index().melt("period", var_name="item")
    return long.assign(
        variable=variable, area="AAA", unit=UNITS[variable], source=source, period=long["period"].astype(str)
    )


def economy(seed=0, items=("farm", "factory", "office")):
    """Productivity grows 1, 3 and 2 % a year; people move from the farm to the office."""
    rng = np.random.default_rng(seed)
    time = np.arange(len(YEARS))
    heads = np.column_stack([100 - 2 * time, 50 + 0 * time, 50 + 2 * time]) * np.exp(
        rng.normal(0, 0.01, (len(time), 3))
    )
    level = np.array([1.0, 4.0, 3.0]) * np.exp(
        np.outer(time, [0.01, 0.03, 0.02]) + rng.normal(0, 0.005, (len(time), 3))
    )
    persons = pd.DataFrame(heads, index=YEARS, columns=list(items))
    volume = persons * level
    prices = np.exp(np.outer(time, [0.02, -0.01, 0.03]))
    return volume, persons, volume * prices


def panel(*frames):
    return Panel.of(pd.concat([rows(*each) for each in frames]))


def test_parts_add_up_year_by_year_and_in_the_means():
    volume, persons, nominal = economy()
    found = measure_by_industry(
        panel(
            ("sector_value_added_constant", volume),
            ("sector_employment", persons),
            ("sector_value_added", nominal),
        ),
        "AAA",
    )
    table = found.table
    np.testing.assert_allclose(table[list(PARTS)].sum(axis=1), table["growth"], atol=1e-12)
    whole = volume.sum(axis=1) / persons.sum(axis=1)
    np.testing.assert_allclose(table["growth"], whole.pct_change().dropna(), atol=1e-12)
    gead = table[["gead_within", "gead_static", "gead_dynamic", "gead_without_workers"]].sum(axis=1)
    np.testing.assert_allclose(gead, table["gead_growth"], atol=1e-12)
    names = ("within_contribution", "between_static_contribution", "between_dynamic_contribution")
    total = sum(found.estimate(f"{name}_2005_2018").value for name in names)
    assert total == pytest.approx(found.estimate("productivity_growth_by_industry_2005_2018").value)
    assert all(one.text(lang) for one in found.findings for lang in ("en", "zh"))


def test_people_who_move_to_better_work_show_between_industries():
    volume, persons, _ = economy()
    table = decompose(volume, persons)
    assert (table["between_static"] > 0).mean() > 0.8
    assert table["within"].mean() == pytest.approx(0.022, abs=0.006)


def test_growth_of_the_chained_whole_is_that_of_a_tornqvist_index():
    volume, persons, nominal = economy()
    table = decompose(volume, persons, relative_prices(volume, nominal))
    share = nominal.div(nominal.sum(axis=1), axis=0)
    step = ((share + share.shift()) / 2 * np.log(volume).diff()).sum(axis=1).iloc[1:]
    expected = np.exp(step - np.log(persons.sum(axis=1)).diff().iloc[1:]) - 1
    np.testing.assert_allclose(table["growth"], expected, atol=1e-12)


def test_with_one_price_for_all_the_two_decompositions_agree_within():
    volume, persons, _ = economy()
    table = decompose(volume, persons, relative_prices(volume, volume))
    plain = decompose(volume, persons)
    np.testing.assert_allclose(table["growth"], plain["growth"], atol=1e-3)
    np.testing.assert_allclose(table["within"], plain["within"], atol=1e-3)


FIGURES = arrays(float, 4, elements=st.floats(0.1, 100))


@given(FIGURES, FIGURES, FIGURES, FIGURES)
def test_shift_share_adds_up(w0, w1, z0, z1):
    series = [pd.Series(each) for each in (w0 / w0.sum(), w1 / w1.sum(), z0, z1)]
    parts = shift_share((series[0], series[1]), (series[2], series[3]))
    growth = series[1] @ series[3] / (series[0] @ series[2]) - 1
    assert sum(part.sum() for part in parts) == pytest.approx(growth, abs=1e-9)


def test_a_total_is_left_out_by_name_or_by_its_sum():
    volume, persons, _ = economy()
    for name in ("Total", "SUM", "xyz"):
        frames = [frame.assign(**{name: frame.sum(axis=1)}) for frame in (volume, persons)]
        found = measure_by_industry(
            panel(("sector_value_added_constant", frames[0]), ("sector_employment", frames[1])), "AAA"
        )
        np.testing.assert_allclose(found.table["growth"], decompose(volume, persons)["growth"])
    assert list(without_totals(volume).columns) == list(volume.columns)


def test_output_without_workers_is_shown_by_itself():
    volume, persons, nominal = economy()
    volume["homes"] = 50.0
    volume.loc[2000:, "homes"] = 60.0
    persons["homes"] = 0.0
    nominal["homes"] = volume["homes"]
    found = measure_by_industry(
        panel(
            ("sector_value_added_constant", volume),
            ("sector_employment", persons),
            ("sector_value_added", nominal),
        ),
        "AAA",
    )
    table = found.table
    assert table.loc["2000", "without_workers"] > 0
    np.testing.assert_allclose(table[list(PARTS)].sum(axis=1), table["growth"], atol=1e-12)
    assert any(one.key == "productivity.idle_industries" for one in found.findings)


def test_current_prices_alone_are_refused():
    _, persons, nominal = economy()
    found = measure_by_industry(panel(("sector_value_added", nominal), ("sector_employment", persons)), "AAA")
    assert found.refusals[0].reason.key == "productivity.only_current"
    assert not found.estimates


def test_overlapping_lists_of_industries_are_never_added():
    """As in the US accounts: 44 industries from 1947 and the same economy in 63 from 1963; only index numbers."""
    rng = np.random.default_rng(1)
    frames = []
    for variable in ("sector_value_added_volume", "sector_hours", "sector_value_added"):
        old = pd.DataFrame(
            np.exp(rng.normal(0, 0.1, (29, 3)) + 1), index=YEARS, columns=["44Ind:1", "44Ind:2", "44Ind:3"]
        )
        new = pd.DataFrame(
            np.exp(rng.normal(0, 0.1, (20, 2)) + 1), index=range(1999, 2019), columns=["63Ind:1", "63Ind:2"]
        )
        frames.append((variable, old.join(new, how="outer")))
    found = measure_by_industry(panel(*frames), "AAA")
    assert list(found.table.columns) == ["within"]
    old = [frame[["44Ind:1", "44Ind:2", "44Ind:3"]] for _, frame in frames]
    np.testing.assert_allclose(found.table["within"], within_growth(*old))
    assert found.refusals[0].subject == "between_contribution"


def test_different_industries_are_refused_by_name():
    volume, persons, _ = economy()
    found = measure_by_industry(
        panel(("sector_value_added_constant", volume), ("sector_employment", persons.add_prefix("x"))), "AAA"
    )
    assert found.refusals[0].reason.key == "productivity.other_industries"


def test_gaps_and_nothing_at_all():
    assert measure_by_industry(Panel.empty(), "AAA").refusals
    volume, persons, _ = economy()
    volume.iloc[::2, 0] = np.nan
    found = measure_by_industry(
        panel(("sector_value_added_constant", volume), ("sector_employment", persons)), "AAA"
    )
    assert found.refusals[0].reason.key == "measure.no_common_years"
    persons.loc[:] = -1.0
    found = measure_by_industry(
        panel(("sector_value_added_constant", volume), ("sector_employment", persons)), "AAA"
    )
    assert found.refusals[0].reason.key == "productivity.negative_persons"
    one = economy()
    found = measure_by_industry(
        panel(("sector_value_added_constant", one[0][["farm"]]), ("sector_employment", one[1][["farm"]])),
        "AAA",
    )
    assert found.refusals[0].reason.key == "productivity.one_industry"
