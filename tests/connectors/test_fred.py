"""FRED and ALFRED, in answers shaped as the service shapes them."""

import logging
import traceback
from pathlib import Path

import pytest
from publisher import Publisher, Reply, quick_http

from longwave.connectors.connector import Query
from longwave.connectors.fred import Fred, fred_unit
from longwave.connectors.http import Http
from longwave.core.errors import BadInput, FetchError, NeedsKey, UnknownArea, UnknownSeries

KEY = "abcdefghijklmnopqrstuvwxyz012345"
EVER = {"realtime_start": "1776-07-04", "realtime_end": "9999-12-31"}
US_TAGS = [
    ("usa", "geo"),
    ("nation", "geot"),
    ("quarterly", "freq"),
    ("public domain: citation requested", "cc"),
]


def about(code: str = "GDPC1", **fields: str) -> dict[str, str]:
    return {
        "id": code,
        "realtime_start": "1991-12-04",
        "realtime_end": "9999-12-31",
        "title": "Real Gross Domestic Product",
        "observation_start": "1947-01-01",
        "observation_end": "2020-04-01",
        "frequency": "Quarterly",
        "frequency_short": "Q",
        "units": "Billions of Chained 2012 Dollars",
        "units_short": "Bil. of Chn. 2012 $",
        "seasonal_adjustment": "Seasonally Adjusted Annual Rate",
        "seasonal_adjustment_short": "SAAR",
        "last_updated": "2020-09-30 07:50:12-05",
        "notes": "BEA Account Code: A191RX",
        **fields,
    }


def observed(start: str, end: str, date: str, value: str) -> dict[str, str]:
    return {"realtime_start": start, "realtime_end": end, "date": date, "value": value}


def serve(
    publisher: Publisher,
    observations: list[dict[str, str]],
    described: list[dict[str, str]] | None = None,
    tags: list[tuple[str, str]] | None = None,
    code: str = "GDPC1",
) -> None:
    where = {"series_id": code}
    publisher.says_json("/series", {**EVER, "seriess": described or [about(code)]}, where=where)
    named = [{"name": name, "group_id": group} for name, group in (US_TAGS if tags is None else tags)]
    publisher.says_json("/series/tags", {**EVER, "count": len(named), "tags": named}, where=where)
    publisher.says_json("/series/observations", page(observations), where=where)


def page(observations: list[dict[str, str]], count: int | None = None) -> dict[str, object]:
    total = len(observations) if count is None else count
    return {
        **EVER,
        "units": "lin",
        "output_type": 1,
        "count": total,
        "offset": 0,
        "observations": observations,
    }


def refused(publisher: Publisher, path: str, said: str, **about: object) -> None:
    publisher.says_json(
        path, {"error_code": 400, "error_message": f"Bad Request.  {said}"}, status=400, **about
    )


def test_each_value_comes_with_the_day_on_which_it_was_published(publisher: Publisher, http: Http) -> None:
    serve(
        publisher,
        [
            observed("2020-04-29", "2020-05-27", "2020-01-01", "18987.877"),
            observed("2020-05-28", "2020-07-29", "2020-01-01", "18974.702"),
            observed("2020-07-30", "9999-12-31", "2020-01-01", "19010.848"),
            observed("2020-07-30", "9999-12-31", "2020-04-01", "17205.966"),
        ],
    )
    (harvest,) = Fred(publisher.base).fetch(Query(("gdpc1", "GDPC1")), http)
    frame = harvest.panel.frame
    assert harvest.realtime
    assert list(zip(frame["period"], frame["vintage"], frame["value"], strict=True)) == [
        ("2020-Q1", "2020-04-29", 18987.877),
        ("2020-Q1", "2020-05-28", 18974.702),
        ("2020-Q1", "2020-07-30", 19010.848),
        ("2020-Q2", "2020-07-30", 17205.966),
    ]
    assert set(frame["area"]) == {"USA"}
    assert set(frame["unit"]) == {"billion USD, constant 2012"}
    origin = harvest.origin
    assert (origin.dataset, origin.released) == ("fred", "2020-09-30")
    assert origin.licence.name == "public domain: citation requested"
    assert harvest.metas[0].names.en == "Real Gross Domestic Product"
    assert "Seasonally Adjusted" in harvest.metas[0].note
    asked = next(call for call in publisher.calls if call.path == "/series/observations")
    assert asked.params["realtime_start"] == "1776-07-04"
    assert asked.params["api_key"] == KEY


def test_a_dot_is_a_gap_and_a_withdrawn_figure_ends(publisher: Publisher, http: Http) -> None:
    serve(
        publisher,
        [
            observed("2020-01-10", "2020-02-09", "2019-01-01", "."),
            observed("2020-02-10", "2020-03-31", "2019-01-01", "1.5"),
            observed("2020-06-01", "9999-12-31", "2019-01-01", "1.6"),
            observed("2020-01-10", "2020-02-09", "2019-04-01", "2.5"),
        ],
    )
    (harvest,) = Fred(publisher.base).fetch(Query(("GDPC1",)), http)
    rows = harvest.panel.frame[["period", "vintage", "value", "status"]].fillna(-1).to_numpy().tolist()
    assert rows == [
        ["2019-Q1", "2020-01-10", -1, "O"],
        ["2019-Q1", "2020-02-10", 1.5, "A"],
        ["2019-Q1", "2020-04-01", -1, "O"],
        ["2019-Q1", "2020-06-01", 1.6, "A"],
        ["2019-Q2", "2020-01-10", 2.5, "A"],
        ["2019-Q2", "2020-02-10", -1, "O"],
    ]


def test_rebasing_changes_the_unit_of_later_vintages_only(publisher: Publisher, http: Http) -> None:
    described = [
        about(units="Billions of Chained 2017 Dollars", realtime_start="2023-09-28"),
        about(units="Billions of Chained 2012 Dollars", realtime_end="2023-09-27"),
    ]
    serve(
        publisher,
        [
            observed("2020-04-29", "2023-09-27", "2020-01-01", "18987.877"),
            observed("2023-09-28", "9999-12-31", "2020-01-01", "20665.553"),
        ],
        described,
    )
    (harvest,) = Fred(publisher.base).fetch(Query(("GDPC1",)), http)
    assert list(harvest.panel.frame["unit"]) == ["billion USD, constant 2012", "billion USD, constant 2017"]
    assert str(harvest.metas[0].unit) == "billion USD, constant 2017"


@pytest.mark.parametrize(
    "said",
    [
        "The series does not exist in ALFRED but may exist in FRED.",
        "There are 5090 vintage dates in the specified real-time period: 1776-07-04 to 9999-12-31. "
        "This exceeds the maximum number of vintage dates allowed for this file type (2000).",
    ],
)
def test_a_series_without_usable_vintages_comes_as_of_its_last_update(
    publisher: Publisher, http: Http, said: str
) -> None:
    publisher.says_json("/series", {"seriess": [about(frequency_short="M")]})
    publisher.says_json("/series/tags", {"tags": [{"name": "usa", "group_id": "geo"}]})
    refused(publisher, "/series/observations", said, where=EVER)
    today = [observed("2024-05-01", "2024-05-01", "2020-01-01", "1.0")]
    publisher.says_json("/series/observations", page(today))
    (harvest,) = Fred(publisher.base).fetch(Query(("GDPC1",)), http)
    assert harvest.panel.frame[["period", "vintage"]].to_numpy().tolist() == [["2020-01", "2020-09-30"]]


def test_all_pages_are_read_and_a_short_one_is_an_error(publisher: Publisher, http: Http) -> None:
    serve(publisher, [])
    short = page([observed("2020-04-29", "9999-12-31", "2020-01-01", "1")], 100_001)
    publisher.says_json("/series/observations", short, where={"offset": "0", "series_id": "GDPC1"})
    publisher.says_json("/series/observations", short, where={"offset": "100000", "series_id": "GDPC1"})
    with pytest.raises(FetchError, match="promised 100,001 rows and sent 2"):
        Fred(publisher.base).fetch(Query(("GDPC1",)), http)


def test_an_unknown_series_is_named(publisher: Publisher, http: Http) -> None:
    refused(publisher, "/series", "The series does not exist.")
    with pytest.raises(UnknownSeries, match="'NOSUCH'"):
        Fred(publisher.base).fetch(Query(("NOSUCH",)), http)


def test_a_series_without_a_key_is_not_asked_for(publisher: Publisher) -> None:
    with quick_http(publisher) as http, pytest.raises(NeedsKey, match="LONGWAVE_FRED_KEY") as error:
        Fred(publisher.base).fetch(Query(("GDPC1",)), http)
    assert error.value.exit_code == 4
    assert not publisher.calls


def test_a_refused_key_is_said_without_the_key(
    publisher: Publisher, http: Http, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refused(publisher, "/series", f"The value {KEY} for variable api_key is not registered.")
    with pytest.raises((NeedsKey, FetchError)) as error:
        Fred(publisher.base).fetch(Query(("GDPC1",)), http)
    assert KEY not in "".join(traceback.format_exception(error.value)) + caplog.text


def test_a_key_that_is_not_registered_is_said(publisher: Publisher, http: Http) -> None:
    refused(publisher, "/series", "The value for variable api_key is not registered.")
    with pytest.raises(NeedsKey, match="does not accept the key"):
        Fred(publisher.base).fetch(Query(("GDPC1",)), http)


def test_nothing_kept_holds_the_key_and_a_replay_needs_none(publisher: Publisher, tmp_path: Path) -> None:
    serve(publisher, [observed("2020-04-29", "9999-12-31", "2020-01-01", "1.0")])
    with quick_http(publisher, cache=tmp_path, keys={"fred_key": KEY}) as http:
        (first,) = Fred(publisher.base).fetch(Query(("GDPC1",)), http)
    kept = b"".join(path.read_bytes() + str(path).encode() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY.encode() not in kept
    assert KEY not in repr(first.origin)
    with quick_http(publisher, cache=tmp_path, offline=True) as offline:
        (again,) = Fred(publisher.base).fetch(Query(("GDPC1",)), offline)
    assert again.origin == first.origin
    assert again.panel.frame.equals(first.panel.frame)


@pytest.mark.parametrize("letter", ["D", "W", "BW", "SA", ""])
def test_days_weeks_and_half_years_are_refused(publisher: Publisher, http: Http, letter: str) -> None:
    serve(
        publisher, [observed("2020-04-29", "9999-12-31", "2020-01-01", "1")], [about(frequency_short=letter)]
    )
    with pytest.raises(BadInput, match="monthly sister"):
        Fred(publisher.base).fetch(Query(("GDPC1",)), http)


@pytest.mark.parametrize(
    ("tags", "area", "item"),
    [
        ([("china", "geo"), ("nation", "geot")], "CHN", ""),
        ([("ca", "geo"), ("usa", "geo"), ("state", "geot")], "USA", "ca"),
        ([("usa", "geo"), ("nation", "geot")], "USA", ""),
    ],
)
def test_the_area_is_what_the_tags_say(
    publisher: Publisher, http: Http, tags: list[tuple[str, str]], area: str, item: str
) -> None:
    serve(publisher, [observed("2020-04-29", "9999-12-31", "2020-01-01", "1")], tags=tags)
    (harvest,) = Fred(publisher.base).fetch(Query(("GDPC1",)), http)
    row = harvest.panel.frame.iloc[0]
    assert (row["area"], row["item"]) == (area, item)
    assert not harvest.origin.licence.stated


def test_an_unclear_area_is_asked_for_not_guessed(publisher: Publisher, http: Http) -> None:
    serve(
        publisher,
        [observed("2020-04-29", "9999-12-31", "2020-01-01", "1")],
        tags=[("ca", "geo"), ("state", "geot")],
    )
    with pytest.raises(UnknownArea, match="GDPC1"):
        Fred(publisher.base).fetch(Query(("GDPC1",)), http)
    (harvest,) = Fred(publisher.base).fetch(Query(("GDPC1",), ("CAN",)), http)
    assert harvest.panel.areas() == ["CAN"]


def test_a_series_of_another_area_is_left_out(publisher: Publisher, http: Http) -> None:
    serve(publisher, [observed("2020-04-29", "9999-12-31", "2020-01-01", "1")])
    with pytest.raises(UnknownSeries, match="no figures"):
        Fred(publisher.base).fetch(Query(("GDPC1",), ("CHN",)), http)


@pytest.mark.parametrize(
    "content", [{}, {"seriess": {}}, {"seriess": [1]}, [], {"seriess": [{}]}, {"error_code": 400}]
)
def test_a_changed_layout_is_an_error_with_a_sentence(
    publisher: Publisher, http: Http, content: object
) -> None:
    publisher.says_json("/series", content)
    publisher.says_json("/series/tags", {"tags": []})
    publisher.says_json("/series/observations", {"count": 1, "observations": [{"date": "soon"}]})
    with pytest.raises((FetchError, UnknownArea)):
        Fred(publisher.base).fetch(Query(("GDPC1",)), http)


def test_a_page_instead_of_json(publisher: Publisher, http: Http) -> None:
    publisher.says("/series", Reply(b"<html>Access Denied</html>", media_type="text/html"))
    with pytest.raises(FetchError, match="web page"):
        Fred(publisher.base).fetch(Query(("GDPC1",)), http)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Billions of Chained 2017 Dollars", "billion USD, constant 2017"),
        ("Billions of Dollars", "billion USD, current"),
        ("Millions of U.S. Dollars", "million USD, current"),
        ("Thousands of Persons", "thousand persons"),
        ("Percent", "percent"),
        ("Index 2017=100", "index 2017=100"),
        ("Percent Change from Preceding Period", "Percent Change from Preceding Period"),
        ("Billions of Dollars, Seasonally Adjusted", "Billions of Dollars, Seasonally Adjusted"),
    ],
)
def test_units_are_read_and_the_strange_ones_left_alone(text: str, unit: str) -> None:
    assert str(fred_unit(text)) == unit
