"""The best mix against answers worked out by hand or by plain least squares, its bounds, and its refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.policy.worlds import MODEL, garden, panel, relation, world

from longwave.core.errors import UsageError
from longwave.policy.domain import Domain
from longwave.policy.loop import Plan, PlanOptions, plan_for
from longwave.policy.verdict import verdict

ONLY_GREEN = {"jobs": 1e-9}
KNOWN = {"growing": (0.5, 0.5), "watering": (1.0, 1.0)}


def _plan(domain: Domain, figures: object = None, **options: object) -> Plan:
    made = {"replications": 60, "weights": ONLY_GREEN, "parameters": KNOWN, **options}
    return plan_for(domain, figures or world({"FRA": -0.4}), "FRA", PlanOptions(**made))  # type: ignore[arg-type]


def _best(plan: Plan) -> np.ndarray:
    assert plan.design is not None, [str(each.reason) for each in plan.refusals]
    return plan.design.mix_interval.loc["water"]["best"].to_numpy()


def test_one_year_by_hand(the_garden: Domain):
    """min over u of (.5 5 + u - 4)^2 + .5 (u / .5)^2 is u = 1.5 / 3."""
    plan = _plan(the_garden, horizon=1)
    assert _best(plan) == pytest.approx([0.5], abs=1e-6)
    assert plan.design is not None
    assert plan.design.policy.loss_before == pytest.approx(1.5**2, rel=1e-6)
    assert plan.design.policy.loss_after == pytest.approx(1.0 + 2 * 0.25, rel=1e-6)


def _least_squares(horizon: int, desired: float, discount: float = 0.96) -> np.ndarray:
    """The same problem as stacked least squares: green = .5 green(-1) + u, from 5."""
    reach = np.array([[0.5 ** (t - s) if s <= t else 0.0 for s in range(horizon)] for t in range(horizon)])
    free = np.array([5.0 * 0.5 ** (t + 1) for t in range(horizon)])
    moves = np.eye(horizon) - np.eye(horizon, k=-1)
    weight = discount ** (np.arange(horizon) / 2.0)
    rows = np.vstack([weight[:, None] * reach, weight[:, None] * moves * np.sqrt(2.0)])
    wanted = np.concatenate([weight * (desired - free), np.zeros(horizon)])
    return np.asarray(np.linalg.lstsq(rows, wanted, rcond=None)[0])


def test_six_years_by_least_squares(the_garden: Domain):
    plan = _plan(the_garden, targets={"green": 2.6})
    assert _best(plan) == pytest.approx(_least_squares(6, 2.6), abs=1e-6)


def test_bounds_steps_and_the_budget_are_kept_exactly(the_garden: Domain):
    wide = _plan(the_garden, targets={"green": 100.0})
    path = _best(wide)
    assert path.max() <= 2.0 + 1e-9
    assert np.diff(np.concatenate([[0.0], path])).max() <= 1.0 + 1e-9
    assert path == pytest.approx([1.0, 2.0, 2.0, 2.0, 2.0, 2.0], abs=1e-6)
    held = _plan(the_garden, targets={"green": 100.0}, budget=0.75)
    assert _best(held) == pytest.approx(np.full(6, 0.75), abs=1e-6)
    assert held.design is not None
    assert held.design.alternatives[1].outlay == pytest.approx(0.75, abs=1e-6)
    assert any("budget" in str(each) for each in verdict(held.design))
    narrow = _plan(the_garden, targets={"green": 100.0}, bounds={"water": (0.0, 0.25)})
    assert _best(narrow) == pytest.approx(np.full(6, 0.25), abs=1e-6)


def test_the_price_of_the_budget_is_the_slope_of_the_loss(the_garden: Domain):
    def loss(budget: float) -> float:
        plan = _plan(the_garden, targets={"green": 3.2}, horizon=1, budget=budget, replications=20)
        assert plan.design is not None
        return float(plan.design.policy.loss_after)

    plan = _plan(the_garden, targets={"green": 3.2}, horizon=1, budget=0.1)
    assert plan.design is not None
    (price,) = [each.shadow_price for each in plan.design.policy.binding if each.name == "outlay"]
    assert price == pytest.approx((loss(0.0999) - loss(0.1001)) / 0.0002, rel=1e-3)


def test_a_mix_that_does_nothing_when_all_is_well(the_garden: Domain):
    still = world(odd={"FRA": relation(-0.4, 0.3, 2, level=0.0)})
    plan = _plan(the_garden, still, targets={"green": 0.0})
    assert np.abs(_best(plan)).max() < 1e-6
    assert plan.design is not None
    assert "Nothing worth doing" in str(verdict(plan.design)[0])


def test_the_fan_is_paired_and_repeats_itself(the_garden: Domain, the_plan: Plan, the_world):
    design = the_plan.design
    assert design is not None
    again = plan_for(the_garden, the_world, "FRA", PlanOptions(replications=300)).design
    assert again is not None
    pd.testing.assert_frame_equal(design.mix_interval, again.mix_interval)
    for name, values in design.outcomes.paths.items():
        assert np.array_equal(values, again.outcomes.paths[name])
    other = plan_for(the_garden, the_world, "FRA", PlanOptions(replications=300, seed=1)).design
    assert other is not None
    assert not np.array_equal(design.outcomes.paths["green"], other.outcomes.paths["green"])
    table = design.outcomes.quantiles("green")
    assert (table.diff(axis=1).iloc[:, 1:] >= -1e-12).all().all()
    assert np.isfinite(table.to_numpy()).all()


def test_the_effect_of_the_mix_is_known_better_than_either_outcome(the_plan: Plan):
    """The same draws for every plan: shocks cancel in the difference, and what is left is what parameters do."""
    design = the_plan.design
    assert design is not None
    (green,) = [each.frame for each in design.effects if each.name == "green"]
    width = (green["high"] - green["low"]).iloc[0]
    table = design.outcomes.quantiles("green").iloc[0]
    assert width < 0.75 * (table[0.95] - table[0.05])
    first = design.mix_interval.loc["water"]["best"].iloc[0]
    drawn = design.draws.table[:, design.draws.names.index("watering")]
    assert green["median"].iloc[0] == pytest.approx(first * np.median(drawn), rel=1e-6)


def test_the_least_loss_is_the_mix(the_plan: Plan):
    design = the_plan.design
    assert design is not None
    by_name = {each.name: each for each in design.alternatives}
    assert by_name["mix"].loss <= min(each.loss for each in design.alternatives) + 1e-9
    assert by_name["nothing"].loss == pytest.approx(design.policy.loss_before)
    assert by_name["nothing"].outlay == 0.0
    for each in design.alternatives:
        assert all(0.0 <= chance <= 1.0 for chance in each.chances.values())


def test_a_sign_that_flips_when_the_range_is_doubled_is_not_robust(tmp_path: Path):
    """Watering lies in [0.2, 1.4]; doubled it reaches below nought, where drying would be right."""
    either = (
        'name = "watering"\nsign = 1\nrange = [0.5, 1.5]', 'name = "watering"\nrange = [0.2, 1.4]',
    )  # fmt: skip
    model = MODEL.replace("in 0..5", "in -5..5")
    unsure = _plan(garden(tmp_path / "a", either, model=model), parameters={"growing": (0.5, 0.5)})
    assert unsure.design is not None
    assert unsure.design.sure == {"water": False}
    assert any("not robust" in str(each) for each in verdict(unsure.design))
    sure = _plan(garden(tmp_path / "b"), parameters={"growing": (0.5, 0.5)})
    assert sure.design is not None
    assert sure.design.sure == {"water": True}


def test_what_does_not_fit_the_domain_is_told(the_garden: Domain):
    wrong = [
        ({"targets": {"wine": 1.0}}, "wine"),
        ({"weights": {"wine": 1.0}}, "wine"),
        ({"weights": {"green": 0.0}}, "green"),
        ({"weights": {"green": float("nan")}}, "green"),
        ({"weights": {"green": 1e300}}, "1,000,000"),
        ({"targets": {"green": float("nan")}}, "green"),
        ({"bounds": {"wine": (0.0, 1.0)}}, "wine"),
        ({"bounds": {"water": (1.0, 2.0)}}, "water"),
        ({"bounds": {"water": (float("nan"), 2.0)}}, "water"),
        ({"bounds": {"water": (0.0, float("inf"))}}, "water"),
        ({"only": ("wine",)}, "wine"),
        ({"budget": -1.0}, "-1"),
        ({"budget": float("nan")}, "nan"),
        ({"horizon": 0}, "0"),
        ({"horizon": 51}, "51"),
        ({"replications": 3}, "3"),
        ({"start": 9000}, "9000"),
        ({"start": -5}, "-5"),
    ]  # fmt: skip
    for options, words in wrong:
        with pytest.raises(UsageError, match=words):
            _plan(the_garden, **options)


def test_a_horizon_in_which_no_target_counts_is_told(tmp_path: Path):
    late = garden(
        tmp_path, ("desired = 4.0\ntolerance = 1.0", "desired = 4.0\ntolerance = 1.0\nafter = 3"),
        ("desired = 0.0\ntolerance = 2.0", "desired = 0.0\ntolerance = 2.0\nafter = 3"),
    )  # fmt: skip
    with pytest.raises(UsageError, match="year 4") as told:
        _plan(late, horizon=2)
    assert told.value.mend is not None and "--horizon 4" in told.value.mend.text("en")
    assert _plan(late, horizon=4).design is not None


def test_a_target_that_counts_after_a_short_plan_is_named(tmp_path: Path):
    late = garden(tmp_path, ("desired = 0.0\ntolerance = 2.0", "desired = 0.0\ntolerance = 2.0\nafter = 3"))
    plan = _plan(late, horizon=2)
    assert plan.design is not None and plan.figures is not None
    assert any("counts from year 4" in each.text("en") for each in plan.figures.notes)


def test_an_effect_without_a_slope_at_nothing_is_found(tmp_path: Path):
    """Water that works squared: green = .5 green(-1) + water^2 has no slope where nobody waters."""
    plan = _plan(garden(tmp_path, model=MODEL.replace("watering*water", "watering*water*water")))
    assert plan.design is not None
    assert plan.design.policy.loss_after < 0.7 * plan.design.policy.loss_before
    assert np.abs(_best(plan)).max() > 0.5


def test_a_budget_of_nothing_still_has_a_design(the_garden: Domain):
    plan = _plan(the_garden, budget=0.0)
    assert np.abs(_best(plan)).max() < 1e-6


def test_without_what_is_needed_there_is_a_diagnosis_and_no_design(the_garden: Domain):
    lost = panel({("FRA", "population"): pd.Series([1.0, 2.0], index=[2000, 2001])})
    plan = plan_for(the_garden, lost, "FRA", PlanOptions(replications=50))
    assert plan.design is None
    assert plan.diagnoses
    assert "Size" in str(plan.refusals[-1].reason)
    assert verdict(plan.design, plan.refusals)


def test_the_model_without_an_optimum_is_told(tmp_path: Path):
    """Water that does nothing leaves the loss flat: the mix stays where it is."""
    idle = garden(tmp_path, model=MODEL.replace("watering*water", "0*watering*water"))
    plan = _plan(idle)
    assert plan.design is None or np.abs(_best(plan)).max() < 1e-6
