"""Plans and goals: what was found gives the targets back, and what cannot be is refused by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import LongwaveError, SolveError, UsageError
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.plan import Plan, goal_seek, solve_held, solve_plan
from longwave.macro.shock import shock
from longwave.macro.solve import SolveOptions, solve

INCOME = """
model income
exogenous G, T, idle
parameter c0 = 10, c1 = 0.6, c2 = 0.2, v = 0.3
behavioural C: dlog(C) = c2*(log(c0 + c1*(Y - T)) - log(C(-1)))
behavioural I: I = 5 + v*(Y(-1) - Y(-2)) + 0.1*Y
identity Y = C + I + G
"""

AHEAD = """
model ahead
exogenous rstar, shock
behavioural x: x = 0.5*x(-1) + 0.45*x(+1) - 0.3*(i - pi(+1) - rstar)
behavioural pi: pi = 0.4*pi(-1) + 0.55*pi(+1) + 0.1*x + shock
behavioural i: i = 0.7*i(-1) + 0.3*(rstar + 1.5*pi + 0.5*x)
"""

FIRST, LAST = Period.parse("2001"), Period.parse("2020")


def bank(**columns) -> Databank:
    frame = pd.DataFrame(columns)
    frame.index = [str(1999 + step) for step in range(len(frame))]
    return Databank.from_frame(frame)


def income() -> Databank:
    rng = np.random.default_rng(3)
    count = 24
    flat = {"C": 80.0, "I": 20.0, "Y": 130.0, "G": 30.0, "T": 25.0, "idle": 1.0}
    return bank(**{name: value * (1 + 0.01 * rng.normal(size=count)) for name, value in flat.items()})


def ahead() -> Databank:
    zero = np.zeros(24)
    return bank(x=zero, pi=zero, i=zero, rstar=zero, shock=zero)


def test_a_held_variable_takes_its_own_add_factor():
    model, data = read_model(INCOME), income()
    plan = Plan().exogenise("C", {"2005": 90.0, "2006": 91.0})
    found = solve_plan(model, data, FIRST, LAST, plan)
    assert found.series("C").loc[["2005", "2006"]].tolist() == [90.0, 91.0]
    assert np.count_nonzero(found.path("C.add")) == 2
    again = solve(model, found.bank, FIRST, LAST)
    assert again.path("C") == pytest.approx(found.path("C"), rel=1e-10)
    assert found.certificate.residual <= 1e-10


def test_swap_and_exogenise_endogenise_say_the_same():
    model, data = read_model(INCOME), income()
    values = {"2003": 140.0, "2004": 141.0}
    swapped = solve_plan(model, data, FIRST, LAST, Plan().swap("Y", "G", values))
    spelt = solve_plan(model, data, FIRST, LAST, Plan().exogenise("Y", values).endogenise("G", "2003..2004"))
    assert swapped.path("G") == pytest.approx(spelt.path("G"), rel=1e-10)
    assert solve(model, swapped.bank, FIRST, LAST).series("Y").loc["2004"] == pytest.approx(141.0, abs=1e-8)


def test_a_plan_on_a_model_with_leads():
    model, data = read_model(AHEAD), ahead()
    plan = Plan().exogenise("i", {f"200{each}": 0.5 for each in range(1, 7)})
    found = solve_plan(model, data, FIRST, LAST, plan)
    assert found.path("i")[:6] == pytest.approx(0.5)
    assert np.all(np.abs(found.path("i.add")[:6]) > 0.0)
    assert found.path("i.add")[6:] == pytest.approx(0.0)
    again = solve(model, found.bank, FIRST, LAST)
    for name in ("x", "pi", "i"):
        assert again.path(name) == pytest.approx(found.path(name), abs=1e-10)


def test_what_was_solved_held_where_it_is_moves_nothing():
    """Solve of solve: a plan that holds a solution's own values finds add-factors of nought."""
    model, data = read_model(AHEAD), ahead()
    data = data.with_columns({"shock": np.r_[0, 0, 0, 1.0, np.zeros(20)]})
    base = solve(model, data, FIRST, LAST)
    plan = Plan().exogenise("pi", dict(zip(base.periods, base.path("pi"), strict=True)))
    held = solve_plan(model, data, FIRST, LAST, plan)
    assert held.path("pi.add") == pytest.approx(0.0, abs=1e-10)
    assert held.path("x") == pytest.approx(base.path("x"), abs=1e-10)


@given(st.integers(3, 20), st.integers(1, 20), st.floats(-5.0, 5.0))
@settings(max_examples=25)
def test_a_goal_in_any_period_by_an_instrument_in_any_earlier_one(goal, by, move):
    model, data = read_model(INCOME).with_values({"v": 0.0}), income()
    base = solve(model, data, FIRST, LAST)
    aim, lever = FIRST + (goal - 1), FIRST + (min(goal, by) - 1)
    target = base.path("Y")[goal - 1] + move
    found = goal_seek(model, data, FIRST, LAST, {("Y", aim): target}, [("G", lever)])
    again = solve(model, found.bank, FIRST, LAST)
    assert again.path("Y")[goal - 1] == pytest.approx(target, rel=1e-9)
    changed = np.flatnonzero(np.abs(found.path("G") - base.path("G")) > 0.0)
    assert set(changed) <= {min(goal, by) - 1}


def test_expectations_let_a_later_instrument_move_an_earlier_target():
    model, data = read_model(AHEAD), ahead()
    found = goal_seek(
        model,
        data,
        FIRST,
        LAST,
        {("pi", "2002"): 0.3, ("x", "2004"): 0.1},
        [("shock", "2006"), ("rstar", "2003")],
    )
    again = solve(model, found.bank, FIRST, LAST)
    assert again.series("pi").loc["2002"] == pytest.approx(0.3, abs=1e-9)
    assert again.series("x").loc["2004"] == pytest.approx(0.1, abs=1e-9)


def test_several_goals_by_as_many_instruments():
    model, data = read_model(INCOME), income()
    targets = {("Y", "2005"): 140.0, ("C", "2006"): 85.0, ("Y", "2010"): 142.0}
    found = goal_seek(model, data, FIRST, LAST, targets, [("G", "2004"), ("T", "2006"), ("G", "2009")])
    again = solve(model, found.bank, FIRST, LAST)
    for (name, period), value in targets.items():
        assert again.series(name).loc[period] == pytest.approx(value, rel=1e-9)


def test_more_instruments_than_targets_take_the_least_change():
    """Linear in G: the least relative move is w^2 J' / (J w^2 J') times the gap, w the sizes of the instruments."""
    model, data = read_model(AHEAD), ahead()
    cells = [("shock", f"200{each}") for each in range(1, 6)]
    slopes = []
    for cell in cells:
        row = data.row(Period.parse(cell[1]))
        column = np.zeros(24)
        column[row] = 1.0
        slopes.append(
            solve(model, data.with_columns({"shock": column}), FIRST, LAST).series("pi").loc["2003"]
        )
    slopes = np.array(slopes)
    found = goal_seek(model, data, FIRST, LAST, {("pi", "2003"): 1.0}, cells, least_change=True)
    moves = found.series("shock").loc[[each for _, each in cells]].to_numpy()
    assert moves == pytest.approx(slopes / (slopes @ slopes), abs=1e-8)
    assert found.series("pi").loc["2003"] == pytest.approx(1.0, abs=1e-8)


def test_the_least_change_of_a_bent_model_cannot_be_made_smaller():
    model, data = read_model(INCOME), income()
    cells = [("G", "2003"), ("G", "2004"), ("T", "2003")]
    found = goal_seek(model, data, FIRST, LAST, {("C", "2005"): 90.0}, cells, least_change=True)
    start = {cell: float(data.series(cell[0]).loc[cell[1]]) for cell in cells}

    def cost(solution):
        return sum((solution.series(name).loc[when] / start[name, when] - 1.0) ** 2 for name, when in cells)

    best = cost(found)
    for nudge in (0.99, 1.01):
        moved = start["G", "2003"] + nudge * (found.series("G").loc["2003"] - start["G", "2003"])
        column = data.series("G").to_numpy().copy()
        column[data.row(Period.parse("2003"))] = moved
        other = goal_seek(
            model, data.with_columns({"G": column}), FIRST, LAST, {("C", "2005"): 90.0}, [("G", "2004")]
        )
        fixed = other.bank.with_columns({})
        assert cost(solve(model, fixed, FIRST, LAST)) >= best - 1e-12


def test_shocks_that_hold():
    model, data = read_model(INCOME), income()
    base = solve(model, data, FIRST, LAST)
    found = solve_held(
        model, data, FIRST, LAST, [shock("C + 1 in 2004..2005 by C.add"), shock("C * 2 in 2005 by C.add")]
    )
    assert found.path("C")[3] == pytest.approx(base.path("C")[3] + 1.0)
    assert found.path("C")[4] == pytest.approx(2.0 * (base.path("C")[4] + 1.0))
    fixed = solve_held(model, data, FIRST, LAST, [shock("Y = 150 in 2003 by G")])
    assert fixed.series("Y").loc["2003"] == 150.0


def test_plans_add_up():
    one, two = Plan().swap("Y", "G", {"2003": 1.0}), Plan().exogenise("C", {"2004": 2.0})
    assert (one + two).held == one.held + two.held
    assert (one + two).by == ("G", "")


def test_a_missing_figure_of_a_freed_column_is_found():
    model, data = read_model(INCOME), income()
    column = data.series("G").to_numpy().copy()
    column[6] = np.nan
    found = solve_plan(
        model, data.with_columns({"G": column}), FIRST, LAST, Plan().swap("Y", "G", {"2005": 140.0})
    )
    assert np.isfinite(found.path("G")).all()


REFUSED = [
    (Plan().exogenise("C", {"2005": 1.0}).exogenise("C", {"2005": 2.0}), r"C in 2005 at two values"),
    (Plan().exogenise("C", {"2005": 1.0}).endogenise("G", "2005..2006"), r"holds 1 values .*frees 2 .*G 2006"),
    (Plan().exogenise("G", {"2005": 1.0}), r"G is given from outside"),
    (Plan().exogenise("Y", {"2005": 1.0}), r"Y has no add-factor to free in 2005"),
    (Plan().exogenise("C", {"1990": 1.0}), r"C in 1990, outside"),
    (Plan().exogenise("C", {"2005": float("nan")}), r"C in 2005 at nan"),
    (Plan().swap("C", "C", {"2005": 80.0}), r"both holds and frees C in 2005"),
    (Plan().swap("C", "Y", {"2005": 80.0}), r"Y in 2005 is solved by the model already"),
    (Plan().swap("C", "nobody", {"2005": 80.0}), r"nobody"),
    (Plan().swap("nobody", "G", {"2005": 80.0}), r"nobody"),
    (Plan().swap("C", "idle", {"2005": 80.0}), r"idle 2005.*cannot move C 2005"),
    (Plan().exogenise("C", {"2005": 80.0}).endogenise("G", "2012"), r"G 2012.*cannot move C 2005"),
    (Plan().exogenise("C", {"2005": 80.0}).endogenise("G", "1950"), r"G 1950"),
    (Plan().exogenise("C", {"2005": 80.0, "2006": 80.0}).endogenise("C.add", "2005", "2007"), r"C.add 2007"),
    (Plan().swap("I", "I.add", {"2005": 20.0}).swap("C", "C.add", {"2005": 80.0}).swap("Y", "T", {"2005": 130.0}), r"2005"),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "words"), REFUSED)
def test_a_plan_that_cannot_be_is_refused_by_name(plan, words):
    with pytest.raises(LongwaveError, match=words) as caught:
        solve_plan(read_model(INCOME), income(), FIRST, LAST, plan)
    assert caught.value.mend is not None
    assert caught.value.text("zh")


def test_goals_that_do_not_fit_are_refused():
    model, data = read_model(INCOME), income()
    aim = {("Y", "2005"): 140.0}
    with pytest.raises(UsageError, match="2 instruments for 1 targets"):
        goal_seek(model, data, FIRST, LAST, aim, [("G", "2004"), ("G", "2005")])
    with pytest.raises(UsageError, match="No instrument"):
        goal_seek(model, data, FIRST, LAST, aim, [])
    with pytest.raises(UsageError, match="holds 2 values"):
        goal_seek(model, data, FIRST, LAST, {**aim, ("C", "2005"): 80.0}, [("G", "2004")])
    with pytest.raises(SolveError, match="idle"):
        goal_seek(model, data, FIRST, LAST, aim, [("idle", "2004"), ("idle", "2005")], least_change=True)
    with pytest.raises(UsageError, match="static"):
        solve_plan(model, data, FIRST, LAST, Plan(), options=SolveOptions(mode="static"))


def test_a_target_out_of_reach_is_said():
    """By the accelerator, spending in 2001 can lift income in 2003 by .025 at most (found by trying)."""
    model, data = read_model(INCOME), income()
    target = solve(model, data, FIRST, LAST).series("Y").loc["2003"] + 1.0
    with pytest.raises(SolveError, match=r"No values of G 2001 were found that bring Y 2003 about"):
        goal_seek(model, data, FIRST, LAST, {("Y", "2003"): target}, [("G", "2001")])


def test_an_empty_plan_is_a_solve():
    model, data = read_model(INCOME), income()
    assert solve_plan(model, data, FIRST, LAST, Plan()).path("Y") == pytest.approx(
        solve(model, data, FIRST, LAST).path("Y"), rel=1e-10
    )


def test_a_cell_held_by_two_columns_is_refused() -> None:
    twice = Plan().swap("Y", "G", {"2003": 100.0}) + Plan().swap("Y", "T", {"2003": 100.0})
    with pytest.raises(UsageError, match="Y in 2003 twice, by G and by T"):
        solve_plan(read_model(INCOME), income(), FIRST, LAST, twice)
