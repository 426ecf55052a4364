"""The connector that docs/how-to/add-a-connector.md shows works as it stands there."""

import runpy
from pathlib import Path

from publisher import Publisher

from longwave.connectors.connector import CONNECTORS, Query
from longwave.connectors.http import Http

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-connector.md"


def test_the_connector_of_the_how_to_works(publisher: Publisher, http: Http, tmp_path: Path) -> None:
    source = PAGE.read_text("utf-8").split("```python\n", 1)[1].split("```", 1)[0]
    # Without its last line, so that the catalogue of the other tests stays as it is.
    body, _, last = source.rstrip().rpartition("\n")
    assert last == 'CONNECTORS.register("my_office")(MyOffice())'
    script = tmp_path / "my_office.py"
    script.write_text(body, "utf-8")
    connector = runpy.run_path(str(script))["MyOffice"](publisher.base)
    data = [
        {"country": "FR", "year": 2019, "value": 1.5},
        {"country": "FRA", "year": 2020, "value": None},
        {"country": "Nowhere", "year": 2020, "value": 2},
        {"country": "DEU", "year": 2020, "value": 3},
    ]
    about = {"title": "Robots", "unit": "% of GDP", "licence": "CC-BY-4.0", "released": "2024-01-31"}
    publisher.says_json("/AB1234", {**about, "data": data})
    (harvest,) = connector.fetch(Query(("AB1234",), ("France",)), http)
    assert harvest.panel.frame[["area", "period", "status"]].to_numpy().tolist() == [
        ["FRA", "2019", "A"],
        ["FRA", "2020", "O"],
    ]
    assert harvest.origin.citation() == "My Office: Robots (2024-01-31). CC-BY-4.0"
    assert "my_office" not in CONNECTORS
