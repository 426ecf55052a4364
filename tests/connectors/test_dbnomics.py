"""DBnomics' API v22, in answers shaped as it shapes them."""

import pytest
from publisher import Publisher, Reply

from longwave.connectors.connector import Query
from longwave.connectors.dbnomics import Dbnomics
from longwave.connectors.http import Http
from longwave.core.errors import BadInput, FetchError, UnknownArea, UnknownSeries
from longwave.core.message import Message

PROVIDER = {
    "code": "AMECO",
    "name": "Annual macro-economic database of the European Commission",
    "region": "EU",
    "slug": "ameco",
    "terms_of_use": "https://ec.europa.eu/info/legal-notice_en",
    "website": "https://ec.europa.eu/",
}
DATASET = {
    "code": "ZUTN",
    "dimensions_codes_order": ["geo", "unit"],
    "dimensions_labels": {"geo": "Country", "unit": "Unit"},
    "dimensions_values_labels": {
        "geo": {"ea19": "Euro area", "deu": "Germany", "fra": "France"},
        "unit": {"percentage": "percent of active population"},
    },
    "name": "Unemployment rate: total",
    "nb_series": 3,
    "provider_code": "AMECO",
    "updated_at": "2024-05-15T00:00:00Z",
}


def doc(geo: str, values: list[object], first: int = 2019, **about: object) -> dict[str, object]:
    return {
        "@frequency": "annual",
        "dataset_code": "ZUTN",
        "dataset_name": "Unemployment rate: total",
        "dimensions": {"freq": "a", "geo": geo, "unit": "percentage"},
        "indexed_at": "2024-05-17T10:12:00.000Z",
        "period": [str(first + step) for step in range(len(values))],
        "period_start_day": [f"{first + step}-01-01" for step in range(len(values))],
        "provider_code": "AMECO",
        "series_code": f"{geo.upper()}.1.0.0.0.ZUTN",
        "series_name": f"Annually – (Percentage of active population) – {geo.upper()}",
        "value": values,
        **about,
    }


def answer(*docs: dict[str, object], found: int | None = None, offset: int = 0) -> dict[str, object]:
    return {
        "_meta": {"version": "22.1.17"},
        "dataset": DATASET,
        "provider": PROVIDER,
        "series": {"docs": list(docs), "limit": 1000, "num_found": found or len(docs), "offset": offset},
    }


DEU = "AMECO/ZUTN/DEU.1.0.0.0.ZUTN"
BOTH = "AMECO/ZUTN/DEU+FRA.1.0.0.0.ZUTN"


def test_countries_share_a_variable_with_a_star_for_the_area(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/series/{BOTH}", answer(doc("deu", [3.0, 3.6]), doc("fra", [8.4, "NA"])))
    (harvest,) = Dbnomics(publisher.base).fetch(Query((BOTH,)), http)
    variable = "AMECO/ZUTN/*.1.0.0.0.ZUTN"
    assert harvest.panel.variables() == [variable]
    assert harvest.panel.series(variable, area="DEU").to_dict() == {"2019": 3.0, "2020": 3.6}
    gap = harvest.panel.frame.query("area == 'FRA' and period == '2020'").iloc[0]
    assert gap["status"] == "O"
    assert set(harvest.panel.frame["unit"]) == {"percent of active population"}
    origin = harvest.origin
    assert (origin.dataset, origin.released) == ("dbnomics_ameco_zutn", "2024-05-15")
    assert (origin.licence.stated, origin.licence.url) == (False, PROVIDER["terms_of_use"])
    assert origin.publisher == PROVIDER["name"]
    assert "DBnomics" in origin.attribution
    assert harvest.metas[0].names.en.startswith("Annually")
    assert publisher.calls[0].params == {"observations": "1", "limit": "1000", "offset": "0"}


def test_overlapping_masks_give_each_series_once(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/series/{DEU}", answer(doc("deu", [3.0, 3.6])))
    publisher.says_json(f"/series/{BOTH}", answer(doc("deu", [3.0, 3.6]), doc("fra", [8.4, 8.0])))
    (harvest,) = Dbnomics(publisher.base).fetch(Query((DEU, BOTH)), http)
    assert len(harvest.panel) == 4


def test_every_page_is_read(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/series/{BOTH}", answer(doc("deu", [1.0]), found=2), where={"offset": "0"})
    publisher.says_json(
        f"/series/{BOTH}", answer(doc("fra", [2.0]), found=2, offset=1), where={"offset": "1"}
    )
    (harvest,) = Dbnomics(publisher.base).fetch(Query((BOTH,)), http)
    assert harvest.panel.areas() == ["DEU", "FRA"]


def test_a_missing_page_is_an_error(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/series/{BOTH}", answer(doc("deu", [1.0]), found=2), where={"offset": "0"})
    publisher.says_json(f"/series/{BOTH}", answer(found=2, offset=1), where={"offset": "1"})
    with pytest.raises(FetchError, match="promised 2 rows and sent 1"):
        Dbnomics(publisher.base).fetch(Query((BOTH,)), http)


def test_a_mask_that_is_too_wide_is_refused(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/series/{DEU}", answer(doc("deu", [1.0]), found=700_000))
    with pytest.raises(BadInput, match="700,000 series"):
        Dbnomics(publisher.base).fetch(Query((DEU,)), http)


def test_quarters_months_labels_as_pairs_status_and_multiplier(publisher: Publisher, http: Http) -> None:
    code = "IMF/IFS/Q.US.NGDP_XDC"
    sdmx = {
        "@frequency": "quarterly",
        "dataset_code": "IFS",
        "dimensions": {
            "FREQ": "Q",
            "REF_AREA": "US",
            "INDICATOR": "NGDP_XDC",
            "UNIT_MULT": "6",
            "UNIT": "USD",
        },
        "indexed_at": "2024-01-02T00:00:00Z",
        "period": ["2019-Q1", "2019-Q2", "2019-Q3"],
        "value": [5.0, 6.0, None],
        "observations_attributes": [["OBS_STATUS", ["E", "", "Q"]]],
        "provider_code": "IMF",
        "series_code": "Q.US.NGDP_XDC",
        "series_name": "Quarterly – United States – GDP",
    }
    labels = {"REF_AREA": [["US", "United States"]], "UNIT": [["USD", "US$"]]}
    dataset = {"code": "IFS", "name": "IFS", "dimensions_values_labels": labels}
    content = {"datasets": {"IMF/IFS": dataset}, "providers": {"IMF": {"name": "IMF"}}}
    publisher.says_json(f"/series/{code}", {**content, "series": {"docs": [sdmx], "num_found": 1}})
    (harvest,) = Dbnomics(publisher.base).fetch(Query((code,)), http)
    frame = harvest.panel.frame
    assert list(frame["status"]) == ["E", "A", "Q"]
    assert set(frame["variable"]) == {"IMF/IFS/Q.*.NGDP_XDC"}
    assert set(frame["unit"]) == {"million USD, current"}
    assert harvest.origin.released == "2024-01-02"
    assert harvest.metas[0].names.en == "Quarterly – GDP"


def test_an_unknown_series_is_named(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/series/{DEU}", {"errors": [{"message": "Not found"}]}, status=404)
    with pytest.raises(UnknownSeries, match="DEU"):
        Dbnomics(publisher.base).fetch(Query((DEU,)), http)


def test_an_empty_result_is_named(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/series/{DEU}", {"series": {"docs": [], "num_found": 0}})
    with pytest.raises(UnknownSeries):
        Dbnomics(publisher.base).fetch(Query((DEU,)), http)


def test_groups_without_an_area_here_are_left_out_and_named(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/series/{BOTH}", answer(doc("deu", [1.0]), doc("ea19", [2.0])))
    said: list[Message] = []
    (harvest,) = Dbnomics(publisher.base).fetch(
        Query((BOTH,)), http, lambda label, done, of: said.append(label)
    )
    assert harvest.panel.areas() == ["DEU"]
    assert any("ea19" in message.text() for message in said)


def test_a_series_of_a_strange_area_alone_is_refused(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/series/{DEU}", answer(doc("zz9", [2.0])))
    with pytest.raises(UnknownArea, match="zz9"):
        Dbnomics(publisher.base).fetch(Query((DEU,)), http)


def test_without_an_area_dimension_the_query_or_the_provider_says(publisher: Publisher, http: Http) -> None:
    plain = doc("", [1.0], dimensions={"freq": "a"}, series_code="CPI")
    publisher.says_json(f"/series/{DEU}", answer(plain) | {"provider": {**PROVIDER, "region": "US"}})
    (harvest,) = Dbnomics(publisher.base).fetch(Query((DEU,)), http)
    assert harvest.panel.areas() == ["USA"]
    (harvest,) = Dbnomics(publisher.base).fetch(Query((DEU,), ("FRA",)), http)
    assert harvest.panel.areas() == ["FRA"]


@pytest.mark.parametrize("frequency", ["daily", "weekly", "bi-annual", ""])
def test_days_and_weeks_are_refused(publisher: Publisher, http: Http, frequency: str) -> None:
    publisher.says_json(f"/series/{DEU}", answer(doc("deu", [1.0], **{"@frequency": frequency})))
    with pytest.raises(BadInput, match="years, quarters and months"):
        Dbnomics(publisher.base).fetch(Query((DEU,)), http)


@pytest.mark.parametrize(
    "content",
    [
        [],
        {"series": {"num_found": 1}},
        {"series": {"num_found": 1, "docs": [1]}},
        {"series": {"num_found": "many", "docs": []}},
        answer(doc("deu", [1.0], period=["2019", "2020"])),
        answer(doc("deu", [1.0], period=[2019])),
        answer(doc("deu", [1.0], period=["2019-W03"])),
        answer(doc("deu", ["high"])),
        answer(doc("deu", [1.0], value=None)),
    ],
)
def test_a_changed_layout_is_an_error_with_a_sentence(
    publisher: Publisher, http: Http, content: object
) -> None:
    publisher.says_json(f"/series/{DEU}", content)
    with pytest.raises(FetchError, match="DBnomics"):
        Dbnomics(publisher.base).fetch(Query((DEU,)), http)


def test_a_page_instead_of_json(publisher: Publisher, http: Http) -> None:
    publisher.says(f"/series/{DEU}", Reply(b"<html>502</html>", media_type="text/html"))
    with pytest.raises(FetchError, match="web page"):
        Dbnomics(publisher.base).fetch(Query((DEU,)), http)
