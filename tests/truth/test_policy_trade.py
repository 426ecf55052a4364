"""The trade model against arithmetic that is not ours: gains from trade of Arkolakis, Costinot and Rodriguez-Clare
(2012), 1 - lambda^(1/eps); the first-order gain of cheaper imports; the income that terms of trade take."""

import math

import pandas as pd
import pytest

from longwave.macro.databank import Databank
from longwave.macro.solve import solve
from longwave.measure.trade.gains_from_trade import gain
from longwave.policy.read import find_domain


def run(years=10, parameters=None, start=None, **settings):
    model = find_domain("trade").model
    columns = [each.name for each in (*model.exogenous, *model.endogenous)]
    table = pd.DataFrame(0.0, index=[str(year) for year in range(1999, 2000 + years)], columns=columns)
    table["tra_import_share"], table["tra_goods_imports"], table["tra_terms"] = 30.0, 20.0, 100.0
    for name, value in (start or {}).items():
        table.loc["1999", name] = value
    for name, value in settings.items():
        table.loc[table.index >= "2000", name] = value
    solution = solve(
        model, Databank.from_frame(table), "2000", str(1999 + years), parameters=parameters or {}
    )
    return solution.bank.frame().loc["2000":]


def test_published_gains():
    assert 100 * gain(0.93, 5.0) == pytest.approx(1.441, abs=5e-4)
    assert 100 * gain(0.93, 10.0) == pytest.approx(0.723, abs=5e-4)


def test_a_cheaper_border_is_worth_the_import_share_of_the_cut():
    path = run(1, {"tra_facilitation_cut": 2.0}, tra_facilitation=0.5)
    assert path["tra_cost_cut"].iloc[0] == pytest.approx(1.0)
    assert path["tra_output"].iloc[0] == pytest.approx(0.30)
    assert path["tra_income"].iloc[0] == pytest.approx(0.30 - 0.5)


def test_terms_of_trade_ten_per_cent_down_take_a_tenth_of_the_imports():
    fall = 100 * math.log(0.9)
    path = run(60, {"tra_terms_persistence": 0.5}, start={"tra_terms_growth": fall})
    assert path["tra_terms_income"].iloc[-1] == pytest.approx(0.3 * fall, rel=1e-9)
    assert path["tra_terms"].iloc[-1] == pytest.approx(90.0)


def test_a_tariff_earns_less_than_its_rate_on_todays_imports():
    path = run(1, {"tra_elasticity": 5.0}, tra_tariff=10.0)
    assert path["tra_revenue"].iloc[0] == pytest.approx(20.0 * 0.1 * 1.1**-5)
    assert path["tra_tariff_outlay"].iloc[0] == -path["tra_revenue"].iloc[0]


def test_nothing_follows_from_nothing():
    path = run(5)
    for name in ("tra_output", "tra_income", "tra_revenue", "tra_jobs", "tra_growth_effect"):
        assert (path[name].abs() < 1e-15).all()
    assert (path["tra_terms"] == 100.0).all()
