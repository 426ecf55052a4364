"""The logit: its coefficients recovered, separation found and answered, folds that share no country."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import MissingPackage, NotEnoughData
from longwave.decide.early_warning.boosted import held_out_boosted
from longwave.decide.early_warning.logit import country_folds, fit_logit, held_out_logit, separated


def sample(rows: int = 4000, seed: int = 0) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    generator = np.random.default_rng(seed)
    x = pd.DataFrame({"gap": generator.normal(2, 5, rows), "change": generator.normal(4, 3, rows)})
    line = -3 + 0.2 * x["gap"] + 0.1 * x["change"]
    y = (generator.random(rows) < 1 / (1 + np.exp(-line))).astype(float)
    return x, y if isinstance(y, pd.Series) else pd.Series(y), pd.Series([f"C{n % 80}" for n in range(rows)])


def test_coefficients_are_recovered() -> None:
    x, y, areas = sample()
    found = fit_logit(x, y, areas)
    assert not found.penalised
    raw = found.coefficients[1:] / found.spread
    errors = found.errors[1:] / found.spread
    assert np.all(np.abs(raw - [0.2, 0.1]) < 3 * errors)
    chance = found.probability(pd.DataFrame({"gap": [0.0, 20.0], "change": [0.0, 10.0]}))
    assert chance["probability"].to_numpy() == pytest.approx(1 / (1 + np.exp([3.0, -2.0])), abs=0.06)
    assert (chance["low"] < chance["probability"]).all()
    assert (chance["high"] > chance["probability"]).all()


def test_rows_with_a_hole_are_left_out_and_have_no_probability() -> None:
    x, y, areas = sample(600)
    x.loc[5, "gap"] = np.nan
    y[7] = np.nan
    found = fit_logit(x, y, areas)
    assert found.observations == 598
    assert np.isnan(found.probability(x.iloc[[5]])["probability"].iloc[0])


def test_clusters_widen_what_is_said_thrice() -> None:
    x, y, areas = sample(1200)
    thrice = [pd.concat([each] * 3, ignore_index=True) for each in (x, y, areas)]
    one, three = fit_logit(x, y, areas), fit_logit(*thrice)
    assert three.coefficients == pytest.approx(one.coefficients, abs=1e-6)
    assert three.errors == pytest.approx(one.errors, rel=0.05)


def test_separation_is_found_and_penalised() -> None:
    x = pd.DataFrame({"gap": np.r_[np.linspace(-5, 0, 30), np.linspace(0.1, 5, 30)]})
    y = pd.Series(np.r_[np.zeros(30), np.ones(30)])
    design = np.column_stack([np.ones(60), x["gap"]])
    assert separated(design, y.to_numpy())
    areas = pd.Series([f"C{n}" for n in range(60)])
    found = fit_logit(x, y, areas)
    assert found.penalised
    assert np.isfinite(found.coefficients).all()
    assert found.coefficients[1] > 0
    y[30], y[29] = 0.0, 1.0
    assert not separated(design, y.to_numpy())


def test_firths_penalty_halves_nothing_but_a_table_of_two() -> None:
    """For one group the penalised log odds are those with half a case added to each cell (Firth 1993)."""
    x = pd.DataFrame({"one": np.r_[np.zeros(20), np.ones(20)]})
    y = pd.Series(np.r_[np.zeros(20), np.ones(5), np.zeros(15)])
    found = fit_logit(x, y, pd.Series([f"C{n}" for n in range(40)]))
    assert found.penalised
    odds = np.log((5 + 0.5) / (15 + 0.5)) - np.log(0.5 / (20 + 0.5))
    assert found.coefficients[1] / found.spread[0] == pytest.approx(odds, abs=1e-6)


def test_too_few_crises_and_no_variation_are_refused() -> None:
    x, y, areas = sample(300)
    with pytest.raises(NotEnoughData):
        fit_logit(x, y.where(y.cumsum() < 4, 0.0), areas)
    with pytest.raises(NotEnoughData):
        fit_logit(x.assign(gap=1.0), y, areas)


def test_folds_share_no_country_and_all_have_crises() -> None:
    _, y, areas = sample(800)
    folds = country_folds(areas, y, 5, 0)
    assert sorted(np.concatenate(folds)) == list(range(800))
    names = [set(areas.iloc[rows]) for rows in folds]
    assert all(not one & two for place, one in enumerate(names) for two in names[:place])
    assert all(y.iloc[rows].sum() > 0 for rows in folds)


def test_held_out_rows_do_not_see_themselves() -> None:
    x, y, areas = sample(800)
    folds = country_folds(areas, y, 5, 0)
    scores = held_out_logit(x, y, areas, folds)
    turned = y.copy()
    turned.iloc[folds[0]] = 1 - turned.iloc[folds[0]]
    again = held_out_logit(x, turned, areas, folds)
    assert scores.iloc[folds[0]].to_numpy() == pytest.approx(again.iloc[folds[0]].to_numpy())


def test_without_scikit_learn_it_says_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    x, y, areas = sample(200)
    with pytest.raises(MissingPackage) as refused:
        held_out_boosted(x, y, country_folds(areas, y, 3, 0))
    assert "longwave[risk]" in refused.value.text()


def test_boosted_trees_learn_what_a_line_cannot() -> None:
    pytest.importorskip("sklearn")
    generator = np.random.default_rng(1)
    x = pd.DataFrame({"gap": generator.normal(size=1500), "change": generator.normal(size=1500)})
    y = pd.Series((x["gap"] * x["change"] > 0.5).astype(float))
    areas = pd.Series([f"C{n % 60}" for n in range(1500)])
    folds = country_folds(areas, y, 4, 0)
    scores = held_out_boosted(x, y, folds, seed=1)
    from longwave.decide.early_warning.auroc import auroc

    line = held_out_logit(x, y, areas, folds)
    assert auroc(scores.to_numpy(), y.to_numpy() > 0) > 0.9
    assert auroc(line.to_numpy(), y.to_numpy() > 0) < 0.65
    assert scores.equals(held_out_boosted(x, y, folds, seed=1))
