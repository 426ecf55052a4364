"""The World Bank's API v2, in answers shaped as it shapes them."""

import json

import pytest
from publisher import Publisher, Reply

from longwave.connectors.connector import Query
from longwave.connectors.http import Http
from longwave.connectors.world_bank import WorldBank, unit_text
from longwave.core.errors import FetchError, UnknownSeries
from longwave.core.message import Message
from longwave.core.unit import Unit

CODE = "NY.GDP.MKTP.KD"
ABOUT = [
    {"page": 1, "pages": 1, "per_page": "50", "total": 1},
    [
        {
            "id": CODE,
            "name": "GDP (constant 2015 US$)",
            "unit": "",
            "source": {"id": "2", "value": "World Development Indicators"},
            "sourceNote": "GDP at purchaser's prices is the sum of gross value added.",
            "sourceOrganization": "World Bank national accounts data.",
            "topics": [{"id": "3", "value": "Economy & Growth"}],
        }
    ],
]
UNKNOWN = [
    {"message": [{"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}]}
]
EMPTY = [{"page": 0, "pages": 0, "per_page": 50, "total": 0, "sourceid": None, "lastupdated": None}, None]


def record(iso3: str, date: str, value: float | None, **about: object) -> dict[str, object]:
    return {
        "indicator": {"id": CODE, "value": "GDP (constant 2015 US$)"},
        "country": {"id": iso3[:2], "value": iso3},
        "countryiso3code": iso3,
        "date": date,
        "value": value,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
        **about,
    }


def page(
    rows: list[dict[str, object]], number: int = 1, pages: int = 1, total: int | None = None
) -> list[object]:
    head = {
        "page": number,
        "pages": pages,
        "per_page": 20000,
        "total": len(rows) if total is None else total,
        "sourceid": "2",
        "lastupdated": "2024-06-28",
    }
    return [head, rows]


def path(areas: str = "all", code: str = CODE) -> str:
    return f"/country/{areas}/indicator/{code}"


def test_figures_come_with_unit_release_licence_and_bytes(publisher: Publisher, http: Http) -> None:
    rows = [record("USA", "2022", 20952712000000), record("USA", "2021", 2.0e13), record("CHN", "2022", None)]
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    publisher.says_json(path("USA;CHN"), page(rows))
    (harvest,) = WorldBank(publisher.base).fetch(Query((CODE,), ("USA", "CHN")), http)
    frame = harvest.panel.frame
    assert list(frame["area"]) == ["CHN", "USA", "USA"]
    assert harvest.panel.series(CODE, area="USA").to_dict() == {"2021": 2.0e13, "2022": 20952712000000.0}
    assert set(frame["unit"]) == {"USD, constant 2015"}
    assert set(frame["vintage"]) == {"2024-06-28"}
    gap = frame[frame["area"] == "CHN"].iloc[0]
    assert (gap["status"], gap["note"] != "") == ("O", True)
    origin = harvest.origin
    assert (origin.dataset, origin.release, origin.released) == ("world_bank_wdi", "2024-06-28", "2024-06-28")
    assert (origin.publisher, origin.title) == ("World Bank", "World Development Indicators")
    assert (origin.licence.name, origin.licence.stated) == ("CC-BY-4.0", True)
    assert origin.url.startswith(f"{publisher.base}{path('USA;CHN')}")
    (meta,) = harvest.metas
    assert (meta.variable, meta.source_variable, meta.names.en) == (CODE, CODE, "GDP (constant 2015 US$)")
    assert meta.note.startswith("GDP at purchaser's prices")
    assert [json.loads(file.data) for file in harvest.raw] == [ABOUT, page(rows)]
    assert not harvest.realtime


def test_a_code_in_small_letters_is_the_same_indicator(publisher: Publisher, http: Http) -> None:
    for code in (CODE, CODE.lower()):
        publisher.says_json(f"/indicator/{code}", ABOUT)
    publisher.says_json(path(), page([record("USA", "2022", 1.0)]))
    (harvest,) = WorldBank(publisher.base).fetch(Query((CODE.lower(), CODE)), http)
    assert harvest.panel.variables() == [CODE]
    assert len(harvest.panel) == 1


def test_every_page_is_read(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    for number in (1, 2, 3):
        rows = [record("USA", str(2000 + number), float(number))]
        publisher.says_json(path(), page(rows, number, 3, 3), where={"page": str(number)})
    (harvest,) = WorldBank(publisher.base).fetch(Query((CODE,)), http)
    assert list(harvest.panel.series(CODE)) == [1.0, 2.0, 3.0]
    assert len(harvest.raw) == 4


def test_a_missing_page_is_an_error_not_a_short_series(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    publisher.says_json(path(), page([record("USA", "2001", 1.0)], 1, 2, 2), where={"page": "1"})
    publisher.says_json(path(), EMPTY, where={"page": "2"})
    with pytest.raises(FetchError, match="promised 2 rows and sent 1"):
        WorldBank(publisher.base).fetch(Query((CODE,)), http)


def test_periods_are_cut_to_the_query_and_months_and_quarters_are_read(
    publisher: Publisher, http: Http
) -> None:
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    rows = [record("USA", f"{year}Q{quarter}", 1.0) for year in (2018, 2019) for quarter in (1, 2, 3, 4)]
    publisher.says_json(path(), page(rows))
    (harvest,) = WorldBank(publisher.base).fetch(Query((CODE,), since="2018-Q4", until="2019-Q2"), http)
    assert list(harvest.panel.frame["period"]) == ["2018-Q4", "2019-Q1", "2019-Q2"]


def test_aggregates_are_kept_and_strange_areas_named(publisher: Publisher, http: Http) -> None:
    strange = record("", "2022", 5.0, country={"id": "ZT9", "value": "Somewhere"})
    by_code = record("", "2022", 6.0, country={"id": "IDN", "value": "Indonesia"})
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    publisher.says_json(
        path(), page([record("WLD", "2022", 1.0), record("HIC", "2022", 2.0), strange, by_code])
    )
    said: list[Message] = []
    (harvest,) = WorldBank(publisher.base).fetch(
        Query((CODE,)), http, lambda label, done, of: said.append(label)
    )
    assert harvest.panel.areas() == ["HIC", "IDN", "WLD"]
    assert any("Somewhere" in message.text() for message in said)


def test_an_area_that_the_bank_does_not_have_does_not_spoil_the_others(
    publisher: Publisher, http: Http
) -> None:
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    publisher.says_json(path("USA;TWN"), UNKNOWN)
    publisher.says_json(path(), page([record("USA", "2022", 1.0), record("CHN", "2022", 2.0)]))
    (harvest,) = WorldBank(publisher.base).fetch(Query((CODE,), ("USA", "TWN")), http)
    assert harvest.panel.areas() == ["USA"]


@pytest.mark.parametrize("about", [UNKNOWN, EMPTY])
def test_an_unknown_indicator_is_named(publisher: Publisher, http: Http, about: object) -> None:
    publisher.says_json("/indicator/NO.SUCH", about)
    with pytest.raises(UnknownSeries, match=r"'NO\.SUCH'"):
        WorldBank(publisher.base).fetch(Query(("NO.SUCH",)), http)


def test_an_archived_indicator_is_named(publisher: Publisher, http: Http) -> None:
    said = {
        "id": "175",
        "key": "Invalid format",
        "value": "The indicator was not found. It may have been deleted.",
    }
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    publisher.says_json(path(), [{"message": [said]}])
    with pytest.raises(UnknownSeries, match=CODE):
        WorldBank(publisher.base).fetch(Query((CODE,)), http)


def test_an_empty_answer_is_said(publisher: Publisher, http: Http) -> None:
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    publisher.says_json(path("NRU"), EMPTY)
    with pytest.raises(UnknownSeries, match="no figures"):
        WorldBank(publisher.base).fetch(Query((CODE,), ("NRU",)), http)


@pytest.mark.parametrize(
    "content",
    [{}, [], [[]], [1, 2], [{"total": 1, "pages": 1}, [1]], [{"total": 1, "pages": 1}, {}], "text", None],
)
def test_a_changed_layout_is_an_error_with_a_sentence(
    publisher: Publisher, http: Http, content: object
) -> None:
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    publisher.says_json(path(), content)
    with pytest.raises(FetchError, match="World Bank"):
        WorldBank(publisher.base).fetch(Query((CODE,)), http)


@pytest.mark.parametrize("body", [b"<html><body>Maintenance</body></html>", b'[{"page":1,"pages"'])
def test_a_page_or_cut_json_is_an_error_with_a_sentence(
    publisher: Publisher, http: Http, body: bytes
) -> None:
    publisher.says(f"/indicator/{CODE}", Reply(body, media_type="text/html"))
    with pytest.raises(FetchError, match="World Bank"):
        WorldBank(publisher.base).fetch(Query((CODE,)), http)


def test_other_databases_are_harvests_of_their_own_without_a_licence(
    publisher: Publisher, http: Http
) -> None:
    about = json.loads(json.dumps(ABOUT).replace('"2", "value": "World Dev', '"3", "value": "Worldwide Gov'))
    about[1][0]["id"] = "GE.EST"
    rows = page([record("USA", "2022", 1.0)])
    rows[0]["sourceid"] = "3"  # type: ignore[index]
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    publisher.says_json(path(), page([record("USA", "2022", 1.0)]))
    publisher.says_json("/indicator/GE.EST", about)
    publisher.says_json(path(code="GE.EST"), rows)
    harvests = WorldBank(publisher.base).fetch(Query((CODE, "GE.EST")), http)
    assert [harvest.origin.dataset for harvest in harvests] == ["world_bank_wdi", "world_bank_3"]
    assert not harvests[1].origin.licence.stated


def test_status_is_kept(publisher: Publisher, http: Http) -> None:
    rows = [record("USA", "2023", 1.0, obs_status="F"), record("USA", "2022", 2.0, obs_status="odd")]
    publisher.says_json(f"/indicator/{CODE}", ABOUT)
    publisher.says_json(path(), page(rows))
    (harvest,) = WorldBank(publisher.base).fetch(Query((CODE,)), http)
    assert list(harvest.panel.frame["status"]) == ["A", "F"]
    assert harvest.panel.frame["note"].iloc[0] == "obs_status odd"


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Unemployment, total (% of total labor force) (modeled ILO estimate)", "% of total labor force"),
        ("Inflation, consumer prices (annual %)", "annual %"),
        ("GDP, PPP (constant 2021 international $)", "constant 2021 international $"),
        ("Foreign direct investment, net inflows (BoP, current US$)", "BoP, current US$"),
        ("Population, total", "not stated"),
    ],
)
def test_the_unit_is_in_the_name(name: str, unit: str) -> None:
    assert unit_text(name) == unit
    assert Unit.parse(unit_text("GDP, PPP (constant 2021 international $)")).price == "constant 2021 PPP"
