import pandas as pd
import pytest

from longwave.core.errors import DuplicateObservations
from longwave.core.estimate import Refusal
from longwave.core.panel import Panel
from longwave.measure.inputs import Input, not_positive, part_name, take, yearly_changes


def test_percent_becomes_a_fraction(panel_of):
    taken = take(panel_of({"rd_intensity": {2000: 2.5, 2001: 2.6}}, unit="% of GDP"), "AAA", "rd_intensity")
    assert isinstance(taken, Input)
    assert taken.values.tolist() == pytest.approx([0.025, 0.026])


def test_missing_series_names_what_would_mend_it(panel_of):
    refused = take(panel_of({"rd_intensity": {2000: 0.02}}), "AAA", "real_gdp")
    assert isinstance(refused, Refusal)
    assert "real GDP" in str(refused.reason)
    assert "real_gdp" in str(refused.mend)
    assert "实际GDP" in refused.reason.text("zh")


def test_unknown_area_is_a_refusal(panel_of):
    assert isinstance(take(panel_of({"rd_intensity": {2000: 0.02}}), "XYZ", "rd_intensity"), Refusal)


def test_publishers_forecasts_are_left_out(panel_of):
    known, ahead = panel_of({"irr": {2000: 1.0, 2001: 2.0}}), panel_of({"irr": {2002: 3.0}}, status="F")
    taken = take(Panel.concat([known, ahead]), "AAA", "irr")
    assert taken.values.index.tolist() == [2000, 2001]
    assert taken.forecasts == 1


def test_modelled_figures_are_counted(panel_of):
    panel = Panel.concat(
        [panel_of({"x": {2000: 1.0}}), panel_of({"x": {2001: 2.0, 2002: 2.0, 2003: 2.0}}, status="E")]
    )
    assert take(panel, "AAA", "x").observed == 0.25


def test_a_part_stands_in_for_the_whole_under_its_name(panel_of):
    taken = take(panel_of({"x": {2000: 1.0, 2001: 2.0}}, item="US_ex_AZ", note="sum over states"), "AAA", "x")
    assert (taken.part, taken.observed, taken.notes) == ("US_ex_AZ", 0.0, ("sum over states",))


def test_several_parts_are_not_added_up(panel_of):
    both = Panel.concat([panel_of({"rd_intensity": {2000: 1.0}}, item=item) for item in ("north", "south")])
    assert "north, south" in str(take(both, "AAA", "rd_intensity").reason)


def test_quarterly_figures_are_refused():
    quarters = pd.DataFrame(
        {"period": ["2000-Q1", "2000-Q2"], "value": [1.0, 2.0], "area": "AAA", "variable": "real_gdp"}
    )
    assert "quarterly" in str(take(Panel.of(quarters), "AAA", "real_gdp").reason)


def test_two_sources_are_an_error(panel_of):
    both = Panel.concat([panel_of({"x": {2000: 1.0}}, source=name) for name in ("one", "two")])
    with pytest.raises(DuplicateObservations):
        take(both, "AAA", "x")


def test_changes_skip_gaps():
    values = pd.Series([1.0, 2.0, 4.0, 5.0], index=[2000, 2001, 2003, 2004])
    assert yearly_changes(values, log=False).to_dict() == {2001: 1.0, 2004: 1.0}


def test_zero_has_no_logarithm(panel_of):
    taken = take(panel_of({"real_gdp": {2000: 1.0, 2001: 0.0}}), "AAA", "real_gdp")
    assert "2001" in str(not_positive(taken).reason)


@pytest.mark.parametrize(
    ("item", "english", "chinese"),
    [
        ("US_ex_AZ_CT_IL_TN", "without AZ, CT, IL, TN", "不含 AZ、CT、IL、TN"),
        ("Manufacturing", "Manufacturing", "Manufacturing"),
        ("US_ex_", "US_ex_", "US_ex_"),
    ],
)
def test_a_part_of_an_area_in_words(item: str, english: str, chinese: str) -> None:
    name = part_name(item)
    assert str(name) == english
    assert (name if isinstance(name, str) else name.text("zh")) == chinese
