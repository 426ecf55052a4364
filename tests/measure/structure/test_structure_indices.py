import numpy as np
import pandas as pd
import pytest

from longwave.measure.structure.structure_indices import NAME, measure_indices


def table_of(**periods):
    return pd.DataFrame(
        [
            {"period": period.removeprefix("y"), "item": f"i{place}", "value": value}
            for period, values in periods.items()
            for place, value in enumerate(values)
        ]
    )


def test_the_toy_economy():
    found = measure_indices(table_of(y2000=(30, 30, 40), y2001=(22, 33, 55)))
    assert found.measure == NAME == "structure_indices"
    assert found.table.loc["2001", "nav"] == pytest.approx(0.1)
    assert found.table.loc["2001", "moore"] == pytest.approx(13.163, abs=1e-3)
    assert found.estimate("lilien").value == pytest.approx(0.24037, abs=1e-5)
    assert found.estimate("lilien").low == found.estimate("lilien").high
    assert found.table.loc["2000", "entropy_normalised"] <= 1
    assert all(one.text("zh") for one in found.findings)
    assert found.findings[0].text("zh").startswith("2001，3个单元")


def test_mobility_between_size_classes():
    rng = np.random.default_rng(0)
    sizes = np.exp(rng.normal(size=20) + np.cumsum(rng.normal(0, 0.1, (8, 20)), axis=0))
    found = measure_indices(table_of(**{f"y{2000 + year}": row for year, row in enumerate(sizes)}))
    mobility = found.estimate("shorrocks_mobility")
    assert 0 <= mobility.low <= mobility.value <= mobility.high <= 4 / 3
    assert mobility.sample.observations == 140


def test_an_item_that_is_missing_is_not_zero():
    table = table_of(y2000=(1, 1, 1), y2001=(1, 1, np.nan))
    found = measure_indices(table)
    assert found.table.loc["2001", "nav"] == pytest.approx(0)
    assert any("counts as missing" in str(one.reason) for one in found.refusals)


def test_a_zero_has_no_growth():
    found = measure_indices(table_of(y2000=(1, 1, 0), y2001=(1, 1, 1)))
    assert "lilien" not in found.table
    assert found.table.loc["2001", "churn"] == pytest.approx(1 / 3)
    assert any(one.subject == "lilien" for one in found.refusals)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (table_of(y2000=(np.nan, np.nan)), "no row"),
        (table_of(y2000=(1, -1)), "negative"),
        (table_of(y2000=(1,)), "one item only"),
        (table_of(y2000=(0, 0)), "adds up to zero"),
        (pd.concat([table_of(y2000=(1, 2))] * 2), "stands twice"),
    ],
)
def test_refusals(table, words):
    found = measure_indices(table)
    assert found.table.empty
    assert words in str(found.refusals[0].reason)


def test_one_period_has_levels_only():
    found = measure_indices(table_of(y2000=(1, 2, 3)))
    assert "nav" not in found.table
    assert any(one.subject == "nav" for one in found.refusals)
