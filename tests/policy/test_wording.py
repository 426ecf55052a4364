"""Names that a reader knows in place of those of a model, and intervals that say when nothing is spread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.message import Names, say
from longwave.policy.wording import band, banded, formula_in_words, in_words, same, signed, telling

NAMES = {"env_goal": Names("Goal", "目标"), "log": Names("Logbook", "日志")}


def test_names_of_a_model_are_put_by_those_of_the_reader_and_functions_stay():
    told = formula_in_words("100*log(env_goal) + env_goal2", NAMES)
    assert told == Names("100*log(“Goal”) + env_goal2", "100*log(“目标”) + env_goal2")


def test_names_within_a_sentence_and_its_parts():
    place = say("control.place", name="env_goal", first="2027", last="2030", count=4)
    told = in_words(say("control.unreached", places=(place,), count=4), NAMES)
    assert "Goal in 2027" in told.text("en")
    assert "目标" in told.text("zh")
    assert "env_goal" not in told.text("en") + told.text("zh")


def test_an_interval_without_width_says_so():
    assert str(band(0.5, 0.5)) == "the same in every draw"
    assert banded(29.5, 29.5, 29.5).text("zh") == "29.50（各次抽取相同）"
    assert str(banded(-0.0, 0.0, 0.0)) == "0.00 (the same in every draw)"


def test_a_narrow_one_is_printed_with_digits_enough():
    assert str(band(0.011, 0.014)) == "+0.011 to +0.014"
    assert str(banded(-0.0003, -0.0006, 0.0)) == "-0.0003 (-0.0006 … 0.0000)"


@given(st.floats(-1e3, 1e3), st.floats(0, 10))
def test_ends_that_differ_never_print_alike(low, width):
    high = low + width
    if not same(low, high):
        digits = telling(low, high)
        assert signed(low, digits) != signed(high, digits) or digits == 6


@pytest.mark.parametrize("value", [0.0, -0.0, -1e-9])
def test_nought_has_no_sign(value):
    assert signed(value) == "0.00"
