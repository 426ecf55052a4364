"""Our World in Data's chart API, in answers shaped as it shapes them."""

import pytest
from publisher import Publisher, Reply

from longwave.connectors.connector import Query
from longwave.connectors.http import Http
from longwave.connectors.owid import Owid
from longwave.core.errors import BadInput, FetchError, HostRefused, UnknownSeries
from longwave.core.message import Message

CHART = "life-expectancy"
CSV = """entity,code,year,life_expectancy_0
United States,USA,1950,68.2
United States,USA,2021,76.4
China,CHN,2021,78.2
Africa,,2021,61.7
Kosovo,OWID_KOS,2021,77.1
World,OWID_WRL,2021,71.0
England and Wales,OWID_ENW,1841,40.2
France,FRA,-500,30
France,FRA,2021,
"""


def indicator(*licences: object, **about: object) -> dict[str, object]:
    origins = [
        {"producer": f"Producer {n}", "title": "T", "license": given} for n, given in enumerate(licences)
    ]
    return {"id": 1, "name": "Life expectancy", "origins": origins, **about}


def serve(publisher: Publisher, csv: str = CSV, full: object = None, **column: object) -> None:
    about = {
        "titleShort": "Life expectancy",
        "titleLong": "Life expectancy - UN WPP",
        "descriptionShort": "The period life expectancy at birth, in a given year.",
        "shortUnit": "years",
        "unit": "years",
        "timespan": "1543-2023",
        "type": "Numeric",
        "owidVariableId": 1119222,
        "shortName": "life_expectancy_0",
        "lastUpdated": "2024-12-03",
        "citationShort": "UN WPP (2024); HMD (2024) – with minor processing by Our World in Data",
        "citationLong": "long",
        "fullMetadata": f"{publisher.base}/v1/indicators/1.metadata.json",
        **column,
    }
    chart = {"title": "Life expectancy", "citation": "UN WPP (2024)", "selection": ["World"]}
    content = {"chart": chart, "columns": {"life_expectancy_0": about}, "dateDownloaded": "2025-01-05"}
    publisher.says_json(f"/grapher/{CHART}.metadata.json", content)
    publisher.says(f"/grapher/{CHART}.csv", Reply(csv.encode("utf-8-sig"), media_type="text/csv"))
    by = indicator({"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0"})
    publisher.says_json("/v1/indicators/1.metadata.json", by if full is None else full)


def fetch(publisher: Publisher, http: Http, query: Query | None = None, said: list[Message] | None = None):  # type: ignore[no-untyped-def]
    heard: list[Message] = [] if said is None else said
    connector = Owid(f"{publisher.base}/grapher")
    return connector.fetch(query or Query((CHART,)), http, lambda label, done, of: heard.append(label))


def test_figures_come_with_citation_and_the_producers_licence(publisher: Publisher, http: Http) -> None:
    serve(publisher)
    said: list[Message] = []
    (harvest,) = fetch(publisher, http, said=said)
    assert harvest.panel.areas() == ["CHN", "USA", "WLD", "XKX"]
    assert harvest.panel.series("life_expectancy_0", area="USA").to_dict() == {"1950": 68.2, "2021": 76.4}
    assert any("Africa" in message.text() and "England and Wales" in message.text() for message in said)
    origin = harvest.origin
    assert (origin.dataset, origin.title, origin.released) == (
        "owid_life_expectancy",
        "Life expectancy",
        "2024-12-03",
    )
    assert (origin.licence.name, origin.licence.stated) == ("CC-BY-4.0", True)
    assert origin.attribution.startswith("UN WPP (2024); HMD (2024)")
    assert harvest.metas[0].note.startswith("The period life expectancy")
    assert [file.name for file in harvest.raw][:2] == [f"{CHART}.metadata.json", f"{CHART}.csv"]
    assert publisher.calls[0].params == {"v": "1", "csvType": "full", "useColumnShortNames": "true"}


@pytest.mark.parametrize(
    ("full", "name", "stated"),
    [
        (indicator({"name": "CC BY 4.0"}, {"name": "CC BY-NC 3.0"}), "CC-BY-4.0; CC BY-NC 3.0", True),
        (indicator({"name": "CC BY 4.0"}, None), "CC-BY-4.0; licence not stated", False),
        (indicator(), "licence not stated", False),
        (indicator({"name": "CC BY 4.0"}, nonRedistributable=True), "not to be passed on", False),
        ({"origins": "none"}, "licence not stated", False),
    ],
)
def test_the_licence_is_joint_and_silence_counts(
    publisher: Publisher, http: Http, full: object, name: str, stated: bool
) -> None:
    serve(publisher, full=full)
    (harvest,) = fetch(publisher, http)
    assert (harvest.origin.licence.name, harvest.origin.licence.stated) == (name, stated)


def test_areas_and_years_are_cut_to_the_query(publisher: Publisher, http: Http) -> None:
    serve(publisher)
    (harvest,) = fetch(publisher, http, Query((CHART,), ("USA",), since="2000"))
    assert harvest.panel.frame[["area", "period"]].to_numpy().tolist() == [["USA", "2021"]]
    with pytest.raises(UnknownSeries, match="no figures"):
        fetch(publisher, http, Query((CHART,), ("NRU",)))


def test_an_unknown_chart_is_named(publisher: Publisher, http: Http) -> None:
    publisher.says(
        "/grapher/no-such.metadata.json", Reply(b"<html>404</html>", status=404, media_type="text/html")
    )
    with pytest.raises(UnknownSeries, match="'no-such'"):
        fetch(publisher, http, Query(("no-such",)))


def test_a_chart_of_days_is_refused(publisher: Publisher, http: Http) -> None:
    serve(publisher, "entity,code,day,life_expectancy_0\nUnited States,USA,2021-01-01,1\n")
    with pytest.raises(BadInput, match="years, quarters and months"):
        fetch(publisher, http)


def test_an_old_capital_header_is_read(publisher: Publisher, http: Http) -> None:
    serve(publisher, "Entity,Code,Year,life_expectancy_0\nUnited States,USA,2021,1\n")
    (harvest,) = fetch(publisher, http)
    assert len(harvest.panel) == 1


def test_an_address_in_the_answer_is_checked_like_any_other(publisher: Publisher, http: Http) -> None:
    serve(publisher, fullMetadata="https://169.254.169.254/latest/meta-data/")
    with pytest.raises(HostRefused):
        fetch(publisher, http)


@pytest.mark.parametrize(
    "csv",
    [
        "",
        "entity,code,year\nUnited States,USA,2021\n",
        "entity,code,year,life_expectancy_0\nUnited States,USA,2021\n",
        "entity,code,year,life_expectancy_0\nUnited States,USA,2021,high\n",
        'entity,code,year,life_expectancy_0\n"United States,USA,2021,1\n',
        "<html><body>Sorry</body></html>",
        "entity,code,year,life_expectancy_0\n" + '"' + "x" * 200_000 + '",USA,2021,1\n',
    ],
)
def test_a_broken_table_is_an_error_with_a_sentence(publisher: Publisher, http: Http, csv: str) -> None:
    serve(publisher, csv)
    with pytest.raises(FetchError, match="Our World in Data"):
        fetch(publisher, http)


@pytest.mark.parametrize("content", [[], {}, {"columns": []}, {"columns": {"a": 1}}])
def test_broken_metadata_are_an_error_with_a_sentence(
    publisher: Publisher, http: Http, content: object
) -> None:
    publisher.says_json(f"/grapher/{CHART}.metadata.json", content)
    publisher.says(f"/grapher/{CHART}.csv", Reply(CSV.encode()))
    with pytest.raises(FetchError, match="Our World in Data"):
        fetch(publisher, http)
