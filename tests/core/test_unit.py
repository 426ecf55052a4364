"""Units convert by scale only, and never across price bases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import UnitMismatch
from longwave.core.unit import Unit

PUBLISHED = [
    ("% of GDP", "percent of GDP"),
    ("share", "share"),
    ("million 2017 US$", "million USD, constant 2017"),
    ("US$", "USD, current"),
    ("2017=1", "index 2017=1"),
    ("per 100 people", "percent of population"),
    ("annual %", "percent a year"),
    ("share/yr", "share a year"),
    ("million", "million"),
    ("hours", "hours"),
    ("see label", "see label"),
]


@pytest.mark.parametrize(("published", "ours"), PUBLISHED)
def test_published_texts_are_read(published: str, ours: str) -> None:
    assert str(Unit.parse(published)) == ours


@pytest.mark.parametrize("ours", [ours for _, ours in PUBLISHED])
def test_our_own_text_reads_back_to_itself(ours: str) -> None:
    assert str(Unit.parse(ours)) == ours


@given(st.text(max_size=40))
def test_any_text_gives_a_unit_whose_text_is_stable(text: str) -> None:
    once = str(Unit.parse(text))
    assert str(Unit.parse(once)) == once


def test_percent_becomes_share() -> None:
    assert Unit.parse("% of GDP").factor_to(Unit.parse("share of GDP")) == 0.01
    assert Unit.parse("million persons").factor_to(Unit.parse("thousand persons")) == 1000


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("US$", "million 2017 US$"),
        ("million 2017 US$", "million 2015 US$"),
        ("million 2017 US$", "million 2017 PPP US$"),
        ("% of GDP", "% of population"),
        ("2017=1", "2010=100"),
        ("see label", "% of GDP"),
        ("USD", "EUR"),
        ("annual %", "% of GDP"),
    ],
)
def test_bases_are_never_mixed(first: str, second: str) -> None:
    with pytest.raises(UnitMismatch, match="cannot be turned into"):
        Unit.parse(first).factor_to(Unit.parse(second))


@given(st.sampled_from(["% of GDP", "share of GDP"]), st.sampled_from(["% of GDP", "share of GDP"]))
def test_there_and_back_is_one(first: str, second: str) -> None:
    one, two = Unit.parse(first), Unit.parse(second)
    assert one.factor_to(two) * two.factor_to(one) == pytest.approx(1.0)
