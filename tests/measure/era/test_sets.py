import numpy as np
import pytest

from longwave.core.dating import DatingState
from longwave.measure.era.family import Chance
from longwave.measure.era.model import era_model
from longwave.measure.era.turning import Evidence, decide

from .samples import state


@pytest.fixture(scope="module")
def found():
    return era_model(
        {"a": state(60, 30, seed=2)}, draws=60, waves=False, path=False, breaks=False
    ).dimensions["a"]


def evidence(**changes):
    return Evidence(
        **(
            {
                "chance": Chance(0.01, 0.01, 1),
                "margin": 5.0,
                "shift": (1970, 1972),
                "first": 1950,
                "last": 2009,
                "duration": 25.0,
            }
            | changes
        )
    )


def test_all_four_conditions_are_needed(found) -> None:
    assert decide(found.dates, 1980, evidence())[0] is DatingState.PASSED
    for changes, reason in (
        ({"chance": Chance(0.2, 0.2, 1)}, "No wave can be told"),
        ({"chance": Chance(0.03, 0.18, 6)}, "among 6 dimensions looked at"),
        ({"duration": 12.0}, "burst or a shift"),
        ({"margin": -1.0}, "one-off shift in 1970–1972"),
        ({"first": 1985, "last": 2040}, "before the figures begin"),
    ):
        state_, why, _, _ = decide(found.dates, 1980, evidence(**changes))
        assert state_ is DatingState.NOT_DATABLE
        assert reason in why.text("en")
    assert decide(found.dates, 1980, evidence(last=found.dates.last + 1))[0] is DatingState.NOT_BEFORE


def test_the_best_date_is_in_the_set_and_ratios_start_at_zero(found) -> None:
    dates = found.dates
    assert dates.first <= dates.date <= dates.last
    assert dates.ratios.min() == 0
    assert dates.kept[dates.best]
    assert np.all(dates.critical > 0)


def test_weights_of_families_add_up_and_the_date_is_their_mean(found) -> None:
    assert sum(weight for weight, _, _ in found.families.values()) == pytest.approx(1)
    mean = sum(weight * date for weight, date, _ in found.families.values())
    assert abs(found.date - mean) <= 0.5 or found.date in (found.dates.first, found.dates.last)
