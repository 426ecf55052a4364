"""A named case: what is set, what follows, and which claims can be judged."""

from __future__ import annotations

import pytest
from tests.policy.worlds import garden, world

from longwave.core.errors import NotEnoughData, UsageError
from longwave.policy.domain import Domain
from longwave.policy.loop import PlanOptions, plan_for
from longwave.workflows.policy.case import case_of
from longwave.workflows.policy.page import document
from longwave.workflows.policy.plain import plain_policy
from longwave.workflows.policy.run import Policy
from longwave.workflows.policy.world import World, wanted


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    return garden(tmp_path_factory.mktemp("garden"))


def _policy(domain: Domain, slope: float = -0.4, area: str = "FRA", **options: object) -> Policy:
    panel = world({area: slope}, noise=0.2)
    chosen = PlanOptions(replications=60, **options)  # type: ignore[arg-type]
    plan = plan_for(domain, panel, area, chosen)
    return Policy("garden", area, {"garden": plan}, None, World(panel, {}, ()), chosen, "2026-01-01")


def test_a_case_holds_its_settings_and_judges_its_claims(domain: Domain):
    policy = _policy(domain, parameters={"watering": (1.0, 1.0), "growing": (0.5, 0.5)})
    found = case_of(policy, "flood")
    assert str(found.period) == "2026"
    name, middle, low, high = found.effects[0]
    assert name.en == "Green"
    assert (low, middle, high) == pytest.approx((1.5, 1.5, 1.5))
    assert 0.0 <= found.all_claims <= 1.0
    assert found.results()["claims"][0]["chance"] == found.all_claims


def test_a_claim_on_what_is_not_known_is_not_judged(tmp_path):
    told = garden(tmp_path, ('that = "green >= 1"', 'that = "jobs <= 0"'))
    found = case_of(_policy(told, slope=0.0), "flood")
    assert found.claims == ()
    assert found.results()["all_claims"] is None
    assert "Cannot be judged here" in str(found.notes[0])


def test_a_case_that_is_none_and_a_plan_without_a_design_are_told(domain: Domain):
    with pytest.raises(UsageError, match="drought"):
        case_of(_policy(domain), "drought")
    with pytest.raises(NotEnoughData):
        case_of(_policy(domain, area="USA"), "flood")


def test_the_page_and_the_plain_data_tell_the_same_plan(domain: Domain):
    policy = _policy(domain)
    page = document(policy)
    assert [each.key for each in page.sections] if hasattr(page.sections[0], "key") else page.sections
    for lang in ("en", "zh"):
        for line in page.headlines:
            assert "{" not in line.text(lang)
    plain = plain_policy(policy)
    assert plain["plans"]["garden"]["diagnoses"][0]["answer"] == "yes"
    assert plain["plans"]["garden"]["design"]["last"] == "2030"
    assert plain["options"]["replications"] == 60


def test_what_a_domain_reads_is_asked_of_the_store(domain: Domain):
    assert {"real_gdp", "population", "gdp_ppp"} <= wanted([domain])
