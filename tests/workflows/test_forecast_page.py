"""The page of forecasts: real series and a real method, and tables with anything missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.estimate import Refusal, Sample, TestResult
from longwave.core.forecast import Backtest, BacktestScore, ForecastScenario, ForecastTable, Trials
from longwave.core.message import LANGUAGES, Language, Names, say
from longwave.core.origin import Licence, Origin
from longwave.core.period import Period
from longwave.forecast.evaluate import evaluate
from longwave.forecast.forecast import forecast
from longwave.forecast.method import FORECAST_METHODS, FitError
from longwave.forecast.revision import revision
from longwave.report.alone import save_chart
from longwave.report.document import Chart, Document
from longwave.report.figures import draw
from longwave.report.page import render
from longwave.workflows.fan import around, bands_of, fan
from longwave.workflows.figure_style import style_of
from longwave.workflows.forecast_page import IN_FULL, fan_chart, forecast_document, key_of
from longwave.workflows.other_unit import divided_backtest, divided_table, shorter_unit
from longwave.workflows.past_errors import MOST_PATHS, score_of
from longwave.workflows.sources import factbook

QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
ORIGIN = Origin("made", "Made for this test", "The test", "1", "2026-01-01", Licence("CC0-1.0"))


def real(area: str, variable: str) -> tuple[pd.Series, str, Origin]:
    """A series of the factbook, its unit and origin."""
    for part in factbook():
        rows = part.panel.frame.query("area == @area and variable == @variable")
        if len(rows):
            series = rows.sort_values("period").set_index("period")["value"].astype(float)
            return series, str(rows["unit"].iloc[0]), part.origin
    raise AssertionError(f"{area} {variable} is not in the factbook")


def rolled(series: pd.Series, horizon: int = 6, season: int = 1, vintage: str = "") -> Trials:
    """Trials of real methods over the later half of a series."""
    values, periods, rows = series.to_numpy(float), list(series.index), []
    for known in range(len(values) // 2, len(values)):
        for name in ("drift", "naive", "ar2"):
            try:
                said = (
                    FORECAST_METHODS.get(name)
                    .fit(values[:known], season, 0)
                    .ahead(min(horizon, len(values) - known))
                )
            except FitError:
                continue
            rows += [
                {
                    "unique_id": "x", "method": name, "origin": periods[known - 1], "vintage": vintage,
                    "period": periods[known + step], "step": step + 1, "outcome": values[known + step],
                    "mean": said.mean[step],
                    **{f"{share:g}": said.quantile(share)[step] for share in QUANTILES},
                }
                for step in range(len(said.mean))
            ]  # fmt: skip
    return Trials(pd.DataFrame(rows), {"x": series}, season)


def made_table(
    series: pd.Series, unit: str = "index", horizon: int = 6, *, area: str = "USA", variable: str = "thing"
) -> ForecastTable:
    """A forecast by drift in the house's shape, for series that no calibration is needed for."""
    season = Period.parse(str(series.index[-1])).frequency.value
    said = FORECAST_METHODS.get("drift").fit(series.dropna().to_numpy(float), season, 0).ahead(horizon)
    end = Period.parse(str(series.index[-1]))
    frame = pd.DataFrame(
        {"mean": said.mean, **{f"{share:g}": said.quantile(share) for share in QUANTILES}},
        index=[str(end + step) for step in range(1, horizon + 1)],
    )
    sample = Sample(len(series), str(series.index[0]), str(end))
    score = BacktestScore(5, 30, {0.5: 0.45, 0.8: 0.77, 0.95: 0.93}, 0.9)
    return ForecastTable(
        variable,
        area,
        str(end),
        unit,
        frame,
        say("forecast.drift"),
        sample,
        score,
        frame * 1.0,
        sources=("made",),
    )


def walk(first: str, count: int, *, centre: float = 100.0, sd: float = 1.0, seed: int = 1) -> pd.Series:
    start = Period.parse(first)
    values = centre + np.cumsum(np.random.default_rng(seed).normal(0.1 * sd, sd, count))
    return pd.Series(values, [str(start + step) for step in range(count)])


def pages(document: Document, *langs: Language) -> dict[str, str]:
    written = {lang: render(document, lang) for lang in langs or LANGUAGES}
    for page in written.values():
        words = re.sub(r"<style>.*?</style>|<path[^>]*>", "", page, flags=re.S)
        assert not re.search(r">[^<]*\bnan\b[^<]*<", words) and "{" not in re.sub(r"<[^>]+>", "", words)
    return written


@pytest.fixture(scope="module")
def told() -> Document:
    """Real GDP of the United States with everything that belongs to a forecast."""
    series, unit, origin = real("USA", "real_gdp")
    found = forecast(series, variable="real_gdp", area="USA", unit=unit, horizon=6)
    assert isinstance(found, ForecastTable)
    table = replace(found, sources=(origin.dataset,), raw=found.frame, as_of="2026-03-05")
    last = float(series.iloc[-1])
    paths = (
        ForecastScenario("Boom", pd.Series(last * 1.06 ** np.arange(1, 7), table.frame.index)),
        ForecastScenario(
            Names("Standstill", "停滞"), pd.Series(last, table.frame.index), say("forecast.drift")
        ),
    )
    earlier = forecast(series.iloc[:-2], variable="real_gdp", area="USA", unit=unit, horizon=6)
    assert isinstance(earlier, ForecastTable)
    return forecast_document(
        [table],
        {key_of(table): series},
        backtests={"real_gdp": evaluate(rolled(series), "drift")},
        scenarios={"real_gdp": paths},
        revisions={"real_gdp": revision(earlier, table, None, series.iloc[:-2], series)},
        origins={origin.dataset: origin},
    )


def test_a_forecast_is_told_with_its_past_on_one_page(told: Document) -> None:
    (section,) = told.sections
    assert len(section.charts) == 1 and len(section.answers) >= 4
    past = section.parts[0]
    assert [chart.key.rpartition("-")[2] for chart in past.charts] == [
        "paths",
        "step",
        "coverage",
        "transforms",
    ]
    assert [table.key.rpartition("-")[2] for table in past.tables] == ["scores", "tests"]
    assert len(section.parts) == 2 and section.parts[1].paragraphs, "what changed since the last forecast"


def test_the_page_is_whole_in_both_languages(told: Document) -> None:
    for lang, page in pages(told).items():
        figures = page.count("<figure ")
        assert figures == 5 and page.count('role="img"') >= 2 * figures
        assert page.count('class="credits"') >= figures, "a source at the foot of every chart"
        assert page.count('tabindex="0"') >= figures
        words = {
            "en": "figures to 2019, as known on 2026-03-05",
            "zh": "数据截至2019年，以2026-03-05所知为准",
        }
        assert words[lang] in page
        assert {"en": "Standstill", "zh": "停滞"}[lang] in page


def test_the_fan_shows_history_bands_scenarios_and_where_the_data_end(told: Document) -> None:
    (chart,) = told.sections[0].charts
    assert [band.level for band in chart.bands] == [0.95, 0.8, 0.5] and len(chart.marks) == 1
    assert len(chart.curves) == 4 and len(chart.curves[0].values) == 40
    assert all(curve.labelled for curve in chart.curves[2:])
    assert set(draw(chart, "en", "k")) == {"wide", "narrow"}
    assert "80%" in chart.summary.text("en")


def test_the_caption_states_what_the_bands_covered(told: Document) -> None:
    note = told.sections[0].charts[0].note
    assert note is not None
    assert re.search(r"\d+% fell in the 80% bands.*\d+% fell in the 95% bands", note.text("en"))
    assert "1.00 times as wide" in note.text("en") and "1.00倍" in note.text("zh")


def test_figures_in_millions_of_millions_are_told_in_trillions(told: Document) -> None:
    chart = told.sections[0].charts[0]
    assert chart.unit.text("en") == "trillion US dollars, 2017 prices"
    assert chart.unit.text("zh") == "万亿美元，2017年不变价"
    assert 10 < float(chart.curves[0].values.iloc[-1]) < 30
    outcome = told.sections[0].parts[0].charts[0].curves[0].values
    assert float(outcome.iloc[-1]) == float(chart.curves[0].values.iloc[-1])


def test_a_larger_unit_changes_no_ratio() -> None:
    series = walk("1960", 50, centre=2e6, sd=2e4)
    table = made_table(series, "million USD, constant 2017")
    by, unit = shorter_unit(table)
    assert (by, unit) == (1e6, "trillion USD, constant 2017")
    pd.testing.assert_frame_equal(divided_table(table, by, unit).frame * by, table.frame)
    test = evaluate(rolled(series), "drift")
    scaled = divided_backtest(test, by)
    for name in ("mase", "smape", "coverage_80", "forecasts"):
        pd.testing.assert_series_equal(scaled.scores[name], test.scores[name])
    pd.testing.assert_series_equal(scaled.scores["mae"] * by, test.scores["mae"])
    assert list(scaled.by_step["step"]) == list(test.by_step["step"])
    for kept in ("index", "share of GDP", "USD per hour, constant 2017", "no such unit"):
        assert shorter_unit(made_table(series, kept)) == (1.0, kept)


KINDS: dict[str, Callable[[], tuple[pd.Series, str]]] = {
    "yearly": lambda: (walk("1950", 70), "index"),
    "quarterly": lambda: (walk("1990-Q2", 130), "million USD, constant 2017"),
    "monthly": lambda: (walk("2000-03", 300), "index 2015=100"),
    "below zero": lambda: (walk("1960", 60, centre=-3.0), "index"),
    "percent": lambda: (walk("1960", 60, centre=5.0, sd=0.5), "percent of GDP"),
    "fractions": lambda: (walk("1960", 60, centre=0.3, sd=0.01), "share of GDP"),
    "growth": lambda: (walk("1960", 60, centre=0.0, sd=0.02), "share a year"),
    "huge": lambda: (walk("1960", 60, centre=3e13, sd=1e12), "USD, current"),
    "tiny": lambda: (walk("1960", 60, centre=2e-9, sd=1e-11), "strange unit <b>"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_series_makes_a_page(kind: str) -> None:
    series, unit = KINDS[kind]()
    season = Period.parse(str(series.index[-1])).frequency.value
    table = made_table(series, unit, horizon=8)
    test = evaluate(rolled(series.iloc[-60:], season=season), "drift")
    document = forecast_document(
        [table], {"thing": series}, backtests={"thing": test}, origins={"made": ORIGIN}
    )
    chart = document.sections[0].charts[0]
    assert len(chart.curves[0].values) == min(len(series), {1: 40, 4: 60, 12: 120}[season])
    assert chart.percent == (kind in {"fractions", "growth"})
    assert not chart.log
    for page in pages(document, "zh" if season > 1 else "en").values():
        assert page.count("<figure ") == 5
        assert "<b>" not in page


def test_a_wide_span_has_a_logarithmic_axis_and_fractions_never_have() -> None:
    series = walk("1960", 60, centre=0.0, sd=0.5)
    for unit, log in (("index", True), ("share of GDP", False)):
        table = made_table(series, unit)
        assert fan(replace(table, frame=np.exp(table.frame)), np.exp(series)).log is log


def test_more_than_six_series_stand_in_a_table_with_small_fans() -> None:
    tables = [made_table(walk("1960", 60, seed=n), variable=f"series_{n}") for n in range(9)]
    histories = {key_of(table): walk("1960", 60, seed=n) for n, table in enumerate(tables)}
    document = forecast_document(tables, histories, origins={"made": ORIGIN})
    assert len(document.sections) == IN_FULL and len(document.overview[0].rows) == 9
    assert any("9" in each.text("en") and "6" in each.text("en") for each in document.caveats)
    page = pages(document, "en")["en"]
    assert page.count('<td class="small"><svg') == 9


def test_mappings_go_by_area_where_two_areas_share_a_variable() -> None:
    one, other = walk("1960", 60, seed=1), walk("1960", 60, seed=2)
    tables = [made_table(one, area="USA"), made_table(other, area="CHN")]
    right = forecast_document(tables, {"USA/thing": one, "CHN/thing": other})
    assert len(right.sections[1].charts[0].curves) == 2
    lost = forecast_document(tables, {"thing": one})
    assert all(len(section.charts[0].curves) == 1 for section in lost.sections), "whose it is cannot be told"


def test_what_could_not_be_forecast_is_told() -> None:
    short = forecast(walk("2015", 4), variable="thing", area="USA", unit="index")
    assert isinstance(short, Refusal)
    document = forecast_document([short], {})
    assert document.sections[-1].refusals == (short,)
    assert 'class="refusals"' in pages(document)["en"]
    assert pages(forecast_document([], {}))["zh"]


BARE = ["median only", "mean only", "no columns", "holes", "no rows", "other levels"]


@pytest.mark.parametrize("what", BARE)
def test_a_table_with_anything_missing_loses_what_rests_on_it_only(what: str) -> None:
    series = walk("1960", 60)
    whole = made_table(series)
    holes = whole.frame.astype(float).copy()
    holes.iloc[1:3, 2:5] = np.nan
    holes.iloc[-1] = np.inf
    frames = {
        "median only": whole.frame[["0.5"]],
        "mean only": whole.frame[["mean"]],
        "no columns": whole.frame[[]],
        "holes": holes,
        "no rows": whole.frame.iloc[:0],
        "other levels": whole.frame[["0.25", "0.75"]].rename(columns={"0.25": "0.05", "0.75": "0.95"}),
    }
    table = replace(whole, frame=frames[what], raw=frames[what].iloc[:2])
    for backtest_of_table in (whole.backtest, None):
        document = forecast_document([replace(table, backtest=backtest_of_table)] * 2, {"USA/thing": series})
        pages(document, "en")


@pytest.mark.parametrize("lost", ["by_step", "scores", "pit", "quantiles", "outcomes", "everything"])
def test_a_back_test_with_anything_missing(lost: str) -> None:
    series = walk("1960", 60)
    test = evaluate(rolled(series), "drift")
    frame = test.trials.frame
    changed = {
        "by_step": replace(test, by_step=test.by_step[["method", "step"]]),
        "scores": replace(test, scores=test.scores.iloc[:0]),
        "pit": replace(test, pit=test.pit * np.nan),
        "quantiles": replace(
            test, trials=replace(test.trials, frame=frame[[c for c in frame if c[0] != "0"]])
        ),
        "outcomes": replace(test, trials=replace(test.trials, frame=frame.assign(outcome=np.nan))),
        "everything": Backtest(
            "drift",
            replace(test.trials, frame=frame.iloc[:0]),
            pd.DataFrame(),
            pd.DataFrame(),
            pd.Series(dtype=float),
        ),
    }[lost]
    table = made_table(series)
    document = forecast_document(
        [table], {"thing": series}, backtests={"thing": changed}, origins={"made": ORIGIN}
    )
    pages(document, "zh")
    assert not any(chart.key.endswith(lost) for chart in document.sections[0].parts[0].charts)


def test_forecasts_made_on_older_figures_are_told_as_such() -> None:
    series = walk("1960", 60)
    seen = rolled(series, vintage="2001-05-01")
    more = replace(seen, frame=pd.concat([seen.frame, seen.frame.assign(vintage="2003-05-01")]))
    table = replace(made_table(series.iloc[:50]), as_of="2010-02-01")
    for trials in (seen, more):
        document = forecast_document(
            [table], {"thing": series}, backtests={"thing": evaluate(trials, "drift")}
        )
        words = " ".join(each.text("en") for each in document.sections[0].parts[0].paragraphs)
        assert "as they were known then" in words
        assert len(document.sections[0].parts[0].charts[0].curves) == 1 + MOST_PATHS
        pages(document, "zh")
    curves = document.sections[0].charts[0].curves
    assert curves[2].values.index[0] == str(int(table.origin) + 1), "what came later is drawn beside the fan"


def test_tests_are_told_with_their_null_and_verdict() -> None:
    series = walk("1960", 60)
    test = TestResult(
        "t", say("forecast.drift"), 2.5, True, say("forecast.drift"), Sample(9, "1990", "2000"), 0.0001
    )
    document = forecast_document(
        [made_table(series)],
        {},
        backtests={"thing": replace(evaluate(rolled(series), "drift"), tests=(test,))},
    )
    table = document.sections[0].parts[0].tables[-1]
    assert table.rows[0][0] == test.null and table.rows[0][2] == "<0.001"


def test_a_fan_stands_alone(tmp_path: Path) -> None:
    series, unit, origin = real("DEU", "labour_share")
    table = replace(made_table(series, unit, area="DEU", variable="labour_share"), sources=(origin.dataset,))
    chart = fan_chart(table, series)
    assert isinstance(chart, Chart) and "Germany" in chart.title.text("en")
    for name in ("fan.svg", "fan.png"):
        for lang in LANGUAGES:
            assert (
                save_chart(chart, tmp_path / name, lang, origins={origin.dataset: origin}).stat().st_size
                > 5000
            )


def test_no_history_no_scenario_still_no_lone_line() -> None:
    drawn = fan(made_table(walk("1960", 60)), None)
    assert len(drawn.curves) == 1 and len(drawn.bands) == 3
    gap = walk("1960", 60)
    gap.iloc[[50, 51]] = np.nan
    past, later = around(made_table(walk("1960", 60)), gap)
    assert len(past) == 38 and later.empty
    foreign = pd.Series([1.0, 2.0], ["2001-Q1", "not a period"])
    assert all(part.empty for part in around(made_table(walk("1960", 60)), foreign))


def test_bands_of_other_levels_are_drawn_where_the_house_has_none() -> None:
    frame = pd.DataFrame({"0.05": [1.0], "0.5": [2.0], "0.95": [3.0], "note": ["x"]}, index=["2020"])
    assert bands_of(frame) == [(0.9, "0.05", "0.95")]


@pytest.mark.parametrize(
    ("width", "decimals"), [(300.0, 0), (30.0, 0), (3.0, 1), (0.3, 2), (0.03, 3), (0.0, 2)]
)
def test_as_many_decimals_as_the_bands_deserve(width: float, decimals: int) -> None:
    frame = pd.DataFrame({"0.1": [0.0], "0.9": [width]}, index=["2020"])
    table = replace(made_table(walk("1960", 60)), frame=frame)
    assert style_of(table).decimals == decimals


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("yearly", "a year"),
        ("below zero", "the last figure, of 2019, is"),
        ("percent", "0.1 percentage points"),
        ("fractions", "percentage points"),
        ("tiny", "0.00000000"),
    ],
)
def test_the_way_ahead_is_told_in_what_suits_the_unit(kind: str, words: str) -> None:
    series, unit = KINDS[kind]()
    document = forecast_document([made_table(series, unit)], {"thing": series})
    said = document.headlines[0].text("en")
    assert words in said and ("% a year" in said) == (kind in {"yearly", "tiny"}), said


def test_a_unit_that_nobody_states_is_said_on_the_axis_and_left_out_of_sentences() -> None:
    for unit in ("", "not stated"):
        document = forecast_document([made_table(walk("1960", 60), unit)], {"thing": walk("1960", 60)})
        assert document.sections[0].charts[0].unit.text("zh") == "单位未注明"
        assert "stated" not in document.headlines[0].text("en")


@pytest.mark.parametrize(
    ("unit", "chinese"),
    [
        ("trillion USD, constant", "万亿美元，不变价"),
        ("billion chained 2017 dollars", "十亿美元，2017年不变价"),
        ("million LCU, current", "百万本币，现价"),
        ("percent of postings", "百分比（占招聘职位）"),
        ("share of postings", "百分比（占招聘职位）"),
        ("index 2015=100", "指数，2015=100"),
        ("strange unit", "strange unit"),
    ],
)
def test_units_are_told_in_chinese(unit: str, chinese: str) -> None:
    assert style_of(made_table(walk("1960", 60), unit)).unit.text("zh") == chinese


def test_what_was_said_earlier_is_announced_only_where_it_stands() -> None:
    series = walk("1960", 60)
    test = evaluate(rolled(series), "drift")
    tables = [made_table(series), made_table(series, variable="other")]
    for tests, said in (({}, ""), ({"thing": test}, "Where"), ({"thing": test, "other": test}, "Each")):
        lead = forecast_document(tables, {"thing": series}, backtests=tests).lead.text("en")
        assert ("stands beside" in lead) == bool(said) and said in lead


def test_coverage_and_record_are_those_of_the_back_test_on_the_page() -> None:
    series = walk("1960", 60)
    test = evaluate(rolled(series), "naive")
    score = score_of(test)
    assert score is not None and score.origins != 5
    assert score.relative_error == pytest.approx(test.scores["mae"]["naive"] / test.scores["mae"]["drift"])
    section = forecast_document([made_table(series)], {}, backtests={"thing": test}).sections[0]
    note, picture = section.charts[0].note, section.parts[0].charts[2]
    assert note is not None and f"Tried at {score.origins} earlier" in note.text("en")
    share = f"{score.coverage[0.8]:.0%} fell in the 80% bands"
    assert share in note.text("en") and share in picture.title.text("en")
    assert f"Tried at {score.origins} earlier" in section.answers[-1].text("en")


def test_the_best_of_all_others_and_a_one_sided_miss_are_named() -> None:
    series = walk("1960", 60)
    test = evaluate(rolled(series), "naive")
    scores = test.scores.assign(mae=[2.0, 1.0, 4.0], bias=[1.2, 0.2, 0.1])
    scores.index = pd.Index(["naive", "drift", "ar2"], name="method")
    for sign, words in ((1, "It forecast too low"), (-1, "It forecast too high")):
        told = replace(test, scores=scores.assign(bias=sign * scores["bias"]))
        document = forecast_document([made_table(series)], {}, backtests={"thing": told})
        text = " ".join(each.text("en") for each in document.sections[0].parts[0].paragraphs)
        assert "larger than that of “Random walk with drift”, the best of the others" in text
        assert words in text
    even = replace(test, scores=scores.assign(bias=0.9))
    document = forecast_document([made_table(series)], {}, backtests={"thing": even})
    assert not any("too" in each.text("en") for each in document.sections[0].parts[0].paragraphs)


def test_nulls_name_methods_in_words() -> None:
    series = walk("1960", 60)
    document = forecast_document(
        [made_table(series)], {}, backtests={"thing": evaluate(rolled(series), "drift")}
    )
    rows = document.sections[0].parts[0].tables[-1].rows
    assert "“Random walk with drift” and “Last value” are equally accurate" in str(rows[0][0].text("en"))
    assert rows[0][1].text("en") in {"rejected (at 5%)", "not rejected (at 5%)"}


def test_a_whole_and_a_doubled_unit_are_left_out() -> None:
    series = walk("1960", 60)
    name = say("workflows.series_of_item", name=Names("Job postings, an index", "招聘职位指数"), item="ALL")
    table = made_table(series, "index")
    document = forecast_document([table, table], {}, names={"USA/thing": name})
    assert document.headlines[0].text("en").startswith("United States, Job postings, an index: 1")
    assert "(index)" not in document.headlines[0].text("en")
    assert document.overview[0].rows[0][0].text("zh") == "美国招聘职位指数"


def test_a_change_of_a_series_without_area_begins_with_its_name() -> None:
    series = walk("1960", 60)
    earlier, later = made_table(series.iloc[:-2], area=""), made_table(series, area="")
    change = revision(earlier, later, None, series.iloc[:-2], series)
    document = forecast_document([later], {}, revisions={"thing": change})
    told = document.sections[0].parts[0].paragraphs[0].text("en")
    assert told.startswith("thing: since")


def test_less_than_a_year_is_told_in_all() -> None:
    series = walk("1990-Q2", 130)
    said = forecast_document([made_table(series, horizon=2)], {"thing": series}).headlines[0].text("en")
    assert "% in all" in said and "a year" not in said
