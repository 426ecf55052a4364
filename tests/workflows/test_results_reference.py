"""docs/reference/results.md describes every key of a real results.json and run.json, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import longwave as lw
from longwave.core.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "results.md"
OPEN = {
    "measurements[].units": "<column>",
    "measurements[].table": "<column>",
    "forecasts[].table": "<column>",
    "forecasts[].backtest.coverage": "<level>",
    "data": "<dataset>",
    "versions": "<package>",
    "artefacts": "<file>",
}
"""Objects whose keys depend on the study."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with everything that a study can hold: an area without figures, and one with too few for a forecast."""
    home = tmp_path_factory.mktemp("home")
    rows = [
        f"LUX,{year},{variable},{value + year - 2010},{unit}"
        for year in range(2010, 2018)
        for variable, value, unit in (
            ("real_gdp", 100, "million 2017 USD"),
            ("employment", 10, "million persons"),
        )
    ]
    (home / "few.csv").write_text("iso3,year,variable,value,unit\n" + "\n".join(rows) + "\n", "utf-8")
    settings = Settings(store=home / "store", cache=home / "cache")
    lw.add(home / "few.csv", settings=settings)
    return lw.study("USA", "LUX", "TUV", horizon=10, settings=settings).report(home / "out").folder


def paths(value: Any, at: str = "") -> Iterator[str]:
    """Every path to a key, in the writing of the page."""
    if isinstance(value, dict):
        for name, below in value.items():
            named = OPEN.get(at, name) if name != "period" else name
            yield from paths(below, f"{at}.{named}" if at else named)
    elif isinstance(value, list):
        yield f"{at}[]"
        for below in value:
            if isinstance(below, dict):
                yield from paths(below, f"{at}[]")
    else:
        yield at


def described(heading: str) -> dict[str, str]:
    """Path -> type, as the page has them."""
    section = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, re.MULTILINE))


@pytest.mark.parametrize("name", ["results.json", "run.json"])
def test_every_key_is_described_and_no_other(folder: Path, name: str) -> None:
    real = set(paths(json.loads((folder / name).read_text("utf-8"))))
    told = described(name)
    maybe_null = {path for path, kind in told.items() if kind.endswith("or null")}
    assert sorted(real - told.keys()) == []
    assert sorted(told.keys() - real - maybe_null) == []


def test_the_schemas_are_those_of_the_page(folder: Path) -> None:
    page = PAGE.read_text("utf-8")
    for name in ("results.json", "run.json"):
        assert f"`{json.loads((folder / name).read_text('utf-8'))['schema']}`" in page
