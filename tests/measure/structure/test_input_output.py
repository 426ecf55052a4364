"""The measure input_output: a table of one's own, and tables that are none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import BadInput
from longwave.measure.measurement import MEASURES
from longwave.measure.own_table import of_own_table
from longwave.measure.structure.input_output import NAME, measure_flows
from longwave.workflows.measure import take_measure

FLOWS = [("a", "a", 150), ("a", "b", 500), ("b", "a", 200), ("b", "b", 100)]
OUTPUT = [("a", "output", 1000), ("output", "b", 2000)]
ADDED = [("value_added", "a", 650), ("compensation", "b", 1000), ("surplus", "b", 400)]
FINAL = [("a", "final_demand", 300), ("a", "exports", 50), ("b", "final_demand:other", 1700)]


def table(*parts):
    rows = [row for part in parts for row in part]
    return pd.DataFrame(rows, columns=["industry_from", "industry_to", "value"])


def measured(*parts):
    return of_own_table(MEASURES.get(NAME), table(*parts))


def refused(*parts):
    found = measured(*parts)
    assert found.table.empty and len(found.refusals) == 1
    for lang in ("en", "zh"):
        assert found.refusals[0].reason.text(lang) and found.refusals[0].mend.text(lang)
    return found.refusals[0].reason.key


@pytest.mark.parametrize(
    "rest", [OUTPUT, ADDED, FINAL, OUTPUT + ADDED + FINAL], ids=lambda rest: str(len(rest))
)
def test_output_given_or_summed_is_the_same_model(rest):
    found = measured(FLOWS, rest)
    assert found.measure == NAME == "input_output"
    np.testing.assert_allclose(found.table["multiplier"], [1.518152, 1.452145], atol=5e-7)
    assert found.estimate("multiplier_a").low < 1.518152 < found.estimate("multiplier_a").high
    assert found.refusals == ()
    assert set(found.units) == set(found.table.columns)
    assert all(one.text(lang) for one in found.findings for lang in ("en", "zh"))
    assert found.estimate("spectral_radius").value == pytest.approx(0.3291, abs=1e-4)
    assert found.table["key"].tolist() == [1, 0]


def test_what_a_fuller_table_says_besides():
    rest = [
        *OUTPUT,
        *ADDED,
        ("jobs", "a", 100),
        ("jobs", "b", 300),
        ("a", "extra_demand", 600),
        ("extra_demand", "b", 1500),
        ("cost_change", "a", 0.1),
        ("a", "capacity", 1500),
    ]
    found = measured(FLOWS, rest)
    assert found.estimate("output_change").value == pytest.approx(3089.108911, abs=1e-5)
    jobs = 0.1 * 1247.524752 + 0.15 * 1841.584158
    assert found.estimate("jobs_change").value == pytest.approx(jobs, abs=1e-5)
    assert found.estimate("jobs_content_a").value == pytest.approx(0.1 * 1.254125 + 0.15 * 0.264026, abs=1e-6)
    np.testing.assert_allclose(found.table["price_change"], [0.1254125, 0.0330033], atol=1e-7)
    np.testing.assert_allclose(found.table["value_added_content"], 1)
    assert found.table["unmet"].sum() > 0
    assert found.table.loc["a", "capacity_worth"] > 0 == found.table.loc["b", "capacity_worth"]
    assert {each.key for each in found.findings} >= {
        "input_output.extra",
        "input_output.extra_jobs",
        "input_output.part_met",
        "input_output.prices",
    }
    enough = measured(FLOWS, [*rest[:-1], ("a", "capacity", 9e9)])
    assert "input_output.all_met" in {each.key for each in enough.findings}


def test_imports_make_a_second_multiplier():
    found = measured(FLOWS, OUTPUT, [("a", "imports", 1000)])
    assert found.table.loc["a", "domestic_multiplier"] < found.table.loc["a", "multiplier"]
    assert "input_output.largest_home" in {each.key for each in found.findings}


def test_words_are_read_in_any_case_and_in_chinese():
    chinese = [
        ("a", "总产出", 1000),
        ("总产出", "b", 2000),
        ("增加值", "a", 650),
        (" Value Added ", "b", 1400),
    ]
    found = measured(FLOWS, chinese)
    assert found.refusals == ()
    np.testing.assert_allclose(found.table["value_added_content"], 1)


def test_what_does_not_add_up_is_told_and_multipliers_stay():
    found = measured(FLOWS, OUTPUT, [("value_added", "a", 500), ("value_added", "b", 1400)])
    assert [each.subject for each in found.refusals] == ["adding_up"]
    assert "a (-15.0% of output)" in found.refusals[0].reason.text()
    assert found.table["multiplier"].iloc[0] == pytest.approx(1.518152, abs=5e-7)
    strange = measured(
        [("a", "a", -10), *FLOWS[1:]], OUTPUT, [("value_added", "a", -5), ("value_added", "b", 1)]
    )
    assert {"negative_flows", "value_added"} <= {each.subject for each in strange.refusals}


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        ([[]], "structure.table_empty"),
        ([FLOWS], "input_output.no_output"),
        ([FLOWS, OUTPUT[:1]], "input_output.lacking"),
        ([FLOWS, ADDED[:1]], "input_output.lacking"),
        ([FLOWS, OUTPUT, [("jobs", "a", 1)]], "input_output.lacking"),
        ([FLOWS, FLOWS, OUTPUT], "input_output.twice"),
        ([FLOWS, OUTPUT, [("output", "a", 1000)]], "input_output.twice"),
        ([FLOWS, OUTPUT, [("", "b", 1)]], "input_output.half_named"),
        ([FLOWS[:3], OUTPUT, [("b", "b", None)]], "input_output.no_value"),
        ([FLOWS, OUTPUT, [("final_demand", "a", 1)]], "input_output.stray"),
        ([FLOWS, OUTPUT, [("imports", "a", 1)]], "input_output.stray"),
        ([FLOWS, OUTPUT, [("output", "output", 1)]], "input_output.stray"),
        ([FLOWS, [("a", "output", 100), ("b", "output", 200)]], "input_output.not_productive"),
        ([FLOWS, [("a", "output", 0), ("b", "output", 200)]], "input_output.inputs_without_output"),
        ([FLOWS, [("a", "output", -5), ("b", "output", 200)]], "input_output.negative"),
        ([FLOWS, OUTPUT, [("a", "imports", -5)]], "input_output.negative"),
        ([FLOWS, [("a", "households", 300)], OUTPUT], "input_output.lacking"),
        ([[("a", "a", 1), ("a", "output", 2)]], "input_output.count"),
        ([FLOWS, FINAL, [("a", "households", 300)]], "input_output.inputs_without_output"),
    ],
)
def test_tables_that_are_none(parts, key):
    assert refused(*parts) == key


def test_two_years_in_one_table():
    both = pd.concat(
        [table(FLOWS, OUTPUT).assign(period=year) for year in ("2020", "2021")], ignore_index=True
    )
    found = of_own_table(MEASURES.get(NAME), both)
    assert found.refusals[0].reason.key == "input_output.periods"


def test_the_door_names_column_and_row():
    with pytest.raises(BadInput, match="value"):
        of_own_table(MEASURES.get(NAME), table(FLOWS).assign(value=["1", "2", "much", "4"]))
    with pytest.raises(BadInput, match="industry_to"):
        of_own_table(MEASURES.get(NAME), table(FLOWS).drop(columns="industry_to"))


def test_a_plan_is_refused_where_output_leaves_less_than_nothing():
    short = [("a", "output", 1000), ("b", "output", 2000), ("a", "extra_demand", -900), ("a", "capacity", 1)]
    found = measured(FLOWS, short)
    assert found.refusals[0].subject == "capacity"
    assert "met" not in found.table


def test_a_file_goes_all_the_way(tmp_path):
    path = tmp_path / "table.csv"
    table(FLOWS, OUTPUT).assign(value=lambda t: t["value"].map("{:,.1f}".format)).to_csv(path, index=False)
    found = take_measure(NAME, file=path).measurements[""][NAME]
    np.testing.assert_allclose(found.table["multiplier"], [1.518152, 1.452145], atol=5e-7)


CELLS = st.tuples(
    st.sampled_from(
        ["a", "b", "c", "output", "value_added", "final_demand", "imports", "jobs", "capacity", ""]
    ),
    st.sampled_from(
        ["a", "b", "c", "output", "exports", "imports", "extra_demand", "capacity", "cost_change"]
    ),
    st.floats(-1e12, 1e12) | st.just(0.0) | st.none(),
)


@given(st.lists(CELLS, max_size=25))
def test_any_rows_end_in_figures_or_in_a_sentence(cells):
    found = measure_flows(
        table(cells).assign(value=lambda t: t["value"].astype(float)) if cells else table([])
    )
    if found.table.empty:
        assert found.refusals[0].reason.text("zh")
    else:
        assert np.isfinite(found.table.to_numpy(float)).all()
        assert all(one.low <= one.value <= one.high for one in found.estimates)
    assert all(one.text(lang) for one in found.findings for lang in ("en", "zh"))


THREE = [*FLOWS, ("a", "c", 50), ("c", "a", 80), ("b", "c", 30), ("c", "b", 20), ("c", "c", 10)]
MADE = [("output", "a", 1000), ("output", "b", 2000), ("output", "c", 400)]


@pytest.mark.parametrize("name", ["Total", "合计", "Everything made"])
@pytest.mark.parametrize("side", ["row", "column"])
def test_totals_among_the_industries_are_refused(name, side):
    """Counted as an industry, a total doubles every multiplier; nothing but its sums gives it away."""
    sums = {}
    for source, target, value in THREE:
        key = target if side == "row" else source
        sums[key] = sums.get(key, 0) + value
    totals = [(name, key, value) if side == "row" else (key, name, value) for key, value in sums.items()]
    whole = [("output", name, 3400)]
    assert refused(THREE, totals, MADE, whole) == "input_output.total"
    assert measured(THREE, MADE).refusals == ()


def test_a_multiplier_may_lie_below_one_where_flows_are_negative():
    flows = [
        ("farm", "farm", 150),
        ("farm", "factory", -500),
        ("factory", "farm", 200),
        ("factory", "factory", 100),
    ]
    found = measured(flows, [("output", "farm", 1000), ("output", "factory", 2000)])
    one = found.estimate("multiplier_factory")
    assert one.value < 1
    assert one.value - one.low == pytest.approx(one.high - one.value)


def test_changes_of_costs_in_per_cent_are_refused():
    assert refused(FLOWS, OUTPUT, ADDED, [("cost_change", "a", 50)]) == "input_output.cost_too_high"


def test_a_demand_that_falls_takes_output_away():
    found = measured(FLOWS, OUTPUT, [("a", "extra_demand", -600)])
    (told,) = [each for each in found.findings if each.key.startswith("input_output.extra")]
    assert told.key == "input_output.extra_less"
    assert "-" not in told.text("en").replace("input-output", "")
