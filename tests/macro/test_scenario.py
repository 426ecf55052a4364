"""Scenario algebra."""

import pytest

from longwave.core.errors import UsageError
from longwave.macro.library import catalogue as library
from longwave.macro.scenario import Scenario

NAMES = ["Y", "C", "I", "P"]


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    entry = library.find("klein1")
    bank = entry.bank()
    assert bank is not None
    return Scenario(entry.model(), bank, "1921", "1941")


def test_nothing_added_changes_nothing(baseline: Scenario) -> None:
    assert ((baseline + []) - baseline).frame(NAMES).abs().max().max() == 0.0


def test_shocks_one_by_one_are_shocks_together(baseline: Scenario) -> None:
    apart = (baseline + "G + 1 in 1930") + "T - 1 in 1932"
    together = baseline + ["G + 1 in 1930", "T - 1 in 1932"]
    assert apart.frame(NAMES).equals(together.frame(NAMES))
    assert apart.name == together.name == "G + 1 in 1930; T - 1 in 1932"


def test_effects_of_a_linear_model_add_up(baseline: Scenario) -> None:
    one, two = "G + 1 in 1930", "T - 1 in 1932"
    both = (baseline + [one, two]) - baseline
    parts = ((baseline + one) - baseline).frame(NAMES) + ((baseline + two) - baseline).frame(NAMES)
    assert both.frame(NAMES).to_numpy() == pytest.approx(parts.to_numpy(), abs=1e-11)


def test_what_is_taken_back_is_gone(baseline: Scenario) -> None:
    again = baseline + ["G + 1 in 1930", "G - 1 in 1930"]
    assert (again - baseline).frame(NAMES).abs().max().max() < 1e-12


def test_tracking_makes_the_figures_the_baseline(baseline: Scenario) -> None:
    tracked = Scenario(baseline.model, baseline.data, "1921", "1941", tracking=True)
    assert tracked.series("C").tolist() == pytest.approx(baseline.data.series("C").iloc[1:].tolist())
    shock = "G + 1 in 1930..1933"
    assert ((tracked + shock) - tracked).frame(NAMES).to_numpy() == pytest.approx(
        ((baseline + shock) - baseline).frame(NAMES).to_numpy(), abs=1e-10
    )


def test_add_factors_work_beyond_the_sample_of_the_estimates(baseline: Scenario) -> None:
    effect = ((baseline + "C.add + 1 in 1941") - baseline).series("C")
    assert effect.iloc[-1] > 1.0
    assert effect.iloc[:-1].abs().max() == 0.0


def test_holding_a_variable_by_its_add_factor(baseline: Scenario) -> None:
    held = baseline + "C = 60 in 1935 by C.add"
    assert held.series("C")["1935"] == pytest.approx(60.0)
    assert held.solution.bank.series("C.add")["1935"] != 0.0


@pytest.mark.parametrize(
    "text",
    [
        "C + 1 in 1930",
        "Y = 5 in 1930",
        "nobody + 1",
        "G + 1 in 1990",
        "G + 1 in 1930-Q1",
        "G + 1 in 1800..1810",
    ],
)
def test_shocks_that_cannot_act_are_refused(baseline: Scenario, text: str) -> None:
    with pytest.raises(UsageError):
        _ = (baseline + text).solution


def test_what_is_told_in_a_file_is_what_was_said(baseline: Scenario) -> None:
    told = (baseline + "G + 1 in 1930..1933").named("stimulus").as_dict()
    assert told["shocks"] == ["G + 1 in 1930..1933"]
    assert (baseline + told["shocks"]).frame(["Y"]).equals((baseline + "G + 1 in 1930..1933").frame(["Y"]))


@pytest.mark.parametrize(
    "shocks",
    [
        ["Y = 80 in 1935 by G", "Y = 70 in 1935 by T"],
        ["Y = 80 in 1935 by G", "Y = 80 in 1935 by T"],
        ["Y = 80 in 1935 by G", "Y = 70 in 1934..1936 by G"],
        ["Y = 80 in 1935 by G", "G + 1 in 1935"],
        ["G + 1", "Y = 80 in 1935 by G"],
    ],
)
def test_sentences_that_contradict_one_another_are_refused_by_name(
    baseline: Scenario, shocks: list[str]
) -> None:
    with pytest.raises(UsageError) as refused:
        _ = (baseline + shocks).solution
    assert all(each in str(refused.value) for each in shocks) and "1935" in str(refused.value)


def test_sentences_that_agree_are_kept(baseline: Scenario) -> None:
    once = baseline + "Y = 80 in 1935 by G"
    assert (baseline + ["Y = 80 in 1935 by G"] * 2).frame(NAMES).equals(once.frame(NAMES))
    beside = baseline + ["Y = 80 in 1935 by G", "G + 1 in 1936"]
    assert beside.series("G")["1936"] == pytest.approx(baseline.series("G")["1936"] + 1.0)
    assert beside.series("Y")["1935"] == pytest.approx(80.0)


def test_what_is_shown_of_an_object_is_short(baseline: Scenario) -> None:
    from longwave.macro.stability import stability
    from longwave.macro.steady_state import steady_state

    after = baseline + "G + 1 in 1930"
    shown = [
        after, after - baseline, after.solution, after.solution.bank, after.system, after.model,
        steady_state(after.model, after.data, "1940"), stability(after.model, after.data, "1940"),
    ]  # fmt: skip
    for each in shown:
        assert len(repr(each)) < 250 and "\n" not in repr(each)
    assert "klein1" in repr(after) and "1921..1941" in repr(after.solution)
