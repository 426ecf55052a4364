"""Reconciled forecasts add up, whatever the way, and nothing hangs on the order of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal
from longwave.core.message import LANGUAGES
from longwave.forecast.reconcile import (
    Reconciled,
    Way,
    hierarchy,
    joint_errors,
    projection,
    reconcile,
    shrunk_covariance,
)

WAYS: tuple[Way, ...] = ("mint_shrink", "ols", "wls", "bottom_up")
TREE: Mapping[str, Sequence[str]] = {
    "whole": ("goods", "services"),
    "goods": ("farms", "mines", "plants"),
    "services": ("shops", "banks"),
}
PARTS = ("farms", "mines", "plants", "shops", "banks")
NAMES = ("whole", "goods", "services", *PARTS)
PERIODS = ["2020", "2021", "2022"]


def frame(middle: float, spread: float, growth: float = 1.02) -> pd.DataFrame:
    path = middle * growth ** np.arange(3)
    return pd.DataFrame(
        {"mean": path + 0.1, "0.1": path - spread, "0.5": path, "0.9": path + spread}, index=PERIODS
    )


def forecasts(seed: int = 0) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    sizes = dict(zip(NAMES, (150, 95, 60, 10, 20, 61, 41, 22), strict=True))
    return {name: frame(size, rng.uniform(0.05, 0.1) * size) for name, size in sizes.items()}


def history(seed: int = 1) -> dict[str, pd.Series]:
    rng = np.random.default_rng(seed)
    years = [str(year) for year in range(1990, 2020)]
    found = {name: pd.Series(rng.uniform(10, 60, 30), index=years) for name in PARTS}
    found["goods"] = found["farms"] + found["mines"] + found["plants"]
    found["services"] = found["shops"] + found["banks"]
    found["whole"] = found["goods"] + found["services"]
    return found


def errors(rows: int = 20, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.normal(size=(rows, len(NAMES))) + rng.normal(size=(rows, 1)), columns=list(NAMES))


def made(method: Way, **changed: object) -> Reconciled:
    given_ = {"forecasts": forecasts(), "structure": TREE, "history": history(), "errors": errors()} | changed
    found = reconcile(**given_, method=method)  # type: ignore[arg-type]
    assert isinstance(found, Reconciled)
    return found


@pytest.mark.parametrize("method", WAYS)
def test_means_and_medians_add_up_exactly(method: Way) -> None:
    found = made(method)
    for column in ("mean", "0.5"):
        for total, parts in TREE.items():
            whole = found.frames[total][column]
            np.testing.assert_allclose(whole, sum(found.frames[part][column] for part in parts), rtol=1e-13)


@pytest.mark.parametrize("method", WAYS)
def test_what_adds_up_already_is_left_alone(method: Way) -> None:
    given_ = forecasts()
    for column in ("mean", "0.5"):
        for total in ("goods", "services", "whole"):
            given_[total][column] = sum(given_[part][column] for part in TREE[total])
    found = made(method, forecasts=given_)
    for name in NAMES:
        for column in ("mean", "0.5"):
            np.testing.assert_allclose(found.frames[name][column], given_[name][column], rtol=1e-12)
    assert np.abs(found.gaps.to_numpy()).max() < 1e-9


@pytest.mark.parametrize("method", WAYS)
def test_the_order_of_names_changes_nothing(method: Way) -> None:
    found = made(method)
    given_, past = forecasts(), history()
    turned = made(
        method,
        forecasts={name: given_[name] for name in reversed(NAMES)},
        structure={total: tuple(reversed(TREE[total])) for total in reversed(list(TREE))},
        history={name: past[name] for name in reversed(NAMES)},
        errors=errors()[list(reversed(NAMES))],
    )
    for name in NAMES:
        pd.testing.assert_frame_equal(found.frames[name], turned.frames[name], check_exact=True)


@pytest.mark.parametrize("method", WAYS)
def test_bands_stay_in_order_and_around_their_median(method: Way) -> None:
    for each in made(method).frames.values():
        assert (each["0.1"] < each["0.5"]).all()
        assert (each["0.5"] < each["0.9"]).all()
        assert list(each.columns) == ["mean", "0.1", "0.5", "0.9"]


def test_bottom_up_keeps_the_parts() -> None:
    found, given_ = made("bottom_up"), forecasts()
    for part in PARTS:
        pd.testing.assert_frame_equal(found.frames[part], given_[part])
    np.testing.assert_allclose(
        found.frames["services"]["0.5"], given_["shops"]["0.5"] + given_["banks"]["0.5"]
    )


def test_least_squares_of_two_parts_by_hand() -> None:
    """Total 10, parts 4 and 3: the gap of 3 is shared in thirds, the total giving one, each part taking one."""
    given_ = {
        name: pd.DataFrame({"mean": [value]}, index=["2020"])
        for name, value in zip("tab", (10, 4, 3), strict=True)
    }
    past = {"a": pd.Series([1.0], ["2019"]), "b": pd.Series([2.0], ["2019"]), "t": pd.Series([3.0], ["2019"])}
    found = reconcile(given_, {"t": ("a", "b")}, past, method="ols")
    assert isinstance(found, Reconciled)
    assert [found.frames[name]["mean"].item() for name in "tab"] == pytest.approx([9.0, 5.0, 4.0])
    assert found.gaps.loc["2020", "t"] == pytest.approx(3.0)
    weighed = reconcile(given_, {"t": ("a", "b")}, past, method="wls")
    assert isinstance(weighed, Reconciled)
    assert [weighed.frames[name]["mean"].item() for name in "tab"] == pytest.approx([8.5, 4.75, 3.75])


def test_the_surer_forecast_gives_way_less() -> None:
    """MinT with errors of variance 1 (parts) and 9 (total), uncorrelated: the total takes 9/11 of the gap."""
    signs = np.array([[a, b, c] for a in (1, -1) for b in (1, -1) for c in (1, -1)], dtype=float)
    off = pd.DataFrame(signs * [3, 1, 1], columns=list("tab"))
    given_ = {
        name: pd.DataFrame({"mean": [value]}, index=["2020"])
        for name, value in zip("tab", (10, 4, 3), strict=True)
    }
    past = {"a": pd.Series([1.0], ["2019"]), "b": pd.Series([2.0], ["2019"]), "t": pd.Series([3.0], ["2019"])}
    found = reconcile(given_, {"t": ("a", "b")}, past, off)
    assert isinstance(found, Reconciled)
    assert found.frames["t"]["mean"].item() == pytest.approx(10 - 3 * 9 / 11)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(1e-3, 1e6))
def test_units_change_nothing_but_the_unit(seed: int, factor: float) -> None:
    plain = made("mint_shrink", forecasts=forecasts(seed), errors=errors(seed=seed))
    scaled = made(
        "mint_shrink",
        forecasts={name: one * factor for name, one in forecasts(seed).items()},
        history={name: one * factor for name, one in history().items()},
        errors=errors(seed=seed) * factor,
    )
    for name in NAMES:
        np.testing.assert_allclose(scaled.frames[name], plain.frames[name] * factor, rtol=1e-8)


def test_the_projection_leaves_sums_alone() -> None:
    """G S = I for every W: forecasts that add up are kept, so nothing is biased by reconciling."""
    tree = hierarchy(TREE)
    weights, share = shrunk_covariance(errors()[list(tree.names)].to_numpy())
    assert 0 < share < 1
    for each in (None, np.eye(8), weights):
        np.testing.assert_allclose(projection(tree, each) @ tree.adding, np.eye(5), atol=1e-10)


def test_mint_is_the_textbook_form_with_an_inverse() -> None:
    tree = hierarchy(TREE)
    weights, _ = shrunk_covariance(errors()[list(tree.names)].to_numpy())
    inverse, adding = np.linalg.inv(weights), tree.adding
    textbook = np.linalg.solve(adding.T @ inverse @ adding, adding.T @ inverse)
    np.testing.assert_allclose(projection(tree, weights), textbook, atol=1e-9)


def test_bands_cover_what_they_say_when_all_err_together() -> None:
    """Separate errors with a known covariance, far too few totals right: after reconciling, 80 per cent bands hold
    80 per cent of the truth of each series, and the total's is narrower than before."""
    rng = np.random.default_rng(5)
    tree = hierarchy({"t": ("a", "b", "c")})
    mixing = np.diag([4.0, 1.0, 1.5, 2.0]) @ np.linalg.cholesky(np.full((4, 4), 0.3) + 0.7 * np.eye(4))
    truth = np.array([60.0, 10.0, 20.0, 30.0])
    seen = pd.DataFrame(rng.normal(size=(400, 4)) @ mixing.T, columns=list(tree.names))
    half = 1.2815515655446004 * np.sqrt((mixing**2).sum(axis=1))
    past = {
        name: pd.Series([value, -value], ["2018", "2019"])
        for name, value in zip(tree.names, truth, strict=True)
    }
    drawn = truth - rng.normal(size=(1500, 4)) @ mixing.T
    periods = [str(1000 + place) for place in range(1500)]
    given_ = {
        name: pd.DataFrame(
            {"0.1": drawn[:, k] - half[k], "0.5": drawn[:, k], "0.9": drawn[:, k] + half[k]}, index=periods
        )
        for k, name in enumerate(tree.names)
    }
    found = reconcile(given_, {"t": ("a", "b", "c")}, past, seen)
    assert isinstance(found, Reconciled)
    for value, name in zip(truth, tree.names, strict=True):
        band = found.frames[name]
        assert ((band["0.1"] <= value) & (value <= band["0.9"])).mean() == pytest.approx(0.8, abs=0.035)
    assert (found.frames["t"]["0.9"] - found.frames["t"]["0.1"]).iloc[0] < 0.9 * 2 * half[0]


def test_amounts_stay_above_zero() -> None:
    given_ = forecasts()
    given_["farms"] = pd.DataFrame(
        {"mean": [5.0] * 3, "0.1": [0.5] * 3, "0.5": [4.0] * 3, "0.9": [20.0] * 3}, index=PERIODS
    )
    assert (made("mint_shrink", forecasts=given_).frames["farms"]["0.1"] > 0).all()


def test_a_part_taken_below_zero_is_named() -> None:
    given_ = forecasts()
    given_["farms"] = frame(0.2, 0.1)
    given_["goods"] = frame(40.0, 1.0)
    found = made("ols", forecasts=given_)
    assert [one.key for one in found.notes] == ["reconcile.below_zero"]
    assert "farms" in found.notes[0].text("en")


def test_without_joint_errors_bands_only_move_and_that_is_said() -> None:
    found = made("ols", errors=None, history={name: one - 30 for name, one in shifted().items()})
    assert [one.key for one in found.notes] == ["reconcile.bands_moved"]
    before = forecasts()["whole"]
    widths = found.frames["whole"]["0.9"] - found.frames["whole"]["0.1"]
    np.testing.assert_allclose(widths, before["0.9"] - before["0.1"])


def shifted() -> dict[str, pd.Series]:
    """A history with negative figures that adds up after 30 is taken from each name."""
    past = history()
    past["goods"], past["services"] = past["goods"] - 60, past["services"] - 30
    past["whole"] = past["goods"] + past["services"] - 30
    return past


def test_a_history_that_does_not_add_up_is_refused_with_its_gap() -> None:
    past = history()
    past["goods"] = past["goods"] * 1.0
    past["goods"]["2001"] *= 1.05
    found = reconcile(forecasts(), TREE, past, errors())
    assert isinstance(found, Refusal)
    assert found.subject == "goods"
    words = found.reason.text("en")
    assert "in 2001" in words
    assert "1 of 30 periods" in words


def test_rounding_is_no_gap() -> None:
    past = {name: one.round(2) for name, one in history().items()}
    assert isinstance(reconcile(forecasts(), TREE, past, errors()), Reconciled)


def test_history_that_shows_nothing_and_too_few_errors_are_refused() -> None:
    past = history()
    past["banks"] = past["banks"] * np.nan
    found = reconcile(forecasts(), TREE, past, errors())
    assert isinstance(found, Refusal)
    assert found.reason.key == "reconcile.no_history"
    few = reconcile(forecasts(), TREE, history(), errors(4))
    assert isinstance(few, Refusal)
    assert few.reason.key == "reconcile.few_errors"
    none = reconcile(forecasts(), TREE, history(), errors().drop(columns="banks"))
    assert isinstance(none, Refusal)


@pytest.mark.parametrize(
    ("structure", "words"),
    [
        ({}, "nothing to add up"),
        ({"whole": ()}, "no list of parts"),
        ({"whole": "ab"}, "no list of parts"),
        ({"whole": ("goods",), "goods": ("whole",)}, "circle"),
        ({"whole": ("whole",)}, "circle"),
        ({"whole": ("a", "a")}, "more than once"),
        ([("whole", ("a", "b"))], "nothing to add up"),
        (None, "nothing to add up"),
        ({"whole": 3}, "no list of parts"),
        ({"whole": ("a", 1)}, "no list of parts"),
        ({"whole": ("goods", "a"), "goods": ("a", "b")}, "'a' is counted more than once in 'whole'"),
    ],
)
def test_structures_that_cannot_be_are_named(structure: Mapping[str, Sequence[str]], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        hierarchy(structure)


def test_two_cuts_of_the_same_parts_are_possible() -> None:
    tree = hierarchy({"all": ("a", "b", "c"), "traded": ("a", "b"), "public": ("b", "c")})
    assert tree.parts == ("a", "b", "c")
    assert tree.sums.tolist() == [[1, 1, 1], [0, 1, 1], [1, 1, 0]]


def test_names_without_a_place_and_frames_unlike_one_another_are_named() -> None:
    given_ = forecasts()
    with pytest.raises(BadInput, match="no place in the structure: moon"):
        made("ols", forecasts=given_ | {"moon": frame(1, 0.1)})
    with pytest.raises(BadInput, match="no forecast: banks"):
        made("ols", forecasts={name: one for name, one in given_.items() if name != "banks"})
    with pytest.raises(BadInput, match="banks"):
        made("ols", forecasts=given_ | {"banks": given_["banks"].iloc[:2]})
    with pytest.raises(BadInput, match="missing or infinite"):
        made("ols", forecasts=given_ | {"banks": given_["banks"] * np.nan})
    with pytest.raises(UsageError, match="top_down"):
        made("top_down")  # type: ignore[arg-type]
    past = history()
    past["banks"] = pd.concat([past["banks"], past["banks"].iloc[:1]])
    with pytest.raises(BadInput, match="1990 twice"):
        made("ols", history=past)


def test_joint_errors_are_pooled_over_steps() -> None:
    rng = np.random.default_rng(3)
    rows = [
        {
            "unique_id": name,
            "method": "drift",
            "origin": str(origin),
            "step": step,
            "outcome": step * e,
            "mean": 0.0,
        }
        for name in "tab"
        for origin in range(2000, 2010)
        for step, e in ((1, rng.normal()), (2, rng.normal()))
    ]
    trials = pd.DataFrame(rows)
    found = joint_errors(trials, "drift")
    assert found.shape == (20, 3)
    sizes = (found**2).groupby(level="step").mean() ** 0.5
    assert float((sizes.loc[2] / sizes.loc[1]).median()) == pytest.approx(1.0)
    assert joint_errors(trials, "other").empty
    assert len(joint_errors(trials.drop(index=0), "drift")) == 19
    with pytest.raises(BadInput, match="two errors"):
        joint_errors(pd.concat([trials, trials.iloc[:1]]), "drift")


def test_the_words_are_there_in_both_languages() -> None:
    for method in WAYS:
        for lang in LANGUAGES:
            assert made(method).method.text(lang)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"history": None}, "history is no mapping"),
        ({"history": history() | {"banks": None}}, "history is no mapping"),
        ({"history": history() | {"banks": pd.Series(["much"], index=["1990"])}}, "history is no mapping"),
        ({"forecasts": None}, "forecasts are no mapping"),
        ({"forecasts": forecasts() | {"banks": None}}, "forecasts are no mapping"),
        (
            {"forecasts": {name: one.rename(columns={"0.1": "low"}) for name, one in forecasts().items()}},
            "quantile",
        ),
        ({"errors": 3}, "joint errors are no table"),
        (
            {"errors": errors().astype(object).replace({0: None}).assign(banks="far")},
            "joint errors are no table",
        ),
    ],
)
def test_arguments_of_another_kind_are_errors_with_a_mend(changed: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        made("mint_shrink", **changed)
    assert caught.value.mend is not None
    assert all(caught.value.text(language) for language in LANGUAGES)


@pytest.mark.parametrize("trials", [None, pd.DataFrame(), pd.DataFrame({"method": ["drift"]})])
def test_joint_errors_want_a_table_of_trials(trials: pd.DataFrame) -> None:
    with pytest.raises(BadInput, match="table of trials") as caught:
        joint_errors(trials, "drift")
    assert caught.value.mend is not None
