"""How long the policy loop takes: one domain for one country with 1,000 draws (to be under 30 s on two cores), and all
domains (under 3 minutes). Reads the store of the settings.

    python benchmarks/policy/loop.py USA DEU
    python benchmarks/policy/loop.py --all USA
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from longwave.core.settings import load_settings
from longwave.policy.evidence import state_of
from longwave.policy.loop import PlanOptions, plan_for
from longwave.policy.parameter_evidence import Across, parameters_of
from longwave.policy.read import domain_names, find_domain
from longwave.workflows.policy.run import ALL, make_policy
from longwave.workflows.policy.world import world_for

OPTIONS = PlanOptions(replications=1000)


def main(words: list[str]) -> None:
    areas = [each for each in words if not each.startswith("-")] or ["USA"]
    if "--all" in words:
        for area in areas:
            print(f"all {area}: {timed(lambda area=area: make_policy(ALL, area, options=OPTIONS)):.1f} s")
        return
    print(
        f"{'domain':<16}{'area':<6}{'read':>8}{'state':>8}{'numbers':>9}{'whole':>8}  (seconds; whole: without reading)"
    )
    for name in domain_names():
        for area in areas:
            print(row(name, area), flush=True)


def row(name: str, area: str) -> str:
    domain = find_domain(name)
    began = time.perf_counter()
    world = world_for([domain], settings=load_settings()).panel
    read = time.perf_counter() - began
    began = time.perf_counter()
    state = state_of(domain, world, area)
    collected = time.perf_counter() - began
    across = Across(domain, world)
    numbers = timed(lambda: parameters_of(domain, state, world, across=across))
    whole = timed(lambda: plan_for(domain, world, area, OPTIONS))
    return f"{name:<16}{area:<6}{read:>8.1f}{collected:>8.1f}{numbers:>9.1f}{whole:>8.1f}"


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1:])
