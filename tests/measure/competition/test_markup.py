import numpy as np
import pandas as pd
import pytest

from longwave.measure.competition.lerner import NAME as LERNER
from longwave.measure.competition.lerner import lerner_index, measure_lerner
from longwave.measure.competition.markup import NAME, cost_weighted, markup, measure_markup, sales_weighted
from longwave.measure.competition.resample import firm_bootstrap, weighted_quantile


def economy(rng, firms=200, theta=0.7, years=("2000",), rise=0.0):
    """Firms that minimise cost under constant returns, each with its own mark-up."""
    frames = []
    own = rng.normal(0.25, 0.1, firms)
    size = np.exp(rng.normal(0, 1, firms))
    for step, year in enumerate(years):
        true = np.exp(np.maximum(own + rise * step, 0.01))
        cost = size * np.exp(rng.normal(0, 0.2, firms))
        variable = theta * cost
        frames.append(
            pd.DataFrame(
                {
                    "firm": [f"f{one}" for one in range(firms)],
                    "period": year,
                    "sales": true * cost,
                    "variable_cost": variable,
                    "other_cost": cost - variable,
                    "true": true,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def test_markups_are_recovered_by_the_cost_share():
    table = economy(np.random.default_rng(0))
    found = measure_markup(table)
    assert found.measure == NAME == "markup"
    truth = sales_weighted(table["true"], table["sales"])
    assert found.estimate("markup_sales_weighted").value == pytest.approx(truth, rel=1e-9)
    whole = table["sales"].sum() / (table["variable_cost"] + table["other_cost"]).sum()
    assert found.estimate("markup_cost_weighted").value == pytest.approx(whole, rel=1e-9)
    assert found.estimate("markup_median").value == pytest.approx(table["true"].median(), rel=0.01)
    assert found.estimate("markup_cost_weighted").value < found.estimate("markup_sales_weighted").value


def test_a_wrong_cost_of_capital_moves_every_markup():
    """Other costs understated by half: theta comes out too high and so do all mark-ups, as the sentence warns."""
    table = economy(np.random.default_rng(0))
    found = measure_markup(table.assign(other_cost=table["other_cost"] / 2))
    truth = sales_weighted(table["true"], table["sales"])
    assert found.estimate("markup_sales_weighted").value > 1.1 * truth
    assert any("set too low" in str(one) for one in found.findings)


def test_a_change_and_its_interval():
    rng = np.random.default_rng(1)
    found = measure_markup(economy(rng, years=("2000", "2010"), rise=0.1))
    change = found.estimate("markup_sales_weighted_change")
    assert change.low > 0
    assert "rose by" in str(found.findings[1])
    assert all(one.text("zh") for one in found.findings)
    still = measure_markup(economy(rng, years=("2000", "2010")))
    assert "not distinguishable" in str(still.findings[1])


def test_bootstrap_over_firms_covers():
    """The interval of the cost-weighted mark-up holds the truth of the population in 85 to 99 of a hundred samples
    of sixty firms: less than 95, as the method says."""
    rng = np.random.default_rng(2)
    population = economy(rng, firms=20_000)
    truth = population["sales"].sum() / (population["variable_cost"] + population["other_cost"]).sum()
    hits = 0
    for _ in range(100):
        sample = population.iloc[rng.integers(0, len(population), 60)].copy()
        sample["firm"] = [f"f{one}" for one in range(60)]
        own, cost = sample["true"].to_numpy(), (sample["variable_cost"] + sample["other_cost"]).to_numpy()
        low, high = firm_bootstrap(
            sample["firm"].to_numpy(),
            lambda count, own=own, cost=cost: count * cost @ own / (count @ cost),
            draws=400,
        )
        hits += low <= truth <= high
    assert 85 <= hits <= 99


def test_a_given_elasticity():
    table = economy(np.random.default_rng(0)).assign(elasticity=0.5).drop(columns="other_cost")
    found = measure_markup(table)
    direct = markup(0.5, table["sales"], table["variable_cost"])
    assert found.estimate("markup_median").value == pytest.approx(np.median(direct), rel=0.02)
    assert cost_weighted([1.0, 3.0], [1.0, 1.0]) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sales": np.nan}, "no row"),
        ({"sales": 0.0}, "above zero"),
        ({"variable_cost": 0.0}, "above zero"),
        ({"other_cost": -1.0}, "negative"),
        ({"firm": "one"}, "twice"),
    ],
)
def test_refusals(change, words):
    found = measure_markup(economy(np.random.default_rng(3)).assign(**change))
    assert found.table.empty
    assert words in str(found.refusals[0].reason)


def test_without_elasticity_or_other_costs():
    table = economy(np.random.default_rng(3))[["firm", "sales", "variable_cost"]]
    assert "elasticity" in str(measure_markup(table).refusals[0].reason)
    with pytest.raises(ValueError, match="above zero"):
        markup(0.5, 0.0, 1.0)


def test_lerner():
    assert lerner_index([10, 10], [5, 12]).tolist() == [0.5, pytest.approx(-0.2)]
    table = pd.DataFrame(
        {
            "firm": list("abcdef"),
            "price": [10.0] * 6,
            "marginal_cost": [5.0, 6, 7, 8, 9, 12],
            "sales": [100.0, 1, 1, 1, 1, 1],
        }
    )
    found = measure_lerner(table)
    assert found.measure == LERNER == "lerner"
    assert found.estimate("lerner_mean").value == pytest.approx(13 / 60)
    assert found.estimate("lerner_weighted").value > 0.48
    assert found.estimate("lerner_mean").low < 13 / 60 < found.estimate("lerner_mean").high
    assert any("below marginal cost" in str(one) for one in found.findings)
    few = measure_lerner(table.iloc[:2])
    assert few.estimate("lerner_mean").level == 1.0
    assert "no interval" in str(few.findings[0])
    for bad in (table.assign(price=0.0), table.assign(firm="a"), table.assign(price=np.nan)):
        assert measure_lerner(bad).table.empty
    with pytest.raises(ValueError, match="above zero"):
        lerner_index(0, 1)


def test_weighted_quantile():
    assert weighted_quantile([3, 1, 2], [1, 1, 1], 0.5) == 2
    assert weighted_quantile([3, 1, 2], [10, 1, 1], 0.5) == 3
