"""The macro domain: unemployment that neither Okun's relation nor its own trend explains is neither all structural nor all
slack, and a share of it that nobody knows closes by itself."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.macro.databank import Databank
from longwave.macro.library.mapped_columns import mapped_columns
from longwave.macro.solve import solve
from longwave.policy.conditions import Ground
from longwave.policy.diagnose import diagnose
from longwave.policy.evidence import Evidence, PanelShelf, State
from longwave.policy.read import find_domain

OKUN, CLOSING = -0.5, 0.3


@pytest.fixture(scope="module")
def domain():
    return find_domain("macro")


def _path(domain, share, unemployment=24.0, gap=2.0, trend=16.0):
    """Ten years from a gap and an unemployment rate, nothing done."""
    cycle = OKUN * gap
    excess = max(0.0, unemployment - cycle - trend)
    periods = [str(year) for year in range(2013, 2025)]
    known = {each.name: 0.0 for each in (*domain.model.exogenous, *domain.model.endogenous)}
    known |= {
        "gap": gap, "u_cycle": cycle, "u_left": excess, "u_excess": excess, "u_rest": unemployment - cycle,
        "inflation": 2.0, "inflation_anchor": 2.0, "debt_rate": 3.0, "trend_growth": 3.0,
    }  # fmt: skip
    bank = Databank.from_frame(
        pd.DataFrame({name: np.full(12, value) for name, value in known.items()}, periods)
    )
    values = {"okun": OKUN, "u_closing": CLOSING, "slack_share": share, "persistence": 0.5, "gap_error": 0.0}
    found = solve(domain.model, bank, "2015", "2024", parameters=values)
    return found.series("unemployment"), found.series("u_gap"), excess


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_excess_by_hand(domain, share):
    """u = rest - share * excess + okun * gap + share * excess * (1 - closing)^t"""
    unemployment, gap_of_rest, excess = _path(domain, share)
    assert excess == pytest.approx(9.0)
    left = (1 - CLOSING) ** np.arange(1, 11)
    cycle = OKUN * 2.0 * 0.5 ** np.arange(1, 11)
    assert unemployment.to_numpy() == pytest.approx(25.0 - share * 9.0 * (1 - left) + cycle)
    assert gap_of_rest.to_numpy() == pytest.approx(cycle + share * 9.0 * left)


def test_all_of_it_slack_ends_at_the_slow_trend_and_none_of_it_where_it_is(domain):
    assert _path(domain, 1.0)[0].iloc[-1] == pytest.approx(16.0, abs=0.3)
    assert _path(domain, 0.0)[0].iloc[-1] == pytest.approx(25.0, abs=0.3)


def test_unemployment_below_its_trend_has_no_excess(domain):
    assert _path(domain, 1.0, unemployment=10.0)[2] == 0.0


def test_the_share_is_drawn_over_all_that_it_may_be(domain):
    share = next(each for each in domain.parameters if each.name == "slack_share")
    assert (share.low, share.high) == (0.0, 1.0)


def _anchor(domain, mean, now, aim):
    """Where prices tend, after nine years at what gives this mean of ten with the last year's figure."""
    before = (10 * mean - now) / 9
    years = range(2015, 2025)
    series = {"inflation_now": pd.Series([*[before] * 9, now], index=years, dtype=float)}
    if aim is not None:
        series["inflation_aim"] = pd.Series(aim, index=years, dtype=float)
    columns = {
        n: domain.map[n]
        for n in ("inflation_target", "_mean", "inflation_anchor")
        if aim or n != "inflation_target"
    }
    shelf = PanelShelf(Panel.empty(), "FRA", series)
    return mapped_columns(columns, {}, shelf, "FRA").columns["inflation_anchor"][-1]


@pytest.mark.parametrize(
    ("mean", "now", "aim", "anchor"),
    [
        (3.0, 2.9, 2.0, 2.0), (1.0, 2.7, 2.0, 2.0),  # within two points: the target
        (5.8, 4.4, 3.0, 4.4), (5.8, 7.0, 3.0, 5.8), (14.5, 5.0, 7.0, 7.0),  # beyond: no further than where it stands
        (1.0, 0.5, 4.0, 1.0), (6.0, 4.0, None, 4.0), (1.0, 3.0, None, 1.0), (3.0, -1.0, None, 2.0),
    ],
)  # fmt: skip
def test_where_prices_tend_when_left_alone(domain, mean, now, aim, anchor):
    assert _anchor(domain, mean, now, aim) == pytest.approx(anchor)


def _rules(domain, inflation, aim):
    """The answers of the rules on inflation to the last two years of it."""
    years = [2023, 2024]
    series = {"inflation_now": inflation, "inflation_aim": [aim, aim]}
    evidence = {
        name: Evidence(domain.indicator(name), pd.Series(values, index=years, dtype=float), None)
        for name, values in series.items()
        if aim is not None or name != "inflation_aim"
    }
    found = diagnose(Ground(domain, State("FRA", evidence, {}), Panel.empty(), {}))
    return {each.rule.name: str(each.answer) for each in found}


@pytest.mark.parametrize(
    ("inflation", "aim", "above", "low", "settled"),
    [
        ([4.6, 4.4], 3.0, "yes", "no", "no"), ([4.2, 3.7], 3.0, "no", "no", "no"), ([0.2, 0.2], 2.0, "no", "yes", "no"),
        ([2.5, 2.6], 4.0, "no", "no", "no"), ([13.9, 33.9], 7.0, "yes", "no", "yes"), ([5.0, 14.0], 2.5, "yes", "no", "no"),
        ([6.0, 6.0], None, "not_decidable", "no", "no"),
    ],
)  # fmt: skip
def test_inflation_is_held_against_what_was_announced(domain, inflation, aim, above, low, settled):
    found = _rules(domain, inflation, aim)
    assert (found["inflation_above"], found["low_inflation"], found["entrenched_inflation"]) == (
        above,
        low,
        settled,
    )
    assert found["very_high_inflation"] == "no"


def test_the_rate_serves_inflation(domain):
    assert domain.instrument("rate_change").serves == "inflation"
