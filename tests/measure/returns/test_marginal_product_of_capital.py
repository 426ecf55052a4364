import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.measurement import MEASURES
from longwave.measure.returns.marginal_product_of_capital import marginal_product, measure_marginal_product

YEARS = range(1970, 2020)


@pytest.fixture
def economy():
    def make(**changed):
        rng = np.random.default_rng(0)
        output = 1e5 * np.exp(np.cumsum(rng.normal(0.02, 0.01, 50)))
        series = {
            "real_gdp": (output, "million USD, constant 2017"),
            "capital_stock": (3 * output * np.exp(rng.normal(0, 0.02, 50)), "million USD, constant 2017"),
            "labour_share": (0.6 + rng.normal(0, 0.01, 50), "share of GDP"),
            "depreciation_rate": (np.full(50, 0.04), "share a year"),
            "return_on_capital": (0.08 + rng.normal(0, 0.01, 50), "share a year"),
        } | changed
        rows = [
            pd.DataFrame({"period": [str(y) for y in YEARS], "value": values, "variable": name, "unit": unit})
            for name, (values, unit) in series.items()
        ]
        return Panel.of(pd.concat(rows).assign(area="AAA", source="made"))

    return make


def test_it_is_in_the_catalogue():
    assert "capital_stock" in MEASURES.get("marginal_product_of_capital").needs


def test_by_hand():
    """A labour share of .6 and three years of output in capital: .4 / 3."""
    one = marginal_product(*(pd.Series([v], index=[2000]) for v in (100.0, 300.0, 0.6)))
    assert one.iloc[0] == pytest.approx(0.4 / 3)


def test_levels_and_what_they_are_not(economy):
    found = measure_marginal_product(economy(), "AAA")
    last = next(one for one in found.estimates if one.name == "marginal_product_of_capital_2005_2019")
    assert last.low < 0.4 / 3 < last.high
    said = " ".join(str(one) for one in found.findings)
    assert "not adjusted for the price" in said
    assert "different things" in said
    assert found.table["naive_net_return"].mean() == pytest.approx(0.4 / 3 - 0.04, abs=0.01)


def test_price_levels_are_used_where_they_are_there(economy):
    given = dict.fromkeys(("cgdpo", "cn"), (np.full(50, 100.0), "million 2017 US$"))
    given["cn"] = (np.full(50, 300.0), "million 2017 US$")
    given |= {
        "pl_gdpo": (np.full(50, 0.5), "index USA GDPo 2017=1"),
        "pl_n": (np.full(50, 0.8), "index 2017=1"),
    }
    found = measure_marginal_product(economy(**given), "AAA")
    assert found.table["price_adjusted"].mean() == pytest.approx(0.4 / 3 * 0.5 / 0.8, abs=0.005)
    assert any(one.key == "returns.product_adjusted" for one in found.findings)


@pytest.mark.parametrize(
    ("name", "values", "unit", "said"),
    [
        ("capital_stock", np.zeros(50), "million USD, constant 2017", "zero"),
        ("labour_share", np.full(50, 1.3), "share of GDP", "outside"),
        ("capital_stock", np.full(50, 5.0), "million USD, constant 2017", "same unit"),
        ("capital_stock", np.full(50, 1e6), "million EUR, constant 2015", "no meaning"),
    ],
)
def test_bad_figures_get_a_sentence(economy, name, values, unit, said):
    found = measure_marginal_product(economy(**{name: (values, unit)}), "AAA")
    assert found.table.empty
    assert said in str(found.refusals[0].reason)


def test_missing_figures_are_refused(economy):
    found = measure_marginal_product(economy(), "BBB")
    assert [one.subject for one in found.refusals] == ["real_gdp", "capital_stock", "labour_share"]


def test_not_called_with_figures_out_of_bounds():
    one = pd.Series([1.0], index=[2000])
    with pytest.raises(ValueError, match="capital"):
        marginal_product(one, one * 0, one * 0.5)
    with pytest.raises(ValueError, match="share"):
        marginal_product(one, one, one * 2)
