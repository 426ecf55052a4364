import numpy as np

from longwave.core.estimate import Estimate, Grade, Refusal, Sample
from longwave.core.message import say
from longwave.measure.scorecard.card import Coverage, Entry, scorecard
from longwave.measure.scorecard.card_composite import composite_of
from longwave.measure.scorecard.composite import Composite
from longwave.measure.scorecard.status import Losing

AREAS = ("AUS", "AUT", "BEL", "CAN", "CHN", "DEU", "FRA", "GBR", "ITA", "JPN", "KOR", "USA")
DIRECTIONS = {
    "productivity": Losing.FALL,
    "returns": Losing.FALL,
    "skills": Losing.RISE,
    "structure": Losing.FALL,
}


def entry(area, dimension, losing, value, half=0.3):
    change = Estimate(
        "c",
        value,
        value - half,
        value + half,
        "share",
        say("measure.nothing"),
        Sample(30, "1990", "2019"),
        Grade.B,
    )
    coverage = Coverage(1.0, "1990", "2019", 30)
    return Entry(area, dimension, dimension, "figure", 1.0, "share", losing, coverage, Grade.B, change)


def card(areas=AREAS):
    made = []
    for place, area in enumerate(areas):
        for dimension, losing in DIRECTIONS.items():
            sign = 1 if losing is Losing.FALL else -1
            made.append(entry(area, dimension, losing, sign * (place + 0.1 * len(dimension))))
        made.append(entry(area, "competition", Losing.CONTESTED, -50.0 * place))
    return scorecard(made)


def test_who_gains_most_is_first_and_contested_rows_stay_out():
    found = composite_of(card(), draws=256)
    assert isinstance(found, Composite)
    assert list(found.frame.index) == list(reversed(AREAS))
    assert not any("competition" in str(name) for name in found.frame)
    assert (found.frame["rank_high"] - found.frame["rank_low"] <= 3).all()
    assert np.isfinite(found.frame["place_low"]).all()


def test_few_areas_or_nothing_to_order_is_refused():
    assert isinstance(composite_of(card(AREAS[:4])), Refusal)
    nothing = composite_of(scorecard([entry("USA", "competition", Losing.CONTESTED, 1.0)]))
    assert isinstance(nothing, Refusal)
    assert "settled direction" in str(nothing.reason)
    assert isinstance(composite_of(scorecard([])), Refusal)
