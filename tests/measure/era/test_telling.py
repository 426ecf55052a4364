import re
from dataclasses import replace

import pytest

from longwave.measure.era.model import era_model
from longwave.measure.era.telling import measurement_of

from .samples import contribution, noise, state

QUICK = {"draws": 60, "test_draws": 159, "breaks": False}


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


@pytest.fixture(scope="module")
def undated():
    series = {
        name: type(state(45, 20))(
            state(45, 20).values * 0 + noise(45, 0.3, seed), "contribution" if seed == 7 else "state"
        )
        for seed, name in ((7, "productivity"), (8, "returns"), (9, "skills"))
    }
    return era_model(series, **QUICK)


def test_where_no_era_is_found_pooling_is_said_nothing_of(undated) -> None:
    assert not undated.any_era
    assert {"common_date", "independent_noise"} <= {one.name for one in undated.tests}
    for message in measurement_of(undated, "FRA").findings:
        assert "noise moves together" not in message.text("en")
        assert "under one date" not in message.text("en")


def test_where_no_era_is_found_and_pooling_is_refused_one_sentence_says_so(undated) -> None:
    told = measurement_of(replace(undated, together=False), "FRA").findings[0]
    assert "in none of the 3 dimensions looked at" in told.text("en")
    assert all(name in told.text("en") for name in ("productivity", "the return on capital", "skills"))
    assert "技术模式" in told.text("zh")


def test_what_is_missing_for_want_of_a_date_is_refused_once(undated) -> None:
    assert [one.subject for one in undated.refusals] == ["decay_factor"]
    assert "no loading, no decay factor" in undated.refusals[0].reason.text("en")


def test_without_any_series_the_dimensions_are_named_as_too_short() -> None:
    reason = era_model({}).refusals[0].reason
    assert "None of the dimensions has enough yearly figures" in reason.text("en")
