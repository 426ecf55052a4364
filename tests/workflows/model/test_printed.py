"""What the commands of models print: rows, dust, units, levels of intervals, and words that can be taken literally."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import longwave as lw
from longwave.core.errors import UsageError
from longwave.core.message import LANGUAGES, say
from longwave.core.settings import Settings
from longwave.macro.language.read import read_model
from longwave.workflows.model import estimate, irf, optimise, simulate
from longwave.workflows.model.page import headline
from longwave.workflows.model.printed import MOST, first_periods, peak_periods, shown_rows, without_dust
from longwave.workflows.model.solve import solve_model
from longwave.workflows.model.tables import is_amount


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store", cache=tmp_path / "cache")


def long_frame() -> pd.DataFrame:
    index = [str(year) for year in range(1900, 2000)]
    values = np.zeros((100, 2))
    values[37, 0], values[61, 1] = -5.0, 3.0
    return pd.DataFrame(values, index=index, columns=["a", "b"])


def test_first_last_shock_and_peak_are_always_shown() -> None:
    frame = long_frame()
    rows = shown_rows(frame, keep=("1923",))
    assert {0, 99, 23, 37, 61} <= set(rows)
    assert rows == sorted(set(rows))
    assert len(rows) == MOST
    assert peak_periods(frame) == ("1937", "1961")
    assert shown_rows(frame.iloc[:MOST]) == list(range(MOST))
    many = [str(year) for year in range(1900, 1930)]
    assert len(shown_rows(frame, keep=many)) >= 30


def test_dust_is_nought_beside_its_column_or_its_level() -> None:
    frame = pd.DataFrame({"a": [1.0, -7e-15], "b": [3e-15, 0.0]}, index=["1", "2"])
    assert without_dust(frame)["a"].tolist() == [1.0, 0.0]
    assert without_dust(frame)["b"].tolist() == [3e-15, 0.0]
    assert without_dust(frame, {"b": 50.0})["b"].tolist() == [0.0, 0.0]
    assert np.isnan(without_dust(pd.DataFrame({"a": [np.nan, 1.0]}))["a"].iloc[0])


@pytest.mark.parametrize(
    ("unit", "base", "amount"),
    [
        ("%", 2.5, False),
        ("% a year", 2.5, False),
        ("per cent of GDP", 60.0, False),
        ("百分点", 2.5, False),
        ("share of output", 0.6, False),
        ("billion 1934 USD", 2.5, True),
        ("billion 1934 USD", -2.5, False),
        ("index", 104.0, True),
        ("", 4.1, False),
        ("", 30_138.8, True),
    ],
)
def test_only_amounts_are_told_in_per_cent_of_the_baseline(unit: str, base: float, amount: bool) -> None:
    model = read_model(
        f"exogenous z\nendogenous y [{unit}]\nidentity y = z" if unit else "exogenous z\nidentity y = z"
    )
    assert is_amount(model, "y", base) is amount


def test_a_peak_at_the_end_is_told_once(settings: Settings) -> None:
    solved = solve_model(
        "klein1", first="1930", last="1931", shocks=["G + 1 in 1930.."], watch=["Y"], settings=settings
    )
    said = headline(solved, solved.scenarios[0], "Y").text("en")
    assert said.count("1931") == 1
    assert first_periods(solved.scenarios) == ("1930",)


def test_the_long_run_is_that_of_a_lasting_change(settings: Settings) -> None:
    found = irf.respond("klein1", "G", multiplier_of=["Y"], settings=settings)
    assert "in the long run for a change that lasts" in irf.multiplier_words(
        found, found.multipliers[0]
    ).text("en")
    assert found.about_draws() == ()


def test_targets_met_exactly_are_told_so_and_the_loss_is_restated(settings: Settings) -> None:
    found = optimise.optimise_model("klein1", ["Y = 60"], ["G"], first="1931", last="1936", settings=settings)
    for lang in LANGUAGES:
        assert "e-01" not in found.policy.text(lang)
    assert "met exactly" in found.policy.text("en")
    assert found.policy.as_dict()["kkt"] == 0.0
    asked = " ".join(each.text("en") for each in found.asked())
    assert "National income (Y) from 60, weight 1" in asked
    assert "without bounds" in asked
    assert "Nothing after 1936 counts" in asked
    costly = optimise.optimise_model(
        "klein1", ["Y = 60 weight 2", "C"], ["G between 2 and 8 move 0.5 level 0.1"], first="1931", last="1936",
        discount=0.9, settings=settings,
    )  # fmt: skip
    said = " ".join(each.text("en") for each in costly.asked())
    for part in ("weight 2", "from its baseline", "between 2 and 8", "weight 0.5", "weight 0.1", "0.9 times"):
        assert part in said
    assert not costly.policy.met
    assert all(each.text("zh") for each in costly.asked())


def test_tests_have_names_and_figures(settings: Settings) -> None:
    found = estimate.estimate("klein1", method="ols", settings=settings)
    lines = [estimate.test_line(each).text("en") for each in found.equations[0].tests]
    assert lines[0].startswith("Durbin-Watson d 1.367. ")
    assert any(each.startswith("White 12.95, p = 0.165. Not rejected: ") for each in lines)
    assert estimate.likelihood(found.equations[0])[0].text("en").startswith("Log-likelihood -28.1086, AIC ")
    system = estimate.estimate("klein1", method="fiml", settings=settings)
    assert estimate.likelihood(system.result)[0].text("en") == "Log-likelihood of the model -83.32381"  # type: ignore[arg-type]
    assert not any("(s)" in each or "1 periods" in each for each in lines)


def test_the_probability_of_an_event_says_when(settings: Settings) -> None:
    found = simulate.simulate_model(
        "klein1", first="1935", last="1941", replications=200, events=["Y > 80"], settings=settings
    )
    (said,) = found.probabilities()
    assert "Y > 80 in some period of 1935 to 1941: probability" in said.text("en")
    assert "1935年至1941年至少一期" in said.text("zh")


def test_coefficients_that_were_estimated_again_are_told(settings: Settings) -> None:
    found = simulate.simulate_model(
        "klein1", first="1935", last="1937", replications=50, coefficients="2sls", settings=settings
    )
    assert "estimated again by 2sls" in found.notes()[0].text("en")
    assert found.results()["estimators"] == ["2sls"]


def test_error_and_mend_are_two_sentences() -> None:
    error = UsageError(say("control.weightless"), say("models.no_scenario"))
    assert "periods. There" in error.text("en")
    assert "。没有" in error.text("zh")


def test_differences_can_be_added_and_weighed() -> None:
    baseline = lw.model("klein1").scenario("1931", "1936")
    one, other = baseline + "G + 1 in 1932", baseline + "T + 1 in 1933"
    both = (one - baseline) + (other - baseline)
    together = (baseline + ["G + 1 in 1932", "T + 1 in 1933"]) - baseline
    names = ["Y", "C"]
    pd.testing.assert_frame_equal(both.frame(names), together.frame(names), rtol=1e-9, atol=1e-12)
    twice = 2 * (one - baseline)
    assert twice.series("Y")["1932"] == pytest.approx(2 * 1.81673, abs=1e-4)
    left = (one - baseline) - (one - baseline)
    assert left.frame(names).abs().to_numpy().max() == 0.0
    assert (-twice * 0.5 + (one - baseline)).series("Y").abs().max() == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(UsageError, match="cannot be added"):
        one + other  # type: ignore[operator]
    with pytest.raises(UsageError):
        (one - baseline) + 1  # type: ignore[operator]
    with pytest.raises(UsageError):
        (one - baseline) * "2"  # type: ignore[operator]


def test_a_model_at_hand_seeks_goals_attributes_and_trades_off() -> None:
    klein = lw.model("klein1")
    found = klein.goal_seek("1931", "1936", {("Y", "1936"): 60.0}, [("G", "1936")])
    assert found.series("Y")["1936"] == pytest.approx(60.0)
    baseline = klein.scenario("1931", "1936")
    shocked = baseline + "G + 1 in 1932"
    parts = klein.attribute(shocked, baseline, ["Y"]).parts["Y"]
    assert parts["G"].loc["1932"] == pytest.approx(1.81673, abs=1e-4)
    assert klein.impulse("G", "1931", "1936", watch=["Y"]).responses["Y"].iloc[0] == pytest.approx(
        1.81673, abs=1e-4
    )
    words: dict[str, Any] = {"targets": ["Y = 60", "C = 55"], "policy_instruments": ["G"]}
    front = klein.frontier("1931", "1936", **words, shares=(0.2, 0.8))
    assert front.sentence().text("en")
    rival = klein.with_values(c1=0.25)
    robust = klein.robust(
        "1931", "1936", {"rival": rival}, targets=["Y = 60"], policy_instruments=["G move 0.1"]
    )
    assert robust.text("en")
    with pytest.raises(UsageError, match="two targets"):
        klein.frontier("1931", "1936", targets=["Y = 60"], policy_instruments=["G"])


def test_results_in_python_have_a_sentence() -> None:
    klein = lw.model("klein1")
    baseline = klein.scenario("1931", "1936")
    found = klein.attribute(baseline + "G + 1 in 1932", baseline, ["Y", "C"])
    assert "G +1.8" in found.text("en")
    assert found.text("zh").count("\n") == 1
    many = klein.multipliers("Y", "G", "1931", "1936")
    assert "1.817 on impact" in many.text("en")
    likely = klein.conditional("1931", "1936", {("Y", "1936"): 60.0}, {"C.add": 1.0, "I.add": 1.0})
    assert "probability" in likely.text("en")
    assert "概率" in likely.text("zh")
