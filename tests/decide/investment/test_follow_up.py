"""After the decision: what is off is named, the rest is worth what is left of it, and the course follows."""

from __future__ import annotations

import pytest

from longwave.core.errors import BadInput
from longwave.decide.investment.decision import decide
from longwave.decide.investment.follow_up import Course, follow_up
from longwave.decide.investment.read import read_plan

from .plans import content, opening

DRAWS = 2_000
PROMISED = {"Ore": {2027: 30.0, 2028: 30.0}, "Digging": {2027: 14.0, 2028: 14.0}, "outlays": {2026: 100.0}}


def followed(actual: dict[str, dict[int, float]], **other: float):  # type: ignore[no-untyped-def]
    plan = read_plan(content(opening(**other)))
    return follow_up(decide(plan, draws=DRAWS), {"Pit": actual})[0]


def test_what_was_promised_changes_nothing() -> None:
    found = followed(PROMISED, abandon=20)
    assert found.course is Course.CONTINUE
    assert found.lasts[0] == pytest.approx(found.promised, abs=2.0)
    assert {each.state for each in found.compared} == {"within"}
    assert [each.key for each in found.reasons] == ["investment.follow_npv"]


def test_a_line_that_is_off_is_named_and_what_fetches_more_than_going_on_is_stopped() -> None:
    found = followed(PROMISED | {"Ore": {2027: 15.0, 2028: 14.0}}, abandon=120)
    assert found.course is Course.ABANDON or found.ends[1] > 120
    off = [each for each in found.compared if each.state == "below"]
    assert {each.line for each in off} == {"Ore"}
    assert any("Ore" in each.text("en") for each in found.reasons)
    assert found.lasts[1] < found.ends[1]


def test_between_the_two_it_is_not_decidable() -> None:
    found = followed(PROMISED | {"Ore": {2027: 15.0, 2028: 14.0}}, abandon=60)
    assert found.course is Course.NOT_DECIDABLE
    assert found.lasts[1] < 60 < found.ends[1]


@pytest.mark.parametrize("actual", [{"Gold": {2027: 1.0}}, {"Ore": {2020: 1.0}}, {"Ore": {2090: 1.0}}])
def test_lines_and_years_that_the_plan_lacks_are_refused(actual: dict[str, dict[int, float]]) -> None:
    with pytest.raises(BadInput):
        followed(actual)


def test_an_unknown_opening_is_refused() -> None:
    with pytest.raises(BadInput, match="Mill"):
        follow_up(decide(read_plan(content()), draws=DRAWS), {"Mill": PROMISED})
