"""Many draws of parameters: each one the optimum of its own model, with bounds, failures and figures kept apart."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import ModelError, SolveError, UsageError
from longwave.macro.control.commitment import optimise
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.many import optimise_many
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.within import Within
from longwave.macro.language.read import read_model
from longwave.macro.model import Model
from longwave.macro.solve import bound

from .made import FIRST, bank, bent, last, svensson

DATA = bank(10, pi=4.0, y=1.0, i=2.0)
LOSS = Loss((PolicyTarget("pi", 2.0), PolicyTarget("y", 0.0)), (PolicyCost("i", move=0.5),))
INSTRUMENT = [PolicyInstrument("i", low=0.0, high=8.0, moves=1.5)]
WITHIN = [Within("y", low=-1.0)]


def draws(count: int) -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame({"a": random.uniform(0.2, 0.4, count), "c": random.uniform(0.2, 0.6, count)})


def test_each_draw_is_the_optimum_of_its_own_model() -> None:
    table = draws(6)
    found = optimise_many(svensson(), DATA, FIRST, last(10), LOSS, INSTRUMENT, table, within=WITHIN)
    assert found.paths.shape == (6, 10, 1)
    assert found.names == ("i",) and found.periods[0] == "2003"
    for number, row in enumerate(table.itertuples(index=False)):
        alone = optimise(svensson(a=row.a, c=row.c), DATA, FIRST, last(10), LOSS, INSTRUMENT, within=WITHIN)
        np.testing.assert_allclose(found.paths[number, :, 0], alone.paths["i", "optimal"], atol=1e-8)
        assert found.loss_after[number] == pytest.approx(alone.loss_after, rel=1e-9)
        assert found.loss_before[number] == pytest.approx(alone.loss_before, rel=1e-12)
        np.testing.assert_allclose(found.path("pi")[number], alone.solution.path("pi"), atol=1e-8)
        np.testing.assert_allclose(
            found.path("pi", "baseline")[number], alone.baseline.path("pi"), atol=1e-12
        )
    assert np.max(found.kkt) < 1e-9
    mappings = [dict(zip(table.columns, row, strict=True)) for row in table.to_numpy().tolist()]
    again = optimise_many(svensson(), DATA, FIRST, last(10), LOSS, INSTRUMENT, mappings, within=WITHIN)
    np.testing.assert_array_equal(again.paths, found.paths)
    band = found.interval("i")
    assert (band["low"] <= band["median"]).all() and (band["median"] <= band["high"]).all()
    assert "6 draw" in found.text() and "6次抽样" in found.text("zh")


def test_the_order_of_draws_changes_nothing_where_equations_are_switched_off() -> None:
    """A variable set in some periods only keeps, elsewhere, the baseline of its own draw."""
    table, instrument = draws(4), [PolicyInstrument("y", periods=(FIRST, FIRST + 2))]
    loss = Loss((PolicyTarget("pi", 2.0),), (PolicyCost("y", level=0.2),))
    one = optimise_many(svensson(), DATA, FIRST, last(10), loss, instrument, table)
    other = optimise_many(svensson(), DATA, FIRST, last(10), loss, instrument, table.iloc[::-1])
    np.testing.assert_allclose(one.paths, other.paths[::-1], atol=1e-10)
    assert np.max(one.kkt) < 1e-8


def test_a_model_that_bends_is_solved_draw_by_draw() -> None:
    data = bank(8, K=2.0, Y=1.0, C=1.0, V=-1.0, s=0.2, L=1.0)
    loss = Loss((PolicyTarget("V", 0.0),), discount=0.96)
    table = pd.DataFrame({"alpha": [0.25, 0.33, 0.4]})
    instrument = [PolicyInstrument("s", 0.01, 0.9)]
    found = optimise_many(bent(), data, FIRST, last(8), loss, instrument, table)
    for number, alpha in enumerate(table["alpha"]):
        alone = optimise(bent(), data, FIRST, last(8), loss, instrument, parameters={"alpha": alpha})
        assert found.loss_after[number] == pytest.approx(alone.loss_after, rel=1e-8)


def test_draws_that_fail_keep_their_reason() -> None:
    table = pd.DataFrame({"c": [0.4, 0.0, 0.5]})  # with c = 0 the rate moves nothing
    within = [Within("pi", high={"2012": 3.0})]
    found = optimise_many(
        svensson(), DATA, FIRST, last(10), LOSS, [PolicyInstrument("i")], table, within=within
    )
    assert list(found.failures) == [1]
    assert "pi at most 3" in found.failures[1].text()
    assert np.isnan(found.paths[1]).all() and np.isfinite(found.paths[[0, 2]]).all()
    assert found.solved.tolist() == [True, False, True]
    assert "pi at most 3" in found.text()
    none = optimise_many(
        svensson(), DATA, FIRST, last(10), LOSS, [PolicyInstrument("i")], table.iloc[[1]], within=within
    )
    assert "None of the 1 draw" in none.text()
    with pytest.raises(SolveError, match="None of the 1"):
        none.interval("pi")


def test_words_that_make_no_sense_are_refused() -> None:
    arguments = (svensson(), DATA, FIRST, last(10), LOSS, INSTRUMENT)
    with pytest.raises(UsageError, match="No draw"):
        optimise_many(*arguments, [])
    with pytest.raises(UsageError, match="c has no finite value in draw 2"):
        optimise_many(*arguments, [{"c": 0.4}, {"c": float("nan")}])
    with pytest.raises((UsageError, ModelError), match="gamma"):
        optimise_many(*arguments, [{"gamma": 1.0}])
    empty = bank(10, pi=4.0, y=np.nan, i=2.0)
    with pytest.raises(SolveError, match="None of the 1"):
        optimise_many(svensson(), empty, FIRST, last(10), LOSS, INSTRUMENT, [{"c": 0.4}])


def ten() -> Model:
    random = np.random.default_rng(0)
    transition = random.normal(size=(9, 9))
    transition *= 0.9 / np.max(np.abs(np.linalg.eigvals(transition)))
    push = random.normal(size=(9, 4))
    lines = ["model ten", "frequency annual", "exogenous " + ", ".join(f"u{j}" for j in range(4))]
    values = {f"a{i}{j}": transition[i, j] for i in range(9) for j in range(9)}
    values |= {f"b{i}{j}": push[i, j] for i in range(9) for j in range(4)}
    lines.append("parameter " + ", ".join(f"{name} = {float(value)!r}" for name, value in values.items()))
    for i in range(9):
        parts = [f"a{i}{j}*z{j}(-1)" for j in range(9)] + [f"b{i}{j}*u{j}" for j in range(4)]
        lines.append(f"identity z{i} = " + " + ".join(parts))
    lines.append("identity outlay = " + " + ".join(f"u{j}" for j in range(4)))
    return read_model("\n".join(lines))


def test_two_hundred_draws_of_ten_variables_are_quick() -> None:
    model, random = ten(), np.random.default_rng(1)
    system = bound(model)
    values = system.vector()
    table = pd.DataFrame(
        values * (1.0 + 0.1 * random.normal(size=(200, len(values)))), columns=system.parameters
    )
    data = bank(10, outlay=0.0, **{f"z{i}": 1.0 for i in range(9)}, **{f"u{j}": 0.0 for j in range(4)})
    loss = Loss(
        tuple(PolicyTarget(f"z{i}", 0.0) for i in range(9)),
        tuple(PolicyCost(f"u{j}", level=0.1, desired=0.0) for j in range(4)),
    )
    began = time.process_time()
    found = optimise_many(
        model, data, FIRST, last(10), loss, [PolicyInstrument(f"u{j}", -1.0, 1.0, moves=0.3) for j in range(4)],
        table, within=[Within("outlay", -0.1, 0.1)],
    )  # fmt: skip
    assert time.process_time() - began < 10.0  # about one second where nothing else runs
    assert not found.failures and np.max(found.kkt) < 1e-9
    assert np.max(np.abs(found.path("outlay"))) <= 0.1 * (1.0 + 1e-7)
