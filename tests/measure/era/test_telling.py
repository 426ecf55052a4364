import re

import pytest

from longwave.measure.era.model import era_model
from longwave.measure.era.telling import measurement_of

from .samples import contribution, noise, state

QUICK = {"draws": 60, "breaks": False}


@pytest.fixture(scope="module")
def dated():
    return era_model(
        {
            "productivity": contribution(60, 30, seed=2),
            "returns": state(60, 30, seed=3),
            "skills": state(60, 30, seed=4),
        },
        **QUICK,
    )


def test_findings_are_said_in_both_languages_and_name_the_place(dated) -> None:
    told = measurement_of(dated, "FRA")
    assert told.measure == told.dimension == "era"
    for message in told.findings:
        assert message.text("en").startswith("France")
        assert re.search(r"[一-鿿]", message.text("zh"))
        assert "nan" not in message.text("en").lower()
    assert told.datings[0].name == "era_turning_point"
    assert all(re.fullmatch(r"\d{4}", period) for period in told.table.index)
    assert set(told.units) == set(told.table.columns)


def test_a_measurement_without_series_has_a_reason() -> None:
    told = measurement_of(era_model({}), "FRA")
    assert told.table.empty
    assert told.refusals
    assert not told.findings


def test_a_date_is_never_told_without_an_era() -> None:
    one = state(50, 25, seed=1)
    era = era_model({"returns": type(one)(one.values * 0 + noise(50, 0.5, 8), "state")}, **QUICK)
    sentence = measurement_of(era, "USA").findings[0].text("en")
    assert "cannot date a turning point" in sentence
    assert "was passed" not in sentence
