"""Each test that a rule may ask for: yes, no, and not decidable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from tests.policy.worlds import COUNTRIES, panel, relation, world

from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, say
from longwave.core.panel import Panel
from longwave.policy import evidence as collect
from longwave.policy.conditions import KINDS, Answer, Ground, check, predicted_by_income
from longwave.policy.diagnose import diagnose
from longwave.policy.domain import Condition, Domain, Indicator
from longwave.policy.evidence import Evidence, State, state_of
from longwave.policy.parameter_evidence import parameters_of

YES, NO, OPEN = Answer.YES, Answer.NO, Answer.OPEN


def _evidence(
    figures: Sequence[float], *, half: float | None = None, last: int = 2024, name: str = "size"
) -> Evidence:
    index = range(last - len(figures) + 1, last + 1)
    values = pd.Series(list(figures), index=index, dtype=float)
    band = {} if half is None else {"low": values - half, "high": values + half}
    return collect._told(Indicator(name, Names(name), Names("1"), "higher"), values, **band)


def _ground(domain: Domain, *found: Evidence, world: Panel | None = None) -> Ground:
    refused = Refusal("people", say("policy.no_concept", name="people"))
    state = State("FRA", {each.indicator.name: each for each in found}, {"people": refused})
    return Ground(domain, state, world or Panel.empty(), {})


def _answer(domain: Domain, condition: Condition, *found: Evidence) -> Answer:
    checked = check(condition, _ground(domain, *found))
    assert isinstance(checked.words, Message)
    for lang in ("en", "zh"):
        text = checked.words.text(lang)
        assert text
        assert "{" not in text
    return checked.answer


LINE = [float(each) for each in range(20)]
WAVE = [5.0 + 0.3 * np.sin(2.0 * each) for each in range(20)]


@pytest.mark.parametrize(
    ("kind", "figures", "half", "condition", "expected"),
    [
        ("above", [1, 5], None, {"value": 4}, YES),
        ("above", [1, 5], None, {"value": 5}, NO),
        ("above", [1, 5], 2.0, {"value": 4}, OPEN),
        ("above", [1, 5], 0.5, {"value": 4}, YES),
        ("above", [1, 5], 0.5, {"value": 6}, NO),
        ("above", [1, 5, 5], None, {"value": 4, "years": 2}, YES),
        ("above", [5, 1, 5], None, {"value": 4, "years": 2}, NO),
        ("above", [5, np.nan, 5], None, {"value": 4, "years": 2}, OPEN),
        ("above", [5], None, {"value": 4, "years": 2}, OPEN),
        ("below", [5, 1], None, {"value": 4}, YES),
        ("below", [5, 1], 4.0, {"value": 4}, OPEN),
        ("below", [1, 5], None, {"value": 4}, NO),
        ("rising", [*LINE[:-1], 19.4], None, {}, YES),
        ("rising", WAVE, None, {}, OPEN),
        ("rising", [-each for each in LINE[:-1]] + [-19.4], None, {}, NO),
        ("rising", [1, 2], None, {}, OPEN),
        ("falling", [-each for each in LINE[:-1]] + [-19.4], None, {}, YES),
        ("falling", [*LINE[:-1], 19.4], None, {"value": -3}, NO),
        ("mean_above", WAVE, None, {"value": 3}, YES),
        ("mean_above", WAVE, None, {"value": 5}, OPEN),
        ("mean_below", WAVE, None, {"value": 8}, YES),
        ("mean_below", WAVE, None, {"value": 3}, NO),
        ("mean_above", [1.0], None, {"value": 3}, OPEN),
        ("change_above", [1, 2, 9], None, {"value": 7, "years": 2}, YES),
        ("change_above", [1, 2, 9], None, {"value": 8, "years": 2}, NO),
        ("change_below", [9, 2, 1], None, {"value": -7, "years": 2}, YES),
        ("change_below", [1, np.nan, 9], None, {"value": 0, "years": 1}, OPEN),
        ("high_for_itself", [*LINE, 50], None, {"value": 90}, YES),
        ("high_for_itself", [*LINE, 5], None, {"value": 90}, NO),
        ("high_for_itself", [1, 2, 50], None, {"value": 90}, OPEN),
        ("low_for_itself", [*LINE, -5], None, {"value": 10}, YES),
        ("low_for_itself", [*LINE, 12], None, {"value": 10}, NO),
        ("known", [1], None, {}, YES),
    ],
)  # fmt: skip
def test_each_kind_has_three_answers(the_garden, kind, figures, half, condition, expected):
    last = _evidence(figures, half=half)
    if np.isnan(figures).any():
        last = _evidence(figures, half=half)
        last = Evidence(last.indicator, last.values.dropna(), last.latest, last.low, last.high, None, None)
    assert _answer(the_garden, Condition("size", kind, **condition), last) is expected


def test_what_has_no_figures_is_not_decidable_and_says_why(the_garden):
    for kind in KINDS:
        if kind == "significant":
            continue
        checked = check(Condition("people", kind, other="size"), _ground(the_garden, _evidence([1.0])))
        assert checked.answer is OPEN
        assert "No series is called people" in str(checked.words)
        assert check(Condition("size", kind, other="size"), _ground(the_garden)).answer is OPEN


def test_figures_that_ended_long_ago_do_not_judge_the_present(the_garden):
    old, new = _evidence([5.0, 5.0], last=2018), _evidence([1.0], name="people")
    condition = Condition("size", "above", 4.0, fresh=3)
    checked = check(condition, _ground(the_garden, old, new))
    assert checked.answer is OPEN
    assert "end in 2018, 6 years before" in str(checked.words)
    assert check(Condition("size", "above", 4.0, fresh=6), _ground(the_garden, old, new)).answer is YES
    assert check(Condition("size", "above", 4.0), _ground(the_garden, old, new)).answer is YES


def test_one_indicator_against_another(the_garden):
    one, other = _evidence([5, 5, 5]), _evidence([1, 2, 4.5], name="people")
    more = Condition("size", "more_than_other", 1.0, other="people")
    assert _answer(the_garden, more, one, other) is NO
    assert (
        _answer(the_garden, Condition("size", "more_than_other", 0.1, 3, other="people"), one, other) is YES
    )
    assert _answer(the_garden, Condition("size", "less_than_other", 1.0, other="people"), one, other) is YES
    apart = _evidence([1, 2], name="people", last=1990)
    assert _answer(the_garden, more, one, apart) is OPEN


def test_against_what_income_predicts(the_garden):
    generator = np.random.default_rng(1)
    series = {}
    for code in (*COUNTRIES[:30], "FRA"):
        income = float(np.exp(generator.normal(9.0, 1.0)))
        series[code, "gdp_ppp"] = pd.Series([income], index=[2023])
        series[code, "population"] = pd.Series([1.0], index=[2023])
        series[code, "real_gdp"] = pd.Series(
            [np.log(income) + generator.normal(0, 0.1)] * 2, index=[2023, 2024]
        )
    made = panel(series)
    indicator = the_garden.indicator("size")
    state = state_of(the_garden, made, "FRA")

    def answer(kind: str, shift: float) -> Answer:
        own = Evidence(indicator, state.evidence["size"].values + shift, state.evidence["size"].latest)
        ground = Ground(the_garden, State("FRA", {"size": own}, {}), made, {})
        return check(Condition("size", kind), ground).answer

    assert [answer("more_than_income", shift) for shift in (1.0, 0.0, -1.0)] == [YES, NO, NO]
    assert [answer("less_than_income", shift) for shift in (1.0, 0.0, -1.0)] == [NO, NO, YES]
    found = predicted_by_income(state.evidence["size"], Ground(the_garden, state, made, {}))
    assert found is not None
    _, low, high, countries, year = found
    assert (countries, year) == (30, 2023)
    assert high - low == pytest.approx(2 * 1.31 * 0.1, rel=0.35)
    few = made.select(area=[*COUNTRIES[:10], "FRA"])
    assert check(Condition("size", "more_than_income"), Ground(the_garden, state, few, {})).answer is OPEN


def test_a_parameter_found_in_the_own_figures(the_garden):
    def answer(panel: Panel) -> Answer:
        state = state_of(the_garden, panel, "FRA")
        ground = Ground(the_garden, state, panel, parameters_of(the_garden, state, panel))
        return check(Condition("", "significant", other="picking"), ground).answer

    assert answer(world({"FRA": -0.4})) is YES
    assert answer(world({"FRA": 0.0}, noise=0.2)) is NO
    assert answer(world({"FRA": 0.5}, noise=0.2)) is NO
    assert answer(world(odd={"FRA": relation(-0.4, 1.0, 1, years=(2020, 2024))})) is OPEN


def test_a_rule_fires_where_all_hold_and_is_silent_where_one_does_not(the_garden):
    def ruled(*answers: tuple[str, float]) -> Answer:
        from dataclasses import replace

        conditions = tuple(Condition(name, "above", value) for name, value in answers)
        domain = replace(the_garden, rules=(replace(the_garden.rules[0], conditions=conditions),))
        (found,) = diagnose(_ground(domain, _evidence([5.0])))
        assert found.fired is (found.answer is YES)
        return found.answer

    assert ruled(("size", 4.0)) is YES
    assert ruled(("size", 4.0), ("size", 6.0)) is NO
    assert ruled(("size", 4.0), ("people", 6.0)) is OPEN
    assert ruled(("size", 6.0), ("people", 6.0)) is NO
