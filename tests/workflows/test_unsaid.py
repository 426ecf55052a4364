"""Refusals gathered over areas say everything once."""

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.workflows.study.unsaid import gathered


def lacks(area: str, variable: str) -> Refusal:
    return Refusal(variable, say("core.no_series", variable=variable, area=area_names(area)))


def test_the_same_refusal_of_two_areas_is_one_with_both_names() -> None:
    told = gathered([("USA", lacks("USA", "x")), ("CHN", lacks("CHN", "x")), ("CHN", lacks("CHN", "y"))])
    assert [r.reason.text() for r in told] == [
        "No figures for x in United States, China.",
        "No figures for y in China.",
    ]


def test_a_reason_without_an_area_gets_one_in_front() -> None:
    plain = Refusal("skills", say("workflows.nothing_to_forecast"))
    told = gathered([("USA", plain), ("CHN", plain)])
    assert len(told) == 1
    assert told[0].reason.text("zh").startswith("美国、中国：")


def test_different_reasons_stay_apart() -> None:
    told = gathered([("USA", lacks("USA", "x")), ("USA", lacks("USA", "y"))])
    assert len(told) == 2
