"""What ``longwave model`` prints: rows, units, levels of intervals, and words that can be taken literally."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from .conftest import Run


def test_a_table_says_what_it_holds_and_what_it_leaves_out(run: Run) -> None:
    done = run("model", "solve", "klein1", "--shock", "G + 1 in 1930..1933", "--show", "Y", "--lang", "en")
    assert "baseline (levels) [billion 1934 USD]" in done.out
    assert "change against the baseline: G + 1 in 1930..1933 [billion 1934 USD]" in done.out
    assert "14 of 21 rows shown" in done.out
    for period in ("1921", "1930", "1933", "1941"):
        assert f"\n{period} " in done.out
    chinese = run("model", "solve", "klein1", "--shock", "G + 1 in 1930..1933", "--show", "Y", "--lang", "zh")
    assert "与基准之差：G + 1 in 1930..1933" in chinese.out
    assert "共 21 行，显示 14 行" in chinese.out


def test_out_holds_what_was_asked_for_under_the_scenario_s_name(run: Run) -> None:
    run("model", "solve", "klein1", "--shock", "G + 1 in 1930", "--show", "Y", "--out", "y.csv")
    table = pd.read_csv("y.csv")
    assert list(table.columns) == ["period", "scenario", "Y"] or set(table.columns) == {
        "period",
        "scenario",
        "Y",
    }
    assert set(table["scenario"]) == {"baseline", "G + 1 in 1930"}


def test_responses_carry_their_intervals_and_say_whose_coefficients(run: Run) -> None:
    words = (
        "model", "irf", "klein1", "G", "--draws", "120", "--coefficients", "3sls", "--multiplier", "Y",
        "--show", "Y", "--permanent",
    )  # fmt: skip
    done = run(*words, "--lang", "en")
    assert done.code == 0, done.err
    assert done.out.count("(95% interval:") == 4
    assert "response  low (95 %)  high (95 %)" in done.out
    assert "estimated again by 3sls" in done.out
    assert "95% of 120 draws" in done.out
    document = run(*words, "--json").document
    told = document["multipliers"][0]
    assert told["long_run_interval"][0] < told["long_run"] < told["long_run_interval"][1]
    assert told["table"]["cumulative_low"]["20"] < told["table"]["cumulative"]["20"]
    assert (document["level"], document["estimators"]) == (0.95, ["3sls"])
    chinese = run(*words, "--lang", "zh")
    assert "95% 区间" in chinese.out
    assert "重新估计" in chinese.out


def test_a_coefficient_that_a_restriction_fixes_prints_fixed(run: Run) -> None:
    text = """
    model m
    exogenous x
    coefficient a, b, c
    behavioural y: y = a + b*x + c*x(-1)
      estimate ols restrict b = 1
    """
    rng = np.random.default_rng(1)
    x = rng.standard_normal(40).cumsum()
    y = 1.0 + x + 0.5 * np.concatenate([[0.0], x[:-1]]) + rng.standard_normal(40)
    Path("m.lw").write_text(text, "utf-8")
    pd.DataFrame({"period": range(1960, 2000), "x": x, "y": y}).to_csv("m.csv", index=False)
    done = run("model", "estimate", "m.lw", "--data", "m.csv", "--lang", "en")
    assert done.code == 0, done.err
    row = next(line for line in done.out.splitlines() if line.startswith("b "))
    assert row.split()[1:] == ["1", "fixed", "–", "–", "–", "–"]
    assert "95% low" in done.out
    assert "nan" not in done.out
    assert "restrictions: 1" in done.out


def test_lag_weights_are_printed_with_their_sum(run: Run) -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_normal(60).cumsum()
    y = np.zeros(60)
    for row in range(3, 60):
        y[row] = (
            1.0 + 0.4 * x[row] + 0.3 * x[row - 1] + 0.2 * x[row - 2] + 0.1 * x[row - 3] + rng.normal() * 0.1
        )
    Path("p.lw").write_text(
        "model p\nexogenous x\ncoefficient a, w0, w1\nbehavioural y: y = a + pdl(x, w, 4, 1)\n  estimate ols\n",
        "utf-8",
    )
    pd.DataFrame({"period": range(1940, 2000), "x": x, "y": y}).iloc[3:].to_csv("p.csv", index=False)
    done = run("model", "estimate", "p.lw", "--data", "p.csv", "--lang", "en")
    assert done.code == 0, done.err
    assert "lag weight" in done.out
    assert "\nsum " in done.out


def test_errors_that_are_all_nought_are_not_drawn(run: Run) -> None:
    Path("z.lw").write_text("model z\nexogenous x\nbehavioural y: y = 0.5*y(-1) + x\n", "utf-8")
    pd.DataFrame({"period": range(1950, 2000), "x": 0.0, "y": 0.0}).to_csv("z.csv", index=False)
    done = run("model", "simulate", "z.lw", "--data", "z.csv", "--first", "1990")
    assert done.code == 2
    assert "nothing is drawn" in done.err
