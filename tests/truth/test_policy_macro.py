"""The macro domain against figures known from outside: the article's worked case, its identities, Blanchard's debt, and
the path of a projection model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.policy.domains.real_world import real_world

from longwave.core.estimate import Grade
from longwave.core.panel import Panel
from longwave.macro.bind import bind
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.solve import solve
from longwave.policy.evidence import State
from longwave.policy.loop import PlanOptions, plan_for
from longwave.policy.parameter_evidence import Across, parameters_of
from longwave.policy.read import find_domain
from longwave.workflows.policy.case import CaseFound, case_of
from longwave.workflows.policy.run import Policy
from longwave.workflows.policy.world import World

QPM = """model qpm "Projection model" "预测模型"
frequency annual
exogenous e_y
endogenous y, pi, i
parameter b1 = 0.6, b2 = 0.2, a1 = 0.5, a2 = 0.2, g1 = 0.7, rn = 1, g2 = 1.5, g3 = 0.5, star = 2
behavioural y: y = b1*y(-1) - b2*(i(-1) - pi(-1) - rn) + e_y
behavioural pi: pi = a1*pi(-1) + (1 - a1)*star + a2*y(-1)
behavioural i: i = g1*i(-1) + (1 - g1)*(rn + star + g2*(pi - star) + g3*y)
"""


def test_a_demand_shock_in_the_projection_model():
    """Berg, Karam and Laxton (2006) in small, worked by hand: y 1, .57, .3259, .170033."""
    frame = pd.DataFrame(
        {"y": [0.0] + [np.nan] * 4, "pi": [2.0] + [np.nan] * 4, "i": [3.0] + [np.nan] * 4, "e_y": [0.0, 1.0, 0.0, 0.0, 0.0]},
        index=[str(year) for year in range(2000, 2005)],
    )  # fmt: skip
    found = (
        solve(bind(read_model(QPM, "qpm")), Databank.from_frame(frame), "2001", "2004")
        .bank.frame()
        .loc["2001":"2004"]
    )
    assert found["y"].to_numpy() == pytest.approx([1.0, 0.57, 0.3259, 0.170033], abs=1e-9)
    assert found["pi"].to_numpy() == pytest.approx([2.0, 2.2, 2.214, 2.17218], abs=1e-9)
    assert found["i"].to_numpy()[:3] == pytest.approx([3.15, 3.2805, 3.341535], abs=1e-9)


def test_the_levels_of_the_domains_model_are_the_multipliers():
    """A change that stays moves output once: +1 % of spending is +.8 % of output every year, and growth only once."""
    domain = find_domain("macro")
    names = [each.name for each in (*domain.model.endogenous, *domain.model.exogenous)]
    frame = pd.DataFrame(0.0, index=[str(year) for year in range(2000, 2006)], columns=names)
    frame.loc["2001":, [each.name for each in domain.model.endogenous]] = np.nan
    frame.loc["2001":, "spending"] = 1.0
    found = solve(bind(domain.model), Databank.from_frame(frame), "2001", "2005").bank.frame().loc["2001":]
    assert found["output_effect"].to_numpy() == pytest.approx(np.full(5, 0.8))
    assert found["growth_effect"].to_numpy() == pytest.approx([0.8, 0.0, 0.0, 0.0, 0.0], abs=1e-12)
    assert found["gap"].to_numpy() == pytest.approx(np.full(5, 0.8))
    assert found["u_effect"].to_numpy() == pytest.approx(np.full(5, -0.3 * 0.8))
    assert found["deficit_effect"].to_numpy() == pytest.approx(np.full(5, 1.0 - 0.4 * 0.8))
    assert found["debt_effect"].to_numpy() == pytest.approx(0.68 * np.arange(1, 6))


@pytest.fixture(scope="module")
def real(world_pack: Path) -> Panel:
    return real_world(
        world_pack,
        "real_gdp_usd",
        "inflation",
        "unemployment_rate",
        "exports_share",
        "imports_share",
        "terms_of_trade",
    )


def _article(real: Panel, area: str, across: Across) -> CaseFound:
    domain, options = find_domain("macro"), PlanOptions(start=2027, replications=2000)
    plan = plan_for(domain, real, area, options, across=across)
    return case_of(
        Policy("macro", area, {"macro": plan}, None, World(real, {}, ()), options, "2026-07-01"), "article"
    )


@pytest.mark.slow
def test_the_article_s_case_is_computed_and_not_claimed(real: Panel):
    """Output +2.5 (1.5-3.5), P(>= 2) .73; unemployment by each country's own Okun relation. Measured beforehand with all
    three instruments; here a member of the euro area has no rate of its own, so that its figures are smaller."""
    across = Across(find_domain("macro"), real)
    output, jobs, *_ = _article(real, "USA", across).effects
    assert output[1:] == pytest.approx((2.5, 1.5, 3.5), abs=0.1)
    assert jobs[1:] == pytest.approx((-1.08, -1.66, -0.62), abs=0.2)
    claims = {text: chance for text, _, chance in _article(real, "USA", across).claims}
    assert claims["output_effect >= 2"] == pytest.approx(0.73, abs=0.03)
    assert claims["u_effect <= -0.5"] > 0.95
    japan = _article(real, "JPN", across).effects[1]
    assert japan[1:] == pytest.approx((-0.15, -0.30, -0.04), abs=0.05)
    for area, published in (("DEU", -0.40), ("FRA", -0.70), ("ESP", -2.13)):
        found = _article(real, area, across)
        assert found.effects[0][1] == pytest.approx(2.2, abs=0.1)
        assert found.effects[1][1] == pytest.approx(published * 2.2 / 2.5, abs=0.2)
        assert any("Policy rate" in str(note) for note in found.notes)


@pytest.mark.slow
def test_okun_s_relation_as_measured_beforehand(real: Panel):
    """In differences since 1980: United States -.44, United Kingdom -.36, France -.29, Germany -.17, Japan -.06, Spain
    -.87; median of 92 countries -.19; China -.01 (.03) and Indonesia -.04 are refused."""
    domain = find_domain("macro")
    across = Across(domain, real)
    (okun,) = [each for each in domain.parameters if each.name == "okun"]
    others = across.others(okun, "ZZZ")
    assert len(others) > 85
    assert np.median([each.value for each in others]) == pytest.approx(-0.19, abs=0.03)
    expected = {"USA": -0.44, "GBR": -0.36, "FRA": -0.29, "DEU": -0.17, "JPN": -0.06, "ESP": -0.87}
    for area, value in expected.items():
        found = parameters_of(domain, State(area, {}, {}), real, across=across)["okun"]
        assert found.own is not None
        assert found.own.value == pytest.approx(value, abs=0.05)
        assert found.grade in (Grade.A, Grade.B)
    for area in ("CHN", "IDN"):
        found = parameters_of(domain, State(area, {}, {}), real, across=across)["okun"]
        assert found.grade is Grade.D
        assert found.refusal is not None


def test_a_country_whose_inflation_is_above_forty_is_refused(real: Panel):
    plan = plan_for(find_domain("macro"), real, "ARG", PlanOptions(start=2027, replications=50))
    assert "inflation" not in {each.name for each in plan.trusted.targets}


def test_claims_that_rest_on_an_unknown_number_are_not_judged(real: Panel):
    domain, options = find_domain("macro"), PlanOptions(start=2027, replications=100)
    plan = plan_for(domain, real, "CHN", options)
    assert plan.design is not None
    found = case_of(
        Policy("macro", "CHN", {"macro": plan}, None, World(real, {}, ()), options, "2026-07-01"), "article"
    )
    assert "u_effect" not in plan.design.outcomes.paths
    assert {text for text, *_ in found.claims} == {"output_effect >= 2", "inflation_effect <= 1"}
    assert np.isnan(found.all_claims)
    assert any("Cannot be judged" in str(note) for note in found.notes)
