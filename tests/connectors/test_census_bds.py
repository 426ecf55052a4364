"""The Census Bureau's BDS API, in answers shaped as it shapes them: rows of text under a row of names."""

import pytest
from publisher import Publisher, Reply, quick_http

from longwave.connectors.census_bds import CensusBds, read_cell, unit_of
from longwave.connectors.connector import Query
from longwave.connectors.http import Http
from longwave.core.errors import FetchError, NeedsKey, UnknownArea, UnknownSeries

RATE = "JOB_CREATION_RATE"
HEAD = [RATE, f"{RATE}_F", "YEAR", "NAICS", "us"]
TABLE = [
    HEAD,
    ["16.3", None, "1980", "00", "1"],
    ["0", "D", "1981", "00", "1"],
    ["15.2", "", "1979", "00", "1"],
    ["0.0", None, "1982", "00", "1"],
    [None, None, "1983", "00", "1"],
    ["0", "S", "1984", "00", "1"],
    ["(X)", None, "1985", "00", "1"],
    ["12.5", "r", "1986", "00", "1"],
]
VARIABLE = {
    "name": RATE,
    "label": "Rate of jobs created",
    "predicateType": "float",
    "group": "N/A",
    "limit": 0,
}


def connector(publisher: Publisher) -> CensusBds:
    return CensusBds(f"{publisher.base}/bds")


def test_figures_and_the_reasons_of_gaps_are_read(publisher: Publisher, http: Http) -> None:
    publisher.says_json("/bds", TABLE)
    publisher.says_json(f"/bds/variables/{RATE}.json", VARIABLE)
    (harvest,) = connector(publisher).fetch(Query((RATE,)), http)
    frame = harvest.panel.frame.set_index("period")
    assert frame["value"].dropna().to_dict() == {"1979": 15.2, "1980": 16.3, "1982": 0.0, "1986": 12.5}
    assert frame["status"].to_dict() == {
        **dict.fromkeys(["1979", "1980", "1982", "1986"], "A"),
        "1981": "Q",
        "1983": "O",
        "1984": "Q",
        "1985": "M",
    }
    assert "single businesses" in frame.loc["1981", "note"]
    assert frame.loc["1986", "note"] == "flag R"
    assert set(frame["unit"]) == {"percent"}
    origin = harvest.origin
    assert (origin.dataset, origin.licence.name) == ("census_bds", "US-federal-public-domain")
    assert origin.released == origin.retrieved[:10]
    assert "1986" in origin.release
    assert harvest.metas[0].names.en == "Rate of jobs created"
    asked = publisher.calls[0].params
    assert asked == {"get": f"{RATE},{RATE}_F", "for": "us:*", "YEAR": "*", "NAICS": "00", "key": "k" * 40}
    assert "key" not in origin.url


def test_an_industry_becomes_the_item(publisher: Publisher, http: Http) -> None:
    publisher.says_json("/bds", TABLE, where={"NAICS": "31-33"})
    publisher.says_json("/bds", TABLE, where={"NAICS": "00"})
    (harvest,) = connector(publisher).fetch(
        Query((RATE, f"{RATE.lower()}/00", f"{RATE}/31-33"), since="1979", until="1980"), http
    )
    assert sorted(set(harvest.panel.frame["item"])) == ["", "31-33"]
    assert len(harvest.panel) == 4
    assert len(harvest.metas) == 1
    assert [file.name for file in harvest.raw] == [f"{RATE}.json", f"{RATE}.31-33.json"]


def test_a_variable_without_a_flag_is_asked_for_again(publisher: Publisher, http: Http) -> None:
    refusal = Reply(b"error: unknown variable 'ESTAB_F'", status=400, media_type="text/plain")
    publisher.says("/bds", refusal)
    publisher.says_json("/bds", [["ESTAB", "YEAR", "us"], ["100", "1980", "1"]], where={"get": "ESTAB"})
    (harvest,) = connector(publisher).fetch(Query(("estab",)), http)
    assert harvest.panel.series("ESTAB").to_dict() == {"1980": 100.0}


def test_an_unknown_variable_is_named(publisher: Publisher, http: Http) -> None:
    publisher.says("/bds", Reply(b"error: unknown variable 'NOSUCH'", status=400, media_type="text/plain"))
    with pytest.raises(UnknownSeries, match="'NOSUCH'"):
        connector(publisher).fetch(Query(("NOSUCH",)), http)


def test_no_content_is_an_unknown_series(publisher: Publisher, http: Http) -> None:
    publisher.says("/bds", Reply(status=204))
    with pytest.raises(UnknownSeries):
        connector(publisher).fetch(Query((f"{RATE}/99",)), http)


@pytest.mark.parametrize(
    "page", [b"<html><title>Invalid Key</title>", b"<html><title>Missing Key</title></html>"]
)
def test_a_key_page_is_a_refused_key(publisher: Publisher, http: Http, page: bytes) -> None:
    publisher.says("/bds", Reply(status=302, headers={"Location": "/data/missing_key.html"}))
    publisher.says("/data/missing_key.html", Reply(page, media_type="text/html"))
    with pytest.raises(NeedsKey, match="does not accept the key"):
        connector(publisher).fetch(Query((RATE,)), http)


def test_no_key_no_call(publisher: Publisher) -> None:
    with quick_http(publisher) as http, pytest.raises(NeedsKey, match="LONGWAVE_CENSUS_KEY"):
        connector(publisher).fetch(Query((RATE,)), http)
    assert not publisher.calls


def test_only_the_united_states(publisher: Publisher, http: Http) -> None:
    with pytest.raises(UnknownArea, match="CHN"):
        connector(publisher).fetch(Query((RATE,), ("CHN",)), http)


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        [["YEAR", "us"], ["1980", "1"]],
        [[RATE, "us"], ["1", "1"]],
        [[RATE, "YEAR"], ["1"]],
        [[RATE, "YEAR"], {}],
        [[RATE, "YEAR"], ["lots", "1980"]],
        [[1, 2]],
    ],
)
def test_a_changed_layout_is_an_error_with_a_sentence(
    publisher: Publisher, http: Http, content: object
) -> None:
    publisher.says_json("/bds", content)
    with pytest.raises(FetchError, match="Census BDS"):
        connector(publisher).fetch(Query((RATE,)), http)


def test_an_error_in_words_is_quoted(publisher: Publisher, http: Http) -> None:
    publisher.says("/bds", Reply(b"error: invalid 'for' argument", status=400, media_type="text/plain"))
    with pytest.raises(FetchError, match="invalid 'for' argument"):
        connector(publisher).fetch(Query((RATE,)), http)


def test_a_withheld_zero_is_no_figure() -> None:
    assert read_cell("0", "D")[0] is None
    assert read_cell("D", "")[0] is None
    assert read_cell("0", "") == (0.0, "A", "")


def test_units_by_name() -> None:
    names = ["ESTABS_ENTRY_RATE", "EMP", "JOB_CREATION", "NET_JOB_CREATION", "FIRMDEATH_FIRMS", "DENOM"]
    assert [str(unit_of(name)) for name in names] == [
        "percent",
        "persons",
        "jobs",
        "jobs",
        "firms",
        "not stated",
    ]
