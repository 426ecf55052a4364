"""The query, the catalogue and what all connectors share."""

import re
import string
import tomllib
from pathlib import Path

import pytest

import longwave
from longwave.connectors.connector import (
    CONNECTORS,
    AbstractConnector,
    Query,
    digest_of,
    joint_licence,
    known_area,
    open_http,
    scaled,
)
from longwave.core.errors import BadInput, NeedsKey, Offline, UnknownArea, UsageError
from longwave.core.harvest import RawFile
from longwave.core.origin import Licence, checksum
from longwave.core.settings import Settings
from longwave.core.unit import Unit

NAMES = ["census_bds", "dbnomics", "fred", "owid", "sdmx", "world_bank"]
DOCS = Path(__file__).resolve().parents[2] / "docs" / "connectors"


def test_the_house_has_these_connectors() -> None:
    assert set(NAMES) <= set(CONNECTORS.names())
    with pytest.raises(UsageError, match="world_bank"):
        CONNECTORS.get("worldbank")


@pytest.mark.parametrize("name", NAMES)
def test_each_connector_has_its_name_its_tests_and_its_page(name: str) -> None:
    connector: AbstractConnector = CONNECTORS.get(name)
    assert connector.name == name
    assert Path(__file__).with_name(f"test_{name}.py").exists()
    page = (DOCS / f"{name}.md").read_text("utf-8")
    for heading in ("## What it brings", "## Licence", "## Limits", "## Key"):
        assert heading in page
    assert page.index("```") < page.index("## ")


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_each_page_runs_as_far_as_the_network(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LONGWAVE_OFFLINE", "1")
    monkeypatch.setenv("LONGWAVE_CACHE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", (DOCS / f"{name}.md").read_text("utf-8"), re.S)
    with pytest.raises(Offline):
        exec(compile(example, name, "exec"), {})  # noqa: S102


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("code", ["..", "../..", "a b", "x?y=1", "a#b", "%2e%2e", "é", "a\nb", "x" * 900])
def test_no_connector_calls_out_for_a_code_that_bends_the_url(name: str, code: str, tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path, offline=True, fred_key="k", census_key="k")
    with open_http(settings) as http, pytest.raises(UsageError, match="cannot be a series"):
        CONNECTORS.get(name).fetch(Query((code,)), http)


def test_a_query_is_checked_and_tidied() -> None:
    query = Query((" A ", "A", "B"), ("us", "China", "USA"), "1990", "2000-Q2")
    assert query.series == ("A", "B")
    assert query.areas == ("USA", "CHN")
    with pytest.raises(UsageError):
        Query((" ",))
    with pytest.raises(UnknownArea):
        Query(("A",), ("Atlantis",))
    with pytest.raises(BadInput):
        Query(("A",), since="last year")


def test_a_query_covers_periods_of_any_length() -> None:
    query = Query(("A",), since="1990-Q3", until="2000")
    assert [
        query.covers(p) for p in ("1990-Q2", "1990-Q3", "1990", "1989", "2000-Q4", "2000-12", "2001-01")
    ] == [
        False,
        True,
        True,
        False,
        True,
        True,
        False,
    ]
    assert Query(("A",)).covers("1066")


def test_area_codes_of_publishers() -> None:
    assert [known_area(code) for code in ("USA", "us", "DE", "WLD", "XX", "", "Germany")] == [
        "USA",
        "USA",
        "DEU",
        "WLD",
        None,
        None,
        None,
    ]


def test_the_digest_of_one_file_is_its_own() -> None:
    assert digest_of([RawFile("a", b"xy")]) == checksum(b"xy")
    assert digest_of([RawFile("a", b"x"), RawFile("b", b"y")]) == checksum(b"xy")


def test_a_joint_licence_is_stated_only_where_each_is() -> None:
    by, silent = Licence("CC-BY-4.0", url="https://x"), Licence.from_text(None)
    assert joint_licence([by, by]) == by
    assert not joint_licence([]).stated
    both = joint_licence([by, silent])
    assert both.name == "CC-BY-4.0; licence not stated"
    assert not both.stated
    assert joint_licence([by, Licence("CC0-1.0")]).stated


def test_a_power_of_ten_goes_into_the_scale() -> None:
    assert scaled(Unit.parse("USD"), 6) == Unit.parse("million USD")
    assert str(scaled(Unit.parse("widgets"), 3)) == "widgets x 1e3"
    assert scaled(Unit.parse("percent"), 0) == Unit.parse("percent")


def test_keys_come_from_the_settings_and_their_absence_has_a_mend(tmp_path: Path) -> None:
    with open_http(Settings(tmp_path, tmp_path, fred_key="secret")) as http:
        assert http.key("fred_key") == "secret"
        with pytest.raises(NeedsKey, match="LONGWAVE_CENSUS_KEY"):
            CONNECTORS.get("census_bds").fetch(Query(("ESTAB",)), http)


def test_every_message_of_the_room_is_used_and_exists() -> None:
    room = Path(longwave.__file__).parent
    known = set(tomllib.loads((room / "messages" / "connectors.toml").read_text("utf-8")))
    text = "".join(path.read_text("utf-8") for path in (room / "connectors").glob("*.py"))
    used = {part.split('"')[0] for part in text.split('"connectors.')[1:]}
    assert used == known


def test_every_message_exists_in_both_languages_with_the_same_blanks() -> None:
    room = Path(longwave.__file__).parent
    for name, texts in tomllib.loads((room / "messages" / "connectors.toml").read_text("utf-8")).items():
        blanks = [
            {field for _, field, _, _ in string.Formatter().parse(texts[lang]) if field}
            for lang in ("en", "zh")
        ]
        assert blanks[0] == blanks[1], name
