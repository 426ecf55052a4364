"""One garden and one world, for tests that only look."""

from __future__ import annotations

import pytest
from tests.policy import worlds

from longwave.core.panel import Panel
from longwave.policy.domain import Domain
from longwave.policy.loop import Plan, PlanOptions, plan_for


@pytest.fixture(scope="session")
def the_garden(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    return worlds.garden(tmp_path_factory.mktemp("garden"))


@pytest.fixture(scope="session")
def the_world() -> Panel:
    return worlds.world({"FRA": -0.4})


@pytest.fixture(scope="session")
def the_plan(the_garden: Domain, the_world: Panel) -> Plan:
    return plan_for(the_garden, the_world, "FRA", PlanOptions(replications=300))
