"""docs/reference/results.md describes every key of a real results.json and run.json, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import longwave as lw
from longwave.cli.main import main
from longwave.core.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "results.md"
OPEN = {
    "measurements[].units": "<column>",
    "measurements[].table": "<column>",
    "forecasts[].table": "<column>",
    "forecasts[].backtest.coverage": "<level>",
    "long_runs[].table": "<column>",
    "data": "<dataset>",
    "versions": "<package>",
    "artefacts": "<file>",
}
"""Objects whose keys depend on the study."""

OPEN_FORECAST = {
    "forecasts[].table": "<column>",
    "forecasts[].raw": "<column>",
    "forecasts[].tried.coverage": "<level>",
    "forecasts[].backtest.scores": "<column>",
    "forecasts[].backtest.by_step": "<column>",
    "forecasts[].backtest.trials": "<column>",
    "forecasts[].revision.table": "<column>",
    "forecasts[].revision.news": "<column>",
    "forecasts[].revision.surprises": "<column>",
    "forecasts[].revision.revised": "<column>",
    "files": "<file>",
}
OPEN_MANY = {
    "forecasts": "<column>",
    "coverage": "<level>",
    "fallen": "<method>",
    "scores": "<season>",
    "scores.<season>": "<column>",
    "files": "<file>",
}
"""The same of forecasts."""


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


def paths(value: Any, at: str = "", free: Mapping[str, str] = OPEN) -> Iterator[str]:
    """Every path to a key, in the writing of the page. free: objects whose keys are not fixed."""
    if isinstance(value, dict):
        for name, below in value.items():
            named = free.get(at, name) if name != "period" else name
            yield from paths(below, f"{at}.{named}" if at else named, free)
    elif isinstance(value, list):
        yield f"{at}[]"
        for below in value:
            if isinstance(below, dict):
                yield from paths(below, f"{at}[]", free)
    else:
        yield at


def described(heading: str) -> dict[str, str]:
    """Path -> type, as the page has them."""
    section = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, re.MULTILINE))


@pytest.mark.parametrize("name", ["results.json", "run.json"])
def test_every_key_is_described_and_no_other(folder: Path, name: str) -> None:
    check_page(set(paths(json.loads((folder / name).read_text("utf-8")))), name)


def check_page(real: set[str], heading: str) -> None:
    told = described(heading)
    maybe_null = {path for path, kind in told.items() if kind.strip().endswith("or null")}
    assert sorted(real - told.keys()) == []
    assert sorted(told.keys() - real - maybe_null) == []


def test_the_schemas_are_those_of_the_page(folder: Path) -> None:
    page = PAGE.read_text("utf-8")
    for name in ("results.json", "run.json"):
        assert f"`{json.loads((folder / name).read_text('utf-8'))['schema']}`" in page


def test_the_document_of_forecasts_is_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{1985 + row},{100 + row + row * 7 % 5},7" for row in range(30)]
    table, earlier, scenario = (tmp_path / name for name in ("own.csv", "earlier.json", "path.csv"))
    scenario.write_text("unique_id,ds,y\nboom,2015,150\nboom,2016,160\n", "utf-8")
    table.write_text("year,a,flat\n" + "\n".join(rows[:28]) + "\n", "utf-8")
    words = ["forecast", str(table), "--h", "4", "--method", "drift", "--json", "-q"]
    main(words)
    earlier.write_text(capsys.readouterr().out, "utf-8")
    table.write_text("year,a,flat\n" + "\n".join(rows) + "\n", "utf-8")
    main([*words, "--backtest", "--since", str(earlier), "--out", str(tmp_path / "out.csv")])
    own = json.loads(capsys.readouterr().out)
    table.write_text("year,a\n" + "\n".join(row.removesuffix(",7") for row in rows) + "\n", "utf-8")
    main([*words, "--scenarios", str(scenario)])
    real = {
        path
        for document in (own, json.loads(capsys.readouterr().out))
        for path in paths(document, free=OPEN_FORECAST)
    }
    check_page(real, "forecast")
    assert own["schema"] == "longwave.forecast/1"


def test_the_document_of_many_forecasts_is_described(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        f"s{n},{1985 + row},{100 + row + row * (n + 7) % 5 + n * row % 3}"
        for n in range(31)
        for row in range(30)
    ]
    (tmp_path / "own.csv").write_text("unique_id,ds,y\n" + "\n".join(rows) + "\n", "utf-8")
    words = [
        "forecast",
        str(tmp_path / "own.csv"),
        "--h",
        "4",
        "--method",
        "drift",
        "--json",
        "-q",
        "--backtest",
    ]
    main([*words, "--out", str(tmp_path / "out.csv")])
    check_page(set(paths(json.loads(capsys.readouterr().out), free=OPEN_MANY)), "forecast_many")


OPEN_MODEL = {
    "baseline.paths": "<variable>",
    "baseline.paths.<variable>": "<period>",
    "scenarios[].paths": "<variable>",
    "scenarios[].paths.<variable>": "<period>",
    "scenarios[].difference": "<variable>",
    "scenarios[].difference.<variable>": "<period>",
    "causes": "<variable>",
    "causes.<variable>": "<cause>",
    "causes.<variable>.<cause>": "<period>",
    "instruments": "<equation>",
    "watched": "<variable>",
    "watched.<variable>": "<column>",
    "watched.<variable>.<column>": "<period>",
    "responses": "<variable>",
    "responses.<variable>": "<period>",
    "bands": "<variable>",
    "bands.<variable>": "<side>",
    "bands.<variable>.<side>": "<period>",
    "multipliers[].table": "<column>",
    "multipliers[].table.<column>": "<horizon>",
    "paths": "<policy_instrument>",
    "paths.<policy_instrument>": "<path>",
    "paths.<policy_instrument>.<path>": "<period>",
    "targets": "<variable>",
    "targets.<variable>": "<path>",
    "targets.<variable>.<path>": "<period>",
}
"""The same of models."""
OPEN_CONDITION = {
    "baseline": "<variable>",
    "baseline.<variable>": "<period>",
    "paths": "<variable>",
    "paths.<variable>": "<period>",
    "bands": "<variable>",
    "bands.<variable>": "<side>",
    "bands.<variable>.<side>": "<period>",
    "shocks": "<error>",
    "shocks.<error>": "<period>",
    "sizes": "<error>",
    "sizes.<error>": "<period>",
}
SPAN = ("--first", "1935", "--last", "1938")
MODEL_VERBS: dict[str, list[tuple[str, ...]]] = {
    "models": [("list",)],
    "model": [("check", "klein1"), ("show", "klein1")],
    "model_solution": [("solve", "klein1", *SPAN, "--shock", "G + 1", "--why")],
    "model_estimate": [("estimate", "klein1", "--method", "3sls"), ("estimate", "klein1")],
    "model_simulation": [
        ("simulate", "klein1", *SPAN, "--replications", "100", "--event", "Y > 80"),
    ],
    "model_responses": [
        ("irf", "klein1", "G", *SPAN, "--multiplier", "Y", "--draws", "100", "--coefficients", "3sls"),
    ],
    "model_policy": [
        ("optimise", "klein1", *SPAN, "--target", "Y = 60", "--instrument", "G between 2 and 4 move 0.5"),
    ],
}


@pytest.mark.parametrize("schema", MODEL_VERBS)
def test_the_documents_of_models_are_described(schema: str, capsys: pytest.CaptureFixture[str]) -> None:
    real = set()
    for words in MODEL_VERBS[schema]:
        assert main(["model", *words, "--json", "-q"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert document["schema"] == f"longwave.{schema}/1"
        real |= set(paths(document, free=OPEN_MODEL))
    check_page(real, schema)


def test_the_converted_model_is_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["model", "convert", "klein1", "--out", str(tmp_path / "copy.lw"), "--json", "-q"])
    check_page(set(paths(json.loads(capsys.readouterr().out))), "model_converted")


def test_rest_and_conditions_are_described(capsys: pytest.CaptureFixture[str]) -> None:
    main(["model", "rest", "klein1", "--json", "-q"])
    document = json.loads(capsys.readouterr().out)
    check_page(set(paths(document, free={"steady_state": "<variable>"})), "model_rest")
    main(["model", "condition", "klein1", *SPAN, "--condition", "Y = 60 in 1936", "--json", "-q"])
    check_page(set(paths(json.loads(capsys.readouterr().out), free=OPEN_CONDITION)), "model_condition")
