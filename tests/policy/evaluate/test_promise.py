"""Every verdict, and that an interval which holds everything decides nothing."""

from dataclasses import replace

import pandas as pd
import pytest

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.message import LANGUAGES
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.effect import PolicyEffect
from longwave.policy.evaluate.power import Power
from longwave.policy.evaluate.promise import Verdict, compare
from longwave.policy.evaluate.run import evaluate

from .made_up import START, panel

DESIGN = EvaluationDesign("trial", "output", 5, "synthetic_control")


def measured(effect: float) -> PolicyEffect:
    table = panel(1, areas=25)
    table["A00"] = 0.5 * table["A05"] + 0.5 * table["A09"] + 0.05 * panel(9, areas=1, factors=0)["A00"]
    table.loc[START:, "A00"] += effect
    return evaluate(DESIGN, table, "A00", START)


def promise(value: float, half: float = 0.1) -> pd.DataFrame:
    return pd.DataFrame(
        {"value": value, "low": value - half, "high": value + half}, index=range(START, START + 5)
    )


@pytest.mark.parametrize(
    ("effect", "promised", "verdict"),
    [
        (1.0, 1.0, Verdict.AS_PROMISED),
        (3.0, 1.0, Verdict.BETTER),
        (1.0, 3.0, Verdict.WORSE),
        (-1.0, 1.0, Verdict.WORSE),
        (-3.0, -1.0, Verdict.BETTER),
        (-1.0, -3.0, Verdict.WORSE),
        (0.0, 2.0, Verdict.NOTHING_SEEN),
        (0.0, 0.02, Verdict.NOT_DECIDABLE),
        (0.0, 0.0, Verdict.AS_PROMISED),
    ],
)
def test_verdicts(effect: float, promised: float, verdict: Verdict) -> None:
    found = compare(measured(effect), promise(promised), DESIGN)
    assert found.verdict is verdict
    for lang in LANGUAGES:
        assert "A00" in found.sentence.text(lang)
    assert (
        found.difference is not None
        and found.difference.low <= found.difference.value <= found.difference.high
    )
    assert len(found.path) == 5 and not found.path.isna().any().any()


def test_what_is_better_may_be_told() -> None:
    lower = replace(DESIGN, higher_is_better=False)
    assert compare(measured(3.0), promise(1.0), lower).verdict is Verdict.WORSE
    assert compare(measured(0.0), promise(1.0), lower).verdict is Verdict.BETTER


def test_a_failed_comparison_decides_nothing() -> None:
    effect = replace(measured(1.0), decidable=False)
    assert compare(effect, promise(1.0), DESIGN).verdict is Verdict.NOT_DECIDABLE
    empty = PolicyEffect("A00", "output", "state_space", "2014")
    assert compare(empty, promise(1.0), DESIGN).verdict is Verdict.NOT_DECIDABLE


def test_the_smallest_effect_written_before_counts_first() -> None:
    power = Power("synthetic_control", 0.7, None, None)
    assert compare(measured(1.0), promise(1.0), DESIGN, power).smallest == 0.7
    written = replace(DESIGN, minimum_detectable_effect=0.4)
    assert compare(measured(1.0), promise(1.0), written, power).smallest == 0.4


def test_promises_that_cannot_be_read() -> None:
    effect = measured(1.0)
    with pytest.raises(BadInput, match="low"):
        compare(effect, promise(1.0).drop(columns="low"), DESIGN)
    with pytest.raises(BadInput, match="bounds"):
        compare(effect, promise(1.0).assign(low=2.0), DESIGN)
    with pytest.raises(BadInput, match="no finite number"):
        compare(effect, promise(1.0).astype(object).assign(value="much"), DESIGN)
    with pytest.raises(NotEnoughData, match="share no period"):
        compare(effect, promise(1.0).set_axis(range(1950, 1955)), DESIGN)


def test_a_wide_promise_is_harder_to_break() -> None:
    effect = measured(1.0)
    tight, wide = compare(effect, promise(3.0), DESIGN), compare(effect, promise(3.0, half=5.0), DESIGN)
    assert tight.verdict is Verdict.WORSE and wide.verdict is Verdict.NOT_DECIDABLE
    assert "too wide" in wide.sentence.text("en") and "-2 to 8" in wide.sentence.text("en")


@pytest.mark.parametrize(
    ("promised", "half", "verdict"),
    [
        (5.0, 15.0, Verdict.WORSE),
        (1.0, 9.0, Verdict.WORSE),
        (-30.0, 60.0, Verdict.NOT_DECIDABLE),
        (-3.0, 0.2, Verdict.AS_PROMISED),
        (0.0, 9.0, Verdict.NOT_DECIDABLE),
    ],
)
def test_a_vague_promise_is_not_kept_for_being_vague(promised: float, half: float, verdict: Verdict) -> None:
    """An effect of -3 keeps no promise of more, and a promise that holds everything is not kept by anything."""
    found = compare(measured(-3.0), promise(promised, half), DESIGN)
    assert found.verdict is verdict
    for lang in LANGUAGES:
        assert f"{promised - half:.4g}" in found.sentence.text(lang)
    if promised > 0:
        assert "the opposite came" in found.sentence.text("en")


def test_the_other_side_of_nought_may_be_the_better_one() -> None:
    lower = replace(DESIGN, higher_is_better=False)
    assert compare(measured(-3.0), promise(5.0, 15.0), lower).verdict is Verdict.BETTER
