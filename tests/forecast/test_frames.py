"""Series in every form that people bring, and forecasts given back likewise."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import BadInput, LongwaveError, UsageError
from longwave.core.estimate import Sample
from longwave.core.forecast import ForecastTable
from longwave.core.message import LANGUAGES, say
from longwave.core.period import Period
from longwave.forecast.frames import forecast_frame, read_many, read_series

ANCHORS = [
    *("MS", "ME", "BMS", "BME", "QS", "QE", "BQS", "BQE", "QS-OCT", "QS-NOV", "QS-FEB", "QE-NOV", "QE-JAN"),
    *("QE-JUN", "BQE-NOV", "YS", "YE", "YS-JUL", "YS-DEC", "YE-JUN", "YE-MAR", "BYE", "BYS", "BYE-SEP"),
]
PERIODS = ["M", "Q-DEC", "Q-NOV", "Q-JAN", "Q-JUN", "Y-DEC", "Y-JUN", "Y-JAN"]
AHEAD = 8


def long(ds, y=None, unique_id="a"):
    ds = list(ds) if not isinstance(ds, pd.Index | pd.Series) else ds
    y = np.arange(1.0, len(ds) + 1) if y is None else y
    return pd.DataFrame({"unique_id": unique_id, "ds": ds, "y": y})


def table(read, unique_id="a", ahead=AHEAD):
    """A forecast of a series as read, made of its own last figure."""
    series = read.series[unique_id]
    end = Period.parse(series.index[-1])
    index = pd.Index([str(end + step) for step in range(1, ahead + 1)], name="period")
    level = float(series.iloc[-1])
    columns = ["mean", "0.025", "0.1", "0.5", "0.9", "0.975"]
    frame = pd.DataFrame({name: level + place for place, name in enumerate(columns)}, index=index)
    return ForecastTable(
        "x", "", str(end), "", frame, say("frames.no_figures"), Sample(1, series.index[0], str(end))
    )


def ahead(read, unique_id="a"):
    return forecast_frame({unique_id: table(read, unique_id)}, read.form)


def refused(frame, **options):
    """The sentence for a table with one bad series, in English; both languages exist."""
    with pytest.raises(BadInput) as caught:
        read_series(frame, **options)
    assert all(caught.value.message.text(lang) for lang in LANGUAGES)
    assert caught.value.mend is not None
    assert all(caught.value.mend.text(lang) for lang in LANGUAGES)
    return caught.value.text()


@pytest.mark.parametrize("stated", [True, False], ids=["freq", "dates alone"])
@pytest.mark.parametrize("anchor", ANCHORS)
def test_dates_go_on_as_they_came(anchor, stated):
    dates = pd.date_range("1999-03-01", periods=30 + AHEAD, freq=anchor)
    read = read_series(long(dates[:30]), freq=anchor if stated else None)
    assert ahead(read)["ds"].tolist() == dates[30:].tolist()
    assert ahead(read)["ds"].dtype == dates.dtype


@pytest.mark.parametrize("anchor", PERIODS)
def test_periods_of_pandas_go_on_as_they_came(anchor):
    dates = pd.period_range("1999-05", periods=30 + AHEAD, freq=anchor)
    assert ahead(read_series(long(dates[:30])))["ds"].tolist() == dates[30:].tolist()
    found = ahead(read_series(pd.Series(range(30), index=dates[:30], name="a")))
    pd.testing.assert_index_equal(found.index, dates[30:])


@settings(max_examples=60, deadline=None)
@given(
    anchor=st.sampled_from([*ANCHORS, *PERIODS]),
    start=st.datetimes(datetime(1700, 1, 1), datetime(2150, 1, 1)),
    length=st.integers(3, 40),
    seed=st.integers(0, 10**6),
)
def test_any_order_of_rows_gives_the_same_series_and_dates(anchor, start, length, seed):
    if anchor in PERIODS:
        dates = pd.period_range(pd.Period(start, freq=anchor), periods=length + AHEAD)
    else:
        dates = pd.date_range(start.date(), periods=length + AHEAD, freq=anchor)
    frame = long(dates[:length])
    order = np.random.default_rng(seed).permutation(length)
    first, second = (read_series(one, freq=anchor.split(":")[0]) for one in (frame, frame.iloc[order]))
    pd.testing.assert_series_equal(first.series["a"], second.series["a"])
    assert ahead(first)["ds"].tolist() == dates[length:].tolist()
    pd.testing.assert_frame_equal(ahead(first), ahead(second))


@pytest.mark.parametrize(
    ("texts", "after"),
    [
        ([2015, 2016, 2017, 2018, 2019], 2020),
        ([2015.0, 2016.0, 2017.0, 2018.0, 2019.0], 2020.0),
        (["2015", "2016", "2017", "2018", "2019"], "2020"),
        (["2019Q1", "2019Q2", "2019Q3"], "2019Q4"),
        (["2019-Q1", "2019-Q2", "2019-Q3"], "2019-Q4"),
        (["Q1 2019", "Q2 2019", "Q3 2019"], "Q4 2019"),
        (["2019-10", "2019-11", "2019-12"], "2020-01"),
        (["2019M10", "2019M11", "2019M12"], "2020M01"),
        (["2019/10", "2019/11", "2019/12"], "2020/01"),
        ([201910, 201911, 201912], 202001),
        (["2019年3月", "2019年4月"], "2019年5月"),
        (["2019年03月", "2019年04月"], "2019年05月"),
        (["2018年", "2019年"], "2020年"),
        (["2019年第二季度", "2019年第三季度"], "2019年第四季度"),
        (["2019年2季度", "2019年3季度"], "2019年4季度"),
        (["2019-01-31", "2019-02-28", "2019-03-31"], "2019-04-30"),
        (["2019/01/01", "2019/02/01", "2019/03/01"], "2019/04/01"),
        (["20190131", "20190228"], "20190331"),
        ([20190131, 20190228], 20190331),
        (["2017-06-30", "2018-06-30"], "2019-06-30"),
        ([date(2019, 1, 1), date(2019, 4, 1)], date(2019, 7, 1)),
        ([datetime(2019, 1, 1), datetime(2019, 4, 1)], pd.Timestamp(2019, 7, 1)),
        ([pd.Period("2019Q1"), pd.Period("2019Q2")], pd.Period("2019Q3")),
        (["２０１８", "２０１９"], "2020"),
    ],
)
def test_written_dates_go_on_in_their_own_spelling(texts, after):
    found = ahead(read_series(long(texts)))["ds"].iloc[0]
    assert found == after
    assert isinstance(found, type(after)) or np.issubdtype(type(found), np.number)


@pytest.mark.parametrize(
    ("dates", "freq", "first"),
    [
        (pd.date_range("2000-06-30", periods=9, freq="YE-JUN"), None, "2000"),
        (pd.period_range("2000", periods=9, freq="Y-JUN"), None, "2000"),
        (pd.date_range("1999-07-01", periods=9, freq="YS-JUL"), "YS-JUL", "2000"),
        (pd.date_range("1999-07-01", periods=9, freq="YS-JUL"), None, "1999"),
        (pd.period_range("2020Q1", periods=9, freq="Q-JUN"), None, "2019-Q3"),
        (pd.period_range("2020Q4", periods=9, freq="Q-NOV"), None, "2020-Q4"),
        (pd.date_range("2020-11-30", periods=9, freq="QE-NOV"), None, "2020-Q4"),
        (pd.date_range("2021-01-31", periods=9, freq="QE-JAN"), None, "2021-Q1"),
        (pd.date_range("2020-09-01", periods=9, freq="QS-MAR"), None, "2020-Q3"),
        (pd.date_range("2020-09-01", periods=9, freq="QS-SEP"), "QS-SEP", "2020-Q4"),
        (pd.date_range("2020-10-01", periods=9, freq="QS-OCT"), "QS-OCT", "2020-Q4"),
    ],
)
def test_a_fiscal_period_is_called_after_the_calendar_period_in_which_it_ends(dates, freq, first):
    assert read_series(long(pd.Series(dates)), freq=freq).series["a"].index[0] == first


def test_an_index_that_states_its_frequency_is_believed():
    dates = pd.date_range("1999-07-01", periods=9 + AHEAD, freq="YS-JUL")
    read = read_series(pd.Series(range(9), index=dates[:9], name="a"))
    assert read.series["a"].index[0] == "2000"
    pd.testing.assert_index_equal(ahead(read).index, dates[9:])
    assert ahead(read).index.freq == dates.freq


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_time_zones_are_kept(zone):
    dates = pd.date_range("2019-01-01", periods=20, freq="MS", tz=zone)
    found = ahead(read_series(long(dates[:12])))["ds"]
    assert found.tolist() == dates[12:].tolist()


def test_midnights_of_another_zone_are_refused():
    dates = pd.date_range("2019-01-01", periods=20, freq="MS", tz="Asia/Shanghai").tz_convert("UTC")
    assert "tz_convert" in refused(long(dates))


def test_counts_want_a_frequency_and_go_on_as_counts():
    frame = long(range(1, 25))
    assert "freq='YE'" in refused(frame)
    read = read_series(frame, freq="QE")
    assert len(read.series["a"]) == 24
    assert ahead(read)["ds"].tolist() == list(range(25, 33))
    assert read_series(frame, freq="yearly").series["a"].index[6] == "0007"


def test_columns_are_named_as_nixtla_names_them():
    found = ahead(read_series(long(range(2000, 2020))))
    assert list(found.columns) == [
        *("unique_id", "ds", "longwave", "longwave-mean"),
        *("longwave-lo-95", "longwave-lo-80", "longwave-hi-80", "longwave-hi-95"),
    ]
    assert found.iloc[0].tolist() == ["a", 2020, 23.0, 20.0, 21.0, 22.0, 24.0, 25.0]


def test_own_headings_and_ids_come_back():
    frame = long(range(2000, 2020), unique_id=7).set_axis(["country", "year", "gdp"], axis=1)
    frame["note"] = "x"
    read = read_series(frame, columns={"unique_id": "country", "ds": "year", "y": "gdp"})
    found = forecast_frame({"7": table(read, "7")}, read.form)
    assert list(found.columns[:2]) == ["country", "year"]
    assert found["country"].tolist() == [7] * AHEAD
    assert "note" in str(read.notes[0])


def test_headings_may_be_in_any_case_and_the_id_may_be_missing():
    frame = long(range(2000, 2020)).set_axis(["unique_id", " DS", "Y"], axis=1).drop(columns="unique_id")
    assert list(read_series(frame, unique_id="x").series) == ["x"]


def test_several_series_of_several_frequencies():
    months = pd.date_range("2010-01-31", periods=30, freq="ME")
    quarters = pd.date_range("2010-01-01", periods=30, freq="QS")
    frame = pd.concat([long(months, unique_id="m"), long(quarters, unique_id="q")]).sample(
        frac=1, random_state=1
    )
    read = read_series(frame)
    assert [one.index[0] for one in read.series.values()] == ["2010-01", "2010-Q1"]
    found = forecast_frame({one: table(read, one, 1) for one in ("q", "m")}, read.form)
    assert found["ds"].tolist() == [pd.Timestamp(2017, 7, 1), pd.Timestamp(2012, 7, 31)]


def test_wide_frames_and_dicts_of_series():
    dates = pd.period_range("2010Q1", periods=20, freq="Q")
    frame = pd.DataFrame({"b": range(20), "a": range(20)}, index=dates)
    read = read_series(frame)
    assert list(read.series) == ["a", "b"]
    assert ahead(read, "b")["ds"].iloc[0] == pd.Period("2015Q1")
    years = pd.Series(range(9), index=[str(year) for year in range(2000, 2009)])
    read = read_series({"a": frame["a"], "y": years})
    assert [one.index[-1] for one in read.series.values()] == ["2014-Q4", "2008"]
    found = forecast_frame({one: table(read, one, 1) for one in ("a", "y")}, read.form)
    assert found["ds"].tolist() == [pd.Period("2015Q1"), "2009"]


def test_a_message_counts_rows_within_a_series_of_a_wide_frame():
    dates = pd.period_range("2010", periods=5, freq="Y")
    wide = pd.DataFrame({"a": range(5), "b": [1, 2, np.inf, 4, 5]}, index=dates)
    assert "Row 3 (2012)" in str(read_series(wide).refusals[0].reason)


def test_no_forecasts_give_an_empty_frame():
    read = read_series(long(range(2000, 2010)))
    assert forecast_frame({}, read.form).empty
    assert read.form.dates_ahead([], np.array([], dtype=np.int64), 3).empty


def test_dates_may_stand_in_the_index():
    dates = pd.date_range("2010-01-31", periods=20, freq="ME", name="ds")
    wide = pd.DataFrame({"a": range(20), "b": range(20)}, index=dates)
    assert list(read_series(wide).series) == ["a", "b"]
    for name in ("ds", None, "month"):
        frame = pd.DataFrame({"y": range(20)}, index=dates.rename(name))
        assert read_series(frame, unique_id="a").series["a"].index[0] == "2010-01"
    panel = long(dates).set_index("unique_id")
    assert list(read_series(panel).series) == ["a"]


def test_tables_of_arrow_are_taken():
    import pyarrow as pa

    found = read_series(pa.Table.from_pandas(long(pd.date_range("2010", periods=9, freq="MS"))))
    assert found.series["a"].index[-1] == "2010-09"


def test_two_levels_of_index_are_id_and_date():
    frame = pd.concat([long(range(2000, 2010), unique_id=one) for one in "ab"])
    levelled = frame.set_index(["unique_id", "ds"])["y"]
    for source in (levelled, levelled.to_frame(), levelled.rename_axis([None, None])):
        assert list(read_series(source).series) == ["a", "b"]


def test_written_figures_are_read_with_their_commas():
    read = read_series(long(range(2000, 2005), ["1,234.5", " 2 000", "..", "-3", "４"]))
    assert read.series["a"].tolist() == [1234.5, 2000.0, -3.0, 4.0]
    assert read.series["a"].index.tolist() == ["2000", "2001", "2003", "2004"]


def test_missing_figures_are_not_filled():
    read = read_series(long(range(2000, 2006), [1.0, None, 3.0, np.nan, 5.0, 6.0]))
    assert read.series["a"].index.tolist() == ["2000", "2002", "2004", "2005"]


def test_unsorted_rows_are_sorted_and_said():
    read = read_series(long([2003, 2001, 2002]))
    assert read.series["a"].tolist() == [2.0, 3.0, 1.0]
    assert "sorted" in str(read.notes[0])


BAD = {
    "weekly": (long(pd.date_range("2019-01-06", periods=30, freq="W")), "resample('ME')"),
    "daily": (long(pd.date_range("2019-01-06", periods=90, freq="D")), "several dates in one month"),
    "hourly": (long(pd.date_range("2019-01-06", periods=90, freq="h")), "several dates in one month"),
    "weekly periods": (long(pd.period_range("2019-01-06", periods=9, freq="W")), "resample('ME')"),
    "written weeks": (long(["2019-W01", "2019-W02"]), "resample('ME')"),
    "one id in two kinds": ({1: pd.Series([1.0]), "1": pd.Series([1.0])}, "more than once"),
    "a wide column twice": (
        pd.DataFrame([[1.0, 2.0]], index=pd.PeriodIndex(["2019"], freq="Y"), columns=["a", "a"]),
        "more than once",
    ),
    "two-month periods": (long(pd.period_range("2019-01", periods=9, freq="2M")), "frequency '2M'"),
    "half-years": (long(pd.date_range("2019-01-01", periods=9, freq="6MS")), "half-years"),
    "irregular days": (long(pd.to_datetime(["2019-01-03", "2019-02-17", "2019-03-05"])), "freq='ME'"),
    "irregular months": (long(pd.to_datetime(["2019-01-01", "2020-02-01", "2021-04-01"])), "whole years"),
    "yearly then quarterly": (
        long(pd.to_datetime(["1990-12-31", "1991-12-31", "1992-12-31", "1993-03-31", "1993-06-30"])),
        "less often than later",
    ),
    "mixed texts": (long(["2019", "2019-Q2", "2019-Q3"]), "different kinds"),
    "twice": (long([2001, 2002, 2002]), "2002 is in the series twice"),
    "half a year": (long([2019.5, 2020.5]), "2019-Q3"),
    "workbook's days": (long([43646, 43677, 43708]), "1899-12-30"),
    "either order": (long(["03/04/2019", "03/05/2019"]), "either order"),
    "no dates": (long(["one", "two"]), "2019-Q3"),
    "some dates": (long(["2019", "soon"]), "Row 2 holds 'soon'"),
    "a date missing": (long(["2019", None]), "Row 2"),
    "true and false": (long(range(2000, 2003), [True, False, True]), "no figures"),
    "true among figures": (long(range(2000, 2003), [1.0, True, 3.0]), "Row 2 (2001) holds 'True'"),
    "dates as figures": (long(range(2000, 2003), pd.date_range("2000", periods=3)), "no figures"),
    "text": (long(range(2000, 2003), ["1", "two", "3"]), "Row 2 (2001) holds 'two'"),
    "either comma": (long(range(2000, 2003), ["1,234", "1,235", "1,236"]), "1,234"),
    "infinite": (long(range(2000, 2003), [1.0, np.inf, 3.0]), "Row 2 (2001) holds an infinite"),
    "infinite text": (long(range(2000, 2003), ["1", "inf", "3"]), "Row 2 (2001)"),
    "all missing": (long(range(2000, 2003), [np.nan] * 3), "no figure at all"),
    "all missing texts": (long(range(2000, 2003), ["", "..", "n/a"]), "no figure at all"),
    "one value": (long(pd.to_datetime(["2019-01-01"])), "how often"),
    "empty": (long([]), "no rows"),
    "no columns": (pd.DataFrame(index=range(3)), "unique_id (which series)"),
    "wrong names": (long([2001]).rename(columns={"y": "value"}), "If 'value' is meant, rename it to y"),
    "wrong date": (long([2001]).rename(columns={"ds": "Date"}), "rename it to ds"),
    "near names": (long([2001]).rename(columns={"ds": "dss"}), "rename it to ds"),
    "a column twice": (long([2001]).set_axis(["ds", "ds", "y"], axis=1), "more than once"),
    "levels of headings": (
        pd.DataFrame([[1.0]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
        "several levels",
    ),
    "three levels of index": (long([2001]).assign(k=1).set_index(["unique_id", "k", "ds"]), "several levels"),
    "no table": ([1.0, 2.0], "not as list"),
    "no dict of Series": ({"a": [1.0, 2.0]}, "not a Series"),
    "an empty dict": ({}, "no rows"),
    "a Series without dates": (pd.Series([1.0, 2.0, 3.0]), "freq='YE'"),
    "an id missing": (long([2001, 2002]).assign(unique_id=["a", None]), "Row 2 does not say"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_told_with_its_mend(name):
    frame, words = BAD[name]
    assert words in refused(frame)


def test_figures_of_the_future_are_refused_where_today_is_told():
    frame = long(range(2000, 2030))
    assert "2025 (row 26 on) has not begun" in refused(frame, today=date(2024, 5, 1))
    assert len(read_series(frame).series["a"]) == 30
    empty_ahead = long(range(2000, 2030), [*range(24), *[np.nan] * 6])
    assert len(read_series(empty_ahead, today=date(2024, 5, 1)).series["a"]) == 24


@pytest.mark.parametrize(
    ("dates", "today", "bad"),
    [
        (pd.date_range("2019-01-01", periods=6, freq="MS"), date(2019, 6, 2), False),
        (pd.date_range("2019-01-31", periods=6, freq="ME"), date(2019, 6, 2), False),
        (pd.date_range("2019-01-01", periods=6, freq="MS"), date(2019, 5, 31), True),
        (pd.date_range("2014-12-31", periods=6, freq="YE"), date(2019, 1, 1), False),
        (pd.period_range("2015", periods=6, freq="Y-JUN"), date(2019, 7, 1), False),
        (pd.period_range("2015", periods=6, freq="Y-JUN"), date(2019, 6, 30), True),
    ],
)
def test_the_running_period_is_no_future_but_may_be_partial(dates, today, bad):
    frame = long(pd.Series(dates))
    if bad:
        assert "has not begun" in refused(frame, today=today)
    else:
        assert "not ended" in str(read_series(frame, today=today).notes[0])


def test_a_frequency_given_reads_irregular_days_and_missing_months():
    days = pd.to_datetime(["2019-01-03", "2019-02-17", "2019-03-05", "2019-06-11"])
    read = read_series(long(days), freq="ME")
    assert read.series["a"].index.tolist() == ["2019-01", "2019-02", "2019-03", "2019-06"]
    assert ahead(read)["ds"].iloc[0] == pd.Timestamp(2019, 7, 31)
    sparse = pd.to_datetime(["2010-12-31", "2012-12-31", "2014-12-31"])
    assert len(read_series(long(sparse), freq="YE").series["a"]) == 3


def test_a_frequency_that_the_dates_contradict_is_refused():
    assert "not of the frequency" in refused(long(pd.date_range("2019", periods=9, freq="MS")), freq="QS")
    assert "not of the frequency" in refused(long(["2019-Q1", "2019-Q2"]), freq="ME")


@pytest.mark.parametrize("freq", ["W", "D", "6MS", "h", "nonsense", 1, "QE-XXX", "-M"])
def test_frequencies_that_cannot_be_forecast(freq):
    with pytest.raises(UsageError, match="no frequency"):
        read_series(long([1, 2, 3]), freq=freq)


@pytest.mark.parametrize("freq", ["3MS", "QE", "Q", "quarterly", "季度", "BQS", pd.offsets.QuarterEnd()])
def test_frequencies_in_many_spellings(freq):
    assert read_series(long([1, 2, 3]), freq=freq).series["a"].index[-1] == "0001-Q3"


def test_one_bad_series_does_not_stop_the_others():
    good = pd.concat([long(range(2000, 2010), unique_id=one) for one in "ac"])
    bad = long(range(2000, 2010), [1.0] * 9 + [np.inf], unique_id="b")
    twice = long([2000, 2000, 2001], unique_id="d")
    for read in (read_series, read_many):
        found = read(pd.concat([good, bad, twice]))
        assert [one.subject for one in found.refusals] == ["b", "d"]
    assert list(read_series(pd.concat([good, bad, twice])).series) == ["a", "c"]


def test_single_dates_are_as_frequent_as_the_rest():
    frame = pd.concat(
        [long(pd.date_range("2000", periods=9, freq="QS")), long([pd.Timestamp(2001, 1, 1)], unique_id="b")]
    )
    assert read_series(frame).series["b"].index[0] == "2001-Q1"


def test_many_series_as_arrays():
    first = long(range(2000, 2010), [0, 0, 1, np.nan, 3, 4, 5, 6, 7, 8], unique_id="b")
    second = long(range(2000, 2006), unique_id="a")
    found = read_many(pd.concat([first, second]).sample(frac=1, random_state=3))
    assert found.ids.tolist() == ["a", "b"]
    assert [found.of(place).tolist() for place in (0, 1)] == [[1, 2, 3, 4, 5, 6], [3, 4, 5, 6, 7, 8]]
    assert found.last.tolist() == [2005, 2009]
    assert found.left_out.tolist() == [0, 3]
    assert found.frequency.tolist() == [1, 1]
    assert found.form.dates_ahead(found.ids, found.last, 2).tolist() == [2006, 2007, 2010, 2011]


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 2.5, -1.0, np.nan]), min_size=1, max_size=15),
        min_size=1,
        max_size=6,
    )
)
def test_many_series_are_cut_as_single_ones_are(values):
    from longwave.forecast.run import run_starts

    frame = pd.concat([long(range(2000, 2000 + len(y)), y, f"s{i}") for i, y in enumerate(values)])
    if not frame["y"].notna().any():
        return
    many, each = read_many(frame), read_series(frame)
    assert many.ids.tolist() == list(each.series)
    for place, series in enumerate(each.series.values()):
        ordinals = series.index.astype(int).to_numpy(np.int64)
        start = run_starts(series.to_numpy(), ordinals, np.array([0, len(series)]))[0]
        assert many.of(place).tolist() == series.to_numpy()[start:].tolist()
        assert many.left_out[place] == start


@settings(max_examples=80, deadline=None)
@given(
    ds=st.lists(
        st.one_of(
            st.integers(-(10**9), 10**9),
            st.floats(),
            st.text(max_size=12),
            st.dates(),
            st.datetimes(),
            st.none(),
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    ),
    y=st.one_of(st.floats(), st.text(max_size=6), st.none(), st.booleans(), st.integers()),
)
def test_hostile_cells_give_series_or_a_sentence(ds, y):
    frame = pd.DataFrame({"ds": pd.Series(ds, dtype=object), "y": pd.Series([y] * len(ds), dtype=object)})
    try:
        read = read_series(frame, unique_id="a")
    except LongwaveError as error:
        assert all(error.text(lang) for lang in LANGUAGES)
    else:
        assert np.isfinite(read.series["a"].to_numpy()).all()
