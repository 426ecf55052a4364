"""SDMX messages as services send them; without the package sdmx1 only what needs no package is tested."""

import importlib.util
import json
from collections.abc import Mapping

import pytest
from publisher import Publisher, Reply

from longwave.connectors.connector import Query
from longwave.connectors.http import Http
from longwave.connectors.sdmx import SERVICES, Sdmx, Service, read_message
from longwave.core.errors import BadInput, FetchError, MissingPackage, UnknownArea, UnknownSeries, UsageError

HAS_SDMX = importlib.util.find_spec("sdmx") is not None
needs_sdmx = pytest.mark.skipif(not HAS_SDMX, reason="the extra sdmx is not installed")
pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
CODE = "ECB/MNA/A.DE.B1GQ"

XML = """<?xml version="1.0" encoding="UTF-8"?>
<message:GenericData xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
  xmlns:generic="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic"
  xmlns:common="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common">
  <message:Header>
    <message:ID>T1</message:ID><message:Test>false</message:Test>
    <message:Prepared>2024-05-01T10:00:00</message:Prepared><message:Sender id="ECB"/>
    <message:Structure structureID="ECB_NA1" dimensionAtObservation="TIME_PERIOD">
      <common:Structure><Ref agencyID="ECB" id="ECB_NA1" version="1.0"/></common:Structure>
    </message:Structure>
  </message:Header>
  <message:DataSet action="Replace" structureRef="ECB_NA1">{series}</message:DataSet>
</message:GenericData>"""


def series(area: str, observations: list[tuple[str, str | None, str]]) -> str:
    def observation(period: str, value: str | None, status: str) -> str:
        given = "" if value is None else f'<generic:ObsValue value="{value}"/>'
        said = f'<generic:Attributes><generic:Value id="OBS_STATUS" value="{status}"/></generic:Attributes>'
        return f'<generic:Obs><generic:ObsDimension value="{period}"/>{given}{said}</generic:Obs>'

    key = {"FREQ": "A", "REF_AREA": area, "ITEM": "B1GQ"}
    attributes = {"UNIT": "EUR", "UNIT_MULT": "6"}
    pairs = [
        "".join(f'<generic:Value id="{k}" value="{v}"/>' for k, v in each.items())
        for each in (key, attributes)
    ]
    return (
        f"<generic:Series><generic:SeriesKey>{pairs[0]}</generic:SeriesKey>"
        f"<generic:Attributes>{pairs[1]}</generic:Attributes>"
        + "".join(observation(*each) for each in observations)
        + "</generic:Series>"
    )


OBSERVATIONS = [("2020", "3403730", "A"), ("2021", "NaN", "M"), ("2022", None, "Q"), ("2023", "4121160", "P")]
JSON = {
    "header": {"id": "t", "test": False, "prepared": "2024-05-01T10:00:00", "sender": {"id": "OECD"}},
    "dataSets": [
        {
            "action": "Information",
            "series": {
                "0:0": {"attributes": [0], "observations": {"0": [1.5, 0], "1": [None, 1], "2": [2.5, 2]}}
            },
        }
    ],
    "structure": {
        "name": "x",
        "dimensions": {
            "dataSet": [],
            "series": [
                {
                    "id": "REF_AREA",
                    "name": "Area",
                    "keyPosition": 0,
                    "values": [{"id": "DEU", "name": "Germany"}],
                },
                {
                    "id": "MEASURE",
                    "name": "Measure",
                    "keyPosition": 1,
                    "values": [{"id": "GDP", "name": "GDP"}],
                },
            ],
            "observation": [
                {
                    "id": "TIME_PERIOD",
                    "name": "Time",
                    "role": "time",
                    "values": [{"id": f"2020-Q{quarter}", "name": ""} for quarter in (1, 2, 3)],
                }
            ],
        },
        "attributes": {
            "dataSet": [],
            "series": [
                {"id": "UNIT_MEASURE", "name": "Unit", "values": [{"id": "PERCENT", "name": "Percent"}]}
            ],
            "observation": [
                {
                    "id": "OBS_STATUS",
                    "name": "S",
                    "values": [{"id": word, "name": word} for word in ("A", "M", "E")],
                }
            ],
        },
    },
}


def local(publisher: Publisher) -> Sdmx:
    services: Mapping[str, Service] = {
        "ECB": Service("European Central Bank", publisher.base, SERVICES["ECB"].licence)
    }
    return Sdmx(services)


def serve(publisher: Publisher, body: str, path: str = "/data/MNA/A.DE.B1GQ") -> None:
    publisher.says(path, Reply(body.encode(), media_type="application/xml"))


@needs_sdmx
def test_a_message_in_xml_becomes_a_panel_with_status(publisher: Publisher, http: Http) -> None:
    serve(publisher, XML.format(series=series("DE", OBSERVATIONS)))
    (harvest,) = local(publisher).fetch(Query((CODE,)), http)
    frame = harvest.panel.frame
    assert frame[["area", "variable", "period", "status"]].to_numpy().tolist() == [
        ["DEU", "MNA/A.*.B1GQ", "2020", "A"],
        ["DEU", "MNA/A.*.B1GQ", "2021", "M"],
        ["DEU", "MNA/A.*.B1GQ", "2022", "Q"],
        ["DEU", "MNA/A.*.B1GQ", "2023", "P"],
    ]
    assert frame["value"].dropna().tolist() == [3403730.0, 4121160.0]
    assert set(frame["unit"]) == {"million EUR, current"}
    origin = harvest.origin
    assert (origin.dataset, origin.release, origin.publisher) == (
        "sdmx_ecb_mna",
        "2024-05-01",
        "European Central Bank",
    )
    assert not origin.licence.stated
    assert "genericdata" in publisher.calls[0].headers["accept"]
    assert harvest.raw[0].name.endswith(".xml")


@needs_sdmx
def test_a_message_in_json_becomes_a_panel_with_status(publisher: Publisher, http: Http) -> None:
    serve(publisher, json.dumps(JSON))
    (harvest,) = local(publisher).fetch(Query((CODE,), ("DEU",), since="2020-Q1"), http)
    frame = harvest.panel.frame
    assert frame[["period", "status", "unit"]].to_numpy().tolist() == [
        ["2020-Q1", "A", "percent"],
        ["2020-Q2", "M", "percent"],
        ["2020-Q3", "E", "percent"],
    ]
    assert set(frame["variable"]) == {"MNA/*.GDP"}
    assert harvest.raw[0].name.endswith(".json")


@needs_sdmx
def test_each_series_of_a_json_message_keeps_its_own_unit(publisher: Publisher, http: Http) -> None:
    """sdmx1 reads series attributes under the data set's numbers; here they differ. One series is empty."""
    content = json.loads(json.dumps(JSON))
    places = content["structure"]["dimensions"]["series"]
    places[0]["values"] = [{"id": code, "name": code} for code in ("DEU", "FRA", "ITA")]
    units = content["structure"]["attributes"]["series"][0]
    units["values"] = [{"id": "PERCENT", "name": "Percent"}, {"id": "USD", "name": "US dollar"}]
    given = {"attributes": [1], "observations": {"0": [1.0, 0]}}
    content["dataSets"][0]["attributes"] = []
    content["dataSets"][0]["series"] = {
        "2:0": given,
        "1:0": {"attributes": [0], "observations": {}},
        "0:0": {"attributes": [0], "observations": {"0": [2.0, 0]}},
    }
    serve(publisher, json.dumps(content))
    (harvest,) = local(publisher).fetch(Query((CODE,), ("ITA",)), http)
    assert list(harvest.panel.frame["unit"]) == ["USD, current"]
    (harvest,) = local(publisher).fetch(Query((CODE,), ("DEU",)), http)
    assert list(harvest.panel.frame["unit"]) == ["percent"]


@needs_sdmx
def test_keys_of_one_flow_make_one_dataset_even_where_they_overlap(publisher: Publisher, http: Http) -> None:
    serve(publisher, XML.format(series=series("DE", OBSERVATIONS)))
    both = series("DE", OBSERVATIONS) + series("FR", OBSERVATIONS)
    serve(publisher, XML.format(series=both), "/data/MNA/A.DE+FR.B1GQ")
    (harvest,) = local(publisher).fetch(Query((CODE, "ECB/MNA/A.DE+FR.B1GQ")), http)
    assert harvest.panel.areas() == ["DEU", "FRA"]
    assert len(harvest.panel) == 2 * len(OBSERVATIONS)
    assert len(harvest.raw) == 2


@needs_sdmx
def test_strange_areas_are_refused_alone_and_named_in_company(publisher: Publisher, http: Http) -> None:
    serve(publisher, XML.format(series=series("I9", OBSERVATIONS)))
    with pytest.raises(UnknownArea, match="I9"):
        local(publisher).fetch(Query((CODE,)), http)
    both = series("I9", OBSERVATIONS) + series("DE", OBSERVATIONS)
    serve(publisher, XML.format(series=both), "/data/MNA/A..B1GQ")
    (harvest,) = local(publisher).fetch(Query(("ECB/MNA/A..B1GQ",)), http)
    assert harvest.panel.areas() == ["DEU"]


@needs_sdmx
def test_days_are_refused_and_words_are_no_figures(publisher: Publisher, http: Http) -> None:
    serve(publisher, XML.format(series=series("DE", [("2020-01-02", "1", "A")])))
    with pytest.raises(BadInput, match="years, quarters and months"):
        local(publisher).fetch(Query((CODE,)), http)
    serve(publisher, XML.format(series=series("DE", [("2020", "many", "A")])), "/data/MNA/B")
    with pytest.raises(FetchError, match="SDMX"):
        local(publisher).fetch(Query(("ECB/MNA/B",)), http)


@needs_sdmx
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a message",
        b"<html><body>Down</body></html>",
        b'{"a": 1}',
        b"[]",
        XML.format(series=series("DE", OBSERVATIONS)).encode()[:900],
        json.dumps(JSON).encode()[:300],
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        XML.format(series="").replace("?>", "?><!DOCTYPE x>", 1).encode(),
        XML.format(series="").encode("utf-16"),
    ],
)
def test_what_is_no_message_is_an_error_with_a_sentence(data: bytes) -> None:
    with pytest.raises(FetchError, match="not an SDMX data message"):
        read_message(data)


@pytest.mark.skipif(HAS_SDMX, reason="the extra sdmx is installed")
def test_without_the_package_the_mend_is_told(publisher: Publisher, http: Http) -> None:
    serve(publisher, XML.format(series=series("DE", OBSERVATIONS)))
    with pytest.raises(MissingPackage, match=r"longwave\[sdmx\]"):
        local(publisher).fetch(Query((CODE,)), http)


def test_a_service_that_is_not_there_names_those_that_are(http: Http) -> None:
    with pytest.raises(UsageError, match="ECB, ESTAT"):
        Sdmx(SERVICES).fetch(Query(("NOPE/A/B",)), http)


def test_a_flow_that_is_not_there_is_named(publisher: Publisher, http: Http) -> None:
    publisher.says("/data/MNA/A.DE.B1GQ", Reply(b"No results", status=404, media_type="text/plain"))
    with pytest.raises(UnknownSeries, match="MNA"):
        local(publisher).fetch(Query((CODE,)), http)
