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
    ("hours per worker", "hours per worker"),
    ("hours per person per year", "hours per person"),
    ("hours a year", "hours"),
    ("annual hours", "hours"),
    ("index, 2017 = 1", "index 2017=1"),
    ("Index (2010=100)", "index 2010=100"),
    ("2015 = 100", "index 2015=100"),
    ("constant 2015 EUR, million", "million EUR, constant 2015"),
    ("EUR million, constant 2015", "million EUR, constant 2015"),
    ("billion 2015 euros", "billion EUR, constant 2015"),
    ("million constant 2015 US dollars", "million USD, constant 2015"),
    ("chain linked volumes (2015), million euro", "million EUR, constant 2015"),
    ("CLV15_MEUR", "million EUR, constant 2015"),
    ("constant LCU", "LCU, constant"),
    ("current LCU", "LCU, current"),
    ("million LCU, constant 2015", "million LCU, constant 2015"),
    ("constant 2011-12 INR", "INR, constant 2011-12"),
    ("constant 2017 international $", "USD, constant 2017 PPP"),
    ("1000 persons", "thousand persons"),
    ("thousands of persons", "thousand persons"),
    ("millions of persons", "million persons"),
    ("thousand", "thousand"),
    ("ratio", "share"),
    ("fraction", "share"),
    ("share (0-1)", "share"),
    ("pct", "percent"),
    ("per cent of GDP", "percent of GDP"),
    ("% GDP", "percent of GDP"),
]

NOT_UNDERSTOOD = [
    "hours per week",
    "Australian dollars",
    "US$ per capita",
    "2017 US$, current",
    "million EUR, previous year prices",
    "percentage points",
    "% change",
]


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_means_something_else_stays_as_it_is(text: str) -> None:
    assert Unit.parse(text) == Unit("unstated", of=text)


@pytest.mark.parametrize(("published", "ours"), PUBLISHED)
def test_published_texts_are_read(published: str, ours: str) -> None:
    assert str(Unit.parse(published)) == ours


@pytest.mark.parametrize("ours", [ours for _, ours in PUBLISHED])
def test_our_own_text_reads_back_to_itself(ours: str) -> None:
    assert str(Unit.parse(ours)) == ours


@pytest.mark.parametrize("published", [published for published, _ in PUBLISHED])
def test_the_unit_itself_reads_back_from_its_text(published: str) -> None:
    unit = Unit.parse(published)
    assert Unit.parse(str(unit)) == unit


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
        ("current LCU", "constant LCU"),
        ("hours per worker", "hours"),
        ("CLV10_MEUR", "CLV15_MEUR"),
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
