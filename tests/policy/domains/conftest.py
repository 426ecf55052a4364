"""One domain, one world, and the plans made of them, in each file of this folder: each gives `domain`, `world`, OPTIONS."""

import pytest

from longwave.policy.loop import Plan, plan_for
from longwave.policy.parameter_evidence import Across


@pytest.fixture(scope="module")
def across(domain, world):
    return Across(domain, world)


@pytest.fixture(scope="module")
def plan_of(domain, world, across, request):
    """Plans by area, each made once."""
    options, made = request.module.OPTIONS, dict[str, Plan]()

    def plan(area):
        if area not in made:
            made[area] = plan_for(domain, world, area, options, across=across)
        return made[area]

    return plan
