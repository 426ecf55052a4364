"""The one door: what figures can be thrown at it, and what comes back."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from longwave.core.message import LANGUAGES
from longwave.policy.evaluate.design import ESTIMATORS, EvaluationDesign
from longwave.policy.evaluate.run import evaluate, power_before

from .made_up import FIRST, START, YEARS, panel

BASE = panel(3, areas=12)


def design(estimator: str, horizon: int = 4, **options: object) -> EvaluationDesign:
    return EvaluationDesign("trial", "output", horizon, estimator, **options)  # type: ignore[arg-type]


def with_cells(rows: object, columns: object, value: object) -> pd.DataFrame:
    table = BASE.astype(object)
    table.iloc[rows, columns] = value  # type: ignore[call-overload]
    return table


REFUSED = {
    "text among the donors": (with_cells(3, 4, "n/a"), "no finite number"),
    "infinity": (with_cells(3, 0, np.inf), "no finite number"),
    "flags": (BASE.assign(A00=True), "no finite number"),
    "an area twice": (pd.concat([BASE, BASE[["A02"]]], axis=1), "A02 twice"),
    "a period twice": (pd.concat([BASE, BASE.iloc[:1]]), "1990 twice"),
    "nothing": (BASE.iloc[:0], "empty"),
    "no area": (BASE[[]], "empty"),
    "strange periods": (BASE.set_axis([f"p{each}" for each in range(YEARS)]), "not a period"),
    "too short a past": (BASE.loc[2007:], "7 observations before"),
    "an outcome that stands still": (BASE.assign(A00=1.0), "does not move"),
    "one that stood still before": (with_cells(slice(0, 24), 0, 1.0), "does not move"),
    "no figure at all": (with_cells(slice(None), 0, np.nan), "not a single figure"),
    "nothing after the start": (with_cells(slice(24, 30), 0, np.nan), "after the last figure (2013)"),
}


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_in_words(case: str, estimator: str) -> None:
    table, told = REFUSED[case]
    effect = evaluate(design(estimator), table, "A00", START)
    assert effect.average is None and not effect.decidable
    assert told in effect.refusals[0].reason.text("en")
    assert effect.refusals[0].reason.text("zh") != effect.refusals[0].reason.text("en")
    assert effect.refusals[0].mend is not None


@pytest.mark.parametrize(
    ("area", "start", "told"),
    [
        ("ZZZ", START, "not in the table"),
        ("A00", 2030, "after the last figure"),
        ("A00", 1980, "0 observations"),
        ("A00", "2014-Q1", "frequency"),
        ("A00", "soon", "not a period"),
        ("A00", None, "not a period"),
        ("A00", float("nan"), "not a period"),
        ("A00", 2014.5, "not a period"),
    ],
)
def test_a_start_or_area_that_is_none(area: str, start: object, told: str) -> None:
    assert told in evaluate(design("state_space"), BASE, area, start).refusals[0].reason.text("en")


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    "index",
    [
        pd.date_range(f"{FIRST}-01-01", periods=YEARS, freq="YS"),
        pd.period_range(str(FIRST), periods=YEARS, freq="Y"),
        pd.Index([float(each) for each in BASE.index]),
        pd.Index([str(each) for each in BASE.index]),
    ],
    ids=["dates", "periods", "floats", "texts"],
)
def test_every_way_to_write_years_is_the_same(estimator: str, index: pd.Index) -> None:
    plain = evaluate(design(estimator), BASE, "A00", START)
    other = evaluate(
        design(estimator), BASE.set_axis(index).sample(frac=1, random_state=0), "A00", date(START, 5, 1)
    )
    pd.testing.assert_frame_equal(plain.path, other.path)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_unit_of_measurement_does_not_matter(estimator: str) -> None:
    plain = evaluate(design(estimator), BASE, "A00", START)
    large = evaluate(design(estimator), BASE * 1e9, "A00", START)
    assert plain.average is not None and large.average is not None
    assert large.average.value == pytest.approx(plain.average.value * 1e9, rel=1e-6)
    assert large.average.high == pytest.approx(plain.average.high * 1e9, rel=1e-6)
    assert large.p_value == pytest.approx(plain.p_value, abs=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_holes_are_skipped_or_refused_never_filled(estimator: str) -> None:
    for rows in (slice(3, 6), slice(22, 24), slice(25, 26)):
        effect = evaluate(design(estimator), with_cells(rows, 0, np.nan), "A00", START)
        assert effect.refusals or np.isfinite(effect.path.to_numpy(float)).all()
        assert str(FIRST + 25) not in effect.path.index or rows.start != 25


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_everything_can_be_written_down(estimator: str) -> None:
    effect = evaluate(design(estimator, unit="percent", sources=("one",)), BASE, "A00", START)
    for lang in LANGUAGES:
        told = effect.as_dict(lang)
        assert told["average"]["unit"] == "percent" and told["sentence"] and told["method"]
    assert effect.grade.value in "ABCD" and effect.sample is not None and effect.tests
    path = effect.path
    assert (path["low"] <= path["effect"]).all() and (path["effect"] <= path["high"]).all()
    assert (path["band_low"] <= path["low"] + 1e-9).all() and (path["band_high"] >= path["high"] - 1e-9).all()
    assert path["cumulated"].iloc[-1] == pytest.approx(path["effect"].sum())


def test_figures_that_end_early_are_told() -> None:
    effect = evaluate(design("state_space", horizon=20), BASE, "A00", START)
    assert len(effect.path) == 6
    assert any("the rest is not known yet" in each.text() for each in effect.notes)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_power_looks_at_nothing_after_the_start(estimator: str) -> None:
    late = BASE.copy()
    late.loc[START:] += 1000.0
    plain = power_before(design(estimator), BASE, "A00", START)
    assert plain.smallest == power_before(design(estimator), late, "A00", START).smallest
    if estimator != "synthetic_control":
        assert plain.smallest is not None and 0 < plain.smallest < np.inf
    else:
        assert plain.smallest == np.inf, "eleven donors cannot be significant at 5 %"
        assert plain.smallest_p == pytest.approx(1 / 12)


def test_power_before_there_is_anything_after() -> None:
    power = power_before(design("state_space"), BASE, "A00", 2030)
    assert power.smallest is not None and power.smallest > 0
    assert power_before(design("state_space"), BASE, "ZZZ", 2030).refusals
    assert power.sees(1e9) and not power.sees(0.0)


def test_a_projection_on_a_shock_has_a_power_of_its_own() -> None:
    shock = pd.Series(np.random.default_rng(0).standard_normal(YEARS), index=BASE.index)
    power = power_before(design("local_projection"), BASE, "A00", START, shock=shock)
    assert power.by_placebo is None and power.by_simulation is not None and power.by_simulation > 0


def test_many_adopters_make_more_power() -> None:
    table = panel(5, areas=30)
    adopters = {f"A{each:02d}": START for each in range(12)}
    alone = power_before(design("difference_in_differences"), table, "A00", START)
    many = power_before(design("difference_in_differences"), table, "A00", START, adopters=adopters)
    assert alone.by_simulation is not None and many.by_simulation is not None
    assert many.by_simulation < alone.by_simulation
