"""A forecast in sentences beside its back-test: one record on screen and page, that of the back-test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import longwave as lw
from longwave.core.message import Message, Names, say
from longwave.core.settings import Settings
from longwave.workflows.forecast import Made
from longwave.workflows.forecast.told import outlook
from longwave.workflows.past_errors import score_of
from longwave.workflows.series_name import placed, without_total

KEY = "real_gdp@CHN"


@pytest.fixture(scope="module")
def made(settings: Settings) -> Made:
    return lw.make_forecast(KEY, horizon=3, method="naive", backtest=True, settings=settings)


def record(made: Made, *, tried: bool = True, without_drift: bool = False) -> str:
    test = made.backtests[KEY] if tried else None
    if test is not None and without_drift:
        test = replace(test, scores=test.scores.drop(index="drift"))
    return outlook(made.tables[KEY], made.histories[KEY], "output", test)[-1].text("en")


def test_the_record_is_that_of_the_back_test_where_there_is_one(made: Made) -> None:
    score, own = score_of(made.backtests[KEY]), made.tables[KEY].backtest
    assert score is not None and own is not None and score.origins != own.origins
    assert np.isfinite(score.relative_error)
    told = record(made)
    assert f"({score.origins} origins)" in told and f"{score.relative_error:.2f} times" in told
    assert f"covered {score.coverage[0.8]:.0%}" in told


def test_without_one_or_without_drift_it_is_the_forecast_s_own_trial(made: Made) -> None:
    own = made.tables[KEY].backtest
    assert own is not None
    for told in (record(made, tried=False), record(made, without_drift=True)):
        assert f"({own.origins} origins)" in told


def test_page_and_screen_say_the_same_growth(made: Made) -> None:
    drift = replace(made.tables[KEY], frame=made.tables[KEY].frame.mul([1.02, 1.05, 1.092], axis=0))
    growth = outlook(drift, made.histories[KEY], "output")[0].text("en")
    page = replace(made, tables={KEY: drift}).document.headlines[0].text("en")
    assert "grow 3.0% a year" in growth and "that is 3.0% a year" in page


@pytest.mark.parametrize("item", ["ALL", "total", "Total"])
def test_an_item_that_is_the_whole_is_left_out(item: str) -> None:
    name = say("workflows.series_of_item", name=Names("Job postings", "招聘职位"), item=item)
    assert without_total(name) == Names("Job postings", "招聘职位")
    part = say("workflows.series_of_item", name="Job postings", item="nurses")
    assert without_total(part) is part and without_total("sales") == "sales"


def test_a_series_without_area_stands_in_its_place() -> None:
    sentence = say("forecast.record_none", area="", name="sales")
    assert placed(sentence, "", "sales").text("en").startswith("sales: the series of the figure")
    assert placed(sentence, "USA", "sales") is sentence
    assert isinstance(placed(say("forecast.nothing"), "", "sales"), Message)


def test_a_verdict_comes_before_what_was_assumed() -> None:
    null = say("scores.equal_loss", method="fast", rival="ar2", steps=say("scores.one_step"))
    kept = say("cli.test_kept", null=null, p_value=say("cli.p_value", value=0.377))
    assert kept.text("en") == "Not rejected (p = 0.377): fast and ar2 are equally accurate one step ahead."
    assert kept.text("zh") == "未拒绝（p = 0.377）：fast与ar2提前一期的预测同样准确。"
    bare = say("cli.test_rejected", null=null, p_value=say("cli.no_p_value"))
    assert bare.text("en").startswith("Rejected: fast and ar2")
