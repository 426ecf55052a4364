"""Measures of items of an area: technology_adoption and patent_fields."""

import numpy as np
import pandas as pd

from longwave.core.panel import Panel
from longwave.measure.innovation.patent_fields import measure_patent_fields
from longwave.measure.innovation.technology_adoption import measure_adoption


def rows(variable: str, item: str, values: np.ndarray, unit: str, first: int = 1980) -> pd.DataFrame:
    periods = [str(first + place) for place in range(len(values))]
    return pd.DataFrame(
        {
            "area": "USA",
            "variable": variable,
            "item": item,
            "period": periods,
            "value": values,
            "unit": unit,
            "source": "s",
        }
    )


def test_technology_adoption_tells_each_technology_by_itself():
    years, rng = np.arange(30), np.random.default_rng(0)
    old = 95 / (1 + np.exp(-0.5 * (years - 10))) + rng.normal(0, 0.4, 30).clip(-0.5, 0.5) + 1
    displaced = np.concatenate([np.linspace(10, 80, 20), np.linspace(78, 40, 10)])
    panel = Panel.of(
        pd.concat(
            [
                rows("technology_adoption", "radio", old, "percent of users"),
                rows("technology_adoption", "telegraph", displaced, "percent of users"),
                rows("technology_adoption", "tablet", np.array([1.0, 2, 4]), "percent of users"),
            ]
        )
    )
    found = measure_adoption(panel, "USA")
    assert list(found.table.index) == ["radio", "tablet", "telegraph"]
    assert found.table.loc["radio", "share_last"] <= 1
    assert found.table.loc["radio", "state"] == "passed"
    assert abs(found.table.loc["radio", "bend"] - 1990) < 2
    assert {one.subject for one in found.refusals} == {"telegraph", "tablet"}
    assert any("Comin" in one.text("en") for one in found.findings)
    assert not any("beyond doubt" in one.text("en") for one in found.findings)


def test_refusals_for_one_reason_are_gathered_with_the_names():
    few = [rows("technology_adoption", name, np.array([1.0, 2, 4]), "percent of users") for name in "abc"]
    found = measure_adoption(Panel.of(pd.concat(few)), "USA")
    assert len(found.refusals) == 1
    assert "a, b, c" in found.refusals[0].reason.text("en")


def test_no_technologies_no_fields():
    for measure in (measure_adoption, measure_patent_fields):
        found = measure(Panel.empty(), "USA")
        assert found.table.empty
        assert found.refusals[0].mend is not None


def test_patent_fields_add_up_and_leave_totals_out():
    rng = np.random.default_rng(1)
    rise = 100 * np.exp(0.15 * np.arange(20)) * np.exp(rng.normal(0, 0.02, 20))
    still = 300 * np.exp(rng.normal(0, 0.02, 20))
    panel = Panel.of(
        pd.concat(
            [
                rows("patents_by_field", "computing", rise, "grants"),
                rows("patents_by_field", "textiles", still, "grants"),
                rows("patents_by_field", "total", rise + still, "grants"),
            ]
        )
    )
    found = measure_patent_fields(panel, "USA")
    assert list(found.table.columns) == ["computing", "textiles"]
    assert np.allclose(found.table.sum(axis=1), 1)
    last = found.estimate("computing_share_change_1990_1999")
    assert last.low > 0
    assert "gained share" in found.findings[1].text("en")


def test_few_patents_are_no_shares():
    few = np.full(12, 3.0)
    panel = Panel.of(
        pd.concat(
            [rows("patents_by_field", "a", few, "grants"), rows("patents_by_field", "b", few, "grants")]
        )
    )
    assert "jump about" in measure_patent_fields(panel, "USA").refusals[0].reason.text("en")
