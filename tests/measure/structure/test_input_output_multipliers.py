"""The measure input_output_multipliers: one area has a table, all others are refused with the mend."""

import numpy as np
import pytest

from longwave.core.settings import load_settings
from longwave.measure.structure.input_output_multipliers import NAME, measure_published
from longwave.workflows.measure import take_measure


def test_the_united_states_have_a_table(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGWAVE_STORE", str(tmp_path))
    found = take_measure("input_output_multipliers", "USA", settings=load_settings())
    one = found.measurements["USA"][NAME]
    assert one.table.loc["manufacturing", "key"] == 1
    assert (one.table["domestic_multiplier"] < one.table["multiplier"]).all()
    assert (one.table["value_added_content_high"] <= 1).all()
    assert set(one.units) == set(one.table.columns)
    for each in one.estimates:
        assert each.low <= each.value <= each.high
        assert each.sample.first == "2021" and each.sources == one.sources
    for lang in ("en", "zh"):
        told = " ".join(each.text(lang) for each in one.findings)
        assert "2021" in told and "quantecon_book_networks" in told and "US-federal-public-domain" in told


@pytest.mark.parametrize("area", ["DEU", "CHN", "XKX"])
def test_every_other_area_is_told_what_is_missing(area):
    found = measure_published(None, area)
    assert found.table.empty and not found.findings
    assert "No input-output table" in found.refusals[0].reason.text()
    assert "longwave measure input_output --file" in found.refusals[0].mend.text("zh")


def test_rows_are_in_the_order_of_the_table():
    table = measure_published(None, "USA").table
    assert table.index[0] == "agriculture" and len(table) == 15
    np.testing.assert_allclose(table["backward_linkage"].mean(), 1)
