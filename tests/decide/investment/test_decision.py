"""The decision: laws that hold whatever the plan, each answer once, and what turns it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import BadInput
from longwave.core.message import Names, say
from longwave.decide.investment.decision import Decision, decide
from longwave.decide.investment.drivers import Fan
from longwave.decide.investment.judged import Answer
from longwave.decide.investment.read import read_plan
from longwave.decide.investment.scenario import Fading, Scenario, own_scenario
from longwave.measure.returns.cash_flows import net_present_value

from .plans import content, opening

DRAWS = 2_000
WAIT = {"kind": "perpetual", "volatility": 0.3, "payout": 0.04, "risk_free": 0.02}


def decided(*openings: dict[str, Any], draws: int = DRAWS, **other: Any) -> Decision:
    return decide(read_plan(content(*openings, **other)), draws=draws)


def sure(**other: Any) -> dict[str, Any]:
    return opening(line=[{"name": "Ore", "kind": "net", "value": 12}], **other)


def fan(name: str = "real_gdp", kind: str = "amount", growth: float = 0.02, last: int = 2046) -> Fan:
    years = list(range(2026, last + 1))
    shares = (0.1, 0.25, 0.5, 0.75, 0.9)
    scores = np.array([-1.2816, -0.6745, 0.0, 0.6745, 1.2816])
    steps = np.arange(1, len(years) + 1)
    if kind == "amount":
        values = 1000 * np.exp(growth * steps[:, None] + 0.02 * np.sqrt(steps)[:, None] * scores)
    else:
        values = growth + 0.01 * np.ones(len(years))[:, None] * scores
    past = pd.Series(1000 * 1.02 ** np.arange(40.0), index=range(1986, 2026))
    return Fan(
        name,
        kind,
        pd.DataFrame(values, index=years, columns=shares),
        0.5,
        say("investment.origin_plan"),
        past,
    )


def test_a_sure_plan_is_worth_what_a_pocket_calculator_says() -> None:
    found = decided(sure(), tax=0.0).openings[0]
    assert found.worth is not None
    assert found.worth.mean == pytest.approx(net_present_value([-100, *[12] * 20], 0.08))
    assert len(found.planned) == 1
    assert found.rates.value == pytest.approx(np.full(DRAWS, found.planned[0]))
    assert "no probability" in found.verdict.sentence.text("en")


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    plan = read_plan(content())
    one, two, other = (decide(plan, draws=DRAWS, seed=seed) for seed in (3, 3, 4))
    values = [each.openings[0].worth.npv for each in (one, two, other) if each.openings[0].worth]
    assert np.array_equal(values[0], values[1])
    assert not np.array_equal(values[0], values[2])


def test_invest_wait_and_do_not() -> None:
    good = decided(opening(wait={"kind": "now"}))
    assert good.openings[0].verdict.answer is Answer.INVEST
    wait = decided(opening(wait=WAIT))
    assert wait.openings[0].verdict.answer is Answer.WAIT
    assert "until its value V reaches" in wait.answer.text("en")
    bad = decided(opening(outlays=300))
    assert bad.openings[0].verdict.answer is Answer.DO_NOT
    hopeless = decided(opening(outlays=2000, wait=WAIT))
    assert hopeless.openings[0].verdict.answer is Answer.DO_NOT
    for each in (good, wait, bad, hopeless):
        assert "nan" not in each.answer.text("en") and each.answer.text("zh")


def test_waiting_is_never_worth_less_than_nothing_and_the_hurdle_is_above_capital() -> None:
    for kind in (WAIT, WAIT | {"kind": "deadline", "until": 2030}):
        found = decided(opening(wait=kind)).openings[0]
        assert found.waiting is not None and found.worth is not None and found.hurdle is not None
        assert found.waiting.waiting >= 0
        assert found.waiting.trigger > 1
        assert found.hurdle > 0.08


def test_a_deadline_takes_the_lattice_and_asks_less() -> None:
    far = decided(opening(wait=WAIT)).openings[0].waiting
    near = decided(opening(wait=WAIT | {"kind": "deadline", "until": 2028})).openings[0].waiting
    assert far is not None and near is not None
    assert near.exponent is None
    assert near.trigger < far.trigger


@pytest.mark.parametrize("missing", ["volatility", "payout", "risk_free"])
def test_what_the_option_lacks_is_asked_for_not_invented(missing: str) -> None:
    found = decided(opening(wait={k: v for k, v in WAIT.items() if k != missing})).openings[0]
    assert found.verdict.answer is Answer.NOT_DECIDABLE
    assert missing in found.verdict.sentence.text("en")
    assert found.waiting is None


@pytest.mark.parametrize("payout", [0.0, -0.01])
def test_no_payout_is_refused(payout: float) -> None:
    found = decided(opening(wait=WAIT | {"payout": payout})).openings[0]
    assert found.verdict.answer is Answer.NOT_DECIDABLE
    assert any(each.subject == "option" for each in found.refusals)


def test_without_a_cost_of_capital_there_is_no_value_but_a_rate_of_return() -> None:
    tables = content()
    del tables["wacc"], tables["wacc_prices"]
    done = decide(read_plan(tables), draws=DRAWS)
    assert done.openings[0].verdict.answer is Answer.NOT_DECIDABLE
    assert done.openings[0].worth is None
    assert done.openings[0].planned
    assert any("Poterba" in note.text("en") for note in done.notes)


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        ({"loss_probability": 0.01}, "probability"),
        ({"tail_loss": 1.0}, "twentieth"),
        ({"payback": 2}, "payback"),
        ({"share": 0.5}, "of the budget"),
    ],
)
def test_a_broken_limit_is_the_reason(limits: dict[str, float], word: str) -> None:
    found = decided(budget=150, limits=limits).openings[0]
    assert found.verdict.answer is Answer.DO_NOT
    assert word in found.verdict.sentence.text("en")


def test_over_budget() -> None:
    assert "budget" in decided(budget=50).answer.text("en")


def test_a_mean_that_noise_hides_is_not_told() -> None:
    mean = decided(draws=20_000).openings[0]
    assert mean.worth is not None
    worth = mean.worth.mean
    found = decided(opening(outlays=100 + worth), draws=1_000).openings[0]
    assert found.worth is not None
    if abs(found.worth.mean) < 2 * found.worth.noise:
        assert found.verdict.answer is Answer.NOT_DECIDABLE


def test_scenarios_stand_beside_and_say_how_likely_they_would_have_to_be() -> None:
    plan = read_plan(content(scenario=[{"name": "Bust", "lines": {"Ore": 0.6}}]))
    done = decide(plan, (), [own_scenario(plan, plan.scenarios[0])], draws=DRAWS)
    found = done.openings[0]
    assert found.worth is not None
    base, bust = (found.worth.by_scenario[key][0] for key in ("plan", "Bust"))
    assert base > 0 > bust
    assert found.worth.mean == pytest.approx(base)
    told = next(each for each in found.verdict.reasons if each.key == "investment.turns")
    assert f"{100 * base / (base - bust):.0f}%" in told.text("en")


def test_weights_mix_draws() -> None:
    plan = read_plan(
        content(scenario=[{"name": "Bust", "lines": {"Ore": 0.6}}], weights={"plan": 0.75, "Bust": 0.25})
    )
    found = decide(plan, (), [own_scenario(plan, plan.scenarios[0])], draws=20_000).openings[0]
    assert found.worth is not None
    base, bust = (found.worth.by_scenario[key][0] for key in ("plan", "Bust"))
    assert found.worth.mean == pytest.approx(0.75 * base + 0.25 * bust, abs=4 * found.worth.noise)


def test_a_weight_on_a_scenario_that_could_not_be_made_is_refused() -> None:
    with pytest.raises(BadInput, match="era"):
        decide(read_plan(content(weights={"plan": 0.5, "era": 0.5})), draws=DRAWS)


def test_drivers_keep_the_forecast_s_quantiles_and_the_plan_its_medians() -> None:
    line = {"name": "Ore", "kind": "net", "values": [10.0] * 20, "follows": {"real_gdp": 1.0}}
    plan = read_plan(content(opening(line=[line]), tax=0.0, area="USA"))
    found = decide(plan, [fan()], draws=20_000).openings[0]
    first, last = found.lines["Ore"][:, 1], found.lines["Ore"][:, -1]
    assert np.median(first) == pytest.approx(10.0, rel=0.01)
    assert np.median(last) == pytest.approx(10.0, rel=0.01)
    assert last.std() > 3 * first.std()
    # the spread of the level in the last year over that of the first, which is known by then
    assert np.log(last).std() == pytest.approx(0.02 * np.sqrt(20), rel=0.06)


def test_a_rule_takes_the_driver_s_growth_and_a_list_does_not() -> None:
    rule = {"name": "Ore", "kind": "net", "value": 10.0, "follows": {"real_gdp": 1.0}}
    found = decide(read_plan(content(opening(line=[rule]), tax=0.0, area="USA")), [fan()], draws=5_000)
    last = np.median(found.openings[0].lines["Ore"][:, -1])
    assert last == pytest.approx(10 * np.exp(0.02 * 19), rel=0.02)


def test_inflation_by_itself_makes_no_project_good() -> None:
    """Flows that rise with prices, discounted at a nominal rate: the draws of inflation cancel."""
    line = {"name": "Ore", "kind": "net", "values": [12.0] * 20, "follows": {"inflation": 1.0}}
    tables = content(opening(line=[line]), tax=0.0, area="USA", prices="nominal", wacc_prices="nominal")
    found = decide(read_plan(tables), [fan("inflation", "rate")], draws=DRAWS).openings[0]
    assert found.worth is not None
    assert np.ptp(found.worth.npv) < 1e-6 * abs(found.worth.mean)


def test_fading_lowers_what_follows_output() -> None:
    line = {"name": "Ore", "kind": "net", "values": [12.0] * 20, "follows": {"real_gdp": 1.0}}
    plan = read_plan(content(opening(line=[line]), tax=0.0, area="USA"))
    fading = Fading(0.02, np.log(0.95), 0.02, 0.9)
    era = Scenario("era", Names("fading"), say("investment.origin_plan"), fading=fading, faded=("real_gdp",))
    found = decide(plan, [fan()], [era], draws=DRAWS).openings[0]
    assert found.worth is not None
    assert found.worth.by_scenario["era"][0] < found.worth.by_scenario["forecast"][0]
    loss = fading.loss(4_000, 21, np.random.default_rng(0))
    assert (loss <= 1e-12).all() and (np.diff(loss, axis=1) <= 1e-12).all()
    assert np.median(loss[:, -1]) == pytest.approx(0.02 * sum(0.95**k - 1 for k in range(1, 21)), rel=0.1)


def test_own_correlations_are_kept_and_contradictions_refused() -> None:
    line = {"name": "Ore", "kind": "net", "value": 12.0, "follows": {"a": 1.0, "b": 1.0, "c": 1.0}}
    own = {name: {"growth": 0.0, "volatility": 0.1} for name in "abc"}
    pairs = [("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)]
    given = [{"drivers": [x, y], "value": v} for x, y, v in pairs]
    with pytest.raises(BadInput, match="contradict"):
        decide(read_plan(content(opening(line=[line]), driver=own, correlation=given)), draws=DRAWS)
    wide, narrow = (
        decide(
            read_plan(
                content(opening(line=[line]), driver=own, correlation=[{"drivers": ["a", "b"], "value": v}])
            ),
            draws=5_000,
        )
        .openings[0]
        .worth
        for v in (0.9, -0.9)
    )
    assert wide is not None and narrow is not None
    assert wide.npv.std() > 1.3 * narrow.npv.std()


def test_what_matters_explains_the_variance() -> None:
    found = decided(
        opening(
            line=[
                {"name": "Much", "kind": "net", "value": 10, "range": [0.2, 1.0, 1.8]},
                {"name": "Little", "kind": "net", "value": 5, "range": [0.8, 1.0, 1.2]},
            ]
        ),
        tax=0.0,
    ).openings[0]
    assert [each.key for each in found.matters] == ["line:Much", "line:Little"]
    shares = [each.share or 0.0 for each in found.matters]
    # triangles: variances 10^2 .8^2/6 and 5^2 .2^2/6
    assert shares[0] == pytest.approx(64 / 65, abs=0.06)
    assert sum(shares) == pytest.approx(1.0, abs=0.1)
    first = found.matters[0]
    assert first.low < first.middle < first.high


def test_an_unknown_driver_is_refused() -> None:
    line = {"name": "Ore", "kind": "net", "value": 12.0, "follows": {"moon": 1.0}}
    with pytest.raises(BadInput, match="moon"):
        decide(read_plan(content(opening(line=[line]))), draws=DRAWS)


def test_several_openings_are_ranked_and_the_better_dominates() -> None:
    twin = [{"name": "Ore", "kind": "net", "value": 14}]
    done = decided(sure(), sure(name="Better") | {"line": twin}, tax=0.0, budget=120)
    assert done.ranking[0] == "Better"
    assert done.dominances["Better", "Pit"] == "first"
    assert done.chosen is not None and done.chosen.names == ("Better",)
    assert "Better" in done.answer.text("en") and "Better" in done.answer.text("zh")


@given(st.floats(-6, 9))
@settings(max_examples=15)
def test_money_has_no_unit_of_its_own(power: float) -> None:
    """The same plan in cents or in billions has the same rates, chances, triggers and answer."""
    scale = 10.0**power
    lines = [
        {"name": "Ore", "kind": "revenue", "value": 30 * scale, "range": [0.6, 1.0, 1.4]},
        {"name": "Digging", "kind": "cost", "value": 14 * scale},
    ]
    one = decided(opening(wait=WAIT), draws=1_000).openings[0]
    two = decided(opening(wait=WAIT, outlays=100 * scale, line=lines), draws=1_000).openings[0]
    assert one.worth is not None and two.worth is not None
    assert two.worth.mean == pytest.approx(one.worth.mean * scale, rel=1e-9)
    assert two.worth.loss_probability == one.worth.loss_probability
    assert two.hurdle == pytest.approx(one.hurdle, rel=1e-9)
    assert two.planned == pytest.approx(one.planned, rel=1e-9)
    assert two.verdict.answer is one.verdict.answer


@given(st.floats(0.02, 0.12), st.floats(1.0, 40.0))
@settings(max_examples=15)
def test_a_dearer_outlay_or_dearer_capital_is_never_better(rate: float, more: float) -> None:
    base, dear, late = (
        decided(opening(outlays=100 + extra), wacc=wacc, draws=1_000).openings[0].worth
        for extra, wacc in ((0.0, rate), (more, rate), (0.0, rate + 0.01))
    )
    assert base is not None and dear is not None and late is not None
    assert dear.mean < base.mean
    assert late.value < base.value


def test_a_mean_that_a_few_draws_make_is_not_told() -> None:
    line = {"name": "Ore", "kind": "revenue", "value": 10.0, "follows": {"a": 5.0}}
    found = decided(opening(line=[line]), driver={"a": {"growth": 0.0, "volatility": 0.9}}).openings[0]
    assert found.verdict.answer is Answer.NOT_DECIDABLE
    assert "hundredth" in found.verdict.sentence.text("en")


@pytest.mark.parametrize("volatility", [0.1, 0.2, 0.3, 0.5])
def test_hurdle_and_trigger_say_the_same(volatility: float) -> None:
    """The internal rate of the mean flows clears the hurdle exactly where V clears the trigger."""
    found = decided(opening(wait=WAIT | {"volatility": volatility}), tax=0.1).openings[0]
    assert found.worth is not None and found.waiting is not None and found.hurdle is not None
    assert (found.planned[0] >= found.hurdle) == (
        found.worth.value >= found.waiting.trigger * found.worth.cost
    )


def twelve(**other: Any) -> dict[str, Any]:
    """An opening of 100 that lasts ten years; what it earns a year is given as `value`."""
    value = other.pop("value")
    line = [{"name": "in", "kind": "revenue", "value": value}]
    return {"name": "Harbour", "outlays": 100, "lifetime": 10, "line": line} | other


def test_an_opening_on_which_another_stands_is_in_the_best_set() -> None:
    """By hand at 10 %: 15 x 6.144567 - 100 = -7.83 and 40 x 6.144567 - 100 = 145.78."""
    done = decided(
        twelve(value=15), twelve(name="Mine", value=40, requires="Harbour"), tax=0.0, wacc=0.1, draws=1_000
    )
    assert done.chosen is not None
    assert done.chosen.names == ("Harbour", "Mine")
    assert done.chosen.value == pytest.approx(137.95, abs=0.01)
    assert {each.verdict.answer for each in done.openings} == {Answer.INVEST}
    assert "together with Harbour" in done.of("Mine").verdict.sentence.text("en")
    assert "Harbour, Mine" in done.answer.text("en")


def test_nobody_is_told_to_do_what_its_base_makes_bad() -> None:
    done = decided(
        twelve(value=1), twelve(name="Mine", value=20, requires="Harbour"), tax=0.0, wacc=0.1, draws=1_000
    )
    assert done.chosen is not None and done.chosen.names == ()
    assert all(each.verdict.answer is Answer.DO_NOT for each in done.openings)
    assert "it needs Harbour" in done.of("Mine").verdict.sentence.text("en")


def test_a_base_that_had_better_wait_is_charged_with_what_waiting_is_worth() -> None:
    base = twelve(value=18, wait=WAIT)
    alone = decided(base, tax=0.0, wacc=0.1, draws=1_000).openings[0]
    assert alone.verdict.answer is Answer.WAIT and alone.waiting is not None
    lost = alone.waiting.value - (18 * 6.1445671 - 100)
    for more, names in ((0.9, ()), (1.1, ("Harbour", "Mine"))):
        rich = twelve(name="Mine", value=(100 + more * lost) / 6.1445671, requires="Harbour")
        done = decided(base, rich, tax=0.0, wacc=0.1, draws=1_000)
        assert done.chosen is not None and done.chosen.names == names


def test_a_limit_that_one_breaks_and_a_set_keeps() -> None:
    risky = [{"name": "Ore", "kind": "net", "value": 17, "range": [0.2, 1.0, 1.8]}]
    many = [opening(name=f"Pit {n}", line=risky) for n in range(4)]
    one = decided(many[0], limits={"loss_probability": 0.1}, tax=0.0).openings[0]
    assert one.verdict.answer is Answer.DO_NOT
    done = decided(*many, limits={"loss_probability": 0.1}, tax=0.0)
    assert done.chosen is not None and len(done.chosen.names) == 4
    assert done.chosen.loss_probability < 0.1


def test_what_the_budget_leaves_out_is_not_told_to_be_done() -> None:
    done = decided(sure(), sure(name="Better", lifetime=25), tax=0.0, budget=120)
    assert done.chosen is not None and done.chosen.names == ("Better",)
    assert done.of("Pit").verdict.answer is Answer.DO_NOT
    assert "does without it" in done.of("Pit").verdict.sentence.text("en")


def test_waiting_does_not_mend_a_budget() -> None:
    found = decided(opening(wait=WAIT), budget=50, limits={"payback": 2}).openings[0]
    assert found.verdict.answer is Answer.WAIT
    assert "Even then" in found.verdict.sentence.text("en")
    assert "above the budget" in found.verdict.sentence.text("en")
    assert any("payback" in each.text("en") for each in found.verdict.reasons)


def test_nothing_certain_is_told_as_a_chance() -> None:
    found = decided(sure(wait=WAIT), tax=0.0).openings[0]
    assert found.verdict.answer is Answer.WAIT
    assert not any("draws" in each.text("en") for each in found.verdict.reasons)


def test_a_project_of_noughts_is_not_advised() -> None:
    nothing = opening(outlays=0, line=[{"name": "Ore", "kind": "net", "value": 0}])
    found = decided(nothing).openings[0]
    assert found.verdict.answer is Answer.NOT_DECIDABLE
    assert "the same" in found.verdict.sentence.text("en")


def test_a_loan_s_rate_is_a_cost_and_the_years_of_operation_are_told() -> None:
    line = [{"name": "Loan", "kind": "net", "values": [100, -60, -60]}]
    found = decided(opening(outlays=0, operation=2026, lifetime=3, line=line), tax=0.0).openings[0]
    told = [each.key for each in found.verdict.reasons]
    assert "investment.borrowing" in told and "investment.operates" in told


def test_the_era_s_range_is_that_of_its_draws() -> None:
    fading = Fading(0.02, -0.01, 0.06, 0.6)
    low, high = fading.range
    assert low < high < 1
    drawn = -fading.loss(20_000, 2, np.random.default_rng(1))[:, 1] / 0.02
    assert np.quantile(1 - drawn, [0.025, 0.975]) == pytest.approx([low, high], abs=0.004)
