"""A forward-looking solve without one stable path says so, and so does what is built on it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.period import Period
from longwave.macro import stable_path
from longwave.macro.bind import bind
from longwave.macro.control.commitment import optimise
from longwave.macro.control.loss import Loss, PolicyTarget
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.plan import Plan, solve_plan
from longwave.macro.scenario import Scenario
from longwave.macro.solve import SolveOptions, solve
from longwave.macro.stochastic.residuals import Residuals
from longwave.macro.stochastic.simulate import simulate

FIRST, LAST = "2001", "2060"
NEW_KEYNESIAN = """model nk exogenous u endogenous x, pi, i, e
parameter f = 1.5, rho = 0.8
behavioural x: x = x(+1) - (i - pi(+1)) + e
behavioural pi: pi = 0.99*pi(+1) + 0.1*x
behavioural i: i = f*pi
behavioural e: e = rho*e(-1) + u"""
EXPLOSIVE = "model m exogenous u endogenous x, k behavioural x: x = 0.5*x(+1) + k + u behavioural k: k = 1.1*k(-1) + u"


def _bank(names: str, rows: int = 70, value: float = 0.0) -> Databank:
    return Databank.from_frame(pd.DataFrame(value, index=range(1998, 1998 + rows), columns=names.split()))


def _shocked(text: str, **values: float) -> Scenario:
    names = "u x k" if "k" in text.split("endogenous")[1].split("behavioural")[0] else "u x pi i e"
    return Scenario(read_model(text), _bank(names), FIRST, LAST, parameters=values) + "u + 1 in 2003"


def _keys(scenario: Scenario) -> list[str]:
    return [each.key for each in scenario.solution.notes]


def test_many_stable_paths_are_told() -> None:
    notes = _shocked(NEW_KEYNESIAN, f=0.8).solution.notes
    assert notes[0].key == "stacked.many_paths"
    assert "many" in notes[0].text("en") and "终端条件" in notes[0].text("zh")


def test_no_stable_path_is_told() -> None:
    assert _keys(_shocked(EXPLOSIVE))[0] == "stacked.no_stable_path"


def test_one_stable_path_needs_no_note() -> None:
    assert _keys(_shocked(NEW_KEYNESIAN)) == []


def test_growth_is_no_explosion() -> None:
    text = "model m exogenous u endogenous y, v parameter g = 0.03 behavioural y: y = (1 + g)*y(-1) + u"
    text += " behavioural v: v = y + 0.9*v(+1)/(1 + g)"
    path = 1.03 ** np.arange(70)
    bank = Databank.from_frame(pd.DataFrame({"u": 0.0, "y": path, "v": 10 * path}, index=range(1998, 2068)))
    assert solve(read_model(text), bank, FIRST, LAST).notes == ()
    assert _keys(Scenario(read_model(text), bank, FIRST, LAST) + "u + 0.1 in 2001") == []


@pytest.mark.parametrize("factor", [1.0, 1e-3])
def test_the_weight_of_the_end_works_on_deviations(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    monkeypatch.setattr(stable_path, "MOST_VARIABLES", 0)
    bank = _bank("u x pi i e")
    for f, heavy in ((0.8, factor == 1.0), (1.5, False)):
        after = Scenario(bind(read_model(NEW_KEYNESIAN)), bank, FIRST, LAST, parameters={"f": f})
        keys = _keys(after + f"u + {factor} in 2003")
        assert (keys == ["stacked.end_weighs"]) is heavy or factor < 1.0


def test_a_plan_says_so_too() -> None:
    plan = Plan().swap("pi", "u", {"2005": 1.0})
    found = solve_plan(
        read_model(NEW_KEYNESIAN), _bank("u x pi i e"), FIRST, LAST, plan, parameters={"f": 0.8}
    )
    assert [each.key for each in found.notes] == ["stacked.many_paths"]


def test_a_simulation_passes_it_on() -> None:
    rng = np.random.default_rng(1)
    bank = _bank("u x pi i e", rows=110)
    bank = Databank(bank.first + -40, bank.names, bank.values)
    noisy = bank.with_columns(
        {name: np.r_[rng.normal(size=40), np.zeros(70)] for name in ["x", "pi", "i", "e"]}
    )
    model = read_model(NEW_KEYNESIAN).with_values({"f": 0.8})
    found = simulate(model, noisy, FIRST, "2010", replications=20, residuals=Residuals(last="1995"))
    assert found.notes[0].key == "stacked.many_paths"


def test_an_optimal_policy_passes_it_on() -> None:
    text = NEW_KEYNESIAN.replace("exogenous u", "exogenous u, z").replace("0.1*x\n", "0.1*x + z\n")
    model = read_model(text).with_values({"f": 0.8})
    found = optimise(
        model, _bank("u z x pi i e"), FIRST, "2010", Loss((PolicyTarget("pi", 1.0),)), [PolicyInstrument("z")]
    )
    assert found.notes[0].key == "stacked.many_paths"


def test_the_verdict_is_kept_for_a_vector_of_parameters() -> None:
    system = bind(read_model(NEW_KEYNESIAN))
    bank = _bank("u x pi i e")
    for f in (0.8, 1.5, 0.8):
        solve(system, bank, FIRST, LAST, parameters={"f": f}, options=SolveOptions())
    assert len(system.__dict__["_verdicts"]) == 2
    assert Period.parse(FIRST) < Period.parse(LAST)
