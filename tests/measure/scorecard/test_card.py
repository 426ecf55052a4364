import re

import pandas as pd
import pytest

from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Estimate, Grade, Sample, TestResult
from longwave.core.message import say
from longwave.measure.measurement import DIMENSIONS
from longwave.measure.returns.return_on_capital import measure_returns
from longwave.measure.scorecard.card import Coverage, Entry, entry_of, scorecard
from longwave.measure.scorecard.status import Losing, Status, status_of


def change(low, high, grade=Grade.B):
    nothing = say("measure.nothing")
    return Estimate(
        "x_change", (low + high) / 2, low, high, "share a year", nothing, Sample(30, "1990", "2019"), grade
    )


def entry(
    low=None, high=None, *, area="USA", dimension="productivity", losing=Losing.FALL, grade=Grade.B, **more
):
    moved = None if low is None else change(low, high, grade)
    return Entry(
        area,
        dimension,
        "made",
        "figure",
        1.0,
        "share",
        losing,
        Coverage(1.0, "1990", "2019", 30),
        grade,
        moved,
        **more,
    )


@pytest.mark.parametrize(
    ("low", "high", "losing", "status"),
    [
        (-0.02, -0.01, Losing.FALL, Status.LOSING),
        (0.01, 0.02, Losing.FALL, Status.GAINING),
        (0.01, 0.02, Losing.RISE, Status.LOSING),
        (-0.02, -0.01, Losing.RISE, Status.GAINING),
        (-0.02, 0.001, Losing.FALL, Status.NO_CHANGE),
        (-0.5, 0.0, Losing.FALL, Status.NO_CHANGE),
        (0.01, 0.02, Losing.CONTESTED, Status.RISEN),
        (-0.02, -0.01, Losing.CONTESTED, Status.FALLEN),
    ],
)
def test_interval_decides(low, high, losing, status):
    assert status_of(change(low, high), Grade.B, losing) is status


def test_without_figures_nothing_is_said():
    assert status_of(None, Grade.A, Losing.FALL) is Status.NOT_ENOUGH
    assert status_of(change(-2, -1), Grade.D, Losing.FALL) is Status.NOT_ENOUGH
    assert status_of(change(-2, -1, Grade.D), Grade.A, Losing.FALL) is Status.NOT_ENOUGH


def test_card_is_words_and_no_colour():
    card = scorecard(
        [entry(-0.02, -0.01), entry(0.01, 0.02, dimension="competition", losing=Losing.CONTESTED)]
    )
    said = " ".join(one.text(lang) for one in card.findings for lang in ("en", "zh"))
    assert "weaker than before: 1" in said and "contested" in said and "not added up" in said
    assert not re.search(r"\b(red|green|amber)\b|[红绿黄]", said.lower())
    assert "chance" in str(card.findings[-1])


def test_missing_dimensions_are_seen():
    card = scorecard([entry(-0.02, -0.01)])
    assert {one.subject for one in card.refusals} == {
        f"USA: {name}" for name in DIMENSIONS if name != "productivity"
    }


def test_areas_side_by_side():
    card = scorecard([entry(-0.02, -0.01), entry(area="JPN", low=-1, high=1), entry(area="DEU")])
    table = card.side_by_side()
    assert list(table.columns) == ["DEU", "JPN", "USA"]
    assert list(table.iloc[0]) == [
        "not enough figures",
        "no change that can be told from noise",
        "weaker than before",
    ]
    assert list(card.side_by_side("zh").iloc[0])[2] == "较前期减弱"
    assert card.areas == ("DEU", "JPN", "USA")


def test_rows_carry_test_and_date():
    sample = Sample(30, "1990", "2019")
    test = TestResult("t", say("measure.nothing"), 3.0, True, say("measure.nothing"), sample, p_value=0.01)
    since = Dating("d", DatingState.PASSED, say("measure.nothing"), sample, Grade.B, "2004", "2001", "2007")
    line = scorecard([entry(-0.02, -0.01, test=test, dating=since)]).frame().iloc[0]
    assert line["since"] == "since 2004 (2001 to 2007)"
    assert line["test_p"] == 0.01
    for state, word in ((DatingState.NOT_BEFORE, "not before"), (DatingState.NOT_DATABLE, "not datable")):
        other = Dating("d", state, say("measure.nothing"), sample, Grade.B, low="2030")
        assert word in scorecard([entry(-1, 1, dating=other)]).frame()["since"].iloc[0]
    none = Dating("d", DatingState.NO_BREAK, say("measure.nothing"), sample, Grade.B)
    assert "no break" in scorecard([entry(-1, 1, dating=none)]).frame()["since"].iloc[0]


def test_from_a_measurement(panel_of):
    rates = {year: 0.1 - 0.001 * (year - 1950) + 0.003 * ((year * 7) % 5 - 2) for year in range(1950, 2020)}
    found = measure_returns(panel_of({"return_on_capital": rates}), "AAA")
    one = entry_of(found, "return_on_capital", "return_on_capital_change", Losing.FALL)
    assert one.value == pytest.approx(rates[2019])
    assert scorecard([one]).rows[0].status in {Status.LOSING, Status.NO_CHANGE}
    nothing = entry_of(found, "absent", "absent", Losing.FALL)
    assert nothing.value is None
    assert scorecard([nothing]).rows[0].status is Status.NOT_ENOUGH
    assert "no change with an interval" in str(scorecard([nothing]).rows[0].sentence)


def test_no_entries_make_an_empty_card():
    card = scorecard([])
    assert card.rows == () and card.findings == ()
    assert isinstance(card.frame(), pd.DataFrame)
    assert card.side_by_side().empty


def test_entries_that_cannot_be():
    with pytest.raises(ValueError, match="twice"):
        scorecard([entry(-1, 1), entry(-1, 1)])
    with pytest.raises(ValueError, match="no dimension"):
        entry(-1, 1, dimension="luck")
    with pytest.raises(ValueError, match="observed"):
        Entry("USA", "returns", "m", "i", 1.0, "", Losing.FALL, Coverage(1.5, "", "", 0), Grade.B)
