"""data_envelopment, malmquist and stochastic_frontier on users' tables, good and bad."""

import numpy as np
import pandas as pd
import pytest

from longwave.measure.measurement import MEASURES
from longwave.measure.own_table import of_own_table

NAMES = ("data_envelopment", "malmquist", "stochastic_frontier")


def run(name, table):
    return of_own_table(MEASURES.get(name), table)


def firms(rows=60, periods=1, seed=0, noise=0.0):
    rng = np.random.default_rng(seed)
    unit, time = np.tile(np.arange(rows), periods), np.repeat(np.arange(periods), rows)
    x = rng.uniform(1, 10, (rows * periods, 2))
    u = np.abs(rng.normal(0, 0.4, rows))[unit]
    y = np.sqrt(x.prod(axis=1)) * np.exp(0.03 * time - u + rng.normal(0, noise, len(u)))
    return pd.DataFrame(
        {
            "unit": [f"F{at:03d}" for at in unit],
            "period": 2000 + time,
            "output": y,
            "input": x[:, 0],
            "input_2": x[:, 1],
        }
    )


def test_envelopment_has_bounds_and_peers():
    found = run("data_envelopment", firms(15).drop(columns="period"))
    table = found.table
    assert (table["efficiency_crs_low"] <= table["efficiency_crs"]).all()
    assert (table["efficiency_vrs"] >= table["efficiency_crs"] - 1e-9).all()
    assert table["scale_efficiency"].between(0, 1 + 1e-9).all()
    assert set(table["returns_to_scale"]) <= {"constant", "increasing", "decreasing"}
    mean = found.estimate("mean_efficiency_crs")
    assert mean.low <= mean.value <= mean.high
    assert "F" in table["peers"].iloc[0]


def test_envelopment_of_few_units_has_scores_but_no_interval():
    found = run("data_envelopment", firms(5).drop(columns="period"))
    assert len(found.table) == 5
    assert not found.estimates
    assert found.refusals[0].subject == "efficiency_interval"
    assert any(one.key == "productivity.envelopment_crowded" for one in found.findings)


def test_malmquist_finds_the_moving_frontier():
    found = run("malmquist", firms(30, periods=3))
    moved = found.estimate("mean_technical_change_2002")
    assert moved.low < moved.value < moved.high
    assert moved.value == pytest.approx(np.exp(0.03), abs=0.05)
    table = found.table
    np.testing.assert_allclose(table["productivity"], table["efficiency_change"] * table["technical_change"])


def test_units_that_come_and_go_are_compared_where_they_are_in_both():
    table = firms(10, periods=3)
    gone = (table["unit"] == "F003") & (table["period"] == 2001)
    found = run("malmquist", table[~gone]).table
    assert "F003 2001" not in found.index
    assert "F003 2002" not in found.index
    assert len(found) == 18


def test_an_input_given_up_is_refused_by_name():
    table = firms(9, periods=2)
    table.loc[(table["unit"] == "F001") & (table["period"] == 2001), "input"] = 0.0
    found = run("malmquist", table)
    lost = [one for one in found.refusals if one.subject == "productivity"]
    assert "F001 2001" in str(lost[0].reason)
    assert not found.table.isna().any().drop([c for c in found.table if c.endswith(("_low", "_high"))]).any()


def test_stochastic_frontier_of_a_cross_section():
    found = run("stochastic_frontier", firms(150, noise=0.15).drop(columns="period"))
    assert found.estimate("elasticity_input").low < 0.5 < found.estimate("elasticity_input").high
    assert found.estimate("returns_to_scale").value == pytest.approx(1, abs=0.15)
    test = found.tests[0]
    assert test.null.text("en")
    assert test.critical == pytest.approx(2.706, abs=1e-3)
    assert found.table[["efficiency_low", "efficiency", "efficiency_high"]].notna().all().all()


def test_stochastic_frontier_of_a_panel():
    found = run("stochastic_frontier", firms(40, periods=4, noise=0.15))
    assert [one.name for one in found.tests] == ["no_inefficiency", "constant_efficiency"]
    assert "F000 2003" in found.table.index
    assert found.tests[0].rejected


def test_wrong_skewness_is_a_sentence():
    table = firms(60, noise=0.15).drop(columns="period")
    table["output"] = 1 / table["output"] * table["input"] * table["input_2"]
    found = run("stochastic_frontier", table)
    assert found.table.empty
    assert found.refusals[0].reason.key == "productivity.wrong_skewness"


def test_one_output_for_all_is_a_sentence():
    found = run("stochastic_frontier", firms(60).drop(columns="period").assign(output=3.0))
    assert found.refusals[0].reason.key == "productivity.no_maximum"


def test_input_1_is_read_as_input_but_not_beside_it():
    table = firms(noise=0.2).drop(columns="period")
    named = table.rename(columns={"input": "input_1", "output": "output_1"})
    for measure in ("data_envelopment", "stochastic_frontier"):
        plain, other = run(measure, table), run(measure, named)
        pd.testing.assert_frame_equal(plain.table, other.table)
    both = run("stochastic_frontier", table.assign(input_1=table["input"]))
    assert both.refusals[0].reason.key == "productivity.named_twice"
    none = run("stochastic_frontier", table.drop(columns="input").drop(columns="input_2"))
    assert none.refusals[0].mend is not None


def test_a_table_without_noise_is_answered_without_a_warning():
    assert run("stochastic_frontier", firms().drop(columns="period")).measure == "stochastic_frontier"


def test_the_kind_of_inefficiency_is_named_beside_the_mean():
    found = run("stochastic_frontier", firms(150, noise=0.15).drop(columns="period"))
    said = found.findings[0].text("en")
    assert "Given half-normal inefficiency" in said and "no doubt of that assumption" in said
    assert "exponential" in said


def test_inputs_that_move_as_one_are_refused():
    table = firms(60, noise=0.15).drop(columns="period")
    found = run("stochastic_frontier", table.assign(input_2=2 * table["input"]))
    assert found.refusals[0].reason.key == "productivity.no_fit"


BAD = {
    "empty": (lambda t: t.iloc[:0], "productivity.no_units"),
    "all missing": (lambda t: t.assign(output=np.nan), "productivity.no_units"),
    "never together": (
        lambda t: t.assign(output=[1.0, np.nan] * 30, input=[np.nan, 1.0] * 30),
        "productivity.no_units",
    ),
    "unnamed": (lambda t: t.assign(unit=""), "productivity.unnamed_unit"),
    "negative": (lambda t: t.assign(input=-1.0), "productivity.figure_"),
    "zero output": (lambda t: t.assign(output=0.0), "productivity."),
    "twice": (lambda t: t.assign(unit="F"), "productivity.unit_twice"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", BAD)
def test_bad_tables_are_refused_with_a_sentence(name, case):
    change, key = BAD[case]
    table = change(firms(30, periods=2))
    if name != "malmquist" and case != "twice":
        table = table.drop(columns="period")
    if name != "malmquist":
        table = table.drop_duplicates("unit") if case not in {"twice", "unnamed"} else table.iloc[:10]
    found = run(name, table)
    assert found.table.empty
    assert found.refusals[0].reason.key.startswith(key)
    assert found.refusals[0].reason.text("zh")


def test_identical_units_are_all_best_and_have_no_interval():
    table = firms(12).drop(columns="period").assign(output=1.0, input=1.0, input_2=1.0)
    found = run("data_envelopment", table)
    np.testing.assert_allclose(found.table["efficiency_crs"], 1.0)
    assert not found.estimates


def test_one_period_and_too_few_rows():
    assert run("malmquist", firms(5)).refusals[0].reason.key == "productivity.one_period"
    assert run("stochastic_frontier", firms(10)).refusals[0].reason.key == "productivity.few_rows"
    two = firms(2).drop(columns="period")
    assert run("data_envelopment", two).refusals[0].reason.key == "productivity.few_units"
    apart = firms(4, periods=2)
    apart.loc[apart["period"] == 2001, "unit"] += "x"
    assert run("malmquist", apart).refusals[0].reason.key == "productivity.few_common"


def test_rows_with_gaps_are_left_out_and_counted():
    table = firms(7).drop(columns="period")
    table.loc[3, "input"] = np.nan
    found = run("data_envelopment", table)
    assert len(found.table) == 6
    assert any(one.key == "productivity.rows_left_out" for one in found.findings)
